/* The line broke after sending: the desk sends again, and there is one petition, not two. */
#include "stage_wire.h"

static const uint8_t op_id[16] = "one operation 1";

/* The registration as bytes on the wire would carry it. */
static const xf_wire_frame *
register_on(xf_wire_desk *desk, const char *demand)
{
    Xf__PetitionRegisterRequest request = XF__PETITION_REGISTER_REQUEST__INIT;
    Xf__ReceiptDraft receipt = XF__RECEIPT_DRAFT__INIT;
    Xf__PetitionerDraft petitioner = XF__PETITIONER_DRAFT__INIT;
    Xf__MatterDraft matter = XF__MATTER_DRAFT__INIT;

    receipt.has_channel = receipt.has_source = receipt.has_received_on = 1;
    receipt.channel = XF__CHANNEL__CHANNEL_VISIT;
    receipt.source = XF__SOURCE__SOURCE_DIRECT;
    receipt.received_on = xf_stage_today();
    petitioner.name = (char[]){"信访人甲"};
    petitioner.phone = (char[]){"19911110001"};
    matter.has_purpose = 1;
    matter.purpose = XF__PURPOSE__PURPOSE_APPEAL;
    matter.demand = (char *)(uintptr_t)demand;
    request.has_op_id = 1;
    request.op_id = (ProtobufCBinaryData){sizeof op_id, (uint8_t *)(uintptr_t)op_id};
    request.n_receipts = request.n_petitioners = request.n_matters = 1;
    request.receipts = (Xf__ReceiptDraft *[]){&receipt};
    request.petitioners = (Xf__PetitionerDraft *[]){&petitioner};
    request.matters = (Xf__MatterDraft *[]){&matter};
    return xf_wire_desk_ask(desk, XF_RPC_PETITION_REGISTER, &request.base);
}

XF_STORY(the_answer_is_the_same_to_the_byte)
{
    xf_story *s = *state;

    xf_wire_desk *clerk = xf_wire_desk_new(s, CLERK);
    const xf_wire_frame *first = register_on(clerk, "要求复核");
    const xf_wire_frame *again = register_on(clerk, "要求复核");
    assert_int_equal(first->type, XF_FRAME_TYPE_RESPONSE);
    assert_true(xf_wire_frame_same(first, again));

    xf_wire_desk *elsewhere = xf_wire_desk_new(s, CLERK);
    assert_true(xf_wire_frame_same(first, register_on(elsewhere, "要求复核")));
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), 1);
    assert_int_equal(xf_stage_number(s, "select last from xf.series"), 1);
    xf_wire_desk_free(&elsewhere);
    xf_wire_desk_free(&clerk);
}

XF_STORY(another_request_under_the_same_id_is_refused)
{
    xf_story *s = *state;
    xf_visit visit = {.name = "信访人甲", .demand = "要求复核", .op_id = op_id};

    assert_non_null(xf_stage_register(s, CLERK, &visit));
    visit.demand = "要求赔偿";
    assert_null(xf_stage_register(s, CLERK, &visit));
    xf_stage_assert_refused(s, XF_CODE_OP_MISMATCH, "");
    assert_non_null(xf_stage_register(s, OTHER_CLERK, &visit)); /* an id is its officer's */
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), 2);
}

XF_STORY(a_restart_between_them_changes_nothing)
{
    xf_story *s = *state;

    xf_wire_desk *before = xf_wire_desk_new(s, CLERK);
    const xf_wire_frame *first = register_on(before, "要求复核");
    xf_stage_end_server(s);
    xf_wire_desk_wait_closed(before);
    xf_stage_end_wait(s);
    xf_stage_start_server(s);

    xf_wire_desk *after = xf_wire_desk_new(s, CLERK);
    assert_true(xf_wire_frame_same(first, register_on(after, "要求复核")));
    assert_int_equal(register_on(after, "要求赔偿")->type, XF_FRAME_TYPE_ERROR);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.petition"), 1);
    xf_wire_desk_free(&after);
    xf_wire_desk_free(&before);
}

XF_STORIES(XF_PLAY(the_answer_is_the_same_to_the_byte),
           XF_PLAY(another_request_under_the_same_id_is_refused),
           XF_PLAY(a_restart_between_them_changes_nothing))
