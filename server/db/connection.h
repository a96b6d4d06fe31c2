/* db/connection — one libpq connection on a loop, that comes back by itself.
 *
 *      WAITING --timer--> CONNECTING --> OPEN --lost--> WAITING
 *      50 ms .. 2 s, with jitter
 *
 * It opens, polls, reads and writes; what is said over it is its user's affair
 * (pipeline, listen, lead). A host name in the conninfo is looked up in the loop's
 * thread: give a socket directory or hostaddr.
 *
 * A connection that hangs without closing is found by TCP keepalives only; on a Unix
 * socket the other side's death closes it.
 */
#ifndef XF_DB_CONNECTION_H
#define XF_DB_CONNECTION_H

#include <libpq-fe.h>
#include <uv.h>

#include "base/error.h"

typedef struct xf_connection xf_connection;

/* All from the loop, never inside a call to this file. They are functions of these names
 * in pipeline.c, listen.c and lead.c. */
typedef struct xf_connection_user {
    const char *name; /* application_name and the log's word: "xinfang writer" */
    void (*opened)(void *data);
    void (*input)(void *data);  /* something was read: take results while !PQisBusy */
    void (*lost)(void *data);   /* it had been open; everything sent is unknown */
    void (*closed)(void *data); /* after xf_connection_close: the user's memory may go */
} xf_connection_user;

/* INVALID when conninfo cannot be read. A database that is away is no failure. */
XF_NODISCARD xf_code xf_connection_new(uv_loop_t *loop, const char *conninfo,
                                       const xf_connection_user *user, void *data,
                                       xf_connection **ret_connection, xf_error *reterr);
/* NULL unless open. */
PGconn *xf_connection_pg(const xf_connection *connection);
/* Call it after queueing: one write for all of it, the rest when the socket takes it. */
void xf_connection_flush(xf_connection *connection);
/* Doubt about what was said: `lost` comes from the loop, then a new connection. */
void xf_connection_drop(xf_connection *connection);
/* Only `closed` comes after it, with the loop's next turn. */
void xf_connection_close(xf_connection **connection);

#endif
