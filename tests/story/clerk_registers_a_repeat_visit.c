/* Somebody comes a second time: the clerk is told, decides, and the history shows it. */
#include "stage.h"

static const xf_visit theft = {
    .name = "信访人甲",
    .phone = "19911110001",
    .demand = "反映其电动车被盗至今未破案，要求尽快侦破",
    .category = "02",
};

static const Xf__PetitionDecideRepeatReply *
decide(xf_story *s, xf_cast who, int64_t petition, int64_t earlier, bool same)
{
    Xf__PetitionDecideRepeatRequest request = XF__PETITION_DECIDE_REPEAT_REQUEST__INIT;

    request.has_petition_id = 1;
    request.petition_id = petition;
    request.has_earlier_petition_id = 1;
    request.earlier_petition_id = earlier;
    request.has_same = 1;
    request.same = same;
    return xf_stage_ask(s, who, XF_RPC_PETITION_DECIDE_REPEAT, &request.base);
}

XF_STORY(the_clerk_is_told_that_the_person_came_before)
{
    xf_story *s = *state;

    const Xf__PetitionRegisterReply *first = xf_stage_register(s, CLERK, &theft);
    assert_non_null(first);
    assert_string_equal(first->number, "陆公信字〔2026〕1号");
    assert_int_equal(first->n_repeats, 0);

    const Xf__PetitionRegisterReply *second = xf_stage_register(s, CLERK, &theft);
    assert_string_equal(second->number, "陆公信字〔2026〕2号");
    assert_int_equal(second->n_repeats, 1);
    assert_string_equal(second->repeats[0]->number, first->number);
    assert_int_equal(second->repeats[0]->received_on, xf_stage_today());
    assert_int_equal(second->repeats[0]->matched, XF_MATCHED_PHONE_AND_NAME);

    assert_non_null(decide(s, CLERK, second->petition_id, first->petition_id, true));
    const Xf__MatterHistoryReply *history =
        xf_stage_history(s, CLERK, second->matters[0]->matter_id);
    assert_int_equal(history->n_events, 2);
    assert_int_equal(history->events[0]->kind, XF_EVENT_KIND_REGISTERED);
    assert_int_equal(history->events[1]->kind, XF_EVENT_KIND_REPEAT_DECIDED);
    assert_int_equal(history->events[1]->officer_id, xf_stage_officer(s, CLERK));
    assert_string_equal(history->events[1]->officer_name, "警员011");
}

XF_STORY(commas_and_spaces_do_not_hide_a_repeat)
{
    xf_story *s = *state;
    xf_visit again = theft;
    again.demand = "反映其电动车被盗 至今未破案, 要求尽快侦破。";

    assert_non_null(xf_stage_register(s, CLERK, &theft));
    assert_int_equal(xf_stage_register(s, OTHER_CLERK, &again)->n_repeats, 1);
}

XF_STORY(one_of_telephone_and_name_is_enough)
{
    xf_story *s = *state;
    xf_visit other_phone = theft;
    xf_visit other_name = theft;
    other_phone.phone = "19911110002";
    other_name.name = "信访人乙";

    assert_non_null(xf_stage_register(s, CLERK, &theft));
    const Xf__PetitionRegisterReply *by_name = xf_stage_register(s, CLERK, &other_phone);
    assert_int_equal(by_name->n_repeats, 1);
    assert_int_equal(by_name->repeats[0]->matched, XF_MATCHED_NAME);
    const Xf__PetitionRegisterReply *by_phone = xf_stage_register(s, CLERK, &other_name);
    assert_int_equal(by_phone->n_repeats, 1); /* the second visit had another number and name */
    assert_int_equal(by_phone->repeats[0]->matched, XF_MATCHED_PHONE);
}

XF_STORY(one_told_differently_is_proposed_and_shown)
{
    xf_story *s = *state;
    xf_visit retold = theft;
    const uint8_t op_id[16] = "told differently";
    retold.demand = "我的电动车被盗已经半年，至今未破案，希望尽快侦破";
    retold.op_id = op_id;

    const Xf__PetitionRegisterReply *first = xf_stage_register(s, CLERK, &theft);
    const Xf__PetitionRegisterReply *second = xf_stage_register(s, CLERK, &retold);
    assert_int_equal(second->n_repeats, 1);
    const Xf__RepeatProposal *proposed = second->repeats[0];
    assert_string_equal(proposed->number, first->number);
    assert_in_range(proposed->alike, 40, 99);
    assert_string_equal(proposed->demand, theft.demand);
    assert_string_equal(proposed->unit_name, "人民群众来访接待室");

    /* The same answer again, word by word, whatever became of the earlier one. */
    xf_stage_sql(s, "update xf.matter set demand = '' where matter_id % 100 = 1");
    const Xf__PetitionRegisterReply *again = xf_stage_register(s, CLERK, &retold);
    assert_string_equal(again->number, second->number);
    assert_int_equal(again->n_repeats, 1);
    assert_int_equal(again->repeats[0]->alike, proposed->alike);
    assert_string_equal(again->repeats[0]->demand, theft.demand);
    assert_string_equal(again->repeats[0]->unit_name, proposed->unit_name);
    assert_int_equal(
        xf_stage_number(s, "select count(*) from xf.repeat_link where alike between 40 and 99"), 1);
}

/* The command line names the first of them. */
XF_STORY(what_is_most_alike_comes_first_and_of_those_the_newest)
{
    xf_story *s = *state;
    xf_visit retold = theft;
    retold.demand = "我的电动车被盗已经半年，至今未破案，希望尽快侦破";

    assert_non_null(xf_stage_register(s, CLERK, &theft));
    const int64_t same = xf_stage_register(s, CLERK, &theft)->petition_id;
    assert_non_null(xf_stage_register(s, CLERK, &retold));
    const Xf__PetitionRegisterReply *told = xf_stage_register(s, CLERK, &theft);
    assert_int_equal(told->n_repeats, 3);
    assert_int_equal(told->repeats[0]->petition_id, same);
    assert_int_equal(told->repeats[1]->alike, 100);
    assert_in_range(told->repeats[2]->alike, 40, 99);
}

XF_STORY(a_station_is_told_that_there_was_one_but_not_what_another_unit_heard)
{
    xf_story *s = *state;

    assert_non_null(xf_stage_register(s, CLERK, &theft));
    const Xf__PetitionRegisterReply *told = xf_stage_register(s, LIAISON, &theft);
    assert_int_equal(told->n_repeats, 1);
    assert_int_equal(told->repeats[0]->alike, 100);
    assert_null(told->repeats[0]->demand);
    assert_non_null(xf_stage_register(s, LIAISON, &theft)->repeats[0]->demand); /* his own unit's */
}

XF_STORY(a_long_demand_is_shown_by_how_it_begins)
{
    const size_t shown = 180; /* bytes: 60 characters */
    static const char beginning[] =
        "反映其电动车被盗至今未破案，要求尽快侦破。"; /* 21 characters */
    xf_story *s = *state;
    char demand[sizeof beginning * 5] = "";
    xf_visit long_one = theft;

    for (size_t i = 0; i < 4; i++)
        memcpy(demand + i * (sizeof beginning - 1), beginning, sizeof beginning);
    long_one.demand = demand;
    assert_non_null(xf_stage_register(s, CLERK, &long_one));
    const Xf__PetitionRegisterReply *again = xf_stage_register(s, CLERK, &long_one);
    assert_int_equal(strlen(again->repeats[0]->demand), shown);
    assert_memory_equal(again->repeats[0]->demand, demand, shown);
}

XF_STORY(another_demand_or_another_person_is_no_repeat)
{
    xf_story *s = *state;
    xf_visit other_demand = theft;
    xf_visit other_person = theft;
    other_demand.demand = "反映户口登记有误，要求更正";
    other_person.name = "信访人丙";
    other_person.phone = "19911110003";

    assert_non_null(xf_stage_register(s, CLERK, &theft));
    assert_int_equal(xf_stage_register(s, CLERK, &other_demand)->n_repeats, 0);
    assert_int_equal(xf_stage_register(s, CLERK, &other_person)->n_repeats, 0);
}

XF_STORY(nobody_decides_what_was_not_proposed_and_nothing_twice)
{
    xf_story *s = *state;
    const Xf__PetitionRegisterReply *first = xf_stage_register(s, CLERK, &theft);
    const Xf__PetitionRegisterReply *second = xf_stage_register(s, CLERK, &theft);

    assert_null(decide(s, CLERK, first->petition_id, second->petition_id, true));
    xf_stage_assert_refused(s, XF_CODE_NOT_FOUND, "");
    assert_non_null(decide(s, CLERK, second->petition_id, first->petition_id, false));
    assert_null(decide(s, CLERK, second->petition_id, first->petition_id, false));
    xf_stage_assert_refused(s, XF_CODE_CONFLICT, "");
    assert_non_null(decide(s, HEAD, second->petition_id, first->petition_id, true));
}

XF_STORIES(XF_PLAY(the_clerk_is_told_that_the_person_came_before),
           XF_PLAY(commas_and_spaces_do_not_hide_a_repeat),
           XF_PLAY(one_of_telephone_and_name_is_enough),
           XF_PLAY(one_told_differently_is_proposed_and_shown),
           XF_PLAY(what_is_most_alike_comes_first_and_of_those_the_newest),
           XF_PLAY(a_station_is_told_that_there_was_one_but_not_what_another_unit_heard),
           XF_PLAY(a_long_demand_is_shown_by_how_it_begins),
           XF_PLAY(another_demand_or_another_person_is_no_repeat),
           XF_PLAY(nobody_decides_what_was_not_proposed_and_nothing_twice))
