/* call/plan — what the columns of a statement's result mean: a field of the message, or what stands
 * in the row beside it.
 *
 * Found by name with the statement's first result and kept, for its columns stay as they are:
 * looking for each name in each result was a fifth of the server's work at an open.
 */
#ifndef XF_CALL_PLAN_H
#define XF_CALL_PLAN_H

#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "base/error.h"
#include "db/query.h"

/* Columns that are not the message's; what they are for, reply.c says. */
typedef enum xf_beside {
    XF_BESIDE_VERDICT,
    XF_BESIDE_FIELD,
    XF_BESIDE_TEXT,
    XF_BESIDE_SEAL_KEY,
    XF_BESIDE_LOGIN_SEAT,
} xf_beside;

enum { XF_BESIDES = XF_BESIDE_LOGIN_SEAT + 1 };

/* Where a column goes. */
typedef struct xf_way {
    const ProtobufCFieldDescriptor *list;  /* of "list.x", else NULL */
    const ProtobufCFieldDescriptor *field; /* NULL: it stands beside the message */
    xf_sql_type type;
    uint32_t oid; /* PostgreSQL's number of that type */
    unsigned has; /* where the field says that it is present; 0: it does not */
    bool array;
    bool sealed;
} xf_way;

typedef struct xf_plan {
    bool made;
    int beside[XF_BESIDES];                    /* their columns; -1: not there */
    const ProtobufCMessageDescriptor *message; /* where the ways lead; NULL: not found yet */
    size_t n;
    xf_way *ways; /* of n columns */
} xf_plan;

/* A worker's: a plan a statement. */
typedef struct xf_plans xf_plans;

xf_plans *xf_plans_new(void);
void xf_plans_free(xf_plans **plans);

/* The plan of this result, with what stands beside the message. Without `plans`, or of a query that is
 * no statement, it is made in the arena. NULL: that is full. */
xf_plan *xf_plan_find(xf_plans *plans, xf_arena *arena, const xf_query *query);

/* The ways of its columns into a message of this type. INTERNAL with the column's name when it has no
 * field or another type (our mistake, found by a test). */
XF_NODISCARD xf_code xf_plan_lead(xf_plan *plan, const xf_query *query,
                                  const ProtobufCMessageDescriptor *message, xf_error *reterr);

#endif
