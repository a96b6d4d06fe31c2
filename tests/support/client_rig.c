/* The rig: set up, the script, taken down. */
#include "client_rig.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

static char certificates[XF_TEST_PATH];

/* ---- The server's side */

/* An assign is answered with the version asked, an open with its matter. */
void
xf_client_rig_answer(xf_fake_server *server, const xf_client_rig_request *g)
{
    xf_arena *arena = xf_arena_new();
    ProtobufCMessage *message = protobuf_c_message_unpack(xf_rpc_find(g->rpc)->request,
                                                          xf_arena_allocator(arena), g->n, g->body);
    assert_non_null(message);
    if (g->rpc == XF_RPC_MATTER_OPEN) {
        Xf__MatterOpenReply reply = XF__MATTER_OPEN_REPLY__INIT;
        reply.has_matter_id = 1;
        reply.matter_id = ((Xf__MatterOpenRequest *)message)->matter_id;
        xf_fake_server_answer(server, g->id, g->rpc, &reply.base);
    } else {
        Xf__MatterAssignReply reply = XF__MATTER_ASSIGN_REPLY__INIT;
        assert_int_equal(g->rpc, XF_RPC_MATTER_ASSIGN);
        reply.has_version = 1;
        reply.version = ((Xf__MatterAssignRequest *)message)->version + 1;
        xf_fake_server_answer(server, g->id, g->rpc, &reply.base);
    }
    xf_arena_free(&arena);
}

static void
script(xf_fake_server *server, const xf_fake_request *request, void *data)
{
    xf_client_rig *s = data;
    xf_client_rig_request *g = &s->got[s->n_got++];
    assert_true(s->n_got < XF_CLIENT_RIG_MOST);
    *g = (xf_client_rig_request){request->rpc, request->id, xf_memory_new(request->body_len),
                                 request->body_len};
    memcpy(g->body, request->body, request->body_len);
    switch (s->manner) {
    case XF_CLIENT_RIG_ANSWER: xf_client_rig_answer(server, g); break;
    case XF_CLIENT_RIG_HOLD: break;
    case XF_CLIENT_RIG_REFUSE:
        xf_fake_server_refuse(server, g->id, g->rpc, XF__CODE__CODE_DENIED, "不行");
        break;
    case XF_CLIENT_RIG_NOT_NOW:
        xf_fake_server_refuse(server, g->id, g->rpc, XF__CODE__CODE_OVERLOADED, NULL);
        break;
    case XF_CLIENT_RIG_NOT_LOGGED_IN:
        xf_fake_server_refuse(server, g->id, g->rpc, XF__CODE__CODE_UNAUTHENTICATED, NULL);
        break;
    case XF_CLIENT_RIG_CUT: xf_fake_server_cut(server); break;
    }
}

/* ---- The rig */

void
xf_client_rig_new_client(xf_client_rig *s, const char *host, const char *port, const char *name,
                         const char *ca)
{
    xf_test_files files = xf_test_files_of(certificates, ca, "client");
    xf_client_conf conf = {.host = host,
                           .port = port,
                           .server_name = name,
                           .ca = files.ca,
                           .certificate = files.certificate,
                           .key = files.key,
                           .outbox = s->outbox};
    assert_int_equal(xf_client_new(&s->loop, &conf, &s->client, NULL), XF_CODE_OK);
}

int
xf_client_rig_set_up(void **state)
{
    xf_client_rig *s = xf_memory_new(sizeof *s);
    xf_test_files files = xf_test_files_of(certificates, "ca", "server");

    assert_int_equal(uv_loop_init(&s->loop), 0);
    xf_test_dir_new(s->dir);
    (void)snprintf(s->box_path, sizeof s->box_path, "%s/outbox.sqlite", s->dir);
    assert_int_equal(xf_outbox_open(s->box_path, &s->outbox, NULL), XF_CODE_OK);
    xf_outbox_owner(s->outbox, XF_CLIENT_RIG_BUREAU, XF_CLIENT_RIG_CLERK);
    s->server = xf_fake_server_new(&s->loop, &files, script, s);
    xf_client_rig_new_client(s, "127.0.0.1", xf_fake_server_port(s->server), "xinfang.test", "ca");
    *state = s;
    return 0;
}

int
xf_client_rig_tear_down(void **state)
{
    xf_client_rig *s = *state;
    xf_client_close(&s->client);
    xf_client_close(&s->client); /* twice is harmless */
    xf_fake_server_close(&s->server);
    assert_int_equal(uv_run(&s->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&s->loop), 0); /* nothing was left behind */
    xf_outbox_close(&s->outbox);
    xf_test_dir_remove(s->dir);
    for (size_t i = 0; i < s->n_got; i++)
        free(s->got[i].body);
    free(s);
    return 0;
}

void
xf_client_rig_connect(xf_client_rig *s)
{
    xf_error error = {0};
    assert_int_equal(xf_client_wait_connect(s->client, &error), XF_CODE_OK);
}

void
xf_client_rig_turn_until(xf_client_rig *s, const size_t *count, size_t wanted)
{
    while (*count < wanted)
        assert_int_not_equal(uv_run(&s->loop, UV_RUN_ONCE), 0);
}

void
xf_client_rig_on_answer(xf_client *client, const xf_client_answer *a, void *data)
{
    xf_client_rig *s = data;
    (void)client;
    s->n_answered++;
    s->last = *a;
    s->last.reply = NULL;
    (void)snprintf(s->last_words, sizeof s->last_words, "%s", a->words);
}

void
xf_client_rig_on_lost(xf_client *client, const xf_error *why, void *data)
{
    xf_client_rig *s = data;
    (void)client;
    s->n_lost++;
    s->lost_text = why->text;
}

Xf__MatterAssignRequest
xf_client_rig_assignment(int32_t version)
{
    Xf__MatterAssignRequest request = XF__MATTER_ASSIGN_REQUEST__INIT;
    request.has_matter_id = 1;
    request.matter_id = 4333;
    request.has_version = 1;
    request.version = version;
    return request;
}

void
xf_client_rig_send_assign(xf_client_rig *s, int32_t version)
{
    Xf__MatterAssignRequest request = xf_client_rig_assignment(version);
    assert_int_equal(xf_client_send(s->client, XF_RPC_MATTER_ASSIGN, &request.base,
                                    xf_client_rig_on_answer, s, NULL),
                     XF_CODE_OK);
    assert_false(request.has_op_id); /* the caller's message comes back as it was */
}

void
xf_client_rig_keep_assign(xf_client_rig *s, int32_t version)
{
    Xf__MatterAssignRequest request = xf_client_rig_assignment(version);
    xf_error error;
    assert_int_equal(xf_client_send(s->client, XF_RPC_MATTER_ASSIGN, &request.base,
                                    xf_client_rig_on_answer, s, &error),
                     XF_CODE_UNAVAILABLE);
}

int
xf_client_rig_group_set_up(void **state)
{
    (void)state;
    (void)signal(SIGXFSZ, SIG_IGN); /* a_full_disk: an error, not the end */
    xf_test_dir_new(certificates);
    xf_test_ca *ca = xf_test_ca_new(certificates, "ca");
    xf_test_ca *other = xf_test_ca_new(certificates, "other");
    xf_test_ca_server(ca, "server", "xinfang.test");
    xf_test_ca_client(ca, "client", "450922");
    xf_test_ca_free(&ca);
    xf_test_ca_free(&other);
    return 0;
}

int
xf_client_rig_group_tear_down(void **state)
{
    (void)state;
    xf_test_dir_remove(certificates);
    return 0;
}
