/* law/book — one function a book, one line a remark. */
#include "law/book.h"

#include <stdbool.h>

#include "gen/enums.h"

static void
note(int64_t *list, size_t *n, bool wrong, xf_remark remark)
{
    if (wrong)
        list[(*n)++] = (int64_t)remark;
}

size_t
xf_book_petition(const Xf__PetitionImportRequest *row, int64_t ret_remarks[XF_BOOK_REMARKS])
{
    size_t n = 0;
    bool accuses = row->has_purpose && (int)row->purpose == (int)XF_PURPOSE_ACCUSATION;

    note(ret_remarks, &n, row->has_closed_on && row->has_due_on && row->closed_on > row->due_on,
         XF_REMARK_CLOSED_PAST_LIMIT);
    note(ret_remarks, &n,
         row->has_closed_on && row->has_registered_on && row->closed_on < row->registered_on,
         XF_REMARK_CLOSED_BEFORE_REGISTERED);
    note(ret_remarks, &n,
         row->has_fed_back_on && row->has_closed_on && row->fed_back_on < row->closed_on,
         XF_REMARK_FED_BACK_BEFORE_CLOSED);
    note(ret_remarks, &n, accuses && row->complained_unit_name == NULL,
         XF_REMARK_ACCUSED_NOT_STATED);
    return n;
}

size_t
xf_book_reception(const Xf__ReceptionImportRequest *row, int64_t ret_remarks[XF_BOOK_REMARKS])
{
    size_t n = 0;

    note(ret_remarks, &n, row->has_cases && row->cases > 0 && row->petition_number == NULL,
         XF_REMARK_CASES_WITHOUT_PETITION);
    return n;
}

size_t
xf_book_visit(const Xf__VisitImportRequest *row, int64_t ret_remarks[XF_BOOK_REMARKS])
{
    size_t n = 0;

    note(ret_remarks, &n, row->officers < 2, XF_REMARK_FEW_OFFICERS);
    return n;
}

size_t
xf_book_notice(const Xf__NoticeImportRequest *row, int64_t ret_remarks[XF_BOOK_REMARKS])
{
    size_t n = 0;
    bool signed_for = row->has_delivery && (int)row->delivery == (int)XF_DELIVERY_SIGNED;

    note(ret_remarks, &n, row->has_signed_on && row->signed_on < row->sent_on,
         XF_REMARK_SIGNED_BEFORE_SENT);
    note(ret_remarks, &n, row->has_delivery && signed_for != (bool)row->has_signed_on,
         XF_REMARK_SIGNED_STATE_DIFFERS);
    return n;
}

size_t
xf_book_dispute(const Xf__DisputeImportRequest *row, int64_t ret_remarks[XF_BOOK_REMARKS])
{
    size_t n = 0;

    note(ret_remarks, &n, (bool)row->settled != (bool)row->has_settled_on,
         XF_REMARK_SETTLED_DAY_DIFFERS);
    note(ret_remarks, &n, row->has_settled_on && row->settled_on < row->screened_on,
         XF_REMARK_SETTLED_BEFORE_SCREENED);
    return n;
}

size_t
xf_book_theft(const Xf__TheftImportRequest *row, int64_t ret_remarks[XF_BOOK_REMARKS])
{
    size_t n = 0;

    note(ret_remarks, &n, row->has_filed && row->solved > row->filed,
         XF_REMARK_MORE_SOLVED_THAN_FILED);
    return n;
}
