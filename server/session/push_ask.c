/* session/push_ask — the two questions, and events on the links. */
#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/limit.h"
#include "base/log.h"
#include "base/metric.h"
#include "call/call.h"
#include "session/push_inside.h"
#include "wire/message.h"

enum {
    PORTION = 512,       /* audiences in one question: what a request may hold */
    SHEAF = 100,         /* events packed together: an answer has no more */
    SHEAF_BYTES = 65536, /* or so; a frame may follow */
};

static void
note(xf_pushes *pushes, const xf_error *error)
{
    if (error->code != pushes->last_code && error->code != XF_CODE_OK)
        XF_WARN("push.failed", XF_CODE(error->code), XF_BORN(error));
    pushes->last_code = error->code;
}

/* Asks `rpc` for these cursors. NULL: they do not fit into a message. */
static xf_call *
question(const xf_pushes *pushes, xf_rpc rpc, ProtobufCMessage *request)
{
    const xf_method_row *entry = xf_method_find(rpc);
    xf_call *call = NULL;
    xf_buf body;

    assert(entry != NULL);
    xf_buf_init(&body, XF_LIMIT_FRAME);
    if (xf_message_pack(request, &body, NULL) == XF_CODE_OK)
        call = xf_call_new(pushes->room, entry, xf_buf_at(&body), xf_buf_readable(&body));
    xf_buf_clear(&body);
    return call;
}

static void
put_cursor(Xf__FeedCursor *cursor, const xf_audience *audience, int64_t from)
{
    xf__feed_cursor__init(cursor);
    cursor->has_kind = cursor->has_id = cursor->has_cursor = 1;
    cursor->kind = (Xf__AudienceKind)audience->kind;
    cursor->id = audience->id;
    cursor->cursor = from;
}

/* ---- What came ------------------------------------------------------------------------ */

static bool
takes(const xf_place *place)
{
    return xf_link_waiting(place->push->link) <= xf_limit_get(XF_LIMIT_OUTPUT_SOFT);
}

/* Of those who are behind and take something now the one that is furthest behind; NULL: none. */
static const xf_place *
hindmost(const xf_audience *audience)
{
    const xf_place *found = NULL;
    const xf_place *at = NULL;

    LIST_FOREACH(at, &audience->places, link)
    {
        if (at->checked < audience->known && (found == NULL || at->cursor < found->cursor) &&
            takes(at))
            found = at;
    }
    return found;
}

/* Some of the events of an answer as frames, each packed once for all who follow. */
typedef struct sheaf {
    xf_buf frames;
    size_t from;          /* of the answer's events the first and, */
    size_t to;            /* past the end, the last */
    size_t starts[SHEAF]; /* where in `frames` each begins */
} sheaf;

static void
pack_event(sheaf *sheaf, const Xf__FeedEvent *event)
{
    xf_frame frame = {.type = XF_FRAME_TYPE_EVENT};
    xf_buf body;

    xf_buf_init(&body, XF_LIMIT_FRAME);
    if (xf_message_pack(&event->base, &body, NULL) == XF_CODE_OK) {
        frame.body = xf_buf_at(&body);
        frame.body_len = xf_buf_readable(&body);
        if (xf_frame_encode(&sheaf->frames, &frame, NULL) != XF_CODE_OK)
            XF_ERROR("push.event_too_large", XF_ID(matter, event->matter_id));
    } else {
        XF_ERROR("push.event_too_large", XF_ID(matter, event->matter_id));
    }
    xf_buf_clear(&body);
}

/* As many as go out in one run. */
static void
bind_sheaf(sheaf *sheaf, const Xf__FeedSinceReply *reply)
{
    xf_buf_consume(&sheaf->frames, xf_buf_readable(&sheaf->frames));
    while (sheaf->to < reply->n_events && sheaf->to - sheaf->from < SHEAF &&
           xf_buf_readable(&sheaf->frames) < SHEAF_BYTES) {
        sheaf->starts[sheaf->to - sheaf->from] = xf_buf_readable(&sheaf->frames);
        pack_event(sheaf, reply->events[sheaf->to++]);
    }
}

/* To a desk those that are news to it: all from one on, for they come in the order of their cursors. */
static void
tell_desk(xf_place *at, const sheaf *sheaf, const Xf__FeedSinceReply *reply)
{
    size_t first = sheaf->from;
    size_t start = 0;
    size_t n = 0;

    while (first < sheaf->to && reply->events[first]->cursor <= at->cursor)
        first++;
    if (first == sheaf->to)
        return;
    start = sheaf->starts[first - sheaf->from];
    n = xf_buf_readable(&sheaf->frames) - start;
    /* Past the hard limit of output the link closes itself and tells so by `closed`. */
    if (n > 0 && xf_link_send_encoded(at->push->link, xf_buf_at(&sheaf->frames) + start, n, NULL) !=
                     XF_CODE_OK)
        XF_WARN("session.output_full", XF_COUNT(bytes, n));
    xf_metric_add(XF_METRIC_PUSHES, sheaf->to - first);
    at->cursor = reply->events[sheaf->to - 1]->cursor;
}

static void
tell_events(const xf_audience *audience, const Xf__FeedSinceReply *reply)
{
    xf_place *at = NULL;
    sheaf sheaf = {0};

    xf_buf_init(&sheaf.frames, XF_LIMIT_OUTPUT_HARD);
    while (sheaf.from < reply->n_events) {
        bind_sheaf(&sheaf, reply);
        LIST_FOREACH(at, &audience->places, link)
        {
            if (at->listens)
                tell_desk(at, &sheaf, reply);
        }
        sheaf.from = sheaf.to;
    }
    xf_buf_clear(&sheaf.frames);
}

/* How far a desk that listened is now known to have nothing else. An answer has 100 events at most: of
 * who is ahead of its last one it says nothing, and beyond what was known when it was asked there may
 * be more. */
static int64_t
checked_now(const xf_place *place, const Xf__FeedSinceReply *reply)
{
    const xf_audience *audience = place->audience;

    if (reply->n_events == 0)
        return audience->asked_known;
    if (place->cursor > reply->events[reply->n_events - 1]->cursor)
        return place->checked;
    return place->cursor > audience->asked_known ? place->cursor - 1 : place->cursor;
}

/* The events come in the order of their cursors. */
static void
tell(xf_audience *audience, const Xf__FeedSinceReply *reply)
{
    xf_place *at = NULL;

    LIST_FOREACH(at, &audience->places, link)
    {
        at->listens = at->cursor >= audience->asked_from && takes(at);
    }
    tell_events(audience, reply);
    if (reply->n_events > 0 && reply->events[reply->n_events - 1]->cursor > audience->known)
        audience->known = reply->events[reply->n_events - 1]->cursor;
    LIST_FOREACH(at, &audience->places, link)
    {
        if (at->listens)
            at->checked = checked_now(at, reply);
    }
}

static void
on_since(xf_call *call, void *data)
{
    xf_audience *audience = data;
    xf_pushes *pushes = audience->of->all;
    const xf_code code = call->error.code;

    audience->asking = false;
    pushes->asking--;
    note(pushes, &call->error);
    if (code == XF_CODE_OK)
        tell(audience, (const Xf__FeedSinceReply *)(const void *)call->reply);
    xf_call_free(&call);
    if (LIST_EMPTY(&audience->places)) {
        xf_audience_done(audience);
    } else if (code == XF_CODE_OK) { /* after a failure only with the next turn, not at once */
        xf_audience_ask(audience);
    }
}

void
xf_audience_ask(xf_audience *audience)
{
    const xf_place *from = audience->asking ? NULL : hindmost(audience);
    Xf__FeedSinceRequest request = XF__FEED_SINCE_REQUEST__INIT;
    Xf__FeedCursor cursor;
    Xf__FeedCursor *cursors[] = {&cursor};
    xf_call *call = NULL;

    if (from == NULL)
        return;
    put_cursor(&cursor, audience, from->cursor);
    request.n_cursors = 1;
    request.cursors = cursors;
    call = question(audience->of->all, XF_RPC_FEED_SINCE, &request.base);
    if (call == NULL)
        return;
    call->actor = from->push->actor;
    memcpy(call->device, from->push->device, sizeof call->device);
    call->done = on_since;
    call->data = audience;
    audience->asked_from = from->cursor;
    audience->asked_known = audience->known;
    audience->asking = true;
    audience->of->all->asking++;
    xf_call_start(call);
}

/* ---- Which have moved ----------------------------------------------------------------- */

static void
hear(const xf_following *following, const Xf__FeedMovedReply *reply)
{
    for (size_t i = 0; i < reply->n_cursors; i++) {
        const Xf__FeedCursor *cursor = reply->cursors[i];
        xf_audience *audience = xf_following_find(following, (int32_t)cursor->kind, cursor->id);

        if (audience == NULL || cursor->cursor <= audience->known)
            continue;
        audience->known = cursor->cursor;
        xf_audience_ask(audience);
    }
}

static void
on_moved(xf_call *call, void *data)
{
    xf_following *following = data;
    xf_pushes *pushes = following->all;

    following->asking--;
    pushes->asking--;
    note(pushes, &call->error);
    if (call->error.code != XF_CODE_OK) {
        following->failed = true;
    } else {
        hear(following, (const Xf__FeedMovedReply *)(const void *)call->reply);
    }
    xf_call_free(&call);
    if (LIST_EMPTY(&following->audiences)) {
        xf_following_done(following);
    } else if (following->asking == 0 && following->again && !following->failed) {
        xf_following_ask(following);
    }
}

static void
ask_portion(xf_following *following, Xf__FeedCursor *cursors, size_t n)
{
    Xf__FeedMovedRequest request = XF__FEED_MOVED_REQUEST__INIT;
    Xf__FeedCursor *list[PORTION];
    xf_call *call = NULL;

    for (size_t i = 0; i < n; i++)
        list[i] = &cursors[i];
    request.n_cursors = n;
    request.cursors = list;
    call = question(following->all, XF_RPC_FEED_MOVED, &request.base);
    if (call == NULL) {
        following->failed = true;
        return;
    }
    call->actor = (xf_actor){.bureau = following->bureau, .roles = XF_MAY_TIMER};
    call->done = on_moved;
    call->data = following;
    following->asking++;
    following->all->asking++;
    xf_call_start(call);
}

void
xf_following_ask(xf_following *following)
{
    Xf__FeedCursor cursors[PORTION];
    const xf_audience *at = NULL;
    size_t n = 0;

    if (following->asking > 0) {
        following->again = true;
        return;
    }
    following->again = following->failed = false;
    following->asking++; /* not over before the last part is asked */
    LIST_FOREACH(at, &following->audiences, link)
    {
        if (LIST_EMPTY(&at->places))
            continue;
        put_cursor(&cursors[n++], at, at->known);
        if (n == PORTION) {
            ask_portion(following, cursors, n);
            n = 0;
        }
    }
    if (n > 0)
        ask_portion(following, cursors, n);
    following->asking--;
}
