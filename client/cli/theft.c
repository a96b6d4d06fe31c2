/* client/cli/theft: a year of small cases (破小案), a line a month and kind. */
#include <stdio.h>
#include <string.h>

#include "client/cli/book_keys.h"
#include "client/cli/fill.h"

/* clang-format off */
static const xf_form_column columns[] = {
    {"序号",     NULL,     0},
    {"年",       "year",   XF_FORM_NEEDED},
    {"月",       "month",  XF_FORM_NEEDED},
    {"案件类别", "kind",   XF_FORM_NEEDED | XF_FORM_COMPACT},
    {"立案数",   "filed",  0},
    {"破案数",   "solved", XF_FORM_NEEDED},
    {NULL,       NULL,     0},
};

/* clang-format on */

/* A month has one number of a kind: a second line that says another is a mistake. */
static const char *
name_row(const xf_form *form, const ProtobufCMessage *row, const char *serial, xf_arena *arena)
{
    enum { ROOM = 32 };

    (void)form;
    (void)serial;
    int32_t year = 0;
    int32_t month = 0;
    const char *kind = xf_fill_read_text(row, "kind");
    if (kind == NULL || !xf_fill_read_number(row, "year", &year) ||
        !xf_fill_read_number(row, "month", &month))
        return "";
    size_t room = strlen(kind) + ROOM;
    char *name = xf_arena_take(arena, room);
    if (name != NULL)
        (void)snprintf(name, room, "%d/%d/%s", year, month, kind);
    return name;
}

const xf_form xf_theft_form = {
    .name = "thefts",
    .title = "破案统计表",
    .rpc = XF_RPC_THEFT_IMPORT,
    .key = "book_key",
    .key_heading = "月",
    .name_row = name_row,
    .columns = columns,
};
