/* db/blocking — a libpq connection that blocks: for migrate and its checks only.
 *
 * Never in a loop's thread.
 */
#ifndef XF_DB_BLOCKING_H
#define XF_DB_BLOCKING_H

#include <stdbool.h>

#include <libpq-fe.h>

#include "base/error.h"

/* UNAVAILABLE when it cannot be reached. The caller's PQfinish. */
XF_NODISCARD xf_code xf_blocking_open(const char *conninfo, PGconn **ret_pg, xf_error *reterr);
/* Runs one statement or several, named `word` in the log. OVERLOADED: a lock was not to be
 * had; UNAVAILABLE: the connection went; INTERNAL: anything else. */
XF_NODISCARD xf_code xf_blocking_run(PGconn *pg, const char *word, const char *sql,
                                     xf_error *reterr);
/* A question whose answer is one boolean; `values` are n texts for $1 .. */
XF_NODISCARD xf_code xf_blocking_ask(PGconn *pg, const char *sql, int n, const char *const *values,
                                     bool *ret_yes, xf_error *reterr);

#endif
