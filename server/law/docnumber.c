/* law/docnumber — reads a number that a book gave. */
#include "law/docnumber.h"

#include <stddef.h>
#include <string.h>

enum { MOST_DIGITS = 6, YEAR_DIGITS = 4 };

/* Digits from *at on, at least one and at most `most`; -1 otherwise. */
static int64_t
digits(const char **at, int most)
{
    int64_t value = 0;
    int n = 0;

    while (**at >= '0' && **at <= '9' && n <= most) {
        value = value * 10 + (**at - '0');
        (*at)++;
        n++;
    }
    return n >= 1 && n <= most ? value : -1;
}

xf_code
xf_docnumber_parse(const char *text, const char *field, xf_docnumber *ret_number, xf_error *reterr)
{
    static const char open[] = "〔";
    static const char close[] = "〕";
    const char *at = strstr(text, open);
    xf_docnumber found = {0, 0};

    if (at == NULL || at == text)
        goto malformed;
    at += strlen(open);
    found.year = (int32_t)digits(&at, YEAR_DIGITS);
    if (found.year < 1949 || strncmp(at, close, strlen(close)) != 0)
        goto malformed;
    at += strlen(close);
    found.number = digits(&at, MOST_DIGITS);
    if (found.number < 1 || strcmp(at, "号") != 0)
        goto malformed;
    *ret_number = found;
    return XF_CODE_OK;

malformed:
    return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_NUMBER_MALFORMED, "%s", field);
}

int64_t
xf_docnumber_petition(int series, int32_t year, int64_t number)
{
    return ((int64_t)series * 10000 + year) * 1000000 + number;
}
