/* client/cli/book, form, fill, report: what real spreadsheets hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dispute.pb-c.h"
#include "notice.pb-c.h"
#include "petition.pb-c.h"
#include "visit.pb-c.h"

#include "client/cli/fill.h"
#include "client/cli/report.h"
#include "test_book.h"

static void
titles_stand_above_the_heading_line(void **state)
{
    xf_test_book b;
    const Xf__VisitImportRequest *request = NULL;

    (void)state;
    assert_int_equal(xf_test_book_text(&b, "visits",
                                       "陆川县公安局2020年走访台账,,,,,\n"
                                       "填报单位：接待室,,,填报日期：,2020年11月3日,\n"
                                       "\n"
                                       "序 号,走访　日期,\"单\r\n位\",出动警力, 情 况 ,\n"
                                       "1,2020-07-02,陆城　派出所,３人,回访 两次,\n"),
                     XF_CODE_OK);
    assert_int_equal(xf_book_rows(b.book), 1);
    assert_int_equal(xf_book_line(b.book, 0), 5);
    request = (const Xf__VisitImportRequest *)xf_test_book_row(&b, 0, false).request;
    assert_string_equal(request->unit_name, "陆城派出所");
    assert_string_equal(request->outcome, "回访 两次");
    assert_int_equal(request->officers, 3);
    assert_string_equal(request->book_key, "2020/1");
    xf_test_book_drop(&b);
}

static void
lines_of_sums_are_left_out_wherever_they_stand(void **state)
{
    xf_test_book b;

    (void)state;
    assert_int_equal(xf_test_book_text(&b, "visits",
                                       "走访日期,单位,出动警力\r"
                                       "2020-07-02,陆城所,2\r"
                                       ",小 计：,2\r"
                                       "2020-08-02,陆城所,2\r"
                                       "本页合计,,4\r"
                                       "总计2件,,4\r"
                                       ",　,\r"
                                       "2020-09-02,累计所,2\r"),
                     XF_CODE_OK);
    assert_int_equal(xf_book_rows(b.book), 3);
    assert_int_equal(xf_book_line(b.book, 1), 4);
    assert_string_equal(xf_book_cell(b.book, 2, 1), "累计所");
    xf_test_book_drop(&b);
}

static void
full_width_letters_and_digits_become_half_width(void **state)
{
    xf_arena *arena = xf_arena_new();

    (void)state;
    assert_string_equal(xf_fill_tidy("　Ｔ０００２１ ", arena), "T00021");
    assert_string_equal(xf_fill_tidy("ｅｍｓ（快递）", arena), "ems（快递）");
    assert_string_equal(xf_fill_compact("王　小 明", arena), "王小明");
    assert_string_equal(xf_fill_compact("Li  Lei", arena), "Li Lei");
    assert_string_equal(xf_fill_compact("T 00021", arena), "T00021");
    xf_arena_free(&arena);
}

static void
a_document_number_has_one_kind_of_brackets(void **state)
{
    static const char *const spelt[] = {"陆公信字〔2020〕1号", "陆公信字[2020]1号",
                                        "陆公信字(2020)1号",   "陆公信字（2020）1号",
                                        "陆公信字【2020】1号", "陆 公信字［2020］ 1 号"};
    xf_arena *arena = xf_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof(spelt) / sizeof(spelt[0]); i++)
        assert_string_equal(xf_fill_docnumber(spelt[i], arena), "陆公信字〔2020〕1号");
    assert_string_equal(xf_fill_docnumber("函(转)[20201]号", arena), "函(转)[20201]号");
    assert_string_equal(xf_fill_docnumber("(2020", arena), "(2020");
    xf_arena_free(&arena);
}

static void
a_number_may_come_with_a_point_or_a_measure(void **state)
{
    static const char *const good[] = {"3", "3.0", "３", "3人", "3 人次", "3.00", "03"};
    static const char *const bad[] = {"", "-3", "3.5", "三", "3x", "3人人", "1234567890"};
    int32_t number = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(xf_fill_count(good[i], &number));
        assert_int_equal(number, 3);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(xf_fill_count(bad[i], &number));
}

#define DISPUTES "排查日期,责任单位,是否化解,化解日期,来源\n"

static void
yes_and_no_are_written_in_many_ways(void **state)
{
    static const struct {
        const char *text;
        bool has, value;
    } cells[] = {{"是", true, true},  {"√", true, true},   {"Y", true, true},   {"yes", true, true},
                 {"否", true, false}, {"×", true, false},  {"n", true, false},  {"NO", true, false},
                 {"", false, false},  {"-", false, false}, {"无", false, false}};

    (void)state;
    for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
        xf_test_book b;
        char text[256];
        const Xf__DisputeImportRequest *request = NULL;

        (void)snprintf(text, sizeof(text), DISPUTES "2020-01-05,陆城所,%s,,\n", cells[i].text);
        assert_int_equal(xf_test_book_text(&b, "disputes", text), XF_CODE_OK);
        request = (const Xf__DisputeImportRequest *)xf_test_book_row(&b, 0, false).request;
        assert_int_equal(request->has_settled, cells[i].has);
        assert_int_equal(request->settled, cells[i].value);
        xf_test_book_drop(&b);
    }
}

static void
a_dash_is_nothing_where_nothing_is_needed(void **state)
{
    xf_test_book b;
    const Xf__DisputeImportRequest *request = NULL;

    (void)state;
    assert_int_equal(
        xf_test_book_text(&b, "disputes", DISPUTES "2020-01-05,陆城所,否,-,无\n-,陆城所,否,,\n"),
        XF_CODE_OK);
    request = (const Xf__DisputeImportRequest *)xf_test_book_row(&b, 0, false).request;
    assert_false(request->has_settled_on);
    assert_null(request->source);
    xf_test_book_bad_row(&b, 1, XF_TEXT_DAY_MALFORMED, "排查日期");
    xf_test_book_drop(&b);
}

/* All headings of a form, and one more. */
static void
make_headings(const xf_form *form, const char *more, char *text, size_t room)
{
    int n = snprintf(text, room, "二〇二〇年台账\n\n");

    for (const xf_form_column *c = form->columns; c->heading != NULL; c++)
        n += snprintf(text + n, room - (size_t)n, "%s,", c->heading);
    (void)snprintf(text + n, room - (size_t)n, "备注二,%s\n1,2,3,4\n", more);
}

static void
a_column_about_persons_is_refused_by_name_in_every_book(void **state)
{
    (void)state;
    for (size_t i = 0; i < xf_form_count(); i++) {
        xf_test_book b;
        char text[2048];

        make_headings(xf_form_at(i), "\"是否 重 点\n人　员\"", text, sizeof(text));
        assert_int_equal(xf_test_book_text(&b, xf_form_at(i)->name, text), XF_CODE_INVALID);
        assert_int_equal(b.error.text, XF_TEXT_BOOK_PERSON_COLUMN);
        assert_string_equal(b.error.field, "是否重点人员");
        xf_test_book_drop(&b);
    }
}

static void
a_list_of_persons_is_no_book_and_is_told_so(void **state)
{
    xf_test_book b;

    (void)state;
    assert_int_equal(
        xf_test_book_text(&b, "visits", "2020年名册\n姓名,住址,稳控 措施\n某某,前科村,谈话\n"),
        XF_CODE_INVALID);
    assert_int_equal(b.error.text, XF_TEXT_BOOK_PERSON_COLUMN);
    assert_string_equal(b.error.field, "稳控措施");
    xf_test_book_drop(&b);
    /* A value is never told. */
    assert_int_equal(xf_test_book_text(&b, "visits", "姓名,住址\n某某,前科村\n"), XF_CODE_INVALID);
    assert_int_equal(b.error.text, XF_TEXT_BOOK_HEADING_UNKNOWN);
    xf_test_book_drop(&b);
}

static void
empty_columns_at_the_right_edge_are_none(void **state)
{
    xf_test_book b;
    char text[1024];
    int n = snprintf(text, sizeof(text), "单位编码,单位名称,类型");

    (void)state;
    for (size_t i = 0; i < 200; i++)
        text[n++] = ',';
    (void)snprintf(text + n, sizeof(text) - (size_t)n, "\n1,甲所,station,,,\n");
    assert_int_equal(xf_test_book_text(&b, "units", text), XF_CODE_OK);
    assert_int_equal(xf_book_columns(b.book), 3);
    xf_test_book_drop(&b);
}

static void
a_kind_of_book_is_known_by_its_headings(void **state)
{
    xf_test_book b;

    (void)state;
    assert_int_equal(xf_test_book_text(&b, "visits",
                                       "走访台账,,\n单位,走访日期,出动警力\n陆城所,2020-01-01,2\n"),
                     XF_CODE_OK);
    assert_ptr_equal(xf_form_guess(b.book), xf_form_find("visits"));
    xf_test_book_drop(&b);
    assert_int_equal(xf_test_book_text(&b, "visits", "名称,数量\n甲,1\n"), XF_CODE_INVALID);
    assert_null(xf_form_guess(b.book));
    xf_test_book_drop(&b);
}

static void
a_long_list_is_cut_on_a_terminal(void **state)
{
    xf_report *report = xf_report_new();
    char text[4096] = "";
    FILE *out = fmemopen(text, sizeof(text), "w");

    (void)state;
    xf_report_begin(report, "a.csv");
    for (size_t i = 0; i < 25; i++)
        xf_report_add(report, XF_REPORT_REFUSED, 100 + i, "列甲", "缘故");
    xf_report_add(report, XF_REPORT_KEPT, 200, "列乙", "缘故");
    xf_report_print(report, 20, out);
    (void)fclose(out);
    assert_non_null(strstr(text, "119"));
    assert_null(strstr(text, "120"));
    assert_non_null(strstr(text, "……还有 5 行，见 --report"));
    assert_non_null(strstr(text, "200"));
    xf_report_free(&report);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(titles_stand_above_the_heading_line),
        cmocka_unit_test(lines_of_sums_are_left_out_wherever_they_stand),
        cmocka_unit_test(full_width_letters_and_digits_become_half_width),
        cmocka_unit_test(a_document_number_has_one_kind_of_brackets),
        cmocka_unit_test(a_number_may_come_with_a_point_or_a_measure),
        cmocka_unit_test(yes_and_no_are_written_in_many_ways),
        cmocka_unit_test(a_dash_is_nothing_where_nothing_is_needed),
        cmocka_unit_test(a_column_about_persons_is_refused_by_name_in_every_book),
        cmocka_unit_test(a_list_of_persons_is_no_book_and_is_told_so),
        cmocka_unit_test(empty_columns_at_the_right_edge_are_none),
        cmocka_unit_test(a_kind_of_book_is_known_by_its_headings),
        cmocka_unit_test(a_long_list_is_cut_on_a_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
