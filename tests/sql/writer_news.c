/* NOTIFY behind COMMIT: what becomes of a command whose NOTIFY goes wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "db/listen.h"
#include "db/writer.h"
#include "db_play.h"
#include "scratch_db.h"

static const xf_param two[] = {{.name = "bureau", .type = XF_SQL_INT4},
                               {.name = "op", .type = XF_SQL_INT8}};

static const xf_statement table[] = {
    {"note.add",
     "with old as (select from note where bureau_id = $1 and op = $2),"
     " new as (insert into note select $1, $2 where not exists (select from old) returning 1)"
     " select case when exists (select from new) then 'OK' else 'REPLAY' end",
     two, 2, 0, false},
};

XF_TEST_STATEMENTS(table)

enum { BUREAU = 5, MOST = 2 };

typedef struct stage {
    char *super;
    char *app;
    uv_loop_t loop;
    xf_writer *writer;
    xf_db_listen *listen;
    unsigned woken; /* for the bureau */
    bool listening;
    xf_test_query *queries;
} stage;

static void
woke(int32_t bureau, void *data)
{
    stage *s = data;
    s->listening = s->listening || bureau == 0;
    s->woken += bureau == BUREAU;
}

static bool
is_listening(void *data)
{
    return ((stage *)data)->listening;
}

static bool
is_woken(void *data)
{
    return ((stage *)data)->woken > 0;
}

static int
up(void **state)
{
    stage *s = calloc(1, sizeof *s);
    xf_error error = {0};
    s->super = xf_test_db_new("db_writer_news");
    s->app = xf_test_db_as(s->super, "xf_app");
    xf_test_db_run(s->super,
                   "create schema xf; set search_path = xf;"
                   "create table bureau (bureau_id int primary key);"
                   "create table note (bureau_id int, op bigint, primary key (bureau_id, op));"
                   "insert into bureau values (5);"
                   "grant usage on schema xf to xf_app;"
                   "grant select, insert, update on all tables in schema xf to xf_app");
    assert_int_equal(uv_loop_init(&s->loop), 0);
    assert_int_equal(xf_db_listen_new(&s->loop, s->app, woke, s, &s->listen, &error), XF_CODE_OK);
    xf_test_loop_until(&s->loop, is_listening, s);
    s->queries = xf_test_queries_new(MOST);
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
    free(s->app);
    free(s);
    return 0;
}

/* From here on NOTIFY is what the test makes of it; `body` is plpgsql. The built-in one goes
 * by its number whatever stands in the catalog, so it cannot be replaced, but moved away. */
static void
begin_with_notify(stage *s, const char *body)
{
    char sql[1024];
    xf_error error = {0};
    (void)snprintf(sql, sizeof sql,
                   "alter function pg_catalog.pg_notify(text, text) rename to pg_notify_built_in;"
                   "create function pg_catalog.pg_notify(text, text) returns void"
                   " language plpgsql security definer set search_path = xf as"
                   " $$ begin %s end $$",
                   body);
    xf_test_db_run(s->super, sql);
    assert_int_equal(xf_writer_new(&s->loop, s->app, 1, &s->writer, &error), XF_CODE_OK);
}

static void
add(stage *s, size_t i, const char *verdict)
{
    xf_error error = {0};
    xf_test_query_make(&s->queries[i], xf_statement_at(0), BUREAU, BUREAU, (int64_t)i);
    assert_int_equal(xf_writer_run(s->writer, &s->queries[i].query, &error), XF_CODE_OK);
    xf_test_loop_until_done(&s->loop, s->queries, i + 1);
    assert_int_equal(s->queries[i].done, 1);
    assert_int_equal(s->queries[i].query.error.code, XF_CODE_OK);
    assert_string_equal(s->queries[i].verdict, verdict);
}

static void
assert_two_notes(const stage *s)
{
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.note"), 2);
}

/* ---- Stories ---- */

/* Else whoever is woken could look too early, and nobody would wake him again. */
static void
what_is_notified_is_committed(void **state)
{
    stage *s = *state;
    xf_test_db_run(s->super, "create table xf.seen (at xid8)");
    begin_with_notify(s, "insert into seen select pg_current_xact_id();"
                         " execute format('notify %I, %L', $1, $2);");
    add(s, 0, "OK");
    xf_test_loop_until(&s->loop, is_woken, s);
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.seen"), 1);
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.seen, xf.note"
                                                 " where seen.at::xid = note.xmin"),
                     0);
}

static void
a_notify_that_fails_takes_no_commit_back(void **state)
{
    stage *s = *state;
    begin_with_notify(s, "raise 'no';");
    add(s, 0, "OK");
    add(s, 1, "OK");
    assert_two_notes(s);
}

/* As when its queue is full: it is not before Sync that PostgreSQL says so. */
static void
nor_does_one_that_fails_at_sync(void **state)
{
    stage *s = *state;
    xf_test_db_run(s->super,
                   "create table xf.late (n int);"
                   "create function xf.no() returns trigger language plpgsql as"
                   " $$ begin raise 'no'; end $$;"
                   "create constraint trigger no after insert on xf.late deferrable initially"
                   " deferred for each row execute function xf.no()");
    begin_with_notify(s, "insert into late values (1);");
    add(s, 0, "OK");
    add(s, 1, "OK");
    assert_two_notes(s);
}

/* Between COMMIT and NOTIFY: the command runs again, is a replay, and this time it tells. */
static void
news_lost_with_the_connection_are_told_again(void **state)
{
    stage *s = *state;
    xf_test_db_run(s->super, "create sequence xf.times");
    begin_with_notify(s, "if nextval('times') = 1 then"
                         " perform pg_terminate_backend(pg_backend_pid()); end if;"
                         " execute format('notify %I, %L', $1, $2);");
    add(s, 0, "REPLAY");
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.note"), 1);
    xf_test_loop_until(&s->loop, is_woken, s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_notified_is_committed, up, down),
        cmocka_unit_test_setup_teardown(a_notify_that_fails_takes_no_commit_back, up, down),
        cmocka_unit_test_setup_teardown(nor_does_one_that_fails_at_sync, up, down),
        cmocka_unit_test_setup_teardown(news_lost_with_the_connection_are_told_again, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
