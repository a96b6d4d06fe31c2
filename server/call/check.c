/* call/check — the method's law, pure: what would be allowed. SQL decides. */
#include "call/step.h"

xf_ended
xf_check(xf_call *call)
{
    const xf_method *method = call->entry->method;
    xf_code code = XF_CODE_OK;

    if (method->check != NULL)
        code = method->check(call, &call->error);
    return code == XF_CODE_OK ? xf_call_next(call) : xf_call_refuse(call, code);
}
