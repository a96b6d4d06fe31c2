/* wire/link — see link.h for the stages; here, how bytes run through them.
 *
 *      socket -> scratch of the loop -> tls -> plain_in -> frame()
 *      send() -> plain_out -> flush: tls -> cipher_out -> socket
 *
 * While a write is under way the kernel is full: then plain_out collects, and the end of
 * the write flushes.
 */
#include "wire/link.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/now.h"
#include "wire/progress.h"
#include "wire/socket.h"

enum {
    FLUSH_MOST = 262144, /* encrypted in one run: bounds what a slow peer holds twice */
    LINGER_MS = 1000,    /* a socket closed on unread bytes resets what we sent last */
};

typedef enum link_stage { CONNECTING, GREETING, READY, LEAVING, LINGERING, CLOSED } link_stage;

struct xf_link {
    uv_tcp_t tcp;
    uv_timer_t timer; /* until ready, and from leaving on */
    uv_connect_t connect;
    uv_write_t write;
    uv_shutdown_t shutdown;
    xf_flusher *flusher;
    xf_flush_item item;
    xf_tls *tls;
    const xf_link_events *events; /* NULL: never given out */
    void *data;
    link_stage stage;
    int handles;       /* not closed yet */
    bool accepted;     /* the server's end */
    bool writing;      /* `write` is under way with `written` */
    bool paused;       /* not read from */
    bool said_goodbye; /* close_notify is out: nothing more may follow */
    bool wants_drained;
    bool held;
    xf_progress progress;
    xf_buf plain_in;
    xf_buf plain_out;
    xf_buf cipher_out;
    xf_buf written;
    uint64_t max_body;
    int64_t heard_ms;
    xf_error why;
};

static void flush(void *owner);
static xf_code start_reading(xf_link *link, xf_error *reterr);
static void on_timer(uv_timer_t *timer);

/* ---- The end */

static void
on_handle_closed(uv_handle_t *handle)
{
    xf_link *link = handle->data;

    if (--link->handles > 0)
        return;
    if (link->events != NULL)
        link->events->closed(link, &link->why, link->data);
    xf_tls_free(&link->tls);
    /* Names and telephone numbers went through here. */
    xf_buf_wipe(&link->plain_in);
    xf_buf_wipe(&link->plain_out);
    xf_buf_clear(&link->cipher_out);
    xf_buf_clear(&link->written);
    free(link);
}

static void
close_now(xf_link *link)
{
    if (link->stage == CLOSED)
        return;
    link->stage = CLOSED;
    xf_flusher_unmark(&link->item);
    xf_flusher_leave(link->flusher);
    uv_close((uv_handle_t *)&link->tcp, on_handle_closed);
    uv_close((uv_handle_t *)&link->timer, on_handle_closed);
}

/* The first reason counts; from leaving on there is one. */
static void
give_reason(xf_link *link, const xf_error *why)
{
    if (link->stage < LEAVING && why != NULL)
        link->why = *why;
}

static void
lost(xf_link *link)
{
    xf_error why = {0};

    why.code = XF_FAIL(&why, XF_CODE_UNAVAILABLE,
                       link->stage < READY ? XF_TEXT_CONNECT_FAILED : XF_TEXT_CONNECTION_LOST, "");
    give_reason(link, &why);
    close_now(link);
}

static void
set_deadline(xf_link *link, uint64_t after_ms)
{
    (void)uv_timer_start(&link->timer, on_timer, after_ms, 0); /* fails on a closing handle only */
}

static void
end_hold(xf_link *link)
{
    link->held = false;
    if (link->stage == GREETING)
        set_deadline(link, xf_limit_get(XF_LIMIT_HANDSHAKE_MS));
    if (!link->paused && start_reading(link, NULL) != XF_CODE_OK)
        lost(link);
}

static void
on_timer(uv_timer_t *timer)
{
    xf_link *link = timer->data;

    if (link->held) {
        end_hold(link);
        return;
    }
    if (link->accepted && link->stage == GREETING)
        xf_limit_hit(XF_LIMIT_HANDSHAKE_MS);
    lost(link);
}

/* ---- Reading */

static void
on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    xf_link *link = handle->data;

    (void)suggested;
    *buf = xf_flusher_scratch(link->flusher);
}

/* Nothing more is delivered. What is queued goes out, or, after a fault, only TLS's alert. */
static void
leave(xf_link *link, const xf_error *why, bool after_fault)
{
    if (link->stage >= LEAVING)
        return;
    give_reason(link, why);
    if (after_fault)
        xf_buf_wipe(&link->plain_out);
    if (link->held)
        end_hold(link);
    if (link->stage == CLOSED)
        return;
    link->stage = LEAVING;
    set_deadline(link, xf_limit_get(XF_LIMIT_HANDSHAKE_MS));
    xf_flusher_mark(link->flusher, &link->item);
}

static void
become_ready(xf_link *link)
{
    link->stage = READY;
    (void)uv_timer_stop(&link->timer);
    link->events->ready(link, link->data);
}

static void
count_refused(const xf_link *link, const xf_error *why)
{
    if (why->code != XF_CODE_LIMIT)
        return;
    xf_limit_hit(link->max_body <= xf_limit_get(XF_LIMIT_FRAME_BEFORE_LOGIN)
                     ? XF_LIMIT_FRAME_BEFORE_LOGIN
                     : XF_LIMIT_FRAME);
}

static void
deliver(xf_link *link)
{
    while (link->stage == READY && xf_buf_readable(&link->plain_in) > 0) {
        xf_frame frame = {0};
        xf_frame_got got = XF_FRAME_PARTIAL;
        xf_error error = {0};

        if (xf_frame_decode(&link->plain_in, link->max_body, &got, &frame, &error) != XF_CODE_OK) {
            count_refused(link, &error);
            leave(link, &error, false);
            return;
        }
        if (got == XF_FRAME_PARTIAL) {
            xf_progress_heard(&link->progress, false, true);
            return;
        }
        xf_progress_heard(&link->progress, true, false);
        link->events->frame(link, &frame, link->data);
        xf_buf_consume(&link->plain_in, XF_FRAME_HEADER + frame.body_len);
    }
    xf_progress_heard(&link->progress, true, false);
    xf_buf_release(&link->plain_in);
}

static void
receive(xf_link *link, const uint8_t *bytes, size_t n)
{
    bool ready = false;
    xf_error error = {0};
    xf_code code =
        xf_tls_take(link->tls, bytes, n, &link->cipher_out, &link->plain_in, &ready, &error);

    /* What was sent before ready goes now; else TLS may have to answer. */
    if (ready || xf_buf_readable(&link->cipher_out) > 0)
        xf_flusher_mark(link->flusher, &link->item);
    if (ready)
        become_ready(link);
    /* A GOAWAY comes in one packet with the close_notify behind it. */
    deliver(link);
    if (code != XF_CODE_OK)
        leave(link, &error, true);
}

static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    xf_link *link = stream->data;

    if (n == 0 || link->stage == CLOSED)
        return;
    if (n < 0) {
        if (n == UV_ETIMEDOUT)
            xf_limit_hit(XF_LIMIT_TCP_STALL_MS);
        lost(link);
        return;
    }
    link->heard_ms = xf_now_steady_ms();
    /* Once we are leaving, the peer's words go unheard; only its end is waited for. */
    if (link->stage < LEAVING)
        receive(link, (const uint8_t *)buf->base, (size_t)n);
}

static xf_code
start_reading(xf_link *link, xf_error *reterr)
{
    if (uv_read_start((uv_stream_t *)&link->tcp, on_alloc, on_read) != 0)
        return XF_FAIL(reterr, XF_CODE_UNAVAILABLE, XF_TEXT_CONNECT_FAILED, "");
    return XF_CODE_OK;
}

/* ---- Writing */

static size_t
queued(const xf_link *link)
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
        lost(link);
        return;
    }
    flush(link);
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
        lost(link);
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
        lost(link);
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
    bool pause = queued(link) > (link->paused ? soft / 2 : soft);

    if (!link->accepted || link->stage == CLOSED || link->paused == pause)
        return;
    /* A link that leaves reads on, to see the peer's end. */
    if (pause && link->stage != READY)
        return;
    link->paused = pause;
    if (pause) {
        xf_limit_hit(XF_LIMIT_OUTPUT_SOFT);
        (void)uv_read_stop((uv_stream_t *)&link->tcp); /* never fails */
    } else if (!link->held && start_reading(link, NULL) != XF_CODE_OK) {
        lost(link);
    }
}

static void
on_shutdown(uv_shutdown_t *shutdown, int status)
{
    xf_link *link = shutdown->data;

    if (status < 0)
        lost(link);
}

/* All is sent. The peer answers our end with its own; then on_read closes. */
static void
linger(xf_link *link)
{
    link->stage = LINGERING;
    set_deadline(link, LINGER_MS);
    if (uv_shutdown(&link->shutdown, (uv_stream_t *)&link->tcp, on_shutdown) != 0)
        lost(link);
}

static void
flush(void *owner)
{
    xf_link *link = owner;

    if (link->stage == CONNECTING || link->stage == CLOSED)
        return;
    while (!link->writing && link->stage != CLOSED) {
        if (fill(link) != XF_CODE_OK) {
            lost(link);
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

/* ---- Beginning */

static xf_link *
link_new(uv_loop_t *loop, xf_flusher *flusher, xf_tls *take_tls)
{
    xf_link *link = xf_memory_new(sizeof *link);

    /* With no address family neither can fail: they only join lists of the loop. */
    (void)uv_tcp_init(loop, &link->tcp);
    (void)uv_timer_init(loop, &link->timer);
    link->handles = 2;
    link->tcp.data = link;
    link->timer.data = link;
    link->connect.data = link;
    link->write.data = link;
    link->shutdown.data = link;
    link->flusher = flusher;
    link->item = (xf_flush_item){.flush = flush, .owner = link};
    link->tls = take_tls;
    xf_buf_init(&link->plain_in, XF_LIMIT_INPUT);
    xf_buf_init(&link->plain_out, XF_LIMIT_OUTPUT_HARD);
    xf_buf_init(&link->cipher_out, XF_LIMIT_OUTPUT_HARD);
    xf_buf_init(&link->written, XF_LIMIT_OUTPUT_HARD);
    link->max_body = xf_limit_get(XF_LIMIT_FRAME_BEFORE_LOGIN);
    link->heard_ms = xf_now_steady_ms();
    xf_flusher_join(flusher);
    set_deadline(link, xf_limit_get(XF_LIMIT_HANDSHAKE_MS));
    return link;
}

static xf_code
start_greeting(xf_link *link, xf_error *reterr)
{
    link->stage = GREETING;
    xf_socket_tune(&link->tcp);
    return start_reading(link, reterr);
}

/* Gives the link out, or, when it could not begin, takes it away without a word. */
static xf_code
give_out(xf_link *link, xf_code code, const xf_link_events *events, void *data, xf_link **ret_link)
{
    if (code != XF_CODE_OK) {
        close_now(link);
        return code;
    }
    link->events = events;
    link->data = data;
    *ret_link = link;
    return code;
}

xf_code
xf_link_accept(uv_stream_t *listener, xf_flusher *flusher, xf_tls_context *tls,
               const xf_link_events *events, void *data, xf_link **ret_link, xf_error *reterr)
{
    xf_link *link = link_new(listener->loop, flusher, xf_tls_new(tls, NULL));
    xf_code code = XF_CODE_OK;

    link->accepted = true;
    if (uv_accept(listener, (uv_stream_t *)&link->tcp) != 0) {
        code = XF_FAIL(reterr, XF_CODE_UNAVAILABLE, XF_TEXT_CONNECT_FAILED, "");
    } else {
        code = start_greeting(link, reterr);
    }
    return give_out(link, code, events, data, ret_link);
}

static void
on_connected(uv_connect_t *connect, int status)
{
    xf_link *link = connect->data;
    xf_error error = {0};

    if (link->stage == CLOSED)
        return;
    if (status < 0 || start_greeting(link, &error) != XF_CODE_OK) {
        lost(link);
        return;
    }
    if (xf_tls_start(link->tls, &link->cipher_out, &error) != XF_CODE_OK)
        leave(link, &error, true);
    flush(link);
}

xf_code /* NOLINTNEXTLINE(readability-function-size): nine, none goes with another */
xf_link_connect(uv_loop_t *loop, xf_flusher *flusher, xf_tls_context *tls,
                const struct sockaddr *address, const char *peer_name, const xf_link_events *events,
                void *data, xf_link **ret_link, xf_error *reterr)
{
    xf_link *link = link_new(loop, flusher, xf_tls_new(tls, peer_name));
    xf_code code = XF_CODE_OK;

    if (uv_tcp_connect(&link->connect, &link->tcp, address, on_connected) != 0)
        code = XF_FAIL(reterr, XF_CODE_UNAVAILABLE, XF_TEXT_CONNECT_FAILED, "");
    return give_out(link, code, events, data, ret_link);
}

/* ---- What others do with it */

xf_code
xf_link_send(xf_link *link, const xf_frame *frame, xf_error *reterr)
{
    uint64_t hard = xf_limit_get(XF_LIMIT_OUTPUT_HARD);
    xf_error why = {0};

    if (link->stage >= LEAVING)
        return XF_CODE_OK;
    if (queued(link) + XF_FRAME_HEADER + frame->body_len > hard) {
        xf_limit_hit(XF_LIMIT_OUTPUT_HARD);
        why.code = XF_FAIL(&why, XF_CODE_OVERLOADED, XF_TEXT_OVERLOADED, "");
        if (reterr != NULL)
            *reterr = why;
        xf_link_close(link, 0, &why);
        return why.code;
    }
    xf_flusher_mark(link->flusher, &link->item);
    return xf_frame_encode(&link->plain_out, frame, reterr);
}

void
xf_link_max_body(xf_link *link, uint64_t max_body)
{
    link->max_body = max_body;
}

void
xf_link_close(xf_link *link, int gently, const xf_error *why)
{
    if (link->stage == CLOSED || (gently && link->stage >= LEAVING))
        return;
    if (gently && link->stage == READY) {
        leave(link, why, false);
        return;
    }
    give_reason(link, why);
    close_now(link);
}

void
xf_link_hold(xf_link *link, uint32_t hold_ms)
{
    if (hold_ms == 0 || (link->stage != GREETING && link->stage != READY))
        return;
    link->held = true;
    (void)uv_read_stop((uv_stream_t *)&link->tcp); /* never fails */
    set_deadline(link, hold_ms);
}

xf_limit
xf_link_overdue(xf_link *link, int64_t steady_ms)
{
    const size_t left = link->writing ? link->tcp.write_queue_size : 0;
    const size_t partial = link->paused ? 0 : xf_buf_readable(&link->plain_in);

    if (link->stage != READY)
        return XF_LIMIT_COUNT;
    return xf_progress_judge(&link->progress, left, partial, steady_ms);
}

const xf_tls *
xf_link_tls(const xf_link *link)
{
    return link->tls;
}

bool
xf_link_peer(const xf_link *link, struct sockaddr_storage *ret_address)
{
    int n = sizeof *ret_address;

    return uv_tcp_getpeername(&link->tcp, (struct sockaddr *)ret_address, &n) == 0;
}

int64_t
xf_link_heard_ms(const xf_link *link)
{
    return link->heard_ms;
}

void
xf_link_want_drained(xf_link *link)
{
    if (link->stage >= LEAVING)
        return;
    link->wants_drained = true;
    xf_flusher_mark(link->flusher, &link->item);
}

size_t
xf_link_waiting(const xf_link *link)
{
    return queued(link);
}
