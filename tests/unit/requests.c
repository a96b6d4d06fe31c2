/* session/requests: long replies in pieces, and what is taken back; link and calls are played. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "matter.pb-c.h"

#include "session_rig.h"

enum { PIECE = 1024, LONG = 3000 };

/* Greets as a client of minor version 1, with a piece of the least length. */
static void
greet_newer(stage *s)
{
    Xf__Hello hello = XF__HELLO__INIT;
    uint8_t body[16];
    xf_frame frame = {.type = XF_FRAME_TYPE_HELLO, .body = body};

    assert_true(xf_limit_set("limit.chunk", PIECE));
    raise_stage(s);
    s->link->events->ready(s->link, s->link->data);
    hello.has_minor = 1;
    hello.minor = 7;
    frame.body_len = xf__hello__pack(&hello, body);
    s->link->events->frame(s->link, &frame, s->link->data);
    assert_int_equal(last_sent(s)->frame.type, XF_FRAME_TYPE_WELCOME);
}

/* Ends the i-th call with a reply of LONG bytes and a few. */
static void
end_long(size_t i)
{
    static char demand[LONG + 1];
    Xf__MatterOpenReply reply = XF__MATTER_OPEN_REPLY__INIT;

    memset(demand, 'x', LONG);
    reply.demand = demand;
    end_call(i, &reply.base, NULL);
}

static void
drain(stage *s)
{
    assert_true(s->link->wants_drained);
    s->link->wants_drained = false;
    s->link->events->drained(s->link, s->link->data);
}

static void
the_highest_minor_that_both_speak_is_chosen(void **state)
{
    stage s;
    Xf__Welcome *welcome = NULL;

    (void)state;
    greet_newer(&s);
    welcome = xf__welcome__unpack(NULL, last_sent(&s)->frame.body_len, last_sent(&s)->body);
    assert_non_null(welcome);
    assert_int_equal(welcome->minor, 1);
    assert_int_equal(welcome->max_chunk, PIECE);
    assert_int_equal(welcome->max_reply, xf_limit_get(XF_LIMIT_REPLY));
    xf__welcome__free_unpacked(welcome, NULL);
    strike(&s);
}

static void
a_long_reply_goes_in_pieces_and_a_short_one_overtakes(void **state)
{
    const xf_error none = {.code = XF_CODE_NOT_FOUND, .text = XF_TEXT_NOT_FOUND};
    stage s;

    (void)state;
    greet_newer(&s);
    ask(&s, XF_RPC_MATTER_OPEN);
    ask(&s, XF_RPC_MATTER_OPEN);
    end_long(0);
    assert_int_equal(last_sent(&s)->frame.type, XF_FRAME_TYPE_CHUNK);
    assert_int_equal(last_sent(&s)->frame.method, XF_RPC_MATTER_OPEN);
    assert_int_equal(last_sent(&s)->frame.request_id, 1);
    assert_int_equal(last_sent(&s)->frame.body_len, PIECE);
    assert_int_equal(s.room.running, 1); /* a server that stops waits for the rest */
    end_call(1, NULL, &none);
    assert_int_equal(last_sent(&s)->frame.request_id, 2);
    drain(&s);
    assert_int_equal(last_sent(&s)->frame.type, XF_FRAME_TYPE_CHUNK);
    drain(&s);
    assert_int_equal(last_sent(&s)->frame.type, XF_FRAME_TYPE_RESPONSE);
    assert_true(last_sent(&s)->frame.body_len > LONG - 2 * PIECE);
    assert_false(s.link->wants_drained);
    assert_int_equal(s.room.running, 0);
    strike(&s);
}

static void
two_long_replies_go_one_after_the_other(void **state)
{
    static const uint64_t ids[] = {1, 2, 1, 1, 2, 2};
    stage s;
    size_t before = 0;

    (void)state;
    greet_newer(&s);
    before = s.link->n;
    ask(&s, XF_RPC_MATTER_OPEN);
    ask(&s, XF_RPC_MATTER_OPEN);
    end_long(0);
    end_long(1); /* its first piece goes at once */
    while (s.link->wants_drained)
        drain(&s);
    assert_int_equal(s.link->n - before, 6);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(s.link->sent[before + i].frame.request_id, ids[i]);
    strike(&s);
}

static void
an_older_client_gets_a_long_reply_whole(void **state)
{
    Xf__MatterOpenReply reply = XF__MATTER_OPEN_REPLY__INIT;
    char demand[PIECE - 8] = "";
    stage s;

    (void)state;
    assert_true(xf_limit_set("limit.chunk", PIECE));
    memset(demand, 'x', sizeof demand - 1);
    reply.demand = demand;
    greet(&s);
    ask(&s, XF_RPC_MATTER_OPEN);
    end_call(0, &reply.base, NULL);
    assert_int_equal(last_sent(&s)->frame.type, XF_FRAME_TYPE_RESPONSE);
    assert_false(s.link->wants_drained);
    strike(&s);
}

/* Ends the i-th call with a reply of so many bytes. */
static void
end_packed(size_t i, size_t n)
{
    Xf__MatterOpenReply reply = XF__MATTER_OPEN_REPLY__INIT;
    char *demand = xf_memory_new(n + 1);
    size_t text = n;

    do { /* what its tag and its length take of it */
        memset(demand, 'x', text);
        demand[text] = '\0';
        reply.demand = demand;
    } while (xf__matter_open_reply__get_packed_size(&reply) > n && text-- > 0);
    assert_int_equal(xf__matter_open_reply__get_packed_size(&reply), n);
    end_call(i, &reply.base, NULL);
    free(demand);
}

static void
a_reply_as_long_as_a_piece_is_one_frame_and_a_longer_one_two(void **state)
{
    (void)state;
    for (size_t n = PIECE - 1; n <= PIECE + 1; n++) {
        stage s;

        greet_newer(&s);
        ask(&s, XF_RPC_MATTER_OPEN);
        end_packed(0, n);
        if (n > PIECE) {
            assert_int_equal(last_sent(&s)->frame.type, XF_FRAME_TYPE_CHUNK);
            assert_int_equal(last_sent(&s)->frame.body_len, PIECE);
            drain(&s);
        }
        assert_int_equal(last_sent(&s)->frame.type, XF_FRAME_TYPE_RESPONSE);
        assert_int_equal(last_sent(&s)->frame.body_len, n > PIECE ? 1 : n);
        assert_false(s.link->wants_drained);
        strike(&s);
    }
}

/* Ends one call with so much, of which a piece goes out, then another; what became of that? */
static void
assert_second(size_t first, size_t second, xf_code code)
{
    const uint64_t hits = xf_limit_hits(XF_LIMIT_REPLY);
    stage s;
    Xf__Error *error = NULL;

    greet_newer(&s);
    ask(&s, XF_RPC_MATTER_OPEN);
    ask(&s, XF_RPC_MATTER_OPEN);
    end_packed(0, first);
    assert_int_equal(last_sent(&s)->frame.type, XF_FRAME_TYPE_CHUNK);
    end_packed(1, second);
    assert_int_equal(last_sent(&s)->frame.request_id, 2);
    assert_int_equal(xf_limit_hits(XF_LIMIT_REPLY), hits + (code != XF_CODE_OK));
    if (code == XF_CODE_OK) {
        assert_int_equal(last_sent(&s)->frame.type, XF_FRAME_TYPE_CHUNK);
    } else {
        assert_int_equal(error_code(last_sent(&s)), code);
        error = xf__error__unpack(NULL, last_sent(&s)->frame.body_len, last_sent(&s)->body);
        assert_true(error->retryable && error->retry_after_ms > 0);
        xf__error__free_unpacked(error, NULL);
    }
    strike(&s);
}

static int
limits_as_they_were(void **state)
{
    (void)state;
    assert_true(xf_limit_set("limit.reply", xf_limit_default(XF_LIMIT_REPLY)));
    return 0;
}

static void
replies_that_wait_are_together_no_longer_than_one_may_be(void **state)
{
    const size_t most = 1048576;
    const size_t first = 500000; /* and then all but a piece waits */

    (void)state;
    assert_true(xf_limit_set("limit.reply", most));
    assert_second(first, most - (first - PIECE) - 1, XF_CODE_OK);
    assert_second(first, most - (first - PIECE), XF_CODE_OK);
    assert_second(first, most - (first - PIECE) + 1, XF_CODE_LIMIT);
}

/* A limit that no waiting helps against, and no hint when to come again. */
static void
one_reply_is_no_longer_than_its_limit(void **state)
{
    const size_t most = 1048576;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_REPLY);

    (void)state;
    assert_true(xf_limit_set("limit.reply", most));
    for (size_t n = most - 1; n <= most + 1; n++) {
        stage s;

        greet_newer(&s);
        ask(&s, XF_RPC_MATTER_OPEN);
        end_packed(0, n);
        assert_int_equal(xf_limit_hits(XF_LIMIT_REPLY), hits + (n > most));
        if (n > most) {
            Xf__Error *error = NULL;

            assert_int_equal(error_code(last_sent(&s)), XF_CODE_LIMIT);
            error = xf__error__unpack(NULL, last_sent(&s)->frame.body_len, last_sent(&s)->body);
            assert_false(error->retryable || error->has_retry_after_ms);
            xf__error__free_unpacked(error, NULL);
        } else {
            assert_int_equal(last_sent(&s)->frame.type, XF_FRAME_TYPE_CHUNK);
        }
        strike(&s);
    }
}

static void
a_cancel_reaches_its_call_only_from_minor_1_on(void **state)
{
    stage s;

    (void)state;
    greet_newer(&s);
    ask(&s, XF_RPC_MATTER_LIST);
    ask(&s, XF_RPC_MATTER_LIST);
    frame_in(&s, XF_FRAME_TYPE_CANCEL, 0, 99); /* nobody's */
    frame_in(&s, XF_FRAME_TYPE_CANCEL, 0, 2);
    assert_false(started[0]->cancelled);
    assert_true(started[1]->cancelled);
    strike(&s);

    greet(&s);
    ask(&s, XF_RPC_MATTER_LIST);
    frame_in(&s, XF_FRAME_TYPE_CANCEL, 0, 1);
    assert_false(started[0]->cancelled);
    strike(&s);
}

static void
the_rest_of_a_long_reply_can_be_taken_back(void **state)
{
    stage s;
    size_t sent = 0;

    (void)state;
    greet_newer(&s);
    ask(&s, XF_RPC_MATTER_OPEN);
    end_long(0);
    frame_in(&s, XF_FRAME_TYPE_CANCEL, 0, 1);
    assert_int_equal(error_code(last_sent(&s)), XF_CODE_CANCELLED);
    assert_int_equal(last_sent(&s)->frame.request_id, 1);
    sent = s.link->n;
    drain(&s); /* it was asked for before */
    assert_int_equal(s.link->n, sent);
    assert_int_equal(s.room.running, 0);
    strike(&s);
}

static void
a_read_that_nobody_waits_for_is_taken_back_and_a_command_is_not(void **state)
{
    stage s;

    (void)state;
    log_in(&s);
    ask(&s, XF_RPC_MATTER_LIST);
    ask(&s, XF_RPC_MATTER_TAKE);
    lose_link(&s);
    assert_true(started[1]->cancelled);
    assert_false(started[2]->cancelled);
    strike(&s);
}

/* Who tells an administrator "number 2, at half past eight" is found. */
static void
the_line_of_a_mistake_has_the_number_that_was_shown(void **state)
{
    const xf_error mistake = {.code = XF_CODE_INTERNAL, .text = XF_TEXT_INTERNAL};
    char text[1024] = "";
    int keep = dup(STDERR_FILENO);
    FILE *log = tmpfile();
    stage s;

    (void)state;
    log_in(&s);
    assert_true(keep >= 0 && log != NULL && dup2(fileno(log), STDERR_FILENO) >= 0);
    ask(&s, XF_RPC_MATTER_OPEN);
    end_call(n_started - 1, NULL, &mistake);
    assert_true(dup2(keep, STDERR_FILENO) >= 0);
    (void)close(keep);
    rewind(log);
    assert_true(fread(text, 1, sizeof text - 1, log) > 0);
    (void)fclose(log);
    assert_int_equal(last_sent(&s)->frame.request_id, 2);
    assert_non_null(strstr(text, "ERROR call.done rpc=matter.open request=2 code=INTERNAL "));
    strike(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_highest_minor_that_both_speak_is_chosen),
        cmocka_unit_test(a_long_reply_goes_in_pieces_and_a_short_one_overtakes),
        cmocka_unit_test(two_long_replies_go_one_after_the_other),
        cmocka_unit_test(an_older_client_gets_a_long_reply_whole),
        cmocka_unit_test(a_reply_as_long_as_a_piece_is_one_frame_and_a_longer_one_two),
        cmocka_unit_test_teardown(replies_that_wait_are_together_no_longer_than_one_may_be,
                                  limits_as_they_were),
        cmocka_unit_test_teardown(one_reply_is_no_longer_than_its_limit, limits_as_they_were),
        cmocka_unit_test(a_cancel_reaches_its_call_only_from_minor_1_on),
        cmocka_unit_test(the_rest_of_a_long_reply_can_be_taken_back),
        cmocka_unit_test(a_read_that_nobody_waits_for_is_taken_back_and_a_command_is_not),
        cmocka_unit_test(the_line_of_a_mistake_has_the_number_that_was_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
