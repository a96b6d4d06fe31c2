/* From the queue to the wire, and the answer's way back: sent, settled with the outbox,
 * told to the caller.
 */
#include <string.h>

#include "error.pb-c.h"

#include "base/log.h"
#include "client/lib/inside.h"
#include "wire/message.h"

static size_t
window(const xf_client *client)
{
    const Xf__Welcome *welcome = client->welcome;
    if (client->state != XF_CLIENT_OPEN)
        return 0;
    return welcome->has_max_in_flight && welcome->max_in_flight > 0 ? (size_t)welcome->max_in_flight
                                                                    : 1;
}

/* Marks it under way. An entry that somebody dropped meanwhile is kept anew, since its
 * caller still waits for the answer. */
static xf_code
mark_sent(xf_client *client, xf_client_call *call, xf_error *reterr)
{
    xf_code code = xf_outbox_begin(client->outbox, reterr);
    if (code != XF_CODE_OK)
        return code;
    code = xf_outbox_sent(client->outbox, call->outbox_id, reterr);
    if (code == XF_CODE_NOT_FOUND &&
        (code = xf_client_call_keep(client, call, reterr)) == XF_CODE_OK)
        code = xf_outbox_sent(client->outbox, call->outbox_id, reterr);
    return code;
}

/* How many calls at the head of the queue may go now; each is marked in the outbox. */
static xf_code
mark_what_goes(xf_client *client, size_t *ret_n, xf_error *reterr)
{
    size_t most = window(client);
    size_t room = most > client->flying ? most - client->flying : 0;
    size_t n = 0;
    xf_client_call *call = NULL;

    TAILQ_FOREACH(call, &client->queue, link)
    {
        if (n == room)
            break;
        xf_code code = call->outbox_id != 0 ? mark_sent(client, call, reterr) : XF_CODE_OK;
        if (code != XF_CODE_OK)
            return code;
        n++;
    }
    *ret_n = n;
    return XF_CODE_OK;
}

/* The disk refused the group: what it kept stands nowhere and must not be sent. */
static void
fail_kept(xf_client *client, const xf_error *why)
{
    xf_client_call *call = NULL;
    xf_client_call *next = NULL;
    uint64_t group = client->group++;

    for (call = TAILQ_FIRST(&client->queue); call != NULL; call = next) {
        next = TAILQ_NEXT(call, link);
        if (call->outbox_id == 0)
            continue;
        TAILQ_REMOVE(&client->queue, call, link);
        client->queued--;
        if (call->group == group)
            call->outbox_id = 0;
        TAILQ_INSERT_TAIL(&client->lost, call, link);
    }
    while (!client->closing && (call = TAILQ_FIRST(&client->lost)) != NULL) {
        TAILQ_REMOVE(&client->lost, call, link);
        xf_client_call_fail(client, call, why, NULL);
    }
    xf_client_kick(client); /* the others need no disk */
}

static void
send_first(xf_client *client)
{
    xf_client_call *call = TAILQ_FIRST(&client->queue);
    xf_frame frame = {.type = XF_FRAME_TYPE_REQUEST,
                      .method = (uint16_t)call->row->rpc,
                      .request_id = call->id,
                      .body = call->body,
                      .body_len = call->body_len};

    TAILQ_REMOVE(&client->queue, call, link);
    client->queued--;
    TAILQ_INSERT_TAIL(&client->flight, call, link);
    client->flying++;
    xf_client_put(client, &frame);
    xf_client_call_forget_body(call);
}

void
xf_client_call_send_queued(xf_client *client)
{
    xf_error why;
    size_t n = 0;

    if (mark_what_goes(client, &n, &why) != XF_CODE_OK ||
        (client->outbox != NULL && xf_outbox_commit(client->outbox, &why) != XF_CODE_OK)) {
        XF_WARN("outbox.commit", XF_CODE(why.code), XF_BORN(&why));
        fail_kept(client, &why);
        return;
    }
    client->group++;
    while (n-- > 0)
        send_first(client);
}

/* What became of a call that stands in the outbox. */
static xf_code
settle(xf_client *client, const xf_client_call *call, const xf_client_answer *answer,
       xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    XF_TRY(xf_outbox_begin(client->outbox, reterr));
    if (answer->kept) {
        XF_TRY(xf_outbox_release(client->outbox, call->outbox_id, reterr));
    } else if (call->resent && answer->error.code != XF_CODE_OK) {
        XF_TRY(xf_outbox_refused(client->outbox, call->outbox_id, answer->error.code, answer->words,
                                 reterr));
    } else {
        XF_TRY(xf_outbox_done(client->outbox, call->outbox_id, reterr));
    }
out:
    return code;
}

/* Tells the outbox, then the caller, and frees the call. */
static void
tell_caller(xf_client *client, xf_client_call *call, const xf_client_answer *answer)
{
    xf_error error;
    if (call->outbox_id != 0 && settle(client, call, answer, &error) != XF_CODE_OK) {
        XF_WARN("outbox.settle", XF_ID(entry, call->outbox_id), XF_CODE(error.code),
                XF_BORN(&error)); /* it will be asked again: its op_id makes that harmless */
    }
    xf_client_kick(client);
    call->done(client, answer, call->data);
    xf_client_call_free(call);
}

void
xf_client_call_fail(xf_client *client, xf_client_call *call, const xf_error *why, const char *words)
{
    xf_client_answer answer = {.error = *why,
                               .words = words != NULL ? words : xf_error_words(why->text),
                               .request_id = call->id,
                               .kept = call->outbox_id != 0};
    tell_caller(client, call, &answer);
}

/* Our words, when the server sent none. */
static xf_text
text_of(xf_code code)
{
    switch (code) {
    case XF_CODE_OK: return XF_TEXT_NONE;
    case XF_CODE_INVALID: return XF_TEXT_FIELD_RANGE;
    case XF_CODE_UNAUTHENTICATED: return XF_TEXT_NOT_LOGGED_IN;
    case XF_CODE_DENIED: return XF_TEXT_DENIED;
    case XF_CODE_NOT_FOUND: return XF_TEXT_NOT_FOUND;
    case XF_CODE_CONFLICT: return XF_TEXT_CONFLICT;
    case XF_CODE_OP_MISMATCH: return XF_TEXT_OP_MISMATCH;
    case XF_CODE_LIMIT: return XF_TEXT_LIMIT;
    case XF_CODE_OVERLOADED: return XF_TEXT_OVERLOADED;
    case XF_CODE_UNAVAILABLE: return XF_TEXT_UNAVAILABLE;
    case XF_CODE_DEADLINE: return XF_TEXT_DEADLINE;
    case XF_CODE_UNSUPPORTED: return XF_TEXT_UNSUPPORTED;
    case XF_CODE_INTERNAL: return XF_TEXT_INTERNAL;
    case XF_CODE_CANCELLED: return XF_TEXT_CANCELLED;
    }
    return XF_TEXT_INTERNAL;
}

static void
read_refusal(const xf_client_call *call, const Xf__Error *refusal, xf_client_answer *answer)
{
    /* A code that we do not know comes from a newer server; OK in an ERROR is nonsense. */
    bool known = refusal->has_code && xf_code_known((int)refusal->code) &&
                 refusal->code != XF__CODE__CODE_OK;
    xf_code code = known ? (xf_code)refusal->code : XF_CODE_INTERNAL;
    bool again = (refusal->has_retryable && refusal->retryable) || xf_error_retryable(code) ||
                 code == XF_CODE_UNAUTHENTICATED;

    (void)XF_FAIL(&answer->error, code, text_of(code), "%s",
                  refusal->field != NULL ? refusal->field : "");
    if (refusal->has_retry_after_ms && refusal->retry_after_ms > 0)
        answer->error.retry_after_ms = (uint32_t)refusal->retry_after_ms;
    answer->words = refusal->text != NULL && refusal->text[0] != '\0'
                        ? refusal->text
                        : xf_error_words(answer->error.text);
    answer->kept = again && call->outbox_id != 0;
}

/* The whole reply: the frame's body, or the pieces that came before with it behind them. */
static xf_code
join(xf_client_call *call, const xf_frame *frame, xf_arena *arena, ProtobufCMessage **ret_reply,
     xf_error *reterr)
{
    xf_code code = XF_CODE_OK;

    if (xf_buf_readable(&call->pieces) == 0) {
        return xf_message_unpack(call->row->reply, frame->body, frame->body_len, arena, ret_reply,
                                 reterr);
    }
    XF_TRY(xf_buf_append(&call->pieces, frame->body, frame->body_len, reterr));
    XF_TRY(xf_message_unpack(call->row->reply, xf_buf_at(&call->pieces),
                             xf_buf_readable(&call->pieces), arena, ret_reply, reterr));
out:
    return code;
}

/* It is done, whether its reply can be read or not: it must not be sent again for that.
 * Nobody reads the reply of a call that was sent again. */
static void
read_reply(xf_client_call *call, const xf_frame *frame, xf_arena *arena, xf_client_answer *answer)
{
    ProtobufCMessage *reply = NULL;

    if (!call->resent && join(call, frame, arena, &reply, &answer->error) != XF_CODE_OK)
        answer->words = xf_error_words(answer->error.text);
    answer->reply = reply;
}

/* Fails when the frame is no answer to what was asked: then the link must go. */
static xf_code
read_answer(xf_client_call *call, const xf_frame *frame, xf_arena *arena, xf_client_answer *answer,
            xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    ProtobufCMessage *refusal = NULL;

    if (frame->method != (uint16_t)call->row->rpc)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_MESSAGE_BROKEN, "");
    if (frame->type == XF_FRAME_TYPE_RESPONSE) {
        read_reply(call, frame, arena, answer);
        return XF_CODE_OK;
    }
    XF_TRY(xf_message_unpack(&xf__error__descriptor, frame->body, frame->body_len, arena, &refusal,
                             reterr));
    read_refusal(call, (const Xf__Error *)refusal, answer);
out:
    return code;
}

static xf_client_call *
find(const xf_client *client, uint64_t id)
{
    xf_client_call *call = NULL;
    TAILQ_FOREACH(call, &client->flight, link)
    {
        if (call->id == id) /* answers come nearly in order: it stands near the head */
            break;
    }
    return call;
}

void
xf_client_call_answered(xf_client *client, const xf_frame *frame)
{
    xf_error error;
    xf_client_call *call = find(client, frame->request_id);
    if (call == NULL) {
        XF_DEBUG("client.answer_unasked", XF_ID(request, frame->request_id));
        return;
    }
    xf_client_answer answer = {.words = "", .request_id = call->id};
    xf_arena *own = call->arena == NULL ? xf_arena_new() : NULL;
    if (read_answer(call, frame, own != NULL ? own : call->arena, &answer, &error) == XF_CODE_OK) {
        TAILQ_REMOVE(&client->flight, call, link);
        client->flying--;
        if (client->state == XF_CLIENT_GOING && client->flying == 0)
            xf_link_close(client->link, 1, NULL);
        tell_caller(client, call, &answer);
    } else {
        xf_client_break(client, &error);
    }
    xf_arena_free(&own);
}

void
xf_client_call_piece(xf_client *client, const xf_frame *frame)
{
    xf_error error = {0};
    xf_client_call *call = find(client, frame->request_id);

    if (call == NULL || frame->method != (uint16_t)call->row->rpc) {
        (void)XF_FAIL(&error, XF_CODE_INVALID, XF_TEXT_MESSAGE_BROKEN, "");
        xf_client_break(client, &error);
    } else if (xf_buf_append(&call->pieces, frame->body, frame->body_len, &error) != XF_CODE_OK) {
        xf_client_break(client, &error);
    }
}

const xf_client_call *
xf_client_call_of(const xf_client *client, int64_t outbox_id)
{
    const xf_client_call *call = NULL;
    TAILQ_FOREACH(call, &client->flight, link)
    {
        if (call->outbox_id == outbox_id)
            return call;
    }
    TAILQ_FOREACH(call, &client->queue, link)
    {
        if (call->outbox_id == outbox_id)
            return call;
    }
    return NULL;
}
