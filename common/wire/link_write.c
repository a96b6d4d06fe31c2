/* wire/link_write — what a link sends.
 *
 *      send() -> plain_out -> flush: tls -> cipher_out -> socket
 *      send_encoded(), when nothing waits: tls -> cipher of the loop -> socket
 *
 * While a write is under way the kernel is full: then plain_out collects, and the end of
 * the write flushes.
 */
#include "wire/link_inside.h"

enum {
    FLUSH_MOST = 262144, /* encrypted in one run: bounds what a slow peer holds twice */
    LINGER_MS = 1000,    /* a socket closed on unread bytes resets what we sent last */
};

size_t
xf_link_waiting(const xf_link *link)
{
    return xf_buf_readable(&link->plain_out) + xf_buf_readable(&link->cipher_out) +
           xf_buf_readable(&link->written);
}

static void
on_written(uv_write_t *write, int status)
{
    xf_link *link = write->data;

    link->writing = false;
    xf_buf_clear(&link->written);
    if (link->stage == CLOSED)
        return;
    if (status < 0) {
        xf_link_broken(link, status);
        return;
    }
    xf_link_flush(link);
}

/* The kernel takes what it can at once, nearly always all; the rest it takes later. */
static void
write_some(xf_link *link)
{
    xf_buf *out = &link->cipher_out;
    uv_stream_t *stream = (uv_stream_t *)&link->tcp;
    uv_buf_t bytes = uv_buf_init((char *)xf_buf_at(out), (unsigned)xf_buf_readable(out));
    int taken = uv_try_write(stream, &bytes, 1);

    if (taken < 0 && taken != UV_EAGAIN) {
        xf_link_broken(link, taken);
        return;
    }
    if (taken > 0)
        xf_buf_consume(out, (size_t)taken);
    xf_buf_release(out);
    if (xf_buf_readable(out) == 0)
        return;
    link->written = *out;
    xf_buf_init(out, XF_LIMIT_OUTPUT_HARD);
    bytes =
        uv_buf_init((char *)xf_buf_at(&link->written), (unsigned)xf_buf_readable(&link->written));
    link->writing = uv_write(&link->write, stream, &bytes, 1, on_written) == 0;
    if (!link->writing)
        xf_link_lost(link);
}

/* Encrypts the next run. */
static xf_code
fill(xf_link *link)
{
    xf_buf *plain = &link->plain_out;
    size_t n = xf_buf_readable(plain);
    xf_code code = XF_CODE_OK;

    if (link->stage < READY || link->stage > LEAVING || link->said_goodbye)
        return XF_CODE_OK;
    if (n > FLUSH_MOST)
        n = FLUSH_MOST;
    if (n > 0) {
        XF_TRY(xf_tls_put(link->tls, xf_buf_at(plain), n, &link->cipher_out, NULL));
        xf_buf_consume(plain, n);
        xf_buf_release(plain);
    }
    if (link->stage == LEAVING && xf_buf_readable(plain) == 0) {
        xf_tls_close(link->tls, &link->cipher_out);
        link->said_goodbye = true;
    }
out:
    return code;
}

/* Stops reading from a peer that does not take what it asked for. Only the server's end
 * does: if both did, they could wait for each other for ever. */
static void
set_pace(xf_link *link)
{
    uint64_t soft = xf_limit_get(XF_LIMIT_OUTPUT_SOFT);
    bool pause = xf_link_waiting(link) > (link->paused ? soft / 2 : soft);

    if (!link->accepted || link->stage == CLOSED || link->paused == pause)
        return;
    /* A link that leaves reads on, to see the peer's end. */
    if (pause && link->stage != READY)
        return;
    link->paused = pause;
    if (pause) {
        xf_limit_hit(XF_LIMIT_OUTPUT_SOFT);
        (void)uv_read_stop((uv_stream_t *)&link->tcp); /* never fails */
    } else if (!link->held && xf_link_start_reading(link, NULL) != XF_CODE_OK) {
        xf_link_lost(link);
    }
}

static void
on_shutdown(uv_shutdown_t *shutdown, int status)
{
    xf_link *link = shutdown->data;

    if (status < 0)
        xf_link_lost(link);
}

/* All is sent. The peer answers our end with its own; then on_read closes. */
static void
linger(xf_link *link)
{
    link->stage = LINGERING;
    xf_link_set_deadline(link, LINGER_MS);
    if (uv_shutdown(&link->shutdown, (uv_stream_t *)&link->tcp, on_shutdown) != 0)
        xf_link_lost(link);
}

void
xf_link_flush(void *owner)
{
    xf_link *link = owner;

    if (link->stage == CONNECTING || link->stage == CLOSED)
        return;
    while (!link->writing && link->stage != CLOSED) {
        if (fill(link) != XF_CODE_OK) {
            xf_link_lost(link);
            return;
        }
        if (xf_buf_readable(&link->cipher_out) == 0)
            break;
        write_some(link);
    }
    set_pace(link);
    if (link->stage == LEAVING && !link->writing)
        linger(link);
    if (link->wants_drained && link->stage == READY && !link->writing) {
        link->wants_drained = false;
        link->events->drained(link, link->data);
    }
}

/* ---- What others send */

/* Past the hard limit the link closes itself. */
static xf_code
expect_room(xf_link *link, size_t n, xf_error *reterr)
{
    xf_error why = {0};

    if (xf_link_waiting(link) + n <= xf_limit_get(XF_LIMIT_OUTPUT_HARD))
        return XF_CODE_OK;
    xf_limit_hit(XF_LIMIT_OUTPUT_HARD);
    why.code = XF_FAIL(&why, XF_CODE_OVERLOADED, XF_TEXT_OVERLOADED, "");
    if (reterr != NULL)
        *reterr = why;
    xf_link_close(link, 0, &why);
    return why.code;
}

xf_code
xf_link_send(xf_link *link, const xf_frame *frame, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;

    if (link->stage >= LEAVING)
        return XF_CODE_OK;
    XF_TRY(expect_room(link, XF_FRAME_HEADER + frame->body_len, reterr));
    xf_flusher_mark(link->flusher, &link->item);
    code = xf_frame_encode(&link->plain_out, frame, reterr);
out:
    return code;
}

/* Encrypts into memory that all links share, and writes: what the kernel does not take is queued. */
static void
send_at_once(xf_link *link, const uint8_t *frames, size_t n)
{
    xf_buf *out = xf_flusher_cipher(link->flusher);
    uv_buf_t bytes = {0};
    size_t taken = 0;
    int rv = UV_EAGAIN;

    if (xf_tls_put(link->tls, frames, n, out, NULL) == XF_CODE_OK) {
        bytes = uv_buf_init((char *)xf_buf_at(out), (unsigned)xf_buf_readable(out));
        rv = uv_try_write((uv_stream_t *)&link->tcp, &bytes, 1);
        taken = rv > 0 ? (size_t)rv : 0;
        if (taken < bytes.len && xf_buf_append(&link->cipher_out, bytes.base + taken,
                                               bytes.len - taken, NULL) != XF_CODE_OK)
            rv = UV_ENOBUFS;
    } else {
        rv = UV_ENOBUFS;
    }
    xf_buf_consume(out, xf_buf_readable(out));
    if (rv < 0 && rv != UV_EAGAIN) {
        xf_link_broken(link, rv);
    } else if (xf_buf_readable(&link->cipher_out) > 0) {
        xf_link_flush(link);
    }
}

xf_code
xf_link_send_encoded(xf_link *link, const uint8_t *frames, size_t n, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;

    if (link->stage >= LEAVING)
        return XF_CODE_OK;
    XF_TRY(expect_room(link, n, reterr));
    if (link->stage == READY && xf_link_waiting(link) == 0 && !link->wants_drained &&
        n <= FLUSH_MOST) {
        send_at_once(link, frames, n);
    } else {
        xf_flusher_mark(link->flusher, &link->item);
        code = xf_buf_append(&link->plain_out, frames, n, reterr);
    }
out:
    return code;
}
