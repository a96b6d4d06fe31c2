/* tests/unit/tls — who is let in, who is refused and what is said then. */
#include "wire/tls.h"

#include <string.h>
#include <time.h>

#include <openssl/ssl.h>

#include "tls_pair.h"

enum { MANY = 100000 };

static void
two_ends_meet_and_know_each_other(void **state)
{
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    uint8_t sha[32] = {0};
    xf_pair pair;

    xf_tls_cast_contexts(*state, &client, &server);
    pair = xf_pair_meet(client, server);
    xf_assert_ready(&pair);
    assert_int_equal(xf_tls_peer_bureau(pair.server.tls), 450922);
    assert_int_equal(xf_tls_peer_bureau(pair.client.tls), 0);
    xf_tls_peer_fingerprint(pair.server.tls, sha);
    assert_memory_not_equal(sha, (uint8_t[32]){0}, sizeof sha);
    assert_false(xf_tls_resumed(pair.server.tls));
    xf_pair_part(&pair);
    xf_tls_cast_free_contexts(&client, &server);
}

static void
many_bytes_arrive_as_they_were_sent(void **state)
{
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    uint8_t *sent = test_malloc(MANY);
    xf_pair pair;

    for (size_t i = 0; i < MANY; i++)
        sent[i] = (uint8_t)(i * 7);
    xf_tls_cast_contexts(*state, &client, &server);
    pair = xf_pair_meet(client, server);
    assert_int_equal(xf_tls_put(pair.client.tls, sent, MANY, &pair.client.out, NULL), XF_CODE_OK);
    for (size_t i = 0; xf_buf_readable(&pair.client.out) > 0; i++) {
        size_t n = xf_buf_readable(&pair.client.out);

        n = n > i % 997 + 1 ? i % 997 + 1 : n; /* pieces of every size */
        xf_end_hear(&pair.server, xf_buf_at(&pair.client.out), n);
        xf_buf_consume(&pair.client.out, n);
    }
    xf_assert_ready(&pair);
    assert_int_equal(xf_buf_readable(&pair.server.plain), MANY);
    assert_memory_equal(xf_buf_at(&pair.server.plain), sent, MANY);
    test_free(sent);
    xf_pair_part(&pair);
    xf_tls_cast_free_contexts(&client, &server);
}

static void
the_last_words_count_though_the_end_comes_with_them(void **state)
{
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    xf_pair pair;

    xf_tls_cast_contexts(*state, &client, &server);
    pair = xf_pair_meet(client, server);
    assert_int_equal(xf_tls_put(pair.server.tls, (const uint8_t *)"bye", 3, &pair.server.out, NULL),
                     XF_CODE_OK);
    xf_tls_close(pair.server.tls, &pair.server.out);
    xf_pair_talk(&pair);
    assert_int_equal(xf_buf_readable(&pair.client.plain), 3);
    assert_int_equal(pair.client.code, XF_CODE_UNAVAILABLE);
    assert_int_equal(pair.client.error.text, XF_TEXT_CONNECTION_LOST);
    xf_pair_part(&pair);
    xf_tls_cast_free_contexts(&client, &server);
}

static void
a_second_connection_is_resumed_and_still_has_the_certificate(void **state)
{
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    uint8_t first[32];
    uint8_t then[32];
    xf_pair pair;

    xf_tls_cast_contexts(*state, &client, &server);
    pair = xf_pair_meet(client, server);
    xf_tls_peer_fingerprint(pair.server.tls, first);
    xf_pair_part(&pair);
    for (int i = 0; i < 3; i++) { /* each leaves a session for the next */
        pair = xf_pair_meet(client, server);
        xf_assert_ready(&pair);
        assert_true(xf_tls_resumed(pair.client.tls));
        assert_true(xf_tls_resumed(pair.server.tls));
        xf_tls_peer_fingerprint(pair.server.tls, then);
        assert_memory_equal(first, then, sizeof first);
        assert_int_equal(xf_tls_peer_bureau(pair.server.tls), 450922);
        xf_pair_part(&pair);
    }
    xf_tls_cast_free_contexts(&client, &server);
}

static void
a_session_whose_connection_ended_properly_is_resumed(void **state)
{
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    xf_pair pair;

    xf_tls_cast_contexts(*state, &client, &server);
    pair = xf_pair_meet(client, server);
    xf_tls_close(pair.client.tls, &pair.client.out);
    xf_pair_talk(&pair);
    assert_int_equal(pair.server.code, XF_CODE_UNAVAILABLE);
    xf_pair_part(&pair);
    pair = xf_pair_meet(client, server);
    xf_assert_ready(&pair);
    assert_true(xf_tls_resumed(pair.server.tls));
    xf_pair_part(&pair);
    xf_tls_cast_free_contexts(&client, &server);
}

static void
a_session_serves_once(void **state)
{
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    xf_pair first;
    xf_pair second;
    xf_pair third;

    xf_tls_cast_contexts(*state, &client, &server);
    first = xf_pair_meet(client, server);
    /* Both begin before either can have left a new session: only one may have the old. */
    xf_end_init(&second.client, xf_tls_new(client, xf_tls_cast_server));
    xf_end_init(&second.server, xf_tls_new(server, NULL));
    third = xf_pair_meet(client, server);
    second.client.code = xf_tls_start(second.client.tls, &second.client.out, &second.client.error);
    xf_pair_talk(&second);
    xf_assert_ready(&second);
    xf_assert_ready(&third);
    assert_true(xf_tls_resumed(second.server.tls));
    assert_false(xf_tls_resumed(third.server.tls));
    xf_pair_part(&first);
    xf_pair_part(&second);
    xf_pair_part(&third);
    xf_tls_cast_free_contexts(&client, &server);
}

static void
a_server_that_forgot_the_session_shakes_hands_anew(void **state)
{
    const xf_tls_cast *cast = *state;
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    xf_tls_context *restarted = xf_test_context(cast->dir, "ca", "server", true);
    xf_pair pair;

    xf_tls_cast_contexts(cast, &client, &server);
    pair = xf_pair_meet(client, server);
    xf_pair_part(&pair);
    pair = xf_pair_meet(client, restarted);
    xf_assert_ready(&pair);
    assert_false(xf_tls_resumed(pair.server.tls));
    xf_pair_part(&pair);
    xf_tls_cast_free_contexts(&client, &server);
    xf_tls_context_free(&restarted);
}

static void
a_client_of_another_ca_is_refused(void **state)
{
    const xf_tls_cast *cast = *state;
    xf_tls_context *client = xf_test_context(cast->dir, "ca", "other_client", false);
    xf_tls_context *server = xf_test_context(cast->dir, "ca", "server", true);
    xf_pair pair = xf_pair_meet(client, server);

    xf_assert_server_refuses(&pair);
    assert_string_equal(pair.server.error.field, "tls.verify.20"); /* issuer unknown */
    xf_pair_part(&pair);
    xf_tls_cast_free_contexts(&client, &server);
}

static void
a_server_of_another_ca_is_refused_though_its_name_is_right(void **state)
{
    const xf_tls_cast *cast = *state;
    xf_tls_context *client = xf_test_context(cast->dir, "ca", "client", false);
    xf_tls_context *server = xf_test_context(cast->dir, "other_ca", "other_server", true);
    xf_pair pair = xf_pair_meet(client, server);

    xf_assert_refused(&pair.client);
    assert_false(pair.server.ready);
    xf_pair_part(&pair);
    xf_tls_cast_free_contexts(&client, &server);
}

static void
a_server_with_another_name_is_refused(void **state)
{
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    const char *const names[] = {"xinfang.bobai.example", "luchuan.example", "", NULL};

    xf_tls_cast_contexts(*state, &client, &server);
    for (int i = 0; names[i] != NULL; i++) {
        xf_pair pair = xf_pair_meet_at(client, server, names[i]);

        xf_assert_refused(&pair.client);
        assert_false(pair.server.ready);
        xf_pair_part(&pair);
    }
    xf_tls_cast_free_contexts(&client, &server);
}

static void
a_session_of_one_name_does_not_open_another(void **state)
{
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    xf_pair pair;

    xf_tls_cast_contexts(*state, &client, &server);
    pair = xf_pair_meet(client, server);
    xf_pair_part(&pair);
    pair = xf_pair_meet_at(client, server, "xinfang.bobai.example");
    xf_assert_refused(&pair.client);
    xf_pair_part(&pair);
    xf_tls_cast_free_contexts(&client, &server);
}

static void
a_common_name_alone_is_no_name(void **state)
{
    const xf_tls_cast *cast = *state;
    const xf_test_subject subject = {.common_name = xf_tls_cast_server,
                                     .dns = "",
                                     .valid_from_s = -60,
                                     .valid_to_s = XF_TEST_YEAR_S};
    xf_tls_context *client = xf_test_context(cast->dir, "ca", "client", false);
    xf_tls_context *server = NULL;
    xf_pair pair;

    xf_test_ca_issue(cast->ca, "common_name_only", &subject);
    server = xf_test_context(cast->dir, "ca", "common_name_only", true);
    pair = xf_pair_meet(client, server);
    xf_assert_refused(&pair.client);
    xf_pair_part(&pair);
    xf_tls_cast_free_contexts(&client, &server);
}

static void
a_device_cannot_play_the_server_nor_the_reverse(void **state)
{
    const xf_tls_cast *cast = *state;
    const xf_odd_rules as_server = {"server", "\x09xinfang/1", TLS1_3_VERSION};
    xf_tls_context *client = xf_test_context(cast->dir, "ca", "client", false);
    xf_tls_context *server = xf_test_context(cast->dir, "ca", "client", true);
    xf_pair pair = xf_pair_meet(client, server);
    xf_end other;

    xf_assert_refused(&pair.client);
    xf_pair_part(&pair);
    xf_tls_cast_free_contexts(&client, &server);
    other = xf_tls_cast_server_meets(cast, &as_server);
    xf_assert_refused(&other);
    assert_string_equal(other.error.field, "tls.verify.26"); /* unsuitable purpose */
}

static void
a_client_without_certificate_is_refused(void **state)
{
    const xf_odd_rules rules = {NULL, "\x09xinfang/1", TLS1_3_VERSION};
    xf_end server = xf_tls_cast_server_meets(*state, &rules);

    xf_assert_refused(&server);
    assert_string_equal(server.error.field, "tls.reason.199"); /* it did not return one */
}

static void
no_alpn_or_another_is_refused(void **state)
{
    const xf_odd_rules none = {"client", NULL, TLS1_3_VERSION};
    const xf_odd_rules other = {"client", "\x08http/1.1", TLS1_3_VERSION};
    const xf_odd_rules right = {"client", "\x08http/1.1\x09xinfang/1", TLS1_3_VERSION};
    xf_end server = xf_tls_cast_server_meets(*state, &none);

    /* By reason, for a check after the handshake would refuse too, but late. */
    xf_assert_refused(&server);
    assert_string_equal(server.error.field, "tls.reason.234"); /* our callback */
    server = xf_tls_cast_server_meets(*state, &other);
    xf_assert_refused(&server);
    assert_string_equal(server.error.field, "tls.reason.235"); /* no application protocol */
    server = xf_tls_cast_server_meets(*state, &right);
    assert_true(server.ready);
}

static void
older_tls_is_refused(void **state)
{
    const xf_odd_rules rules = {"client", "\x09xinfang/1", TLS1_2_VERSION};
    xf_end server = xf_tls_cast_server_meets(*state, &rules);

    xf_assert_refused(&server);
}

static void
an_expired_device_is_refused_and_is_told(void **state)
{
    const xf_tls_cast *cast = *state;
    const xf_test_subject subject = {
        .organisation = "450922", .common_name = "old", .valid_from_s = -60, .valid_to_s = -1};
    xf_tls_context *client = NULL;
    xf_tls_context *server = xf_test_context(cast->dir, "ca", "server", true);
    xf_pair pair;

    xf_test_ca_issue(cast->ca, "old", &subject);
    client = xf_test_context(cast->dir, "ca", "old", false);
    pair = xf_pair_meet(client, server);
    xf_assert_server_refuses(&pair);
    assert_string_equal(pair.server.error.field, "tls.verify.10"); /* has expired */
    xf_pair_part(&pair);
    xf_tls_cast_free_contexts(&client, &server);
}

/* The only test that has to wait: dates of certificates go by the real clock. */
static void
a_device_that_expires_is_refused_when_it_resumes(void **state)
{
    const xf_tls_cast *cast = *state;
    const xf_test_subject subject = {
        .organisation = "450922", .common_name = "brief", .valid_from_s = -60, .valid_to_s = 2};
    const struct timespec moment = {.tv_nsec = 20000000};
    xf_tls_context *client = NULL;
    xf_tls_context *server = xf_test_context(cast->dir, "ca", "server", true);
    time_t end_at = 0;
    xf_pair pair;

    xf_test_ca_issue(cast->ca, "brief", &subject);
    end_at = time(NULL) + subject.valid_to_s;
    client = xf_test_context(cast->dir, "ca", "brief", false);
    pair = xf_pair_meet(client, server);
    xf_assert_ready(&pair);
    xf_pair_part(&pair);
    while (time(NULL) < end_at)
        (void)nanosleep(&moment, NULL);
    pair = xf_pair_meet(client, server);
    assert_true(xf_tls_resumed(pair.server.tls));
    xf_assert_refused(&pair.server);
    xf_pair_part(&pair);
    /* Its session is gone with it: the next handshake is a whole one, and says why. */
    pair = xf_pair_meet(client, server);
    assert_false(xf_tls_resumed(pair.server.tls));
    xf_assert_server_refuses(&pair);
    assert_string_equal(pair.server.error.field, "tls.verify.10");
    xf_pair_part(&pair);
    xf_tls_cast_free_contexts(&client, &server);
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

    const xf_tls_cast *cast = *state;
    xf_tls_context *client = NULL;
    xf_tls_context *server = xf_test_context(cast->dir, "ca", "server", true);
    xf_pair pair;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        xf_test_ca_client(cast->ca, "some", rows[i].organisation);
        client = xf_test_context(cast->dir, "ca", "some", false);
        pair = xf_pair_meet(client, server);
        xf_assert_ready(&pair);
        assert_int_equal(xf_tls_peer_bureau(pair.server.tls), rows[i].bureau);
        xf_pair_part(&pair);
        xf_tls_context_free(&client);
    }
    xf_tls_context_free(&server);
}

static void
garbage_for_a_greeting_is_refused(void **state)
{
    const xf_tls_cast *cast = *state;
    static const char http[] = "GET / HTTP/1.1\r\nHost: luchuan\r\n\r\n";
    xf_tls_context *server = xf_test_context(cast->dir, "ca", "server", true);
    xf_end end;

    xf_end_init(&end, xf_tls_new(server, NULL));
    xf_end_hear(&end, (const uint8_t *)http, sizeof http - 1);
    xf_assert_refused(&end);
    xf_end_clear(&end);
    xf_tls_context_free(&server);
}

static void
garbage_after_ready_is_invalid(void **state)
{
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    xf_pair pair;

    xf_tls_cast_contexts(*state, &client, &server);
    pair = xf_pair_meet(client, server);
    assert_int_equal(
        xf_tls_put(pair.client.tls, (const uint8_t *)"hello", 5, &pair.client.out, NULL),
        XF_CODE_OK);
    pair.client.out.data[pair.client.out.len - 1] ^= 1;
    xf_pair_talk(&pair);
    assert_int_equal(pair.server.code, XF_CODE_INVALID);
    assert_int_equal(pair.server.error.text, XF_TEXT_MESSAGE_BROKEN);
    assert_int_equal(xf_buf_readable(&pair.server.plain), 0);
    /* The other end sent nothing wrong and is not told that it may not come in. */
    assert_int_equal(pair.client.code, XF_CODE_UNAVAILABLE);
    xf_pair_part(&pair);
    xf_tls_cast_free_contexts(&client, &server);
}

static void
a_file_that_cannot_be_used_is_named(void **state)
{
    const xf_tls_cast *cast = *state;
    xf_test_files files = xf_test_files_of(cast->dir, "ca", "client");
    xf_test_files others = xf_test_files_of(cast->dir, "nobody", "other_client");
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

/* Nor is it asked for at the terminal, where a service has none. */
static void
a_key_behind_a_pass_phrase_is_none(void **state)
{
    const xf_tls_cast *cast = *state;
    const xf_test_files own = xf_test_files_of(cast->dir, "ca", "server");
    const xf_test_files others = xf_test_files_of(cast->dir, "ca", "locked");
    const xf_tls_files locked = {own.ca, own.certificate, others.key};
    xf_tls_context *context = NULL;
    xf_error error = {0};

    xf_test_key_locked(cast->dir, "locked");
    assert_int_equal(xf_tls_context_new(&locked, true, &context, &error), XF_CODE_INVALID);
    assert_string_equal(error.field, "tls.key");
    assert_int_equal(error.text, XF_TEXT_FILE_UNREADABLE);
    assert_null(context);
}

static void
a_renewed_context_keeps_who_is_there_and_shows_newcomers_the_new_files(void **state)
{
    const xf_tls_cast *cast = *state;
    const xf_test_files others = xf_test_files_of(cast->dir, "other_ca", "other_server");
    const xf_test_files own = xf_test_files_of(cast->dir, "ca", "server");
    const xf_tls_files wrong = {own.ca, own.certificate, others.key};
    const xf_tls_files fresh = {others.ca, own.certificate, own.key};
    xf_tls_context *client = NULL;
    xf_tls_context *server = NULL;
    xf_error error = {0};
    xf_pair here;
    xf_pair late;

    xf_tls_cast_contexts(*state, &client, &server);
    here = xf_pair_meet(client, server);
    xf_assert_ready(&here);
    /* A pair of files that do not belong together changes nothing: the session is resumed. */
    assert_int_equal(xf_tls_context_renew(server, &wrong, &error), XF_CODE_INVALID);
    assert_string_equal(error.field, "tls.key");
    late = xf_pair_meet(client, server);
    xf_assert_ready(&late);
    assert_true(xf_tls_resumed(late.server.tls));
    xf_pair_part(&late);
    /* Another authority: whom it did not sign stays out, an old session does not help. */
    assert_int_equal(xf_tls_context_renew(server, &fresh, &error), XF_CODE_OK);
    late = xf_pair_meet(client, server);
    assert_int_equal(late.server.code, XF_CODE_UNAUTHENTICATED);
    xf_pair_part(&late);
    assert_int_equal(xf_tls_put(here.client.tls, (const uint8_t *)"hi", 2, &here.client.out, NULL),
                     XF_CODE_OK);
    xf_pair_talk(&here);
    assert_int_equal(xf_buf_readable(&here.server.plain), 2);
    xf_pair_part(&here);
    xf_tls_cast_free_contexts(&client, &server);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_ends_meet_and_know_each_other),
        cmocka_unit_test(many_bytes_arrive_as_they_were_sent),
        cmocka_unit_test(the_last_words_count_though_the_end_comes_with_them),
        cmocka_unit_test(a_second_connection_is_resumed_and_still_has_the_certificate),
        cmocka_unit_test(a_session_whose_connection_ended_properly_is_resumed),
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
        cmocka_unit_test(a_renewed_context_keeps_who_is_there_and_shows_newcomers_the_new_files),
        cmocka_unit_test(garbage_for_a_greeting_is_refused),
        cmocka_unit_test(garbage_after_ready_is_invalid),
        cmocka_unit_test(a_file_that_cannot_be_used_is_named),
        cmocka_unit_test(a_key_behind_a_pass_phrase_is_none),
    };

    return cmocka_run_group_tests(tests, xf_tls_cast_up, xf_tls_cast_down);
}
