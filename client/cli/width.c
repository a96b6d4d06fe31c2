/* client/cli/width: two range tables and a decoder. */
#include "client/cli/width.h"

#include <stdbool.h>

typedef struct range {
    uint32_t first, last;
} range;

static const range wide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x25fd, 0x25fe},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26a1, 0x26a1},
    {0x2705, 0x2705},   {0x274c, 0x274c},   {0x2753, 0x2755},   {0x2795, 0x2797},
    {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0xa4cf},
    {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe19},
    {0xfe30, 0xfe6f},   {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x18cff},
    {0x1aff0, 0x1b2ff}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff},
    {0x20000, 0x3fffd},
};

/* Combining and invisible; the bidirectional controls among them are shown as U+FFFD. */
static const range none[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200d}, {0x20d0, 0x20ff}, {0x302a, 0x302d},
    {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
};

static const range bidirectional[] = {
    {0x061c, 0x061c}, {0x200e, 0x200f}, {0x202a, 0x202e}, {0x2066, 0x2069}};

static bool
within(const range *ranges, size_t n, uint32_t c)
{
    for (size_t i = 0; i < n; i++) {
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    }
    return false;
}

#define WITHIN(ranges, c) within((ranges), sizeof(ranges) / sizeof((ranges)[0]), (c))

uint32_t
xf_width_next(const char **at)
{
    const unsigned char *s = (const unsigned char *)*at;
    if (s[0] == '\0')
        return 0;
    *at += 1;
    if (s[0] < 0x80)
        return s[0];
    int more = s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : 1;
    if (s[0] < 0xc2 || s[0] > 0xf4)
        return 0xfffd;
    uint32_t c = s[0] & (0x3fU >> more);
    for (int i = 1; i <= more; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0xfffd;
        c = c << 6 | (s[i] & 0x3fU);
    }
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0xfffd;
    *at += more;
    return c;
}

int
xf_width_of(uint32_t character)
{
    if (WITHIN(none, character))
        return 0;
    return WITHIN(wide, character) ? 2 : 1;
}

/* What stands for a character on the screen: U+2400 … for controls. */
static uint32_t
shown(uint32_t c)
{
    if (c < 0x20)
        return 0x2400 + c;
    if (c == 0x7f)
        return 0x2421;
    if ((c >= 0x80 && c < 0xa0) || c == 0x2028 || c == 0x2029 || WITHIN(bidirectional, c))
        return 0xfffd;
    return c;
}

size_t
xf_width_text(const char *text)
{
    size_t width = 0;
    for (uint32_t c = 0; (c = xf_width_next(&text)) != 0;)
        width += (size_t)xf_width_of(shown(c));
    return width;
}

static void
put(FILE *out, uint32_t c)
{
    if (c < 0x80) {
        (void)fputc((int)c, out);
        return;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const uint32_t lead[] = {0, 0xc0, 0xe0, 0xf0};
    (void)fputc((int)(lead[more] | c >> (6 * more)), out);
    while (more-- > 0)
        (void)fputc((int)(0x80U | (c >> (6 * more) & 0x3fU)), out);
}

size_t
xf_width_print(FILE *out, const char *text, size_t most)
{
    bool cut = most != 0 && xf_width_text(text) > most;
    size_t room = cut ? most - 1 : SIZE_MAX;
    size_t width = 0;
    for (uint32_t c = 0; (c = xf_width_next(&text)) != 0;) {
        c = shown(c);
        size_t w = (size_t)xf_width_of(c);
        if (width + w > room)
            break;
        put(out, c);
        width += w;
    }
    if (cut) {
        put(out, 0x2026);
        width++;
    }
    return width;
}
