/* A link of its own, HELLO and login by hand. */
#include "stage_wire.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "base/memory.h"
#include "stage_inside.h"
#include "test_draft.h"
#include "wire/link.h"
#include "wire/message.h"

struct xf_wire_desk {
    xf_story *story;
    xf_flusher *flusher;
    xf_tls_context *tls;
    xf_link *link; /* NULL: closed */
    bool ready;
    uint64_t last_id;
    size_t skipped; /* frames of greeting and login */
    size_t wanted;  /* waited for: so many, or the end */
    size_t n;
    xf_wire_frame frames[XF_WIRE_FRAMES];
};

static void
on_ready(xf_link *link, void *data)
{
    xf_wire_desk *desk = data;

    desk->ready = true;
    xf_link_max_body(link, xf_limit_get(XF_LIMIT_FRAME));
}

static void
on_frame(xf_link *link, const xf_frame *frame, void *data)
{
    xf_wire_desk *desk = data;
    xf_wire_frame *kept = &desk->frames[desk->n];
    const xf_frame pong = {.type = XF_FRAME_TYPE_PONG, .request_id = frame->request_id};

    if (frame->type == XF_FRAME_TYPE_PING) {
        assert_int_equal(xf_link_send(link, &pong, NULL), XF_CODE_OK);
        return;
    }
    assert_true(desk->n < XF_WIRE_FRAMES);
    *kept = (xf_wire_frame){frame->type, (xf_rpc)frame->method, frame->request_id, NULL,
                            frame->body_len};
    kept->body = xf_memory_new(frame->body_len + 1);
    if (frame->body_len > 0)
        memcpy(kept->body, frame->body, frame->body_len);
    desk->n++;
}

static void
on_closed(xf_link *link, const xf_error *why, void *data)
{
    xf_wire_desk *desk = data;

    (void)link;
    (void)why;
    desk->link = NULL;
}

static const xf_link_events link_events = {
    .ready = on_ready, .frame = on_frame, .closed = on_closed};

static bool
came(const void *data)
{
    const xf_wire_desk *desk = data;

    return desk->n >= desk->wanted || desk->link == NULL;
}

/* Turns the loop until there are n frames in all, or the link is closed. */
static void
wait_for(xf_wire_desk *desk, size_t n)
{
    desk->wanted = n;
    xf_stage_turn_until(desk->story, came, desk);
}

static void
put(xf_wire_desk *desk, xf_frame frame, const ProtobufCMessage *message)
{
    xf_buf body;

    xf_buf_init(&body, XF_LIMIT_FRAME);
    assert_int_equal(xf_message_pack(message, &body, NULL), XF_CODE_OK);
    frame.body = xf_buf_at(&body);
    frame.body_len = xf_buf_readable(&body);
    assert_int_equal(xf_link_send(desk->link, &frame, NULL), XF_CODE_OK);
    xf_buf_clear(&body);
}

static void
greet(xf_wire_desk *desk, xf_cast who)
{
    Xf__Hello hello = XF__HELLO__INIT;
    Xf__LoginBeginRequest login = XF__LOGIN_BEGIN_REQUEST__INIT;

    put(desk, (xf_frame){.type = XF_FRAME_TYPE_HELLO}, &hello.base);
    wait_for(desk, 1);
    assert_int_equal(desk->n, 1);
    assert_int_equal(desk->frames[0].type, XF_FRAME_TYPE_WELCOME);
    desk->skipped = 1;
    if (who == NOBODY)
        return;
    login.badge = (char *)(uintptr_t)xf_cast_badge(who);
    login.password = (char *)(uintptr_t)XF_CAST_PASSWORD;
    assert_int_equal(xf_wire_desk_ask(desk, XF_RPC_LOGIN_BEGIN, &login.base)->type,
                     XF_FRAME_TYPE_RESPONSE);
    desk->skipped = 2;
}

static void
remember(xf_story *s, xf_wire_desk *desk)
{
    size_t i = 0;

    while (i < XF_STAGE_WIRES && s->wires[i] != NULL)
        i++;
    assert_true(i < XF_STAGE_WIRES);
    s->wires[i] = desk;
}

static void
forget(xf_story *s, const xf_wire_desk *desk)
{
    for (size_t i = 0; i < XF_STAGE_WIRES; i++) {
        if (s->wires[i] == desk)
            s->wires[i] = NULL;
    }
}

void
xf_stage_close_wires(xf_story *s)
{
    for (size_t i = 0; i < XF_STAGE_WIRES; i++) {
        xf_wire_desk *desk = s->wires[i];

        if (desk != NULL)
            xf_wire_desk_free(&desk);
    }
}

xf_wire_desk *
xf_wire_desk_new_at(xf_story *s, xf_cast who, const char *device)
{
    xf_wire_desk *desk = xf_memory_new(sizeof *desk);
    const xf_test_files files = xf_test_files_of(s->dir, "ca", device);
    const xf_tls_files tls = {files.ca, files.certificate, files.key};
    struct sockaddr_in address;

    desk->story = s;
    remember(s, desk);
    desk->flusher = xf_flusher_new(&s->loop);
    assert_int_equal(uv_ip4_addr("127.0.0.1", s->port, &address), 0);
    assert_int_equal(xf_tls_context_new(&tls, false, &desk->tls, NULL), XF_CODE_OK);
    assert_int_equal(xf_link_connect(&s->loop, desk->flusher, desk->tls,
                                     (const struct sockaddr *)&address, "xinfangd.test",
                                     &link_events, desk, &desk->link, NULL),
                     XF_CODE_OK);
    greet(desk, who);
    return desk;
}

xf_wire_desk *
xf_wire_desk_new(xf_story *s, xf_cast who)
{
    return xf_wire_desk_new_at(s, who, "desk");
}

xf_wire_desk *
xf_wire_desk_new_elsewhere(xf_story *s, xf_cast who)
{
    return xf_wire_desk_new_at(s, who, "other-desk");
}

void
xf_wire_desk_free(xf_wire_desk **desk_at)
{
    xf_wire_desk *desk = *desk_at;

    *desk_at = NULL;
    forget(desk->story, desk);
    if (desk->link != NULL)
        xf_link_close(desk->link, 0, NULL);
    xf_wire_desk_wait_closed(desk);
    xf_flusher_close(&desk->flusher);
    xf_tls_context_free(&desk->tls);
    (void)uv_run(&desk->story->loop, UV_RUN_NOWAIT);
    for (size_t i = 0; i < desk->n; i++)
        free(desk->frames[i].body);
    free(desk);
}

uint64_t
xf_wire_desk_send(xf_wire_desk *desk, xf_rpc rpc, const ProtobufCMessage *request)
{
    const xf_frame frame = {
        .type = XF_FRAME_TYPE_REQUEST, .method = (uint16_t)rpc, .request_id = ++desk->last_id};

    put(desk, frame, request);
    return desk->last_id;
}

size_t
xf_wire_desk_frames(const xf_wire_desk *desk)
{
    return desk->n - desk->skipped;
}

const xf_wire_frame *
xf_wire_desk_frame(xf_wire_desk *desk, size_t i)
{
    wait_for(desk, desk->skipped + i + 1);
    assert_true(desk->skipped + i < desk->n);
    return &desk->frames[desk->skipped + i];
}

void
xf_wire_desk_wait_closed(xf_wire_desk *desk)
{
    wait_for(desk, SIZE_MAX);
    assert_null(desk->link);
}

static const xf_wire_frame *
answer_to(const xf_wire_desk *desk, uint64_t id)
{
    for (size_t i = 0; i < desk->n; i++) {
        if (desk->frames[i].id == id)
            return &desk->frames[i];
    }
    return NULL;
}

const xf_wire_frame *
xf_wire_desk_ask(xf_wire_desk *desk, xf_rpc rpc, const ProtobufCMessage *request)
{
    uint64_t id = xf_wire_desk_send(desk, rpc, request);

    while (answer_to(desk, id) == NULL && desk->link != NULL)
        wait_for(desk, desk->n + 1);
    assert_non_null(answer_to(desk, id));
    return answer_to(desk, id);
}

bool
xf_wire_frame_same(const xf_wire_frame *a, const xf_wire_frame *b)
{
    return a->type == b->type && a->rpc == b->rpc && a->n == b->n &&
           memcmp(a->body, b->body, a->n) == 0;
}

/* The next answer from `i` on: EVENT comes when it likes. */
static const xf_wire_frame *
next_answer(const xf_wire_desk *desk, size_t *i)
{
    while (*i < desk->n && desk->frames[*i].type == XF_FRAME_TYPE_EVENT)
        (*i)++;
    return *i < desk->n ? &desk->frames[(*i)++] : NULL;
}

/* The first answer that differs, or NULL; *ret_same: none does. */
static const xf_wire_frame *
difference(const xf_wire_desk *a, const xf_wire_desk *b, bool *ret_same)
{
    size_t i = a->skipped;
    size_t j = b->skipped;
    const xf_wire_frame *x = next_answer(a, &i);
    const xf_wire_frame *y = next_answer(b, &j);

    while (x != NULL && y != NULL && x->id == y->id && xf_wire_frame_same(x, y)) {
        x = next_answer(a, &i);
        y = next_answer(b, &j);
    }
    *ret_same = x == NULL && y == NULL;
    return x != NULL ? x : y;
}

bool
xf_wire_desk_same(const xf_wire_desk *a, const xf_wire_desk *b)
{
    bool same = false;

    (void)difference(a, b, &same);
    return same;
}

void
xf_wire_desk_assert_same(const xf_wire_desk *a, const xf_wire_desk *b)
{
    bool same = false;
    const xf_wire_frame *first = difference(a, b, &same);

    if (!same)
        fail_msg("answer %u differs: %s", (unsigned)first->id, xf_rpc_name(first->rpc));
}

void
xf_wire_desk_send_registration(xf_wire_desk *desk)
{
    static uint8_t n = 0;
    uint8_t op_id[16] = "in flight";
    xf_test_draft draft;

    op_id[15] = n++;
    xf_test_draft_visit(&draft, xf_stage_today(), NULL, "建议增设路灯");
    draft.request.has_op_id = 1;
    draft.request.op_id = (ProtobufCBinaryData){sizeof op_id, op_id};
    (void)xf_wire_desk_send(desk, XF_RPC_PETITION_REGISTER, &draft.request.base);
}
