/* job/timer — the server's own work, on whichever server holds the lead.
 *
 * Every job.every_ms, if db/lead says that it is this one's turn and the last round is over,
 * a round of the jobs begins: job/round. Its requests enter call/ like any other. On worker 0 only.
 */
#ifndef XF_JOB_TIMER_H
#define XF_JOB_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "call/room.h"

typedef struct xf_timer xf_timer;

XF_NODISCARD xf_code xf_timer_new(xf_room *room, const char *conninfo, int64_t every_ms,
                                  xf_timer **ret_timer, xf_error *reterr);
/* Begins no round any more and ends the one under way after its present call. */
void xf_timer_stop(xf_timer *timer);
bool xf_timer_idle(const xf_timer *timer);
/* It must be idle. Memory goes with the loop's next turn. Sets NULL. */
void xf_timer_close(xf_timer **timer);

#endif
