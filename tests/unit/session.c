/* A session between a link and calls that are both played here: no socket, no database. */
#include "session/session.h"

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
    int64_t heard_ms;
    bool closing;
    bool gently;
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

size_t
xf_link_waiting(const xf_link *link)
{
    return link->waiting;
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
    static const xf_method_row row;

    return xf_rpc_find(rpc) != NULL ? &row : NULL;
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

/* Ends the i-th call that was started. */
static void
end_call(size_t i, const ProtobufCMessage *reply, const xf_error *error)
{
    xf_call *call = started[i];

    assert_true(i < n_started);
    assert_non_null(call);
    if (call == NULL) /* clang-tidy does not know that cmocka jumps */
        return;
    started[i] = NULL;
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

static void
frame_in(stage *s, xf_frame_type type, uint16_t method, uint64_t id)
{
    const xf_frame frame = {.type = type, .method = method, .request_id = id};

    s->link->events->frame(s->link, &frame, s->link->data);
}

static void
ask(stage *s, xf_rpc rpc)
{
    frame_in(s, XF_FRAME_TYPE_REQUEST, (uint16_t)rpc, ++s->last_id);
}

static const struct sent *
last_sent(const stage *s)
{
    assert_true(s->link->n > 0);
    return &s->link->sent[s->link->n - 1];
}

static xf_code
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

static xf_code
goaway_code(const struct sent *at)
{
    Xf__Goaway *goaway = xf__goaway__unpack(NULL, at->frame.body_len, at->body);
    xf_code code = XF_CODE_OK;

    assert_int_equal(at->frame.type, XF_FRAME_TYPE_GOAWAY);
    assert_non_null(goaway);
    code = (xf_code)goaway->code;
    xf__goaway__free_unpacked(goaway, NULL);
    return code;
}

static void
raise_stage(stage *s)
{
    memset(s, 0, sizeof *s);
    n_started = 0;
    peer_bureau = BUREAU;
    s->sessions.room = &s->room;
    s->sessions.connections = &s->connections;
    assert_int_equal(xf_session_accept(&s->sessions, NULL, NULL), XF_CODE_OK);
    s->session = s->sessions.first;
    s->link = last_link;
}

static void
greet(stage *s)
{
    raise_stage(s);
    s->link->events->ready(s->link, s->link->data);
    frame_in(s, XF_FRAME_TYPE_HELLO, 0, 0);
    assert_int_equal(last_sent(s)->frame.type, XF_FRAME_TYPE_WELCOME);
}

static void
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

static void
lose_link(stage *s)
{
    const xf_error why = {.code = s->link->why};

    s->link->events->closed(s->link, &why, s->link->data);
    free(s->link);
    s->link = NULL;
}

/* Everything that was taken is given back. */
static void
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
}

/* ---- Greeting ----------------------------------------------------------------------- */

static void
welcome_tells_whose_device_it_is_and_the_limits(void **state)
{
    stage s;
    Xf__Welcome *welcome = NULL;

    (void)state;
    greet(&s);
    welcome = xf__welcome__unpack(NULL, last_sent(&s)->frame.body_len, last_sent(&s)->body);
    assert_non_null(welcome);
    assert_int_equal(welcome->bureau_id, BUREAU);
    assert_int_equal(welcome->max_in_flight, 32);
    assert_int_equal(welcome->max_frame_before_login, 4096);
    xf__welcome__free_unpacked(welcome, NULL);
    assert_int_equal(s.link->max_body, 4096);
    strike(&s);
}

static void
a_request_before_hello_ends_the_session(void **state)
{
    stage s;

    (void)state;
    raise_stage(&s);
    s.link->events->ready(s.link, s.link->data);
    ask(&s, XF_RPC_LOGIN_BEGIN);
    assert_int_equal(goaway_code(last_sent(&s)), XF_CODE_INVALID);
    assert_true(s.link->closing && s.link->gently);
    assert_int_equal(n_started, 0);
    strike(&s);
}

static void
a_second_hello_ends_the_session(void **state)
{
    stage s;

    (void)state;
    greet(&s);
    frame_in(&s, XF_FRAME_TYPE_HELLO, 0, 0);
    assert_int_equal(goaway_code(last_sent(&s)), XF_CODE_INVALID);
    strike(&s);
}

static void
a_certificate_of_no_bureau_is_sent_away(void **state)
{
    stage s;

    (void)state;
    raise_stage(&s);
    peer_bureau = 0;
    s.link->events->ready(s.link, s.link->data);
    assert_int_equal(goaway_code(last_sent(&s)), XF_CODE_UNAUTHENTICATED);
    assert_true(s.link->closing);
    strike(&s);
}

/* ---- Requests ----------------------------------------------------------------------- */

static void
an_unknown_method_is_unsupported_and_the_session_goes_on(void **state)
{
    stage s;

    (void)state;
    greet(&s);
    frame_in(&s, XF_FRAME_TYPE_REQUEST, 9999, ++s.last_id);
    assert_int_equal(error_code(last_sent(&s)), XF_CODE_UNSUPPORTED);
    assert_false(s.link->closing);
    ask(&s, XF_RPC_LOGIN_BEGIN);
    assert_int_equal(n_started, 1);
    strike(&s);
}

static void
a_request_id_that_does_not_rise_ends_the_session(void **state)
{
    stage s;

    (void)state;
    greet(&s);
    ask(&s, XF_RPC_LOGIN_BEGIN);
    frame_in(&s, XF_FRAME_TYPE_REQUEST, XF_RPC_LOGIN_BEGIN, s.last_id);
    assert_int_equal(error_code(&s.link->sent[s.link->n - 2]), XF_CODE_INVALID);
    assert_int_equal(goaway_code(last_sent(&s)), XF_CODE_INVALID);
    assert_int_equal(n_started, 1);
    strike(&s);
}

static void
one_request_too_many_is_told_when_to_come_again(void **state)
{
    stage s;
    Xf__Error *error = NULL;

    (void)state;
    greet(&s);
    for (int i = 0; i < 32; i++)
        ask(&s, XF_RPC_LOGIN_BEGIN);
    assert_int_equal(n_started, 32);
    ask(&s, XF_RPC_LOGIN_BEGIN);
    assert_int_equal(n_started, 32);
    error = xf__error__unpack(NULL, last_sent(&s)->frame.body_len, last_sent(&s)->body);
    assert_int_equal((int)error->code, XF_CODE_LIMIT);
    assert_true(error->retryable);
    assert_true(error->retry_after_ms > 0);
    xf__error__free_unpacked(error, NULL);
    strike(&s);
}

static void
answers_may_overtake_each_other(void **state)
{
    stage s;
    Xf__FeedAckReply reply = XF__FEED_ACK_REPLY__INIT;

    (void)state;
    log_in(&s);
    ask(&s, XF_RPC_LOGIN_BEGIN);
    ask(&s, XF_RPC_FEED_ACK);
    end_call(2, &reply.base, NULL);
    assert_int_equal(last_sent(&s)->frame.type, XF_FRAME_TYPE_RESPONSE);
    assert_int_equal(last_sent(&s)->frame.request_id, s.last_id);
    assert_int_equal(last_sent(&s)->frame.method, XF_RPC_FEED_ACK);
    strike(&s);
}

static void
an_internal_error_says_nothing_but_its_words(void **state)
{
    stage s;
    Xf__Error *error = NULL;
    xf_error inside = {0};

    (void)state;
    greet(&s);
    ask(&s, XF_RPC_LOGIN_BEGIN);
    (void)XF_FAIL(&inside, XF_CODE_INTERNAL, XF_TEXT_NO_SUCH_UNIT, "column.of.ours");
    end_call(0, NULL, &inside);
    error = xf__error__unpack(NULL, last_sent(&s)->frame.body_len, last_sent(&s)->body);
    assert_null(error->field);
    assert_string_equal(error->text, xf_error_words(XF_TEXT_INTERNAL));
    assert_false(error->retryable);
    xf__error__free_unpacked(error, NULL);
    strike(&s);
}

static void
a_call_whose_link_is_gone_ends_in_silence(void **state)
{
    stage s;

    (void)state;
    greet(&s);
    ask(&s, XF_RPC_LOGIN_BEGIN);
    lose_link(&s);
    assert_int_equal(s.sessions.count, 0);
    strike(&s);
}

static void
a_ping_is_answered_with_its_own_id(void **state)
{
    stage s;

    (void)state;
    greet(&s);
    frame_in(&s, XF_FRAME_TYPE_PING, 0, 4711);
    assert_int_equal(last_sent(&s)->frame.type, XF_FRAME_TYPE_PONG);
    assert_int_equal(last_sent(&s)->frame.request_id, 4711);
    strike(&s);
}

static void
a_chunk_is_unsupported_and_a_cancel_is_passed_over(void **state)
{
    stage s;
    size_t before = 0;

    (void)state;
    greet(&s);
    before = s.link->n;
    frame_in(&s, XF_FRAME_TYPE_CANCEL, 0, 99);
    assert_int_equal(s.link->n, before);
    frame_in(&s, XF_FRAME_TYPE_CHUNK, 0, 99);
    assert_int_equal(error_code(last_sent(&s)), XF_CODE_UNSUPPORTED);
    assert_false(s.link->closing);
    strike(&s);
}

/* ---- Login -------------------------------------------------------------------------- */

static void
a_login_makes_an_officer_and_never_a_timer(void **state)
{
    stage s;

    (void)state;
    log_in(&s);
    assert_int_equal(s.link->max_body, xf_limit_get(XF_LIMIT_FRAME));
    ask(&s, XF_RPC_MATTER_OPEN);
    assert_int_equal(started[1]->actor.bureau, BUREAU);
    assert_int_equal(started[1]->actor.officer, 17);
    assert_int_equal(started[1]->actor.unit, 3);
    assert_int_equal(started[1]->actor.roles, 1 << XF_ROLE_RECEPTION);
    assert_int_equal(started[1]->device[31], 7);
    strike(&s);
}

static void
a_refused_login_leaves_a_device(void **state)
{
    stage s;
    const xf_error refused = {.code = XF_CODE_UNAUTHENTICATED, .text = XF_TEXT_BAD_PASSWORD};

    (void)state;
    greet(&s);
    ask(&s, XF_RPC_LOGIN_BEGIN);
    end_call(0, NULL, &refused);
    assert_int_equal(error_code(last_sent(&s)), XF_CODE_UNAUTHENTICATED);
    ask(&s, XF_RPC_MATTER_OPEN);
    assert_int_equal(started[1]->actor.officer, 0);
    assert_int_equal(started[1]->actor.roles, 0);
    assert_int_equal(s.link->max_body, 4096);
    strike(&s);
}

static void
after_the_end_of_a_login_there_is_a_device_again(void **state)
{
    stage s;
    Xf__LoginEndReply reply = XF__LOGIN_END_REPLY__INIT;

    (void)state;
    log_in(&s);
    ask(&s, XF_RPC_LOGIN_END);
    end_call(1, &reply.base, NULL);
    ask(&s, XF_RPC_MATTER_OPEN);
    assert_int_equal(started[2]->actor.bureau, BUREAU);
    assert_int_equal(started[2]->actor.officer, 0);
    assert_int_equal(s.link->max_body, 4096);
    strike(&s);
}

static void
a_login_ends_with_the_working_day(void **state)
{
    stage s;
    int64_t over = xf_now_steady_ms() + (int64_t)xf_limit_get(XF_LIMIT_SESSION_MS) + 1000;

    (void)state;
    log_in(&s);
    s.link->heard_ms = over;
    xf_session_turn(s.session, over);
    assert_false(s.link->closing);
    ask(&s, XF_RPC_MATTER_OPEN);
    assert_int_equal(started[1]->actor.officer, 0);
    strike(&s);
}

/* ---- Time --------------------------------------------------------------------------- */

static void
who_does_not_log_in_is_sent_away(void **state)
{
    stage s;
    int64_t now = xf_now_steady_ms();

    (void)state;
    greet(&s);
    s.link->heard_ms = now + 29000;
    xf_session_turn(s.session, now + 29000);
    assert_false(s.link->closing);
    xf_session_turn(s.session, now + 31000);
    assert_int_equal(goaway_code(last_sent(&s)), XF_CODE_UNAUTHENTICATED);
    assert_true(s.link->closing);
    strike(&s);
}

static void
a_silent_peer_is_asked_and_then_cut(void **state)
{
    stage s;
    int64_t now = 0;
    size_t before = 0;

    (void)state;
    log_in(&s);
    now = s.link->heard_ms;
    before = s.link->n;
    xf_session_turn(s.session, now + 30000);
    assert_int_equal(last_sent(&s)->frame.type, XF_FRAME_TYPE_PING);
    xf_session_turn(s.session, now + 31000);
    assert_int_equal(s.link->n, before + 1);
    xf_session_turn(s.session, now + 90000);
    assert_true(s.link->closing);
    assert_false(s.link->gently);
    strike(&s);
}

/* ---- Push --------------------------------------------------------------------------- */

/* Follows two audiences, 1/3 from 10 and 2/1 from 5; the first question is call 2. */
static void
follow(stage *s)
{
    Xf__FeedFollowReply reply = XF__FEED_FOLLOW_REPLY__INIT;
    Xf__FeedCursor unit = XF__FEED_CURSOR__INIT;
    Xf__FeedCursor role = XF__FEED_CURSOR__INIT;
    Xf__FeedCursor *cursors[] = {&unit, &role};

    log_in(s);
    unit.kind = XF__AUDIENCE_KIND__AUDIENCE_KIND_UNIT;
    unit.id = 3;
    unit.cursor = 10;
    role.kind = XF__AUDIENCE_KIND__AUDIENCE_KIND_ROLE;
    role.id = 1;
    role.cursor = 5;
    reply.n_cursors = 2;
    reply.cursors = cursors;
    ask(s, XF_RPC_FEED_FOLLOW);
    end_call(1, &reply.base, NULL);
    assert_int_equal(last_sent(s)->frame.type, XF_FRAME_TYPE_RESPONSE);
}

static Xf__FeedEvent
event_of(int64_t cursor)
{
    Xf__FeedEvent event = XF__FEED_EVENT__INIT;

    event.has_audience_kind = 1;
    event.audience_kind = XF__AUDIENCE_KIND__AUDIENCE_KIND_UNIT;
    event.has_audience_id = 1;
    event.audience_id = 3;
    event.has_cursor = 1;
    event.cursor = cursor;
    return event;
}

static int64_t
asked_cursor(size_t i)
{
    Xf__FeedSinceRequest *request =
        xf__feed_since_request__unpack(NULL, started[i]->body_len, started[i]->body);
    int64_t cursor = 0;

    assert_non_null(request);
    assert_int_equal(request->n_cursors, 2);
    cursor = request->cursors[0]->cursor;
    xf__feed_since_request__free_unpacked(request, NULL);
    return cursor;
}

static void
news_come_without_a_request(void **state)
{
    stage s;
    Xf__FeedSinceReply reply = XF__FEED_SINCE_REPLY__INIT;
    Xf__FeedSinceReply none = XF__FEED_SINCE_REPLY__INIT;
    Xf__FeedEvent first = event_of(12); /* of one instant, not in the order of their cursors */
    Xf__FeedEvent second = event_of(11);
    Xf__FeedEvent *events[] = {&first, &second};
    size_t before = 0;

    (void)state;
    follow(&s);
    assert_int_equal(n_started, 3); /* what was missed is asked at once */
    assert_int_equal(asked_cursor(2), 10);
    assert_int_equal(started[2]->actor.officer, 17);
    end_call(2, &none.base, NULL);
    assert_int_equal(n_started, 3);
    xf_session_news(s.session, BUREAU + 1);
    assert_int_equal(n_started, 3);
    xf_session_news(s.session, BUREAU);
    assert_int_equal(n_started, 4);
    reply.n_events = 2;
    reply.events = events;
    before = s.link->n;
    end_call(3, &reply.base, NULL);
    assert_int_equal(s.link->n, before + 2);
    assert_int_equal(last_sent(&s)->frame.type, XF_FRAME_TYPE_EVENT);
    assert_int_equal(last_sent(&s)->frame.request_id, 0);
    assert_int_equal(last_sent(&s)->frame.method, 0);
    assert_int_equal(asked_cursor(4), 12); /* something came: there may be more */
    strike(&s);
}

static void
news_during_a_question_are_asked_afterwards(void **state)
{
    stage s;
    Xf__FeedSinceReply none = XF__FEED_SINCE_REPLY__INIT;

    (void)state;
    follow(&s);
    xf_session_news(s.session, 0);
    assert_int_equal(n_started, 3);
    end_call(2, &none.base, NULL);
    assert_int_equal(n_started, 4);
    strike(&s);
}

static void
a_slow_reader_is_not_told_more_until_it_has_read(void **state)
{
    stage s;
    Xf__FeedSinceReply none = XF__FEED_SINCE_REPLY__INIT;

    (void)state;
    follow(&s);
    end_call(2, &none.base, NULL);
    s.link->waiting = xf_limit_get(XF_LIMIT_OUTPUT_SOFT) + 1;
    xf_session_news(s.session, BUREAU);
    xf_session_turn(s.session, xf_now_steady_ms());
    assert_int_equal(n_started, 3);
    s.link->waiting = 0;
    xf_session_turn(s.session, xf_now_steady_ms());
    assert_int_equal(n_started, 4);
    strike(&s);
}

static void
a_failed_question_is_asked_again_with_the_next_turn(void **state)
{
    stage s;
    const xf_error away = {.code = XF_CODE_UNAVAILABLE, .text = XF_TEXT_UNAVAILABLE};

    (void)state;
    follow(&s);
    end_call(2, NULL, &away);
    assert_int_equal(n_started, 3);
    xf_session_turn(s.session, xf_now_steady_ms());
    assert_int_equal(n_started, 4);
    assert_int_equal(asked_cursor(3), 10);
    strike(&s);
}

static void
nobody_is_told_anything_after_the_end_of_a_login(void **state)
{
    stage s;
    Xf__FeedSinceReply reply = XF__FEED_SINCE_REPLY__INIT;
    Xf__FeedEvent event = event_of(11);
    Xf__FeedEvent *events[] = {&event};
    Xf__LoginEndReply end = XF__LOGIN_END_REPLY__INIT;
    size_t before = 0;

    (void)state;
    follow(&s);
    ask(&s, XF_RPC_LOGIN_END);
    end_call(3, &end.base, NULL);
    before = s.link->n;
    reply.n_events = 1;
    reply.events = events;
    end_call(2, &reply.base, NULL); /* was under way when the login ended */
    assert_int_equal(s.link->n, before);
    xf_session_news(s.session, BUREAU);
    assert_int_equal(n_started, 4);
    strike(&s);
}

/* ---- Good-bye ----------------------------------------------------------------------- */

static void
a_farewell_refuses_what_is_new_and_answers_what_runs(void **state)
{
    stage s;
    Xf__FeedAckReply reply = XF__FEED_ACK_REPLY__INIT;

    (void)state;
    log_in(&s);
    ask(&s, XF_RPC_FEED_ACK);
    xf_sessions_farewell(&s.sessions);
    assert_int_equal(goaway_code(last_sent(&s)), XF_CODE_UNAVAILABLE);
    assert_false(s.link->closing);
    ask(&s, XF_RPC_MATTER_OPEN);
    assert_int_equal(error_code(last_sent(&s)), XF_CODE_UNAVAILABLE);
    assert_int_equal(n_started, 2);
    end_call(1, &reply.base, NULL);
    assert_int_equal(last_sent(&s)->frame.type, XF_FRAME_TYPE_RESPONSE);
    xf_sessions_cut(&s.sessions, true);
    assert_true(s.link->closing && s.link->gently);
    strike(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(welcome_tells_whose_device_it_is_and_the_limits),
        cmocka_unit_test(a_request_before_hello_ends_the_session),
        cmocka_unit_test(a_second_hello_ends_the_session),
        cmocka_unit_test(a_certificate_of_no_bureau_is_sent_away),
        cmocka_unit_test(an_unknown_method_is_unsupported_and_the_session_goes_on),
        cmocka_unit_test(a_request_id_that_does_not_rise_ends_the_session),
        cmocka_unit_test(one_request_too_many_is_told_when_to_come_again),
        cmocka_unit_test(answers_may_overtake_each_other),
        cmocka_unit_test(an_internal_error_says_nothing_but_its_words),
        cmocka_unit_test(a_call_whose_link_is_gone_ends_in_silence),
        cmocka_unit_test(a_ping_is_answered_with_its_own_id),
        cmocka_unit_test(a_chunk_is_unsupported_and_a_cancel_is_passed_over),
        cmocka_unit_test(a_login_makes_an_officer_and_never_a_timer),
        cmocka_unit_test(a_refused_login_leaves_a_device),
        cmocka_unit_test(after_the_end_of_a_login_there_is_a_device_again),
        cmocka_unit_test(a_login_ends_with_the_working_day),
        cmocka_unit_test(who_does_not_log_in_is_sent_away),
        cmocka_unit_test(a_silent_peer_is_asked_and_then_cut),
        cmocka_unit_test(news_come_without_a_request),
        cmocka_unit_test(news_during_a_question_are_asked_afterwards),
        cmocka_unit_test(a_slow_reader_is_not_told_more_until_it_has_read),
        cmocka_unit_test(a_failed_question_is_asked_again_with_the_next_turn),
        cmocka_unit_test(nobody_is_told_anything_after_the_end_of_a_login),
        cmocka_unit_test(a_farewell_refuses_what_is_new_and_answers_what_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
