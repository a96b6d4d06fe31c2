/* Reads against a real PostgreSQL: batched, committed before they are answered. */
#include "db/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "db_play.h"
#include "scratch_db.h"

static const xf_param one[] = {{.name = "x", .type = XF_SQL_INT4}};

enum { SEE, BAD, ACTOR, TYPES, PLANS };

#define TYPES_SQL                                                                               \
    "select true as a, 1::int2 as b, 2::int4 as c, 3::int8 as d, 'x'::text as e,"               \
    " '\\x00ff'::bytea as f, date '2000-01-02' as g, timestamptz '2000-01-01 00:00:01Z' as h,"  \
    " '00000000-0000-0000-0000-000000000001'::uuid as i, array[1, null]::int4[] as \"list.j\"," \
    " null::text as k, 1.5::numeric as l"

/* A read leaves a row behind, as opening a matter does. The verdict is its transaction. */
static const xf_statement table[] = {
    {"page.see",
     "with kept as (insert into access select $1) select pg_current_xact_id()::text as verdict",
     one, 1, SEE, false},
    {"page.bad", "select (1 / $1)::text", one, 1, BAD, false},
    {"page.actor", "select current_setting('xinfang.actor', true)", NULL, 0, ACTOR, false},
    {"page.types", TYPES_SQL, NULL, 0, TYPES, false},
    {"page.plans",
     "select string_agg(setting, ' ' order by name) as verdict from pg_settings where name in"
     " ('enable_seqscan', 'jit', 'max_parallel_workers_per_gather', 'plan_cache_mode')",
     NULL, 0, PLANS, false},
};

XF_TEST_STATEMENTS(table)

typedef struct stage {
    char *super;
    uv_loop_t loop;
    xf_reader *reader;
    xf_test_query queries[64];
} stage;

static int
up(void **state)
{
    stage *s = calloc(1, sizeof *s);
    s->super = xf_test_db_new("db_reader");
    xf_test_db_run(s->super, "create schema xf; create table xf.bureau (bureau_id int);"
                             "insert into xf.bureau values (1); create table xf.access (x int)");
    xf_error error = {0};
    assert_int_equal(uv_loop_init(&s->loop), 0);
    assert_int_equal(xf_reader_new(&s->loop, s->super, 2, &s->reader, &error), XF_CODE_OK);
    *state = s;
    return 0;
}

static int
down(void **state)
{
    stage *s = *state;
    xf_reader_close(&s->reader);
    xf_test_loop_close(&s->loop);
    free(s->super);
    free(s);
    return 0;
}

static void
queue(stage *s, size_t i, size_t statement, int64_t a)
{
    xf_error error = {0};
    xf_test_query_make(&s->queries[i], xf_statement_at(statement), 1, a, 0);
    assert_int_equal(xf_reader_run(s->reader, &s->queries[i].query, &error), XF_CODE_OK);
}

static void
sixty_four_reads_are_two_transactions_and_committed(void **state)
{
    stage *s = *state;
    for (size_t i = 0; i < 64; i++)
        queue(s, i, SEE, (int64_t)i);
    assert_int_equal(xf_reader_waiting(s->reader), 64);
    xf_test_loop_until_done(&s->loop, s->queries, 64);
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.access"), 64);
    assert_int_equal(
        xf_test_db_number(s->super, "select count(distinct xmin::text) from xf.access"), 2);
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(s->queries[i].done, 1);
}

static void
one_that_fails_takes_nobody_along(void **state)
{
    stage *s = *state;
    for (size_t i = 0; i < 10; i++)
        queue(s, i, i == 3 ? BAD : SEE, i == 3 ? 0 : 1);
    xf_test_loop_until_done(&s->loop, s->queries, 10);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(s->queries[i].query.error.code, i == 3 ? XF_CODE_INTERNAL : XF_CODE_OK);
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.access"), 9);
}

static void
a_locked_head_row_stops_no_reader(void **state)
{
    stage *s = *state;
    PGconn *other = PQconnectdb(s->super);
    PQclear(PQexec(other, "begin; select from xf.bureau where bureau_id = 1 for update"));
    queue(s, 0, SEE, 1);
    queue(s, 1, ACTOR, 0);
    xf_test_loop_until_done(&s->loop, s->queries, 2);
    PQfinish(other);
    assert_int_equal(s->queries[0].query.error.code, XF_CODE_OK);
    assert_string_equal(s->queries[1].verdict, "{1,7,3,1}");
}

/* What the answer's accessors say of each type. */
static void
types_seen(xf_query *query)
{
    static const xf_sql_type expected[] = {XF_SQL_BOOL, XF_SQL_INT2,        XF_SQL_INT4,
                                           XF_SQL_INT8, XF_SQL_TEXT,        XF_SQL_BYTEA,
                                           XF_SQL_DATE, XF_SQL_TIMESTAMPTZ, XF_SQL_UUID};
    static const size_t lengths[] = {1, 2, 4, 8, 1, 2, 4, 8, 16};
    xf_sql_type type = XF_SQL_BOOL;
    bool array = false;
    size_t len = 0;
    assert_int_equal(query->error.code, XF_CODE_OK);
    assert_int_equal(xf_query_rows(query), 1);
    assert_int_equal(xf_query_columns(query), 12);
    for (int i = 0; i < 9; i++) {
        assert_true(xf_query_column_type(query, i, &type, &array));
        assert_int_equal(type, expected[i]);
        assert_false(array);
        assert_non_null(xf_query_value(query, 0, i, &len));
        assert_int_equal(len, lengths[i]);
    }
    int list = xf_query_column(query, "list.j");
    assert_int_equal(list, 9);
    assert_string_equal(xf_query_column_name(query, list), "list.j");
    assert_true(xf_query_column_type(query, list, &type, &array));
    assert_true(array && type == XF_SQL_INT4);
    assert_null(xf_query_value(query, 0, xf_query_column(query, "k"), &len));
    assert_int_equal(len, 0);
    assert_false(xf_query_column_type(query, xf_query_column(query, "l"), &type, &array));
    assert_int_equal(xf_query_column(query, "K"), -1);
    xf_query_clear(query);
    assert_int_equal(xf_query_rows(query), 0);
    ((xf_test_query *)query->data)->done++;
}

static void
every_type_of_ours_is_known_in_the_answer(void **state)
{
    stage *s = *state;
    xf_error error = {0};
    xf_test_query_make(&s->queries[0], xf_statement_at(TYPES), 1, 0, 0);
    s->queries[0].query.done = types_seen;
    assert_int_equal(xf_reader_run(s->reader, &s->queries[0].query, &error), XF_CODE_OK);
    xf_test_loop_until_done(&s->loop, s->queries, 1);
}

/* None of these shows before a bureau has hundreds of thousands of matters. */
static void
plans_are_made_for_short_statements(void **state)
{
    stage *s = *state;
    queue(s, 0, PLANS, 0);
    xf_test_loop_until_done(&s->loop, s->queries, 1);
    assert_string_equal(s->queries[0].verdict, "off off 0 force_generic_plan");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sixty_four_reads_are_two_transactions_and_committed, up,
                                        down),
        cmocka_unit_test_setup_teardown(one_that_fails_takes_nobody_along, up, down),
        cmocka_unit_test_setup_teardown(a_locked_head_row_stops_no_reader, up, down),
        cmocka_unit_test_setup_teardown(plans_are_made_for_short_statements, up, down),
        cmocka_unit_test_setup_teardown(every_type_of_ours_is_known_in_the_answer, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
