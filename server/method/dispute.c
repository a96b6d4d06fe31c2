/* method/dispute — disputes found and mediated (大排查大调处): from the book. */
#include "dispute.pb-c.h"

#include "call/call.h"
#include "law/book.h"
#include "method/book_row.h"
#include "method/field.h"

static xf_code
import_check(xf_call *call, xf_error *reterr)
{
    const Xf__DisputeImportRequest *row = (const Xf__DisputeImportRequest *)call->request;
    int64_t remarks[XF_BOOK_REMARKS];
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_book_row_check(row->has_row_sha, row->row_sha.len, row->book_key, reterr));
    XF_TRY(xf_book_row_day(call, row->has_screened_on, row->screened_on, "screened_on", reterr));
    XF_TRY(xf_field_needed(row->unit_name, XF_FIELD_NAME, "unit_name", reterr));
    XF_TRY(xf_field_short(row->place, XF_FIELD_LINE, "place", reterr));
    XF_TRY(xf_field_short(row->kind, XF_FIELD_NAME, "kind", reterr));
    XF_TRY(xf_field_short(row->source, XF_FIELD_NAME, "source", reterr));
    XF_TRY(xf_field_short(row->mediation, XF_FIELD_NAME, "mediation", reterr));
    XF_TRY(xf_field_short(row->participants, XF_FIELD_LINE, "participants", reterr));
    xf_law_put_list(&call->law, "remarks", remarks, xf_book_dispute(row, remarks));
out:
    return code;
}

/* One row of the book of disputes. */
const xf_method xf_dispute_import = {
    .rpc = XF_RPC_DISPUTE_IMPORT,
    .may = XF_BOOK_IMPORTERS,
    .mode = XF_CHANGES,
    .check = import_check,
};
