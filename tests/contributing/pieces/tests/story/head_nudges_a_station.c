/* A station has a matter and does not sign for it: the head reminds it (催办). */
#include "stage.h"

static const xf_visit visit = {
    .name = "信访人甲",
    .phone = "19911110001",
    .demand = "要求复核",
};

static const Xf__MatterNudgeReply *
nudge(xf_story *s, xf_cast who, int64_t matter, int32_t version)
{
    Xf__MatterNudgeRequest request = XF__MATTER_NUDGE_REQUEST__INIT;

    request.has_matter_id = 1;
    request.matter_id = matter;
    request.has_version = 1;
    request.version = version;
    return xf_stage_ask(s, who, XF_RPC_MATTER_NUDGE, &request.base);
}

XF_STORY(the_station_is_told_and_still_has_to_take)
{
    xf_story *s = *state;

    const int64_t matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;
    const int32_t assigned = xf_stage_assign(s, HEAD, matter, XF_CAST_STATION, NOBODY);
    assert_true(xf_stage_may(xf_stage_open(s, HEAD, matter), XF_RPC_MATTER_NUDGE));
    xf_stage_follow(s, LIAISON);
    assert_int_equal(xf_stage_news(s, LIAISON).kind, XF_EVENT_KIND_ASSIGNED);

    const Xf__MatterNudgeReply *reply = nudge(s, HEAD, matter, assigned);
    assert_non_null(reply);
    assert_int_equal(reply->version, assigned + 1);
    assert_int_equal(reply->state, XF_STATE_ASSIGNED);
    assert_int_equal(xf_stage_news(s, LIAISON).kind, XF_EVENT_KIND_NUDGED);
    const Xf__MatterHistoryReply *history = xf_stage_history(s, HEAD, matter);
    assert_int_equal(history->events[history->n_events - 1]->kind, XF_EVENT_KIND_NUDGED);
    assert_int_equal(xf_stage_take(s, LIAISON, matter, reply->version), reply->version + 1);
}

XF_STORY(who_may_not_and_when_it_is_too_late)
{
    xf_story *s = *state;

    const int64_t matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;
    const int32_t assigned = xf_stage_assign(s, HEAD, matter, XF_CAST_STATION, NOBODY);
    assert_null(nudge(s, CLERK, matter, assigned));
    xf_stage_assert_refused(s, XF_CODE_DENIED, "");
    const int32_t taken = xf_stage_take(s, LIAISON, matter, assigned);
    assert_null(nudge(s, HEAD, matter, taken));
    xf_stage_assert_refused(s, XF_CODE_CONFLICT, "");
}

XF_STORIES(XF_PLAY(the_station_is_told_and_still_has_to_take),
           XF_PLAY(who_may_not_and_when_it_is_too_late))
