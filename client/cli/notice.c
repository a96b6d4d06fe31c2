/* client/cli/notice: the book of notices and their way (告知书). A notice has a number of its own. */
#include "client/cli/book_keys.h"
#include "client/cli/fill.h"

/* clang-format off */
static const xf_form_column columns[] = {
    {"序号",     NULL,              0},
    {"文书编号", "number",          XF_FORM_NEEDED | XF_FORM_NUMBER},
    {"文书种类", "kind",            XF_FORM_COMPACT},
    {"信访编号", "petition_number", XF_FORM_NUMBER},
    {"快递公司", "carrier",         XF_FORM_COMPACT},
    {"运单号",   "waybill",         XF_FORM_COMPACT},
    {"寄出日期", "sent_on",         XF_FORM_NEEDED},
    {"签收日期", "signed_on",       0},
    {"物流状态", "delivery",        0},
    {"承办单位", "unit_name",       XF_FORM_COMPACT},
    {"承办人",   "officer_name",    XF_FORM_COMPACT},
    {"联系电话", "phone",           XF_FORM_COMPACT},
    {NULL,       NULL,              0},
};

/* clang-format on */

static const char *
name_row(const xf_form *form, const ProtobufCMessage *row, const char *serial, xf_arena *arena)
{
    (void)form;
    (void)serial; /* a counter of the sheet's: the number outlives it */
    (void)arena;
    const char *number = xf_fill_read_text(row, "number");
    return xf_book_keys_fits(number) ? number : "";
}

const xf_form xf_notice_form = {
    .name = "notices",
    .title = "文书送达台账",
    .rpc = XF_RPC_NOTICE_IMPORT,
    .key = "book_key",
    .key_heading = "文书编号",
    .name_row = name_row,
    .again = true,
    .columns = columns,
};
