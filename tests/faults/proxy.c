/* tests/faults/proxy — the link between the clients and xinfangd, cut behind random bytes.
 *
 *     faults_proxy SERVER_PORT SEED DIR
 *
 * Listens on 127.0.0.1, writes its port to DIR/link.port, and passes bytes on to SERVER_PORT and
 * back. SEED and the number of a connection say how it ends, unless somebody hangs up before:
 * in which direction, behind which byte, and whether both ends see a close or a reset. All
 * bytes up to that one have gone on, none behind it: a frame is cut where it happens to be, a
 * handshake too.
 *
 * DIR/cuts gets a line a cut:  up|down BYTE close|reset  ("up" is towards the server).
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include "base/memory.h"

enum {
    CHUNK = 4096,
    BACKLOG = 64,
    PATH = 512,
    /* A handshake with its login takes about 1600 bytes up and as many down, then a command 150
     * up and 40 down. One connection in four is cut in its first bytes, the others in the
     * first dozen of their commands. */
    EARLY_IN = 4,
    EARLY = 1600,
    UP_LATER = 2048,
    DOWN_LATER = 640
};

enum { AT_PORT = 1, AT_SEED, AT_DIR, WORDS };

typedef struct proxy {
    uv_loop_t loop;
    uv_tcp_t listener;
    struct sockaddr_in server;
    uint64_t seed;
    uint64_t connections;
    FILE *cuts;
} proxy;

typedef struct relay relay;

/* One end, and what is read from it until the other has it. */
typedef struct side {
    uv_tcp_t tcp;
    uv_write_t write;
    relay *relay;
    struct side *other;
    int64_t passed; /* bytes from here to the other */
    char bytes[CHUNK];
} side;

struct relay {
    proxy *proxy;
    side client;
    side server;
    uv_connect_t connect;
    int open; /* sides whose handle is not closed yet */
    bool ended;
    const side *cut_from;
    int64_t cut_behind;
    bool by_reset;
};

_Noreturn static void
stop(const char *what, int status)
{
    (void)fprintf(stderr, "faults_proxy: %s: %s\n", what, uv_strerror(status));
    _exit(1);
}

static void
must(const char *what, int status)
{
    if (status < 0)
        stop(what, status);
}

/* splitmix64: neighbours have nothing in common. */
static uint64_t
mixed(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static void
draw(relay *r)
{
    uint64_t random = mixed(mixed(r->proxy->seed) + r->proxy->connections);
    bool up = (random & 1) != 0;

    r->cut_from = up ? &r->client : &r->server;
    r->by_reset = (random & 2) != 0;
    if ((random >> 2) % EARLY_IN == 0) {
        r->cut_behind = (int64_t)(1 + (random >> 8) % EARLY);
    } else {
        r->cut_behind = (int64_t)(1 + EARLY + (random >> 8) % (up ? UP_LATER : DOWN_LATER));
    }
}

/* ---- The end ------------------------------------------------------------------------ */

static void
on_closed(uv_handle_t *handle)
{
    relay *r = ((side *)handle->data)->relay;

    if (--r->open == 0)
        free(r);
}

static void
end(relay *r, bool by_reset)
{
    side *sides[] = {&r->client, &r->server};

    if (r->ended)
        return;
    r->ended = true;
    for (size_t i = 0; i < 2; i++) {
        /* A side that never was connected has nothing to reset. */
        if (!by_reset || uv_tcp_close_reset(&sides[i]->tcp, on_closed) != 0)
            uv_close((uv_handle_t *)&sides[i]->tcp, on_closed);
    }
}

static void
cut(relay *r)
{
    (void)fprintf(r->proxy->cuts, "%s %" PRId64 " %s\n", r->cut_from == &r->client ? "up" : "down",
                  r->cut_behind, r->by_reset ? "reset" : "close");
    (void)fflush(r->proxy->cuts);
    end(r, r->by_reset);
}

/* ---- Bytes -------------------------------------------------------------------------- */

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf);

static void
on_room(uv_handle_t *handle, size_t wanted, uv_buf_t *ret_buf)
{
    side *from = handle->data;

    (void)wanted;
    *ret_buf = uv_buf_init(from->bytes, CHUNK);
}

static void
on_written(uv_write_t *write, int status)
{
    side *from = write->data;
    relay *r = from->relay;

    if (r->ended)
        return;
    if (status < 0) {
        end(r, false);
    } else if (from == r->cut_from && from->passed == r->cut_behind) {
        cut(r);
    } else {
        must("read", uv_read_start((uv_stream_t *)&from->tcp, on_room, on_read));
    }
}

/* Nothing more is read until this is passed on: there is one buffer a side. */
static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    side *from = stream->data;
    relay *r = from->relay;

    (void)buf;
    if (n < 0) {
        end(r, n == UV_ECONNRESET);
        return;
    }
    if (n == 0)
        return;
    (void)uv_read_stop(stream);
    if (from == r->cut_from && n > r->cut_behind - from->passed)
        n = (ssize_t)(r->cut_behind - from->passed);
    from->passed += n;
    uv_buf_t out = uv_buf_init(from->bytes, (unsigned)n);
    from->write.data = from;
    if (uv_write(&from->write, (uv_stream_t *)&from->other->tcp, &out, 1, on_written) != 0)
        end(r, false);
}

/* ---- Connections -------------------------------------------------------------------- */

static void
on_connected(uv_connect_t *connect, int status)
{
    relay *r = connect->data;

    if (r->ended)
        return;
    if (status < 0) { /* xinfangd is dead */
        end(r, true);
        return;
    }
    (void)uv_tcp_nodelay(&r->client.tcp, 1);
    (void)uv_tcp_nodelay(&r->server.tcp, 1);
    must("read", uv_read_start((uv_stream_t *)&r->client.tcp, on_room, on_read));
    must("read", uv_read_start((uv_stream_t *)&r->server.tcp, on_room, on_read));
}

static void
open_side(relay *r, side *mine, side *other)
{
    must("tcp", uv_tcp_init(&r->proxy->loop, &mine->tcp));
    mine->tcp.data = mine;
    mine->relay = r;
    mine->other = other;
    r->open++;
}

static void
on_connection(uv_stream_t *listener, int status)
{
    proxy *p = listener->data;
    relay *r = xf_memory_new(sizeof *r);

    must("listen", status);
    p->connections++;
    r->proxy = p;
    open_side(r, &r->client, &r->server);
    open_side(r, &r->server, &r->client);
    draw(r);
    must("accept", uv_accept(listener, (uv_stream_t *)&r->client.tcp));
    r->connect.data = r;
    if (uv_tcp_connect(&r->connect, &r->server.tcp, (const struct sockaddr *)&p->server,
                       on_connected) != 0)
        end(r, true);
}

/* Written under another name first: who waits for it never finds half of it. */
static void
tell_port(const proxy *p, const char *dir)
{
    struct sockaddr_in own;
    int n = sizeof own;
    char path[PATH];
    char fresh[PATH];

    must("port", uv_tcp_getsockname(&p->listener, (struct sockaddr *)&own, &n));
    (void)snprintf(path, sizeof path, "%s/link.port", dir);
    (void)snprintf(fresh, sizeof fresh, "%s/link.port.new", dir);
    FILE *file = fopen(fresh, "we");
    if (file == NULL)
        stop(fresh, UV_EIO);
    (void)fprintf(file, "%d\n", (int)ntohs(own.sin_port));
    if (fclose(file) != 0 || rename(fresh, path) != 0)
        stop(path, UV_EIO);
}

static void
take_arguments(proxy *p, char **argv)
{
    char path[PATH];

    must("port", uv_ip4_addr("127.0.0.1", (int)strtol(argv[AT_PORT], NULL, 10), &p->server));
    p->seed = strtoull(argv[AT_SEED], NULL, 10);
    (void)snprintf(path, sizeof path, "%s/cuts", argv[AT_DIR]);
    p->cuts = fopen(path, "we");
    if (p->cuts == NULL)
        stop(path, UV_EIO);
}

int
main(int argc, char **argv)
{
    proxy *p = xf_memory_new(sizeof *p);
    struct sockaddr_in any;

    if (argc != WORDS) {
        (void)fprintf(stderr, "faults_proxy: see the head of tests/faults/proxy.c\n");
        return 2;
    }
    take_arguments(p, argv);
    must("loop", uv_loop_init(&p->loop));
    must("tcp", uv_tcp_init(&p->loop, &p->listener));
    p->listener.data = p;
    must("address", uv_ip4_addr("127.0.0.1", 0, &any));
    must("bind", uv_tcp_bind(&p->listener, (const struct sockaddr *)&any, 0));
    must("listen", uv_listen((uv_stream_t *)&p->listener, BACKLOG, on_connection));
    tell_port(p, argv[AT_DIR]);
    (void)uv_run(&p->loop, UV_RUN_DEFAULT);
    (void)fclose(p->cuts);
    free(p);
    return 0;
}
