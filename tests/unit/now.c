/* base/now: the time stands where it is put, and days are days in Shanghai. */
#include "base/now.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 2026-11-24T09:00:00+08:00 */
#define THE_DAY_MS INT64_C(1795482000000)

static xf_day
day_of(const char *text)
{
    xf_day day = INT32_MIN;
    xf_error error = {0};

    assert_int_equal(xf_day_parse(text, &day, &error), XF_CODE_OK);
    return day;
}

static void
the_time_stands_still_when_it_is_fixed(void **state)
{
    char text[11];

    (void)state;
    xf_now_fix(THE_DAY_MS);
    assert_int_equal(xf_now_ms(), THE_DAY_MS);
    xf_day_print(xf_now_day(), text);
    assert_string_equal(text, "2026-11-24");
    xf_now_fix(0);
    assert_int_not_equal(xf_now_ms(), THE_DAY_MS);
    assert_true(xf_now_ms() > INT64_C(1700000000000));
}

static void
the_steady_clock_is_not_fixed_and_does_not_go_back(void **state)
{
    uint64_t before = xf_now_steady_us();

    (void)state;
    xf_now_fix(THE_DAY_MS);
    assert_true(xf_now_steady_us() >= before);
    assert_true(xf_now_steady_ms() >= (int64_t)(before / 1000));
    xf_now_fix(0);
}

static void
a_day_begins_at_midnight_in_shanghai(void **state)
{
    (void)state;
    assert_int_equal(xf_day_of_ms(0), 0); /* eight in the morning */
    assert_int_equal(xf_day_of_ms(INT64_C(16) * 3600000 - 1), 0);
    assert_int_equal(xf_day_of_ms(INT64_C(16) * 3600000), 1);
    assert_int_equal(xf_day_of_ms(INT64_C(-8) * 3600000), 0);
    assert_int_equal(xf_day_of_ms(INT64_C(-8) * 3600000 - 1), -1);
}

static void
known_days_have_their_numbers(void **state)
{
    (void)state;
    assert_int_equal(day_of("1970-01-01"), 0);
    assert_int_equal(day_of("1969-12-31"), -1);
    assert_int_equal(day_of("2000-02-29"), 11016);
    assert_int_equal(day_of("2020-03-05"), 18326);
    assert_int_equal(day_of("0001-01-01"), -719162);
    assert_int_equal(day_of("9999-12-31"), 2932896);
}

static void
every_day_of_ten_thousand_years_goes_there_and_back(void **state)
{
    int year = 0;
    int month = 0;
    int dom = 0;

    (void)state;
    for (xf_day day = -719162; day <= 2932896; day++) {
        xf_day_civil(day, &year, &month, &dom);
        if (xf_day_from_civil(year, month, dom) != day)
            fail_msg("day %d", (int)day);
    }
    assert_int_equal(year, 9999);
}

static void
a_day_is_printed_as_it_was_written(void **state)
{
    char text[11];

    (void)state;
    xf_day_print(day_of("2020-03-05"), text);
    assert_string_equal(text, "2020-03-05");
    xf_day_print(day_of("0007-10-31"), text);
    assert_string_equal(text, "0007-10-31");
    xf_day_print(INT32_MAX, text);
    assert_string_equal(text, "?");
    xf_day_print(INT32_MIN, text);
    assert_string_equal(text, "?");
}

static void
a_day_that_is_not_one_is_refused(void **state)
{
    static const char *const bad[] = {
        "",           "2020-3-5",   "2020/03/05",  "2020-02-30", "2019-02-29", "1900-02-29",
        "2020-00-10", "2020-13-01", "2020-04-31",  "2020-01-00", "2020-01-32", "0000-01-01",
        "20-01-2020", "2020-01-1",  "2020-01-011", "2020-01-1x", " 020-01-01", "+202-01-01",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        xf_day day = 42;
        xf_error error = {0};

        if (xf_day_parse(bad[i], &day, &error) != XF_CODE_INVALID)
            fail_msg("taken: %s", bad[i]);
        assert_int_equal(error.text, XF_TEXT_DAY_MALFORMED);
        assert_int_equal(day, 42);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_time_stands_still_when_it_is_fixed),
        cmocka_unit_test(the_steady_clock_is_not_fixed_and_does_not_go_back),
        cmocka_unit_test(a_day_begins_at_midnight_in_shanghai),
        cmocka_unit_test(known_days_have_their_numbers),
        cmocka_unit_test(every_day_of_ten_thousand_years_goes_there_and_back),
        cmocka_unit_test(a_day_is_printed_as_it_was_written),
        cmocka_unit_test(a_day_that_is_not_one_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
