/* call/calendars — each bureau's calendar, as a worker last read it.
 *
 * A registration counts its days in C, and reading a few hundred rows for each would cost more
 * than registering. So the calendar stays for XF_LIMIT_CALENDAR_MS, of XF_LIMIT_CALENDARS
 * bureaus at most, and the first call after that reads it again while the others go on with the
 * one that is there. Nothing is spoilt by one that is a little old: what it dates remembers
 * which it was, and clock.redate counts it again.
 *
 * Holidays have no names here: nobody who counts asks for them. `now_ms` is steady time. Touched
 * by its loop's thread only.
 */
#ifndef XF_CALL_CALENDARS_H
#define XF_CALL_CALENDARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "law/calendar.h"

typedef struct xf_calendars xf_calendars;

xf_calendars *xf_calendars_new(void);
void xf_calendars_free(xf_calendars **calendars);

/* Does the caller have to read this bureau's? Whoever is told so and then does not is followed
 * by another XF_LIMIT_CALENDAR_MS later. */
bool xf_calendars_wanted(xf_calendars *calendars, int32_t bureau, int64_t now_ms);
/* What was read, copied; `seat` is its newest year's place in the ledger, 0 if it has none. */
void xf_calendars_keep(xf_calendars *calendars, int32_t bureau, int64_t now_ms, int64_t seat,
                       const xf_calendar *read);
/* NULL: none was read, or it had to make room. Lives until the next keep. */
const xf_calendar *xf_calendars_find(const xf_calendars *calendars, int32_t bureau,
                                     int64_t *ret_seat);

#endif
