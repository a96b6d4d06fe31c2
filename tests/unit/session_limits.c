/* session/session: what a connection may not go on with, and what it is told; the link is played. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session_rig.h"
#include "still_time.h"

static int
tear_down(void **state)
{
    (void)state;
    overdue = XF_LIMIT_COUNT;
    time_runs();
    for (int i = 0; i < XF_LIMIT_COUNT; i++)
        assert_true(xf_limit_set(xf_limit_key((xf_limit)i), xf_limit_default((xf_limit)i)));
    return 0;
}

static uint32_t
retry_after(const struct sent *at)
{
    Xf__Error *error = xf__error__unpack(NULL, at->frame.body_len, at->body);
    uint32_t wait_ms = 0;

    assert_non_null(error);
    assert_true(error->retryable);
    wait_ms = (uint32_t)error->retry_after_ms;
    xf__error__free_unpacked(error, NULL);
    return wait_ms;
}

/* ---- Idle ----------------------------------------------------------------------------- */

/* A turn so long after that moment, with a link that has heard something. */
static void
turn_at(stage *s, int64_t since_ms, int64_t ms)
{
    time_goes_on(since_ms + ms - xf_now_steady_ms());
    s->link->heard_ms = xf_now_steady_ms();
    xf_session_turn(s->session, xf_now_steady_ms());
}

static bool
is_officer(stage *s)
{
    ask(s, XF_RPC_MATTER_OPEN);
    return started[n_started - 1]->actor.officer != 0;
}

static void
a_login_that_nobody_uses_ends(void **state)
{
    const int64_t idle_ms = (int64_t)xf_limit_get(XF_LIMIT_IDLE_MS);
    const uint64_t hits = xf_limit_hits(XF_LIMIT_IDLE_MS);
    const uint8_t *token = NULL;
    bool used = false;

    (void)state;
    for (int64_t over_ms = 0; over_ms <= 1; over_ms++) {
        int64_t since_ms = time_stands();
        stage s;

        log_in(&s);
        turn_at(&s, since_ms, idle_ms - 1);
        since_ms = xf_now_steady_ms();
        assert_true(is_officer(&s)); /* which is use: it counts from here */
        assert_true(xf_session_login(s.session, &token, &used) && used);
        assert_memory_equal(token, token_sha, sizeof token_sha);
        turn_at(&s, since_ms, idle_ms - 1);
        assert_true(xf_session_login(s.session, &token, &used));
        assert_int_equal(xf_limit_hits(XF_LIMIT_IDLE_MS), hits + (uint64_t)over_ms);
        turn_at(&s, since_ms, idle_ms + over_ms);
        assert_int_equal(xf_limit_hits(XF_LIMIT_IDLE_MS), hits + (uint64_t)over_ms + 1);
        assert_false(xf_session_login(s.session, &token, &used)); /* nobody asks after it */
        assert_false(s.link->closing);                            /* somebody may log in again */
        assert_false(is_officer(&s));
        strike(&s);
    }
}

/* A program left alone does both all night. */
static void
neither_a_ping_nor_an_acknowledgement_is_use_and_a_request_is(void **state)
{
    int64_t since_ms = time_stands();
    stage s;

    (void)state;
    assert_true(xf_limit_set("limit.idle_ms", 60000));
    log_in(&s);
    time_goes_on(1);
    frame_in(&s, XF_FRAME_TYPE_PING, 0, 1);
    ask(&s, XF_RPC_FEED_ACK);
    turn_at(&s, since_ms, 60000);
    assert_false(is_officer(&s));
    strike(&s);

    since_ms = xf_now_steady_ms();
    log_in(&s);
    time_goes_on(1);
    ask(&s, XF_RPC_MATTER_LIST);
    turn_at(&s, since_ms, 60000);
    assert_true(is_officer(&s));
    strike(&s);
}

static void
a_working_day_is_counted_too(void **state)
{
    const uint64_t hits = xf_limit_hits(XF_LIMIT_SESSION_MS);

    (void)state;
    assert_true(xf_limit_set("limit.session_ms", 60000));
    for (int64_t over_ms = 0; over_ms <= 1; over_ms++) {
        const int64_t since_ms = time_stands();
        stage s;

        log_in(&s);
        turn_at(&s, since_ms, 59999);
        assert_true(is_officer(&s));
        assert_int_equal(xf_limit_hits(XF_LIMIT_SESSION_MS), hits + (uint64_t)over_ms);
        turn_at(&s, since_ms, 60000 + over_ms);
        assert_false(is_officer(&s));
        assert_int_equal(xf_limit_hits(XF_LIMIT_SESSION_MS), hits + (uint64_t)over_ms + 1);
        strike(&s);
    }
}

/* ---- Pace ----------------------------------------------------------------------------- */

static void
burst(stage *s, xf_rpc rpc, int n)
{
    for (int i = 0; i < n; i++) {
        ask(s, rpc);
        end_call(n_started - 1, NULL,
                 &(xf_error){.code = XF_CODE_NOT_FOUND, .text = XF_TEXT_NOT_FOUND});
    }
}

/* One a second, and a burst of five: the next two wait, each a second more than the one before. */
static void
who_asks_too_fast_is_read_from_later_and_then_refused(void **state)
{
    stage s;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_REQUESTS);

    (void)state;
    (void)time_stands();
    assert_true(xf_limit_set("limit.requests", 1));
    assert_true(xf_limit_set("limit.request_burst", 5));
    log_in(&s);
    burst(&s, XF_RPC_MATTER_OPEN, 4); /* and the login */
    assert_int_equal(held_ms, 0);
    burst(&s, XF_RPC_MATTER_OPEN, 1);
    assert_int_equal(held_ms, 1000);
    burst(&s, XF_RPC_MATTER_OPEN, 1);
    assert_int_equal(held_ms, 2000);
    assert_int_equal(xf_limit_hits(XF_LIMIT_REQUESTS), hits);

    ask(&s, XF_RPC_MATTER_OPEN);
    assert_int_equal(error_code(last_sent(&s)), XF_CODE_LIMIT);
    assert_int_equal(retry_after(last_sent(&s)), 3000);
    assert_int_equal(xf_limit_hits(XF_LIMIT_REQUESTS), hits + 1);
    time_goes_on(999);
    ask(&s, XF_RPC_MATTER_OPEN);
    assert_int_equal(retry_after(last_sent(&s)), 2001);
    assert_int_equal(xf_limit_hits(XF_LIMIT_REQUESTS), hits + 2);
    time_goes_on(1);
    burst(&s, XF_RPC_MATTER_OPEN, 1); /* limit.request_wait_ms, exactly */
    assert_int_equal(error_code(last_sent(&s)), XF_CODE_NOT_FOUND);
    assert_int_equal(held_ms, 2000);
    assert_int_equal(xf_limit_hits(XF_LIMIT_REQUESTS), hits + 2);
    assert_false(s.link->closing);
    strike(&s);
}

static void
searches_have_a_pace_of_their_own(void **state)
{
    stage s;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_SEARCHES);

    (void)state;
    (void)time_stands();
    assert_true(xf_limit_set("limit.searches", 2));
    assert_true(xf_limit_set("limit.requests", 1000));
    assert_true(xf_limit_set("limit.request_burst", 1000));
    assert_true(xf_limit_set("limit.request_wait_ms", 400));
    log_in(&s);
    burst(&s, XF_RPC_MATTER_SEARCH, 2);
    assert_int_equal(held_ms, 0);
    ask(&s, XF_RPC_MATTER_SEARCH);
    assert_int_equal(error_code(last_sent(&s)), XF_CODE_LIMIT);
    assert_int_equal(retry_after(last_sent(&s)), 500);
    assert_int_equal(xf_limit_hits(XF_LIMIT_SEARCHES), hits + 1);
    time_goes_on(99);
    ask(&s, XF_RPC_MATTER_SEARCH);
    assert_int_equal(retry_after(last_sent(&s)), 401);
    time_goes_on(1);
    burst(&s, XF_RPC_MATTER_SEARCH, 1);
    assert_int_equal(held_ms, 400);
    assert_int_equal(xf_limit_hits(XF_LIMIT_SEARCHES), hits + 2);
    burst(&s, XF_RPC_MATTER_OPEN, 1); /* which is none */
    assert_false(s.link->closing);
    strike(&s);
}

static void
books_and_acknowledgements_have_no_pace(void **state)
{
    stage s;

    (void)state;
    assert_true(xf_limit_set("limit.requests", 1));
    assert_true(xf_limit_set("limit.request_burst", 2));
    assert_true(xf_limit_set("limit.request_wait_ms", 0));
    log_in(&s);
    burst(&s, XF_RPC_FEED_ACK, 10);
    burst(&s, XF_RPC_PETITION_IMPORT, 10);
    burst(&s, XF_RPC_BUREAU_IMPORT_UNIT, 10);
    assert_int_equal(error_code(last_sent(&s)), XF_CODE_NOT_FOUND); /* the call's own */
    strike(&s);
}

/* ---- Slow peers ----------------------------------------------------------------------- */

static void
a_frame_that_does_not_come_whole_ends_with_a_word(void **state)
{
    stage s;

    (void)state;
    log_in(&s);
    overdue = XF_LIMIT_FRAME_MS;
    turn_at(&s, xf_now_steady_ms(), 0);
    assert_int_equal(goaway_code(last_sent(&s)), XF_CODE_DEADLINE);
    assert_true(s.link->closing && s.link->gently);
    strike(&s);
}

static void
who_takes_nothing_hears_none(void **state)
{
    stage s;

    (void)state;
    greet(&s);
    const size_t before = s.link->n;

    overdue = XF_LIMIT_WRITE_STALL_MS;
    turn_at(&s, xf_now_steady_ms(), 0);
    assert_int_equal(s.link->n, before);
    assert_true(s.link->closing && !s.link->gently);
    strike(&s);
}

/* ---- Passwords ------------------------------------------------------------------------ */

static void
wrong_password(stage *s)
{
    const xf_error refused = {.code = XF_CODE_UNAUTHENTICATED, .text = XF_TEXT_BAD_PASSWORD};

    ask(s, XF_RPC_LOGIN_BEGIN);
    end_call(n_started - 1, NULL, &refused);
}

static void
the_next_password_waits_and_is_not_looked_at(void **state)
{
    const uint32_t delay_ms = (uint32_t)xf_limit_get(XF_LIMIT_LOGIN_DELAY_MS);
    const uint64_t hits = xf_limit_hits(XF_LIMIT_LOGIN_DELAY_MS);
    stage s;

    (void)state;
    (void)time_stands();
    greet(&s);
    wrong_password(&s);
    ask(&s, XF_RPC_LOGIN_BEGIN);
    assert_int_equal(n_started, 1);
    assert_int_equal(error_code(last_sent(&s)), XF_CODE_LIMIT);
    assert_int_equal(retry_after(last_sent(&s)), delay_ms);
    assert_int_equal(xf_limit_hits(XF_LIMIT_LOGIN_DELAY_MS), hits + 1);
    ask(&s, XF_RPC_LOGIN_RESUME); /* a token is no password */
    assert_int_equal(n_started, 2);
    time_goes_on(delay_ms - 1);
    ask(&s, XF_RPC_LOGIN_BEGIN);
    assert_int_equal(retry_after(last_sent(&s)), 1);
    assert_int_equal(n_started, 2);
    assert_int_equal(xf_limit_hits(XF_LIMIT_LOGIN_DELAY_MS), hits + 2);
    time_goes_on(1);
    ask(&s, XF_RPC_LOGIN_BEGIN);
    assert_int_equal(n_started, 3);
    assert_int_equal(xf_limit_hits(XF_LIMIT_LOGIN_DELAY_MS), hits + 2);
    strike(&s);
}

/* A revoked desk whose program tries all day would keep its colleagues waiting. */
static void
who_has_guessed_nothing_makes_nobody_wait(void **state)
{
    static const xf_text texts[] = {XF_TEXT_DEVICE_REVOKED, XF_TEXT_OFFICER_DISABLED};
    stage s;

    (void)state;
    (void)time_stands();
    greet(&s);
    for (size_t i = 0; i < 2; i++) {
        const xf_error refused = {.code = XF_CODE_UNAUTHENTICATED, .text = texts[i]};

        ask(&s, XF_RPC_LOGIN_BEGIN);
        end_call(n_started - 1, NULL, &refused);
    }
    ask(&s, XF_RPC_LOGIN_BEGIN);
    assert_int_equal(n_started, 3);
    strike(&s);
}

/* Hanging up before the answer does not help. */
static void
a_wrong_password_counts_though_nobody_waits_for_it(void **state)
{
    stage s;
    const xf_error refused = {.code = XF_CODE_UNAUTHENTICATED, .text = XF_TEXT_BAD_PASSWORD};
    const xf_address address = {0};

    (void)state;
    (void)time_stands();
    greet(&s);
    ask(&s, XF_RPC_LOGIN_BEGIN);
    lose_link(&s);
    end_call(0, NULL, &refused);
    assert_int_equal(xf_addresses_login_wait_ms(s.sessions.addresses, &address, xf_now_steady_ms()),
                     xf_limit_get(XF_LIMIT_LOGIN_DELAY_MS));
    strike(&s);
}

/* ---- The door ------------------------------------------------------------------------- */

static void
one_connection_too_many_is_closed_at_once(void **state)
{
    stage s;

    (void)state;
    assert_true(xf_limit_set("limit.unauthenticated", 1));
    greet(&s);
    assert_int_equal(xf_session_accept(&s.sessions, NULL, NULL), XF_CODE_OK);
    xf_link *second = last_link;

    assert_true(second->closing && !second->gently && second->n == 0);
    assert_int_equal(second->why, XF_CODE_OVERLOADED);
    second->events->closed(second, &(xf_error){.code = second->why}, second->data);
    free(second);
    assert_int_equal(s.sessions.count, 1);
    strike(&s);

    log_in(&s); /* who is known leaves room for the next */
    assert_int_equal(xf_session_accept(&s.sessions, NULL, NULL), XF_CODE_OK);
    xf_link *third = last_link;

    assert_false(third->closing);
    third->events->closed(third, &(xf_error){.code = XF_CODE_UNAVAILABLE}, third->data);
    free(third);
    strike(&s);
}

#define PLAY(name) cmocka_unit_test_teardown(name, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PLAY(a_login_that_nobody_uses_ends),
        PLAY(neither_a_ping_nor_an_acknowledgement_is_use_and_a_request_is),
        PLAY(a_working_day_is_counted_too),
        PLAY(who_asks_too_fast_is_read_from_later_and_then_refused),
        PLAY(searches_have_a_pace_of_their_own),
        PLAY(books_and_acknowledgements_have_no_pace),
        PLAY(a_frame_that_does_not_come_whole_ends_with_a_word),
        PLAY(who_takes_nothing_hears_none),
        PLAY(the_next_password_waits_and_is_not_looked_at),
        PLAY(who_has_guessed_nothing_makes_nobody_wait),
        PLAY(a_wrong_password_counts_though_nobody_waits_for_it),
        PLAY(one_connection_too_many_is_closed_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
