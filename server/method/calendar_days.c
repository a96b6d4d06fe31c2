/* method/calendar_days — a list of pointers becomes a list. */
#include "method/calendar_days.h"

xf_code
xf_calendar_days_take(xf_arena *arena, Xf__CalendarDay *const *days, size_t n,
                      xf_calendar *calendar, xf_error *reterr)
{
    xf_calendar_day *list = xf_arena_take(arena, n * sizeof *list + 1);

    if (list == NULL)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    for (size_t i = 0; i < n; i++) {
        list[i].day = days[i]->day_on;
        list[i].kind = (xf_day_kind)days[i]->kind;
        list[i].name = days[i]->name;
    }
    calendar->days = list;
    calendar->n_days = n;
    return XF_CODE_OK;
}
