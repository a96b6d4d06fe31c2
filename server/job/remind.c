/* job/remind — reminder.send, limit.round clocks at a time. */
#include "job/remind.h"

#include "reminder.pb-c.h"

static bool
left(const ProtobufCMessage *reply, int32_t *ret_count)
{
    const Xf__ReminderSendReply *sent = (const Xf__ReminderSendReply *)(const void *)reply;

    *ret_count = sent->told;
    return sent->looked > 0;
}

const xf_job xf_job_remind = {.name = "remind", .rpc = XF_RPC_REMINDER_SEND, .left = left};
