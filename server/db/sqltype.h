/* db/sqltype — the SQL types that cross the border, and their numbers in PostgreSQL.
 *
 * The numbers (pg_type.oid) are fixed for built-in types.
 */
#ifndef XF_DB_SQLTYPE_H
#define XF_DB_SQLTYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "db/query.h"

uint32_t xf_sqltype_oid(xf_sql_type type, bool array);
/* false: a type that is not ours. */
bool xf_sqltype_find(uint32_t oid, xf_sql_type *ret_type, bool *ret_array);

#endif
