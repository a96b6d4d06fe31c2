/* call/read_row — a rule that needs the row reads it first, by the method's named read.
 *
 * It decides nothing: the statement that follows compares version and state again.
 */
#include "call/read_row.h"

#include <string.h>

#include <endian.h>

#include "call/bind.h"
#include "call/room.h"
#include "call/step.h"

static const uint8_t *
value(const xf_call *call, const char *column, size_t *ret_len)
{
    int at = xf_row_found(call) ? xf_query_column(&call->row, column) : -1;

    return at < 0 ? NULL : xf_query_value(&call->row, 0, at, ret_len);
}

bool
xf_row_found(const xf_call *call)
{
    return call->row.result != NULL && xf_query_rows(&call->row) > 0;
}

bool
xf_row_true(const xf_call *call, const char *column)
{
    size_t n = 0;
    const uint8_t *at = value(call, column, &n);

    return at != NULL && n == 1 && at[0] == 1;
}

bool
xf_row_number(const xf_call *call, const char *column, int64_t *ret_number)
{
    size_t n = 0;
    uint64_t big = 0;
    const uint8_t *at = value(call, column, &n);

    if (at == NULL || n != sizeof big)
        return false;
    memcpy(&big, at, sizeof big);
    *ret_number = (int64_t)be64toh(big);
    return true;
}

const char *
xf_row_text(xf_call *call, const char *column)
{
    size_t n = 0;
    const uint8_t *at = value(call, column, &n);

    return at == NULL ? NULL : xf_arena_text(call->arena, (const char *)at, n);
}

static void
on_row(xf_query *row)
{
    xf_call_resume(row->data);
}

static xf_code
ask_row(xf_call *call, xf_error *reterr)
{
    xf_code code = xf_bind_statement(call, call->entry->read, &call->row, reterr);

    if (code != XF_CODE_OK)
        return code;
    call->row.done = on_row;
    call->row.data = call;
    call->waits = &call->row;
    return xf_reader_run(call->room->reader, &call->row, reterr);
}

xf_ended
xf_read_row(xf_call *call)
{
    const xf_method *method = call->entry->method;
    xf_code code = XF_CODE_OK;

    if (!call->woken) { /* asked once: a method may answer otherwise the second time */
        if (call->entry->read == NULL || (method->reads != NULL && !method->reads(call)))
            return xf_call_next(call);
        code = ask_row(call, &call->error);
        return code == XF_CODE_OK ? xf_call_wait(call) : xf_call_refuse(call, code);
    }
    if (call->row.error.code == XF_CODE_OK)
        return xf_call_next(call);
    call->error = call->row.error;
    return xf_call_refuse(call, call->error.code);
}
