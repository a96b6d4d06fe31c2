/* Two protocols for a hall; header has the manual. */
#include "hall_talk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/sha.h>

#include "feed.pb-c.h"
#include "frame.pb-c.h"
#include "login.pb-c.h"

#include "gen/rpc.h"
#include "test_draft.h"
#include "wire/frame.h"
#include "wire/message.h"

enum {
    NUMBER = 24,     /* digits of a 64-bit number, and a little */
    FIRST_ACT = 100, /* request ids rise: those below are of coming up */
    ACT_DAY = 20529, /* 2026-03-17, the day of tests/bench */
    OP_ID = 16,
};

static _Noreturn void
stop(const char *what, int got)
{
    (void)fprintf(stderr, "bench: %s: %d\n", what, got);
    _exit(1);
}

/* ---- xinfang/1 ---------------------------------------------------------------------- */

static void
send_message(xf_hall *hall, size_t seat, xf_frame frame, const ProtobufCMessage *message)
{
    xf_buf body;
    xf_buf out;

    xf_buf_init(&body, XF_LIMIT_FRAME);
    xf_buf_init(&out, XF_LIMIT_OUTPUT_HARD);
    if (xf_message_pack(message, &body, NULL) != XF_CODE_OK)
        stop("pack", frame.method);
    frame.body = xf_buf_at(&body);
    frame.body_len = xf_buf_readable(&body);
    if (xf_frame_encode(&out, &frame, NULL) != XF_CODE_OK)
        stop("frame", frame.method);
    xf_hall_send(hall, seat, xf_buf_at(&out), xf_buf_readable(&out));
    xf_buf_clear(&body);
    xf_buf_clear(&out);
}

static void
ask(xf_hall *hall, size_t seat, xf_rpc rpc, uint64_t id, const ProtobufCMessage *message)
{
    send_message(
        hall, seat,
        (xf_frame){.type = XF_FRAME_TYPE_REQUEST, .method = (uint16_t)rpc, .request_id = id},
        message);
}

static void
xinfang_begin(xf_hall *hall, size_t seat)
{
    Xf__Hello hello = XF__HELLO__INIT;

    hello.has_minor = 1;
    hello.minor = 1;
    send_message(hall, seat, (xf_frame){.type = XF_FRAME_TYPE_HELLO}, &hello.base);
}

static void
resume_login(xf_hall *hall, size_t seat)
{
    Xf__LoginResumeRequest request = XF__LOGIN_RESUME_REQUEST__INIT;
    char number[NUMBER];
    uint8_t token[SHA256_DIGEST_LENGTH];
    int n = snprintf(number, sizeof number, "%zu", seat);

    (void)SHA256((const uint8_t *)number, (size_t)n, token);
    request.has_token = 1;
    request.token = (ProtobufCBinaryData){sizeof token, token};
    ask(hall, seat, XF_RPC_LOGIN_RESUME, 1, &request.base);
}

static void
follow(xf_hall *hall, size_t seat)
{
    const Xf__FeedFollowRequest request = XF__FEED_FOLLOW_REQUEST__INIT;

    ask(hall, seat, XF_RPC_FEED_FOLLOW, 2, &request.base);
}

static void
xinfang_act(xf_hall *hall, size_t seat, uint64_t number)
{
    xf_test_draft draft;
    uint8_t op_id[OP_ID] = {0};
    char name[NUMBER];
    char demand[2 * NUMBER];

    (void)snprintf(name, sizeof name, "甲%" PRIu64, number);
    (void)snprintf(demand, sizeof demand, "反映第%" PRIu64 "件", number);
    xf_test_draft_visit(&draft, ACT_DAY, name, demand);
    memcpy(op_id, &number, sizeof number);
    draft.request.has_op_id = 1;
    draft.request.op_id = (ProtobufCBinaryData){sizeof op_id, op_id};
    ask(hall, seat, XF_RPC_PETITION_REGISTER, FIRST_ACT + number, &draft.request.base);
}

static void
pong(xf_hall *hall, size_t seat, uint64_t id)
{
    xf_buf out;

    xf_buf_init(&out, XF_LIMIT_FRAME);
    if (xf_frame_encode(&out, &(xf_frame){.type = XF_FRAME_TYPE_PONG, .request_id = id}, NULL) !=
        XF_CODE_OK)
        stop("pong", 0);
    xf_hall_send(hall, seat, xf_buf_at(&out), xf_buf_readable(&out));
    xf_buf_clear(&out);
}

/* The server answers in order, for one thing at a time is asked. */
static xf_heard
answered(xf_hall *hall, size_t seat, xf_rpc rpc)
{
    switch ((int)rpc) {
    case XF_RPC_LOGIN_RESUME: follow(hall, seat); return XF_HEARD_OTHER;
    case XF_RPC_FEED_FOLLOW: return XF_HEARD_UP;
    default: return XF_HEARD_DONE;
    }
}

static xf_heard
heard(xf_hall *hall, size_t seat, const xf_frame *frame)
{
    switch ((int)frame->type) {
    case XF_FRAME_TYPE_WELCOME: resume_login(hall, seat); return XF_HEARD_OTHER;
    case XF_FRAME_TYPE_RESPONSE: return answered(hall, seat, (xf_rpc)frame->method);
    case XF_FRAME_TYPE_EVENT: return XF_HEARD_EVENT;
    case XF_FRAME_TYPE_PING: pong(hall, seat, frame->request_id); return XF_HEARD_OTHER;
    default: /* ERROR and GOAWAY among them */ stop("method refused", frame->method);
    }
}

static xf_heard
xinfang_take(xf_hall *hall, size_t seat)
{
    xf_buf *in = xf_hall_in(hall, seat);
    xf_frame frame = {0};
    xf_frame_got got = XF_FRAME_PARTIAL;
    xf_heard what = XF_HEARD_NOTHING;

    if (xf_frame_decode(in, xf_limit_get(XF_LIMIT_FRAME), &got, &frame, NULL) != XF_CODE_OK)
        stop("no frame", 0);
    if (got == XF_FRAME_PARTIAL)
        return XF_HEARD_NOTHING;
    what = heard(hall, seat, &frame);
    xf_buf_consume(in, XF_FRAME_HEADER + frame.body_len);
    return what;
}

const xf_talk xf_talk_xinfang = {
    .alpn = "xinfang/1", .begin = xinfang_begin, .take = xinfang_take, .act = xinfang_act};

/* ---- MQTT 3.1.1 --------------------------------------------------------------------- */

enum {
    CONNECT = 0x10,
    CONNACK = 0x20,
    PUBLISH_1 = 0x32, /* QoS 1 */
    PUBACK = 0x40,
    SUBSCRIBE = 0x82,
    SUBACK = 0x90,
    KIND = 0xf0,
    MORE = 0x80, /* another byte of the length follows */
    EVENT = 40,  /* bytes of an EVENT of ours */
    PACKET = 128,
};

static const char topic[] = "unit/1";

/* A packet below 128 bytes, so that its length is one byte. */
typedef struct packet {
    uint8_t bytes[PACKET];
    size_t n;
} packet;

static void
put(packet *packet, const void *bytes, size_t n)
{
    if (packet->n + n > sizeof packet->bytes)
        stop("packet", (int)n);
    memcpy(packet->bytes + packet->n, bytes, n);
    packet->n += n;
}

static void
put_16(packet *packet, size_t number)
{
    const uint8_t big[2] = {(uint8_t)(number >> 8), (uint8_t)number};

    put(packet, big, sizeof big);
}

static void
put_text(packet *packet, const char *text)
{
    put_16(packet, strlen(text));
    put(packet, text, strlen(text));
}

static packet
begin_packet(uint8_t kind)
{
    return (packet){.bytes = {kind, 0}, .n = 2};
}

static void
send_packet(xf_hall *hall, size_t seat, packet *packet)
{
    packet->bytes[1] = (uint8_t)(packet->n - 2);
    xf_hall_send(hall, seat, packet->bytes, packet->n);
}

static void
mqtt_begin(xf_hall *hall, size_t seat)
{
    static const uint8_t clean_for_ever[] = {4, 2, 0, 0}; /* level, a clean session, no keepalive */
    packet packet = begin_packet(CONNECT);
    char id[NUMBER];

    (void)snprintf(id, sizeof id, "desk%zu", seat);
    put_text(&packet, "MQTT");
    put(&packet, clean_for_ever, sizeof clean_for_ever);
    put_text(&packet, id);
    send_packet(hall, seat, &packet);
}

static void
subscribe(xf_hall *hall, size_t seat)
{
    static const uint8_t qos = 1;
    packet packet = begin_packet(SUBSCRIBE);

    put_16(&packet, 1);
    put_text(&packet, topic);
    put(&packet, &qos, 1);
    send_packet(hall, seat, &packet);
}

static void
mqtt_act(xf_hall *hall, size_t seat, uint64_t number)
{
    static const uint8_t event[EVENT];
    packet packet = begin_packet(PUBLISH_1);

    put_text(&packet, topic);
    put_16(&packet, number % UINT16_MAX + 1);
    put(&packet, event, sizeof event);
    send_packet(hall, seat, &packet);
}

static xf_heard
mqtt_heard(xf_hall *hall, size_t seat, const uint8_t *bytes)
{
    packet packet = begin_packet(PUBACK);

    switch (bytes[0] & KIND) {
    case CONNACK:
        if (bytes[3] != 0)
            stop("CONNACK", bytes[3]);
        subscribe(hall, seat);
        return XF_HEARD_OTHER;
    case SUBACK &KIND: return XF_HEARD_UP;
    case PUBLISH_1 &KIND:
        put(&packet, bytes + 2 + 2 + sizeof topic - 1, 2); /* its number */
        send_packet(hall, seat, &packet);
        return XF_HEARD_EVENT;
    case PUBACK: return XF_HEARD_DONE;
    default: stop("packet", bytes[0]);
    }
}

static xf_heard
mqtt_take(xf_hall *hall, size_t seat)
{
    xf_buf *in = xf_hall_in(hall, seat);
    const uint8_t *bytes = xf_buf_at(in);
    size_t n = xf_buf_readable(in);
    xf_heard what = XF_HEARD_NOTHING;

    if (n < 2)
        return XF_HEARD_NOTHING;
    if (bytes[1] & MORE)
        stop("a long packet", bytes[0]);
    if (n < 2 + (size_t)bytes[1])
        return XF_HEARD_NOTHING;
    n = 2 + (size_t)bytes[1];
    what = mqtt_heard(hall, seat, bytes);
    xf_buf_consume(in, n);
    return what;
}

const xf_talk xf_talk_mqtt = {.begin = mqtt_begin, .take = mqtt_take, .act = mqtt_act};
