/* job/freeze — the figures of past months, frozen for each bureau in turn.
 *
 * One round: read which bureaus there are ("job.bureaus"), then figures.freeze for one after
 * the other, as the actor "timer". Nothing is remembered between rounds but what went wrong
 * last, so that an outage is one line in the log and not one a tick.
 */
#ifndef XF_JOB_FREEZE_H
#define XF_JOB_FREEZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "call/room.h"

typedef struct xf_freeze xf_freeze;

xf_freeze *xf_freeze_new(xf_room *room);
/* Begins a round; nothing if one is under way. */
void xf_freeze_start(xf_freeze *freeze);
/* No further call after the present one, no further round. */
void xf_freeze_stop(xf_freeze *freeze);
bool xf_freeze_idle(const xf_freeze *freeze);
void xf_freeze_free(xf_freeze **freeze); /* it must be idle */

#endif
