/* client/cli/book, form, fill: from a file of the bureau to requests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bureau.pb-c.h"
#include "petition.pb-c.h"

#include "client/cli/fill.h"
#include "test_book.h"

#define HEAD "信访编号,登记日期,信访形式,信访人,信访目的,内容分类,主要诉求"
#define ROW  "陆公信字〔2020〕1号,2020-01-05,来信,某某,申诉求决,交通事故,反映事故"

static void
a_book_with_a_byte_order_mark_is_read(void **state)
{
    xf_test_book s;
    const Xf__PetitionImportRequest *request = NULL;

    (void)state;
    assert_int_equal(xf_test_book_text(&s, "petitions", "\xef\xbb\xbf" HEAD "\r\n" ROW "\r\n"),
                     XF_CODE_OK);
    assert_int_equal(xf_book_rows(s.book), 1);
    request = (const Xf__PetitionImportRequest *)xf_test_book_row(&s, 0, false).request;
    assert_string_equal(request->number, "陆公信字〔2020〕1号");
    assert_int_equal(request->registered_on, 18266);
    assert_int_equal(request->channel, XF__CHANNEL__CHANNEL_LETTER);
    assert_int_equal(request->source, XF__SOURCE__SOURCE_DIRECT);
    assert_int_equal(request->purpose, XF__PURPOSE__PURPOSE_APPEAL);
    assert_false(request->has_people);
    assert_int_equal(request->op_id.len, 16);
    assert_int_equal(request->op_id.data[6] >> 4, 8);
    assert_int_equal(request->op_id.data[8] >> 6, 2);
    assert_int_equal(request->row_sha.len, 32);
    xf_test_book_drop(&s);
}

static void
a_gb18030_book_is_detected(void **state)
{
    /* 警号,姓名,单位编码,角色 / T00001,警员,450922000000,leader */
    static const char bytes[] =
        "\xbe\xaf\xba\xc5,\xd0\xd5\xc3\xfb,\xb5\xa5\xce\xbb\xb1\xe0\xc2\xeb,\xbd\xc7\xc9\xab\r\n"
        "T00001,\xbe\xaf\xd4\xb1,450922000000,leader\r\n";
    xf_test_book s;
    const Xf__BureauImportOfficerRequest *request = NULL;

    (void)state;
    assert_int_equal(xf_test_book_bytes(&s, "officers", bytes, sizeof(bytes) - 1), XF_CODE_OK);
    request = (const Xf__BureauImportOfficerRequest *)xf_test_book_row(&s, 0, false).request;
    assert_string_equal(request->name, "警员");
    assert_int_equal(request->n_roles, 1);
    assert_int_equal(request->roles[0], XF__ROLE__ROLE_LEADER);
    xf_test_book_drop(&s);
}

static void
what_is_neither_utf8_nor_gb18030_is_refused(void **state)
{
    xf_test_book s;

    (void)state;
    assert_int_equal(xf_test_book_bytes(&s, "units", "\xff\xfe\x00\x01", 4), XF_CODE_INVALID);
    assert_int_equal(s.error.text, XF_TEXT_BOOK_ENCODING);
    xf_test_book_drop(&s);
    /* The mark says UTF-8, the rest is not. */
    assert_int_equal(xf_test_book_bytes(&s, "units", "\xef\xbb\xbf\xbe\xaf", 5), XF_CODE_INVALID);
    assert_int_equal(s.error.text, XF_TEXT_BOOK_ENCODING);
    xf_test_book_drop(&s);
}

static void
headings_may_stand_in_any_order(void **state)
{
    xf_test_book s;
    const Xf__BureauImportUnitRequest *request = NULL;

    (void)state;
    assert_int_equal(
        xf_test_book_text(&s, "units",
                          "类型, 单位名称 ,单位编码\nstation,温泉派出所,450922001200\n"),
        XF_CODE_OK);
    request = (const Xf__BureauImportUnitRequest *)xf_test_book_row(&s, 0, false).request;
    assert_string_equal(request->code, "450922001200");
    assert_string_equal(request->name, "温泉派出所");
    assert_int_equal(request->kind, XF__UNIT_KIND__UNIT_KIND_STATION);
    xf_test_book_drop(&s);
}

static void
a_column_that_lists_people_is_refused_by_name(void **state)
{
    xf_test_book s;

    (void)state;
    assert_int_equal(xf_test_book_text(&s, "petitions", HEAD ",重点人员\n" ROW ",是\n"),
                     XF_CODE_INVALID);
    assert_int_equal(s.error.text, XF_TEXT_BOOK_PERSON_COLUMN);
    assert_string_equal(s.error.field, "重点人员");
    xf_test_book_drop(&s);
}

static void
unknown_missing_and_doubled_headings_are_refused_by_name(void **state)
{
    xf_test_book s;

    (void)state;
    assert_int_equal(xf_test_book_text(&s, "petitions", HEAD ",备注二\n" ROW ",x\n"),
                     XF_CODE_INVALID);
    assert_int_equal(s.error.text, XF_TEXT_BOOK_HEADING_UNKNOWN);
    assert_string_equal(s.error.field, "备注二");
    xf_test_book_drop(&s);
    assert_int_equal(xf_test_book_text(&s, "units", "单位编码,单位名称\n1,2\n"), XF_CODE_INVALID);
    assert_int_equal(s.error.text, XF_TEXT_BOOK_HEADING_MISSING);
    assert_string_equal(s.error.field, "类型");
    xf_test_book_drop(&s);
    assert_int_equal(xf_test_book_text(&s, "units", "单位编码,单位名称,类型,类型\n"),
                     XF_CODE_INVALID);
    assert_int_equal(s.error.text, XF_TEXT_BOOK_HEADING_TWICE);
    xf_test_book_drop(&s);
    assert_int_equal(xf_test_book_text(&s, "units", "\n\n"), XF_CODE_INVALID);
    assert_int_equal(s.error.text, XF_TEXT_BOOK_HEADING_MISSING);
    xf_test_book_drop(&s);
}

/* A sheet of two columns that must be there, date and kind, and one that may. */
static xf_code
place(const char *text, size_t ret_places[3], xf_error *reterr)
{
    static const char *const names[][2] = {{"date", "日期"}, {"kind", "类型"}, {"name", "节日"}};
    char path[] = "/tmp/xf-sheet-XXXXXX";
    const int fd = mkstemp(path);
    xf_book *book = NULL;
    xf_code code = XF_CODE_OK;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    (void)close(fd);
    assert_int_equal(xf_book_read(path, &book, NULL), XF_CODE_OK);
    (void)unlink(path);
    code = xf_book_places(book, names, 2, 3, ret_places, reterr);
    xf_book_free(&book);
    return code;
}

static void
a_small_sheet_says_where_its_columns_stand(void **state)
{
    size_t places[3] = {9, 9, 9};
    xf_error error = {0};

    (void)state;
    assert_int_equal(place("类型,date\n1,2\n", places, NULL), XF_CODE_OK);
    assert_int_equal(places[0], 1);
    assert_int_equal(places[1], 0);
    assert_true(places[2] == SIZE_MAX);
    assert_int_equal(place("name,节日,kind\n", places, &error), XF_CODE_INVALID);
    assert_int_equal(error.text, XF_TEXT_BOOK_HEADING_TWICE);
    assert_string_equal(error.field, "节日");
    assert_int_equal(place("日期,类型,备注\n", places, &error), XF_CODE_INVALID);
    assert_int_equal(error.text, XF_TEXT_BOOK_HEADING_UNKNOWN);
    assert_string_equal(error.field, "备注");
    assert_int_equal(place("日期,name\n", places, &error), XF_CODE_INVALID);
    assert_int_equal(error.text, XF_TEXT_BOOK_HEADING_MISSING);
    assert_string_equal(error.field, "kind");
}

static void
a_bad_value_is_named_by_its_column(void **state)
{
    xf_test_book s;
    xf_form_row made;

    (void)state;
    assert_int_equal(
        xf_test_book_text(&s, "petitions",
                          HEAD ",是否重点\n陆公信字〔2020〕1号,2020-02-30,来信,某,申诉求决,x,y,是\n"
                               "陆公信字〔2020〕2号,2020-02-03,来过,某,申诉求决,x,y,是\n"
                               "陆公信字〔2020〕3号,2020-02-03,来访,某,申诉求决,x,y,不\n"),
        XF_CODE_OK);
    assert_int_equal(xf_form_fill(&s.map, s.book, 0, s.arena, &made, &s.error), XF_CODE_INVALID);
    assert_string_equal(s.error.field, "登记日期");
    assert_int_equal(s.error.text, XF_TEXT_DAY_MALFORMED);
    assert_int_equal(xf_form_fill(&s.map, s.book, 1, s.arena, &made, &s.error), XF_CODE_INVALID);
    assert_string_equal(s.error.field, "信访形式");
    assert_int_equal(s.error.text, XF_TEXT_BOOK_WORD_UNKNOWN);
    assert_int_equal(xf_form_fill(&s.map, s.book, 2, s.arena, &made, &s.error), XF_CODE_INVALID);
    assert_string_equal(s.error.field, "是否重点");
    xf_test_book_drop(&s);
}

static void
lines_are_counted_as_the_spreadsheet_counts(void **state)
{
    xf_test_book s;

    (void)state;
    assert_int_equal(xf_test_book_text(&s, "units",
                                       "单位编码,单位名称,类型\r\n" /* 1 */
                                       "1,\"甲\r\n乙\",station\r\n" /* 2 */
                                       "\r\n"                       /* 3 */
                                       ",,\r\n"                     /* 4 */
                                       "2,丙,station\r\n"           /* 5 */
                                       "合 计,2,\r\n"               /* 6 */
                                       "3,丁,station"),             /* 7, no end of line */
                     XF_CODE_OK);
    assert_int_equal(xf_book_rows(s.book), 3);
    assert_int_equal(xf_book_line(s.book, 0), 2);
    assert_string_equal(xf_book_cell(s.book, 0, 1), "甲\r\n乙");
    assert_int_equal(xf_book_line(s.book, 1), 5);
    assert_int_equal(xf_book_line(s.book, 2), 7);
    assert_string_equal(xf_book_cell(s.book, 2, 9), "");
    xf_test_book_drop(&s);
    assert_int_equal(xf_test_book_text(&s, "units", "单位编码,单位名称,类型\n\n1,甲,station\n"),
                     XF_CODE_OK);
    assert_int_equal(xf_book_line(s.book, 0), 3);
    xf_test_book_drop(&s);
}

static void
from_above_is_a_source_and_no_channel(void **state)
{
    xf_test_book s;
    const Xf__PetitionImportRequest *request = NULL;

    (void)state;
    assert_int_equal(
        xf_test_book_text(&s, "petitions",
                          HEAD "\n陆公信字〔2020〕1号,2020-01-05,上级转办,某,检举控告,x,y\n"),
        XF_CODE_OK);
    request = (const Xf__PetitionImportRequest *)xf_test_book_row(&s, 0, false).request;
    assert_int_equal(request->channel, XF__CHANNEL__CHANNEL_NOT_STATED);
    assert_int_equal(request->source, XF__SOURCE__SOURCE_ABOVE);
    xf_test_book_drop(&s);
}

static void
the_same_row_has_the_same_op_id_however_it_is_spelt(void **state)
{
    xf_test_book a;
    xf_test_book b;
    xf_form_row one;
    xf_form_row two;
    xf_form_row other;

    (void)state;
    assert_int_equal(xf_test_book_text(&a, "petitions", HEAD ",人数,序号\n" ROW ",2,1\n"),
                     XF_CODE_OK);
    assert_int_equal(
        xf_test_book_text(
            &b, "petitions",
            "满意度,人数,主要诉求,内容分类,信访目的,信访人,信访形式,登记日期,信访编号\n"
            ", ２ ,反映事故　,交通事故, 申诉求决,某某,来信,2020/1/5,陆公信字〔２０２０〕１号\n"
            ",3,反映事故,交通事故,申诉求决,某某,来信,2020/1/5,陆公信字〔2020〕1号\n"),
        XF_CODE_OK);
    b.map.keys = NULL; /* a number's second row would be refused */
    one = xf_test_book_row(&a, 0, false);
    two = xf_test_book_row(&b, 0, false);
    other = xf_test_book_row(&b, 1, false);
    assert_memory_equal(one.op_id, two.op_id, XF_OP_ID);
    assert_memory_equal(one.content_sha, two.content_sha, XF_SHA);
    assert_memory_not_equal(one.op_id, other.op_id, XF_OP_ID);
    two = xf_test_book_row(&a, 0, true);
    assert_memory_not_equal(one.op_id, two.op_id, XF_OP_ID);
    assert_memory_equal(one.content_sha, two.content_sha, XF_SHA);
    assert_true(((const Xf__PetitionImportRequest *)two.request)->dry_run);
    a.map.dry_run = false;
    a.map.bureau = XF_TEST_BUREAU + 1;
    assert_int_equal(xf_form_fill(&a.map, a.book, 0, a.arena, &two, &a.error), XF_CODE_OK);
    assert_memory_not_equal(one.op_id, two.op_id, XF_OP_ID);
    xf_test_book_drop(&a);
    xf_test_book_drop(&b);
}

/* Another client makes the same id from the same row: the recipe may not drift. */
static void
the_op_id_of_a_known_row_stays_what_it_was(void **state)
{
    static const uint8_t expected[XF_OP_ID] = {0xc2, 0x09, 0xa3, 0xc8, 0x81, 0xdf, 0x8a, 0x88,
                                               0x94, 0x70, 0x28, 0xfb, 0x79, 0x12, 0x70, 0x7d};
    xf_test_book s;
    xf_form_row made;

    (void)state;
    assert_int_equal(
        xf_test_book_text(&s, "units", "单位编码,单位名称,类型\n450922001200,温泉派出所,station\n"),
        XF_CODE_OK);
    made = xf_test_book_row(&s, 0, false);
    assert_memory_equal(made.op_id, expected, XF_OP_ID);
    xf_test_book_drop(&s);
}

static void
days_are_read_in_the_ways_books_write_them(void **state)
{
    static const char *const good[] = {
        "2020-03-05",        "2020/3/5",         "2020.3.5",
        "2020年3月5日",      "2020年03月05日",   "43895",
        "43895.0",           "43895.375",        "2020-03-05 0:00:00",
        "2020/3/5 09:30",    "20200305",         "20200305 00:00:00",
        "2020年3月5日9:30",  "２０２０／３／５", "2020-3-5T09:30:00.000",
        "2020 年 3 月 5 日", "2020.3.5 ",        "2020年3月5号"};
    static const char *const bad[] = {"",
                                      "2020-3",
                                      "2020-02-30",
                                      "20-3-5",
                                      "2020-13-01",
                                      "2020-03-05x",
                                      "123",
                                      "2020-03-05 9点",
                                      "3/5/2020",
                                      "-",
                                      "20201305",
                                      "2020030",
                                      "2020-03-05 25:00",
                                      "2020-03-05 09:61",
                                      "2020-3-5-1",
                                      "43895.x",
                                      "12345678",
                                      "2020年3月5日2020年3月5日2020年3月5日2020年3月5日"};
    xf_day day = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(xf_fill_day(good[i], &day, NULL), XF_CODE_OK);
        assert_int_equal(day, 18326);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(xf_fill_day(bad[i], &day, NULL), XF_CODE_INVALID);
}

static void
several_roles_stand_in_one_cell(void **state)
{
    xf_test_book s;
    const Xf__BureauImportOfficerRequest *request = NULL;
    xf_form_row made;

    (void)state;
    assert_int_equal(
        xf_test_book_text(&s, "officers",
                          "警号,姓名,单位编码,角色\nT1,甲,1,handler；单位负责人 、 liaison\n"
                          "T2,乙,1,handler；厨师\n"),
        XF_CODE_OK);
    request = (const Xf__BureauImportOfficerRequest *)xf_test_book_row(&s, 0, false).request;
    assert_int_equal(request->n_roles, 3);
    assert_int_equal(request->roles[1], XF__ROLE__ROLE_UNIT_HEAD);
    assert_int_equal(request->roles[2], XF__ROLE__ROLE_LIAISON);
    assert_int_equal(xf_form_fill(&s.map, s.book, 1, s.arena, &made, &s.error), XF_CODE_INVALID);
    assert_string_equal(s.error.field, "角色");
    xf_test_book_drop(&s);
}

static void
a_field_path_leads_back_to_its_heading(void **state)
{
    const xf_form *form = xf_form_find("petitions");

    (void)state;
    assert_string_equal(xf_form_heading(form, "handler_badge"), "承办人警号");
    assert_string_equal(xf_form_heading(form, "source"), "信访形式");
    assert_string_equal(xf_form_heading(xf_form_find("officers"), "roles[1]"), "角色");
    assert_string_equal(xf_form_heading(form, "登记日期"), "登记日期");
    assert_string_equal(xf_form_heading(form, ""), "");
}

/* Every heading of a form is filled somewhere: its field exists in the request. */
static void
every_column_has_a_field_of_the_request(void **state)
{
    (void)state;
    assert_int_equal(xf_form_count(), 9);
    for (size_t i = 0; i < xf_form_count(); i++) {
        const xf_form *form = xf_form_at(i);
        const ProtobufCMessageDescriptor *type = xf_rpc_find(form->rpc)->request;

        for (const xf_form_column *c = form->columns; c->heading != NULL; c++) {
            if (c->field != NULL)
                assert_non_null(protobuf_c_message_descriptor_get_field_by_name(type, c->field));
        }
        assert_non_null(protobuf_c_message_descriptor_get_field_by_name(type, form->key));
    }
}

/* The bureau's own year, as it lies in tests/data. */
static void
the_ledgers_of_luchuan_are_read_whole(void **state)
{
    static const struct {
        const char *form, *file;
        size_t rows;
    } books[] = {{"units", "units.csv", 26},
                 {"officers", "officers.csv", 117},
                 {"petitions", "petitions-2019.csv", 278},
                 {"petitions", "petitions-2020.csv", 121},
                 {"receptions", "leader-receptions-2020.csv", 61},
                 {"visits", "home-visits-2020.csv", 177},
                 {"notices", "notices-2020.csv", 121},
                 {"disputes", "disputes-2020.csv", 538},
                 {"thefts", "crime-solved.csv", 22},
                 {"panels", "case-reviews.csv", 6}};

    const char *source = secure_getenv("XF_SOURCE_DIR");

    (void)state;
    assert_non_null(source); /* ctest sets it */
    for (size_t i = 0; i < sizeof(books) / sizeof(books[0]); i++) {
        char path[512];
        xf_book *book = NULL;
        xf_form_map map;
        xf_error error;

        (void)snprintf(path, sizeof(path), "%s/tests/data/luchuan-2020/%s", source, books[i].file);
        assert_int_equal(xf_book_read(path, &book, &error), XF_CODE_OK);
        assert_ptr_equal(xf_form_guess(book), xf_form_find(books[i].form));
        assert_int_equal(xf_form_map_book(xf_form_guess(book), book, &map, &error), XF_CODE_OK);
        assert_int_equal(xf_book_rows(book), books[i].rows);
        for (size_t row = 0; row < books[i].rows; row++) {
            xf_arena *arena = xf_arena_new();
            xf_form_row made;

            assert_int_equal(xf_form_fill(&map, book, row, arena, &made, &error), XF_CODE_OK);
            assert_string_not_equal(made.key, "");
            xf_arena_free(&arena);
        }
        xf_book_free(&book);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_book_with_a_byte_order_mark_is_read),
        cmocka_unit_test(a_gb18030_book_is_detected),
        cmocka_unit_test(what_is_neither_utf8_nor_gb18030_is_refused),
        cmocka_unit_test(headings_may_stand_in_any_order),
        cmocka_unit_test(a_column_that_lists_people_is_refused_by_name),
        cmocka_unit_test(unknown_missing_and_doubled_headings_are_refused_by_name),
        cmocka_unit_test(a_small_sheet_says_where_its_columns_stand),
        cmocka_unit_test(a_bad_value_is_named_by_its_column),
        cmocka_unit_test(lines_are_counted_as_the_spreadsheet_counts),
        cmocka_unit_test(from_above_is_a_source_and_no_channel),
        cmocka_unit_test(the_same_row_has_the_same_op_id_however_it_is_spelt),
        cmocka_unit_test(the_op_id_of_a_known_row_stays_what_it_was),
        cmocka_unit_test(days_are_read_in_the_ways_books_write_them),
        cmocka_unit_test(several_roles_stand_in_one_cell),
        cmocka_unit_test(a_field_path_leads_back_to_its_heading),
        cmocka_unit_test(every_column_has_a_field_of_the_request),
        cmocka_unit_test(the_ledgers_of_luchuan_are_read_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
