/* law/repeat — FNV-1a over the characters that carry meaning. */
#include "law/repeat.h"

#include <stdbool.h>
#include <stddef.h>

/* One UTF-8 character of well-formed text: its value, and *ret_n its bytes. */
static uint32_t
character(const unsigned char *at, size_t *ret_n)
{
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
means_something(uint32_t c)
{
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (c >= 0x2000 && c <= 0x206f) /* general punctuation */
        return false;
    if (c >= 0x3000 && c <= 0x303f) /* CJK punctuation and the wide space */
        return false;
    if (c >= 0xff00 && c <= 0xff0f) /* full-width ！ to ／ */
        return false;
    return c != 0xff1a && c != 0xff1b && c != 0xff1f && c != 0xa0; /* ： ； ？ and no-break space */
}

int64_t
xf_repeat_key(const char *demand)
{
    const unsigned char *at = (const unsigned char *)demand;
    uint64_t hash = UINT64_C(14695981039346656037);

    while (*at != '\0') {
        size_t n = 0;

        if (means_something(character(at, &n))) {
            for (size_t i = 0; i < n; i++)
                hash = (hash ^ at[i]) * UINT64_C(1099511628211);
        }
        at += n;
    }
    return (int64_t)hash;
}
