/* tests/support/test_draft — a petition as a client asks to register it.
 *
 * The lists are inside: not to be copied or moved. Texts are borrowed, and nobody writes to them.
 */
#ifndef XF_TEST_DRAFT_H
#define XF_TEST_DRAFT_H

#include "petition.pb-c.h"

#include "base/now.h"

enum { XF_TEST_DRAFT_MOST = 3 };

typedef struct xf_test_draft {
    Xf__PetitionRegisterRequest request;
    Xf__ReceiptDraft receipt;
    Xf__PetitionerDraft petitioners[XF_TEST_DRAFT_MOST];
    Xf__MatterDraft matters[XF_TEST_DRAFT_MOST];
    Xf__ReceiptDraft *receipt_list[1];
    Xf__PetitionerDraft *petitioner_list[XF_TEST_DRAFT_MOST];
    Xf__MatterDraft *matter_list[XF_TEST_DRAFT_MOST];
} xf_test_draft;

/* So many of each, at most XF_TEST_DRAFT_MOST, with nothing in them; no receipt. */
void xf_test_draft_empty(xf_test_draft *draft, size_t petitioners, size_t matters);
/* One person comes to the desk on that day with one appeal, of category "02". `name` may be
 * NULL: then nobody is named. What a test wants otherwise it sets afterwards. */
void xf_test_draft_visit(xf_test_draft *draft, xf_day received_on, const char *name,
                         const char *demand);
/* For a message's member, which is char * though nobody writes to it. */
char *xf_test_draft_text(const char *literal);

#endif
