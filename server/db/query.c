/* The accessors of a result. Nobody outside server/db sees a PGresult. */
#include "db/query.h"

#include <string.h>

#include <libpq-fe.h>

#include "db/sqltype.h"

size_t
xf_query_rows(const xf_query *query)
{
    return query->result == NULL ? 0 : (size_t)PQntuples(query->result);
}

size_t
xf_query_columns(const xf_query *query)
{
    return query->result == NULL ? 0 : (size_t)PQnfields(query->result);
}

/* PQfnumber folds case and copies the name each time; a result has few columns. */
int
xf_query_column(const xf_query *query, const char *name)
{
    int n = (int)xf_query_columns(query);
    for (int i = 0; i < n; i++) {
        const char *at = PQfname(query->result, i);
        if (*at == *name && strcmp(at, name) == 0) /* few begin alike */
            return i;
    }
    return -1;
}

const char *
xf_query_column_name(const xf_query *query, int column)
{
    return PQfname(query->result, column);
}

bool
xf_query_column_type(const xf_query *query, int column, xf_sql_type *ret_type, bool *ret_array)
{
    return xf_sqltype_find(PQftype(query->result, column), ret_type, ret_array);
}

const uint8_t *
xf_query_value(const xf_query *query, size_t row, int column, size_t *ret_len)
{
    *ret_len = (size_t)PQgetlength(query->result, (int)row, column);
    if (*ret_len == 0 && PQgetisnull(query->result, (int)row, column)) /* a null's length is 0 */
        return NULL;
    return (const uint8_t *)PQgetvalue(query->result, (int)row, column);
}

void
xf_query_clear(xf_query *query)
{
    PQclear(query->result);
    query->result = NULL;
}
