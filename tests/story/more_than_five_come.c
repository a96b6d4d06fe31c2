/* Seven people come together: they are told to choose five, and registered all the same. */
#include "stage.h"

enum { CAME = 7, REPRESENTATIVES = 5 };

static const Xf__PetitionRegisterReply *
register_group(xf_story *s, size_t named, int32_t people)
{
    static const char *const names[CAME] = {"甲", "乙", "丙", "丁", "戊", "己", "庚"};
    Xf__PetitionRegisterRequest request = XF__PETITION_REGISTER_REQUEST__INIT;
    Xf__ReceiptDraft receipt = XF__RECEIPT_DRAFT__INIT;
    Xf__PetitionerDraft people_named[CAME];
    Xf__PetitionerDraft *list[CAME];
    Xf__MatterDraft matter = XF__MATTER_DRAFT__INIT;

    receipt.has_channel = receipt.has_source = receipt.has_received_on = 1;
    receipt.channel = XF__CHANNEL__CHANNEL_VISIT;
    receipt.source = XF__SOURCE__SOURCE_DIRECT;
    receipt.received_on = xf_stage_today();
    for (size_t i = 0; i < named; i++) {
        xf__petitioner_draft__init(&people_named[i]);
        people_named[i].name = (char *)(uintptr_t)names[i];
        list[i] = &people_named[i];
    }
    matter.has_purpose = 1;
    matter.purpose = XF__PURPOSE__PURPOSE_APPEAL;
    matter.demand = (char[]){"反映征地补偿"};
    request.n_receipts = request.n_matters = 1;
    request.receipts = (Xf__ReceiptDraft *[]){&receipt};
    request.n_petitioners = named;
    request.petitioners = list;
    request.matters = (Xf__MatterDraft *[]){&matter};
    request.has_people = people != 0;
    request.people = people;
    return xf_stage_ask(s, CLERK, XF_RPC_PETITION_REGISTER, &request.base);
}

XF_STORY(seven_are_registered_and_five_represent_them)
{
    xf_story *s = *state;

    const Xf__PetitionRegisterReply *registered = register_group(s, CAME, 0);
    assert_int_equal(registered->n_hints, 1);
    assert_int_equal(registered->hints[0], XF_HINT_CHOOSE_REPRESENTATIVES);

    const Xf__MatterOpenReply *opened = xf_stage_open(s, CLERK, registered->matters[0]->matter_id);
    assert_int_equal(opened->people, CAME);
    assert_int_equal(opened->n_petitioners, CAME);
    for (size_t i = 0; i < CAME; i++)
        assert_int_equal(opened->petitioners[i]->representative, i < REPRESENTATIVES);
    assert_string_equal(opened->petitioners[0]->name, "甲");
}

XF_STORY(five_need_no_hint)
{
    xf_story *s = *state;

    assert_int_equal(register_group(s, REPRESENTATIVES, 0)->n_hints, 0);
}

XF_STORY(it_counts_who_came_not_who_is_named)
{
    xf_story *s = *state;
    const Xf__PetitionRegisterReply *registered = register_group(s, 2, 30);

    assert_int_equal(registered->n_hints, 1);
    assert_int_equal(xf_stage_open(s, CLERK, registered->matters[0]->matter_id)->people, 30);
}

XF_STORIES(XF_PLAY(seven_are_registered_and_five_represent_them), XF_PLAY(five_need_no_hint),
           XF_PLAY(it_counts_who_came_not_who_is_named))
