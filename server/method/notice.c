/* method/notice — written notices and their way (告知书): from the book. */
#include "notice.pb-c.h"

#include "call/call.h"
#include "law/book.h"
#include "method/book_row.h"
#include "method/field.h"

static xf_code
check_texts(const Xf__NoticeImportRequest *row, xf_error *reterr)
{
    const struct {
        const char *text;
        const char *field;
    } texts[] = {
        {row->number, "number"},
        {row->kind, "kind"},
        {row->petition_number, "petition_number"},
        {row->carrier, "carrier"},
        {row->waybill, "waybill"},
        {row->unit_name, "unit_name"},
        {row->officer_name, "officer_name"},
        {row->phone, "phone"},
    };

    xf_code code = XF_CODE_OK;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && code == XF_CODE_OK; i++)
        code = xf_field_short(texts[i].text, XF_FIELD_NAME, texts[i].field, reterr);
    return code;
}

static xf_code
import_check(xf_call *call, xf_error *reterr)
{
    const Xf__NoticeImportRequest *row = (const Xf__NoticeImportRequest *)call->request;
    int64_t remarks[XF_BOOK_REMARKS];
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_book_row_check(row->has_row_sha, row->row_sha.len, row->book_key, reterr));
    XF_TRY(xf_book_row_day(call, row->has_sent_on, row->sent_on, "sent_on", reterr));
    XF_TRY(check_texts(row, reterr));
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
