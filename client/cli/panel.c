/* client/cli/panel: the book of hard cases: who sat over them (法律会审、党委专题会). */
#include "client/cli/book_keys.h"

/* clang-format off */
static const xf_form_column columns[] = {
    {"序号",     NULL,              0},
    {"日期",     "met_on",          XF_FORM_NEEDED},
    {"会议类型", "kind",            XF_FORM_NEEDED},
    {"信访编号", "petition_number", XF_FORM_NUMBER},
    {"参加单位", "participants",    0},
    {"意见方面", "aspects",         0},
    {"结论",     "conclusion",      0},
    {"备注",     "note",            0},
    {NULL,       NULL,              0},
};
/* clang-format on */

const xf_form xf_panel_form = {
    .name = "panels",
    .title = "疑难案件会审台账",
    .rpc = XF_RPC_PANEL_IMPORT,
    .key = "book_key",
    .key_heading = "序号",
    .day = "met_on",
    .name_row = xf_book_keys_serial,
    .again = true,
    .columns = columns,
};
