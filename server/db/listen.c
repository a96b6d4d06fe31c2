/* LISTEN on a connection of its own. */
#include "db/listen.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "db/connection.h"

struct xf_db_listen {
    xf_connection *connection;
    void (*woke)(int32_t bureau, void *data);
    void *data;
};

static void
opened(void *data)
{
    xf_db_listen *l = data;
    if (PQsendQuery(xf_connection_pg(l->connection), "listen xinfang") == 1) {
        xf_connection_flush(l->connection);
    } else {
        xf_connection_drop(l->connection);
    }
}

/* Whatever was notified before LISTEN stood is gone: everything may have changed. */
static void
listening(xf_db_listen *l, const PGresult *result)
{
    if (PQresultStatus(result) == PGRES_COMMAND_OK) {
        l->woke(0, l->data);
    } else {
        xf_connection_drop(l->connection);
    }
}

/* The payload is the bureau's number; anything else wakes everybody. */
static int32_t
bureau_of(const char *payload)
{
    char *end = NULL;
    long number = strtol(payload, &end, 10);
    return *end == '\0' && number > 0 && number <= INT32_MAX ? (int32_t)number : 0;
}

static void
input(void *data)
{
    xf_db_listen *l = data;
    while (l->connection != NULL && PQisBusy(xf_connection_pg(l->connection)) == 0) {
        PGresult *result = PQgetResult(xf_connection_pg(l->connection));
        if (result == NULL)
            break;
        listening(l, result);
        PQclear(result);
    }
    while (l->connection != NULL) {
        PGnotify *notify = PQnotifies(xf_connection_pg(l->connection));
        if (notify == NULL)
            break;
        int32_t bureau = bureau_of(notify->extra);
        PQfreemem(notify);
        l->woke(bureau, l->data);
    }
}

static void
lost(void *data)
{
    (void)data; /* told when it listens again */
}

static void
closed(void *data)
{
    free(data);
}

static const xf_connection_user user = {
    .name = "xinfang listen", .opened = opened, .input = input, .lost = lost, .closed = closed};

xf_code
xf_db_listen_new(uv_loop_t *loop, const char *conninfo, void (*woke)(int32_t bureau, void *data),
                 void *data, xf_db_listen **ret_listen, xf_error *reterr)
{
    xf_db_listen *l = xf_memory_new(sizeof *l);
    l->woke = woke;
    l->data = data;
    xf_code code = xf_connection_new(loop, conninfo, &user, l, &l->connection, reterr);
    if (code != XF_CODE_OK) {
        free(l);
    } else {
        *ret_listen = l;
    }
    return code;
}

void
xf_db_listen_close(xf_db_listen **listen)
{
    if (*listen != NULL)
        xf_connection_close(&(*listen)->connection);
    *listen = NULL;
}
