/* law/indicator — every figure that the bureau publishes or decides by, defined once.
 *
 * A figure is a number (what one branch of the view `fact` adds up) or a rate (one such number
 * over another, in per cent). A row belongs to a period by its own book's day; a rate's whole is
 * every row of the period. One decimal, half away from zero, as the bureau's printed figures are;
 * a whole of 0 has no rate and prints "—", for 0 % would say that something failed.
 */
#ifndef XF_LAW_INDICATOR_H
#define XF_LAW_INDICATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/now.h"
#include "gen/enums.h"

/* Which days of a period a figure counts. */
typedef enum xf_indicator_span {
    XF_INDICATOR_PERIOD,            /* the period's own */
    XF_INDICATOR_SINCE_YEAR_BEFORE, /* from 1 January of the year before its first day */
} xf_indicator_span;

/* The book whose rows a figure counts. Before the year of its first row there is nothing to compare
 * with: a 0 would say that nothing was done. */
typedef enum xf_indicator_book {
    XF_INDICATOR_REGISTER,
    XF_INDICATOR_RECEPTIONS,
    XF_INDICATOR_VISITS,
    XF_INDICATOR_NOTICES,
    XF_INDICATOR_DISPUTES,
    XF_INDICATOR_THEFTS,
    XF_INDICATOR_PANELS,
} xf_indicator_book;

typedef struct xf_indicator {
    xf_figure figure;
    xf_indicator_book book;
    const char *name; /* as the command line and its JSON say it */
    const char *chinese;
    xf_figure part;  /* of a number: itself; of a rate: what is counted */
    xf_figure whole; /* of a rate: over what; of a number: UNSPECIFIED */
    xf_indicator_span span;
    bool published; /* one of the bureau's yearly figures; the others stand beside a rate */
    const char *formula;
    const char *day;  /* by which day a row belongs to a period */
    const char *rows; /* which rows it counts */
} xf_indicator;

size_t xf_indicator_count(void);
const xf_indicator *xf_indicator_at(size_t i); /* in the order in which they are shown */
/* NULL: no such figure. */
const xf_indicator *xf_indicator_find(xf_figure figure);

/* The first day that `indicator` counts for a period that begins on `from_on`. */
xf_day xf_indicator_from(const xf_indicator *indicator, xf_day from_on);

/* part over whole in tenths of a per cent: 493 of 538 is 916. False: there is no base. */
bool xf_indicator_rate(int64_t part, int64_t whole, int32_t *ret_tenths);

/* Change against `previous` in tenths of a per cent: 121 after 237 is -489. False when there is
 * nothing to compare with. */
bool xf_indicator_change(int64_t value, int64_t previous, int32_t *ret_tenths);

/* The same day a year before; 29 February becomes the 28th. */
xf_day xf_indicator_year_before(xf_day day);

#endif
