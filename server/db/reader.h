/* db/reader — reads, and what reading leaves behind (access row, session row).
 *
 * Up to XF_LIMIT_DB_READ_BATCH in one transaction with one Sync on each of its
 * connections; no head lock. COMMIT stands before any answer is given, so the access
 * row is durable before the bytes leave. One by one if a statement fails.
 * `done` and errors as in db/writer.
 */
#ifndef XF_DB_READER_H
#define XF_DB_READER_H

#include <uv.h>

#include "db/query.h"

typedef struct xf_reader xf_reader;

XF_NODISCARD xf_code xf_reader_new(uv_loop_t *loop, const char *conninfo, unsigned connections,
                                   xf_reader **ret_reader, xf_error *reterr);
XF_NODISCARD xf_code xf_reader_run(xf_reader *reader, xf_query *query, xf_error *reterr);
/* As xf_lanes_withdraw: true, and it was never sent; its done does not come. */
bool xf_reader_withdraw(xf_reader *reader, xf_query *query);
size_t xf_reader_waiting(const xf_reader *reader);
void xf_reader_close(xf_reader **reader);

#endif
