/* method/field — what several checks ask of a text field. */
#ifndef XF_METHOD_FIELD_H
#define XF_METHOD_FIELD_H

#include <stddef.h>

#include "base/error.h"

/* Present, not empty, and at most `most` bytes. `path` is the field's. */
XF_NODISCARD xf_code xf_field_needed(const char *text, size_t most, const char *path,
                                     xf_error *reterr);
/* Absent, or at most `most` bytes. */
XF_NODISCARD xf_code xf_field_short(const char *text, size_t most, const char *path,
                                    xf_error *reterr);

/* What was found of element i of a list, whose field path is then that of the field in the element.
 * Only a refusal has a path to write: printing seven that nobody reads was a thirtieth of the
 * server's work at a registration. */
XF_NODISCARD xf_code xf_field_within(const char *list, size_t i, xf_code code, xf_error *reterr);

/* Bytes of UTF-8; a Chinese character takes three. */
enum { XF_FIELD_NAME = 120, XF_FIELD_LINE = 600, XF_FIELD_PAGE = 12000 };

#endif
