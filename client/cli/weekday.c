/* client/cli/weekday: 1970-01-01 was a Thursday. */
#include "client/cli/weekday.h"

#include "client/cli/cli.h"

const char *
xf_weekday_words(xf_day day)
{
    switch ((((int64_t)day + 3) % 7 + 7) % 7) {
    case 0: return XF_TR("星期一");
    case 1: return XF_TR("星期二");
    case 2: return XF_TR("星期三");
    case 3: return XF_TR("星期四");
    case 4: return XF_TR("星期五");
    case 5: return XF_TR("星期六");
    default: return XF_TR("星期日");
    }
}
