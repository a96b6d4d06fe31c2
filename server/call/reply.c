/* The last step: the statement's row -> an answer or a refusal.
 *
 * A `verdict` column decides: OK and REPLAY fill the reply, another word refuses with the
 * code of its name; then `field` is the error's field path and `text` a symbol of text.def
 * without XF_TEXT_. A read without a verdict finds one row or nothing.
 *
 * The transaction has ended: what goes wrong from here on goes wrong behind its COMMIT.
 */
#include <string.h>

#include <endian.h>

#include "call/call.h"
#include "call/fill.h"
#include "call/lost.h"
#include "call/room.h"
#include "call/step.h"
#include "gen/rpc.h"

/* What a verdict may refuse with, and its words if the row has none. */
static const struct {
    const char *verdict;
    xf_code code;
    xf_text text;
} refusals[] = {
    {"CONFLICT", XF_CODE_CONFLICT, XF_TEXT_CONFLICT},
    {"NOT_FOUND", XF_CODE_NOT_FOUND, XF_TEXT_NOT_FOUND},
    {"OP_MISMATCH", XF_CODE_OP_MISMATCH, XF_TEXT_OP_MISMATCH},
    {"INVALID", XF_CODE_INVALID, XF_TEXT_FIELD_RANGE},
    {"DENIED", XF_CODE_DENIED, XF_TEXT_DENIED},
    {"UNAUTHENTICATED", XF_CODE_UNAUTHENTICATED, XF_TEXT_NOT_LOGGED_IN},
};

static const struct {
    const char *symbol;
    xf_text text;
} texts[] = {

#define XF_TEXT_ROW(symbol, words) {#symbol, symbol},
#include "base/text.def"
#undef XF_TEXT_ROW
};

/* What stands there as text; NULL: no such column, another type, or SQL null. A value ends with
 * a NUL that libpq puts behind it. */
static const char *
word(const xf_query *query, int column)
{
    size_t n = 0;
    xf_sql_type type;
    bool array;
    if (column < 0 || !xf_query_column_type(query, column, &type, &array) || type != XF_SQL_TEXT ||
        array)
        return NULL;
    return (const char *)xf_query_value(query, 0, column, &n);
}

/* XF_TEXT_NONE: there is no such symbol. */
static xf_text
find_text(const char *name)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (strcmp(texts[i].symbol + strlen("XF_TEXT_"), name) == 0)
            return texts[i].text;
    }
    return XF_TEXT_NONE;
}

static xf_code
mistake(xf_error *reterr, const char *column)
{
    return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "%s", column);
}

/* Whether it was done or not is nowhere to be read. */
static xf_code
no_verdict(const xf_call *call, xf_error *reterr)
{
    (void)mistake(reterr, "verdict");
    return xf_call_lost(call, reterr);
}

static xf_code
refuse(const xf_call *call, const xf_plan *plan, const char *verdict, xf_error *reterr)
{
    const char *field = word(&call->query, plan->beside[XF_BESIDE_FIELD]);
    const char *symbol = word(&call->query, plan->beside[XF_BESIDE_TEXT]);
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        if (strcmp(refusals[i].verdict, verdict) != 0)
            continue;
        xf_text text = symbol ? find_text(symbol) : refusals[i].text;
        if (text == XF_TEXT_NONE)
            return mistake(reterr, "text");
        return XF_FAIL(reterr, refusals[i].code, text, "%s", field ? field : "");
    }
    return no_verdict(call, reterr);
}

/* OK: the row fills a reply. */
static xf_code
judge(const xf_call *call, const xf_plan *plan, xf_error *reterr)
{
    const xf_query *query = &call->query;
    size_t rows = xf_query_rows(query);
    bool has_verdict = plan->beside[XF_BESIDE_VERDICT] >= 0;
    bool needs_verdict = call->entry->method->mode == XF_CHANGES;
    if (!has_verdict && !needs_verdict && rows == 0)
        return XF_FAIL(reterr, XF_CODE_NOT_FOUND, XF_TEXT_NOT_FOUND, "");
    if (rows != 1 || has_verdict < needs_verdict)
        return no_verdict(call, reterr);
    if (!has_verdict)
        return XF_CODE_OK;
    const char *verdict = word(query, plan->beside[XF_BESIDE_VERDICT]);
    if (!verdict)
        return no_verdict(call, reterr);
    if (strcmp(verdict, "OK") == 0 || strcmp(verdict, "REPLAY") == 0)
        return XF_CODE_OK;
    return refuse(call, plan, verdict, reterr);
}

/* What a login must not tell anybody: the ledger counts accusations too. */
static void
note_seat(xf_call *call, const xf_plan *plan)
{
    int at = plan->beside[XF_BESIDE_LOGIN_SEAT];
    size_t n = 0;
    uint64_t big = 0;

    if (at < 0)
        return;
    const uint8_t *value = xf_query_value(&call->query, 0, at, &n);
    if (n == sizeof big) {
        memcpy(&big, value, sizeof big);
        call->seat = (int64_t)be64toh(big);
    }
}

/* Without a plan there was no room for one. */
static xf_code
make_reply(xf_call *call, xf_plan *plan, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    const xf_method *method = call->entry->method;
    const ProtobufCMessageDescriptor *type = xf_rpc_find(method->rpc)->reply;
    call->reply = xf_arena_take(call->arena, type->sizeof_message);
    if (!plan || !call->reply)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    protobuf_c_message_init(type, call->reply);
    XF_TRY(xf_fill_reply(plan, call->arena, call->room->seal, &call->query, call->reply, reterr));
    note_seat(call, plan);
    if (method->finish)
        code = method->finish(call, reterr);
out:
    return code;
}

xf_ended
xf_reply(xf_call *call)
{
    xf_plan *plan = xf_plan_find(call->room->plans, call->arena, &call->query);
    xf_code code = plan ? judge(call, plan, &call->error) : XF_CODE_OK;
    if (code == XF_CODE_OK) {
        code = make_reply(call, plan, &call->error);
        if (code != XF_CODE_OK)
            code = xf_call_lost(call, &call->error);
    }
    return code == XF_CODE_OK ? xf_call_reply(call) : xf_call_refuse(call, code);
}
