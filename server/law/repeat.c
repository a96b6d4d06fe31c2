/* law/repeat — FNV-1a over the characters that carry meaning. */
#include "law/repeat.h"

#include <stdbool.h>
#include <stddef.h>

#include "law/letter.h"

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
    const char *at = demand;
    uint64_t hash = UINT64_C(14695981039346656037);

    while (*at != '\0') {
        size_t n = 0;

        if (means_something(xf_letter_at(at, &n))) {
            for (size_t i = 0; i < n; i++)
                hash = (hash ^ (unsigned char)at[i]) * UINT64_C(1099511628211);
        }
        at += n;
    }
    return (int64_t)hash;
}
