/* call/fill — columns into fields; header has the manual. */
#include "call/fill.h"

#include <string.h>

#include <endian.h>
#include <openssl/crypto.h>

#include "call/epoch.h"

enum { HEADER = 20 };

/* The column that is being filled in, and where it goes. */
typedef struct filler {
    xf_arena *arena;
    const xf_seal *seal;
    const xf_query *query;
    ProtobufCMessage *message;
    xf_error *reterr;
    const uint8_t *wrapped; /* the petition's key as its row has it; NULL: none */
    xf_seal_key *key;       /* unwrapped by the first sealed column that needs it */

    int column;
    const xf_way *way;
    const uint8_t *value; /* NULL: SQL null */
    size_t len;
} filler;

typedef struct array {
    const uint8_t *at;
    const uint8_t *end;
    size_t n;
} array;

static xf_code
mistake(const filler *f)
{
    return XF_FAIL(f->reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "%.90s",
                   xf_query_column_name(f->query, f->column));
}

static xf_code
full(const filler *f)
{
    return XF_FAIL(f->reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
}

/* ---- Bytes in ----------------------------------------------------------------------------------- */

static int16_t
load16(const uint8_t *at)
{
    uint16_t big;
    memcpy(&big, at, sizeof big);
    return (int16_t)be16toh(big);
}

static int32_t
load32(const uint8_t *at)
{
    uint32_t big;
    memcpy(&big, at, sizeof big);
    return (int32_t)be32toh(big);
}

static int64_t
load64(const uint8_t *at)
{
    uint64_t big;
    memcpy(&big, at, sizeof big);
    return (int64_t)be64toh(big);
}

/* Microseconds since 2000 -> milliseconds since 1970, downwards. */
static int64_t
load_instant(const uint8_t *at)
{
    int64_t us = load64(at);
    int64_t ms = us / 1000 - (us % 1000 < 0);
    return ms + XF_EPOCH_MS;
}

/* false: not as long as its type is, or a day beyond ours ('infinity'). */
static bool
load_number(xf_sql_type type, const uint8_t *bytes, size_t n, int64_t *ret_number)
{
    switch (type) {
    case XF_SQL_BOOL: *ret_number = n == 1 && *bytes; return n == 1;
    case XF_SQL_INT2: *ret_number = n == 2 ? load16(bytes) : 0; return n == 2;
    case XF_SQL_INT4: *ret_number = n == 4 ? load32(bytes) : 0; return n == 4;
    case XF_SQL_DATE:
        *ret_number = n == 4 ? load32(bytes) + XF_EPOCH_DAYS : 0;
        return n == 4 && *ret_number <= INT32_MAX;
    case XF_SQL_INT8: *ret_number = n == 8 ? load64(bytes) : 0; return n == 8;
    case XF_SQL_TIMESTAMPTZ: *ret_number = n == 8 ? load_instant(bytes) : 0; return n == 8;
    case XF_SQL_UUID:
    case XF_SQL_TEXT:
    case XF_SQL_BYTEA: break;
    }
    return false;
}

static bool
open_array(const filler *f, array *ret_array)
{
    *ret_array = (array){0};
    if (!f->value)
        return true;
    if (f->len < 12)
        return false;
    int32_t dimensions = load32(f->value);
    if (dimensions == 0)
        return true;
    if (dimensions != 1 || f->len < HEADER || (uint32_t)load32(f->value + 8) != f->way->oid)
        return false;
    int32_t n = load32(f->value + 12);
    ret_array->at = f->value + HEADER;
    ret_array->end = f->value + f->len;
    ret_array->n = (size_t)n;
    return n >= 0 && (size_t)n <= (f->len - HEADER) / 4;
}

/* *ret_bytes is NULL for an SQL null. Inline, as set_member: a page has 500 elements, and the calls
 * were a twenty-fifth of the server's work at it. */
static inline bool
next_element(array *elements, const uint8_t **ret_bytes, size_t *ret_n)
{
    if (elements->end - elements->at < 4)
        return false;
    int32_t n = load32(elements->at);
    elements->at += 4;
    *ret_bytes = n < 0 ? NULL : elements->at;
    if (n < 0)
        return true;
    if (elements->end - elements->at < n)
        return false;
    elements->at += n;
    *ret_n = (size_t)n;
    return true;
}

/* ---- Into the message ----------------------------------------------------------------------------- */

static void *
member(ProtobufCMessage *message, unsigned offset)
{
    return (uint8_t *)message + offset;
}

static size_t
width(const ProtobufCFieldDescriptor *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT64: return sizeof(int64_t);
    case PROTOBUF_C_TYPE_STRING: return sizeof(char *);
    case PROTOBUF_C_TYPE_BYTES: return sizeof(ProtobufCBinaryData);
    default: return sizeof(int32_t);
    }
}

/* The plain text lives no longer than this function. */
static xf_code
unseal(const filler *f, const uint8_t *bytes, size_t sealed, char **ret_masked)
{
    const char *name = f->way->field->name;
    xf_code code = XF_CODE_OK;
    if (!f->wrapped || !f->seal || sealed < XF_SEAL_OVERHEAD)
        return mistake(f);
    if (!f->key->seal)
        XF_TRY(xf_seal_key_unwrap(f->seal, f->wrapped, f->key, f->reterr));
    size_t n = sealed - XF_SEAL_OVERHEAD;
    size_t room = n + 9;
    char *plain = xf_arena_take(f->arena, n + 1);
    char *masked = xf_arena_take(f->arena, room);
    if (!plain || !masked)
        return full(f);
    code = xf_seal_open(f->key, name, bytes, sealed, plain, f->reterr);
    if (code == XF_CODE_OK)
        xf_seal_mask(name, plain, n, masked, room);
    OPENSSL_cleanse(plain, n);
    *ret_masked = masked;
out:
    return code;
}

static xf_code
store_bytes(const filler *f, void *at, const uint8_t *bytes, size_t n)
{
    if (f->way->sealed)
        return unseal(f, bytes, n, at);
    if (f->way->type == XF_SQL_UUID && n != 16)
        return mistake(f);
    char *copy = xf_arena_text(f->arena, (const char *)bytes, n);
    if (!copy)
        return full(f);
    if (f->way->field->type == PROTOBUF_C_TYPE_STRING) {
        *(char **)at = copy;
    } else {
        *(ProtobufCBinaryData *)at = (ProtobufCBinaryData){n, (uint8_t *)copy};
    }
    return XF_CODE_OK;
}

/* Stores at a member or at an element of a repeated one. */
static xf_code
store(const filler *f, void *at, const uint8_t *bytes, size_t n)
{
    int64_t number = 0;
    switch (f->way->field->type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES: return store_bytes(f, at, bytes, n);
    default: break;
    }
    if (!load_number(f->way->type, bytes, n, &number))
        return mistake(f);
    if (f->way->field->type == PROTOBUF_C_TYPE_INT64) {
        *(int64_t *)at = number;
    } else {
        *(int32_t *)at = (int32_t)number; /* int32, enum, bool */
    }
    return XF_CODE_OK;
}

static void
set_repeated(const filler *f, ProtobufCMessage *message, size_t n, void *elements)
{
    *(size_t *)member(message, f->way->field->quantifier_offset) = n;
    *(void **)member(message, f->way->field->offset) = elements;
}

/* Bit n of the number is the enum's value n. */
static xf_code
spread(const filler *f, ProtobufCMessage *message, const uint8_t *bytes, size_t size)
{
    int32_t mask = 0;
    if (f->way->field->type != PROTOBUF_C_TYPE_ENUM)
        return mistake(f);
    xf_code code = store(f, &mask, bytes, size);
    if (code != XF_CODE_OK)
        return code;
    size_t n = (size_t)__builtin_popcount((uint32_t)mask);
    int32_t *values = xf_arena_take(f->arena, (n + 1) * sizeof *values);
    if (!values)
        return full(f);
    n = 0;
    for (int32_t bit = 0; bit < 32; bit++) {
        if ((uint32_t)mask >> bit & 1)
            values[n++] = bit;
    }
    set_repeated(f, message, n, values);
    return XF_CODE_OK;
}

static inline xf_code
set_member(const filler *f, ProtobufCMessage *message, const uint8_t *bytes, size_t n)
{
    const xf_way *way = f->way;
    if (way->field->label == PROTOBUF_C_LABEL_REPEATED)
        return spread(f, message, bytes, n);
    if (way->has)
        *(protobuf_c_boolean *)member(message, way->has) = 1;
    return store(f, member(message, way->field->offset), bytes, n);
}

/* "xs" from an array. */
static xf_code
fill_repeated(const filler *f)
{
    xf_code code = XF_CODE_OK;
    array elements;
    if (f->way->field->label != PROTOBUF_C_LABEL_REPEATED || !open_array(f, &elements))
        return mistake(f);
    size_t each = width(f->way->field);
    uint8_t *values = xf_arena_take(f->arena, elements.n * each + 1);
    if (!values)
        return full(f);
    size_t kept = 0;
    for (size_t i = 0; i < elements.n; i++) {
        const uint8_t *bytes;
        size_t n;
        if (!next_element(&elements, &bytes, &n))
            return mistake(f);
        if (bytes)
            XF_TRY(store(f, values + kept++ * each, bytes, n));
    }
    set_repeated(f, f->message, kept, values);
out:
    return code;
}

/* The first array of a list says how many submessages there are. */
static xf_code
make_list(const filler *f, size_t n)
{
    const ProtobufCMessageDescriptor *type = f->way->list->descriptor;
    size_t *standing = member(f->message, f->way->list->quantifier_offset);
    ProtobufCMessage ***list = member(f->message, f->way->list->offset);
    if (*list)
        return *standing == n ? XF_CODE_OK : mistake(f);
    ProtobufCMessage **parts = xf_arena_take(f->arena, n * sizeof(void *) + 1);
    uint8_t *bodies = xf_arena_take(f->arena, n * type->sizeof_message + 1);
    if (!parts || !bodies)
        return full(f);
    for (size_t i = 0; i < n; i++) {
        parts[i] = (ProtobufCMessage *)(void *)(bodies + i * type->sizeof_message);
        protobuf_c_message_init(type, parts[i]);
    }
    *standing = n;
    *list = parts;
    return XF_CODE_OK;
}

static xf_code
fill_list(const filler *f)
{
    xf_code code = XF_CODE_OK;
    array elements;
    if (!f->way->array || !open_array(f, &elements))
        return mistake(f);
    XF_TRY(make_list(f, elements.n));
    ProtobufCMessage **parts = *(ProtobufCMessage ***)member(f->message, f->way->list->offset);
    for (size_t i = 0; i < elements.n; i++) {
        const uint8_t *bytes;
        size_t n;
        if (!next_element(&elements, &bytes, &n))
            return mistake(f);
        if (bytes)
            XF_TRY(set_member(f, parts[i], bytes, n));
    }
out:
    return code;
}

static xf_code
fill_column(const filler *f)
{
    if (f->way->list)
        return fill_list(f);
    if (f->way->array)
        return fill_repeated(f);
    return f->value ? set_member(f, f->message, f->value, f->len) : XF_CODE_OK;
}

static const uint8_t *
find_key(const xf_plan *plan, const xf_query *query)
{
    int column = plan->beside[XF_BESIDE_SEAL_KEY];
    size_t n = 0;
    const uint8_t *key = column < 0 ? NULL : xf_query_value(query, 0, column, &n);
    return n == XF_SEAL_WRAPPED ? key : NULL;
}

static xf_code
fill(filler *f, xf_plan *plan)
{
    xf_code code = XF_CODE_OK;
    XF_TRY(xf_plan_lead(plan, f->query, f->message->descriptor, f->reterr));
    for (size_t i = 0; i < plan->n; i++) {
        f->way = &plan->ways[i];
        if (!f->way->field)
            continue;
        f->column = (int)i;
        f->value = xf_query_value(f->query, 0, f->column, &f->len);
        XF_TRY(fill_column(f));
    }
out:
    return code;
}

xf_code
xf_fill_reply(xf_plan *plan, xf_arena *arena, const xf_seal *seal, const xf_query *query,
              ProtobufCMessage *message, xf_error *reterr)
{
    xf_seal_key key = {0};
    filler f = {.arena = arena,
                .seal = seal,
                .query = query,
                .message = message,
                .reterr = reterr,
                .wrapped = find_key(plan, query),
                .key = &key};
    xf_code code = fill(&f, plan);
    xf_seal_key_clear(&key);
    return code;
}

xf_code
xf_fill_message(xf_arena *arena, const xf_seal *seal, const xf_query *query,
                ProtobufCMessage *message, xf_error *reterr)
{
    xf_plan *plan = xf_plan_find(NULL, arena, query);
    if (!plan)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
    return xf_fill_reply(plan, arena, seal, query, message, reterr);
}
