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
#include "call/plan.h"
#include "crypto/seal.h"
#include "db/query.h"

/* Row 0 into an initialised message, by the plan of the statement's columns. INTERNAL with the column's
 * name when it does not fit (our mistake, found by a test); LIMIT when the arena is full. `seal` may be
 * NULL if nothing is sealed. */
XF_NODISCARD xf_code xf_fill_reply(xf_plan *plan, xf_arena *arena, const xf_seal *seal,
                                   const xf_query *query, ProtobufCMessage *message,
                                   xf_error *reterr);

/* The same by a plan that is made for it: a named read has no kept one. */
XF_NODISCARD xf_code xf_fill_message(xf_arena *arena, const xf_seal *seal, const xf_query *query,
                                     ProtobufCMessage *message, xf_error *reterr);

#endif
