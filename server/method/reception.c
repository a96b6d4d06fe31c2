/* method/reception — leaders receive petitioners (领导接访): from the book. */
#include "reception.pb-c.h"

#include "call/call.h"
#include "law/book.h"
#include "method/book_row.h"
#include "method/field.h"

static xf_code
import_check(xf_call *call, xf_error *reterr)
{
    const Xf__ReceptionImportRequest *row = (const Xf__ReceptionImportRequest *)call->request;
    int64_t remarks[XF_BOOK_REMARKS];
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_book_row_check(row->has_row_sha, row->row_sha.len, row->book_key, reterr));
    XF_TRY(xf_book_row_day(call, row->has_received_on, row->received_on, "received_on", reterr));
    XF_TRY(xf_field_needed(row->leader_badge, XF_FIELD_NAME, "leader_badge", reterr));
    XF_TRY(xf_field_short(row->kind, XF_FIELD_NAME, "kind", reterr));
    XF_TRY(xf_field_short(row->petition_number, XF_FIELD_NAME, "petition_number", reterr));
    XF_TRY(xf_book_row_count(row->has_cases, row->cases, "cases", reterr));
    XF_TRY(xf_book_row_count(row->has_people, row->people, "people", reterr));
    XF_TRY(xf_field_short(row->outcome, XF_FIELD_LINE, "outcome", reterr));
    xf_law_put_list(&call->law, "remarks", remarks, xf_book_reception(row, remarks));
out:
    return code;
}

/* One row of the book of leader receptions. */
const xf_method xf_reception_import = {
    .rpc = XF_RPC_RECEPTION_IMPORT,
    .may = XF_BOOK_IMPORTERS,
    .mode = XF_CHANGES,
    .check = import_check,
};
