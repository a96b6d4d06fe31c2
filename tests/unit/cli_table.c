/* client/cli/width, client/cli/table: Chinese lines up, whatever the locale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/cli/table.h"
#include "client/cli/width.h"

/* What a table prints, in memory. */
static char *
printed(const xf_table *table)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);

    assert_non_null(out);
    xf_table_print(table, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void
chinese_is_two_columns_wide(void **state)
{
    (void)state;
    assert_int_equal(xf_width_text(""), 0);
    assert_int_equal(xf_width_text("abc"), 3);
    assert_int_equal(xf_width_text("信访"), 4);
    assert_int_equal(xf_width_text("〔2020〕1号"), 11);
    assert_int_equal(xf_width_text("，：（）"), 8);
    assert_int_equal(xf_width_text("𠮷"), 2); /* beyond the first plane */
}

static void
a_combining_accent_takes_no_column(void **state)
{
    (void)state;
    assert_int_equal(xf_width_text("e\xcc\x81"), 1);
    assert_int_equal(xf_width_text("\xe2\x80\x8b"), 0);
}

static void
a_broken_byte_is_one_column_and_never_more(void **state)
{
    (void)state;
    assert_int_equal(xf_width_text("\xe4\xbf"), 2);
    assert_int_equal(xf_width_text("\xff"
                                   "a"),
                     2);
}

static void
controls_are_shown_and_do_not_act(void **state)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);

    (void)state;
    assert_int_equal(xf_width_print(out, "a\x1b[2J\nb\xe2\x80\xae", 0), 8);
    assert_int_equal(fclose(out), 0);
    assert_null(strchr(text, 0x1b));
    assert_null(strchr(text, '\n'));
    assert_null(strstr(text, "\xe2\x80\xae"));
    assert_non_null(strstr(text, "␛"));
    free(text);
}

static void
a_long_text_is_cut_at_a_whole_character(void **state)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);

    (void)state;
    assert_int_equal(xf_width_print(out, "反映事故处理久拖不决", 8), 7);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "反映事…");
    free(text);
}

static void
columns_line_up_with_chinese_in_them(void **state)
{
    static const xf_column columns[] = {
        {"编号", 0, true}, {"单位", 0, false}, {"诉求", 0, false}, {NULL, 0, false}};
    xf_table *table = xf_table_new(columns);
    char *text = NULL;

    (void)state;
    xf_table_number(table, 1);
    xf_table_text(table, "温泉派出所");
    xf_table_text(table, "a");
    xf_table_number(table, 12345);
    xf_table_text(table, "IT");
    xf_table_text(table, NULL);
    assert_int_equal(xf_table_rows(table), 2);
    text = printed(table);
    assert_string_equal(text, " 编号  单位        诉求\n"
                              "    1  温泉派出所  a\n"
                              "12345  IT          \n");
    free(text);
    xf_table_free(&table);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chinese_is_two_columns_wide),
        cmocka_unit_test(a_combining_accent_takes_no_column),
        cmocka_unit_test(a_broken_byte_is_one_column_and_never_more),
        cmocka_unit_test(controls_are_shown_and_do_not_act),
        cmocka_unit_test(a_long_text_is_cut_at_a_whole_character),
        cmocka_unit_test(columns_line_up_with_chinese_in_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
