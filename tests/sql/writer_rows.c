/* Like commands of one bureau, one behind the other, are one statement; each has its own row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <endian.h>
#include <libpq-fe.h>

#include "db/rows.h"
#include "db/writer.h"
#include "db_play.h"
#include "scratch_db.h"

/* As sqlgen writes it: the bureau is one value, the op a column of the rows. The verdict says how
 * many were together. Who is in company and has an op below 0 wants to be apart. */
#define ROWS "(select i::int4 from unnest($2::int8[]) with ordinality r(x, i))"

#define ADD_SQL                                                                               \
    "with q as " ROWS ","                                                                     \
    " s as (select i, ($2::int8[])[i] as op, ($2::int8[])[i] < 0 and"                         \
    "       (select count(*) from q) > 1 as apart,"                                           \
    "       exists (select from note where bureau_id = $1 and op = ($2::int8[])[i]) as again" \
    "       from q),"                                                                         \
    " new as (insert into note select $1, op, (select count(*) from s) from s"                \
    "         where not again and not apart)"                                                 \
    " select case when again then 'REPLAY' when apart then 'APART'"                           \
    "             else 'OK ' || count(*) over () end as verdict from s order by i"

#define ACTOR_SQL                                              \
    "select current_setting('xinfang.actor', true) as verdict" \
    " from " ROWS " q where $1 > 0 order by i"

#define LIST_SQL                                                                        \
    "select coalesce((($2::int4[])[($3::int4[])[i] : ($4::int4[])[i]])::text, 'null') " \
    "       as verdict from generate_series(1, cardinality($3)) i where $1 > 0 order by i"

static const xf_param bureau_and_op[] = {
    {.name = "bureau", .source = XF_PARAM_OWN, .own = XF_OWN_BUREAU, .type = XF_SQL_INT4},
    {.name = "op", .type = XF_SQL_INT8}};
static const xf_param bureau_and_list[] = {
    {.name = "bureau", .source = XF_PARAM_OWN, .own = XF_OWN_BUREAU, .type = XF_SQL_INT4},
    {.name = "places", .type = XF_SQL_INT4, .array = true}};

enum { ADD, LIST, ACTOR, ONE_SHORT };

static const xf_statement table[] = {
    {"note.add", ADD_SQL, bureau_and_op, 2, ADD, true},
    {"note.list", LIST_SQL, bureau_and_list, 2, LIST, true},
    {"note.actor", ACTOR_SQL, bureau_and_op, 2, ACTOR, true},
    {"note.one_short", "select 'OK' as verdict from unnest($2::int8[]) limit $1 - 1 + 1",
     bureau_and_op, 2, ONE_SHORT, true},
};

XF_TEST_STATEMENTS(table)

static const char *const schema_sql =
    "create schema xf authorization xf_owner; grant usage on schema xf to xf_app;"
    "set role xf_owner; set search_path = xf;"
    "create table bureau (bureau_id int primary key);"
    "create table note (bureau_id int, op bigint, together bigint, primary key (bureau_id, op));"
    "insert into bureau values (1), (2);"
    "grant select, insert, update on all tables in schema xf to xf_app";

enum { MOST = 8 };

typedef struct stage {
    char *super;
    char *app;
    uv_loop_t loop;
    xf_writer *writer;
    xf_test_query *queries;
} stage;

static int
up(void **state)
{
    stage *s = calloc(1, sizeof *s);
    xf_error error = {0};
    s->super = xf_test_db_new("db_writer_rows");
    s->app = xf_test_db_as(s->super, "xf_app");
    xf_test_db_run(s->super, schema_sql);
    assert_int_equal(uv_loop_init(&s->loop), 0);
    assert_int_equal(xf_writer_new(&s->loop, s->app, 1, &s->writer, &error), XF_CODE_OK);
    s->queries = xf_test_queries_new(MOST);
    *state = s;
    return 0;
}

static int
down(void **state)
{
    stage *s = *state;
    xf_writer_close(&s->writer);
    xf_test_loop_close(&s->loop);
    xf_test_queries_free(&s->queries);
    free(s->super);
    free(s->app);
    free(s);
    return 0;
}

static xf_query *
queue(stage *s, size_t i, size_t statement, int32_t bureau, int64_t op)
{
    xf_error error = {0};
    xf_test_query_make(&s->queries[i], xf_statement_at(statement), bureau, bureau, op);
    assert_int_equal(xf_writer_run(s->writer, &s->queries[i].query, &error), XF_CODE_OK);
    return &s->queries[i].query;
}

static void
answers(stage *s, size_t n, const char *const *verdicts)
{
    xf_test_loop_until_done(&s->loop, s->queries, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(s->queries[i].query.error.code, XF_CODE_OK);
        assert_string_equal(s->queries[i].verdict, verdicts[i]);
    }
}

static void
four_of_one_bureau_are_one_statement(void **state)
{
    stage *s = *state;
    for (size_t i = 0; i < 4; i++)
        queue(s, i, ADD, 1, (int64_t)i);
    answers(s, 4, (const char *const[]){"OK 4", "OK 4", "OK 4", "OK 4"});
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.note where together = 4"),
                     4);
}

static void
another_bureau_between_them_has_its_own(void **state)
{
    stage *s = *state;
    queue(s, 0, ADD, 1, 10);
    queue(s, 1, ADD, 1, 11);
    queue(s, 2, ADD, 2, 13);
    queue(s, 3, ADD, 1, 14);
    answers(s, 4, (const char *const[]){"OK 2", "OK 2", "OK 1", "OK 1"});
}

/* Together they see what each of them may see; by himself each has his own rights. */
static void
several_officers_run_as_nobody_of_them(void **state)
{
    stage *s = *state;
    queue(s, 0, ACTOR, 1, 0);
    queue(s, 1, ACTOR, 1, 0)->actor.officer = 8;
    answers(s, 2, (const char *const[]){"{1,-1,0,0}", "{1,-1,0,0}"});
    queue(s, 0, ACTOR, 1, 0);
    queue(s, 1, ACTOR, 1, 0);
    answers(s, 2, (const char *const[]){"{1,7,3,1}", "{1,7,3,1}"});
    queue(s, 0, ACTOR, 1, 0);
    queue(s, 1, ACTOR, 1, 0)->actor.roles = 4;
    answers(s, 2, (const char *const[]){"{1,-1,0,0}", "{1,-1,0,0}"});
    queue(s, 0, ACTOR, 1, 0)->actor.officer = 8;
    answers(s, 1, (const char *const[]){"{1,8,3,1}"});
}

/* They are answered after the others, in their order, and before whoever came later. */
static void
who_wants_to_be_apart_is_alone_in_the_next_batch(void **state)
{
    stage *s = *state;
    queue(s, 0, ADD, 1, 30);
    queue(s, 1, ADD, 1, -31);
    queue(s, 2, ADD, 1, -32);
    queue(s, 3, ADD, 1, 33);
    answers(s, 4, (const char *const[]){"OK 4", "OK 1", "OK 1", "OK 4"});
    assert_int_equal(s->queries[3].place, s->queries[0].place + 1);
    assert_int_equal(s->queries[1].place, s->queries[0].place + 2);
    assert_int_equal(s->queries[2].place, s->queries[0].place + 3);
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.note"), 4);
}

/* One of two that are the same must see what the other has done. */
static void
two_that_meet_run_one_by_one(void **state)
{
    stage *s = *state;
    queue(s, 0, ADD, 1, 20);
    queue(s, 1, ADD, 1, 21);
    queue(s, 2, ADD, 1, 20);
    answers(s, 3, (const char *const[]){"OK 1", "OK 1", "REPLAY"});
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.note"), 2);
}

static uint32_t *
put_word(uint32_t *at, int32_t word)
{
    *at = htobe32((uint32_t)word);
    return at + 1;
}

enum { NO_ELEMENT = -1, WORDS = 16 };

/* An int4[] in PostgreSQL's binary form; NO_ELEMENT is a NULL in it. */
static void
give_list(xf_query *query, uint32_t bytes[WORDS], const int32_t *elements, size_t n)
{
    xf_test_query *own = query->data;
    uint32_t *at = put_word(bytes, n > 0);
    bool nulls = false;
    for (size_t i = 0; i < n; i++)
        nulls = nulls || elements[i] == NO_ELEMENT;
    at = put_word(put_word(at, nulls), 23);
    if (n > 0)
        at = put_word(put_word(at, (int32_t)n), 1);
    for (size_t i = 0; i < n; i++) {
        at = put_word(at, elements[i] == NO_ELEMENT ? -1 : 4);
        at = elements[i] == NO_ELEMENT ? at : put_word(at, elements[i]);
    }
    own->values[1] = (const char *)bytes;
    own->lengths[1] = (int)((size_t)(at - bytes) * sizeof *at);
}

static void
each_has_its_own_part_of_the_lists(void **state)
{
    stage *s = *state;
    uint32_t bytes[MOST][WORDS];
    give_list(queue(s, 0, LIST, 1, 0), bytes[0], (const int32_t[]){4, 5}, 2);
    give_list(queue(s, 1, LIST, 1, 0), bytes[1], NULL, 0);
    give_list(queue(s, 2, LIST, 1, 0), bytes[2], (const int32_t[]){6, NO_ELEMENT, 7}, 3);
    queue(s, 3, LIST, 1, 0);
    s->queries[3].values[1] = NULL;
    give_list(queue(s, 4, LIST, 1, 0), bytes[4], (const int32_t[]){8}, 1);
    answers(s, 5, (const char *const[]){"{4,5}", "{}", "{6,NULL,7}", "null", "{8}"});
}

static void
a_list_that_only_one_has_is_whole(void **state)
{
    stage *s = *state;
    uint32_t bytes[WORDS];
    give_list(queue(s, 0, LIST, 1, 0), bytes, NULL, 0);
    answers(s, 1, (const char *const[]){"{}"});
}

/* A statement of ours that gives too few rows: nobody gets another's. */
static void
with_a_row_too_few_nobody_has_one(void **state)
{
    stage *s = *state;
    queue(s, 0, ONE_SHORT, 1, 0);
    queue(s, 1, ONE_SHORT, 1, 0);
    answers(s, 2, (const char *const[]){"", ""});
}

static void
more_than_a_packing_holds_is_not_taken_together(void **state)
{
    (void)state;
    const char *value = "";
    const char *values[] = {value, value};
    int lengths[] = {4, XF_ROWS_BYTES / 3};
    xf_query query = {.statement = &table[ADD], .values = values, .lengths = lengths};
    xf_query *const queries[] = {&query, &query, &query, &query};
    assert_int_equal(xf_rows_together(queries, 4), 2);
    lengths[1] = 2 * XF_ROWS_BYTES;
    assert_int_equal(xf_rows_together(queries, 4), 1);
    lengths[1] = 4;
    assert_int_equal(xf_rows_together(queries, 4), 4);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(four_of_one_bureau_are_one_statement, up, down),
        cmocka_unit_test_setup_teardown(another_bureau_between_them_has_its_own, up, down),
        cmocka_unit_test_setup_teardown(several_officers_run_as_nobody_of_them, up, down),
        cmocka_unit_test_setup_teardown(who_wants_to_be_apart_is_alone_in_the_next_batch, up, down),
        cmocka_unit_test_setup_teardown(two_that_meet_run_one_by_one, up, down),
        cmocka_unit_test_setup_teardown(each_has_its_own_part_of_the_lists, up, down),
        cmocka_unit_test_setup_teardown(a_list_that_only_one_has_is_whole, up, down),
        cmocka_unit_test_setup_teardown(with_a_row_too_few_nobody_has_one, up, down),
        cmocka_unit_test(more_than_a_packing_holds_is_not_taken_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
