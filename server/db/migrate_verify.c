/* The self-check at start: questions to the database, each with its name for the log. */
#include <stdio.h>

#include "base/log.h"
#include "db/blocking.h"
#include "db/migrate.h"

typedef struct check {
    const char *what;
    const char *sql; /* true: as it has to be */
} check;

static const check checks[] = {
    {"role is a superuser or bypasses row security",
     "select not rolsuper and not rolbypassrls from pg_roles where rolname = current_user"},
    {"role can become the owner", "select not pg_has_role(current_user, 'xf_owner', 'member')"},
    {"role owns something",
     "select not exists (select from pg_shdepend d join pg_roles r on r.oid = d.refobjid"
     " where d.deptype = 'o' and d.refclassid = 'pg_authid'::regclass"
     " and r.rolname = current_user and d.dbid in (0, (select oid from pg_database"
     " where datname = current_database())))"},
    {"role may create in the schema", "select not has_schema_privilege('xf', 'create')"},
    {"fsync is off", "select current_setting('fsync') = 'on'"},
    {"full_page_writes is off", "select current_setting('full_page_writes') = 'on'"},
    {"synchronous_commit is off",
     "select current_setting('synchronous_commit') in ('on', 'remote_apply')"},
    {"a table without forced row security",
     "select bool_and(relrowsecurity and relforcerowsecurity) from pg_class"
     " where relnamespace = 'xf'::regnamespace and relkind in ('r', 'p')"},
};

enum { CHECKS = sizeof checks / sizeof checks[0] };

static const char *const there_sql = "select to_regclass('xf.migration') is not null";
const char *const xf_migration_stands_sql =
    "select exists (select from xf.migration where number = $1::int"
    " and sha256 = sha256(convert_to($2::text, 'UTF8')))";

static xf_code
complete(PGconn *pg, bool *ret_yes, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    bool yes = false;
    XF_TRY(xf_blocking_ask(pg, there_sql, 0, NULL, &yes, reterr));
    for (size_t i = 0; i < xf_migration_count() && yes; i++) {
        const xf_migration *migration = xf_migration_at(i);
        char number[16];
        (void)snprintf(number, sizeof number, "%d", migration->number);
        const char *const values[] = {number, migration->sql};
        XF_TRY(xf_blocking_ask(pg, xf_migration_stands_sql, 2, values, &yes, reterr));
    }
    *ret_yes = yes;
out:
    return code;
}

xf_code
xf_migrate_verify(const char *conninfo, const char **ret_what, xf_error *reterr)
{
    PGconn *pg = NULL;
    xf_code code = XF_CODE_OK;
    bool fine = false;
    *ret_what = "database is away";
    XF_TRY(xf_blocking_open(conninfo, &pg, reterr));
    *ret_what = "schema is not complete: run migrate";
    XF_TRY(complete(pg, &fine, reterr));
    for (size_t i = 0; i < CHECKS && fine; i++) {
        *ret_what = checks[i].what;
        XF_TRY(xf_blocking_ask(pg, checks[i].sql, 0, NULL, &fine, reterr));
    }
    if (!fine) {
        XF_ERROR("db.unfit", XF_WORD(what, *ret_what));
        code = XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "");
    } else {
        *ret_what = NULL;
    }
out:
    PQfinish(pg);
    return code;
}
