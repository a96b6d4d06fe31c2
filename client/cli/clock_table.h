/* client/cli/clock_table — the days of a clock: counted or skipped, and why. */
#ifndef XF_CLI_CLOCK_TABLE_H
#define XF_CLI_CLOCK_TABLE_H

#include <stddef.h>

#include "clock.pb-c.h"

void xf_clock_table_print(Xf__ClockDay *const *days, size_t n);

#endif
