/* base/utf8: every three bytes are what RFC 3629 says, alone and behind Chinese. */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* By what the three bytes say: a character of the plane, not overlong, no surrogate. */
static bool
is_character(const uint8_t b[3])
{
    uint32_t point = (uint32_t)(b[0] & 0x0f) << 12 | (uint32_t)(b[1] & 0x3f) << 6 | (b[2] & 0x3f);

    return (b[1] & 0xc0) == 0x80 && (b[2] & 0xc0) == 0x80 && point >= 0x800 &&
           (point < 0xd800 || point > 0xdfff);
}

static void
three_bytes_are_a_character_or_not(void **state)
{
    (void)state;
    for (uint32_t three = 0xe00000; three <= 0xefffff; three++) {
        const uint8_t b[] = {(uint8_t)(three >> 16), (uint8_t)(three >> 8), (uint8_t)three};

        if (xf_utf8_valid(b, 3) != is_character(b))
            fail_msg("%06x", three);
    }
}

static void
behind_chinese_the_same_holds(void **state)
{
    static const char *const good[] = {"", "中", "a", "é", "中文", "\U0001f9fe", "。x"};
    static const char *const bad[] = {"\xed\xa0\x80", "\xe0\x80\x80", "\xe4",     "\xe4\xb8",
                                      "\xe4\xb8x",    "\xe4x",        "\xf5\x80", "\x80"};
    char text[64];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        for (size_t j = 0; j < sizeof bad / sizeof bad[0]; j++) {
            (void)snprintf(text, sizeof text, "乡镇%s", good[i]);
            assert_true(xf_utf8_valid((const uint8_t *)text, strlen(text)));
            (void)snprintf(text, sizeof text, "乡镇%s%s", good[i], bad[j]);
            assert_false(xf_utf8_valid((const uint8_t *)text, strlen(text)));
        }
    }
}

static void
what_stands_behind_the_end_is_not_read(void **state)
{
    static const uint8_t two[] = "中中a";

    (void)state;
    for (size_t n = 0; n <= 6; n++)
        assert_int_equal(xf_utf8_valid(two, n), n % 3 == 0);
}

static void
nul_is_no_text(void **state)
{
    (void)state;
    assert_false(xf_utf8_valid((const uint8_t *)"中\0中", 7));
    assert_true(xf_utf8_valid((const uint8_t *)"", 0));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_bytes_are_a_character_or_not),
        cmocka_unit_test(behind_chinese_the_same_holds),
        cmocka_unit_test(what_stands_behind_the_end_is_not_read),
        cmocka_unit_test(nul_is_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
