/* law/repeat, docnumber, figures: words, numbers and rates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "law/docnumber.h"
#include "law/indicator.h"
#include "law/repeat.h"

static void
punctuation_and_blanks_do_not_make_another_demand(void **state)
{
    const int64_t key = xf_repeat_key("反映店铺烟酒被盗,报警后未收到进展告知");

    (void)state;
    assert_true(key == xf_repeat_key("反映店铺烟酒被盗，报警后未收到进展告知。"));
    assert_true(key == xf_repeat_key(" 反映店铺烟酒被盗　报警后 未收到进展告知；"));
    assert_false(key == xf_repeat_key("反映店铺烟酒被盗,报警后已收到进展告知"));
    assert_false(xf_repeat_key("2019-11-30被盗") == xf_repeat_key("2019-11-03被盗"));
}

static void
a_number_is_read_as_paper_has_it(void **state)
{
    xf_docnumber number = {0, 0};

    (void)state;
    assert_int_equal(xf_docnumber_parse("陆公信字〔2020〕121号", "number", &number, NULL),
                     XF_CODE_OK);
    assert_int_equal(number.year, 2020);
    assert_int_equal(number.number, 121);
}

static void
what_is_no_number_is_refused_at_its_field(void **state)
{
    static const char *const wrong[] = {
        "",
        "〔2020〕1号",
        "陆公信字[2020]1号",
        "陆公信字〔20〕1号",
        "陆公信字〔2020〕号",
        "陆公信字〔2020〕0号",
        "陆公信字〔2020〕1",
        "陆公信字〔2020〕1号 ",
        "陆公信字〔2020〕1234567号",
        "陆公信字〔20201〕1号",
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        xf_docnumber number = {7, 7};
        xf_error error = {0};

        assert_int_equal(xf_docnumber_parse(wrong[i], "number", &number, &error), XF_CODE_INVALID);
        assert_string_equal(error.field, "number");
        assert_int_equal(number.year, 7); /* untouched */
    }
}

static void
half_is_rounded_away_from_zero(void **state)
{
    int32_t tenths = 0;

    (void)state;
    assert_true(xf_indicator_change(121, 237, &tenths));
    assert_int_equal(tenths, -489);
    assert_true(xf_indicator_change(242, 111, &tenths));
    assert_int_equal(tenths, 1180);
    assert_true(xf_indicator_change(2001, 2000, &tenths)); /* 0.05 % */
    assert_int_equal(tenths, 1);
    assert_true(xf_indicator_change(1999, 2000, &tenths));
    assert_int_equal(tenths, -1);
    assert_true(xf_indicator_change(2000, 2000, &tenths));
    assert_int_equal(tenths, 0);
}

static void
nothing_before_is_no_rate(void **state)
{
    int32_t tenths = 7;

    (void)state;
    assert_false(xf_indicator_change(5, 0, &tenths));
    assert_int_equal(tenths, 7);
}

static void
the_year_before_a_leap_day_is_the_28th(void **state)
{
    (void)state;
    assert_int_equal(xf_indicator_year_before(xf_day_from_civil(2020, 2, 29)),
                     xf_day_from_civil(2019, 2, 28));
    assert_int_equal(xf_indicator_year_before(xf_day_from_civil(2020, 10, 31)),
                     xf_day_from_civil(2019, 10, 31));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(punctuation_and_blanks_do_not_make_another_demand),
        cmocka_unit_test(a_number_is_read_as_paper_has_it),
        cmocka_unit_test(what_is_no_number_is_refused_at_its_field),
        cmocka_unit_test(half_is_rounded_away_from_zero),
        cmocka_unit_test(nothing_before_is_no_rate),
        cmocka_unit_test(the_year_before_a_leap_day_is_the_28th),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
