/* job/round — the timer's own requests, for one bureau after the other.
 *
 * One round: read which bureaus there are ("job.bureaus"); then, for each bureau, each job's
 * call, as the actor "timer", one at a time, and again as long as the job says that something is
 * left. The calls enter call/ like any other. Nothing is remembered between rounds but what went
 * wrong last, so that an outage is one line a job in the log and not one a tick.
 */
#ifndef XF_JOB_ROUND_H
#define XF_JOB_ROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "call/room.h"
#include "gen/enums.h"
#include "gen/rpc.h"

/* A method of the timer's own. Its request has an op_id, and may have a `most`: limit.round. */
typedef struct xf_job {
    const char *name; /* for the log */
    xf_rpc rpc;
    /* Is something left? *ret_count: what was done, for the log. */
    bool (*left)(const ProtobufCMessage *reply, int32_t *ret_count);
} xf_job;

enum { XF_ROUND_JOBS = 8, XF_ROUND_CALLS = 1000 /* of one job for one bureau in one round */ };

typedef struct xf_round xf_round;

/* The jobs are run in this order; borrowed, at most XF_ROUND_JOBS. */
xf_round *xf_round_new(xf_room *room, const xf_job *const *jobs, size_t n);
/* Begins a round; nothing if one is under way. */
void xf_round_start(xf_round *round);
/* No further call after the present one, no further round. */
void xf_round_stop(xf_round *round);
bool xf_round_idle(const xf_round *round);
void xf_round_free(xf_round **round); /* it must be idle */

#endif
