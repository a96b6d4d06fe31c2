/* db/probe — connects and asks with libpq's asynchronous half, waiting by poll with a deadline. */
#include "db/probe.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include <libpq-fe.h>

#include "base/now.h"
#include "db/migrate.h"

/* The server gives up no later than we do: nobody waits behind a question that nobody heard. */
static const char *const session_options =
    "-c statement_timeout=2000 -c lock_timeout=1000 -c search_path=xf -c jit=off";

static const char *const writable_sql =
    "select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off'";
/* As the server itself, of no bureau; rolled back. The number is ours, so that the real ones
 * show no gap. */
static const char *const access_sql =
    "with a as (insert into access (bureau_id, access_id, officer, matter_id, kind, at)"
    " overriding system value values (0, 0, 0, 0, 0, 'epoch')) select true";

typedef struct asking {
    PGconn *pg;
    int64_t until_ms; /* steady */
} asking;

static bool
wait_for(const asking *a, short events)
{
    struct pollfd socket = {.fd = PQsocket(a->pg), .events = events};
    int64_t left_ms = a->until_ms - xf_now_steady_ms();

    return left_ms > 0 && poll(&socket, 1, (int)left_ms) > 0;
}

static void
drop_notice(void *data, const PGresult *notice)
{
    (void)data;
    (void)notice;
}

static bool
connect_to(asking *a, const char *conninfo)
{
    /* What stands before dbname (the conninfo) it may override, what stands behind not. */
    const char *const keys[] = {"dbname", "application_name", "client_encoding", "options", NULL};
    const char *const values[] = {conninfo, "xinfang probe", "UTF8", session_options, NULL};
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;

    a->pg = PQconnectStartParams(keys, values, 1);
    if (a->pg == NULL || PQstatus(a->pg) == CONNECTION_BAD)
        return false;
    (void)PQsetNoticeReceiver(a->pg, drop_notice, NULL);
    while (status != PGRES_POLLING_OK) {
        if (status == PGRES_POLLING_FAILED ||
            !wait_for(a, status == PGRES_POLLING_READING ? POLLIN : POLLOUT))
            return false;
        status = PQconnectPoll(a->pg);
    }
    return PQsetnonblocking(a->pg, 1) == 0;
}

/* Is the one value that comes back true? A command's answer is true when it was done. */
static bool
is_true(const PGresult *result)
{
    if (PQresultStatus(result) == PGRES_COMMAND_OK)
        return true;
    return PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1 &&
           strcmp(PQgetvalue(result, 0, 0), "t") == 0;
}

static bool
send_out(const asking *a)
{
    int left = 0;

    while ((left = PQflush(a->pg)) > 0) {
        if (!wait_for(a, POLLOUT))
            return false;
    }
    return left == 0;
}

static bool
ask(const asking *a, const char *sql, int n, const char *const *values)
{
    bool yes = false;
    PGresult *result = NULL;

    if (PQsendQueryParams(a->pg, sql, n, NULL, values, NULL, NULL, 0) != 1 || !send_out(a))
        return false;
    for (;;) {
        while (PQisBusy(a->pg) != 0) {
            if (!wait_for(a, POLLIN) || PQconsumeInput(a->pg) == 0)
                return false;
        }
        result = PQgetResult(a->pg);
        if (result == NULL)
            return yes;
        yes = is_true(result);
        PQclear(result);
    }
}

static bool
ask_plain(const asking *a, const char *sql)
{
    return ask(a, sql, 0, NULL);
}

static bool
schema_stands(const asking *a)
{
    bool yes = true;

    for (size_t i = 0; i < xf_migration_count() && yes; i++) {
        const xf_migration *migration = xf_migration_at(i);
        char number[16];
        const char *const values[] = {number, migration->sql};

        (void)snprintf(number, sizeof number, "%d", migration->number);
        yes = ask(a, xf_migration_stands_sql, 2, values);
    }
    return yes;
}

void
xf_probe_run(const char *conninfo, int64_t within_ms, xf_probe *ret_probe)
{
    asking a = {.until_ms = xf_now_steady_ms() + within_ms};

    *ret_probe = (xf_probe){.reached = connect_to(&a, conninfo)};
    if (ret_probe->reached) {
        ret_probe->schema = schema_stands(&a);
        ret_probe->writable = ask_plain(&a, writable_sql);
        ret_probe->access = ask_plain(&a, "begin") &&
                            ask_plain(&a, "set local xinfang.actor = '{0,0,0,0}'") &&
                            ask_plain(&a, access_sql) && ask_plain(&a, "rollback");
        /* It went, or fell silent: nothing else that was not heard means anything. */
        if (PQstatus(a.pg) != CONNECTION_OK || xf_now_steady_ms() >= a.until_ms)
            *ret_probe = (xf_probe){.reached = false};
    }
    PQfinish(a.pg); /* and with it what was not finished */
}
