/* method/notice — written notices and their way (告知书): from the book. */
#include "notice.pb-c.h"

#include "call/call.h"
#include "law/book.h"
#include "method/book_row.h"
#include "method/field.h"

static xf_code
import_check(xf_call *call, xf_error *reterr)
{
    const Xf__NoticeImportRequest *row = (const Xf__NoticeImportRequest *)call->request;
    int64_t remarks[XF_BOOK_REMARKS];
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_book_row_check(row->has_row_sha, row->row_sha.len, row->book_key, reterr));
    XF_TRY(xf_book_row_day(call, row->has_sent_on, row->sent_on, "sent_on", reterr));
    XF_TRY(xf_field_short(row->number, XF_FIELD_NAME, "number", reterr));
    XF_TRY(xf_field_short(row->kind, XF_FIELD_NAME, "kind", reterr));
    XF_TRY(xf_field_short(row->petition_number, XF_FIELD_NAME, "petition_number", reterr));
    XF_TRY(xf_field_short(row->carrier, XF_FIELD_NAME, "carrier", reterr));
    XF_TRY(xf_field_short(row->waybill, XF_FIELD_NAME, "waybill", reterr));
    XF_TRY(xf_field_short(row->unit_name, XF_FIELD_NAME, "unit_name", reterr));
    XF_TRY(xf_field_short(row->officer_name, XF_FIELD_NAME, "officer_name", reterr));
    XF_TRY(xf_field_short(row->phone, XF_FIELD_NAME, "phone", reterr));
    xf_law_put_list(&call->law, "remarks", remarks, xf_book_notice(row, remarks));
out:
    return code;
}

/* One row of the book of notices. */
const xf_method xf_notice_import = {
    .rpc = XF_RPC_NOTICE_IMPORT,
    .may = XF_BOOK_IMPORTERS,
    .mode = XF_CHANGES,
    .check = import_check,
};
