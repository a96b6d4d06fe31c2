/* call/admit — may this role call this method? Judged before a byte of it is read. */
#include "call/step.h"

xf_ended
xf_admit(xf_call *call)
{
    uint32_t may = call->entry->method->may;

    if ((may & XF_MAY_DEVICE) != 0)
        return xf_call_next(call);
    if (call->actor.roles == 0) {
        return xf_call_refuse(
            call, XF_FAIL(&call->error, XF_CODE_UNAUTHENTICATED, XF_TEXT_NOT_LOGGED_IN, ""));
    }
    if ((may & call->actor.roles) == 0)
        return xf_call_refuse(call, XF_FAIL(&call->error, XF_CODE_DENIED, XF_TEXT_DENIED, ""));
    return xf_call_next(call);
}
