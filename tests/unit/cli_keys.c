/* client/cli/book_keys, form: what names a row in its book. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "notice.pb-c.h"
#include "theft.pb-c.h"
#include "visit.pb-c.h"

#include "test_book.h"

#define VISITS "序号,走访日期,单位,出动警力\n"

static const char *
key_of(xf_test_book *b, size_t row)
{
    return xf_test_book_row(b, row, false).key;
}

static void
a_row_is_named_by_its_year_and_its_serial(void **state)
{
    xf_test_book b;
    const Xf__VisitImportRequest *request = NULL;

    (void)state;
    assert_int_equal(xf_test_book_text(&b, "visits",
                                       VISITS "1,2020-07-02,陆城所,2\n"
                                              "12.0,2020/3/2,陆城所,2\n"
                                              "１２,2019-12-31,陆城所,2\n"
                                              "甲 3,2020-03-02,陆城所,2\n"),
                     XF_CODE_OK);
    assert_string_equal(key_of(&b, 0), "2020/1");
    assert_string_equal(key_of(&b, 1), "2020/12");
    assert_string_equal(key_of(&b, 2), "2019/12");
    assert_string_equal(key_of(&b, 3), "2020/甲3");
    request = (const Xf__VisitImportRequest *)xf_test_book_row(&b, 0, false).request;
    assert_string_equal(request->book_key, "2020/1");
    assert_int_equal(request->row_sha.len, XF_SHA);
    assert_false(request->has_update);
    xf_test_book_drop(&b);
}

static void
a_serial_that_comes_again_names_another_row(void **state)
{
    xf_test_book b;

    (void)state;
    assert_int_equal(xf_test_book_text(&b, "visits",
                                       VISITS "1,2020-07-02,陆城所,2\n"
                                              "2,2020-07-02,陆城所,2\n"
                                              "1,2020-08-02,温泉所,3\n"
                                              "1,2019-08-02,温泉所,3\n"
                                              "1,不知道,温泉所,3\n"
                                              "1,2020-07-02,陆城所,2\n"),
                     XF_CODE_OK);
    assert_string_equal(key_of(&b, 0), "2020/1");
    assert_string_equal(key_of(&b, 1), "2020/2");
    assert_string_equal(key_of(&b, 2), "2020/1#2");
    assert_string_equal(key_of(&b, 3), "2019/1");
    xf_test_book_bad_row(&b, 4, XF_TEXT_DAY_MALFORMED, "走访日期");
    assert_string_equal(key_of(&b, 5), "2020/1#3");
    xf_test_book_drop(&b);
}

static void
two_like_visits_without_a_serial_are_two(void **state)
{
    xf_test_book b;
    char first[32];

    (void)state;
    assert_int_equal(xf_test_book_text(&b, "visits",
                                       "走访日期,单位,出动警力,序号\n"
                                       "2020-07-02,陆城所,2,\n"
                                       "2020-07-02,陆城所,3,无\n"
                                       "2020/7/2,陆城 所,2人,-\n"),
                     XF_CODE_OK);
    (void)strncpy(first, key_of(&b, 0), sizeof(first) - 1);
    first[sizeof(first) - 1] = '\0';
    assert_int_equal(first[0], '~');
    assert_int_equal(strspn(first + 1, "0123456789abcdef"), 16);
    assert_int_equal(strlen(first), 17);
    assert_string_not_equal(key_of(&b, 1), first);
    assert_null(strchr(key_of(&b, 1), '#'));
    assert_memory_equal(key_of(&b, 2), first, 17);
    assert_string_equal(key_of(&b, 2) + 17, "#2");
    assert_memory_not_equal(xf_test_book_row(&b, 0, false).op_id,
                            xf_test_book_row(&b, 2, false).op_id, XF_OP_ID);
    assert_memory_equal(xf_test_book_row(&b, 0, false).content_sha,
                        xf_test_book_row(&b, 2, false).content_sha, XF_SHA);
    xf_test_book_drop(&b);
}

static void
a_notice_is_named_by_its_number(void **state)
{
    xf_test_book b;

    (void)state;
    assert_int_equal(xf_test_book_text(&b, "notices",
                                       "序号,文书编号,寄出日期\n"
                                       "1,陆公信告字[2020]1号,2020-06-01\n"
                                       "2,陆公信告字（2020）1 号,2020-06-02\n"
                                       "3,,2020-06-02\n"),
                     XF_CODE_OK);
    assert_string_equal(key_of(&b, 0), "陆公信告字〔2020〕1号");
    assert_string_equal(key_of(&b, 1), "陆公信告字〔2020〕1号#2");
    assert_int_equal(*key_of(&b, 2), '~');
    xf_test_book_drop(&b);
}

static void
a_month_of_thefts_has_one_number_of_a_kind(void **state)
{
    xf_test_book b;

    (void)state;
    assert_int_equal(xf_test_book_text(&b, "thefts",
                                       "年,月,案件类别,立案数,破案数\n"
                                       "2020年,1月,侵财类 盗窃,32,12\n"
                                       "2020,2,侵财类盗窃,32,12\n"
                                       "2020,1,侵财类盗窃,32,12\n"
                                       "2020,2,侵财类盗窃,32,13\n"),
                     XF_CODE_OK);
    assert_string_equal(key_of(&b, 0), "2020/1/侵财类盗窃");
    assert_string_equal(key_of(&b, 1), "2020/2/侵财类盗窃");
    assert_string_equal(key_of(&b, 2), "2020/1/侵财类盗窃");
    assert_memory_equal(xf_test_book_row(&b, 0, false).op_id, xf_test_book_row(&b, 2, false).op_id,
                        XF_OP_ID);
    xf_test_book_bad_row(&b, 3, XF_TEXT_BOOK_ROW_TWICE, "月");
    xf_test_book_drop(&b);
}

static void
a_register_number_stands_for_one_petition(void **state)
{
    xf_test_book b;

    (void)state;
    assert_int_equal(
        xf_test_book_text(&b, "petitions",
                          "信访编号,登记日期,信访形式,信访人,信访目的,内容分类,主要诉求\n"
                          "陆公信字〔2020〕1号,2020-01-05,来信,某某,申诉求决,交通事故,甲\n"
                          "陆公信字(2020)1号,2020-01-05,来信,某某,申诉求决,交通事故,甲\n"
                          "陆公信字【2020】1号,2020-01-05,来信,某某,申诉求决,交通事故,乙\n"),
        XF_CODE_OK);
    assert_string_equal(key_of(&b, 0), "陆公信字〔2020〕1号");
    assert_string_equal(key_of(&b, 1), "陆公信字〔2020〕1号");
    xf_test_book_bad_row(&b, 2, XF_TEXT_BOOK_ROW_TWICE, "信访编号");
    xf_test_book_drop(&b);
}

static void
what_a_row_said_once_it_may_say_again_with_update(void **state)
{
    xf_test_book b;
    xf_form_row plain;
    xf_form_row one;
    xf_form_row other;

    (void)state;
    assert_int_equal(xf_test_book_text(&b, "visits", VISITS "1,2020-07-02,陆城所,2\n"), XF_CODE_OK);
    plain = xf_test_book_row(&b, 0, false);
    b.map.update = true;
    b.map.run[0] = 1;
    one = xf_test_book_row(&b, 0, false);
    assert_true(((const Xf__VisitImportRequest *)one.request)->update);
    b.map.run[0] = 2;
    other = xf_test_book_row(&b, 0, false);
    assert_memory_not_equal(plain.op_id, one.op_id, XF_OP_ID);
    assert_memory_not_equal(one.op_id, other.op_id, XF_OP_ID);
    assert_memory_equal(plain.content_sha, one.content_sha, XF_SHA);
    assert_string_equal(plain.key, one.key);
    xf_test_book_drop(&b);
}

static void
a_key_leads_back_to_the_column_that_shows_it(void **state)
{
    (void)state;
    assert_string_equal(xf_form_heading(xf_form_find("visits"), "book_key"), "序号");
    assert_string_equal(xf_form_heading(xf_form_find("notices"), "book_key"), "文书编号");
    assert_string_equal(xf_form_heading(xf_form_find("petitions"), "number"), "信访编号");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_named_by_its_year_and_its_serial),
        cmocka_unit_test(a_serial_that_comes_again_names_another_row),
        cmocka_unit_test(two_like_visits_without_a_serial_are_two),
        cmocka_unit_test(a_notice_is_named_by_its_number),
        cmocka_unit_test(a_month_of_thefts_has_one_number_of_a_kind),
        cmocka_unit_test(a_register_number_stands_for_one_petition),
        cmocka_unit_test(what_a_row_said_once_it_may_say_again_with_update),
        cmocka_unit_test(a_key_leads_back_to_the_column_that_shows_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
