/* tests/unit/tls — two ends of TLS in one process, their bytes carried by hand. */
#include "wire/tls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <openssl/ssl.h>

#include "test_ca.h"

enum { STEPS = 8, MANY = 100000 };

static const char server_name[] = "xinfang.luchuan.example";

/* The cast: one CA and its server, client; another CA with the same names. */
typedef struct stage {
    char dir[XF_TEST_PATH];
    xf_test_ca *ca;
    xf_test_ca *other_ca;
} stage;

typedef struct end {
    xf_tls *tls;
    xf_buf out;
    xf_buf plain;
    bool ready;
    xf_code code;
    xf_error error;
} end;

typedef struct pair {
    end client;
    end server;
} pair;

/* ---- Carrying bytes */

static void
end_init(end *end, xf_tls *take_tls)
{
    *end = (struct end){.tls = take_tls};
    xf_buf_init(&end->out, XF_LIMIT_OUTPUT_HARD);
    xf_buf_init(&end->plain, XF_LIMIT_INPUT);
}

static void
end_clear(end *end)
{
    xf_tls_free(&end->tls);
    xf_buf_clear(&end->out);
    xf_buf_clear(&end->plain);
}

static void
hear(end *end, const uint8_t *bytes, size_t n)
{
    bool ready = false;

    if (end->code != XF_CODE_OK || n == 0)
        return;
    end->code = xf_tls_take(end->tls, bytes, n, &end->out, &end->plain, &ready, &end->error);
    end->ready = end->ready || ready;
}

static void
carry(end *from, end *to)
{
    hear(to, xf_buf_at(&from->out), xf_buf_readable(&from->out));
    xf_buf_consume(&from->out, xf_buf_readable(&from->out));
}

static void
talk(pair *pair)
{
    for (int i = 0; i < STEPS; i++) {
        carry(&pair->client, &pair->server);
        carry(&pair->server, &pair->client);
    }
}

static pair
meet_at(xf_tls_context *client, xf_tls_context *server, const char *name)
{
    pair pair;

    end_init(&pair.client, xf_tls_new(client, name));
    end_init(&pair.server, xf_tls_new(server, NULL));
    pair.client.code = xf_tls_start(pair.client.tls, &pair.client.out, &pair.client.error);
    talk(&pair);
    return pair;
}

static pair
meet(xf_tls_context *client, xf_tls_context *server)
{
    return meet_at(client, server, server_name);
}

static void
part(pair *pair)
{
    end_clear(&pair->client);
    end_clear(&pair->server);
}

static void
assert_ready(const pair *pair)
{
    assert_int_equal(pair->client.code, XF_CODE_OK);
    assert_int_equal(pair->server.code, XF_CODE_OK);
    assert_true(pair->client.ready);
    assert_true(pair->server.ready);
}

static void
assert_refused(const end *end)
{
    assert_int_equal(end->code, XF_CODE_UNAUTHENTICATED);
    assert_int_equal(end->error.code, XF_CODE_UNAUTHENTICATED);
    assert_int_equal(end->error.text, XF_TEXT_TLS_REFUSED);
    assert_false(end->ready);
}

/* The client may be ready by its own light before the server has judged: what counts is
 * that the server is not, and that the client hears of it. */
static void
assert_server_refuses(const pair *pair)
{
    assert_refused(&pair->server);
    assert_int_equal(pair->client.code, XF_CODE_UNAUTHENTICATED);
    assert_int_equal(pair->client.error.text, XF_TEXT_TLS_REFUSED);
}

static int
stage_up(void **state)
{
    stage *stage = test_calloc(1, sizeof *stage);

    xf_test_dir_new(stage->dir);
    stage->ca = xf_test_ca_new(stage->dir, "ca");
    stage->other_ca = xf_test_ca_new(stage->dir, "other_ca");
    xf_test_ca_server(stage->ca, "server", server_name);
    xf_test_ca_server(stage->other_ca, "other_server", server_name);
    xf_test_ca_client(stage->ca, "client", "450922");
    xf_test_ca_client(stage->other_ca, "other_client", "450922");
    *state = stage;
    return 0;
}

static int
stage_down(void **state)
{
    stage *stage = *state;

    xf_test_ca_free(&stage->ca);
    xf_test_ca_free(&stage->other_ca);
    xf_test_dir_remove(stage->dir);
    test_free(stage);
    return 0;
}

static void
both_contexts(const stage *stage, xf_tls_context **ret_client, xf_tls_context **ret_server)
{
    *ret_client = xf_test_context(stage->dir, "ca", "client", false);
    *ret_server = xf_test_context(stage->dir, "ca", "server", true);
}

static void
free_both(xf_tls_context **client, xf_tls_context **server)
{
    xf_tls_context_free(client);
    xf_tls_context_free(server);
}

/* ---- Peers that break a rule, with OpenSSL's plain API */

typedef struct odd_rules {
    const char *name; /* certificate and key, or NULL: none */
    const char *alpn; /* with its length byte, or NULL: none */
    int highest;      /* version */
} odd_rules;

/* Feeds a server what such a client says until one of the two gives up. */
static void
odd_client_comes(const stage *stage, const odd_rules *rules, end *server)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    xf_test_files files = xf_test_files_of(stage->dir, "ca", "client");
    SSL *ssl = NULL;
    uint8_t bytes[16384];

    assert_int_equal(SSL_CTX_load_verify_file(context, files.ca), 1);
    if (rules->name != NULL) {
        files = xf_test_files_of(stage->dir, "ca", rules->name);
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
            hear(server, bytes, (size_t)n);
        if (xf_buf_readable(&server->out) > 0) {
            (void)BIO_write(SSL_get_rbio(ssl), xf_buf_at(&server->out),
                            (int)xf_buf_readable(&server->out));
        }
        xf_buf_consume(&server->out, xf_buf_readable(&server->out));
    }
    SSL_free(ssl);
    SSL_CTX_free(context);
}

static end
server_meets(const stage *stage, const odd_rules *rules)
{
    xf_tls_context *context = xf_test_context(stage->dir, "ca", "server", true);
    end server;

    end_init(&server, xf_tls_new(context, NULL));
    odd_client_comes(stage, rules, &server);
    end_clear(&server);
    xf_tls_context_free(&context);
    return server;
}

/* ---- Tests */

static void
two_ends_meet_and_know_each_other(void **state)
{
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    uint8_t sha[32] = {0};
    pair pair;

    both_contexts(*state, &client, &server);
    pair = meet(client, server);
    assert_ready(&pair);
    assert_int_equal(xf_tls_peer_bureau(pair.server.tls), 450922);
    assert_int_equal(xf_tls_peer_bureau(pair.client.tls), 0);
    xf_tls_peer_fingerprint(pair.server.tls, sha);
    assert_memory_not_equal(sha, (uint8_t[32]){0}, sizeof sha);
    assert_false(xf_tls_resumed(pair.server.tls));
    part(&pair);
    free_both(&client, &server);
}

static void
many_bytes_arrive_as_they_were_sent(void **state)
{
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    uint8_t *sent = test_malloc(MANY);
    pair pair;

    for (size_t i = 0; i < MANY; i++)
        sent[i] = (uint8_t)(i * 7);
    both_contexts(*state, &client, &server);
    pair = meet(client, server);
    assert_int_equal(xf_tls_put(pair.client.tls, sent, MANY, &pair.client.out, NULL), XF_CODE_OK);
    for (size_t i = 0; xf_buf_readable(&pair.client.out) > 0; i++) {
        size_t n = xf_buf_readable(&pair.client.out);

        n = n > i % 997 + 1 ? i % 997 + 1 : n; /* pieces of every size */
        hear(&pair.server, xf_buf_at(&pair.client.out), n);
        xf_buf_consume(&pair.client.out, n);
    }
    assert_ready(&pair);
    assert_int_equal(xf_buf_readable(&pair.server.plain), MANY);
    assert_memory_equal(xf_buf_at(&pair.server.plain), sent, MANY);
    test_free(sent);
    part(&pair);
    free_both(&client, &server);
}

static void
the_last_words_count_though_the_end_comes_with_them(void **state)
{
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    pair pair;

    both_contexts(*state, &client, &server);
    pair = meet(client, server);
    assert_int_equal(xf_tls_put(pair.server.tls, (const uint8_t *)"bye", 3, &pair.server.out, NULL),
                     XF_CODE_OK);
    xf_tls_close(pair.server.tls, &pair.server.out);
    talk(&pair);
    assert_int_equal(xf_buf_readable(&pair.client.plain), 3);
    assert_int_equal(pair.client.code, XF_CODE_UNAVAILABLE);
    assert_int_equal(pair.client.error.text, XF_TEXT_CONNECTION_LOST);
    part(&pair);
    free_both(&client, &server);
}

static void
a_second_connection_is_resumed_and_still_has_the_certificate(void **state)
{
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    uint8_t first[32];
    uint8_t then[32];
    pair pair;

    both_contexts(*state, &client, &server);
    pair = meet(client, server);
    xf_tls_peer_fingerprint(pair.server.tls, first);
    part(&pair);
    for (int i = 0; i < 3; i++) { /* each leaves a session for the next */
        pair = meet(client, server);
        assert_ready(&pair);
        assert_true(xf_tls_resumed(pair.client.tls));
        assert_true(xf_tls_resumed(pair.server.tls));
        xf_tls_peer_fingerprint(pair.server.tls, then);
        assert_memory_equal(first, then, sizeof first);
        assert_int_equal(xf_tls_peer_bureau(pair.server.tls), 450922);
        part(&pair);
    }
    free_both(&client, &server);
}

static void
a_session_serves_once(void **state)
{
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    pair first;
    pair second;
    pair third;

    both_contexts(*state, &client, &server);
    first = meet(client, server);
    /* Both begin before either can have left a new session: only one may have the old. */
    end_init(&second.client, xf_tls_new(client, server_name));
    end_init(&second.server, xf_tls_new(server, NULL));
    third = meet(client, server);
    second.client.code = xf_tls_start(second.client.tls, &second.client.out, &second.client.error);
    talk(&second);
    assert_ready(&second);
    assert_ready(&third);
    assert_true(xf_tls_resumed(second.server.tls));
    assert_false(xf_tls_resumed(third.server.tls));
    part(&first);
    part(&second);
    part(&third);
    free_both(&client, &server);
}

static void
a_server_that_forgot_the_session_shakes_hands_anew(void **state)
{
    const stage *stage = *state;
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    xf_tls_context *restarted = xf_test_context(stage->dir, "ca", "server", true);
    pair pair;

    both_contexts(stage, &client, &server);
    pair = meet(client, server);
    part(&pair);
    pair = meet(client, restarted);
    assert_ready(&pair);
    assert_false(xf_tls_resumed(pair.server.tls));
    part(&pair);
    free_both(&client, &server);
    xf_tls_context_free(&restarted);
}

static void
a_client_of_another_ca_is_refused(void **state)
{
    const stage *stage = *state;
    xf_tls_context *client = xf_test_context(stage->dir, "ca", "other_client", false);
    xf_tls_context *server = xf_test_context(stage->dir, "ca", "server", true);
    pair pair = meet(client, server);

    assert_server_refuses(&pair);
    assert_string_equal(pair.server.error.field, "tls.verify.20"); /* issuer unknown */
    part(&pair);
    free_both(&client, &server);
}

static void
a_server_of_another_ca_is_refused_though_its_name_is_right(void **state)
{
    const stage *stage = *state;
    xf_tls_context *client = xf_test_context(stage->dir, "ca", "client", false);
    xf_tls_context *server = xf_test_context(stage->dir, "other_ca", "other_server", true);
    pair pair = meet(client, server);

    assert_refused(&pair.client);
    assert_false(pair.server.ready);
    part(&pair);
    free_both(&client, &server);
}

static void
a_server_with_another_name_is_refused(void **state)
{
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    const char *const names[] = {"xinfang.bobai.example", "luchuan.example", "", NULL};

    both_contexts(*state, &client, &server);
    for (int i = 0; names[i] != NULL; i++) {
        pair pair = meet_at(client, server, names[i]);

        assert_refused(&pair.client);
        assert_false(pair.server.ready);
        part(&pair);
    }
    free_both(&client, &server);
}

static void
a_session_of_one_name_does_not_open_another(void **state)
{
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    pair pair;

    both_contexts(*state, &client, &server);
    pair = meet(client, server);
    part(&pair);
    pair = meet_at(client, server, "xinfang.bobai.example");
    assert_refused(&pair.client);
    part(&pair);
    free_both(&client, &server);
}

static void
a_common_name_alone_is_no_name(void **state)
{
    const stage *stage = *state;
    const xf_test_subject subject = {.common_name = server_name,
                                     .dns = "another.example",
                                     .valid_from_s = -60,
                                     .valid_to_s = XF_TEST_YEAR_S};
    xf_tls_context *client = xf_test_context(stage->dir, "ca", "client", false);
    xf_tls_context *server = NULL;
    pair pair;

    xf_test_ca_issue(stage->ca, "common_name_only", &subject);
    server = xf_test_context(stage->dir, "ca", "common_name_only", true);
    pair = meet(client, server);
    assert_refused(&pair.client);
    part(&pair);
    free_both(&client, &server);
}

static void
a_device_cannot_play_the_server_nor_the_reverse(void **state)
{
    const stage *stage = *state;
    const odd_rules as_server = {"server", "\x09xinfang/1", TLS1_3_VERSION};
    xf_tls_context *client = xf_test_context(stage->dir, "ca", "client", false);
    xf_tls_context *server = xf_test_context(stage->dir, "ca", "client", true);
    pair pair = meet(client, server);
    end other;

    assert_refused(&pair.client);
    part(&pair);
    free_both(&client, &server);
    other = server_meets(stage, &as_server);
    assert_refused(&other);
    assert_string_equal(other.error.field, "tls.verify.26"); /* unsuitable purpose */
}

static void
a_client_without_certificate_is_refused(void **state)
{
    const odd_rules rules = {NULL, "\x09xinfang/1", TLS1_3_VERSION};
    end server = server_meets(*state, &rules);

    assert_refused(&server);
}

static void
no_alpn_or_another_is_refused(void **state)
{
    const odd_rules none = {"client", NULL, TLS1_3_VERSION};
    const odd_rules other = {"client", "\x08http/1.1", TLS1_3_VERSION};
    const odd_rules right = {"client", "\x08http/1.1\x09xinfang/1", TLS1_3_VERSION};
    end server = server_meets(*state, &none);

    assert_refused(&server);
    server = server_meets(*state, &other);
    assert_refused(&server);
    server = server_meets(*state, &right);
    assert_true(server.ready);
}

static void
older_tls_is_refused(void **state)
{
    const odd_rules rules = {"client", "\x09xinfang/1", TLS1_2_VERSION};
    end server = server_meets(*state, &rules);

    assert_refused(&server);
}

static void
an_expired_device_is_refused_and_is_told(void **state)
{
    const stage *stage = *state;
    const xf_test_subject subject = {
        .organisation = "450922", .common_name = "old", .valid_from_s = -60, .valid_to_s = -1};
    xf_tls_context *client = NULL;
    xf_tls_context *server = xf_test_context(stage->dir, "ca", "server", true);
    pair pair;

    xf_test_ca_issue(stage->ca, "old", &subject);
    client = xf_test_context(stage->dir, "ca", "old", false);
    pair = meet(client, server);
    assert_server_refuses(&pair);
    assert_string_equal(pair.server.error.field, "tls.verify.10"); /* has expired */
    part(&pair);
    free_both(&client, &server);
}

/* The only test that has to wait: dates of certificates go by the real clock. */
static void
a_device_that_expires_is_refused_when_it_resumes(void **state)
{
    const stage *stage = *state;
    const xf_test_subject subject = {
        .organisation = "450922", .common_name = "brief", .valid_from_s = -60, .valid_to_s = 2};
    const struct timespec moment = {.tv_nsec = 20000000};
    xf_tls_context *client = NULL;
    xf_tls_context *server = xf_test_context(stage->dir, "ca", "server", true);
    time_t end_at = 0;
    pair pair;

    xf_test_ca_issue(stage->ca, "brief", &subject);
    end_at = time(NULL) + subject.valid_to_s;
    client = xf_test_context(stage->dir, "ca", "brief", false);
    pair = meet(client, server);
    assert_ready(&pair);
    part(&pair);
    while (time(NULL) < end_at)
        (void)nanosleep(&moment, NULL);
    pair = meet(client, server);
    assert_true(xf_tls_resumed(pair.server.tls));
    assert_refused(&pair.server);
    part(&pair);
    /* Its session is gone with it: the next handshake is a whole one, and says why. */
    pair = meet(client, server);
    assert_false(xf_tls_resumed(pair.server.tls));
    assert_server_refuses(&pair);
    assert_string_equal(pair.server.error.field, "tls.verify.10");
    part(&pair);
    free_both(&client, &server);
}

static void
only_digits_are_a_bureau(void **state)
{
    static const struct {
        const char *organisation;
        int32_t bureau;
    } rows[] = {
        {"450922", 450922},      {"1", 1},       {NULL, 0}, {"0", 0},          {"0450922", 0},
        {"450922x", 0},          {" 450922", 0}, {"-1", 0}, {"4509220000", 0}, {"陆川", 0},
        {"999999999", 999999999}};

    const stage *stage = *state;
    xf_tls_context *client = NULL;
    xf_tls_context *server = xf_test_context(stage->dir, "ca", "server", true);
    pair pair;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        xf_test_ca_client(stage->ca, "some", rows[i].organisation);
        client = xf_test_context(stage->dir, "ca", "some", false);
        pair = meet(client, server);
        assert_ready(&pair);
        assert_int_equal(xf_tls_peer_bureau(pair.server.tls), rows[i].bureau);
        part(&pair);
        xf_tls_context_free(&client);
    }
    xf_tls_context_free(&server);
}

static void
garbage_for_a_greeting_is_refused(void **state)
{
    const stage *stage = *state;
    static const char http[] = "GET / HTTP/1.1\r\nHost: luchuan\r\n\r\n";
    xf_tls_context *server = xf_test_context(stage->dir, "ca", "server", true);
    end end;

    end_init(&end, xf_tls_new(server, NULL));
    hear(&end, (const uint8_t *)http, sizeof http - 1);
    assert_refused(&end);
    end_clear(&end);
    xf_tls_context_free(&server);
}

static void
garbage_after_ready_is_invalid(void **state)
{
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    pair pair;

    both_contexts(*state, &client, &server);
    pair = meet(client, server);
    assert_int_equal(
        xf_tls_put(pair.client.tls, (const uint8_t *)"hello", 5, &pair.client.out, NULL),
        XF_CODE_OK);
    pair.client.out.data[pair.client.out.len - 1] ^= 1;
    talk(&pair);
    assert_int_equal(pair.server.code, XF_CODE_INVALID);
    assert_int_equal(pair.server.error.text, XF_TEXT_MESSAGE_BROKEN);
    assert_int_equal(xf_buf_readable(&pair.server.plain), 0);
    /* The other end sent nothing wrong and is not told that it may not come in. */
    assert_int_equal(pair.client.code, XF_CODE_UNAVAILABLE);
    part(&pair);
    free_both(&client, &server);
}

static void
a_file_that_cannot_be_used_is_named(void **state)
{
    const stage *stage = *state;
    xf_test_files files = xf_test_files_of(stage->dir, "ca", "client");
    xf_test_files others = xf_test_files_of(stage->dir, "nobody", "other_client");
    const xf_tls_files no_ca = {others.ca, files.certificate, files.key};
    const xf_tls_files wrong_key = {files.ca, files.certificate, others.key};
    xf_tls_context *context = NULL;
    xf_error error = {0};

    assert_int_equal(xf_tls_context_new(&no_ca, false, &context, &error), XF_CODE_INVALID);
    assert_string_equal(error.field, "tls.ca");
    assert_int_equal(xf_tls_context_new(&wrong_key, true, &context, &error), XF_CODE_INVALID);
    assert_string_equal(error.field, "tls.key");
    assert_int_equal(error.text, XF_TEXT_FILE_UNREADABLE);
    assert_null(context);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_ends_meet_and_know_each_other),
        cmocka_unit_test(many_bytes_arrive_as_they_were_sent),
        cmocka_unit_test(the_last_words_count_though_the_end_comes_with_them),
        cmocka_unit_test(a_second_connection_is_resumed_and_still_has_the_certificate),
        cmocka_unit_test(a_session_serves_once),
        cmocka_unit_test(a_server_that_forgot_the_session_shakes_hands_anew),
        cmocka_unit_test(a_client_of_another_ca_is_refused),
        cmocka_unit_test(a_server_of_another_ca_is_refused_though_its_name_is_right),
        cmocka_unit_test(a_server_with_another_name_is_refused),
        cmocka_unit_test(a_session_of_one_name_does_not_open_another),
        cmocka_unit_test(a_common_name_alone_is_no_name),
        cmocka_unit_test(a_device_cannot_play_the_server_nor_the_reverse),
        cmocka_unit_test(a_client_without_certificate_is_refused),
        cmocka_unit_test(no_alpn_or_another_is_refused),
        cmocka_unit_test(older_tls_is_refused),
        cmocka_unit_test(an_expired_device_is_refused_and_is_told),
        cmocka_unit_test(a_device_that_expires_is_refused_when_it_resumes),
        cmocka_unit_test(only_digits_are_a_bureau),
        cmocka_unit_test(garbage_for_a_greeting_is_refused),
        cmocka_unit_test(garbage_after_ready_is_invalid),
        cmocka_unit_test(a_file_that_cannot_be_used_is_named),
    };

    return cmocka_run_group_tests(tests, stage_up, stage_down);
}
