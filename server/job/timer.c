/* job/timer — one uv_timer and the lead. */
#include "job/timer.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "db/lead.h"
#include "job/freeze.h"
#include "job/index.h"
#include "job/redate.h"
#include "job/remind.h"
#include "job/retire.h"
#include "job/round.h"

/* Who may come in first. Redated before reminded: nobody is reminded of a day that is not the day.
 * What is only sooner found, last. */
static const xf_job *const jobs[] = {&xf_job_retire, &xf_job_freeze, &xf_job_redate, &xf_job_remind,
                                     &xf_job_index};

struct xf_timer {
    uv_timer_t tick;
    xf_lead *lead;
    xf_round *round;
};

static void
on_tick(uv_timer_t *tick)
{
    xf_timer *timer = tick->data;

    if (xf_lead_held(timer->lead))
        xf_round_start(timer->round); /* nothing while the last round goes on */
}

xf_code
xf_timer_new(xf_room *room, const char *conninfo, int64_t every_ms, xf_timer **ret_timer,
             xf_error *reterr)
{
    xf_timer *timer = xf_memory_new(sizeof *timer);
    xf_code code = xf_lead_new(room->loop, conninfo, &timer->lead, reterr);

    if (code != XF_CODE_OK) {
        free(timer);
        return code;
    }
    timer->round = xf_round_new(room, jobs, sizeof jobs / sizeof jobs[0]);
    timer->tick.data = timer;
    (void)uv_timer_init(room->loop, &timer->tick); /* never fails */
    (void)uv_timer_start(&timer->tick, on_tick, (uint64_t)every_ms, (uint64_t)every_ms);
    *ret_timer = timer;
    return XF_CODE_OK;
}

void
xf_timer_stop(xf_timer *timer)
{
    (void)uv_timer_stop(&timer->tick);
    xf_round_stop(timer->round);
}

bool
xf_timer_idle(const xf_timer *timer)
{
    return xf_round_idle(timer->round);
}

static void
on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void
xf_timer_close(xf_timer **timer)
{
    if (*timer == NULL)
        return;
    assert(xf_timer_idle(*timer));
    xf_round_free(&(*timer)->round);
    xf_lead_close(&(*timer)->lead);
    uv_close((uv_handle_t *)&(*timer)->tick, on_closed);
    *timer = NULL;
}
