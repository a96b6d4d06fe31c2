/* method/matter — one demand: assigned, taken, opened, listed, searched for, and its history. */
#include <stdbool.h>

#include "matter.pb-c.h"

#include "call/call.h"
#include "law/lifecycle.h"
#include "law/scope.h"
#include "method/matter_due.h"
#include "method/matter_search.h"

enum { PAGE = 50, PAGE_MOST = 200 };

/* What the life cycle allows this act; SQL compares. */
static void
put_transition(xf_call *call)
{
    int64_t from[XF_LIFECYCLE_STATES];
    size_t n = xf_lifecycle_from(call->entry->method->rpc, from);

    xf_law_put_list(&call->law, "from_states", from, n);
    xf_law_put(&call->law, "next_state", (int64_t)xf_lifecycle_next(call->entry->method->rpc));
}

static xf_code
assign_check(xf_call *call, xf_error *reterr)
{
    const Xf__MatterAssignRequest *request = (const Xf__MatterAssignRequest *)call->request;

    if (!request->has_matter_id)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "matter_id");
    if (!request->has_version)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "version");
    if (!request->has_to_unit)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "to_unit");
    put_transition(call);
    return XF_CODE_OK;
}

static xf_code
take_check(xf_call *call, xf_error *reterr)
{
    const Xf__MatterTakeRequest *request = (const Xf__MatterTakeRequest *)call->request;

    if (!request->has_matter_id)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "matter_id");
    if (!request->has_version)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "version");
    put_transition(call);
    return XF_CODE_OK;
}

/* Unit scope stands in statements and never in a policy: PostgreSQL refuses an UPDATE that
 * hides the row from its actor (0001_core.sql), and every transfer away would be one. */
static xf_code
scope_check(xf_call *call, xf_error *reterr)
{
    (void)reterr;
    xf_law_put(&call->law, "all_units", xf_scope_all_units(call->actor.roles));
    return XF_CODE_OK;
}

static bool
may_act(const xf_call *call, const Xf__MatterOpenReply *matter, const xf_method *act)
{
    if ((act->may & call->actor.roles) == 0 ||
        !xf_lifecycle_allows(act->rpc, (xf_state)matter->state))
        return false;
    return act->rpc != XF_RPC_MATTER_TAKE || matter->unit_id == call->actor.unit;
}

/* A matter comes with the actions that this officer may take now. */
static xf_code
open_finish(xf_call *call, xf_error *reterr)
{
    static const xf_rpc acts[] = {XF_RPC_MATTER_ASSIGN, XF_RPC_MATTER_TAKE};
    Xf__MatterOpenReply *matter = (Xf__MatterOpenReply *)call->reply;

    matter->actions = xf_arena_take(call->arena, sizeof acts);
    if (matter->actions == NULL)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        if (may_act(call, matter, xf_method_find(acts[i])->method))
            matter->actions[matter->n_actions++] = (Xf__Rpc)acts[i];
    }
    return XF_CODE_OK;
}

static xf_code
list_check(xf_call *call, xf_error *reterr)
{
    const Xf__MatterListRequest *request = (const Xf__MatterListRequest *)call->request;
    const bool all = xf_scope_all_units(call->actor.roles);

    if (request->has_limit && (request->limit < 1 || request->limit > PAGE_MOST))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "limit");
    xf_law_put(&call->law, "page", request->has_limit ? request->limit : PAGE);
    if (!all && request->has_unit_id && request->unit_id != call->actor.unit) {
        xf_law_put(&call->law, "only_unit", 0); /* another unit's: an empty page */
    } else if (!all) {
        xf_law_put(&call->law, "only_unit", call->actor.unit);
    } else if (request->has_unit_id) {
        xf_law_put(&call->law, "only_unit", request->unit_id);
    } else {
        xf_law_put_null(&call->law, "only_unit");
    }
    return XF_CODE_OK;
}

enum {
    READERS = XF_MAY_RECEPTION | XF_MAY_RECEPTION_HEAD | XF_MAY_LIAISON | XF_MAY_HANDLER |
              XF_MAY_UNIT_HEAD | XF_MAY_LEADER | XF_MAY_INSPECTOR,
};

/* Sends a matter to the unit that answers for it (交办). */
const xf_method xf_matter_assign = {
    .rpc = XF_RPC_MATTER_ASSIGN,
    .may = XF_MAY_RECEPTION_HEAD | XF_MAY_LEADER,
    .mode = XF_CHANGES,
    .check = assign_check,
};

/* The unit confirms that it has it (签收). */
const xf_method xf_matter_take = {
    .rpc = XF_RPC_MATTER_TAKE,
    .may = XF_MAY_LIAISON | XF_MAY_HANDLER | XF_MAY_UNIT_HEAD,
    .mode = XF_CHANGES,
    .check = take_check,
};

const xf_method xf_matter_open = {
    .rpc = XF_RPC_MATTER_OPEN,
    .may = READERS,
    .mode = XF_READS,
    .check = scope_check,
    .finish = open_finish,
};

const xf_method xf_matter_list = {
    .rpc = XF_RPC_MATTER_LIST,
    .may = READERS,
    .mode = XF_READS,
    .check = list_check,
};

const xf_method xf_matter_history = {
    .rpc = XF_RPC_MATTER_HISTORY,
    .may = READERS,
    .mode = XF_READS,
    .check = scope_check,
};

/* By number, or by what the demand says. */
const xf_method xf_matter_search = {
    .rpc = XF_RPC_MATTER_SEARCH,
    .may = READERS,
    .mode = XF_READS,
    .check = xf_matter_search_check,
};

/* The timer: matters from before there were grams. */
const xf_method xf_matter_index = {
    .rpc = XF_RPC_MATTER_INDEX,
    .may = XF_MAY_TIMER,
    .mode = XF_CHANGES,
    .check = xf_matter_index_check,
};

/* Until when, and why. */
const xf_method xf_matter_due = {
    .rpc = XF_RPC_MATTER_DUE,
    .may = READERS,
    .mode = XF_READS,
    .reads = xf_matter_due_reads,
    .check = scope_check,
    .finish = xf_matter_due_finish,
};
