/* method/clock_seen — field by field. */
#include "method/clock_seen.h"

#include <stdint.h>

void
xf_clock_seen_tell(const xf_clock_seen *seen, Xf__ClockDay *day)
{
    xf__clock_day__init(day);
    day->has_day_on = day->has_step = 1;
    day->day_on = seen->day;
    day->step = (Xf__ClockStep)seen->step;
    day->has_number = seen->number > 0;
    day->number = seen->number;
    day->has_kind = seen->kind != XF_DAY_KIND_UNSPECIFIED;
    day->kind = (Xf__DayKind)seen->kind;
    day->name = (char *)(uintptr_t)seen->name; /* packed, never written to */
}
