/* method/grams — made behind each other in one list. */
#include "method/grams.h"

#include "law/gram.h"

xf_code
xf_grams_put(xf_call *call, const char *const *demands, size_t n, xf_error *reterr)
{
    size_t most = 1;
    size_t made = 0;
    int64_t *grams = NULL;
    int64_t *ends = xf_arena_take(call->arena, (n + 1) * sizeof *ends);

    for (size_t i = 0; i < n; i++)
        most += demands[i] != NULL ? xf_gram_most(demands[i]) : 0;
    grams = xf_arena_take(call->arena, most * sizeof *grams);
    if (ends == NULL || grams == NULL)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    for (size_t i = 0; i < n; i++) {
        if (demands[i] != NULL)
            made += xf_gram_make(demands[i], grams + made);
        ends[i] = (int64_t)made;
    }
    xf_law_put_long(&call->law, "grams", grams, made);
    xf_law_put_long(&call->law, "gram_ends", ends, n);
    return XF_CODE_OK;
}
