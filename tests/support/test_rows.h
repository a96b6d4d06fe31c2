/* tests/support/test_rows — the result of a query without a database.
 *
 * Columns are added one by one, in the binary form that PostgreSQL sends; then libpq makes
 * its result of them. What does not fit ends the test.
 */
#ifndef XF_TEST_ROWS_H
#define XF_TEST_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/query.h"

enum { XF_TEST_COLUMNS = 12, XF_TEST_VALUE = 400, XF_TEST_NULL = -1 };

typedef struct xf_test_value {
    xf_sql_type type;
    bool array;
    int length; /* XF_TEST_NULL: SQL null */
    uint8_t bytes[XF_TEST_VALUE];
} xf_test_value;

typedef struct xf_test_rows {
    const char *names[XF_TEST_COLUMNS];
    xf_test_value values[XF_TEST_COLUMNS];
    int n;
} xf_test_rows;

void xf_test_rows_start_over(xf_test_rows *rows);
void xf_test_rows_null(xf_test_rows *rows, const char *name, xf_sql_type type, bool array);
/* A date in days and a timestamptz in microseconds since 2000. */
void xf_test_rows_number(xf_test_rows *rows, const char *name, xf_sql_type type, int64_t n);
void xf_test_rows_bytes(xf_test_rows *rows, const char *name, xf_sql_type type, const void *at,
                        size_t n);
void xf_test_rows_text(xf_test_rows *rows, const char *name, const char *words);
/* An array of n elements, which are added by the next; a length below 0 is a NULL. */
xf_test_value *xf_test_rows_array(xf_test_rows *rows, const char *name, xf_sql_type type,
                                  int32_t n);
void xf_test_rows_element(xf_test_value *to, const void *at, int32_t n);
void xf_test_rows_numbers(xf_test_rows *rows, const char *name, xf_sql_type type,
                          const int64_t *all, int32_t n);

/* A PGresult of n equal rows, for xf_query's result. */
void *xf_test_rows_result(const xf_test_rows *rows, int n);

#endif
