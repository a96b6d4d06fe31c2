/* db/writer — commands: group commit under the bureau's head row.
 *
 * A bureau's commands all go to one connection of the worker (bureau modulo
 * connections). It takes what is queued, up to XF_LIMIT_DB_BATCH, into one transaction
 * in one pipeline with one Sync:
 *
 *     BEGIN; actor = the server; { lock the head row } x bureaus (statements of their own:
 *     in READ COMMITTED a snapshot is taken before the wait); { actor; command } x n;
 *     COMMIT; { NOTIFY xinfang, 'bureau' } x bureaus
 *
 * A head row that is not there is a failure. One that somebody else holds for longer than
 * lock_timeout is not waited for again soon: all commands of that bureau in the batch are
 * answered UNAVAILABLE, and those of other bureaus run.
 *
 * Committed means COMMAND_OK with the tag COMMIT and nothing else. If a statement fails,
 * the batch is rolled back and its commands run again one by one, but none that has waited
 * for XF_LIMIT_CALL_MS. If the connection dies the outcome is unknown: the same commands
 * run again on the next connection, where the op row answers REPLAY for those that had
 * been committed. A COMMIT is never cancelled and never timed out.
 */
#ifndef XF_DB_WRITER_H
#define XF_DB_WRITER_H

#include <uv.h>

#include "db/query.h"

typedef struct xf_writer xf_writer;

XF_NODISCARD xf_code xf_writer_new(uv_loop_t *loop, const char *conninfo, unsigned connections,
                                   xf_writer **ret_writer, xf_error *reterr);
/* OVERLOADED when XF_LIMIT_DB_QUEUE calls wait. Else done comes, once, always:
 * OVERLOADED when it waited XF_LIMIT_CALL_MS behind others, UNAVAILABLE when the database stayed away for
 * so long, or a head row is held. */
XF_NODISCARD xf_code xf_writer_run(xf_writer *writer, xf_query *query, xf_error *reterr);
/* As xf_lanes_withdraw: true, and it was never sent; its done does not come. */
bool xf_writer_withdraw(xf_writer *writer, xf_query *query);
size_t xf_writer_waiting(const xf_writer *writer);
/* Nothing may be queued any more. Handles close; memory goes with the loop's next turn. */
void xf_writer_close(xf_writer **writer);

#endif
