/* A sorted list for the transaction, a short table for those that are held. */
#include "db/heads.h"

#include <assert.h>
#include <stdlib.h>

#include "base/now.h"

static int
bureau_order(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a;
    int32_t y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

void
xf_heads_set(xf_heads *heads, xf_query *const *queries, size_t n)
{
    assert(n <= XF_HEADS_MOST);
    for (size_t i = 0; i < n; i++)
        heads->bureaus[i] = queries[i]->actor.bureau;
    qsort(heads->bureaus, n, sizeof heads->bureaus[0], bureau_order);
    heads->n = 0;
    for (size_t i = 0; i < n; i++) {
        if (heads->n == 0 || heads->bureaus[heads->n - 1] != heads->bureaus[i])
            heads->bureaus[heads->n++] = heads->bureaus[i];
    }
}

bool
xf_heads_is_held(const xf_heads *heads, int32_t bureau)
{
    for (size_t i = 0; i < XF_HEADS_HELD; i++) {
        if (heads->held[i].bureau == bureau && heads->held[i].until_ms != 0)
            return heads->held[i].until_ms > xf_now_steady_ms();
    }
    return false;
}

void
xf_heads_missed(xf_heads *heads, int32_t bureau)
{
    if (xf_heads_is_held(heads, bureau))
        return;
    xf_heads_had(heads, bureau);
    size_t oldest = 0;
    for (size_t i = 1; i < XF_HEADS_HELD; i++) {
        if (heads->held[i].until_ms < heads->held[oldest].until_ms)
            oldest = i;
    }
    heads->held[oldest].bureau = bureau;
    heads->held[oldest].until_ms = xf_now_steady_ms() + XF_HEADS_HELD_MS;
}

void
xf_heads_had(xf_heads *heads, int32_t bureau)
{
    for (size_t i = 0; i < XF_HEADS_HELD; i++) {
        if (heads->held[i].bureau == bureau)
            heads->held[i].until_ms = 0;
    }
}
