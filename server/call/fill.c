/* call/fill — columns into fields; header has the manual. */
#include "call/fill.h"

#include <stdlib.h>
#include <string.h>

#include <endian.h>
#include <openssl/crypto.h>

#include "base/memory.h"
#include "call/epoch.h"
#include "db/sqltype.h"

enum { NAME = 64, HEADER = 20, FIELDS = 64 };

static const char sealed_suffix[] = "_sealed";

/* What stands in the row beside the message. */
static const char *const beside[] = {"verdict", "field", "text", "seal_key", "login_seat"};

/* Where a column goes; no field: it stands beside the message. */
typedef struct way {
    const ProtobufCFieldDescriptor *list; /* of "list.x", else NULL */
    const ProtobufCFieldDescriptor *field;
    xf_sql_type type;
    bool array;
    bool sealed;
} way;

/* Of a statement. */
typedef struct plan {
    const ProtobufCMessageDescriptor *message; /* NULL: not made */
    size_t n;
    way *ways;
} plan;

struct xf_fill_ways {
    size_t n;
    plan plans[];
};

/* The column that is being filled in, and where it goes. */
typedef struct filler {
    xf_arena *arena;
    const xf_seal *seal;
    const xf_query *query;
    ProtobufCMessage *message;
    xf_error *reterr;
    const uint8_t *wrapped; /* the petition's key as its row has it; NULL: none */
    xf_seal_key *key;       /* unwrapped by the first sealed column that needs it */
    uint64_t made;          /* a bit a list of the message: its submessages stand */

    const char *name;
    xf_sql_type type;
    bool array;
    const uint8_t *value; /* NULL: SQL null */
    size_t len;

    const ProtobufCFieldDescriptor *list; /* of "list.x", else NULL */
    const ProtobufCFieldDescriptor *field;
    bool sealed;
} filler;

typedef struct item {
    int64_t number;
    const uint8_t *bytes;
    size_t n;
} item;

typedef struct array {
    const uint8_t *at;
    const uint8_t *end;
    size_t n;
} array;

static xf_code
mistake(const filler *f)
{
    return XF_FAIL(f->reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "%.90s", f->name);
}

static xf_code
full(const filler *f)
{
    return XF_FAIL(f->reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
}

/* ---- Which field ------------------------------------------------------------------------------ */

static const ProtobufCFieldDescriptor *
by_name(const ProtobufCMessageDescriptor *message, const char *name, size_t n)
{
    char copy[NAME];
    if (n >= sizeof copy)
        return NULL;
    memcpy(copy, name, n);
    copy[n] = '\0';
    return protobuf_c_message_descriptor_get_field_by_name(message, copy);
}

static bool
find_field(filler *f)
{
    const ProtobufCMessageDescriptor *message = f->message->descriptor;
    const char *name = f->name;
    const char *dot = strchr(name, '.');
    f->list = NULL;
    f->sealed = false;
    if (dot) {
        f->list = by_name(message, name, (size_t)(dot - name));
        if (!f->list || f->list->type != PROTOBUF_C_TYPE_MESSAGE ||
            f->list->label != PROTOBUF_C_LABEL_REPEATED)
            return false;
        message = f->list->descriptor;
        name = dot + 1;
    }
    size_t n = strlen(name);
    size_t suffix = sizeof sealed_suffix - 1;
    f->field = by_name(message, name, n);
    if (!f->field && n > suffix && strcmp(name + n - suffix, sealed_suffix) == 0) {
        f->field = by_name(message, name, n - suffix);
        f->sealed = true;
    }
    return f->field != NULL;
}

/* The reverse of sqlgen's table of pairs; a wider number is taken too. */
static bool
types_match(const filler *f)
{
    bool small = f->type == XF_SQL_INT2 || f->type == XF_SQL_INT4;
    if (f->sealed)
        return f->type == XF_SQL_BYTEA && f->field->type == PROTOBUF_C_TYPE_STRING;
    switch (f->field->type) {
    case PROTOBUF_C_TYPE_BOOL: return f->type == XF_SQL_BOOL;
    case PROTOBUF_C_TYPE_ENUM: return small;
    case PROTOBUF_C_TYPE_INT32: return small || f->type == XF_SQL_DATE;
    case PROTOBUF_C_TYPE_INT64:
        return small || f->type == XF_SQL_INT8 || f->type == XF_SQL_TIMESTAMPTZ;
    case PROTOBUF_C_TYPE_STRING: return f->type == XF_SQL_TEXT;
    case PROTOBUF_C_TYPE_BYTES: return f->type == XF_SQL_BYTEA || f->type == XF_SQL_UUID;
    default: return false;
    }
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
decode(xf_sql_type type, const uint8_t *bytes, size_t n, item *ret_item)
{
    *ret_item = (item){.bytes = bytes, .n = n};
    switch (type) {
    case XF_SQL_BOOL: ret_item->number = n == 1 && *bytes; return n == 1;
    case XF_SQL_INT2: ret_item->number = n == 2 ? load16(bytes) : 0; return n == 2;
    case XF_SQL_INT4: ret_item->number = n == 4 ? load32(bytes) : 0; return n == 4;
    case XF_SQL_DATE:
        ret_item->number = n == 4 ? load32(bytes) + XF_EPOCH_DAYS : 0;
        return n == 4 && ret_item->number <= INT32_MAX;
    case XF_SQL_INT8: ret_item->number = n == 8 ? load64(bytes) : 0; return n == 8;
    case XF_SQL_TIMESTAMPTZ: ret_item->number = n == 8 ? load_instant(bytes) : 0; return n == 8;
    case XF_SQL_UUID: return n == 16;
    case XF_SQL_TEXT:
    case XF_SQL_BYTEA: break;
    }
    return true;
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
    if (dimensions != 1 || f->len < HEADER ||
        (uint32_t)load32(f->value + 8) != xf_sqltype_oid(f->type, false))
        return false;
    int32_t n = load32(f->value + 12);
    ret_array->at = f->value + HEADER;
    ret_array->end = f->value + f->len;
    ret_array->n = (size_t)n;
    return n >= 0 && (size_t)n <= (f->len - HEADER) / 4;
}

/* *ret_null or *ret_item. */
static bool
next_element(const filler *f, array *elements, bool *ret_null, item *ret_item)
{
    if (elements->end - elements->at < 4)
        return false;
    int32_t n = load32(elements->at);
    elements->at += 4;
    *ret_null = n < 0;
    if (n < 0)
        return true;
    if (elements->end - elements->at < n)
        return false;
    const uint8_t *bytes = elements->at;
    elements->at += n;
    return decode(f->type, bytes, (size_t)n, ret_item);
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
unseal(const filler *f, const item *it, char **ret_masked)
{
    xf_code code = XF_CODE_OK;
    if (!f->wrapped || !f->seal || it->n < XF_SEAL_OVERHEAD)
        return mistake(f);
    if (!f->key->seal)
        XF_TRY(xf_seal_key_unwrap(f->seal, f->wrapped, f->key, f->reterr));
    size_t n = it->n - XF_SEAL_OVERHEAD;
    size_t room = n + 9;
    char *plain = xf_arena_take(f->arena, n + 1);
    char *masked = xf_arena_take(f->arena, room);
    if (!plain || !masked)
        return full(f);
    code = xf_seal_open(f->key, f->field->name, it->bytes, it->n, plain, f->reterr);
    if (code == XF_CODE_OK)
        xf_seal_mask(f->field->name, plain, n, masked, room);
    OPENSSL_cleanse(plain, n);
    *ret_masked = masked;
out:
    return code;
}

/* Stores at a member or at an element of a repeated one. */
static xf_code
store(const filler *f, void *at, const item *it)
{
    if (f->sealed)
        return unseal(f, it, at);
    char *copy = NULL;
    switch (f->field->type) {
    case PROTOBUF_C_TYPE_INT64: *(int64_t *)at = it->number; return XF_CODE_OK;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
        copy = xf_arena_text(f->arena, (const char *)it->bytes, it->n);
        if (!copy)
            return full(f);
        break;
    default: *(int32_t *)at = (int32_t)it->number; return XF_CODE_OK; /* int32, enum, bool */
    }
    if (f->field->type == PROTOBUF_C_TYPE_STRING) {
        *(char **)at = copy;
    } else {
        *(ProtobufCBinaryData *)at = (ProtobufCBinaryData){it->n, (uint8_t *)copy};
    }
    return XF_CODE_OK;
}

static void
set_repeated(const filler *f, ProtobufCMessage *message, size_t n, void *elements)
{
    *(size_t *)member(message, f->field->quantifier_offset) = n;
    *(void **)member(message, f->field->offset) = elements;
}

/* Bit n of the number is the enum's value n. */
static xf_code
spread(const filler *f, ProtobufCMessage *message, int64_t number)
{
    if (f->field->type != PROTOBUF_C_TYPE_ENUM)
        return mistake(f);
    uint32_t mask = (uint32_t)number;
    size_t n = (size_t)__builtin_popcount(mask);
    int32_t *values = xf_arena_take(f->arena, (n + 1) * sizeof *values);
    if (!values)
        return full(f);
    n = 0;
    for (int32_t bit = 0; bit < 32; bit++) {
        if (mask >> bit & 1)
            values[n++] = bit;
    }
    set_repeated(f, message, n, values);
    return XF_CODE_OK;
}

static xf_code
set_member(const filler *f, ProtobufCMessage *message, const item *it)
{
    if (f->field->label == PROTOBUF_C_LABEL_REPEATED)
        return spread(f, message, it->number);
    if (f->field->label == PROTOBUF_C_LABEL_OPTIONAL && f->field->quantifier_offset)
        *(protobuf_c_boolean *)member(message, f->field->quantifier_offset) = 1;
    return store(f, member(message, f->field->offset), it);
}

/* "xs" from an array. */
static xf_code
fill_repeated(const filler *f)
{
    array elements;
    if (f->field->label != PROTOBUF_C_LABEL_REPEATED || !open_array(f, &elements))
        return mistake(f);
    size_t each = width(f->field);
    uint8_t *values = xf_arena_take(f->arena, elements.n * each + 1);
    if (!values)
        return full(f);
    size_t n = 0;
    for (size_t i = 0; i < elements.n; i++) {
        bool null;
        item it;
        if (!next_element(f, &elements, &null, &it))
            return mistake(f);
        if (null)
            continue;
        xf_code code = store(f, values + n++ * each, &it);
        if (code != XF_CODE_OK)
            return code;
    }
    set_repeated(f, f->message, n, values);
    return XF_CODE_OK;
}

/* The first array of a list says how many submessages there are. */
static xf_code
make_list(filler *f, size_t n)
{
    size_t place = (size_t)(f->list - f->message->descriptor->fields);
    size_t *standing = member(f->message, f->list->quantifier_offset);
    if (place >= FIELDS)
        return mistake(f);
    if (f->made >> place & 1)
        return *standing == n ? XF_CODE_OK : mistake(f);
    f->made |= UINT64_C(1) << place;
    const ProtobufCMessageDescriptor *type = f->list->descriptor;
    ProtobufCMessage **parts = xf_arena_take(f->arena, n * sizeof(void *) + 1);
    uint8_t *bodies = xf_arena_take(f->arena, n * type->sizeof_message + 1);
    if (!parts || !bodies)
        return full(f);
    for (size_t i = 0; i < n; i++) {
        parts[i] = (ProtobufCMessage *)(void *)(bodies + i * type->sizeof_message);
        protobuf_c_message_init(type, parts[i]);
    }
    *standing = n;
    *(ProtobufCMessage ***)member(f->message, f->list->offset) = parts;
    return XF_CODE_OK;
}

static xf_code
fill_list(filler *f)
{
    xf_code code = XF_CODE_OK;
    array elements;
    if (!f->array || !open_array(f, &elements))
        return mistake(f);
    XF_TRY(make_list(f, elements.n));
    ProtobufCMessage **parts = *(ProtobufCMessage ***)member(f->message, f->list->offset);
    for (size_t i = 0; i < elements.n; i++) {
        bool null;
        item it;
        if (!next_element(f, &elements, &null, &it))
            return mistake(f);
        if (!null)
            XF_TRY(set_member(f, parts[i], &it));
    }
out:
    return code;
}

static xf_code
fill_column(filler *f, int column, const way *way)
{
    if (!way->field)
        return XF_CODE_OK;
    f->list = way->list;
    f->field = way->field;
    f->type = way->type;
    f->array = way->array;
    f->sealed = way->sealed;
    bool null = xf_query_null(f->query, 0, column);
    f->len = 0;
    f->value = null ? NULL : xf_query_value(f->query, 0, column, &f->len);
    if (f->list)
        return fill_list(f);
    if (f->array)
        return fill_repeated(f);
    item it;
    if (null)
        return XF_CODE_OK;
    if (!decode(f->type, f->value, f->len, &it))
        return mistake(f);
    return set_member(f, f->message, &it);
}

static bool
is_beside(const char *name)
{
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        if (*beside[i] == *name && strcmp(beside[i], name) == 0) /* few begin alike */
            return true;
    }
    return false;
}

static xf_code
find_way(filler *f, int column, way *ret_way)
{
    f->name = xf_query_column_name(f->query, column);
    if (is_beside(f->name))
        return XF_CODE_OK;
    if (!find_field(f) || !xf_query_column_type(f->query, column, &f->type, &f->array) ||
        !types_match(f))
        return mistake(f);
    *ret_way = (way){f->list, f->field, f->type, f->array, f->sealed};
    return XF_CODE_OK;
}

/* As found with an earlier result, or now. */
static xf_code
make_plan(filler *f, plan *made)
{
    xf_code code = XF_CODE_OK;
    size_t n = xf_query_columns(f->query);
    if (made->message == f->message->descriptor && made->n == n)
        return XF_CODE_OK;
    free(made->ways);
    *made = (plan){.ways = xf_memory_new(n * sizeof *made->ways)};
    for (size_t i = 0; i < n; i++)
        XF_TRY(find_way(f, (int)i, &made->ways[i]));
    made->n = n;
    made->message = f->message->descriptor;
out:
    return code;
}

xf_fill_ways *
xf_fill_ways_new(void)
{
    size_t n = xf_statement_count();
    xf_fill_ways *ways = xf_memory_new(sizeof *ways + n * sizeof *ways->plans);
    ways->n = n;
    return ways;
}

void
xf_fill_ways_free(xf_fill_ways **ways)
{
    if (!*ways)
        return;
    for (size_t i = 0; i < (*ways)->n; i++)
        free((*ways)->plans[i].ways);
    free(*ways);
    *ways = NULL;
}

static const uint8_t *
find_key(const xf_query *query)
{
    int column = xf_query_column(query, "seal_key");
    size_t n = 0;
    if (column < 0 || xf_query_null(query, 0, column))
        return NULL;
    const uint8_t *key = xf_query_value(query, 0, column, &n);
    return n == XF_SEAL_WRAPPED ? key : NULL;
}

static xf_code
fill(filler *f, plan *plan)
{
    xf_code code = XF_CODE_OK;
    XF_TRY(make_plan(f, plan));
    for (size_t i = 0; i < plan->n; i++) {
        f->name = xf_query_column_name(f->query, (int)i);
        XF_TRY(fill_column(f, (int)i, &plan->ways[i]));
    }
out:
    return code;
}

xf_code
xf_fill_reply(xf_fill_ways *ways, xf_arena *arena, const xf_seal *seal, const xf_query *query,
              ProtobufCMessage *message, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    xf_seal_key key = {0};
    plan once = {0};
    filler f = {.arena = arena,
                .seal = seal,
                .query = query,
                .message = message,
                .reterr = reterr,
                .wrapped = find_key(query),
                .key = &key};
    bool kept = ways && query->statement && query->statement->number < ways->n;
    code = fill(&f, kept ? &ways->plans[query->statement->number] : &once);
    free(once.ways);
    xf_seal_key_clear(&key);
    return code;
}

xf_code
xf_fill_message(xf_arena *arena, const xf_seal *seal, const xf_query *query,
                ProtobufCMessage *message, xf_error *reterr)
{
    return xf_fill_reply(NULL, arena, seal, query, message, reterr);
}
