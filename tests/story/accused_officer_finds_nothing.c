/* Somebody accuses an officer: he, and everybody whom it does not concern, sees no difference. */
#include "stage_look.h"

enum { OUTSIDE = 8 };

static const xf_cast outside[OUTSIDE] = {ACCUSED,     ACCUSED_HEAD, OTHER_STATION, CLERK,
                                         OTHER_CLERK, LEADER,       HANDLER,       UNIT_HEAD};

static const xf_visit appeal = {
    .name = "信访人甲",
    .phone = "19911110001",
    .demand = "反映邻里土地纠纷，要求公安介入",
};

static const xf_visit accusation = {
    .name = "信访人甲",
    .phone = "19911110001",
    .demand = "反映民警收受财物",
    .accused = ACCUSED,
};

/* The first matter of 陆公信控字〔2026〕1号. */
#define HIDDEN INT64_C(2202600000101)

/* Everybody outside looks before, something happens, they look again. */
static void
nobody_sees_a_difference(xf_story *s, void (*happens)(xf_story *s))
{
    xf_wire_desk *before[OUTSIDE];

    for (size_t i = 0; i < OUTSIDE; i++)
        before[i] = xf_stage_look(s, outside[i], HIDDEN);
    happens(s);
    for (size_t i = 0; i < OUTSIDE; i++) {
        xf_wire_desk *after = xf_stage_look(s, outside[i], HIDDEN);

        xf_stage_assert_no_difference(after);
        xf_wire_desk_assert_same(before[i], after);
        assert_int_equal(xf_stage_rows_seen(s, outside[i], HIDDEN / 100), 0);
        xf_wire_desk_free(&after);
        xf_wire_desk_free(&before[i]);
    }
}

static void
the_head_registers_it(xf_story *s)
{
    const Xf__PetitionRegisterReply *registered = xf_stage_register(s, HEAD, &accusation);

    assert_string_equal(registered->number, "陆公信控字〔2026〕1号");
    assert_int_equal(registered->matters[0]->matter_id, HIDDEN);
}

XF_STORY(before_and_after_are_the_same_to_the_byte)
{
    xf_story *s = *state;

    assert_non_null(xf_stage_register(s, CLERK, &appeal));
    xf_wire_desk *before = xf_stage_look(s, HEAD, HIDDEN);
    nobody_sees_a_difference(s, the_head_registers_it);

    /* Whom it concerns sees it: the comparison does find a difference where there is one. */
    xf_wire_desk *after = xf_stage_look(s, HEAD, HIDDEN);
    assert_false(xf_wire_desk_same(before, after));
    assert_non_null(xf_stage_open(s, HEAD, HIDDEN));
    assert_non_null(xf_stage_open(s, INSPECTOR, HIDDEN));
    assert_int_equal(xf_stage_list(s, HEAD)->n_matters, 2);
    assert_int_equal(xf_stage_list(s, INSPECTOR)->n_matters, 2);
    assert_true(xf_stage_rows_seen(s, HEAD, HIDDEN / 100) >= 5);

    /* The next ordinary number has no gap. */
    assert_string_equal(xf_stage_register(s, OTHER_CLERK, &appeal)->number, "陆公信字〔2026〕2号");
}

static void
a_clerk_registers_it(xf_story *s)
{
    assert_int_equal(xf_stage_register(s, CLERK, &accusation)->matters[0]->matter_id, HIDDEN);
}

XF_STORY(the_clerk_who_registered_it_does_not_find_it_again)
{
    nobody_sees_a_difference(*state, a_clerk_registers_it);
}

static void
it_is_assigned_and_taken(xf_story *s)
{
    assert_int_equal(xf_stage_assign(s, HEAD, HIDDEN, XF_CAST_STATION, NOBODY), 0);
    xf_stage_assert_refused(s, XF_CODE_INVALID, "handler");
    assert_int_equal(xf_stage_assign(s, HEAD, HIDDEN, XF_CAST_STATION, COLLEAGUE), 2);
    assert_true(xf_stage_may(xf_stage_open(s, COLLEAGUE, HIDDEN), XF_RPC_MATTER_TAKE));
    assert_int_equal(xf_stage_take(s, COLLEAGUE, HIDDEN, 2), 3);
}

XF_STORY(only_its_handler_gets_inside_not_his_unit)
{
    xf_story *s = *state;

    the_head_registers_it(s);
    nobody_sees_a_difference(s, it_is_assigned_and_taken);
    assert_int_equal(xf_stage_list(s, COLLEAGUE)->n_matters, 1);
    assert_null(xf_stage_open(s, LIAISON, HIDDEN));
    assert_int_equal(xf_stage_history(s, INSPECTOR, HIDDEN)->n_events, 3);
}

XF_STORY(the_accused_and_his_unit_never_handle_it)
{
    xf_story *s = *state;
    xf_visit unit_too = accusation;
    unit_too.accused_unit = XF_CAST_ACCUSED_STATION;
    const int64_t matter = xf_stage_register(s, HEAD, &unit_too)->matters[0]->matter_id;

    assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_ACCUSED_STATION, ACCUSED_HEAD), 0);
    xf_stage_assert_refused(s, XF_CODE_INVALID, "to_unit");
    assert_null(xf_stage_open(s, ACCUSED_HEAD, matter));
}

XF_STORY(no_news_of_it_reaches_anybody_outside)
{
    xf_story *s = *state;

    for (size_t i = 0; i < OUTSIDE; i++)
        xf_stage_follow(s, outside[i]);
    xf_stage_follow(s, HEAD);
    the_head_registers_it(s);
    assert_int_equal(xf_stage_news(s, HEAD).matter_id, HIDDEN);

    /* The first that the clerks and the accused's station hear of is an ordinary one. */
    const int64_t matter = xf_stage_register(s, OTHER_CLERK, &appeal)->matters[0]->matter_id;
    assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_ACCUSED_STATION, NOBODY), 2);
    static const xf_cast told[] = {CLERK, ACCUSED, ACCUSED_HEAD};
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        const Xf__FeedEvent news = xf_stage_news(s, told[i]);
        assert_int_equal(news.matter_id, matter);
        assert_int_equal(news.cursor, 1); /* none was counted before it */
    }
}

XF_STORY(a_repeat_of_it_is_proposed_to_the_head_and_not_to_a_clerk)
{
    xf_story *s = *state;

    the_head_registers_it(s);
    assert_int_equal(xf_stage_register(s, CLERK, &accusation)->n_repeats, 0);
    xf_visit as_appeal = accusation;
    as_appeal.accused = NOBODY;
    assert_int_equal(xf_stage_register(s, OTHER_CLERK, &as_appeal)->n_repeats, 0);
    assert_true(xf_stage_register(s, HEAD, &as_appeal)->n_repeats >= 2);
}

XF_STORY(an_accused_head_inspector_or_leader_means_a_sealed_envelope)
{
    static const xf_cast high[] = {HEAD, INSPECTOR, LEADER};
    xf_story *s = *state;

    for (size_t i = 0; i < sizeof high / sizeof high[0]; i++) {
        xf_visit told = accusation;
        told.accused = high[i];
        assert_null(xf_stage_register(s, CLERK, &told));
        xf_stage_assert_refused(s, XF_CODE_INVALID, "matters[0].demand");

        told.envelope = "封2026-1";
        assert_null(xf_stage_register(s, CLERK, &told)); /* not both */
        told.demand = NULL;
        const int64_t matter = xf_stage_register(s, CLERK, &told)->matters[0]->matter_id;
        assert_null(xf_stage_open(s, high[i], matter));
        xf_stage_assert_refused(s, XF_CODE_NOT_FOUND, "");
        const Xf__MatterOpenReply *opened = xf_stage_open(s, OTHER_INSPECTOR, matter);
        assert_string_equal(opened->envelope, "封2026-1");
        assert_string_equal(opened->demand, "");
    }
}

XF_STORIES(XF_PLAY(before_and_after_are_the_same_to_the_byte),
           XF_PLAY(the_clerk_who_registered_it_does_not_find_it_again),
           XF_PLAY(only_its_handler_gets_inside_not_his_unit),
           XF_PLAY(the_accused_and_his_unit_never_handle_it),
           XF_PLAY(no_news_of_it_reaches_anybody_outside),
           XF_PLAY(a_repeat_of_it_is_proposed_to_the_head_and_not_to_a_clerk),
           XF_PLAY(an_accused_head_inspector_or_leader_means_a_sealed_envelope))
