/* session/session — states, frames and calls of one connection. */
#include "session/session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "feed.pb-c.h"
#include "frame.pb-c.h"
#include "login.pb-c.h"

#include "base/arena.h"
#include "base/limit.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/now.h"
#include "call/call.h"
#include "call/lost.h"
#include "session/push.h"
#include "session/send.h"
#include "wire/message.h"

enum { MINOR = 0, BUSY_RETRY_MS = 200, SILENCES = 3 };

static char program[] = "xinfangd 0.1.0";

typedef enum state { HANDSHAKE, GREETING, DEVICE, OFFICER, CLOSING } state;

struct xf_session {
    xf_sessions *all;
    xf_session *next;
    xf_session **hung; /* what points at this one */
    xf_link *link;     /* NULL: gone; only calls are left */
    state state;
    xf_actor actor; /* of a device: its bureau and nobody */
    uint8_t device[32];
    uint64_t last_request;
    uint64_t in_flight;
    uint64_t pings;
    int64_t since_ms;  /* steady: when it came, became a device, or logged in */
    int64_t until_ms;  /* steady: when the login ends */
    int64_t pinged_ms; /* steady */
    xf_push *push;     /* NULL: does not follow */
};

/* A request that has no answer yet. */
typedef struct pending {
    xf_session *session;
    uint64_t request_id;
    xf_rpc rpc;
    uint64_t begun_us;
} pending;

static void on_ready(xf_link *link, void *data);
static void on_frame(xf_link *link, const xf_frame *frame, void *data);
static void on_closed(xf_link *link, const xf_error *why, void *data);

static const xf_link_events events = {.ready = on_ready, .frame = on_frame, .closed = on_closed};

/* ---- Coming and going --------------------------------------------------------------- */

xf_code
xf_session_accept(xf_sessions *sessions, uv_stream_t *listener, xf_error *reterr)
{
    xf_session *session = xf_memory_new(sizeof *session);
    xf_code code = XF_CODE_OK;

    session->all = sessions;
    session->since_ms = xf_now_steady_ms();
    code = xf_link_accept(listener, sessions->flusher, sessions->tls, &events, session,
                          &session->link, reterr);
    if (code != XF_CODE_OK) {
        free(session);
        return code;
    }
    xf_link_max_body(session->link, xf_limit_get(XF_LIMIT_FRAME_BEFORE_LOGIN));
    session->next = sessions->first;
    if (session->next != NULL)
        session->next->hung = &session->next;
    session->hung = &sessions->first;
    sessions->first = session;
    sessions->count++;
    (void)atomic_fetch_add(sessions->connections, 1);
    return XF_CODE_OK;
}

xf_session *
xf_session_next(const xf_session *session)
{
    return session->next;
}

/* Its link and its last call are both gone. */
static void
free_if_over(xf_session *session)
{
    if (session->link == NULL && session->in_flight == 0)
        free(session);
}

static void
on_closed(xf_link *link, const xf_error *why, void *data)
{
    xf_session *session = data;

    (void)link;
    /* UNAVAILABLE: the peer went away, which is how most connections end. */
    if (why->code == XF_CODE_OK || why->code == XF_CODE_UNAVAILABLE) {
        XF_DEBUG("session.closed", XF_ID(bureau, session->actor.bureau), XF_CODE(why->code));
    } else {
        XF_INFO("session.closed", XF_ID(bureau, session->actor.bureau), XF_CODE(why->code),
                XF_BORN(why));
    }
    session->link = NULL;
    session->state = CLOSING;
    xf_push_free(&session->push);
    *session->hung = session->next;
    if (session->next != NULL)
        session->next->hung = session->hung;
    session->all->count--;
    (void)atomic_fetch_sub(session->all->connections, 1);
    free_if_over(session);
}

/* Says why, and closes once that is out. */
static void
dismiss(xf_session *session, xf_code code, xf_text text)
{
    xf_error why = {0};

    if (session->state == CLOSING)
        return;
    session->state = CLOSING;
    xf_push_free(&session->push);
    (void)XF_FAIL(&why, code, text, "");
    xf_send_goaway(session->link, code, text);
    xf_link_close(session->link, 1, &why);
}

void
xf_session_cut(xf_session *session, bool gently)
{
    const xf_error by_us = {.code = XF_CODE_OK};

    session->state = CLOSING;
    xf_push_free(&session->push);
    xf_link_close(session->link, gently, &by_us);
}

void
xf_session_farewell(xf_session *session)
{
    xf_push_free(&session->push);
    if (session->state != HANDSHAKE && session->state != CLOSING)
        xf_send_goaway(session->link, XF_CODE_UNAVAILABLE, XF_TEXT_GOING_AWAY);
}

/* ---- Who it is ---------------------------------------------------------------------- */

static void
be_device(xf_session *session)
{
    xf_push_free(&session->push);
    session->state = DEVICE;
    session->since_ms = xf_now_steady_ms();
    session->actor = (xf_actor){.bureau = session->actor.bureau};
    xf_link_max_body(session->link, xf_limit_get(XF_LIMIT_FRAME_BEFORE_LOGIN));
}

static void
be_officer(xf_session *session, const Xf__LoginReply *reply)
{
    int64_t most_ms = (int64_t)xf_limit_get(XF_LIMIT_SESSION_MS);
    int64_t left_ms = reply->has_expires_at ? reply->expires_at - xf_now_ms() : most_ms;

    xf_push_free(&session->push); /* it told another officer */
    session->state = OFFICER;
    session->since_ms = xf_now_steady_ms();
    session->until_ms = session->since_ms + (left_ms < most_ms ? left_ms : most_ms);
    session->actor.officer = reply->officer_id;
    session->actor.unit = reply->unit_id;
    session->actor.roles = 0;
    for (size_t i = 0; i < reply->n_roles; i++) {
        if ((unsigned)reply->roles[i] < XF_ROLE_TIMER) /* nobody logs in as the timer */
            session->actor.roles |= UINT32_C(1) << (unsigned)reply->roles[i];
    }
    xf_link_max_body(session->link, xf_limit_get(XF_LIMIT_FRAME));
}

static void
follow(xf_session *session, const Xf__FeedFollowReply *reply)
{
    const xf_push_conf conf = {.room = session->all->room,
                               .link = session->link,
                               .actor = session->actor,
                               .device = session->device};
    xf_error error = {0};

    xf_push_free(&session->push);
    if (session->state != OFFICER || session->all->leaving)
        return;
    if (xf_push_new(&conf, reply, &session->push, &error) != XF_CODE_OK)
        XF_ERROR("push.refused", XF_CODE(error.code), XF_BORN(&error));
}

/* ---- Calls -------------------------------------------------------------------------- */

static void
log_call(const pending *asked, const xf_error *error)
{
    const char *rpc = xf_rpc_name(asked->rpc);
    int64_t took = (int64_t)((xf_now_steady_us() - asked->begun_us) / 1000);

    if (error->code == XF_CODE_INTERNAL) {
        XF_ERROR("call.done", XF_WORD(rpc, rpc), XF_CODE(error->code), XF_BORN(error), XF_MS(took));
    } else if (error->code == XF_CODE_UNAVAILABLE) {
        XF_WARN("call.done", XF_WORD(rpc, rpc), XF_CODE(error->code), XF_BORN(error), XF_MS(took));
    } else if (error->code != XF_CODE_OK) {
        XF_DEBUG("call.done", XF_WORD(rpc, rpc), XF_CODE(error->code), XF_BORN(error), XF_MS(took));
    } else {
        XF_DEBUG("call.done", XF_WORD(rpc, rpc), XF_CODE(error->code), XF_MS(took));
    }
}

/* What an answer changes on the session, before the peer learns of it. */
static void
before_answer(xf_session *session, xf_rpc rpc, const ProtobufCMessage *reply)
{
    if (rpc == XF_RPC_LOGIN_BEGIN || rpc == XF_RPC_LOGIN_RESUME) {
        be_officer(session, (const Xf__LoginReply *)(const void *)reply);
    } else if (rpc == XF_RPC_LOGIN_END) {
        be_device(session);
    }
}

static void
answer(xf_session *session, const pending *asked, const xf_call *call)
{
    xf_error error = call->error;
    xf_frame frame = {.type = XF_FRAME_TYPE_RESPONSE,
                      .method = (uint16_t)asked->rpc,
                      .request_id = asked->request_id};

    if (error.code == XF_CODE_OK && session->state != CLOSING) {
        before_answer(session, asked->rpc, call->reply);
        if (xf_send_message(session->link, &frame, call->reply, &error) == XF_CODE_OK) {
            if (asked->rpc == XF_RPC_FEED_FOLLOW)
                follow(session, (const Xf__FeedFollowReply *)(const void *)call->reply);
            return;
        }
        XF_ERROR("call.reply_too_large", XF_WORD(rpc, xf_rpc_name(asked->rpc)), XF_BORN(&error));
        (void)xf_call_lost(call, &error);
    }
    if (error.code != XF_CODE_OK)
        xf_send_error(session->link, (uint16_t)asked->rpc, asked->request_id, &error);
}

static void
on_done(xf_call *call, void *data)
{
    pending *asked = data;
    xf_session *session = asked->session;

    log_call(asked, &call->error);
    session->in_flight--;
    if (session->link != NULL)
        answer(session, asked, call);
    free(asked);
    xf_call_free(&call);
    free_if_over(session);
}

static void
start_call(xf_session *session, const xf_method_row *entry, const xf_frame *frame)
{
    pending *asked = xf_memory_new(sizeof *asked);
    xf_call *call = xf_call_new(session->all->room, entry, frame->body, frame->body_len);

    *asked = (pending){.session = session,
                       .request_id = frame->request_id,
                       .rpc = (xf_rpc)frame->method,
                       .begun_us = xf_now_steady_us()};
    call->actor = session->actor;
    memcpy(call->device, session->device, sizeof call->device);
    call->done = on_done;
    call->data = asked;
    session->in_flight++;
    xf_call_start(call);
}

/* May this request become a call? */
static xf_code
check_request(const xf_session *session, const xf_method_row *entry, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;

    if (session->all->leaving)
        return XF_FAIL(reterr, XF_CODE_UNAVAILABLE, XF_TEXT_GOING_AWAY, "");
    if (session->in_flight >= xf_limit_get(XF_LIMIT_IN_FLIGHT)) {
        xf_limit_hit(XF_LIMIT_IN_FLIGHT);
        code = XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
        reterr->retry_after_ms = BUSY_RETRY_MS;
        return code;
    }
    if (entry == NULL)
        return XF_FAIL(reterr, XF_CODE_UNSUPPORTED, XF_TEXT_UNSUPPORTED, "");
    return XF_CODE_OK;
}

static void
on_request(xf_session *session, const xf_frame *frame)
{
    const xf_method_row *entry = xf_method_find((xf_rpc)frame->method);
    xf_error error = {0};

    if (frame->request_id <= session->last_request) {
        (void)XF_FAIL(&error, XF_CODE_INVALID, XF_TEXT_MESSAGE_BROKEN, "");
        xf_send_error(session->link, frame->method, frame->request_id, &error);
        dismiss(session, XF_CODE_INVALID, XF_TEXT_MESSAGE_BROKEN);
        return;
    }
    session->last_request = frame->request_id;
    if (check_request(session, entry, &error) == XF_CODE_OK) {
        start_call(session, entry, frame);
    } else {
        xf_send_error(session->link, frame->method, frame->request_id, &error);
    }
}

/* ---- Frames ------------------------------------------------------------------------- */

static void
on_ready(xf_link *link, void *data)
{
    xf_session *session = data;
    const xf_tls *tls = xf_link_tls(link);

    session->actor.bureau = xf_tls_peer_bureau(tls);
    xf_tls_peer_fingerprint(tls, session->device);
    session->state = GREETING;
    session->since_ms = xf_now_steady_ms();
    if (session->actor.bureau == 0) {
        dismiss(session, XF_CODE_UNAUTHENTICATED, XF_TEXT_TLS_REFUSED);
    } else if (session->all->leaving) {
        dismiss(session, XF_CODE_UNAVAILABLE, XF_TEXT_GOING_AWAY);
    }
}

static void
send_welcome(xf_session *session, int32_t minor)
{
    Xf__Welcome welcome = XF__WELCOME__INIT;
    const xf_frame frame = {.type = XF_FRAME_TYPE_WELCOME};

    welcome.has_minor = 1;
    welcome.minor = minor;
    welcome.program = program;
    welcome.has_max_frame_before_login = 1;
    welcome.max_frame_before_login = (int32_t)xf_limit_get(XF_LIMIT_FRAME_BEFORE_LOGIN);
    welcome.has_max_frame = 1;
    welcome.max_frame = (int32_t)xf_limit_get(XF_LIMIT_FRAME);
    welcome.has_max_in_flight = 1;
    welcome.max_in_flight = (int32_t)xf_limit_get(XF_LIMIT_IN_FLIGHT);
    welcome.has_ping_every_ms = 1;
    welcome.ping_every_ms = (int32_t)xf_limit_get(XF_LIMIT_PING_MS);
    welcome.has_now_at = 1;
    welcome.now_at = xf_now_ms();
    welcome.has_bureau_id = 1;
    welcome.bureau_id = session->actor.bureau;
    if (xf_send_message(session->link, &frame, &welcome.base, NULL) != XF_CODE_OK)
        dismiss(session, XF_CODE_INTERNAL, XF_TEXT_INTERNAL);
}

static void
on_hello(xf_session *session, const xf_frame *frame)
{
    xf_arena *arena = xf_arena_new();
    ProtobufCMessage *message = NULL;
    const Xf__Hello *hello = NULL;

    if (xf_message_unpack(&xf__hello__descriptor, frame->body, frame->body_len, arena, &message,
                          NULL) != XF_CODE_OK) {
        dismiss(session, XF_CODE_INVALID, XF_TEXT_MESSAGE_BROKEN);
    } else {
        hello = (const Xf__Hello *)(const void *)message;
        session->state = DEVICE; /* the time to log in runs on */
        send_welcome(session, hello->minor < MINOR ? hello->minor : MINOR);
    }
    xf_arena_free(&arena);
}

static void
answer_unsupported(xf_session *session, const xf_frame *frame)
{
    xf_error error = {0};

    (void)XF_FAIL(&error, XF_CODE_UNSUPPORTED, XF_TEXT_UNSUPPORTED, "");
    xf_send_error(session->link, frame->method, frame->request_id, &error);
}

static void
on_ping(xf_session *session, const xf_frame *frame)
{
    const xf_frame pong = {.type = XF_FRAME_TYPE_PONG, .request_id = frame->request_id};

    if (xf_link_send(session->link, &pong, NULL) != XF_CODE_OK)
        XF_WARN("session.output_full", XF_COUNT(bytes, frame->body_len));
}

/* What a client may send once it has greeted. */
static void
take_frame(xf_session *session, const xf_frame *frame)
{
    switch (frame->type) {
    case XF_FRAME_TYPE_REQUEST: on_request(session, frame); return;
    case XF_FRAME_TYPE_PING: on_ping(session, frame); return;
    case XF_FRAME_TYPE_PONG: /* the link has heard it, that is all */
    case XF_FRAME_TYPE_CANCEL: /* a command is not taken back: its answer comes */ return;
    case XF_FRAME_TYPE_CHUNK: answer_unsupported(session, frame); return;
    case XF_FRAME_TYPE_GOAWAY: xf_session_cut(session, true); return;
    case XF_FRAME_TYPE_HELLO:
    case XF_FRAME_TYPE_WELCOME:
    case XF_FRAME_TYPE_RESPONSE:
    case XF_FRAME_TYPE_ERROR:
    case XF_FRAME_TYPE_EVENT:
    case XF_FRAME_TYPE_UNSPECIFIED:
        dismiss(session, XF_CODE_INVALID, XF_TEXT_MESSAGE_BROKEN);
        return;
    }
    dismiss(session, XF_CODE_UNSUPPORTED, XF_TEXT_UNSUPPORTED);
}

static void
on_frame(xf_link *link, const xf_frame *frame, void *data)
{
    xf_session *session = data;

    (void)link;
    switch (session->state) {
    case HANDSHAKE:
    case CLOSING: return;
    case GREETING:
        if (frame->type == XF_FRAME_TYPE_HELLO) {
            on_hello(session, frame);
        } else {
            dismiss(session, XF_CODE_INVALID, XF_TEXT_MESSAGE_BROKEN);
        }
        return;
    case DEVICE:
    case OFFICER: take_frame(session, frame); return;
    }
}

/* ---- Time and news ------------------------------------------------------------------ */

static void
send_ping(xf_session *session, int64_t steady_ms)
{
    const xf_frame ping = {.type = XF_FRAME_TYPE_PING, .request_id = ++session->pings};

    session->pinged_ms = steady_ms;
    if (xf_link_send(session->link, &ping, NULL) != XF_CODE_OK)
        XF_WARN("session.output_full", XF_COUNT(pings, session->pings));
}

static void
cut_for_time(xf_session *session)
{
    xf_error why = {0};

    (void)XF_FAIL(&why, XF_CODE_DEADLINE, XF_TEXT_CONNECTION_LOST, "");
    session->state = CLOSING;
    xf_push_free(&session->push);
    xf_link_close(session->link, 0, &why);
}

static void
watch_silence(xf_session *session, int64_t steady_ms)
{
    int64_t every_ms = (int64_t)xf_limit_get(XF_LIMIT_PING_MS);
    int64_t silent_ms = steady_ms - xf_link_heard_ms(session->link);

    if (silent_ms >= every_ms * SILENCES) {
        cut_for_time(session);
    } else if (silent_ms >= every_ms && steady_ms - session->pinged_ms >= every_ms) {
        send_ping(session, steady_ms);
    }
}

void
xf_session_turn(xf_session *session, int64_t steady_ms)
{
    int64_t here_ms = steady_ms - session->since_ms;

    switch (session->state) {
    case HANDSHAKE:
    case CLOSING: return; /* the link's own limits */
    case GREETING:
    case DEVICE:
        if (here_ms >= (int64_t)xf_limit_get(XF_LIMIT_LOGIN_MS)) {
            dismiss(session, XF_CODE_UNAUTHENTICATED, XF_TEXT_NOT_LOGGED_IN);
        } else {
            watch_silence(session, steady_ms);
        }
        return;
    case OFFICER:
        if (session->push != NULL)
            xf_push_turn(session->push);
        if (steady_ms >= session->until_ms)
            be_device(session); /* and is sent away if nobody logs in again */
        watch_silence(session, steady_ms);
        return;
    }
}

void
xf_session_news(xf_session *session, int32_t bureau)
{
    if (session->push != NULL && (bureau == 0 || bureau == session->actor.bureau))
        xf_push_news(session->push);
}
