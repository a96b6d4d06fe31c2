/* method/clock_redate — the rule of its row, the calendar of now. */
#include "method/clock_redate.h"

#include <string.h>

#include "clock.pb-c.h"

#include "base/limit.h"
#include "call/fill.h"
#include "law/clock.h"
#include "law/reminder.h"
#include "method/calendar_days.h"
#include "method/clock_days.h"

static xf_code
full(xf_error *reterr)
{
    return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
}

/* A rule that is no longer compiled in leaves the days as they were. */
static void
count(const Xf__ClockRunning *clock, const xf_calendar *calendar, xf_clock_due *ret_due)
{
    const xf_clock_rule *rule = NULL;
    xf_error error = {0};

    *ret_due = (xf_clock_due){
        .has_raw = clock->has_raw_on,
        .raw = clock->raw_on,
        .has_due = clock->has_due_on,
        .due = clock->due_on,
        .missing_year = clock->missing_year,
    };
    if (xf_clock_rule_find(clock->rule, clock->rule_from_on, &rule, &error) == XF_CODE_OK)
        (void)!xf_law_clock_count(rule, clock->started_on, 0, calendar, ret_due, &error);
}

static xf_code
put(xf_call *call, const Xf__ClockFound *found, const xf_calendar *calendar, xf_error *reterr)
{
    const size_t n = found->n_clocks;
    int64_t *ids = xf_arena_take(call->arena, n * 2 * sizeof *ids + 1);
    xf_clock_days days = {0};
    xf_code code = XF_CODE_OK;

    if (ids == NULL)
        return full(reterr);
    XF_TRY(xf_clock_days_make(call->arena, n, &days, reterr));
    for (size_t i = 0; i < n; i++) {
        xf_clock_due due = {0};

        count(found->clocks[i], calendar, &due);
        ids[i] = found->clocks[i]->matter_id;
        ids[n + i] = found->clocks[i]->seq;
        xf_clock_days_add(&days, found->clocks[i]->started_on, &due);
    }
    xf_law_put_long(&call->law, "matter_ids", ids, n);
    xf_law_put_long(&call->law, "seqs", ids + n, n);
    xf_law_put_long(&call->law, "raws", days.raws, n);
    xf_law_put_long(&call->law, "dues", days.dues, n);
    xf_law_put_long(&call->law, "missing", days.missing, n);
    xf_law_put_long(&call->law, "reminds", days.reminds, n * XF_REMINDER_STEPS);
    xf_law_put(&call->law, "seat", found->seat);
out:
    return code;
}

xf_code
xf_clock_redate_check(xf_call *call, xf_error *reterr)
{
    Xf__ClockFound *found = xf_arena_take(call->arena, sizeof *found);
    xf_calendar calendar = {0};
    xf_code code = XF_CODE_OK;

    if (found == NULL)
        return full(reterr);
    xf__clock_found__init(found);
    XF_TRY(xf_fill_message(call->arena, NULL, &call->row, &found->base, reterr));
    XF_TRY(xf_calendar_days_take(call->arena, found->days, found->n_days, &calendar, reterr));
    calendar.years = found->years;
    calendar.n_years = found->n_years;
    XF_TRY(put(call, found, &calendar, reterr));
out:
    return code;
}
