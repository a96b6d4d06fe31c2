/* client/cli/watch: stands by until news comes. What came is printed and acknowledged; a
 * lost connection is taken up again with the cursors, so nothing is missed and nothing is
 * printed twice. */
#include <signal.h>
#include <stdio.h>

#include "login.pb-c.h"

#include "client/cli/cli.h"
#include "client/cli/feed.h"
#include "client/cli/interrupt.h"

enum { WAIT_LEAST_MS = 1000, WAIT_MOST_MS = 30000, LAST_ACK_MS = 2000 };

typedef struct watch {
    xf_cli *cli;
    uv_timer_t again; /* runs while the next try waits */
    uv_signal_t terminate;
    xf_audiences audiences; /* what was seen, or where the server said to begin */
    int64_t count, wanted;  /* events; wanted 0: for ever */
    int64_t wait_ms;
    bool linked;    /* the connection stands */
    bool acking;    /* one acknowledgement under way */
    bool behind;    /* something was seen and not yet acknowledged */
    bool finishing; /* enough events; the last acknowledgement is awaited */
    bool done;
} watch;

static void log_in(watch *w);
static void on_again(uv_timer_t *timer);

static void
try_later(watch *w)
{
    if (w->done || uv_is_active((uv_handle_t *)&w->again))
        return;
    (void)fprintf(stderr, XF_TR("与县局的连接断了，%d 秒后再连。看到哪里都记着，不会漏。\n"),
                  (int)(w->wait_ms / 1000));
    (void)uv_timer_start(&w->again, on_again, (uint64_t)w->wait_ms, 0);
    w->wait_ms = w->wait_ms * 2 > WAIT_MOST_MS ? WAIT_MOST_MS : w->wait_ms * 2;
}

/* What another try will not mend ends the watch. */
static void
failed(watch *w, const xf_error *error, const char *words, uint64_t request_id)
{
    if (xf_error_retryable(error->code) && error->text != XF_TEXT_TLS_REFUSED) {
        try_later(w);
        return;
    }
    xf_failure failure = {.error = *error, .request_id = request_id};
    (void)snprintf(failure.words, sizeof(failure.words), "%s",
                   words != NULL ? words : xf_error_words(error->text));
    (void)xf_tell_failure(w->cli, &failure);
    w->done = true;
}

static void ack(watch *w);

static void
acked(xf_client *client, const xf_client_answer *answer, void *data)
{
    (void)client;
    (void)answer; /* one that failed is made good by the next, or by the next follow */
    watch *w = data;
    w->acking = false;
    if (w->finishing && !w->behind) {
        w->done = true;
    } else {
        ack(w);
    }
}

static void
ack(watch *w)
{
    xf_audience_cursors cursors;
    Xf__FeedAckRequest request = XF__FEED_ACK_REQUEST__INIT;
    xf_error error;
    if (w->acking || !w->behind || !w->linked)
        return;
    xf_audiences_fill(&w->audiences, &cursors);
    request.cursors = cursors.pointers;
    request.n_cursors = w->audiences.count;
    w->behind = false;
    w->acking = xf_client_send(w->cli->client, XF_RPC_FEED_ACK, &request.base, acked, w, &error) ==
                XF_CODE_OK;
}

static void
on_event(xf_client *client, const Xf__FeedEvent *event, void *data)
{
    (void)client;
    watch *w = data;
    const xf_audience at = {(xf_audience_kind)event->audience_kind, event->audience_id,
                            event->cursor};
    if (w->finishing || !xf_audiences_forward(&w->audiences, at))
        return;
    xf_feed_print(event, w->cli->json);
    (void)fflush(stdout);
    w->count++;
    w->behind = true;
    w->finishing = w->wanted != 0 && w->count >= w->wanted;
    ack(w);
}

/* What is not told one by one: too much, or too old. */
static void
tell_skipped(const Xf__FeedFollowReply *reply)
{
    if (reply->n_skipped == 0)
        return;
    (void)fputs(reply->old ? XF_TR("离开太久：太早的消息不再逐条补发。")
                           : XF_TR("离开太久：消息太多，只补发最近的。"),
                stderr);
    (void)fputs(XF_TR("请运行 xinfang matter list 看一遍现在的情况。\n"), stderr);
}

static void
followed(xf_client *client, const xf_client_answer *answer, void *data)
{
    (void)client;
    watch *w = data;
    if (answer->error.code != XF_CODE_OK) {
        failed(w, &answer->error, answer->words, answer->request_id);
        return;
    }
    const Xf__FeedFollowReply *reply = (const Xf__FeedFollowReply *)answer->reply;
    for (size_t i = 0; i < reply->n_cursors; i++) {
        (void)xf_audiences_forward(&w->audiences,
                                   (xf_audience){(xf_audience_kind)reply->cursors[i]->kind,
                                                 reply->cursors[i]->id, reply->cursors[i]->cursor});
    }
    w->wait_ms = WAIT_LEAST_MS;
    tell_skipped(reply);
    w->behind = w->behind || reply->n_skipped > 0; /* acknowledged, so that it is told once */
    (void)fputs(XF_TR("守着了，新消息一来就打一行。停下按 Ctrl-C。\n"), stderr);
    ack(w);
}

static void
resumed(xf_client *client, const xf_client_answer *answer, void *data)
{
    watch *w = data;
    xf_audience_cursors cursors;
    Xf__FeedFollowRequest request = XF__FEED_FOLLOW_REQUEST__INIT;
    xf_error error = {0};
    if (answer->error.code != XF_CODE_OK) {
        failed(w, &answer->error, answer->words, answer->request_id);
        return;
    }
    xf_audiences_fill(&w->audiences, &cursors);
    request.cursors = cursors.pointers;
    request.n_cursors = w->audiences.count;
    if (xf_client_send(client, XF_RPC_FEED_FOLLOW, &request.base, followed, w, &error) !=
        XF_CODE_OK)
        failed(w, &error, NULL, 0);
}

static void
log_in(watch *w)
{
    Xf__LoginResumeRequest request = XF__LOGIN_RESUME_REQUEST__INIT;
    xf_error error = {0};
    request.has_token = 1;
    request.token = (ProtobufCBinaryData){XF_TOKEN_BYTES, w->cli->profile.token};
    if (xf_client_send(w->cli->client, XF_RPC_LOGIN_RESUME, &request.base, resumed, w, &error) !=
        XF_CODE_OK)
        failed(w, &error, NULL, 0);
}

static void
connected(xf_client *client, const xf_error *error, void *data)
{
    (void)client;
    watch *w = data;
    if (error->code != XF_CODE_OK) {
        failed(w, error, xf_client_parting(client), 0);
        return;
    }
    w->linked = true;
    log_in(w);
}

static void
on_again(uv_timer_t *timer)
{
    watch *w = timer->data;
    if (w->linked) {
        log_in(w);
    } else {
        xf_client_connect(w->cli->client, connected, w);
    }
}

static void
on_lost(xf_client *client, const xf_error *error, void *data)
{
    (void)client;
    (void)error;
    watch *w = data;
    w->linked = false;
    w->acking = false;
    w->behind = w->count > 0;
    try_later(w);
}

static void
on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    ((watch *)handle->data)->done = true;
}

static void
start(watch *w)
{
    uv_loop_t *loop = &w->cli->loop;
    (void)uv_timer_init(loop, &w->again);
    (void)uv_signal_init(loop, &w->terminate);
    w->again.data = w;
    w->terminate.data = w;
    (void)uv_signal_start(&w->terminate, on_signal, SIGTERM);
    xf_client_on_event(w->cli->client, on_event, w);
    xf_client_on_lost(w->cli->client, on_lost, w);
    xf_client_connect(w->cli->client, connected, w);
}

static void
on_late(uv_timer_t *timer)
{
    ((watch *)timer->data)->done = true;
}

/* Ctrl-C: what was printed is acknowledged, if that takes no time; then nothing is printed
 * again when the watch is taken up. */
static void
stop_watching(watch *w)
{
    w->finishing = true;
    w->done = !w->linked || (!w->acking && !w->behind);
    (void)uv_timer_start(&w->again, on_late, LAST_ACK_MS, 0);
    ack(w);
    while (!w->done)
        (void)uv_run(&w->cli->loop, UV_RUN_ONCE);
    (void)fputs(XF_TR("停下了。看到哪里都记着，再运行 xinfang watch 就接着来。\n"), stderr);
    w->cli->exit = XF_EXIT_INTERRUPTED;
}

int
xf_watch_run(xf_cli *cli, const xf_args *args)
{
    xf_error error = {0};
    watch *w = xf_cli_take(cli, sizeof(*w)); /* its handles close in xf_cli_close */
    *w = (watch){.cli = cli, .wait_ms = WAIT_LEAST_MS};
    if (xf_args_number(args, "count", 1, INT32_MAX, &w->wanted, NULL) != XF_CODE_OK)
        return (int)xf_tell_usage(cli, XF_TR("要写一个数。"), "--count");
    if (!xf_feed_audiences(cli, args, &w->audiences))
        return (int)cli->exit;
    if (xf_cli_client(cli, false, &cli->client, &error) != XF_CODE_OK)
        return (int)xf_tell_error(cli, &error);
    start(w);
    while (!w->done && !xf_interrupt_came())
        (void)uv_run(&cli->loop, UV_RUN_ONCE);
    if (!w->done)
        stop_watching(w);
    uv_close((uv_handle_t *)&w->again, NULL);
    uv_close((uv_handle_t *)&w->terminate, NULL);
    return (int)cli->exit;
}
