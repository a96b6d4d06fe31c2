/* wire/link — see link.h for the stages; here, coming, going and what is read. link_write.c writes.
 *
 *      socket -> scratch of the loop -> tls -> plain_in -> frame()
 */
#include "wire/link.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/now.h"
#include "wire/link_inside.h"
#include "wire/socket.h"

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

void
xf_link_lost(xf_link *link)
{
    xf_error why = {0};

    why.code = XF_FAIL(&why, XF_CODE_UNAVAILABLE,
                       link->stage < READY ? XF_TEXT_CONNECT_FAILED : XF_TEXT_CONNECTION_LOST, "");
    give_reason(link, &why);
    close_now(link);
}

/* In writing too: whoever takes nothing is not read from. */
void
xf_link_broken(xf_link *link, ssize_t status)
{
    if (status == UV_ETIMEDOUT)
        xf_limit_hit(XF_LIMIT_TCP_STALL_MS);
    xf_link_lost(link);
}

void
xf_link_set_deadline(xf_link *link, uint64_t after_ms)
{
    (void)uv_timer_start(&link->timer, on_timer, after_ms, 0); /* fails on a closing handle only */
}

static void
end_hold(xf_link *link)
{
    link->held = false;
    if (link->stage == GREETING)
        xf_link_set_deadline(link, xf_limit_get(XF_LIMIT_HANDSHAKE_MS));
    if (!link->paused && xf_link_start_reading(link, NULL) != XF_CODE_OK)
        xf_link_lost(link);
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
    xf_link_lost(link);
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
    xf_link_set_deadline(link, xf_limit_get(XF_LIMIT_HANDSHAKE_MS));
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
            if (link->events->distrusted != NULL)
                link->events->distrusted(link, &error, link->data);
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
        xf_link_broken(link, n);
        return;
    }
    link->heard_ms = xf_now_steady_ms();
    /* Once we are leaving, the peer's words go unheard; only its end is waited for. */
    if (link->stage < LEAVING)
        receive(link, (const uint8_t *)buf->base, (size_t)n);
}

xf_code
xf_link_start_reading(xf_link *link, xf_error *reterr)
{
    if (uv_read_start((uv_stream_t *)&link->tcp, on_alloc, on_read) != 0)
        return XF_FAIL(reterr, XF_CODE_UNAVAILABLE, XF_TEXT_CONNECT_FAILED, "");
    return XF_CODE_OK;
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
    link->item = (xf_flush_item){.flush = xf_link_flush, .owner = link};
    link->tls = take_tls;
    xf_buf_init(&link->plain_in, XF_LIMIT_INPUT);
    xf_buf_init(&link->plain_out, XF_LIMIT_OUTPUT_HARD);
    xf_buf_init(&link->cipher_out, XF_LIMIT_OUTPUT_HARD);
    xf_buf_init(&link->written, XF_LIMIT_OUTPUT_HARD);
    link->max_body = xf_limit_get(XF_LIMIT_FRAME_BEFORE_LOGIN);
    link->heard_ms = xf_now_steady_ms();
    xf_flusher_join(flusher);
    xf_link_set_deadline(link, xf_limit_get(XF_LIMIT_HANDSHAKE_MS));
    return link;
}

static xf_code
start_greeting(xf_link *link, xf_error *reterr)
{
    link->stage = GREETING;
    xf_socket_tune(&link->tcp);
    return xf_link_start_reading(link, reterr);
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
        xf_link_lost(link);
        return;
    }
    if (xf_tls_start(link->tls, &link->cipher_out, &error) != XF_CODE_OK)
        leave(link, &error, true);
    xf_link_flush(link);
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
xf_link_turn_away(xf_link *link, const xf_error *why)
{
    xf_socket_turn_away(&link->tcp);
    xf_link_close(link, 0, why);
}

void
xf_link_hold(xf_link *link, uint32_t hold_ms)
{
    if (hold_ms == 0 || (link->stage != GREETING && link->stage != READY))
        return;
    link->held = true;
    (void)uv_read_stop((uv_stream_t *)&link->tcp); /* never fails */
    xf_link_set_deadline(link, hold_ms);
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
