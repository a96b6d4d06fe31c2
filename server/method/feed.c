/* method/feed — news: follow, acknowledge, and what came since. */
#include "call/call.h"

/* The session begins to push when this has been answered (session/push). */
const xf_method xf_feed_follow = {
    .rpc = XF_RPC_FEED_FOLLOW,
    .may = XF_MAY_ANY_OFFICER,
    .mode = XF_READS,
};

const xf_method xf_feed_ack = {
    .rpc = XF_RPC_FEED_ACK,
    .may = XF_MAY_ANY_OFFICER,
    .mode = XF_READS,
};

const xf_method xf_feed_since = {
    .rpc = XF_RPC_FEED_SINCE,
    .may = XF_MAY_ANY_OFFICER,
    .mode = XF_READS,
};

/* Asked by the server itself, of a bureau's desks (session/push). */
const xf_method xf_feed_moved = {
    .rpc = XF_RPC_FEED_MOVED,
    .may = XF_MAY_TIMER,
    .mode = XF_READS,
};
