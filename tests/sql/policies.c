/* Row security, the second line: what the server's role sees and may, asked of the database. */
#include <stdio.h>
#include <stdlib.h>

#include <libpq-fe.h>

#include "device.pb-c.h"

#include "stage.h"
#include "stage_book.h"
#include "stage_judge.h"

/* ---- A bureau with a row in every table ---- */

/* A row in each of the other books. */
static void
fill_books(xf_story *s)
{
    static const char *const books[][3] = {
        {"receptions", "序号,接访日期,接访领导警号,信访编号,接案数,接访人次",
         "1,2020-01-07,T00006,陆公信字〔2019〕1号,1,1"},
        {"visits", "序号,走访日期,走访类型,单位,地点,出动警力,化解矛盾数",
         "1,2020-07-02,上门走访,陆城派出所,陆城,2,1"},
        {"notices", "文书编号,文书种类,信访编号,寄出日期,物流状态,承办单位",
         "陆公信告字〔2020〕1号,受理告知书,陆公信字〔2019〕1号,2020-06-01,在途,陆城派出所"},
        {"disputes", "序号,排查日期,责任单位,地点,纠纷类型,是否化解",
         "1,2020-03-30,陆城派出所,陆城,邻里,否"},
        {"thefts", "年,月,案件类别,立案数,破案数", "2020,1,侵财类盗窃,3,2"},
        {"panels", "序号,日期,会议类型,信访编号,结论",
         "1,2020-03-17,局党委专题会,陆公信字〔2019〕1号,已化解"},
    };

    for (size_t i = 0; i < sizeof books / sizeof books[0]; i++) {
        const char *const lines[] = {books[i][1], books[i][2], NULL};
        char *path = xf_stage_book(s, books[i][0], lines);
        const char *const words[] = {"import", books[i][0], path, NULL};

        if (xf_stage_cli(s, HEAD, words) != 0)
            fail_msg("%s: %s", books[i][0], xf_stage_said(s));
        free(path);
    }
}

/* A code, an officer who was disabled; devices are known since the first login. */
static void
administer(xf_story *s)
{
    Xf__DeviceInviteRequest invite = XF__DEVICE_INVITE_REQUEST__INIT;
    Xf__BureauDisableOfficerRequest disable = XF__BUREAU_DISABLE_OFFICER_REQUEST__INIT;

    invite.name = (char[]){"desk-2"};
    assert_non_null(xf_stage_ask(s, SYSTEM_ADMIN, XF_RPC_DEVICE_INVITE, &invite.base));
    disable.badge = (char *)(uintptr_t)xf_cast_badge(PANELIST);
    disable.reason = (char[]){"调离"};
    assert_non_null(xf_stage_ask(s, SECURITY_ADMIN, XF_RPC_BUREAU_DISABLE_OFFICER, &disable.base));
}

/* Somebody who tries five passwords. */
static void
lock_out(xf_story *s)
{
    Xf__LoginBeginRequest login = XF__LOGIN_BEGIN_REQUEST__INIT;
    char password[] = "guess number 0";

    login.badge = (char[]){"T99999"};
    login.password = password;
    for (int i = 0; i < 5; i++) {
        password[sizeof password - 2] = (char)('0' + i);
        assert_null(xf_stage_ask_unknown(s, XF_RPC_LOGIN_BEGIN, &login.base));
    }
}

static void
fill(xf_story *s)
{
    char *book = xf_stage_source("tests/data/luchuan-2020/petitions-2019.csv");
    const char *const words[] = {"import", "petitions", book, NULL};
    char *year = xf_stage_source("server/data/calendar/2026.csv");
    const char *const calendar[] = {"calendar", "import", year, NULL};
    Xf__FeedAckRequest seen = XF__FEED_ACK_REQUEST__INIT;
    Xf__FeedCursor cursor = XF__FEED_CURSOR__INIT;
    const xf_visit visit = {.name = "信访人甲", .phone = "19911110001", .demand = "要求复核"};

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(xf_stage_cli(s, HEAD, words), 0);
    assert_int_equal(xf_stage_cli(s, HEAD, calendar), 0);
    fill_books(s);
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
    /* A receipt of long ago is overdue at once: the timer reminds somebody. */
    assert_non_null(xf_stage_register(s, CLERK,
                                      &(xf_visit){.name = "信访人甲",
                                                  .phone = "19911110001",
                                                  .demand = "要求答复",
                                                  .received_on = "2026-09-16"}));
    while (xf_stage_number(s, "select count(*) from xf.reminder_told") == 0)
        xf_stage_sql(s, "select pg_sleep(0.01)");
    administer(s);
    lock_out(s);
    xf_stage_sql(s, "insert into xf.matter_gram_fill (bureau_id, done) values (450922, true)");
    free(year);
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

/* Commands of several officers in one statement have the rights that all of them share. */
XF_STORY(several_officers_together_see_only_that_somebody_came_with_an_accusation)
{
    static const char *const seen[] = {
        "matter where purpose = 2", "petition where compartment", "receipt where compartment",
        "event where compartment",  "feed where compartment",     "matter_gram where compartment"};
    const xf_visit accuses = {.name = "信访人乙", .demand = "执法不公", .accused = ACCUSED};
    xf_story *s = *state;
    PGconn *pg = as_server(s);

    assert_non_null(xf_stage_register(s, HEAD, &accuses));
    act_as(pg, "{450922,-1,0,0}");
    for (size_t i = 0; i < sizeof seen / sizeof seen[0]; i++) {
        char sql[128];

        (void)snprintf(sql, sizeof sql, "select count(*) from xf.%s", seen[i]);
        if (xf_stage_number(s, sql) == 0)
            fail_msg("%s: there is none, it proves nothing", seen[i]);
        if (count_in(pg, seen[i]) != 0)
            fail_msg("%s is seen", seen[i]);
    }
    assert_int_equal(count_in(pg, "petitioner where compartment"), 1);
    assert_int_equal(count_in(pg, "op where petition_id is not null"), 1);
    act_as(pg, "{450923,-1,0,0}");
    assert_int_equal(count_in(pg, "petitioner"), 0);
    assert_int_equal(count_in(pg, "op"), 0);
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
    assert_int_equal(xf_stage_number(s, "select count(*) from pg_class c join pg_namespace n"
                                        " on n.oid = c.relnamespace where n.nspname = 'xf'"
                                        " and c.relkind in ('v', 'm') and not coalesce("
                                        "'security_invoker=true' = any (c.reloptions), false)"),
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
    static const char *const records[] = {
        "event",    "ledger",       "op",    "access",        "receipt",       "petitioner",
        "petition", "figure_month", "feed",  "reception",     "visit",         "notice",
        "dispute",  "theft",        "panel", "book_petition", "figure_freeze", "figure_touched",
        "reminder"};
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

/* How it ends: with a SQLSTATE, or "" when it did what it should. */
static void
assert_state(PGconn *pg, const char *sql, const char *wanted)
{
    PGresult *result = PQexec(pg, sql);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    if (strcmp(state != NULL ? state : "", wanted) != 0)
        fail_msg("%s: %s", sql, PQresultErrorMessage(result));
    PQclear(result);
}

/* Why unit scope is no policy, and why `with check (true)` is not the whole of one. */
XF_STORY(an_update_that_reads_cannot_hide_the_row_from_its_actor)
{
    xf_story *s = *state;
    const xf_visit visit = {.name = "信访人甲", .demand = "控告", .accused = ACCUSED};
    const int64_t matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;
    PGconn *pg = as_server(s);
    char actor[64];
    char reads[128];

    assert_true(xf_stage_assign(s, HEAD, matter, XF_CAST_STATION, HANDLER) > 0);
    (void)snprintf(actor, sizeof actor, "{%d,%d,%d,%d}", XF_CAST_BUREAU,
                   xf_stage_officer(s, HANDLER), xf_stage_unit(s, XF_CAST_STATION),
                   1 << XF_ROLE_HANDLER);
    act_as(pg, actor);
    assert_int_equal(count_in(pg, "matter"), 1);
    (void)snprintf(reads, sizeof reads, "update xf.matter set inside = '{}' where matter_id = %lld",
                   (long long)matter);
    assert_state(pg, reads, "42501");
    assert_int_equal(count_in(pg, "matter"), 1);
    /* One that reads no column may, and then it is gone for its actor. */
    assert_state(pg, "begin", "");
    assert_state(pg, "update xf.matter set inside = '{}'", "");
    assert_int_equal(count_in(pg, "matter"), 0);
    assert_state(pg, "rollback", "");
    PQfinish(pg);
}

/* Whoever follows a unit or a role is told what was asked for one of them (session/push). */
XF_STORY(what_a_unit_or_a_role_is_told_is_never_of_an_accusation)
{
    xf_story *s = *state;
    PGconn *pg = as_server(s);

    act_as(pg, "{450922,0,0,0}");
    assert_state(pg, "insert into xf.feed values (450922, 1, 1, 1000, 1, 1, 1, now(), true)",
                 "23514");
    assert_state(pg, "insert into xf.feed values (450922, 2, 2, 1000, 1, 1, 1, now(), true)",
                 "23514");
    assert_state(pg, "begin", "");
    assert_state(pg, "insert into xf.feed values (450922, 3, 1, 1000, 1, 1, 1, now(), true)", "");
    assert_state(pg, "rollback", "");
    PQfinish(pg);
}

/* gram_hits goes round the policies of its table, so it must say what they say. */
XF_STORY(hits_by_grams_are_those_that_the_policies_show)
{
    static const char *const hits = "select count(*) from xf.gram_hits(450922, '{%d}',"
                                    " %lld / 100000000, %lld + 1)";
    xf_story *s = *state;
    const xf_visit visit = {.name = "信访人甲", .demand = "控告", .accused = ACCUSED};
    const int64_t matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;

    const struct {
        const char *actor; /* {bureau,officer,unit,roles} */
        const char *seen;
    } actors[] = {
        {"", "0"},
        {"{450923,1,1,16382}", "0"},
        {"{450922,9999,1,2}", "0"},   /* reception */
        {"{450922,9999,1,128}", "0"}, /* a leader */
        {"{450922,9999,1,4}", "1"},   /* the head of reception */
        {"{450922,9999,1,256}", "1"}, /* an inspector */
        {"{450922,0,0,16384}", "1"},  /* the timer */
    };

    PGconn *pg = as_server(s);
    char sql[256];

    (void)snprintf(sql, sizeof sql, hits, 0x63a7 << 16 | 0x544a, (long long)matter,
                   (long long)matter);
    for (size_t i = 0; i < sizeof actors / sizeof actors[0]; i++) {
        PGresult *result = NULL;

        act_as(pg, actors[i].actor);
        result = PQexec(pg, sql);
        if (PQresultStatus(result) != PGRES_TUPLES_OK)
            fail_msg("%s", PQerrorMessage(pg));
        if (strcmp(PQgetvalue(result, 0, 0), actors[i].seen) != 0)
            fail_msg("%s: %s", actors[i].actor, PQgetvalue(result, 0, 0));
        assert_int_equal(count_in(pg, "matter_gram"), strtoll(actors[i].seen, NULL, 10));
        PQclear(result);
    }
    PQfinish(pg);
}

XF_STORIES(XF_PLAY(without_an_actor_every_table_is_empty),
           XF_PLAY(an_actor_of_another_bureau_sees_nothing),
           XF_PLAY(the_server_itself_sees_the_head_row_only),
           XF_PLAY(several_officers_together_see_only_that_somebody_came_with_an_accusation),
           XF_PLAY(row_security_is_forced_on_every_table),
           XF_PLAY(the_server_cannot_delete_truncate_or_build),
           XF_PLAY(what_is_on_record_is_not_written_over),
           XF_PLAY(an_update_that_reads_cannot_hide_the_row_from_its_actor),
           XF_PLAY(what_a_unit_or_a_role_is_told_is_never_of_an_accusation),
           XF_PLAY(hits_by_grams_are_those_that_the_policies_show))
