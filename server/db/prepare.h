/* db/prepare — every statement that a connection knows by name.
 *
 * First the few that make a transaction, then the product's (xf_statement_at), each
 * prepared with a Sync of its own, so that one that fails does not take others along.
 */
#ifndef XF_DB_PREPARE_H
#define XF_DB_PREPARE_H

#include <stdbool.h>
#include <stddef.h>

#include <libpq-fe.h>

typedef enum xf_fixed {
    XF_FIXED_BEGIN,
    XF_FIXED_ACTOR,   /* $1 text: '{bureau,officer,unit,roles}' */
    XF_FIXED_LOCK,    /* $1 int4, the bureau: waits while somebody else has the row locked */
    XF_FIXED_BRIEFLY, /* in this transaction no lock is waited for longer than 100 ms */
    XF_FIXED_AS_EVER, /* … as long as the session says */
    XF_FIXED_NOTIFY,  /* $1 text: the bureau's number; behind COMMIT */
    XF_FIXED_UNTIMED, /* nothing after it in this transaction times out: COMMIT */
    XF_FIXED_COMMIT,
    XF_FIXED_ROLLBACK,
    XF_FIXED_COUNT
} xf_fixed;

/* How a lock fails. Division by zero: it counts its rows itself, for in a pipeline the
 * commands behind it are on their way before any answer is. */
#define XF_SQLSTATE_HEAD_MISSING "22012"
#define XF_SQLSTATE_HEAD_HELD    "55P03"

enum { XF_PREPARE_NAME = 24 };

/* What i means here and below: 0 .. XF_FIXED_COUNT-1 are the fixed ones, then the product's. */
size_t xf_prepare_count(void);
/* The name on the connection: "begin", "s17". */
void xf_prepare_name(size_t i, char out[XF_PREPARE_NAME]);
/* The name for the log: "begin", "matter.assign". */
const char *xf_prepare_word(size_t i);
/* Queues Parse and Sync. False: the connection is not usable. */
bool xf_prepare_send(PGconn *pg, size_t i);

#endif
