/* law/reminder — the ladder of a clock that runs: on which days, and who is told.
 *
 * Six steps: half of the time gone, four fifths, the last three days, the day itself, one day
 * and seven days past it. They are counted on the raw day, never on the one that it rolled to: a
 * later working day is lenient to us and warns nobody. Each step tells whom the ones before it
 * told, and one more: handler, unit head, head of reception, leader, listed supervision (挂牌督办),
 * inspector. That somebody acknowledged one extends nothing. Source: the bureau's own rule
 * (局内规定), on the words of [信访工作条例 40].
 *
 * Pure: asks for no time and no row.
 */
#ifndef XF_LAW_REMINDER_H
#define XF_LAW_REMINDER_H

#include <stdint.h>

#include "base/now.h"
#include "gen/enums.h"

enum { XF_REMINDER_STEPS = 6 };

/* The day of each step, in order; several may fall on one day. None is before the day after the
 * start. `raw` is not before `started`. */
void xf_reminder_days(xf_day started, xf_day raw, xf_day ret_days[XF_REMINDER_STEPS]);

/* The highest step that `today` has reached; UNSPECIFIED: none yet. */
xf_reminder_step xf_reminder_reached(const xf_day days[XF_REMINDER_STEPS], xf_day today);

/* Whom this step tells: a bit a xf_reminder_who. */
uint32_t xf_reminder_tells(xf_reminder_step step);

#endif
