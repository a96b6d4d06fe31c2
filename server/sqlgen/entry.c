/* sqlgen/entry — a search for the beginning of a line. */
#include "sqlgen/entry.h"

#include <stdio.h>
#include <string.h>

enum { LINE = XF_SCAN_NAME + 32 };

/* "const xf_method xf_matter_assign" */
static void
write_line(const char *rpc, char ret_line[LINE])
{
    char *dot = NULL;

    (void)snprintf(ret_line, LINE, "const xf_method xf_%s", rpc);
    while ((dot = strchr(ret_line, '.')) != NULL)
        *dot = '_';
}

bool
xf_entry_stands(const char *text, const char *rpc)
{
    char line[LINE];
    const char *at = text;

    write_line(rpc, line);
    while ((at = strstr(at, line)) != NULL) {
        if ((at == text || at[-1] == '\n') && at[strlen(line)] == ' ')
            return true;
        at++;
    }
    return false;
}

void
xf_entry_missing(const char *rpc, char ret_file[XF_SCAN_NAME], char ret_what[XF_SCAN_WHAT])
{
    char line[LINE];

    write_line(rpc, line);
    (void)snprintf(ret_file, XF_SCAN_NAME, "%.*s.c", (int)strcspn(rpc, "."), rpc);
    (void)snprintf(ret_what, XF_SCAN_WHAT,
                   "this rpc has no method; at the foot of this file write %s = {…};", line);
}

void
xf_entry_missing_statement(const char *rpc, char ret_file[XF_SCAN_NAME],
                           char ret_what[XF_SCAN_WHAT])
{
    (void)snprintf(ret_file, XF_SCAN_NAME, "%.*s.sql", (int)strcspn(rpc, "."), rpc);
    (void)snprintf(ret_what, XF_SCAN_WHAT,
                   "this rpc has no statement; write one in this file below -- name: %s", rpc);
}
