/* Somebody else holds a bureau's head row, or another row that commands want. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "base/limit.h"
#include "base/now.h"
#include "db/heads.h"
#include "db/writer.h"
#include "db_play.h"
#include "scratch_db.h"
#include "still_time.h"

static const xf_param two[] = {{.name = "bureau", .type = XF_SQL_INT4},
                               {.name = "op", .type = XF_SQL_INT8}};

static const xf_statement table[] = {
    {"note.add", "insert into note values ($1, $2) returning 'OK'", two, 2, 0, false},
    {"note.touch", "update page set n = n + 1 where bureau_id = $1 and $2 = 0 returning 'OK'", two,
     2, 1, false},
};

enum { ADD, TOUCH };

XF_TEST_STATEMENTS(table)

enum { MOST = 64, HELD = 1, FREE = 2, ALSO_FREE = 3 };

/* A row that is waited for in vain is given up soon; one that is had in the end is waited for longer than
 * the slowest machine takes to let it go. BRIEFLY_MS is what "briefly" of db/heads is, and more. */
enum { IN_VAIN_MS = 100, PATIENCE_MS = 60000, BRIEFLY_MS = 250, TURN_US = 200 };

typedef struct stage {
    char *super;
    PGconn *holder; /* somebody else */
    uv_loop_t loop;
    xf_writer *writer;
    xf_test_query *queries;
} stage;

static int
up(void **state)
{
    stage *s = calloc(1, sizeof *s);
    xf_error error = {0};
    s->super = xf_test_db_new("db_writer_held");
    xf_test_db_run(s->super, "create schema xf; set search_path = xf;"
                             "create table bureau (bureau_id int primary key);"
                             "create table note (bureau_id int, op bigint);"
                             "create table page (bureau_id int primary key, n int);"
                             "insert into bureau values (1), (2), (3);"
                             "insert into page values (1, 0)");
    s->holder = PQconnectdb(s->super);
    assert_true(xf_limit_set("limit.db_lock_ms", IN_VAIN_MS));
    assert_true(xf_limit_set("limit.db_statement_ms", PATIENCE_MS));
    assert_int_equal(uv_loop_init(&s->loop), 0);
    assert_int_equal(xf_writer_new(&s->loop, s->super, 1, &s->writer, &error), XF_CODE_OK);
    s->queries = xf_test_queries_new(MOST);
    *state = s;
    return 0;
}

static int
down(void **state)
{
    stage *s = *state;
    time_runs();
    PQfinish(s->holder);
    xf_writer_close(&s->writer);
    xf_test_loop_close(&s->loop);
    xf_test_queries_free(&s->queries);
    free(s->super);
    free(s);
    for (int i = 0; i < XF_LIMIT_COUNT; i++)
        assert_true(xf_limit_set(xf_limit_key((xf_limit)i), xf_limit_default((xf_limit)i)));
    return 0;
}

static void
hold(stage *s, const char *sql)
{
    PQclear(PQexec(s->holder, "begin"));
    PGresult *result = PQexec(s->holder, sql);
    assert_int_equal(PQresultStatus(result), PGRES_TUPLES_OK);
    PQclear(result);
}

static void
hold_head(stage *s)
{
    hold(s, "select from xf.bureau where bureau_id = 1 for update");
}

static void
let_go(stage *s)
{
    PQclear(PQexec(s->holder, "rollback"));
}

static void
queue(stage *s, size_t i, size_t statement, int32_t bureau)
{
    xf_error error = {0};
    xf_test_query_make(&s->queries[i], xf_statement_at(statement), bureau, bureau, 0);
    assert_int_equal(xf_writer_run(s->writer, &s->queries[i].query, &error), XF_CODE_OK);
}

/* Where time stands, too. */
static void
turn(stage *s)
{
    (void)uv_run(&s->loop, UV_RUN_NOWAIT);
    (void)usleep(TURN_US);
}

static void
wait_for(stage *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (int turns = 0; s->queries[i].done == 0; turns++) {
            assert_true(turns < PATIENCE_MS * 1000 / TURN_US);
            turn(s);
        }
    }
}

/* Its connection comes back with another limit, and remembers who was held. */
static void
be_patient(stage *s)
{
    assert_true(xf_limit_set("limit.db_lock_ms", PATIENCE_MS));
    xf_test_db_cut(s->super, "xinfang writer");
    queue(s, 0, ADD, FREE);
    wait_for(s, 1);
    assert_int_equal(s->queries[0].query.error.code, XF_CODE_OK);
}

static bool
is_blocked(const stage *s)
{
    return xf_test_db_blocked(s->super, "xinfang writer") == 1;
}

static void
assert_ok(const xf_test_query *query)
{
    assert_int_equal(query->done, 1);
    assert_int_equal(query->query.error.code, XF_CODE_OK);
    assert_string_equal(query->verdict, "OK");
}

static void
assert_come_back(const xf_test_query *query)
{
    assert_int_equal(query->done, 1);
    assert_int_equal(query->query.error.code, XF_CODE_UNAVAILABLE);
    assert_true(query->query.error.retry_after_ms > 0);
}

/* The first one waits for the row, longer than briefly, and has it when it is let go. */
static void
assert_waited_out(stage *s)
{
    while (!is_blocked(s))
        turn(s);
    for (int i = 0; i < BRIEFLY_MS * 1000 / TURN_US; i++)
        turn(s);
    assert_int_equal(s->queries[0].done, 0);
    let_go(s);
    wait_for(s, 1);
    assert_ok(&s->queries[0]);
}

static int64_t
notes(const stage *s)
{
    return xf_test_db_number(s->super, "select count(*) from xf.note");
}

/* ---- Stories ---- */

/* One after the other they would wait for long. */
static void
all_of_a_held_bureau_are_told_after_one_wait(void **state)
{
    stage *s = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_DB_LOCK_MS);
    hold_head(s);
    for (size_t i = 0; i < MOST; i++)
        queue(s, i, ADD, HELD);
    wait_for(s, MOST);
    assert_int_equal(xf_limit_hits(XF_LIMIT_DB_LOCK_MS), hits + 1);
    for (size_t i = 0; i < MOST; i++)
        assert_come_back(&s->queries[i]);
    assert_int_equal(xf_writer_waiting(s->writer), 0);
    assert_int_equal(notes(s), 0);
}

static void
the_others_of_the_batch_go_on_together(void **state)
{
    static const int32_t bureaus[] = {FREE, HELD, ALSO_FREE};

    stage *s = *state;
    hold_head(s);
    for (size_t i = 0; i < MOST; i++)
        queue(s, i, ADD, bureaus[i % 3]);
    wait_for(s, MOST);
    for (size_t i = 0; i < MOST; i++) {
        if (bureaus[i % 3] == HELD) {
            assert_come_back(&s->queries[i]);
        } else {
            assert_ok(&s->queries[i]);
        }
    }
    assert_int_equal(xf_test_db_number(s->super, "select count(distinct xmin::text) from xf.note"),
                     1);
}

/* It is waited for briefly: as ever would be for a minute. */
static void
a_bureau_known_to_be_held_keeps_nobody_waiting(void **state)
{
    stage *s = *state;
    hold_head(s);
    queue(s, 0, ADD, HELD);
    wait_for(s, 1);
    assert_come_back(&s->queries[0]);

    be_patient(s);
    int64_t begun_ms = xf_now_steady_ms();
    queue(s, 0, ADD, HELD);
    queue(s, 1, ADD, FREE);
    wait_for(s, 2);
    assert_true(xf_now_steady_ms() - begun_ms < PATIENCE_MS / 12);
    assert_come_back(&s->queries[0]);
    assert_ok(&s->queries[1]);
}

static void
a_head_row_let_go_is_had_and_waited_for_again(void **state)
{
    stage *s = *state;
    hold_head(s);
    queue(s, 0, ADD, HELD);
    wait_for(s, 1);
    let_go(s);
    queue(s, 0, ADD, HELD);
    wait_for(s, 1);
    assert_ok(&s->queries[0]);

    be_patient(s);
    hold_head(s);
    queue(s, 0, ADD, HELD);
    assert_waited_out(s);
}

/* Or another worker's turns at the same bureau could keep this one out for ever. */
static void
after_some_time_a_held_bureau_is_waited_for_again(void **state)
{
    stage *s = *state;
    hold_head(s);
    queue(s, 0, ADD, HELD);
    wait_for(s, 1);
    be_patient(s);

    (void)time_stands();
    time_goes_on(XF_HEADS_HELD_MS / 2);
    queue(s, 0, ADD, HELD); /* which is missed, and lengthens nothing */
    wait_for(s, 1);
    assert_come_back(&s->queries[0]);
    time_goes_on(XF_HEADS_HELD_MS / 2);
    queue(s, 0, ADD, HELD);
    assert_waited_out(s);
}

/* The second failure, of one that ran alone, comes behind the deadline of both. */
static void
nobody_is_begun_past_the_deadline(void **state)
{
    stage *s = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_DB_LOCK_MS);
    queue(s, 0, ADD, FREE);
    wait_for(s, 1); /* now it is connected */
    hold(s, "select from xf.page for update");
    (void)time_stands();
    queue(s, 0, TOUCH, HELD);
    queue(s, 1, TOUCH, HELD);
    while (xf_limit_hits(XF_LIMIT_DB_LOCK_MS) == hits)
        turn(s);
    time_goes_on((int64_t)xf_limit_get(XF_LIMIT_CALL_MS) + 1);
    wait_for(s, 2);
    assert_come_back(&s->queries[0]);
    assert_int_equal(s->queries[1].query.error.code, XF_CODE_OVERLOADED);
    assert_int_equal(s->queries[0].query.tries, 1);
    assert_int_equal(s->queries[1].query.tries, 0);
    assert_int_equal(xf_limit_hits(XF_LIMIT_DB_LOCK_MS), hits + 2);
}

static void
what_waits_is_taken_back_and_what_was_sent_is_not(void **state)
{
    stage *s = *state;
    be_patient(s);
    hold_head(s);
    queue(s, 0, ADD, HELD);
    while (xf_writer_withdraw(s->writer, &s->queries[0].query)) /* until it is in flight */
    {
        queue(s, 0, ADD, HELD);
        turn(s);
    }
    queue(s, 1, ADD, HELD);
    queue(s, 2, ADD, HELD);
    queue(s, 3, ADD, HELD);
    assert_true(xf_writer_withdraw(s->writer, &s->queries[3].query));
    assert_true(xf_writer_withdraw(s->writer, &s->queries[1].query));
    assert_false(xf_writer_withdraw(s->writer, &s->queries[1].query));
    assert_int_equal(xf_writer_waiting(s->writer), 2);
    let_go(s);
    wait_for(s, 1);
    xf_test_loop_until_done(&s->loop, &s->queries[2], 1);
    assert_ok(&s->queries[0]);
    assert_ok(&s->queries[2]);
    assert_int_equal(s->queries[1].done + s->queries[3].done, 0);
    assert_int_equal(notes(s), 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_waits_is_taken_back_and_what_was_sent_is_not, up,
                                        down),
        cmocka_unit_test_setup_teardown(all_of_a_held_bureau_are_told_after_one_wait, up, down),
        cmocka_unit_test_setup_teardown(the_others_of_the_batch_go_on_together, up, down),
        cmocka_unit_test_setup_teardown(a_bureau_known_to_be_held_keeps_nobody_waiting, up, down),
        cmocka_unit_test_setup_teardown(a_head_row_let_go_is_had_and_waited_for_again, up, down),
        cmocka_unit_test_setup_teardown(after_some_time_a_held_bureau_is_waited_for_again, up,
                                        down),
        cmocka_unit_test_setup_teardown(nobody_is_begun_past_the_deadline, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
