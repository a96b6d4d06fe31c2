/* One letter with an appeal and an accusation is two petitions: the desk is told where. */
#include "stage.h"

static char demand[] = "反映的事项";

/* Both demands in one registration, in this order. */
static const Xf__PetitionRegisterReply *
register_both(xf_story *s, xf_cast who, Xf__Purpose first, Xf__Purpose second)
{
    Xf__PetitionRegisterRequest request = XF__PETITION_REGISTER_REQUEST__INIT;
    Xf__ReceiptDraft receipt = XF__RECEIPT_DRAFT__INIT;
    Xf__MatterDraft matters[2] = {XF__MATTER_DRAFT__INIT, XF__MATTER_DRAFT__INIT};

    receipt.has_channel = receipt.has_source = receipt.has_received_on = 1;
    receipt.channel = XF__CHANNEL__CHANNEL_LETTER;
    receipt.source = XF__SOURCE__SOURCE_DIRECT;
    receipt.received_on = xf_stage_today();
    for (size_t i = 0; i < 2; i++) {
        matters[i].has_purpose = 1;
        matters[i].purpose = i == 0 ? first : second;
        matters[i].demand = demand;
    }
    request.n_receipts = 1;
    request.receipts = (Xf__ReceiptDraft *[]){&receipt};
    request.n_matters = 2;
    request.matters = (Xf__MatterDraft *[]){&matters[0], &matters[1]};
    return xf_stage_ask(s, who, XF_RPC_PETITION_REGISTER, &request.base);
}

XF_STORY(one_letter_with_both_is_sent_back)
{
    xf_story *s = *state;

    assert_null(
        register_both(s, CLERK, XF__PURPOSE__PURPOSE_APPEAL, XF__PURPOSE__PURPOSE_ACCUSATION));
    xf_stage_assert_refused(s, XF_CODE_INVALID, "matters[1].purpose");
    assert_null(
        register_both(s, CLERK, XF__PURPOSE__PURPOSE_ACCUSATION, XF__PURPOSE__PURPOSE_SUGGESTION));
    xf_stage_assert_refused(s, XF_CODE_INVALID, "matters[1].purpose");
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), 0);
}

XF_STORY(two_of_a_kind_are_one_petition)
{
    xf_story *s = *state;

    const Xf__PetitionRegisterReply *appeals =
        register_both(s, CLERK, XF__PURPOSE__PURPOSE_APPEAL, XF__PURPOSE__PURPOSE_SUGGESTION);
    assert_int_equal(appeals->n_matters, 2);
    assert_string_equal(appeals->number, "陆公信字〔2026〕1号");
    const Xf__PetitionRegisterReply *accusations =
        register_both(s, HEAD, XF__PURPOSE__PURPOSE_ACCUSATION, XF__PURPOSE__PURPOSE_ACCUSATION);
    assert_int_equal(accusations->n_matters, 2);
    assert_string_equal(accusations->number, "陆公信控字〔2026〕1号"); /* a series of their own */
}

XF_STORY(an_appeal_names_no_accused_and_an_accusation_no_unit_to_ask)
{
    xf_story *s = *state;
    const xf_visit both = {.name = "信访人甲",
                           .demand = "反映民警执法不公",
                           .accused = ACCUSED,
                           .complained_unit = XF_CAST_ACCUSED_STATION};

    assert_null(xf_stage_register(s, CLERK, &both));
    xf_stage_assert_refused(s, XF_CODE_INVALID, "matters[0].complained_unit");
}

XF_STORIES(XF_PLAY(one_letter_with_both_is_sent_back), XF_PLAY(two_of_a_kind_are_one_petition),
           XF_PLAY(an_appeal_names_no_accused_and_an_accusation_no_unit_to_ask))
