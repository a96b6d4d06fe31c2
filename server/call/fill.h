/* call/fill — one row of a result -> a message, by the columns' names.
 *
 * "x" fills field x, "list.x" (an array) field x of each submessage of list; all arrays of
 * one list are equally long, and a NULL array is an empty list. A NULL value is an absent
 * field; in a repeated scalar field it is left out. An int2 or int4 that is no array spreads
 * onto a repeated enum as a mask. "x_sealed" is opened with the row's seal_key and stored in
 * x masked, never plain.
 *
 * Everything is copied: the message outlives the result.
 */
#ifndef XF_CALL_FILL_H
#define XF_CALL_FILL_H

#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "base/error.h"
#include "crypto/seal.h"
#include "db/query.h"

/* Row 0 into an initialised message. The columns verdict, field, text, seal_key and login_seat are
 * not the message's. INTERNAL with the column's name when it has no field or another type (our mistake,
 * found by a test); LIMIT when the arena is full. `seal` may be NULL if nothing is sealed. */
XF_NODISCARD xf_code xf_fill_message(xf_arena *arena, const xf_seal *seal, const xf_query *query,
                                     ProtobufCMessage *message, xf_error *reterr);

/* The same, for replies: what a column's name and type mean is found with a statement's first
 * result and kept in `ways`, for the columns of a statement stay as they are (an eighth of the
 * server's work at an open). `ways` is a worker's own; NULL: it is looked for each time. */
typedef struct xf_fill_ways xf_fill_ways;

xf_fill_ways *xf_fill_ways_new(void);
void xf_fill_ways_free(xf_fill_ways **ways);
XF_NODISCARD xf_code xf_fill_reply(xf_fill_ways *ways, xf_arena *arena, const xf_seal *seal,
                                   const xf_query *query, ProtobufCMessage *message,
                                   xf_error *reterr);

#endif
