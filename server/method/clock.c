/* method/clock — the rules, and what they count to, without a matter. The named read brings the
 * calendar; law/clock counts. */
#include "law/clock.h"

#include <string.h>

#include "clock.pb-c.h"

#include "base/limit.h"
#include "call/call.h"
#include "call/fill.h"
#include "method/clock_redate.h"
#include "method/clock_seen.h"

/* ---- Rules ----------------------------------------------------------------------------------- */

/* Our texts are constants; a message wants them writable and leaves them alone. */
static char *
borrow(const char *text)
{
    return (char *)(uintptr_t)text;
}

static void
fill_rule(Xf__ClockRule *to, const xf_clock_rule *rule)
{
    xf__clock_rule__init(to);
    to->name = borrow(rule->name);
    to->words = borrow(rule->words);
    to->has_start = to->has_length = to->has_unit = to->has_roll = to->has_valid_from_on = 1;
    to->start = (Xf__ClockStart)rule->start;
    to->length = rule->length;
    to->unit = (Xf__ClockUnit)rule->unit;
    to->roll = (Xf__ClockRoll)rule->roll;
    to->has_extension_max = to->has_approver = rule->extension_max > 0;
    to->extension_max = rule->extension_max;
    to->approver = (Xf__Role)rule->approver;
    to->source = borrow(rule->source);
    to->valid_from_on = rule->valid_from;
    to->has_valid_to_on = rule->valid_to != XF_CLOCK_STILL;
    to->valid_to_on = rule->valid_to;
}

static xf_code
full(xf_error *reterr)
{
    return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
}

static xf_code
list_finish(xf_call *call, xf_error *reterr)
{
    Xf__ClockListReply *reply = (Xf__ClockListReply *)call->reply;
    const size_t n = xf_clock_rule_count();
    Xf__ClockRule *rules = xf_arena_take(call->arena, n * sizeof *rules);

    reply->rules = xf_arena_take(call->arena, n * sizeof(void *));
    if (rules == NULL || reply->rules == NULL)
        return full(reterr);
    for (size_t i = 0; i < n; i++) {
        fill_rule(&rules[i], xf_clock_rule_at(i));
        reply->rules[reply->n_rules++] = &rules[i];
    }
    return XF_CODE_OK;
}

/* ---- The calendar, from the named read ------------------------------------------------------- */

static xf_code
read_calendar(xf_call *call, xf_calendar *ret_calendar, xf_error *reterr)
{
    Xf__Calendar *found = xf_arena_take(call->arena, sizeof *found);
    xf_calendar_day *days = NULL;
    xf_code code = XF_CODE_OK;

    if (found == NULL)
        return full(reterr);
    xf__calendar__init(found);
    XF_TRY(xf_fill_message(call->arena, NULL, &call->row, &found->base, reterr));
    days = xf_arena_take(call->arena, found->n_days * sizeof *days + 1);
    if (days == NULL)
        return full(reterr);
    for (size_t i = 0; i < found->n_days; i++) {
        days[i].day = found->days[i]->day_on;
        days[i].kind = (xf_day_kind)found->days[i]->kind;
        days[i].name = found->days[i]->name;
    }
    *ret_calendar = (xf_calendar){days, found->n_days, found->years, found->n_years};
out:
    return code;
}

/* ---- Counting -------------------------------------------------------------------------------- */

static xf_code
count_check(xf_call *call, xf_error *reterr)
{
    const Xf__ClockCountRequest *request = (const Xf__ClockCountRequest *)call->request;
    const xf_limit limit = request->explain ? XF_LIMIT_CLOCKS_EXPLAINED : XF_LIMIT_CLOCKS;

    if (request->n_items == 0)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "items");
    if (request->n_items > xf_limit_get(limit)) {
        xf_limit_hit(limit);
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "items");
    }
    return XF_CODE_OK;
}

typedef struct counting {
    xf_call *call;
    xf_calendar calendar;
    const Xf__ClockCountItem *item;
    Xf__ClockCounted *counted;
    const xf_clock_rule *rule;
    Xf__ClockDay *days; /* room for those that are explained; NULL: they are only counted */
    size_t n_days;
} counting;

static xf_code
find_rule(counting *c, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;

    if (c->item->rule == NULL)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "rule");
    if (!c->item->has_from_on)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "from_on");
    code = xf_clock_rule_find(c->item->rule, c->item->from_on, &c->rule, reterr);
    if (code == XF_CODE_OK)
        return XF_CODE_OK;
    c->counted->has_in_force_from_on =
        xf_day_parse(reterr->field, &c->counted->in_force_from_on, NULL) == XF_CODE_OK;
    return XF_FAIL(reterr, code, reterr->text, "rule");
}

static void
look(const xf_clock_seen *seen, void *data)
{
    counting *c = data;
    Xf__ClockDay *day = c->days == NULL ? NULL : &c->days[c->n_days];

    c->n_days++;
    if (day == NULL)
        return;
    xf_clock_seen_tell(seen, day);
    c->counted->days[c->counted->n_days++] = day;
}

static xf_code
run(counting *c, const xf_clock_watcher *watcher, xf_error *reterr)
{
    const int32_t extension = c->item->extended ? XF_CLOCK_EXTENDED : 0;
    xf_clock_due due = {0};
    xf_code code = XF_CODE_OK;

    c->n_days = 0;
    XF_TRY(xf_law_clock_explain(c->rule, c->item->from_on, extension, &c->calendar, watcher, &due,
                                reterr));
    c->counted->has_raw_on = due.has_raw;
    c->counted->raw_on = due.raw;
    c->counted->has_due_on = due.has_due;
    c->counted->due_on = due.due;
    c->counted->has_missing_year = due.missing_year != 0;
    c->counted->missing_year = due.missing_year;
out:
    return code;
}

/* Counted twice: first how many days there are to tell, then with room for them. */
static xf_code
explain(counting *c, xf_error *reterr)
{
    const xf_clock_watcher watcher = {look, c};
    Xf__ClockRule *rule = xf_arena_take(c->call->arena, sizeof *rule);
    xf_code code = XF_CODE_OK;

    c->days = NULL;
    XF_TRY(run(c, &watcher, reterr));
    c->days = xf_arena_take(c->call->arena, c->n_days * sizeof *c->days + 1);
    c->counted->days = xf_arena_take(c->call->arena, c->n_days * sizeof(void *) + 1);
    if (rule == NULL || c->days == NULL || c->counted->days == NULL)
        return full(reterr);
    fill_rule(rule, c->rule);
    c->counted->rule = rule;
    XF_TRY(run(c, &watcher, reterr));
out:
    return code;
}

/* INVALID is the item's own and is told in its place; anything else is the call's. */
static xf_code
count_item(counting *c, bool with_days, xf_error *reterr)
{
    xf_error error = {0};
    xf_code code = XF_CODE_OK;

    xf__clock_counted__init(c->counted);
    code = find_rule(c, &error);
    if (code == XF_CODE_OK)
        code = with_days ? explain(c, &error) : run(c, NULL, &error);
    if (code == XF_CODE_OK)
        return XF_CODE_OK;
    if (code != XF_CODE_INVALID) {
        *reterr = error;
        return code;
    }
    c->counted->field = xf_arena_text(c->call->arena, error.field, strlen(error.field));
    c->counted->text = borrow(xf_error_words(error.text));
    return c->counted->field == NULL ? full(reterr) : XF_CODE_OK;
}

static xf_code
count_finish(xf_call *call, xf_error *reterr)
{
    const Xf__ClockCountRequest *request = (const Xf__ClockCountRequest *)call->request;
    Xf__ClockCountReply *reply = (Xf__ClockCountReply *)call->reply;
    counting c = {.call = call};
    Xf__ClockCounted *counted = xf_arena_take(call->arena, request->n_items * sizeof *counted);
    xf_code code = XF_CODE_OK;

    reply->items = xf_arena_take(call->arena, request->n_items * sizeof(void *));
    if (counted == NULL || reply->items == NULL)
        return full(reterr);
    XF_TRY(read_calendar(call, &c.calendar, reterr));
    for (size_t i = 0; i < request->n_items; i++) {
        c.item = request->items[i];
        c.counted = &counted[i];
        XF_TRY(count_item(&c, request->explain, reterr));
        reply->items[reply->n_items++] = &counted[i];
    }
out:
    return code;
}

const xf_method xf_clock_list = {
    .rpc = XF_RPC_CLOCK_LIST,
    .may = XF_MAY_ANY_OFFICER,
    .mode = XF_READS,
    .finish = list_finish,
};

const xf_method xf_clock_count = {
    .rpc = XF_RPC_CLOCK_COUNT,
    .may = XF_MAY_ANY_OFFICER,
    .mode = XF_READS,
    .check = count_check,
    .finish = count_finish,
};

/* The timer: running clocks that an older calendar dated. */
const xf_method xf_clock_redate = {
    .rpc = XF_RPC_CLOCK_REDATE,
    .may = XF_MAY_TIMER,
    .mode = XF_CHANGES,
    .check = xf_clock_redate_check,
};
