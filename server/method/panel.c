/* method/panel — who sat over a hard case (法律会审、党委专题会): from the book. */
#include "panel.pb-c.h"

#include "call/call.h"
#include "method/book_row.h"
#include "method/field.h"

static xf_code
import_check(xf_call *call, xf_error *reterr)
{
    const Xf__PanelImportRequest *row = (const Xf__PanelImportRequest *)call->request;
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_book_row_check(row->has_row_sha, row->row_sha.len, row->book_key, reterr));
    XF_TRY(xf_book_row_day(call, row->has_met_on, row->met_on, "met_on", reterr));
    if (!row->has_kind || !xf_panel_kind_known((int)row->kind))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "kind");
    XF_TRY(xf_field_short(row->petition_number, XF_FIELD_NAME, "petition_number", reterr));
    XF_TRY(xf_field_short(row->participants, XF_FIELD_LINE, "participants", reterr));
    XF_TRY(xf_field_short(row->aspects, XF_FIELD_LINE, "aspects", reterr));
    XF_TRY(xf_field_short(row->conclusion, XF_FIELD_LINE, "conclusion", reterr));
    XF_TRY(xf_field_short(row->note, XF_FIELD_LINE, "note", reterr));
    xf_law_put_list(&call->law, "remarks", NULL, 0);
out:
    return code;
}

/* One row of the book of hard cases. */
const xf_method xf_panel_import = {
    .rpc = XF_RPC_PANEL_IMPORT,
    .may = XF_BOOK_IMPORTERS,
    .mode = XF_CHANGES,
    .check = import_check,
};
