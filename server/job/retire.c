/* job/retire — device.retire, limit.round certificates at a time. */
#include "job/retire.h"

#include "device.pb-c.h"

static bool
left(const ProtobufCMessage *reply, int32_t *ret_count)
{
    *ret_count = ((const Xf__DeviceRetireReply *)(const void *)reply)->certificates;
    return *ret_count > 0;
}

const xf_job xf_job_retire = {.name = "retire", .rpc = XF_RPC_DEVICE_RETIRE, .left = left};
