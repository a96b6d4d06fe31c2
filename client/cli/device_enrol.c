/* client/cli/device_enrol: a machine's first certificate by a code, and the next ones by itself.
 *
 * A profile is ready when its conf is there: keys and certificates are written first, under
 * names of their own, and conf is put in their place at once.
 */
#include "client/cli/device_enrol.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "client/cli/show.h"
#include "client/lib/enrol.h"

enum { NAME = 64, STAMP = 4 };

/* "10.1.1.5:7450", "server.example:7450" or "[fd00::5]:7450". */
static bool
read_server(const char *text, xf_profile *profile)
{
    const char *colon = strrchr(text, ':');
    const size_t n = colon == NULL ? 0 : (size_t)(colon - text);
    const bool bracketed = n > 2 && text[0] == '[' && text[n - 1] == ']';

    if (n == 0 || colon[1] == '\0' || strspn(colon + 1, "0123456789") != strlen(colon + 1))
        return false;
    profile->host = bracketed ? xf_memory_text(text + 1, n - 2) : xf_memory_text(text, n);
    profile->port = xf_memory_text(colon + 1, strlen(colon + 1));
    return true;
}

/* ---- What came, into files ---------------------------------------------------------------------- */

/* Gives the request's key the certificate's own name too, writes the certificate beside it, and
 * has the profile point at the two. Only then is the request's name gone: who is stopped before
 * can begin again. */
static xf_code
settle(xf_profile *profile, const Xf__DeviceCertificateReply *reply, const char *key_path,
       xf_error *reterr)
{
    char name[NAME];
    size_t n = 0;
    xf_code code = XF_CODE_OK;

    /* The last bytes are of the signature: no two certificates share them. */
    n = (size_t)snprintf(name, sizeof name, "device-");
    for (size_t i = reply->certificate.len - STAMP; i < reply->certificate.len; i++)
        n += (size_t)snprintf(name + n, sizeof name - n, "%02x", reply->certificate.data[i]);
    (void)snprintf(name + n, sizeof name - n, ".key");
    free(profile->key);
    profile->key = xf_profile_path(profile, name);
    (void)snprintf(name + n, sizeof name - n, ".pem");
    free(profile->certificate);
    profile->certificate = xf_profile_path(profile, name);
    if (link(key_path, profile->key) != 0 && errno != EEXIST)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FILE_UNWRITABLE, "%.90s", profile->key);
    XF_TRY(xf_certificate_write(profile->certificate, reply->certificate.data,
                                reply->certificate.len, reterr));
    XF_TRY(xf_profile_write(profile, reterr));
    (void)unlink(key_path);
out:
    return code;
}

static xf_code
check_reply(const Xf__DeviceCertificateReply *reply, const xf_certificate_request *request,
            const uint8_t *ca_sha, xf_error *reterr)
{
    const xf_certificate_pair pair = {.certificate = reply->certificate.data,
                                      .certificate_n = reply->certificate.len,
                                      .ca = reply->ca.data,
                                      .ca_n = reply->ca.len};

    return xf_certificate_check(&pair, request, ca_sha, reterr);
}

static void
tell_new(const xf_cli *cli, const Xf__DeviceCertificateReply *reply, const char *words)
{
    if (cli->json) {
        xf_show_json_print(&reply->base, false);
    } else {
        (void)printf(words, reply->name == NULL ? "" : reply->name);
    }
}

/* ---- The first one ------------------------------------------------------------------------------- */

static xf_code
enrol(xf_cli *cli, const xf_client_code *code_given, xf_failure *failure)
{
    xf_profile *profile = &cli->profile;
    char *key = xf_profile_path(profile, "next.key");
    char *csr = xf_profile_path(profile, "next.csr");
    xf_certificate_request request = {.n = 0};
    const Xf__DeviceCertificateReply *reply = NULL;
    const xf_client_enrolment enrolment = {.host = profile->host,
                                           .port = profile->port,
                                           .server_name = profile->server_name,
                                           .code = code_given,
                                           .request = &request};
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_certificate_prepare(key, csr, &request, &failure->error));
    XF_TRY(xf_client_enrol(&cli->loop, &enrolment, cli->arena, &reply, failure->words,
                           &failure->error));
    XF_TRY(check_reply(reply, &request, code_given->ca_sha, &failure->error));
    profile->ca = xf_profile_path(profile, "ca.pem");
    XF_TRY(xf_certificate_write(profile->ca, reply->ca.data, reply->ca.len, &failure->error));
    XF_TRY(settle(profile, reply, key, &failure->error));
    (void)unlink(csr);
    tell_new(cli, reply, XF_TR("这台设备登记好了：%s。现在可以登录：xinfang login 警号\n"));
out:
    free(key);
    free(csr);
    return code;
}

int
xf_device_enrol(xf_cli *cli, const xf_args *args)
{
    const char *peer = xf_args_get(args, "peer");
    xf_client_code given;
    xf_failure failure = {.kept = false};

    if (!xf_client_code_parse(args->words[0], &given)) {
        return (int)xf_tell_usage(
            cli, XF_TR("登记码不完整。请把 device invite 打出的那一行整个抄来。"), NULL);
    }
    if (xf_profile_begin(cli->home, &cli->profile, &failure.error) != XF_CODE_OK)
        return (int)xf_tell_error(cli, &failure.error);
    if (!read_server(xf_args_get(args, "server"), &cli->profile)) {
        return (int)xf_tell_usage(cli, XF_TR("服务器写成 地址:端口，如 10.1.1.5:7450。"),
                                  xf_args_get(args, "server"));
    }
    cli->profile.server_name = xf_memory_text(peer, strlen(peer));
    if (enrol(cli, &given, &failure) == XF_CODE_OK)
        return XF_EXIT_OK;
    if (failure.words[0] == '\0')
        return (int)xf_tell_error(cli, &failure.error);
    return (int)xf_tell_failure(cli, &failure);
}

/* ---- The next one -------------------------------------------------------------------------------- */

/* What the profile had until now, if it was made here; what deploy/ca put elsewhere stays. */
static void
forget(const xf_profile *profile, const char *path)
{
    const size_t n = strlen(profile->dir);

    if (strncmp(path, profile->dir, n) == 0 &&
        strncmp(path + n, "/device-", strlen("/device-")) == 0)
        (void)unlink(path);
}

static xf_code
take_next(xf_cli *cli, const Xf__DeviceCertificateReply *reply,
          const xf_certificate_request *request, const char *key_path, xf_error *reterr)
{
    xf_profile *profile = &cli->profile;
    char *old_key = xf_memory_text(profile->key, strlen(profile->key));
    char *old_certificate = xf_memory_text(profile->certificate, strlen(profile->certificate));
    xf_code code = XF_CODE_OK;

    XF_TRY(check_reply(reply, request, NULL, reterr));
    XF_TRY(settle(profile, reply, key_path, reterr));
    forget(profile, old_key);
    forget(profile, old_certificate);
    xf_profile_drop_token(profile); /* it was good with the old certificate only */
out:
    free(old_key);
    free(old_certificate);
    return code;
}

/* False: the person was told. */
static bool
renew(xf_cli *cli)
{
    Xf__DeviceRenewRequest ask = XF__DEVICE_RENEW_REQUEST__INIT;
    char *key = xf_profile_path(&cli->profile, "next.key");
    char *csr = xf_profile_path(&cli->profile, "next.csr");
    xf_certificate_request request = {.n = 0};
    const Xf__DeviceCertificateReply *reply = NULL;
    xf_error error = {0};
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_certificate_prepare(key, csr, &request, &error));
    ask.has_csr = 1;
    ask.csr = (ProtobufCBinaryData){request.n, request.der};
    reply = (const Xf__DeviceCertificateReply *)xf_cli_call(cli, XF_RPC_DEVICE_RENEW, &ask.base);
    if (reply == NULL)
        goto out; /* told */
    XF_TRY(take_next(cli, reply, &request, key, &error));
    (void)unlink(csr);
    tell_new(cli, reply, XF_TR("%s 换好了新证书。原来的登录随旧证书失效，请重新登录。\n"));
out:
    if (code != XF_CODE_OK)
        (void)xf_tell_error(cli, &error);
    free(key);
    free(csr);
    return code == XF_CODE_OK && reply != NULL;
}

int
xf_device_renew(xf_cli *cli, const xf_args *args)
{
    int64_t until_ms = 0;
    char until[XF_SHOW_ROOM] = "";

    (void)args;
    if (!xf_certificate_due(cli->profile.certificate, &until_ms)) {
        xf_show_instant(until_ms, until);
        (void)fprintf(stderr, XF_TR("证书到 %s 为止，还不到换的时候。没有换。\n"), until);
        return XF_EXIT_OK;
    }
    return renew(cli) ? XF_EXIT_OK : (int)cli->exit;
}

void
xf_device_hint(const xf_cli *cli)
{
    int64_t until_ms = 0;
    char until[XF_SHOW_ROOM] = "";

    if (cli->verb->rpc == XF_RPC_DEVICE_RENEW ||
        !xf_certificate_due(cli->profile.certificate, &until_ms))
        return;
    xf_show_instant(until_ms, until);
    (void)fprintf(stderr, XF_TR("这台设备的证书到 %s 为止。请换一张：xinfang device renew\n"),
                  until);
}
