/* When batches begin, and when waiting ends. */
#include "db/lanes.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/now.h"
#include "db/lane.h"

enum {
    EXPIRE_MS = 100,
    RETRY_MS = 200, /* advice when the queue is full: it empties in less */
    HANDLES = 3,
};

struct xf_lanes {
    const xf_lanes_plan *plan;
    xf_lane_user lane_user;
    xf_lane **lanes;
    xf_queue *queues; /* as many as lanes, or one */
    size_t n_lanes;
    size_t n_queues;
    uv_check_t check; /* after a turn's input: begins the batches */
    uv_idle_t idle;   /* while that is due the loop does not sleep */
    uv_timer_t timer; /* while any is queued: ends their waiting */
    unsigned open_handles;
    bool closed;
};

static size_t
queued(const xf_lanes *lanes)
{
    size_t n = 0;
    for (size_t i = 0; i < lanes->n_queues; i++)
        n += lanes->queues[i].n;
    return n;
}

/* ---- Waiting ends ---- */

/* A connection is at work for this queue: the database is not away. */
static bool
is_served(const xf_lanes *lanes, size_t queue)
{
    for (size_t i = queue; i < lanes->n_lanes; i += lanes->n_queues) {
        if (xf_lane_in_flight(lanes->lanes[i]) > 0)
            return true;
    }
    return false;
}

/* The first has always waited longest, for what comes back goes to the front. */
static void
expire(xf_lanes *lanes)
{
    for (size_t i = 0; i < lanes->n_queues; i++) {
        xf_queue *queue = &lanes->queues[i];
        while (queue->n > 0 && xf_lane_late(queue->first))
            xf_lane_expire(xf_queue_pop(queue), is_served(lanes, i));
    }
}

static void
on_timer(uv_timer_t *timer)
{
    xf_lanes *lanes = timer->data;
    expire(lanes);
    if (!lanes->closed && queued(lanes) == 0)
        (void)uv_timer_stop(timer);
}

/* ---- Batches begin ---- */

static void
not_asleep(uv_idle_t *idle)
{
    (void)idle;
}

static void
begin(uv_check_t *check)
{
    xf_lanes *lanes = check->data;
    (void)uv_check_stop(&lanes->check);
    (void)uv_idle_stop(&lanes->idle);
    expire(lanes); /* what came back from a lost connection may be late */
    for (size_t i = 0; i < lanes->n_lanes && !lanes->closed; i++)
        xf_lane_start(lanes->lanes[i]);
    if (!lanes->closed && queued(lanes) > 0 && uv_is_active((uv_handle_t *)&lanes->timer) == 0)
        (void)uv_timer_start(&lanes->timer, on_timer, EXPIRE_MS, EXPIRE_MS);
}

static void
begin_soon(void *data)
{
    xf_lanes *lanes = data;
    if (lanes->closed)
        return;
    (void)uv_check_start(&lanes->check, begin);
    (void)uv_idle_start(&lanes->idle, not_asleep);
}

/* ---- For writer and reader ---- */

static void
handle_closed(uv_handle_t *handle)
{
    xf_lanes *lanes = handle->data;
    if (--lanes->open_handles > 0)
        return;
    for (size_t i = 0; i < lanes->n_lanes; i++)
        xf_lane_free(&lanes->lanes[i]);
    free(lanes->lanes);
    free(lanes->queues);
    free(lanes);
}

static void
handles_open(xf_lanes *lanes, uv_loop_t *loop)
{
    (void)uv_check_init(loop, &lanes->check);
    (void)uv_idle_init(loop, &lanes->idle);
    (void)uv_timer_init(loop, &lanes->timer);
    lanes->check.data = lanes;
    lanes->idle.data = lanes;
    lanes->timer.data = lanes;
    lanes->open_handles = HANDLES;
}

xf_code
xf_lanes_new(uv_loop_t *loop, const char *conninfo, unsigned connections, const xf_lanes_plan *plan,
             xf_lanes **ret_lanes, xf_error *reterr)
{
    assert(connections > 0);
    xf_lanes *lanes = xf_memory_new(sizeof *lanes);
    lanes->plan = plan;
    lanes->lane_user = (xf_lane_user){.name = plan->name,
                                      .locks_heads = plan->locks_heads,
                                      .batch = plan->batch,
                                      .counts = plan->counts,
                                      .can_take = begin_soon};
    lanes->n_queues = plan->locks_heads ? connections : 1;
    lanes->queues = xf_memory_new(lanes->n_queues * sizeof *lanes->queues);
    lanes->lanes = xf_memory_new(connections * sizeof(void *));
    handles_open(lanes, loop);

    xf_code code = XF_CODE_OK;
    for (size_t i = 0; i < connections; i++) {
        XF_TRY(xf_lane_new(loop, conninfo, &lanes->lane_user, lanes,
                           &lanes->queues[i % lanes->n_queues], &lanes->lanes[i], reterr));
        lanes->n_lanes++;
    }
    *ret_lanes = lanes;
    lanes = NULL;
out:
    xf_lanes_close(&lanes);
    return code;
}

static xf_queue *
queue_of(xf_lanes *lanes, const xf_query *query)
{
    return &lanes->queues[(uint32_t)query->actor.bureau % lanes->n_queues];
}

xf_code
xf_lanes_run(xf_lanes *lanes, xf_query *query, xf_error *reterr)
{
    /* With one queue for all it is as long as all of theirs. */
    xf_queue *queue = queue_of(lanes, query);
    if (queue->n >= xf_limit_get(XF_LIMIT_DB_QUEUE) * (lanes->n_lanes / lanes->n_queues)) {
        xf_limit_hit(XF_LIMIT_DB_QUEUE);
        xf_code code = XF_FAIL(reterr, XF_CODE_OVERLOADED, XF_TEXT_OVERLOADED, "");
        if (reterr != NULL)
            reterr->retry_after_ms = RETRY_MS;
        return code;
    }
    query->queued_ms = xf_now_steady_ms();
    query->tries = 0;
    query->lost = 0;
    query->apart = false;
    query->result = NULL;
    xf_queue_push(queue, query);
    begin_soon(lanes);
    return XF_CODE_OK;
}

bool
xf_lanes_withdraw(xf_lanes *lanes, xf_query *query)
{
    return query->lost == 0 && xf_queue_remove(queue_of(lanes, query), query);
}

size_t
xf_lanes_waiting(const xf_lanes *lanes)
{
    size_t n = queued(lanes);
    for (size_t i = 0; i < lanes->n_lanes; i++)
        n += xf_lane_in_flight(lanes->lanes[i]);
    return n;
}

void
xf_lanes_close(xf_lanes **lanes)
{
    xf_lanes *all = *lanes;
    *lanes = NULL;
    if (all == NULL)
        return;
    all->closed = true;
    for (size_t i = 0; i < all->n_lanes; i++)
        xf_lane_close(all->lanes[i]);
    uv_close((uv_handle_t *)&all->check, handle_closed);
    uv_close((uv_handle_t *)&all->idle, handle_closed);
    uv_close((uv_handle_t *)&all->timer, handle_closed);
}
