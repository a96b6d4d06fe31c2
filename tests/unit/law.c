/* call/law: what check put is found by name. */
#include "call/law.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
what_was_put_is_found_by_name(void **state)
{
    (void)state;
    xf_law law = {0};
    const int64_t states[] = {1, 2, -3};
    xf_law_put(&law, "next_state", -7);
    xf_law_put_list(&law, "from_states", states, 3);
    xf_law_put_text(&law, "series", "甲");
    xf_law_put_bytes(&law, "sha", (const uint8_t *)"\0\1", 2);
    xf_law_put_null(&law, "due_on");
    assert_int_equal(xf_law_find(&law, "next_state")->numbers[0], -7);
    assert_false(xf_law_find(&law, "next_state")->list);
    assert_true(xf_law_find(&law, "from_states")->list);
    assert_int_equal(xf_law_find(&law, "from_states")->n, 3);
    assert_int_equal(xf_law_find(&law, "from_states")->numbers[2], -3);
    assert_string_equal(xf_law_find(&law, "series")->text, "甲");
    assert_int_equal(xf_law_find(&law, "sha")->n, 2);
    assert_true(xf_law_find(&law, "due_on")->null);
}

static void
what_was_not_put_is_not_found(void **state)
{
    (void)state;
    xf_law law = {0};
    xf_law_put(&law, "next_state", 1);
    assert_null(xf_law_find(&law, "next"));
    assert_null(xf_law_find(&law, "next_state2"));
}

static void
an_empty_list_is_a_list(void **state)
{
    (void)state;
    xf_law law = {0};
    xf_law_put_list(&law, "gram", NULL, 0);
    assert_true(xf_law_find(&law, "gram")->list);
    assert_int_equal(xf_law_find(&law, "gram")->n, 0);
}

static void
the_later_value_of_a_name_stands(void **state)
{
    (void)state;
    xf_law law = {0};
    xf_law_put_null(&law, "due_on");
    xf_law_put(&law, "due_on", 20000);
    assert_false(xf_law_find(&law, "due_on")->null);
    assert_int_equal(xf_law_find(&law, "due_on")->numbers[0], 20000);
}

static void
an_empty_law_may_stand_on_anything(void **state)
{
    (void)state;
    xf_law law;
    const int64_t states[] = {1, 2};
    memset(&law, 0xa5, sizeof law);
    law.n = 0;
    assert_null(xf_law_find(&law, "sha"));
    xf_law_put(&law, "next_state", 1);
    xf_law_put_list(&law, "from_states", states, 2);
    xf_law_put_text(&law, "words", "甲");
    assert_int_equal(xf_law_find(&law, "next_state")->numbers[0], 1);
    assert_int_equal(xf_law_find(&law, "from_states")->numbers[1], 2);
    assert_false(xf_law_find(&law, "words")->null);
    assert_false(xf_law_find(&law, "words")->list);
    assert_null(xf_law_find(&law, "words")->bytes);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_found_by_name),
        cmocka_unit_test(what_was_not_put_is_not_found),
        cmocka_unit_test(an_empty_list_is_a_list),
        cmocka_unit_test(the_later_value_of_a_name_stands),
        cmocka_unit_test(an_empty_law_may_stand_on_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
