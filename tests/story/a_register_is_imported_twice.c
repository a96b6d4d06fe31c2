/* The head brings in the registers of two years; the second time nothing is left to do. */
#include <stdlib.h>

#include "stage.h"
#include "stage_book.h"

#define EVERY_TABLE                                                                            \
    "select sum((xpath('/row/n/text()', query_to_xml(format('select count(*) as n from xf.%I'" \
    ", tablename), false, true, '')))[1]::text::int) from pg_tables where schemaname = 'xf'"

static int
import(xf_story *s, const char *book)
{
    char *path = xf_stage_source(book);
    const char *const words[] = {"import", "petitions", path, NULL};
    const int status = xf_stage_cli(s, HEAD, words);

    free(path);
    return status;
}

/* The timer looks every tenth of a second: we ask until it has frozen every month. */
static const Xf__FigureValue *
frozen_figures(xf_story *s, int64_t wanted)
{
    const Xf__FiguresShowReply *reply = NULL;

    for (int i = 0; i < 1000; i++) {
        reply = xf_stage_figures(s, LEADER, "2020-01-01", "2020-10-31");
        assert_non_null(reply);
        if (reply->frozen && reply->figures[0]->value == wanted)
            return reply->figures[0];
        xf_stage_sql(s, "select pg_sleep(0.02)");
    }
    fail_msg("not frozen, or %lld", (long long)reply->figures[0]->value);
    return NULL;
}

XF_STORY(two_years_come_in_once)
{
    xf_story *s = *state;

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(import(s, "tests/data/luchuan-2020/petitions-2019.csv"), 0);
    assert_int_equal(import(s, "tests/data/luchuan-2020/petitions-2020.csv"), 0);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition where from_book"), 399);
    assert_int_equal(
        xf_stage_number(s, "select count(*) from xf.petition where petition_id / 1000000 = 12019"),
        278);
    assert_int_equal(
        xf_stage_number(s, "select count(*) from xf.petition where petition_id / 1000000 = 12020"),
        121);

    const Xf__FigureValue *petitions = frozen_figures(s, 121);
    assert_int_equal(petitions->previous, 237);
    assert_true(petitions->has_change_tenths);
    assert_int_equal(petitions->change_tenths, -489);

    const int64_t before = xf_stage_number(s, EVERY_TABLE);
    const int64_t seat = xf_stage_number(s, "select ledger from xf.bureau");
    assert_int_equal(import(s, "tests/data/luchuan-2020/petitions-2019.csv"), 0);
    assert_int_equal(import(s, "tests/data/luchuan-2020/petitions-2020.csv"), 0);
    assert_int_equal(xf_stage_number(s, EVERY_TABLE), before);
    assert_int_equal(xf_stage_number(s, "select ledger from xf.bureau"), seat);
}

XF_STORY(a_live_register_goes_on_after_the_book)
{
    xf_story *s = *state;
    const xf_visit visit = {.name = "信访人甲", .demand = "要求复核"};

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(import(s, "tests/data/luchuan-2020/petitions-2020.csv"), 0);
    assert_string_equal(xf_stage_register(s, CLERK, &visit)->number, "陆公信字〔2026〕1号");
}

static const char *const bad_rows[] = {
    "信访编号,登记日期,信访形式,信访人,信访目的,内容分类,主要诉求,承办单位",
    "陆公信字〔2018〕1号,2018-03-01,来访,信访人甲,申诉求决,案件办理,要求复核,陆城派出所",
    "陆公信字〔2018〕2号,2018-03-02,来访,信访人乙,申诉求决,案件办理,要求复核,没有这个所",
    "陆公信字〔2018〕3号,2018-13-03,来访,信访人丙,申诉求决,案件办理,要求复核,陆城派出所",
    "没有编号,2018-03-04,来访,信访人丁,申诉求决,案件办理,要求复核,陆城派出所",
    "陆公信字〔2018〕5号,2018-03-05,托梦,信访人戊,申诉求决,案件办理,要求复核,陆城派出所",
    "陆公信字〔2018〕6号,2018-03-06,来信,信访人己,申诉求决,案件办理,要求复核,米场所",
    NULL};

XF_STORY(a_bad_row_is_sent_back_and_the_others_go_in)
{
    xf_story *s = *state;
    char *path = xf_stage_book(s, "bad.csv", bad_rows);
    const char *const words[] = {"import", "petitions", path, NULL};

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(xf_stage_cli(s, HEAD, words), 1);
    xf_stage_assert_row(s, "3", "承办单位");
    xf_stage_assert_row(s, "4", "登记日期");
    xf_stage_assert_row(s, "5", "信访编号");
    xf_stage_assert_row(s, "6", "信访形式");
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), 2);
    free(path);
}

static const char *const first_rows[] = {
    "信访编号,登记日期,信访形式,信访人,信访目的,内容分类,主要诉求",
    "陆公信字〔2018〕1号,2018-03-01,来访,信访人甲,申诉求决,案件办理,要求复核", NULL};
static const char *const other_rows[] = {
    "信访编号,登记日期,信访形式,信访人,信访目的,内容分类,主要诉求",
    "陆公信字〔2018〕1号,2018-03-01,来访,信访人甲,申诉求决,案件办理,要求赔偿",
    "陆公信字〔2018〕2号,2018-03-02,来访,信访人乙,申诉求决,案件办理,要求赔偿", NULL};

XF_STORY(a_number_that_is_taken_is_not_given_to_another_row)
{
    xf_story *s = *state;
    char *first = xf_stage_book(s, "first.csv", first_rows);
    char *other = xf_stage_book(s, "other.csv", other_rows);
    const char *const import_first[] = {"import", "petitions", first, NULL};
    const char *const import_other[] = {"import", "petitions", other, NULL};

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(xf_stage_cli(s, HEAD, import_first), 0);
    assert_int_equal(xf_stage_cli(s, HEAD, import_other), 1);
    xf_stage_assert_row(s, "2", "信访编号");
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), 2);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.matter where demand = '要求复核'"),
                     1);
    free(other);
    free(first);
}

static const char *const person_rows[] = {
    "信访编号,登记日期,信访形式,信访人,信访目的,内容分类,主要诉求,重点人员",
    "陆公信字〔2018〕1号,2018-03-01,来访,信访人甲,申诉求决,案件办理,要求复核,是", NULL};

XF_STORY(a_book_that_lists_people_is_refused_by_name)
{
    xf_story *s = *state;
    char *path = xf_stage_book(s, "people.csv", person_rows);
    const char *const words[] = {"import", "petitions", path, NULL};

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(xf_stage_cli(s, HEAD, words), 1);
    assert_non_null(strstr(xf_stage_said(s), "重点人员"));
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), 0);
    free(path);
}

XF_STORY(a_trial_keeps_nothing)
{
    xf_story *s = *state;
    char *path = xf_stage_source("tests/data/luchuan-2020/petitions-2020.csv");
    const char *const words[] = {"import", "petitions", path, "--dry-run", NULL};
    int64_t before = 0;

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    before = xf_stage_number(s, EVERY_TABLE);
    assert_int_equal(xf_stage_cli(s, HEAD, words), 0);
    assert_int_equal(xf_stage_number(s, EVERY_TABLE), before);
    free(path);
}

XF_STORIES(XF_PLAY(two_years_come_in_once), XF_PLAY(a_live_register_goes_on_after_the_book),
           XF_PLAY(a_bad_row_is_sent_back_and_the_others_go_in),
           XF_PLAY(a_number_that_is_taken_is_not_given_to_another_row),
           XF_PLAY(a_book_that_lists_people_is_refused_by_name), XF_PLAY(a_trial_keeps_nothing))
