/* wire/frame — the header, byte by byte. */
#include "wire/frame.h"

#include <string.h>

static uint64_t
get_big(const uint8_t *at, unsigned n)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < n; i++)
        value = value << 8 | at[i];
    return value;
}

static void
put_big(uint8_t *at, unsigned n, uint64_t value)
{
    for (unsigned i = n; i > 0; i--) {
        at[i - 1] = (uint8_t)(value & 0xff);
        value >>= 8;
    }
}

xf_code
xf_frame_decode(const xf_buf *in, uint64_t max_body, xf_frame_got *ret_got, xf_frame *ret_frame,
                xf_error *reterr)
{
    const uint8_t *at = xf_buf_at(in);
    size_t readable = xf_buf_readable(in);
    uint64_t length = 0;

    if (readable < XF_FRAME_HEADER) {
        *ret_got = XF_FRAME_PARTIAL;
        return XF_CODE_OK;
    }
    length = get_big(at, 4);
    if (length > max_body)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    if (!xf_frame_type_known(at[4]))
        return XF_FAIL(reterr, XF_CODE_UNSUPPORTED, XF_TEXT_UNSUPPORTED, "");
    if (at[5] != 0)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_MESSAGE_BROKEN, "");
    if (readable - XF_FRAME_HEADER < length) {
        *ret_got = XF_FRAME_PARTIAL;
        return XF_CODE_OK;
    }
    *ret_frame = (xf_frame){
        .type = (xf_frame_type)at[4],
        .method = (uint16_t)get_big(at + 6, 2),
        .request_id = get_big(at + 8, 8),
        .body = at + XF_FRAME_HEADER,
        .body_len = length,
    };
    *ret_got = XF_FRAME_WHOLE;
    return XF_CODE_OK;
}

xf_code
xf_frame_encode(xf_buf *out, const xf_frame *frame, xf_error *reterr)
{
    uint8_t *at = NULL;
    xf_code code = XF_CODE_OK;

    if (frame->body_len > UINT32_MAX)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    code = xf_buf_room(out, XF_FRAME_HEADER + frame->body_len, &at, reterr);
    if (code != XF_CODE_OK)
        return code;
    put_big(at, 4, frame->body_len);
    at[4] = (uint8_t)frame->type;
    at[5] = 0;
    put_big(at + 6, 2, frame->method);
    put_big(at + 8, 8, frame->request_id);
    if (frame->body_len > 0)
        memcpy(at + XF_FRAME_HEADER, frame->body, frame->body_len);
    xf_buf_wrote(out, XF_FRAME_HEADER + frame->body_len);
    return XF_CODE_OK;
}
