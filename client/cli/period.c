/* client/cli/period: each end is a year, a month or a day. */
#include "client/cli/period.h"

#include <stdio.h>
#include <string.h>

#include "client/cli/args.h"

enum { TEXT_ROOM = 32, YEAR_LEAST = 1949, YEAR_MOST = 2200 };

/* "2020" or "2020-01": its first day and the one behind its last. */
static bool
year_or_month(const char *text, xf_day *ret_first, xf_day *ret_behind)
{
    char year_text[5] = "";
    int64_t year = 0;
    int64_t month = 1;
    size_t n = strlen(text);
    if (n != 4 && (n != 7 || text[4] != '-'))
        return false;
    memcpy(year_text, text, 4);
    if (!xf_args_whole(year_text, YEAR_LEAST, YEAR_MOST, &year))
        return false;
    if (n == 7 && !xf_args_whole(text + 5, 1, 12, &month))
        return false;
    int64_t months = year * 12 + (month - 1);
    int64_t behind = months + (n == 4 ? 12 : 1);
    *ret_first = xf_day_from_civil((int)year, (int)month, 1);
    *ret_behind = xf_day_from_civil((int)(behind / 12), (int)(behind % 12) + 1, 1);
    return true;
}

static bool
one_end(const char *text, xf_day *ret_first, xf_day *ret_last)
{
    xf_day day = 0;
    if (xf_day_parse(text, &day, NULL) == XF_CODE_OK) {
        *ret_first = day;
        *ret_last = day;
        return true;
    }
    if (!year_or_month(text, ret_first, &day))
        return false;
    *ret_last = day - 1;
    return true;
}

bool
xf_period_parse(const char *text, xf_day *ret_from, xf_day *ret_to)
{
    char from[TEXT_ROOM];
    const char *dots = strstr(text, "..");
    size_t n = dots == NULL ? strlen(text) : (size_t)(dots - text);
    if (n >= sizeof(from))
        return false;
    memcpy(from, text, n);
    from[n] = '\0';
    xf_day first = 0;
    xf_day last = 0;
    xf_day aside = 0;
    if (!one_end(from, &first, &last))
        return false;
    if (dots != NULL && !one_end(dots + 2, &aside, &last))
        return false;
    *ret_from = first;
    *ret_to = last;
    return true;
}
