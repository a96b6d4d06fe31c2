/* job/redate — clock.redate, limit.round clocks at a time. */
#include "job/redate.h"

#include "clock.pb-c.h"

static bool
left(const ProtobufCMessage *reply, int32_t *ret_count)
{
    const Xf__ClockRedateReply *redated = (const Xf__ClockRedateReply *)(const void *)reply;

    *ret_count = redated->redated;
    return redated->looked > 0;
}

const xf_job xf_job_redate = {.name = "redate", .rpc = XF_RPC_CLOCK_REDATE, .left = left};
