/* base/error — what failed, where in the request, why, and what to do next.
 *
 * A failing function returns its code and fills the caller's `xf_error *reterr`.
 * Nobody writes prose at a call site: the words are rows of text.def, named by
 * `xf_text`, so no personal data can get in and the wording has one home.
 * An xf_error is a value: it owns nothing and is copied freely.
 */
#ifndef XF_BASE_ERROR_H
#define XF_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/code.h"

typedef enum xf_text {
    XF_TEXT_NONE,

#define XF_TEXT_ROW(symbol, words) symbol,
#include "base/text.def"
#undef XF_TEXT_ROW
    XF_TEXT_COUNT
} xf_text;

typedef struct xf_error {
    xf_code code;
    xf_text text;
    uint32_t retry_after_ms; /* 0: no advice */
    char field[96];          /* "petitioners[2].phone", or empty */
    const char *file;        /* where it was born, for the log */
    int line;
} xf_error;

/* Fills *reterr and gives `code` back, so that `return XF_FAIL(reterr, …);` reads
 * as one act. `field` is a printf format for the field path; "" for none.
 * `reterr` may be NULL: then only the code is given back. */
#define XF_FAIL(reterr, code, text, ...) \
    xf_error_fill((reterr), (code), (text), __FILE__, __LINE__, __VA_ARGS__)

/* May be called for the filling alone: (void)XF_FAIL(&kept, …). */
xf_code xf_error_fill(xf_error *reterr, xf_code code, xf_text text, const char *file, int line,
                      const char *field, ...) XF_PRINTF(6, 7);

/* Chinese, for people: what failed, why, what to do next. Never NULL. */
const char *xf_error_words(xf_text text);

/* May the same request (with the same op_id) be sent again as it is? */
bool xf_error_retryable(xf_code code);

#endif
