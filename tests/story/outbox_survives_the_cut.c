/* The line is down while a station registers: the visit waits at the station, and arrives once. */
#include "stage.h"

/* The day is the desk's own when the server cannot be asked, so it is written down. */
static const char *const register_visit[] = {
    "petition",   "register",     "--channel", "visit",    "--received-on",
    "2026-11-24", "--petitioner", "信访人甲",  "--phone",  "19911110001",
    "--purpose",  "appeal",       "--demand",  "要求复核", NULL};
static const char *const show_outbox[] = {"outbox", NULL};
static const char *const send_outbox[] = {"outbox", "send", NULL};

enum { OK = 0, REFUSED = 1, UNAVAILABLE = 7 };

XF_STORY(it_waits_is_shown_and_is_sent_once)
{
    xf_story *s = *state;

    assert_int_equal(xf_stage_cli_login(s, LIAISON), OK);
    xf_stage_stop_server(s);
    assert_int_equal(xf_stage_cli(s, LIAISON, register_visit), UNAVAILABLE);
    assert_int_equal(xf_stage_cli(s, LIAISON, show_outbox), OK);
    assert_non_null(strstr(xf_stage_said(s), "登记"));
    assert_null(strstr(xf_stage_said(s), "19911110001"));
    assert_int_equal(xf_stage_cli(s, LIAISON, send_outbox), UNAVAILABLE);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), 0);

    xf_stage_start_server(s);
    assert_int_equal(xf_stage_cli(s, LIAISON, send_outbox), OK);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), 1);
    assert_int_equal(xf_stage_cli(s, LIAISON, send_outbox), OK);
    assert_int_equal(xf_stage_cli(s, LIAISON, show_outbox), OK);
    assert_null(strstr(xf_stage_said(s), "登记"));
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), 1);
}

XF_STORY(two_that_wait_arrive_in_their_order)
{
    xf_story *s = *state;

    assert_int_equal(xf_stage_cli_login(s, LIAISON), OK);
    xf_stage_stop_server(s);
    assert_int_equal(xf_stage_cli(s, LIAISON, register_visit), UNAVAILABLE);
    assert_int_equal(xf_stage_cli(s, LIAISON, register_visit), UNAVAILABLE);
    xf_stage_start_server(s);

    /* The next call sends what is kept before it asks. */
    static const char *const list[] = {"matter", "list", NULL};
    assert_int_equal(xf_stage_cli(s, LIAISON, list), OK);
    assert_non_null(strstr(xf_stage_said(s), "〔2026〕2号"));
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), 2);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.repeat_link"), 1);
}

XF_STORY(what_the_server_refuses_stays_until_somebody_drops_it)
{
    static const char *const drop[] = {"outbox", "drop", "1", NULL};
    xf_story *s = *state;

    assert_int_equal(xf_stage_cli_login(s, HEAD), OK);
    xf_stage_stop_server(s);
    static const char *const assign[] = {
        "matter", "assign", "1202600000101", "--to-unit", "9", "--version", "1", NULL};
    assert_int_equal(xf_stage_cli(s, HEAD, assign), UNAVAILABLE);
    xf_stage_start_server(s);
    assert_int_equal(xf_stage_cli(s, HEAD, send_outbox), REFUSED);
    assert_int_equal(xf_stage_cli(s, HEAD, show_outbox), OK);
    assert_non_null(strstr(xf_stage_said(s), "县局没接受"));
    assert_int_equal(xf_stage_cli(s, HEAD, drop), OK);
    assert_int_equal(xf_stage_cli(s, HEAD, show_outbox), OK);
    assert_null(strstr(xf_stage_said(s), "县局没接受"));
}

XF_STORIES(XF_PLAY(it_waits_is_shown_and_is_sent_once),
           XF_PLAY(two_that_wait_arrive_in_their_order),
           XF_PLAY(what_the_server_refuses_stays_until_somebody_drops_it))
