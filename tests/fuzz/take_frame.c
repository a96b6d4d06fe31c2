/* Frames: one, and a sequence of them that comes in pieces. */
#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "fuzz/take.h"
#include "wire/frame.h"

void
xf_fuzz_frame(const uint8_t *bytes, size_t n)
{
    const xf_buf in = {.data = (uint8_t *)bytes, .len = n, .cap = n}; /* not a byte to spare */
    uint64_t most = xf_limit_get(XF_LIMIT_FRAME);
    xf_frame_got got = XF_FRAME_PARTIAL;
    xf_error error = {0};
    xf_frame frame;
    xf_buf out;

    xf_fuzz_judged(xf_frame_decode(&in, most, &got, &frame, &error), &error);
    if (error.code != XF_CODE_OK)
        return;
    if (got == XF_FRAME_PARTIAL) { /* a header that is too long for us is not waited for */
        assert(n < XF_FRAME_HEADER || (bytes[0] == 0 && (size_t)bytes[1] << 16 <= most));
        return;
    }
    assert(frame.body_len <= most && frame.body_len <= n - XF_FRAME_HEADER);
    xf_buf_init(&out, XF_LIMIT_INPUT);
    assert(xf_frame_encode(&out, &frame, NULL) == XF_CODE_OK);
    assert(xf_buf_readable(&out) == XF_FRAME_HEADER + frame.body_len);
    assert(memcmp(xf_buf_at(&out), bytes, xf_buf_readable(&out)) == 0);
    xf_buf_clear(&out);
}

/* A peer's side of a connection: what came and is not used yet, and every frame there was. */
typedef struct listener {
    xf_buf in;
    xf_buf said;
    xf_error error;
} listener;

static void
listener_init(listener *l)
{
    *l = (listener){0};
    xf_buf_init(&l->in, XF_LIMIT_INPUT);
    xf_buf_init(&l->said, XF_LIMIT_INPUT);
}

static void
listener_clear(listener *l)
{
    xf_buf_clear(&l->in);
    xf_buf_clear(&l->said);
}

/* Takes every frame that is whole, as wire/link does; after an error nothing is taken. */
static void
listen(listener *l, const uint8_t *bytes, size_t n)
{
    uint64_t most = xf_limit_get(XF_LIMIT_FRAME_BEFORE_LOGIN);
    xf_frame_got got = XF_FRAME_WHOLE;
    xf_frame frame;

    if (l->error.code != XF_CODE_OK)
        return;
    assert(xf_buf_append(&l->in, bytes, n, NULL) == XF_CODE_OK);
    for (;;) {
        xf_fuzz_judged(xf_frame_decode(&l->in, most, &got, &frame, &l->error), &l->error);
        if (l->error.code != XF_CODE_OK || got == XF_FRAME_PARTIAL)
            return;
        assert(xf_frame_encode(&l->said, &frame, NULL) == XF_CODE_OK);
        xf_buf_consume(&l->in, XF_FRAME_HEADER + frame.body_len);
    }
}

void
xf_fuzz_sequence(const uint8_t *bytes, size_t n)
{
    listener pieces;
    listener whole;
    xf_buf all;

    if (n > xf_limit_get(XF_LIMIT_INPUT))
        return;
    listener_init(&pieces);
    listener_init(&whole);
    xf_buf_init(&all, XF_LIMIT_INPUT);
    for (size_t at = 0; at < n;) {
        size_t len = bytes[at++];

        if (len > n - at)
            len = n - at;
        listen(&pieces, bytes + at, len);
        assert(xf_buf_append(&all, bytes + at, len, NULL) == XF_CODE_OK);
        at += len;
    }
    listen(&whole, xf_buf_at(&all), xf_buf_readable(&all));
    xf_fuzz_same(&pieces.said, &whole.said);
    assert(pieces.error.code == whole.error.code && pieces.error.text == whole.error.text);
    if (whole.error.code == XF_CODE_OK)
        xf_fuzz_same(&pieces.in, &whole.in);
    xf_buf_clear(&all);
    listener_clear(&pieces);
    listener_clear(&whole);
}
