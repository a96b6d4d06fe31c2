/* Two servers on one database: what is done at one is known at the other, and counts once. */
#include <stdio.h>

#include "rush.h"
#include "stage_clocks.h"

static const xf_visit visit = {
    .name = "莫秀珍", .phone = "19911110001", .demand = "反映报警后未收到进展告知"};
static const uint8_t op_id[16] = {7, 7, 7, 7, 7, 7, 0x40, 7, 0x80, 7, 7, 7, 7, 7, 7, 7};

XF_STORY(what_is_registered_at_one_is_news_at_the_other)
{
    xf_story *s = *state;
    int64_t matter = 0;

    xf_stage_start_second(s);
    xf_stage_sit_at_second(s, LIAISON);
    xf_stage_follow(s, LIAISON);
    matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;
    assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_STATION, NOBODY), 2);
    assert_int_equal(xf_stage_news(s, LIAISON).matter_id, matter);

    /* And back: the station takes it at its server, the clerk is told at his. */
    xf_stage_follow(s, HEAD);
    assert_int_equal(xf_stage_take(s, LIAISON, matter, 2), 3);
    while (xf_stage_news(s, HEAD).version < 3)
        ;
    assert_int_equal(xf_stage_open(s, HEAD, matter)->version, 3);
}

XF_STORY(the_same_request_at_both_is_one_petition)
{
    xf_story *s = *state;
    xf_visit again = visit;
    const Xf__PetitionRegisterReply *first = NULL;
    const Xf__PetitionRegisterReply *second = NULL;

    again.op_id = op_id;
    xf_stage_start_second(s);
    first = xf_stage_register(s, CLERK, &again);
    xf_stage_sit_at_second(s, CLERK);
    second = xf_stage_register(s, CLERK, &again);
    assert_string_equal(second->number, first->number);
    assert_int_equal(second->matters[0]->matter_id, first->matters[0]->matter_id);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), 1);

    again.demand = "另一件事";
    assert_null(xf_stage_register(s, CLERK, &again));
    xf_stage_assert_refused(s, XF_CODE_OP_MISMATCH, "");
}

XF_STORY(numbers_have_no_gap_whoever_gives_them)
{
    xf_story *s = *state;
    xf_rush *rush = NULL;
    xf_rush_seen seen;
    int ports[2] = {xf_stage_port(s), 0};

    xf_stage_start_second(s);
    ports[1] = xf_stage_second_port(s);
    rush = xf_rush_start(s, ports);
    xf_rush_wait(rush, 20);
    seen = xf_rush_stop(&rush);
    if (seen.errors > 0)
        fail_msg("%zu saw an error, the first: %s", seen.errors, seen.error);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), seen.registered);
    assert_int_equal(xf_stage_number(s, "select max(substring(number from '〕(\\d+)号')::int)"
                                        " - min(substring(number from '〕(\\d+)号')::int) + 1"
                                        " from xf.petition"),
                     seen.registered);
    assert_int_equal(
        xf_stage_number(s, "select max(seat) - min(seat) + 1 - count(*) from xf.ledger"), 0);
}

/* Who has the lead, by the pid of its backend; 0: nobody. */
static int64_t
leader(xf_story *s)
{
    xf_stage_sql(s, "select pg_stat_clear_snapshot()");
    return xf_stage_number(s, "select coalesce(max(l.pid), 0) from pg_locks l join pg_database d"
                              " on d.oid = l.database where l.locktype = 'advisory' and l.granted"
                              " and l.classid = 30822 and d.datname = current_database()");
}

static int64_t
wait_for_another_leader(xf_story *s, int64_t before)
{
    int64_t now = 0;

    while ((now = leader(s)) == 0 || now == before)
        xf_stage_sql(s, "select pg_sleep(0.005)"); /* between two looks: nobody tells us */
    return now;
}

static int64_t
candidates(xf_story *s)
{
    xf_stage_sql(s, "select pg_stat_clear_snapshot()");
    return xf_stage_number(s, "select count(*) from pg_stat_activity where datname ="
                              " current_database() and application_name = 'xinfang lead'");
}

XF_STORY(the_timer_runs_at_one_and_goes_to_the_other_when_that_is_killed)
{
    xf_story *s = *state;
    xf_visit late = visit;
    int64_t first = 0;

    xf_stage_calendar(s, 2026);
    first = wait_for_another_leader(s, 0);
    xf_stage_start_second(s);
    (void)xf_stage_second_port(s);
    while (candidates(s) < 2)
        xf_stage_sql(s, "select pg_sleep(0.005)");
    assert_int_equal(leader(s), first);
    xf_stage_kill_server(s);
    assert_true(wait_for_another_leader(s, first) != first);

    /* It does the timer's work: this is overdue as it comes, and is told to be. */
    late.received_on = "2026-09-16";
    xf_stage_sit_at_second(s, CLERK);
    assert_non_null(xf_stage_register(s, CLERK, &late));
    xf_stage_wait_for(s, "select count(*) from xf.clock where reminded > 0");
}

XF_STORIES(XF_PLAY(what_is_registered_at_one_is_news_at_the_other),
           XF_PLAY(the_same_request_at_both_is_one_petition),
           XF_PLAY(numbers_have_no_gap_whoever_gives_them),
           XF_PLAY(the_timer_runs_at_one_and_goes_to_the_other_when_that_is_killed))
