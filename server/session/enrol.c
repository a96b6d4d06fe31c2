/* session/enrol — the frame, the call, the answer; and who has to wait. */
#include "session/enrol.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "device.pb-c.h"

#include "base/arena.h"
#include "base/limit.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/now.h"
#include "call/call.h"
#include "session/addresses.h"
#include "session/send.h"
#include "wire/message.h"

struct xf_enrol {
    xf_room *room;
    xf_enrol_gate *gate;
    xf_link *link; /* NULL: freed, but the call is under way and frees it for good */
    uint8_t address[XF_ENROL_ADDRESS];
    bool asked;
    bool asking; /* the call is under way */
    uint64_t id;
};

/* ---- The gate ----------------------------------------------------------------------- */

uint32_t
xf_enrol_gate_wait_ms(const xf_enrol_gate *gate, const uint8_t address[XF_ENROL_ADDRESS],
                      int64_t now_ms)
{
    for (size_t i = 0; i < XF_ENROL_PLACES; i++) {
        const bool his = memcmp(gate->places[i].address, address, XF_ENROL_ADDRESS) == 0;

        if (his && gate->places[i].until_ms > now_ms &&
            gate->places[i].refused >= xf_limit_get(XF_LIMIT_ENROL_WRONG))
            return (uint32_t)(gate->places[i].until_ms - now_ms);
    }
    return 0;
}

/* His own place, or the one whose time is over first. */
static size_t
place_of(const xf_enrol_gate *gate, const uint8_t address[XF_ENROL_ADDRESS])
{
    size_t oldest = 0;

    for (size_t i = 0; i < XF_ENROL_PLACES; i++) {
        if (memcmp(gate->places[i].address, address, XF_ENROL_ADDRESS) == 0)
            return i;
        if (gate->places[i].until_ms < gate->places[oldest].until_ms)
            oldest = i;
    }
    return oldest;
}

void
xf_enrol_gate_refused(xf_enrol_gate *gate, const uint8_t address[XF_ENROL_ADDRESS], int64_t now_ms)
{
    const size_t at = place_of(gate, address);
    const bool goes_on = memcmp(gate->places[at].address, address, XF_ENROL_ADDRESS) == 0 &&
                         gate->places[at].until_ms > now_ms;

    gate->places[at].refused = goes_on ? gate->places[at].refused + 1 : 1;
    memcpy(gate->places[at].address, address, XF_ENROL_ADDRESS);
    gate->places[at].until_ms = now_ms + (int64_t)xf_limit_get(XF_LIMIT_ENROL_WAIT_MS);
}

/* ---- The end ------------------------------------------------------------------------ */

static void
part(xf_enrol *enrol, xf_code code, xf_text text)
{
    xf_error why = {.code = code, .text = text};

    xf_send_goaway(enrol->link, code, text);
    xf_link_close(enrol->link, 1, &why);
}

static void
refuse(xf_enrol *enrol, const xf_error *error)
{
    xf_send_error(enrol->link, XF_RPC_DEVICE_ENROL, enrol->id, error);
    part(enrol, error->code, error->text);
}

static void
answer(xf_enrol *enrol, const xf_call *call)
{
    const xf_frame frame = {
        .type = XF_FRAME_TYPE_RESPONSE, .method = XF_RPC_DEVICE_ENROL, .request_id = enrol->id};
    xf_error error = call->error;

    if (error.code == XF_CODE_OK &&
        xf_send_message(enrol->link, &frame, call->reply, &error) == XF_CODE_OK) {
        XF_INFO("device.enrolled", XF_ID(bureau, call->actor.bureau));
        part(enrol, XF_CODE_OK, XF_TEXT_ENROLLED);
        return;
    }
    XF_WARN("device.enrol_refused", XF_ID(bureau, call->actor.bureau), XF_CODE(error.code),
            XF_BORN(&error));
    if (error.code != XF_CODE_UNAVAILABLE && error.code != XF_CODE_OVERLOADED)
        xf_enrol_gate_refused(enrol->gate, enrol->address, xf_now_steady_ms());
    refuse(enrol, &error);
}

static void
on_done(xf_call *call, void *data)
{
    xf_enrol *enrol = data;

    enrol->asking = false;
    if (enrol->link != NULL) {
        answer(enrol, call);
    } else {
        free(enrol);
    }
    xf_call_free(&call);
}

/* ---- The request -------------------------------------------------------------------- */

/* The bureau, which a certificate says of everybody else. */
static xf_code
read_bureau(const xf_frame *frame, int32_t *ret_bureau, xf_error *reterr)
{
    xf_arena *arena = xf_arena_new();
    ProtobufCMessage *message = NULL;
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_message_unpack(&xf__device_enrol_request__descriptor, frame->body, frame->body_len,
                             arena, &message, reterr));
    *ret_bureau = ((const Xf__DeviceEnrolRequest *)(const void *)message)->bureau_id;
    if (*ret_bureau <= 0)
        code = XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "bureau_id");
out:
    xf_arena_free(&arena);
    return code;
}

static xf_code
check_gate(const xf_enrol *enrol, xf_error *reterr)
{
    const uint32_t wait_ms = xf_enrol_gate_wait_ms(enrol->gate, enrol->address, xf_now_steady_ms());
    xf_code code = XF_CODE_OK;

    if (wait_ms == 0)
        return XF_CODE_OK;
    xf_limit_hit(XF_LIMIT_ENROL_WRONG);
    code = XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    reterr->retry_after_ms = wait_ms;
    return code;
}

static void
start_call(xf_enrol *enrol, const xf_frame *frame, int32_t bureau)
{
    const xf_method_row *entry = xf_method_find(XF_RPC_DEVICE_ENROL);
    xf_call *call = NULL;

    assert(entry != NULL);
    call = xf_call_new(enrol->room, entry, frame->body, frame->body_len);
    call->actor = (xf_actor){.bureau = bureau, .roles = XF_MAY_STRANGER};
    call->done = on_done;
    call->data = enrol;
    enrol->asking = true;
    xf_call_start(call);
}

void
xf_enrol_take(xf_enrol *enrol, const xf_frame *frame)
{
    xf_error error = {0};
    int32_t bureau = 0;

    if (enrol->asked || frame->type != XF_FRAME_TYPE_REQUEST ||
        frame->method != XF_RPC_DEVICE_ENROL || frame->request_id == 0) {
        part(enrol, XF_CODE_INVALID, XF_TEXT_MESSAGE_BROKEN);
        return;
    }
    enrol->asked = true;
    enrol->id = frame->request_id;
    if (check_gate(enrol, &error) == XF_CODE_OK &&
        read_bureau(frame, &bureau, &error) == XF_CODE_OK) {
        start_call(enrol, frame, bureau);
    } else {
        refuse(enrol, &error);
    }
}

xf_enrol *
xf_enrol_new(xf_room *room, xf_enrol_gate *gate, xf_link *link)
{
    xf_enrol *enrol = xf_memory_new(sizeof *enrol);
    xf_address address;

    enrol->room = room;
    enrol->gate = gate;
    enrol->link = link;
    xf_address_read(link, &address);
    memcpy(enrol->address, address.bytes, XF_ENROL_ADDRESS);
    return enrol;
}

void
xf_enrol_free(xf_enrol **enrol)
{
    if (*enrol == NULL)
        return;
    if ((*enrol)->asking) {
        (*enrol)->link = NULL;
    } else {
        free(*enrol);
    }
    *enrol = NULL;
}
