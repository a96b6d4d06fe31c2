/* The cast at their desks: each a client of client/lib, logged in when first needed. */
#include <stdio.h>
#include <stdlib.h>

#include "stage_inside.h"

enum { PATIENCE_MS = 30000 };

xf_arena *
xf_stage_arena(xf_story *s)
{
    assert_true(s->n_arenas < XF_STAGE_ARENAS);
    s->arenas[s->n_arenas] = xf_arena_new();
    return s->arenas[s->n_arenas++];
}

static void
on_event(xf_client *client, const Xf__FeedEvent *event, void *data)
{
    xf_stage_desk *desk = data;

    (void)client;
    assert_true(desk->n_events < XF_STAGE_EVENTS);
    desk->events[desk->n_events++] = *event; /* it has no pointers but its descriptor */
}

static void
on_lost(xf_client *client, const xf_error *why, void *data)
{
    xf_stage_desk *desk = data;

    (void)client;
    (void)why;
    desk->logged_in = false;
}

static void
sit_down_at(xf_story *s, xf_stage_desk *desk, int at_port)
{
    char port[16];
    const xf_client_conf conf = {
        .host = "127.0.0.1",
        .port = port,
        .server_name = "xinfangd.test",
        .ca = s->files.ca,
        .certificate = s->files.certificate,
        .key = s->files.key,
    };

    (void)snprintf(port, sizeof port, "%d", at_port);
    assert_int_equal(xf_client_new(&s->loop, &conf, &desk->client, NULL), XF_CODE_OK);
    xf_client_on_event(desk->client, on_event, desk);
    xf_client_on_lost(desk->client, on_lost, desk);
    assert_int_equal(xf_client_wait_connect(desk->client, NULL), XF_CODE_OK);
    desk->asked = 0;
    desk->n_events = 0;
    desk->n_told = 0;
}

static void
sit_down(xf_story *s, xf_stage_desk *desk)
{
    sit_down_at(s, desk, s->port);
}

void
xf_stage_sit_at_second(xf_story *s, xf_cast who)
{
    xf_stage_desk *desk = &s->desks[who];

    if (desk->client != NULL)
        xf_client_close(&desk->client);
    desk->logged_in = false;
    sit_down_at(s, desk, xf_stage_second_port(s));
}

static const void *
ask_at(xf_story *s, xf_stage_desk *desk, xf_rpc rpc, ProtobufCMessage *request)
{
    ProtobufCMessage *reply = NULL;

    s->error = (xf_error){.code = XF_CODE_OK};
    desk->asked++;
    if (xf_client_wait_call(desk->client, rpc, request, xf_stage_arena(s), &reply, NULL,
                            &s->error) != XF_CODE_OK)
        return NULL;
    return reply;
}

static void
log_in(xf_story *s, xf_stage_desk *desk, xf_cast who)
{
    Xf__LoginBeginRequest request = XF__LOGIN_BEGIN_REQUEST__INIT;

    request.badge = (char *)(uintptr_t)xf_cast_badge(who);
    request.password = (char *)(uintptr_t)XF_CAST_PASSWORD;
    if (ask_at(s, desk, XF_RPC_LOGIN_BEGIN, &request.base) == NULL)
        fail_msg("%s cannot log in: %s", request.badge, xf_code_name(s->error.code));
    desk->logged_in = true;
}

const void *
xf_stage_ask(xf_story *s, xf_cast who, xf_rpc rpc, ProtobufCMessage *request)
{
    xf_stage_desk *desk = &s->desks[who];

    if (desk->client == NULL)
        sit_down(s, desk);
    if (!desk->logged_in)
        log_in(s, desk, who);
    return ask_at(s, desk, rpc, request);
}

const void *
xf_stage_ask_unknown(xf_story *s, xf_rpc rpc, ProtobufCMessage *request)
{
    xf_stage_desk *desk = &s->desks[NOBODY];

    if (desk->client == NULL)
        sit_down(s, desk);
    return ask_at(s, desk, rpc, request);
}

void
xf_stage_leave(xf_story *s)
{
    xf_stage_close_wires(s);
    for (int who = 0; who < XF_CAST_COUNT; who++) {
        if (s->desks[who].client != NULL)
            xf_client_close(&s->desks[who].client);
        s->desks[who].logged_in = false;
    }
    (void)uv_run(&s->loop, UV_RUN_DEFAULT);
}

xf_code
xf_stage_code(const xf_story *s)
{
    return s->error.code;
}

const char *
xf_stage_field(const xf_story *s)
{
    return s->error.field;
}

void
xf_stage_assert_refused(const xf_story *s, xf_code code, const char *field)
{
    assert_string_equal(xf_code_name(s->error.code), xf_code_name(code));
    assert_string_equal(s->error.field, field);
}

size_t
xf_stage_asked(const xf_story *s, xf_cast who)
{
    return s->desks[who].asked;
}

/* ---- News */

void
xf_stage_follow(xf_story *s, xf_cast who)
{
    Xf__FeedFollowRequest request = XF__FEED_FOLLOW_REQUEST__INIT;

    assert_non_null(xf_stage_ask(s, who, XF_RPC_FEED_FOLLOW, &request.base));
}

static bool
has_news(const void *data)
{
    const xf_stage_desk *desk = data;

    return desk->n_told < desk->n_events;
}

Xf__FeedEvent
xf_stage_news(xf_story *s, xf_cast who)
{
    xf_stage_desk *desk = &s->desks[who];

    xf_stage_turn_until(s, has_news, desk);
    return desk->events[desk->n_told++];
}

/* ---- Waiting */

static void
on_too_long(uv_timer_t *timer)
{
    *(bool *)timer->data = true;
}

void
xf_stage_turn_until(xf_story *s, bool (*so)(const void *data), const void *data)
{
    bool too_long = false;
    uv_timer_t timer;

    assert_int_equal(uv_timer_init(&s->loop, &timer), 0);
    timer.data = &too_long;
    assert_int_equal(uv_timer_start(&timer, on_too_long, PATIENCE_MS, 0), 0);
    while (!so(data) && !too_long)
        (void)uv_run(&s->loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&timer, NULL);
    (void)uv_run(&s->loop, UV_RUN_NOWAIT);
    if (too_long)
        fail_msg("it did not come within %d s", PATIENCE_MS / 1000);
}
