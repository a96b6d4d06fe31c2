/* Results of a query, made by libpq by hand; header has the manual. */
#include "test_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <endian.h>
#include <libpq-fe.h>

#include "db/sqltype.h"

void
xf_test_rows_start_over(xf_test_rows *rows)
{
    rows->n = 0;
    memset(rows->values, 0, sizeof rows->values);
}

static xf_test_value *
add(xf_test_rows *rows, const char *name, xf_sql_type type)
{
    assert_true(rows->n < XF_TEST_COLUMNS);
    rows->names[rows->n] = name;
    xf_test_value *added = &rows->values[rows->n++];
    added->type = type;
    return added;
}

static void
put(xf_test_value *to, const void *bytes, size_t n)
{
    assert_true((size_t)to->length + n <= XF_TEST_VALUE);
    memcpy(to->bytes + to->length, bytes, n);
    to->length += (int)n;
}

static void
put32(xf_test_value *to, int32_t number)
{
    uint32_t big = htobe32((uint32_t)number);
    put(to, &big, 4);
}

static void
put_number(xf_test_value *to, int64_t number)
{
    uint64_t big = htobe64((uint64_t)number);
    size_t n = to->type == XF_SQL_BOOL                              ? 1
               : to->type == XF_SQL_INT2                            ? 2
               : to->type == XF_SQL_INT4 || to->type == XF_SQL_DATE ? 4
                                                                    : 8;
    put(to, (const uint8_t *)&big + 8 - n, n);
}

void
xf_test_rows_null(xf_test_rows *rows, const char *name, xf_sql_type type, bool array)
{
    xf_test_value *added = add(rows, name, type);
    added->array = array;
    added->length = XF_TEST_NULL;
}

void
xf_test_rows_number(xf_test_rows *rows, const char *name, xf_sql_type type, int64_t n)
{
    put_number(add(rows, name, type), n);
}

void
xf_test_rows_bytes(xf_test_rows *rows, const char *name, xf_sql_type type, const void *at, size_t n)
{
    put(add(rows, name, type), at, n);
}

void
xf_test_rows_text(xf_test_rows *rows, const char *name, const char *words)
{
    xf_test_rows_bytes(rows, name, XF_SQL_TEXT, words, strlen(words));
}

/* An array's header; its elements are added by the next two. */
xf_test_value *
xf_test_rows_array(xf_test_rows *rows, const char *name, xf_sql_type type, int32_t n)
{
    xf_test_value *added = add(rows, name, type);
    added->array = true;
    put32(added, n ? 1 : 0);
    put32(added, 1);
    put32(added, (int32_t)xf_sqltype_oid(type, false));
    if (n) {
        put32(added, n);
        put32(added, 1);
    }
    return added;
}

void
xf_test_rows_element(xf_test_value *to, const void *at, int32_t n)
{
    put32(to, n);
    if (n > 0)
        put(to, at, (size_t)n);
}

void
xf_test_rows_numbers(xf_test_rows *rows, const char *name, xf_sql_type type, const int64_t *all,
                     int32_t n)
{
    xf_test_value *to = xf_test_rows_array(rows, name, type, n);
    for (int32_t i = 0; i < n; i++) {
        xf_test_value one = {.type = type};
        put_number(&one, all[i]);
        xf_test_rows_element(to, one.bytes, one.length);
    }
}

void *
xf_test_rows_result(const xf_test_rows *rows, int n)
{
    PGresAttDesc columns[XF_TEST_COLUMNS] = {0};
    PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    for (int i = 0; i < rows->n; i++) {
        columns[i].name = (char *)(uintptr_t)rows->names[i];
        columns[i].format = 1;
        columns[i].typid = xf_sqltype_oid(rows->values[i].type, rows->values[i].array);
    }
    assert_int_equal(PQsetResultAttrs(result, rows->n, columns), 1);
    for (int row = 0; row < n; row++) {
        for (int i = 0; i < rows->n; i++) {
            assert_int_equal(
                PQsetvalue(result, row, i, (char *)rows->values[i].bytes, rows->values[i].length),
                1);
        }
    }
    return result;
}
