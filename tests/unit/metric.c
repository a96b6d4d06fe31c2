/* base/metric and what is printed of it: counts of several threads, names, the operators' table. */
#include "base/metric.h"

#include <ctype.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limit.h"
#include "base/memory.h"
#include "http/ready.h"
#include "http/scrape.h"
#include "stage.h"

enum { THREADS = 4, TIMES = 100000, ROOM = 65536 };

static const xf_scrape_facts facts = {
    .version = "9.8.7", .started_s = 11, .certificate_ends_s = 12, .hashes_waiting = 13};

static void *
count(void *data)
{
    (void)data;
    for (int i = 0; i < TIMES; i++) {
        xf_metric_add(XF_METRIC_PUSHES, 2);
        xf_metric_answered(XF_RPC_MATTER_OPEN, XF_CODE_OK, 1500);
        xf_metric_observe(XF_SPREAD_BATCH, 3);
    }
    xf_metric_set(XF_METRIC_OFFICERS, 5);
    xf_metric_set(XF_METRIC_OFFICERS, 4);
    return NULL;
}

static void
what_threads_counted_is_summed_when_they_have_ended_too(void **state)
{
    pthread_t threads[THREADS];
    xf_metric_requests requests;
    xf_metric_spread sizes;

    (void)state;
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count, NULL), 0);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(xf_metric_read(XF_METRIC_PUSHES), 2 * THREADS * TIMES);
    assert_int_equal(xf_metric_read(XF_METRIC_OFFICERS), 4 * THREADS);
    xf_metric_read_requests(XF_RPC_MATTER_OPEN, &requests);
    assert_int_equal(requests.codes[XF_CODE_OK], THREADS * TIMES);
    assert_int_equal(requests.times[1], THREADS * TIMES);
    assert_int_equal(requests.took_us, (uint64_t)1500 * THREADS * TIMES);
    xf_metric_read_spread(XF_SPREAD_BATCH, &sizes);
    assert_int_equal(sizes.buckets[2], THREADS * TIMES); /* up to 4 */
    assert_int_equal(sizes.sum, 3 * THREADS * TIMES);
}

static void
a_bucket_has_what_is_no_longer_than_its_end(void **state)
{
    xf_metric_requests requests;

    (void)state;
    xf_metric_answered(XF_RPC_FEED_ACK, XF_CODE_OK, 1000);
    xf_metric_answered(XF_RPC_FEED_ACK, XF_CODE_OK, 1001);
    xf_metric_answered(XF_RPC_FEED_ACK, XF_CODE_DENIED, UINT64_C(10000001));
    xf_metric_refused(XF_RPC_FEED_ACK, XF_CODE_LIMIT);
    xf_metric_read_requests(XF_RPC_FEED_ACK, &requests);
    assert_int_equal(requests.times[0], 1);
    assert_int_equal(requests.times[1], 1);
    assert_int_equal(requests.times[XF_METRIC_TIMES - 1], 1);
    assert_int_equal(requests.codes[XF_CODE_OK], 2);
    assert_int_equal(requests.codes[XF_CODE_DENIED], 1);
    assert_int_equal(requests.codes[XF_CODE_LIMIT], 1); /* and no time */
}

static void
a_number_that_is_no_method_has_a_row_of_its_own(void **state)
{
    xf_metric_requests requests;

    (void)state;
    xf_metric_refused((xf_rpc)64999, XF_CODE_UNSUPPORTED);
    xf_metric_refused((xf_rpc)64998, XF_CODE_UNSUPPORTED);
    xf_metric_read_requests(XF_RPC_UNSPECIFIED, &requests);
    assert_int_equal(requests.codes[XF_CODE_UNSUPPORTED], 2);
}

static void
every_code_of_the_protocol_has_room(void **state)
{
    (void)state;
    for (int code = XF_METRIC_CODES - 1; code < 1000; code++)
        assert_false(xf_code_known(code));
}

/* ---- What is printed ------------------------------------------------------------------ */

static char *
scrape(void)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);

    assert_non_null(out);
    xf_scrape_print(&facts, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void
assert_printed(const char *text, const char *line)
{
    const char *at = strstr(text, line);

    if (at == NULL || at[strlen(line)] != '\n' || (at != text && at[-1] != '\n'))
        fail_msg("not printed: %s", line);
}

static void
the_facts_and_the_counts_stand_in_the_text(void **state)
{
    char *text = NULL;
    char line[128];

    (void)state;
    xf_metric_answered(XF_RPC_LOGIN_END, XF_CODE_OK, 2000);
    xf_metric_answered(XF_RPC_LOGIN_END, XF_CODE_OK, 600000);
    xf_metric_set(XF_METRIC_CONNECTIONS, 7);
    xf_limit_hit(XF_LIMIT_FRAME);
    text = scrape();
    assert_printed(text, "xinfangd_build_info{version=\"9.8.7\"} 1");
    assert_printed(text, "xinfangd_start_timestamp_seconds 11");
    assert_printed(text, "xinfangd_certificate_end_timestamp_seconds 12");
    assert_printed(text, "xinfangd_hashes_waiting 13");
    assert_printed(text, "xinfangd_connections 7");
    assert_printed(text, "xinfangd_requests_total{rpc=\"login.end\",code=\"OK\"} 2");
    assert_printed(text,
                   "xinfangd_request_duration_seconds_bucket{rpc=\"login.end\",le=\"0.001\"} 0");
    assert_printed(text,
                   "xinfangd_request_duration_seconds_bucket{rpc=\"login.end\",le=\"0.0025\"} 1");
    assert_printed(text,
                   "xinfangd_request_duration_seconds_bucket{rpc=\"login.end\",le=\"2.5\"} 2");
    assert_printed(text,
                   "xinfangd_request_duration_seconds_bucket{rpc=\"login.end\",le=\"+Inf\"} 2");
    assert_printed(text, "xinfangd_request_duration_seconds_sum{rpc=\"login.end\"} 0.602000");
    assert_printed(text, "xinfangd_request_duration_seconds_count{rpc=\"login.end\"} 2");
    (void)snprintf(line, sizeof line, "xinfangd_limit{limit=\"in_flight\"} %llu",
                   (unsigned long long)xf_limit_get(XF_LIMIT_IN_FLIGHT));
    assert_printed(text, line);
    (void)snprintf(line, sizeof line, "xinfangd_limit_hits_total{limit=\"frame\"} %llu",
                   (unsigned long long)xf_limit_hits(XF_LIMIT_FRAME));
    assert_printed(text, line);
    free(text);
}

static bool
ends_with(const char *text, const char *end)
{
    size_t n = strlen(text);
    size_t m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

/* As Prometheus asks: the prefix, a base unit, _total for what only grows and for nothing else. */
static void
every_name_keeps_the_rules(void **state)
{
    (void)state;
    for (int i = 0; i < XF_FAMILY_COUNT; i++) {
        const char *name = xf_family_name((xf_family)i);

        assert_int_equal(strncmp(name, "xinfangd_", 9), 0);
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name));
        assert_null(strstr(name, "_ms"));
        assert_null(strstr(name, "milli"));
        assert_int_equal(ends_with(name, "_total"),
                         xf_family_kind((xf_family)i) == XF_KIND_COUNTER);
        assert_true(strlen(xf_family_help((xf_family)i)) > 10);
        assert_null(strpbrk(xf_family_help((xf_family)i), "\\\n|"));
    }
}

/* Is the line's metric of the family that the last TYPE named? *values have been seen. */
static void
judge_line(const char *line, char family[128], size_t *n_families)
{
    static const char *const labels[] = {"rpc",     "code",  "le",    "state",
                                         "outcome", "lanes", "limit", "version"};
    const char *at = line;

    if (strncmp(line, "# HELP ", 7) == 0)
        return;
    if (strncmp(line, "# TYPE ", 7) == 0) {
        (void)snprintf(family, 128, "%.*s", (int)strcspn(line + 7, " "), line + 7);
        (*n_families)++;
        return;
    }
    assert_int_equal(strncmp(line, family, strlen(family)), 0);
    for (at = strpbrk(line, "{"); at != NULL && *at != '}'; at = strchr(at + 1, '"') + 1) {
        bool known = false;
        size_t n = strcspn(++at, "=");

        for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
            known = known || (strlen(labels[i]) == n && strncmp(labels[i], at, n) == 0);
        if (!known)
            fail_msg("a label of no list of ours: %s", line);
        at += n + 1;
    }
    assert_non_null(strrchr(line, ' '));
    assert_true(isdigit((unsigned char)strrchr(line, ' ')[1]));
}

static void
every_line_is_of_its_family_and_has_labels_of_ours_only(void **state)
{
    char family[128] = "";
    size_t n_families = 0;
    char *rest = NULL;
    char *text = scrape();

    (void)state;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
        judge_line(line, family, &n_families);
    assert_int_equal(n_families, XF_FAMILY_COUNT);
    free(text);
}

/* ---- The table for people --------------------------------------------------------------- */

static void
the_operators_table_is_the_code_s(void **state)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    char *path = xf_stage_source("deploy/METRICS.md");
    FILE *file = fopen(path, "re");
    char *page = xf_memory_new(ROOM);
    size_t rows = 0;

    (void)state;
    assert_non_null(file);
    assert_true(fread(page, 1, ROOM, file) < ROOM); /* whole, with a NUL behind it */
    (void)fclose(file);
    for (int i = 0; i < XF_FAMILY_COUNT; i++) {
        char row[512];

        (void)snprintf(row, sizeof row, "| `%s` | %s | %s |", xf_family_name((xf_family)i),
                       kinds[xf_family_kind((xf_family)i)], xf_family_help((xf_family)i));
        assert_printed(page, row);
    }
    for (const char *at = strstr(page, "\n| `xinfangd_"); at != NULL;
         at = strstr(at + 1, "\n| `xinfangd_"))
        rows++;
    assert_int_equal(rows, XF_FAMILY_COUNT);
    free(page);
    free(path);
}

/* ---- The disk ----------------------------------------------------------------------------- */

static void
a_disk_is_low_below_its_percent(void **state)
{
    (void)state;
    assert_false(xf_ready_disk_is_low(100, 1000, 10));
    assert_true(xf_ready_disk_is_low(99, 1000, 10));
    assert_true(xf_ready_disk_is_low(0, 1000, 1));
    assert_false(xf_ready_disk_is_low(1000, 1000, 99));
    assert_false(xf_ready_disk_is_low(0, 0, 10)); /* /proc and the like */
    assert_false(xf_ready_disk_is_low(UINT64_MAX / 5, UINT64_MAX, 10));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_threads_counted_is_summed_when_they_have_ended_too),
        cmocka_unit_test(a_bucket_has_what_is_no_longer_than_its_end),
        cmocka_unit_test(a_number_that_is_no_method_has_a_row_of_its_own),
        cmocka_unit_test(every_code_of_the_protocol_has_room),
        cmocka_unit_test(the_facts_and_the_counts_stand_in_the_text),
        cmocka_unit_test(every_name_keeps_the_rules),
        cmocka_unit_test(every_line_is_of_its_family_and_has_labels_of_ours_only),
        cmocka_unit_test(the_operators_table_is_the_code_s),
        cmocka_unit_test(a_disk_is_low_below_its_percent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
