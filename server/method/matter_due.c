/* method/matter_due — law beside the rows. */
#include "method/matter_due.h"

#include "matter.pb-c.h"

#include "call/fill.h"
#include "law/clock.h"
#include "method/calendar_days.h"
#include "method/clock_seen.h"

/* An explanation under way. */
typedef struct explaining {
    xf_call *call;
    xf_calendar calendar;
    Xf__MatterClock *clock;
    const xf_clock_rule *rule;
    Xf__ClockDay *room; /* NULL: the days are only counted, so that there is room for them */
    size_t n;
} explaining;

bool
xf_matter_due_reads(const xf_call *call)
{
    return ((const Xf__MatterDueRequest *)call->request)->explain;
}

static xf_code
full(xf_error *reterr)
{
    return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
}

/* Our texts are constants; a message wants them writable and leaves them alone. */
static char *
borrow(const char *text)
{
    return (char *)(uintptr_t)text;
}

static void
look(const xf_clock_seen *seen, void *data)
{
    explaining *e = data;
    Xf__ClockDay *day = e->room == NULL ? NULL : &e->room[e->n];

    e->n++;
    if (day == NULL)
        return;
    xf_clock_seen_tell(seen, day);
    e->clock->days[e->clock->n_days++] = day;
}

static xf_code
run(explaining *e, xf_error *reterr)
{
    const xf_clock_watcher watcher = {look, e};
    xf_clock_due due = {0};

    e->n = 0;
    return xf_law_clock_explain(e->rule, e->clock->started_on, 0, &e->calendar, &watcher, &due,
                                reterr);
}

/* Counted twice: first how many days there are to tell, then with room for them. */
static xf_code
explain(explaining *e, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;

    e->room = NULL;
    XF_TRY(run(e, reterr));
    e->room = xf_arena_take(e->call->arena, e->n * sizeof *e->room + 1);
    e->clock->days = xf_arena_take(e->call->arena, e->n * sizeof(void *) + 1);
    if (e->room == NULL || e->clock->days == NULL)
        return full(reterr);
    XF_TRY(run(e, reterr));
out:
    return code;
}

static xf_code
read_calendar(xf_call *call, xf_calendar *ret_calendar, xf_error *reterr)
{
    Xf__Calendar *found = xf_arena_take(call->arena, sizeof *found);
    xf_code code = XF_CODE_OK;

    if (found == NULL)
        return full(reterr);
    xf__calendar__init(found);
    XF_TRY(xf_fill_message(call->arena, NULL, &call->row, &found->base, reterr));
    XF_TRY(xf_calendar_days_take(call->arena, found->days, found->n_days, ret_calendar, reterr));
    ret_calendar->years = found->years;
    ret_calendar->n_years = found->n_years;
out:
    return code;
}

static void
fill_rule(Xf__MatterClock *clock, const xf_clock_rule *rule)
{
    clock->words = borrow(rule->words);
    clock->source = borrow(rule->source);
    clock->has_start = 1;
    clock->start = (Xf__ClockStart)rule->start;
    clock->has_valid_to_on = rule->valid_to != XF_CLOCK_STILL;
    clock->valid_to_on = rule->valid_to;
}

xf_code
xf_matter_due_finish(xf_call *call, xf_error *reterr)
{
    const Xf__MatterDueReply *reply = (const Xf__MatterDueReply *)call->reply;
    const bool days = xf_matter_due_reads(call);
    explaining e = {.call = call};
    xf_code code = XF_CODE_OK;

    if (days)
        XF_TRY(read_calendar(call, &e.calendar, reterr));
    for (size_t i = 0; i < reply->n_clocks; i++) {
        xf_error unknown = {0};

        e.clock = reply->clocks[i];
        if (xf_clock_rule_find(e.clock->rule, e.clock->valid_from_on, &e.rule, &unknown) !=
            XF_CODE_OK)
            continue; /* no longer compiled in: its days stand, without words */
        fill_rule(e.clock, e.rule);
        if (days)
            XF_TRY(explain(&e, reterr));
    }
out:
    return code;
}
