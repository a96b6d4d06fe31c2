/* Kept requests again, in order, with the op_id and the bytes they had. */
#include "client/lib/resend.h"

#include <string.h>

#include "base/limit.h"
#include "base/memory.h"
#include "base/now.h"
#include "client/lib/inside.h"

static void
finish(xf_client *client, const xf_error *why)
{
    xf_client_resending ended = client->resending;
    client->resending = (xf_client_resending){0};
    ended.done(client, ended.sent, ended.refused, why, ended.data);
}

static void
on_answer(xf_client *client, const xf_client_answer *answer, void *data)
{
    xf_client_resending *resending = &client->resending;

    (void)data;
    if (answer->error.code == XF_CODE_OK) {
        resending->sent++;
    } else if (!answer->kept) {
        resending->refused++;
    } else {
        finish(client, &answer->error);
        return;
    }
    resending->step = true;
    xf_client_kick(client);
}

/* Not sent; it stays, with the reason. */
static xf_code
refuse(xf_client *client, const xf_outbox_entry *entry, xf_code why, xf_text text, xf_error *reterr)
{
    client->resending.refused++;
    client->resending.step = true;
    xf_client_kick(client);
    return xf_outbox_refused(client->outbox, entry->id, why, xf_error_words(text), reterr);
}

static bool
is_old(const xf_outbox_entry *entry)
{
    return xf_now_ms() - entry->made_at > (int64_t)xf_limit_get(XF_LIMIT_OUTBOX_AGE_MS);
}

static void
ask_again(xf_client *client, const xf_outbox_entry *entry, const xf_rpc_row *row)
{
    xf_client_call *call = xf_memory_new(sizeof *call);

    call->row = row;
    call->outbox_id = entry->id;
    call->resent = true;
    memcpy(call->op_id, entry->op_id, sizeof call->op_id);
    call->body = xf_memory_new(entry->body_len);
    memcpy(call->body, entry->body, entry->body_len);
    call->body_len = entry->body_len;
    call->done = on_answer;
    xf_client_call_queue(client, call);
}

/* *ret_more false: nothing is left that this process should send. */
static xf_code
step(xf_client *client, bool *ret_more, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    xf_outbox_entry entry;
    bool mine = false;

    *ret_more = false;
    XF_TRY(xf_outbox_begin(client->outbox, reterr));
    do {
        XF_TRY(xf_outbox_next(client->outbox, client->resending.after, &entry, reterr));
        client->resending.after = entry.id;
    } while (entry.id != 0 && xf_client_call_of(client, entry.id) != NULL);
    if (entry.id == 0)
        goto out;
    XF_TRY(xf_outbox_claim(client->outbox, entry.id, &mine, reterr));
    if (!mine) /* to pass it by would break the order */
        goto out;
    *ret_more = true;
    const xf_rpc_row *row = xf_rpc_find(entry.rpc);
    if (row == NULL) { /* of a newer program */
        XF_TRY(refuse(client, &entry, XF_CODE_UNSUPPORTED, XF_TEXT_UNSUPPORTED, reterr));
    } else if (is_old(&entry)) {
        xf_limit_hit(XF_LIMIT_OUTBOX_AGE_MS);
        XF_TRY(refuse(client, &entry, XF_CODE_LIMIT, XF_TEXT_OUTBOX_OLD, reterr));
    } else {
        ask_again(client, &entry, row);
    }
out:
    return code;
}

void
xf_client_resend_turn(xf_client *client)
{
    xf_client_resending *resending = &client->resending;
    xf_error why = {.code = XF_CODE_OK};
    bool more = false;

    if (resending->done == NULL || !resending->step)
        return;
    resending->step = false;
    if (client->outbox != NULL && client->state != XF_CLIENT_OPEN) {
        (void)XF_FAIL(&why, XF_CODE_UNAVAILABLE, XF_TEXT_CONNECTION_LOST, "");
    } else if (client->outbox != NULL && step(client, &more, &why) != XF_CODE_OK) {
        more = false;
    }
    if (!more)
        finish(client, &why);
}

void
xf_client_resend(xf_client *client, xf_client_resend_done *done, void *data)
{
    client->resending = (xf_client_resending){.done = done, .data = data, .step = true};
    xf_client_kick(client);
}
