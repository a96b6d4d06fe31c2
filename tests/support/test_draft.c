/* A petition to register; header has the manual. */
#include "test_draft.h"

#include <stdlib.h>

char *
xf_test_draft_text(const char *literal)
{
    return (char *)(uintptr_t)literal;
}

void
xf_test_draft_empty(xf_test_draft *draft, size_t petitioners, size_t matters)
{
    if (petitioners > XF_TEST_DRAFT_MOST || matters > XF_TEST_DRAFT_MOST)
        abort();
    *draft = (xf_test_draft){.request = XF__PETITION_REGISTER_REQUEST__INIT,
                             .receipt = XF__RECEIPT_DRAFT__INIT};
    draft->receipt_list[0] = &draft->receipt;
    for (size_t i = 0; i < XF_TEST_DRAFT_MOST; i++) {
        draft->petitioners[i] = (Xf__PetitionerDraft)XF__PETITIONER_DRAFT__INIT;
        draft->petitioner_list[i] = &draft->petitioners[i];
        draft->matters[i] = (Xf__MatterDraft)XF__MATTER_DRAFT__INIT;
        draft->matter_list[i] = &draft->matters[i];
    }
    draft->request.receipts = draft->receipt_list;
    draft->request.n_petitioners = petitioners;
    draft->request.petitioners = draft->petitioner_list;
    draft->request.n_matters = matters;
    draft->request.matters = draft->matter_list;
}

void
xf_test_draft_visit(xf_test_draft *draft, xf_day received_on, const char *name, const char *demand)
{
    Xf__ReceiptDraft *receipt = &draft->receipt;
    Xf__MatterDraft *matter = &draft->matters[0];

    xf_test_draft_empty(draft, name != NULL, 1);
    draft->request.n_receipts = 1;
    receipt->has_channel = receipt->has_source = receipt->has_received_on = 1;
    receipt->channel = XF__CHANNEL__CHANNEL_VISIT;
    receipt->source = XF__SOURCE__SOURCE_DIRECT;
    receipt->received_on = received_on;
    draft->petitioners[0].name = xf_test_draft_text(name);
    matter->has_purpose = 1;
    matter->purpose = XF__PURPOSE__PURPOSE_APPEAL;
    matter->category = xf_test_draft_text("02");
    matter->demand = xf_test_draft_text(demand);
}
