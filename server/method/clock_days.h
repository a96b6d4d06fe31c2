/* method/clock_days — what clocks were counted to, as lists for SQL.
 *
 * Numbers of each clock stand at the same place of each list; what is open is XF_LAW_NULL.
 */
#ifndef XF_METHOD_CLOCK_DAYS_H
#define XF_METHOD_CLOCK_DAYS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "law/clock.h"

typedef struct xf_clock_days {
    size_t n;
    int64_t *raws;
    int64_t *dues;
    int64_t *missing; /* years */
    int64_t *reminds; /* XF_REMINDER_STEPS of each clock */
} xf_clock_days;

/* Room for `most` clocks, in the arena; LIMIT when it is full. */
XF_NODISCARD xf_code xf_clock_days_make(xf_arena *arena, size_t most, xf_clock_days *ret_days,
                                        xf_error *reterr);
/* One clock more, with the days of its reminders. */
void xf_clock_days_add(xf_clock_days *days, xf_day started, const xf_clock_due *due);

#endif
