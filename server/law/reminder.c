/* law/reminder — six days, and a bit more each time. */
#include "law/reminder.h"

static xf_day
later(xf_day a, xf_day b)
{
    return a > b ? a : b;
}

/* The day by which so much of the time is gone: rounded up, for what is not over is not gone. */
static xf_day
part_gone(xf_day started, xf_day raw, int32_t tenths)
{
    return started + (xf_day)(((int64_t)(raw - started) * tenths + 9) / 10);
}

void
xf_reminder_days(xf_day started, xf_day raw, xf_day ret_days[XF_REMINDER_STEPS])
{
    const xf_day first = started + 1;
    const xf_day days[XF_REMINDER_STEPS] = {
        part_gone(started, raw, 5), part_gone(started, raw, 8), raw - 2, raw, raw + 1, raw + 7,
    };

    ret_days[0] = later(days[0], first);
    for (int i = 1; i < XF_REMINDER_STEPS; i++)
        ret_days[i] = later(days[i], ret_days[i - 1]); /* a short limit climbs faster, never back */
}

xf_reminder_step
xf_reminder_reached(const xf_day days[XF_REMINDER_STEPS], xf_day today)
{
    int step = 0;

    while (step < XF_REMINDER_STEPS && days[step] <= today)
        step++;
    return (xf_reminder_step)step;
}

uint32_t
xf_reminder_tells(xf_reminder_step step)
{
    static const xf_reminder_who adds[XF_REMINDER_STEPS + 1] = {
        [XF_REMINDER_STEP_HALF] = XF_REMINDER_WHO_HANDLER,
        [XF_REMINDER_STEP_FOUR_FIFTHS] = XF_REMINDER_WHO_UNIT_HEAD,
        [XF_REMINDER_STEP_LAST_DAYS] = XF_REMINDER_WHO_RECEPTION_HEAD,
        [XF_REMINDER_STEP_DUE] = XF_REMINDER_WHO_LEADER,
        [XF_REMINDER_STEP_ONE_PAST] = XF_REMINDER_WHO_LISTED,
        [XF_REMINDER_STEP_SEVEN_PAST] = XF_REMINDER_WHO_INSPECTOR,
    };
    uint32_t told = 0;

    for (int i = 1; i <= (int)step && i <= XF_REMINDER_STEPS; i++)
        told |= UINT32_C(1) << adds[i];
    return told;
}
