/* Which head rows a transaction locks, and whose are known to be held. */
#include "db/heads.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
bureaus_are_locked_in_the_order_of_their_numbers_and_each_once(void **state)
{
    (void)state;
    xf_query queries[] = {{.actor.bureau = 7},
                          {.actor.bureau = 3},
                          {.actor.bureau = 7},
                          {.actor.bureau = 3},
                          {.actor.bureau = 5}};
    xf_query *all[] = {&queries[0], &queries[1], &queries[2], &queries[3], &queries[4]};
    xf_heads heads = {0};
    xf_heads_set(&heads, all, 5);
    assert_int_equal(heads.n, 3);
    assert_int_equal(heads.bureaus[0], 3);
    assert_int_equal(heads.bureaus[1], 5);
    assert_int_equal(heads.bureaus[2], 7);
    xf_heads_set(&heads, all, 0);
    assert_int_equal(heads.n, 0);
}

static void
one_that_was_missed_is_held_until_it_was_had(void **state)
{
    (void)state;
    xf_heads heads = {0};
    assert_false(xf_heads_is_held(&heads, 0));
    xf_heads_missed(&heads, 1);
    xf_heads_missed(&heads, 2);
    xf_heads_set(&heads, NULL, 0); /* the next transaction */
    assert_true(xf_heads_is_held(&heads, 1));
    xf_heads_had(&heads, 1);
    assert_false(xf_heads_is_held(&heads, 1));
    assert_true(xf_heads_is_held(&heads, 2));
}

static void
of_more_than_can_be_remembered_the_oldest_is_forgotten(void **state)
{
    (void)state;
    xf_heads heads = {0};
    for (int32_t i = 1; i <= XF_HEADS_HELD + 1; i++) {
        xf_heads_missed(&heads, i);
        xf_heads_missed(&heads, i); /* takes no second place */
    }
    assert_false(xf_heads_is_held(&heads, 1));
    for (int32_t i = 2; i <= XF_HEADS_HELD + 1; i++)
        assert_true(xf_heads_is_held(&heads, i));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bureaus_are_locked_in_the_order_of_their_numbers_and_each_once),
        cmocka_unit_test(one_that_was_missed_is_held_until_it_was_had),
        cmocka_unit_test(of_more_than_can_be_remembered_the_oldest_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
