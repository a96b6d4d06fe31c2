/* client/cli/reception: the book of leader receptions (领导接访). */
#include "client/cli/book_keys.h"

/* clang-format off */
static const xf_form_column columns[] = {
    {"序号",         NULL,              0},
    {"接访日期",     "received_on",     XF_FORM_NEEDED},
    {"接访类型",     "kind",            XF_FORM_COMPACT},
    {"接访领导警号", "leader_badge",    XF_FORM_NEEDED | XF_FORM_COMPACT},
    {"信访编号",     "petition_number", XF_FORM_NUMBER},
    {"接案数",       "cases",           0},
    {"接访人次",     "people",          0},
    {"处理方式",     "outcome",         0},
    {"督办期限",     "limit_on",        0},
    {NULL,           NULL,              0},
};
/* clang-format on */

const xf_form xf_reception_form = {
    .name = "receptions",
    .title = "领导接访台账",
    .rpc = XF_RPC_RECEPTION_IMPORT,
    .key = "book_key",
    .key_heading = "序号",
    .day = "received_on",
    .name_row = xf_book_keys_serial,
    .again = true,
    .columns = columns,
};
