/* db/lanes — several lanes and their queues: what writer and reader have in common.
 *
 * Batches begin once a turn of the loop, when all callbacks of that turn have had their
 * chance to queue. A query that has waited XF_LIMIT_CALL_MS and is not in flight is
 * answered OVERLOADED while its connection works for others, else UNAVAILABLE.
 */
#ifndef XF_DB_LANES_H
#define XF_DB_LANES_H

#include <uv.h>

#include "base/limit.h"
#include "db/lane.h"
#include "db/query.h"

typedef struct xf_lanes xf_lanes;

typedef struct xf_lanes_plan {
    const char *name; /* "xinfang writer" */
    bool locks_heads; /* and so a queue a lane, by bureau; else one for all */
    xf_limit batch;
    xf_lane_counts counts;
} xf_lanes_plan;

XF_NODISCARD xf_code xf_lanes_new(uv_loop_t *loop, const char *conninfo, unsigned connections,
                                  const xf_lanes_plan *plan, xf_lanes **ret_lanes,
                                  xf_error *reterr);
XF_NODISCARD xf_code xf_lanes_run(xf_lanes *lanes, xf_query *query, xf_error *reterr);
/* Takes a query back that was never sent to the database; its done does not come. False: it is in
 * flight, or was when a connection went, and nobody knows what came of it. */
bool xf_lanes_withdraw(xf_lanes *lanes, xf_query *query);
/* Queued or in flight: their done is still to come. */
size_t xf_lanes_waiting(const xf_lanes *lanes);
void xf_lanes_close(xf_lanes **lanes);

#endif
