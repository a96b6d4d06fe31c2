/* The head of reception brings in the year's calendar; a handler asks when his matter is due. */
#include <stdio.h>
#include <stdlib.h>

#include "calendar.pb-c.h"
#include "clock.pb-c.h"

#include "base/memory.h"
#include "stage.h"
#include "stage_book.h"

static int
import_year(xf_story *s, xf_cast who, const char *year)
{
    char name[64];
    char *path = NULL;
    int status = 0;

    (void)snprintf(name, sizeof name, "server/data/calendar/%s.csv", year);
    path = xf_stage_source(name);
    const char *const words[] = {"calendar", "import", path, NULL};
    status = xf_stage_cli(s, who, words);
    free(path);
    return status;
}

/* The last word may be NULL. */
static const char *
count(xf_story *s, const char *rule, const char *from, const char *more)
{
    const char *const words[] = {"clock", "count", rule, "--from", from, "--json", more, NULL};

    assert_int_equal(xf_stage_cli(s, HANDLER, words), 0);
    return xf_stage_said(s);
}

static void
assert_says(xf_story *s, const char *words)
{
    if (strstr(xf_stage_said(s), words) == NULL)
        fail_msg("no \"%s\" in: %s", words, xf_stage_said(s));
}

XF_STORY(a_due_day_waits_for_its_calendar)
{
    xf_story *s = *state;
    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(xf_stage_cli_login(s, HANDLER), 0);

    assert_string_equal(count(s, "notice", "2026-02-06", NULL),
                        "{\"raw\":\"2026-02-21\",\"due\":null,\"missing_year\":2026}\n");
    assert_string_equal(count(s, "objection", "2026-02-12", NULL),
                        "{\"raw\":null,\"due\":null,\"missing_year\":2026}\n");
    assert_int_equal(import_year(s, HEAD, "2026"), 0);
    assert_string_equal(count(s, "notice", "2026-02-06", NULL),
                        "{\"raw\":\"2026-02-21\",\"due\":\"2026-02-24\"}\n");
    assert_string_equal(count(s, "objection", "2026-02-12", NULL),
                        "{\"raw\":\"2026-02-26\",\"due\":\"2026-02-26\"}\n");
    assert_string_equal(count(s, "opinion", "2026-03-02", "--extended"),
                        "{\"raw\":\"2026-05-31\",\"due\":\"2026-06-01\"}\n");
    assert_string_equal(count(s, "opinion", "2026-11-24", NULL),
                        "{\"raw\":\"2027-01-23\",\"due\":null,\"missing_year\":2027}\n");
}

static const char *const before_the_notice[] = {"date,kind,name", "2022-10-01,off,国庆节",
                                                "2022-12-31,work,元旦", NULL};

/* 2022-12-31 is named by two notices; the later year's stands. */
XF_STORY(a_clock_runs_over_the_turn_of_the_year)
{
    xf_story *s = *state;
    char *path = xf_stage_book(s, "2022.csv", before_the_notice);
    const char *const words[] = {"calendar", "import", path, NULL};
    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(xf_stage_cli_login(s, HANDLER), 0);

    assert_int_equal(xf_stage_cli(s, HEAD, words), 0);
    assert_string_equal(count(s, "notice", "2022-12-16", NULL),
                        "{\"raw\":\"2022-12-31\",\"due\":\"2022-12-31\"}\n");
    assert_int_equal(import_year(s, HEAD, "2023"), 0);
    assert_string_equal(count(s, "notice", "2022-12-16", NULL),
                        "{\"raw\":\"2022-12-31\",\"due\":\"2023-01-03\"}\n");
    assert_string_equal(count(s, "opinion", "2022-11-30", NULL),
                        "{\"raw\":\"2023-01-29\",\"due\":\"2023-01-29\"}\n");
    free(path);
}

XF_STORY(a_person_reads_why_it_is_not_the_sixtieth_day)
{
    xf_story *s = *state;
    const char *const words[] = {"clock",      "count",  "opinion", "--from",
                                 "2026-03-02", "--days", NULL};
    assert_int_equal(xf_stage_cli_login(s, SYSTEM_ADMIN), 0);
    assert_int_equal(xf_stage_cli_login(s, HANDLER), 0);
    assert_int_equal(import_year(s, SYSTEM_ADMIN, "2026"), 0);

    assert_int_equal(xf_stage_cli(s, HANDLER, words), 0);
    assert_says(s, "规则：opinion 办结并答复（处理意见书）");
    assert_says(s, "依据：信访工作条例 34");
    assert_says(s, "原定届满：2026-05-01（星期五）");
    assert_says(s, "到期：2026-05-06（星期三）");
    assert_says(s, "2026-05-01 至 2026-05-05 是劳动节放假，顺延到下一个工作日。");
    assert_says(s, "2026-04-06  星期一  清明节放假  计入        35");
}

XF_STORY(rules_are_those_of_the_day)
{
    xf_story *s = *state;
    const char *const list[] = {"clock", "list", NULL};
    const char *const early[] = {"clock", "count", "objection", "--from", "2022-04-30", NULL};
    const char *const unknown[] = {"clock", "count", "objections", "--from", "2026-04-30", NULL};
    const char *const longer[] = {"clock",      "count",      "notice", "--from",
                                  "2026-04-30", "--extended", NULL};
    assert_int_equal(xf_stage_cli_login(s, HANDLER), 0);

    Xf__ClockListRequest every = XF__CLOCK_LIST_REQUEST__INIT;
    const Xf__ClockListReply *rules = xf_stage_ask(s, HANDLER, XF_RPC_CLOCK_LIST, &every.base);
    assert_string_equal(rules->rules[0]->name, "notice");
    assert_int_equal(rules->rules[0]->valid_to_on + 1, rules->rules[1]->valid_from_on);
    assert_false(rules->rules[1]->has_valid_to_on);
    assert_int_equal(xf_stage_cli(s, HANDLER, list), 0);
    assert_says(s, "信访条例 33");
    assert_says(s, "60日，可延长30日（局领导批准）");
    assert_says(s, "2005-05-01 至 2022-04-30");
    assert_int_equal(xf_stage_cli(s, HANDLER, early), 1);
    assert_says(s, "这条规则自 2022-05-01 起施行。");
    assert_int_equal(xf_stage_cli(s, HANDLER, unknown), 1);
    assert_says(s, "没有这条期限规则。");
    assert_int_equal(xf_stage_cli(s, HANDLER, longer), 1);
    assert_says(s, "不能延长");
}

static const char *const bad_year[] = {
    "kind,name,date",      "off,元旦,2025-01-01", "rest,元旦,2025-01-02",  "off,,2025-01-03",
    "off,元旦,2025-13-01", "off,元旦,2025-01-01", "off,国庆节,2023-10-01", NULL};

XF_STORY(a_bad_row_keeps_its_year_out)
{
    xf_story *s = *state;
    char *path = xf_stage_book(s, "2025.csv", bad_year);
    const char *const words[] = {"calendar", "import", path, NULL};
    const char *const show[] = {"calendar", "show", "2025", NULL};
    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);

    assert_int_equal(xf_stage_cli(s, HEAD, words), 1);
    xf_stage_assert_row(s, "3", "kind");
    xf_stage_assert_row(s, "4", "name");
    xf_stage_assert_row(s, "5", "date");
    xf_stage_assert_row(s, "6", "date");
    xf_stage_assert_row(s, "7", "date");
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.calendar_year"), 0);
    assert_int_equal(xf_stage_cli(s, HEAD, show), 5);
    assert_says(s, "这一年的日历还没有导入");
    free(path);
}

static const char *const other_year[] = {"date,kind,name", "2026-10-01,off,国庆节", NULL};

XF_STORY(the_same_year_twice_is_once_and_another_one_leaves_the_old_on_record)
{
    xf_story *s = *state;
    char *path = xf_stage_book(s, "2026.csv", other_year);
    const char *const words[] = {"calendar", "import", path, NULL};
    const char *const show[] = {"calendar", "show", "2026", NULL};
    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(xf_stage_cli_login(s, HANDLER), 0);

    assert_int_equal(import_year(s, HEAD, "2026"), 0);
    assert_says(s, "2026 年的日历存好了：放假 33 天，调休上班 6 天。");
    const int64_t seat = xf_stage_number(s, "select ledger from xf.bureau");
    assert_int_equal(import_year(s, HEAD, "2026"), 0);
    assert_says(s, "没有改动");
    assert_int_equal(xf_stage_number(s, "select ledger from xf.bureau"), seat);

    assert_int_equal(xf_stage_cli(s, HEAD, words), 0);
    assert_int_equal(xf_stage_number(s, "select ledger from xf.bureau"), seat + 1);
    assert_string_equal(count(s, "notice", "2026-02-06", NULL),
                        "{\"raw\":\"2026-02-21\",\"due\":\"2026-02-23\"}\n");
    assert_int_equal(import_year(s, HEAD, "2026"), 0);
    assert_string_equal(count(s, "notice", "2026-02-06", NULL),
                        "{\"raw\":\"2026-02-21\",\"due\":\"2026-02-24\"}\n");
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.calendar_year"), 3);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.calendar_day"), 39 + 1 + 39);
    assert_int_equal(
        xf_stage_number(s, "select count(*) from xf.calendar_year where until_seat is null"), 1);

    assert_int_equal(xf_stage_cli(s, HANDLER, show), 0);
    assert_says(s, "02-14（星期六）、02-28（星期六）");
    assert_says(s, "02-15 至 02-23");
    assert_says(s, "第 3 版");
    assert_int_equal(import_year(s, HANDLER, "2026"), 5);
    free(path);
}

/* What the same op_id asks twice is answered twice and done once. */
XF_STORY(an_import_that_is_sent_again_is_answered_as_before)
{
    xf_story *s = *state;
    static uint8_t op_id[16] = "calendar of 2026";
    Xf__CalendarImportRequest request = XF__CALENDAR_IMPORT_REQUEST__INIT;
    Xf__CalendarDay day = XF__CALENDAR_DAY__INIT;
    Xf__CalendarDay *days[] = {&day};
    const Xf__CalendarImportReply *reply = NULL;
    Xf__CalendarShowRequest show = XF__CALENDAR_SHOW_REQUEST__INIT;
    request.has_op_id = request.has_year = day.has_day_on = day.has_kind = 1;
    request.op_id = (ProtobufCBinaryData){sizeof op_id, op_id};
    request.year = 2026;
    request.n_days = 1;
    request.days = days;
    day.day_on = xf_day_from_civil(2026, 10, 1);
    day.kind = XF__DAY_KIND__DAY_KIND_OFF;
    day.name = (char[]){"国庆节"};

    for (int i = 0; i < 2; i++) {
        reply = xf_stage_ask(s, HEAD, XF_RPC_CALENDAR_IMPORT, &request.base);
        assert_non_null(reply);
        assert_int_equal(reply->version, 1);
        assert_true(reply->changed);
    }
    day.kind = XF__DAY_KIND__DAY_KIND_WORK;
    assert_null(xf_stage_ask(s, HEAD, XF_RPC_CALENDAR_IMPORT, &request.base));
    xf_stage_assert_refused(s, XF_CODE_OP_MISMATCH, "");
    day.kind = XF__DAY_KIND__DAY_KIND_WEEKEND;
    assert_null(xf_stage_ask(s, HEAD, XF_RPC_CALENDAR_IMPORT, &request.base));
    xf_stage_assert_refused(s, XF_CODE_INVALID, "days[0].kind");
    day.kind = XF__DAY_KIND__DAY_KIND_OFF;
    request.year = 2024;
    assert_null(xf_stage_ask(s, HEAD, XF_RPC_CALENDAR_IMPORT, &request.base));
    xf_stage_assert_refused(s, XF_CODE_INVALID, "days[0].day_on");
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.calendar_year"), 1);

    assert_null(xf_stage_ask(s, HANDLER, XF_RPC_CALENDAR_SHOW, &show.base));
    xf_stage_assert_refused(s, XF_CODE_INVALID, "year");
    show.has_year = 1;
    show.year = 2026;
    const Xf__CalendarShowReply *shown = xf_stage_ask(s, HANDLER, XF_RPC_CALENDAR_SHOW, &show.base);
    assert_int_equal(shown->n_days, 1);
    assert_int_equal(shown->days[0]->day_on, day.day_on);
    assert_string_equal(shown->days[0]->name, "国庆节");
    show.year = 2027;
    assert_null(xf_stage_ask(s, HANDLER, XF_RPC_CALENDAR_SHOW, &show.base));
    xf_stage_assert_refused(s, XF_CODE_NOT_FOUND, "year");
}

static const char *const many[] = {
    "from,extended,rule",  "2020-03-02,否,opinion", "2020-03-02,是,opinion",
    "2020-02-30,,notice",  "2021-03-02,,objection", "2026-12-28,,objection",
    "2026-12-20,,notice",  "2026-11-24,是,notice",  "2026-11-24,perhaps,opinion",
    "2020-09-16,,nothing", "2020/9/16,,notice",     NULL};

XF_STORY(a_file_of_clocks_is_answered_row_for_row)
{
    xf_story *s = *state;
    char *path = xf_stage_book(s, "clocks.csv", many);
    const char *const words[] = {"clock", "count", "--batch", path, NULL};
    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(xf_stage_cli_login(s, HANDLER), 0);
    assert_int_equal(import_year(s, HEAD, "2020"), 0);
    assert_int_equal(import_year(s, HEAD, "2026"), 0);

    assert_int_equal(xf_stage_cli(s, HANDLER, words), 1);
    assert_says(s, "rule,from,raw,due\n"
                   "opinion,2020-03-02,2020-05-01,2020-05-06\n"
                   "opinion,2020-03-02,2020-05-31,2020-06-01\n"
                   "notice,2020-02-30,,\n"
                   "objection,2021-03-02,,\n"
                   "objection,2026-12-28,,\n"
                   "notice,2026-12-20,2027-01-04,\n"
                   "notice,2026-11-24,,\n"
                   "opinion,2026-11-24,,\n"
                   "nothing,2020-09-16,,\n"
                   "notice,2020-09-16,2020-10-01,2020-10-09\n");
    xf_stage_assert_row(s, "4", "from");
    xf_stage_assert_row(s, "5", "rule");
    assert_says(s, "这条规则自 2022-05-01 起施行。");
    xf_stage_assert_row(s, "8", "extended");
    xf_stage_assert_row(s, "9", "extended");
    xf_stage_assert_row(s, "10", "rule");
    free(path);
}

/* Asks for n clocks; gives what came of it. */
static xf_code
ask_for(xf_story *s, size_t n, bool explained)
{
    Xf__ClockCountRequest request = XF__CLOCK_COUNT_REQUEST__INIT;
    Xf__ClockCountItem item = XF__CLOCK_COUNT_ITEM__INIT;

    item.rule = (char[]){"opinion"};
    item.has_from_on = 1;
    item.from_on = xf_day_from_civil(2026, 3, 2);
    request.has_explain = request.explain = explained;
    request.n_items = n;
    request.items = xf_memory_new((n + 1) * sizeof(void *));
    for (size_t i = 0; i < n; i++)
        request.items[i] = &item;
    (void)xf_stage_ask(s, HANDLER, XF_RPC_CLOCK_COUNT, &request.base);
    free(request.items);
    return xf_stage_code(s);
}

XF_STORY(one_request_counts_a_thousand_clocks_and_explains_ten)
{
    xf_story *s = *state;
    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(import_year(s, HEAD, "2026"), 0);

    assert_int_equal(ask_for(s, 1000, false), XF_CODE_OK);
    assert_int_equal(ask_for(s, 10, true), XF_CODE_OK);
    assert_int_equal(ask_for(s, 1001, false), XF_CODE_LIMIT);
    xf_stage_assert_refused(s, XF_CODE_LIMIT, "items");
    assert_int_equal(ask_for(s, 11, true), XF_CODE_LIMIT);
    assert_int_equal(ask_for(s, 0, false), XF_CODE_INVALID);
}

XF_STORIES(XF_PLAY(a_due_day_waits_for_its_calendar),
           XF_PLAY(a_clock_runs_over_the_turn_of_the_year),
           XF_PLAY(a_person_reads_why_it_is_not_the_sixtieth_day),
           XF_PLAY(rules_are_those_of_the_day), XF_PLAY(a_bad_row_keeps_its_year_out),
           XF_PLAY(the_same_year_twice_is_once_and_another_one_leaves_the_old_on_record),
           XF_PLAY(an_import_that_is_sent_again_is_answered_as_before),
           XF_PLAY(a_file_of_clocks_is_answered_row_for_row),
           XF_PLAY(one_request_counts_a_thousand_clocks_and_explains_ten))
