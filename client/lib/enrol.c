/* client/lib/enrol — look-up, one address after another, the request, and what came of it. */
#include "client/lib/enrol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include "base/limit.h"
#include "wire/link.h"
#include "wire/message.h"

enum { OP_ID = 16, DIGITS = 64, BUREAU_MOST = 999999999 };

typedef struct enrolling {
    const xf_client_enrolment *what;
    xf_arena *arena;
    xf_flusher *flusher;
    xf_tls_context *tls;
    uv_timer_t timer; /* from ready to the answer */
    xf_link *link;    /* NULL: closed */
    bool answered;
    bool timer_closed;
    const Xf__DeviceCertificateReply *reply;
    char *words; /* XF_CLIENT_WORDS */
    xf_error error;
} enrolling;

/* ---- The code ----------------------------------------------------------------------------- */

static int
digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);

    return at == NULL ? -1 : (int)(at - digits);
}

static bool
read_print(const char *text, uint8_t ret_sha[32])
{
    if (strlen(text) != DIGITS)
        return false;
    for (size_t i = 0; i < DIGITS / 2; i++) {
        int high = digit(text[2 * i]);
        int low = digit(text[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        ret_sha[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool
xf_client_code_parse(const char *text, xf_client_code *ret_code)
{
    const char *code = strchr(text, '-');
    const char *print = strrchr(text, '-');
    long bureau = strtol(text, NULL, 10);
    size_t n = code == NULL ? 0 : (size_t)(print - code);

    *ret_code = (xf_client_code){.bureau = (int32_t)bureau};
    if (code == NULL || code == text || strspn(text, "0123456789") != (size_t)(code - text) ||
        bureau <= 0 || bureau > BUREAU_MOST || n < 2 || n > sizeof ret_code->code)
        return false;
    memcpy(ret_code->code, code + 1, n - 1);
    return read_print(print + 1, ret_code->ca_sha);
}

/* ---- The request -------------------------------------------------------------------------- */

/* Made of what is asked, so that the same question is the same operation. RFC 9562, version 8. */
static void
make_op_id(const xf_client_enrolment *what, uint8_t ret_id[OP_ID])
{
    uint8_t text[sizeof what->code->code + XF_CERTIFICATE_REQUEST] = {0};
    uint8_t sha[SHA256_DIGEST_LENGTH];

    memcpy(text, what->code->code, sizeof what->code->code);
    memcpy(text + sizeof what->code->code, what->request->der, what->request->n);
    (void)SHA256(text, sizeof what->code->code + what->request->n, sha);
    memcpy(ret_id, sha, OP_ID);
    ret_id[6] = (uint8_t)((ret_id[6] & 0x0f) | 0x80);
    ret_id[8] = (uint8_t)((ret_id[8] & 0x3f) | 0x80);
}

static void
ask(enrolling *e)
{
    Xf__DeviceEnrolRequest request = XF__DEVICE_ENROL_REQUEST__INIT;
    xf_frame frame = {
        .type = XF_FRAME_TYPE_REQUEST, .method = XF_RPC_DEVICE_ENROL, .request_id = 1};
    uint8_t op_id[OP_ID];
    xf_buf body;

    make_op_id(e->what, op_id);
    request.has_op_id = 1;
    request.op_id = (ProtobufCBinaryData){OP_ID, op_id};
    request.has_bureau_id = 1;
    request.bureau_id = e->what->code->bureau;
    request.code = (char *)(uintptr_t)e->what->code->code; /* only read */
    request.has_csr = 1;
    request.csr.data = (uint8_t *)(uintptr_t)e->what->request->der;
    request.csr.len = e->what->request->n;
    xf_buf_init(&body, XF_LIMIT_FRAME_BEFORE_LOGIN);
    if (xf_message_pack(&request.base, &body, &e->error) == XF_CODE_OK) {
        frame.body = xf_buf_at(&body);
        frame.body_len = xf_buf_readable(&body);
        (void)!xf_link_send(e->link, &frame, NULL); /* full is told by `closed` */
    } else {
        xf_link_close(e->link, 0, &e->error);
    }
    xf_buf_wipe(&body);
}

/* ---- What comes --------------------------------------------------------------------------- */

static void
set_words(enrolling *e, const char *words)
{
    (void)snprintf(e->words, XF_CLIENT_WORDS, "%s",
                   words != NULL && words[0] != '\0' ? words : xf_error_words(e->error.text));
}

static void
take_reply(enrolling *e, const xf_frame *frame)
{
    ProtobufCMessage *message = NULL;

    if (xf_message_unpack(&xf__device_certificate_reply__descriptor, frame->body, frame->body_len,
                          e->arena, &message, &e->error) != XF_CODE_OK) {
        set_words(e, NULL);
        return;
    }
    e->reply = (const Xf__DeviceCertificateReply *)message;
    e->error = (xf_error){.code = XF_CODE_OK};
}

static void
take_error(enrolling *e, const xf_frame *frame)
{
    ProtobufCMessage *message = NULL;
    const Xf__Error *refused = NULL;
    xf_code code = XF_CODE_INTERNAL;

    if (xf_message_unpack(&xf__error__descriptor, frame->body, frame->body_len, e->arena, &message,
                          &e->error) != XF_CODE_OK) {
        set_words(e, NULL);
        return;
    }
    refused = (const Xf__Error *)message;
    if (refused->has_code && xf_code_known((int)refused->code))
        code = (xf_code)refused->code;
    (void)XF_FAIL(&e->error, code, XF_TEXT_INTERNAL, "%s",
                  refused->field != NULL ? refused->field : "");
    e->error.retry_after_ms = (uint32_t)refused->retry_after_ms;
    set_words(e, refused->text);
}

static void
on_frame(xf_link *link, const xf_frame *frame, void *data)
{
    enrolling *e = data;

    (void)link;
    if (e->answered)
        return; /* its GOAWAY */
    e->answered = true;
    if (frame->type == XF_FRAME_TYPE_RESPONSE) {
        take_reply(e, frame);
    } else if (frame->type == XF_FRAME_TYPE_ERROR) {
        take_error(e, frame);
    } else {
        (void)XF_FAIL(&e->error, XF_CODE_UNAVAILABLE, XF_TEXT_GOING_AWAY, "");
        set_words(e, NULL);
    }
    xf_link_close(e->link, 1, NULL);
}

static void
on_late(uv_timer_t *timer)
{
    enrolling *e = timer->data;

    (void)XF_FAIL(&e->error, XF_CODE_DEADLINE, XF_TEXT_DEADLINE, "");
    xf_link_close(e->link, 0, &e->error);
}

static void
on_ready(xf_link *link, void *data)
{
    enrolling *e = data;

    (void)link;
    (void)uv_timer_start(&e->timer, on_late, xf_limit_get(XF_LIMIT_HANDSHAKE_MS), 0);
    ask(e);
}

static void
on_closed(xf_link *link, const xf_error *why, void *data)
{
    enrolling *e = data;

    (void)link;
    e->link = NULL;
    (void)uv_timer_stop(&e->timer);
    if (!e->answered) {
        e->error = *why;
        set_words(e, NULL);
    }
}

static const xf_link_events link_events = {
    .ready = on_ready, .frame = on_frame, .closed = on_closed};

/* ---- The connection ----------------------------------------------------------------------- */

/* True: there was an answer, or a refusal that another address would only repeat. */
static bool
try_address(enrolling *e, uv_loop_t *loop, const struct addrinfo *at)
{
    if (xf_link_connect(loop, e->flusher, e->tls, at->ai_addr, e->what->server_name, &link_events,
                        e, &e->link, &e->error) != XF_CODE_OK) {
        set_words(e, NULL);
        return false;
    }
    while (e->link != NULL)
        (void)uv_run(loop, UV_RUN_ONCE);
    return e->answered || e->error.text != XF_TEXT_CONNECT_FAILED;
}

static void
on_timer_closed(uv_handle_t *timer)
{
    ((enrolling *)timer->data)->timer_closed = true;
}

static void
close_parts(enrolling *e, uv_loop_t *loop)
{
    uv_close((uv_handle_t *)&e->timer, on_timer_closed);
    xf_flusher_close(&e->flusher);
    while (!e->timer_closed)
        (void)uv_run(loop, UV_RUN_ONCE);
    xf_tls_context_free(&e->tls);
}

/* NOLINTBEGIN(readability-non-const-parameter): set_words writes into `words` */
xf_code
xf_client_enrol(uv_loop_t *loop, const xf_client_enrolment *enrolment, xf_arena *arena,
                const Xf__DeviceCertificateReply **ret_reply, char words[XF_CLIENT_WORDS],
                xf_error *reterr)
/* NOLINTEND(readability-non-const-parameter) */
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    enrolling e = {.what = enrolment, .arena = arena, .words = words};
    uv_getaddrinfo_t looked;
    bool over = false;
    xf_code code = xf_tls_context_new_stranger(enrolment->code->ca_sha, &e.tls, reterr);

    if (code != XF_CODE_OK)
        return code;
    e.flusher = xf_flusher_new(loop);
    (void)uv_timer_init(loop, &e.timer); /* never fails */
    e.timer.data = &e;
    (void)XF_FAIL(&e.error, XF_CODE_UNAVAILABLE, XF_TEXT_CONNECT_FAILED, "");
    set_words(&e, NULL);
    /* Without a callback it waits: this program has nothing else to do. */
    if (uv_getaddrinfo(loop, &looked, NULL, enrolment->host, enrolment->port, &hints) == 0) {
        for (const struct addrinfo *at = looked.addrinfo; at != NULL && !over; at = at->ai_next)
            over = try_address(&e, loop, at);
        uv_freeaddrinfo(looked.addrinfo);
    }
    close_parts(&e, loop);
    if (e.reply != NULL) {
        *ret_reply = e.reply;
        return XF_CODE_OK;
    }
    if (reterr != NULL)
        *reterr = e.error;
    return e.error.code;
}
