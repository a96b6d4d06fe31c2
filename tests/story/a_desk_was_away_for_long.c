/* A desk comes back after so long that not everything can be told one by one. */
#include <stdio.h>
#include <string.h>

#include "stage_inside.h"
#include "stage_pages.h"

enum { MOST = 3 }; /* limit.push_backlog here */

static const xf_visit visit = {
    .name = "韦秀英", .demand = "反映邻居占用水沟,报警后无人到场", .category = "邻里土地纠纷"};

/* So many matters are sent to the station: news of its unit. */
static void
assign(xf_story *s, int n)
{
    for (int i = 0; i < n; i++) {
        const int64_t matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;
        assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_STATION, NOBODY), 2);
    }
}

static const Xf__FeedFollowReply *
follow(xf_story *s)
{
    Xf__FeedFollowRequest request = XF__FEED_FOLLOW_REQUEST__INIT;
    const Xf__FeedFollowReply *reply = xf_stage_ask(s, LIAISON, XF_RPC_FEED_FOLLOW, &request.base);

    assert_non_null(reply);
    assert_int_equal(reply->cursors[0]->kind, XF_AUDIENCE_KIND_UNIT);
    return reply;
}

static void
assert_left_out(const Xf__FeedFollowReply *reply, int64_t from, int64_t begins, bool old)
{
    assert_int_equal(reply->cursors[0]->cursor, begins);
    assert_int_equal(reply->n_skipped, 1); /* and nothing of his other audiences */
    assert_int_equal(reply->skipped[0]->kind, XF_AUDIENCE_KIND_UNIT);
    assert_int_equal(reply->skipped[0]->id, reply->cursors[0]->id);
    assert_int_equal(reply->skipped[0]->cursor, from);
    assert_int_equal(reply->old, old);
}

static void
assert_all_told(const Xf__FeedFollowReply *reply)
{
    assert_int_equal(reply->cursors[0]->cursor, 0);
    assert_int_equal(reply->n_skipped, 0);
    assert_false(reply->old);
}

XF_STORY(the_newest_are_told_and_the_rest_is_said_to_be_left_out)
{
    xf_story *s = *state;

    assign(s, MOST - 1);
    assert_all_told(follow(s));
    assign(s, 1);
    assert_all_told(follow(s));
    assert_int_equal(xf_stage_limit_hits(s, "push_backlog"), 0);
    assign(s, 1);
    assert_left_out(follow(s), 0, 1, false);
    assert_int_equal(xf_stage_limit_hits(s, "push_backlog"), 1);
    assert_int_equal(xf_stage_limit_hits(s, "push_backlog_ms"), 0);
}

XF_STORY(who_begins_behind_the_limit_is_told_from_there)
{
    xf_story *s = *state;

    assign(s, MOST + 2);
    assert_left_out(follow(s), 0, 2, false);
    for (int64_t cursor = 3; cursor <= MOST + 2; cursor++)
        assert_int_equal(xf_stage_news(s, LIAISON).cursor, cursor);
}

/* Makes the first n of the unit's news so old, in milliseconds before today's nine o'clock. */
static void
age(xf_story *s, int n, int64_t ms)
{
    char sql[256];

    (void)snprintf(sql, sizeof sql,
                   "update xf.feed set at = timestamptz '%s' - interval '1 ms' * %lld"
                   " where kind = 1 and cursor <= %d",
                   s->now, (long long)ms, n);
    xf_stage_sql(s, sql);
}

XF_STORY(what_is_older_than_a_month_is_left_out_and_said)
{
    xf_story *s = *state;
    const int64_t month = (int64_t)xf_limit_get(XF_LIMIT_PUSH_BACKLOG_MS);

    assign(s, MOST);
    age(s, 2, month - 1);
    assert_all_told(follow(s));
    age(s, 2, month);
    assert_all_told(follow(s));
    assert_int_equal(xf_stage_limit_hits(s, "push_backlog_ms"), 0);
    age(s, 2, month + 1);
    assert_left_out(follow(s), 0, 2, true);
    assert_int_equal(xf_stage_limit_hits(s, "push_backlog_ms"), 1);
    assert_int_equal(xf_stage_limit_hits(s, "push_backlog"), 0);
}

static int
up(void **state)
{
    static char conf[1024];
    size_t n = 0;

    xf_stage_pages_conf(conf, sizeof conf);
    n = strlen(conf);
    (void)snprintf(conf + n, sizeof conf - n, "limit.push_backlog = %d\n", MOST);
    return xf_stage_up_with(state, conf);
}

int
main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test_setup_teardown(the_newest_are_told_and_the_rest_is_said_to_be_left_out, up,
                                        xf_stage_down),
        cmocka_unit_test_setup_teardown(who_begins_behind_the_limit_is_told_from_there, up,
                                        xf_stage_down),
        cmocka_unit_test_setup_teardown(what_is_older_than_a_month_is_left_out_and_said, up,
                                        xf_stage_down),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
