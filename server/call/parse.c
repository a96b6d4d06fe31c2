/* call/parse — bytes -> request, with what a retry is known by: op_id and sha.
 *
 * The sha is SHA-256 of the request's bytes as they came. Of a request that carries a
 * password it is keyed, for it is kept in the op row, where a plain hash could be guessed. A
 * read leaves no op row and needs none: it would be a twentieth of an open.
 */

#include "call/room.h"
#include "call/step.h"
#include "crypto/sha.h"
#include "wire/message.h"

static xf_code
parse(xf_call *call, xf_error *reterr)
{
    const xf_method *method = call->entry->method;
    xf_code code = XF_CODE_OK;

    if (call->body == NULL && call->body_len > 0)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    code = xf_message_unpack(xf_rpc_find(method->rpc)->request, call->body, call->body_len,
                             call->arena, &call->request, reterr);
    if (code != XF_CODE_OK)
        return code;
    if (method->secret) {
        xf_seal_keyed_sha(call->room->seal, call->body, call->body_len, call->sha);
    } else if (method->mode == XF_CHANGES) {
        xf_sha(call->body, call->body_len, call->sha);
    }
    call->op_id = xf_message_op_id(call->request);
    if (method->mode == XF_CHANGES && call->op_id == NULL)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "op_id");
    return XF_CODE_OK;
}

xf_ended
xf_parse(xf_call *call)
{
    xf_code code = XF_CODE_OK;

    call->now_ms = xf_now_ms();
    call->today = xf_day_of_ms(call->now_ms);
    code = parse(call, &call->error);
    return code == XF_CODE_OK ? xf_call_next(call) : xf_call_refuse(call, code);
}
