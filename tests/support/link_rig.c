/* tests/support/link_rig — see link_rig.h. */
#include "link_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

const char xf_rig_server[] = "xinfang.luchuan.example";

static void
on_ready(xf_link *link, void *data)
{
    xf_told *told = data;

    assert_ptr_equal(link, told->link);
    assert_false(told->inside);
    told->ready++;
}

static void
on_frame(xf_link *link, const xf_frame *frame, void *data)
{
    xf_told *told = data;

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
    xf_told *told = data;

    assert_ptr_equal(link, told->link);
    assert_false(told->inside);
    told->closed++;
    told->why = *why;
    told->link = NULL;
}

static const xf_link_events events = {.ready = on_ready, .frame = on_frame, .closed = on_closed};

static void
on_connection(uv_stream_t *listener, int status)
{
    xf_rig *rig = listener->data;

    assert_int_equal(status, 0);
    assert_null(rig->server.link);
    assert_int_equal(xf_link_accept(listener, rig->flusher, rig->server_tls, &events, &rig->server,
                                    &rig->server.link, NULL),
                     XF_CODE_OK);
}

void
xf_rig_connect_as(xf_rig *rig, const char *name)
{
    assert_int_equal(xf_link_connect(&rig->loop, rig->flusher, rig->client_tls,
                                     (const struct sockaddr *)&rig->address, name, &events,
                                     &rig->client, &rig->client.link, NULL),
                     XF_CODE_OK);
}

void
xf_rig_turn(xf_rig *rig)
{
    (void)uv_run(&rig->loop, UV_RUN_NOWAIT);
    (void)usleep(200);
}

void
xf_rig_connect(xf_rig *rig)
{
    xf_rig_connect_as(rig, xf_rig_server);
    XF_WAIT_FOR(rig, rig->client.ready == 1 && rig->server.ready == 1);
}

static void
rig_listen(xf_rig *rig)
{
    int n = sizeof rig->address;

    assert_int_equal(uv_tcp_init(&rig->loop, &rig->listener), 0);
    rig->listener.data = rig;
    assert_int_equal(uv_ip4_addr("127.0.0.1", 0, &rig->address), 0);
    assert_int_equal(uv_tcp_bind(&rig->listener, (const struct sockaddr *)&rig->address, 0), 0);
    assert_int_equal(uv_listen((uv_stream_t *)&rig->listener, 16, on_connection), 0);
    assert_int_equal(uv_tcp_getsockname(&rig->listener, (struct sockaddr *)&rig->address, &n), 0);
}

int
xf_rig_up(void **state)
{
    xf_rig *rig = test_calloc(1, sizeof *rig);

    xf_test_dir_new(rig->dir);
    rig->ca = xf_test_ca_new(rig->dir, "ca");
    rig->other_ca = xf_test_ca_new(rig->dir, "other_ca");
    xf_test_ca_server(rig->ca, "server", xf_rig_server);
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

int
xf_rig_down(void **state)
{
    xf_rig *rig = *state;

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

int
xf_rig_down_limits(void **state)
{
    assert_true(xf_limit_set("limit.output_soft", 1048576));
    assert_true(xf_limit_set("limit.output_hard", 8388608));
    return xf_rig_down(state);
}

xf_code
xf_rig_say(xf_told *told, uint64_t id, size_t body_len)
{
    static const uint8_t body[XF_RIG_BIG];
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

void
xf_rig_hang_up(xf_told *told, int gently)
{
    told->inside = true;
    xf_link_close(told->link, gently, NULL);
    xf_link_close(told->link, gently, NULL);
    told->inside = false;
}

/* ---- Raw peers */

void
xf_raw_connect(xf_rig *rig, xf_raw *raw)
{
    const int one = 1;

    *raw = (xf_raw){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    xf_buf_init(&raw->out, XF_LIMIT_OUTPUT_HARD);
    xf_buf_init(&raw->plain, XF_LIMIT_INPUT);
    assert_true(raw->fd >= 0);
    assert_int_equal(connect(raw->fd, (const struct sockaddr *)&rig->address, sizeof rig->address),
                     0);
    assert_int_equal(setsockopt(raw->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one), 0);
    assert_int_equal(fcntl(raw->fd, F_SETFL, O_NONBLOCK), 0);
}

void
xf_raw_send(xf_raw *raw)
{
    ssize_t n = send(raw->fd, xf_buf_at(&raw->out), xf_buf_readable(&raw->out), MSG_NOSIGNAL);

    if (n > 0)
        xf_buf_consume(&raw->out, (size_t)n);
}

void
xf_raw_hear(xf_raw *raw)
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

void
xf_raw_greet(xf_rig *rig, xf_raw *raw)
{
    xf_raw_connect(rig, raw);
    raw->tls = xf_tls_new(rig->client_tls, xf_rig_server);
    assert_int_equal(xf_tls_start(raw->tls, &raw->out, NULL), XF_CODE_OK);
    XF_WAIT_FOR(rig,
                (xf_raw_send(raw), xf_raw_hear(raw), xf_raw_send(raw), rig->server.ready == 1));
}

void
xf_raw_close(xf_raw *raw)
{
    (void)close(raw->fd);
    xf_tls_free(&raw->tls);
    xf_buf_clear(&raw->out);
    xf_buf_clear(&raw->plain);
}
