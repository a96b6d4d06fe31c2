/* call/bind — what a call knows -> the binary parameters of a statement.
 *
 * The step of its name binds the method's statement; read_row binds the named read. Where
 * each value is found was settled when the program was built (server/sqlgen).
 *
 * An absent field is NULL, an empty list '{}'. What is sealed or indexed is NULL if absent or
 * empty: two people without a telephone do not share one. The petition's key is made when a
 * parameter first needs it.
 */
#ifndef XF_CALL_BIND_H
#define XF_CALL_BIND_H

#include "base/error.h"
#include "call/call.h"
#include "db/query.h"

/* Fills statement, actor, values and lengths of `query`, in the call's arena. INVALID with
 * the field's path for a number, day, instant or uuid that the SQL type cannot hold;
 * INTERNAL for a law name that check did not put; LIMIT when the arena is full. */
XF_NODISCARD xf_code xf_bind_statement(xf_call *call, const xf_statement *statement,
                                       xf_query *query, xf_error *reterr);

#endif
