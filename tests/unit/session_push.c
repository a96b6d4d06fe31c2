/* session/push, and the farewell: news without a request, with a link that is played. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session_rig.h"

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
        cmocka_unit_test(news_come_without_a_request),
        cmocka_unit_test(news_during_a_question_are_asked_afterwards),
        cmocka_unit_test(a_slow_reader_is_not_told_more_until_it_has_read),
        cmocka_unit_test(a_failed_question_is_asked_again_with_the_next_turn),
        cmocka_unit_test(nobody_is_told_anything_after_the_end_of_a_login),
        cmocka_unit_test(a_farewell_refuses_what_is_new_and_answers_what_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
