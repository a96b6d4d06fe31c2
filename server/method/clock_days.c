/* method/clock_days — one piece of arena, cut into lists. */
#include "method/clock_days.h"

#include "call/law.h"
#include "law/reminder.h"

xf_code
xf_clock_days_make(xf_arena *arena, size_t most, xf_clock_days *ret_days, xf_error *reterr)
{
    int64_t *room = xf_arena_take(arena, most * (3 + XF_REMINDER_STEPS) * sizeof *room + 1);

    if (room == NULL)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    *ret_days = (xf_clock_days){
        .raws = room,
        .dues = room + most,
        .missing = room + 2 * most,
        .reminds = room + 3 * most,
    };
    return XF_CODE_OK;
}

void
xf_clock_days_add(xf_clock_days *days, xf_day started, const xf_clock_due *due)
{
    int64_t *reminds = days->reminds + days->n * XF_REMINDER_STEPS;
    xf_day steps[XF_REMINDER_STEPS] = {0};

    days->raws[days->n] = due->has_raw ? due->raw : XF_LAW_NULL;
    days->dues[days->n] = due->has_due ? due->due : XF_LAW_NULL;
    days->missing[days->n] = due->missing_year != 0 ? due->missing_year : XF_LAW_NULL;
    if (due->has_raw)
        xf_reminder_days(started, due->raw, steps);
    for (size_t i = 0; i < XF_REMINDER_STEPS; i++)
        reminds[i] = due->has_raw ? steps[i] : XF_LAW_NULL;
    days->n++;
}
