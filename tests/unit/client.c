/* The client against a scripted server: greeting, calls, the window. */
#include "client/lib/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "login.pb-c.h"

#include "base/limit.h"
#include "client_rig.h"
#include "still_time.h"

enum { CALLS = 100, WINDOW = 8 };

/* ---- Greeting */

static void
the_client_is_welcomed(void **state)
{
    xf_client_rig *s = *state;
    assert_null(xf_client_welcome(s->client));
    xf_client_rig_connect(s);
    assert_int_equal(xf_client_welcome(s->client)->bureau_id, XF_CLIENT_RIG_BUREAU);
}

static void
a_server_of_another_authority_is_refused(void **state)
{
    xf_client_rig *s = *state;
    xf_error error = {0};
    xf_client_close(&s->client);
    xf_client_rig_new_client(s, "127.0.0.1", xf_fake_server_port(s->server), "xinfang.test",
                             "other");
    assert_int_equal(xf_client_wait_connect(s->client, &error), XF_CODE_UNAUTHENTICATED);
    assert_int_equal(error.text, XF_TEXT_TLS_REFUSED);
}

static void
a_server_of_another_name_is_refused(void **state)
{
    xf_client_rig *s = *state;
    xf_error error = {0};
    xf_client_close(&s->client);
    xf_client_rig_new_client(s, "127.0.0.1", xf_fake_server_port(s->server), "elsewhere.test",
                             "ca");
    assert_int_equal(xf_client_wait_connect(s->client, &error), XF_CODE_UNAUTHENTICATED);
    assert_int_equal(error.text, XF_TEXT_TLS_REFUSED);
}

static void
where_nobody_listens_the_connection_fails_and_may_be_tried_again(void **state)
{
    xf_client_rig *s = *state;
    xf_error error = {0};
    xf_client_close(&s->client);
    xf_client_rig_new_client(s, "127.0.0.1", "1", "xinfang.test", "ca");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(xf_client_wait_connect(s->client, &error), XF_CODE_UNAVAILABLE);
        assert_int_equal(error.text, XF_TEXT_CONNECT_FAILED);
    }
    xf_client_close(&s->client);
    xf_client_rig_new_client(s, "no such host", "1", "xinfang.test", "ca");
    assert_int_equal(xf_client_wait_connect(s->client, &error), XF_CODE_UNAVAILABLE);
}

static void
a_name_with_several_addresses_is_tried_address_by_address(void **state)
{
    xf_client_rig *s = *state;
    xf_client_close(&s->client); /* localhost may be ::1 first, where nobody listens */
    xf_client_rig_new_client(s, "localhost", xf_fake_server_port(s->server), "xinfang.test", "ca");
    xf_client_rig_connect(s);
}

static void
on_greeted(xf_client *client, const xf_error *why, void *data)
{
    (void)client;
    *(xf_error *)data = *why;
}

/* For so long with nobody who says a word; whether it has ended. */
static bool
ends_within(xf_client_rig *s, const xf_error *why, int64_t ms)
{
    time_goes_on(ms);
    for (int i = 0; i < 3; i++)
        (void)uv_run(&s->loop, UV_RUN_NOWAIT);
    return why->code != XF_CODE_OK;
}

static void
a_server_that_never_greets_is_given_up(void **state)
{
    const int64_t handshake_ms = (int64_t)xf_limit_get(XF_LIMIT_HANDSHAKE_MS);
    xf_client_rig *s = *state;
    xf_error why = {0};

    (void)time_stands();
    xf_fake_server_mute(s->server);
    xf_client_connect(s->client, on_greeted, &why);
    assert_false(ends_within(s, &why, handshake_ms - 1));
    assert_true(ends_within(s, &why, 1));
    time_runs();
    assert_int_equal(why.code, XF_CODE_UNAVAILABLE);
    assert_int_equal(why.text, XF_TEXT_CONNECT_FAILED);
}

static void
a_client_may_be_closed_while_it_connects(void **state)
{
    xf_client_rig *s = *state;
    xf_client_connect(s->client, xf_client_rig_on_lost, s);
    xf_client_close(&s->client);
    assert_int_equal(s->n_lost, 0);
}

/* ---- Calls */

static void
a_waiting_call_gets_its_reply(void **state)
{
    xf_client_rig *s = *state;
    Xf__MatterAssignRequest request = xf_client_rig_assignment(4);
    ProtobufCMessage *reply = NULL;
    xf_arena *arena = xf_arena_new();
    xf_client_rig_connect(s);
    assert_int_equal(xf_client_wait_call(s->client, XF_RPC_MATTER_ASSIGN, &request.base, arena,
                                         &reply, s->last_words, NULL),
                     XF_CODE_OK);
    if (reply != NULL) /* the analyzer does not know that the assertion ends the test */
        assert_int_equal(((Xf__MatterAssignReply *)reply)->version, 5);
    assert_int_equal(s->got[0].id, 1);
    assert_int_equal(xf_outbox_count(s->outbox), 0); /* gone with its answer */
    s->manner = XF_CLIENT_RIG_REFUSE;
    assert_int_equal(xf_client_wait_call(s->client, XF_RPC_MATTER_ASSIGN, &request.base, arena,
                                         &reply, s->last_words, NULL),
                     XF_CODE_DENIED);
    assert_string_equal(s->last_words, "不行");
    xf_arena_free(&arena);
}

static bool
has_op_id_of_version_4(const xf_outbox_entry *entry, void *data)
{
    size_t *n = data;
    (*n)++;
    assert_int_equal(entry->op_id[6] >> 4, 4);
    assert_int_equal(entry->op_id[8] >> 6, 2);
    assert_int_equal(entry->state, XF_OUTBOX_SENT);
    assert_int_equal(entry->bureau, XF_CLIENT_RIG_BUREAU);
    assert_int_equal(entry->officer, XF_CLIENT_RIG_CLERK);
    return true;
}

static void
a_change_stands_in_the_outbox_before_the_server_sees_it(void **state)
{
    xf_client_rig *s = *state;
    size_t n = 0;
    xf_outbox *other = NULL;
    xf_client_rig_connect(s);
    s->manner = XF_CLIENT_RIG_HOLD;
    xf_client_rig_send_assign(s, 1);
    xf_client_rig_turn_until(s, &s->n_got, 1);
    assert_int_equal(xf_outbox_open(s->box_path, &other, NULL), XF_CODE_OK);
    assert_int_equal(xf_outbox_each(other, has_op_id_of_version_4, &n, NULL), XF_CODE_OK);
    assert_int_equal(n, 1);
    xf_outbox_close(&other);
}

typedef struct opened {
    xf_client_rig *rig;
    int64_t matter_id;
} opened;

static void
on_opened(xf_client *client, const xf_client_answer *a, void *data)
{
    const opened *o = data;
    (void)client;
    assert_int_equal(a->error.code, XF_CODE_OK);
    assert_int_equal(((const Xf__MatterOpenReply *)a->reply)->matter_id, o->matter_id);
    o->rig->n_answered++;
}

static void
send_open(opened *o)
{
    Xf__MatterOpenRequest request = XF__MATTER_OPEN_REQUEST__INIT;
    request.has_matter_id = 1;
    request.matter_id = o->matter_id;
    assert_int_equal(
        xf_client_send(o->rig->client, XF_RPC_MATTER_OPEN, &request.base, on_opened, o, NULL),
        XF_CODE_OK);
}

static void
answers_out_of_order_reach_the_right_callers(void **state)
{
    xf_client_rig *s = *state;
    opened wanted[5];
    xf_client_rig_connect(s);
    s->manner = XF_CLIENT_RIG_HOLD;
    for (size_t i = 0; i < 5; i++) {
        wanted[i] = (opened){s, (int64_t)(100 + i)};
        send_open(&wanted[i]);
    }
    xf_client_rig_turn_until(s, &s->n_got, 5);
    for (size_t i = 5; i-- > 0;)
        xf_client_rig_answer(s->server, &s->got[i]);
    xf_client_rig_turn_until(s, &s->n_answered, 5);
    assert_int_equal(xf_client_in_flight(s->client), 0);
}

static void
a_hundred_calls_pass_a_window_of_eight_in_order(void **state)
{
    xf_client_rig *s = *state;
    size_t answered = 0;
    opened wanted[CALLS];
    xf_fake_server_welcome(s->server)->max_in_flight = WINDOW;
    xf_client_rig_connect(s);
    s->manner = XF_CLIENT_RIG_HOLD;
    for (size_t i = 0; i < CALLS; i++) {
        wanted[i] = (opened){s, (int64_t)i};
        send_open(&wanted[i]);
    }
    assert_int_equal(xf_client_in_flight(s->client), CALLS);
    while (answered < CALLS) {
        size_t due = answered + WINDOW < CALLS ? answered + WINDOW : CALLS;
        xf_client_rig_turn_until(s, &s->n_got, due);
        for (int i = 0; i < 3; i++) /* no more comes while these are not answered */
            uv_run(&s->loop, UV_RUN_NOWAIT);
        assert_int_equal(s->n_got, due);
        xf_client_rig_answer(s->server, &s->got[answered++]);
        xf_client_rig_turn_until(s, &s->n_answered, answered);
    }
    for (size_t i = 0; i < CALLS; i++)
        assert_int_equal(s->got[i].id, i + 1);
}

static void
a_full_queue_says_so(void **state)
{
    const uint64_t hits = xf_limit_hits(XF_LIMIT_CLIENT_QUEUE);
    xf_client_rig *s = *state;
    Xf__MatterOpenRequest request = XF__MATTER_OPEN_REQUEST__INIT;
    opened wanted = {s, 1};
    xf_client_rig_connect(s);
    assert_true(xf_limit_set("limit.client_queue", 2));
    s->manner = XF_CLIENT_RIG_HOLD;
    send_open(&wanted);
    send_open(&wanted);
    assert_int_equal(xf_limit_hits(XF_LIMIT_CLIENT_QUEUE), hits);
    assert_int_equal(xf_client_send(s->client, XF_RPC_MATTER_OPEN, &request.base,
                                    xf_client_rig_on_answer, s, NULL),
                     XF_CODE_LIMIT);
    assert_true(xf_limit_set("limit.client_queue", 4096));
    assert_int_equal(xf_limit_hits(XF_LIMIT_CLIENT_QUEUE), hits + 1);
}

static void
a_refusal_is_told_and_the_entry_is_gone(void **state)
{
    xf_client_rig *s = *state;
    xf_client_rig_connect(s);
    s->manner = XF_CLIENT_RIG_REFUSE;
    xf_client_rig_send_assign(s, 1);
    xf_client_rig_turn_until(s, &s->n_answered, 1);
    assert_int_equal(s->last.error.code, XF_CODE_DENIED);
    assert_string_equal(s->last_words, "不行");
    assert_false(s->last.kept);
    assert_int_equal(xf_outbox_count(s->outbox), 0);
}

static void
what_may_be_tried_again_stays_kept(void **state)
{
    xf_client_rig *s = *state;
    xf_client_rig_connect(s);
    s->manner = XF_CLIENT_RIG_NOT_NOW;
    xf_client_rig_send_assign(s, 1);
    xf_client_rig_turn_until(s, &s->n_answered, 1);
    assert_int_equal(s->last.error.code, XF_CODE_OVERLOADED);
    assert_string_equal(s->last_words, xf_error_words(XF_TEXT_OVERLOADED));
    assert_true(s->last.kept);
    s->manner = XF_CLIENT_RIG_NOT_LOGGED_IN;
    xf_client_rig_send_assign(s, 2);
    xf_client_rig_turn_until(s, &s->n_answered, 2);
    assert_int_equal(s->last.error.code, XF_CODE_UNAUTHENTICATED);
    assert_true(s->last.kept);
    assert_int_equal(xf_outbox_count(s->outbox), 2);
}

static void
a_password_is_never_kept(void **state)
{
    xf_client_rig *s = *state;
    Xf__LoginSetPasswordRequest request = XF__LOGIN_SET_PASSWORD_REQUEST__INIT;
    char badge[] = "A00001";
    char password[] = "correct horse";
    xf_error error;
    request.badge = badge;
    request.password = password;
    assert_int_equal(xf_client_send(s->client, XF_RPC_LOGIN_SET_PASSWORD, &request.base,
                                    xf_client_rig_on_answer, s, &error),
                     XF_CODE_UNAVAILABLE);
    xf_client_rig_connect(s);
    s->manner = XF_CLIENT_RIG_HOLD;
    assert_int_equal(xf_client_send(s->client, XF_RPC_LOGIN_SET_PASSWORD, &request.base,
                                    xf_client_rig_on_answer, s, &error),
                     XF_CODE_OK);
    xf_client_rig_turn_until(s, &s->n_got, 1);
    assert_int_equal(xf_outbox_count(s->outbox), 0);
}

static void
a_bad_op_id_and_a_foreign_message_are_not_sent(void **state)
{
    xf_client_rig *s = *state;
    Xf__MatterAssignRequest request = xf_client_rig_assignment(1);
    uint8_t bytes[15] = {0};
    xf_error error;
    request.has_op_id = 1;
    request.op_id = (ProtobufCBinaryData){sizeof bytes, bytes};
    xf_client_rig_connect(s);
    assert_int_equal(xf_client_send(s->client, XF_RPC_MATTER_ASSIGN, &request.base,
                                    xf_client_rig_on_answer, s, &error),
                     XF_CODE_INVALID);
    assert_string_equal(error.field, "op_id");
    assert_int_equal(xf_client_send(s->client, XF_RPC_MATTER_OPEN, &request.base,
                                    xf_client_rig_on_answer, s, &error),
                     XF_CODE_INTERNAL);
    assert_int_equal(xf_outbox_count(s->outbox), 0);
}

static void
a_reply_that_cannot_be_read_was_done_all_the_same(void **state)
{
    xf_client_rig *s = *state;
    char number[] = "陆公信字〔2020〕1号";
    Xf__MatterOpenReply reply = XF__MATTER_OPEN_REPLY__INIT;
    reply.number = number; /* where an assign's reply has a day */
    xf_client_rig_connect(s);
    s->manner = XF_CLIENT_RIG_HOLD;
    xf_client_rig_send_assign(s, 1);
    xf_client_rig_turn_until(s, &s->n_got, 1);
    xf_fake_server_answer(s->server, 1, XF_RPC_MATTER_ASSIGN, &reply.base);
    xf_client_rig_turn_until(s, &s->n_answered, 1);
    assert_int_equal(s->last.error.code, XF_CODE_INVALID);
    assert_false(s->last.kept);
    assert_int_equal(xf_outbox_count(s->outbox), 0);
}

static void
a_reply_in_pieces_is_one_reply(void **state)
{
    xf_client_rig *s = *state;
    Xf__MatterOpenRequest request = XF__MATTER_OPEN_REQUEST__INIT;
    char demand[] = "反映店铺烟酒被盗，报警后未收到进展告知";
    Xf__MatterOpenReply reply = XF__MATTER_OPEN_REPLY__INIT;

    reply.demand = demand;
    xf_client_rig_connect(s);
    s->manner = XF_CLIENT_RIG_HOLD;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(xf_client_send(s->client, XF_RPC_MATTER_OPEN, &request.base,
                                        xf_client_rig_on_answer, s, NULL),
                         XF_CODE_OK);
    }
    xf_client_rig_turn_until(s, &s->n_got, 2);
    /* A character is cut in two, and the other answer comes whole in between. */
    xf_fake_server_answer_in_pieces(s->server, 1, XF_RPC_MATTER_OPEN, &reply.base, 6);
    xf_fake_server_answer(s->server, 2, XF_RPC_MATTER_OPEN, &reply.base);
    xf_client_rig_turn_until(s, &s->n_answered, 2);
    assert_int_equal(s->last.error.code, XF_CODE_OK);
    assert_int_equal(s->n_lost, 0);
}

static void
a_piece_of_nobodys_reply_breaks_the_connection(void **state)
{
    xf_client_rig *s = *state;
    Xf__MatterOpenReply reply = XF__MATTER_OPEN_REPLY__INIT;
    char demand[] = "反映店铺烟酒被盗";

    reply.demand = demand;
    xf_client_rig_connect(s);
    xf_client_on_lost(s->client, xf_client_rig_on_lost, s);
    xf_fake_server_answer_in_pieces(s->server, 77, XF_RPC_MATTER_OPEN, &reply.base, 6);
    xf_client_rig_turn_until(s, &s->n_lost, 1);
}

#define TEST(name) \
    cmocka_unit_test_setup_teardown(name, xf_client_rig_set_up, xf_client_rig_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_client_is_welcomed),
        TEST(a_server_of_another_authority_is_refused),
        TEST(a_server_of_another_name_is_refused),
        TEST(where_nobody_listens_the_connection_fails_and_may_be_tried_again),
        TEST(a_name_with_several_addresses_is_tried_address_by_address),
        TEST(a_server_that_never_greets_is_given_up),
        TEST(a_client_may_be_closed_while_it_connects),
        TEST(a_waiting_call_gets_its_reply),
        TEST(a_change_stands_in_the_outbox_before_the_server_sees_it),
        TEST(answers_out_of_order_reach_the_right_callers),
        TEST(a_hundred_calls_pass_a_window_of_eight_in_order),
        TEST(a_full_queue_says_so),
        TEST(a_refusal_is_told_and_the_entry_is_gone),
        TEST(what_may_be_tried_again_stays_kept),
        TEST(a_reply_that_cannot_be_read_was_done_all_the_same),
        TEST(a_reply_in_pieces_is_one_reply),
        TEST(a_piece_of_nobodys_reply_breaks_the_connection),
        TEST(a_password_is_never_kept),
        TEST(a_bad_op_id_and_a_foreign_message_are_not_sent),
    };
    return cmocka_run_group_tests(tests, xf_client_rig_group_set_up, xf_client_rig_group_tear_down);
}
