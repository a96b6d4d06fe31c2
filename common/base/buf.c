/* base/buf — see buf.h for the picture; here, when bytes move and when memory goes. */
#include "base/buf.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    LEAST_CAP = 256,
    KEPT_CAP = 65536, /* an emptied buf keeps this much: the next frame needs no malloc */
};

void
xf_buf_init(xf_buf *buf, xf_limit limit)
{
    *buf = (xf_buf){.limit = limit};
}

void
xf_buf_clear(xf_buf *buf)
{
    free(buf->data);
    xf_buf_init(buf, buf->limit);
}

void
xf_buf_wipe(xf_buf *buf)
{
    if (buf->data != NULL)
        explicit_bzero(buf->data, buf->cap);
    xf_buf_clear(buf);
}

size_t
xf_buf_readable(const xf_buf *buf)
{
    return buf->len - buf->off;
}

const uint8_t *
xf_buf_at(const xf_buf *buf)
{
    return buf->data == NULL ? NULL : buf->data + buf->off;
}

/* The ceiling was checked: n more bytes have to fit, in memory that is never larger
 * than the ceiling. */
static void
make_room(xf_buf *buf, size_t n, size_t ceiling)
{
    size_t readable = xf_buf_readable(buf);
    size_t cap = buf->cap < LEAST_CAP / 2 ? LEAST_CAP : buf->cap * 2;
    uint8_t *data = NULL;

    if (buf->cap - buf->len >= n)
        return;
    /* Moving to the front pays only while little is left unread, or nothing else is left. */
    if (buf->cap - readable >= n && (readable <= buf->off || buf->cap >= ceiling)) {
        memmove(buf->data, buf->data + buf->off, readable);
        buf->off = 0;
        buf->len = readable;
        return;
    }
    if (cap > ceiling)
        cap = ceiling;
    if (cap < readable + n)
        cap = readable + n;
    data = xf_memory_grow(NULL, cap);
    if (readable > 0)
        memcpy(data, buf->data + buf->off, readable);
    /* The old memory may hold a secret, and xf_buf_wipe reaches only the new. */
    if (buf->data != NULL)
        explicit_bzero(buf->data, buf->len);
    free(buf->data);
    *buf = (xf_buf){.data = data, .len = readable, .cap = cap, .limit = buf->limit};
}

xf_code
xf_buf_room(xf_buf *buf, size_t n, uint8_t **ret_room, xf_error *reterr)
{
    size_t readable = xf_buf_readable(buf);
    size_t ceiling = xf_limit_get(buf->limit);

    if (readable > ceiling || n > ceiling - readable) {
        xf_limit_hit(buf->limit);
        (void)XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
        return XF_CODE_LIMIT;
    }
    make_room(buf, n > 0 ? n : 1, ceiling);
    *ret_room = buf->data + buf->len;
    return XF_CODE_OK;
}

void
xf_buf_wrote(xf_buf *buf, size_t n)
{
    assert(n <= buf->cap - buf->len);
    buf->len += n;
}

xf_code
xf_buf_append(xf_buf *buf, const void *bytes, size_t n, xf_error *reterr)
{
    uint8_t *room = NULL;
    xf_code code = xf_buf_room(buf, n, &room, reterr);

    if (code != XF_CODE_OK)
        return code;
    if (n > 0)
        memcpy(room, bytes, n);
    xf_buf_wrote(buf, n);
    return XF_CODE_OK;
}

void
xf_buf_consume(xf_buf *buf, size_t n)
{
    assert(n <= xf_buf_readable(buf));
    buf->off += n;
    if (buf->off < buf->len)
        return;
    buf->off = 0;
    buf->len = 0;
    if (buf->cap > KEPT_CAP)
        xf_buf_clear(buf);
}

void
xf_buf_release(xf_buf *buf)
{
    if (xf_buf_readable(buf) == 0)
        xf_buf_clear(buf);
}
