/* session/requests — from REQUEST to its one answer. */
#include "session/requests.h"

#include <stdlib.h>
#include <string.h>

#include "base/limit.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/metric.h"
#include "base/now.h"
#include "call/call.h"
#include "call/lost.h"
#include "session/send.h"
#include "wire/message.h"

enum { BUSY_RETRY_MS = 200 };

/* A request that has no answer yet, or not all of it. */
struct xf_request {
    xf_requests *all;
    xf_request *next;
    xf_request **hung; /* what points at this one */
    xf_call *call;     /* NULL: done */
    bool partly;       /* done, and `reply` is what is left to send */
    xf_buf reply;
    uint64_t id;
    xf_rpc rpc;
    uint64_t begun_us;
};

void
xf_requests_init(xf_requests *requests, xf_room *room, xf_link *link,
                 const xf_requests_events *events, void *data)
{
    *requests = (xf_requests){.room = room, .link = link, .events = events, .data = data};
}

static void
hang_in(xf_requests *requests, xf_request *asked)
{
    asked->all = requests;
    asked->next = requests->first;
    if (asked->next != NULL)
        asked->next->hung = &asked->next;
    asked->hung = &requests->first;
    requests->first = asked;
    requests->in_flight++;
}

static void
hang_out(xf_request *asked)
{
    *asked->hung = asked->next;
    if (asked->next != NULL)
        asked->next->hung = asked->hung;
    asked->all->in_flight--;
}

/* ---- Answers ------------------------------------------------------------------------ */

/* `request` is the number that the person was shown; with the time it finds this line. */
static void
log_call(const xf_request *asked, const xf_error *error)
{
    const char *rpc = xf_rpc_name(asked->rpc);
    int64_t took = (int64_t)((xf_now_steady_us() - asked->begun_us) / 1000);

    if (error->code == XF_CODE_INTERNAL) {
        XF_ERROR("call.done", XF_WORD(rpc, rpc), XF_ID(request, asked->id), XF_CODE(error->code),
                 XF_BORN(error), XF_MS(took));
    } else if (error->code == XF_CODE_UNAVAILABLE) {
        XF_WARN("call.done", XF_WORD(rpc, rpc), XF_ID(request, asked->id), XF_CODE(error->code),
                XF_BORN(error), XF_MS(took));
    } else if (error->code != XF_CODE_OK) {
        XF_DEBUG("call.done", XF_WORD(rpc, rpc), XF_ID(request, asked->id), XF_CODE(error->code),
                 XF_BORN(error), XF_MS(took));
    } else {
        XF_DEBUG("call.done", XF_WORD(rpc, rpc), XF_ID(request, asked->id), XF_CODE(error->code),
                 XF_MS(took));
    }
}

/* The reply's bytes, as many as may wait for this peer. */
static xf_code
pack(const xf_requests *requests, const xf_call *call, xf_buf *out, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;

    xf_buf_init(out, requests->pieces ? XF_LIMIT_REPLY : XF_LIMIT_FRAME);
    XF_TRY(xf_message_pack(call->reply, out, reterr));
    if (requests->held > 0 &&
        requests->held + xf_buf_readable(out) > xf_limit_get(XF_LIMIT_REPLY)) {
        xf_limit_hit(XF_LIMIT_REPLY);
        code = XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
        reterr->retry_after_ms = BUSY_RETRY_MS;
    }
out:
    return code;
}

/* One frame: a piece, or the last one, which is the RESPONSE. */
static void
send_piece(xf_request *asked)
{
    xf_requests *requests = asked->all;
    size_t most = requests->pieces ? xf_limit_get(XF_LIMIT_CHUNK) : SIZE_MAX;
    size_t left = xf_buf_readable(&asked->reply);
    const xf_frame frame = {.type = left > most ? XF_FRAME_TYPE_CHUNK : XF_FRAME_TYPE_RESPONSE,
                            .method = (uint16_t)asked->rpc,
                            .request_id = asked->id,
                            .body = xf_buf_at(&asked->reply),
                            .body_len = left > most ? most : left};

    /* Past the hard limit of output the link closes itself and tells so by `closed`. */
    if (xf_link_send(requests->link, &frame, NULL) != XF_CODE_OK)
        XF_WARN("session.output_full", XF_COUNT(bytes, frame.body_len));
    xf_buf_consume(&asked->reply, frame.body_len);
    requests->held -= frame.body_len;
}

static void
forget(xf_request *asked)
{
    asked->all->held -= xf_buf_readable(&asked->reply);
    if (asked->partly)
        asked->all->room->running--;
    hang_out(asked);
    xf_buf_wipe(&asked->reply); /* names and telephone numbers */
    free(asked);
}

static void
refuse(const xf_request *asked, const xf_error *error)
{
    xf_send_error(asked->all->link, (uint16_t)asked->rpc, asked->id, error);
}

/* Sends it, or its first piece. True: there is more. */
static bool
answer(xf_request *asked, const xf_call *call)
{
    xf_requests *requests = asked->all;
    xf_error error = call->error;

    if (error.code != XF_CODE_OK) {
        refuse(asked, &error);
        return false;
    }
    if (!requests->events->answering(asked->rpc, call, requests->data))
        return false;
    if (pack(requests, call, &asked->reply, &error) != XF_CODE_OK) {
        xf_buf_wipe(&asked->reply);
        XF_ERROR("call.reply_too_large", XF_WORD(rpc, xf_rpc_name(asked->rpc)), XF_BORN(&error));
        (void)xf_call_lost(call, &error);
        refuse(asked, &error);
        return false;
    }
    requests->held += xf_buf_readable(&asked->reply);
    send_piece(asked);
    return xf_buf_readable(&asked->reply) > 0;
}

static void
end_if_over(xf_requests *requests)
{
    if (requests->link == NULL && requests->in_flight == 0)
        requests->events->over(requests->data);
}

static void
on_done(xf_call *call, void *data)
{
    xf_request *asked = data;
    xf_requests *requests = asked->all;

    log_call(asked, &call->error);
    if (call->error.code != XF_CODE_OK)
        requests->events->refused(asked->rpc, &call->error, requests->data);
    asked->call = NULL;
    if (requests->link != NULL && answer(asked, call)) {
        asked->partly = true;
        requests->room->running++; /* a server that stops waits for it */
        xf_link_want_drained(requests->link);
    } else {
        forget(asked);
    }
    xf_call_free(&call);
    end_if_over(requests);
}

/* Those that are partly sent, the one that came first; the newest hangs first. */
static xf_request *
oldest_partly_sent(const xf_requests *requests)
{
    xf_request *oldest = NULL;

    for (xf_request *asked = requests->first; asked != NULL; asked = asked->next) {
        if (asked->partly)
            oldest = asked;
    }
    return oldest;
}

void
xf_requests_drained(xf_requests *requests)
{
    xf_request *asked = oldest_partly_sent(requests);

    if (asked == NULL)
        return;
    send_piece(asked);
    if (xf_buf_readable(&asked->reply) == 0)
        forget(asked);
    if (requests->held > 0)
        xf_link_want_drained(requests->link);
}

/* ---- Requests ----------------------------------------------------------------------- */

static void
start_call(xf_requests *requests, const xf_method_row *entry, const xf_frame *frame,
           const xf_asker *asker)
{
    xf_request *asked = xf_memory_new(sizeof *asked);
    xf_call *call = xf_call_new(requests->room, entry, frame->body, frame->body_len);

    asked->id = frame->request_id;
    asked->rpc = (xf_rpc)frame->method;
    asked->begun_us = xf_now_steady_us();
    asked->call = call;
    xf_buf_init(&asked->reply, XF_LIMIT_REPLY);
    hang_in(requests, asked);
    call->actor = asker->actor;
    memcpy(call->device, asker->device, sizeof call->device);
    call->peer = asker->peer;
    call->done = on_done;
    call->data = asked;
    xf_call_start(call);
}

/* May this request become a call? */
static xf_code
check_request(const xf_requests *requests, xf_rpc rpc, const xf_method_row *entry, bool leaving,
              xf_error *reterr)
{
    xf_code code = XF_CODE_OK;

    if (leaving)
        return XF_FAIL(reterr, XF_CODE_UNAVAILABLE, XF_TEXT_GOING_AWAY, "");
    if (requests->in_flight >= xf_limit_get(XF_LIMIT_IN_FLIGHT)) {
        xf_limit_hit(XF_LIMIT_IN_FLIGHT);
        code = XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
        reterr->retry_after_ms = BUSY_RETRY_MS;
        return code;
    }
    if (entry == NULL)
        return XF_FAIL(reterr, XF_CODE_UNSUPPORTED, XF_TEXT_UNSUPPORTED, "");
    return requests->events->asked(rpc, requests->data, reterr);
}

xf_code
xf_requests_take(xf_requests *requests, const xf_frame *frame, const xf_asker *asker, bool leaving,
                 xf_error *reterr)
{
    const xf_method_row *entry = xf_method_find((xf_rpc)frame->method);
    xf_error error = {0};

    if (frame->request_id <= requests->last_id) {
        xf_code code = XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_MESSAGE_BROKEN, "");

        xf_send_error(requests->link, frame->method, frame->request_id, reterr);
        return code;
    }
    requests->last_id = frame->request_id;
    if (check_request(requests, (xf_rpc)frame->method, entry, leaving, &error) == XF_CODE_OK) {
        start_call(requests, entry, frame, asker);
    } else {
        xf_metric_refused((xf_rpc)frame->method, error.code);
        xf_send_error(requests->link, frame->method, frame->request_id, &error);
    }
    return XF_CODE_OK;
}

/* ---- Taken back --------------------------------------------------------------------- */

void
xf_requests_cancel(xf_requests *requests, uint64_t id)
{
    xf_request *asked = requests->first;
    xf_error error = {0};

    while (asked != NULL && asked->id != id)
        asked = asked->next;
    if (asked == NULL || !requests->pieces)
        return;
    if (!asked->partly) {
        xf_call_cancel(asked->call);
        return;
    }
    (void)XF_FAIL(&error, XF_CODE_CANCELLED, XF_TEXT_CANCELLED, "");
    refuse(asked, &error);
    forget(asked);
}

void
xf_requests_cut(xf_requests *requests)
{
    xf_request *next = NULL;

    requests->link = NULL;
    requests->in_flight++; /* not over before the last is looked at */
    for (xf_request *asked = requests->first; asked != NULL; asked = next) {
        next = asked->next;
        if (asked->partly) {
            forget(asked);
        } else if (asked->call->entry->method->mode == XF_READS) {
            xf_call_cancel(asked->call); /* on_done forgets it, now or later */
        }
    }
    requests->in_flight--;
    end_if_over(requests);
}
