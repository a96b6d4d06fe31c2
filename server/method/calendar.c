/* method/calendar — the year's days off and make-up workdays: brought in whole, and shown. */
#include <stdbool.h>

#include "calendar.pb-c.h"

#include "call/call.h"
#include "law/clock.h"
#include "method/field.h"

/* A notice names days of its own year and of the turns of the year. */
static bool
belongs(xf_day day, int32_t year)
{
    return day >= xf_day_from_civil(year - 1, 12, 1) && day < xf_day_from_civil(year + 1, 2, 1);
}

/* Day i; they stand in order, so that the same year is the same request. */
static xf_code
check_day(const Xf__CalendarImportRequest *request, size_t i, xf_error *reterr)
{
    const Xf__CalendarDay *day = request->days[i];

    if (!day->has_day_on)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "day_on");
    if (!belongs(day->day_on, request->year) ||
        (i > 0 && day->day_on <= request->days[i - 1]->day_on))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_CALENDAR_DAY, "day_on");
    if (!day->has_kind ||
        ((int)day->kind != (int)XF_DAY_KIND_OFF && (int)day->kind != (int)XF_DAY_KIND_WORK))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "kind");
    return xf_field_needed(day->name, XF_FIELD_NAME, "name", reterr);
}

static xf_code
check_year(bool has, int32_t year, xf_error *reterr)
{
    if (!has)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "year");
    if (year < XF_CLOCK_YEAR_LEAST || year > XF_CLOCK_YEAR_MOST)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "year");
    return XF_CODE_OK;
}

static xf_code
import_check(xf_call *call, xf_error *reterr)
{
    const Xf__CalendarImportRequest *request = (const Xf__CalendarImportRequest *)call->request;
    xf_code code = XF_CODE_OK;

    XF_TRY(check_year(request->has_year, request->year, reterr));
    if (request->n_days == 0)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "days");
    for (size_t i = 0; i < request->n_days; i++)
        XF_TRY(xf_field_within("days", i, check_day(request, i, reterr), reterr));
out:
    return code;
}

static xf_code
show_check(xf_call *call, xf_error *reterr)
{
    const Xf__CalendarShowRequest *request = (const Xf__CalendarShowRequest *)call->request;

    return check_year(request->has_year, request->year, reterr);
}

/* A year as the notice has it: it moves due dates, so it is on record who brought it in. */
const xf_method xf_calendar_import = {
    .rpc = XF_RPC_CALENDAR_IMPORT,
    .may = XF_MAY_RECEPTION_HEAD | XF_MAY_SYSTEM_ADMIN,
    .mode = XF_CHANGES,
    .check = import_check,
};

const xf_method xf_calendar_show = {
    .rpc = XF_RPC_CALENDAR_SHOW,
    .may = XF_MAY_ANY_OFFICER,
    .mode = XF_READS,
    .check = show_check,
};
