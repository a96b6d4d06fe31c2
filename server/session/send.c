/* session/send — packs into a buffer that lives as long as the call. */
#include "session/send.h"

#include <string.h>

#include "error.pb-c.h"
#include "frame.pb-c.h"

#include "base/buf.h"
#include "base/limit.h"
#include "base/log.h"
#include "base/now.h"
#include "wire/message.h"

enum {
    MINOR = 1, /* CHUNK and CANCEL, PROTOCOL.md 3 */
    COME_AGAIN_MS = 2000,
};

static char program[] = "xinfangd " XF_VERSION;

xf_code
xf_send_message(xf_link *link, const xf_frame *frame, const ProtobufCMessage *message,
                xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    xf_frame whole = *frame;
    xf_buf body;

    xf_buf_init(&body, XF_LIMIT_FRAME);
    XF_TRY(xf_message_pack(message, &body, reterr));
    whole.body = xf_buf_at(&body);
    whole.body_len = xf_buf_readable(&body);
    /* Past the hard limit of output the link closes itself and tells so by `closed`. */
    if (xf_link_send(link, &whole, NULL) != XF_CODE_OK)
        XF_WARN("session.output_full", XF_COUNT(bytes, whole.body_len));
out:
    xf_buf_clear(&body);
    return code;
}

void
xf_send_error(xf_link *link, uint16_t method, uint64_t request_id, const xf_error *error)
{
    Xf__Error message = XF__ERROR__INIT;
    char field[sizeof error->field] = "";
    xf_text text = error->code == XF_CODE_INTERNAL ? XF_TEXT_INTERNAL : error->text;
    xf_frame frame = {.type = XF_FRAME_TYPE_ERROR, .method = method, .request_id = request_id};

    message.has_code = 1;
    message.code = (Xf__Code)error->code;
    if (error->field[0] != '\0' && error->code != XF_CODE_INTERNAL) {
        memcpy(field, error->field, sizeof field);
        message.field = field;
    }
    message.text = (char *)xf_error_words(text); /* protobuf-c has no const; only read */
    message.has_retryable = 1;
    /* With advice when to come again, a LIMIT is worth another try too. */
    message.retryable = xf_error_retryable(error->code) || error->retry_after_ms != 0;
    if (error->retry_after_ms != 0) {
        message.has_retry_after_ms = 1;
        message.retry_after_ms = (int32_t)error->retry_after_ms;
    }
    if (xf_send_message(link, &frame, &message.base, NULL) != XF_CODE_OK)
        XF_ERROR("session.error_unsent", XF_CODE(error->code), XF_BORN(error));
}

void
xf_send_welcome(xf_link *link, int32_t peer_minor, int32_t bureau)
{
    Xf__Welcome welcome = XF__WELCOME__INIT;
    const xf_frame frame = {.type = XF_FRAME_TYPE_WELCOME};

    welcome.has_minor = 1;
    welcome.minor = peer_minor < MINOR ? peer_minor : MINOR;
    welcome.program = program;
    welcome.has_max_frame_before_login = 1;
    welcome.max_frame_before_login = (int32_t)xf_limit_get(XF_LIMIT_FRAME_BEFORE_LOGIN);
    welcome.has_max_frame = 1;
    welcome.max_frame = (int32_t)xf_limit_get(XF_LIMIT_FRAME);
    welcome.has_max_in_flight = 1;
    welcome.max_in_flight = (int32_t)xf_limit_get(XF_LIMIT_IN_FLIGHT);
    welcome.has_ping_every_ms = 1;
    welcome.ping_every_ms = (int32_t)xf_limit_get(XF_LIMIT_PING_MS);
    welcome.has_now_at = 1;
    welcome.now_at = xf_now_ms();
    welcome.has_bureau_id = 1;
    welcome.bureau_id = bureau;
    if (peer_minor >= 1) {
        welcome.has_max_chunk = 1;
        welcome.max_chunk = (int32_t)xf_limit_get(XF_LIMIT_CHUNK);
        welcome.has_max_reply = 1;
        welcome.max_reply = (int32_t)xf_limit_get(XF_LIMIT_REPLY);
    }
    if (xf_send_message(link, &frame, &welcome.base, NULL) != XF_CODE_OK)
        XF_ERROR("session.welcome_unsent", XF_COUNT(minor, welcome.minor));
}

void
xf_send_goaway(xf_link *link, xf_code code, xf_text text)
{
    Xf__Goaway message = XF__GOAWAY__INIT;
    xf_frame frame = {.type = XF_FRAME_TYPE_GOAWAY};

    message.has_code = 1;
    message.code = (Xf__Code)code;
    message.text = (char *)xf_error_words(text); /* as above */
    if (xf_error_retryable(code)) {
        message.has_retry_after_ms = 1;
        message.retry_after_ms = COME_AGAIN_MS;
    }
    if (xf_send_message(link, &frame, &message.base, NULL) != XF_CODE_OK)
        XF_ERROR("session.goaway_unsent", XF_CODE(code));
}
