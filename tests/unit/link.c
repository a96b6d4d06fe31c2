/* tests/unit/link — links over loopback, both ends on one loop; and raw peers, who hold
 * a plain socket and do to a link what no link of ours would do. */
#include "wire/link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/now.h"
#include "test_ca.h"

enum { PATIENCE_MS = 10000, BIG = 65536, MANY = 500 };

static const char server_name[] = "xinfang.luchuan.example";

/* ---- The rig: what one test needs, and what its links told it. */

typedef struct told {
    xf_link *link; /* NULL before and after */
    int ready;
    int closed;
    xf_error why;
    size_t frames;
    size_t bytes; /* of bodies */
    uint64_t last_id;
    bool in_order;   /* every id one above the last */
    bool echo;       /* answers each frame with the same */
    int close_after; /* frames: then closes, within the callback; 0: never */
    int gently;
    bool inside; /* a call into the link is under way: nothing may be told now */
} told;

typedef struct rig {
    char dir[XF_TEST_PATH];
    xf_test_ca *ca;
    xf_test_ca *other_ca;
    uv_loop_t loop;
    xf_flusher *flusher;
    uv_tcp_t listener;
    struct sockaddr_in address;
    xf_tls_context *server_tls;
    xf_tls_context *client_tls;
    told server; /* the last connection's */
    told client;
} rig;

static void
on_ready(xf_link *link, void *data)
{
    told *told = data;

    assert_ptr_equal(link, told->link);
    assert_false(told->inside);
    told->ready++;
}

static void
on_frame(xf_link *link, const xf_frame *frame, void *data)
{
    told *told = data;

    assert_false(told->inside);
    assert_int_equal(told->closed, 0);
    told->frames++;
    told->bytes += frame->body_len;
    told->in_order = told->in_order && frame->request_id == told->last_id + 1;
    told->last_id = frame->request_id;
    if (told->echo) {
        told->inside = true;
        assert_int_equal(xf_link_send(link, frame, NULL), XF_CODE_OK);
        told->inside = false;
    }
    if (told->close_after > 0 && told->frames == (size_t)told->close_after) {
        told->inside = true;
        xf_link_close(link, told->gently, NULL);
        xf_link_close(link, told->gently, NULL);
        told->inside = false;
    }
}

static void
on_closed(xf_link *link, const xf_error *why, void *data)
{
    told *told = data;

    assert_ptr_equal(link, told->link);
    assert_false(told->inside);
    told->closed++;
    told->why = *why;
    told->link = NULL;
}

static const xf_link_events events = {on_ready, on_frame, on_closed};

static void
on_connection(uv_stream_t *listener, int status)
{
    rig *rig = listener->data;

    assert_int_equal(status, 0);
    assert_null(rig->server.link);
    assert_int_equal(xf_link_accept(listener, rig->flusher, rig->server_tls, &events, &rig->server,
                                    &rig->server.link, NULL),
                     XF_CODE_OK);
}

static void
rig_connect_as(rig *rig, const char *name)
{
    assert_int_equal(xf_link_connect(&rig->loop, rig->flusher, rig->client_tls,
                                     (const struct sockaddr *)&rig->address, name, &events,
                                     &rig->client, &rig->client.link, NULL),
                     XF_CODE_OK);
}

static void
turn(rig *rig)
{
    (void)uv_run(&rig->loop, UV_RUN_NOWAIT);
    (void)usleep(200);
}

/* Runs the loop until it holds; a raw peer is worked by hand within the condition. */
#define WAIT_FOR(rig, condition)                             \
    do {                                                     \
        int64_t until_ms = xf_now_steady_ms() + PATIENCE_MS; \
        while (!(condition)) {                               \
            turn(rig);                                       \
            assert_true(xf_now_steady_ms() < until_ms);      \
        }                                                    \
    } while (0)

static void
rig_connect(rig *rig)
{
    rig_connect_as(rig, server_name);
    WAIT_FOR(rig, rig->client.ready == 1 && rig->server.ready == 1);
}

static void
rig_listen(rig *rig)
{
    int n = sizeof rig->address;

    assert_int_equal(uv_tcp_init(&rig->loop, &rig->listener), 0);
    rig->listener.data = rig;
    assert_int_equal(uv_ip4_addr("127.0.0.1", 0, &rig->address), 0);
    assert_int_equal(uv_tcp_bind(&rig->listener, (const struct sockaddr *)&rig->address, 0), 0);
    assert_int_equal(uv_listen((uv_stream_t *)&rig->listener, 16, on_connection), 0);
    assert_int_equal(uv_tcp_getsockname(&rig->listener, (struct sockaddr *)&rig->address, &n), 0);
}

static int
rig_up(void **state)
{
    rig *rig = test_calloc(1, sizeof *rig);

    xf_test_dir_new(rig->dir);
    rig->ca = xf_test_ca_new(rig->dir, "ca");
    rig->other_ca = xf_test_ca_new(rig->dir, "other_ca");
    xf_test_ca_server(rig->ca, "server", server_name);
    xf_test_ca_client(rig->ca, "client", "450922");
    xf_test_ca_client(rig->other_ca, "other_client", "450922");
    rig->server_tls = xf_test_context(rig->dir, "ca", "server", true);
    rig->client_tls = xf_test_context(rig->dir, "ca", "client", false);
    assert_int_equal(uv_loop_init(&rig->loop), 0);
    rig->flusher = xf_flusher_new(&rig->loop);
    rig->server.in_order = true;
    rig->client.in_order = true;
    rig_listen(rig);
    *state = rig;
    return 0;
}

/* Nothing may stay behind: the loop has to end, and AddressSanitizer looks for the rest. */
static int
rig_down(void **state)
{
    rig *rig = *state;

    if (rig->client.link != NULL)
        xf_link_close(rig->client.link, 0, NULL);
    if (rig->server.link != NULL)
        xf_link_close(rig->server.link, 0, NULL);
    uv_close((uv_handle_t *)&rig->listener, NULL);
    xf_flusher_close(&rig->flusher);
    (void)uv_run(&rig->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&rig->loop), 0);
    xf_tls_context_free(&rig->server_tls);
    xf_tls_context_free(&rig->client_tls);
    xf_test_ca_free(&rig->ca);
    xf_test_ca_free(&rig->other_ca);
    xf_test_dir_remove(rig->dir);
    test_free(rig);
    return 0;
}

static int
limits_back(void **state)
{
    assert_true(xf_limit_set("limit.output_soft", 1048576));
    assert_true(xf_limit_set("limit.output_hard", 8388608));
    assert_true(xf_limit_set("limit.handshake_ms", 15000));
    return rig_down(state);
}

static xf_code
say(told *told, uint64_t id, size_t body_len)
{
    static const uint8_t body[BIG];
    xf_frame frame = {.type = XF_FRAME_TYPE_REQUEST,
                      .method = 201,
                      .request_id = id,
                      .body = body,
                      .body_len = body_len};
    xf_code code = XF_CODE_OK;

    told->inside = true;
    code = xf_link_send(told->link, &frame, NULL);
    told->inside = false;
    return code;
}

static void
hang_up(told *told, int gently)
{
    told->inside = true;
    xf_link_close(told->link, gently, NULL);
    xf_link_close(told->link, gently, NULL);
    told->inside = false;
}

/* ---- Raw peers */

typedef struct raw {
    int fd;
    xf_tls *tls;
    xf_buf out;
    xf_buf plain;
    bool ready;
    bool ended; /* the link closed */
} raw;

static void
raw_connect(rig *rig, raw *raw)
{
    const int one = 1;

    *raw = (struct raw){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    xf_buf_init(&raw->out, XF_LIMIT_OUTPUT_HARD);
    xf_buf_init(&raw->plain, XF_LIMIT_INPUT);
    assert_true(raw->fd >= 0);
    assert_int_equal(connect(raw->fd, (const struct sockaddr *)&rig->address, sizeof rig->address),
                     0);
    assert_int_equal(setsockopt(raw->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one), 0);
    assert_int_equal(fcntl(raw->fd, F_SETFL, O_NONBLOCK), 0);
}

static void
raw_send(raw *raw)
{
    ssize_t n = send(raw->fd, xf_buf_at(&raw->out), xf_buf_readable(&raw->out), MSG_NOSIGNAL);

    if (n > 0)
        xf_buf_consume(&raw->out, (size_t)n);
}

static void
raw_hear(raw *raw)
{
    uint8_t bytes[4096];
    ssize_t n = recv(raw->fd, bytes, sizeof bytes, 0);
    bool ready = false;

    raw->ended = raw->ended || n == 0 || (n < 0 && errno != EAGAIN);
    if (n <= 0 || raw->tls == NULL)
        return;
    assert_int_equal(xf_tls_take(raw->tls, bytes, (size_t)n, &raw->out, &raw->plain, &ready, NULL),
                     XF_CODE_OK);
    raw->ready = raw->ready || ready;
}

static void
raw_greet(rig *rig, raw *raw)
{
    raw_connect(rig, raw);
    raw->tls = xf_tls_new(rig->client_tls, server_name);
    assert_int_equal(xf_tls_start(raw->tls, &raw->out, NULL), XF_CODE_OK);
    WAIT_FOR(rig, (raw_send(raw), raw_hear(raw), raw_send(raw), rig->server.ready == 1));
}

static void
raw_close(raw *raw)
{
    (void)close(raw->fd);
    xf_tls_free(&raw->tls);
    xf_buf_clear(&raw->out);
    xf_buf_clear(&raw->plain);
}

/* ---- Tests */

static void
frames_come_back_from_an_echo(void **state)
{
    rig *rig = *state;

    rig->server.echo = true;
    rig_connect(rig);
    xf_link_max_body(rig->server.link, BIG);
    xf_link_max_body(rig->client.link, BIG);
    for (uint64_t id = 1; id <= MANY; id++)
        assert_int_equal(say(&rig->client, id, (size_t)id * 131 % 16384), XF_CODE_OK);
    WAIT_FOR(rig, rig->client.frames == MANY);
    assert_true(rig->server.in_order && rig->client.in_order);
    assert_int_equal(rig->client.bytes, rig->server.bytes);
    assert_int_equal(xf_tls_peer_bureau(xf_link_tls(rig->server.link)), 450922);
    assert_true(xf_now_steady_ms() - xf_link_heard_ms(rig->client.link) < PATIENCE_MS);
}

static void
what_is_sent_before_ready_goes_when_ready(void **state)
{
    rig *rig = *state;

    rig_connect_as(rig, server_name);
    assert_int_equal(say(&rig->client, 1, 10), XF_CODE_OK);
    assert_int_equal(say(&rig->client, 2, 0), XF_CODE_OK);
    WAIT_FOR(rig, rig->server.frames == 2);
    assert_true(rig->server.in_order);
}

static void
byte_by_byte_arrives_as_all_at_once(void **state)
{
    rig *rig = *state;
    const xf_frame frame = {.type = XF_FRAME_TYPE_REQUEST,
                            .request_id = 1,
                            .body = (const uint8_t *)"petition",
                            .body_len = 8};
    xf_buf bytes;
    raw raw;

    raw_greet(rig, &raw);
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
    WAIT_FOR(rig, rig->server.frames == 1);
    assert_int_equal(rig->server.bytes, 8);
    assert_true(rig->server.in_order);
    xf_buf_clear(&bytes);
    raw_close(&raw);
}

static void
a_gentle_close_sends_what_is_queued_first(void **state)
{
    rig *rig = *state;

    rig_connect(rig);
    xf_link_max_body(rig->client.link, BIG);
    for (uint64_t id = 1; id <= 60; id++)
        assert_int_equal(say(&rig->server, id, BIG), XF_CODE_OK);
    hang_up(&rig->server, 1);
    assert_int_equal(say(&rig->server, 61, 1), XF_CODE_OK); /* in silence */
    WAIT_FOR(rig, rig->client.closed == 1 && rig->server.closed == 1);
    assert_int_equal(rig->client.frames, 60);
    assert_int_equal(rig->server.why.code, XF_CODE_OK);
    assert_int_equal(rig->client.why.code, XF_CODE_UNAVAILABLE);
    assert_int_equal(rig->client.why.text, XF_TEXT_CONNECTION_LOST);
}

static void
a_gentle_close_is_heard_by_a_peer_that_still_talks(void **state)
{
    rig *rig = *state;

    rig_connect(rig);
    assert_int_equal(say(&rig->server, 1, 100), XF_CODE_OK);
    for (uint64_t id = 1; id <= 200; id++)
        assert_int_equal(say(&rig->client, id, 4000), XF_CODE_OK);
    hang_up(&rig->server, 1);
    WAIT_FOR(rig, rig->client.closed == 1 && rig->server.closed == 1);
    assert_int_equal(rig->client.frames, 1); /* not lost in a reset */
}

static void
close_at_the_third_frame(rig *rig, int gently)
{
    rig->server = (told){.in_order = true, .close_after = 3, .gently = gently, .echo = true};
    rig->client = (told){.in_order = true};
    rig_connect(rig);
    for (uint64_t id = 1; id <= 10; id++)
        assert_int_equal(say(&rig->client, id, 10), XF_CODE_OK);
    WAIT_FOR(rig, rig->client.closed == 1 && rig->server.closed == 1);
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
    rig *rig = *state;
    const xf_error reason = {.code = XF_CODE_DENIED, .text = XF_TEXT_DENIED};

    rig_connect(rig);
    rig->server.inside = true;
    xf_link_close(rig->server.link, 1, &reason);
    xf_link_close(rig->server.link, 0, NULL);
    xf_link_close(rig->server.link, 1, NULL);
    rig->server.inside = false;
    WAIT_FOR(rig, rig->client.closed == 1 && rig->server.closed == 1);
    for (int i = 0; i < 20; i++)
        turn(rig);
    assert_int_equal(rig->client.closed, 1);
    assert_int_equal(rig->server.closed, 1);
    assert_int_equal(rig->server.why.code, XF_CODE_DENIED); /* the first reason counts */
}

static void
a_link_may_be_closed_before_it_is_connected(void **state)
{
    rig *rig = *state;

    rig_connect_as(rig, server_name);
    hang_up(&rig->client, 1);
    WAIT_FOR(rig, rig->client.closed == 1);
    assert_int_equal(rig->client.ready, 0);
    assert_int_equal(rig->client.why.code, XF_CODE_OK);
}

static void
nobody_listens_there(void **state)
{
    rig *rig = *state;
    struct sockaddr_in taken = rig->address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t n = sizeof rig->address;

    rig->address.sin_port = 0;
    assert_int_equal(bind(fd, (struct sockaddr *)&rig->address, n), 0); /* and no listen */
    assert_int_equal(getsockname(fd, (struct sockaddr *)&rig->address, &n), 0);
    rig_connect_as(rig, server_name);
    WAIT_FOR(rig, rig->client.closed == 1);
    assert_int_equal(rig->client.why.code, XF_CODE_UNAVAILABLE);
    assert_int_equal(rig->client.why.text, XF_TEXT_CONNECT_FAILED);
    rig->address = taken;
    (void)close(fd);
}

static void
a_client_of_another_ca_is_told_why(void **state)
{
    rig *rig = *state;

    xf_tls_context_free(&rig->client_tls);
    rig->client_tls = xf_test_context(rig->dir, "ca", "other_client", false);
    rig_connect_as(rig, server_name);
    assert_int_equal(say(&rig->client, 1, 1000), XF_CODE_OK);
    WAIT_FOR(rig, rig->client.closed == 1 && rig->server.closed == 1);
    assert_int_equal(rig->server.ready, 0);
    assert_int_equal(rig->server.frames, 0);
    assert_int_equal(rig->server.why.code, XF_CODE_UNAUTHENTICATED);
    assert_int_equal(rig->client.why.code, XF_CODE_UNAUTHENTICATED);
    assert_int_equal(rig->client.why.text, XF_TEXT_TLS_REFUSED);
}

static void
a_server_with_another_name_is_told_why(void **state)
{
    rig *rig = *state;

    rig_connect_as(rig, "xinfang.bobai.example");
    WAIT_FOR(rig, rig->client.closed == 1 && rig->server.closed == 1);
    assert_int_equal(rig->client.ready, 0);
    assert_int_equal(rig->client.why.code, XF_CODE_UNAUTHENTICATED);
    assert_int_equal(rig->client.why.text, XF_TEXT_TLS_REFUSED);
    assert_int_equal(rig->server.why.code, XF_CODE_UNAUTHENTICATED);
}

static void
a_link_that_was_cut_is_resumed(void **state)
{
    rig *rig = *state;

    rig_connect(rig);
    assert_int_equal(say(&rig->server, 1, 1), XF_CODE_OK);
    WAIT_FOR(rig, rig->client.frames == 1); /* so the session has come too */
    hang_up(&rig->client, 0);
    WAIT_FOR(rig, rig->client.closed == 1 && rig->server.closed == 1);
    rig->client = (told){0};
    rig->server = (told){0};
    rig_connect(rig);
    assert_true(xf_tls_resumed(xf_link_tls(rig->server.link)));
    assert_int_equal(xf_tls_peer_bureau(xf_link_tls(rig->server.link)), 450922);
}

static void
garbage_instead_of_a_greeting_closes(void **state)
{
    rig *rig = *state;
    raw raw;

    raw_connect(rig, &raw);
    assert_int_equal(send(raw.fd, "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL), 18);
    WAIT_FOR(rig, (raw_hear(&raw), raw.ended));
    raw_close(&raw);
    WAIT_FOR(rig, rig->server.closed == 1);
    assert_int_equal(rig->server.ready, 0);
    assert_int_equal(rig->server.why.code, XF_CODE_UNAUTHENTICATED);
}

static void
a_frame_too_large_closes_before_its_body_comes(void **state)
{
    rig *rig = *state;

    rig_connect(rig);
    assert_int_equal(say(&rig->client, 1, XF_FRAME_HEADER), XF_CODE_OK);
    assert_int_equal(say(&rig->client, 2, BIG), XF_CODE_OK); /* not logged in yet */
    WAIT_FOR(rig, rig->client.closed == 1 && rig->server.closed == 1);
    assert_int_equal(rig->server.frames, 1);
    assert_int_equal(rig->server.why.code, XF_CODE_LIMIT);
}

static void
silence_instead_of_a_greeting_is_cut(void **state)
{
    rig *rig = *state;
    raw raw;
    int64_t began_ms = xf_now_steady_ms();

    assert_true(xf_limit_set("limit.handshake_ms", 1000));
    raw_connect(rig, &raw);
    WAIT_FOR(rig, rig->server.closed == 1);
    assert_true(xf_now_steady_ms() - began_ms >= 900);
    assert_int_equal(rig->server.why.code, XF_CODE_UNAVAILABLE);
    raw_close(&raw);
}

static void
a_peer_that_never_reads_is_cut_at_the_hard_limit(void **state)
{
    rig *rig = *state;
    uint64_t hits = xf_limit_hits(XF_LIMIT_OUTPUT_HARD);
    xf_code code = XF_CODE_OK;
    raw raw;

    assert_true(xf_limit_set("limit.output_hard", 1048576));
    raw_greet(rig, &raw);
    for (uint64_t id = 1; code == XF_CODE_OK; id++) {
        assert_true(id < 4096); /* 256 MiB: no kernel takes that */
        code = say(&rig->server, id, BIG);
        (void)uv_run(&rig->loop, UV_RUN_NOWAIT);
    }
    assert_int_equal(code, XF_CODE_OVERLOADED);
    assert_int_equal(xf_limit_hits(XF_LIMIT_OUTPUT_HARD), hits + 1);
    WAIT_FOR(rig, rig->server.closed == 1);
    assert_int_equal(rig->server.why.code, XF_CODE_OVERLOADED);
    raw_close(&raw);
}

/* The soft limit: who does not take answers is not heard, until it takes them. */
static void
a_peer_that_does_not_read_is_not_heard(void **state)
{
    rig *rig = *state;
    uint64_t hits = xf_limit_hits(XF_LIMIT_OUTPUT_SOFT);
    const xf_frame frame = {.type = XF_FRAME_TYPE_PING, .request_id = 1};
    xf_buf bytes;
    raw raw;

    assert_true(xf_limit_set("limit.output_soft", 65536));
    assert_true(xf_limit_set("limit.output_hard", 67108864));
    raw_greet(rig, &raw);
    for (uint64_t id = 1; xf_limit_hits(XF_LIMIT_OUTPUT_SOFT) == hits; id++) {
        assert_true(id < 900);
        assert_int_equal(say(&rig->server, id, BIG), XF_CODE_OK);
        (void)uv_run(&rig->loop, UV_RUN_NOWAIT);
    }
    xf_buf_init(&bytes, XF_LIMIT_FRAME);
    assert_int_equal(xf_frame_encode(&bytes, &frame, NULL), XF_CODE_OK);
    assert_int_equal(xf_tls_put(raw.tls, xf_buf_at(&bytes), XF_FRAME_HEADER, &raw.out, NULL),
                     XF_CODE_OK);
    raw_send(&raw);
    for (int i = 0; i < 100; i++)
        turn(rig);
    assert_int_equal(rig->server.frames, 0);
    WAIT_FOR(rig, (raw_hear(&raw), xf_buf_clear(&raw.plain), rig->server.frames == 1));
    xf_buf_clear(&bytes);
    raw_close(&raw);
}

static void
two_who_both_have_much_to_say_do_not_wait_for_each_other(void **state)
{
    rig *rig = *state;

    assert_true(xf_limit_set("limit.output_soft", 65536));
    assert_true(xf_limit_set("limit.output_hard", 67108864));
    rig_connect(rig);
    xf_link_max_body(rig->server.link, BIG);
    xf_link_max_body(rig->client.link, BIG);
    for (uint64_t id = 1; id <= MANY; id++) {
        assert_int_equal(say(&rig->server, id, BIG), XF_CODE_OK);
        assert_int_equal(say(&rig->client, id, BIG), XF_CODE_OK);
    }
    WAIT_FOR(rig, rig->client.frames == MANY && rig->server.frames == MANY);
    assert_true(rig->client.in_order && rig->server.in_order);
}

static void
a_flusher_does_not_keep_its_loop_alive(void **state)
{
    rig *rig = *state;

    uv_unref((uv_handle_t *)&rig->listener);
    assert_int_equal(uv_run(&rig->loop, UV_RUN_DEFAULT), 0);
    uv_ref((uv_handle_t *)&rig->listener);
}

#define RIG_TEST(name)   cmocka_unit_test_setup_teardown(name, rig_up, rig_down)
#define LIMIT_TEST(name) cmocka_unit_test_setup_teardown(name, rig_up, limits_back)

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
        RIG_TEST(a_client_of_another_ca_is_told_why),
        RIG_TEST(a_server_with_another_name_is_told_why),
        RIG_TEST(a_link_that_was_cut_is_resumed),
        RIG_TEST(garbage_instead_of_a_greeting_closes),
        RIG_TEST(a_frame_too_large_closes_before_its_body_comes),
        LIMIT_TEST(silence_instead_of_a_greeting_is_cut),
        LIMIT_TEST(a_peer_that_never_reads_is_cut_at_the_hard_limit),
        LIMIT_TEST(a_peer_that_does_not_read_is_not_heard),
        LIMIT_TEST(two_who_both_have_much_to_say_do_not_wait_for_each_other),
        RIG_TEST(a_flusher_does_not_keep_its_loop_alive),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
