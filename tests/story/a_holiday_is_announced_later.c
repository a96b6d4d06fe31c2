/* The State Council names a holiday when clocks already run: they are dated anew, on record. */
#include <stdio.h>

#include "stage_clocks.h"

enum { MANY = 5 };

static const xf_visit visit = {
    .name = "信访人甲",
    .phone = "19911110001",
    .demand = "反映店铺被盗后一直没有消息",
    .received_on = "2026-09-16",
};

static int64_t
register_one(xf_story *s, const xf_visit *told)
{
    return xf_stage_register(s, CLERK, told)->matters[0]->matter_id;
}

/* The matter's last event. */
static const Xf__MatterEvent *
last_event(xf_story *s, int64_t matter)
{
    const Xf__MatterHistoryReply *history = xf_stage_history(s, HEAD, matter);

    return history->events[history->n_events - 1];
}

static void
assert_redated(xf_story *s, int64_t matter, const char *was, const char *now)
{
    const Xf__MatterEvent *event = last_event(s, matter);

    assert_int_equal(event->kind, XF_EVENT_KIND_CLOCK_REDATED);
    assert_int_equal(event->clock, 1);
    xf_stage_assert_day(event->has_was_on, event->was_on, was);
    xf_stage_assert_day(event->has_due_on, event->due_on, now);
    assert_false(event->has_step);
    xf_stage_assert_day(true, xf_stage_open(s, HEAD, matter)->due_on, now);
}

static const char *const redated = "select count(*) from xf.event where kind = 7";

XF_STORY(the_due_day_moves_and_history_says_from_which_to_which)
{
    xf_story *s = *state;
    char id[24];

    xf_stage_on_day(s, "2026-09-16");
    xf_stage_bare_calendar(s, 2026);
    const int64_t matter = register_one(s, &visit);
    assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_STATION, HANDLER), 2);
    xf_stage_assert_day(true, xf_stage_open(s, HEAD, matter)->due_on, "2026-10-01");
    xf_stage_follow(s, HANDLER);
    assert_int_equal(xf_stage_news(s, HANDLER).kind, XF_EVENT_KIND_ASSIGNED);
    assert_int_equal(xf_stage_news(s, HANDLER).kind, XF_EVENT_KIND_ASSIGNED); /* his unit's */

    xf_stage_calendar(s, 2026);
    assert_int_equal(xf_stage_news(s, HANDLER).kind, XF_EVENT_KIND_CLOCK_REDATED);
    assert_redated(s, matter, "2026-10-01", "2026-10-08");
    const Xf__MatterClock *clock = xf_stage_due(s, HANDLER, matter, false)->clocks[0];
    xf_stage_assert_day(clock->has_raw_on, clock->raw_on, "2026-10-01");
    assert_false(clock->outdated);

    assert_int_equal(xf_stage_cli_login(s, HANDLER), 0);
    (void)snprintf(id, sizeof id, "%lld", (long long)matter);
    const char *const words[] = {"matter", "history", id, NULL};
    assert_int_equal(xf_stage_cli(s, HANDLER, words), 0);
    assert_non_null(strstr(xf_stage_said(s), "期限重算"));
    assert_non_null(strstr(xf_stage_said(s), "2026-10-01 → 2026-10-08"));

    xf_stage_calendar(s, 2026); /* the same again: nothing to say */
    assert_int_equal(xf_stage_number(s, redated), 1);
}

XF_STORY(a_missing_year_stays_open_and_is_counted_when_it_arrives)
{
    xf_story *s = *state;
    xf_visit late = visit;
    xf_visit accusation = visit;

    xf_stage_on_day(s, "2026-12-25");
    xf_stage_calendar(s, 2026);
    late.received_on = "2026-12-18"; /* ends on a Saturday of a year that nobody knows */
    accusation.received_on = "2026-12-18";
    accusation.accused = ACCUSED;
    const int64_t matter = register_one(s, &late);
    const int64_t hidden = register_one(s, &accusation);
    const Xf__MatterClock *clock = xf_stage_due(s, HEAD, matter, true)->clocks[0];
    xf_stage_assert_day(clock->has_raw_on, clock->raw_on, "2027-01-02");
    xf_stage_assert_day(clock->has_due_on, clock->due_on, "open");
    assert_int_equal(clock->missing_year, 2027);
    xf_stage_assert_day(true, xf_stage_open(s, HEAD, matter)->due_on, "2027-01-02");
    clock = xf_stage_due(s, HEAD, hidden, true)->clocks[0]; /* working days: raw is open too */
    xf_stage_assert_day(clock->has_raw_on, clock->raw_on, "open");
    assert_int_equal(clock->missing_year, 2027);
    assert_false(xf_stage_open(s, HEAD, hidden)->has_due_on);
    xf_stage_follow(s, INSPECTOR);
    xf_stage_follow(s, ACCUSED_HEAD);
    assert_int_equal(xf_stage_news(s, INSPECTOR).matter_id, hidden);

    xf_stage_bare_calendar(s, 2027);
    assert_int_equal(xf_stage_news(s, INSPECTOR).kind, XF_EVENT_KIND_CLOCK_REDATED);
    assert_redated(s, matter, "2027-01-02", "2027-01-04");
    assert_redated(s, hidden, "open", "2027-01-08");
    clock = xf_stage_due(s, HEAD, hidden, true)->clocks[0];
    assert_false(clock->has_missing_year);
    assert_int_equal(clock->n_days, 21);

    /* The first that anybody outside hears of is another matter. */
    assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_ACCUSED_STATION, NOBODY), 3);
    const Xf__FeedEvent news = xf_stage_news(s, ACCUSED_HEAD);
    assert_int_equal(news.matter_id, matter);
    assert_int_equal(news.cursor, 1);
}

static int
up_two_at_a_time(void **state)
{
    return xf_stage_up_with(state, "limit.round = 2\nlimit.calendar_ms = 0\n");
}

XF_STORY(many_clocks_are_dated_anew_a_few_at_a_time)
{
    xf_story *s = *state;
    xf_visit early = visit;

    xf_stage_on_day(s, "2026-09-16");
    xf_stage_bare_calendar(s, 2026);
    for (int i = 0; i < MANY; i++)
        (void)register_one(s, &visit);
    early.received_on = "2026-09-09"; /* due on a Thursday: no holiday moves it */
    (void)register_one(s, &early);
    xf_stage_calendar(s, 2026);
    xf_stage_wait_for(s, "select (count(*) = 0)::int from xf.clock where calendar_seat <"
                         " (select max(seat) from xf.calendar_year)");
    assert_int_equal(xf_stage_number(s, redated), MANY);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.op where officer = 0 and"
                                        " version between 1 and 2 and thing is not null"),
                     3);
    /* What is registered from now on knows it. */
    const int64_t matter = register_one(s, &visit);
    xf_stage_assert_day(true, xf_stage_open(s, HEAD, matter)->due_on, "2026-10-08");
    assert_int_equal(xf_stage_number(s, redated), MANY);
}

XF_STORIES(XF_PLAY(the_due_day_moves_and_history_says_from_which_to_which),
           XF_PLAY(a_missing_year_stays_open_and_is_counted_when_it_arrives),
           cmocka_unit_test_setup_teardown(many_clocks_are_dated_anew_a_few_at_a_time,
                                           up_two_at_a_time, xf_stage_down))
