/* tests/support/db_play — queries with whole numbers for parameters, and a loop to run.
 *
 * A test has a statement table of its own in place of the product's:
 *     static const xf_statement statements[] = { … };
 *     XF_TEST_STATEMENTS(statements)
 */
#ifndef XF_TEST_DB_PLAY_H
#define XF_TEST_DB_PLAY_H

#include <string.h>

#include <uv.h>

#include "db/query.h"

enum { XF_TEST_PARAMS = 2 };

typedef struct xf_test_query {
    xf_query query;
    uint64_t numbers[XF_TEST_PARAMS]; /* in network order */
    const char *values[XF_TEST_PARAMS];
    int lengths[XF_TEST_PARAMS];
    unsigned done;    /* how often it was told */
    unsigned place;   /* the how-manieth of the test's answers it was, from 1 */
    char verdict[32]; /* first column of the first row, a text */
} xf_test_query;

/* For bureau 1 and so on, as the officer 7 of unit 3. Parameters are int4 or int8. */
void xf_test_query_make(xf_test_query *query, const xf_statement *statement, int32_t bureau,
                        int64_t a, int64_t b);
xf_test_query *xf_test_queries_new(size_t n);
void xf_test_queries_free(xf_test_query **queries);

/* Turns the loop until `true_now` says so; fails the test after 30 s. */
void xf_test_loop_until(uv_loop_t *loop, bool (*true_now)(void *data), void *data);
void xf_test_loop_until_done(uv_loop_t *loop, xf_test_query *queries, size_t n);
/* Turns it for so long. */
void xf_test_loop_for(uv_loop_t *loop, unsigned ms);
/* Closes what is left to close and proves that nothing is. */
void xf_test_loop_close(uv_loop_t *loop);

#define XF_TEST_STATEMENTS(rows)                            \
    size_t xf_statement_count(void)                         \
    {                                                       \
        return sizeof(rows) / sizeof(rows)[0];              \
    }                                                       \
    const xf_statement *xf_statement_at(size_t i)           \
    {                                                       \
        return &(rows)[i];                                  \
    }                                                       \
    const xf_statement *xf_statement_find(const char *name) \
    {                                                       \
        for (size_t i = 0; i < xf_statement_count(); i++) { \
            if (strcmp((rows)[i].name, name) == 0)          \
                return &(rows)[i];                          \
        }                                                   \
        return NULL;                                        \
    }

#endif
