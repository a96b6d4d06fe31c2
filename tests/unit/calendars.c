/* call/calendars: who has to read, what is kept, and who makes room. */
#include "call/calendars.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limit.h"

enum { BUREAU = 450922, OTHER = 450923, THIRD = 450924 };

static xf_calendar_day holiday = {.kind = XF_DAY_KIND_OFF, .name = "国庆节"};
static int32_t years[] = {2026};

static int
up(void **state)
{
    assert_true(xf_limit_set("limit.calendar_ms", 5000));
    assert_true(xf_limit_set("limit.calendars", 2));
    holiday.day = xf_day_from_civil(2026, 10, 1);
    *state = xf_calendars_new();
    return 0;
}

static int
down(void **state)
{
    xf_calendars *calendars = *state;

    xf_calendars_free(&calendars);
    assert_null(calendars);
    return 0;
}

static void
keep(xf_calendars *calendars, int32_t bureau, int64_t now_ms, int64_t seat)
{
    xf_calendars_keep(calendars, bureau, now_ms, seat, &(xf_calendar){&holiday, 1, years, 1});
}

static int64_t
seat_of(const xf_calendars *calendars, int32_t bureau)
{
    int64_t seat = -1;

    (void)xf_calendars_find(calendars, bureau, &seat);
    return seat;
}

static void
what_was_never_read_is_read_by_everybody(void **state)
{
    assert_true(xf_calendars_wanted(*state, BUREAU, 10000));
    assert_true(xf_calendars_wanted(*state, BUREAU, 10000));
    assert_int_equal(seat_of(*state, BUREAU), -1);
}

static void
what_was_just_read_is_read_by_nobody(void **state)
{
    keep(*state, BUREAU, 10000, 7);
    assert_false(xf_calendars_wanted(*state, BUREAU, 10000));
    assert_false(xf_calendars_wanted(*state, BUREAU, 14999));
    assert_true(xf_calendars_wanted(*state, OTHER, 14999)); /* each bureau for itself */
}

static void
when_it_is_old_one_reads_and_the_others_go_on(void **state)
{
    keep(*state, BUREAU, 10000, 7);
    assert_true(xf_calendars_wanted(*state, BUREAU, 15000));
    assert_false(xf_calendars_wanted(*state, BUREAU, 15000));
    assert_int_equal(seat_of(*state, BUREAU), 7);
    assert_true(xf_calendars_wanted(*state, BUREAU, 20000)); /* the one who read never came back */
    keep(*state, BUREAU, 20001, 9);
    assert_false(xf_calendars_wanted(*state, BUREAU, 20001));
    assert_int_equal(seat_of(*state, BUREAU), 9);
}

static void
it_is_a_copy_without_names(void **state)
{
    xf_calendar_day days[] = {holiday};
    int32_t own[] = {2026};
    int64_t seat = 0;
    const xf_calendar *kept = NULL;

    xf_calendars_keep(*state, BUREAU, 10000, 7, &(xf_calendar){days, 1, own, 1});
    days[0].day = 0;
    own[0] = 1;
    kept = xf_calendars_find(*state, BUREAU, &seat);
    assert_int_equal(xf_calendar_look(kept, holiday.day, NULL), XF_DAY_KIND_OFF);
    assert_null(kept->days[0].name);
}

static void
a_bureau_without_a_calendar_is_remembered_too(void **state)
{
    int64_t seat = -1;

    xf_calendars_keep(*state, BUREAU, 10000, 0, &(xf_calendar){0});
    assert_false(xf_calendars_wanted(*state, BUREAU, 10001));
    assert_int_equal(xf_calendar_look(xf_calendars_find(*state, BUREAU, &seat), holiday.day, NULL),
                     XF_DAY_KIND_UNSPECIFIED);
    assert_int_equal(seat, 0);
}

static void
an_older_answer_that_comes_late_is_not_kept(void **state)
{
    keep(*state, BUREAU, 10000, 9);
    keep(*state, BUREAU, 10001, 7);
    assert_int_equal(seat_of(*state, BUREAU), 9);
}

static void
the_one_read_longest_ago_makes_room(void **state)
{
    const uint64_t hits = xf_limit_hits(XF_LIMIT_CALENDARS);
    keep(*state, BUREAU, 10000, 1);
    keep(*state, OTHER, 10001, 2);
    keep(*state, BUREAU, 10002, 1);
    keep(*state, THIRD, 10003, 3);
    assert_int_equal(seat_of(*state, BUREAU), 1);
    assert_int_equal(seat_of(*state, OTHER), -1);
    assert_int_equal(seat_of(*state, THIRD), 3);
    assert_int_equal(xf_limit_hits(XF_LIMIT_CALENDARS), hits + 1);
}

#define EACH(name) cmocka_unit_test_setup_teardown(name, up, down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(what_was_never_read_is_read_by_everybody),
        EACH(what_was_just_read_is_read_by_nobody),
        EACH(when_it_is_old_one_reads_and_the_others_go_on),
        EACH(it_is_a_copy_without_names),
        EACH(a_bureau_without_a_calendar_is_remembered_too),
        EACH(an_older_answer_that_comes_late_is_not_kept),
        EACH(the_one_read_longest_ago_makes_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
