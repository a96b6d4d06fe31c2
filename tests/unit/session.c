/* session/session: greeting, requests, login and time, with a link that is played. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session_rig.h"
#include "still_time.h"

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
    const uint64_t hits = xf_limit_hits(XF_LIMIT_IN_FLIGHT);
    stage s;
    Xf__Error *error = NULL;

    (void)state;
    greet(&s);
    for (int i = 0; i < 32; i++)
        ask(&s, XF_RPC_LOGIN_BEGIN);
    assert_int_equal(n_started, 32);
    assert_int_equal(xf_limit_hits(XF_LIMIT_IN_FLIGHT), hits);
    ask(&s, XF_RPC_LOGIN_BEGIN);
    assert_int_equal(n_started, 32);
    error = xf__error__unpack(NULL, last_sent(&s)->frame.body_len, last_sent(&s)->body);
    assert_int_equal((int)error->code, XF_CODE_LIMIT);
    assert_true(error->retryable);
    assert_true(error->retry_after_ms > 0);
    xf__error__free_unpacked(error, NULL);
    strike(&s);
    assert_int_equal(xf_limit_hits(XF_LIMIT_IN_FLIGHT), hits + 1);
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

/* A reply that fits into no frame: of a command it stands all the same. */
static void
a_reply_that_cannot_be_sent_says_undone_only_of_a_read(void **state)
{
    static const struct {
        xf_rpc rpc;
        xf_code code;
    } rows[] = {
        {XF_RPC_MATTER_LIST, XF_CODE_LIMIT},
        {XF_RPC_MATTER_ASSIGN, XF_CODE_UNAVAILABLE},
    };

    Xf__LoginReply reply = XF__LOGIN_REPLY__INIT;
    char *name = xf_memory_new((size_t)xf_limit_get(XF_LIMIT_FRAME) + 1);

    (void)state;
    memset(name, 'x', (size_t)xf_limit_get(XF_LIMIT_FRAME));
    reply.name = name;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        stage s;

        log_in(&s);
        ask(&s, rows[i].rpc);
        end_call(n_started - 1, &reply.base, NULL);
        assert_int_equal(error_code(last_sent(&s)), rows[i].code);
        strike(&s);
    }
    free(name);
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
a_chunk_is_unsupported_and_an_old_cancel_is_passed_over(void **state)
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

/* A turn so long after the stage was raised or logged in, the link having heard something just now. */
static void
turn_at(stage *s, int64_t since_ms, int64_t ms)
{
    time_goes_on(since_ms + ms - xf_now_steady_ms());
    s->link->heard_ms = xf_now_steady_ms();
    xf_session_turn(s->session, xf_now_steady_ms());
}

static int
let_time_run(void **state)
{
    (void)state;
    time_runs();
    return 0;
}

static void
who_does_not_log_in_is_sent_away(void **state)
{
    const int64_t login_ms = (int64_t)xf_limit_get(XF_LIMIT_LOGIN_MS);
    const uint64_t hits = xf_limit_hits(XF_LIMIT_LOGIN_MS);

    (void)state;
    for (int64_t over_ms = 0; over_ms <= 1; over_ms++) {
        const int64_t since_ms = time_stands();
        stage s;

        greet(&s);
        turn_at(&s, since_ms, login_ms - 1);
        assert_false(s.link->closing);
        assert_int_equal(xf_limit_hits(XF_LIMIT_LOGIN_MS), hits + (uint64_t)over_ms);
        turn_at(&s, since_ms, login_ms + over_ms);
        assert_int_equal(goaway_code(last_sent(&s)), XF_CODE_UNAUTHENTICATED);
        assert_true(s.link->closing && s.link->gently);
        assert_int_equal(xf_limit_hits(XF_LIMIT_LOGIN_MS), hits + (uint64_t)over_ms + 1);
        strike(&s);
    }
}

/* A turn so long after the link has heard something. */
static void
turn_silent(stage *s, int64_t ms)
{
    time_goes_on(s->link->heard_ms + ms - xf_now_steady_ms());
    xf_session_turn(s->session, xf_now_steady_ms());
}

static void
a_silent_peer_is_asked_and_then_cut(void **state)
{
    const int64_t ping_ms = (int64_t)xf_limit_get(XF_LIMIT_PING_MS);
    const uint64_t hits = xf_limit_hits(XF_LIMIT_PING_MS);

    (void)state;
    for (int64_t over_ms = 0; over_ms <= 1; over_ms++) {
        size_t before = 0;
        stage s;

        (void)time_stands();
        log_in(&s);
        before = s.link->n;
        turn_silent(&s, ping_ms - 1);
        assert_int_equal(s.link->n, before);
        turn_silent(&s, ping_ms + over_ms);
        assert_int_equal(last_sent(&s)->frame.type, XF_FRAME_TYPE_PING);
        turn_silent(&s, 2 * ping_ms + over_ms - 1);
        assert_int_equal(s.link->n, before + 1); /* one is enough for so long */
        turn_silent(&s, 2 * ping_ms + over_ms);
        assert_int_equal(s.link->n, before + 2);
        turn_silent(&s, 3 * ping_ms - 1);
        assert_false(s.link->closing);
        assert_int_equal(xf_limit_hits(XF_LIMIT_PING_MS), hits + (uint64_t)over_ms);
        turn_silent(&s, 3 * ping_ms + over_ms);
        assert_true(s.link->closing && !s.link->gently);
        assert_int_equal(s.link->why, XF_CODE_DEADLINE);
        assert_int_equal(xf_limit_hits(XF_LIMIT_PING_MS), hits + (uint64_t)over_ms + 1);
        strike(&s);
    }
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
        cmocka_unit_test(a_reply_that_cannot_be_sent_says_undone_only_of_a_read),
        cmocka_unit_test(a_call_whose_link_is_gone_ends_in_silence),
        cmocka_unit_test(a_ping_is_answered_with_its_own_id),
        cmocka_unit_test(a_chunk_is_unsupported_and_an_old_cancel_is_passed_over),
        cmocka_unit_test(a_login_makes_an_officer_and_never_a_timer),
        cmocka_unit_test(a_refused_login_leaves_a_device),
        cmocka_unit_test(after_the_end_of_a_login_there_is_a_device_again),
        cmocka_unit_test(a_login_ends_with_the_working_day),
        cmocka_unit_test_teardown(who_does_not_log_in_is_sent_away, let_time_run),
        cmocka_unit_test_teardown(a_silent_peer_is_asked_and_then_cut, let_time_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
