/* method/login — who sits at the device: begin, resume, end; passwords, and who got them wrong. */
#include <string.h>

#include <openssl/rand.h>

#include "login.pb-c.h"

#include "base/limit.h"
#include "call/call.h"
#include "call/read_row.h"
#include "crypto/password.h"
#include "crypto/sha.h"

enum { TOKEN = 32, LEAST_PASSWORD = 8, MOST_PASSWORD = 256 };

/* A random token, and its hash for the database: the token itself is never stored. */
static xf_code
make_token(xf_call *call, xf_error *reterr)
{
    uint8_t *token = xf_arena_take(call->arena, TOKEN + XF_SHA);

    if (token == NULL)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    if (RAND_bytes(token, TOKEN) != 1)
        return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "");
    xf_sha(token, TOKEN, token + TOKEN);
    xf_law_put_bytes(&call->law, "token_sha", token + TOKEN, XF_SHA);
    call->kept = token;
    return XF_CODE_OK;
}

/* What its certificate says, for the inscription of one that comes for the first time. */
static void
put_device(xf_call *call)
{
    const xf_tls_device *device = call->peer;

    if (device == NULL) {
        xf_law_put_null(&call->law, "device_name");
        xf_law_put_null(&call->law, "device_serial");
        xf_law_put_null(&call->law, "device_from");
        xf_law_put_null(&call->law, "device_until");
        return;
    }
    xf_law_put_text(&call->law, "device_name", device->name);
    xf_law_put_bytes(&call->law, "device_serial", device->serial, device->serial_n);
    xf_law_put(&call->law, "device_from", device->from_ms);
    xf_law_put(&call->law, "device_until", device->until_ms);
}

/* Whoever asks is told, with the right password too: it is not looked at, so that a lock cannot be
 * used to find it out. A badge that nobody has is locked alike. */
static xf_code
check_lock(const xf_call *call, xf_error *reterr)
{
    int64_t locked_ms = 0;
    xf_code code = XF_CODE_OK;

    if (!xf_row_number(call, "locked_ms", &locked_ms) || locked_ms <= 0)
        return XF_CODE_OK;
    xf_limit_hit(XF_LIMIT_LOGIN_FAILURES);
    code = XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LOGIN_LOCKED, "");
    if (reterr != NULL)
        reterr->retry_after_ms = locked_ms < UINT32_MAX ? (uint32_t)locked_ms : UINT32_MAX;
    return code;
}

/* `proved` is put behind it by call/password. */
static void
put_limits(xf_call *call)
{
    const int64_t lock_ms = (int64_t)xf_limit_get(XF_LIMIT_LOGIN_LOCK_MS);

    xf_law_put(&call->law, "most_failures", (int64_t)xf_limit_get(XF_LIMIT_LOGIN_FAILURES));
    xf_law_put(&call->law, "lock_until", call->now_ms + lock_ms);
    xf_law_put(&call->law, "forget_before", call->now_ms - lock_ms);
    xf_law_put(&call->law, "most_sessions", (int64_t)xf_limit_get(XF_LIMIT_OFFICER_SESSIONS));
    xf_law_put(&call->law, "expires_at", call->now_ms + (int64_t)xf_limit_get(XF_LIMIT_SESSION_MS));
}

static xf_code
login_begin_check(xf_call *call, xf_error *reterr)
{
    const Xf__LoginBeginRequest *request = (const Xf__LoginBeginRequest *)call->request;
    const char *hash = xf_row_text(call, "password_hash");
    xf_code code = XF_CODE_OK;

    if (request->badge == NULL)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "badge");
    if (request->password == NULL || strlen(request->password) > MOST_PASSWORD)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "password");
    if (xf_row_true(call, "revoked")) /* it tries no passwords any more */
        return XF_FAIL(reterr, XF_CODE_UNAUTHENTICATED, XF_TEXT_DEVICE_REVOKED, "");
    code = check_lock(call, reterr);
    if (code != XF_CODE_OK)
        return code;
    put_device(call);
    put_limits(call);
    call->password = request->password;
    /* An unknown badge costs the same time, and gets the same answer. */
    call->password_hash = hash != NULL ? hash : xf_password_nobody();
    return make_token(call, reterr);
}

static xf_code
login_begin_finish(xf_call *call, xf_error *reterr)
{
    Xf__LoginReply *reply = (Xf__LoginReply *)call->reply;

    (void)reterr;
    reply->has_token = 1;
    reply->token.len = TOKEN;
    reply->token.data = (uint8_t *)(uintptr_t)call->kept; /* arena: as long-lived as the reply */
    if (reply->has_ended)
        xf_limit_hit(XF_LIMIT_OFFICER_SESSIONS);
    return XF_CODE_OK;
}

static xf_code
login_resume_check(xf_call *call, xf_error *reterr)
{
    const Xf__LoginResumeRequest *request = (const Xf__LoginResumeRequest *)call->request;
    uint8_t *sha = xf_arena_take(call->arena, XF_SHA);

    if (!request->has_token || request->token.len != TOKEN)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "token");
    if (sha == NULL)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    xf_sha(request->token.data, TOKEN, sha);
    xf_law_put_bytes(&call->law, "token_sha", sha, XF_SHA);
    xf_law_put(&call->law, "idle_since", call->now_ms - (int64_t)xf_limit_get(XF_LIMIT_IDLE_MS));
    return XF_CODE_OK;
}

static xf_code
login_set_password_check(xf_call *call, xf_error *reterr)
{
    const Xf__LoginSetPasswordRequest *request = (const Xf__LoginSetPasswordRequest *)call->request;

    if (request->badge == NULL)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "badge");
    if (request->password == NULL || strlen(request->password) < LEAST_PASSWORD)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_PASSWORD_WEAK, "password");
    if (strlen(request->password) > MOST_PASSWORD)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_TOO_LONG, "password");
    call->password = request->password;
    return XF_CODE_OK;
}

static xf_code
login_unlock_check(xf_call *call, xf_error *reterr)
{
    const Xf__LoginUnlockRequest *request = (const Xf__LoginUnlockRequest *)call->request;

    if (request->badge == NULL)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "badge");
    return XF_CODE_OK;
}

static xf_code
login_failures_check(xf_call *call, xf_error *reterr)
{
    (void)reterr;
    xf_law_put(&call->law, "forget_before",
               call->now_ms - (int64_t)xf_limit_get(XF_LIMIT_LOGIN_LOCK_MS));
    return XF_CODE_OK;
}

/* Badge and password from a device of the bureau. */
const xf_method xf_login_begin = {
    .rpc = XF_RPC_LOGIN_BEGIN,
    .may = XF_MAY_DEVICE,
    .mode = XF_READS,
    .check = login_begin_check,
    .finish = login_begin_finish,
    .secret = true,
};

/* The token of an earlier login, from the same device. */
const xf_method xf_login_resume = {
    .rpc = XF_RPC_LOGIN_RESUME,
    .may = XF_MAY_DEVICE,
    .mode = XF_READS,
    .check = login_resume_check,
    .secret = true,
};

const xf_method xf_login_end = {
    .rpc = XF_RPC_LOGIN_END,
    .may = XF_MAY_ANY_OFFICER,
    .mode = XF_READS,
};

/* Users and rights are the security administrator's. */
const xf_method xf_login_set_password = {
    .rpc = XF_RPC_LOGIN_SET_PASSWORD,
    .may = XF_MAY_SECURITY_ADMIN,
    .mode = XF_CHANGES,
    .check = login_set_password_check,
    .secret = true,
};

/* Before the time is over. */
const xf_method xf_login_unlock = {
    .rpc = XF_RPC_LOGIN_UNLOCK,
    .may = XF_MAY_SECURITY_ADMIN,
    .mode = XF_CHANGES,
    .check = login_unlock_check,
};

/* Who typed wrong passwords, where, and who was locked out by it. */
const xf_method xf_login_failures = {
    .rpc = XF_RPC_LOGIN_FAILURES,
    .may = XF_MAY_SECURITY_ADMIN | XF_MAY_AUDITOR,
    .mode = XF_READS,
    .check = login_failures_check,
};
