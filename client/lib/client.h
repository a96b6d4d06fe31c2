/* client/lib — a connection to the bureau's server, for every program that is a client.
 *
 * Asynchronous on the caller's loop, with waiting forms for command lines. A changing
 * request gets its op_id and stands in the outbox (outbox.h) before its first byte is
 * sent, and leaves it when its answer has come: a station that loses its link loses
 * nothing. login.* is never kept, for it carries passwords. Rules, clocks and permissions
 * are the server's.
 *
 * What is asked in one turn of the loop is kept and sent together at the beginning of the
 * next, with one write to the disk: after asking, let the loop turn. No more requests are
 * under way than WELCOME allows; the others wait here, in order, up to
 * XF_LIMIT_CLIENT_QUEUE (then LIMIT). No callback fires inside a call into the client, the
 * waiting forms excepted, and no callback may use a waiting form.
 */
#ifndef XF_CLIENT_CLIENT_H
#define XF_CLIENT_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>
#include <uv.h>

#include "feed.pb-c.h"
#include "frame.pb-c.h"

#include "base/arena.h"
#include "base/error.h"
#include "client/lib/outbox.h"
#include "gen/rpc.h"

typedef struct xf_client xf_client;

typedef struct xf_client_conf {
    const char *host; /* name or numeric address */
    const char *port;
    const char *server_name; /* what the server's certificate must bear */
    const char *ca;
    const char *certificate;
    const char *key;
    xf_outbox *outbox; /* borrowed; NULL: nothing is kept (bench, tests of the wire) */
    bool trace;        /* every frame on standard error: direction, type, method, request id */
} xf_client_conf;

XF_NODISCARD xf_code xf_client_new(uv_loop_t *loop, const xf_client_conf *conf,
                                   xf_client **ret_client, xf_error *reterr);
/* No callback comes any more, for calls under way neither; what is kept stays kept. The
 * memory goes with the loop's next turns: let it run until it has nothing to do. Sets NULL. */
void xf_client_close(xf_client **client);

/* Connects and greets, within XF_LIMIT_HANDSHAKE_MS; `done` once, with code OK when WELCOME
 * has come. May be called again after it failed and after the connection was lost. */
void xf_client_connect(xf_client *client, void (*done)(xf_client *, const xf_error *, void *),
                       void *data);
/* Called when the connection ended by itself, after every call under way has failed: with
 * UNAVAILABLE, or with UNAUTHENTICATED where the server said in its GOAWAY that he may not be in any
 * more. A server that says GOAWAY still answers what it has, and takes no more. */
void xf_client_on_lost(xf_client *client, void (*lost)(xf_client *, const xf_error *, void *),
                       void *data);
/* What the server said for people when it sent this client away, at the door or later; NULL: nothing,
 * or it connects anew. The client's. */
const char *xf_client_parting(const xf_client *client);
/* Called for each EVENT. */
void xf_client_on_event(xf_client *client,
                        void (*event)(xf_client *, const Xf__FeedEvent *, void *), void *data);
const Xf__Welcome *xf_client_welcome(const xf_client *client); /* the last one; NULL before */

/* What came of one call. The reply and the words live until the callback returns. */
typedef struct xf_client_answer {
    xf_error error;    /* code OK: there is a reply */
    const char *words; /* the server's Chinese text, or our own */
    const ProtobufCMessage *reply;
    uint64_t request_id;
    bool kept; /* it stands in the outbox and will be sent again */
} xf_client_answer;

typedef void xf_client_done(xf_client *client, const xf_client_answer *answer, void *data);

/* Packs and sends. `request` is borrowed and comes back as it was; if the method changes
 * something and the request has no op_id, one is made for it. Fails at once, without `done`,
 * only when the request cannot be packed, the outbox cannot keep it, too many wait already,
 * or there is no connection (UNAVAILABLE; then a changing request is kept).
 *
 * What becomes of a kept request: answered, it is gone; refused, the caller is told and it
 * is gone; not logged in, or to be tried again (a lost connection, an error that says
 * retryable), it stays kept. */
XF_NODISCARD xf_code xf_client_send(xf_client *client, xf_rpc rpc, ProtobufCMessage *request,
                                    xf_client_done *done, void *data, xf_error *reterr);
size_t xf_client_in_flight(const xf_client *client); /* asked and not answered, waiting ones too */

/* Sends the owner's kept requests in order, one after another, each with its own bytes.
 * One that is refused is marked so and the next goes on; "try again", "not logged in", a
 * lost connection or another process that sends too end it. */
typedef void xf_client_resend_done(xf_client *client, size_t sent, size_t refused,
                                   const xf_error *error, void *data);
void xf_client_resend(xf_client *client, xf_client_resend_done *done, void *data);

/* The waiting forms, for command lines and tests: turn the loop until the answer is there. */
XF_NODISCARD xf_code xf_client_wait_connect(xf_client *client, xf_error *reterr);

enum { XF_CLIENT_WORDS = 512 };

/* The reply lives in `arena`. `words`: XF_CLIENT_WORDS bytes for what a person is to read when
 * it fails, or NULL. */
XF_NODISCARD xf_code xf_client_wait_call(xf_client *client, xf_rpc rpc, ProtobufCMessage *request,
                                         xf_arena *arena, ProtobufCMessage **ret_reply, char *words,
                                         xf_error *reterr);
/* Both numbers are set on failure too. */
XF_NODISCARD xf_code xf_client_wait_resend(xf_client *client, size_t *ret_sent, size_t *ret_refused,
                                           xf_error *reterr);

#endif
