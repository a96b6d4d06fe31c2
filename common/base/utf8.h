/* base/utf8 — is this text? */
#ifndef XF_BASE_UTF8_H
#define XF_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* UTF-8 by RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF; and no NUL,
 * which C would take for the end. Empty is text. */
bool xf_utf8_valid(const uint8_t *bytes, size_t n);

/* For text that was cut to fit: takes away what is left of a character at its end. */
void xf_utf8_trim_cut(char *text);

#endif
