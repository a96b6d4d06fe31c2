/* Questions in a fixed order, so that two looks can be laid side by side. */
#include "stage_look.h"

#include <stdio.h>
#include <stdlib.h>

#include "reminder.pb-c.h"

#include "stage_inside.h"

enum { PAIRS = 8, AUDIENCES = 15 };

/* No petition has the number 999999 of the year. */
#define MISSING INT64_C(1202699999901)

static void
act_upon(xf_wire_desk *desk, int64_t matter_id, int32_t unit)
{
    static const uint8_t op_id[16] = "looking around";
    const ProtobufCBinaryData id = {sizeof op_id, (uint8_t *)(uintptr_t)op_id};
    Xf__MatterTakeRequest take = XF__MATTER_TAKE_REQUEST__INIT;
    Xf__MatterAssignRequest assign = XF__MATTER_ASSIGN_REQUEST__INIT;
    Xf__PetitionDecideRepeatRequest decide = XF__PETITION_DECIDE_REPEAT_REQUEST__INIT;

    take.has_op_id = assign.has_op_id = decide.has_op_id = 1;
    take.op_id = assign.op_id = decide.op_id = id;
    take.has_matter_id = assign.has_matter_id = take.has_version = assign.has_version = 1;
    take.matter_id = assign.matter_id = matter_id;
    take.version = assign.version = 1;
    assign.has_to_unit = 1;
    assign.to_unit = unit;
    decide.has_petition_id = decide.has_earlier_petition_id = decide.has_same = 1;
    decide.petition_id = matter_id / 100;
    decide.earlier_petition_id = matter_id / 100 - 1;
    (void)xf_wire_desk_ask(desk, XF_RPC_MATTER_TAKE, &take.base);
    (void)xf_wire_desk_ask(desk, XF_RPC_MATTER_ASSIGN, &assign.base);
    (void)xf_wire_desk_ask(desk, XF_RPC_PETITION_DECIDE_REPEAT, &decide.base);
}

/* Its clocks and its reminders. */
static void
ask_when(xf_wire_desk *desk, int64_t matter_id)
{
    static const uint8_t op_id[16] = "looking at a day";
    Xf__MatterDueRequest due = XF__MATTER_DUE_REQUEST__INIT;
    Xf__ReminderListRequest told = XF__REMINDER_LIST_REQUEST__INIT;
    Xf__ReminderAcknowledgeRequest know = XF__REMINDER_ACKNOWLEDGE_REQUEST__INIT;

    due.has_matter_id = due.has_explain = due.explain = told.has_matter_id = 1;
    due.matter_id = told.matter_id = matter_id;
    know.has_op_id = know.has_reminder_id = 1;
    know.op_id = (ProtobufCBinaryData){sizeof op_id, (uint8_t *)(uintptr_t)op_id};
    know.reminder_id = matter_id * 1000 + 16; /* its first clock's last step */
    (void)xf_wire_desk_ask(desk, XF_RPC_MATTER_DUE, &due.base);
    (void)xf_wire_desk_ask(desk, XF_RPC_REMINDER_LIST, &told.base);
    (void)xf_wire_desk_ask(desk, XF_RPC_REMINDER_ACKNOWLEDGE, &know.base);
}

/* PAIRS answers. */
static void
ask_about(xf_wire_desk *desk, int64_t matter_id, int32_t unit)
{
    Xf__MatterOpenRequest open = XF__MATTER_OPEN_REQUEST__INIT;
    Xf__MatterHistoryRequest history = XF__MATTER_HISTORY_REQUEST__INIT;

    open.has_matter_id = history.has_matter_id = 1;
    open.matter_id = history.matter_id = matter_id;
    (void)xf_wire_desk_ask(desk, XF_RPC_MATTER_OPEN, &open.base);
    (void)xf_wire_desk_ask(desk, XF_RPC_MATTER_HISTORY, &history.base);
    act_upon(desk, matter_id, unit);
    ask_when(desk, matter_id);
}

/* News of every role and of the actor's own unit and self: from the beginning. */
static void
ask_for_news(xf_wire_desk *desk, int32_t unit, int32_t officer)
{
    Xf__FeedSinceRequest since = XF__FEED_SINCE_REQUEST__INIT;
    Xf__FeedFollowRequest follow = XF__FEED_FOLLOW_REQUEST__INIT;
    Xf__FeedCursor cursors[AUDIENCES];
    Xf__FeedCursor *list[AUDIENCES];

    for (size_t i = 0; i < AUDIENCES; i++) {
        xf__feed_cursor__init(&cursors[i]);
        cursors[i].has_kind = cursors[i].has_id = cursors[i].has_cursor = 1;
        cursors[i].kind = XF__AUDIENCE_KIND__AUDIENCE_KIND_ROLE;
        cursors[i].id = (int32_t)i + 1;
        list[i] = &cursors[i];
    }
    cursors[13].kind = XF__AUDIENCE_KIND__AUDIENCE_KIND_UNIT;
    cursors[13].id = unit;
    cursors[14].kind = XF__AUDIENCE_KIND__AUDIENCE_KIND_OFFICER;
    cursors[14].id = officer;
    since.n_cursors = AUDIENCES;
    since.cursors = list;
    (void)xf_wire_desk_ask(desk, XF_RPC_FEED_SINCE, &since.base);
    (void)xf_wire_desk_ask(desk, XF_RPC_FEED_FOLLOW, &follow.base);
}

/* What accusations of these stories say, what everything says, and the hidden one's number. */
static void
ask_for_words(xf_wire_desk *desk)
{
    static const char *const texts[] = {"民警", "收受财物", "反映", "2026-1",
                                        "陆公信控字〔2026〕1号"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        Xf__MatterSearchRequest search = XF__MATTER_SEARCH_REQUEST__INIT;

        search.text = (char *)(uintptr_t)texts[i];
        (void)xf_wire_desk_ask(desk, XF_RPC_MATTER_SEARCH, &search.base);
        search.has_limit = 1;
        search.limit = 1;
        (void)xf_wire_desk_ask(desk, XF_RPC_MATTER_SEARCH, &search.base);
    }
}

static void
ask_for_lists(xf_wire_desk *desk)
{
    Xf__MatterListRequest list = XF__MATTER_LIST_REQUEST__INIT;
    Xf__FiguresShowRequest figures = XF__FIGURES_SHOW_REQUEST__INIT;
    Xf__BureauUnitsRequest units = XF__BUREAU_UNITS_REQUEST__INIT;
    Xf__BureauOfficersRequest officers = XF__BUREAU_OFFICERS_REQUEST__INIT;
    Xf__ReminderListRequest reminders = XF__REMINDER_LIST_REQUEST__INIT;

    (void)xf_wire_desk_ask(desk, XF_RPC_MATTER_LIST, &list.base);
    list.has_limit = list.has_state = 1;
    list.limit = 1;
    list.state = XF__STATE__STATE_REGISTERED;
    (void)xf_wire_desk_ask(desk, XF_RPC_MATTER_LIST, &list.base);
    figures.has_from_on = figures.has_to_on = figures.has_previous_year = 1;
    figures.previous_year = 1;
    figures.from_on = xf_day_from_civil(2026, 1, 1);
    figures.to_on = xf_stage_today();
    (void)xf_wire_desk_ask(desk, XF_RPC_FIGURES_SHOW, &figures.base);
    (void)xf_wire_desk_ask(desk, XF_RPC_BUREAU_UNITS, &units.base);
    (void)xf_wire_desk_ask(desk, XF_RPC_BUREAU_OFFICERS, &officers.base);
    (void)xf_wire_desk_ask(desk, XF_RPC_REMINDER_LIST, &reminders.base);
    ask_for_words(desk);
}

static int32_t
unit_of(xf_story *s, xf_cast who)
{
    char sql[128];

    (void)snprintf(sql, sizeof sql,
                   "select coalesce(unit_id, 0) from xf.officer where officer_id = %d",
                   xf_stage_officer(s, who));
    return (int32_t)xf_stage_number(s, sql);
}

xf_wire_desk *
xf_stage_look(xf_story *s, xf_cast who, int64_t hidden)
{
    xf_wire_desk *desk = xf_wire_desk_new(s, who);
    const int32_t unit = unit_of(s, who);

    ask_about(desk, hidden, unit);
    ask_about(desk, MISSING, unit);
    ask_for_lists(desk);
    ask_for_news(desk, unit, xf_stage_officer(s, who));
    return desk;
}

void
xf_stage_assert_no_difference(xf_wire_desk *desk)
{
    for (size_t i = 0; i < PAIRS; i++) {
        const xf_wire_frame *hidden = xf_wire_desk_frame(desk, i);

        assert_int_equal(hidden->type, XF_FRAME_TYPE_ERROR);
        assert_true(xf_wire_frame_same(hidden, xf_wire_desk_frame(desk, PAIRS + i)));
    }
}

int64_t
xf_stage_rows_seen(xf_story *s, xf_cast who, int64_t petition_id)
{
    char *conninfo = xf_stage_conninfo(s, "xf_app");
    char actor[160];
    char sql[1536];
    int64_t seen = 0;
    PGconn *pg = PQconnectdb(conninfo);
    PGresult *result = NULL;

    (void)snprintf(sql, sizeof sql, "select roles from xf.officer where officer_id = %d",
                   xf_stage_officer(s, who));
    (void)snprintf(actor, sizeof actor,
                   "select set_config('xinfang.actor', '{%d,%d,%d,%lld}', false)", XF_CAST_BUREAU,
                   xf_stage_officer(s, who), unit_of(s, who), (long long)xf_stage_number(s, sql));
    PQclear(PQexec(pg, actor));
    (void)snprintf(
        sql, sizeof sql,
        "with w (wanted) as (values (%lld::int8)) select "
        "(select count(*) from xf.petition, w where petition_id = wanted)"
        " + (select count(*) from xf.petitioner, w where petition_id = wanted)"
        " + (select count(*) from xf.receipt, w where petition_id = wanted)"
        " + (select count(*) from xf.matter, w where petition_id = wanted)"
        " + (select count(*) from xf.event, w where matter_id / 100 = wanted)"
        " + (select count(*) from xf.feed, w where matter_id / 100 = wanted)"
        " + (select count(*) from xf.access, w where matter_id / 100 = wanted)"
        " + (select count(*) from xf.clock, w where matter_id / 100 = wanted)"
        " + (select count(*) from xf.matter_gram, w where matter_id / 100 = wanted)"
        " + (select count(*) from xf.reminder, w where matter_id / 100 = wanted)"
        " + (select count(*) from xf.reminder_told, w where matter_id / 100 = wanted)"
        " + (select count(*) from xf.repeat_link, w where wanted in (petition_id, earlier_petition_id))",
        (long long)petition_id);
    result = PQexec(pg, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s", PQerrorMessage(pg));
    seen = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    PQfinish(pg);
    free(conninfo);
    return seen;
}
