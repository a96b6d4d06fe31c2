/* Every statement of the product is understood by a migrated database, as its own role. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "db/migrate.h"
#include "db/query.h"
#include "db/rows.h"
#include "scratch_db.h"

enum { PARAMS = 256 };

typedef struct place {
    char *super;
    PGconn *app;     /* the server */
    PGconn *migrate; /* bootstrap */
} place;

static PGconn *
connect_as(const char *super, const char *role)
{
    char *conninfo = xf_test_db_as(super, role);
    PGconn *pg = PQconnectdb(conninfo);

    assert_int_equal(PQstatus(pg), CONNECTION_OK);
    PQclear(PQexec(pg, "set search_path = xf"));
    free(conninfo);
    return pg;
}

static int
up(void **state)
{
    place *p = calloc(1, sizeof *p);
    unsigned applied = 0;
    char *owner = NULL;

    assert_non_null(p);
    p->super = xf_test_db_new("sql_statements");
    owner = xf_test_db_as(p->super, "xf_migrate");
    assert_int_equal(xf_migrate(owner, &applied, NULL), XF_CODE_OK);
    assert_int_equal(applied, xf_migration_count());
    free(owner);
    p->app = connect_as(p->super, "xf_app");
    p->migrate = connect_as(p->super, "xf_migrate");
    *state = p;
    return 0;
}

static int
down(void **state)
{
    place *p = *state;

    PQfinish(p->app);
    PQfinish(p->migrate);
    free(p->super);
    free(p);
    return 0;
}

/* bootstrap.* is run by whoever sets a bureau up, everything else by the server. */
static PGconn *
whose(const place *p, const xf_statement *statement)
{
    return strncmp(statement->name, "bootstrap.", strlen("bootstrap.")) == 0 ? p->migrate : p->app;
}

static bool
prepares(PGconn *pg, const xf_statement *statement)
{
    Oid types[PARAMS];
    PGresult *result = NULL;
    bool good = false;

    size_t n = xf_rows_params(statement);
    assert_true(n <= PARAMS);
    for (size_t i = 0; i < n; i++)
        types[i] = xf_rows_oid(statement, i);
    result = PQprepare(pg, statement->name, statement->sql, (int)n, types);
    good = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return good;
}

static void
every_statement_prepares(void **state)
{
    const place *p = *state;

    assert_true(xf_statement_count() > 0);
    for (size_t i = 0; i < xf_statement_count(); i++) {
        const xf_statement *statement = xf_statement_at(i);

        if (!prepares(whose(p, statement), statement))
            fail_msg("%s: %s", statement->name, PQerrorMessage(whose(p, statement)));
    }
}

/* A parameter that goes in as one type and is used as another fails only with some values. */
static void
every_parameter_has_the_type_that_it_is_sent_as(void **state)
{
    const place *p = *state;

    for (size_t i = 0; i < xf_statement_count(); i++) {
        const xf_statement *statement = xf_statement_at(i);
        PGresult *result = NULL;

        assert_true(prepares(whose(p, statement), statement));
        result = PQdescribePrepared(whose(p, statement), statement->name);
        assert_int_equal(PQnparams(result), xf_rows_params(statement));
        for (int k = 0; k < PQnparams(result); k++)
            assert_int_equal(PQparamtype(result, k), xf_rows_oid(statement, (size_t)k));
        PQclear(result);
    }
}

/* The writer's own answer, when a command has no row: verdict stands first or nowhere. */
static void
a_verdict_stands_in_the_first_column(void **state)
{
    const place *p = *state;

    for (size_t i = 0; i < xf_statement_count(); i++) {
        const xf_statement *statement = xf_statement_at(i);
        PGresult *result = NULL;

        assert_true(prepares(whose(p, statement), statement));
        result = PQdescribePrepared(whose(p, statement), statement->name);
        assert_true(PQnfields(result) > 0);
        assert_true(PQfnumber(result, "verdict") <= 0);
        PQclear(result);
    }
}

static bool
any_line_has(const PGresult *plan, const char *one, const char *other)
{
    for (int i = 0; i < PQntuples(plan); i++) {
        if (strstr(PQgetvalue(plan, i, 0), one) != NULL &&
            strstr(PQgetvalue(plan, i, 0), other) != NULL)
            return true;
    }
    return false;
}

/* Where row security counts what compares with the cursor as leaky, a page walks all that is newer. */
static void
a_page_far_back_is_reached_by_the_index(void **state)
{
    const place *p = *state;
    const xf_statement *list = xf_statement_find("matter.list");
    char ask[PARAMS] = "explain execute \"matter.list\" (null";
    PGresult *plan = NULL;

    assert_non_null(list);
    if (list == NULL) /* the analyzer does not know that the assertion ends the test */
        return;
    assert_true(prepares(p->app, list));
    for (size_t i = 1; i < list->n_params; i++)
        (void)strncat(ask, ", null", sizeof ask - strlen(ask) - 1);
    (void)strncat(ask, ")", sizeof ask - strlen(ask) - 1);
    PQclear(PQexec(p->app, "set plan_cache_mode = force_generic_plan"));
    PQclear(PQexec(p->app, "set enable_seqscan = off"));
    PQclear(PQexec(p->app, "set enable_bitmapscan = off"));
    plan = PQexec(p->app, ask);
    assert_int_equal(PQresultStatus(plan), PGRES_TUPLES_OK);
    assert_true(any_line_has(plan, "Index Cond", "matter_id < "));
    PQclear(plan);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_statement_prepares, up, down),
        cmocka_unit_test_setup_teardown(every_parameter_has_the_type_that_it_is_sent_as, up, down),
        cmocka_unit_test_setup_teardown(a_page_far_back_is_reached_by_the_index, up, down),
        cmocka_unit_test_setup_teardown(a_verdict_stands_in_the_first_column, up, down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
