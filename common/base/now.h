/* base/now — the time, from one place.
 *
 * Servers and clients ask here and nowhere else, so that a demo or a test can set
 * the day. Only certificates go by real time (OpenSSL asks for itself).
 */
#ifndef XF_BASE_NOW_H
#define XF_BASE_NOW_H

#include <stdint.h>

#include "base/error.h"

/* Days since 1970-01-01, as they are counted in Asia/Shanghai (UTC+8, no summer time). */
typedef int32_t xf_day;

int64_t xf_now_ms(void); /* milliseconds since the epoch, UTC */
xf_day xf_now_day(void);
xf_day xf_day_of_ms(int64_t at_ms);
int64_t xf_now_steady_ms(void); /* monotonic; only for measuring how long */
uint64_t xf_now_steady_us(void);

/* Fixes the time: it stands still at `at_ms`; 0 lets the real time run again.
 * Process start only. */
void xf_now_fix(int64_t at_ms);

/* Civil date <-> day. `text` is "2020-03-05" exactly, years 1 to 9999. */
XF_NODISCARD xf_code xf_day_parse(const char *text, xf_day *ret_day, xf_error *reterr);
void xf_day_print(xf_day day, char out[11]); /* "?" outside the years 1 to 9999 */
void xf_day_civil(xf_day day, int *ret_year, int *ret_month, int *ret_dom);
xf_day xf_day_from_civil(int year, int month, int dom); /* the day must exist */

#endif
