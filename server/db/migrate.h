/* db/migrate — numbered SQL files, embedded, applied once each, under a lock.
 *
 * The one synchronous use of the database: `xinfangd migrate` as the owner, before any
 * loop runs. Two at once are safe: the second waits and finds nothing to do.
 */
#ifndef XF_DB_MIGRATE_H
#define XF_DB_MIGRATE_H

#include <stddef.h>

#include "base/error.h"

typedef struct xf_migration {
    int number;
    const char *name; /* "0001_core" */
    const char *sql;
} xf_migration;

/* Made by sqlgen from server/sql/migration. */
size_t xf_migration_count(void);
const xf_migration *xf_migration_at(size_t i);

/* *ret_applied: how many were new. */
XF_NODISCARD xf_code xf_migrate(const char *conninfo, unsigned *ret_applied, xf_error *reterr);

/* A question with one boolean: does the migration $1 stand as its text $2 says? */
extern const char *const xf_migration_stands_sql;

/* The server's self-check at start: schema complete; the app role owns nothing, is no
 * superuser and does not bypass row security; fsync, full_page_writes and
 * synchronous_commit are on; every table of ours has forced row security.
 * *ret_what: what failed, a literal for the log. */
XF_NODISCARD xf_code xf_migrate_verify(const char *conninfo, const char **ret_what,
                                       xf_error *reterr);

#endif
