/* tests/unit/enrol — the code that is carried, and who has to wait before he tries another. */
#include "client/lib/enrol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/limit.h"
#include "session/enrol.h"

#define PRINT "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

static void
a_code_is_read_whole(void **state)
{
    xf_client_code code;

    (void)state;
    assert_true(xf_client_code_parse("450922-ABCDEFGHJKLMNPQRSTUV-" PRINT, &code));
    assert_int_equal(code.bureau, 450922);
    assert_string_equal(code.code, "ABCDEFGHJKLMNPQRSTUV");
    assert_int_equal(code.ca_sha[0], 0);
    assert_int_equal(code.ca_sha[1], 0x11);
    assert_int_equal(code.ca_sha[31], 0xff);
}

static void
what_is_no_code_is_not_taken_for_one(void **state)
{
    static const char *const wrong[] = {
        "",
        "450922",
        "-",
        "450922-",
        "450922--" PRINT,
        "ABC-DEF-" PRINT,
        "0-ABC-" PRINT,
        "-1-ABC-" PRINT,
        "4509220000-ABC-" PRINT,
        "450922-" PRINT,
        "450922-ABC-" PRINT "0",
        "450922-ABC-0011",
        "450922-ABC-g0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        "450922-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-" PRINT};

    xf_client_code code;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(xf_client_code_parse(wrong[i], &code));
}

/* ---- The gate ------------------------------------------------------------------------------ */

static const uint8_t desk[XF_ENROL_ADDRESS] = {10, 1, 1, 5};

static void
the_fifth_refusal_closes_and_time_opens(void **state)
{
    static const uint8_t other[XF_ENROL_ADDRESS] = {10, 1, 1, 6};
    const int64_t wait_ms = (int64_t)xf_limit_get(XF_LIMIT_ENROL_WAIT_MS);
    const int64_t most = (int64_t)xf_limit_get(XF_LIMIT_ENROL_WRONG);
    xf_enrol_gate gate = {0};

    (void)state;
    for (int64_t i = 1; i <= most; i++) {
        assert_int_equal(xf_enrol_gate_wait_ms(&gate, desk, 1000 + i), 0);
        xf_enrol_gate_refused(&gate, desk, 1000 + i);
    }
    assert_int_equal(xf_enrol_gate_wait_ms(&gate, desk, 1000 + most), wait_ms);
    assert_int_equal(xf_enrol_gate_wait_ms(&gate, other, 1000 + most), 0);
    assert_int_equal(xf_enrol_gate_wait_ms(&gate, desk, 1000 + most + wait_ms - 1), 1);
    assert_int_equal(xf_enrol_gate_wait_ms(&gate, desk, 1000 + most + wait_ms), 0);
    /* Then he has all his tries again. */
    xf_enrol_gate_refused(&gate, desk, 1000 + most + wait_ms);
    assert_int_equal(xf_enrol_gate_wait_ms(&gate, desk, 1000 + most + wait_ms), 0);
}

/* Somebody with many addresses cannot make it forget the one that was refused last. */
static void
of_too_many_the_oldest_is_forgotten(void **state)
{
    const int64_t most = (int64_t)xf_limit_get(XF_LIMIT_ENROL_WRONG);
    xf_enrol_gate gate = {0};

    (void)state;
    for (int i = 0; i < XF_ENROL_PLACES; i++) {
        const uint8_t address[XF_ENROL_ADDRESS] = {192, 168, 0, (uint8_t)i};

        xf_enrol_gate_refused(&gate, address, 1000 + i);
    }
    for (int64_t i = 0; i < most; i++)
        xf_enrol_gate_refused(&gate, desk, 2000 + i);
    assert_true(xf_enrol_gate_wait_ms(&gate, desk, 3000) > 0);
    for (int i = 1; i < XF_ENROL_PLACES; i++) {
        const uint8_t address[XF_ENROL_ADDRESS] = {192, 168, 0, (uint8_t)i};

        xf_enrol_gate_refused(&gate, address, 3000 + i);
    }
    assert_true(xf_enrol_gate_wait_ms(&gate, desk, 4000) > 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_is_read_whole),
        cmocka_unit_test(what_is_no_code_is_not_taken_for_one),
        cmocka_unit_test(the_fifth_refusal_closes_and_time_opens),
        cmocka_unit_test(of_too_many_the_oldest_is_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
