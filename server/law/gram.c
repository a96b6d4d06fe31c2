/* law/gram — walk, pack, sort. */
#include "law/gram.h"

#include <stdlib.h>

#include "law/letter.h"

size_t
xf_gram_most(const char *text)
{
    size_t n = 0;

    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static uint32_t
sixteen_bits(uint32_t letter)
{
    return (letter & 0xffff) ^ (letter >> 16);
}

static int
by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

size_t
xf_gram_make(const char *text, int64_t *grams)
{
    uint32_t before = 0;
    size_t n = 0;
    size_t kept = 0;
    size_t bytes = 0;

    for (const char *at = text; *at != '\0'; at += bytes) {
        const uint32_t letter = xf_letter_fold(xf_letter_at(at, &bytes));

        if (before != 0 && letter != 0)
            grams[n++] = (int32_t)(sixteen_bits(before) << 16 | sixteen_bits(letter));
        before = letter;
    }
    if (n > 0)
        qsort(grams, n, sizeof *grams, by_value);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || grams[i] != grams[i - 1])
            grams[kept++] = grams[i];
    }
    return kept;
}
