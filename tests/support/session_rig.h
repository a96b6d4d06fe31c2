/* support/session_rig — a session between a link and calls that are both played here: no
 * socket, no database. A header of definitions: each program that includes it has its own
 * link and calls in place of the real ones.
 */
#ifndef XF_TEST_SESSION_RIG_H
#define XF_TEST_SESSION_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "error.pb-c.h"
#include "feed.pb-c.h"
#include "frame.pb-c.h"
#include "login.pb-c.h"

#include "base/arena.h"
#include "base/limit.h"
#include "base/memory.h"
#include "base/now.h"
#include "call/call.h"
#include "session/push.h"
#include "session/session.h"
#include "session/sessions.h"
#include "wire/link.h"
#include "wire/message.h"

enum { SENT = 64, STARTED = 64, BUREAU = 450922 };

/* ---- The link's part ---------------------------------------------------------------- */

struct xf_link {
    const xf_link_events *events;
    void *data;
    uint64_t max_body;
    size_t waiting;
    bool wants_drained;
    int64_t heard_ms;
    bool closing;
    bool gently;
    bool turned_away;
    xf_code why;
    size_t n;

    struct sent {
        xf_frame frame;
        uint8_t body[1024];
    } sent[SENT];
};

static int32_t peer_bureau;
static xf_link *last_link; /* that was accepted */

xf_code
xf_link_accept(uv_stream_t *listener, xf_flusher *flusher, xf_tls_context *tls,
               const xf_link_events *events, void *data, xf_link **ret_link, xf_error *reterr)
{
    xf_link *link = xf_memory_new(sizeof *link);

    (void)listener;
    (void)flusher;
    (void)tls;
    (void)reterr;
    link->events = events;
    link->data = data;
    link->heard_ms = xf_now_steady_ms();
    last_link = link;
    *ret_link = link;
    return XF_CODE_OK;
}

xf_code
xf_link_send(xf_link *link, const xf_frame *frame, xf_error *reterr)
{
    struct sent *at = &link->sent[link->n];

    (void)reterr;
    if (link->closing)
        return XF_CODE_OK;
    assert_true(link->n < SENT && frame->body_len <= sizeof at->body);
    link->n++;
    at->frame = *frame;
    if (frame->body_len > 0)
        memcpy(at->body, frame->body, frame->body_len);
    at->frame.body = at->body;
    return XF_CODE_OK;
}

xf_code
xf_link_send_encoded(xf_link *link, const uint8_t *frames, size_t n, xf_error *reterr)
{
    xf_buf bytes;

    xf_buf_init(&bytes, XF_LIMIT_OUTPUT_HARD);
    assert_int_equal(xf_buf_append(&bytes, frames, n, NULL), XF_CODE_OK);
    while (xf_buf_readable(&bytes) > 0) {
        xf_frame frame = {0};
        xf_frame_got got = XF_FRAME_PARTIAL;

        assert_int_equal(xf_frame_decode(&bytes, n, &got, &frame, NULL), XF_CODE_OK);
        assert_int_equal(got, XF_FRAME_WHOLE);
        assert_int_equal(xf_link_send(link, &frame, reterr), XF_CODE_OK);
        xf_buf_consume(&bytes, XF_FRAME_HEADER + frame.body_len);
    }
    xf_buf_clear(&bytes);
    return XF_CODE_OK;
}

void
xf_link_max_body(xf_link *link, uint64_t max_body)
{
    link->max_body = max_body;
}

void
xf_link_close(xf_link *link, int gently, const xf_error *why)
{
    if (link->closing)
        return;
    link->closing = true;
    link->gently = gently != 0;
    link->why = why->code;
}

void
xf_link_turn_away(xf_link *link, const xf_error *why)
{
    link->turned_away = true;
    xf_link_close(link, 0, why);
}

const xf_tls *
xf_link_tls(const xf_link *link)
{
    (void)link;
    return NULL;
}

int64_t
xf_link_heard_ms(const xf_link *link)
{
    return link->heard_ms;
}

static xf_limit overdue = XF_LIMIT_COUNT;

xf_limit
xf_link_overdue(xf_link *link, int64_t steady_ms)
{
    (void)link;
    (void)steady_ms;
    return overdue;
}

static uint32_t held_ms; /* the last one that was accepted */

void
xf_link_hold(xf_link *link, uint32_t hold_ms)
{
    (void)link;
    held_ms = hold_ms;
}

size_t
xf_link_waiting(const xf_link *link)
{
    return link->waiting;
}

void
xf_link_want_drained(xf_link *link)
{
    link->wants_drained = true;
}

bool
xf_link_peer(const xf_link *link, struct sockaddr_storage *ret_address)
{
    (void)link;
    (void)ret_address;
    return false;
}

static bool peer_enrols;

bool
xf_tls_enrols(const xf_tls *tls)
{
    (void)tls;
    return peer_enrols;
}

void
xf_tls_peer_device(const xf_tls *tls, xf_tls_device *ret_device)
{
    (void)tls;
    *ret_device = (xf_tls_device){.name = "desk"};
}

void
xf_tls_peer_fingerprint(const xf_tls *tls, uint8_t ret_sha[32])
{
    (void)tls;
    memset(ret_sha, 7, 32);
}

int32_t
xf_tls_peer_bureau(const xf_tls *tls)
{
    (void)tls;
    return peer_bureau;
}

/* ---- The calls' part ---------------------------------------------------------------- */

static xf_call *started[STARTED];
static size_t n_started;

const xf_method_row *
xf_method_find(xf_rpc rpc)
{
    static const xf_method method = {.mode = XF_READS};
    static const xf_method change = {.mode = XF_CHANGES};
    static const xf_method_row read_row = {.method = &method};
    static const xf_method_row change_row = {.method = &change};

    if (xf_rpc_find(rpc) == NULL)
        return NULL;
    return xf_rpc_find(rpc)->changes ? &change_row : &read_row;
}

xf_call *
xf_call_new(xf_room *room, const xf_method_row *entry, const uint8_t *body, size_t body_len)
{
    xf_call *call = xf_memory_new(sizeof *call);

    call->room = room;
    call->entry = entry;
    call->arena = xf_arena_new();
    call->body = (const uint8_t *)xf_arena_text(call->arena, (const char *)body, body_len);
    call->body_len = body_len;
    return call;
}

void
xf_call_start(xf_call *call)
{
    assert_true(n_started < STARTED);
    started[n_started++] = call;
}

void
xf_call_free(xf_call **call)
{
    xf_arena_free(&(*call)->arena);
    free(*call);
    *call = NULL;
}

void
xf_call_cancel(xf_call *call)
{
    call->cancelled = true;
}

static const uint8_t token_sha[32] = "of the only token";

/* Ends the i-th call that was started. */
static inline void
end_call(size_t i, const ProtobufCMessage *reply, const xf_error *error)
{
    xf_call *call = started[i];

    assert_true(i < n_started);
    assert_non_null(call);
    if (call == NULL) /* clang-tidy does not know that cmocka jumps */
        return;
    started[i] = NULL;
    xf_law_put_bytes(&call->law, "token_sha", token_sha, sizeof token_sha); /* as a login's check */
    call->reply = (ProtobufCMessage *)(void *)(uintptr_t)(const void *)reply;
    if (error != NULL)
        call->error = *error;
    call->done(call, call->data);
}

/* ---- The stage ---------------------------------------------------------------------- */

typedef struct stage {
    xf_room room;
    atomic_size_t connections;
    xf_sessions sessions;
    xf_session *session;
    xf_link *link;
    uint64_t last_id;
} stage;

static inline void
frame_in(stage *s, xf_frame_type type, uint16_t method, uint64_t id)
{
    const xf_frame frame = {.type = type, .method = method, .request_id = id};

    s->link->events->frame(s->link, &frame, s->link->data);
}

static inline void
ask(stage *s, xf_rpc rpc)
{
    frame_in(s, XF_FRAME_TYPE_REQUEST, (uint16_t)rpc, ++s->last_id);
}

static inline const struct sent *
last_sent(const stage *s)
{
    assert_true(s->link->n > 0);
    return &s->link->sent[s->link->n - 1];
}

static inline xf_code
error_code(const struct sent *at)
{
    Xf__Error *error = xf__error__unpack(NULL, at->frame.body_len, at->body);
    xf_code code = XF_CODE_OK;

    assert_int_equal(at->frame.type, XF_FRAME_TYPE_ERROR);
    assert_non_null(error);
    assert_true(error->text != NULL && error->text[0] != '\0');
    code = (xf_code)error->code;
    xf__error__free_unpacked(error, NULL);
    return code;
}

static inline xf_code
goaway_code(const struct sent *at)
{
    Xf__Goaway *goaway = xf__goaway__unpack(NULL, at->frame.body_len, at->body);
    xf_code code = XF_CODE_OK;

    assert_int_equal(at->frame.type, XF_FRAME_TYPE_GOAWAY);
    assert_non_null(goaway);
    code = (xf_code)goaway->code;
    assert_int_equal(goaway->retry_after_ms > 0, xf_error_retryable(code)); /* else it is absent */
    xf__goaway__free_unpacked(goaway, NULL);
    return code;
}

static inline void
raise_stage(stage *s)
{
    memset(s, 0, sizeof *s);
    n_started = 0;
    peer_bureau = BUREAU;
    s->sessions.room = &s->room;
    s->sessions.connections = &s->connections;
    s->sessions.addresses = xf_addresses_new();
    s->sessions.pushes = xf_pushes_new(&s->room);
    assert_int_equal(xf_session_accept(&s->sessions, NULL, NULL), XF_CODE_OK);
    s->session = s->sessions.first;
    s->link = last_link;
}

static inline void
greet(stage *s)
{
    raise_stage(s);
    s->link->events->ready(s->link, s->link->data);
    frame_in(s, XF_FRAME_TYPE_HELLO, 0, 0);
    assert_int_equal(last_sent(s)->frame.type, XF_FRAME_TYPE_WELCOME);
}

static inline void
log_in(stage *s)
{
    Xf__LoginReply reply = XF__LOGIN_REPLY__INIT;
    Xf__Role roles[] = {XF__ROLE__ROLE_RECEPTION, XF__ROLE__ROLE_TIMER};

    greet(s);
    reply.officer_id = 17;
    reply.unit_id = 3;
    reply.n_roles = 2;
    reply.roles = roles;
    ask(s, XF_RPC_LOGIN_BEGIN);
    end_call(n_started - 1, &reply.base, NULL);
}

static inline void
lose_link(stage *s)
{
    const xf_error why = {.code = s->link->why};

    s->link->events->closed(s->link, &why, s->link->data);
    free(s->link);
    s->link = NULL;
}

/* Everything that was taken is given back. */
static inline void
strike(stage *s)
{
    const xf_error late = {.code = XF_CODE_NOT_FOUND, .text = XF_TEXT_NOT_FOUND};

    if (s->link != NULL)
        lose_link(s);
    for (size_t i = 0; i < n_started; i++) {
        if (started[i] != NULL)
            end_call(i, NULL, &late);
    }
    assert_int_equal(s->sessions.count, 0);
    assert_int_equal(atomic_load(&s->connections), 0);
    xf_addresses_free(&s->sessions.addresses);
    xf_pushes_close(&s->sessions.pushes);
}

#endif
