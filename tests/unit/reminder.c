/* law/reminder: on which days, and who is told. */
#include "law/reminder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static xf_day
day_of(const char *text)
{
    xf_day day = 0;

    assert_int_equal(xf_day_parse(text, &day, NULL), XF_CODE_OK);
    return day;
}

static void
assert_days(const char *started, const char *raw, const char *const *expected)
{
    xf_day days[XF_REMINDER_STEPS] = {0};

    xf_reminder_days(day_of(started), day_of(raw), days);
    for (size_t i = 0; i < XF_REMINDER_STEPS; i++) {
        char text[11];

        xf_day_print(days[i], text);
        assert_string_equal(text, expected[i]);
    }
}

static void
fifteen_days_that_end_in_a_holiday_are_counted_on_the_raw_day(void **state)
{
    static const char *const expected[] = {"2026-09-24", "2026-09-28", "2026-09-29",
                                           "2026-10-01", "2026-10-02", "2026-10-08"};

    (void)state;
    assert_days("2026-09-16", "2026-10-01", expected);
}

static void
sixty_days_have_room_for_every_step(void **state)
{
    static const char *const expected[] = {"2026-04-01", "2026-04-19", "2026-04-29",
                                           "2026-05-01", "2026-05-02", "2026-05-08"};

    (void)state;
    assert_days("2026-03-02", "2026-05-01", expected);
}

static void
a_short_limit_never_climbs_down_nor_begins_before_its_first_day(void **state)
{
    static const char *const one[] = {"2026-03-03", "2026-03-03", "2026-03-03",
                                      "2026-03-03", "2026-03-04", "2026-03-10"};
    static const char *const two[] = {"2026-03-03", "2026-03-04", "2026-03-04",
                                      "2026-03-04", "2026-03-05", "2026-03-11"};

    (void)state;
    assert_days("2026-03-02", "2026-03-03", one);
    assert_days("2026-03-02", "2026-03-04", two);
}

static void
the_highest_step_that_was_reached_counts(void **state)
{
    static const struct {
        const char *today;
        xf_reminder_step step;
    } rows[] = {
        {"2026-09-16", XF_REMINDER_STEP_UNSPECIFIED}, {"2026-09-23", XF_REMINDER_STEP_UNSPECIFIED},
        {"2026-09-24", XF_REMINDER_STEP_HALF},        {"2026-09-27", XF_REMINDER_STEP_HALF},
        {"2026-09-28", XF_REMINDER_STEP_FOUR_FIFTHS}, {"2026-09-30", XF_REMINDER_STEP_LAST_DAYS},
        {"2026-10-01", XF_REMINDER_STEP_DUE},         {"2026-10-07", XF_REMINDER_STEP_ONE_PAST},
        {"2026-10-08", XF_REMINDER_STEP_SEVEN_PAST},  {"2028-01-01", XF_REMINDER_STEP_SEVEN_PAST},
    };

    xf_day days[XF_REMINDER_STEPS] = {0};

    (void)state;
    xf_reminder_days(day_of("2026-09-16"), day_of("2026-10-01"), days);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(xf_reminder_reached(days, day_of(rows[i].today)), rows[i].step);
}

static void
each_step_tells_whom_the_one_before_told_and_one_more(void **state)
{
    static const xf_reminder_who adds[] = {
        XF_REMINDER_WHO_HANDLER, XF_REMINDER_WHO_UNIT_HEAD, XF_REMINDER_WHO_RECEPTION_HEAD,
        XF_REMINDER_WHO_LEADER,  XF_REMINDER_WHO_LISTED,    XF_REMINDER_WHO_INSPECTOR};
    uint32_t told = 0;

    (void)state;
    assert_int_equal(xf_reminder_tells(XF_REMINDER_STEP_UNSPECIFIED), 0);
    for (int step = 1; step <= XF_REMINDER_STEPS; step++) {
        told |= UINT32_C(1) << adds[step - 1];
        assert_int_equal(xf_reminder_tells((xf_reminder_step)step), told);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fifteen_days_that_end_in_a_holiday_are_counted_on_the_raw_day),
        cmocka_unit_test(sixty_days_have_room_for_every_step),
        cmocka_unit_test(a_short_limit_never_climbs_down_nor_begins_before_its_first_day),
        cmocka_unit_test(the_highest_step_that_was_reached_counts),
        cmocka_unit_test(each_step_tells_whom_the_one_before_told_and_one_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
