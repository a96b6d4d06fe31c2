/* law/calendar — a search among the exceptions, else the day of the week. */
#include "law/calendar.h"

static bool
known(const xf_calendar *calendar, int32_t year)
{
    for (size_t i = 0; i < calendar->n_years; i++) {
        if (calendar->years[i] == year)
            return true;
    }
    return false;
}

/* NULL: the day is no exception. */
static const xf_calendar_day *
find(const xf_calendar *calendar, xf_day day)
{
    size_t least = 0;
    size_t past = calendar->n_days;

    while (least < past) {
        size_t middle = least + (past - least) / 2;

        if (calendar->days[middle].day == day)
            return &calendar->days[middle];
        if (calendar->days[middle].day < day) {
            least = middle + 1;
        } else {
            past = middle;
        }
    }
    return NULL;
}

/* 1970-01-01 was a Thursday. 0 is Monday. */
static int
weekday(xf_day day)
{
    return (int)((((int64_t)day + 3) % 7 + 7) % 7);
}

int32_t
xf_calendar_year(xf_day day)
{
    int year = 0;
    int month = 0;
    int dom = 0;

    xf_day_civil(day, &year, &month, &dom);
    return year;
}

xf_day_kind
xf_calendar_look(const xf_calendar *calendar, xf_day day, const char **ret_name)
{
    const xf_calendar_day *exception = find(calendar, day);

    if (ret_name != NULL)
        *ret_name = NULL;
    if (!known(calendar, xf_calendar_year(day)))
        return XF_DAY_KIND_UNSPECIFIED;
    if (exception == NULL)
        return weekday(day) >= 5 ? XF_DAY_KIND_WEEKEND : XF_DAY_KIND_WORKDAY;
    if (ret_name != NULL)
        *ret_name = exception->name;
    return exception->kind;
}

bool
xf_calendar_worked(xf_day_kind kind)
{
    return kind == XF_DAY_KIND_WORK || kind == XF_DAY_KIND_WORKDAY;
}
