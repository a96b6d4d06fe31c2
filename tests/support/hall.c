/* Many connections; header has the manual. */
#include "hall.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/memory.h"

enum {
    EVENTS = 256,
    SCRATCH = 65536,
    ADDRESSES = 200, /* 127.0.0.2 and on */
    ALPN_MOST = 32,
};

typedef struct chair {
    SSL *ssl; /* NULL: nobody sits there */
    int fd;
    uint64_t visits; /* tells one connection from the next, which may have the same address */
    bool ready;
    SSL_SESSION *session; /* for the next time */
    bool got_session;
    xf_buf in;
} chair;

struct xf_hall {
    xf_hall_conf conf;
    SSL_CTX *context;
    int epoll;
    uint8_t scratch[SCRATCH];
    chair seats[];
};

static _Noreturn void
fail(const xf_hall *hall, const char *what)
{
    const char *why = ERR_peek_error() != 0 ? ERR_reason_error_string(ERR_peek_error()) : NULL;

    (void)fprintf(stderr, "%s: %s: %s\n", hall->conf.program, what,
                  why != NULL ? why : strerrordesc_np(errno));
    _exit(1);
}

/* ---- Beginning ---------------------------------------------------------------------- */

static int
session_came(SSL *ssl, SSL_SESSION *session)
{
    chair *at = SSL_get_app_data(ssl);

    SSL_SESSION_free(at->session);
    at->session = session;
    at->got_session = true;
    return 1; /* the reference is ours now */
}

static void
set_alpn(xf_hall *hall)
{
    unsigned char list[ALPN_MOST];
    size_t n = strlen(hall->conf.alpn);

    if (n + 1 > sizeof list)
        fail(hall, "alpn");
    list[0] = (unsigned char)n;
    memcpy(list + 1, hall->conf.alpn, n);
    if (SSL_CTX_set_alpn_protos(hall->context, list, (unsigned)n + 1) != 0) /* 0 is success here */
        fail(hall, "alpn");
}

xf_hall *
xf_hall_new(const xf_hall_conf *conf)
{
    xf_hall *hall = xf_memory_new(sizeof *hall + conf->seats * sizeof hall->seats[0]);

    hall->conf = *conf;
    hall->context = SSL_CTX_new(TLS_client_method());
    hall->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (hall->context == NULL || hall->epoll < 0 ||
        SSL_CTX_set_min_proto_version(hall->context, TLS1_3_VERSION) != 1 ||
        SSL_CTX_use_certificate_chain_file(hall->context, conf->certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(hall->context, conf->key, SSL_FILETYPE_PEM) != 1)
        fail(hall, "context");
    SSL_CTX_set_mode(hall->context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(hall->context,
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(hall->context, session_came);
    if (conf->alpn != NULL)
        set_alpn(hall);
    for (size_t seat = 0; seat < conf->seats; seat++)
        xf_buf_init(&hall->seats[seat].in, XF_LIMIT_FRAME);
    return hall;
}

/* ---- One connection ----------------------------------------------------------------- */

static void
tell(xf_hall *hall, size_t seat, xf_hall_news news)
{
    hall->conf.news(hall, seat, news, hall->conf.data);
}

static int
connect_from(const xf_hall *hall, size_t seat, int port)
{
    const int on = 1;
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct sockaddr_in from = {.sin_family = AF_INET,
                                     .sin_addr.s_addr =
                                         htonl(INADDR_LOOPBACK + 1 + (uint32_t)(seat % ADDRESSES))};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
        setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) != 0 ||
        bind(fd, (const struct sockaddr *)&from, sizeof from) != 0)
        fail(hall, "socket");
    if (connect(fd, (const struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS)
        fail(hall, "connect");
    return fd;
}

static void
wait_for(const xf_hall *hall, size_t seat, uint32_t what, int operation)
{
    struct epoll_event event = {.events = what, .data.u64 = seat};

    if (epoll_ctl(hall->epoll, operation, hall->seats[seat].fd, &event) != 0)
        fail(hall, "epoll");
}

void
xf_hall_open(xf_hall *hall, size_t seat, int port)
{
    chair *at = &hall->seats[seat];

    at->fd = connect_from(hall, seat, port);
    at->ssl = SSL_new(hall->context);
    at->visits++;
    at->ready = at->got_session = false;
    if (at->ssl == NULL || SSL_set_fd(at->ssl, at->fd) != 1 || SSL_set_app_data(at->ssl, at) != 1)
        fail(hall, "connection");
    SSL_set_connect_state(at->ssl);
    if (hall->conf.resume && at->session != NULL && SSL_set_session(at->ssl, at->session) != 1)
        fail(hall, "session");
    SSL_SESSION_free(at->session); /* each serves once */
    at->session = NULL;
    wait_for(hall, seat, EPOLLOUT, EPOLL_CTL_ADD); /* connected */
}

static void
drop(chair *at)
{
    /* Without this OpenSSL would spoil the session of a connection that it saw end. */
    SSL_set_shutdown(at->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(at->ssl);
    at->ssl = NULL;
    (void)close(at->fd);
    xf_buf_clear(&at->in);
}

void
xf_hall_close(xf_hall *hall, size_t seat)
{
    chair *at = &hall->seats[seat];

    if (at->ssl == NULL)
        return;
    if (at->ready)
        (void)SSL_shutdown(at->ssl);
    ERR_clear_error();
    drop(at);
}

void
xf_hall_send(xf_hall *hall, size_t seat, const void *bytes, size_t n)
{
    size_t sent = 0;

    if (SSL_write_ex(hall->seats[seat].ssl, bytes, n, &sent) != 1 || sent != n)
        fail(hall, "send");
}

xf_buf *
xf_hall_in(xf_hall *hall, size_t seat)
{
    return &hall->seats[seat].in;
}

bool
xf_hall_resumed(const xf_hall *hall, size_t seat)
{
    return SSL_session_reused(hall->seats[seat].ssl) == 1;
}

/* ---- What comes --------------------------------------------------------------------- */

/* Who is told may close the seat, and open it again: then it is another connection. */
static bool
is_there(const chair *at, uint64_t visit)
{
    return at->ssl != NULL && at->visits == visit;
}

/* True: go on. False: it waits for the socket, or it is gone. */
static bool
went_well(xf_hall *hall, size_t seat, int rv, const char *what)
{
    int error = SSL_get_error(hall->seats[seat].ssl, rv);

    if (rv == 1)
        return true;
    if (error == SSL_ERROR_WANT_READ)
        return false;
    if (!hall->seats[seat].ready)
        fail(hall, what);
    ERR_clear_error();
    drop(&hall->seats[seat]);
    tell(hall, seat, XF_HALL_CLOSED);
    return false;
}

static void
tell_session(xf_hall *hall, size_t seat)
{
    if (!hall->seats[seat].got_session)
        return;
    hall->seats[seat].got_session = false;
    tell(hall, seat, XF_HALL_SESSION);
}

static void
read_all(xf_hall *hall, size_t seat)
{
    chair *at = &hall->seats[seat];
    const uint64_t visit = at->visits;

    while (is_there(at, visit)) {
        size_t n = 0;
        int rv = SSL_read_ex(at->ssl, hall->scratch, SCRATCH, &n);

        if (rv == 1 && xf_buf_append(&at->in, hall->scratch, n, NULL) != XF_CODE_OK)
            fail(hall, "too much came");
        tell_session(hall, seat);
        if (!is_there(at, visit) || !went_well(hall, seat, rv, "read"))
            return;
        tell(hall, seat, XF_HALL_BYTES);
        if (is_there(at, visit))
            xf_buf_release(&at->in);
    }
}

static void
go_on(xf_hall *hall, size_t seat, uint32_t events)
{
    chair *at = &hall->seats[seat];
    const uint64_t visit = at->visits;

    if (at->ssl == NULL)
        return;
    ERR_clear_error();
    if (events & EPOLLOUT)
        wait_for(hall, seat, EPOLLIN, EPOLL_CTL_MOD);
    if (!at->ready) {
        if (!went_well(hall, seat, SSL_do_handshake(at->ssl), "handshake"))
            return;
        at->ready = true;
        tell(hall, seat, XF_HALL_READY);
    }
    if (is_there(at, visit))
        read_all(hall, seat);
}

void
xf_hall_turn(xf_hall *hall, int wait_ms)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(hall->epoll, events, EVENTS, wait_ms);

    if (n < 0 && errno != EINTR)
        fail(hall, "epoll");
    for (int i = 0; i < n; i++)
        go_on(hall, (size_t)events[i].data.u64, events[i].events);
}

void
xf_hall_free(xf_hall **hall)
{
    xf_hall *gone = *hall;

    if (gone == NULL)
        return;
    *hall = NULL;
    for (size_t seat = 0; seat < gone->conf.seats; seat++) {
        xf_hall_close(gone, seat);
        SSL_SESSION_free(gone->seats[seat].session);
    }
    SSL_CTX_free(gone->context);
    (void)close(gone->epoll);
    free(gone);
}
