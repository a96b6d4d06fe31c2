/* client/cli/period — a stretch of days as people write it.
 *
 *      2020   2020-01   2020-01..2020-10   2020-01-05..2020-03-04
 *
 * A year or a month stands for all its days; the last day is included. Whether the
 * ends are the right way round is the caller's to say.
 */
#ifndef XF_CLI_PERIOD_H
#define XF_CLI_PERIOD_H

#include <stdbool.h>

#include "base/now.h"

bool xf_period_parse(const char *text, xf_day *ret_from, xf_day *ret_to);

#endif
