/* call/password — proves or makes a password hash, on the pool's threads.
 *
 * A check that needs it sets call->password, and call->password_hash to prove it against.
 * Without that the step is passed at once. A made hash goes into call->password_hash. What was
 * proved or not goes to the statement as the law's value `proved`: it counts the wrong ones.
 * What was not looked at, because too many wait, is none.
 */
#include "call/room.h"
#include "call/step.h"

static void
on_hashed(xf_password_job *job)
{
    xf_call_resume(job->data);
}

static xf_code
ask_password(xf_call *call, xf_error *reterr)
{
    xf_password_job *job = xf_arena_take(call->arena, sizeof *job);

    if (job == NULL)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    job->password = call->password;
    job->prove = call->password_hash;
    job->done = on_hashed;
    job->data = call;
    call->hashing = job;
    return xf_password_run(call->room->passwords, job, reterr);
}

static xf_code
judge(xf_call *call, xf_error *reterr)
{
    const xf_password_job *job = call->hashing;
    xf_code code = job->code;

    if (code == XF_CODE_OVERLOADED) {
        code = XF_FAIL(reterr, code, XF_TEXT_OVERLOADED, "");
        reterr->retry_after_ms = XF_PASSWORD_RETRY_MS;
        return code;
    }
    if (code != XF_CODE_OK)
        return XF_FAIL(reterr, code, XF_TEXT_INTERNAL, "");
    if (job->prove == NULL) {
        call->password_hash = job->hash;
    } else {
        xf_law_put(&call->law, "proved", job->proved);
    }
    return XF_CODE_OK;
}

xf_ended
xf_password_step(xf_call *call)
{
    xf_code code = XF_CODE_OK;

    if (call->password == NULL)
        return xf_call_next(call);
    if (!call->woken) {
        code = ask_password(call, &call->error);
        return code == XF_CODE_OK ? xf_call_wait(call) : xf_call_refuse(call, code);
    }
    code = judge(call, &call->error);
    return code == XF_CODE_OK ? xf_call_next(call) : xf_call_refuse(call, code);
}
