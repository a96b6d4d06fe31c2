/* law/search — what somebody looks for who types a few characters: an official number, or words.
 *
 * A number is typed as people do: 陆公信字〔2020〕1号 with whatever brackets, 2020-1, 2020年第1号, or 1号,
 * which is this year's. Anything else is words: runs of letters (law/letter), all of which must
 * stand in the demand, each as it is, in any case and width. A word has two letters or more.
 */
#ifndef XF_LAW_SEARCH_H
#define XF_LAW_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    XF_SEARCH_MOST = 120, /* bytes of text */
    XF_SEARCH_TAIL = XF_SEARCH_MOST + 32,
    XF_SEARCH_WORDS = XF_SEARCH_MOST * 12,
};

typedef struct xf_search {
    bool by_number;
    int32_t year;
    int64_t number;
    char tail[XF_SEARCH_TAIL];   /* how the number ends as it is printed: 公信字〔2020〕1号 */
    char words[XF_SEARCH_WORDS]; /* a regular expression a word, a blank between two */
    size_t n_grams;
    int64_t grams[XF_SEARCH_MOST]; /* of all words */
} xf_search;

/* `text` has XF_SEARCH_MOST bytes at most. INVALID at "text": a word of one letter, or none. */
XF_NODISCARD xf_code xf_search_read(const char *text, int32_t this_year, xf_search *ret_search,
                                    xf_error *reterr);

#endif
