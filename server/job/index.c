/* job/index — matter.index, limit.round matters at a time. */
#include "job/index.h"

#include "matter.pb-c.h"

static bool
left(const ProtobufCMessage *reply, int32_t *ret_count)
{
    *ret_count = ((const Xf__MatterIndexReply *)(const void *)reply)->looked;
    return *ret_count > 0;
}

const xf_job xf_job_index = {.name = "index", .rpc = XF_RPC_MATTER_INDEX, .left = left};
