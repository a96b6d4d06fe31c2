/* Days go by and nobody answers: first the handler is told, then more and more of those above. */
#include <stdio.h>
#include <stdlib.h>

#include <libpq-fe.h>

#include "call/method.h"
#include "db/query.h"
#include "stage_clocks.h"
#include "stage_look.h"

static const xf_visit visit = {
    .name = "信访人甲",
    .phone = "19911110001",
    .demand = "反映店铺被盗后一直没有消息",
    .received_on = "2026-09-16",
};

static void
wait_for_step(xf_story *s, int64_t matter, int step)
{
    char sql[160];

    (void)snprintf(sql, sizeof sql,
                   "select count(*) from xf.clock where matter_id = %lld and reminded = %d",
                   (long long)matter, step);
    xf_stage_wait_for(s, sql);
}

/* How many were told of this step, and whether he was. */
static size_t
told(xf_story *s, int64_t matter, int step, xf_cast who, xf_reminder_who *ret_who)
{
    const Xf__ReminderListReply *list = xf_stage_reminders(s, INSPECTOR, matter);
    size_t n = 0;

    *ret_who = XF_REMINDER_WHO_UNSPECIFIED;
    for (size_t i = 0; i < list->n_reminders; i++) {
        const Xf__Reminder *reminder = list->reminders[i];

        if ((int)reminder->step != step || reminder->skipped)
            continue;
        n++;
        if (reminder->officer_id == xf_stage_officer(s, who))
            *ret_who = (xf_reminder_who)reminder->who;
    }
    return n;
}

static const struct {
    const char *day;
    xf_reminder_step step;
    xf_cast who; /* told for the first time */
    xf_reminder_who as;
} ladder[] = {
    {"2026-09-24", XF_REMINDER_STEP_HALF, HANDLER, XF_REMINDER_WHO_HANDLER},
    {"2026-09-28", XF_REMINDER_STEP_FOUR_FIFTHS, UNIT_HEAD, XF_REMINDER_WHO_UNIT_HEAD},
    {"2026-09-29", XF_REMINDER_STEP_LAST_DAYS, HEAD, XF_REMINDER_WHO_RECEPTION_HEAD},
    {"2026-10-01", XF_REMINDER_STEP_DUE, LEADER, XF_REMINDER_WHO_LEADER},
    {"2026-10-02", XF_REMINDER_STEP_ONE_PAST, LEADER, XF_REMINDER_WHO_LISTED},
    {"2026-10-08", XF_REMINDER_STEP_SEVEN_PAST, INSPECTOR, XF_REMINDER_WHO_INSPECTOR},
};

XF_STORY(each_step_tells_one_more_and_the_raw_day_counts)
{
    xf_story *s = *state;
    const int64_t matter = xf_stage_due_on_national_day(s);
    size_t before = 0;

    for (size_t i = 0; i < sizeof ladder / sizeof ladder[0]; i++) {
        xf_reminder_who as = XF_REMINDER_WHO_UNSPECIFIED;
        size_t n = 0;

        xf_stage_on_day(s, ladder[i].day);
        wait_for_step(s, matter, (int)ladder[i].step);
        n = told(s, matter, (int)ladder[i].step, ladder[i].who, &as);
        assert_int_equal(as, ladder[i].as);
        assert_true(i == 4 ? n == before : n > before); /* listing is the leaders' again */
        before = n;
        (void)told(s, matter, (int)ladder[i].step, HANDLER, &as);
        assert_int_equal(as, XF_REMINDER_WHO_HANDLER); /* and everybody before him again */
    }
    const Xf__MatterHistoryReply *history = xf_stage_history(s, HANDLER, matter);
    assert_int_equal(history->n_events, 2 + 6);
    assert_int_equal(history->events[7]->kind, XF_EVENT_KIND_REMINDED);
    assert_int_equal(history->events[7]->step, XF_REMINDER_STEP_SEVEN_PAST);
    assert_int_equal(xf_stage_due(s, HANDLER, matter, false)->clocks[0]->step, 6);
    assert_int_equal(xf_stage_open(s, COLLEAGUE, matter)->version, 8);
    assert_int_equal(xf_stage_reminders(s, COLLEAGUE, 0)->n_reminders, 0); /* not his */
}

XF_STORY(after_a_long_silence_the_highest_step_is_sent_and_the_others_are_passed_over)
{
    xf_story *s = *state;
    const int64_t matter = xf_stage_due_on_national_day(s);
    const Xf__ReminderListReply *list = NULL;
    size_t skipped = 0;

    xf_stage_on_day(s, "2026-10-20");
    wait_for_step(s, matter, 6);
    list = xf_stage_reminders(s, INSPECTOR, matter);
    for (size_t i = 0; i < list->n_reminders; i++) {
        if (list->reminders[i]->skipped) {
            assert_false(list->reminders[i]->has_officer_id);
            skipped++;
        } else {
            assert_int_equal(list->reminders[i]->step, XF_REMINDER_STEP_SEVEN_PAST);
        }
    }
    assert_int_equal(skipped, 5);
    assert_int_equal(xf_stage_reminders(s, HANDLER, 0)->n_reminders, 1);
    assert_string_equal(xf_stage_reminders(s, HANDLER, 0)->reminders[0]->words,
                        "书面告知（接收情况、途径和程序）");
    assert_int_equal(xf_stage_history(s, HANDLER, matter)->n_events, 3);
}

XF_STORY(nobody_has_it_yet_so_the_next_one_up_is_told)
{
    xf_story *s = *state;
    xf_reminder_who as = XF_REMINDER_WHO_UNSPECIFIED;

    xf_stage_on_day(s, "2026-09-16");
    xf_stage_calendar(s, 2026);
    const int64_t matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;
    xf_stage_on_day(s, "2026-09-24");
    wait_for_step(s, matter, 1);
    assert_true(told(s, matter, 1, HEAD, &as) >= 1);
    assert_true(as == XF_REMINDER_WHO_UNIT_HEAD || as == XF_REMINDER_WHO_RECEPTION_HEAD);
}

static int
say(xf_story *s, xf_cast who, const char *verb, int64_t id)
{
    char word[24] = "";

    if (id != 0)
        (void)snprintf(word, sizeof word, "%lld", (long long)id);
    const char *const words[] = {"reminder", verb, id != 0 ? word : NULL, NULL};
    return xf_stage_cli(s, who, words);
}

XF_STORY(that_he_knows_is_on_record_and_gives_him_no_day_more)
{
    xf_story *s = *state;
    const int64_t matter = xf_stage_due_on_national_day(s);

    xf_stage_on_day(s, "2026-09-28");
    wait_for_step(s, matter, 2);
    const int64_t id = xf_stage_reminders(s, HANDLER, 0)->reminders[0]->reminder_id;
    assert_int_equal(id, matter * 1000 + 12);
    assert_int_equal(xf_stage_acknowledge(s, COLLEAGUE, id), 0); /* not told, so not his */
    xf_stage_assert_refused(s, XF_CODE_NOT_FOUND, "");
    assert_int_equal(xf_stage_acknowledge(s, HANDLER, id - 1), 0); /* passed over */
    xf_stage_assert_refused(s, XF_CODE_NOT_FOUND, "");

    assert_int_equal(xf_stage_cli_login(s, HANDLER), 0);
    assert_int_equal(say(s, HANDLER, "list", 0), 0);
    assert_non_null(strstr(xf_stage_said(s), "期限过八成"));
    assert_int_equal(say(s, HANDLER, "acknowledge", id), 0);
    assert_non_null(strstr(xf_stage_said(s), "期限不变"));
    assert_int_equal(say(s, HANDLER, "list", 0), 0);
    assert_non_null(strstr(xf_stage_said(s), "没有提醒。"));
    const int64_t at = xf_stage_acknowledge(s, HANDLER, id); /* again: the first time counts */
    assert_true(at > 0);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.reminder_told"
                                        " where acknowledged_at is not null"),
                     1);

    const Xf__MatterClock *clock = xf_stage_due(s, HANDLER, matter, false)->clocks[0];
    xf_stage_assert_day(clock->has_raw_on, clock->raw_on, "2026-10-01");
    xf_stage_assert_day(clock->has_due_on, clock->due_on, "2026-10-08");
    xf_stage_on_day(s, "2026-09-29");
    wait_for_step(s, matter, 3); /* the ladder goes on */
    assert_int_equal(xf_stage_reminders(s, HANDLER, 0)->n_reminders, 2);
}

XF_STORY(two_servers_send_once)
{
    xf_story *s = *state;
    const int64_t matter = xf_stage_due_on_national_day(s);
    const int64_t other = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;
    char sql[200];

    xf_stage_on_day(s, "2026-09-24");
    xf_stage_start_second(s);
    wait_for_step(s, matter, 1);
    wait_for_step(s, other, 1);
    xf_stage_stop_server(s); /* if it had the lead, the second has it now */

    /* Something new is due: when the second has sent that, it has looked at everything. */
    (void)snprintf(sql, sizeof sql,
                   "update xf.clock set remind_on[2] = remind_on[1] where matter_id = %lld",
                   (long long)other);
    xf_stage_sql(s, sql);
    wait_for_step(s, other, 2);
    (void)snprintf(sql, sizeof sql,
                   "select count(*) from xf.event where kind = 8 and matter_id = %lld",
                   (long long)matter);
    assert_int_equal(xf_stage_number(s, sql), 1);
    (void)snprintf(sql, sizeof sql, "select count(*) from xf.reminder_told where matter_id = %lld",
                   (long long)matter);
    assert_int_equal(xf_stage_number(s, sql), 1);
}

/* ---- The timer by hand: between what it reads and what it writes */

static int
up_without_timer(void **state)
{
    return xf_stage_up_with(state, "job.every_ms = 3600000\n");
}

static const char *
value_of(const xf_param *param, const char *matter)
{
    static const char *const rows[][2] = {
        {"op_id", "00000000-0000-4000-8000-000000000001"},
        {"sha", "\\x0000000000000000000000000000000000000000000000000000000000000000"},
        {"now", "2026-09-24 09:00+08"},
        {"today", "2026-09-24"},
        {"officer", "0"},
        {"most", "100"},
        {"seqs", "{1}"},
        {"behind", "{0}"},
        {"steps", "{1}"},
        {"tells", "{2}"},
        {"matter_ids", ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(param->name, rows[i][0]) == 0)
            return rows[i][1][0] == '\0' ? matter : rows[i][1];
    }
    return "450922"; /* the bureau */
}

/* One of its statements, about this matter's first clock and first step; its last column, of an array
 * whether there is one. */
static int
as_timer(const xf_story *s, const char *name, int64_t matter)
{
    const xf_statement *statement = xf_statement_find(name);
    const char *values[16] = {0};
    char *conninfo = xf_stage_conninfo(s, "xf_app");
    PGconn *pg = PQconnectdb(conninfo);
    PGresult *result = NULL;
    const char *column = NULL;
    char text[96];
    int n = 0;

    assert_non_null(statement);
    assert_true(statement->n_params <= 16);
    (void)snprintf(text, sizeof text, "set search_path = xf; set xinfang.actor = '{450922,0,0,%u}'",
                   XF_MAY_TIMER);
    PQclear(PQexec(pg, text));
    (void)snprintf(text, sizeof text, "{%lld}", (long long)matter);
    for (size_t i = 0; i < statement->n_params; i++)
        values[i] = value_of(&statement->params[i], text);
    result =
        PQexecParams(pg, statement->sql, (int)statement->n_params, NULL, values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", name, PQerrorMessage(pg));
    column = PQgetvalue(result, 0, PQnfields(result) - 1);
    n = column[0] == '{' ? 1 : (int)strtol(column, NULL, 10);
    PQclear(result);
    PQfinish(pg);
    free(conninfo);
    return n;
}

/* A holiday is announced when the timer has dated all clocks anew and comes to remind. */
XF_STORY(nobody_is_reminded_of_a_day_that_a_new_calendar_may_move)
{
    static const char *const told_of = "select count(*) from xf.reminder_told";
    xf_story *s = *state;
    const int64_t matter = xf_stage_due_on_national_day(s);

    xf_stage_bare_calendar(s, 2026);
    assert_int_equal(as_timer(s, "reminder.send.read", matter), 0); /* it looks */
    assert_int_equal(as_timer(s, "reminder.send", matter), 0);      /* or had looked before */
    assert_int_equal(xf_stage_number(s, told_of), 0);

    xf_stage_sql(s, "update xf.clock set calendar_seat = (select max(seat) from xf.calendar_year),"
                    " remind_on[1] = '2026-09-25'");
    assert_int_equal(as_timer(s, "reminder.send", matter), 0); /* it moved, and is not yet */
    xf_stage_sql(s, "update xf.clock set remind_on[1] = '2026-09-24'");
    assert_int_equal(as_timer(s, "reminder.send", matter), 1);
    assert_int_equal(xf_stage_number(s, told_of), 1);
}

/* ---- An accusation */

enum { OUTSIDE = 6 };

static const xf_cast outside[OUTSIDE] = {ACCUSED, ACCUSED_HEAD, CLERK, LEADER, UNIT_HEAD, LIAISON};

#define HIDDEN INT64_C(2202600000101)

XF_STORY(an_accusation_reminds_those_inside_and_nobody_outside_sees_a_byte_of_it)
{
    xf_story *s = *state;
    xf_wire_desk *before[OUTSIDE];
    xf_visit accusation = visit;
    xf_reminder_who as = XF_REMINDER_WHO_UNSPECIFIED;

    xf_stage_calendar(s, 2026);
    accusation.accused = ACCUSED;
    for (size_t i = 0; i < OUTSIDE; i++)
        before[i] = xf_stage_look(s, outside[i], HIDDEN);

    /* Received in September, and long overdue when it is registered. */
    assert_int_equal(xf_stage_register(s, HEAD, &accusation)->matters[0]->matter_id, HIDDEN);
    wait_for_step(s, HIDDEN, 6);
    for (size_t i = 0; i < OUTSIDE; i++) {
        xf_wire_desk *after = xf_stage_look(s, outside[i], HIDDEN);

        xf_stage_assert_no_difference(after);
        xf_wire_desk_assert_same(before[i], after);
        assert_int_equal(xf_stage_rows_seen(s, outside[i], HIDDEN / 100), 0);
        xf_wire_desk_free(&after);
        xf_wire_desk_free(&before[i]);
        (void)told(s, HIDDEN, 6, outside[i], &as);
        assert_int_equal(as, XF_REMINDER_WHO_UNSPECIFIED);
    }
    (void)told(s, HIDDEN, 6, INSPECTOR, &as);
    assert_int_equal(as, XF_REMINDER_WHO_INSPECTOR);
    (void)told(s, HIDDEN, 6, HEAD, &as);
    assert_int_equal(as, XF_REMINDER_WHO_RECEPTION_HEAD);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.feed where event = 8 and"
                                        " (kind <> 3 or not compartment)"),
                     0);
}

XF_STORIES(XF_PLAY(each_step_tells_one_more_and_the_raw_day_counts),
           XF_PLAY(after_a_long_silence_the_highest_step_is_sent_and_the_others_are_passed_over),
           XF_PLAY(nobody_has_it_yet_so_the_next_one_up_is_told),
           XF_PLAY(that_he_knows_is_on_record_and_gives_him_no_day_more),
           XF_PLAY(two_servers_send_once),
           cmocka_unit_test_setup_teardown(nobody_is_reminded_of_a_day_that_a_new_calendar_may_move,
                                           up_without_timer, xf_stage_down),
           XF_PLAY(an_accusation_reminds_those_inside_and_nobody_outside_sees_a_byte_of_it))
