/* law/figures — change and the year before. */
#include "law/figures.h"

bool
xf_figures_change(int64_t value, int64_t previous, int32_t *ret_tenths)
{
    int64_t scaled = (value - previous) * 1000;

    if (previous <= 0)
        return false;
    /* Half away from zero: C's division goes towards zero. */
    *ret_tenths =
        (int32_t)((scaled >= 0 ? scaled * 2 + previous : scaled * 2 - previous) / (previous * 2));
    return true;
}

xf_day
xf_figures_year_before(xf_day day)
{
    int year = 0;
    int month = 0;
    int dom = 0;

    xf_day_civil(day, &year, &month, &dom);
    if (month == 2 && dom == 29)
        dom = 28;
    return xf_day_from_civil(year - 1, month, dom);
}
