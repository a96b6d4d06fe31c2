/* db/pipeline — transactions over one connection, each in one pipeline with one Sync.
 *
 *     BEGIN; [actor = the server; lock the head rows;] { actor; statement } x n;
 *     [NOTIFY a bureau, ..;] COMMIT; Sync
 *
 * Actor and statement are queued by one function of this file that nobody can call
 * halves of. Committed means COMMAND_OK with the tag COMMIT and nothing else. After an
 * error it sends ROLLBACK and a Sync itself. COMMIT is never cancelled and never timed
 * out. One transaction at a time: those that wait are the group of the next commit.
 *
 * A new connection gets every statement prepared before it is ready. One that fails
 * there is logged, and the others serve.
 */
#ifndef XF_DB_PIPELINE_H
#define XF_DB_PIPELINE_H

#include <uv.h>

#include "db/query.h"

enum { XF_PIPELINE_MOST = 256 }; /* queries in one transaction; limit.db_batch ends there */

typedef struct xf_pipeline xf_pipeline;

typedef enum xf_outcome {
    XF_OUTCOME_COMMITTED,   /* every query has its result */
    XF_OUTCOME_ROLLED_BACK, /* nothing stands; the fault says why */
    XF_OUTCOME_UNKNOWN,     /* the connection went: it may stand or not */
} xf_outcome;

typedef struct xf_pipeline_fault {
    const xf_query *query; /* whose statement failed; NULL: the transaction's own */
    bool head_missing;
    char sqlstate[6];
} xf_pipeline_fault;

typedef struct xf_pipeline_user {
    const char *name; /* application_name, and the log's word */
    bool heads;       /* lock the bureaus' head rows first, NOTIFY at the end */
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
