/* The connection's states and its poll handle.
 *
 * libpq may close its socket and open another with the same number while it connects,
 * and epoll forgets a closed one without a word. So the poll handle is made anew around
 * every PQconnectPoll.
 */
#include "db/connection.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limit.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/now.h"

enum {
    WAIT_LEAST_MS = 50,
    WAIT_MOST_MS = 2000,
    CONNECT_MS = 5000,
    OPTIONS_ROOM = 512,
    STEADY_MS = 1000, /* open for so long: the next wait begins at the least again */
};

typedef enum connection_state { STATE_WAITING, STATE_CONNECTING, STATE_OPEN } connection_state;

struct xf_connection {
    uv_loop_t *loop;
    uv_timer_t timer; /* the wait, the connecting's deadline, or a drop */
    uv_poll_t *poll;  /* NULL: none; freed by its own close */
    PGconn *pg;
    char *conninfo;
    const xf_connection_user *user;
    void *data;
    connection_state state;
    uint64_t wait_ms;
    int64_t opened_ms;
    int events;  /* what the open connection polls for */
    bool closed; /* by its user */
    bool told;   /* that the database is away: once in the log */
};

static void connect_start(xf_connection *c);

static void
poll_closed(uv_handle_t *handle)
{
    free(handle);
}

static void
poll_drop(xf_connection *c)
{
    if (c->poll == NULL)
        return;
    uv_close((uv_handle_t *)c->poll, poll_closed);
    c->poll = NULL;
    c->events = 0;
}

static void
pg_drop(xf_connection *c)
{
    poll_drop(c);
    PQfinish(c->pg);
    c->pg = NULL;
}

static bool
poll_make(xf_connection *c, int events, uv_poll_cb ready)
{
    c->poll = xf_memory_new(sizeof *c->poll);
    if (uv_poll_init(c->loop, c->poll, PQsocket(c->pg)) != 0) {
        free(c->poll); /* never came into the loop */
        c->poll = NULL;
        return false;
    }
    c->poll->data = c;
    if (uv_poll_start(c->poll, events, ready) != 0)
        return false;
    c->events = events;
    return true;
}

/* ---- Waiting ---- */

static void
wait_over(uv_timer_t *timer)
{
    connect_start(timer->data);
}

/* Stations and workers lose the database together: jitter keeps them from coming
 * back together. */
static void
wait_start(xf_connection *c)
{
    pg_drop(c);
    c->state = STATE_WAITING;
    uint32_t dice = 0;
    if (uv_random(NULL, NULL, &dice, sizeof dice, 0, NULL) != 0)
        dice = (uint32_t)xf_now_steady_us();
    uint64_t wait_ms = c->wait_ms * 3 / 4 + dice % (c->wait_ms / 2 + 1);
    (void)uv_timer_start(&c->timer, wait_over, wait_ms, 0);
    c->wait_ms = c->wait_ms * 2 > WAIT_MOST_MS ? WAIT_MOST_MS : c->wait_ms * 2;
}

static void
lose(xf_connection *c)
{
    XF_WARN("db.lost", XF_WORD(connection, c->user->name));
    if (xf_now_steady_ms() - c->opened_ms >= STEADY_MS)
        c->wait_ms = WAIT_LEAST_MS;
    wait_start(c);
    c->user->lost(c->data);
}

/* ---- Open ---- */

static void
flush(xf_connection *c, uv_poll_cb ready)
{
    int left = PQflush(c->pg);
    int events = left > 0 ? UV_READABLE | UV_WRITABLE : UV_READABLE;
    if (left < 0 || (events != c->events && uv_poll_start(c->poll, events, ready) != 0)) {
        xf_connection_drop(c);
        return;
    }
    c->events = events;
}

static void
open_ready(uv_poll_t *poll, int status, int events)
{
    xf_connection *c = poll->data;
    if (status < 0 || ((events & UV_READABLE) != 0 && PQconsumeInput(c->pg) == 0)) {
        lose(c);
        return;
    }
    flush(c, open_ready);
    if ((events & UV_READABLE) != 0)
        c->user->input(c->data);
}

/* ---- Connecting ---- */

static void
connect_failed(xf_connection *c)
{
    if (!c->told)
        XF_WARN("db.away", XF_WORD(connection, c->user->name));
    c->told = true;
    wait_start(c);
}

static void
connect_late(uv_timer_t *timer)
{
    connect_failed(timer->data);
}

static void
connect_done(xf_connection *c)
{
    (void)uv_timer_stop(&c->timer);
    if (PQsetnonblocking(c->pg, 1) != 0 || !poll_make(c, UV_READABLE, open_ready)) {
        connect_failed(c);
        return;
    }
    c->state = STATE_OPEN;
    c->told = false;
    c->opened_ms = xf_now_steady_ms();
    XF_INFO("db.open", XF_WORD(connection, c->user->name));
    c->user->opened(c->data);
}

static void
connect_ready(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    xf_connection *c = poll->data;
    poll_drop(c);
    switch (PQconnectPoll(c->pg)) {
    case PGRES_POLLING_OK: connect_done(c); return;
    case PGRES_POLLING_READING:
        if (poll_make(c, UV_READABLE, connect_ready))
            return;
        break;
    case PGRES_POLLING_WRITING:
        if (poll_make(c, UV_WRITABLE, connect_ready))
            return;
        break;
    case PGRES_POLLING_FAILED:
    case PGRES_POLLING_ACTIVE: break;
    }
    connect_failed(c);
}

/* libpq's own would print to standard error, and a notice may quote data. */
static void
notice_drop(void *data, const PGresult *notice)
{
    (void)data;
    (void)notice;
}

/* A batch that waits on a lock, a client that died inside a transaction, a bad plan:
 * each ends by itself. Compilation of plans costs a hundred times what our short
 * statements cost; and so does planning: with arrays for parameters PostgreSQL takes its
 * generic plan for dear and would plan a registration anew each time (4 ms against 0.2).
 * All of them go by key, so a plan that was made while a table was small must not scan it
 * when it has grown; and starting helpers for a page of 50 takes ten times the page. */
static void
make_session_options(char ret_options[OPTIONS_ROOM])
{
    (void)snprintf(ret_options, OPTIONS_ROOM,
                   "-c statement_timeout=%" PRIu64 " -c lock_timeout=%" PRIu64
                   " -c idle_in_transaction_session_timeout=%" PRIu64
                   " -c search_path=xf -c jit=off -c plan_cache_mode=force_generic_plan"
                   " -c enable_seqscan=off -c max_parallel_workers_per_gather=0",
                   xf_limit_get(XF_LIMIT_DB_STATEMENT_MS), xf_limit_get(XF_LIMIT_DB_LOCK_MS),
                   xf_limit_get(XF_LIMIT_DB_IDLE_MS));
}

/* What stands before dbname (the conninfo) it may override, what stands behind not. */
static PGconn *
connect_params(const xf_connection *c)
{
    char options[OPTIONS_ROOM]; /* libpq copies it */
    const char *const keys[] = {"keepalives_idle",
                                "keepalives_interval",
                                "keepalives_count",
                                "tcp_user_timeout",
                                "dbname",
                                "application_name",
                                "client_encoding",
                                "options",
                                NULL};
    const char *const values[] = {"10",          "5",    "3",     "30000", c->conninfo,
                                  c->user->name, "UTF8", options, NULL};

    make_session_options(options);
    return PQconnectStartParams(keys, values, 1);
}

static void
connect_start(xf_connection *c)
{
    c->pg = connect_params(c);
    if (c->pg == NULL || PQstatus(c->pg) == CONNECTION_BAD) {
        connect_failed(c);
        return;
    }
    (void)PQsetNoticeReceiver(c->pg, notice_drop, NULL);
    c->state = STATE_CONNECTING;
    (void)uv_timer_start(&c->timer, connect_late, CONNECT_MS, 0);
    if (!poll_make(c, UV_WRITABLE, connect_ready))
        connect_failed(c);
}

/* ---- For the user ---- */

xf_code
xf_connection_new(uv_loop_t *loop, const char *conninfo, const xf_connection_user *user, void *data,
                  xf_connection **ret_connection, xf_error *reterr)
{
    PQconninfoOption *parts = PQconninfoParse(conninfo, NULL);
    if (parts == NULL)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_CONF_BAD_VALUE, "%s", user->name);
    PQconninfoFree(parts);

    xf_connection *c = xf_memory_new(sizeof *c);
    c->loop = loop;
    c->conninfo = xf_memory_text(conninfo, strlen(conninfo));
    c->user = user;
    c->data = data;
    c->wait_ms = WAIT_LEAST_MS;
    (void)uv_timer_init(loop, &c->timer);
    c->timer.data = c;
    c->state = STATE_WAITING;
    (void)uv_timer_start(&c->timer, wait_over, 0, 0);
    *ret_connection = c;
    return XF_CODE_OK;
}

PGconn *
xf_connection_pg(const xf_connection *connection)
{
    return connection->state == STATE_OPEN ? connection->pg : NULL;
}

void
xf_connection_flush(xf_connection *connection)
{
    flush(connection, open_ready);
}

static void
dropped(uv_timer_t *timer)
{
    lose(timer->data);
}

void
xf_connection_drop(xf_connection *connection)
{
    if (!connection->closed && connection->state == STATE_OPEN)
        (void)uv_timer_start(&connection->timer, dropped, 0, 0);
}

static void
closed(uv_handle_t *handle)
{
    xf_connection *c = handle->data;
    c->user->closed(c->data);
    free(c->conninfo);
    free(c);
}

void
xf_connection_close(xf_connection **connection)
{
    xf_connection *c = *connection;
    *connection = NULL;
    if (c == NULL)
        return;
    c->closed = true;
    c->state = STATE_WAITING;
    pg_drop(c);
    uv_close((uv_handle_t *)&c->timer, closed);
}
