/* tests/unit/link — frames, closing, limits and hostile peers, over loopback. */
#include "wire/link.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link_rig.h"

enum { MANY = 500 };

static void
frames_come_back_from_an_echo(void **state)
{
    xf_rig *rig = *state;

    rig->server.echo = true;
    xf_rig_connect(rig);
    xf_link_max_body(rig->server.link, XF_RIG_BIG);
    xf_link_max_body(rig->client.link, XF_RIG_BIG);
    for (uint64_t id = 1; id <= MANY; id++)
        assert_int_equal(xf_rig_say(&rig->client, id, (size_t)id * 131 % 16384), XF_CODE_OK);
    XF_WAIT_FOR(rig, rig->client.frames == MANY);
    assert_true(rig->server.in_order && rig->client.in_order);
    assert_int_equal(rig->client.bytes, rig->server.bytes);
    assert_int_equal(xf_tls_peer_bureau(xf_link_tls(rig->server.link)), 450922);
    assert_true(xf_now_steady_ms() - xf_link_heard_ms(rig->client.link) < XF_RIG_PATIENCE_MS);
}

static void
what_is_sent_before_ready_goes_when_ready(void **state)
{
    xf_rig *rig = *state;

    xf_rig_connect_as(rig, xf_rig_server);
    assert_int_equal(xf_rig_say(&rig->client, 1, 10), XF_CODE_OK);
    assert_int_equal(xf_rig_say(&rig->client, 2, 0), XF_CODE_OK);
    XF_WAIT_FOR(rig, rig->server.frames == 2);
    assert_true(rig->server.in_order);
}

static void
byte_by_byte_arrives_as_all_at_once(void **state)
{
    xf_rig *rig = *state;
    const xf_frame frame = {.type = XF_FRAME_TYPE_REQUEST,
                            .request_id = 1,
                            .body = (const uint8_t *)"petition",
                            .body_len = 8};
    xf_buf bytes;
    xf_raw raw;

    xf_raw_greet(rig, &raw);
    xf_buf_init(&bytes, XF_LIMIT_FRAME);
    assert_int_equal(xf_frame_encode(&bytes, &frame, NULL), XF_CODE_OK);
    for (size_t i = 0; i < xf_buf_readable(&bytes); i++) { /* a record for each */
        assert_int_equal(rig->server.frames, 0);
        assert_int_equal(xf_tls_put(raw.tls, xf_buf_at(&bytes) + i, 1, &raw.out, NULL), XF_CODE_OK);
        while (xf_buf_readable(&raw.out) > 0) { /* and a packet for each of its bytes */
            assert_int_equal(send(raw.fd, xf_buf_at(&raw.out), 1, MSG_NOSIGNAL), 1);
            xf_buf_consume(&raw.out, 1);
            (void)uv_run(&rig->loop, UV_RUN_NOWAIT);
        }
    }
    XF_WAIT_FOR(rig, rig->server.frames == 1);
    assert_int_equal(rig->server.bytes, 8);
    assert_true(rig->server.in_order);
    xf_buf_clear(&bytes);
    xf_raw_close(&raw);
}

static void
a_gentle_close_sends_what_is_queued_first(void **state)
{
    xf_rig *rig = *state;

    xf_rig_connect(rig);
    xf_link_max_body(rig->client.link, XF_RIG_BIG);
    for (uint64_t id = 1; id <= 60; id++)
        assert_int_equal(xf_rig_say(&rig->server, id, XF_RIG_BIG), XF_CODE_OK);
    xf_rig_hang_up(&rig->server, 1);
    assert_int_equal(xf_rig_say(&rig->server, 61, 1), XF_CODE_OK); /* in silence */
    XF_WAIT_FOR(rig, rig->client.closed == 1 && rig->server.closed == 1);
    assert_int_equal(rig->client.frames, 60);
    assert_int_equal(rig->server.why.code, XF_CODE_OK);
    assert_int_equal(rig->client.why.code, XF_CODE_UNAVAILABLE);
    assert_int_equal(rig->client.why.text, XF_TEXT_CONNECTION_LOST);
}

static void
a_gentle_close_is_heard_by_a_peer_that_still_talks(void **state)
{
    xf_rig *rig = *state;

    xf_rig_connect(rig);
    assert_int_equal(xf_rig_say(&rig->server, 1, 100), XF_CODE_OK);
    for (uint64_t id = 1; id <= 200; id++)
        assert_int_equal(xf_rig_say(&rig->client, id, 4000), XF_CODE_OK);
    xf_rig_hang_up(&rig->server, 1);
    XF_WAIT_FOR(rig, rig->client.closed == 1 && rig->server.closed == 1);
    assert_int_equal(rig->client.frames, 1); /* not lost in a reset */
}

static void
close_at_the_third_frame(xf_rig *rig, int gently)
{
    rig->server = (xf_told){.in_order = true, .close_after = 3, .gently = gently, .echo = true};
    rig->client = (xf_told){.in_order = true};
    xf_rig_connect(rig);
    for (uint64_t id = 1; id <= 10; id++)
        assert_int_equal(xf_rig_say(&rig->client, id, 10), XF_CODE_OK);
    XF_WAIT_FOR(rig, rig->client.closed == 1 && rig->server.closed == 1);
    assert_int_equal(rig->server.frames, 3);
    assert_int_equal(rig->client.frames, gently ? 3 : 0);
    assert_int_equal(rig->server.why.code, XF_CODE_OK);
}

static void
closing_within_a_callback_ends_it_there(void **state)
{
    close_at_the_third_frame(*state, 0);
    close_at_the_third_frame(*state, 1);
}

static void
closed_is_told_once_and_never_within_the_call(void **state)
{
    xf_rig *rig = *state;
    const xf_error reason = {.code = XF_CODE_DENIED, .text = XF_TEXT_DENIED};

    xf_rig_connect(rig);
    rig->server.inside = true;
    xf_link_close(rig->server.link, 1, &reason);
    xf_link_close(rig->server.link, 0, NULL);
    xf_link_close(rig->server.link, 1, NULL);
    rig->server.inside = false;
    XF_WAIT_FOR(rig, rig->client.closed == 1 && rig->server.closed == 1);
    for (int i = 0; i < 20; i++)
        xf_rig_turn(rig);
    assert_int_equal(rig->client.closed, 1);
    assert_int_equal(rig->server.closed, 1);
    assert_int_equal(rig->server.why.code, XF_CODE_DENIED); /* the first reason counts */
}

static void
a_link_may_be_closed_before_it_is_connected(void **state)
{
    xf_rig *rig = *state;

    xf_rig_connect_as(rig, xf_rig_server);
    xf_rig_hang_up(&rig->client, 1);
    XF_WAIT_FOR(rig, rig->client.closed == 1);
    assert_int_equal(rig->client.ready, 0);
    assert_int_equal(rig->client.why.code, XF_CODE_OK);
}

static void
nobody_listens_there(void **state)
{
    xf_rig *rig = *state;
    struct sockaddr_in taken = rig->address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t n = sizeof rig->address;

    rig->address.sin_port = 0;
    assert_int_equal(bind(fd, (struct sockaddr *)&rig->address, n), 0); /* and no listen */
    assert_int_equal(getsockname(fd, (struct sockaddr *)&rig->address, &n), 0);
    xf_rig_connect_as(rig, xf_rig_server);
    XF_WAIT_FOR(rig, rig->client.closed == 1);
    assert_int_equal(rig->client.why.code, XF_CODE_UNAVAILABLE);
    assert_int_equal(rig->client.why.text, XF_TEXT_CONNECT_FAILED);
    rig->address = taken;
    (void)close(fd);
}

static void
come_and_be_turned_away(xf_rig *rig)
{
    const int closed = rig->client.closed;

    xf_rig_connect_as(rig, xf_rig_server);
    XF_WAIT_FOR(rig, rig->server.link != NULL);
    xf_link_turn_away(rig->server.link, &(xf_error){.code = XF_CODE_OVERLOADED});
    XF_WAIT_FOR(rig, rig->client.closed > closed && rig->server.closed > closed);
}

/* Twenty times: what the client had sent by then is not read, and its kernel is told so. */
static void
a_server_without_room_says_so_and_when_to_come_again(void **state)
{
    xf_rig *rig = *state;

    for (int i = 0; i < 20; i++) {
        come_and_be_turned_away(rig);
        assert_int_equal(rig->client.why.code, XF_CODE_OVERLOADED);
        assert_int_equal(rig->client.why.text, XF_TEXT_TURNED_AWAY);
        assert_true(rig->client.why.retry_after_ms > 0);
        assert_int_equal(rig->server.why.code, XF_CODE_OVERLOADED);
    }
    assert_int_equal(rig->client.ready, 0);
}

static void
a_client_of_another_ca_is_told_why(void **state)
{
    xf_rig *rig = *state;

    xf_tls_context_free(&rig->client_tls);
    rig->client_tls = xf_test_context(rig->dir, "ca", "other_client", false);
    xf_rig_connect_as(rig, xf_rig_server);
    assert_int_equal(xf_rig_say(&rig->client, 1, 1000), XF_CODE_OK);
    XF_WAIT_FOR(rig, rig->client.closed == 1 && rig->server.closed == 1);
    assert_int_equal(rig->server.ready, 0);
    assert_int_equal(rig->server.frames, 0);
    assert_int_equal(rig->server.why.code, XF_CODE_UNAUTHENTICATED);
    assert_int_equal(rig->client.why.code, XF_CODE_UNAUTHENTICATED);
    assert_int_equal(rig->client.why.text, XF_TEXT_TLS_REFUSED);
}

static void
a_server_with_another_name_is_told_why(void **state)
{
    xf_rig *rig = *state;

    xf_rig_connect_as(rig, "xinfang.bobai.example");
    XF_WAIT_FOR(rig, rig->client.closed == 1 && rig->server.closed == 1);
    assert_int_equal(rig->client.ready, 0);
    assert_int_equal(rig->client.why.code, XF_CODE_UNAUTHENTICATED);
    assert_int_equal(rig->client.why.text, XF_TEXT_TLS_REFUSED);
    assert_int_equal(rig->server.why.code, XF_CODE_UNAUTHENTICATED);
}

static void
a_link_that_was_cut_is_resumed(void **state)
{
    xf_rig *rig = *state;

    xf_rig_connect(rig);
    assert_int_equal(xf_rig_say(&rig->server, 1, 1), XF_CODE_OK);
    XF_WAIT_FOR(rig, rig->client.frames == 1); /* so the session has come too */
    xf_rig_hang_up(&rig->client, 0);
    XF_WAIT_FOR(rig, rig->client.closed == 1 && rig->server.closed == 1);
    rig->client = (xf_told){0};
    rig->server = (xf_told){0};
    xf_rig_connect(rig);
    assert_true(xf_tls_resumed(xf_link_tls(rig->server.link)));
    assert_int_equal(xf_tls_peer_bureau(xf_link_tls(rig->server.link)), 450922);
}

static void
garbage_instead_of_a_greeting_closes(void **state)
{
    xf_rig *rig = *state;
    xf_raw raw;

    xf_raw_connect(rig, &raw);
    assert_int_equal(send(raw.fd, "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL), 18);
    XF_WAIT_FOR(rig, (xf_raw_hear(&raw), raw.ended));
    xf_raw_close(&raw);
    XF_WAIT_FOR(rig, rig->server.closed == 1);
    assert_int_equal(rig->server.ready, 0);
    assert_int_equal(rig->server.why.code, XF_CODE_UNAUTHENTICATED);
}

static void
a_frame_too_large_closes_before_its_body_comes(void **state)
{
    xf_rig *rig = *state;

    xf_rig_connect(rig);
    assert_int_equal(xf_rig_say(&rig->client, 1, XF_FRAME_HEADER), XF_CODE_OK);
    assert_int_equal(xf_rig_say(&rig->client, 2, XF_RIG_BIG), XF_CODE_OK); /* not logged in yet */
    XF_WAIT_FOR(rig, rig->client.closed == 1 && rig->server.closed == 1);
    assert_int_equal(rig->server.frames, 1);
    assert_int_equal(rig->server.why.code, XF_CODE_LIMIT);
}

static void
a_peer_that_never_reads_is_cut_at_the_hard_limit(void **state)
{
    xf_rig *rig = *state;
    uint64_t hits = xf_limit_hits(XF_LIMIT_OUTPUT_HARD);
    xf_code code = XF_CODE_OK;
    xf_raw raw;

    assert_true(xf_limit_set("limit.output_hard", 1048576));
    xf_raw_greet(rig, &raw);
    for (uint64_t id = 1; code == XF_CODE_OK; id++) {
        assert_true(id < 4096); /* 256 MiB: no kernel takes that */
        code = xf_rig_say(&rig->server, id, XF_RIG_BIG);
        (void)uv_run(&rig->loop, UV_RUN_NOWAIT);
    }
    assert_int_equal(code, XF_CODE_OVERLOADED);
    assert_int_equal(xf_limit_hits(XF_LIMIT_OUTPUT_HARD), hits + 1);
    XF_WAIT_FOR(rig, rig->server.closed == 1);
    assert_int_equal(rig->server.why.code, XF_CODE_OVERLOADED);
    xf_raw_close(&raw);
}

/* While it still connects, nothing is taken away from what waits: so many bytes, whole frames. */
static xf_code
say_until(xf_rig *rig, size_t n)
{
    size_t left = n;
    xf_code code = XF_CODE_OK;

    for (uint64_t id = 1; left > 0; id++) {
        const size_t body = left < XF_FRAME_HEADER + XF_RIG_BIG ? left - XF_FRAME_HEADER
                                                                : XF_RIG_BIG - XF_FRAME_HEADER;

        assert_int_equal(code, XF_CODE_OK);
        code = xf_rig_say(&rig->client, id, body);
        left -= XF_FRAME_HEADER + body;
    }
    return code;
}

static void
assert_said(xf_rig *rig, size_t n, xf_code code)
{
    const uint64_t hits = xf_limit_hits(XF_LIMIT_OUTPUT_HARD);

    rig->client = (xf_told){0};
    rig->server = (xf_told){0};
    xf_rig_connect_as(rig, xf_rig_server);
    assert_int_equal(say_until(rig, n), code);
    assert_int_equal(xf_limit_hits(XF_LIMIT_OUTPUT_HARD), hits + (code != XF_CODE_OK));
    if (code == XF_CODE_OK) {
        assert_int_equal(xf_link_waiting(rig->client.link), n);
        xf_rig_hang_up(&rig->client, 0);
    }
    XF_WAIT_FOR(rig, rig->client.closed == 1 && rig->server.closed == 1);
    assert_int_equal(rig->client.why.code, code);
}

static void
as_much_may_wait_as_the_hard_limit_says_and_not_a_byte_more(void **state)
{
    assert_true(xf_limit_set("limit.output_hard", 1048576));
    assert_said(*state, 1048575, XF_CODE_OK);
    assert_said(*state, 1048576, XF_CODE_OK);
    assert_said(*state, 1048577, XF_CODE_OVERLOADED);
}

/* The soft limit: who does not take answers is not heard, until it takes them. */
static void
a_peer_that_does_not_read_is_not_heard(void **state)
{
    xf_rig *rig = *state;
    uint64_t hits = xf_limit_hits(XF_LIMIT_OUTPUT_SOFT);
    const xf_frame frame = {.type = XF_FRAME_TYPE_PING, .request_id = 1};
    xf_buf bytes;
    xf_raw raw;

    assert_true(xf_limit_set("limit.output_soft", 65536));
    assert_true(xf_limit_set("limit.output_hard", 67108864));
    xf_raw_greet(rig, &raw);
    for (uint64_t id = 1; xf_limit_hits(XF_LIMIT_OUTPUT_SOFT) == hits; id++) {
        assert_true(id < 900);
        assert_int_equal(xf_rig_say(&rig->server, id, XF_RIG_BIG), XF_CODE_OK);
        (void)uv_run(&rig->loop, UV_RUN_NOWAIT);
    }
    xf_buf_init(&bytes, XF_LIMIT_FRAME);
    assert_int_equal(xf_frame_encode(&bytes, &frame, NULL), XF_CODE_OK);
    assert_int_equal(xf_tls_put(raw.tls, xf_buf_at(&bytes), XF_FRAME_HEADER, &raw.out, NULL),
                     XF_CODE_OK);
    xf_raw_send(&raw);
    for (int i = 0; i < 100; i++)
        xf_rig_turn(rig);
    assert_int_equal(rig->server.frames, 0);
    XF_WAIT_FOR(rig, (xf_raw_hear(&raw), xf_buf_clear(&raw.plain), rig->server.frames == 1));
    xf_buf_clear(&bytes);
    xf_raw_close(&raw);
}

/* One frame more, with the limit as far from what waits then as is said; was the peer left unheard? */
static bool
is_left_unheard(xf_rig *rig, size_t room)
{
    const uint64_t hits = xf_limit_hits(XF_LIMIT_OUTPUT_SOFT);
    const size_t then = xf_link_waiting(rig->server.link) + XF_FRAME_HEADER + 100;

    assert_true(xf_limit_set("limit.output_soft", then + room));
    assert_int_equal(xf_rig_say(&rig->server, 1, 100), XF_CODE_OK);
    for (int i = 0; i < 3; i++)
        xf_rig_turn(rig);
    assert_int_equal(xf_link_waiting(rig->server.link), then);
    return xf_limit_hits(XF_LIMIT_OUTPUT_SOFT) == hits + 1;
}

/* The kernel is full by then, so that what waits is known to the byte. */
static void
a_peer_is_heard_while_no_more_waits_than_the_soft_limit_says(void **state)
{
    xf_rig *rig = *state;
    size_t waiting = 0;
    xf_raw raw;

    assert_true(xf_limit_set("limit.output_soft", 16777216));
    assert_true(xf_limit_set("limit.output_hard", 67108864));
    xf_raw_greet(rig, &raw);
    for (uint64_t id = 1; xf_link_waiting(rig->server.link) < 4194304; id++) {
        assert_true(id < 900);
        assert_int_equal(xf_rig_say(&rig->server, id, XF_RIG_BIG), XF_CODE_OK);
        (void)uv_run(&rig->loop, UV_RUN_NOWAIT);
    }
    do {
        waiting = xf_link_waiting(rig->server.link);
        for (int i = 0; i < 10; i++)
            xf_rig_turn(rig);
    } while (xf_link_waiting(rig->server.link) != waiting);
    assert_false(is_left_unheard(rig, 1));
    assert_false(is_left_unheard(rig, 0));
    assert_true(is_left_unheard(rig, SIZE_MAX)); /* one less */
    xf_rig_hang_up(&rig->server, 0);
    XF_WAIT_FOR(rig, rig->server.closed == 1);
    xf_raw_close(&raw);
}

static void
two_who_both_have_much_to_say_do_not_wait_for_each_other(void **state)
{
    xf_rig *rig = *state;

    assert_true(xf_limit_set("limit.output_soft", 65536));
    assert_true(xf_limit_set("limit.output_hard", 67108864));
    xf_rig_connect(rig);
    xf_link_max_body(rig->server.link, XF_RIG_BIG);
    xf_link_max_body(rig->client.link, XF_RIG_BIG);
    for (uint64_t id = 1; id <= MANY; id++) {
        assert_int_equal(xf_rig_say(&rig->server, id, XF_RIG_BIG), XF_CODE_OK);
        assert_int_equal(xf_rig_say(&rig->client, id, XF_RIG_BIG), XF_CODE_OK);
    }
    XF_WAIT_FOR(rig, rig->client.frames == MANY && rig->server.frames == MANY);
    assert_true(rig->client.in_order && rig->server.in_order);
}

/* Sends frames of so many bytes, encoded before. */
static void
say_encoded(xf_told *told, uint64_t first_id, uint64_t frames, size_t body_len)
{
    static const uint8_t body[XF_RIG_BIG];
    xf_buf bytes;

    xf_buf_init(&bytes, XF_LIMIT_OUTPUT_HARD);
    for (uint64_t i = 0; i < frames; i++) {
        const xf_frame frame = {.type = XF_FRAME_TYPE_EVENT,
                                .request_id = first_id + i,
                                .body = body,
                                .body_len = body_len};

        assert_int_equal(xf_frame_encode(&bytes, &frame, NULL), XF_CODE_OK);
    }
    told->inside = true;
    assert_int_equal(
        xf_link_send_encoded(told->link, xf_buf_at(&bytes), xf_buf_readable(&bytes), NULL),
        XF_CODE_OK);
    told->inside = false;
    xf_buf_clear(&bytes);
}

static void
encoded_frames_do_not_wait_for_the_end_of_the_turn(void **state)
{
    xf_rig *rig = *state;

    xf_rig_connect(rig);
    say_encoded(&rig->server, 1, 2, 100);
    assert_int_equal(xf_link_waiting(rig->server.link), 0);
    XF_WAIT_FOR(rig, rig->client.frames == 2);
    assert_true(rig->client.in_order);
}

/* What the kernel does not take at once waits, and so does all behind it. */
static void
encoded_frames_keep_their_place_behind_what_waits(void **state)
{
    xf_rig *rig = *state;
    uint64_t id = 0;

    assert_true(xf_limit_set("limit.output_hard", 67108864));
    xf_rig_connect(rig);
    xf_link_max_body(rig->client.link, XF_RIG_BIG);
    assert_int_equal(xf_rig_say(&rig->server, 1, 100), XF_CODE_OK);
    say_encoded(&rig->server, 2, 2, 100);
    assert_true(xf_link_waiting(rig->server.link) > 300);
    XF_WAIT_FOR(rig, rig->client.frames == 3);
    for (id = 4; id <= MANY; id += 2) {
        say_encoded(&rig->server, id, 1, XF_RIG_BIG);
        assert_int_equal(xf_rig_say(&rig->server, id + 1, XF_RIG_BIG), XF_CODE_OK);
    }
    XF_WAIT_FOR(rig, rig->client.frames >= MANY);
    assert_true(rig->client.in_order);
    id = rig->client.last_id;
    while (xf_link_waiting(rig->server.link) == 0) /* the kernel's buffers are full */
        say_encoded(&rig->server, ++id, 1, XF_RIG_BIG);
    say_encoded(&rig->server, ++id, 1, 1);
    XF_WAIT_FOR(rig, rig->client.last_id == id);
    assert_true(rig->client.in_order);
}

static void
encoded_frames_are_cut_at_the_hard_limit(void **state)
{
    xf_rig *rig = *state;
    uint8_t byte = 0;

    xf_rig_connect(rig);
    rig->server.inside = true;
    assert_int_equal(xf_link_send_encoded(rig->server.link, &byte, 8388609, NULL),
                     XF_CODE_OVERLOADED); /* judged by its length alone */
    assert_int_equal(xf_link_send_encoded(rig->server.link, &byte, 1, NULL), XF_CODE_OK);
    rig->server.inside = false;
    XF_WAIT_FOR(rig, rig->server.closed == 1);
    assert_int_equal(rig->server.why.code, XF_CODE_OVERLOADED);
}

static void
a_flusher_does_not_keep_its_loop_alive(void **state)
{
    xf_rig *rig = *state;

    uv_unref((uv_handle_t *)&rig->listener);
    assert_int_equal(uv_run(&rig->loop, UV_RUN_DEFAULT), 0);
    uv_ref((uv_handle_t *)&rig->listener);
}

#define RIG_TEST(name)   cmocka_unit_test_setup_teardown(name, xf_rig_up, xf_rig_down)
#define LIMIT_TEST(name) cmocka_unit_test_setup_teardown(name, xf_rig_up, xf_rig_down_limits)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(frames_come_back_from_an_echo),
        RIG_TEST(what_is_sent_before_ready_goes_when_ready),
        RIG_TEST(byte_by_byte_arrives_as_all_at_once),
        RIG_TEST(a_gentle_close_sends_what_is_queued_first),
        RIG_TEST(a_gentle_close_is_heard_by_a_peer_that_still_talks),
        RIG_TEST(closing_within_a_callback_ends_it_there),
        RIG_TEST(closed_is_told_once_and_never_within_the_call),
        RIG_TEST(a_link_may_be_closed_before_it_is_connected),
        RIG_TEST(nobody_listens_there),
        RIG_TEST(a_server_without_room_says_so_and_when_to_come_again),
        RIG_TEST(a_client_of_another_ca_is_told_why),
        RIG_TEST(a_server_with_another_name_is_told_why),
        RIG_TEST(a_link_that_was_cut_is_resumed),
        RIG_TEST(garbage_instead_of_a_greeting_closes),
        RIG_TEST(a_frame_too_large_closes_before_its_body_comes),
        LIMIT_TEST(a_peer_that_never_reads_is_cut_at_the_hard_limit),
        LIMIT_TEST(as_much_may_wait_as_the_hard_limit_says_and_not_a_byte_more),
        LIMIT_TEST(a_peer_that_does_not_read_is_not_heard),
        LIMIT_TEST(a_peer_is_heard_while_no_more_waits_than_the_soft_limit_says),
        LIMIT_TEST(two_who_both_have_much_to_say_do_not_wait_for_each_other),
        RIG_TEST(encoded_frames_do_not_wait_for_the_end_of_the_turn),
        LIMIT_TEST(encoded_frames_keep_their_place_behind_what_waits),
        RIG_TEST(encoded_frames_are_cut_at_the_hard_limit),
        RIG_TEST(a_flusher_does_not_keep_its_loop_alive),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
