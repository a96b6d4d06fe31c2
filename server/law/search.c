/* law/search — first a number is tried, then words. */
#include "law/search.h"

#include <stdio.h>
#include <string.h>

#include "law/gram.h"
#include "law/letter.h"

enum { FIRST_YEAR = 1949, YEAR_DIGITS = 4, MOST_DIGITS = 6, WORD_LEAST = 2 };

/* ---- A number -------------------------------------------------------------------------------- */

/* A reader of the text's characters; full-width digits are digits, blanks are passed over. */
typedef struct cursor {
    const char *at;
    uint32_t c; /* the character there; 0 at the end */
    size_t n;
} cursor;

static void
look(cursor *cursor)
{
    while (*cursor->at == ' ' || strncmp(cursor->at, "　", 3) == 0)
        cursor->at += *cursor->at == ' ' ? 1 : 3;
    cursor->n = 0;
    cursor->c = *cursor->at == '\0' ? 0 : xf_letter_at(cursor->at, &cursor->n);
    if (cursor->c >= 0xff10 && cursor->c <= 0xff19)
        cursor->c -= 0xfee0;
}

static void
step(cursor *cursor)
{
    cursor->at += cursor->n;
    look(cursor);
}

static bool
one_of(cursor *cursor, const char *set)
{
    char c[8] = {0};

    if (cursor->c == 0 || cursor->n >= sizeof c)
        return false;
    memcpy(c, cursor->at, cursor->n);
    if (strstr(set, c) == NULL)
        return false;
    step(cursor);
    return true;
}

/* -1: no digit, or more than `most`. */
static int64_t
digits(cursor *cursor, int most)
{
    int64_t value = 0;
    int n = 0;

    for (; cursor->c >= '0' && cursor->c <= '9' && n <= most; n++) {
        value = value * 10 + (cursor->c - '0');
        step(cursor);
    }
    return n >= 1 && n <= most ? value : -1;
}

#define OPENING "〔［[【(（〈《"
#define CLOSING "〕］]】)）〉》"

/* "〔2020〕1号" from its bracket or year on; `bracket`: without one it is none. */
static bool
read_year(cursor *cursor, bool bracket, xf_search *search)
{
    const bool opened = one_of(cursor, OPENING);
    const int64_t year = digits(cursor, YEAR_DIGITS);

    if (year < FIRST_YEAR || (bracket && !opened))
        return false;
    if (opened ? !one_of(cursor, CLOSING) : !one_of(cursor, "年-－–—/／." CLOSING))
        return false;
    search->year = (int32_t)year;
    return true;
}

/* What stands before the first bracket: 陆公信字. */
static size_t
prefix(const char *text)
{
    cursor cursor = {.at = text};

    for (look(&cursor); cursor.c != 0; step(&cursor)) {
        char c[8] = {0};

        memcpy(c, cursor.at, cursor.n);
        if (strstr(OPENING, c) != NULL)
            return (size_t)(cursor.at - text);
        if (xf_letter_fold(cursor.c) == 0 || cursor.c < 0x80)
            break;
    }
    return 0;
}

/* 1号 and 第1号 are this year's; a lone figure is a word. */
static bool
read_number(const char *text, int32_t this_year, xf_search *search)
{
    const size_t n = prefix(text);
    cursor cursor = {.at = text + n};
    bool marked = false;

    look(&cursor);
    search->year = this_year;
    if (!read_year(&cursor, n > 0, search)) {
        if (n > 0)
            return false;
        cursor.at = text;
        look(&cursor);
        marked = true;
    }
    (void)one_of(&cursor, "第");
    search->number = digits(&cursor, MOST_DIGITS);
    if (search->number < 1 || (!one_of(&cursor, "号") && marked) || cursor.c != 0)
        return false;
    (void)snprintf(search->tail, sizeof search->tail, "%.*s〔%d〕%lld号", (int)n, text,
                   (int)search->year, (long long)search->number);
    return true;
}

/* ---- Words ----------------------------------------------------------------------------------- */

/* A letter or digit of ASCII as any of its forms: [aAａＡ]. */
static int
class_of(uint32_t letter, char out[16])
{
    const bool digit = letter <= '9';
    const uint32_t wide = letter - 'a' + 0xff41;

    if (digit) {
        return snprintf(out, 16, "[%c\xef\xbc%c]", (int)letter,
                        (int)(letter - '0' + 0x90)); /* U+FF10 is EF BC 90 */
    }
    return snprintf(out, 16, "[%c%c\xef\xbd%c\xef\xbc%c]", (int)letter, (int)(letter - 'a' + 'A'),
                    (int)(0x80 | (wide & 0x3f)), (int)(letter - 'a' + 0xa1));
}

static xf_code
too_short(xf_error *reterr)
{
    return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_SEARCH_SHORT, "text");
}

/* A word's letters as they are, those of ASCII in all forms; what parts two words is one blank. */
static xf_code
read_words(const char *text, xf_search *search, xf_error *reterr)
{
    size_t in_word = 0;
    size_t at = 0;
    size_t bytes = 0;

    for (; *text != '\0'; text += bytes) {
        const uint32_t character = xf_letter_at(text, &bytes);
        const uint32_t letter = xf_letter_fold(character);
        char class[16] = {0};

        if (letter == 0) {
            if (in_word != 0 && in_word < WORD_LEAST)
                return too_short(reterr);
            in_word = 0;
            continue;
        }
        if (in_word++ == 0 && at > 0)
            search->words[at++] = ' ';
        if (letter < 0x80) {
            const int n = class_of(letter, class);

            memcpy(search->words + at, class, (size_t)n);
            at += (size_t)n;
        } else {
            memcpy(search->words + at, text, bytes);
            at += bytes;
        }
    }
    search->words[at] = '\0';
    return in_word >= WORD_LEAST || (in_word == 0 && at > 0) ? XF_CODE_OK : too_short(reterr);
}

xf_code
xf_search_read(const char *text, int32_t this_year, xf_search *ret_search, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;

    *ret_search = (xf_search){0};
    if (read_number(text, this_year, ret_search)) {
        ret_search->by_number = true;
        return XF_CODE_OK;
    }
    XF_TRY(read_words(text, ret_search, reterr));
    ret_search->n_grams = xf_gram_make(text, ret_search->grams);
out:
    return code;
}
