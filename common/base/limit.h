/* base/limit — every ceiling by name: value, why, configuration key, metric.
 *
 * The rows are limit.def. A value is read with xf_limit_get, from any thread, and changed
 * by configuration only, at start and when it is read anew (xf_limit_set checks the range).
 * So two reads may differ: room that is made once is not measured by a second. Reaching one
 * is answered
 * LIMIT or OVERLOADED and counted (xf_limit_hit); nothing is ever dropped in silence.
 */
#ifndef XF_BASE_LIMIT_H
#define XF_BASE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

typedef enum xf_limit {

#define XF_LIMIT_ROW(symbol, key, value, least, most, why) symbol,
#include "base/limit.def"
#undef XF_LIMIT_ROW
    XF_LIMIT_COUNT
} xf_limit;

uint64_t xf_limit_get(xf_limit limit);
uint64_t xf_limit_default(xf_limit limit); /* what holds when no configuration says anything */
bool xf_limit_allows(xf_limit limit, uint64_t value); /* within its range */
const char *xf_limit_key(xf_limit limit);             /* "limit.frame" */
const char *xf_limit_why(xf_limit limit);
bool xf_limit_set(const char *key, uint64_t value); /* false: no such key, or out of range */
void xf_limit_hit(xf_limit limit);                  /* thread-safe counter */
uint64_t xf_limit_hits(xf_limit limit);

#endif
