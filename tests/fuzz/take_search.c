/* What somebody types who looks for a matter. */
#include <assert.h>
#include <locale.h>
#include <string.h>

#include <regex.h>

#include "base/utf8.h"
#include "fuzz/take.h"
#include "law/gram.h"
#include "law/search.h"

enum { THIS_YEAR = 2026, FIRST_YEAR = 1949, LAST_YEAR = 9999, MOST_NUMBER = 999999 };

/* PostgreSQL's expressions and those of C agree in what ours are made of. */
static void
assert_found(const char *word, const char *text)
{
    static locale_t utf8 = (locale_t)0;
    locale_t before = (locale_t)0;
    regex_t made;

    if (utf8 == (locale_t)0)
        utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    assert(utf8 != (locale_t)0);
    before = uselocale(utf8);
    assert(regcomp(&made, word, REG_EXTENDED | REG_NOSUB) == 0);
    assert(regexec(&made, text, 0, NULL, 0) == 0);
    regfree(&made);
    (void)uselocale(before);
}

/* Each word stands in the text that it came from. */
static void
look_at_words(const xf_search *search, const char *text)
{
    const char *at = search->words;
    char word[XF_SEARCH_WORDS];

    assert(at[0] != '\0' && xf_utf8_valid((const uint8_t *)at, strlen(at)));
    while (*at != '\0') {
        const size_t n = strcspn(at, " ");

        assert(n > 0);
        memcpy(word, at, n);
        word[n] = '\0';
        assert_found(word, text);
        at += n;
        assert(*at == '\0' || at[1] != '\0');
        at += *at == ' ';
    }
}

/* Each once and in order, as int4; whoever looks in lower case finds the same. */
static void
look_at_grams(const xf_search *search, const char *text)
{
    char lower[XF_SEARCH_MOST + 1];
    int64_t again[XF_SEARCH_MOST];
    size_t n = strlen(text);

    assert(search->n_grams > 0 && search->n_grams < xf_gram_most(text));
    for (size_t i = 0; i < search->n_grams; i++) {
        assert(search->grams[i] >= INT32_MIN && search->grams[i] <= INT32_MAX);
        assert(i == 0 || search->grams[i] > search->grams[i - 1]);
    }
    for (size_t i = 0; i <= n; i++)
        lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
    assert(xf_gram_make(lower, again) == search->n_grams);
    assert(memcmp(again, search->grams, search->n_grams * sizeof again[0]) == 0);
}

/* As it is printed it is found again. */
static void
look_at_number(const xf_search *search)
{
    xf_search again;

    assert(search->year >= FIRST_YEAR && search->year <= LAST_YEAR);
    assert(search->number >= 1 && search->number <= MOST_NUMBER);
    assert(xf_utf8_valid((const uint8_t *)search->tail, strlen(search->tail)));
    assert(xf_search_read(search->tail, THIS_YEAR, &again, NULL) == XF_CODE_OK);
    assert(again.by_number && again.year == search->year && again.number == search->number);
    assert(strcmp(again.tail, search->tail) == 0);
}

void
xf_fuzz_search(const uint8_t *bytes, size_t n)
{
    char text[XF_SEARCH_MOST + 1] = "";
    xf_search search;
    xf_error error = {0};

    /* method/field lets no other in. */
    if (n == 0 || n > XF_SEARCH_MOST || !xf_utf8_valid(bytes, n))
        return;
    memcpy(text, bytes, n);
    xf_fuzz_judged(xf_search_read(text, THIS_YEAR, &search, &error), &error);
    if (error.code != XF_CODE_OK) {
        assert(error.code == XF_CODE_INVALID && strcmp(error.field, "text") == 0);
    } else if (search.by_number) {
        look_at_number(&search);
    } else {
        look_at_words(&search, text);
        look_at_grams(&search, text);
    }
}
