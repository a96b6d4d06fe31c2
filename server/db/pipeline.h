/* db/pipeline — transactions over one connection, each in one pipeline with one Sync.
 *
 *     BEGIN; [actor = the server; lock each head row;] { actor; statement } x n;
 *     COMMIT; [NOTIFY each bureau;] Sync
 *
 * Actor and statement are queued by one function of this file that nobody can call
 * halves of. Committed means COMMAND_OK with the tag COMMIT and nothing else. After an
 * error it sends ROLLBACK and a Sync itself. COMMIT is never cancelled and never timed
 * out. One transaction at a time: those that wait are the group of the next commit.
 *
 * When NOTIFY fails the commit stands, and others learn with the next one of that bureau.
 * When the connection goes before it the outcome is UNKNOWN: whoever runs the same again,
 * as db/lane does, notifies again.
 *
 * A new connection gets every statement prepared before it is ready. One that fails
 * there is logged, and the others serve.
 */
#ifndef XF_DB_PIPELINE_H
#define XF_DB_PIPELINE_H

#include <uv.h>

#include "db/heads.h"
#include "db/query.h"

/* Queries in one transaction; limit.db_batch ends there. */
enum { XF_PIPELINE_MOST = XF_HEADS_MOST };

typedef struct xf_pipeline xf_pipeline;

typedef enum xf_outcome {
    XF_OUTCOME_COMMITTED,   /* every query has its result */
    XF_OUTCOME_ROLLED_BACK, /* nothing stands; the fault says why */
    XF_OUTCOME_UNKNOWN,     /* the connection went: it may stand or not */
} xf_outcome;

typedef struct xf_pipeline_fault {
    const xf_query *query; /* whose statement failed; NULL: the transaction's own */
    int32_t bureau;        /* whose head row it is about: */
    bool head_missing;     /* there is none */
    bool head_held;        /* somebody else has it locked, for longer than we wait */
    char sqlstate[6];
} xf_pipeline_fault;

typedef struct xf_pipeline_user {
    const char *name; /* application_name, and the log's word */
    bool locks_heads; /* the bureaus', first of all; and NOTIFY behind COMMIT */
    /* Both are lane.c's. */
    void (*ready)(void *data);
    /* From the loop, never inside xf_pipeline_run. `fault` after ROLLED_BACK only. */
    void (*ended)(xf_outcome outcome, const xf_pipeline_fault *fault, void *data);
} xf_pipeline_user;

XF_NODISCARD xf_code xf_pipeline_new(uv_loop_t *loop, const char *conninfo,
                                     const xf_pipeline_user *user, void *data,
                                     xf_pipeline **ret_pipeline, xf_error *reterr);
/* Connected, prepared, nothing in flight. */
bool xf_pipeline_ready(const xf_pipeline *pipeline);
/* Was it prepared? Asked when ready. */
bool xf_pipeline_knows(const xf_pipeline *pipeline, const xf_statement *statement);
/* When ready. The array is borrowed until `ended`. */
void xf_pipeline_run(xf_pipeline *pipeline, xf_query *const *queries, size_t n);
/* Memory goes with the loop's next turn. */
void xf_pipeline_close(xf_pipeline **pipeline);

#endif
