/* A desk whose link is poor shakes hands once, and goes on wherever the kernel puts it. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "device.pb-c.h"
#include "frame.pb-c.h"

#include "stage_inside.h"
#include "stage_wire.h"

enum { VISITS = 24, HEADER = 16 };

typedef struct caller {
    SSL_CTX *context;
    SSL_SESSION *session; /* the newest that the server gave */
} caller;

static int
keep_session(SSL *ssl, SSL_SESSION *session)
{
    caller *c = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

    SSL_SESSION_free(c->session);
    c->session = session;
    return 1;
}

/* The desk's certificate, or, for "", none; sessions are kept. */
static void
begin(const xf_story *s, const char *device, const char *alpn, caller *ret_caller)
{
    const xf_test_files files = xf_test_files_of(s->dir, "ca", device[0] != '\0' ? device : "desk");

    *ret_caller = (caller){.context = SSL_CTX_new(TLS_client_method())};
    assert_non_null(ret_caller->context);
    (void)SSL_CTX_set_app_data(ret_caller->context, ret_caller);
    assert_int_equal(SSL_CTX_load_verify_file(ret_caller->context, files.ca), 1);
    if (device[0] != '\0') {
        assert_int_equal(SSL_CTX_use_certificate_chain_file(ret_caller->context, files.certificate),
                         1);
        assert_int_equal(
            SSL_CTX_use_PrivateKey_file(ret_caller->context, files.key, SSL_FILETYPE_PEM), 1);
    }
    assert_int_equal(SSL_CTX_set_alpn_protos(ret_caller->context, (const unsigned char *)alpn,
                                             (unsigned)strlen(alpn)),
                     0);
    (void)SSL_CTX_set_session_cache_mode(ret_caller->context, SSL_SESS_CACHE_CLIENT);
    SSL_CTX_sess_set_new_cb(ret_caller->context, keep_session);
}

static void
end(caller *c)
{
    SSL_SESSION_free(c->session);
    SSL_CTX_free(c->context);
}

/* Greets, and waits for WELCOME, in front of which comes the session. False: not let in. */
static bool
is_welcomed(SSL *ssl)
{
    static const uint8_t hello[HEADER] = {0, 0, 0, 0, XF_FRAME_TYPE_HELLO};
    uint8_t header[HEADER];
    size_t got = 0;
    size_t n = 0;

    if (SSL_write_ex(ssl, hello, sizeof hello, &n) != 1)
        return false;
    while (got < sizeof header) {
        if (SSL_read_ex(ssl, header + got, sizeof header - got, &n) != 1)
            return false;
        got += n;
    }
    return header[4] == XF_FRAME_TYPE_WELCOME;
}

typedef struct visit {
    bool welcomed;
    bool resumed;
} visit;

static visit
call_on(const xf_story *s, caller *c)
{
    SSL *ssl = SSL_new(c->context);
    int fd = xf_stage_knock(s);
    visit was = {false, false};

    assert_non_null(ssl);
    assert_int_equal(SSL_set_fd(ssl, fd), 1);
    if (c->session != NULL)
        assert_int_equal(SSL_set_session(ssl, c->session), 1);
    if (SSL_connect(ssl) == 1) {
        was.welcomed = is_welcomed(ssl);
        was.resumed = SSL_session_reused(ssl) == 1;
    }
    (void)SSL_shutdown(ssl);
    SSL_free(ssl);
    (void)close(fd);
    return was;
}

/* The server has two workers, and the kernel throws a coin for each connection: that all of these
 * fell on one is one chance in eight million. Did they not share their sessions, half would have
 * to shake hands anew. */
XF_STORY(each_of_many_calls_is_resumed)
{
    xf_story *s = *state;
    caller desk;

    begin(s, "desk", "\x09xinfang/1", &desk);
    for (int i = 0; i < VISITS; i++) {
        const visit was = call_on(s, &desk);

        assert_true(was.welcomed);
        assert_int_equal(was.resumed, i > 0);
    }
    end(&desk);
}

static bool
logs_in(xf_story *s)
{
    xf_wire_desk *desk = xf_wire_desk_new_elsewhere(s, NOBODY);
    Xf__LoginBeginRequest login = XF__LOGIN_BEGIN_REQUEST__INIT;
    bool in = false;

    login.badge = (char *)(uintptr_t)xf_cast_badge(HANDLER);
    login.password = (char *)(uintptr_t)XF_CAST_PASSWORD;
    in = xf_wire_desk_ask(desk, XF_RPC_LOGIN_BEGIN, &login.base)->type == XF_FRAME_TYPE_RESPONSE;
    xf_wire_desk_free(&desk);
    return in;
}

static void
on_lost(xf_client *client, const xf_error *why, void *data)
{
    (void)client;
    (void)why;
    *(bool *)data = true;
}

static bool
is_true(const void *data)
{
    return *(const bool *)data;
}

/* Its session is still good for a handshake, and that is all it is good for. */
XF_STORY(a_resumed_session_of_a_revoked_device_lets_nobody_in)
{
    xf_story *s = *state;
    Xf__DeviceRevokeRequest revoke = XF__DEVICE_REVOKE_REQUEST__INIT;
    Xf__LoginBeginRequest login = XF__LOGIN_BEGIN_REQUEST__INIT;
    xf_client *client = NULL;
    char port[16];
    const xf_test_files files = xf_test_files_of(s->dir, "ca", "other-desk");
    const xf_client_conf conf = {.host = "127.0.0.1",
                                 .port = port,
                                 .server_name = "xinfangd.test",
                                 .ca = files.ca,
                                 .certificate = files.certificate,
                                 .key = files.key};
    ProtobufCMessage *reply = NULL;
    xf_error error = {0};
    xf_code code = XF_CODE_OK;
    bool lost = false;

    (void)snprintf(port, sizeof port, "%d", xf_stage_port(s));
    login.badge = (char *)(uintptr_t)xf_cast_badge(HANDLER);
    login.password = (char *)(uintptr_t)XF_CAST_PASSWORD;
    assert_true(logs_in(s)); /* so that it has a name here */
    /* One context: its second connection resumes the first one's session. */
    assert_int_equal(xf_client_new(&s->loop, &conf, &client, NULL), XF_CODE_OK);
    xf_client_on_lost(client, on_lost, &lost);
    assert_int_equal(xf_client_wait_connect(client, NULL), XF_CODE_OK);
    revoke.name = (char[]){"other-desk"};
    revoke.reason = (char[]){"遗失"};
    assert_non_null(xf_stage_ask(s, SYSTEM_ADMIN, XF_RPC_DEVICE_REVOKE, &revoke.base));
    xf_stage_turn_until(s, is_true, &lost);
    /* Sent away at the door or at the login, whichever comes first. */
    code = xf_client_wait_connect(client, &error);
    if (code == XF_CODE_OK) {
        code = xf_client_wait_call(client, XF_RPC_LOGIN_BEGIN, &login.base, xf_stage_arena(s),
                                   &reply, NULL, &error);
    }
    assert_int_equal(code, XF_CODE_UNAUTHENTICATED);
    xf_client_close(&client);
    assert_false(logs_in(s));
}

/* Who enrols shows no certificate. What is left of such a session opens no other door. */
XF_STORY(an_enrolment_is_never_resumed_as_anything_else)
{
    xf_story *s = *state;
    caller stranger;
    SSL *ssl = NULL;
    visit was = {false, false};
    int fd = xf_stage_knock(s);

    begin(s, "", "\x0fxinfang-enrol/1", &stranger);
    ssl = SSL_new(stranger.context);
    assert_int_equal(SSL_set_fd(ssl, fd), 1);
    assert_int_equal(SSL_connect(ssl), 1);
    assert_false(is_welcomed(ssl)); /* GOAWAY: a greeting is nothing that it takes */
    assert_null(stranger.session);  /* none was left behind */
    stranger.session = SSL_get1_session(ssl);
    (void)SSL_shutdown(ssl); /* or OpenSSL would hold it for broken, and not offer it */
    SSL_free(ssl);
    (void)close(fd);
    assert_int_equal(
        SSL_CTX_set_alpn_protos(stranger.context, (const unsigned char *)"\x09xinfang/1", 10), 0);
    was = call_on(s, &stranger);
    assert_false(was.welcomed);
    end(&stranger);
}

XF_STORIES(XF_PLAY(each_of_many_calls_is_resumed),
           XF_PLAY(a_resumed_session_of_a_revoked_device_lets_nobody_in),
           XF_PLAY(an_enrolment_is_never_resumed_as_anything_else))
