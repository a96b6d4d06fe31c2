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
#include "session/enrol.h"
#include "session/guest.h"
#include "session/logins.h"
#include "session/push.h"
#include "session/requests.h"
#include "session/send.h"
#include "wire/message.h"

enum {
    SILENCES = 3,
    MINUTE_MS = 60000,
};

typedef enum state { HANDSHAKE, ENROLLING, GREETING, DEVICE, OFFICER, CLOSING } state;

struct xf_session {
    xf_sessions *all;
    xf_session *next;
    xf_session **hung; /* what points at this one */
    xf_link *link;     /* NULL: gone; only calls are left */
    state state;
    xf_asker who;       /* of a device: its bureau and nobody */
    xf_tls_device peer; /* who.peer */
    int64_t seat;       /* XF_SEAT_UNKNOWN, or where in the ledger the login was judged */
    uint8_t token_sha[XF_LOGINS_SHA]; /* of an officer's login */
    xf_requests requests;
    xf_guest guest;
    uint64_t pings;
    int64_t since_ms;  /* steady: when it came, became a device, or logged in */
    int64_t until_ms;  /* steady: when the login ends */
    int64_t pinged_ms; /* steady */
    xf_push *push;     /* NULL: does not follow */
    xf_enrol *enrol;   /* NULL: does not enrol */
};

static void on_ready(xf_link *link, void *data);
static void on_frame(xf_link *link, const xf_frame *frame, void *data);
static void on_distrusted(xf_link *link, const xf_error *why, void *data);
static void on_closed(xf_link *link, const xf_error *why, void *data);
static void on_drained(xf_link *link, void *data);

static const xf_requests_events asking;
static const xf_link_events events = {.ready = on_ready,
                                      .frame = on_frame,
                                      .distrusted = on_distrusted,
                                      .closed = on_closed,
                                      .drained = on_drained};

/* ---- Coming and going --------------------------------------------------------------- */

/* Turned away, it gets a TLS alert and no GOAWAY: nobody has greeted yet. */
static void
come_in(xf_session *session)
{
    const xf_error full = {.code = XF_CODE_OVERLOADED, .text = XF_TEXT_OVERLOADED};

    if (xf_guest_come(&session->guest, session->all->addresses, session->link))
        return;
    session->state = CLOSING;
    xf_link_turn_away(session->link, &full);
}

xf_code
xf_session_accept(xf_sessions *sessions, uv_stream_t *listener, xf_error *reterr)
{
    xf_session *session = xf_memory_new(sizeof *session);
    xf_code code = XF_CODE_OK;

    session->all = sessions;
    session->seat = XF_SEAT_UNKNOWN;
    session->since_ms = xf_now_steady_ms();
    code = xf_link_accept(listener, sessions->flusher, sessions->tls, &events, session,
                          &session->link, reterr);
    if (code != XF_CODE_OK) {
        free(session);
        return code;
    }
    xf_link_max_body(session->link, xf_limit_get(XF_LIMIT_FRAME_BEFORE_LOGIN));
    xf_requests_init(&session->requests, sessions->room, session->link, &asking, session);
    session->next = sessions->first;
    if (session->next != NULL)
        session->next->hung = &session->next;
    session->hung = &sessions->first;
    sessions->first = session;
    sessions->count++;
    (void)atomic_fetch_add(sessions->connections, 1);
    come_in(session);
    return XF_CODE_OK;
}

xf_session *
xf_session_next(const xf_session *session)
{
    return session->next;
}

xf_metric
xf_session_gauge(const xf_session *session)
{
    static const xf_metric gauges[] = {[HANDSHAKE] = XF_METRIC_HANDSHAKES,
                                       [GREETING] = XF_METRIC_GREETINGS,
                                       [DEVICE] = XF_METRIC_DEVICES,
                                       [OFFICER] = XF_METRIC_OFFICERS,
                                       [CLOSING] = XF_METRIC_CLOSING};

    return gauges[session->state];
}

/* A command line is gone before anybody asks whether it was used. */
static void
tell_use(const xf_session *session)
{
    const uint8_t *token_sha = NULL;
    bool used = false;

    if (session->all->logins != NULL && xf_session_login(session, &token_sha, &used) && used)
        xf_logins_used(session->all->logins, session->who.actor.bureau, token_sha);
}

static void
on_closed(xf_link *link, const xf_error *why, void *data)
{
    xf_session *session = data;

    (void)link;
    /* UNAVAILABLE: the peer went away, which is how most connections end. */
    if (why->code == XF_CODE_OK || why->code == XF_CODE_UNAVAILABLE) {
        XF_DEBUG("session.closed", XF_ID(bureau, session->who.actor.bureau), XF_CODE(why->code));
    } else {
        XF_INFO("session.closed", XF_ID(bureau, session->who.actor.bureau), XF_CODE(why->code),
                XF_BORN(why));
    }
    tell_use(session);
    session->link = NULL;
    session->state = CLOSING;
    xf_push_free(&session->push);
    xf_enrol_free(&session->enrol);
    *session->hung = session->next;
    if (session->next != NULL)
        session->next->hung = session->hung;
    session->all->count--;
    xf_guest_leave(&session->guest);
    (void)atomic_fetch_sub(session->all->connections, 1);
    xf_requests_cut(&session->requests); /* frees the session, now or with its last call */
}

void
xf_session_dismiss(xf_session *session, xf_code code, xf_text text)
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
    xf_guest_known(&session->guest, false);
    session->state = DEVICE;
    session->since_ms = xf_now_steady_ms();
    session->who.actor = (xf_actor){.bureau = session->who.actor.bureau};
    xf_link_max_body(session->link, xf_limit_get(XF_LIMIT_FRAME_BEFORE_LOGIN));
}

static void
be_officer(xf_session *session, const Xf__LoginReply *reply)
{
    int64_t most_ms = (int64_t)xf_limit_get(XF_LIMIT_SESSION_MS);
    int64_t left_ms = reply->has_expires_at ? reply->expires_at - xf_now_ms() : most_ms;

    xf_push_free(&session->push); /* it told another officer */
    xf_guest_known(&session->guest, true);
    session->state = OFFICER;
    session->since_ms = xf_now_steady_ms();
    session->until_ms = session->since_ms + (left_ms < most_ms ? left_ms : most_ms);
    session->who.actor.officer = reply->officer_id;
    session->who.actor.unit = reply->unit_id;
    session->who.actor.roles = 0;
    for (size_t i = 0; i < reply->n_roles; i++) {
        if ((unsigned)reply->roles[i] < XF_ROLE_TIMER) /* nobody logs in as the timer */
            session->who.actor.roles |= UINT32_C(1) << (unsigned)reply->roles[i];
    }
    xf_link_max_body(session->link, xf_limit_get(XF_LIMIT_FRAME));
}

static void
follow(xf_session *session, const Xf__FeedFollowReply *reply)
{
    const xf_push_conf conf = {.pushes = session->all->pushes,
                               .link = session->link,
                               .actor = session->who.actor,
                               .device = session->who.device};
    xf_error error = {0};

    xf_push_free(&session->push);
    if (session->state != OFFICER || session->all->leaving)
        return;
    if (xf_push_new(&conf, reply, &session->push, &error) != XF_CODE_OK)
        XF_ERROR("push.refused", XF_CODE(error.code), XF_BORN(&error));
}

/* ---- What it asks ------------------------------------------------------------------- */

static xf_code
on_asked(xf_rpc rpc, void *data, xf_error *reterr)
{
    xf_session *session = data;

    return xf_guest_ask(&session->guest, session->link, rpc, reterr);
}

static void
on_refused(xf_rpc rpc, const xf_error *error, void *data)
{
    const xf_session *session = data;

    xf_guest_refused(&session->guest, rpc, error);
}

static bool
on_answering(xf_rpc rpc, const xf_call *call, void *data)
{
    xf_session *session = data;
    const void *reply = call->reply;
    const xf_law_value *token_sha = NULL;

    if (session->state == CLOSING)
        return false;
    if (rpc == XF_RPC_LOGIN_BEGIN || rpc == XF_RPC_LOGIN_RESUME) {
        be_officer(session, reply);
        session->seat = call->seat;
        token_sha = xf_law_find(&call->law, "token_sha");
        memcpy(session->token_sha, token_sha->bytes, sizeof session->token_sha);
    } else if (rpc == XF_RPC_LOGIN_END) {
        be_device(session);
    } else if (rpc == XF_RPC_FEED_FOLLOW) {
        follow(session, reply); /* asks only later */
    }
    return true;
}

/* Its link and its last call are both gone. */
static void
on_over(void *data)
{
    free(data);
}

static const xf_requests_events asking = {
    .asked = on_asked, .refused = on_refused, .answering = on_answering, .over = on_over};

static void
on_request(xf_session *session, const xf_frame *frame)
{
    xf_error error = {0};

    if (xf_requests_take(&session->requests, frame, &session->who, session->all->leaving, &error) !=
        XF_CODE_OK)
        xf_session_dismiss(session, error.code, error.text);
}

/* ---- Frames ------------------------------------------------------------------------- */

static void
on_ready(xf_link *link, void *data)
{
    xf_session *session = data;
    const xf_tls *tls = xf_link_tls(link);

    session->since_ms = xf_now_steady_ms();
    if (xf_tls_enrols(tls)) {
        session->state = ENROLLING;
        session->enrol = xf_enrol_new(session->all->room, &session->all->gate, link);
        if (session->all->leaving)
            xf_session_dismiss(session, XF_CODE_UNAVAILABLE, XF_TEXT_GOING_AWAY);
        return;
    }
    session->who.actor.bureau = xf_tls_peer_bureau(tls);
    xf_tls_peer_fingerprint(tls, session->who.device);
    xf_tls_peer_device(tls, &session->peer);
    session->who.peer = &session->peer;
    session->state = GREETING;
    if (session->who.actor.bureau == 0) {
        xf_session_dismiss(session, XF_CODE_UNAUTHENTICATED, XF_TEXT_TLS_REFUSED);
    } else if (session->all->leaving) {
        xf_session_dismiss(session, XF_CODE_UNAVAILABLE, XF_TEXT_GOING_AWAY);
    }
}

static void
on_hello(xf_session *session, const xf_frame *frame)
{
    xf_arena *arena = xf_arena_new();
    ProtobufCMessage *message = NULL;
    const Xf__Hello *hello = NULL;

    if (xf_message_unpack(&xf__hello__descriptor, frame->body, frame->body_len, arena, &message,
                          NULL) != XF_CODE_OK) {
        xf_session_dismiss(session, XF_CODE_INVALID, XF_TEXT_MESSAGE_BROKEN);
    } else {
        hello = (const Xf__Hello *)(const void *)message;
        session->state = DEVICE; /* the time to log in runs on */
        session->requests.pieces = hello->minor >= 1;
        xf_send_welcome(session->link, hello->minor, session->who.actor.bureau);
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
    case XF_FRAME_TYPE_CANCEL: xf_requests_cancel(&session->requests, frame->request_id); return;
    case XF_FRAME_TYPE_PONG: /* the link has heard it, that is all */ return;
    case XF_FRAME_TYPE_CHUNK: answer_unsupported(session, frame); return;
    case XF_FRAME_TYPE_GOAWAY: xf_session_cut(session, true); return;
    case XF_FRAME_TYPE_HELLO:
    case XF_FRAME_TYPE_WELCOME:
    case XF_FRAME_TYPE_RESPONSE:
    case XF_FRAME_TYPE_ERROR:
    case XF_FRAME_TYPE_EVENT:
    case XF_FRAME_TYPE_UNSPECIFIED:
        xf_session_dismiss(session, XF_CODE_INVALID, XF_TEXT_MESSAGE_BROKEN);
        return;
    }
    xf_session_dismiss(session, XF_CODE_UNSUPPORTED, XF_TEXT_UNSUPPORTED);
}

static void
on_frame(xf_link *link, const xf_frame *frame, void *data)
{
    xf_session *session = data;

    (void)link;
    switch (session->state) {
    case HANDSHAKE:
    case CLOSING: return;
    case ENROLLING: xf_enrol_take(session->enrol, frame); return;
    case GREETING:
        if (frame->type == XF_FRAME_TYPE_HELLO) {
            on_hello(session, frame);
        } else {
            xf_session_dismiss(session, XF_CODE_INVALID, XF_TEXT_MESSAGE_BROKEN);
        }
        return;
    case DEVICE:
    case OFFICER: take_frame(session, frame); return;
    }
}

static void
on_distrusted(xf_link *link, const xf_error *why, void *data)
{
    (void)link;
    xf_session_dismiss(data, why->code, why->text);
}

static void
on_drained(xf_link *link, void *data)
{
    xf_session *session = data;

    (void)link;
    xf_requests_drained(&session->requests);
}

/* ---- Time --------------------------------------------------------------------------- */

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
        xf_limit_hit(XF_LIMIT_PING_MS);
        cut_for_time(session);
    } else if (silent_ms >= every_ms && steady_ms - session->pinged_ms >= every_ms) {
        send_ping(session, steady_ms);
    }
}

/* A frame that does not come whole ends with a word; a peer that takes nothing hears none. */
static bool
cut_if_overdue(xf_session *session, int64_t steady_ms)
{
    const xf_limit over = xf_link_overdue(session->link, steady_ms);

    if (over == XF_LIMIT_COUNT)
        return false;
    if (over == XF_LIMIT_WRITE_STALL_MS) {
        cut_for_time(session);
    } else {
        xf_session_dismiss(session, XF_CODE_DEADLINE, XF_TEXT_TOO_SLOW);
    }
    return true;
}

/* After a working day, or half an hour without a request; and is sent away if nobody logs in again. */
static void
end_login_in_time(xf_session *session, int64_t steady_ms)
{
    if (steady_ms >= session->until_ms) {
        xf_limit_hit(XF_LIMIT_SESSION_MS);
        be_device(session);
    } else if (xf_guest_idle(&session->guest, steady_ms)) {
        xf_limit_hit(XF_LIMIT_IDLE_MS);
        be_device(session);
    }
}

void
xf_session_turn(xf_session *session, int64_t steady_ms)
{
    int64_t here_ms = steady_ms - session->since_ms;

    if (session->state != HANDSHAKE && session->state != CLOSING &&
        cut_if_overdue(session, steady_ms))
        return;
    switch (session->state) {
    case HANDSHAKE:
    case CLOSING: return; /* the link's own limits */
    case ENROLLING:
    case GREETING:
    case DEVICE:
        if (here_ms >= (int64_t)xf_limit_get(XF_LIMIT_LOGIN_MS)) {
            xf_limit_hit(XF_LIMIT_LOGIN_MS);
            xf_session_dismiss(session, XF_CODE_UNAUTHENTICATED, XF_TEXT_NOT_LOGGED_IN);
        } else {
            watch_silence(session, steady_ms);
        }
        return;
    case OFFICER:
        end_login_in_time(session, steady_ms);
        watch_silence(session, steady_ms);
        return;
    }
}

/* ---- Standing ----------------------------------------------------------------------- */

const xf_asker *
xf_session_who(const xf_session *session)
{
    switch (session->state) {
    case GREETING:
    case DEVICE:
    case OFFICER: return &session->who;
    case HANDSHAKE:
    case ENROLLING:
    case CLOSING: break;
    }
    return NULL;
}

int32_t
xf_session_bureau(const xf_session *session)
{
    const xf_asker *who = xf_session_who(session);

    return who != NULL ? who->actor.bureau : 0;
}

int64_t
xf_session_seat(const xf_session *session)
{
    return session->seat;
}

void
xf_session_judged(xf_session *session, int64_t since, int64_t upto)
{
    if (session->seat == XF_SEAT_UNKNOWN || (since != XF_SEAT_UNKNOWN && session->seat >= since))
        session->seat = upto;
}

/* ---- Its login ---------------------------------------------------------------------- */

bool
xf_session_login(const xf_session *session, const uint8_t **ret_token_sha, bool *ret_used)
{
    if (session->state != OFFICER)
        return false;
    *ret_token_sha = session->token_sha;
    *ret_used = xf_now_steady_ms() - session->guest.used_ms < MINUTE_MS;
    return true;
}
