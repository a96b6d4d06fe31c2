/* A request on its way in: op_id, packed, kept, queued. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/memory.h"
#include "client/lib/inside.h"
#include "wire/message.h"

enum { OP_ID = 16 };

/* RFC 9562, version 4: random but for version and variant. */
static void
make_op_id(uint8_t ret_id[OP_ID])
{
    if (getrandom(ret_id, OP_ID, 0) != OP_ID) /* never short for 16 bytes */
        abort();
    ret_id[6] = (uint8_t)((ret_id[6] & 0x0f) | 0x40);
    ret_id[8] = (uint8_t)((ret_id[8] & 0x3f) | 0x80);
}

/* A request without an op_id borrows ours while it is packed, and is then as it was. */
static xf_code
pack_change(ProtobufCMessage *request, uint8_t ret_op_id[OP_ID], xf_buf *body, xf_error *reterr)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(request->descriptor, "op_id");
    protobuf_c_boolean *has = (void *)((uint8_t *)request + field->quantifier_offset);
    ProtobufCBinaryData *value = (void *)((uint8_t *)request + field->offset);
    bool absent = !*has;
    xf_code code = XF_CODE_OK;

    if (absent) {
        make_op_id(ret_op_id);
        *has = 1;
        *value = (ProtobufCBinaryData){OP_ID, ret_op_id};
    } else if (value->len != OP_ID) {
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "op_id");
    } else {
        memcpy(ret_op_id, value->data, OP_ID);
    }
    code = xf_message_pack(request, body, reterr);
    if (absent) {
        *has = 0;
        *value = (ProtobufCBinaryData){0, NULL};
    }
    return code;
}

static xf_code
pack(xf_client *client, const xf_rpc_row *row, ProtobufCMessage *request, xf_client_call *call,
     xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    xf_buf body;
    size_t most = (size_t)xf_limit_get(XF_LIMIT_FRAME);

    xf_buf_init(&body, XF_LIMIT_FRAME);
    if (row->changes) {
        XF_TRY(pack_change(request, call->op_id, &body, reterr));
    } else {
        XF_TRY(xf_message_pack(request, &body, reterr));
    }
    call->body_len = xf_buf_readable(&body);
    if (client->welcome != NULL && client->welcome->has_max_frame &&
        client->welcome->max_frame > 0 && (size_t)client->welcome->max_frame < most)
        most = (size_t)client->welcome->max_frame;
    if (call->body_len > most) {
        code = XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
        goto out;
    }
    call->body = xf_memory_new(call->body_len);
    memcpy(call->body, xf_buf_at(&body), call->body_len);
out:
    xf_buf_wipe(&body); /* it may hold a password */
    return code;
}

/* A password never lies in a file. */
static bool
is_kept(const xf_client *client, const xf_rpc_row *row)
{
    static const char login[] = "login.";
    return row->changes && client->outbox != NULL &&
           strncmp(row->name, login, sizeof login - 1) != 0;
}

/* Into the outbox's open group, which the next turn commits. */
xf_code
xf_client_call_keep(xf_client *client, xf_client_call *call, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    XF_TRY(xf_outbox_begin(client->outbox, reterr));
    XF_TRY(xf_outbox_keep(client->outbox, call->row->rpc, call->op_id, call->body, call->body_len,
                          &call->outbox_id, reterr));
    call->group = client->group;
    xf_client_kick(client);
out:
    return code;
}

/* There is nobody to send it to: what is kept is on disk when the caller is told. */
static xf_code
stay_behind(xf_client *client, const xf_client_call *call, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    if (call->outbox_id != 0) {
        XF_TRY(xf_outbox_release(client->outbox, call->outbox_id, reterr));
        XF_TRY(xf_outbox_commit(client->outbox, reterr));
    }
    code = XF_FAIL(reterr, XF_CODE_UNAVAILABLE,
                   client->state == XF_CLIENT_GOING ? XF_TEXT_GOING_AWAY : XF_TEXT_CONNECT_FAILED,
                   "%s", "");
out:
    return code;
}

xf_code
xf_client_ask(xf_client *client, xf_rpc rpc, ProtobufCMessage *request, const xf_client_call *how,
              xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    const xf_rpc_row *row = xf_rpc_find(rpc);
    xf_client_call *call = NULL;

    if (row == NULL || row->request != request->descriptor)
        return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "");
    if (client->queued >= xf_limit_get(XF_LIMIT_CLIENT_QUEUE)) {
        xf_limit_hit(XF_LIMIT_CLIENT_QUEUE);
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    }
    call = xf_memory_new(sizeof *call);
    *call = *how;
    call->row = row;
    XF_TRY(pack(client, row, request, call, reterr));
    if (is_kept(client, row))
        XF_TRY(xf_client_call_keep(client, call, reterr));
    if (client->state != XF_CLIENT_OPEN)
        XF_TRY(stay_behind(client, call, reterr));
    xf_client_call_queue(client, call);
    call = NULL;
out:
    if (call != NULL)
        xf_client_call_free(call);
    return code;
}

xf_code
xf_client_send(xf_client *client, xf_rpc rpc, ProtobufCMessage *request, xf_client_done *done,
               void *data, xf_error *reterr)
{
    return xf_client_ask(client, rpc, request, &(xf_client_call){.done = done, .data = data},
                         reterr);
}

void
xf_client_call_queue(xf_client *client, xf_client_call *take_call)
{
    xf_buf_init(&take_call->pieces, XF_LIMIT_REPLY);
    take_call->id = ++client->last_id;
    TAILQ_INSERT_TAIL(&client->queue, take_call, link);
    client->queued++;
    xf_client_kick(client);
}

void
xf_client_call_forget_body(xf_client_call *call)
{
    if (call->body != NULL)
        explicit_bzero(call->body, call->body_len); /* it may hold a password */
    free(call->body);
    call->body = NULL;
}

void
xf_client_call_free(xf_client_call *call)
{
    xf_client_call_forget_body(call);
    xf_buf_wipe(&call->pieces); /* names and telephone numbers */
    free(call);
}

void
xf_client_calls_free(xf_client_calls *calls)
{
    xf_client_call *call = NULL;
    while ((call = TAILQ_FIRST(calls)) != NULL) {
        TAILQ_REMOVE(calls, call, link);
        xf_client_call_free(call);
    }
}
