/* pulse: which worker's loop does not turn. */
#include "pulse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/now.h"

static void
who_beats_in_time_is_not_stuck(void **state)
{
    xf_pulse pulse = {0};
    int64_t now_ms = 0;

    (void)state;
    assert_int_equal(xf_pulse_stuck(&pulse, xf_now_steady_ms()), -1); /* nobody works */
    xf_pulse_beat(&pulse, 0);
    xf_pulse_beat(&pulse, 2);
    now_ms = atomic_load(&pulse.beats_ms[2]);
    assert_int_equal(xf_pulse_stuck(&pulse, now_ms), -1);
    assert_int_equal(xf_pulse_stuck(&pulse, now_ms + XF_PULSE_LATE_MS - 1000), -1);
}

static void
the_one_that_is_late_is_named_until_it_ends(void **state)
{
    xf_pulse pulse = {0};
    const int64_t now_ms = xf_now_steady_ms();

    (void)state;
    xf_pulse_beat(&pulse, 0);
    atomic_store(&pulse.beats_ms[1], now_ms - XF_PULSE_LATE_MS);
    assert_int_equal(xf_pulse_stuck(&pulse, now_ms), -1); /* just in time */
    assert_int_equal(xf_pulse_stuck(&pulse, now_ms + 1), 1);
    xf_pulse_end(&pulse, 1);
    assert_int_equal(xf_pulse_stuck(&pulse, now_ms + 1), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_beats_in_time_is_not_stuck),
        cmocka_unit_test(the_one_that_is_late_is_named_until_it_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
