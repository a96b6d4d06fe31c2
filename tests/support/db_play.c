/* Numbers into parameters, answers into the test's query. */
#include "db_play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <endian.h>

#include "base/memory.h"
#include "base/now.h"

enum { LOOP_MOST_MS = 30000, TURN_MS = 1 };

/* Counts all answers, for the order of two. */
static unsigned answers;

static void
done(xf_query *query)
{
    xf_test_query *own = query->data;
    own->done++;
    own->place = ++answers;
    if (query->error.code == XF_CODE_OK && xf_query_rows(query) > 0) {
        size_t len = 0;
        const uint8_t *value = xf_query_value(query, 0, 0, &len);
        (void)snprintf(own->verdict, sizeof own->verdict, "%.*s", (int)len,
                       value != NULL ? (const char *)value : "");
    }
    xf_query_clear(query);
}

void
xf_test_query_make(xf_test_query *query, const xf_statement *statement, int32_t bureau, int64_t a,
                   int64_t b)
{
    const int64_t numbers[XF_TEST_PARAMS] = {a, b};
    *query = (xf_test_query){.query = {.statement = statement, .done = done}};
    query->query.actor = (xf_actor){bureau, 7, 3, 1};
    query->query.values = query->values;
    query->query.lengths = query->lengths;
    query->query.data = query;
    assert_true(statement->n_params <= XF_TEST_PARAMS);
    for (size_t i = 0; i < statement->n_params && i < XF_TEST_PARAMS; i++) {
        bool eight = statement->params[i].type == XF_SQL_INT8;
        uint64_t eight_bytes = htobe64((uint64_t)numbers[i]);
        uint32_t four_bytes = htobe32((uint32_t)numbers[i]);
        memcpy(&query->numbers[i], eight ? (void *)&eight_bytes : (void *)&four_bytes,
               eight ? sizeof eight_bytes : sizeof four_bytes);
        query->values[i] = (const char *)&query->numbers[i];
        query->lengths[i] = eight ? sizeof eight_bytes : sizeof four_bytes;
    }
}

xf_test_query *
xf_test_queries_new(size_t n)
{
    return xf_memory_new(n * sizeof(xf_test_query));
}

void
xf_test_queries_free(xf_test_query **queries)
{
    free(*queries);
    *queries = NULL;
}

/* ---- Loop ---- */

static void
turn_over(uv_timer_t *timer)
{
    (void)timer; /* it only ends the poll */
}

static void
turn_closed(uv_handle_t *timer)
{
    free(timer);
}

void
xf_test_loop_until(uv_loop_t *loop, bool (*true_now)(void *data), void *data)
{
    uv_timer_t *timer = xf_memory_new(sizeof *timer);
    (void)uv_timer_init(loop, timer);
    (void)uv_timer_start(timer, turn_over, TURN_MS, TURN_MS);
    int64_t until_ms = xf_now_steady_ms() + LOOP_MOST_MS;
    while (!true_now(data) && xf_now_steady_ms() < until_ms)
        (void)uv_run(loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)timer, turn_closed);
    (void)uv_run(loop, UV_RUN_NOWAIT);
    assert_true(true_now(data));
}

typedef struct awaited {
    const xf_test_query *queries;
    size_t n;
} awaited;

static bool
all_done(void *data)
{
    const awaited *all = data;
    for (size_t i = 0; i < all->n; i++) {
        if (all->queries[i].done == 0)
            return false;
    }
    return true;
}

void
xf_test_loop_until_done(uv_loop_t *loop, xf_test_query *queries, size_t n)
{
    awaited all = {queries, n};
    xf_test_loop_until(loop, all_done, &all);
}

static bool
is_past(void *data)
{
    return xf_now_steady_ms() >= *(const int64_t *)data;
}

void
xf_test_loop_for(uv_loop_t *loop, unsigned ms)
{
    int64_t until_ms = xf_now_steady_ms() + ms;
    xf_test_loop_until(loop, is_past, &until_ms);
}

void
xf_test_loop_close(uv_loop_t *loop)
{
    /* Not to its end: after a test that failed half-way there is none. */
    for (int i = 0; i < 10; i++)
        (void)uv_run(loop, UV_RUN_NOWAIT);
    assert_int_equal(uv_loop_close(loop), 0);
}
