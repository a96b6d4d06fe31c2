/* wire/message — the scan, then protobuf-c with the arena as its only memory. */
#include "wire/message.h"

#include "wire/scan.h"

enum { OP_ID_BYTES = 16 };

xf_code
xf_message_unpack(const ProtobufCMessageDescriptor *type, const uint8_t *body, size_t body_len,
                  xf_arena *arena, ProtobufCMessage **ret_message, xf_error *reterr)
{
    ProtobufCMessage *message = NULL;
    xf_code code = xf_scan_body(type, body, body_len, reterr);

    if (code != XF_CODE_OK)
        return code;
    message = protobuf_c_message_unpack(type, xf_arena_allocator(arena), body_len, body);
    if (message == NULL && xf_arena_full(arena))
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    if (message == NULL)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_MESSAGE_BROKEN, "");
    *ret_message = message;
    return XF_CODE_OK;
}

xf_code
xf_message_pack(const ProtobufCMessage *message, xf_buf *out, xf_error *reterr)
{
    size_t n = protobuf_c_message_get_packed_size(message);
    uint8_t *room = NULL;
    xf_code code = xf_buf_room(out, n, &room, reterr);

    if (code != XF_CODE_OK)
        return code;
    xf_buf_wrote(out, protobuf_c_message_pack(message, room));
    return XF_CODE_OK;
}

const uint8_t *
xf_message_op_id(const ProtobufCMessage *request)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(request->descriptor, "op_id");
    const uint8_t *base = (const uint8_t *)request;
    const ProtobufCBinaryData *op_id = NULL;

    if (field == NULL || field->type != PROTOBUF_C_TYPE_BYTES ||
        field->label != PROTOBUF_C_LABEL_OPTIONAL)
        return NULL;
    if (!*(const protobuf_c_boolean *)(const void *)(base + field->quantifier_offset))
        return NULL;
    op_id = (const ProtobufCBinaryData *)(const void *)(base + field->offset);
    return op_id->len == OP_ID_BYTES ? op_id->data : NULL;
}
