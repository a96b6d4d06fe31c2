/* method/device — the bureau's machines: codes, certificates, the list, and the end of one. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "device.pb-c.h"

#include "base/memory.h"
#include "call/call.h"
#include "call/read_row.h"
#include "call/room.h"
#include "crypto/issue.h"
#include "crypto/sha.h"
#include "method/field.h"

enum {
    CODE = 20,        /* letters: a hundred bits, which nobody guesses in a quarter of an hour */
    CODE_MS = 900000, /* how long a code is good */
    FINGERPRINT = 32,
    RENEW_PARTS = 3, /* renewed when two of three parts of its life are over */
    MS_OF_S = 1000,
};

/* ---- The code: made of the request by the server's key, so that a retry gets the same ---------- */

static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"; /* no I, O, 0, 1 */

/* What the keyed hash is made of. Who invites counts too: another's request makes another code. */
static xf_code
make_code(xf_call *call, char ret_code[CODE + 1], xf_error *reterr)
{
    static const char mark[] = "device.invite";
    const size_t n =
        sizeof mark + sizeof call->actor.bureau + sizeof call->actor.officer + call->body_len;
    uint8_t *text = xf_arena_take(call->arena, n);
    uint8_t sha[XF_SHA];
    size_t at = sizeof mark;

    if (text == NULL)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    memcpy(text, mark, sizeof mark);
    memcpy(text + at, &call->actor.bureau, sizeof call->actor.bureau);
    at += sizeof call->actor.bureau;
    memcpy(text + at, &call->actor.officer, sizeof call->actor.officer);
    at += sizeof call->actor.officer;
    memcpy(text + at, call->body, call->body_len);
    xf_seal_keyed_sha(call->room->seal, text, n, sha);
    for (size_t i = 0; i < CODE; i++)
        ret_code[i] = letters[sha[i] % (sizeof letters - 1)];
    ret_code[CODE] = '\0';
    return XF_CODE_OK;
}

/* The database knows a code by this only. */
static xf_code
put_code_sha(xf_call *call, const char *code, xf_error *reterr)
{
    uint8_t *sha = xf_arena_take(call->arena, XF_SHA);

    if (sha == NULL)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    xf_sha(code, strlen(code), sha);
    xf_law_put_bytes(&call->law, "code_sha", sha, XF_SHA);
    return XF_CODE_OK;
}

static xf_code
need_issuer(const xf_call *call, xf_error *reterr)
{
    if (call->room->issuer == NULL)
        return XF_FAIL(reterr, XF_CODE_UNSUPPORTED, XF_TEXT_CA_KEY_ABSENT, "");
    return XF_CODE_OK;
}

static xf_code
invite_check(xf_call *call, xf_error *reterr)
{
    const Xf__DeviceInviteRequest *request = (const Xf__DeviceInviteRequest *)call->request;
    char *made = xf_arena_take(call->arena, CODE + 1);
    xf_code code = XF_CODE_OK;

    XF_TRY(need_issuer(call, reterr));
    XF_TRY(xf_field_needed(request->name, XF_ISSUE_NAME, "name", reterr));
    if (!xf_issue_name_fits(request->name))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_DEVICE_NAME, "name");
    if (made == NULL)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    XF_TRY(make_code(call, made, reterr));
    XF_TRY(put_code_sha(call, made, reterr));
    xf_law_put(&call->law, "expires_at", call->now_ms + CODE_MS);
    call->kept = made;
out:
    return code;
}

static xf_code
invite_finish(xf_call *call, xf_error *reterr)
{
    Xf__DeviceInviteReply *reply = (Xf__DeviceInviteReply *)call->reply;

    (void)reterr;
    reply->code = (char *)(uintptr_t)call->kept; /* arena: as long-lived as the reply */
    reply->has_ca_sha = 1;
    reply->ca_sha.len = FINGERPRINT;
    reply->ca_sha.data = (uint8_t *)(uintptr_t)xf_issuer_fingerprint(call->room->issuer);
    return XF_CODE_OK;
}

/* ---- The certificate ---------------------------------------------------------------------------- */

static xf_code
issue(xf_call *call, const ProtobufCBinaryData *csr, const char *name, xf_error *reterr)
{
    const xf_issue_order order = {
        .request = csr->data, .request_n = csr->len, .bureau = call->actor.bureau, .name = name};
    xf_issued *issued = xf_arena_take(call->arena, sizeof *issued);
    xf_code code = XF_CODE_OK;

    if (issued == NULL)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    XF_TRY(xf_issue_device(call->room->issuer, &order, issued, reterr));
    xf_law_put_bytes(&call->law, "fingerprint", issued->fingerprint, sizeof issued->fingerprint);
    xf_law_put_bytes(&call->law, "serial", issued->serial, sizeof issued->serial);
    xf_law_put_bytes(&call->law, "der", issued->der, issued->n);
    xf_law_put(&call->law, "from_at", issued->from_ms);
    xf_law_put(&call->law, "until_at", issued->until_ms);
out:
    return code;
}

static xf_code
certificate_finish(xf_call *call, xf_error *reterr)
{
    Xf__DeviceCertificateReply *reply = (Xf__DeviceCertificateReply *)call->reply;
    const uint8_t *ca = xf_issuer_certificate(call->room->issuer, &reply->ca.len);

    (void)reterr;
    reply->has_ca = 1;
    reply->ca.data = (uint8_t *)(uintptr_t)ca; /* the process's */
    return XF_CODE_OK;
}

/* What has not the shape of a code is not looked up. */
static bool
enrol_reads(const xf_call *call)
{
    const Xf__DeviceEnrolRequest *request = (const Xf__DeviceEnrolRequest *)call->request;

    return request->code != NULL && strlen(request->code) == CODE;
}

static xf_code
enrol_check(xf_call *call, xf_error *reterr)
{
    const Xf__DeviceEnrolRequest *request = (const Xf__DeviceEnrolRequest *)call->request;
    const char *name = xf_row_text(call, "name");
    xf_code code = XF_CODE_OK;

    XF_TRY(need_issuer(call, reterr));
    if (name == NULL)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_CODE_WRONG, "code");
    if (!request->has_csr)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "csr");
    XF_TRY(issue(call, &request->csr, name, reterr));
out:
    return code;
}

/* By the real clock, like all certificates. */
static bool
time_has_come(const xf_tls_device *device)
{
    const int64_t now_ms = (int64_t)time(NULL) * MS_OF_S;

    return now_ms >= device->until_ms - (device->until_ms - device->from_ms) / RENEW_PARTS;
}

static xf_code
renew_check(xf_call *call, xf_error *reterr)
{
    const Xf__DeviceRenewRequest *request = (const Xf__DeviceRenewRequest *)call->request;
    xf_code code = XF_CODE_OK;

    XF_TRY(need_issuer(call, reterr));
    if (!request->has_csr)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "csr");
    if (call->peer == NULL || !xf_issue_name_fits(call->peer->name))
        return XF_FAIL(reterr, XF_CODE_CONFLICT, XF_TEXT_DEVICE_NAME, "");
    if (!time_has_come(call->peer))
        return XF_FAIL(reterr, XF_CODE_CONFLICT, XF_TEXT_RENEW_EARLY, "");
    xf_law_put_text(&call->law, "device_name", call->peer->name);
    XF_TRY(issue(call, &request->csr, call->peer->name, reterr));
out:
    return code;
}

/* ---- The end of one ----------------------------------------------------------------------------- */

static xf_code
revoke_check(xf_call *call, xf_error *reterr)
{
    const Xf__DeviceRevokeRequest *request = (const Xf__DeviceRevokeRequest *)call->request;
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_field_needed(request->reason, XF_FIELD_LINE, "reason", reterr));
    if (request->has_fingerprint) {
        if (request->name != NULL || request->fingerprint.len != FINGERPRINT)
            return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "fingerprint");
        return XF_CODE_OK;
    }
    XF_TRY(xf_field_needed(request->name, XF_ISSUE_NAME, "name", reterr));
out:
    return code;
}

static xf_code
retire_check(xf_call *call, xf_error *reterr)
{
    (void)reterr;
    xf_law_put_text(&call->law, "reason", xf_error_words(XF_TEXT_DEVICE_RENEWED));
    return XF_CODE_OK;
}

/* ---- The methods -------------------------------------------------------------------------------- */

/* Machines are the system administrator's. */
const xf_method xf_device_invite = {
    .rpc = XF_RPC_DEVICE_INVITE,
    .may = XF_MAY_SYSTEM_ADMIN,
    .mode = XF_CHANGES,
    .check = invite_check,
    .finish = invite_finish,
};

/* By who has no certificate yet: session/enrol.c, never over xinfang/1. */
const xf_method xf_device_enrol = {
    .rpc = XF_RPC_DEVICE_ENROL,
    .may = XF_MAY_STRANGER,
    .mode = XF_CHANGES,
    .reads = enrol_reads,
    .check = enrol_check,
    .finish = certificate_finish,
    .secret = true,
};

/* By the device itself, whoever sits there. */
const xf_method xf_device_renew = {
    .rpc = XF_RPC_DEVICE_RENEW,
    .may = XF_MAY_DEVICE,
    .mode = XF_CHANGES,
    .check = renew_check,
    .finish = certificate_finish,
};

const xf_method xf_device_list = {
    .rpc = XF_RPC_DEVICE_LIST,
    .may = XF_MAY_SYSTEM_ADMIN | XF_MAY_AUDITOR,
    .mode = XF_READS,
};

const xf_method xf_device_revoke = {
    .rpc = XF_RPC_DEVICE_REVOKE,
    .may = XF_MAY_SYSTEM_ADMIN,
    .mode = XF_CHANGES,
    .check = revoke_check,
};

/* The timer: a certificate ends when the one in its place is in use. */
const xf_method xf_device_retire = {
    .rpc = XF_RPC_DEVICE_RETIRE,
    .may = XF_MAY_TIMER,
    .mode = XF_CHANGES,
    .check = retire_check,
};
