/* News from the server: an EVENT frame is one FeedEvent, for the program's callback. */
#include "client/lib/inside.h"
#include "wire/message.h"

void
xf_client_push(xf_client *client, const xf_frame *frame)
{
    xf_error error;
    ProtobufCMessage *message = NULL;
    xf_arena *arena = xf_arena_new();

    if (xf_message_unpack(&xf__feed_event__descriptor, frame->body, frame->body_len, arena,
                          &message, &error) != XF_CODE_OK) {
        xf_client_break(client, &error);
    } else if (client->on_event != NULL) {
        client->on_event(client, (const Xf__FeedEvent *)message, client->on_event_data);
    }
    xf_arena_free(&arena);
}
