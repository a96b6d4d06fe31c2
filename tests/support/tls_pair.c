/* tests/support/tls_pair — see tls_pair.h. */
#include "tls_pair.h"

#include <string.h>

#include <openssl/ssl.h>

enum { STEPS = 8 };

const char xf_tls_cast_server[] = "xinfang.luchuan.example";

/* ---- Carrying bytes */

void
xf_end_init(xf_end *end, xf_tls *take_tls)
{
    *end = (xf_end){.tls = take_tls};
    xf_buf_init(&end->out, XF_LIMIT_OUTPUT_HARD);
    xf_buf_init(&end->plain, XF_LIMIT_INPUT);
}

void
xf_end_clear(xf_end *end)
{
    xf_tls_free(&end->tls);
    xf_buf_clear(&end->out);
    xf_buf_clear(&end->plain);
}

void
xf_end_hear(xf_end *end, const uint8_t *bytes, size_t n)
{
    bool ready = false;

    if (end->code != XF_CODE_OK || n == 0)
        return;
    end->code = xf_tls_take(end->tls, bytes, n, &end->out, &end->plain, &ready, &end->error);
    end->ready = end->ready || ready;
}

static void
carry(xf_end *from, xf_end *to)
{
    xf_end_hear(to, xf_buf_at(&from->out), xf_buf_readable(&from->out));
    xf_buf_consume(&from->out, xf_buf_readable(&from->out));
}

void
xf_pair_talk(xf_pair *pair)
{
    for (int i = 0; i < STEPS; i++) {
        carry(&pair->client, &pair->server);
        carry(&pair->server, &pair->client);
    }
}

xf_pair
xf_pair_meet_at(xf_tls_context *client, xf_tls_context *server, const char *name)
{
    xf_pair pair;

    xf_end_init(&pair.client, xf_tls_new(client, name));
    xf_end_init(&pair.server, xf_tls_new(server, NULL));
    pair.client.code = xf_tls_start(pair.client.tls, &pair.client.out, &pair.client.error);
    xf_pair_talk(&pair);
    return pair;
}

xf_pair
xf_pair_meet(xf_tls_context *client, xf_tls_context *server)
{
    return xf_pair_meet_at(client, server, xf_tls_cast_server);
}

void
xf_pair_part(xf_pair *pair)
{
    xf_end_clear(&pair->client);
    xf_end_clear(&pair->server);
}

void
xf_assert_ready(const xf_pair *pair)
{
    assert_int_equal(pair->client.code, XF_CODE_OK);
    assert_int_equal(pair->server.code, XF_CODE_OK);
    assert_true(pair->client.ready);
    assert_true(pair->server.ready);
}

void
xf_assert_refused(const xf_end *end)
{
    assert_int_equal(end->code, XF_CODE_UNAUTHENTICATED);
    assert_int_equal(end->error.code, XF_CODE_UNAUTHENTICATED);
    assert_int_equal(end->error.text, XF_TEXT_TLS_REFUSED);
    assert_false(end->ready);
}

void
xf_assert_server_refuses(const xf_pair *pair)
{
    xf_assert_refused(&pair->server);
    assert_int_equal(pair->client.code, XF_CODE_UNAUTHENTICATED);
    assert_int_equal(pair->client.error.text, XF_TEXT_TLS_REFUSED);
}

int
xf_tls_cast_up(void **state)
{
    xf_tls_cast *cast = test_calloc(1, sizeof *cast);

    xf_test_dir_new(cast->dir);
    cast->ca = xf_test_ca_new(cast->dir, "ca");
    cast->other_ca = xf_test_ca_new(cast->dir, "other_ca");
    xf_test_ca_server(cast->ca, "server", xf_tls_cast_server);
    xf_test_ca_server(cast->other_ca, "other_server", xf_tls_cast_server);
    xf_test_ca_client(cast->ca, "client", "450922");
    xf_test_ca_client(cast->other_ca, "other_client", "450922");
    *state = cast;
    return 0;
}

int
xf_tls_cast_down(void **state)
{
    xf_tls_cast *cast = *state;

    xf_test_ca_free(&cast->ca);
    xf_test_ca_free(&cast->other_ca);
    xf_test_dir_remove(cast->dir);
    test_free(cast);
    return 0;
}

void
xf_tls_cast_contexts(const xf_tls_cast *cast, xf_tls_context **ret_client,
                     xf_tls_context **ret_server)
{
    *ret_client = xf_test_context(cast->dir, "ca", "client", false);
    *ret_server = xf_test_context(cast->dir, "ca", "server", true);
}

void
xf_tls_cast_free_contexts(xf_tls_context **client, xf_tls_context **server)
{
    xf_tls_context_free(client);
    xf_tls_context_free(server);
}

/* ---- Peers that break a rule, with OpenSSL's plain API */

/* Feeds a server what such a client says until one of the two gives up. */
static void
odd_client_comes(const xf_tls_cast *cast, const xf_odd_rules *rules, xf_end *server)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    xf_test_files files = xf_test_files_of(cast->dir, "ca", "client");
    SSL *ssl = NULL;
    uint8_t bytes[16384];

    assert_int_equal(SSL_CTX_load_verify_file(context, files.ca), 1);
    if (rules->name != NULL) {
        files = xf_test_files_of(cast->dir, "ca", rules->name);
        assert_int_equal(SSL_CTX_use_certificate_chain_file(context, files.certificate), 1);
        assert_int_equal(SSL_CTX_use_PrivateKey_file(context, files.key, SSL_FILETYPE_PEM), 1);
    }
    if (rules->alpn != NULL) {
        assert_int_equal(SSL_CTX_set_alpn_protos(context, (const unsigned char *)rules->alpn,
                                                 (unsigned)strlen(rules->alpn)),
                         0);
    }
    assert_int_equal(SSL_CTX_set_max_proto_version(context, rules->highest), 1);
    ssl = SSL_new(context);
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(ssl);
    for (int i = 0; i < STEPS; i++) {
        int n = 0;

        (void)SSL_do_handshake(ssl);
        n = BIO_read(SSL_get_wbio(ssl), bytes, sizeof bytes);
        if (n > 0)
            xf_end_hear(server, bytes, (size_t)n);
        if (xf_buf_readable(&server->out) > 0) {
            (void)BIO_write(SSL_get_rbio(ssl), xf_buf_at(&server->out),
                            (int)xf_buf_readable(&server->out));
        }
        xf_buf_consume(&server->out, xf_buf_readable(&server->out));
    }
    SSL_free(ssl);
    SSL_CTX_free(context);
}

xf_end
xf_tls_cast_server_meets(const xf_tls_cast *cast, const xf_odd_rules *rules)
{
    xf_tls_context *context = xf_test_context(cast->dir, "ca", "server", true);
    xf_end server;

    xf_end_init(&server, xf_tls_new(context, NULL));
    odd_client_comes(cast, rules, &server);
    xf_end_clear(&server);
    xf_tls_context_free(&context);
    return server;
}
