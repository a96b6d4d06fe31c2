/* law/letter — the characters of a text, and which of them carry meaning.
 *
 * Text is valid UTF-8: base/utf8 let it in.
 */
#ifndef XF_LAW_LETTER_H
#define XF_LAW_LETTER_H

#include <stddef.h>
#include <stdint.h>

/* The first character of a text that is not empty; *ret_n: its bytes. */
uint32_t xf_letter_at(const char *text, size_t *ret_n);

/* As it is compared: a full-width letter or digit like an ASCII one, and ASCII in lower case. 0:
 * white space, punctuation and the like, in whatever width. Accented letters keep their case. */
uint32_t xf_letter_fold(uint32_t character);

#endif
