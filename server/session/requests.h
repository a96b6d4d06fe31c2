/* session/requests — what one connection has asked and has no answer to yet.
 *
 * Makes a call of each REQUEST, holds the window (XF_LIMIT_IN_FLIGHT), and sends each answer
 * when it comes, in whatever order. Request ids rise on a connection. From minor version 1 on,
 * a reply longer than XF_LIMIT_CHUNK goes in pieces, one a turn of the loop, between which others
 * go; and CANCEL takes back what was not begun. A command whose link is gone runs on in silence: a
 * COMMIT is not taken back. A read that was not begun is.
 */
#ifndef XF_SESSION_REQUESTS_H
#define XF_SESSION_REQUESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "base/error.h"
#include "call/room.h"
#include "db/query.h"
#include "gen/rpc.h"
#include "wire/link.h"

typedef struct xf_call xf_call;
typedef struct xf_request xf_request;

/* What its owner is told: on_asked and what follows it in session/session.c. */
typedef struct xf_requests_events {
    /* Before a call is made of it; refused, it is answered with that. */
    xf_code (*asked)(xf_rpc rpc, void *data, xf_error *reterr);
    /* A call was refused, whether the link is there or not. */
    void (*refused)(xf_rpc rpc, const xf_error *error, void *data);
    /* Before the peer learns of it. False: the connection is ending, send nothing. */
    bool (*answering)(xf_rpc rpc, const xf_call *call, void *data);
    /* The link is gone, and now the last call is done too. Frees nothing here. */
    void (*over)(void *data);
} xf_requests_events;

/* Embedded in its session. */
typedef struct xf_requests {
    xf_room *room;
    xf_link *link; /* NULL: gone */
    const xf_requests_events *events;
    void *data;
    xf_request *first; /* those without an answer, the newest first */
    size_t in_flight;
    size_t held; /* bytes of replies that are not sent yet */
    uint64_t last_id;
    bool pieces; /* minor version 1 is spoken: CHUNK and CANCEL */
} xf_requests;

/* Who asks; the fingerprint is of the device's certificate. */
typedef struct xf_asker {
    xf_actor actor;
    uint8_t device[32];
    const xf_tls_device *peer; /* outlives its calls */
} xf_asker;

void xf_requests_init(xf_requests *requests, xf_room *room, xf_link *link,
                      const xf_requests_events *events, void *data);
/* Starts a call for the frame, or answers why not; with `leaving`, no new one is taken. Refuses
 * (INVALID, and then the connection should end) only an id that does not rise. */
XF_NODISCARD xf_code xf_requests_take(xf_requests *requests, const xf_frame *frame,
                                      const xf_asker *asker, bool leaving, xf_error *reterr);
/* CANCEL. Its answer is ERROR CANCELLED, or the one that it would have had without. */
void xf_requests_cancel(xf_requests *requests, uint64_t id);
/* The link's `drained`: the next piece of what is long. */
void xf_requests_drained(xf_requests *requests);
/* The link is gone: what runs is answered to nobody. */
void xf_requests_cut(xf_requests *requests);

#endif
