/* Who is woken by NOTIFY, and who leads. */
#include "db/listen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "db/lead.h"
#include "db/writer.h"
#include "db_play.h"
#include "scratch_db.h"

static const xf_statement table[] = {{"note.nothing", "select 'OK'", NULL, 0, 0, false}};

XF_TEST_STATEMENTS(table)

typedef struct stage {
    char *super;
    uv_loop_t loop;
    xf_db_listen *listen;
    int32_t woken[16];
    unsigned n_woken;
    unsigned awaited;
} stage;

static void
woke(int32_t bureau, void *data)
{
    stage *s = data;
    assert_true(s->n_woken < 16);
    s->woken[s->n_woken++] = bureau;
}

static bool
woken_so_often(void *data)
{
    const stage *s = data;
    return s->n_woken >= s->awaited;
}

static void
await_wake(stage *s, unsigned n)
{
    s->awaited = n;
    xf_test_loop_until(&s->loop, woken_so_often, s);
    assert_int_equal(s->n_woken, n);
}

static int
up(void **state)
{
    stage *s = calloc(1, sizeof *s);
    s->super = xf_test_db_new("db_listen");
    xf_test_db_run(s->super, "create schema xf; create table xf.bureau (bureau_id int primary key);"
                             "insert into xf.bureau values (450922), (450923)");
    assert_int_equal(uv_loop_init(&s->loop), 0);
    *state = s;
    return 0;
}

static int
down(void **state)
{
    stage *s = *state;
    xf_test_loop_close(&s->loop);
    free(s->super);
    free(s);
    return 0;
}

static void
listen_starts(stage *s)
{
    xf_error error = {0};
    assert_int_equal(xf_db_listen_new(&s->loop, s->super, woke, s, &s->listen, &error), XF_CODE_OK);
    await_wake(s, 1); /* whatever came before is looked up */
    assert_int_equal(s->woken[0], 0);
}

static void
a_commit_wakes_its_bureau_once(void **state)
{
    stage *s = *state;
    listen_starts(s);
    xf_error error = {0};
    xf_writer *writer = NULL;
    assert_int_equal(xf_writer_new(&s->loop, s->super, 1, &writer, &error), XF_CODE_OK);
    xf_test_query queries[3];
    for (size_t i = 0; i < 3; i++) {
        xf_test_query_make(&queries[i], xf_statement_at(0), i < 2 ? 450922 : 450923, 0, 0);
        assert_int_equal(xf_writer_run(writer, &queries[i].query, &error), XF_CODE_OK);
    }
    xf_test_loop_until_done(&s->loop, queries, 3);
    await_wake(s, 3);
    assert_int_equal(s->woken[1], 450922);
    assert_int_equal(s->woken[2], 450923);
    xf_writer_close(&writer);
    xf_db_listen_close(&s->listen);
}

static void
a_lost_connection_wakes_everybody_when_it_is_back(void **state)
{
    stage *s = *state;
    listen_starts(s);
    xf_test_db_cut(s->super, "xinfang listen");
    await_wake(s, 2);
    assert_int_equal(s->woken[1], 0);
    xf_test_db_run(s->super, "select pg_notify('xinfang', '450922')");
    await_wake(s, 3);
    assert_int_equal(s->woken[2], 450922);
    xf_db_listen_close(&s->listen);
}

static void
a_payload_that_is_no_bureau_wakes_everybody(void **state)
{
    stage *s = *state;
    listen_starts(s);
    xf_test_db_run(s->super, "select pg_notify('xinfang', 'x'); select pg_notify('xinfang', '-1')");
    await_wake(s, 3);
    assert_int_equal(s->woken[1], 0);
    assert_int_equal(s->woken[2], 0);
    xf_db_listen_close(&s->listen);
}

static bool
leads(void *data)
{
    return xf_lead_held(data);
}

static void
one_of_two_leads_and_the_other_takes_over(void **state)
{
    stage *s = *state;
    xf_error error = {0};
    xf_lead *first = NULL;
    xf_lead *second = NULL;
    assert_int_equal(xf_lead_new(&s->loop, s->super, &first, &error), XF_CODE_OK);
    xf_test_loop_until(&s->loop, leads, first);
    assert_int_equal(xf_lead_new(&s->loop, s->super, &second, &error), XF_CODE_OK);
    xf_test_loop_for(&s->loop, 700); /* it asks twice in that time */
    assert_false(xf_lead_held(second));
    xf_lead_close(&first);
    xf_test_loop_until(&s->loop, leads, second);
    xf_lead_close(&second);
}

static bool
does_not_lead(void *data)
{
    return !xf_lead_held(data);
}

static void
a_lead_without_its_connection_is_none(void **state)
{
    stage *s = *state;
    xf_error error = {0};
    xf_lead *lead = NULL;
    assert_int_equal(xf_lead_new(&s->loop, s->super, &lead, &error), XF_CODE_OK);
    xf_test_loop_until(&s->loop, leads, lead);
    xf_test_db_cut(s->super, "xinfang lead");
    xf_test_loop_until(&s->loop, does_not_lead, lead);
    xf_test_loop_until(&s->loop, leads, lead);
    xf_lead_close(&lead);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_commit_wakes_its_bureau_once, up, down),
        cmocka_unit_test_setup_teardown(a_lost_connection_wakes_everybody_when_it_is_back, up,
                                        down),
        cmocka_unit_test_setup_teardown(a_payload_that_is_no_bureau_wakes_everybody, up, down),
        cmocka_unit_test_setup_teardown(one_of_two_leads_and_the_other_takes_over, up, down),
        cmocka_unit_test_setup_teardown(a_lead_without_its_connection_is_none, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
