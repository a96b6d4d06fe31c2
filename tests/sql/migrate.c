/* Migrations and the server's self-check, as the roles that really do it. */
#include "db/migrate.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "db_play.h"
#include "scratch_db.h"

/* ---- Migrations of the test's own, in place of the product's ---- */

#define FIRST_SQL                                                                                \
    "create table matter (matter_id int primary key);"                                           \
    "alter table matter enable row level security; alter table matter force row level security;" \
    "create policy p on matter using (true); grant select on matter to xf_app"

static const char *const second_sql =
    "insert into matter values (1); insert into matter values (2)";

static xf_migration migrations[] = {{1, "0001_core", FIRST_SQL}, {2, "0002_rows", NULL}};
static size_t migrations_known = 2;

size_t
xf_migration_count(void)
{
    return migrations_known;
}

const xf_migration *
xf_migration_at(size_t i)
{
    return &migrations[i];
}

typedef struct stage {
    char *super;
    char *owner;
    char *app;
} stage;

static int
up(void **state)
{
    stage *s = calloc(1, sizeof *s);
    s->super = xf_test_db_new("db_migrate");
    s->owner = xf_test_db_as(s->super, "xf_migrate");
    s->app = xf_test_db_as(s->super, "xf_app");
    migrations[1].sql = second_sql;
    migrations_known = 2;
    *state = s;
    return 0;
}

static int
down(void **state)
{
    stage *s = *state;
    free(s->super);
    free(s->owner);
    free(s->app);
    free(s);
    return 0;
}

static unsigned
migrate(const stage *s)
{
    unsigned applied = 99;
    xf_error error = {0};
    assert_int_equal(xf_migrate(s->owner, &applied, &error), XF_CODE_OK);
    return applied;
}

static void
assert_unfit(const char *conninfo, const char *expected)
{
    const char *what = NULL;
    xf_error error = {0};
    assert_int_not_equal(xf_migrate_verify(conninfo, &what, &error), XF_CODE_OK);
    assert_string_equal(what, expected);
}

/* ---- Stories ---- */

static void
a_file_is_applied_once(void **state)
{
    stage *s = *state;
    assert_int_equal(migrate(s), 2);
    assert_int_equal(migrate(s), 0);
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.matter"), 2);
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.migration"), 2);
    assert_int_equal(xf_test_db_number(s->super,
                                       "select count(*) from pg_tables where schemaname = 'xf'"
                                       " and tableowner = 'xf_owner'"),
                     2);
}

static void
a_new_file_comes_on_top(void **state)
{
    stage *s = *state;
    migrations_known = 1;
    assert_int_equal(migrate(s), 1);
    migrations_known = 2;
    assert_int_equal(migrate(s), 1);
}

static void *
migrate_in_a_thread(void *data)
{
    unsigned *applied = calloc(1, sizeof *applied);
    xf_error error = {0};
    xf_code code = xf_migrate(data, applied, &error);
    if (code != XF_CODE_OK)
        *applied = 99;
    return applied;
}

static void
two_at_once_are_safe(void **state)
{
    stage *s = *state;
    pthread_t threads[2];
    unsigned *applied[2];
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, migrate_in_a_thread, s->owner), 0);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_join(threads[i], (void **)&applied[i]), 0);
    assert_int_equal(*applied[0] + *applied[1], 2);
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.matter"), 2);
    free(applied[0]);
    free(applied[1]);
}

static void
a_file_that_was_changed_is_refused(void **state)
{
    stage *s = *state;
    assert_int_equal(migrate(s), 2);
    migrations[1].sql = "insert into matter values (3)";
    unsigned applied = 99;
    xf_error error = {0};
    assert_int_equal(xf_migrate(s->owner, &applied, &error), XF_CODE_CONFLICT);
    assert_string_equal(error.field, "0002_rows");
    assert_int_equal(applied, 99);
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.matter"), 2);
    assert_unfit(s->app, "schema is not complete: run migrate");
}

static void
a_file_that_fails_leaves_nothing_of_itself(void **state)
{
    stage *s = *state;
    migrations[1].sql = "insert into matter values (1); select nonsense";
    unsigned applied = 99;
    xf_error error = {0};
    assert_int_equal(xf_migrate(s->owner, &applied, &error), XF_CODE_INTERNAL);
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.matter"), 0);
    assert_int_equal(xf_test_db_number(s->super, "select count(*) from xf.migration"), 1);
    migrations[1].sql = second_sql;
    assert_int_equal(migrate(s), 1);
}

static void
a_table_in_use_is_waited_for_in_short_tries(void **state)
{
    stage *s = *state;
    migrations_known = 1;
    assert_int_equal(migrate(s), 1);
    PGconn *reader = PQconnectdb(s->super);
    PQclear(PQexec(reader, "begin; lock table xf.matter in share mode"));
    migrations_known = 2;
    pthread_t thread;
    unsigned *applied = NULL;
    assert_int_equal(pthread_create(&thread, NULL, migrate_in_a_thread, s->owner), 0);
    PQclear(PQexec(reader, "select pg_sleep(1.5)"));
    PQfinish(reader);
    assert_int_equal(pthread_join(thread, (void **)&applied), 0);
    assert_int_equal(*applied, 1);
    free(applied);
}

static void
a_migrated_database_is_fit_for_the_server(void **state)
{
    stage *s = *state;
    assert_unfit(s->app, "schema is not complete: run migrate");
    assert_int_equal(migrate(s), 2);
    const char *what = "something";
    xf_error error = {0};
    assert_int_equal(xf_migrate_verify(s->app, &what, &error), XF_CODE_OK);
    assert_null(what);
}

static void
a_role_with_too_much_power_is_unfit(void **state)
{
    stage *s = *state;
    assert_int_equal(migrate(s), 2);
    assert_unfit(s->super, "role is a superuser or bypasses row security");
    assert_unfit(s->owner, "role can become the owner");
    xf_test_db_run(s->super, "create table mine (); alter table mine owner to xf_app");
    assert_unfit(s->app, "role owns something");
    xf_test_db_run(s->super, "drop table mine");
}

static void
a_table_without_forced_row_security_is_unfit(void **state)
{
    stage *s = *state;
    assert_int_equal(migrate(s), 2);
    xf_test_db_run(s->super, "alter table xf.matter no force row level security");
    assert_unfit(s->app, "a table without forced row security");
}

static void
a_database_that_may_forget_a_commit_is_unfit(void **state)
{
    stage *s = *state;
    assert_int_equal(migrate(s), 2);
    xf_test_db_run(s->super, "alter database db_migrate set synchronous_commit = off");
    assert_unfit(s->app, "synchronous_commit is off");
}

static void
a_database_that_is_away_is_unavailable(void **state)
{
    (void)state;
    unsigned applied = 99;
    xf_error error = {0};
    assert_int_equal(xf_migrate("host=/nowhere dbname=none", &applied, &error),
                     XF_CODE_UNAVAILABLE);
    assert_unfit("host=/nowhere dbname=none", "database is away");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_applied_once, up, down),
        cmocka_unit_test_setup_teardown(a_new_file_comes_on_top, up, down),
        cmocka_unit_test_setup_teardown(two_at_once_are_safe, up, down),
        cmocka_unit_test_setup_teardown(a_file_that_was_changed_is_refused, up, down),
        cmocka_unit_test_setup_teardown(a_file_that_fails_leaves_nothing_of_itself, up, down),
        cmocka_unit_test_setup_teardown(a_table_in_use_is_waited_for_in_short_tries, up, down),
        cmocka_unit_test_setup_teardown(a_migrated_database_is_fit_for_the_server, up, down),
        cmocka_unit_test_setup_teardown(a_role_with_too_much_power_is_unfit, up, down),
        cmocka_unit_test_setup_teardown(a_table_without_forced_row_security_is_unfit, up, down),
        cmocka_unit_test_setup_teardown(a_database_that_may_forget_a_commit_is_unfit, up, down),
        cmocka_unit_test_setup_teardown(a_database_that_is_away_is_unavailable, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
