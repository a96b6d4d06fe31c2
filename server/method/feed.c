/* method/feed — news: follow, acknowledge, and what came since. */
#include "feed.pb-c.h"

#include "base/limit.h"
#include "call/call.h"

static xf_code
follow_check(xf_call *call, xf_error *reterr)
{
    (void)reterr;
    xf_law_put(&call->law, "most", (int64_t)xf_limit_get(XF_LIMIT_PUSH_BACKLOG));
    xf_law_put(&call->law, "oldest",
               call->now_ms - (int64_t)xf_limit_get(XF_LIMIT_PUSH_BACKLOG_MS));
    return XF_CODE_OK;
}

static xf_code
follow_finish(xf_call *call, xf_error *reterr)
{
    const Xf__FeedFollowReply *reply = (const Xf__FeedFollowReply *)(const void *)call->reply;
    (void)reterr;
    if (reply->n_skipped > 0)
        xf_limit_hit(reply->old ? XF_LIMIT_PUSH_BACKLOG_MS : XF_LIMIT_PUSH_BACKLOG);
    return XF_CODE_OK;
}

/* The session begins to push when this has been answered (session/push). */
const xf_method xf_feed_follow = {
    .rpc = XF_RPC_FEED_FOLLOW,
    .may = XF_MAY_ANY_OFFICER,
    .mode = XF_READS,
    .check = follow_check,
    .finish = follow_finish,
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
