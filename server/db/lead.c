/* Asks for the lock twice a second until it has it. */
#include "db/lead.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "db/connection.h"

enum { ASK_MS = 500 };

struct xf_lead {
    xf_connection *connection;
    uv_timer_t timer;
    bool held;
    unsigned open_handles; /* connection and timer: the last one to close frees */
};

/* The number is "xf" and "lead": nobody else's in our own database. */
static const char *const ask_sql = "select pg_try_advisory_lock(30822, 1818583396)";

static void
ask_for_lock(xf_lead *lead)
{
    if (PQsendQuery(xf_connection_pg(lead->connection), ask_sql) == 1) {
        xf_connection_flush(lead->connection);
    } else {
        xf_connection_drop(lead->connection);
    }
}

static void
ask_again(uv_timer_t *timer)
{
    xf_lead *lead = timer->data;
    if (xf_connection_pg(lead->connection) != NULL)
        ask_for_lock(lead);
}

static void
opened(void *data)
{
    ask_for_lock(data);
}

static void
answered(xf_lead *lead, const PGresult *result)
{
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        xf_connection_drop(lead->connection);
        return;
    }
    lead->held = strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    if (lead->held) {
        XF_INFO("lead.held");
    } else {
        (void)uv_timer_start(&lead->timer, ask_again, ASK_MS, 0);
    }
}

static void
input(void *data)
{
    xf_lead *lead = data;
    while (PQisBusy(xf_connection_pg(lead->connection)) == 0) {
        PGresult *result = PQgetResult(xf_connection_pg(lead->connection));
        if (result == NULL)
            return;
        answered(lead, result);
        PQclear(result);
    }
}

static void
lost(void *data)
{
    xf_lead *lead = data;
    (void)uv_timer_stop(&lead->timer);
    lead->held = false;
}

static void
one_closed(xf_lead *lead)
{
    if (--lead->open_handles == 0)
        free(lead);
}

static void
closed(void *data)
{
    one_closed(data);
}

static void
timer_closed(uv_handle_t *handle)
{
    one_closed(handle->data);
}

static const xf_connection_user user = {
    .name = "xinfang lead", .opened = opened, .input = input, .lost = lost, .closed = closed};

xf_code
xf_lead_new(uv_loop_t *loop, const char *conninfo, xf_lead **ret_lead, xf_error *reterr)
{
    xf_lead *lead = xf_memory_new(sizeof *lead);
    xf_code code = xf_connection_new(loop, conninfo, &user, lead, &lead->connection, reterr);
    if (code != XF_CODE_OK) {
        free(lead);
        return code;
    }
    (void)uv_timer_init(loop, &lead->timer);
    lead->timer.data = lead;
    lead->open_handles = 2;
    *ret_lead = lead;
    return code;
}

bool
xf_lead_held(const xf_lead *lead)
{
    return lead->held;
}

void
xf_lead_close(xf_lead **lead)
{
    xf_lead *closing = *lead;
    *lead = NULL;
    if (closing == NULL)
        return;
    xf_connection_close(&closing->connection);
    uv_close((uv_handle_t *)&closing->timer, timer_closed);
}
