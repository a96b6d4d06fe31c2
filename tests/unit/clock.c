/* law/clock, law/calendar: the golden dates, and what moves a due day. */
#include "law/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

enum { YEARS = 8, DAYS = 400, LINE = 128, SEEN = 128 };

/* ---- The calendars of the tree --------------------------------------------------------------- */

typedef struct desk {
    xf_calendar calendar;
    int32_t years[YEARS];
    xf_calendar_day days[DAYS];
    char names[DAYS][64];
} desk;

static xf_day
day_of(const char *text)
{
    xf_day day = 0;

    assert_int_equal(xf_day_parse(text, &day, NULL), XF_CODE_OK);
    return day;
}

/* "2026-02-14,work,春节" */
static void
add_line(desk *d, char *line)
{
    xf_calendar_day *added = &d->days[d->calendar.n_days];
    char *kind = strchr(line, ',');
    char *name = strrchr(line, ',');

    assert_true(d->calendar.n_days < DAYS);
    line[strcspn(line, "\r\n")] = '\0';
    (void)snprintf(d->names[d->calendar.n_days], sizeof d->names[0], "%s", name + 1);
    *kind = '\0';
    added->day = day_of(line);
    added->kind = kind[1] == 'o' ? XF_DAY_KIND_OFF : XF_DAY_KIND_WORK;
    added->name = d->names[d->calendar.n_days++];
}

/* A year's file, given in the order of the years. */
static void
add_year(desk *d, int32_t year)
{
    char path[512];
    char line[LINE];
    FILE *file = NULL;

    (void)snprintf(path, sizeof path, "%s/server/data/calendar/%d.csv",
                   secure_getenv("XF_SOURCE_DIR"), year);
    file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file)); /* the heading */
    while (fgets(line, sizeof line, file) != NULL)
        add_line(d, line);
    (void)fclose(file);
    d->years[d->calendar.n_years++] = year;
    d->calendar.days = d->days;
    d->calendar.years = d->years;
}

static desk *
desk_with(const int32_t *years)
{
    desk *d = xf_memory_new(sizeof *d);

    for (size_t i = 0; years[i] != 0; i++)
        add_year(d, years[i]);
    return d;
}

static int
up(void **state)
{
    *state = desk_with((const int32_t[]){2019, 2020, 2022, 2023, 2026, 0});
    return 0;
}

static int
down(void **state)
{
    free(*state);
    return 0;
}

/* ---- Asking ---------------------------------------------------------------------------------- */

static const xf_clock_rule *
rule_on(const char *name, const char *day)
{
    const xf_clock_rule *rule = NULL;

    assert_int_equal(xf_clock_rule_find(name, day_of(day), &rule, NULL), XF_CODE_OK);
    return rule;
}

static xf_clock_due
count(const desk *d, const char *name, const char *from, int32_t extension)
{
    xf_clock_due due = {0};

    assert_int_equal(
        xf_law_clock_count(rule_on(name, from), day_of(from), extension, &d->calendar, &due, NULL),
        XF_CODE_OK);
    return due;
}

static void
assert_day(bool has, xf_day day, const char *expected)
{
    char text[11] = "open";

    if (has)
        xf_day_print(day, text);
    assert_string_equal(text, expected);
}

static void
assert_due(const desk *d, const char *name, const char *from, int32_t extension, const char *raw,
           const char *due)
{
    const xf_clock_due got = count(d, name, from, extension);

    assert_day(got.has_raw, got.raw, raw);
    assert_day(got.has_due, got.due, due);
    assert_int_equal(got.missing_year, 0);
}

static void
assert_missing(const desk *d, const char *name, const char *from, const char *raw, int32_t year)
{
    const xf_clock_due got = count(d, name, from, 0);

    assert_day(got.has_raw, got.raw, raw);
    assert_false(got.has_due);
    assert_int_equal(got.missing_year, year);
}

/* ---- The golden dates of 2026 ---------------------------------------------------------------- */

static void
fifteen_days_that_end_in_the_spring_festival_roll_behind_it(void **state)
{
    assert_due(*state, "notice", "2026-02-06", 0, "2026-02-21", "2026-02-24");
}

static void
fifteen_days_that_end_on_national_day_roll_to_the_eighth(void **state)
{
    assert_due(*state, "notice", "2026-09-16", 0, "2026-10-01", "2026-10-08");
}

static void
fifteen_days_that_end_on_the_dragon_boat_saturday_roll_to_monday(void **state)
{
    assert_due(*state, "notice", "2026-06-05", 0, "2026-06-20", "2026-06-22");
}

static void
sixty_days_that_end_on_labour_day_roll_to_the_sixth(void **state)
{
    assert_due(*state, "opinion", "2026-03-02", 0, "2026-05-01", "2026-05-06");
}

static void
thirty_days_more_are_counted_on_the_raw_day_and_not_on_the_rolled_one(void **state)
{
    assert_due(*state, "opinion", "2026-03-02", 30, "2026-05-31", "2026-06-01");
}

static void
thirty_days_from_the_end_of_january_end_on_a_monday(void **state)
{
    assert_due(*state, "review_request", "2026-01-31", 0, "2026-03-02", "2026-03-02");
}

static void
five_working_days_count_the_saturday_that_makes_up_for_the_festival(void **state)
{
    assert_due(*state, "objection", "2026-02-12", 0, "2026-02-26", "2026-02-26");
}

static void
five_working_days_leap_over_national_day_to_the_make_up_saturday(void **state)
{
    assert_due(*state, "objection", "2026-09-28", 0, "2026-10-10", "2026-10-10");
}

static void
five_working_days_in_may_count_the_make_up_saturday(void **state)
{
    assert_due(*state, "objection", "2026-05-07", 0, "2026-05-13", "2026-05-13");
}

/* ---- Calendar -------------------------------------------------------------------------------- */

static void
a_day_is_a_workday_a_weekend_a_holiday_or_made_up_for(void **state)
{
    const desk *d = *state;
    const char *name = NULL;

    assert_int_equal(xf_calendar_look(&d->calendar, day_of("2026-11-24"), &name),
                     XF_DAY_KIND_WORKDAY);
    assert_null(name);
    assert_int_equal(xf_calendar_look(&d->calendar, day_of("2026-11-22"), NULL),
                     XF_DAY_KIND_WEEKEND);
    assert_int_equal(xf_calendar_look(&d->calendar, day_of("2026-10-01"), &name), XF_DAY_KIND_OFF);
    assert_string_equal(name, "国庆节");
    assert_int_equal(xf_calendar_look(&d->calendar, day_of("2026-10-10"), &name), XF_DAY_KIND_WORK);
    assert_string_equal(name, "国庆节");
    assert_int_equal(xf_calendar_look(&d->calendar, day_of("2027-01-04"), &name),
                     XF_DAY_KIND_UNSPECIFIED);
    assert_null(name);
}

static void
a_year_s_notice_may_name_days_of_the_december_before(void **state)
{
    /* 2022-12-31 stands in the file of 2023. */
    assert_due(*state, "notice", "2022-12-16", 0, "2022-12-31", "2023-01-03");
}

static void
days_of_a_later_notice_do_not_make_the_year_before_known(void **state)
{
    (void)state;
    desk *d = desk_with((const int32_t[]){2019, 0}); /* it names 2018-12-31 */

    assert_missing(d, "notice", "2018-12-16", "2018-12-31", 2018);
    free(d);
}

/* ---- A year without a calendar --------------------------------------------------------------- */

static void
raw_stands_and_due_is_open_when_the_last_day_s_year_has_no_calendar(void **state)
{
    assert_missing(*state, "opinion", "2026-11-24", "2027-01-23", 2027);
}

static void
raw_stands_when_rolling_needs_a_year_without_a_calendar(void **state)
{
    (void)state;
    desk *d = desk_with((const int32_t[]){2022, 0});

    /* 2022-12-31 is a Saturday; what 2023-01-01 is nobody knows. */
    assert_missing(d, "notice", "2022-12-16", "2022-12-31", 2023);
    free(d);
}

static void
years_that_are_only_passed_through_need_no_calendar(void **state)
{
    /* 2025 is not here: 60 days from 2025-12-29 end in 2026. */
    assert_due(*state, "opinion", "2025-12-29", 0, "2026-02-27", "2026-02-27");
}

static void
of_working_days_raw_is_open_too(void **state)
{
    assert_missing(*state, "objection", "2026-12-28", "open", 2027);
    assert_due(*state, "objection", "2026-12-24", 0, "2026-12-31", "2026-12-31");
}

static void
no_calendar_at_all_still_gives_the_raw_day(void **state)
{
    const xf_calendar none = {0};
    xf_clock_due due = {0};

    (void)state;
    assert_int_equal(xf_law_clock_count(rule_on("notice", "2026-02-06"), day_of("2026-02-06"), 0,
                                        &none, &due, NULL),
                     XF_CODE_OK);
    assert_day(due.has_raw, due.raw, "2026-02-21");
    assert_int_equal(due.missing_year, 2026);
}

/* ---- Months ---------------------------------------------------------------------------------- */

static void
a_month_ends_on_the_same_day_of_the_month(void **state)
{
    assert_due(*state, "police_procedure", "2026-01-15", 0, "2026-03-15", "2026-03-16");
    assert_due(*state, "police_procedure", "2022-11-15", 0, "2023-01-15", "2023-01-16");
    assert_due(*state, "police_procedure", "2022-10-31", 0, "2022-12-31", "2023-01-03");
}

static void
or_on_its_last(void **state)
{
    assert_due(*state, "police_procedure", "2025-12-31", 0, "2026-02-28", "2026-02-28");
    assert_missing(*state, "police_procedure", "2023-12-31", "2024-02-29", 2024);
    assert_due(*state, "police_procedure", "2026-06-30", 0, "2026-08-30", "2026-08-31");
}

/* ---- Rules ----------------------------------------------------------------------------------- */

static void
the_notice_of_the_old_regulation_ends_with_april_2022(void **state)
{
    (void)state;
    const xf_clock_rule *old = rule_on("notice", "2022-04-30");
    const xf_clock_rule *new = rule_on("notice", "2022-05-01");

    assert_string_equal(old->source, "信访条例 22");
    assert_string_equal(new->source, "信访工作条例 23");
    assert_int_equal(old->valid_to + 1, new->valid_from);
    assert_ptr_equal(rule_on("notice", "2020-03-02"), old);
    assert_ptr_equal(rule_on("notice", "2026-03-02"), new);
}

static void
each_article_of_the_change_has_its_successor(void **state)
{
    static const char *const pairs[][3] = {
        {"transfer_notice", "信访条例 21", "信访工作条例 23"},
        {"opinion", "信访条例 33", "信访工作条例 34"},
        {"review_request", "信访条例 34", "信访工作条例 35"},
        {"review_opinion", "信访条例 34", "信访工作条例 35"},
        {"re_review_request", "信访条例 35", "信访工作条例 36"},
        {"re_review_opinion", "信访条例 35", "信访工作条例 36"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_string_equal(rule_on(pairs[i][0], "2022-04-30")->source, pairs[i][1]);
        assert_string_equal(rule_on(pairs[i][0], "2022-05-01")->source, pairs[i][2]);
    }
}

static void
a_rule_that_came_with_the_change_says_from_when_it_is_in_force(void **state)
{
    const xf_clock_rule *rule = NULL;
    xf_error error = {0};

    (void)state;
    assert_int_equal(xf_clock_rule_find("objection", day_of("2022-04-30"), &rule, &error),
                     XF_CODE_INVALID);
    assert_int_equal(error.text, XF_TEXT_CLOCK_NOT_IN_FORCE);
    assert_string_equal(error.field, "2022-05-01");
    assert_null(rule);
    assert_int_equal(xf_clock_rule_find("notice", day_of("2004-01-01"), &rule, &error),
                     XF_CODE_INVALID);
    assert_string_equal(error.field, "2005-05-01");
}

static void
a_rule_that_nobody_made_is_unknown(void **state)
{
    const xf_clock_rule *rule = NULL;
    xf_error error = {0};

    (void)state;
    assert_int_equal(xf_clock_rule_find("notices", day_of("2026-01-05"), &rule, &error),
                     XF_CODE_INVALID);
    assert_int_equal(error.text, XF_TEXT_CLOCK_UNKNOWN);
}

static void
an_extension_has_its_end_and_not_every_rule_has_one(void **state)
{
    const desk *d = *state;
    xf_clock_due due = {0};
    xf_error error = {0};

    assert_due(d, "opinion", "2020-03-02", 15, "2020-05-16", "2020-05-18");
    assert_due(d, "opinion", "2020-03-02", XF_CLOCK_EXTENDED, "2020-05-31", "2020-06-01");
    assert_int_equal(xf_law_clock_count(rule_on("opinion", "2026-03-02"), day_of("2026-03-02"), 31,
                                        &d->calendar, &due, &error),
                     XF_CODE_INVALID);
    assert_int_equal(error.text, XF_TEXT_FIELD_RANGE);
    assert_int_equal(xf_law_clock_count(rule_on("notice", "2026-03-02"), day_of("2026-03-02"), 30,
                                        &d->calendar, &due, &error),
                     XF_CODE_INVALID);
    assert_int_equal(error.text, XF_TEXT_CLOCK_NO_EXTENSION);
    assert_string_equal(error.field, "extended");
    assert_int_equal(rule_on("opinion", "2020-03-02")->approver, XF_ROLE_LEADER);
}

static void
a_start_that_is_a_slip_of_the_pen_is_refused(void **state)
{
    const desk *d = *state;
    xf_clock_due due = {0};
    xf_error error = {0};

    assert_int_equal(xf_law_clock_count(rule_on("notice", "2026-03-02"), INT32_MAX, 0, &d->calendar,
                                        &due, &error),
                     XF_CODE_INVALID);
    assert_string_equal(error.field, "from_on");
}

static void
no_two_rows_of_a_name_are_in_force_on_one_day(void **state)
{
    (void)state;
    assert_true(xf_clock_rule_count() > 0);
    for (size_t i = 1; i < xf_clock_rule_count(); i++) {
        const xf_clock_rule *before = xf_clock_rule_at(i - 1);
        const xf_clock_rule *rule = xf_clock_rule_at(i);

        if (strcmp(before->name, rule->name) == 0)
            assert_true(before->valid_to < rule->valid_from);
    }
}

/* ---- Day by day ------------------------------------------------------------------------------ */

typedef struct diary {
    xf_clock_seen seen[SEEN];
    size_t n;
} diary;

static void
note(const xf_clock_seen *seen, void *data)
{
    diary *to = data;

    assert_true(to->n < SEEN);
    to->seen[to->n++] = *seen;
}

static void
explain(const desk *d, const char *name, const char *from, diary *ret_diary)
{
    const xf_clock_watcher watcher = {note, ret_diary};
    xf_clock_due due = {0};

    *ret_diary = (diary){.n = 0};
    assert_int_equal(xf_law_clock_explain(rule_on(name, from), day_of(from), 0, &d->calendar,
                                          &watcher, &due, NULL),
                     XF_CODE_OK);
}

static void
assert_seen(const diary *in, size_t i, const char *day, xf_clock_step step, xf_day_kind kind)
{
    assert_day(true, in->seen[i].day, day);
    assert_string_equal(xf_clock_step_name(in->seen[i].step), xf_clock_step_name(step));
    assert_string_equal(xf_day_kind_name(in->seen[i].kind), xf_day_kind_name(kind));
}

static void
each_day_is_told_with_what_it_did(void **state)
{
    diary days;

    explain(*state, "objection", "2026-02-12", &days);
    assert_int_equal(days.n, 14);
    assert_seen(&days, 0, "2026-02-13", XF_CLOCK_STEP_COUNTED, XF_DAY_KIND_WORKDAY);
    assert_seen(&days, 1, "2026-02-14", XF_CLOCK_STEP_COUNTED, XF_DAY_KIND_WORK);
    assert_int_equal(days.seen[1].number, 2);
    assert_seen(&days, 2, "2026-02-15", XF_CLOCK_STEP_SKIPPED, XF_DAY_KIND_OFF);
    assert_string_equal(days.seen[2].name, "春节");
    assert_seen(&days, 13, "2026-02-26", XF_CLOCK_STEP_COUNTED, XF_DAY_KIND_WORKDAY);
    assert_int_equal(days.seen[13].number, 5);
}

static void
rolling_is_told_too(void **state)
{
    diary days;

    explain(*state, "notice", "2026-06-05", &days);
    assert_int_equal(days.n, 17);
    assert_seen(&days, 0, "2026-06-06", XF_CLOCK_STEP_COUNTED, XF_DAY_KIND_WEEKEND);
    assert_seen(&days, 14, "2026-06-20", XF_CLOCK_STEP_COUNTED, XF_DAY_KIND_OFF);
    assert_int_equal(days.seen[14].number, 15);
    assert_seen(&days, 15, "2026-06-21", XF_CLOCK_STEP_ROLLED, XF_DAY_KIND_OFF);
    assert_seen(&days, 16, "2026-06-22", XF_CLOCK_STEP_DUE, XF_DAY_KIND_WORKDAY);
}

static void
what_is_told_ends_where_the_calendar_ends(void **state)
{
    diary days;

    explain(*state, "objection", "2026-12-28", &days);
    assert_int_equal(days.n, 3);
    assert_seen(&days, 2, "2026-12-31", XF_CLOCK_STEP_COUNTED, XF_DAY_KIND_WORKDAY);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fifteen_days_that_end_in_the_spring_festival_roll_behind_it),
        cmocka_unit_test(fifteen_days_that_end_on_national_day_roll_to_the_eighth),
        cmocka_unit_test(fifteen_days_that_end_on_the_dragon_boat_saturday_roll_to_monday),
        cmocka_unit_test(sixty_days_that_end_on_labour_day_roll_to_the_sixth),
        cmocka_unit_test(thirty_days_more_are_counted_on_the_raw_day_and_not_on_the_rolled_one),
        cmocka_unit_test(thirty_days_from_the_end_of_january_end_on_a_monday),
        cmocka_unit_test(five_working_days_count_the_saturday_that_makes_up_for_the_festival),
        cmocka_unit_test(five_working_days_leap_over_national_day_to_the_make_up_saturday),
        cmocka_unit_test(five_working_days_in_may_count_the_make_up_saturday),
        cmocka_unit_test(a_day_is_a_workday_a_weekend_a_holiday_or_made_up_for),
        cmocka_unit_test(a_year_s_notice_may_name_days_of_the_december_before),
        cmocka_unit_test(days_of_a_later_notice_do_not_make_the_year_before_known),
        cmocka_unit_test(raw_stands_and_due_is_open_when_the_last_day_s_year_has_no_calendar),
        cmocka_unit_test(raw_stands_when_rolling_needs_a_year_without_a_calendar),
        cmocka_unit_test(years_that_are_only_passed_through_need_no_calendar),
        cmocka_unit_test(of_working_days_raw_is_open_too),
        cmocka_unit_test(no_calendar_at_all_still_gives_the_raw_day),
        cmocka_unit_test(a_month_ends_on_the_same_day_of_the_month),
        cmocka_unit_test(or_on_its_last),
        cmocka_unit_test(the_notice_of_the_old_regulation_ends_with_april_2022),
        cmocka_unit_test(each_article_of_the_change_has_its_successor),
        cmocka_unit_test(a_rule_that_came_with_the_change_says_from_when_it_is_in_force),
        cmocka_unit_test(a_rule_that_nobody_made_is_unknown),
        cmocka_unit_test(an_extension_has_its_end_and_not_every_rule_has_one),
        cmocka_unit_test(a_start_that_is_a_slip_of_the_pen_is_refused),
        cmocka_unit_test(no_two_rows_of_a_name_are_in_force_on_one_day),
        cmocka_unit_test(each_day_is_told_with_what_it_did),
        cmocka_unit_test(rolling_is_told_too),
        cmocka_unit_test(what_is_told_ends_where_the_calendar_ends),
    };
    return cmocka_run_group_tests(tests, up, down);
}
