/* client/lib/outbox_file — the outbox's file: made, checked, its statements prepared.
 *
 * Only outbox.c uses it. At most one transaction (a group) is open; when SQLite undoes it by
 * itself (a full disk), every statement fails until the group is committed, which fails too.
 */
#ifndef XF_CLIENT_OUTBOX_FILE_H
#define XF_CLIENT_OUTBOX_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "base/error.h"

/* Numbers are bound first, in the order in which the statement names them. */
typedef enum xf_outbox_query {
    XF_OUTBOX_QUERY_BEGIN,
    XF_OUTBOX_QUERY_COMMIT,
    XF_OUTBOX_QUERY_COUNT,
    XF_OUTBOX_QUERY_BYTES,
    XF_OUTBOX_QUERY_FIND,
    XF_OUTBOX_QUERY_KEEP,
    XF_OUTBOX_QUERY_KEEP_AGAIN,
    XF_OUTBOX_QUERY_SENT,
    XF_OUTBOX_QUERY_CLAIMER,
    XF_OUTBOX_QUERY_CLAIM,
    XF_OUTBOX_QUERY_REFUSED,
    XF_OUTBOX_QUERY_DELETE,
    XF_OUTBOX_QUERY_IDS,
    XF_OUTBOX_QUERY_ENTRY,
    XF_OUTBOX_QUERY_NEXT,
    XF_OUTBOX_QUERIES
} xf_outbox_query;

typedef struct xf_outbox_file {
    sqlite3 *db;
    sqlite3_stmt *query[XF_OUTBOX_QUERIES];
    bool grouped; /* between begin and commit */
} xf_outbox_file;

XF_NODISCARD xf_code xf_outbox_file_open(xf_outbox_file *file, const char *path, xf_error *reterr);
void xf_outbox_file_close(xf_outbox_file *file); /* an open group is undone */

/* The statement, reset, with its first parameters bound. Borrowed. */
sqlite3_stmt *xf_outbox_file_query(xf_outbox_file *file, xf_outbox_query query,
                                   const int64_t *numbers, size_t n);
/* One step. *ret_row: there is a row, and the statement must be reset after it was read. */
XF_NODISCARD xf_code xf_outbox_file_step(xf_outbox_file *file, sqlite3_stmt *statement,
                                         bool *ret_row, xf_error *reterr);
/* To the end of a statement that gives no rows. *ret_changed: how many rows, or NULL. */
XF_NODISCARD xf_code xf_outbox_file_run(xf_outbox_file *file, sqlite3_stmt *statement,
                                        int *ret_changed, xf_error *reterr);

#endif
