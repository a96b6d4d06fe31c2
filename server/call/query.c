/* call/query — runs the one statement; goes on when its transaction is committed. */
#include "call/room.h"
#include "call/step.h"

static void
on_result(xf_query *query)
{
    xf_call_resume(query->data);
}

static xf_code
ask_database(xf_call *call, xf_error *reterr)
{
    if (call->cancelled)
        return XF_FAIL(reterr, XF_CODE_CANCELLED, XF_TEXT_CANCELLED, "");
    call->query.done = on_result;
    call->query.data = call;
    call->waits = &call->query;
    switch (call->entry->method->mode) {
    case XF_READS: return xf_reader_run(call->room->reader, &call->query, reterr);
    case XF_CHANGES: return xf_writer_run(call->room->writer, &call->query, reterr);
    }
    return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "");
}

xf_ended
xf_query_step(xf_call *call)
{
    xf_code code = XF_CODE_OK;

    if (!call->woken) {
        code = ask_database(call, &call->error);
        return code == XF_CODE_OK ? xf_call_wait(call) : xf_call_refuse(call, code);
    }
    if (call->query.error.code == XF_CODE_OK)
        return xf_call_next(call);
    call->error = call->query.error;
    return xf_call_refuse(call, call->error.code);
}
