/* client/cli/clock_batch — a file of clocks counted, a CSV of days back.
 *
 *     rule,from,extended            in any order; extended may be left out
 *     rule,from,raw,due             to standard output, row for row
 *
 * due is empty where a year has no calendar (raw too, for working days). A row that cannot be
 * counted keeps its place with both empty, is named on standard error by row, field and reason,
 * and makes the exit status 1.
 */
#ifndef XF_CLI_CLOCK_BATCH_H
#define XF_CLI_CLOCK_BATCH_H

#include "client/cli/cli.h"

int xf_clock_batch(xf_cli *cli, const char *path);

#endif
