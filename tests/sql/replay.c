/* Who judges the judge? Each sentence that a stage goes down by is broken once, and noticed. */
#include <stdlib.h>

#include <libpq-fe.h>

#include "stage.h"
#include "stage_judge.h"

typedef struct lie {
    const char *sql;     /* what nobody should ever do to the tables */
    const char *noticed; /* begins the sentence that it breaks */
} lie;

static const lie lies[] = {
    {"update xf.matter set state = 3 where matter_id % 100 = 1", "the history replays"},
    {"update xf.matter set handler = 1", "the history replays"},
    {"update xf.matter set unit_id = 1", "the history replays"},
    {"update xf.matter set version = version + 1", "a matter's versions"},
    {"delete from xf.event where version = 1", "a matter's versions"},
    {"delete from xf.feed where cursor = 1", "an audience's cursor"},
    {"update xf.audience set cursor = cursor + 1", "an audience's cursor"},
    {"update xf.feed set id = id + 1000", "no news goes"},
    {"update xf.feed set event = 3", "news says"},
    {"delete from xf.ledger where seat = 2", "the ledger's seats"},
    {"update xf.bureau set ledger = ledger + 1", "the ledger's seats"},
    {"delete from xf.ledger where seat = (select max(seat) from xf.ledger)", "each operation"},
    {"delete from xf.op", "each place in the ledger"},
    {"update xf.op set sha = sha256(sha)", "each place in the ledger"},
    {"update xf.series set last = last + 1", "a series' numbers"},
    {"update xf.event set compartment = not compartment", "an accusation is marked"},
    {"update xf.feed set compartment = not compartment where kind = 3", "an accusation is marked"},
    {"update xf.clock set compartment = not compartment", "an accusation is marked"},
    {"delete from xf.matter_gram", "a matter is found"},
    {"update xf.matter_gram set compartment = not compartment", "a matter is found"},
    {"update xf.matter set demand = '完全两样'", "a matter is found"},
    {"update xf.matter set due_on = due_on + 1", "a matter shows"},
    {"update xf.clock set ended_on = started_on", "a matter shows"},
    {"update xf.clock set reminded = reminded - 1 where reminded > 0", "each step of"},
    {"delete from xf.reminder where step = 2", "each step of"},
    {"update xf.reminder set skipped = not skipped", "a step that was sent"},
    {"update xf.event set step = step - 1 where kind = 8", "a step that was sent"},
};

static PGconn *
as_superuser(const xf_story *s)
{
    char *conninfo = xf_stage_conninfo(s, "postgres");
    PGconn *pg = PQconnectdb(conninfo);

    assert_int_equal(PQstatus(pg), CONNECTION_OK);
    free(conninfo);
    return pg;
}

static void
act_a_little(xf_story *s)
{
    const xf_visit visit = {.name = "信访人甲", .phone = "19911110001", .demand = "要求复核"};
    const xf_visit accusation = {
        .name = "信访人乙", .phone = "19911110002", .demand = "反映作风", .accused = ACCUSED};
    const xf_visit overdue = {.name = "信访人甲",
                              .phone = "19911110001",
                              .demand = "要求答复",
                              .received_on = "2026-09-16"};
    const int64_t matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;

    assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_STATION, HANDLER), 2);
    assert_non_null(xf_stage_register(s, CLERK, &visit));
    assert_non_null(xf_stage_register(s, HEAD, &accusation));
    assert_non_null(xf_stage_register(s, CLERK, &overdue));
    while (xf_stage_number(s, "select count(*) from xf.reminder_told") == 0)
        xf_stage_sql(s, "select pg_sleep(0.01)");
}

static bool
noticed(PGconn *pg, const char *beginning)
{
    for (size_t i = 0; i < xf_judge_count(); i++) {
        const xf_judge *judge = xf_judge_at(i);

        if (strncmp(judge->must, beginning, strlen(beginning)) == 0)
            return xf_judge_ask(pg, judge) > 0;
    }
    fail_msg("no sentence begins with: %s", beginning);
    return false;
}

XF_STORY(each_lie_is_noticed)
{
    PGconn *pg = as_superuser(*state);

    act_a_little(*state);
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        PGresult *result = NULL;

        PQclear(PQexec(pg, "begin"));
        PQclear(PQexec(pg, "set local session_replication_role = replica")); /* no foreign keys */
        result = PQexec(pg, lies[i].sql);
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            fail_msg("%s: %s", lies[i].sql, PQerrorMessage(pg));
        PQclear(result);
        if (!noticed(pg, lies[i].noticed))
            fail_msg("not noticed: %s", lies[i].sql);
        PQclear(PQexec(pg, "rollback"));
    }
    PQfinish(pg);
}

XF_STORY(every_sentence_is_broken_by_a_lie)
{
    (void)state;
    for (size_t i = 0; i < xf_judge_count(); i++) {
        bool broken = false;

        for (size_t k = 0; k < sizeof lies / sizeof lies[0]; k++) {
            const size_t n = strlen(lies[k].noticed);

            broken = broken || strncmp(xf_judge_at(i)->must, lies[k].noticed, n) == 0;
        }
        if (!broken)
            fail_msg("nothing breaks: %s", xf_judge_at(i)->must);
    }
}

XF_STORIES(XF_PLAY(each_lie_is_noticed), cmocka_unit_test(every_sentence_is_broken_by_a_lie))
