/* http/http — three pages for whoever operates the server, on threads of its own.
 *
 *     GET /metrics   every metric (scrape.h)
 *     GET /livez     200 while the loops turn, 503 with the worker that does not: restart it
 *     GET /readyz    200 when people can work, 503 with a line a reason: `NAME: words` (ready.h)
 *
 * Where it listens: door.h. A thread a connection, XF_HTTP_CONNECTIONS at most, so that a
 * database that hangs holds up /readyz and nothing else. No page has a word about anybody.
 */
#ifndef XF_HTTP_HTTP_H
#define XF_HTTP_HTTP_H

#include <stdint.h>

#include "base/error.h"
#include "http/ready.h"

enum { XF_HTTP_CONNECTIONS = 8, XF_HTTP_PATIENCE_S = 10 };

typedef struct xf_http xf_http;

/* Its texts outlive it. */
typedef struct xf_http_conf {
    const char *where; /* door.h */
    int port;
    const char *version;
    xf_ready_conf ready;
    /* Of server/health.c too, with the data of `ready`; from any thread. */
    int (*stuck)(void *data); /* a worker whose loop does not turn, or -1 */
    uint64_t (*hashes_waiting)(void *data);
} xf_http_conf;

XF_NODISCARD xf_code xf_http_start(const xf_http_conf *conf, xf_http **ret_http, xf_error *reterr);
int xf_http_port(const xf_http *http); /* 0: a Unix socket */
/* Waits for the answers that are being made. Sets NULL. */
void xf_http_stop(xf_http **http);

#endif
