/* The server's certificate runs out soon: a new one comes in, and nobody is sent away. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/conf.h"
#include "client/cli/cli.h"
#include "stage_wire.h"

/* ---- What a newcomer sees */

/* The serial number of the certificate that the server shows now. */
static uint64_t
serial_shown(const xf_story *s)
{
    static const unsigned char alpn[] = "\x09xinfang/1";
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    int fd = xf_stage_knock(s);
    uint64_t serial = 0;
    SSL *ssl = NULL;
    X509 *shown = NULL;

    assert_non_null(context);
    assert_int_equal(SSL_CTX_set_alpn_protos(context, alpn, sizeof alpn - 1), 0);
    ssl = SSL_new(context);
    assert_non_null(ssl);
    assert_int_equal(SSL_set_fd(ssl, fd), 1);
    /* In TLS 1.3 that we have none is told only behind the handshake. */
    assert_int_equal(SSL_connect(ssl), 1);
    shown = SSL_get1_peer_certificate(ssl);
    assert_non_null(shown);
    assert_int_equal(ASN1_INTEGER_get_uint64(&serial, X509_get0_serialNumber(shown)), 1);
    X509_free(shown);
    SSL_free(ssl);
    SSL_CTX_free(context);
    (void)close(fd);
    return serial;
}

/* The log has a line with both. */
static size_t
lines_with(const xf_story *s, const char *event, const char *rest)
{
    char *path = xf_stage_file(s, "log");
    char line[4096];
    size_t n = 0;
    FILE *log = fopen(path, "re");

    assert_non_null(log);
    while (fgets(line, sizeof line, log) != NULL)
        n += strstr(line, event) != NULL && strstr(line, rest) != NULL;
    (void)fclose(log);
    free(path);
    return n;
}

static bool
log_has(const xf_story *s, const char *event, const char *rest)
{
    return lines_with(s, event, rest) > 0;
}

/* It names this key, and the line on which the file has it. */
static bool
log_names(const xf_story *s, const char *event, const char *key)
{
    char *conf = xf_stage_file(s, "xinfangd.conf");
    char rest[128];

    (void)snprintf(rest, sizeof rest, " key=%s line=%d\n", key, xf_conf_line(conf, key));
    free(conf);
    return log_has(s, event, rest);
}

static void
assert_still_answered(xf_wire_desk *desk)
{
    Xf__BureauUnitsRequest units = XF__BUREAU_UNITS_REQUEST__INIT;

    assert_int_equal(xf_wire_desk_ask(desk, XF_RPC_BUREAU_UNITS, &units.base)->type,
                     XF_FRAME_TYPE_RESPONSE);
}

/* ---- The stories */

XF_STORY(who_is_there_stays_and_who_comes_sees_the_new_one)
{
    xf_story *s = *state;
    xf_wire_desk *desk = xf_wire_desk_new(s, CLERK);
    const uint64_t old = serial_shown(s);

    xf_stage_renew_certificate(s);
    assert_int_equal(serial_shown(s), old); /* not before it is told */
    assert_true(xf_stage_reload(s, ""));
    assert_int_not_equal(serial_shown(s), old);
    assert_still_answered(desk);

    xf_wire_desk *late = xf_wire_desk_new(s, LEADER);
    assert_still_answered(late);
    xf_wire_desk_free(&late);
    xf_wire_desk_free(&desk);
}

XF_STORY(a_limit_holds_from_then_on)
{
    xf_story *s = *state;
    xf_wire_desk *desk = xf_wire_desk_new(s, CLERK);
    const char *const list[] = {"matter", "list", NULL};
    char alert[16] = "";
    int fd = -1;

    assert_int_equal(xf_stage_cli_login(s, CLERK), 0);
    assert_true(xf_stage_reload(s, "limit.connections = 1\n"));
    fd = xf_stage_knock(s);
    assert_int_equal(read(fd, alert, sizeof alert), 7); /* one is there already */
    assert_int_equal(read(fd, alert, 1), 0);
    assert_true(log_has(s, " session.turned_away ", ""));
    (void)close(fd);
    assert_int_equal(xf_stage_cli(s, CLERK, list), XF_EXIT_UNAVAILABLE);
    assert_non_null(strstr(xf_stage_said(s), "连接满了"));
    assert_still_answered(desk);
    /* Left out again, it is what holds anyway; what needs a new start is told, not taken. */
    assert_true(xf_stage_reload(s, "db.readers = 3\n"));
    assert_true(log_names(s, "server.reload_needs_start", "db.readers"));
    xf_wire_desk *late = xf_wire_desk_new(s, LEADER);
    assert_still_answered(late);
    xf_wire_desk_free(&late);
    xf_wire_desk_free(&desk);
}

XF_STORY(a_flood_of_connections_is_not_one_of_lines)
{
    enum { MANY = 100 };

    xf_story *s = *state;
    xf_wire_desk *desk = xf_wire_desk_new(s, CLERK);

    assert_true(xf_stage_reload(s, "limit.connections = 1\n"));
    for (int i = 0; i < MANY; i++)
        (void)close(xf_stage_knock(s));
    assert_still_answered(desk);
    assert_in_range(lines_with(s, " session.turned_away ", ""), 1, MANY / 2); /* one a second */
    xf_wire_desk_free(&desk);
}

XF_STORY(a_faulty_file_changes_nothing_and_is_named)
{
    xf_story *s = *state;
    char *key = xf_stage_file(s, "server.key");
    xf_wire_desk *desk = xf_wire_desk_new(s, CLERK);
    const uint64_t old = serial_shown(s);

    /* A good limit before a bad one, and a new certificate: none of it holds. */
    xf_stage_renew_certificate(s);
    assert_false(xf_stage_reload(s, "limit.connections = 1\nlimit.matters = 100\n"));
    assert_true(log_names(s, "server.reload_refused", "limit.matters"));
    assert_int_equal(serial_shown(s), old);

    FILE *file = fopen(key, "we"); /* half copied */
    assert_non_null(file);
    (void)fclose(file);
    assert_false(xf_stage_reload(s, "limit.connections = 1\n"));
    assert_true(log_names(s, "server.reload_refused", "tls.key"));
    assert_int_equal(serial_shown(s), old);
    assert_still_answered(desk);
    free(key);
    xf_wire_desk_free(&desk);
}

XF_STORIES(XF_PLAY(who_is_there_stays_and_who_comes_sees_the_new_one),
           XF_PLAY(a_limit_holds_from_then_on), XF_PLAY(a_flood_of_connections_is_not_one_of_lines),
           XF_PLAY(a_faulty_file_changes_nothing_and_is_named))
