/* client/cli/weekday — the day of the week as people say it.
 */
#ifndef XF_CLI_WEEKDAY_H
#define XF_CLI_WEEKDAY_H

#include "base/now.h"

const char *xf_weekday_words(xf_day day); /* "星期二" */

#endif
