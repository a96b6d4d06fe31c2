/* session/push, and the farewell: news without a request, with a link that is played. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session_rig.h"

/* ---- Push --------------------------------------------------------------------------- */

enum { UNIT = 1 };

/* Follows two audiences, the unit 3 from 10 and the role 1 from 5: calls 2 and 3 ask what came. */
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
    assert_int_equal(n_started, 4); /* what was missed is asked at once */
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

/* The i-th call asks what came in this audience: from where? */
static int64_t
asked_from(size_t i, int kind)
{
    Xf__FeedSinceRequest *request =
        xf__feed_since_request__unpack(NULL, started[i]->body_len, started[i]->body);
    int64_t cursor = 0;

    assert_non_null(request);
    assert_int_equal(request->n_cursors, 1);
    assert_int_equal(request->cursors[0]->kind, kind);
    cursor = request->cursors[0]->cursor;
    xf__feed_since_request__free_unpacked(request, NULL);
    return cursor;
}

/* The i-th call asks which have moved. */
static void
assert_asks_what_moved(size_t i, size_t audiences)
{
    Xf__FeedMovedRequest *request = NULL;

    assert_true(i < n_started);
    assert_int_equal(started[i]->actor.officer, 0);
    assert_int_equal(started[i]->actor.bureau, BUREAU);
    request = xf__feed_moved_request__unpack(NULL, started[i]->body_len, started[i]->body);
    assert_non_null(request);
    assert_int_equal(request->n_cursors, audiences);
    xf__feed_moved_request__free_unpacked(request, NULL);
}

/* Answers the i-th call, which asks what moved: the unit, up to there. */
static void
unit_moved(size_t i, int64_t cursor)
{
    Xf__FeedMovedReply reply = XF__FEED_MOVED_REPLY__INIT;
    Xf__FeedCursor unit = XF__FEED_CURSOR__INIT;
    Xf__FeedCursor *cursors[] = {&unit};

    unit.kind = XF__AUDIENCE_KIND__AUDIENCE_KIND_UNIT;
    unit.id = 3;
    unit.cursor = cursor;
    reply.n_cursors = 1;
    reply.cursors = cursors;
    end_call(i, &reply.base, NULL);
}

enum { MOST = 100 }; /* events in one answer */

/* Answers the i-th call, which asks what came: events from..to, or none with from > to. */
static void
came(size_t i, int64_t from, int64_t to)
{
    Xf__FeedSinceReply reply = XF__FEED_SINCE_REPLY__INIT;
    Xf__FeedEvent events[MOST];
    Xf__FeedEvent *list[MOST];

    assert_true(to - from < MOST);

    for (int64_t cursor = from; cursor <= to; cursor++) {
        events[reply.n_events] = event_of(cursor);
        list[reply.n_events] = &events[reply.n_events];
        reply.n_events++;
    }
    reply.events = list;
    end_call(i, &reply.base, NULL);
}

/* Follows, and nothing was missed: the next call is 4. */
static void
follow_in_peace(stage *s)
{
    follow(s);
    came(2, 1, 0);
    came(3, 1, 0);
    assert_int_equal(n_started, 4);
}

static void
news_come_without_a_request(void **state)
{
    stage s;
    size_t before = 0;

    (void)state;
    follow_in_peace(&s);
    xf_sessions_news(BUREAU + 1, &s.sessions);
    assert_int_equal(n_started, 4);
    xf_sessions_news(BUREAU, &s.sessions);
    assert_int_equal(n_started, 5);
    assert_asks_what_moved(4, 2);
    unit_moved(4, 12);
    assert_int_equal(n_started, 6); /* the role has not */
    assert_int_equal(asked_from(5, UNIT), 10);
    assert_int_equal(started[5]->actor.officer, 17);
    before = s.link->n;
    came(5, 11, 12);
    assert_int_equal(s.link->n, before + 2);
    assert_int_equal(last_sent(&s)->frame.type, XF_FRAME_TYPE_EVENT);
    assert_int_equal(last_sent(&s)->frame.request_id, 0);
    assert_int_equal(last_sent(&s)->frame.method, 0);
    assert_int_equal(n_started, 6); /* that was all there is */
    strike(&s);
}

static void
what_comes_in_parts_is_asked_to_its_end(void **state)
{
    stage s;

    (void)state;
    follow(&s);
    came(2, 11, 12); /* how far it goes nobody has said */
    assert_int_equal(asked_from(4, UNIT), 12);
    came(4, 13, 13);
    assert_int_equal(asked_from(5, UNIT), 13);
    came(5, 1, 0);
    assert_int_equal(n_started, 6);
    strike(&s);
}

static void
news_during_a_question_are_asked_afterwards(void **state)
{
    stage s;

    (void)state;
    follow_in_peace(&s);
    xf_sessions_news(BUREAU, &s.sessions);
    xf_sessions_news(0, &s.sessions);
    assert_int_equal(n_started, 5);
    unit_moved(4, 11);
    assert_int_equal(n_started, 7); /* what came, and again what moved */
    assert_asks_what_moved(6, 2);
    strike(&s);
}

static void
a_slow_reader_is_not_told_more_until_it_has_read(void **state)
{
    stage s;

    (void)state;
    follow_in_peace(&s);
    s.link->waiting = xf_limit_get(XF_LIMIT_OUTPUT_SOFT) + 1;
    xf_sessions_news(BUREAU, &s.sessions);
    unit_moved(4, 11);
    xf_pushes_turn(s.sessions.pushes);
    assert_int_equal(n_started, 5);
    s.link->waiting = 0;
    xf_pushes_turn(s.sessions.pushes);
    assert_int_equal(n_started, 6);
    assert_int_equal(asked_from(5, UNIT), 10);
    strike(&s);
}

/* What it does not take while others are told it is told later, and misses nothing. */
static void
who_becomes_slow_during_a_question_is_asked_for_later(void **state)
{
    stage s;
    size_t before = 0;

    (void)state;
    follow_in_peace(&s);
    xf_sessions_news(BUREAU, &s.sessions);
    unit_moved(4, 12);
    before = s.link->n;
    s.link->waiting = xf_limit_get(XF_LIMIT_OUTPUT_SOFT) + 1;
    came(5, 11, 12);
    assert_int_equal(s.link->n, before);
    s.link->waiting = 0;
    xf_pushes_turn(s.sessions.pushes);
    assert_int_equal(asked_from(6, UNIT), 10);
    came(6, 11, 12);
    assert_int_equal(s.link->n, before + 2);
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
    came(3, 1, 0);
    assert_int_equal(n_started, 4);
    xf_pushes_turn(s.sessions.pushes);
    assert_int_equal(asked_from(4, UNIT), 10);
    came(4, 1, 0);
    xf_sessions_news(BUREAU, &s.sessions);
    end_call(5, NULL, &away);
    assert_int_equal(n_started, 6);
    xf_pushes_turn(s.sessions.pushes);
    assert_asks_what_moved(6, 2);
    strike(&s);
}

/* A cursor that moved for somebody else's eyes is asked for once, and not for ever. */
static void
a_move_of_which_nothing_is_to_be_seen_ends(void **state)
{
    stage s;

    (void)state;
    follow_in_peace(&s);
    xf_sessions_news(BUREAU, &s.sessions);
    unit_moved(4, 11);
    came(5, 1, 0);
    xf_pushes_turn(s.sessions.pushes);
    assert_int_equal(n_started, 6);
    strike(&s);
}

static void
nobody_is_told_anything_after_the_end_of_a_login(void **state)
{
    stage s;
    Xf__LoginEndReply end = XF__LOGIN_END_REPLY__INIT;
    size_t before = 0;

    (void)state;
    follow(&s);
    ask(&s, XF_RPC_LOGIN_END);
    end_call(4, &end.base, NULL);
    before = s.link->n;
    came(2, 11, 11); /* was under way when the login ended */
    assert_int_equal(s.link->n, before);
    xf_sessions_news(BUREAU, &s.sessions);
    assert_int_equal(n_started, 5);
    strike(&s);
}

/* ---- Many desks ----------------------------------------------------------------------- */

enum { FOLLOWERS = 3 };

/* Desks of one worker that follow the unit 3; each has a link and nothing else. */
typedef struct many {
    xf_room room;
    xf_pushes *pushes;
    xf_link links[FOLLOWERS];
    xf_push *desks[FOLLOWERS];
} many;

static void
begin(many *m)
{
    *m = (many){.pushes = NULL};
    n_started = 0;
    m->pushes = xf_pushes_new(&m->room);
}

static void
join(many *m, size_t i, int64_t cursor)
{
    Xf__FeedFollowReply reply = XF__FEED_FOLLOW_REPLY__INIT;
    Xf__FeedCursor unit = XF__FEED_CURSOR__INIT;
    Xf__FeedCursor *cursors[] = {&unit};
    const uint8_t device[32] = {0};
    const xf_push_conf conf = {.pushes = m->pushes,
                               .link = &m->links[i],
                               .actor = {.bureau = BUREAU, .officer = 20 + (int32_t)i, .unit = 3},
                               .device = device};

    unit.kind = XF__AUDIENCE_KIND__AUDIENCE_KIND_UNIT;
    unit.id = 3;
    unit.cursor = cursor;
    reply.n_cursors = 1;
    reply.cursors = cursors;
    assert_int_equal(xf_push_new(&conf, &reply, &m->desks[i], NULL), XF_CODE_OK);
}

static void
leave_all(many *m)
{
    for (size_t i = 0; i < FOLLOWERS; i++)
        xf_push_free(&m->desks[i]);
    xf_pushes_close(&m->pushes);
}

static void
one_question_serves_all_who_follow(void **state)
{
    static many m;

    (void)state;
    begin(&m);
    for (size_t i = 0; i < FOLLOWERS; i++)
        join(&m, i, 10);
    assert_int_equal(n_started, 1);
    came(0, 1, 0);
    xf_pushes_news(m.pushes, BUREAU);
    assert_asks_what_moved(1, 1);
    unit_moved(1, 12);
    came(2, 11, 12);
    assert_int_equal(n_started, 3);
    for (size_t i = 0; i < FOLLOWERS; i++)
        assert_int_equal(m.links[i].n, 2);
    leave_all(&m);
}

/* Each from his own cursor, whoever else is told what at the same time. */
static void
who_comes_late_misses_nothing_and_hears_nothing_twice(void **state)
{
    static many m;

    (void)state;
    begin(&m);
    join(&m, 0, 12);
    join(&m, 1, 10); /* from before what is being asked */
    join(&m, 2, 13);
    assert_int_equal(asked_from(0, UNIT), 12);
    came(0, 13, 14);
    assert_int_equal(m.links[0].n, 2);
    assert_int_equal(m.links[1].n, 0);
    assert_int_equal(m.links[2].n, 1);
    assert_int_equal(asked_from(1, UNIT), 10);
    came(1, 11, 14);
    assert_int_equal(m.links[0].n, 2);
    assert_int_equal(m.links[1].n, 4);
    assert_int_equal(m.links[2].n, 1);
    leave_all(&m);
}

/* What an answer does not reach it says nothing about. */
static void
who_is_ahead_of_a_full_answer_is_asked_for_himself(void **state)
{
    static many m;

    (void)state;
    begin(&m);
    join(&m, 0, 10);
    join(&m, 1, 200);
    came(0, 1, 0);
    xf_pushes_news(m.pushes, BUREAU);
    unit_moved(1, 300);
    assert_int_equal(asked_from(2, UNIT), 10);
    xf_push_free(&m.desks[0]);
    came(2, 11, 110);
    assert_int_equal(m.links[1].n, 0);
    assert_int_equal(n_started, 4);
    assert_int_equal(asked_from(3, UNIT), 200);
    came(3, 201, 260);
    assert_int_equal(m.links[1].n, 60);
    assert_int_equal(asked_from(4, UNIT), 260);
    came(4, 1, 0);
    leave_all(&m);
}

/* The one as whom it was asked may be gone when the answer comes. */
static void
an_answer_reaches_those_who_stayed(void **state)
{
    static many m;

    (void)state;
    begin(&m);
    join(&m, 0, 10);
    join(&m, 1, 10);
    xf_push_free(&m.desks[0]);
    came(0, 11, 11);
    assert_int_equal(m.links[0].n, 0);
    assert_int_equal(m.links[1].n, 1);
    xf_push_free(&m.desks[1]);
    xf_pushes_close(&m.pushes); /* and its next question is answered when nobody is left */
    came(1, 1, 0);
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
        cmocka_unit_test(what_comes_in_parts_is_asked_to_its_end),
        cmocka_unit_test(news_during_a_question_are_asked_afterwards),
        cmocka_unit_test(a_slow_reader_is_not_told_more_until_it_has_read),
        cmocka_unit_test(who_becomes_slow_during_a_question_is_asked_for_later),
        cmocka_unit_test(a_move_of_which_nothing_is_to_be_seen_ends),
        cmocka_unit_test(one_question_serves_all_who_follow),
        cmocka_unit_test(who_comes_late_misses_nothing_and_hears_nothing_twice),
        cmocka_unit_test(who_is_ahead_of_a_full_answer_is_asked_for_himself),
        cmocka_unit_test(an_answer_reaches_those_who_stayed),
        cmocka_unit_test(a_failed_question_is_asked_again_with_the_next_turn),
        cmocka_unit_test(nobody_is_told_anything_after_the_end_of_a_login),
        cmocka_unit_test(a_farewell_refuses_what_is_new_and_answers_what_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
