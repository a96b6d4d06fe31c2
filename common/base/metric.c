/* base/metric — a block of counters a thread, hung into one list that only grows.
 *
 * A block is written by its own thread alone, so that a relaxed load and a relaxed store are
 * enough to add, and stays when the thread has ended: what was counted was counted.
 */
#include "base/metric.h"

#include <stdatomic.h>
#include <stddef.h>

#include "base/memory.h"

typedef _Atomic uint64_t cell;

typedef struct requests {
    cell codes[XF_METRIC_CODES];
    cell times[XF_METRIC_TIMES];
    cell took_us;
} requests;

typedef struct spread {
    cell buckets[XF_METRIC_BATCHES];
    cell sum;
} spread;

/* Lives as long as the process. */
typedef struct block block;

struct block {
    block *next;
    cell metrics[XF_METRIC_COUNT];
    spread spreads[XF_SPREAD_COUNT];
    requests requests[]; /* by xf_rpc_at, and at the end those that are no method */
};

typedef struct family_row {
    xf_kind kind;
    const char *name;
    const char *help;
} family_row;

typedef struct metric_row {
    xf_family family;
    const char *labels;
} metric_row;

static const family_row families[XF_FAMILY_COUNT] = {
#define XF_FAMILY_ROW(symbol, kind, name, help) [symbol] = {kind, name, help},
#define XF_METRIC_ROW(symbol, family, labels)
#include "base/metric.def"
#undef XF_FAMILY_ROW
#undef XF_METRIC_ROW
};

static const metric_row rows[XF_METRIC_COUNT] = {
#define XF_FAMILY_ROW(symbol, kind, name, help)
#define XF_METRIC_ROW(symbol, family, labels) [symbol] = {family, labels},
#include "base/metric.def"
#undef XF_FAMILY_ROW
#undef XF_METRIC_ROW
};

/* A short command takes a millisecond or two, a password hash a third of a second. */
const uint64_t xf_metric_times_us[XF_METRIC_TIMES - 1] = {
    1000, 2500, 5000, 10000, 25000, 100000, 500000, 2500000, 10000000,
};
const uint64_t xf_metric_batches[XF_METRIC_BATCHES - 1] = {1, 2, 4, 8, 16, 32, 64, 128, 256};

static _Atomic(block *) blocks;
static _Thread_local block *mine;

/* ---- Counting ----------------------------------------------------------------------- */

static void
add(cell *to, uint64_t n)
{
    uint64_t before = atomic_load_explicit(to, memory_order_relaxed);

    atomic_store_explicit(to, before + n, memory_order_relaxed);
}

static block *
own_block(void)
{
    if (mine != NULL)
        return mine;
    mine = xf_memory_new(sizeof *mine + (xf_rpc_count() + 1) * sizeof mine->requests[0]);
    mine->next = atomic_load(&blocks);
    while (!atomic_compare_exchange_weak(&blocks, &mine->next, mine))
        ;
    return mine;
}

static size_t
place_of(xf_rpc rpc)
{
    const xf_rpc_row *row = xf_rpc_find(rpc);

    return row != NULL ? (size_t)(row - xf_rpc_at(0)) : xf_rpc_count();
}

static size_t
bucket_of(const uint64_t *ends, size_t n, uint64_t value)
{
    size_t i = 0;

    while (i < n && value > ends[i])
        i++;
    return i;
}

void
xf_metric_add(xf_metric metric, uint64_t n)
{
    add(&own_block()->metrics[metric], n);
}

void
xf_metric_set(xf_metric metric, uint64_t value)
{
    atomic_store_explicit(&own_block()->metrics[metric], value, memory_order_relaxed);
}

void
xf_metric_refused(xf_rpc rpc, xf_code code)
{
    size_t at = (size_t)code < XF_METRIC_CODES ? (size_t)code : XF_METRIC_CODES - 1;

    add(&own_block()->requests[place_of(rpc)].codes[at], 1);
}

void
xf_metric_answered(xf_rpc rpc, xf_code code, uint64_t took_us)
{
    requests *to = &own_block()->requests[place_of(rpc)];

    xf_metric_refused(rpc, code);
    add(&to->times[bucket_of(xf_metric_times_us, XF_METRIC_TIMES - 1, took_us)], 1);
    add(&to->took_us, took_us);
}

void
xf_metric_observe(xf_spread spread, uint64_t value)
{
    struct spread *to = &own_block()->spreads[spread];

    add(&to->buckets[bucket_of(xf_metric_batches, XF_METRIC_BATCHES - 1, value)], 1);
    add(&to->sum, value);
}

/* ---- Reading ------------------------------------------------------------------------ */

static void
sum_up(const cell *from, size_t n, uint64_t *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] += atomic_load_explicit(&from[i], memory_order_relaxed);
}

xf_kind
xf_family_kind(xf_family family)
{
    return families[family].kind;
}

const char *
xf_family_name(xf_family family)
{
    return families[family].name;
}

const char *
xf_family_help(xf_family family)
{
    return families[family].help;
}

xf_family
xf_metric_family(xf_metric metric)
{
    return rows[metric].family;
}

const char *
xf_metric_labels(xf_metric metric)
{
    return rows[metric].labels;
}

uint64_t
xf_metric_read(xf_metric metric)
{
    uint64_t sum = 0;

    for (const block *at = atomic_load(&blocks); at != NULL; at = at->next)
        sum_up(&at->metrics[metric], 1, &sum);
    return sum;
}

void
xf_metric_read_requests(xf_rpc rpc, xf_metric_requests *ret_requests)
{
    const size_t place = place_of(rpc);

    *ret_requests = (xf_metric_requests){0};
    for (const block *at = atomic_load(&blocks); at != NULL; at = at->next) {
        const requests *from = &at->requests[place];

        sum_up(from->codes, XF_METRIC_CODES, ret_requests->codes);
        sum_up(from->times, XF_METRIC_TIMES, ret_requests->times);
        sum_up(&from->took_us, 1, &ret_requests->took_us);
    }
}

void
xf_metric_read_spread(xf_spread spread, xf_metric_spread *ret_spread)
{
    *ret_spread = (xf_metric_spread){0};
    for (const block *at = atomic_load(&blocks); at != NULL; at = at->next) {
        const struct spread *from = &at->spreads[spread];

        sum_up(from->buckets, XF_METRIC_BATCHES, ret_spread->buckets);
        sum_up(&from->sum, 1, &ret_spread->sum);
    }
}
