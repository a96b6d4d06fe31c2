/* client/cli/feed: asking for news without a standing connection, and saying what was seen. */
#include "client/cli/feed.h"

#include <inttypes.h>
#include <stdio.h>

#include "matter.pb-c.h"

#include "client/cli/show.h"
#include "client/cli/words.h"

void
xf_feed_print(const Xf__FeedEvent *event, bool json)
{
    char name[XF_AUDIENCE_NAME];
    char at[XF_SHOW_ROOM] = "";
    if (json) {
        xf_show_json_print(&event->base, true);
        return;
    }
    xf_audience_name((xf_audience_kind)event->audience_kind, event->audience_id, name);
    if (event->has_at)
        xf_show_instant(event->at, at);
    (void)printf("EVENT %s cursor=%" PRId64 " matter=%" PRId64 " version=%" PRId32 " %s %s\n", name,
                 event->cursor, event->matter_id, event->version,
                 xf_words_of(&xf__event_kind__descriptor, (int32_t)event->kind), at);
}

bool
xf_feed_audiences(xf_cli *cli, const xf_args *args, xf_audiences *ret_audiences)
{
    for (int i = 0; i < args->word_count; i++) {
        xf_audience audience;
        if (!xf_audience_parse(args->words[i], &audience)) {
            (void)xf_tell_usage(cli, XF_TR("要写成 unit:12=3、role:reception=0 或 officer:7=1。"),
                                args->words[i]);
            return false;
        }
        (void)xf_audiences_forward(ret_audiences, audience);
    }
    return true;
}

int
xf_feed_since(xf_cli *cli, const xf_args *args)
{
    xf_audiences audiences = {.count = 0};
    xf_audience_cursors cursors;
    Xf__FeedSinceRequest request = XF__FEED_SINCE_REQUEST__INIT;
    if (!xf_feed_audiences(cli, args, &audiences))
        return (int)cli->exit;
    xf_audiences_fill(&audiences, &cursors);
    request.cursors = cursors.pointers;
    request.n_cursors = audiences.count;
    const ProtobufCMessage *message = xf_cli_call(cli, XF_RPC_FEED_SINCE, &request.base);
    if (message == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(message, false);
        return XF_EXIT_OK;
    }
    const Xf__FeedSinceReply *reply = (const Xf__FeedSinceReply *)message;
    for (size_t i = 0; i < reply->n_events; i++)
        xf_feed_print(reply->events[i], false);
    if (reply->n_events == 0)
        (void)fputs(XF_TR("没有新消息。\n"), stderr);
    return XF_EXIT_OK;
}

int
xf_feed_ack(xf_cli *cli, const xf_args *args)
{
    xf_audiences audiences = {.count = 0};
    xf_audience_cursors cursors;
    Xf__FeedAckRequest request = XF__FEED_ACK_REQUEST__INIT;
    if (!xf_feed_audiences(cli, args, &audiences))
        return (int)cli->exit;
    xf_audiences_fill(&audiences, &cursors);
    request.cursors = cursors.pointers;
    request.n_cursors = audiences.count;
    const ProtobufCMessage *message = xf_cli_call(cli, XF_RPC_FEED_ACK, &request.base);
    if (message == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(message, false);
    } else {
        (void)puts(XF_TR("记下了。"));
    }
    return XF_EXIT_OK;
}
