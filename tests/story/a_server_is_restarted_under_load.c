/* Six desks register and open all the time, and the server under them is stopped and started
 * again: nobody notices anything but that it takes a moment, and nothing is lost or doubled.
 */
#include <inttypes.h>

#include "rush.h"
#include "stage.h"

enum { RESTARTS = 8, BETWEEN = 3 };

static void
judge(xf_story *s, const xf_rush_seen *seen)
{
    print_message(
        "restarts=%d registered=%zu opened=%zu again=%zu errors=%zu longest_ms=%" PRId64 "\n",
        RESTARTS, seen->registered, seen->opened, seen->again, seen->errors, seen->longest_ms);
    if (seen->errors > 0)
        fail_msg("%zu saw an error, the first: %s", seen->errors, seen->error);
    assert_true(seen->registered >= (size_t)XF_RUSH_DESKS * RESTARTS * BETWEEN);
    assert_true(seen->opened <= seen->registered &&
                seen->opened + XF_RUSH_DESKS >= seen->registered);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), seen->registered);
    assert_int_equal(xf_stage_number(s, "select count(distinct demand) from xf.matter"),
                     seen->registered);
    /* Every opening that was answered is on record; of one that broke off there may be a row too. */
    assert_true(xf_stage_number(s, "select count(*) from xf.access") >= (int64_t)seen->opened);
}

static void
restart_under(xf_story *s, void (*restart)(xf_story *s))
{
    const int ports[2] = {xf_stage_port(s), xf_stage_port(s)};
    xf_rush *rush = xf_rush_start(s, ports);
    xf_rush_seen seen;

    for (int i = 0; i < RESTARTS; i++) {
        xf_rush_wait(rush, BETWEEN);
        restart(s);
    }
    xf_rush_wait(rush, BETWEEN);
    seen = xf_rush_stop(&rush);
    judge(s, &seen);
}

static void
stop_and_start(xf_story *s)
{
    xf_stage_end_server(s);
    xf_stage_end_wait(s);
    xf_stage_start_server(s);
}

XF_STORY(it_stops_and_comes_back)
{
    restart_under(*state, stop_and_start);
}

XF_STORY(the_next_one_is_there_before_it_stops)
{
    restart_under(*state, xf_stage_replace_server);
}

XF_STORIES(XF_PLAY(it_stops_and_comes_back), XF_PLAY(the_next_one_is_there_before_it_stops))
