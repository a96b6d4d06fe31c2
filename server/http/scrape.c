/* http/scrape — the page of /metrics in the text format of Prometheus: a family (all samples of
 * one name) after the other, its head, then its samples. */
#include "http/scrape.h"

#include <inttypes.h>
#include <stddef.h>

#include "base/limit.h"
#include "base/metric.h"

static const double us_of_s = 1e6;

static void
print_head(xf_family family, FILE *out)
{
    static const char *const kinds[] = {[XF_KIND_COUNTER] = "counter",
                                        [XF_KIND_GAUGE] = "gauge",
                                        [XF_KIND_HISTOGRAM] = "histogram"};
    const char *name = xf_family_name(family);

    (void)fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, xf_family_help(family), name,
                  kinds[xf_family_kind(family)]);
}

static void
print_plain(xf_family family, uint64_t value, FILE *out)
{
    (void)fprintf(out, "%s %" PRIu64 "\n", xf_family_name(family), value);
}

static void
print_metrics(xf_family family, FILE *out)
{
    for (int i = 0; i < XF_METRIC_COUNT; i++) {
        const char *labels = xf_metric_labels((xf_metric)i);

        if (xf_metric_family((xf_metric)i) != family)
            continue;
        if (labels[0] == '\0') {
            print_plain(family, xf_metric_read((xf_metric)i), out);
        } else {
            (void)fprintf(out, "%s{%s} %" PRIu64 "\n", xf_family_name(family), labels,
                          xf_metric_read((xf_metric)i));
        }
    }
}

/* ---- By method ---------------------------------------------------------------------- */

static uint64_t
count_of(const uint64_t *counts, size_t n)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += counts[i];
    return sum;
}

static void
print_codes(const char *rpc, const xf_metric_requests *requests, FILE *out)
{
    for (int code = 0; code < XF_METRIC_CODES; code++) {
        if (requests->codes[code] == 0)
            continue;
        (void)fprintf(out, "%s{rpc=\"%s\",code=\"%s\"} %" PRIu64 "\n",
                      xf_family_name(XF_FAMILY_REQUESTS), rpc, xf_code_name((xf_code)code),
                      requests->codes[code]);
    }
}

static void
print_times(const char *rpc, const xf_metric_requests *requests, FILE *out)
{
    const char *name = xf_family_name(XF_FAMILY_DURATION);
    const uint64_t count = count_of(requests->times, XF_METRIC_TIMES);
    uint64_t so_far = 0;

    if (count == 0)
        return;
    for (size_t i = 0; i < XF_METRIC_TIMES - 1; i++) {
        so_far += requests->times[i];
        (void)fprintf(out, "%s_bucket{rpc=\"%s\",le=\"%g\"} %" PRIu64 "\n", name, rpc,
                      (double)xf_metric_times_us[i] / us_of_s, so_far);
    }
    (void)fprintf(out, "%s_bucket{rpc=\"%s\",le=\"+Inf\"} %" PRIu64 "\n", name, rpc, count);
    (void)fprintf(out, "%s_sum{rpc=\"%s\"} %.6f\n", name, rpc, (double)requests->took_us / us_of_s);
    (void)fprintf(out, "%s_count{rpc=\"%s\"} %" PRIu64 "\n", name, rpc, count);
}

/* The methods, and last all numbers that are none. */
static void
print_requests(void (*print)(const char *, const xf_metric_requests *, FILE *), FILE *out)
{
    xf_metric_requests requests;

    for (size_t i = 0; i < xf_rpc_count(); i++) {
        xf_metric_read_requests(xf_rpc_at(i)->rpc, &requests);
        print(xf_rpc_at(i)->name, &requests, out);
    }
    xf_metric_read_requests(XF_RPC_UNSPECIFIED, &requests);
    print("none", &requests, out);
}

/* ---- The others --------------------------------------------------------------------- */

static void
print_batch(xf_spread spread, const char *lanes, FILE *out)
{
    const char *name = xf_family_name(XF_FAMILY_BATCH);
    xf_metric_spread sizes;
    uint64_t so_far = 0;

    xf_metric_read_spread(spread, &sizes);
    for (size_t i = 0; i < XF_METRIC_BATCHES - 1; i++) {
        so_far += sizes.buckets[i];
        (void)fprintf(out, "%s_bucket{lanes=\"%s\",le=\"%" PRIu64 "\"} %" PRIu64 "\n", name, lanes,
                      xf_metric_batches[i], so_far);
    }
    so_far += sizes.buckets[XF_METRIC_BATCHES - 1];
    (void)fprintf(out, "%s_bucket{lanes=\"%s\",le=\"+Inf\"} %" PRIu64 "\n", name, lanes, so_far);
    (void)fprintf(out, "%s_sum{lanes=\"%s\"} %" PRIu64 "\n", name, lanes, sizes.sum);
    (void)fprintf(out, "%s_count{lanes=\"%s\"} %" PRIu64 "\n", name, lanes, so_far);
}

static void
print_limits(xf_family family, uint64_t (*value)(xf_limit limit), FILE *out)
{
    static const size_t prefix = sizeof "limit." - 1;

    for (int i = 0; i < XF_LIMIT_COUNT; i++) {
        (void)fprintf(out, "%s{limit=\"%s\"} %" PRIu64 "\n", xf_family_name(family),
                      xf_limit_key((xf_limit)i) + prefix, value((xf_limit)i));
    }
}

static void
print_samples(xf_family family, const xf_scrape_facts *facts, FILE *out)
{
    switch (family) {
    case XF_FAMILY_BUILD_INFO:
        (void)fprintf(out, "%s{version=\"%s\"} 1\n", xf_family_name(family), facts->version);
        return;
    case XF_FAMILY_START: print_plain(family, (uint64_t)facts->started_s, out); return;
    case XF_FAMILY_CERTIFICATE:
        print_plain(family, (uint64_t)facts->certificate_ends_s, out);
        return;
    case XF_FAMILY_HASHES: print_plain(family, facts->hashes_waiting, out); return;
    case XF_FAMILY_REQUESTS: print_requests(print_codes, out); return;
    case XF_FAMILY_DURATION: print_requests(print_times, out); return;
    case XF_FAMILY_BATCH:
        print_batch(XF_SPREAD_BATCH, "writer", out);
        print_batch(XF_SPREAD_READ_BATCH, "reader", out);
        return;
    case XF_FAMILY_LIMIT: print_limits(family, xf_limit_get, out); return;
    case XF_FAMILY_LIMIT_HITS: print_limits(family, xf_limit_hits, out); return;
    case XF_FAMILY_IN_PROGRESS:
    case XF_FAMILY_CONNECTIONS:
    case XF_FAMILY_SESSIONS:
    case XF_FAMILY_PUSHES:
    case XF_FAMILY_TRANSACTIONS:
    case XF_FAMILY_DB_WAITING:
    case XF_FAMILY_DB_OPENED:
    case XF_FAMILY_COUNT: print_metrics(family, out); return;
    }
}

void
xf_scrape_print(const xf_scrape_facts *facts, FILE *out)
{
    for (int i = 0; i < XF_FAMILY_COUNT; i++) {
        print_head((xf_family)i, out);
        print_samples((xf_family)i, facts, out);
    }
}
