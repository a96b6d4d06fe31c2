/* db/query — one statement to be run for one call, and what came of it.
 *
 * Embedded in its owner. Parameters are binary, in the owner's arena, and must live
 * until `done`. The result belongs to the query until xf_query_clear.
 */
#ifndef XF_DB_QUERY_H
#define XF_DB_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* How a :name::type gets its value. */
typedef enum xf_param_source {
    XF_PARAM_FIELD,  /* request field, by dotted name */
    XF_PARAM_PARENT, /* :list.xs.of — of each element, which parent (from 1) */
    XF_PARAM_SEALED, /* :x_sealed — request field x, sealed with the petition's key */
    XF_PARAM_INDEX,  /* :x_idx — blind index of request field x */
    XF_PARAM_LAW,    /* put by check */
    XF_PARAM_MASK,   /* :x_mask — repeated enum x, a bit each */
    XF_PARAM_OWN,    /* the call's own, see xf_own */
} xf_param_source;

typedef enum xf_own {
    XF_OWN_BUREAU,
    XF_OWN_OFFICER,
    XF_OWN_UNIT,
    XF_OWN_ROLES,
    XF_OWN_OP_ID,
    XF_OWN_SHA,
    XF_OWN_TODAY,
    XF_OWN_NOW,
    XF_OWN_DEVICE,
    XF_OWN_SEAL_KEY,
    XF_OWN_PASSWORD_HASH,
} xf_own;

typedef enum xf_sql_type {
    XF_SQL_BOOL,
    XF_SQL_INT2,
    XF_SQL_INT4,
    XF_SQL_INT8,
    XF_SQL_TEXT,
    XF_SQL_BYTEA,
    XF_SQL_DATE,
    XF_SQL_TIMESTAMPTZ,
    XF_SQL_UUID,
} xf_sql_type;

typedef struct xf_param {
    const char *name; /* "matters.demand"; without _sealed, _idx, _mask or .of */
    xf_param_source source;
    xf_sql_type type;
    bool array;
    xf_own own; /* OWN only */
    /* From the request: the way to the field, as places in the descriptors' fields. Found
     * when the program was built, so that no request looks for a name. */
    uint8_t depth; /* 1: "x", 2: "list.x" */
    uint16_t path[2];
} xf_param;

/* Made by sqlgen from a .sql file. */
typedef struct xf_statement {
    const char *name; /* "matter.assign" */
    const char *sql;  /* with $1 … */
    const xf_param *params;
    size_t n_params;
    size_t number; /* its place in xf_statement_at */
    bool rows;     /* runs for several commands of one bureau at once: db/rows */
} xf_statement;

size_t xf_statement_count(void);
const xf_statement *xf_statement_at(size_t i);
const xf_statement *xf_statement_find(const char *name); /* for start-up and tests */

typedef struct xf_actor {
    int32_t bureau;
    int32_t officer; /* 0: the server itself */
    int32_t unit;
    uint32_t roles; /* bit a role */
} xf_actor;

typedef struct xf_query xf_query;

struct xf_query {
    const xf_statement *statement;
    xf_actor actor;
    const char *const *values; /* binary; NULL = SQL null */
    const int *lengths;
    /* From the loop, never inside xf_writer_run or xf_reader_run: on_result of call/query.c,
     * on_row of call/read_row.c, on_list of job/freeze.c. */
    void (*done)(xf_query *query);
    void *data;

    xf_error error; /* code OK: there is a result */
    void *result;   /* PGresult; read by the accessors only */
    xf_query *next; /* the queue's */
    int64_t queued_ms;
    unsigned tries; /* that ended in an error of its own, when it ran alone */
    unsigned lost;  /* connections that went while it was in flight */
    bool apart;     /* its statement asked to be run for it by itself: db/rows */
};

size_t xf_query_rows(const xf_query *query);
/* -1: no such column. */
int xf_query_column(const xf_query *query, const char *name);
size_t xf_query_columns(const xf_query *query);
const char *xf_query_column_name(const xf_query *query, int column);
/* Type of a column in the result, with *ret_array; false for a type that is not ours. */
bool xf_query_column_type(const xf_query *query, int column, xf_sql_type *ret_type,
                          bool *ret_array);
/* Binary, borrowed until clear. NULL: SQL null; *ret_len is 0 then. */
const uint8_t *xf_query_value(const xf_query *query, size_t row, int column, size_t *ret_len);
void xf_query_clear(xf_query *query);

#endif
