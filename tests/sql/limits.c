/* The limits of the database's connections, driven against a real PostgreSQL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "base/limit.h"
#include "db/reader.h"
#include "db/writer.h"
#include "db_play.h"
#include "scratch_db.h"
#include "still_time.h"

static const xf_param one[] = {{.name = "x", .type = XF_SQL_INT4}};

enum { SEE, NAP, SLEEP, TOUCH, SETTING };

static const xf_statement table[] = {
    {"limits.see", "insert into access select $1 returning pg_current_xact_id()::text as verdict",
     one, 1, SEE, false},
    {"limits.nap", "select 'OK' from pg_sleep(0.1)", NULL, 0, NAP, false},
    {"limits.sleep", "select 'OK' from pg_sleep(60)", NULL, 0, SLEEP, false},
    {"limits.touch", "update held set x = $1 returning 'OK' as verdict", one, 1, TOUCH, false},
    {"limits.setting",
     "select concat_ws(' ', current_setting('statement_timeout'), current_setting('lock_timeout'),"
     " current_setting('idle_in_transaction_session_timeout'))",
     NULL, 0, SETTING, false},
};

XF_TEST_STATEMENTS(table)

enum { MOST = 8 };

typedef struct stage {
    char *super;
    uv_loop_t loop;
    xf_reader *reader;
    xf_writer *writer;
    xf_test_query *queries;
} stage;

static int
up(void **state)
{
    stage *s = calloc(1, sizeof *s);

    s->super = xf_test_db_new("db_limits");
    xf_test_db_run(s->super, "create schema xf;"
                             "create table xf.bureau (bureau_id int primary key, ledger bigint);"
                             "insert into xf.bureau values (1, 0);"
                             "create table xf.access (x int);"
                             "create table xf.held (x int); insert into xf.held values (1)");
    assert_int_equal(uv_loop_init(&s->loop), 0);
    s->queries = xf_test_queries_new(MOST);
    *state = s;
    return 0;
}

static int
down(void **state)
{
    stage *s = *state;

    time_runs();
    if (s->reader != NULL)
        xf_reader_close(&s->reader);
    if (s->writer != NULL)
        xf_writer_close(&s->writer);
    xf_test_loop_close(&s->loop);
    xf_test_queries_free(&s->queries);
    free(s->super);
    free(s);
    for (int i = 0; i < XF_LIMIT_COUNT; i++)
        assert_true(xf_limit_set(xf_limit_key((xf_limit)i), xf_limit_default((xf_limit)i)));
    return 0;
}

/* After the limits were set: a connection takes them as it begins. */
static void
open_reader(stage *s)
{
    assert_int_equal(xf_reader_new(&s->loop, s->super, 1, &s->reader, NULL), XF_CODE_OK);
}

static void
read_all(stage *s, size_t statement, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        xf_test_query_make(&s->queries[i], xf_statement_at(statement), 1, (int64_t)i, 0);
        assert_int_equal(xf_reader_run(s->reader, &s->queries[i].query, NULL), XF_CODE_OK);
    }
    xf_test_loop_until_done(&s->loop, s->queries, n);
}

/* In how many transactions the first n ran, in their order. */
static size_t
transactions(const stage *s, size_t n)
{
    size_t found = 1;

    for (size_t i = 1; i < n; i++)
        found += strcmp(s->queries[i].verdict, s->queries[i - 1].verdict) != 0;
    return found;
}

static void
so_many_reads_share_a_transaction_and_no_more(void **state)
{
    stage *s = *state;

    assert_true(xf_limit_set("limit.db_read_batch", 3));
    open_reader(s);
    read_all(s, SEE, 1); /* now it is connected */
    read_all(s, SEE, 2);
    assert_int_equal(transactions(s, 2), 1);
    read_all(s, SEE, 3);
    assert_int_equal(transactions(s, 3), 1);
    read_all(s, SEE, 4);
    assert_int_equal(transactions(s, 4), 2);
}

static void
write_all(stage *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        xf_test_query_make(&s->queries[i], xf_statement_at(SEE), 1, (int64_t)i, 0);
        assert_int_equal(xf_writer_run(s->writer, &s->queries[i].query, NULL), XF_CODE_OK);
    }
    xf_test_loop_until_done(&s->loop, s->queries, n);
}

static void
so_many_commands_share_a_transaction_and_no_more(void **state)
{
    stage *s = *state;

    assert_true(xf_limit_set("limit.db_batch", 3));
    assert_int_equal(xf_writer_new(&s->loop, s->super, 1, &s->writer, NULL), XF_CODE_OK);
    write_all(s, 1);
    write_all(s, 3);
    assert_int_equal(transactions(s, 3), 1);
    write_all(s, 4);
    assert_int_equal(transactions(s, 4), 2);
}

static void
a_statement_that_runs_too_long_is_told_so_and_counted(void **state)
{
    stage *s = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_DB_STATEMENT_MS);

    assert_true(xf_limit_set("limit.db_statement_ms", 1000));
    open_reader(s);
    read_all(s, NAP, 1);
    assert_int_equal(s->queries[0].query.error.code, XF_CODE_OK);
    assert_int_equal(xf_limit_hits(XF_LIMIT_DB_STATEMENT_MS), hits);
    read_all(s, SLEEP, 1);
    assert_int_equal(s->queries[0].query.error.code, XF_CODE_DEADLINE);
    assert_true(s->queries[0].query.error.retry_after_ms > 0);
    assert_int_equal(xf_limit_hits(XF_LIMIT_DB_STATEMENT_MS), hits + 1);
}

static void
a_row_that_another_holds_is_waited_for_so_long(void **state)
{
    stage *s = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_DB_LOCK_MS);
    PGconn *other = PQconnectdb(s->super);
    PGresult *result = NULL;

    assert_true(xf_limit_set("limit.db_lock_ms", 50));
    open_reader(s);
    read_all(s, TOUCH, 1);
    assert_int_equal(s->queries[0].query.error.code, XF_CODE_OK);
    result = PQexec(other, "begin; update xf.held set x = 2");
    assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
    PQclear(result);
    assert_int_equal(xf_limit_hits(XF_LIMIT_DB_LOCK_MS), hits);
    read_all(s, TOUCH, 1);
    assert_int_equal(s->queries[0].query.error.code, XF_CODE_UNAVAILABLE);
    assert_true(s->queries[0].query.error.retry_after_ms > 0);
    assert_true(xf_limit_hits(XF_LIMIT_DB_LOCK_MS) > hits); /* once each time it was tried */
    PQfinish(other);
}

/* To the millisecond, of each: it is PostgreSQL's clock that runs, so what it was told is what can be
 * looked at. What is forgotten in a transaction it ends itself; a worker that hangs could not count it. */
static void
postgresql_is_told_each_limit_of_time(void **state)
{
    stage *s = *state;

    assert_true(xf_limit_set("limit.db_statement_ms", 4321));
    assert_true(xf_limit_set("limit.db_lock_ms", 987));
    assert_true(xf_limit_set("limit.db_idle_ms", 1234));
    open_reader(s);
    read_all(s, SETTING, 1);
    assert_string_equal(s->queries[0].verdict, "4321ms 987ms 1234ms");
}

/* Another one comes, at which it is looked who has waited too long. */
static void
another_comes(stage *s, size_t i)
{
    xf_test_query_make(&s->queries[i], xf_statement_at(SEE), 1, (int64_t)i, 0);
    assert_int_equal(xf_reader_run(s->reader, &s->queries[i].query, NULL), XF_CODE_OK);
    for (int turn = 0; turn < 3; turn++)
        (void)uv_run(&s->loop, UV_RUN_NOWAIT);
}

static void
a_call_that_waits_too_long_is_told_so_and_counted(void **state)
{
    stage *s = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_CALL_MS);

    (void)time_stands();
    assert_true(xf_limit_set("limit.call_ms", 200));
    assert_int_equal(xf_reader_new(&s->loop, "host=/nowhere dbname=none", 1, &s->reader, NULL),
                     XF_CODE_OK);
    another_comes(s, 0);
    time_goes_on(199);
    another_comes(s, 1);
    time_goes_on(1);
    another_comes(s, 2);
    assert_int_equal(s->queries[0].done, 0);
    assert_int_equal(xf_limit_hits(XF_LIMIT_CALL_MS), hits);
    time_goes_on(1);
    another_comes(s, 3);
    assert_int_equal(s->queries[0].done, 1);
    assert_int_equal(s->queries[0].query.error.code, XF_CODE_UNAVAILABLE);
    assert_true(s->queries[0].query.error.retry_after_ms > 0);
    assert_int_equal(xf_limit_hits(XF_LIMIT_CALL_MS), hits + 1);
    assert_int_equal(s->queries[1].done, 0);
    time_goes_on(300); /* nobody comes any more: looked at every tenth of a second */
    for (int turn = 0; turn < 3; turn++)
        (void)uv_run(&s->loop, UV_RUN_NOWAIT);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(s->queries[i].done, 1);
    assert_int_equal(xf_limit_hits(XF_LIMIT_CALL_MS), hits + 4);
}

/* The database is there, and slow. */
static void
who_waits_too_long_behind_another_is_overloaded(void **state)
{
    stage *s = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_CALL_MS);
    PGconn *other = PQconnectdb(s->super);

    (void)time_stands();
    assert_true(xf_limit_set("limit.call_ms", 200));
    assert_true(xf_limit_set("limit.db_lock_ms", 60000));
    assert_true(xf_limit_set("limit.db_statement_ms", 60000));
    open_reader(s);
    read_all(s, SEE, 1); /* it is connected */
    PQclear(PQexec(other, "begin; update xf.held set x = 2"));
    xf_test_query_make(&s->queries[0], xf_statement_at(TOUCH), 1, 0, 0);
    assert_int_equal(xf_reader_run(s->reader, &s->queries[0].query, NULL), XF_CODE_OK);
    (void)uv_run(&s->loop, UV_RUN_NOWAIT);
    another_comes(s, 1);
    time_goes_on(201);
    another_comes(s, 2);
    assert_int_equal(s->queries[1].done, 1);
    assert_int_equal(s->queries[1].query.error.code, XF_CODE_OVERLOADED);
    assert_true(s->queries[1].query.error.retry_after_ms > 0);
    assert_int_equal(xf_limit_hits(XF_LIMIT_CALL_MS), hits + 1);
    PQfinish(other);
    xf_test_loop_until_done(&s->loop, s->queries, 3);
    assert_int_equal(s->queries[0].query.error.code, XF_CODE_OK);
    assert_int_equal(s->queries[2].query.error.code, XF_CODE_OK);
}

static void
one_more_than_the_queue_holds_is_overloaded(void **state)
{
    stage *s = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_DB_QUEUE);
    xf_error error = {0};

    assert_true(xf_limit_set("limit.db_queue", 3));
    open_reader(s);
    for (size_t i = 0; i < 4; i++)
        xf_test_query_make(&s->queries[i], xf_statement_at(SEE), 1, (int64_t)i, 0);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(xf_reader_run(s->reader, &s->queries[i].query, NULL), XF_CODE_OK);
    assert_int_equal(xf_limit_hits(XF_LIMIT_DB_QUEUE), hits);
    assert_int_equal(xf_reader_run(s->reader, &s->queries[3].query, &error), XF_CODE_OVERLOADED);
    assert_true(error.retry_after_ms > 0);
    assert_int_equal(xf_limit_hits(XF_LIMIT_DB_QUEUE), hits + 1);
    xf_test_loop_until_done(&s->loop, s->queries, 3);
}

#define PLAY(name) cmocka_unit_test_setup_teardown(name, up, down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PLAY(so_many_reads_share_a_transaction_and_no_more),
        PLAY(so_many_commands_share_a_transaction_and_no_more),
        PLAY(a_statement_that_runs_too_long_is_told_so_and_counted),
        PLAY(a_row_that_another_holds_is_waited_for_so_long),
        PLAY(postgresql_is_told_each_limit_of_time),
        PLAY(a_call_that_waits_too_long_is_told_so_and_counted),
        PLAY(who_waits_too_long_behind_another_is_overloaded),
        PLAY(one_more_than_the_queue_holds_is_overloaded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
