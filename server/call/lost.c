/* call/lost — what cannot be answered any more is not said to be undone. */
#include "call/lost.h"

#include "base/log.h"

xf_code
xf_call_lost(const xf_call *call, xf_error *error)
{
    const xf_method *method = call->entry->method;

    if (method->mode != XF_CHANGES)
        return error->code;
    XF_ERROR("call.answer_lost", XF_WORD(rpc, xf_rpc_name(method->rpc)), XF_CODE(error->code),
             XF_BORN(error));
    error->code = XF_CODE_UNAVAILABLE;
    error->text = XF_TEXT_ANSWER_LOST;
    error->field[0] = '\0'; /* a column of ours: nothing for the client */
    return error->code;
}
