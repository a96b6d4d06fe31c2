/* tests/unit/tls_enrol — who has no certificate yet: let in to enrol, and to nothing else. */
#include <stdio.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "tls_pair.h"
#include "wire/tls.h"

enum { SHA = 32, STEPS = 8 };

/* The SHA-256 of the authority's certificate. */
static void
pin_of(const xf_tls_cast *cast, const char *ca, uint8_t ret_sha[SHA])
{
    const xf_test_files files = xf_test_files_of(cast->dir, ca, "client");
    FILE *file = fopen(files.ca, "re");
    X509 *certificate = NULL;
    unsigned n = 0;

    assert_non_null(file);
    certificate = PEM_read_X509(file, NULL, NULL, NULL);
    assert_non_null(certificate);
    assert_int_equal(X509_digest(certificate, EVP_sha256(), ret_sha, &n), 1);
    X509_free(certificate);
    (void)fclose(file);
}

static xf_tls_context *
stranger_of(const xf_tls_cast *cast, const char *ca)
{
    xf_tls_context *context = NULL;
    uint8_t sha[SHA];

    pin_of(cast, ca, sha);
    assert_int_equal(xf_tls_context_new_stranger(sha, &context, NULL), XF_CODE_OK);
    return context;
}

static void
a_stranger_is_let_in_to_enrol(void **state)
{
    const xf_tls_cast *cast = *state;
    xf_tls_context *stranger = stranger_of(cast, "ca");
    xf_tls_context *server = xf_test_context(cast->dir, "ca", "server", true);
    xf_pair pair = xf_pair_meet(stranger, server);

    xf_assert_ready(&pair);
    assert_true(xf_tls_enrols(pair.server.tls));
    assert_int_equal(xf_tls_peer_bureau(pair.server.tls), 0);
    assert_int_equal(xf_tls_put(pair.client.tls, (const uint8_t *)"csr", 3, &pair.client.out, NULL),
                     XF_CODE_OK);
    xf_pair_talk(&pair);
    assert_int_equal(xf_buf_readable(&pair.server.plain), 3);
    xf_pair_part(&pair);
    /* A second time begins anew: nothing was kept, on either side. */
    pair = xf_pair_meet(stranger, server);
    xf_assert_ready(&pair);
    assert_false(xf_tls_resumed(pair.server.tls));
    xf_pair_part(&pair);
    xf_tls_cast_free_contexts(&stranger, &server);
}

static void
a_stranger_believes_only_the_authority_of_his_code(void **state)
{
    const xf_tls_cast *cast = *state;
    xf_tls_context *stranger = stranger_of(cast, "ca");
    xf_tls_context *other = xf_test_context(cast->dir, "other_ca", "other_server", true);
    xf_pair pair = xf_pair_meet(stranger, other);

    xf_assert_refused(&pair.client);
    assert_false(pair.server.ready);
    xf_pair_part(&pair);
    xf_tls_cast_free_contexts(&stranger, &other);
}

/* The authority is right, and signed a desk, or another server. */
static void
a_stranger_wants_a_servers_certificate_and_the_right_name(void **state)
{
    const xf_tls_cast *cast = *state;
    xf_tls_context *stranger = stranger_of(cast, "ca");
    xf_tls_context *desk = xf_test_context(cast->dir, "ca", "client", true);
    xf_tls_context *server = xf_test_context(cast->dir, "ca", "server", true);
    xf_pair pair = xf_pair_meet(stranger, desk);

    xf_assert_refused(&pair.client);
    xf_pair_part(&pair);
    pair = xf_pair_meet_at(stranger, server, "xinfang.bobai.example");
    xf_assert_refused(&pair.client);
    xf_pair_part(&pair);
    xf_tls_context_free(&desk);
    xf_tls_cast_free_contexts(&stranger, &server);
}

static void
an_expired_server_is_not_believed_by_a_stranger(void **state)
{
    const xf_tls_cast *cast = *state;
    const xf_test_subject old = {.common_name = xf_tls_cast_server,
                                 .dns = xf_tls_cast_server,
                                 .valid_from_s = -120,
                                 .valid_to_s = -60};
    xf_tls_context *stranger = stranger_of(cast, "ca");
    xf_tls_context *server = NULL;
    xf_pair pair;

    xf_test_ca_issue(cast->ca, "old_server", &old);
    server = xf_test_context(cast->dir, "ca", "old_server", true);
    pair = xf_pair_meet(stranger, server);
    xf_assert_refused(&pair.client);
    xf_pair_part(&pair);
    xf_tls_cast_free_contexts(&stranger, &server);
}

static void
who_offers_both_has_to_show_a_certificate(void **state)
{
    const xf_odd_rules none = {NULL, "\x0fxinfang-enrol/1\x09xinfang/1", TLS1_3_VERSION};
    const xf_odd_rules shown = {"client", "\x0fxinfang-enrol/1\x09xinfang/1", TLS1_3_VERSION};
    const xf_odd_rules longer = {NULL, "\x10xinfang-enrol/10", TLS1_3_VERSION};
    xf_end server = xf_tls_cast_server_meets(*state, &none);

    xf_assert_refused(&server);
    server = xf_tls_cast_server_meets(*state, &shown);
    assert_true(server.ready);
    server = xf_tls_cast_server_meets(*state, &longer);
    xf_assert_refused(&server);
}

/* ---- Resumed by hand, for no client of ours would try ------------------------------------------ */

static SSL_SESSION *given; /* by the server, in its handshake */

static int
keep_session(SSL *ssl, SSL_SESSION *session)
{
    (void)ssl;
    SSL_SESSION_free(given);
    given = session;
    return 1;
}

/* Carries bytes between a plain SSL and one of ours. */
static void
talk(SSL *ssl, xf_end *server)
{
    uint8_t bytes[16384];

    for (int i = 0; i < STEPS; i++) {
        uint8_t nothing = 0;
        int n = 0;

        (void)SSL_do_handshake(ssl);
        if (SSL_is_init_finished(ssl))
            (void)SSL_read(ssl, &nothing, sizeof nothing); /* takes what came behind it */
        n = BIO_read(SSL_get_wbio(ssl), bytes, sizeof bytes);
        if (n > 0)
            xf_end_hear(server, bytes, (size_t)n);
        if (xf_buf_readable(&server->out) > 0) {
            (void)BIO_write(SSL_get_rbio(ssl), xf_buf_at(&server->out),
                            (int)xf_buf_readable(&server->out));
        }
        xf_buf_consume(&server->out, xf_buf_readable(&server->out));
    }
}

static SSL *
plain_client(SSL_CTX *context, const char *alpn, SSL_SESSION *session)
{
    SSL *ssl = NULL;

    assert_int_equal(
        SSL_CTX_set_alpn_protos(context, (const unsigned char *)alpn, (unsigned)strlen(alpn)), 0);
    ssl = SSL_new(context);
    assert_non_null(ssl);
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(ssl);
    if (session != NULL)
        assert_int_equal(SSL_set_session(ssl, session), 1);
    return ssl;
}

/* Whatever the client got hold of, a ticket or what its own end knows of the session. */
static void
an_enrolment_is_never_resumed_as_anything_else(void **state)
{
    const xf_tls_cast *cast = *state;
    const xf_test_files files = xf_test_files_of(cast->dir, "ca", "client");
    xf_tls_context *context = xf_test_context(cast->dir, "ca", "server", true);
    SSL_CTX *client = SSL_CTX_new(TLS_client_method());
    SSL *ssl = NULL;
    SSL_SESSION *session = NULL;
    xf_end server;

    given = NULL;
    assert_int_equal(SSL_CTX_load_verify_file(client, files.ca), 1);
    (void)SSL_CTX_set_session_cache_mode(client, SSL_SESS_CACHE_CLIENT);
    SSL_CTX_sess_set_new_cb(client, keep_session);
    ssl = plain_client(client, "\x0fxinfang-enrol/1", NULL);
    xf_end_init(&server, xf_tls_new(context, NULL));
    talk(ssl, &server);
    assert_true(server.ready);
    assert_null(given);
    session = given != NULL ? given : SSL_get1_session(ssl);
    /* Or OpenSSL would hold it for broken, and not offer it. */
    SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(ssl);
    xf_end_clear(&server);

    ssl = plain_client(client, "\x09xinfang/1", session);
    xf_end_init(&server, xf_tls_new(context, NULL));
    talk(ssl, &server);
    xf_assert_refused(&server);
    SSL_free(ssl);
    xf_end_clear(&server);
    SSL_SESSION_free(session);
    SSL_CTX_free(client);
    xf_tls_context_free(&context);
}

/* ---- What a certificate says of its device ------------------------------------------------------ */

static void
a_device_is_read_from_its_certificate(void **state)
{
    const xf_tls_cast *cast = *state;
    const xf_test_subject day = {.organisation = "450922",
                                 .common_name = "lucheng-2",
                                 .valid_from_s = -3600,
                                 .valid_to_s = 3600};
    xf_tls_context *client = NULL;
    xf_tls_context *server = xf_test_context(cast->dir, "ca", "server", true);
    xf_tls_device device = {.from_ms = 0};
    xf_pair pair;

    xf_test_ca_issue(cast->ca, "day", &day);
    client = xf_test_context(cast->dir, "ca", "day", false);
    pair = xf_pair_meet(client, server);
    xf_assert_ready(&pair);
    assert_false(xf_tls_enrols(pair.server.tls));
    xf_tls_peer_device(pair.server.tls, &device);
    assert_string_equal(device.name, "lucheng-2");
    assert_in_range(device.serial_n, 1, XF_TLS_SERIAL);
    assert_int_equal(device.until_ms - device.from_ms, 7200000);
    xf_pair_part(&pair);
    xf_tls_cast_free_contexts(&client, &server);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stranger_is_let_in_to_enrol),
        cmocka_unit_test(a_stranger_believes_only_the_authority_of_his_code),
        cmocka_unit_test(a_stranger_wants_a_servers_certificate_and_the_right_name),
        cmocka_unit_test(an_expired_server_is_not_believed_by_a_stranger),
        cmocka_unit_test(who_offers_both_has_to_show_a_certificate),
        cmocka_unit_test(an_enrolment_is_never_resumed_as_anything_else),
        cmocka_unit_test(a_device_is_read_from_its_certificate),
    };

    return cmocka_run_group_tests(tests, xf_tls_cast_up, xf_tls_cast_down);
}
