/* Row security, the second line: what the server's role sees and may, asked of the database. */
#include <stdio.h>
#include <stdlib.h>

#include <libpq-fe.h>

#include "stage.h"
#include "stage_judge.h"

/* ---- A bureau with a row in every table ---- */

static void
fill(xf_story *s)
{
    char *book = xf_stage_source("tests/data/luchuan-2020/petitions-2019.csv");
    const char *const words[] = {"import", "petitions", book, NULL};
    Xf__FeedAckRequest seen = XF__FEED_ACK_REQUEST__INIT;
    Xf__FeedCursor cursor = XF__FEED_CURSOR__INIT;
    const xf_visit visit = {.name = "信访人甲", .phone = "19911110001", .demand = "要求复核"};

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(xf_stage_cli(s, HEAD, words), 0);
    assert_non_null(xf_stage_register(s, CLERK, &visit));
    const int64_t matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;
    assert_non_null(xf_stage_open(s, CLERK, matter));
    cursor.has_kind = cursor.has_id = cursor.has_cursor = 1;
    cursor.kind = XF__AUDIENCE_KIND__AUDIENCE_KIND_OFFICER;
    cursor.id = xf_stage_officer(s, CLERK);
    seen.n_cursors = 1;
    seen.cursors = (Xf__FeedCursor *[]){&cursor};
    assert_non_null(xf_stage_ask(s, CLERK, XF_RPC_FEED_ACK, &seen.base));
    while (xf_stage_number(s, "select count(*) from xf.figure_month") == 0)
        xf_stage_sql(s, "select pg_sleep(0.01)");
    free(book);
}

static PGconn *
as_server(xf_story *s)
{
    char *conninfo = xf_stage_conninfo(s, "xf_app");
    PGconn *pg = PQconnectdb(conninfo);

    assert_int_equal(PQstatus(pg), CONNECTION_OK);
    free(conninfo);
    return pg;
}

static void
act_as(PGconn *pg, const char *actor)
{
    char sql[128];

    (void)snprintf(sql, sizeof sql, "select set_config('xinfang.actor', '%s', false)", actor);
    PQclear(PQexec(pg, sql));
}

/* -1: not allowed. */
static int64_t
count_in(PGconn *pg, const char *table)
{
    char sql[128];
    PGresult *result = NULL;
    int64_t n = -1;

    (void)snprintf(sql, sizeof sql, "select count(*) from xf.%s", table);
    result = PQexec(pg, sql);
    if (PQresultStatus(result) == PGRES_TUPLES_OK)
        n = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return n;
}

/* Every table of ours but two that hold nobody's data: which migrations ran, and the tree of
 * categories that a new bureau begins with. */
static PGresult *
tables(xf_story *s)
{
    char *conninfo = xf_stage_conninfo(s, "postgres");
    PGconn *pg = PQconnectdb(conninfo);
    PGresult *result = PQexec(pg, "select tablename from pg_tables where schemaname = 'xf' and"
                                  " tablename not in ('migration', 'category_template')"
                                  " order by 1");

    assert_true(PQntuples(result) >= 20);
    PQfinish(pg);
    free(conninfo);
    return result;
}

/* ---- Stories ---- */

static void
sees_nothing(xf_story *s, const char *actor)
{
    PGconn *pg = as_server(s);
    PGresult *all = tables(s);

    if (actor != NULL)
        act_as(pg, actor);
    for (int i = 0; i < PQntuples(all); i++) {
        const char *table = PQgetvalue(all, i, 0);
        char sql[128];

        (void)snprintf(sql, sizeof sql, "select count(*) from xf.%s", table);
        if (xf_stage_number(s, sql) == 0)
            fail_msg("%s is empty: it proves nothing", table);
        if (count_in(pg, table) != 0)
            fail_msg("%s shows %lld rows", table, (long long)count_in(pg, table));
    }
    PQclear(all);
    PQfinish(pg);
}

XF_STORY(without_an_actor_every_table_is_empty)
{
    fill(*state);
    sees_nothing(*state, NULL);
    sees_nothing(*state, ""); /* as it stands after a transaction */
}

XF_STORY(an_actor_of_another_bureau_sees_nothing)
{
    fill(*state);
    sees_nothing(*state, "{450923,1,1,16382}");
}

XF_STORY(the_server_itself_sees_the_head_row_only)
{
    xf_story *s = *state;
    PGconn *pg = as_server(s);

    act_as(pg, "{0,0,0,0}");
    assert_int_equal(count_in(pg, "bureau"), 1);
    assert_int_equal(count_in(pg, "unit"), 0);
    assert_int_equal(count_in(pg, "officer"), 0);
    PQfinish(pg);
}

XF_STORY(row_security_is_forced_on_every_table)
{
    xf_story *s = *state;

    assert_int_equal(xf_stage_number(s, "select count(*) from pg_class c join pg_namespace n"
                                        " on n.oid = c.relnamespace where n.nspname = 'xf'"
                                        " and c.relkind in ('r', 'p') and c.relname <> 'migration'"
                                        " and not (c.relrowsecurity and c.relforcerowsecurity)"),
                     0);
    /* Nobody goes round it by a view, and no table is without a policy. */
    assert_int_equal(xf_stage_number(s, "select count(*) from pg_views where schemaname = 'xf'"),
                     0);
    assert_int_equal(xf_stage_number(s, "select count(*) from pg_tables t where schemaname = 'xf'"
                                        " and tablename <> 'migration' and not exists (select from"
                                        " pg_policies p where (p.schemaname, p.tablename) ="
                                        " (t.schemaname, t.tablename))"),
                     0);
}

static void
assert_forbidden(PGconn *pg, const char *sql)
{
    PGresult *result = PQexec(pg, sql);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    if (state == NULL || strcmp(state, "42501") != 0) /* insufficient_privilege */
        fail_msg("%s: %s", sql, state != NULL ? state : "allowed");
    PQclear(result);
}

XF_STORY(the_server_cannot_delete_truncate_or_build)
{
    static const char *const each[] = {"delete from xf.%s", "truncate xf.%s", "drop table xf.%s",
                                       "alter table xf.%s disable row level security"};
    static const char *const once[] = {"create table xf.mine (n int)",
                                       "create table public.mine (n int)",
                                       "create schema mine",
                                       "create policy mine on xf.matter using (true)",
                                       "set role xf_owner",
                                       "alter role xf_app bypassrls",
                                       "delete from xf.migration"};
    xf_story *s = *state;
    PGconn *pg = as_server(s);
    PGresult *all = tables(s);

    act_as(pg, "{450922,1,1,16382}");
    for (int i = 0; i < PQntuples(all); i++) {
        for (size_t k = 0; k < sizeof each / sizeof each[0]; k++) {
            char sql[160];

            /* NOLINTNEXTLINE(clang-diagnostic-format-nonliteral): from the list above */
            (void)snprintf(sql, sizeof sql, each[k], PQgetvalue(all, i, 0));
            assert_forbidden(pg, sql);
        }
    }
    for (size_t k = 0; k < sizeof once / sizeof once[0]; k++)
        assert_forbidden(pg, once[k]);
    PQclear(all);
    PQfinish(pg);
}

XF_STORY(what_is_on_record_is_not_written_over)
{
    static const char *const records[] = {"event",    "ledger",       "op",
                                          "access",   "receipt",      "petitioner",
                                          "petition", "figure_month", "feed"};
    xf_story *s = *state;
    PGconn *pg = as_server(s);

    act_as(pg, "{450922,1,1,16382}");
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
        char sql[128];

        (void)snprintf(sql, sizeof sql, "update xf.%s set bureau_id = bureau_id", records[i]);
        assert_forbidden(pg, sql);
    }
    PQfinish(pg);
}

XF_STORIES(XF_PLAY(without_an_actor_every_table_is_empty),
           XF_PLAY(an_actor_of_another_bureau_sees_nothing),
           XF_PLAY(the_server_itself_sees_the_head_row_only),
           XF_PLAY(row_security_is_forced_on_every_table),
           XF_PLAY(the_server_cannot_delete_truncate_or_build),
           XF_PLAY(what_is_on_record_is_not_written_over))
