/* A new machine comes to a station: invited, enrolled by its code, renewed in time, lost, revoked. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "device.pb-c.h"

#include "base/memory.h"
#include "client/lib/enrol.h"
#include "stage_clocks.h"
#include "stage_inside.h"
#include "stage_wire.h"

enum { LINE = 256, HOME = 2 * XF_STAGE_PATH };

/* ---- What the administrator does ------------------------------------------------------ */

/* Gives the line that is carried to the machine. */
static void
invite(xf_story *s, const char *name, char ret_line[LINE])
{
    const char *const words[] = {"device", "invite", name, "--unit", XF_CAST_STATION, NULL};

    assert_int_equal(xf_stage_cli_login(s, SYSTEM_ADMIN), 0);
    if (xf_stage_cli(s, SYSTEM_ADMIN, words) != 0)
        fail_msg("%s", xf_stage_said(s));
    (void)snprintf(ret_line, LINE, "%.*s", (int)strcspn(xf_stage_said(s), "\n"), xf_stage_said(s));
}

static const Xf__Device *
find_device(xf_story *s, const char *name, bool all)
{
    Xf__DeviceListRequest request = XF__DEVICE_LIST_REQUEST__INIT;
    const Xf__DeviceListReply *reply = NULL;

    request.has_all = 1;
    request.all = all;
    reply = xf_stage_ask(s, SYSTEM_ADMIN, XF_RPC_DEVICE_LIST, &request.base);
    assert_non_null(reply);
    for (size_t i = 0; i < reply->n_devices; i++) {
        if (strcmp(reply->devices[i]->name, name) == 0)
            return reply->devices[i];
    }
    return NULL;
}

static int32_t
revoke_device(xf_story *s, const char *name, const ProtobufCBinaryData *fingerprint)
{
    Xf__DeviceRevokeRequest request = XF__DEVICE_REVOKE_REQUEST__INIT;
    const Xf__DeviceRevokeReply *reply = NULL;

    request.name = (char *)(uintptr_t)name;
    request.has_fingerprint = fingerprint != NULL;
    if (fingerprint != NULL)
        request.fingerprint = *fingerprint;
    request.reason = (char[]){"遗失"};
    reply = xf_stage_ask(s, SYSTEM_ADMIN, XF_RPC_DEVICE_REVOKE, &request.base);
    return reply == NULL ? -1 : reply->certificates;
}

/* ---- What happens at the machine ------------------------------------------------------- */

static int
enrol(xf_story *s, const char *home, const char *line)
{
    char server[32];
    const char *const words[] = {"device", "enrol",         line, "--server", server,
                                 "--peer", "xinfangd.test", NULL};

    (void)snprintf(server, sizeof server, "127.0.0.1:%d", xf_stage_port(s));
    return xf_stage_cli_at(s, home, words);
}

static int
log_in_at(xf_story *s, const char *home, xf_cast who)
{
    char *password = xf_stage_file(s, "password");
    const char *const words[] = {"login", xf_cast_badge(who), "--password-file", password, NULL};
    const int code = xf_stage_cli_at(s, home, words);

    free(password);
    return code;
}

/* Under the story's own directory, two folders that are not there yet. */
static void
home_of(const xf_story *s, const char *name, char ret_home[HOME])
{
    (void)snprintf(ret_home, HOME, "%s/desks/%s", s->dir, name);
}

/* The value that stands in the profile. */
static void
read_conf(const char *home, const char *key, char ret_value[XF_STAGE_PATH])
{
    char path[HOME + 8];
    char line[XF_STAGE_PATH];
    FILE *file = NULL;

    (void)snprintf(path, sizeof path, "%s/conf", home);
    file = fopen(path, "re");
    assert_non_null(file);
    ret_value[0] = '\0';
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, key, strlen(key)) == 0) {
            (void)snprintf(ret_value, XF_STAGE_PATH, "%.*s",
                           (int)strcspn(line + strlen(key) + 3, "\n"), line + strlen(key) + 3);
        }
    }
    (void)fclose(file);
}

/* One certificate's life from here: it is as if that many days had gone. */
static xf_test_subject
worn(const char *name, long days_gone)
{
    return (xf_test_subject){.organisation = "450922",
                             .common_name = name,
                             .valid_from_s = -days_gone * 86400,
                             .valid_to_s = (90 - days_gone) * 86400};
}

/* Why a connection is ended. */
static const char *
goaway_text(const xf_wire_frame *frame, xf_story *s)
{
    ProtobufCMessage *message = protobuf_c_message_unpack(
        &xf__goaway__descriptor, xf_arena_allocator(xf_stage_arena(s)), frame->n, frame->body);

    assert_int_equal(frame->type, XF_FRAME_TYPE_GOAWAY);
    assert_int_equal(((const Xf__Goaway *)(void *)message)->code, XF_CODE_UNAUTHENTICATED);
    return ((const Xf__Goaway *)(void *)message)->text;
}

/* ---- The stories ------------------------------------------------------------------------- */

XF_STORY(a_code_makes_a_seat_that_works)
{
    xf_story *s = *state;
    char line[LINE];
    char home[HOME];
    char value[XF_STAGE_PATH];
    char path[2 * HOME];
    struct stat about = {0};

    invite(s, "lucheng-2", line);
    home_of(s, "lucheng-2", home);
    if (enrol(s, home, line) != 0)
        fail_msg("%s", xf_stage_said(s));
    read_conf(home, "tls.key", value);
    (void)snprintf(path, sizeof path, "%s/%s", home, value);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(log_in_at(s, home, LIAISON), 0);

    const Xf__Device *device = find_device(s, "lucheng-2", false);
    assert_non_null(device);
    assert_string_equal(device->unit_name, "陆城派出所");
    assert_true(device->has_login_at);
    /* The desks of deploy/ca are known since their first login. */
    assert_non_null(find_device(s, "desk", false));
    /* A seat that is there is not written over. */
    assert_int_equal(enrol(s, home, line), 6);
}

XF_STORY(a_code_is_good_once_and_for_a_quarter_of_an_hour)
{
    xf_story *s = *state;
    char line[LINE];
    char late[LINE];
    char home[HOME];
    char other[HOME];

    invite(s, "first", line);
    home_of(s, "first", home);
    home_of(s, "other", other);
    assert_int_equal(enrol(s, home, line), 0);
    assert_int_equal(enrol(s, other, line), 1);
    assert_non_null(strstr(xf_stage_said(s), "登记码不对"));

    invite(s, "late", late);
    xf_stage_sql(s,
                 "update xf.invitation set expires_at = expires_at - interval '15 minutes 1 second'"
                 " where name = 'late'");
    assert_int_equal(enrol(s, other, late), 1);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.device where name <> 'desk'"), 1);
    /* Nowhere in the database is a code. */
    assert_int_equal(
        xf_stage_number(s, "select count(*) from xf.invitation where octet_length(code_sha) = 32"),
        2);
}

/* The answer to it was lost: what is sent again brings the same certificate. */
XF_STORY(an_enrolment_that_is_sent_again_is_the_same)
{
    xf_story *s = *state;
    char line[LINE];
    char port[16];
    char words[XF_CLIENT_WORDS] = "";
    xf_client_code code;
    xf_certificate_request request = {.n = 0};
    const xf_client_enrolment what = {.host = "127.0.0.1",
                                      .port = port,
                                      .server_name = "xinfangd.test",
                                      .code = &code,
                                      .request = &request};
    const Xf__DeviceCertificateReply *one = NULL;
    const Xf__DeviceCertificateReply *two = NULL;
    char *key = xf_stage_file(s, "again.key");
    char *csr = xf_stage_file(s, "again.csr");

    invite(s, "again", line);
    (void)snprintf(port, sizeof port, "%d", xf_stage_port(s));
    assert_true(xf_client_code_parse(line, &code));
    assert_int_equal(xf_certificate_prepare(key, csr, &request, NULL), XF_CODE_OK);
    assert_int_equal(xf_client_enrol(&s->loop, &what, xf_stage_arena(s), &one, words, NULL),
                     XF_CODE_OK);
    assert_int_equal(xf_client_enrol(&s->loop, &what, xf_stage_arena(s), &two, words, NULL),
                     XF_CODE_OK);
    assert_int_equal(one->certificate.len, two->certificate.len);
    assert_memory_equal(one->certificate.data, two->certificate.data, one->certificate.len);
    /* A server that is not the authority's of the code is not told the code. */
    code.ca_sha[0] ^= 1;
    assert_int_equal(xf_client_enrol(&s->loop, &what, xf_stage_arena(s), &two, words, NULL),
                     XF_CODE_UNAUTHENTICATED);
    free(key);
    free(csr);
}

XF_STORY(who_guesses_codes_waits)
{
    xf_story *s = *state;
    char line[LINE];
    char home[HOME];
    int said = 0;

    invite(s, "guessed", line);
    home_of(s, "guessed", home);
    line[8] = line[8] == 'A' ? 'B' : 'A';          /* a letter of the code */
    for (int i = 0; i < 2 * 5 && said == 0; i++) { /* five at each of two workers */
        assert_int_not_equal(enrol(s, home, line), 0);
        said = strstr(xf_stage_said(s), "超过了上限") != NULL;
    }
    assert_int_equal(enrol(s, home, line) != 0, 1);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.device where name = 'guessed'"),
                     0);
    assert_true(said || strstr(xf_stage_said(s), "超过了上限") != NULL);
}

static const char *const renew[] = {"device", "renew", NULL};
static const char *const show[] = {"bureau", "units", NULL};
static const char ended[] =
    "select count(*) from xf.device where name = 'worn' and revoked_at is not null";

/* A profile of its own at the certificate that is called worn. */
static void
settle_at(xf_story *s, const char *name, char ret_home[HOME])
{
    char *desks = xf_stage_file(s, "desks");
    char conf[HOME + 8];
    char text[4 * XF_STAGE_PATH];
    int n = 0;

    home_of(s, name, ret_home);
    (void)mkdir(desks, 0700);
    free(desks);
    assert_int_equal(mkdir(ret_home, 0700), 0);
    n = snprintf(text, sizeof text,
                 "server.host = 127.0.0.1\nserver.port = %d\nserver.name = xinfangd.test\n"
                 "tls.ca = %s/ca.crt\ntls.certificate = %s/worn.crt\ntls.key = %s/worn.key\n",
                 xf_stage_port(s), s->dir, s->dir, s->dir);
    (void)snprintf(conf, sizeof conf, "%s/conf", ret_home);
    xf_stage_write(conf, text, (size_t)n);
}

XF_STORY(a_certificate_is_renewed_in_the_last_third_of_its_life)
{
    xf_story *s = *state;
    const xf_test_subject early = worn("worn", 59);
    const xf_test_subject due = worn("worn", 61);
    char home[HOME];

    xf_test_ca_issue(s->ca, "worn", &early);
    settle_at(s, "worn", home);
    assert_int_equal(xf_stage_cli_login(s, LIAISON), 0); /* writes the file with the password */

    assert_int_equal(xf_stage_cli_at(s, home, renew), 0);
    assert_non_null(strstr(xf_stage_said(s), "没有换"));
    xf_test_ca_issue(s->ca, "worn", &due);
    assert_int_equal(log_in_at(s, home, LIAISON), 0);
    assert_non_null(strstr(xf_stage_said(s), "xinfang device renew")); /* says that it is time */
    if (xf_stage_cli_at(s, home, renew) != 0)
        fail_msg("%s", xf_stage_said(s));
    /* The old login went with the old certificate; the new one works, and is known. */
    assert_int_equal(xf_stage_cli_at(s, home, show), 4);
    assert_int_equal(log_in_at(s, home, LIAISON), 0);
    assert_null(strstr(xf_stage_said(s), "xinfang device renew"));
    assert_int_equal(xf_stage_cli_at(s, home, show), 0);
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.device where name = 'worn'"), 2);
    xf_stage_wait_for(s, ended);
    assert_int_equal(revoke_device(s, "worn", NULL), 1);
    assert_int_equal(xf_stage_cli_at(s, home, show), 4);
    assert_non_null(strstr(xf_stage_said(s), "吊销"));
}

/* Nobody knows whether the new one arrived, until somebody logs in with it. */
XF_STORY(a_renewed_certificate_ends_when_the_new_one_is_in_use)
{
    xf_story *s = *state;
    const xf_test_subject due = worn("worn", 61);
    char home[HOME];
    char copy[HOME];
    xf_wire_desk *open = NULL;
    const char *const list[] = {"device", "list", "--all", NULL};

    xf_test_ca_issue(s->ca, "worn", &due);
    settle_at(s, "worn", home);
    settle_at(s, "copy", copy);
    assert_int_equal(xf_stage_cli_login(s, LIAISON), 0); /* writes the file with the password */
    assert_int_equal(xf_stage_cli_at(s, home, renew), 0);
    /* The old one's own first login, and a second: time for the timer to be wrong. */
    assert_int_equal(log_in_at(s, copy, LIAISON), 0);
    open = xf_wire_desk_new_at(s, NOBODY, "worn");
    assert_int_equal(log_in_at(s, copy, HANDLER), 0);
    assert_int_equal(xf_stage_cli_at(s, copy, show), 0);

    assert_int_equal(log_in_at(s, home, LIAISON), 0);
    assert_string_equal(goaway_text(xf_wire_desk_frame(open, 0), s),
                        xf_error_words(XF_TEXT_DEVICE_REVOKED));
    xf_wire_desk_wait_closed(open);
    xf_wire_desk_free(&open);
    assert_int_equal(xf_stage_cli_at(s, copy, show), 4);
    assert_int_equal(log_in_at(s, copy, LIAISON), 4);
    assert_non_null(strstr(xf_stage_said(s), "换过"));
    assert_int_equal(xf_stage_cli_at(s, home, show), 0);
    assert_int_equal(xf_stage_number(s, ended), 1);
    assert_false(find_device(s, "worn", false)->has_revoked_at);
    assert_int_equal(xf_stage_cli_login(s, SYSTEM_ADMIN), 0);
    assert_int_equal(xf_stage_cli(s, SYSTEM_ADMIN, list), 0);
    assert_non_null(strstr(xf_stage_said(s), xf_error_words(XF_TEXT_DEVICE_RENEWED)));
}

/* It was renewed before anybody had logged in with it: there is no row of it to be ended. */
XF_STORY(a_certificate_that_never_logged_in_ends_by_its_renewal_too)
{
    xf_story *s = *state;
    const xf_test_subject due = worn("worn", 61);
    char home[HOME];
    char copy[HOME];

    xf_test_ca_issue(s->ca, "worn", &due);
    settle_at(s, "worn", home);
    settle_at(s, "copy", copy);
    assert_int_equal(xf_stage_cli_login(s, LIAISON), 0);
    assert_int_equal(xf_stage_cli_at(s, home, renew), 0);
    assert_int_equal(log_in_at(s, home, LIAISON), 0);
    xf_stage_wait_for(s, ended);
    assert_int_equal(log_in_at(s, copy, LIAISON), 4);
    assert_int_equal(xf_stage_cli_at(s, copy, renew), 4);
}

XF_STORY(a_revoked_device_is_cut_off_and_comes_in_no_more)
{
    xf_story *s = *state;
    xf_wire_desk *stays = xf_wire_desk_new(s, CLERK);
    xf_wire_desk *lost = xf_wire_desk_new_elsewhere(s, HANDLER);
    xf_wire_desk *idle = xf_wire_desk_new_elsewhere(s, NOBODY);
    Xf__BureauUnitsRequest units = XF__BUREAU_UNITS_REQUEST__INIT;
    Xf__LoginBeginRequest login = XF__LOGIN_BEGIN_REQUEST__INIT;
    const xf_wire_frame *refused = NULL;

    assert_int_equal(revoke_device(s, "other-desk", NULL), 1);
    assert_string_equal(goaway_text(xf_wire_desk_frame(lost, 0), s),
                        xf_error_words(XF_TEXT_DEVICE_REVOKED));
    xf_wire_desk_wait_closed(lost);
    (void)goaway_text(xf_wire_desk_frame(idle, 0), s); /* nobody was logged in there */
    xf_wire_desk_wait_closed(idle);
    assert_int_equal(xf_wire_desk_ask(stays, XF_RPC_BUREAU_UNITS, &units.base)->type,
                     XF_FRAME_TYPE_RESPONSE);
    xf_wire_desk_free(&lost);
    xf_wire_desk_free(&idle);

    lost = xf_wire_desk_new_elsewhere(s, NOBODY);
    login.badge = (char *)(uintptr_t)xf_cast_badge(HANDLER);
    login.password = (char *)(uintptr_t)XF_CAST_PASSWORD;
    refused = xf_wire_desk_ask(lost, XF_RPC_LOGIN_BEGIN, &login.base);
    assert_int_equal(refused->type, XF_FRAME_TYPE_ERROR);
    assert_non_null(memmem(refused->body, refused->n, "吊销", strlen("吊销")));
    xf_wire_desk_free(&lost);
    xf_wire_desk_free(&stays);
    assert_null(find_device(s, "other-desk", false));
    assert_string_equal(find_device(s, "other-desk", true)->reason, "遗失");
}

/* A laptop that deploy/ca made is stolen before anybody logged in there. */
XF_STORY(a_certificate_that_never_came_is_revoked_by_its_fingerprint)
{
    xf_story *s = *state;
    uint8_t sha[32];
    unsigned n = 0;
    const ProtobufCBinaryData fingerprint = {sizeof sha, sha};
    char *path = xf_stage_file(s, "other-desk.crt");
    FILE *file = fopen(path, "re");
    X509 *certificate = NULL;
    Xf__LoginBeginRequest login = XF__LOGIN_BEGIN_REQUEST__INIT;
    xf_wire_desk *desk = NULL;

    assert_non_null(file);
    certificate = PEM_read_X509(file, NULL, NULL, NULL);
    assert_int_equal(X509_digest(certificate, EVP_sha256(), sha, &n), 1);
    X509_free(certificate);
    (void)fclose(file);
    free(path);
    assert_int_equal(revoke_device(s, NULL, &fingerprint), 1);
    assert_int_equal(revoke_device(s, "nobody-has-this-name", NULL), -1);
    xf_stage_assert_refused(s, XF_CODE_NOT_FOUND, "");
    desk = xf_wire_desk_new_elsewhere(s, NOBODY);
    login.badge = (char *)(uintptr_t)xf_cast_badge(HANDLER);
    login.password = (char *)(uintptr_t)XF_CAST_PASSWORD;
    assert_int_equal(xf_wire_desk_ask(desk, XF_RPC_LOGIN_BEGIN, &login.base)->type,
                     XF_FRAME_TYPE_ERROR);
    xf_wire_desk_free(&desk);
}

XF_STORY(a_revoked_name_voids_its_open_code)
{
    xf_story *s = *state;
    char line[LINE];
    char home[HOME];

    invite(s, "voided", line);
    assert_int_equal(revoke_device(s, "voided", NULL), 0);
    home_of(s, "voided", home);
    assert_int_equal(enrol(s, home, line), 1);
}

XF_STORY(without_the_authoritys_key_it_is_said_what_to_configure)
{
    xf_story *s = *state;
    Xf__DeviceInviteRequest request = XF__DEVICE_INVITE_REQUEST__INIT;
    const char *const words[] = {"device", "invite", "desk-9", NULL};

    xf_stage_take_ca_key(s);
    xf_stage_stop_server(s);
    xf_stage_start_server(s);
    request.name = (char[]){"desk-9"};
    assert_null(xf_stage_ask(s, SYSTEM_ADMIN, XF_RPC_DEVICE_INVITE, &request.base));
    xf_stage_assert_refused(s, XF_CODE_UNSUPPORTED, "");
    assert_int_equal(xf_stage_cli_login(s, SYSTEM_ADMIN), 0);
    assert_int_equal(xf_stage_cli(s, SYSTEM_ADMIN, words), 1);
    assert_non_null(strstr(xf_stage_said(s), "device.ca_key_file"));
}

XF_STORY(a_name_is_good_for_one_device_and_has_the_right_letters)
{
    xf_story *s = *state;
    Xf__DeviceInviteRequest request = XF__DEVICE_INVITE_REQUEST__INIT;
    static const char *const wrong[] = {"接待室", "a b", ".hidden", "-x", ""};

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        request.name = (char *)(uintptr_t)wrong[i];
        assert_null(xf_stage_ask(s, SYSTEM_ADMIN, XF_RPC_DEVICE_INVITE, &request.base));
        xf_stage_assert_refused(s, XF_CODE_INVALID, "name");
    }
    request.name = (char[]){"desk"}; /* the one that we all sit at */
    assert_null(xf_stage_ask(s, SYSTEM_ADMIN, XF_RPC_DEVICE_INVITE, &request.base));
    xf_stage_assert_refused(s, XF_CODE_INVALID, "name");
    request.name = (char[]){"another"};
    request.has_unit_id = 1;
    request.unit_id = 9999;
    assert_null(xf_stage_ask(s, SYSTEM_ADMIN, XF_RPC_DEVICE_INVITE, &request.base));
    xf_stage_assert_refused(s, XF_CODE_INVALID, "unit_id");
}

XF_STORIES(XF_PLAY(a_code_makes_a_seat_that_works),
           XF_PLAY(a_code_is_good_once_and_for_a_quarter_of_an_hour),
           XF_PLAY(an_enrolment_that_is_sent_again_is_the_same), XF_PLAY(who_guesses_codes_waits),
           XF_PLAY(a_certificate_is_renewed_in_the_last_third_of_its_life),
           XF_PLAY(a_renewed_certificate_ends_when_the_new_one_is_in_use),
           XF_PLAY(a_certificate_that_never_logged_in_ends_by_its_renewal_too),
           XF_PLAY(a_revoked_device_is_cut_off_and_comes_in_no_more),
           XF_PLAY(a_certificate_that_never_came_is_revoked_by_its_fingerprint),
           XF_PLAY(a_revoked_name_voids_its_open_code),
           XF_PLAY(without_the_authoritys_key_it_is_said_what_to_configure),
           XF_PLAY(a_name_is_good_for_one_device_and_has_the_right_letters))
