/* method/calendar_days — the days that a named read brought, as law/calendar has them.
 */
#ifndef XF_METHOD_CALENDAR_DAYS_H
#define XF_METHOD_CALENDAR_DAYS_H

#include <stddef.h>

#include "calendar.pb-c.h"

#include "base/arena.h"
#include "base/error.h"
#include "law/calendar.h"

/* Fills the days of *calendar; their names stay the messages'. LIMIT when the arena is full. */
XF_NODISCARD xf_code xf_calendar_days_take(xf_arena *arena, Xf__CalendarDay *const *days, size_t n,
                                           xf_calendar *calendar, xf_error *reterr);

#endif
