/* db/lane — one connection and the batches it takes from a queue.
 *
 * Takes up to so many queries, runs them as one transaction and answers all in order.
 * When that is rolled back it runs each alone, and only the one that fails again is
 * refused. When a bureau's head row is held by somebody else, all of that bureau are
 * answered UNAVAILABLE and the others run. When the connection goes, what had no answer is
 * put back at the front, in order, for the next connection. Nothing is begun, or begun
 * again, that has waited XF_LIMIT_CALL_MS.
 */
#ifndef XF_DB_LANE_H
#define XF_DB_LANE_H

#include <uv.h>

#include "base/limit.h"
#include "base/metric.h"
#include "db/pipeline.h"

typedef struct xf_queue {
    xf_query *first;
    xf_query *last;
    size_t n;
} xf_queue;

void xf_queue_push(xf_queue *queue, xf_query *query);
void xf_queue_push_front(xf_queue *queue, xf_query *query);
xf_query *xf_queue_pop(xf_queue *queue);                /* NULL: empty */
bool xf_queue_remove(xf_queue *queue, xf_query *query); /* false: it is not in it */

typedef struct xf_lane xf_lane;

/* Where it is counted what came of its batches. */
typedef struct xf_lane_counts {
    xf_metric committed;
    xf_metric rolled_back;
    xf_metric unknown;
    xf_metric opened;
    xf_spread batch;
} xf_lane_counts;

typedef struct xf_lane_user {
    const char *name; /* the log's word: "xinfang writer" */
    bool locks_heads; /* commands: head lock and NOTIFY */
    xf_limit batch;   /* how many at once */
    xf_lane_counts counts;
    void (*can_take)(void *data); /* nothing is in flight: begin_soon of lanes.c */
} xf_lane_user;

/* The queue is borrowed and may be shared. */
XF_NODISCARD xf_code xf_lane_new(uv_loop_t *loop, const char *conninfo, const xf_lane_user *user,
                                 void *data, xf_queue *queue, xf_lane **ret_lane, xf_error *reterr);
/* Takes a batch, if the connection is ready and there is any. From the loop. */
void xf_lane_start(xf_lane *lane);
size_t xf_lane_in_flight(const xf_lane *lane);
void xf_lane_close(xf_lane *lane); /* the connection; then, a turn later: */
void xf_lane_free(xf_lane **lane);

/* It has waited XF_LIMIT_CALL_MS since it was queued: it is not begun any more. */
bool xf_lane_late(const xf_query *query);
/* The answer to a query whose time ran out. OVERLOADED: it waited behind others, and was not done.
 * Else UNAVAILABLE; one that came back from a lost connection may stand. Calls done. */
void xf_lane_expire(xf_query *query, bool behind_others);

#endif
