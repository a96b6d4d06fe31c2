/* The lock, the table of what was applied, and one transaction a file. */
#include "db/migrate.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/log.h"
#include "base/now.h"
#include "db/blocking.h"

enum {
    LOCK_TRIES = 50, /* of a second each: busy readers let go of a table between calls */
    LOCK_PAUSE_NS = 200 * 1000 * 1000,
};

/* "xf" and "migr": the lock ends with the connection. */
static const char *const lock_sql = "select pg_advisory_lock(30822, 1835624306)";

static const char *const schema_sql = "create schema xf authorization xf_owner";

/* Forced row security like every table of ours, with one policy: everybody may read it. */
static const char *const table_sql =
    "begin;"
    "create table xf.migration (number int primary key, name text not null,"
    " sha256 bytea not null check (length(sha256) = 32), applied_at timestamptz not null);"
    "alter table xf.migration enable row level security;"
    "alter table xf.migration force row level security;"
    "create policy everybody on xf.migration using (true) with check (true);"
    "grant usage on schema xf to xf_app;"
    "grant select on xf.migration to xf_app;"
    "commit";

static const char *const session_sql = "set role xf_owner; set search_path = xf;"
                                       "set lock_timeout = '1s'; set statement_timeout = 0";

/* $1 number, $2 sql: was this file applied as it is now? Applied otherwise? */
static const char *const same_sql = "select exists (select from xf.migration where number = $1::int"
                                    " and sha256 = sha256(convert_to($2::text, 'UTF8')))";
static const char *const other_sql =
    "select exists (select from xf.migration where number = $1::int"
    " and sha256 <> sha256(convert_to($2::text, 'UTF8')))";
static const char *const note_sql =
    "with note as (insert into xf.migration values ($1::int, $2::text,"
    " sha256(convert_to($3::text, 'UTF8')), to_timestamp($4::float8 / 1000)) returning 1)"
    " select count(*) = 1 from note";

static xf_code
note(PGconn *pg, const xf_migration *migration, xf_error *reterr)
{
    char number[16];
    char now_ms[24];
    (void)snprintf(number, sizeof number, "%d", migration->number);
    (void)snprintf(now_ms, sizeof now_ms, "%" PRId64, xf_now_ms());
    const char *const values[] = {number, migration->name, migration->sql, now_ms};
    bool noted = false;
    return xf_blocking_ask(pg, note_sql, 4, values, &noted, reterr);
}

static xf_code
apply_once(PGconn *pg, const xf_migration *migration, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    XF_TRY(xf_blocking_run(pg, "begin", "begin", reterr));
    XF_TRY(xf_blocking_run(pg, migration->name, migration->sql, reterr));
    XF_TRY(xf_blocking_run(pg, "role", "set local role xf_owner", reterr));
    XF_TRY(note(pg, migration, reterr));
    XF_TRY(xf_blocking_run(pg, "commit", "commit", reterr));
out:
    if (code != XF_CODE_OK && PQtransactionStatus(pg) != PQTRANS_IDLE) {
        xf_error ignored = {0};
        xf_code rolled_back = xf_blocking_run(pg, "rollback", "rollback", &ignored);
        (void)rolled_back; /* a connection that is gone rolls back by itself */
    }
    return code;
}

/* Waiting for a lock blocks all who come behind it: so briefly, and often. */
static xf_code
apply(PGconn *pg, const xf_migration *migration, xf_error *reterr)
{
    const struct timespec pause = {0, LOCK_PAUSE_NS};
    int64_t started_ms = xf_now_steady_ms();
    xf_code code = apply_once(pg, migration, reterr);
    for (int i = 1; i < LOCK_TRIES && code == XF_CODE_OVERLOADED; i++) {
        (void)nanosleep(&pause, NULL);
        code = apply_once(pg, migration, reterr);
    }
    if (code == XF_CODE_OK) {
        XF_INFO("migrate.applied", XF_WORD(migration, migration->name),
                XF_MS(xf_now_steady_ms() - started_ms));
    }
    return code;
}

/* How this file stands in the table. */
static xf_code
look_up(PGconn *pg, const xf_migration *migration, bool *ret_same, bool *ret_other,
        xf_error *reterr)
{
    char number[16];
    (void)snprintf(number, sizeof number, "%d", migration->number);
    const char *const values[] = {number, migration->sql};
    xf_code code = XF_CODE_OK;
    XF_TRY(xf_blocking_ask(pg, same_sql, 2, values, ret_same, reterr));
    XF_TRY(xf_blocking_ask(pg, other_sql, 2, values, ret_other, reterr));
out:
    return code;
}

static xf_code
apply_new(PGconn *pg, const xf_migration *migration, unsigned *applied, xf_error *reterr)
{
    bool same = false;
    bool other = false;
    xf_code code = XF_CODE_OK;
    XF_TRY(look_up(pg, migration, &same, &other, reterr));
    if (other) {
        XF_ERROR("migrate.changed", XF_WORD(migration, migration->name));
        code = XF_FAIL(reterr, XF_CODE_CONFLICT, XF_TEXT_INTERNAL, "%s", migration->name);
        goto out;
    }
    if (same)
        goto out;
    XF_TRY(apply(pg, migration, reterr));
    (*applied)++;
out:
    return code;
}

/* Asked before it is made: `if not exists` wants the right to create all the same. */
static xf_code
make_home(PGconn *pg, xf_error *reterr)
{
    bool there = false;
    xf_code code = XF_CODE_OK;
    XF_TRY(
        xf_blocking_ask(pg, "select to_regnamespace('xf') is not null", 0, NULL, &there, reterr));
    if (!there)
        XF_TRY(xf_blocking_run(pg, "schema xf", schema_sql, reterr));
    XF_TRY(xf_blocking_ask(pg, "select to_regclass('xf.migration') is not null", 0, NULL, &there,
                           reterr));
    if (!there)
        XF_TRY(xf_blocking_run(pg, "table xf.migration", table_sql, reterr));
out:
    return code;
}

xf_code
xf_migrate(const char *conninfo, unsigned *ret_applied, xf_error *reterr)
{
    PGconn *pg = NULL;
    unsigned applied = 0;
    xf_code code = XF_CODE_OK;
    XF_TRY(xf_blocking_open(conninfo, &pg, reterr));
    XF_TRY(xf_blocking_run(pg, "lock", lock_sql, reterr));
    XF_TRY(xf_blocking_run(pg, "session", session_sql, reterr));
    XF_TRY(make_home(pg, reterr));
    for (size_t i = 0; i < xf_migration_count(); i++)
        XF_TRY(apply_new(pg, xf_migration_at(i), &applied, reterr));
    *ret_applied = applied;
out:
    PQfinish(pg);
    return code;
}
