/* The head sends a matter to a station; the news comes there by itself; the station takes it. */
#include "stage.h"

static const xf_visit visit = {
    .name = "信访人甲",
    .phone = "19911110001",
    .demand = "反映邻里土地纠纷，要求公安介入",
    .category = "06",
};

XF_STORY(the_station_is_told_opens_and_takes)
{
    xf_story *s = *state;

    xf_stage_follow(s, LIAISON);
    const size_t asked = xf_stage_asked(s, LIAISON);
    const int64_t matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;
    assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_STATION, NOBODY), 2);

    Xf__FeedEvent news = xf_stage_news(s, LIAISON);
    assert_int_equal(news.matter_id, matter);
    assert_int_equal(news.kind, XF_EVENT_KIND_ASSIGNED);
    assert_int_equal(news.version, 2);
    assert_int_equal(news.audience_kind, XF_AUDIENCE_KIND_UNIT);
    assert_int_equal(news.audience_id, xf_stage_unit(s, XF_CAST_STATION));
    assert_int_equal(news.cursor, 1);
    assert_int_equal(xf_stage_asked(s, LIAISON), asked); /* pushed: nobody asked */

    const Xf__MatterOpenReply *opened = xf_stage_open(s, LIAISON, matter);
    assert_int_equal(opened->state, XF_STATE_ASSIGNED);
    assert_string_equal(opened->unit_name, "陆城派出所");
    assert_true(xf_stage_may(opened, XF_RPC_MATTER_TAKE));
    assert_false(xf_stage_may(opened, XF_RPC_MATTER_ASSIGN));

    assert_int_equal(xf_stage_take(s, LIAISON, matter, opened->version), 3);
    assert_int_equal(xf_stage_open(s, CLERK, matter)->state, XF_STATE_TAKEN);
    assert_int_equal(xf_stage_open(s, LIAISON, matter)->n_actions, 0);
}

XF_STORY(what_was_changed_meanwhile_is_a_conflict)
{
    xf_story *s = *state;
    const int64_t matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;

    assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_STATION, NOBODY), 2);
    assert_int_equal(xf_stage_take(s, LIAISON, matter, 1), 0);
    xf_stage_assert_refused(s, XF_CODE_CONFLICT, "");
    assert_int_equal(xf_stage_take(s, HANDLER, matter, 2), 3);
    assert_int_equal(xf_stage_take(s, LIAISON, matter, 2), 0);
    xf_stage_assert_refused(s, XF_CODE_CONFLICT, "");
    assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_OTHER_STATION, NOBODY), 0);
    xf_stage_assert_refused(s, XF_CODE_CONFLICT, ""); /* taken is taken */
}

XF_STORY(the_head_who_read_an_older_version_has_to_look_again)
{
    xf_story *s = *state;
    Xf__PetitionDecideRepeatRequest decide = XF__PETITION_DECIDE_REPEAT_REQUEST__INIT;
    const Xf__PetitionRegisterReply *first = xf_stage_register(s, CLERK, &visit);
    const Xf__PetitionRegisterReply *second = xf_stage_register(s, CLERK, &visit);
    const int64_t matter = second->matters[0]->matter_id;
    const int32_t read = xf_stage_open(s, HEAD, matter)->version;

    decide.has_petition_id = decide.has_earlier_petition_id = decide.has_same = 1;
    decide.petition_id = second->petition_id;
    decide.earlier_petition_id = first->petition_id;
    decide.same = 1;
    assert_non_null(xf_stage_ask(s, CLERK, XF_RPC_PETITION_DECIDE_REPEAT, &decide.base));
    assert_int_equal(xf_stage_assign_at(s, HEAD, matter, read, XF_CAST_STATION, NOBODY), 0);
    xf_stage_assert_refused(s, XF_CODE_CONFLICT, "");
    assert_int_equal(xf_stage_assign_at(s, HEAD, matter, read + 1, XF_CAST_STATION, NOBODY), 3);
}

enum { PIECES = 5, TURNS = 5 };

/* How long some pieces of news take, one after the other. */
static int64_t
some_news_ms(xf_story *s, int64_t *cursor)
{
    const int64_t begun_ms = xf_now_steady_ms();

    for (int i = 0; i < PIECES; i++) {
        const int64_t matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;
        assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_STATION, NOBODY), 2);
        assert_int_equal(xf_stage_news(s, LIAISON).cursor, ++*cursor);
    }
    return xf_now_steady_ms() - begun_ms;
}

/* Once a second the server looks by itself: five pieces of news would take four seconds at least, each
 * time. A machine that is busy may be slow too, but not each time. */
XF_STORY(news_comes_at_once_and_not_with_the_next_look)
{
    xf_story *s = *state;
    int64_t cursor = 0;
    int turns = 1;

    xf_stage_follow(s, LIAISON);
    while (some_news_ms(s, &cursor) >= 3000)
        assert_true(turns++ < TURNS);
}

XF_STORY(another_station_does_not_find_it)
{
    xf_story *s = *state;
    const int64_t matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;

    assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_STATION, NOBODY), 2);
    assert_null(xf_stage_open(s, OTHER_STATION, matter));
    xf_stage_assert_refused(s, XF_CODE_NOT_FOUND, "");
    assert_null(xf_stage_history(s, OTHER_STATION, matter));
    xf_stage_assert_refused(s, XF_CODE_NOT_FOUND, "");
    assert_int_equal(xf_stage_take(s, OTHER_STATION, matter, 2), 0);
    xf_stage_assert_refused(s, XF_CODE_NOT_FOUND, "");
    assert_int_equal(xf_stage_list(s, OTHER_STATION)->n_matters, 0);
    assert_int_equal(xf_stage_list(s, LIAISON)->n_matters, 1);
}

XF_STORY(the_unit_complained_of_never_handles)
{
    xf_story *s = *state;
    xf_visit complaint = visit;
    complaint.complained_unit = XF_CAST_ACCUSED_STATION;
    const int64_t matter = xf_stage_register(s, CLERK, &complaint)->matters[0]->matter_id;

    assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_ACCUSED_STATION, NOBODY), 0);
    xf_stage_assert_refused(s, XF_CODE_INVALID, "to_unit");
    assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_STATION, ACCUSED), 0);
    xf_stage_assert_refused(s, XF_CODE_INVALID, "handler"); /* not of that station */
    assert_int_equal(xf_stage_assign(s, LEADER, matter, XF_CAST_STATION, HANDLER), 2);
    assert_int_equal(xf_stage_open(s, HANDLER, matter)->handler, xf_stage_officer(s, HANDLER));
}

XF_STORY(what_was_seen_is_not_told_again)
{
    xf_story *s = *state;
    Xf__FeedAckRequest seen = XF__FEED_ACK_REQUEST__INIT;
    Xf__FeedFollowRequest follow = XF__FEED_FOLLOW_REQUEST__INIT;
    Xf__FeedSinceRequest since = XF__FEED_SINCE_REQUEST__INIT;
    Xf__FeedCursor cursor = XF__FEED_CURSOR__INIT;
    const int64_t matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;

    assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_STATION, NOBODY), 2);
    cursor.has_kind = cursor.has_id = cursor.has_cursor = 1;
    cursor.kind = XF__AUDIENCE_KIND__AUDIENCE_KIND_UNIT;
    cursor.id = xf_stage_unit(s, XF_CAST_STATION);
    since.n_cursors = seen.n_cursors = 1;
    since.cursors = seen.cursors = (Xf__FeedCursor *[]){&cursor};

    const Xf__FeedSinceReply *came = xf_stage_ask(s, LIAISON, XF_RPC_FEED_SINCE, &since.base);
    assert_int_equal(came->n_events, 1);
    assert_int_equal(came->events[0]->matter_id, matter);
    cursor.cursor = came->events[0]->cursor;
    assert_non_null(xf_stage_ask(s, LIAISON, XF_RPC_FEED_ACK, &seen.base));
    came = xf_stage_ask(s, LIAISON, XF_RPC_FEED_SINCE, &since.base);
    assert_int_equal(came->n_events, 0);

    const Xf__FeedFollowReply *begins = xf_stage_ask(s, LIAISON, XF_RPC_FEED_FOLLOW, &follow.base);
    assert_true(begins->n_cursors >= 2); /* his unit, his role, himself */
    assert_int_equal(begins->cursors[0]->kind, XF_AUDIENCE_KIND_UNIT);
    assert_int_equal(begins->cursors[0]->cursor, 1);
}

XF_STORIES(XF_PLAY(the_station_is_told_opens_and_takes),
           XF_PLAY(what_was_changed_meanwhile_is_a_conflict),
           XF_PLAY(the_head_who_read_an_older_version_has_to_look_again),
           XF_PLAY(news_comes_at_once_and_not_with_the_next_look),
           XF_PLAY(another_station_does_not_find_it), XF_PLAY(the_unit_complained_of_never_handles),
           XF_PLAY(what_was_seen_is_not_told_again))
