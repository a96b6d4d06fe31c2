/* client/cli/visit: the book of visits (走访). */
#include "client/cli/book_keys.h"

/* clang-format off */
static const xf_form_column columns[] = {
    {"序号",       NULL,         0},
    {"走访日期",   "visited_on", XF_FORM_NEEDED},
    {"走访类型",   "kind",       XF_FORM_COMPACT},
    {"单位",       "unit_name",  XF_FORM_NEEDED | XF_FORM_COMPACT},
    {"地点",       "place",      0},
    {"出动警力",   "officers",   XF_FORM_NEEDED},
    {"化解矛盾数", "settled",    0},
    {"情况",       "outcome",    0},
    {NULL,         NULL,         0},
};
/* clang-format on */

const xf_form xf_visit_form = {
    .name = "visits",
    .title = "走访台账",
    .rpc = XF_RPC_VISIT_IMPORT,
    .key = "book_key",
    .key_heading = "序号",
    .day = "visited_on",
    .name_row = xf_book_keys_serial,
    .again = true,
    .columns = columns,
};
