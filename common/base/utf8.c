/* base/utf8 — on the way of every request: ASCII goes by eight bytes at a time, Chinese by three. */
#include "base/utf8.h"

#include <string.h>

/* How many ASCII bytes, none of them NUL, stand in front; a multiple of eight. */
static size_t
ascii_run(const uint8_t *bytes, size_t n)
{
    size_t i = 0;
    uint64_t word = 0;

    for (; n - i >= 8; i += 8) {
        memcpy(&word, bytes + i, 8);
        /* The high bit of a byte shows in the sum if the byte is not 0, in the word if
         * it is not ASCII. */
        if ((word & UINT64_C(0x8080808080808080)) != 0 ||
            ((word + UINT64_C(0x7f7f7f7f7f7f7f7f)) & UINT64_C(0x8080808080808080)) !=
                UINT64_C(0x8080808080808080))
            return i;
    }
    return i;
}

static bool
tail(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

/* How many bytes of characters of three stand in front, whose second byte may be any tail: all
 * Chinese in common use. */
static size_t
chinese_run(const uint8_t *b, size_t n)
{
    size_t i = 0;

    while (n - i >= 3 && b[i] > 0xe0 && b[i] < 0xf0 && b[i] != 0xed && tail(b[i + 1]) &&
           tail(b[i + 2]))
        i += 3;
    return i;
}

/* Length of the character in front, 0 if it is none. RFC 3629, section 4. */
static size_t
character(const uint8_t *b, size_t n)
{
    uint8_t low = 0x80; /* bounds of the second byte */
    uint8_t high = 0xbf;

    if (b[0] < 0x80)
        return b[0] != 0;
    if (b[0] < 0xc2 || b[0] > 0xf4 || n < 2)
        return 0;
    if (b[0] < 0xe0)
        return tail(b[1]) ? 2 : 0;
    if (b[0] == 0xe0)
        low = 0xa0; /* else overlong */
    if (b[0] == 0xed)
        high = 0x9f; /* else a surrogate */
    if (b[0] == 0xf0)
        low = 0x90; /* else overlong */
    if (b[0] == 0xf4)
        high = 0x8f; /* else above U+10FFFF */
    if (b[1] < low || b[1] > high || n < 3 || !tail(b[2]))
        return 0;
    if (b[0] < 0xf0)
        return 3;
    return n >= 4 && tail(b[3]) ? 4 : 0;
}

bool
xf_utf8_valid(const uint8_t *bytes, size_t n)
{
    size_t i = 0;
    size_t step = 0;

    while (i < n) {
        i += bytes[i] < 0x80 ? ascii_run(bytes + i, n - i) : chinese_run(bytes + i, n - i);
        if (i == n)
            break;
        step = character(bytes + i, n - i);
        if (step == 0)
            return false;
        i += step;
    }
    return true;
}

void
xf_utf8_trim_cut(char *text)
{
    size_t n = strlen(text);
    size_t begin = n;
    uint8_t first = 0;
    size_t whole = 0;

    while (begin > 0 && n - begin < 3 && tail((uint8_t)text[begin - 1]))
        begin--;
    if (begin == 0)
        return;
    first = (uint8_t)text[--begin];
    whole = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (n - begin < whole)
        text[begin] = '\0';
}
