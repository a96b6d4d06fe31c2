/* The waiting forms: they turn the loop until the answer is there, then once more by hand,
 * so that what the answer changed in the outbox is on disk when they return.
 */
#include <string.h>

#include "client/lib/inside.h"

typedef struct waited {
    bool over;
    xf_error error;
    ProtobufCMessage *reply;
    char words[XF_CLIENT_WORDS];
    size_t sent;
    size_t refused;
} waited;

static xf_code
wait_for(xf_client *client, const waited *waiting, xf_error *reterr)
{
    bool alive = true;
    while (!waiting->over && alive)
        alive = uv_run(client->loop, UV_RUN_ONCE) != 0;
    if (!waiting->over) /* the loop was stopped, or has nothing that could ever answer */
        return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "");
    xf_client_turn(client);
    if (waiting->error.code != XF_CODE_OK && reterr != NULL)
        *reterr = waiting->error;
    return waiting->error.code;
}

static void
on_connected(xf_client *client, const xf_error *error, void *data)
{
    waited *waiting = data;
    (void)client;
    waiting->error = *error;
    waiting->over = true;
}

xf_code
xf_client_wait_connect(xf_client *client, xf_error *reterr)
{
    waited waiting = {.over = false};
    xf_client_connect(client, on_connected, &waiting);
    return wait_for(client, &waiting, reterr);
}

static void
on_answer(xf_client *client, const xf_client_answer *answer, void *data)
{
    waited *waiting = data;
    (void)client;
    waiting->error = answer->error;
    /* Unpacked into the caller's arena, so it outlives this callback. */
    waiting->reply = (ProtobufCMessage *)answer->reply;
    xf_client_copy_words(answer->words, waiting->words);
    waiting->over = true;
}

xf_code
xf_client_wait_call(xf_client *client, xf_rpc rpc, ProtobufCMessage *request, xf_arena *arena,
                    ProtobufCMessage **ret_reply, char *words, xf_error *reterr)
{
    waited waiting = {.over = false};
    xf_client_call how = {.arena = arena, .done = on_answer, .data = &waiting};
    xf_error error;
    xf_code code = xf_client_ask(client, rpc, request, &how, &error);

    if (code == XF_CODE_OK) {
        code = wait_for(client, &waiting, &error);
    } else {
        xf_client_copy_words(xf_error_words(error.text), waiting.words);
    }
    if (words != NULL)
        memcpy(words, waiting.words, sizeof waiting.words);
    if (code == XF_CODE_OK) {
        *ret_reply = waiting.reply;
    } else if (reterr != NULL) {
        *reterr = error;
    }
    return code;
}

static void
on_resent(xf_client *client, size_t sent, size_t refused, const xf_error *error, void *data)
{
    waited *waiting = data;
    (void)client;
    waiting->sent = sent;
    waiting->refused = refused;
    waiting->error = *error;
    waiting->over = true;
}

xf_code
xf_client_wait_resend(xf_client *client, size_t *ret_sent, size_t *ret_refused, xf_error *reterr)
{
    waited waiting = {.over = false};
    xf_client_resend(client, on_resent, &waiting);
    xf_code code = wait_for(client, &waiting, reterr);
    *ret_sent = waiting.sent;
    *ret_refused = waiting.refused;
    return code;
}
