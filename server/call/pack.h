/* call/pack — numbers and bytes -> PostgreSQL's binary form, in an arena.
 *
 * The values lie one behind the other in an area; when it is full the next begins, and only
 * the value that is being made moves. A number comes in our units (days and milliseconds
 * since 1970) and goes out in PostgreSQL's.
 */
#ifndef XF_CALL_PACK_H
#define XF_CALL_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "db/query.h"

/* One value on its way: a number, or bytes. */
typedef struct xf_pack_item {
    bool null;
    int64_t number;
    const uint8_t *bytes;
    size_t n;
} xf_pack_item;

/* Embedded; zeroed but for the arena. */
typedef struct xf_pack {
    xf_arena *arena;
    uint8_t *area;
    size_t begin; /* of the value that is being made */
    size_t len;
    size_t cap;
} xf_pack;

/* All three: INVALID when the type cannot hold the value, LIMIT when the arena is full. */

/* A value that stands alone; *ret_value NULL for a NULL. Bytes are borrowed where they lie. */
XF_NODISCARD xf_code xf_pack_scalar(xf_pack *pack, xf_sql_type type, xf_pack_item item,
                                    const char **ret_value, int *ret_length);
/* An array of n elements: begin, n times element, end. */
XF_NODISCARD xf_code xf_pack_begin(xf_pack *pack, xf_sql_type type, size_t n);
XF_NODISCARD xf_code xf_pack_element(xf_pack *pack, xf_sql_type type, xf_pack_item item);
void xf_pack_end(xf_pack *pack, const char **ret_value, int *ret_length);

#endif
