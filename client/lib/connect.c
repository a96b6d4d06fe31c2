/* From a name to WELCOME: look-up, one address after another, TLS, greeting. */
#include <stdlib.h>
#include <string.h>

#include "base/limit.h"
#include "base/memory.h"
#include "client/lib/inside.h"
#include "wire/message.h"

enum { MINOR = 1 }; /* of xinfang/1: the highest that is spoken here */

static char program[] = "xinfang 0.1.0";

/* One look-up; it outlives its attempt when that ended by its timer. */
typedef struct look_up {
    uv_getaddrinfo_t request;
    xf_client *client;
    uint64_t attempt;
} look_up;

static void try_address(xf_client *client);

void
xf_client_connect_drop(xf_client *client)
{
    client->attempt++;
    client->failed = false;
    uv_timer_stop(&client->greet_timer);
    uv_freeaddrinfo(client->addresses);
    client->addresses = client->next_address = NULL;
}

/* Ends the attempt. Only from callbacks of the loop, since it calls back. */
void
xf_client_connect_fail(xf_client *client, const xf_error *why)
{
    xf_client_connect_drop(client);
    if (client->link != NULL)
        xf_link_close(client->link, 0, why);
    client->link = NULL; /* its `closed` comes and means nothing any more */
    client->state = XF_CLIENT_APART;
    client->connected(client, why, client->connected_data);
}

static void
give_up(xf_client *client)
{
    xf_error why = client->failure;
    xf_client_connect_fail(client, &why);
}

static void
say_hello(xf_client *client)
{
    Xf__Hello hello = XF__HELLO__INIT;
    xf_buf body;
    xf_error error;

    hello.has_minor = 1;
    hello.minor = MINOR;
    hello.program = program;
    xf_buf_init(&body, XF_LIMIT_FRAME_BEFORE_LOGIN);
    if (xf_message_pack(&hello.base, &body, &error) == XF_CODE_OK) {
        xf_client_put(client, &(xf_frame){.type = XF_FRAME_TYPE_HELLO,
                                          .body = xf_buf_at(&body),
                                          .body_len = xf_buf_readable(&body)});
    } else {
        xf_client_break(client, &error);
    }
    xf_buf_clear(&body);
}

static void
on_ready(xf_link *link, void *data)
{
    xf_client *client = data;
    if (link != client->link || client->closing)
        return;
    client->state = XF_CLIENT_GREETING;
    say_hello(client);
}

static void
welcomed(xf_client *client, const xf_frame *frame)
{
    xf_error error;
    ProtobufCMessage *message = NULL;
    xf_arena *arena = xf_arena_new();

    if (xf_message_unpack(&xf__welcome__descriptor, frame->body, frame->body_len, arena, &message,
                          &error) != XF_CODE_OK) {
        xf_arena_free(&arena);
        xf_client_break(client, &error);
        return;
    }
    xf_arena_free(&client->welcome_arena);
    client->welcome_arena = arena;
    client->welcome = (Xf__Welcome *)message;
    client->state = XF_CLIENT_OPEN;
    xf_link_max_body(client->link, xf_limit_get(XF_LIMIT_FRAME));
    xf_client_connect_drop(client);
    xf_client_alive_start(client);
    client->connected(client, &(xf_error){.code = XF_CODE_OK}, client->connected_data);
}

/* A GOAWAY before WELCOME: this client is not taken. */
static void
turned_away(xf_client *client, const xf_frame *frame)
{
    xf_client_hear_goaway(client, frame);
    xf_client_connect_fail(client, &client->parting);
}

static void
greeted(xf_client *client, const xf_frame *frame)
{
    xf_error why;
    if (frame->type == XF_FRAME_TYPE_WELCOME) {
        welcomed(client, frame);
    } else if (frame->type == XF_FRAME_TYPE_GOAWAY) {
        turned_away(client, frame);
    } else {
        (void)XF_FAIL(&why, XF_CODE_UNSUPPORTED, XF_TEXT_MESSAGE_BROKEN, "");
        xf_client_break(client, &why);
    }
}

static void
on_frame(xf_link *link, const xf_frame *frame, void *data)
{
    xf_client *client = data;
    if (link != client->link || client->closing)
        return;
    xf_client_trace(client, "←", frame);
    if (client->state == XF_CLIENT_GREETING) {
        greeted(client, frame);
    } else {
        xf_client_take(client, frame);
    }
}

static void
on_closed(xf_link *link, const xf_error *why, void *data)
{
    xf_client *client = data;
    bool current = link == client->link && !client->closing;

    if (current && (client->state == XF_CLIENT_OPEN || client->state == XF_CLIENT_GOING)) {
        xf_client_lose(client, why);
    } else if (current) {
        client->link = NULL;
        if (why->code != XF_CODE_OK)
            client->failure = *why;
        /* Another address of a server that refused us would refuse us too. */
        if (client->state == XF_CLIENT_GREETING || why->text == XF_TEXT_TLS_REFUSED) {
            give_up(client);
        } else {
            try_address(client);
        }
    }
    xf_client_part(client);
}

static const xf_link_events link_events = {
    .ready = on_ready, .frame = on_frame, .closed = on_closed};

static void
try_address(xf_client *client)
{
    while (client->next_address != NULL) {
        const struct addrinfo *at = client->next_address;
        client->next_address = at->ai_next;
        if (xf_link_connect(client->loop, client->flusher, client->tls, at->ai_addr,
                            client->server_name, &link_events, client, &client->link,
                            &client->failure) == XF_CODE_OK) {
            client->open_things++;
            return;
        }
    }
    give_up(client);
}

static void
on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *addresses)
{
    look_up *looked = request->data;
    xf_client *client = looked->client;
    bool current = looked->attempt == client->attempt && !client->closing;

    free(looked);
    if (current && status == 0) {
        client->addresses = client->next_address = addresses;
        try_address(client);
    } else if (current) {
        give_up(client);
    }
    if (!current)
        uv_freeaddrinfo(addresses);
    xf_client_part(client);
}

static void
on_greet_late(uv_timer_t *timer)
{
    xf_error why;
    (void)XF_FAIL(&why, XF_CODE_UNAVAILABLE, XF_TEXT_CONNECT_FAILED, "");
    xf_client_connect_fail(timer->data, &why);
}

void
xf_client_connect(xf_client *client, void (*done)(xf_client *, const xf_error *, void *),
                  void *data)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    look_up *looked = xf_memory_new(sizeof *looked);

    xf_client_forget_parting(client);
    client->connected = done;
    client->connected_data = data;
    client->state = XF_CLIENT_CONNECTING;
    (void)XF_FAIL(&client->failure, XF_CODE_UNAVAILABLE, XF_TEXT_CONNECT_FAILED, "");
    uv_update_time(client->loop); /* it may have rested: a timer counts from its last look */
    uv_timer_start(&client->greet_timer, on_greet_late, xf_limit_get(XF_LIMIT_HANDSHAKE_MS), 0);
    looked->client = client;
    looked->attempt = ++client->attempt;
    looked->request.data = looked;
    if (uv_getaddrinfo(client->loop, &looked->request, on_resolved, client->host, client->port,
                       &hints) == 0) {
        client->open_things++;
        return;
    }
    free(looked);
    client->failed = true; /* told in the next turn: no callback inside this call */
    xf_client_kick(client);
}
