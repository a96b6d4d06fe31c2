/* call/call — one request on its way from frame to answer.
 *
 * The way is one list of steps (call.c); each step is a file of its name and ends in
 * exactly one of the four endings, whose ticket cannot be had otherwise: a step that
 * neither answers nor waits does not compile, one that ends twice or forges an ending
 * stops the test.
 *
 * All state is here and nothing in a chain of callbacks. A waiting step starts one
 * thing; its callback stores what came and calls xf_call_resume, nothing else. The call
 * is touched by its loop's thread only.
 */
#ifndef XF_CALL_CALL_H
#define XF_CALL_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>
#include <uv.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/now.h"
#include "call/law.h"
#include "call/method.h"
#include "crypto/seal.h"
#include "db/query.h"
#include "wire/tls.h"

typedef struct xf_call xf_call;
typedef struct xf_room xf_room; /* what a worker lends its calls; room.h */

/* Made by the four endings only. */
typedef struct xf_ended {
    uint32_t ticket;
} xf_ended;

typedef xf_ended xf_step(xf_call *call);

enum xf_call_way { XF_WAY_NONE, XF_WAY_NEXT, XF_WAY_WAIT, XF_WAY_REFUSE, XF_WAY_REPLY };

struct xf_call {
    /* Given by whoever starts it. */
    xf_room *room;
    const xf_method_row *entry; /* the method, its statement and its named read */
    xf_actor actor;
    uint8_t device[32];        /* fingerprint of the certificate; zeros for a job */
    const xf_tls_device *peer; /* what it says; outlives the call; NULL for a job and a push */
    const uint8_t *body;       /* request bytes, in the arena */
    size_t body_len;
    /* Answer stands in reply or error; called once. on_done of session/requests.c for a
     * request, answered of session/push.c, on_done of job/round.c. */
    void (*done)(xf_call *call, void *data);
    void *data;

    /* Filled on the way. */
    xf_arena *arena;
    ProtobufCMessage *request;
    ProtobufCMessage *reply;
    const uint8_t *op_id; /* 16 bytes of the request; NULL where none is asked */
    uint8_t sha[32];      /* SHA-256 of the request's bytes (parse.c says when keyed) */
    xf_day today;
    int64_t now_ms;                  /* one instant for the whole call */
    xf_query row;                    /* the named read before check */
    xf_query query;                  /* the statement itself */
    const char *password;            /* set by check: to prove or to hash, see password.c */
    const char *password_hash;       /* what to prove it against, or what came of hashing it */
    struct xf_password_job *hashing; /* under way, in the arena */
    xf_seal_key seal_key;            /* of a new petition; none until bind made it */
    const void *kept;                /* from a method's check to its finish; in the arena */
    int64_t seat;                    /* of a login: how far the ledger was when it was judged */
    xf_error error;

    /* The stepping itself (call.c). */
    unsigned step;
    uint32_t ticket;
    uint32_t endings;
    enum xf_call_way way;
    bool woken;        /* the step is run again: what it waited for has come */
    bool cancelled;    /* nobody wants the answer: nothing more is begun */
    xf_query *waits;   /* queued or in flight; NULL: it waits for no query */
    uint64_t begun_us; /* steady; for how long it took */
    bool starting;     /* inside xf_call_start: `done` has to wait for the loop */
    uv_timer_t *later; /* carries that `done` to the loop's next turn */

    xf_law law; /* what check computed, by name; last, for it is not zeroed */
};

/* The four endings. */
XF_NODISCARD xf_ended xf_call_next(xf_call *call);
XF_NODISCARD xf_ended xf_call_wait(xf_call *call);
XF_NODISCARD xf_ended xf_call_refuse(xf_call *call, xf_code code); /* call->error is filled */
XF_NODISCARD xf_ended xf_call_reply(xf_call *call);                /* call->reply is filled */

/* The one waker: the step that waited is run again, with call->woken. From a callback only. */
void xf_call_resume(xf_call *call);

/* Nobody wants the answer any more. What no database has seen is refused CANCELLED: at once (`done`
 * is called) if it waits in a queue, else when it would go there. What was sent is answered as
 * always, for it may stand. From a callback only. */
void xf_call_cancel(xf_call *call);

/* A new call with its arena; `body` is copied. Start it with xf_call_start, which may
 * call `done` only from the loop, never inside. */
xf_call *xf_call_new(xf_room *room, const xf_method_row *entry, const uint8_t *body,
                     size_t body_len);
void xf_call_start(xf_call *call);
void xf_call_free(xf_call **call); /* by whoever was told `done` */

#endif
