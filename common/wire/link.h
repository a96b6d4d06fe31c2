/* wire/link — one connection: socket, TLS and frames together; the same on both ends.
 *
 * Lives on one loop and is touched by its thread only. What was sent during one turn of
 * the loop goes out in one write (1.3 microseconds a frame, against 17 one by one): a
 * loop's links are flushed by its xf_flusher, before and after each poll.
 *
 *      connecting -> greeting -> ready -> leaving -> lingering -> closed
 *                    (TLS)                (sends     (waits a moment
 *                                          the rest)  for the peer's end)
 *
 * Each of them may go straight to closed. Past XF_LIMIT_OUTPUT_SOFT of what is not sent
 * yet an accepted link stops reading until half of that has gone (a connected one reads
 * on, or the two could wait for each other for ever). Greeting and leaving may take
 * XF_LIMIT_HANDSHAKE_MS each. A link sends no PING by itself, and judges nobody who is slow:
 * xf_link_overdue is for who looks after it.
 *
 * No callback fires inside a call into the link. `closed` fires exactly once for every
 * link that was given out; after it nothing more comes, and the link frees itself.
 *
 * What `closed` says: UNAVAILABLE with CONNECT_FAILED (no connection or no handshake came
 * about) or CONNECTION_LOST (it was there), UNAUTHENTICATED with TLS_REFUSED (a
 * certificate did not please one of the two), INVALID (the peer sent no TLS), what
 * xf_frame_decode refused, OVERLOADED (the peer does not read), or what xf_link_close was
 * given.
 */
#ifndef XF_WIRE_LINK_H
#define XF_WIRE_LINK_H

#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "base/limit.h"
#include "wire/flusher.h"
#include "wire/frame.h"
#include "wire/tls.h"

typedef struct xf_link xf_link;

/* Borrowed, not copied: has to outlive the link (it is a static const table). On the server
 * on_ready, on_frame and on_closed of session/session.c, on a client those of
 * client/lib/connect.c. */
typedef struct xf_link_events {
    void (*ready)(xf_link *link, void *data);                        /* handshake done */
    void (*frame)(xf_link *link, const xf_frame *frame, void *data); /* body borrowed */
    /* A frame of the peer's cannot be trusted: nothing more is read, and the link closes behind what is
     * sent from here. Or NULL. */
    void (*distrusted)(xf_link *link, const xf_error *why, void *data);
    void (*closed)(xf_link *link, const xf_error *why, void *data); /* why->code OK: by us */
    void (*drained)(xf_link *link, void *data); /* once for each xf_link_want_drained; or NULL */
} xf_link_events;

/* Server: adopts a listening socket's next connection. `listener` has one waiting. */
XF_NODISCARD xf_code xf_link_accept(uv_stream_t *listener, xf_flusher *flusher, xf_tls_context *tls,
                                    const xf_link_events *events, void *data, xf_link **ret_link,
                                    xf_error *reterr);
/* Server, of one that was just accepted: says that there is no room, and closes at once. */
void xf_link_turn_away(xf_link *link, const xf_error *why);
/* Server: reads nothing for so long. One that was just accepted greets only then. */
void xf_link_hold(xf_link *link, uint32_t hold_ms);
/* Client: begins to connect to a numeric address; peer_name as in xf_tls_new. */
XF_NODISCARD xf_code xf_link_connect(uv_loop_t *loop, xf_flusher *flusher, xf_tls_context *tls,
                                     const struct sockaddr *address, const char *peer_name,
                                     const xf_link_events *events, void *data, xf_link **ret_link,
                                     xf_error *reterr);

/* Queues a frame, before ready too. Its body is copied. OVERLOADED past
 * XF_LIMIT_OUTPUT_HARD: the peer is too slow, and the link closes itself. A link that is
 * closing takes it in silence. */
XF_NODISCARD xf_code xf_link_send(xf_link *link, const xf_frame *frame, xf_error *reterr);

/* As xf_link_send, of whole frames one behind the other as xf_frame_encode writes them: packed once,
 * they go to many. When nothing waits before them they go out at once and not at the end of the
 * turn, so that the first of a thousand peers need not wait until all have been thought of. */
XF_NODISCARD xf_code xf_link_send_encoded(xf_link *link, const uint8_t *frames, size_t n,
                                          xf_error *reterr);

/* How large a body this side takes from now on; XF_LIMIT_FRAME_BEFORE_LOGIN at first. */
void xf_link_max_body(xf_link *link, uint64_t max_body);

/* Closes: with `gently`, what is queued and a close_notify go first (a link that is not
 * ready has nobody to send them to). The first reason counts; NULL is OK. Idempotent, but
 * a gentle close may be cut short by one that is not. Safe inside every callback. */
void xf_link_close(xf_link *link, int gently, const xf_error *why);

const xf_tls *xf_link_tls(const xf_link *link);
/* Of a link that is ready, about once a second: XF_LIMIT_FRAME_MS when a frame is not whole so long
 * after its first byte, nor came with XF_LIMIT_FRAME_PACE bytes a second; XF_LIMIT_WRITE_STALL_MS when
 * the peer has taken nothing for so long of what waits for it; XF_LIMIT_COUNT: all is well. */
xf_limit xf_link_overdue(xf_link *link, int64_t steady_ms);
bool xf_link_peer(const xf_link *link, struct sockaddr_storage *ret_address); /* false: gone */
int64_t xf_link_heard_ms(const xf_link *link); /* steady time of the last byte received */
/* `drained` comes, once, when the kernel has taken all that is queued, and a turn of the loop was
 * everybody's meanwhile: for who sends something long in pieces. */
void xf_link_want_drained(xf_link *link);
/* Bytes sent into the link that the kernel has not taken yet: past XF_LIMIT_OUTPUT_SOFT,
 * whoever tells a peer things unasked holds back. */
size_t xf_link_waiting(const xf_link *link);

#endif
