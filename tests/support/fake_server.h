/* tests/support/fake_server — the other end of a client, on loopback, in the same loop.
 *
 * TLS, frames and WELCOME are real; what comes after is the test's script: it answers, now
 * or later, sends events, says GOAWAY, falls silent or cuts. One connection at a time, the
 * newest. Whatever fails here ends the test program.
 */
#ifndef XF_TEST_FAKE_SERVER_H
#define XF_TEST_FAKE_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>
#include <uv.h>

#include "error.pb-c.h"
#include "feed.pb-c.h"
#include "frame.pb-c.h"

#include "gen/rpc.h"
#include "test_ca.h"

typedef struct xf_fake_server xf_fake_server;

typedef struct xf_fake_request {
    uint64_t id;
    xf_rpc rpc;
    const uint8_t *body; /* borrowed */
    size_t body_len;
} xf_fake_request;

/* Called for each REQUEST; may answer it, or any other. */
typedef void xf_fake_script(xf_fake_server *server, const xf_fake_request *request, void *data);

xf_fake_server *xf_fake_server_new(uv_loop_t *loop, const xf_test_files *files,
                                   xf_fake_script *script, void *data);
void xf_fake_server_close(xf_fake_server **server); /* memory goes with the loop's next turns */
const char *xf_fake_server_port(const xf_fake_server *server);

/* What the next HELLO is answered with: change it before. bureau 450922, window 32. */
Xf__Welcome *xf_fake_server_welcome(xf_fake_server *server);

void xf_fake_server_answer(xf_fake_server *server, uint64_t id, xf_rpc rpc,
                           const ProtobufCMessage *reply);
/* The first `n` bytes of the packed reply go as a CHUNK, the others as RESPONSE. */
void xf_fake_server_answer_in_pieces(xf_fake_server *server, uint64_t id, xf_rpc rpc,
                                     const ProtobufCMessage *reply, size_t n);
/* NULL words: none are sent. */
void xf_fake_server_refuse(xf_fake_server *server, uint64_t id, xf_rpc rpc, Xf__Code code,
                           const char *words);
void xf_fake_server_event(xf_fake_server *server, const Xf__FeedEvent *event);
void xf_fake_server_ping(xf_fake_server *server);
/* The connection stays. OK and NULL: no reason is given. */
void xf_fake_server_goaway(xf_fake_server *server, xf_code code, const char *words);
void xf_fake_server_cut(xf_fake_server *server);
void xf_fake_server_mute(xf_fake_server *server); /* from now on not even WELCOME or PONG */

size_t xf_fake_server_pings(const xf_fake_server *server); /* PINGs that came */
size_t xf_fake_server_pongs(const xf_fake_server *server);

#endif
