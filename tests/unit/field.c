/* method/field: what is missing or too long is refused, by its path. */
#include "method/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
missing_and_too_long_are_two_refusals(void **state)
{
    (void)state;
    xf_error error = {0};
    assert_int_equal(xf_field_needed("", 3, "name", &error), XF_CODE_INVALID);
    assert_int_equal(error.text, XF_TEXT_FIELD_MISSING);
    assert_int_equal(xf_field_needed("甲乙", 3, "name", &error), XF_CODE_INVALID);
    assert_int_equal(error.text, XF_TEXT_FIELD_TOO_LONG);
    assert_string_equal(error.field, "name");
    assert_int_equal(xf_field_needed("甲", 3, "name", &error), XF_CODE_OK);
    assert_int_equal(xf_field_short(NULL, 3, "name", &error), XF_CODE_OK);
}

static void
a_field_of_an_element_is_named_by_its_whole_path(void **state)
{
    (void)state;
    xf_error error = {0};
    xf_code code = xf_field_needed(NULL, 3, "phone", &error);
    int born = error.line;
    assert_int_equal(xf_field_within("petitioners", 2, code, &error), XF_CODE_INVALID);
    assert_string_equal(error.field, "petitioners[2].phone");
    assert_int_equal(error.text, XF_TEXT_FIELD_MISSING);
    assert_int_equal(error.line, born);
}

static void
an_element_without_fault_leaves_the_error_alone(void **state)
{
    (void)state;
    xf_error error = {.field = "as it was"};
    assert_int_equal(xf_field_within("petitioners", 2, XF_CODE_OK, &error), XF_CODE_OK);
    assert_string_equal(error.field, "as it was");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_and_too_long_are_two_refusals),
        cmocka_unit_test(a_field_of_an_element_is_named_by_its_whole_path),
        cmocka_unit_test(an_element_without_fault_leaves_the_error_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
