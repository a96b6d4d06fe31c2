/* law/letter — one character at a time. */
#include "law/letter.h"

#include <stdbool.h>

uint32_t
xf_letter_at(const char *text, size_t *ret_n)
{
    const unsigned char *at = (const unsigned char *)text;

    if (at[0] < 0x80) {
        *ret_n = 1;
        return at[0];
    }
    if (at[0] < 0xe0) {
        *ret_n = 2;
        return ((uint32_t)(at[0] & 0x1f) << 6) | (at[1] & 0x3f);
    }
    if (at[0] < 0xf0) {
        *ret_n = 3;
        return ((uint32_t)(at[0] & 0x0f) << 12) | ((uint32_t)(at[1] & 0x3f) << 6) | (at[2] & 0x3f);
    }
    *ret_n = 4;
    return ((uint32_t)(at[0] & 0x07) << 18) | ((uint32_t)(at[1] & 0x3f) << 12) |
           ((uint32_t)(at[2] & 0x3f) << 6) | (at[3] & 0x3f);
}

static bool
punctuation(uint32_t c)
{
    if (c < 0xc0 || (c >= 0x2000 && c <= 0x206f)) /* Latin-1's signs, general punctuation */
        return true;
    if (c >= 0x3000 && c <= 0x303f) /* CJK punctuation, where 々〆〇 are letters */
        return c < 0x3005 || c > 0x3007;
    if (c >= 0xfe10 && c <= 0xfe6f) /* forms of punctuation, vertical and small */
        return true;
    return c >= 0xff00 && c <= 0xff65; /* full- and half-width signs: letters are ASCII by now */
}

uint32_t
xf_letter_fold(uint32_t c)
{
    if (c >= 0xff01 && c <= 0xff5e) /* full-width ！ to ～ */
        c -= 0xfee0;
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 'a';
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'))
        return c;
    return punctuation(c) ? 0 : c;
}
