/* pulse — do the loops turn? Each worker's beats once a second; one that has not for
 * XF_PULSE_LATE_MS is stuck, and so are all who are connected to it.
 *
 * Written by each worker for itself, read by any thread. Nothing that a loop does takes a
 * second: it waits for nothing.
 */
#ifndef XF_SERVER_PULSE_H
#define XF_SERVER_PULSE_H

#include <stdatomic.h>
#include <stdint.h>

#include "conf.h"

enum { XF_PULSE_EVERY_MS = 1000, XF_PULSE_LATE_MS = 10000 };

/* Embedded; zeros: nobody works. */
typedef struct xf_pulse {
    _Atomic int64_t beats_ms[XF_SERVER_WORKERS]; /* steady; 0: does not work (any more) */
} xf_pulse;

void xf_pulse_beat(xf_pulse *pulse, unsigned worker);
void xf_pulse_end(xf_pulse *pulse, unsigned worker);
/* The first worker that is stuck; -1: none. */
int xf_pulse_stuck(const xf_pulse *pulse, int64_t now_steady_ms);

#endif
