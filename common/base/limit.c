/* base/limit — the rows of limit.def, their values and their counters. */
#include "base/limit.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

typedef struct limit_row {
    const char *key;
    uint64_t value;
    uint64_t least;
    uint64_t most;
    const char *why;
} limit_row;

static const limit_row rows[XF_LIMIT_COUNT] = {
#define XF_LIMIT_ROW(symbol, key, value, least, most, why) \
    [symbol] = {key, value, least, most, why},
#include "base/limit.def"
#undef XF_LIMIT_ROW
};

/* Written at process start, and by one thread when configuration is read anew. */
static _Atomic uint64_t values[XF_LIMIT_COUNT] = {
#define XF_LIMIT_ROW(symbol, key, value, least, most, why) [symbol] = (value),
#include "base/limit.def"
#undef XF_LIMIT_ROW
};

static _Atomic uint64_t hits[XF_LIMIT_COUNT];

uint64_t
xf_limit_get(xf_limit limit)
{
    return atomic_load_explicit(&values[limit], memory_order_relaxed);
}

uint64_t
xf_limit_default(xf_limit limit)
{
    return rows[limit].value;
}

bool
xf_limit_allows(xf_limit limit, uint64_t value)
{
    return value >= rows[limit].least && value <= rows[limit].most;
}

const char *
xf_limit_key(xf_limit limit)
{
    return rows[limit].key;
}

const char *
xf_limit_why(xf_limit limit)
{
    return rows[limit].why;
}

bool
xf_limit_set(const char *key, uint64_t value)
{
    for (size_t i = 0; i < XF_LIMIT_COUNT; i++) {
        if (strcmp(rows[i].key, key) != 0)
            continue;
        if (!xf_limit_allows((xf_limit)i, value))
            return false;
        atomic_store_explicit(&values[i], value, memory_order_relaxed);
        return true;
    }
    return false;
}

void
xf_limit_hit(xf_limit limit)
{
    atomic_fetch_add_explicit(&hits[limit], 1, memory_order_relaxed);
}

uint64_t
xf_limit_hits(xf_limit limit)
{
    return atomic_load_explicit(&hits[limit], memory_order_relaxed);
}
