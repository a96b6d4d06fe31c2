/* The client's life: new, the frames that come, the turn of the loop, loss, close. */
#include "client/lib/client.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "client/lib/inside.h"
#include "client/lib/resend.h"

enum { OWN_HANDLES = 3 };

static void
on_turn(uv_idle_t *turn)
{
    uv_idle_stop(turn);
    xf_client_turn(turn->data);
}

static char *
copy(const char *text)
{
    return xf_memory_text(text, strlen(text));
}

xf_code
xf_client_new(uv_loop_t *loop, const xf_client_conf *conf, xf_client **ret_client, xf_error *reterr)
{
    const xf_tls_files files = {conf->ca, conf->certificate, conf->key};
    xf_tls_context *tls = NULL;
    xf_code code = xf_tls_context_new(&files, false, &tls, reterr);

    if (code != XF_CODE_OK)
        return code;
    xf_client *client = xf_memory_new(sizeof *client);
    client->loop = loop;
    client->host = copy(conf->host);
    client->port = copy(conf->port);
    client->server_name = copy(conf->server_name);
    client->outbox = conf->outbox;
    client->trace = conf->trace;
    client->tls = tls;
    client->flusher = xf_flusher_new(loop);
    TAILQ_INIT(&client->queue);
    TAILQ_INIT(&client->flight);
    TAILQ_INIT(&client->lost);
    client->group = 1;
    uv_timer_init(loop, &client->greet_timer);
    uv_timer_init(loop, &client->ping_timer);
    uv_idle_init(loop, &client->turn);
    client->greet_timer.data = client->ping_timer.data = client->turn.data = client;
    client->open_things = OWN_HANDLES;
    *ret_client = client;
    return XF_CODE_OK;
}

void
xf_client_on_lost(xf_client *client, void (*lost)(xf_client *, const xf_error *, void *),
                  void *data)
{
    client->on_lost = lost;
    client->on_lost_data = data;
}

void
xf_client_on_event(xf_client *client, void (*event)(xf_client *, const Xf__FeedEvent *, void *),
                   void *data)
{
    client->on_event = event;
    client->on_event_data = data;
}

const Xf__Welcome *
xf_client_welcome(const xf_client *client)
{
    return client->welcome;
}

size_t
xf_client_in_flight(const xf_client *client)
{
    return client->queued + client->flying;
}

void
xf_client_trace(const xf_client *client, const char *arrow, const xf_frame *frame)
{
    const char *type = xf_frame_type_name(frame->type);
    if (!client->trace)
        return;
    if (frame->method != 0) {
        (void)fprintf(stderr, "%s %s %s #%" PRIu64 "\n", arrow, type,
                      xf_rpc_name((xf_rpc)frame->method), frame->request_id);
    } else {
        (void)fprintf(stderr, "%s %s\n", arrow, type);
    }
}

void
xf_client_put(xf_client *client, const xf_frame *frame)
{
    xf_error error;
    xf_client_trace(client, "→", frame);
    /* The link closes itself for this error, and its `closed` tells every call. */
    if (xf_link_send(client->link, frame, &error) != XF_CODE_OK)
        XF_WARN("client.send", XF_CODE(error.code), XF_BORN(&error));
}

void
xf_client_kick(xf_client *client)
{
    if (!client->closing)
        uv_idle_start(&client->turn, on_turn);
}

void
xf_client_turn(xf_client *client)
{
    if (client->closing)
        return;
    if (client->failed) {
        xf_error why = client->failure;
        xf_client_connect_fail(client, &why);
    }
    if (!client->closing)
        xf_client_resend_turn(client);
    if (!client->closing)
        xf_client_call_send_queued(client);
}

void
xf_client_break(xf_client *client, const xf_error *why)
{
    XF_WARN("client.broken", XF_CODE(why->code), XF_BORN(why));
    xf_link_close(client->link, 0, why);
}

/* No more is asked of a server that goes; with nothing under way the link is closed here,
 * so that it need not wait. */
static void
going_away(xf_client *client, const xf_frame *frame)
{
    xf_client_hear_goaway(client, frame);
    client->state = XF_CLIENT_GOING;
    if (client->flying == 0)
        xf_link_close(client->link, 1, NULL);
}

void
xf_client_take(xf_client *client, const xf_frame *frame)
{
    xf_error why;
    switch (frame->type) {
    case XF_FRAME_TYPE_RESPONSE:
    case XF_FRAME_TYPE_ERROR: xf_client_call_answered(client, frame); return;
    case XF_FRAME_TYPE_CHUNK: xf_client_call_piece(client, frame); return;
    case XF_FRAME_TYPE_EVENT: xf_client_push(client, frame); return;
    case XF_FRAME_TYPE_GOAWAY: going_away(client, frame); return;
    case XF_FRAME_TYPE_PONG: return; /* that bytes came is noted by the link */
    case XF_FRAME_TYPE_PING:
        xf_client_put(client, &(xf_frame){.type = XF_FRAME_TYPE_PONG,
                                          .request_id = frame->request_id,
                                          .body = frame->body,
                                          .body_len = frame->body_len});
        return;
    case XF_FRAME_TYPE_UNSPECIFIED:
    case XF_FRAME_TYPE_HELLO:
    case XF_FRAME_TYPE_WELCOME:
    case XF_FRAME_TYPE_REQUEST:
    case XF_FRAME_TYPE_CANCEL: break;
    }
    (void)XF_FAIL(&why, XF_CODE_UNSUPPORTED, XF_TEXT_MESSAGE_BROKEN, "");
    xf_client_break(client, &why);
}

static void
move_all(xf_client_calls *from, xf_client_calls *to)
{
    xf_client_call *call = NULL;
    while ((call = TAILQ_FIRST(from)) != NULL) {
        TAILQ_REMOVE(from, call, link);
        TAILQ_INSERT_TAIL(to, call, link);
    }
}

/* Tells every call. A callback may close the client; then the rest is freed in silence. */
static void
lose_calls(xf_client *client, const xf_error *why)
{
    xf_client_call *call = NULL;

    move_all(&client->flight, &client->lost);
    move_all(&client->queue, &client->lost);
    client->queued = client->flying = 0;
    while (!client->closing && (call = TAILQ_FIRST(&client->lost)) != NULL) {
        TAILQ_REMOVE(&client->lost, call, link);
        xf_client_call_fail(client, call, why, xf_client_parting(client));
    }
}

void
xf_client_lose(xf_client *client, const xf_error *why)
{
    const xf_error lost = xf_client_why_lost(client);
    xf_error end = *why;

    if (client->state == XF_CLIENT_GOING) {
        end = client->parting;
    } else if (why->code == XF_CODE_OK) {
        end = lost;
    }
    client->state = XF_CLIENT_APART;
    client->link = NULL;
    xf_client_alive_stop(client);
    xf_client_kick(client);
    lose_calls(client, &lost);
    if (!client->closing && client->on_lost != NULL)
        client->on_lost(client, &end, client->on_lost_data);
}

void
xf_client_part(xf_client *client)
{
    if (--client->open_things > 0 || !client->closing)
        return;
    xf_flusher_close(&client->flusher);
    xf_tls_context_free(&client->tls);
    xf_arena_free(&client->welcome_arena);
    free(client->host);
    free(client->port);
    free(client->server_name);
    free(client);
}

static void
on_handle_closed(uv_handle_t *handle)
{
    xf_client_part(handle->data);
}

/* What is asked and not answered stays kept, free for whoever sends it next. */
static void
leave_kept(xf_client *client, const xf_client_calls *calls)
{
    const xf_client_call *call = NULL;
    TAILQ_FOREACH(call, calls, link)
    {
        if (call->outbox_id != 0 &&
            xf_outbox_release(client->outbox, call->outbox_id, NULL) != XF_CODE_OK)
            XF_WARN("outbox.release", XF_ID(entry, call->outbox_id));
    }
}

void
xf_client_close(xf_client **client_at)
{
    xf_client *client = *client_at;
    xf_error error;

    *client_at = NULL;
    if (client == NULL)
        return;
    client->closing = true;
    leave_kept(client, &client->flight);
    leave_kept(client, &client->queue);
    leave_kept(client, &client->lost);
    if (client->outbox != NULL && xf_outbox_commit(client->outbox, &error) != XF_CODE_OK)
        XF_WARN("outbox.commit", XF_CODE(error.code), XF_BORN(&error));
    xf_client_calls_free(&client->flight);
    xf_client_calls_free(&client->queue);
    xf_client_calls_free(&client->lost);
    xf_client_connect_drop(client);
    if (client->link != NULL)
        xf_link_close(client->link, 1, NULL);
    client->link = NULL;
    uv_close((uv_handle_t *)&client->greet_timer, on_handle_closed);
    uv_close((uv_handle_t *)&client->ping_timer, on_handle_closed);
    uv_close((uv_handle_t *)&client->turn, on_handle_closed);
}
