/* base/metric — what a server counts, by name, for whoever operates it.
 *
 * The rows are metric.def. Each thread counts in memory of its own, which nobody else writes:
 * counting takes no lock and no locked instruction, and blocks nobody. Any thread may read; it
 * gets the sum over all threads, those that have ended too, each count at most a moment old.
 *
 * Labels come from our own lists only: never an officer, a matter, an address.
 */
#ifndef XF_BASE_METRIC_H
#define XF_BASE_METRIC_H

#include <stdint.h>

#include "base/error.h"
#include "gen/rpc.h"

typedef enum xf_kind { XF_KIND_COUNTER, XF_KIND_GAUGE, XF_KIND_HISTOGRAM } xf_kind;

typedef enum xf_family {

#define XF_FAMILY_ROW(symbol, kind, name, help) symbol,
#define XF_METRIC_ROW(symbol, family, labels)
#include "base/metric.def"
#undef XF_FAMILY_ROW
#undef XF_METRIC_ROW
    XF_FAMILY_COUNT
} xf_family;

typedef enum xf_metric {

#define XF_FAMILY_ROW(symbol, kind, name, help)
#define XF_METRIC_ROW(symbol, family, labels) symbol,
#include "base/metric.def"
#undef XF_FAMILY_ROW
#undef XF_METRIC_ROW
    XF_METRIC_COUNT
} xf_metric;

/* How many there are of each size. */
typedef enum xf_spread { XF_SPREAD_BATCH, XF_SPREAD_READ_BATCH, XF_SPREAD_COUNT } xf_spread;

enum {
    XF_METRIC_CODES = 32,   /* more than error.proto has */
    XF_METRIC_TIMES = 10,   /* the last: longer than all named */
    XF_METRIC_BATCHES = 10, /* likewise */
};

/* The upper ends of a histogram's buckets, but for the last, which has none. */
extern const uint64_t xf_metric_times_us[XF_METRIC_TIMES - 1];
extern const uint64_t xf_metric_batches[XF_METRIC_BATCHES - 1];

/* ---- Counting */

void xf_metric_add(xf_metric metric, uint64_t n);
/* This thread's part of a gauge. */
void xf_metric_set(xf_metric metric, uint64_t value);
/* A request has its answer; code OK or why not. A number that is no method counts as one
 * row, XF_RPC_UNSPECIFIED. `took_us` is not counted where nothing was begun. */
void xf_metric_answered(xf_rpc rpc, xf_code code, uint64_t took_us);
void xf_metric_refused(xf_rpc rpc, xf_code code);
void xf_metric_observe(xf_spread spread, uint64_t value);

/* ---- Reading */

xf_kind xf_family_kind(xf_family family);
const char *xf_family_name(xf_family family); /* "xinfangd_requests_total" */
const char *xf_family_help(xf_family family);
xf_family xf_metric_family(xf_metric metric);
const char *xf_metric_labels(xf_metric metric); /* as they are printed, or "" */
uint64_t xf_metric_read(xf_metric metric);

typedef struct xf_metric_requests {
    uint64_t codes[XF_METRIC_CODES];
    uint64_t times[XF_METRIC_TIMES];
    uint64_t took_us;
} xf_metric_requests;

typedef struct xf_metric_spread {
    uint64_t buckets[XF_METRIC_BATCHES];
    uint64_t sum;
} xf_metric_spread;

/* XF_RPC_UNSPECIFIED: all that are no method. */
void xf_metric_read_requests(xf_rpc rpc, xf_metric_requests *ret_requests);
void xf_metric_read_spread(xf_spread spread, xf_metric_spread *ret_spread);

#endif
