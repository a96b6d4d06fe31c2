/* Commands against a real PostgreSQL: group commit, one by one, exactly once. */
#include "db/writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "base/limit.h"
#include "db_play.h"
#include "scratch_db.h"

/* The shape of every command: the op's row, the head's counter, the effect. */
#define ADD_SQL                                                                          \
    "with old as (select from op where bureau_id = $1 and op = $2),"                     \
    " head as (update bureau set ledger = ledger + 1"                                    \
    "          where bureau_id = $1 and not exists (select from old) returning ledger)," \
    " kept as (insert into op select $1, $2 from head),"                                 \
    " effect as (insert into note select $1, $2, ledger from head)"                      \
    " select case when exists (select from head) then 'OK' else 'REPLAY' end as verdict"

static const xf_param two[] = {{.name = "bureau", .type = XF_SQL_INT4},
                               {.name = "op", .type = XF_SQL_INT8}};

enum { ADD, BAD, ACTOR, BROKEN, SLEEP, SUICIDE };

static const xf_statement table[] = {
    {"note.add", ADD_SQL, two, 2, ADD, false},
    {"note.bad", "select 'OK' where 1 / $1 = $2", two, 2, BAD, false},
    {"note.actor", "select current_setting('xinfang.actor', true) as verdict", NULL, 0, ACTOR,
     false},
    {"note.broken", "select no_such_column from no_such_table", NULL, 0, BROKEN, false},
    {"note.sleep", "select pg_sleep(60)", NULL, 0, SLEEP, false},
    {"note.suicide", "select pg_terminate_backend(pg_backend_pid())", NULL, 0, SUICIDE, false},
};

XF_TEST_STATEMENTS(table)

/* Row security as in the product: the head rows are the server's, notes the bureau's. */
static const char *const schema_sql =
    "create schema xf authorization xf_owner; grant usage on schema xf to xf_app;"
    "set role xf_owner; set search_path = xf;"
    "create function actor(i int) returns int language sql stable as"
    " $$ select (nullif(current_setting('xinfang.actor', true), '')::int[])[i] $$;"
    "create table bureau (bureau_id int primary key, ledger bigint not null default 0);"
    "create table op (bureau_id int, op bigint, primary key (bureau_id, op));"
    "create table note (bureau_id int, op bigint, place bigint);"
    "insert into bureau values (1), (2), (3);"
    "alter table bureau enable row level security; alter table bureau force row level security;"
    "alter table note enable row level security; alter table note force row level security;"
    "create policy b on bureau using ((select actor(1)) in (0, bureau_id));"
    "create policy n on note using ((select actor(1)) = bureau_id);"
    "grant select, insert, update on all tables in schema xf to xf_app";

enum { MOST = 400 };

typedef struct stage {
    char *super; /* sees everything */
    char *app;
    uv_loop_t loop;
    xf_writer *writer;
    xf_test_query *queries;
} stage;

static stage *
stage_up(unsigned connections)
{
    stage *s = calloc(1, sizeof *s);
    s->super = xf_test_db_new("db_writer");
    s->app = xf_test_db_as(s->super, "xf_app");
    xf_test_db_run(s->super, schema_sql);
    assert_int_equal(uv_loop_init(&s->loop), 0);
    xf_error error = {0};
    assert_int_equal(xf_writer_new(&s->loop, s->app, connections, &s->writer, &error), XF_CODE_OK);
    s->queries = xf_test_queries_new(MOST);
    return s;
}

static void
stage_down(stage *s)
{
    assert_int_equal(xf_writer_waiting(s->writer), 0);
    xf_writer_close(&s->writer);
    xf_test_loop_close(&s->loop);
    xf_test_queries_free(&s->queries);
    free(s->super);
    free(s->app);
    free(s);
}

static void
queue(stage *s, size_t i, size_t statement, int32_t bureau, int64_t a, int64_t b)
{
    xf_error error = {0};
    xf_test_query_make(&s->queries[i], xf_statement_at(statement), bureau, a, b);
    assert_int_equal(xf_writer_run(s->writer, &s->queries[i].query, &error), XF_CODE_OK);
    assert_int_equal(s->queries[i].done, 0);
}

static void
queue_adds(stage *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        queue(s, i, ADD, 1, 1, (int64_t)i);
}

static void
assert_answer(const xf_test_query *query, const char *verdict)
{
    assert_int_equal(query->done, 1);
    assert_int_equal(query->query.error.code, XF_CODE_OK);
    assert_string_equal(query->verdict, verdict);
}

static void
assert_refused(const xf_test_query *query, xf_code code)
{
    assert_int_equal(query->done, 1);
    assert_int_equal(query->query.error.code, code);
}

/* ---- Stories ---- */

static void
a_hundred_commands_of_one_bureau_are_two_transactions(void **state)
{
    (void)state;
    stage *s = stage_up(2);
    queue(s, 0, ACTOR, 1, 0, 0);
    xf_test_loop_until_done(&s->loop, s->queries, 1); /* it is connected */
    queue_adds(s, 100);
    assert_int_equal(xf_writer_waiting(s->writer), 100);
    xf_test_loop_until_done(&s->loop, s->queries, 100);
    for (size_t i = 0; i < 100; i++) {
        assert_answer(&s->queries[i], "OK");
        assert_true(i == 0 || s->queries[i].place == s->queries[i - 1].place + 1);
    }
    assert_int_equal(xf_test_db_number(s->super, "select count(distinct xmin::text) from xf.note"),
                     2);
    assert_int_equal(
        xf_test_db_number(s->super, "select count(*) from xf.note where place = op + 1"), 100);
    stage_down(s);
}

static void
one_that_fails_among_ten_fails_alone(void **state)
{
    (void)state;
    stage *s = stage_up(1);
    for (size_t i = 0; i < 10; i++)
        queue(s, i, i == 4 ? BAD : ADD, 1, i == 4 ? 0 : 1, (int64_t)i);
    xf_test_loop_until_done(&s->loop, s->queries, 10);
    for (size_t i = 0; i < 10; i++) {
        if (i == 4) {
            assert_refused(&s->queries[i], XF_CODE_INTERNAL);
        } else {
            assert_answer(&s->queries[i], "OK");
        }
    }
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.note"), 9);
    assert_int_equal(
        xf_test_db_number(s->super, "select ledger from xf.bureau where bureau_id = 1"), 9);
    stage_down(s);
}

static void
a_missing_head_row_refuses_its_own_and_writes_nothing(void **state)
{
    (void)state;
    stage *s = stage_up(1);
    queue(s, 0, ADD, 1, 1, 10);
    queue(s, 1, ADD, 99, 99, 11);
    queue(s, 2, ADD, 2, 2, 12);
    xf_test_loop_until_done(&s->loop, s->queries, 3);
    assert_answer(&s->queries[0], "OK");
    assert_refused(&s->queries[1], XF_CODE_INTERNAL);
    assert_answer(&s->queries[2], "OK");
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.op where op = 11"), 0);
    stage_down(s);
}

static void
a_full_queue_is_overloaded(void **state)
{
    (void)state;
    stage *s = stage_up(1);
    assert_true(xf_limit_set("limit.db_queue", 3));
    queue_adds(s, 3);
    xf_error error = {0};
    xf_test_query_make(&s->queries[3], xf_statement_at(ADD), 1, 1, 3);
    assert_int_equal(xf_writer_run(s->writer, &s->queries[3].query, &error), XF_CODE_OVERLOADED);
    assert_true(error.retry_after_ms > 0);
    xf_test_loop_until_done(&s->loop, s->queries, 3);
    assert_int_equal(s->queries[3].done, 0);
    assert_true(xf_limit_set("limit.db_queue", 512));
    stage_down(s);
}

static void
each_command_runs_as_its_own_actor(void **state)
{
    (void)state;
    stage *s = stage_up(1);
    queue(s, 0, ACTOR, 1, 0, 0);
    queue(s, 1, ACTOR, 2, 0, 0);
    /* Somebody of bureau 2 does not get at bureau 1, though it is locked in the same batch. */
    queue(s, 2, ADD, 2, 1, 12);
    xf_test_loop_until_done(&s->loop, s->queries, 3);
    assert_answer(&s->queries[0], "{1,7,3,1}");
    assert_answer(&s->queries[1], "{2,7,3,1}");
    assert_answer(&s->queries[2], "REPLAY");
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.note"), 0);
    stage_down(s);
}

static void
a_statement_that_cannot_be_prepared_stops_nobody_else(void **state)
{
    (void)state;
    stage *s = stage_up(1);
    queue(s, 0, BROKEN, 1, 0, 0);
    queue(s, 1, ADD, 1, 1, 1);
    xf_test_loop_until_done(&s->loop, s->queries, 2);
    assert_refused(&s->queries[0], XF_CODE_INTERNAL);
    assert_answer(&s->queries[1], "OK");
    stage_down(s);
}

static bool
is_blocked(void *data)
{
    return xf_test_db_blocked(data, "xinfang writer") == 1;
}

static void
a_head_row_that_is_held_for_a_moment_is_waited_out(void **state)
{
    (void)state;
    assert_true(xf_limit_set("limit.db_lock_ms", 60000)); /* however slow we are to let it go */
    assert_true(xf_limit_set("limit.db_statement_ms", 60000));
    stage *s = stage_up(1);
    PGconn *other = PQconnectdb(s->super);
    PQclear(PQexec(other, "begin; select from xf.bureau where bureau_id = 1 for update"));
    queue(s, 0, ADD, 1, 1, 1);
    xf_test_loop_until(&s->loop, is_blocked, s->super);
    assert_int_equal(s->queries[0].done, 0);
    PQfinish(other);
    xf_test_loop_until_done(&s->loop, s->queries, 1);
    assert_answer(&s->queries[0], "OK");
    stage_down(s);
    assert_true(xf_limit_set("limit.db_lock_ms", xf_limit_default(XF_LIMIT_DB_LOCK_MS)));
    assert_true(xf_limit_set("limit.db_statement_ms", xf_limit_default(XF_LIMIT_DB_STATEMENT_MS)));
}

static void
a_statement_of_more_than_five_seconds_misses_its_deadline(void **state)
{
    (void)state;
    stage *s = stage_up(1);
    queue(s, 0, SLEEP, 1, 0, 0);
    xf_test_loop_until_done(&s->loop, s->queries, 1);
    assert_refused(&s->queries[0], XF_CODE_DEADLINE);
    stage_down(s);
}

static void
commands_survive_terminated_backends_exactly_once(void **state)
{
    (void)state;
    stage *s = stage_up(1);
    for (size_t round = 0; round < 4; round++) {
        for (size_t i = round * 100; i < (round + 1) * 100; i++)
            queue(s, i, ADD, 1, 1, (int64_t)i);
        xf_test_loop_until_done(&s->loop, &s->queries[round * 100], 1); /* the rest is in flight */
        xf_test_db_cut(s->super, "xinfang writer");
        xf_test_loop_until_done(&s->loop, s->queries, (round + 1) * 100);
    }
    for (size_t i = 0; i < MOST; i++) {
        assert_int_equal(s->queries[i].done, 1);
        assert_int_equal(s->queries[i].query.error.code, XF_CODE_OK);
        assert_true(i == 0 || s->queries[i].place == s->queries[i - 1].place + 1);
    }
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.note"), MOST);
    assert_int_equal(xf_test_db_number(s->super, "select count(distinct (op, place)) from xf.note"
                                                 " where place between 1 and 400"),
                     MOST);
    stage_down(s);
}

/* It is refused in the end, and those who came with it are not. */
static void
one_that_kills_its_backend_each_time_goes_alone(void **state)
{
    (void)state;
    stage *s = stage_up(1);
    assert_true(xf_limit_set("limit.call_ms", 1500));
    queue(s, 0, ADD, 1, 1, 0);
    queue(s, 1, SUICIDE, 1, 0, 0);
    queue(s, 2, ADD, 1, 1, 2);
    xf_test_loop_until_done(&s->loop, s->queries, 2);
    assert_answer(&s->queries[0], "OK");
    assert_refused(&s->queries[1], XF_CODE_UNAVAILABLE);
    xf_test_loop_until_done(&s->loop, s->queries, 3);
    assert_true(xf_limit_set("limit.call_ms", xf_limit_default(XF_LIMIT_CALL_MS)));
    stage_down(s);
}

static void
a_database_that_stays_away_is_unavailable(void **state)
{
    (void)state;
    uv_loop_t loop;
    assert_int_equal(uv_loop_init(&loop), 0);
    xf_error error = {0};
    xf_writer *writer = NULL;
    assert_int_equal(xf_writer_new(&loop, "host=/nowhere dbname=none", 1, &writer, &error),
                     XF_CODE_OK);
    assert_true(xf_limit_set("limit.call_ms", 300));
    xf_test_query query;
    xf_test_query_make(&query, xf_statement_at(ACTOR), 1, 0, 0);
    assert_int_equal(xf_writer_run(writer, &query.query, &error), XF_CODE_OK);
    xf_test_loop_until_done(&loop, &query, 1);
    assert_refused(&query, XF_CODE_UNAVAILABLE);
    assert_true(xf_limit_set("limit.call_ms", xf_limit_default(XF_LIMIT_CALL_MS)));
    xf_writer_close(&writer);
    xf_test_loop_close(&loop);
}

static void
a_conninfo_that_cannot_be_read_is_refused_at_once(void **state)
{
    (void)state;
    uv_loop_t loop;
    assert_int_equal(uv_loop_init(&loop), 0);
    xf_error error = {0};
    xf_writer *writer = NULL;
    assert_int_equal(xf_writer_new(&loop, "no such = thing", 2, &writer, &error), XF_CODE_INVALID);
    assert_null(writer);
    xf_test_loop_close(&loop);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hundred_commands_of_one_bureau_are_two_transactions),
        cmocka_unit_test(one_that_fails_among_ten_fails_alone),
        cmocka_unit_test(a_missing_head_row_refuses_its_own_and_writes_nothing),
        cmocka_unit_test(a_full_queue_is_overloaded),
        cmocka_unit_test(each_command_runs_as_its_own_actor),
        cmocka_unit_test(a_statement_that_cannot_be_prepared_stops_nobody_else),
        cmocka_unit_test(a_head_row_that_is_held_for_a_moment_is_waited_out),
        cmocka_unit_test(a_statement_of_more_than_five_seconds_misses_its_deadline),
        cmocka_unit_test(commands_survive_terminated_backends_exactly_once),
        cmocka_unit_test(one_that_kills_its_backend_each_time_goes_alone),
        cmocka_unit_test(a_database_that_stays_away_is_unavailable),
        cmocka_unit_test(a_conninfo_that_cannot_be_read_is_refused_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
