/* client/lib/outbox — what was asked and not yet answered, in SQLite (WAL, synchronous FULL).
 *
 * An entry is the packed request with its op_id, written before the first byte is sent and
 * sent again, in order, with the same id, after a crash or a cut. One that is refused the first
 * time goes, for its caller is told; one that is refused when it is sent again stays, with the
 * reason, until somebody drops it; and so does one that was kept for longer than
 * XF_LIMIT_OUTBOX_AGE_MS, which is not sent again. One file per officer and server, 0600.
 *
 * Every change is durable when its function returns, unless a group is open (begin,
 * commit). Two processes may use one file: who is about to send an entry claims it, and a
 * claim ends with its process or after XF_LIMIT_CALL_MS. A race past a claim is harmless, for
 * the server knows the op_id. A file that cannot be read or written is XF_TEXT_OUTBOX_BROKEN
 * and is left as it is.
 */
#ifndef XF_CLIENT_OUTBOX_H
#define XF_CLIENT_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "gen/rpc.h"

typedef struct xf_outbox xf_outbox;

typedef enum xf_outbox_state {
    XF_OUTBOX_WAITING, /* kept here, not sent */
    XF_OUTBOX_SENT,    /* sent, no answer yet: will be asked again by its op_id */
    XF_OUTBOX_REFUSED, /* the server said no: code and words say why */
} xf_outbox_state;

typedef struct xf_outbox_entry {
    int64_t id;
    uint8_t op_id[16];
    xf_rpc rpc;
    int32_t bureau; /* whose, with officer: an entry is only sent by who made it */
    int32_t officer;
    int64_t made_at;
    xf_outbox_state state;
    xf_code code;      /* of a refusal */
    const char *words; /* of a refusal, else ""; borrowed, as body is */
    const uint8_t *body;
    size_t body_len;
} xf_outbox_entry;

XF_NODISCARD xf_code xf_outbox_open(const char *path, xf_outbox **ret_outbox, xf_error *reterr);
void xf_outbox_close(xf_outbox **outbox);

/* Whose entries are written from now on. Before login: 0, 0. */
void xf_outbox_owner(xf_outbox *outbox, int32_t bureau, int32_t officer);

/* Gathers the changes that follow into one durable step: none is on disk before commit, and
 * a failed commit undoes all of them. While one is open, begin does nothing; while none is,
 * commit does nothing. The file is locked meanwhile: keep it short. Before it sends, the
 * client commits what is open. */
XF_NODISCARD xf_code xf_outbox_begin(xf_outbox *outbox, xf_error *reterr);
XF_NODISCARD xf_code xf_outbox_commit(xf_outbox *outbox, xf_error *reterr);

/* WAITING, claimed by this process. An op_id that the owner's entries have already gives
 * that entry, WAITING again, if it is the same request, else OP_MISMATCH. LIMIT when full. */
XF_NODISCARD xf_code xf_outbox_keep(xf_outbox *outbox, xf_rpc rpc, const uint8_t op_id[16],
                                    const uint8_t *body, size_t n, int64_t *ret_id,
                                    xf_error *reterr);
/* Under way, claimed anew. NOT_FOUND: somebody dropped it. */
XF_NODISCARD xf_code xf_outbox_sent(xf_outbox *outbox, int64_t id, xf_error *reterr);
XF_NODISCARD xf_code xf_outbox_done(xf_outbox *outbox, int64_t id, xf_error *reterr); /* gone */
XF_NODISCARD xf_code xf_outbox_refused(xf_outbox *outbox, int64_t id, xf_code why,
                                       const char *words, xf_error *reterr);
XF_NODISCARD xf_code xf_outbox_drop(xf_outbox *outbox, int64_t id, xf_error *reterr);
/* *ret_mine false: another process that lives has it in hand. */
XF_NODISCARD xf_code xf_outbox_claim(xf_outbox *outbox, int64_t id, bool *ret_mine,
                                     xf_error *reterr);
XF_NODISCARD xf_code xf_outbox_release(xf_outbox *outbox, int64_t id, xf_error *reterr);

size_t xf_outbox_count(xf_outbox *outbox); /* all of the file; 0 if it cannot be read */

/* All of the file, in order of making. Stops when `each` returns false; it may change the
 * outbox, and the entry lives until it returns. */
XF_NODISCARD xf_code xf_outbox_each(xf_outbox *outbox,
                                    bool (*each)(const xf_outbox_entry *entry, void *data),
                                    void *data, xf_error *reterr);
/* The owner's next entry behind `after` that is to be sent (not REFUSED); id 0: no more. It
 * lives until the next call of this function. */
XF_NODISCARD xf_code xf_outbox_next(xf_outbox *outbox, int64_t after, xf_outbox_entry *ret_entry,
                                    xf_error *reterr);

#endif
