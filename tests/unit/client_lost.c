/* The client when something ends: events until then, GOAWAY, cuts, silence, sending again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "base/now.h"
#include "client/lib/client.h"
#include "client_rig.h"

static void
on_event(xf_client *client, const Xf__FeedEvent *event, void *data)
{
    xf_client_rig *s = data;
    (void)client;
    s->n_events++;
    s->cursor = event->cursor;
}

/* ---- Events and the end */

static void
an_event_reaches_its_callback(void **state)
{
    xf_client_rig *s = *state;
    Xf__FeedEvent event = XF__FEED_EVENT__INIT;
    event.has_cursor = 1;
    event.cursor = 71;
    xf_client_on_event(s->client, on_event, s);
    xf_client_rig_connect(s);
    xf_fake_server_event(s->server, &event);
    xf_client_rig_turn_until(s, &s->n_events, 1);
    assert_int_equal(s->cursor, 71);
}

static void
a_cut_fails_every_call_and_keeps_the_changes(void **state)
{
    xf_client_rig *s = *state;
    Xf__MatterOpenRequest request = XF__MATTER_OPEN_REQUEST__INIT;
    xf_client_on_lost(s->client, xf_client_rig_on_lost, s);
    xf_fake_server_welcome(s->server)->max_in_flight = 1; /* the others wait in the client */
    xf_client_rig_connect(s);
    s->manner = XF_CLIENT_RIG_CUT;
    xf_client_rig_send_assign(s, 1);
    xf_client_rig_send_assign(s, 2);
    assert_int_equal(xf_client_send(s->client, XF_RPC_MATTER_OPEN, &request.base,
                                    xf_client_rig_on_answer, s, NULL),
                     XF_CODE_OK);
    xf_client_rig_turn_until(s, &s->n_lost, 1);
    assert_int_equal(s->n_answered, 3);
    assert_int_equal(s->last.error.code, XF_CODE_UNAVAILABLE);
    assert_int_equal(s->last.error.text, XF_TEXT_CONNECTION_LOST);
    assert_false(s->last.kept); /* the open: nothing to keep */
    assert_int_equal(xf_outbox_count(s->outbox), 2);
}

static void
after_goaway_answers_still_come_and_nothing_new_goes(void **state)
{
    xf_client_rig *s = *state;
    Xf__MatterAssignRequest request = xf_client_rig_assignment(2);
    xf_error error;
    xf_client_on_lost(s->client, xf_client_rig_on_lost, s);
    xf_client_rig_connect(s);
    s->manner = XF_CLIENT_RIG_HOLD;
    xf_client_rig_send_assign(s, 1);
    xf_client_rig_turn_until(s, &s->n_got, 1);
    xf_fake_server_goaway(s->server, XF_CODE_OK, NULL);
    xf_client_rig_answer(s->server, &s->got[0]);
    xf_client_rig_turn_until(s, &s->n_answered, 1);
    assert_int_equal(s->last.error.code, XF_CODE_OK);
    assert_int_equal(xf_client_send(s->client, XF_RPC_MATTER_ASSIGN, &request.base,
                                    xf_client_rig_on_answer, s, &error),
                     XF_CODE_UNAVAILABLE);
    assert_int_equal(error.text, XF_TEXT_GOING_AWAY);
    xf_client_rig_turn_until(s, &s->n_lost, 1); /* with nothing under way the client closes */
    assert_int_equal(s->lost_text, XF_TEXT_GOING_AWAY);
    assert_int_equal(xf_outbox_count(s->outbox), 1);
    xf_client_rig_connect(s); /* and may connect again */
}

static void
send_away(xf_client_rig *s, xf_code code, const char *words)
{
    xf_fake_server_goaway(s->server, code, words);
    while (xf_client_parting(s->client) == NULL)
        assert_int_not_equal(uv_run(&s->loop, UV_RUN_ONCE), 0);
    xf_fake_server_cut(s->server);
    xf_client_rig_turn_until(s, &s->n_lost, 1);
}

/* A device that was revoked: he should hear that, and not of a lost connection. */
static void
who_is_sent_away_hears_why_and_keeps_what_he_asked(void **state)
{
    static const char words[] = "这台设备的证书已被吊销，不能再用。";
    xf_client_rig *s = *state;

    xf_client_on_lost(s->client, xf_client_rig_on_lost, s);
    xf_client_rig_connect(s);
    assert_null(xf_client_parting(s->client));
    s->manner = XF_CLIENT_RIG_HOLD;
    xf_client_rig_send_assign(s, 1);
    xf_client_rig_turn_until(s, &s->n_got, 1);
    send_away(s, XF_CODE_UNAUTHENTICATED, words);
    assert_int_equal(s->n_answered, 1);
    assert_int_equal(s->last.error.code, XF_CODE_UNAUTHENTICATED);
    assert_true(s->last.kept); /* nobody knows whether it was done */
    assert_int_equal(xf_outbox_count(s->outbox), 1);
    assert_string_equal(xf_client_parting(s->client), words);
    xf_client_rig_connect(s);
    assert_null(xf_client_parting(s->client));
}

/* Why a connection ends is no word about what was asked on it. */
static void
another_reason_is_not_the_calls(void **state)
{
    xf_client_rig *s = *state;

    xf_client_on_lost(s->client, xf_client_rig_on_lost, s);
    xf_client_rig_connect(s);
    s->manner = XF_CLIENT_RIG_HOLD;
    xf_client_rig_send_assign(s, 1);
    xf_client_rig_turn_until(s, &s->n_got, 1);
    send_away(s, XF_CODE_INVALID, "看不懂");
    assert_int_equal(s->last.error.code, XF_CODE_UNAVAILABLE);
    assert_true(s->last.kept);
}

static void
a_ping_is_answered(void **state)
{
    xf_client_rig *s = *state;
    xf_client_rig_connect(s);
    xf_fake_server_ping(s->server);
    while (xf_fake_server_pongs(s->server) == 0)
        assert_int_not_equal(uv_run(&s->loop, UV_RUN_ONCE), 0);
}

static void
a_silent_server_is_pinged_and_then_given_up(void **state)
{
    xf_client_rig *s = *state;
    xf_fake_server_welcome(s->server)->has_ping_every_ms = 1;
    xf_fake_server_welcome(s->server)->ping_every_ms = 20;
    xf_client_on_lost(s->client, xf_client_rig_on_lost, s);
    xf_client_rig_connect(s);
    while (xf_fake_server_pings(s->server) < 8) { /* far beyond three silences: PONG counts */
        assert_int_equal(s->n_lost, 0);
        assert_int_not_equal(uv_run(&s->loop, UV_RUN_ONCE), 0);
    }
    xf_fake_server_mute(s->server);
    xf_client_rig_turn_until(s, &s->n_lost, 1);
    assert_int_equal(s->lost_text, XF_TEXT_CONNECTION_LOST);
}

static void
an_unreadable_frame_ends_the_connection(void **state)
{
    xf_client_rig *s = *state;
    xf_client_on_lost(s->client, xf_client_rig_on_lost, s);
    xf_client_rig_connect(s);
    s->manner = XF_CLIENT_RIG_HOLD;
    xf_client_rig_send_assign(s, 1);
    xf_client_rig_turn_until(s, &s->n_got, 1);
    /* An answer to call 1, but of another method. */
    xf_fake_server_refuse(s->server, 1, XF_RPC_MATTER_TAKE, XF__CODE__CODE_DENIED, NULL);
    xf_client_rig_turn_until(s, &s->n_lost, 1);
    assert_int_equal(s->last.error.code, XF_CODE_UNAVAILABLE);
    assert_true(s->last.kept);
}

static void
close_client(xf_client *client, const xf_client_answer *a, void *data)
{
    xf_client_rig *s = data;
    (void)client;
    (void)a;
    s->n_answered++;
    xf_client_close(&s->client);
}

static void
a_callback_may_close_the_client(void **state)
{
    xf_client_rig *s = *state;
    xf_client_on_lost(s->client, xf_client_rig_on_lost, s);
    xf_client_rig_connect(s);
    s->manner = XF_CLIENT_RIG_CUT;
    for (int32_t i = 0; i < 3; i++) {
        Xf__MatterAssignRequest request = xf_client_rig_assignment(i);
        assert_int_equal(
            xf_client_send(s->client, XF_RPC_MATTER_ASSIGN, &request.base, close_client, s, NULL),
            XF_CODE_OK);
    }
    xf_client_rig_turn_until(s, &s->n_answered, 1);
    uv_run(&s->loop, UV_RUN_NOWAIT);
    assert_int_equal(s->n_answered, 1); /* and then nothing comes any more */
    assert_int_equal(s->n_lost, 0);
    assert_int_equal(xf_outbox_count(s->outbox), 3);
}

static void
a_full_disk_fails_the_call_and_nothing_is_sent(void **state)
{
    xf_client_rig *s = *state;
    struct rlimit before;
    struct rlimit none;
    xf_client_rig_connect(s);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    none = (struct rlimit){1, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    xf_client_rig_send_assign(s, 1);
    xf_client_rig_turn_until(s, &s->n_answered, 1);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(s->last.error.text, XF_TEXT_OUTBOX_BROKEN);
    assert_false(s->last.kept);
    assert_int_equal(s->n_got, 0);
    xf_client_rig_send_assign(s, 2); /* and with room again it goes on */
    xf_client_rig_turn_until(s, &s->n_answered, 2);
    assert_int_equal(s->last.error.code, XF_CODE_OK);
    assert_int_equal(s->n_got, 1);
}

/* ---- Sending again */

static void
resend(xf_client_rig *s, size_t sent, size_t refused, xf_code wanted)
{
    size_t n_sent = XF_CLIENT_RIG_MOST;
    size_t n_refused = XF_CLIENT_RIG_MOST;
    xf_error error = {0};
    assert_int_equal(xf_client_wait_resend(s->client, &n_sent, &n_refused, &error), wanted);
    assert_int_equal(n_sent, sent);
    assert_int_equal(n_refused, refused);
}

static void
what_a_cut_kept_is_sent_again_in_order_byte_for_byte(void **state)
{
    xf_client_rig *s = *state;
    xf_client_on_lost(s->client, xf_client_rig_on_lost, s);
    xf_client_rig_connect(s);
    s->manner = XF_CLIENT_RIG_HOLD;
    for (int32_t i = 0; i < 3; i++)
        xf_client_rig_send_assign(s, i);
    xf_client_rig_turn_until(s, &s->n_got, 3);
    xf_fake_server_cut(s->server);
    xf_client_rig_turn_until(s, &s->n_lost, 1);
    s->manner = XF_CLIENT_RIG_ANSWER;
    xf_client_rig_connect(s);
    resend(s, 3, 0, XF_CODE_OK);
    assert_int_equal(s->n_got, 6);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(s->got[i].n, s->got[i + 3].n);
        assert_memory_equal(s->got[i].body, s->got[i + 3].body, s->got[i].n);
    }
    assert_int_equal(xf_outbox_count(s->outbox), 0);
    resend(s, 0, 0, XF_CODE_OK);
}

static bool
is_refused(const xf_outbox_entry *entry, void *data)
{
    size_t *n = data;
    assert_int_equal(entry->state, XF_OUTBOX_REFUSED);
    assert_int_equal(entry->code, XF_CODE_DENIED);
    assert_string_equal(entry->words, "不行");
    (*n)++;
    return true;
}

static void
a_refused_one_is_marked_and_the_next_goes_on(void **state)
{
    xf_client_rig *s = *state;
    size_t n = 0;
    xf_client_rig_keep_assign(s, 1);
    xf_client_rig_keep_assign(s, 2);
    xf_client_rig_connect(s);
    s->manner = XF_CLIENT_RIG_REFUSE;
    resend(s, 0, 2, XF_CODE_OK);
    assert_int_equal(xf_outbox_each(s->outbox, is_refused, &n, NULL), XF_CODE_OK);
    assert_int_equal(n, 2);
    resend(s, 0, 0, XF_CODE_OK); /* refused ones are not sent again */
    assert_int_equal(s->n_got, 2);
}

static bool
is_old(const xf_outbox_entry *entry, void *data)
{
    size_t *n = data;
    assert_int_equal(entry->state, XF_OUTBOX_REFUSED);
    assert_int_equal(entry->code, XF_CODE_LIMIT);
    assert_string_equal(entry->words, xf_error_words(XF_TEXT_OUTBOX_OLD));
    (*n)++;
    return true;
}

static void
what_was_kept_too_long_is_not_sent_and_stays(void **state)
{
    xf_client_rig *s = *state;
    const int64_t most_ms = (int64_t)xf_limit_get(XF_LIMIT_OUTBOX_AGE_MS);
    const int64_t made_ms = INT64_C(1790000000000);
    const uint64_t hits = xf_limit_hits(XF_LIMIT_OUTBOX_AGE_MS);
    size_t n = 0;

    xf_now_fix(made_ms);
    xf_client_rig_keep_assign(s, 1);
    xf_now_fix(made_ms + 1);
    xf_client_rig_keep_assign(s, 2);
    xf_client_rig_connect(s);
    xf_now_fix(made_ms + most_ms + 1);
    resend(s, 1, 1, XF_CODE_OK); /* the second is as old as it may be */
    xf_now_fix(0);
    assert_int_equal(s->n_got, 1);
    assert_int_equal(xf_outbox_each(s->outbox, is_old, &n, NULL), XF_CODE_OK);
    assert_int_equal(n, 1);
    assert_int_equal(xf_limit_hits(XF_LIMIT_OUTBOX_AGE_MS), hits + 1);
}

static void
try_again_and_not_logged_in_stop_it(void **state)
{
    xf_client_rig *s = *state;
    xf_client_rig_keep_assign(s, 1);
    xf_client_rig_keep_assign(s, 2);
    resend(s, 0, 0, XF_CODE_UNAVAILABLE); /* not connected */
    xf_client_rig_connect(s);
    s->manner = XF_CLIENT_RIG_NOT_NOW;
    resend(s, 0, 0, XF_CODE_OVERLOADED);
    s->manner = XF_CLIENT_RIG_NOT_LOGGED_IN;
    resend(s, 0, 0, XF_CODE_UNAUTHENTICATED);
    s->manner = XF_CLIENT_RIG_CUT;
    resend(s, 0, 0, XF_CODE_UNAVAILABLE);
    assert_int_equal(s->n_got, 3);
    s->manner = XF_CLIENT_RIG_ANSWER;
    xf_client_rig_connect(s);
    resend(s, 2, 0, XF_CODE_OK);
}

static void
another_officers_entries_are_not_sent(void **state)
{
    xf_client_rig *s = *state;
    xf_client_rig_keep_assign(s, 1);
    xf_outbox_owner(s->outbox, XF_CLIENT_RIG_BUREAU, XF_CLIENT_RIG_CLERK + 1);
    xf_client_rig_connect(s);
    resend(s, 0, 0, XF_CODE_OK);
    assert_int_equal(s->n_got, 0);
    assert_int_equal(xf_outbox_count(s->outbox), 1);
}

static void
what_is_under_way_is_not_sent_twice(void **state)
{
    xf_client_rig *s = *state;
    xf_client_rig_connect(s);
    s->manner = XF_CLIENT_RIG_HOLD;
    xf_client_rig_send_assign(s, 1);
    xf_client_rig_turn_until(s, &s->n_got, 1);
    resend(s, 0, 0, XF_CODE_OK);
    assert_int_equal(s->n_got, 1);
}

#define TEST(name) \
    cmocka_unit_test_setup_teardown(name, xf_client_rig_set_up, xf_client_rig_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_event_reaches_its_callback),
        TEST(a_cut_fails_every_call_and_keeps_the_changes),
        TEST(after_goaway_answers_still_come_and_nothing_new_goes),
        TEST(who_is_sent_away_hears_why_and_keeps_what_he_asked),
        TEST(another_reason_is_not_the_calls),
        TEST(a_ping_is_answered),
        TEST(a_silent_server_is_pinged_and_then_given_up),
        TEST(an_unreadable_frame_ends_the_connection),
        TEST(a_callback_may_close_the_client),
        TEST(a_full_disk_fails_the_call_and_nothing_is_sent),
        TEST(what_a_cut_kept_is_sent_again_in_order_byte_for_byte),
        TEST(a_refused_one_is_marked_and_the_next_goes_on),
        TEST(what_was_kept_too_long_is_not_sent_and_stays),
        TEST(try_again_and_not_logged_in_stop_it),
        TEST(another_officers_entries_are_not_sent),
        TEST(what_is_under_way_is_not_sent_twice),
    };
    return cmocka_run_group_tests(tests, xf_client_rig_group_set_up, xf_client_rig_group_tear_down);
}
