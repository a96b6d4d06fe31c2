/* port_file — written under another name first. */
#include "port_file.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

xf_code
xf_port_file_write(const char *path, int port, const char *key, xf_error *reterr)
{
    char unfinished[4096] = "";
    FILE *file = NULL;
    bool written = false;

    if (path == NULL || path[0] == '\0')
        return XF_CODE_OK;
    (void)snprintf(unfinished, sizeof unfinished, "%s.new", path);
    file = fopen(unfinished, "we");
    if (file != NULL) {
        written = fprintf(file, "%d\n", port) > 0;
        written = fclose(file) == 0 && written && rename(unfinished, path) == 0;
    }
    if (!written)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNREADABLE, "%s", key);
    return XF_CODE_OK;
}
