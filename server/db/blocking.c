/* Errors go to the log by SQLSTATE and place: a message may quote a row. */
#include "db/blocking.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"

static void
notice_drop(void *data, const PGresult *notice)
{
    (void)data;
    (void)notice;
}

xf_code
xf_blocking_open(const char *conninfo, PGconn **ret_pg, xf_error *reterr)
{
    const char *const keys[] = {"dbname", "application_name", "client_encoding", NULL};
    const char *const values[] = {conninfo, "xinfang migrate", "UTF8", NULL};
    PGconn *pg = PQconnectdbParams(keys, values, 1);
    if (PQstatus(pg) != CONNECTION_OK) {
        PQfinish(pg);
        return XF_FAIL(reterr, XF_CODE_UNAVAILABLE, XF_TEXT_UNAVAILABLE, "");
    }
    (void)PQsetNoticeReceiver(pg, notice_drop, NULL);
    *ret_pg = pg;
    return XF_CODE_OK;
}

static xf_code
failed(const PGresult *result, const char *word, xf_error *reterr)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *place = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    XF_ERROR("db.failed", XF_WORD(statement, word),
             XF_WORD(sqlstate, sqlstate != NULL ? sqlstate : "-"),
             XF_COUNT(place, place != NULL ? strtol(place, NULL, 10) : 0));
    if (sqlstate == NULL || strncmp(sqlstate, "57P", 3) == 0)
        return XF_FAIL(reterr, XF_CODE_UNAVAILABLE, XF_TEXT_UNAVAILABLE, "%s", word);
    if (strcmp(sqlstate, "55P03") == 0 || strcmp(sqlstate, "40P01") == 0)
        return XF_FAIL(reterr, XF_CODE_OVERLOADED, XF_TEXT_OVERLOADED, "%s", word);
    return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "%s", word);
}

xf_code
xf_blocking_run(PGconn *pg, const char *word, const char *sql, xf_error *reterr)
{
    PGresult *result = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(result);
    xf_code code = XF_CODE_OK;
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        code = failed(result, word, reterr);
    PQclear(result);
    return code;
}

xf_code
xf_blocking_ask(PGconn *pg, const char *sql, int n, const char *const *values, bool *ret_yes,
                xf_error *reterr)
{
    PGresult *result = PQexecParams(pg, sql, n, NULL, values, NULL, NULL, 0);
    xf_code code = XF_CODE_OK;
    if (PQresultStatus(result) == PGRES_TUPLES_OK) {
        *ret_yes = PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    } else {
        code = failed(result, "question", reterr);
    }
    PQclear(result);
    return code;
}
