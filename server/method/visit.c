/* method/visit — officers go to people (走访): from the book. */
#include "visit.pb-c.h"

#include "call/call.h"
#include "law/book.h"
#include "method/book_row.h"
#include "method/field.h"

static xf_code
import_check(xf_call *call, xf_error *reterr)
{
    const Xf__VisitImportRequest *row = (const Xf__VisitImportRequest *)call->request;
    int64_t remarks[XF_BOOK_REMARKS];
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_book_row_check(row->has_row_sha, row->row_sha.len, row->book_key, reterr));
    XF_TRY(xf_book_row_day(call, row->has_visited_on, row->visited_on, "visited_on", reterr));
    XF_TRY(xf_field_needed(row->unit_name, XF_FIELD_NAME, "unit_name", reterr));
    XF_TRY(xf_field_short(row->kind, XF_FIELD_NAME, "kind", reterr));
    XF_TRY(xf_field_short(row->place, XF_FIELD_LINE, "place", reterr));
    if (!row->has_officers)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "officers");
    XF_TRY(xf_book_row_count(row->has_officers, row->officers, "officers", reterr));
    XF_TRY(xf_book_row_count(row->has_settled, row->settled, "settled", reterr));
    XF_TRY(xf_field_short(row->outcome, XF_FIELD_LINE, "outcome", reterr));
    xf_law_put_list(&call->law, "remarks", remarks, xf_book_visit(row, remarks));
out:
    return code;
}

/* One row of the book of visits. */
const xf_method xf_visit_import = {
    .rpc = XF_RPC_VISIT_IMPORT,
    .may = XF_BOOK_IMPORTERS,
    .mode = XF_CHANGES,
    .check = import_check,
};
