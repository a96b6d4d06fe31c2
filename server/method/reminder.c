/* method/reminder — the ladder climbed by the timer; who was told reads it and says so. */
#include "law/reminder.h"

#include "reminder.pb-c.h"

#include "call/call.h"
#include "call/fill.h"
#include "law/clock.h"
#include "law/scope.h"

enum { PAGE = 50, PAGE_MOST = 200 };

static xf_code
full(xf_error *reterr)
{
    return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
}

/* ---- Sending --------------------------------------------------------------------------------- */

/* Lists for SQL, a number a clock. */
typedef struct sending {
    size_t n;
    int64_t *matters;
    int64_t *seqs;
    int64_t *behind;
    int64_t *steps;
    int64_t *tells;
} sending;

/* The highest step that was reached: what is below it was missed while nobody was there. */
static void
add(sending *s, const Xf__ReminderReached *clock, const int32_t days[XF_REMINDER_STEPS],
    xf_day today)
{
    const xf_reminder_step step = xf_reminder_reached(days, today);

    s->matters[s->n] = clock->matter_id;
    s->seqs[s->n] = clock->seq;
    s->behind[s->n] = clock->reminded;
    s->steps[s->n] = (int64_t)step;
    s->tells[s->n] = xf_reminder_tells(step);
    s->n++;
}

static xf_code
put(xf_call *call, const Xf__ReminderFound *found, xf_error *reterr)
{
    const size_t n = found->n_clocks;
    int64_t *room = xf_arena_take(call->arena, n * 5 * sizeof *room + 1);
    sending s = {0};

    if (room == NULL)
        return full(reterr);
    if (found->n_days_on != n * XF_REMINDER_STEPS)
        return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "days_on");
    s = (sending){0, room, room + n, room + 2 * n, room + 3 * n, room + 4 * n};
    for (size_t i = 0; i < n; i++)
        add(&s, found->clocks[i], found->days_on + i * XF_REMINDER_STEPS, call->today);
    xf_law_put_long(&call->law, "matter_ids", s.matters, n);
    xf_law_put_long(&call->law, "seqs", s.seqs, n);
    xf_law_put_long(&call->law, "behind", s.behind, n);
    xf_law_put_long(&call->law, "steps", s.steps, n);
    xf_law_put_long(&call->law, "tells", s.tells, n);
    return XF_CODE_OK;
}

static xf_code
send_check(xf_call *call, xf_error *reterr)
{
    Xf__ReminderFound *found = xf_arena_take(call->arena, sizeof *found);
    xf_code code = XF_CODE_OK;

    if (found == NULL)
        return full(reterr);
    xf__reminder_found__init(found);
    XF_TRY(xf_fill_message(call->arena, NULL, &call->row, &found->base, reterr));
    XF_TRY(put(call, found, reterr));
out:
    return code;
}

/* ---- Reading --------------------------------------------------------------------------------- */

static xf_code
list_check(xf_call *call, xf_error *reterr)
{
    const Xf__ReminderListRequest *request = (const Xf__ReminderListRequest *)call->request;

    if (request->has_limit && (request->limit < 1 || request->limit > PAGE_MOST))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "limit");
    xf_law_put(&call->law, "page", request->has_limit ? request->limit : PAGE);
    xf_law_put(&call->law, "all_units", xf_scope_all_units(call->actor.roles));
    return XF_CODE_OK;
}

/* What has to be done, in the rule's words. */
static xf_code
list_finish(xf_call *call, xf_error *reterr)
{
    const Xf__ReminderListReply *reply = (const Xf__ReminderListReply *)call->reply;

    (void)reterr;
    for (size_t i = 0; i < reply->n_reminders; i++) {
        Xf__Reminder *reminder = reply->reminders[i];
        const xf_clock_rule *rule = NULL;
        xf_error unknown = {0};

        if (xf_clock_rule_find(reminder->rule, reminder->rule_from_on, &rule, &unknown) ==
            XF_CODE_OK)
            reminder->words = (char *)(uintptr_t)rule->words; /* a constant, left alone */
    }
    return XF_CODE_OK;
}

static xf_code
acknowledge_check(xf_call *call, xf_error *reterr)
{
    const Xf__ReminderAcknowledgeRequest *request =
        (const Xf__ReminderAcknowledgeRequest *)call->request;

    if (!request->has_reminder_id)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "reminder_id");
    return XF_CODE_OK;
}

enum {
    TOLD = XF_MAY_RECEPTION | XF_MAY_RECEPTION_HEAD | XF_MAY_LIAISON | XF_MAY_HANDLER |
           XF_MAY_UNIT_HEAD | XF_MAY_LEADER | XF_MAY_INSPECTOR,
};

/* The timer: clocks that reached a step. */
const xf_method xf_reminder_send = {
    .rpc = XF_RPC_REMINDER_SEND,
    .may = XF_MAY_TIMER,
    .mode = XF_CHANGES,
    .check = send_check,
};

/* One's own, or who was told about a matter. */
const xf_method xf_reminder_list = {
    .rpc = XF_RPC_REMINDER_LIST,
    .may = TOLD,
    .mode = XF_READS,
    .check = list_check,
    .finish = list_finish,
};

/* That somebody knows is on record, and moves no day. */
const xf_method xf_reminder_acknowledge = {
    .rpc = XF_RPC_REMINDER_ACKNOWLEDGE,
    .may = TOLD,
    .mode = XF_CHANGES,
    .check = acknowledge_check,
};
