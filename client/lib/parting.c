/* What a GOAWAY said: kept until the next connection, for whoever had no answer. */
#include <string.h>

#include "client/lib/inside.h"
#include "wire/message.h"

void
xf_client_copy_words(const char *words, char ret_words[XF_CLIENT_WORDS])
{
    size_t n = strlen(words);

    if (n >= XF_CLIENT_WORDS) {
        n = XF_CLIENT_WORDS - 1;
        while (n > 0 && ((unsigned char)words[n] & 0xc0) == 0x80)
            n--;
    }
    memcpy(ret_words, words, n);
    ret_words[n] = '\0';
}

void
xf_client_hear_goaway(xf_client *client, const xf_frame *frame)
{
    xf_arena *arena = xf_arena_new();
    ProtobufCMessage *message = NULL;
    xf_code code = XF_CODE_UNAVAILABLE;
    int32_t retry_after_ms = 0;

    if (xf_message_unpack(&xf__goaway__descriptor, frame->body, frame->body_len, arena, &message,
                          NULL) == XF_CODE_OK) {
        const Xf__Goaway *goaway = (const Xf__Goaway *)message;

        if (goaway->has_code && goaway->code != XF__CODE__CODE_OK &&
            xf_code_known((int)goaway->code))
            code = (xf_code)goaway->code;
        retry_after_ms = goaway->retry_after_ms;
        if (goaway->text != NULL)
            xf_client_copy_words(goaway->text, client->parting_words);
    }
    (void)XF_FAIL(&client->parting, code, XF_TEXT_GOING_AWAY, "");
    client->parting.retry_after_ms = retry_after_ms > 0 ? (uint32_t)retry_after_ms : 0;
    xf_arena_free(&arena);
}

void
xf_client_forget_parting(xf_client *client)
{
    client->parting = (xf_error){.code = XF_CODE_OK};
    client->parting_words[0] = '\0';
}

/* Only that he may not be in any more is said of a call too: any other reason is the connection's,
 * and nobody knows what became of the call. */
xf_error
xf_client_why_lost(const xf_client *client)
{
    xf_error why;

    if (client->parting.code == XF_CODE_UNAUTHENTICATED)
        return client->parting;
    (void)XF_FAIL(&why, XF_CODE_UNAVAILABLE, XF_TEXT_CONNECTION_LOST, "");
    return why;
}

const char *
xf_client_parting(const xf_client *client)
{
    return client->parting_words[0] == '\0' ? NULL : client->parting_words;
}
