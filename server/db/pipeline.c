/* What is queued is written down as a list of steps, and answers are taken along it. */
#include "db/pipeline.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "base/log.h"
#include "base/memory.h"
#include "db/connection.h"
#include "db/heads.h"
#include "db/prepare.h"
#include "db/rows.h"

typedef enum step_kind {
    STEP_PREPARE, /* i: of db/prepare */
    STEP_FIXED,   /* i: xf_fixed */
    STEP_LOCK,    /* i: of the heads */
    STEP_QUERY,   /* i: of the queries */
    STEP_SYNC,
} step_kind;

typedef struct step {
    step_kind kind;
    size_t i;
    size_t n; /* of a query: how many are one statement */
} step;

typedef enum phase {
    PHASE_AWAY,
    PHASE_PREPARING,
    PHASE_READY,
    PHASE_RUNNING,
    PHASE_ROLLING_BACK,
} phase;

struct xf_pipeline {
    xf_connection *connection;
    xf_connection_user connection_user;
    const xf_pipeline_user *user;
    void *data;
    phase phase;
    bool doomed; /* the connection is being dropped: answers mean nothing more */

    step *steps;
    size_t n_steps;
    size_t at; /* the step whose answer comes next */

    xf_query *const *queries;
    size_t n_queries;
    xf_heads heads;
    bool committed;
    bool failed; /* fault is filled */
    xf_pipeline_fault fault;

    char (*names)[XF_PREPARE_NAME];
    bool *unknown; /* by xf_statement.number: could not be prepared */
    int *formats;  /* as many ones as any statement has parameters */
};

static void
doom(xf_pipeline *p)
{
    p->doomed = true;
    xf_connection_drop(p->connection);
}

static void
step_push(xf_pipeline *p, step_kind kind, size_t i)
{
    p->steps[p->n_steps++] = (step){kind, i, 1};
}

static void
steps_clear(xf_pipeline *p)
{
    p->n_steps = 0;
    p->at = 0;
}

/* ---- Queueing ---- */

/* A fixed statement with at most one parameter, a text. */
static bool
send_prepared(xf_pipeline *p, xf_fixed which, const char *value)
{
    return PQsendQueryPrepared(xf_connection_pg(p->connection), p->names[which], value != NULL,
                               &value, NULL, NULL, 1) == 1;
}

static bool
send_fixed(xf_pipeline *p, xf_fixed which, const char *value)
{
    step_push(p, STEP_FIXED, which);
    return send_prepared(p, which, value);
}

static bool
send_plain(xf_pipeline *p, xf_fixed which)
{
    return send_fixed(p, which, NULL);
}

static char *
put_decimal(char *at, int32_t number)
{
    char digits[10];
    size_t n = 0;
    uint32_t rest = number < 0 ? 0 - (uint32_t)number : (uint32_t)number;
    if (number < 0)
        *at++ = '-';
    do {
        digits[n++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    while (n > 0)
        *at++ = digits[--n];
    return at;
}

/* "{450922,17,3,2}". By hand: one goes before each statement, and snprintf was a fiftieth of the
 * server's work at an open. */
static bool
send_actor(xf_pipeline *p, const xf_actor *actor)
{
    const int32_t parts[] = {actor->bureau, actor->officer, actor->unit, (int32_t)actor->roles};
    char text[64];
    char *at = text;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        *at++ = i == 0 ? '{' : ',';
        at = put_decimal(at, parts[i]);
    }
    memcpy(at, "}", 2);
    return send_fixed(p, XF_FIXED_ACTOR, text);
}

static bool
send_statement(xf_pipeline *p, const xf_statement *statement, const char *const *values,
               const int *lengths)
{
    return PQsendQueryPrepared(xf_connection_pg(p->connection),
                               p->names[XF_FIXED_COUNT + statement->number],
                               (int)xf_rows_params(statement), values, lengths, p->formats, 1) == 1;
}

/* The only way for a statement onto the wire: never without its actor. */
static bool
send_queries(xf_pipeline *p, size_t i, size_t n)
{
    const xf_query *query = p->queries[i];
    xf_actor actor = xf_rows_actor(&p->queries[i], n);
    if (!send_actor(p, &actor))
        return false;
    step_push(p, STEP_QUERY, i);
    p->steps[p->n_steps - 1].n = n;
    if (!query->statement->rows)
        return send_statement(p, query->statement, query->values, query->lengths);
    xf_rows rows = {0};
    xf_rows_pack(&rows, &p->queries[i], n);
    bool sent = send_statement(p, query->statement, rows.values, rows.lengths);
    xf_rows_clear(&rows);
    return sent;
}

static bool
send_lock(xf_pipeline *p, size_t i)
{
    char text[16];
    (void)snprintf(text, sizeof text, "%d", p->heads.bureaus[i]);
    step_push(p, STEP_LOCK, i);
    return send_prepared(p, XF_FIXED_LOCK, text);
}

/* A statement a bureau, so that the one that fails says whose head it was. In the order of
 * their numbers: two writers that want the same bureaus meet in one order. */
static bool
send_lock_of(xf_pipeline *p, size_t i)
{
    if (!xf_heads_is_held(&p->heads, p->heads.bureaus[i]))
        return send_lock(p, i);
    return send_plain(p, XF_FIXED_BRIEFLY) && send_lock(p, i) && send_plain(p, XF_FIXED_AS_EVER);
}

/* The server's own actor sees every head row; without an actor the policy hides them. */
static bool
send_locks(xf_pipeline *p)
{
    const xf_actor server = {0};
    bool sent = send_actor(p, &server);
    for (size_t i = 0; sent && i < p->heads.n; i++)
        sent = send_lock_of(p, i);
    return sent;
}

/* Behind COMMIT, in a transaction of their own that ends with Sync: PostgreSQL lets one
 * transaction at a time commit a NOTIFY, all databases together, and with writes in it that
 * is one flush to disk after the other. */
static bool
send_notifies(xf_pipeline *p)
{
    bool sent = true;
    for (size_t i = 0; sent && i < p->heads.n; i++) {
        char text[16];
        (void)snprintf(text, sizeof text, "%d", p->heads.bureaus[i]);
        sent = send_fixed(p, XF_FIXED_NOTIFY, text);
    }
    return sent;
}

/* With nonblocking libpq this only fills its buffer, but for Sync, which writes it. */
static bool
send_sync(xf_pipeline *p)
{
    step_push(p, STEP_SYNC, 0);
    return PQpipelineSync(xf_connection_pg(p->connection)) == 1;
}

static bool
send_transaction(xf_pipeline *p)
{
    xf_heads_set(&p->heads, p->queries, p->user->locks_heads ? p->n_queries : 0);
    if (!send_plain(p, XF_FIXED_BEGIN) || (p->user->locks_heads && !send_locks(p)))
        return false;
    for (size_t i = 0, n = 0; i < p->n_queries; i += n) {
        n = xf_rows_together(&p->queries[i], p->n_queries - i);
        if (!send_queries(p, i, n))
            return false;
    }
    return send_plain(p, XF_FIXED_UNTIMED) && send_plain(p, XF_FIXED_COMMIT) && send_notifies(p) &&
           send_sync(p);
}

/* ---- Taking answers ---- */

static void
results_clear(xf_pipeline *p)
{
    for (size_t i = 0; i < p->n_queries; i++)
        xf_query_clear(p->queries[i]);
}

static void
finish(xf_pipeline *p, xf_outcome outcome)
{
    if (outcome != XF_OUTCOME_COMMITTED)
        results_clear(p);
    p->queries = NULL;
    p->n_queries = 0;
    p->user->ended(outcome, &p->fault, p->data);
}

static void
roll_back(xf_pipeline *p)
{
    p->phase = PHASE_ROLLING_BACK;
    steps_clear(p);
    if (send_plain(p, XF_FIXED_ROLLBACK) && send_sync(p)) {
        xf_connection_flush(p->connection);
    } else {
        doom(p);
    }
}

static void
synced(xf_pipeline *p)
{
    bool idle = PQtransactionStatus(xf_connection_pg(p->connection)) == PQTRANS_IDLE;
    switch (p->phase) {
    case PHASE_PREPARING:
        if (p->at < p->n_steps)
            return;
        p->phase = PHASE_READY;
        p->user->ready(p->data);
        return;
    case PHASE_RUNNING:
        if (!idle) {
            roll_back(p);
            return;
        }
        break;
    case PHASE_ROLLING_BACK:
        if (!idle) {
            doom(p);
            return;
        }
        break;
    case PHASE_AWAY:
    case PHASE_READY: return;
    }
    p->phase = PHASE_READY;
    finish(p, p->committed ? XF_OUTCOME_COMMITTED : XF_OUTCOME_ROLLED_BACK);
}

static bool
begins_with_any(const char *sqlstate, const char *const *classes)
{
    for (; *classes != NULL; classes++) {
        if (strncmp(sqlstate, *classes, strlen(*classes)) == 0)
            return true;
    }
    return false;
}

/* The connection or its server is going (or is a standby now): what stands is unknown. */
static bool
is_loss(const char *sqlstate)
{
    static const char *const classes[] = {"08", "57P", "25006", NULL};
    return begins_with_any(sqlstate, classes);
}

static bool
is_passing(const char *sqlstate)
{
    static const char *const classes[] = {"40", "53", "55", "57", "58", NULL};
    return begins_with_any(sqlstate, classes);
}

/* Without the fixed ones nothing can be run: the schema may still be on its way. */
static void
prepare_failed(xf_pipeline *p, size_t i, const char *sqlstate)
{
    if (is_passing(sqlstate)) {
        XF_WARN("db.prepare_held", XF_WORD(statement, xf_prepare_word(i)),
                XF_WORD(sqlstate, sqlstate));
    } else {
        XF_ERROR("db.prepare_failed", XF_WORD(statement, xf_prepare_word(i)),
                 XF_WORD(sqlstate, sqlstate));
    }
    if (i >= XF_FIXED_COUNT && !is_passing(sqlstate)) {
        p->unknown[i - XF_FIXED_COUNT] = true;
    } else if (i != XF_FIXED_LOCK || p->user->locks_heads) {
        doom(p);
    }
}

static void
lock_failed(xf_pipeline *p, size_t i)
{
    p->fault.bureau = p->heads.bureaus[i];
    p->fault.head_missing = strcmp(p->fault.sqlstate, XF_SQLSTATE_HEAD_MISSING) == 0;
    p->fault.head_held = strcmp(p->fault.sqlstate, XF_SQLSTATE_HEAD_HELD) == 0;
    if (p->fault.head_held)
        xf_heads_missed(&p->heads, p->fault.bureau);
}

static void
failed(xf_pipeline *p, const step *at, const PGresult *result)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (sqlstate == NULL || is_loss(sqlstate)) {
        doom(p);
        return;
    }
    if (at->kind == STEP_PREPARE) {
        prepare_failed(p, at->i, sqlstate);
        return;
    }
    if (p->committed) { /* and stays so: the next of that bureau wakes everybody */
        XF_WARN("db.notify_failed", XF_WORD(sqlstate, sqlstate));
        return;
    }
    if (p->failed)
        return;
    p->failed = true;
    p->fault.query = at->kind == STEP_QUERY ? p->queries[at->i] : NULL;
    (void)snprintf(p->fault.sqlstate, sizeof p->fault.sqlstate, "%s", sqlstate);
    if (at->kind == STEP_LOCK)
        lock_failed(p, at->i);
}

static void
succeeded(xf_pipeline *p, const step *at, PGresult *result)
{
    if (at->kind == STEP_FIXED && at->i == XF_FIXED_COMMIT)
        p->committed = strcmp(PQcmdStatus(result), "COMMIT") == 0;
    if (at->kind == STEP_LOCK)
        xf_heads_had(&p->heads, p->heads.bureaus[at->i]);
    if (at->kind != STEP_QUERY || p->queries[at->i]->result != NULL) {
        PQclear(result);
    } else if (p->queries[at->i]->statement->rows) {
        xf_rows_deal(result, &p->queries[at->i], at->n);
    } else {
        p->queries[at->i]->result = result;
    }
}

static void
take(xf_pipeline *p, PGresult *result)
{
    const step *at = &p->steps[p->at];
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK: succeeded(p, at, result); return;
    case PGRES_PIPELINE_ABORTED: break; /* behind the error that we know already */
    case PGRES_PIPELINE_SYNC:
        assert(at->kind == STEP_SYNC);
        p->at++;
        PQclear(result);
        synced(p);
        return;
    default: failed(p, at, result); break;
    }
    PQclear(result);
}

static void
input(void *data)
{
    xf_pipeline *p = data;
    while (p->connection != NULL && !p->doomed && p->at < p->n_steps) {
        PGconn *pg = xf_connection_pg(p->connection);
        if (PQisBusy(pg) != 0)
            return;
        PGresult *result = PQgetResult(pg);
        if (result != NULL) {
            take(p, result);
        } else if (p->steps[p->at].kind != STEP_SYNC) {
            p->at++; /* NULL closes the results of each step; that of Sync is Sync itself */
        }
    }
}

/* ---- The connection comes and goes ---- */

static void
opened(void *data)
{
    xf_pipeline *p = data;
    PGconn *pg = xf_connection_pg(p->connection);
    p->phase = PHASE_PREPARING;
    p->doomed = false;
    steps_clear(p);
    memset(p->unknown, 0, xf_statement_count() * sizeof p->unknown[0]);
    bool sent = PQenterPipelineMode(pg) == 1;
    for (size_t i = 0; sent && i < xf_prepare_count(); i++) {
        sent = xf_prepare_send(pg, i);
        step_push(p, STEP_PREPARE, i);
        step_push(p, STEP_SYNC, 0);
    }
    if (sent) {
        xf_connection_flush(p->connection);
    } else {
        doom(p);
    }
}

static void
lost(void *data)
{
    xf_pipeline *p = data;
    bool running = p->phase == PHASE_RUNNING || p->phase == PHASE_ROLLING_BACK;
    p->phase = PHASE_AWAY;
    if (running)
        finish(p, XF_OUTCOME_UNKNOWN);
}

static void
closed(void *data)
{
    xf_pipeline *p = data;
    free(p->steps);
    free(p->names);
    free(p->unknown);
    free(p->formats);
    free(p);
}

/* ---- For the lanes ---- */

static void
tables_make(xf_pipeline *p)
{
    size_t n = xf_prepare_count();
    size_t prepare_steps = 2 * n;
    size_t transaction_steps = 6 * XF_PIPELINE_MOST + 8;
    p->steps = xf_memory_new(
        sizeof *p->steps * (prepare_steps > transaction_steps ? prepare_steps : transaction_steps));
    p->names = xf_memory_new(n * sizeof *p->names);
    for (size_t i = 0; i < n; i++)
        xf_prepare_name(i, p->names[i]);
    p->unknown = xf_memory_new((xf_statement_count() + 1) * sizeof *p->unknown);
    size_t most = 1;
    for (size_t i = 0; i < xf_statement_count(); i++) {
        size_t params = xf_rows_params(xf_statement_at(i));
        most = params > most ? params : most;
    }
    p->formats = xf_memory_new(most * sizeof *p->formats);
    for (size_t i = 0; i < most; i++)
        p->formats[i] = 1;
}

xf_code
xf_pipeline_new(uv_loop_t *loop, const char *conninfo, const xf_pipeline_user *user, void *data,
                xf_pipeline **ret_pipeline, xf_error *reterr)
{
    xf_pipeline *p = xf_memory_new(sizeof *p);
    p->user = user;
    p->data = data;
    p->connection_user = (xf_connection_user){
        .name = user->name, .opened = opened, .input = input, .lost = lost, .closed = closed};
    tables_make(p);
    xf_code code =
        xf_connection_new(loop, conninfo, &p->connection_user, p, &p->connection, reterr);
    if (code != XF_CODE_OK) {
        closed(p);
    } else {
        *ret_pipeline = p;
    }
    return code;
}

bool
xf_pipeline_ready(const xf_pipeline *pipeline)
{
    return pipeline->phase == PHASE_READY && !pipeline->doomed;
}

bool
xf_pipeline_knows(const xf_pipeline *pipeline, const xf_statement *statement)
{
    return !pipeline->unknown[statement->number];
}

void
xf_pipeline_run(xf_pipeline *pipeline, xf_query *const *queries, size_t n)
{
    assert(xf_pipeline_ready(pipeline) && n > 0 && n <= XF_PIPELINE_MOST);
    pipeline->phase = PHASE_RUNNING;
    pipeline->queries = queries;
    pipeline->n_queries = n;
    pipeline->committed = false;
    pipeline->failed = false;
    pipeline->fault = (xf_pipeline_fault){0};
    steps_clear(pipeline);
    if (send_transaction(pipeline)) {
        xf_connection_flush(pipeline->connection);
    } else {
        doom(pipeline);
    }
}

void
xf_pipeline_close(xf_pipeline **pipeline)
{
    if (*pipeline != NULL)
        xf_connection_close(&(*pipeline)->connection);
    *pipeline = NULL;
}
