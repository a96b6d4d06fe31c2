/* law/calendar — which days are worked: holidays, make-up workdays (调休), weekends.
 *
 * Pure: made from the exception days that somebody read and from the years that are known. A
 * day of a year without a calendar is never guessed, not even a Wednesday. A year's notice may
 * name days of the December before it: a day counts by its own date, whichever notice named it.
 */
#ifndef XF_LAW_CALENDAR_H
#define XF_LAW_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/now.h"
#include "gen/enums.h"

typedef struct xf_calendar_day {
    xf_day day;
    xf_day_kind kind; /* XF_DAY_KIND_OFF or XF_DAY_KIND_WORK */
    const char *name; /* the holiday it belongs to */
} xf_calendar_day;

/* Borrows both lists. */
typedef struct xf_calendar {
    const xf_calendar_day *days; /* by day, none twice */
    size_t n_days;
    const int32_t *years; /* that have a calendar; in any order */
    size_t n_years;
} xf_calendar;

/* UNSPECIFIED: the day's year has no calendar. *ret_name (may be NULL): the holiday, or NULL. */
xf_day_kind xf_calendar_look(const xf_calendar *calendar, xf_day day, const char **ret_name);
bool xf_calendar_worked(xf_day_kind kind);
int32_t xf_calendar_year(xf_day day);

#endif
