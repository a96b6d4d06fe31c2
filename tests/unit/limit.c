/* base/limit: every ceiling has a name, a value in its range, and a reason. */
#include "base/limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
every_limit_has_a_key_a_reason_and_a_value_in_its_range(void **state)
{
    (void)state;
    for (int i = 0; i < XF_LIMIT_COUNT; i++) {
        xf_limit limit = (xf_limit)i;

        assert_int_equal(strncmp(xf_limit_key(limit), "limit.", 6), 0);
        assert_true(strlen(xf_limit_why(limit)) > 0);
        /* Setting it to what it is proves the range. */
        assert_true(xf_limit_set(xf_limit_key(limit), xf_limit_get(limit)));
    }
}

static const struct {
    const char *key;
    uint64_t least;
    uint64_t most;
} ranges[] = {

#define XF_LIMIT_ROW(symbol, key, value, least, most, why) {key, least, most},
#include "base/limit.def"
#undef XF_LIMIT_ROW
};

static void
each_limit_is_set_within_its_range_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        const xf_limit limit = (xf_limit)i;
        const char *key = ranges[i].key;

        assert_string_equal(xf_limit_key(limit), key);
        assert_true(ranges[i].least < ranges[i].most && ranges[i].most <= INT64_MAX);
        assert_true(xf_limit_set(key, ranges[i].most));
        assert_false(xf_limit_set(key, ranges[i].most + 1));
        assert_int_equal(xf_limit_get(limit), ranges[i].most);
        assert_true(xf_limit_set(key, ranges[i].least));
        assert_false(xf_limit_set(key, ranges[i].least - 1)); /* of 0 it is the largest number */
        assert_int_equal(xf_limit_get(limit), ranges[i].least);
        assert_true(xf_limit_set(key, xf_limit_default(limit)));
    }
}

static void
a_limit_that_is_not_there_is_not_set(void **state)
{
    (void)state;
    assert_false(xf_limit_set("limit.petitioner", 10));
    assert_false(xf_limit_set("", 10));
}

static void
each_hit_is_counted_for_itself(void **state)
{
    uint64_t others = xf_limit_hits(XF_LIMIT_FRAME);

    (void)state;
    assert_int_equal(xf_limit_hits(XF_LIMIT_OUTBOX), 0);
    xf_limit_hit(XF_LIMIT_OUTBOX);
    xf_limit_hit(XF_LIMIT_OUTBOX);
    assert_int_equal(xf_limit_hits(XF_LIMIT_OUTBOX), 2);
    assert_int_equal(xf_limit_hits(XF_LIMIT_FRAME), others);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_limit_has_a_key_a_reason_and_a_value_in_its_range),
        cmocka_unit_test(each_limit_is_set_within_its_range_only),
        cmocka_unit_test(a_limit_that_is_not_there_is_not_set),
        cmocka_unit_test(each_hit_is_counted_for_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
