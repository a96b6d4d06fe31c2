/* method/field — missing, or too long. */
#include "method/field.h"

#include <stdio.h>
#include <string.h>

enum { NAME = 40 }; /* of a field */

xf_code
xf_field_needed(const char *text, size_t most, const char *path, xf_error *reterr)
{
    if (text == NULL || text[0] == '\0')
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "%s", path);
    return xf_field_short(text, most, path, reterr);
}

xf_code
xf_field_short(const char *text, size_t most, const char *path, xf_error *reterr)
{
    if (text != NULL && strlen(text) > most)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_TOO_LONG, "%s", path);
    return XF_CODE_OK;
}

xf_code
xf_field_within(const char *list, size_t i, xf_code code, xf_error *reterr)
{
    char field[NAME];

    if (code == XF_CODE_OK)
        return code;
    (void)snprintf(field, sizeof field, "%.*s", NAME - 1, reterr->field);
    (void)snprintf(reterr->field, sizeof reterr->field, "%s[%zu].%s", list, i, field);
    return code;
}
