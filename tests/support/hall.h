/* tests/support/hall — very many TLS 1.3 connections in one process, and next to nothing else.
 *
 * For tests/bench: what is measured is the server, so this end is light (epoll, OpenSSL, one buffer
 * for all that is read) and the same for whatever server it talks to. It shows a certificate and
 * does not look at the server's: that costs the same whoever answers. Loopback only: each connection
 * comes from one of many addresses 127.0.0.x, so that ports do not run out, and what is sent is
 * small enough for the kernel to take it at once.
 *
 * Seats are numbered from 0. Whatever goes wrong ends the program with a line on stderr.
 */
#ifndef XF_TEST_HALL_H
#define XF_TEST_HALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

typedef struct xf_hall xf_hall;

typedef enum xf_hall_news {
    XF_HALL_READY,   /* this end of the handshake is done */
    XF_HALL_SESSION, /* the server gave a session: its end of the handshake is done, too */
    XF_HALL_BYTES,   /* xf_hall_in has more; what is whole is to be consumed */
    XF_HALL_CLOSED,  /* by the server */
} xf_hall_news;

typedef struct xf_hall_conf {
    const char *program;     /* for what is said on stderr */
    const char *certificate; /* PEM files */
    const char *key;
    const char *alpn; /* "xinfang/1"; NULL: none is offered */
    size_t seats;
    bool resume; /* a seat that comes again offers the session that it got last */
    /* May open, close and send. */
    void (*news)(xf_hall *hall, size_t seat, xf_hall_news news, void *data);
    void *data;
} xf_hall_conf;

xf_hall *xf_hall_new(const xf_hall_conf *conf);
void xf_hall_free(xf_hall **hall);

void xf_hall_open(xf_hall *hall, size_t seat, int port);
void xf_hall_close(xf_hall *hall, size_t seat); /* with a close_notify, waiting for nothing */
void xf_hall_send(xf_hall *hall, size_t seat, const void *bytes, size_t n);
xf_buf *xf_hall_in(xf_hall *hall, size_t seat);
bool xf_hall_resumed(const xf_hall *hall, size_t seat);
/* Waits so long for something to happen, and tells it. */
void xf_hall_turn(xf_hall *hall, int wait_ms);

#endif
