/* tests/support/link_rig — links over loopback, both ends on one loop, and raw peers, who
 * hold a plain socket and do to a link what no link of ours would do.
 *
 * One rig a test: xf_rig_up and xf_rig_down are its set-up and tear-down. What is wrong
 * fails the test that runs.
 */
#ifndef XF_TEST_LINK_RIG_H
#define XF_TEST_LINK_RIG_H

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/now.h"
#include "test_ca.h"
#include "wire/link.h"

enum { XF_RIG_PATIENCE_MS = 10000, XF_RIG_BIG = 65536 };

extern const char xf_rig_server[]; /* the server's name */

/* What one end's link told, and how it answers. */
typedef struct xf_told {
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
} xf_told;

typedef struct xf_rig {
    char dir[XF_TEST_PATH];
    xf_test_ca *ca;
    xf_test_ca *other_ca;
    uv_loop_t loop;
    xf_flusher *flusher;
    uv_tcp_t listener;
    struct sockaddr_in address;
    xf_tls_context *server_tls;
    xf_tls_context *client_tls;
    xf_told server; /* the last connection's */
    xf_told client;
} xf_rig;

/* Runs the loop until it holds; a raw peer is worked by hand within the condition. */
#define XF_WAIT_FOR(rig, condition)                                 \
    do {                                                            \
        int64_t until_ms = xf_now_steady_ms() + XF_RIG_PATIENCE_MS; \
        while (!(condition)) {                                      \
            xf_rig_turn(rig);                                       \
            assert_true(xf_now_steady_ms() < until_ms);             \
        }                                                           \
    } while (0)

int xf_rig_up(void **state);
/* Nothing may stay behind: the loop has to end, and AddressSanitizer looks for the rest. */
int xf_rig_down(void **state);
int xf_rig_down_limits(void **state); /* for a test that set limits */
void xf_rig_turn(xf_rig *rig);
/* Begins to connect to the server of that name; or connects, until both ends are ready. */
void xf_rig_connect_as(xf_rig *rig, const char *name);
void xf_rig_connect(xf_rig *rig);
/* Sends a request with a body of XF_RIG_BIG bytes at most. */
xf_code xf_rig_say(xf_told *told, uint64_t id, size_t body_len);
void xf_rig_hang_up(xf_told *told, int gently); /* twice, for that is allowed */

/* ---- Raw peers */

typedef struct xf_raw {
    int fd;
    xf_tls *tls;
    xf_buf out;
    xf_buf plain;
    bool ready;
    bool ended; /* the link closed */
} xf_raw;

/* Connects, no more; or shakes hands too. */
void xf_raw_connect(xf_rig *rig, xf_raw *raw);
void xf_raw_greet(xf_rig *rig, xf_raw *raw);
void xf_raw_send(xf_raw *raw);
void xf_raw_hear(xf_raw *raw);
void xf_raw_close(xf_raw *raw);

#endif
