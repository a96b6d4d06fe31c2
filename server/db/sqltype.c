/* One table, read in both directions. */
#include "db/sqltype.h"

#include <stddef.h>

typedef struct sqltype_row {
    uint32_t one;
    uint32_t array;
} sqltype_row;

static const sqltype_row rows[] = {
    [XF_SQL_BOOL] = {16, 1000},   [XF_SQL_INT2] = {21, 1005},          [XF_SQL_INT4] = {23, 1007},
    [XF_SQL_INT8] = {20, 1016},   [XF_SQL_TEXT] = {25, 1009},          [XF_SQL_BYTEA] = {17, 1001},
    [XF_SQL_DATE] = {1082, 1182}, [XF_SQL_TIMESTAMPTZ] = {1184, 1185}, [XF_SQL_UUID] = {2950, 2951},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

uint32_t
xf_sqltype_oid(xf_sql_type type, bool array)
{
    return array ? rows[type].array : rows[type].one;
}

bool
xf_sqltype_find(uint32_t oid, xf_sql_type *ret_type, bool *ret_array)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].one == oid || rows[i].array == oid) {
            *ret_type = (xf_sql_type)i;
            *ret_array = rows[i].array == oid;
            return true;
        }
    }
    return false;
}
