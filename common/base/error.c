/* base/error — the words, and how an error is filled. */
#include "base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"

static const char *const words[XF_TEXT_COUNT] = {
    [XF_TEXT_NONE] = "",
#define XF_TEXT_ROW(symbol, sentence) [symbol] = (sentence),
#include "base/text.def"
#undef XF_TEXT_ROW
};

xf_code
xf_error_fill(xf_error *reterr, xf_code code, xf_text text, const char *file, int line,
              const char *field, ...)
{
    va_list args;

    assert(code != XF_CODE_OK);
    if (reterr == NULL)
        return code;
    *reterr = (xf_error){.code = code, .text = text, .file = file, .line = line};
    va_start(args, field);
    /* A path longer than its room is cut: it still names the beginning. */
    (void)vsnprintf(reterr->field, sizeof reterr->field, field, args);
    va_end(args);
    xf_utf8_trim_cut(reterr->field);
    return code;
}

const char *
xf_error_words(xf_text text)
{
    if ((unsigned)text >= XF_TEXT_COUNT)
        return words[XF_TEXT_INTERNAL];
    return words[text];
}

bool
xf_error_retryable(xf_code code)
{
    switch (code) {
    case XF_CODE_OVERLOADED:
    case XF_CODE_UNAVAILABLE:
    case XF_CODE_DEADLINE: return true;
    case XF_CODE_OK:
    case XF_CODE_INVALID:
    case XF_CODE_UNAUTHENTICATED:
    case XF_CODE_DENIED:
    case XF_CODE_NOT_FOUND:
    case XF_CODE_CONFLICT:
    case XF_CODE_OP_MISMATCH:
    case XF_CODE_LIMIT:
    case XF_CODE_UNSUPPORTED:
    case XF_CODE_INTERNAL:
    case XF_CODE_CANCELLED: return false;
    }
    return false; /* a code from a newer peer */
}
