/* http/scrape — every metric in Prometheus' text format (version 0.0.4).
 *
 * Reads counters only: no lock of a loop's, no database. What a family has no value of yet
 * (a method that nobody called) has no line.
 */
#ifndef XF_HTTP_SCRAPE_H
#define XF_HTTP_SCRAPE_H

#include <stdint.h>
#include <stdio.h>

/* What is nobody's counter. */
typedef struct xf_scrape_facts {
    const char *version; /* "0.1.0" */
    int64_t started_s;   /* seconds since the epoch, as the next one */
    int64_t certificate_ends_s;
    uint64_t hashes_waiting;
} xf_scrape_facts;

void xf_scrape_print(const xf_scrape_facts *facts, FILE *out);

#endif
