/* client/cli/dispute: the book of disputes found and mediated (大排查大调处). */
#include "client/cli/book_keys.h"

/* clang-format off */
static const xf_form_column columns[] = {
    {"序号",         NULL,            0},
    {"排查日期",     "screened_on",   XF_FORM_NEEDED},
    {"责任单位",     "unit_name",     XF_FORM_NEEDED | XF_FORM_COMPACT},
    {"地点",         "place",         0},
    {"纠纷类型",     "kind",          XF_FORM_COMPACT},
    {"来源",         "source",        XF_FORM_COMPACT},
    {"包案民警警号", "officer_badge", XF_FORM_COMPACT},
    {"调解方式",     "mediation",     XF_FORM_COMPACT},
    {"参与人员",     "participants",  0},
    {"是否化解",     "settled",       0},
    {"化解日期",     "settled_on",    0},
    {NULL,           NULL,            0},
};
/* clang-format on */

const xf_form xf_dispute_form = {
    .name = "disputes",
    .title = "矛盾纠纷台账",
    .rpc = XF_RPC_DISPUTE_IMPORT,
    .key = "book_key",
    .key_heading = "序号",
    .day = "screened_on",
    .name_row = xf_book_keys_serial,
    .again = true,
    .columns = columns,
};
