/* The head of reception brings in books as spreadsheets keep them: titles, sums, blanks, days
 * written in six ways, rows that were mended later, and rows that do not fit. */
#include <stdio.h>
#include <stdlib.h>

#include "stage.h"
#include "stage_book.h"

/* Writes a book and imports it with one more word or two. */
static int
import(xf_story *s, const char *kind, const char *const *lines, const char *option,
       const char *value)
{
    char *path = xf_stage_book(s, "book.csv", lines);
    const char *const words[] = {"import", kind, path, option, value, NULL};
    const int status = xf_stage_cli(s, HEAD, words);

    free(path);
    return status;
}

static const char *const messy_visits[] = {
    "陆川县公安局二〇二〇年走访台账,,,,,,",
    "填报单位：接待室,,,,填报日期,2020-11-03,",
    "",
    "序 号,走访　日期,走访类型,\"单\n位\",地 点,出动警力,化解矛盾数,情况",
    "1,2020-03-05,上门走访,陆城派出所,温泉镇,2,1,化解 一起",
    "2,2020/3/5,上门 走访, 陆城　所 ,温泉镇,３人,-,",
    "３,2020.3.5,基层约访,陆城派出所,无,2.0,,",
    ",小 计,,,,7,1,",
    "4,2020年3月5日,基层约访,陆城派出所,,2,,",
    ",,,,,,,",
    "5,43895,基层约访,陆城派出所,,2,,",
    "6,20200305,基层约访,陆城派出所,,2,,",
    "7,2020-03-05 00:00:00,基层约访,陆城派出所,,1,,",
    "7,２０２０-０３-０５,基层约访,陆城派出所,,2,,",
    "合　计,,,,,16,1,",
    NULL};

XF_STORY(a_messy_book_of_visits_comes_in)
{
    xf_story *s = *state;

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(import(s, "visits", messy_visits, NULL, NULL), 0);
    assert_non_null(strstr(xf_stage_said(s), "导入 8 行：成功 8，退回 0；1 行有不相符之处"));
    xf_stage_assert_row(s, "13", "出动警力"); /* one officer went alone: kept, and said */
    assert_int_equal(
        xf_stage_number(s, "select count(*) from xf.visit where visited_on = '2020-03-05'"), 8);
    assert_int_equal(xf_stage_number(s, "select sum(officers) from xf.visit"), 16);
    assert_int_equal(xf_stage_number(s, "select count(distinct unit_id) from xf.visit"), 1);
    assert_int_equal(xf_stage_number(s, "select count(distinct kind) from xf.visit"), 2);
    assert_int_equal(xf_stage_number(s, "select count(place) from xf.visit"), 2);
    assert_int_equal(
        xf_stage_number(s, "select count(*) from xf.visit where outcome = '化解 一起'"), 1);
    assert_int_equal(
        xf_stage_number(s,
                        "select count(*) from xf.visit where book_key in ('2020/7', '2020/7#2')"),
        2);
}

static const char *const messy_disputes[] = {"矛盾纠纷台账",
                                             "排查日期,责任单位,是否化解,化解日期,包案民警 警号",
                                             "2020-03-05,陆城所,√,2020-03-08,Ｔ０００２１",
                                             "2020-03-05,陆城所,Y,2020-03-08,T00021",
                                             "2020-03-05,陆城所,否,-,T00021",
                                             "2020-03-05,陆城所,,无,",
                                             "2020-03-05,陆城所,,无,",
                                             "2020-03-05,陆城所,是,,T00021",
                                             NULL};

XF_STORY(two_like_rows_without_a_serial_are_two)
{
    xf_story *s = *state;

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(import(s, "disputes", messy_disputes, NULL, NULL), 0);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.dispute"), 6);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.dispute where settled"), 3);
    assert_int_equal(
        xf_stage_number(s, "select count(*) from xf.dispute where book_key like '~%#2'"), 2);
    xf_stage_assert_row(s, "8", "化解日期"); /* settled, and nobody knows when */
    assert_int_equal(import(s, "disputes", messy_disputes, NULL, NULL), 0);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.dispute"), 6);
}

#define VISITS "序号,走访日期,单位,出动警力"

static const char *const as_it_was[] = {VISITS, "1,2020-03-05,陆城所,2", "2,2020-03-06,陆城所,2",
                                        NULL};
static const char *const as_mended[] = {VISITS, "1,2020-04-05,陆城所,4", "2,2020-03-06,陆城所,2",
                                        NULL};

XF_STORY(a_mended_row_is_taken_when_that_is_meant)
{
    xf_story *s = *state;

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(import(s, "visits", as_it_was, NULL, NULL), 0);
    assert_int_equal(import(s, "visits", as_mended, NULL, NULL), 1);
    xf_stage_assert_row(s, "2", "序号");
    assert_non_null(strstr(xf_stage_said(s), "--update"));
    assert_int_equal(xf_stage_number(s, "select sum(officers) from xf.visit"), 4);

    assert_int_equal(import(s, "visits", as_mended, "--update", NULL), 0);
    assert_int_equal(
        xf_stage_number(s,
                        "select officers from xf.visit where book_key = '2020/1' and version = 2 "
                        "and until_seat is null"),
        4);
    assert_int_equal(
        xf_stage_number(s,
                        "select officers from xf.visit where book_key = '2020/1' and version = 1 "
                        "and until_seat is not null"),
        2);
    /* The old file once more, by mistake: the row says something else now, so it is no repetition
     * of what was taken before. */
    assert_int_equal(import(s, "visits", as_it_was, NULL, NULL), 1);
    xf_stage_assert_row(s, "2", "序号");
    /* What stands there already is no change. */
    assert_int_equal(import(s, "visits", as_mended, "--update", NULL), 0);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.visit"), 3);
    /* And back: it was right at first. */
    assert_int_equal(import(s, "visits", as_it_was, "--update", NULL), 0);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.visit"), 4);
    assert_int_equal(
        xf_stage_number(s, "select sum(officers) from xf.visit where until_seat is null"), 4);
    /* Another booklet, numbered from 1 again. */
    assert_int_equal(import(s, "visits", as_mended, "--book", "二册"), 0);
    assert_int_equal(import(s, "visits", as_mended, "--book", "二册"), 0);
    assert_int_equal(
        xf_stage_number(s, "select sum(officers) from xf.visit where until_seat is null"), 10);
}

#define REGISTER "信访编号,登记日期,信访形式,信访人,信访目的,内容分类,主要诉求,被反映单位"

static const char *const register_rows[] = {
    "二〇二〇年信访登记簿", REGISTER,
    "陆公信字[2020]1 号,2020-03-05,来 访,信 访 人,申诉求决,案件办理,要求复核,-",
    "陆公信字（2020）2号,2020.3.6,来信,信访人,检举控告,执法行为,执法不公,", NULL};
static const char *const mended_register[] = {
    REGISTER, "陆公信字〔2020〕1号,2020-03-05,来访,信访人,申诉求决,案件办理,要求赔偿,", NULL};

XF_STORY(a_mended_petition_keeps_what_was_there)
{
    xf_story *s = *state;

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(import(s, "petitions", register_rows, NULL, NULL), 0);
    xf_stage_assert_row(s, "4", "被反映单位");
    assert_int_equal(
        xf_stage_number(s, "select count(*) from xf.petition where number = '陆公信字〔2020〕1号'"),
        1);
    assert_int_equal(import(s, "petitions", mended_register, NULL, NULL), 1);
    xf_stage_assert_row(s, "2", "信访编号");
    assert_int_equal(import(s, "petitions", mended_register, "--update", NULL), 0);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.matter where demand = '要求赔偿'"),
                     1);
    assert_int_equal(
        xf_stage_number(s, "select count(*) from xf.book_petition where demand = '要求复核' and "
                           "until_seat is not null"),
        1);
}

/* They go to the database together, and each gets its own answer. */
static const char *const meeting_rows[] = {
    REGISTER,
    "陆公信字〔2020〕1号,2020-03-05,来访,信访人甲,申诉求决,案件办理,要求复核,",
    "陆公信字〔2020〕2号,2020-03-06,来信,信访人乙,申诉求决,从前没有的类,要求答复,",
    "陆公信字〔2020〕3号,2020-03-06,来信,信访人丙,申诉求决,从前没有的类,要求说明,",
    "陆公信字〔2020〕2号,2020-03-07,来信,信访人丁,申诉求决,案件办理,另一件事,",
    "陆公信字〔2020〕4号,2020-03-08,来访,信访人戊,申诉求决,案件办理,要求赔偿,没有这个所",
    "陆公信字〔2021〕5号,2021-03-09,来访,信访人己,检举控告,执法行为,执法不公,",
    NULL};
static const char *const meeting_rows_mended[] = {
    REGISTER, "陆公信字〔2020〕1号,2020-03-05,来访,信访人甲,申诉求决,案件办理,要求复核甲,",
    "陆公信字〔2020〕3号,2020-04-06,来信,信访人丙,申诉求决,又一个新类,要求说明丙,",
    "陆公信字〔2020〕6号,2020-04-07,来信,信访人庚,申诉求决,又一个新类,要求说明,", NULL};

XF_STORY(rows_that_meet_get_each_its_own_answer)
{
    xf_story *s = *state;
    const char *const told = "select count(*) from xf.event where kind in (5, 6)";

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(import(s, "petitions", meeting_rows, NULL, NULL), 1);
    xf_stage_assert_row(s, "5", "信访编号");
    xf_stage_assert_row(s, "6", "被反映单位");
    assert_int_equal(xf_stage_number(s, told), 4);
    assert_int_equal(
        xf_stage_number(s, "select count(*) from xf.category where name = '从前没有的类'"), 1);
    assert_int_equal(
        xf_stage_number(s, "select last from xf.series where series = 1 and year = 2021"), 5);

    assert_int_equal(import(s, "petitions", meeting_rows_mended, "--update", NULL), 0);
    assert_int_equal(xf_stage_number(s, told), 7);
    assert_int_equal(
        xf_stage_number(s,
                        "select count(*) from xf.matter m join xf.category c on c.bureau_id ="
                        " m.bureau_id and c.category_id = m.category_id and c.name = '又一个新类'"),
        2);
    assert_int_equal(
        xf_stage_number(s, "select count(*) from xf.book_petition where until_seat is not null"),
        2);
    assert_int_equal(
        xf_stage_number(s, "select (select count(*) from xf.ledger where bureau_id = b.bureau_id) -"
                           " ledger from xf.bureau b"),
        0);
}

static const char *const one_bad[] = {VISITS, "1,2020-03-05,陆城所,2", "2,2020-03-06,没有的所,2",
                                      "3,2020-02-30,陆城所,2", NULL};

XF_STORY(one_bad_row_keeps_the_file_out_when_that_is_asked)
{
    xf_story *s = *state;

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(import(s, "visits", one_bad, "--strict", NULL), 1);
    xf_stage_assert_row(s, "3", "单位");
    xf_stage_assert_row(s, "4", "走访日期");
    assert_non_null(strstr(xf_stage_said(s), "整个文件都没有存"));
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.visit"), 0);
    assert_int_equal(import(s, "visits", as_it_was, "--strict", NULL), 0);
    assert_non_null(strstr(xf_stage_said(s), "导入 2 行：成功 2，退回 0"));
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.visit"), 2);
}

static const char *const early_notices[] = {
    "文书编号,寄出日期,签收日期,物流状态,信访编号",
    "陆公信告字〔2020〕1号,2020-06-01,2020-06-02,已签收,陆公信字[2020]2号", ",2020-06-01,,已签收,",
    NULL};

/* The notice comes before the register: it is kept, and finds its petition later. */
XF_STORY(a_notice_waits_for_its_petition)
{
    xf_story *s = *state;
    int64_t linked = 0;

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(import(s, "notices", early_notices, NULL, NULL), 0);
    assert_non_null(strstr(xf_stage_said(s), "成功 2，退回 0；2 行有不相符之处，照样存了"));
    xf_stage_assert_row(s, "2", "信访编号");
    xf_stage_assert_row(s, "3", "物流状态");
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.notice where petition_id is null"),
                     2);
    assert_int_equal(import(s, "petitions", register_rows, NULL, NULL), 0);
    for (int i = 0; i < 1000 && linked == 0; i++) {
        xf_stage_sql(s, "select pg_sleep(0.02)");
        linked = xf_stage_number(
            s, "select count(*) from xf.notice where petition_id = 12020000002 and compartment");
    }
    assert_int_equal(linked, 1);
}

XF_STORY(what_does_not_fit_goes_into_the_report)
{
    xf_story *s = *state;
    char *path = xf_stage_file(s, "report.csv");
    char text[1024] = "";
    FILE *file = NULL;

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(import(s, "notices", early_notices, "--report", path), 0);
    file = fopen(path, "re");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    (void)fclose(file);
    assert_non_null(strstr(text, "行,列,处理,说明,文件\r\n"));
    assert_non_null(strstr(text, "2,\"信访编号\",\"已存\","));
    assert_int_equal(import(s, "notices", early_notices, "--json", NULL), 0);
    assert_non_null(strstr(xf_stage_said(s), "\"remarked\":\t2"));
    assert_non_null(strstr(xf_stage_said(s), "\"column\":\t\"物流状态\""));
    free(path);
}

static const char *const person_rows[] = {"走访台账", "走访日期,单位,出动警力,重 点 人 员",
                                          "2020-03-05,陆城所,2,某某", NULL};

XF_STORY(a_column_about_persons_keeps_the_book_out)
{
    xf_story *s = *state;

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(import(s, "visits", person_rows, NULL, NULL), 1);
    assert_non_null(strstr(xf_stage_said(s), "重点人员"));
    assert_null(strstr(xf_stage_said(s), "某某"));
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.visit"), 0);
}

XF_STORIES(XF_PLAY(a_messy_book_of_visits_comes_in),
           XF_PLAY(two_like_rows_without_a_serial_are_two),
           XF_PLAY(a_mended_row_is_taken_when_that_is_meant),
           XF_PLAY(a_mended_petition_keeps_what_was_there),
           XF_PLAY(rows_that_meet_get_each_its_own_answer),
           XF_PLAY(one_bad_row_keeps_the_file_out_when_that_is_asked),
           XF_PLAY(a_notice_waits_for_its_petition),
           XF_PLAY(what_does_not_fit_goes_into_the_report),
           XF_PLAY(a_column_about_persons_keeps_the_book_out))
