/* Somebody presses Ctrl-C in the middle: nothing is lost or done twice, and he is told how to go
 * on. The cue is a word that the program writes when it is there. */
#include <stdlib.h>

#include "stage.h"

enum { INTERRUPTED = 130, ROWS = 278, MOST_TIMES = 20 };

enum { CONNECTIONS = 8 }; /* two workers with two writers and two readers each */

static const xf_visit visit = {.name = "信访人甲", .demand = "请求处理门前占道经营"};

static int64_t
petitions(xf_story *s)
{
    return xf_stage_number(s, "select count(*) from xf.petition");
}

XF_STORY(an_import_is_taken_up_again_and_every_row_is_in_once)
{
    xf_story *s = *state;
    char *path = xf_stage_source("tests/data/luchuan-2020/petitions-2019.csv");
    const char *const words[] = {"import", "petitions", path, "--progress", "--trace", NULL};

    assert_int_equal(xf_stage_cli_login(s, HEAD), 0);
    assert_int_equal(xf_stage_cli_interrupt(s, HEAD, words, "10%"), INTERRUPTED);
    assert_non_null(strstr(xf_stage_said(s), "停在这个文件：petitions-2019.csv"));
    assert_non_null(strstr(xf_stage_said(s), "再运行同一条命令就接着来"));
    assert_non_null(strstr(xf_stage_said(s), "没发完"));
    assert_in_range(petitions(s), ROWS / 10, ROWS - 1);

    assert_int_equal(xf_stage_cli(s, HEAD, words), 0);
    assert_int_equal(petitions(s), ROWS);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.matter"), ROWS);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition group by petition_id "
                                        "order by 1 desc limit 1"),
                     1);
    free(path);
}

/* No answer can come: the bureau's row is held. */
XF_STORY(a_registration_under_way_is_kept_and_done_once)
{
    xf_story *s = *state;
    const char *const words[] = {"petition",    "register",     "--trace",  "--channel",
                                 "visit",       "--petitioner", "信访人甲", "--purpose",
                                 "appeal",      "--category",   "06",       "--phone",
                                 "19911110001", "--demand",     "要求复核", NULL};
    const char *const send[] = {"outbox", "send", NULL};
    const char *const box[] = {"outbox", NULL};

    assert_int_equal(xf_stage_cli_login(s, CLERK), 0);
    xf_stage_sql(s, "begin");
    xf_stage_sql(s, "select from xf.bureau for update");
    assert_int_equal(xf_stage_cli_interrupt(s, CLERK, words, "REQUEST petition.register"),
                     INTERRUPTED);
    assert_non_null(strstr(xf_stage_said(s), "存在出件箱"));
    assert_int_equal(xf_stage_cli(s, CLERK, box), 0);
    assert_non_null(strstr(xf_stage_said(s), "登记一件信访"));
    xf_stage_sql(s, "rollback");

    for (int times = 0; xf_stage_cli(s, CLERK, send) != 0; times++) /* a timed job may have it */
        assert_true(times < MOST_TIMES);
    assert_non_null(strstr(xf_stage_said(s), "县局确认 1 件"));
    assert_int_equal(petitions(s), 1);
    assert_int_equal(xf_stage_cli(s, CLERK, box), 0);
    assert_non_null(strstr(xf_stage_said(s), "出件箱是空的"));
}

XF_STORY(what_a_watch_has_printed_is_not_printed_again)
{
    xf_story *s = *state;
    const char *const watch[] = {"watch", NULL};
    const char *const since[] = {"feed", "since", NULL};
    const int64_t matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;

    assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_STATION, NOBODY), 2);
    assert_int_equal(xf_stage_cli_login(s, LIAISON), 0);
    assert_int_equal(xf_stage_cli_interrupt(s, LIAISON, watch, "EVENT"), INTERRUPTED);
    assert_non_null(strstr(xf_stage_said(s), "看到哪里都记着"));
    assert_int_equal(xf_stage_cli(s, LIAISON, since), 0);
    assert_null(strstr(xf_stage_said(s), "EVENT"));
    assert_non_null(strstr(xf_stage_said(s), "没有新消息"));
}

/* Its connections have prepared what they run: on one that has not, the lock would keep people out. */
static void
wait_for_connections(xf_story *s)
{
    while (xf_stage_number(
               s, "select count(*) from pg_stat_activity where datname = "
                  "current_database() and usename = 'xf_app' and state = 'idle' and query <> '' "
                  "and application_name in ('xinfang writer', 'xinfang reader')") < CONNECTIONS)
        xf_stage_sql(s, "select pg_sleep(0.01)");
}

/* No answer can come: nobody may read the matters. */
XF_STORY(a_list_that_is_stopped_says_that_nothing_was_changed)
{
    xf_story *s = *state;
    const char *const words[] = {"matter", "list", "--trace", NULL};
    const char *const json[] = {"matter", "list", "--trace", "--json", NULL};

    assert_int_equal(xf_stage_cli_login(s, CLERK), 0);
    wait_for_connections(s);
    xf_stage_sql(s, "begin");
    xf_stage_sql(s, "lock table xf.matter in access exclusive mode");
    assert_int_equal(xf_stage_cli_interrupt(s, CLERK, words, "REQUEST matter.list"), INTERRUPTED);
    assert_non_null(strstr(xf_stage_said(s), "什么都没有改动"));
    assert_int_equal(xf_stage_cli_interrupt(s, CLERK, json, "REQUEST matter.list"), INTERRUPTED);
    assert_non_null(strstr(xf_stage_said(s), "\"interrupted\":\ttrue"));
    xf_stage_sql(s, "rollback");
}

XF_STORIES(XF_PLAY(an_import_is_taken_up_again_and_every_row_is_in_once),
           XF_PLAY_HOLDING(a_registration_under_way_is_kept_and_done_once),
           XF_PLAY(what_a_watch_has_printed_is_not_printed_again),
           XF_PLAY_HOLDING(a_list_that_is_stopped_says_that_nothing_was_changed))
