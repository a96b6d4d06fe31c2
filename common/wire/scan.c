/* wire/scan — on the way of every request, so: one pass, a stack of levels on the C stack,
 * and no text until there is an error. The path is found again from the bytes then.
 */
#include "wire/scan.h"

#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/limit.h"
#include "base/utf8.h"

enum {
    MOST_DEPTH = 64,      /* the most that XF_LIMIT_MESSAGE_DEPTH may be */
    MOST_FIELD = 1 << 29, /* field numbers have 29 bits */
    MOST_VARINT = 10,
    MOST_LENGTH = INT_MAX, /* protobuf-c's own */
};

/* The bytes of one message; `at` moves from start to end. */
typedef struct level {
    const ProtobufCMessageDescriptor *type;
    const ProtobufCFieldDescriptor *field; /* of the field last begun here */
    const uint8_t *start;
    const uint8_t *begun; /* where that field's tag stands */
    const uint8_t *at;
    const uint8_t *end;
    uint64_t seen; /* a bit a field: submessages that may stand once */
} level;

typedef struct scan {
    uint64_t count;
    uint64_t most_count;
    size_t depth; /* levels in use */
    size_t most_depth;
    level level[MOST_DEPTH];
} scan;

typedef struct tag {
    uint32_t number;
    ProtobufCWireType wire;
} tag;

/* ---- bytes ------------------------------------------------------------------------ */

static bool
take_long_varint(const uint8_t **at, const uint8_t *end, uint64_t *ret_value)
{
    const uint8_t *p = *at;
    uint64_t value = 0;

    for (unsigned i = 0; i < MOST_VARINT && p < end; i++) {
        value |= (uint64_t)(*p & 0x7f) << (7 * i);
        if (*p++ < 0x80) {
            *at = p;
            *ret_value = value;
            return true;
        }
    }
    return false;
}

/* Tags, lengths and small numbers, so most of them, are one byte. */
static inline bool
take_varint(const uint8_t **at, const uint8_t *end, uint64_t *ret_value)
{
    if (*at == end || **at >= 0x80)
        return take_long_varint(at, end, ret_value);
    *ret_value = *(*at)++;
    return true;
}

/* Wire types 3 and 4 are groups, 6 and 7 nothing: all refused. */
static bool
take_tag(const uint8_t **at, const uint8_t *end, tag *ret_tag)
{
    uint64_t value = 0;

    if (!take_varint(at, end, &value) || value >> 3 == 0 || value >> 3 >= MOST_FIELD)
        return false;
    ret_tag->number = (uint32_t)(value >> 3);
    switch (value & 7) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
    case PROTOBUF_C_WIRE_TYPE_64BIT:
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
    case PROTOBUF_C_WIRE_TYPE_32BIT: ret_tag->wire = (ProtobufCWireType)(value & 7); return true;
    default: return false;
    }
}

/* The value behind a tag; *ret_number is a varint's value or a length, and then the
 * bytes begin at *ret_bytes. */
static bool
take_value(const uint8_t **at, const uint8_t *end, ProtobufCWireType wire, uint64_t *ret_number,
           const uint8_t **ret_bytes)
{
    size_t n = wire == PROTOBUF_C_WIRE_TYPE_64BIT ? 8 : 4;

    if (wire == PROTOBUF_C_WIRE_TYPE_VARINT)
        return take_varint(at, end, ret_number);
    if (wire == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED) {
        if (!take_varint(at, end, ret_number) || *ret_number > MOST_LENGTH)
            return false;
        n = *ret_number;
    }
    if ((size_t)(end - *at) < n)
        return false;
    *ret_bytes = *at;
    *at += n;
    return true;
}

/* ---- types ------------------------------------------------------------------------ */

static ProtobufCWireType
wire_of(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE: return PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT: return PROTOBUF_C_WIRE_TYPE_32BIT;
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE: return PROTOBUF_C_WIRE_TYPE_64BIT;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM: break;
    }
    return PROTOBUF_C_WIRE_TYPE_VARINT;
}

/* NULL: of a newer peer. A message that numbers its fields from 1 without a hole, as ours do, has each at
 * its place; else protobuf-c looks for it. */
static const ProtobufCFieldDescriptor *
field_of(const ProtobufCMessageDescriptor *type, uint32_t number)
{
    if (number <= type->n_fields && type->fields[number - 1].id == number)
        return &type->fields[number - 1];
    return protobuf_c_message_descriptor_get_field(type, number);
}

/* A repeated scalar may come packed, whatever the .proto says. */
static bool
packed(const ProtobufCFieldDescriptor *field, ProtobufCWireType wire)
{
    return field->label == PROTOBUF_C_LABEL_REPEATED &&
           wire == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED &&
           wire_of(field->type) != PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
}

/* protobuf-c cuts an enum to its low 32 bits; what has more is nobody's value. */
static bool
enum_known(const ProtobufCEnumDescriptor *type, uint64_t value)
{
    int64_t number = (int64_t)value;

    return number >= INT_MIN && number <= INT_MAX &&
           protobuf_c_enum_descriptor_get_value(type, (int)number) != NULL;
}

/* ---- the path, only when there is an error ------------------------------------------ */

/* How many values a packed run of whole values holds. */
static uint64_t
packed_count(const ProtobufCFieldDescriptor *field, const uint8_t *bytes, uint64_t n)
{
    ProtobufCWireType wire = wire_of(field->type);
    uint64_t count = 0;

    if (wire != PROTOBUF_C_WIRE_TYPE_VARINT)
        return n / (wire == PROTOBUF_C_WIRE_TYPE_64BIT ? 8 : 4);
    for (uint64_t i = 0; i < n; i++)
        count += bytes[i] < 0x80;
    return count;
}

/* How many values of its field stand before the one that was begun last. */
static uint64_t
index_in(const level *in)
{
    const uint8_t *at = in->start;
    const uint8_t *bytes = NULL;
    uint64_t number = 0;
    uint64_t index = 0;
    tag next;

    while (at < in->begun && take_tag(&at, in->end, &next) &&
           take_value(&at, in->end, next.wire, &number, &bytes)) {
        if (next.number != in->field->id)
            continue;
        index += packed(in->field, next.wire) ? packed_count(in->field, bytes, number) : 1;
    }
    return index;
}

/* INVALID at the field last begun; `more`: how far into a packed run. */
static xf_code
refuse(const scan *s, xf_text text, uint64_t more, xf_error *reterr)
{
    char path[96] = "";
    size_t len = 0;
    const level *in = NULL;
    int n = 0;

    for (size_t i = 0; i < s->depth && len < sizeof path; i++) {
        in = &s->level[i];
        n = snprintf(path + len, sizeof path - len, "%s%s", i > 0 ? "." : "", in->field->name);
        len += n > 0 ? (size_t)n : 0;
        if (in->field->label != PROTOBUF_C_LABEL_REPEATED || len >= sizeof path)
            continue;
        n = snprintf(path + len, sizeof path - len, "[%" PRIu64 "]", index_in(in) + more);
        len += n > 0 ? (size_t)n : 0;
    }
    return XF_FAIL(reterr, XF_CODE_INVALID, text, "%s", path);
}

static xf_code
refuse_bytes(xf_error *reterr)
{
    return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_MESSAGE_BROKEN, "");
}

static xf_code
refuse_limit(xf_limit limit, xf_error *reterr)
{
    xf_limit_hit(limit);
    return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
}

/* ---- the walk ------------------------------------------------------------------------ */

static xf_code
scan_packed(scan *s, const ProtobufCFieldDescriptor *field, const uint8_t *bytes, uint64_t n,
            xf_error *reterr)
{
    const uint8_t *at = bytes;
    const uint8_t *end = bytes + n;
    ProtobufCWireType wire = wire_of(field->type);
    uint64_t value = 0;

    if (wire != PROTOBUF_C_WIRE_TYPE_VARINT) {
        if (n % (wire == PROTOBUF_C_WIRE_TYPE_64BIT ? 8 : 4) != 0)
            return refuse(s, XF_TEXT_MESSAGE_BROKEN, 0, reterr);
        s->count += packed_count(field, bytes, n);
        at = end;
    }
    for (uint64_t i = 0; at < end; i++) {
        if (++s->count > s->most_count)
            break;
        if (!take_varint(&at, end, &value))
            return refuse(s, XF_TEXT_MESSAGE_BROKEN, i, reterr);
        if (field->type == PROTOBUF_C_TYPE_ENUM && !enum_known(field->descriptor, value))
            return refuse(s, XF_TEXT_FIELD_RANGE, i, reterr);
    }
    return s->count > s->most_count ? refuse_limit(XF_LIMIT_MESSAGE_COUNT, reterr) : XF_CODE_OK;
}

/* Opens a level for a submessage. */
static xf_code
descend(scan *s, const ProtobufCFieldDescriptor *field, const uint8_t *bytes, uint64_t n,
        xf_error *reterr)
{
    level *in = &s->level[s->depth - 1];
    uint64_t bit = 0;

    if (field->label != PROTOBUF_C_LABEL_REPEATED) {
        assert(field - in->type->fields < 64); /* our own .proto files keep to it */
        bit = UINT64_C(1) << (field - in->type->fields);
        if ((in->seen & bit) != 0)
            return refuse(s, XF_TEXT_MESSAGE_BROKEN, 0, reterr);
        in->seen |= bit;
    }
    if (s->depth >= s->most_depth)
        return refuse_limit(XF_LIMIT_MESSAGE_DEPTH, reterr);
    s->level[s->depth++] =
        (level){.type = field->descriptor, .start = bytes, .at = bytes, .end = bytes + n};
    return XF_CODE_OK;
}

static xf_code
scan_field(scan *s, xf_error *reterr)
{
    level *in = &s->level[s->depth - 1];
    const ProtobufCFieldDescriptor *field = NULL;
    const uint8_t *bytes = NULL;
    uint64_t number = 0;
    tag next;

    in->begun = in->at;
    if (++s->count > s->most_count)
        return refuse_limit(XF_LIMIT_MESSAGE_COUNT, reterr);
    if (!take_tag(&in->at, in->end, &next) ||
        !take_value(&in->at, in->end, next.wire, &number, &bytes))
        return refuse_bytes(reterr);
    field = field_of(in->type, next.number);
    if (field == NULL)
        return XF_CODE_OK; /* from a newer peer */
    in->field = field;
    if (packed(field, next.wire))
        return scan_packed(s, field, bytes, number, reterr);
    if (next.wire != wire_of(field->type))
        return refuse(s, XF_TEXT_MESSAGE_BROKEN, 0, reterr);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return descend(s, field, bytes, number, reterr);
    if (field->type == PROTOBUF_C_TYPE_STRING && !xf_utf8_valid(bytes, number))
        return refuse(s, XF_TEXT_FIELD_BYTES, 0, reterr);
    if (field->type == PROTOBUF_C_TYPE_ENUM && !enum_known(field->descriptor, number))
        return refuse(s, XF_TEXT_FIELD_RANGE, 0, reterr);
    return XF_CODE_OK;
}

xf_code
xf_scan_body(const ProtobufCMessageDescriptor *type, const uint8_t *body, size_t body_len,
             xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    scan s; /* 4 KiB, of which only the levels in use are written */

    if (body_len == 0)
        return XF_CODE_OK;
    s.count = 0;
    s.most_count = xf_limit_get(XF_LIMIT_MESSAGE_COUNT);
    s.most_depth = xf_limit_get(XF_LIMIT_MESSAGE_DEPTH);
    assert(s.most_depth <= MOST_DEPTH);
    s.level[0] = (level){.type = type, .start = body, .at = body, .end = body + body_len};
    s.depth = 1;
    while (s.depth > 0 && code == XF_CODE_OK) {
        if (s.level[s.depth - 1].at == s.level[s.depth - 1].end) {
            s.depth--;
        } else {
            code = scan_field(&s, reterr);
        }
    }
    return code;
}
