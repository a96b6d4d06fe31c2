/* method/theft — small cases solved (破小案): a month's numbers. */
#include "theft.pb-c.h"

#include "call/call.h"
#include "law/book.h"
#include "method/book_row.h"
#include "method/field.h"

static xf_code
import_check(xf_call *call, xf_error *reterr)
{
    const Xf__TheftImportRequest *row = (const Xf__TheftImportRequest *)call->request;
    int64_t remarks[XF_BOOK_REMARKS];
    xf_day month_on = 0;
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_book_row_check(row->has_row_sha, row->row_sha.len, row->book_key, reterr));
    if (!row->has_year)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "year");
    if (!row->has_month)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "month");
    if (!row->has_solved)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "solved");
    if (row->year < 1949 || row->year > 9999)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "year");
    if (row->month < 1 || row->month > 12)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "month");
    month_on = xf_day_from_civil(row->year, row->month, 1);
    XF_TRY(xf_book_row_day(call, true, month_on, "month", reterr));
    XF_TRY(xf_field_needed(row->kind, XF_FIELD_NAME, "kind", reterr));
    XF_TRY(xf_book_row_count(row->has_filed, row->filed, "filed", reterr));
    XF_TRY(xf_book_row_count(row->has_solved, row->solved, "solved", reterr));
    xf_law_put_list(&call->law, "remarks", remarks, xf_book_theft(row, remarks));
    xf_law_put(&call->law, "month_on", month_on);
out:
    return code;
}

/* One month of one kind of case. */
const xf_method xf_theft_import = {
    .rpc = XF_RPC_THEFT_IMPORT,
    .may = XF_BOOK_IMPORTERS,
    .mode = XF_CHANGES,
    .check = import_check,
};
