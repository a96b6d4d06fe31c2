/* session/push — cursors, one question at a time, and events on the link. */
#include "session/push.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limit.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/metric.h"
#include "call/call.h"
#include "session/send.h"
#include "wire/message.h"

typedef struct place {
    int32_t kind;
    int32_t id;
    int64_t cursor; /* everything up to here was told */
    int64_t next;   /* the same, when the answer under way is told */
} place;

struct xf_push {
    xf_room *room;
    xf_link *link; /* NULL: freed, but a question is under way and frees it for good */
    xf_actor actor;
    uint8_t device[32];
    bool dirty;  /* woken since the last question */
    bool asking; /* a question is under way */
    xf_code last_code;
    size_t n;
    place places[XF_PUSH_AUDIENCES];
};

static void answered(xf_call *call, void *data);

/* FeedSinceRequest with the places as they are now. */
static xf_code
pack_question(const xf_push *push, xf_buf *out, xf_error *reterr)
{
    Xf__FeedSinceRequest request = XF__FEED_SINCE_REQUEST__INIT;
    Xf__FeedCursor cursors[XF_PUSH_AUDIENCES];
    Xf__FeedCursor *list[XF_PUSH_AUDIENCES];

    for (size_t i = 0; i < push->n; i++) {
        xf__feed_cursor__init(&cursors[i]);
        cursors[i].has_kind = 1;
        cursors[i].kind = (Xf__AudienceKind)push->places[i].kind;
        cursors[i].has_id = 1;
        cursors[i].id = push->places[i].id;
        cursors[i].has_cursor = 1;
        cursors[i].cursor = push->places[i].cursor;
        list[i] = &cursors[i];
    }
    request.n_cursors = push->n;
    request.cursors = list;
    return xf_message_pack(&request.base, out, reterr);
}

static void
ask_feed(xf_push *push)
{
    const xf_method_row *entry = xf_method_find(XF_RPC_FEED_SINCE);
    xf_call *call = NULL;
    xf_buf body;

    assert(entry != NULL);
    if (!push->dirty || push->asking ||
        xf_link_waiting(push->link) > xf_limit_get(XF_LIMIT_OUTPUT_SOFT))
        return;
    xf_buf_init(&body, XF_LIMIT_FRAME);
    if (pack_question(push, &body, NULL) == XF_CODE_OK) {
        call = xf_call_new(push->room, entry, xf_buf_at(&body), xf_buf_readable(&body));
        call->actor = push->actor;
        memcpy(call->device, push->device, sizeof call->device);
        call->done = answered;
        call->data = push;
        push->dirty = false;
        push->asking = true;
        xf_call_start(call);
    }
    xf_buf_clear(&body);
}

/* The place of an event's audience, if the event lies after what was asked for. */
static place *
place_of(xf_push *push, const Xf__FeedEvent *event)
{
    for (size_t i = 0; i < push->n; i++) {
        place *at = &push->places[i];

        if (at->kind == (int32_t)event->audience_kind && at->id == event->audience_id)
            return event->cursor > at->cursor ? at : NULL;
    }
    return NULL;
}

static void
move(xf_push *push)
{
    for (size_t i = 0; i < push->n; i++)
        push->places[i].cursor = push->places[i].next;
}

/* True: something was told, so that there may be more. */
static bool
tell_events(xf_push *push, const Xf__FeedSinceReply *reply)
{
    const xf_frame frame = {.type = XF_FRAME_TYPE_EVENT};
    bool told = false;

    for (size_t i = 0; i < reply->n_events; i++) {
        const Xf__FeedEvent *event = reply->events[i];
        place *at = place_of(push, event);

        if (at == NULL)
            continue;
        if (xf_send_message(push->link, &frame, &event->base, NULL) != XF_CODE_OK)
            XF_ERROR("push.event_too_large", XF_ID(matter, event->matter_id));
        xf_metric_add(XF_METRIC_PUSHES, 1);
        if (event->cursor > at->next)
            at->next = event->cursor;
        told = true;
    }
    move(push);
    return told;
}

static void
answered(xf_call *call, void *data)
{
    xf_push *push = data;
    xf_code code = call->error.code;

    push->asking = false;
    if (push->link == NULL) {
        free(push);
        xf_call_free(&call);
        return;
    }
    if (code != push->last_code && code != XF_CODE_OK)
        XF_WARN("push.failed", XF_CODE(code), XF_BORN(&call->error));
    push->last_code = code;
    if (code != XF_CODE_OK ||
        tell_events(push, (const Xf__FeedSinceReply *)(const void *)call->reply))
        push->dirty = true;
    xf_call_free(&call);
    /* After a failure only with the next turn, not at once. */
    if (code == XF_CODE_OK)
        ask_feed(push);
}

xf_code
xf_push_new(const xf_push_conf *conf, const Xf__FeedFollowReply *reply, xf_push **ret_push,
            xf_error *reterr)
{
    xf_push *push = NULL;

    if (reply->n_cursors > XF_PUSH_AUDIENCES)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "cursors");
    push = xf_memory_new(sizeof *push);
    push->room = conf->room;
    push->link = conf->link;
    push->actor = conf->actor;
    memcpy(push->device, conf->device, sizeof push->device);
    push->n = reply->n_cursors;
    for (size_t i = 0; i < push->n; i++) {
        const Xf__FeedCursor *cursor = reply->cursors[i];

        push->places[i] =
            (place){(int32_t)cursor->kind, cursor->id, cursor->cursor, cursor->cursor};
    }
    xf_push_news(push);
    *ret_push = push;
    return XF_CODE_OK;
}

void
xf_push_news(xf_push *push)
{
    push->dirty = true;
    ask_feed(push);
}

void
xf_push_turn(xf_push *push)
{
    ask_feed(push);
}

void
xf_push_free(xf_push **push)
{
    if (*push == NULL)
        return;
    if ((*push)->asking) {
        (*push)->link = NULL;
    } else {
        free(*push);
    }
    *push = NULL;
}
