/* A handler asks until when his matter has to be answered, and why it is that day. */
#include <stdio.h>

#include "stage_clocks.h"

enum { RECEIPTS = 2, MATTERS = 2 };

static const xf_visit visit = {
    .name = "信访人甲",
    .phone = "19911110001",
    .demand = "反映店铺被盗后一直没有消息",
    .received_on = "2026-09-16",
};

static void
assert_says(xf_story *s, const char *words)
{
    if (strstr(xf_stage_said(s), words) == NULL)
        fail_msg("no \"%s\" in: %s", words, xf_stage_said(s));
}

static void
assert_last_line(xf_story *s, const char *line)
{
    const char *said = xf_stage_said(s);
    const size_t n = strlen(said);
    const size_t m = strlen(line);

    const size_t at = n > m ? n - m - 1 : 0;

    if (n < m + 1 || (at > 0 && said[at - 1] != '\n') || strncmp(said + at, line, m) != 0)
        fail_msg("the last line is not \"%s\": %s", line, said);
}

static int
ask_in_words(xf_story *s, xf_cast who, int64_t matter, const char *how)
{
    char id[24];

    (void)snprintf(id, sizeof id, "%lld", (long long)matter);
    const char *const words[] = {"matter", "due", id, how, NULL};
    return xf_stage_cli(s, who, words);
}

XF_STORY(the_fifteenth_day_is_a_holiday_and_each_day_says_why)
{
    xf_story *s = *state;
    const int64_t matter = xf_stage_due_on_national_day(s);

    assert_int_equal(xf_stage_cli_login(s, HANDLER), 0);
    assert_int_equal(ask_in_words(s, HANDLER, matter, "--explain"), 0);
    assert_says(s, "notice 书面告知（接收情况、途径和程序）");
    assert_says(s, "依据：信访工作条例 23，2022-05-01 起施行");
    assert_says(s, "2026-09-16（星期三）");
    assert_says(s, "2026-09-20  星期日  国庆节调休上班  计入         4");
    assert_says(s, "2026-10-01  星期四  国庆节放假      计入        15");
    assert_says(s, "2026-10-07  星期三  国庆节放假      顺延");
    assert_says(s, "原定届满：2026-10-01（星期四）");
    assert_says(s, "到期：2026-10-08（星期四）");
    assert_last_line(s, "2026-10-08");
    assert_int_equal(ask_in_words(s, HANDLER, matter, NULL), 0);
    assert_last_line(s, "2026-10-08");
    assert_int_equal(ask_in_words(s, HANDLER, matter, "--json"), 0);
    assert_says(s, "\"due_on\":\t\"2026-10-08\"");
    assert_says(s, "\"source\":\t\"信访工作条例 23\"");
}

XF_STORY(he_is_told_what_rule_it_is_and_that_he_asked_is_on_record)
{
    xf_story *s = *state;
    const int64_t matter = xf_stage_due_on_national_day(s);
    const Xf__MatterDueReply *due = xf_stage_due(s, HANDLER, matter, true);
    const Xf__MatterClock *clock = due->clocks[0];

    assert_int_equal(due->n_clocks, 1);
    assert_string_equal(clock->rule, "notice");
    assert_string_equal(clock->words, "书面告知（接收情况、途径和程序）");
    assert_string_equal(clock->source, "信访工作条例 23");
    xf_stage_assert_day(clock->has_valid_from_on, clock->valid_from_on, "2022-05-01");
    assert_false(clock->has_valid_to_on);
    xf_stage_assert_day(clock->has_started_on, clock->started_on, "2026-09-16");
    xf_stage_assert_day(clock->has_raw_on, clock->raw_on, "2026-10-01");
    xf_stage_assert_day(clock->has_due_on, clock->due_on, "2026-10-08");
    assert_false(clock->has_ended_on || clock->has_missing_year || clock->has_step);
    assert_int_equal(clock->n_days, 22); /* fifteen, six that it rolled over, and the day */
    assert_int_equal(clock->days[14]->number, 15);
    assert_int_equal(clock->days[15]->step, XF__CLOCK_STEP__CLOCK_STEP_ROLLED);
    assert_string_equal(clock->days[15]->name, "国庆节");
    assert_int_equal(clock->days[21]->step, XF__CLOCK_STEP__CLOCK_STEP_DUE);
    assert_int_equal(xf_stage_due(s, HANDLER, matter, false)->clocks[0]->n_days, 0);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.access where kind = 3"), 2);

    xf_stage_assert_day(true, xf_stage_list(s, HANDLER)->matters[0]->due_on, "2026-10-08");
    assert_null(xf_stage_due(s, OTHER_STATION, matter, true)); /* not his unit's */
    xf_stage_assert_refused(s, XF_CODE_NOT_FOUND, "");
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.access where kind = 3"), 2);
}

XF_STORY(it_came_in_twice_and_asks_two_things_so_four_clocks_run)
{
    xf_story *s = *state;
    const int64_t first = INT64_C(1202600000101);
    static const char *const days[RECEIPTS] = {"2026-09-10", "2026-09-16"};
    char demand[] = "要求答复";
    Xf__PetitionRegisterRequest request = XF__PETITION_REGISTER_REQUEST__INIT;
    Xf__PetitionerDraft who = XF__PETITIONER_DRAFT__INIT;
    Xf__ReceiptDraft receipts[RECEIPTS] = {XF__RECEIPT_DRAFT__INIT, XF__RECEIPT_DRAFT__INIT};
    Xf__MatterDraft matters[MATTERS] = {XF__MATTER_DRAFT__INIT, XF__MATTER_DRAFT__INIT};

    xf_stage_on_day(s, "2026-09-16");
    xf_stage_calendar(s, 2026);
    for (size_t i = 0; i < RECEIPTS; i++) {
        receipts[i].has_channel = receipts[i].has_source = receipts[i].has_received_on = 1;
        receipts[i].channel = XF__CHANNEL__CHANNEL_LETTER;
        receipts[i].source = XF__SOURCE__SOURCE_DIRECT;
        assert_int_equal(xf_day_parse(days[i], &receipts[i].received_on, NULL), XF_CODE_OK);
        matters[i].has_purpose = 1;
        matters[i].purpose = XF__PURPOSE__PURPOSE_APPEAL;
        matters[i].demand = demand;
    }
    who.name = (char[]){"信访人甲"};
    who.address = (char[]){"米场镇"}; /* an address alone will do */
    request.n_receipts = request.n_matters = RECEIPTS;
    request.n_petitioners = 1;
    request.receipts = (Xf__ReceiptDraft *[]){&receipts[0], &receipts[1]};
    request.matters = (Xf__MatterDraft *[]){&matters[0], &matters[1]};
    request.petitioners = (Xf__PetitionerDraft *[]){&who};
    assert_non_null(xf_stage_ask(s, CLERK, XF_RPC_PETITION_REGISTER, &request.base));

    for (int64_t matter = first; matter < first + MATTERS; matter++) {
        const Xf__MatterDueReply *due = xf_stage_due(s, HEAD, matter, false);

        assert_int_equal(due->n_clocks, RECEIPTS);
        xf_stage_assert_day(true, due->clocks[0]->due_on, "2026-09-28"); /* raw: the Mid-Autumn */
        xf_stage_assert_day(true, due->clocks[1]->due_on, "2026-10-08");
        xf_stage_assert_day(true, due->due_on, "2026-09-28");
    }
}

XF_STORY(nobody_who_could_be_answered_is_owed_an_answer)
{
    xf_story *s = *state;
    const xf_visit visits[] = {
        {.demand = "建议增设路灯"},
        {.name = "信访人乙", .demand = "建议增设路灯"},
        {.name = "信访人乙", .phone = "", .demand = "建议增设路灯"},
    };

    xf_stage_calendar(s, 2026);
    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    for (size_t i = 0; i < sizeof visits / sizeof visits[0]; i++) {
        const int64_t matter = xf_stage_register(s, CLERK, &visits[i])->matters[0]->matter_id;
        const Xf__MatterDueReply *due = xf_stage_due(s, HEAD, matter, true);

        assert_int_equal(due->n_clocks, 0);
        assert_false(due->has_due_on);
        assert_int_equal(ask_in_words(s, HEAD, matter, "--explain"), 0);
        assert_last_line(s, "没有期限。");
        assert_non_null(strstr(xf_stage_said(s), "没有留下可以答复的姓名和联系方式"));
    }
}

XF_STORY(what_came_in_under_the_old_regulation_keeps_its_rule)
{
    xf_story *s = *state;
    xf_visit old = visit;

    xf_stage_calendar(s, 2020);
    old.received_on = "2020-09-16";
    const int64_t matter = xf_stage_register(s, CLERK, &old)->matters[0]->matter_id;
    const Xf__MatterClock *clock = xf_stage_due(s, HEAD, matter, true)->clocks[0];
    assert_string_equal(clock->words, "书面告知（是否受理）");
    assert_string_equal(clock->source, "信访条例 22");
    xf_stage_assert_day(clock->has_valid_to_on, clock->valid_to_on, "2022-04-30");
    xf_stage_assert_day(clock->has_due_on, clock->due_on, "2020-10-09");

    old.received_on = "2005-04-30"; /* before any rule that is on record */
    const int64_t older = xf_stage_register(s, CLERK, &old)->matters[0]->matter_id;
    assert_int_equal(xf_stage_due(s, HEAD, older, false)->n_clocks, 0);
}

XF_STORY(an_accusation_follows_its_own_rule_and_answers_those_inside_only)
{
    xf_story *s = *state;
    xf_visit accusation = visit;

    xf_stage_on_day(s, "2026-09-16");
    xf_stage_calendar(s, 2026);
    accusation.accused = ACCUSED;
    const int64_t matter = xf_stage_register(s, CLERK, &accusation)->matters[0]->matter_id;
    const Xf__MatterClock *clock = xf_stage_due(s, INSPECTOR, matter, true)->clocks[0];
    assert_string_equal(clock->rule, "accusation_receipt");
    xf_stage_assert_day(clock->has_due_on, clock->due_on, "2026-10-13"); /* working days */
    static const xf_cast outside[] = {CLERK, ACCUSED, ACCUSED_HEAD, LEADER};
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        assert_null(xf_stage_due(s, outside[i], matter, true));
        xf_stage_assert_refused(s, XF_CODE_NOT_FOUND, "");
    }
}

XF_STORIES(XF_PLAY(the_fifteenth_day_is_a_holiday_and_each_day_says_why),
           XF_PLAY(he_is_told_what_rule_it_is_and_that_he_asked_is_on_record),
           XF_PLAY(it_came_in_twice_and_asks_two_things_so_four_clocks_run),
           XF_PLAY(nobody_who_could_be_answered_is_owed_an_answer),
           XF_PLAY(what_came_in_under_the_old_regulation_keeps_its_rule),
           XF_PLAY(an_accusation_follows_its_own_rule_and_answers_those_inside_only))
