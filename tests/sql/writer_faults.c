/* A cluster of its own, whose processes are killed while commands are in flight. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/limit.h"
#include "db/listen.h"
#include "db/writer.h"
#include "db_play.h"
#include "scratch_db.h"

/* The verdict carries the backend's process id, to know whom to kill. */
#define ADD_SQL                                                                          \
    "with old as (select from op where bureau_id = $1 and op = $2),"                     \
    " head as (update bureau set ledger = ledger + 1"                                    \
    "          where bureau_id = $1 and not exists (select from old) returning ledger)," \
    " kept as (insert into op select $1, $2 from head),"                                 \
    " effect as (insert into note select $1, $2, ledger from head)"                      \
    " select pg_backend_pid()::text"

static const xf_param two[] = {{.name = "bureau", .type = XF_SQL_INT4},
                               {.name = "op", .type = XF_SQL_INT8}};

static const xf_statement table[] = {{"note.add", ADD_SQL, two, 2, 0, false}};

XF_TEST_STATEMENTS(table)

enum { WAVES = 8, WAVE = 100, OPS = WAVES * WAVE };

typedef struct stage {
    char *super;
    uv_loop_t loop;
    xf_writer *writer;
    xf_db_listen *listen;
    unsigned woken_for_all;
    xf_test_query *queries;
} stage;

static void
woke(int32_t bureau, void *data)
{
    stage *s = data;
    s->woken_for_all += bureau == 0;
}

static int
up(void **state)
{
    stage *s = calloc(1, sizeof *s);
    xf_error error = {0};
    s->super = xf_test_db_new("db_faults");
    xf_test_db_run(s->super,
                   "create schema xf; set search_path = xf;"
                   "create table bureau (bureau_id int primary key, ledger bigint default 0);"
                   "create table op (bureau_id int, op bigint, primary key (bureau_id, op));"
                   "create table note (bureau_id int, op bigint, place bigint);"
                   "insert into bureau values (1)");
    assert_int_equal(uv_loop_init(&s->loop), 0);
    assert_int_equal(xf_writer_new(&s->loop, s->super, 1, &s->writer, &error), XF_CODE_OK);
    assert_int_equal(xf_db_listen_new(&s->loop, s->super, woke, s, &s->listen, &error), XF_CODE_OK);
    s->queries = xf_test_queries_new(OPS);
    *state = s;
    return 0;
}

static int
down(void **state)
{
    stage *s = *state;
    xf_writer_close(&s->writer);
    xf_db_listen_close(&s->listen);
    xf_test_loop_close(&s->loop);
    xf_test_queries_free(&s->queries);
    free(s->super);
    free(s);
    return 0;
}

static void
queue(stage *s, size_t from, size_t n)
{
    xf_error error = {0};
    for (size_t i = from; i < from + n; i++) {
        xf_test_query_make(&s->queries[i], xf_statement_at(0), 1, 1, (int64_t)i);
        assert_int_equal(xf_writer_run(s->writer, &s->queries[i].query, &error), XF_CODE_OK);
    }
}

/* Nothing lost, nothing doubled, no gap, everybody told once. */
static void
assert_exactly_once(const stage *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(s->queries[i].done, 1);
        assert_int_equal(s->queries[i].query.error.code, XF_CODE_OK);
    }
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.note"), n);
    assert_int_equal(xf_test_db_number(s->super, "select count(distinct op) from xf.note"), n);
    assert_int_equal(xf_test_db_number(s->super, "select count(distinct place) from xf.note"), n);
    assert_int_equal(xf_test_db_number(s->super, "select max(place) from xf.note"), n);
}

static void
commands_survive_killed_backends_exactly_once(void **state)
{
    stage *s = *state;
    queue(s, 0, WAVE);
    xf_test_loop_until_done(&s->loop, s->queries, WAVE);
    unsigned killed = 0;
    for (unsigned wave = 1; wave < WAVES; wave++) {
        size_t from = (size_t)wave * WAVE;
        pid_t backend = (pid_t)strtol(s->queries[from - 1].verdict, NULL, 10);
        assert_true(backend > 1);
        xf_test_db_number(s->super, "select 1"); /* the last crash is over */
        queue(s, from, WAVE);
        if (wave % 2 == 0) {
            xf_test_loop_for(&s->loop, 1); /* the first batch is on its way, or the second */
        } else {
            xf_test_loop_until_done(&s->loop, &s->queries[from], 1);
        }
        /* The last crash may have taken this one along, behind its last answer. */
        killed += kill(backend, SIGKILL) == 0;
        xf_test_loop_until_done(&s->loop, s->queries, from + WAVE);
    }
    assert_true(killed >= WAVES / 2);
    assert_exactly_once(s, OPS);
}

typedef struct child {
    pid_t pid;
    bool over;
    int status;
} child;

static bool
is_over(void *data)
{
    child *c = data;
    if (!c->over)
        c->over = waitpid(c->pid, &c->status, WNOHANG) == c->pid;
    return c->over;
}

static bool
listens_again(void *data)
{
    return ((stage *)data)->woken_for_all >= 2;
}

static void
commands_wait_for_a_database_that_is_away_for_a_second(void **state)
{
    stage *s = *state;
    queue(s, 0, WAVE);
    xf_test_loop_until_done(&s->loop, s->queries, WAVE);
    queue(s, WAVE, WAVE);
    xf_test_loop_for(&s->loop, 2);
    assert_int_equal(kill(xf_test_cluster_postmaster(), SIGKILL), 0);
    xf_test_loop_for(&s->loop, 1000);
    queue(s, 2 * (size_t)WAVE, WAVE);
    xf_test_loop_for(&s->loop, 50);
    assert_int_equal(s->queries[3 * WAVE - 1].done, 0);

    child cluster = {.pid = xf_test_cluster_restart()};
    xf_test_loop_until(&s->loop, is_over, &cluster);
    assert_int_equal(cluster.status, 0);
    xf_test_loop_until_done(&s->loop, s->queries, 3 * (size_t)WAVE);
    assert_exactly_once(s, 3 * (size_t)WAVE);
    xf_test_loop_until(&s->loop, listens_again, s);
}

static int
cluster_up(void **state)
{
    (void)state;
    assert_true(xf_limit_set("limit.call_ms", 60000)); /* a cluster may take long to come back */
    assert_true(xf_limit_set("limit.db_statement_ms", 60000));
    xf_test_cluster_own("writer_faults");
    return 0;
}

static int
cluster_remove(void **state)
{
    (void)state;
    xf_test_cluster_remove();
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(commands_survive_killed_backends_exactly_once, up, down),
        cmocka_unit_test_setup_teardown(commands_wait_for_a_database_that_is_away_for_a_second, up,
                                        down),
    };
    return cmocka_run_group_tests(tests, cluster_up, cluster_remove);
}
