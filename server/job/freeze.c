/* job/freeze — figures.freeze does all months in one call. */
#include "job/freeze.h"

#include "figures.pb-c.h"

static bool
left(const ProtobufCMessage *reply, int32_t *ret_count)
{
    *ret_count = ((const Xf__FiguresFreezeReply *)(const void *)reply)->months;
    return false;
}

const xf_job xf_job_freeze = {.name = "freeze", .rpc = XF_RPC_FIGURES_FREEZE, .left = left};
