/* A listener, one link, and frames out of a script. */
#include "fake_server.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "wire/link.h"
#include "wire/message.h"

struct xf_fake_server {
    uv_tcp_t listener;
    xf_flusher *flusher;
    xf_tls_context *tls;
    xf_link *link;
    xf_fake_script *script;
    void *data;
    Xf__Welcome welcome;
    char port[8];
    bool mute;
    size_t pings;
    size_t pongs;
    size_t links; /* whose `closed` has not come */
    bool listening;
    bool closing;
};

/* Not assert: it must hold in every build. */
static void
must(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "fake_server: %s\n", what);
    abort();
}

static void
free_if_idle(xf_fake_server *server)
{
    if (!server->closing || server->listening || server->links > 0)
        return;
    xf_flusher_close(&server->flusher);
    xf_tls_context_free(&server->tls);
    free(server);
}

static void
put(xf_fake_server *server, xf_frame frame, const ProtobufCMessage *message)
{
    xf_buf body;
    xf_buf_init(&body, XF_LIMIT_FRAME);
    if (server->link == NULL || server->mute)
        return;
    if (message != NULL) {
        must(xf_message_pack(message, &body, NULL) == XF_CODE_OK, "pack");
        frame.body = xf_buf_at(&body);
        frame.body_len = xf_buf_readable(&body);
    }
    must(xf_link_send(server->link, &frame, NULL) == XF_CODE_OK, "send");
    xf_buf_clear(&body);
}

static void
on_ready(xf_link *link, void *data)
{
    (void)data;
    xf_link_max_body(link, xf_limit_get(XF_LIMIT_FRAME));
}

static void
on_frame(xf_link *link, const xf_frame *frame, void *data)
{
    xf_fake_server *server = data;
    xf_fake_request request = {frame->request_id, (xf_rpc)frame->method, frame->body,
                               frame->body_len};
    if (link != server->link)
        return;
    if (frame->type == XF_FRAME_TYPE_HELLO) {
        put(server, (xf_frame){.type = XF_FRAME_TYPE_WELCOME}, &server->welcome.base);
    } else if (frame->type == XF_FRAME_TYPE_REQUEST) {
        server->script(server, &request, server->data);
    } else if (frame->type == XF_FRAME_TYPE_PING) {
        server->pings++;
        put(server, (xf_frame){.type = XF_FRAME_TYPE_PONG, .request_id = frame->request_id}, NULL);
    } else if (frame->type == XF_FRAME_TYPE_PONG) {
        server->pongs++;
    }
}

static void
on_closed(xf_link *link, const xf_error *why, void *data)
{
    xf_fake_server *server = data;
    (void)why;
    if (server->link == link)
        server->link = NULL;
    server->links--;
    free_if_idle(server);
}

static const xf_link_events link_events = {
    .ready = on_ready, .frame = on_frame, .closed = on_closed};

static void
on_connection(uv_stream_t *listener, int status)
{
    xf_fake_server *server = listener->data;
    must(status == 0, "listen");
    must(xf_link_accept(listener, server->flusher, server->tls, &link_events, server, &server->link,
                        NULL) == XF_CODE_OK,
         "accept");
    server->links++;
}

static void
listen_on_loopback(xf_fake_server *server, uv_loop_t *loop)
{
    struct sockaddr_in address;
    int n = sizeof address;

    must(uv_ip4_addr("127.0.0.1", 0, &address) == 0, "address");
    must(uv_tcp_init(loop, &server->listener) == 0, "tcp");
    must(uv_tcp_bind(&server->listener, (struct sockaddr *)&address, 0) == 0, "bind");
    must(uv_listen((uv_stream_t *)&server->listener, 8, on_connection) == 0, "listen");
    must(uv_tcp_getsockname(&server->listener, (struct sockaddr *)&address, &n) == 0, "name");
    (void)snprintf(server->port, sizeof server->port, "%u", ntohs(address.sin_port));
    server->listener.data = server;
    server->listening = true;
}

xf_fake_server *
xf_fake_server_new(uv_loop_t *loop, const xf_test_files *files, xf_fake_script *script, void *data)
{
    xf_fake_server *server = xf_memory_new(sizeof *server);
    const xf_tls_files tls = {files->ca, files->certificate, files->key};

    must(xf_tls_context_new(&tls, true, &server->tls, NULL) == XF_CODE_OK, "certificates");
    server->flusher = xf_flusher_new(loop);
    server->script = script;
    server->data = data;
    xf__welcome__init(&server->welcome);
    server->welcome.has_bureau_id = 1;
    server->welcome.bureau_id = 450922;
    server->welcome.has_max_in_flight = 1;
    server->welcome.max_in_flight = 32;
    listen_on_loopback(server, loop);
    return server;
}

static void
on_listener_closed(uv_handle_t *handle)
{
    xf_fake_server *server = handle->data;
    server->listening = false;
    free_if_idle(server);
}

void
xf_fake_server_close(xf_fake_server **server_at)
{
    xf_fake_server *server = *server_at;
    *server_at = NULL;
    server->closing = true;
    if (server->link != NULL)
        xf_link_close(server->link, 0, NULL);
    uv_close((uv_handle_t *)&server->listener, on_listener_closed);
}

const char *
xf_fake_server_port(const xf_fake_server *server)
{
    return server->port;
}

Xf__Welcome *
xf_fake_server_welcome(xf_fake_server *server)
{
    return &server->welcome;
}

void
xf_fake_server_answer(xf_fake_server *server, uint64_t id, xf_rpc rpc,
                      const ProtobufCMessage *reply)
{
    put(server,
        (xf_frame){.type = XF_FRAME_TYPE_RESPONSE, .method = (uint16_t)rpc, .request_id = id},
        reply);
}

void
xf_fake_server_answer_in_pieces(xf_fake_server *server, uint64_t id, xf_rpc rpc,
                                const ProtobufCMessage *reply, size_t n)
{
    xf_frame frame = {.type = XF_FRAME_TYPE_CHUNK, .method = (uint16_t)rpc, .request_id = id};
    xf_buf body;

    xf_buf_init(&body, XF_LIMIT_REPLY);
    must(xf_message_pack(reply, &body, NULL) == XF_CODE_OK && n < xf_buf_readable(&body), "pack");
    frame.body = xf_buf_at(&body);
    frame.body_len = n;
    must(xf_link_send(server->link, &frame, NULL) == XF_CODE_OK, "send");
    frame.type = XF_FRAME_TYPE_RESPONSE;
    frame.body += n;
    frame.body_len = xf_buf_readable(&body) - n;
    must(xf_link_send(server->link, &frame, NULL) == XF_CODE_OK, "send");
    xf_buf_clear(&body);
}

void
xf_fake_server_refuse(xf_fake_server *server, uint64_t id, xf_rpc rpc, Xf__Code code,
                      const char *words)
{
    Xf__Error error = XF__ERROR__INIT;
    error.has_code = 1;
    error.code = code;
    error.text = (char *)(uintptr_t)words;
    put(server, (xf_frame){.type = XF_FRAME_TYPE_ERROR, .method = (uint16_t)rpc, .request_id = id},
        &error.base);
}

void
xf_fake_server_event(xf_fake_server *server, const Xf__FeedEvent *event)
{
    put(server, (xf_frame){.type = XF_FRAME_TYPE_EVENT}, &event->base);
}

void
xf_fake_server_ping(xf_fake_server *server)
{
    put(server, (xf_frame){.type = XF_FRAME_TYPE_PING, .request_id = 1}, NULL);
}

void
xf_fake_server_goaway(xf_fake_server *server, xf_code code, const char *words)
{
    Xf__Goaway goaway = XF__GOAWAY__INIT;

    goaway.has_code = code != XF_CODE_OK;
    goaway.code = (Xf__Code)code;
    goaway.text = (char *)(uintptr_t)words;
    put(server, (xf_frame){.type = XF_FRAME_TYPE_GOAWAY}, &goaway.base);
}

void
xf_fake_server_cut(xf_fake_server *server)
{
    xf_link_close(server->link, 0, NULL);
    server->link = NULL;
}

void
xf_fake_server_mute(xf_fake_server *server)
{
    server->mute = true;
}

size_t
xf_fake_server_pings(const xf_fake_server *server)
{
    return server->pings;
}

size_t
xf_fake_server_pongs(const xf_fake_server *server)
{
    return server->pongs;
}
