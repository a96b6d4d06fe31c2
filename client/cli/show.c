/* client/cli/show: the message walk keeps its own stack: no message of ours is deeper than
 * a few levels, and recursion is not used here. */
#include "client/cli/show.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/now.h"
#include "client/cli/words.h"

enum { DEPTH = 16, DAY_MS = 86400000, SHANGHAI_MS = 8 * 3600000 };

typedef struct clock_face {
    char day[11];
    int hour, minute, second, ms;
} clock_face;

static clock_face
face_of(int64_t at_ms)
{
    clock_face face;
    xf_day_print(xf_day_of_ms(at_ms), face.day);
    int64_t of_day = (at_ms + SHANGHAI_MS) % DAY_MS;
    int ms = (int)(of_day < 0 ? of_day + DAY_MS : of_day);
    face.hour = ms / 3600000;
    face.minute = ms / 60000 % 60;
    face.second = ms / 1000 % 60;
    face.ms = ms % 1000;
    return face;
}

void
xf_show_instant(int64_t at_ms, char out[XF_SHOW_ROOM])
{
    clock_face f = face_of(at_ms);
    (void)snprintf(out, XF_SHOW_ROOM, "%s %02d:%02d:%02d", f.day, f.hour, f.minute, f.second);
}

void
xf_show_rfc3339(int64_t at_ms, char out[XF_SHOW_ROOM])
{
    clock_face f = face_of(at_ms);
    (void)snprintf(out, XF_SHOW_ROOM, "%sT%02d:%02d:%02d.%03d+08:00", f.day, f.hour, f.minute,
                   f.second, f.ms);
}

const char *
xf_show_day(bool has, int32_t day, char out[XF_SHOW_ROOM])
{
    out[0] = '\0';
    if (has)
        xf_day_print(day, out);
    return out;
}

static bool
ends_in(const char *name, const char *tail)
{
    size_t n = strlen(name);
    size_t t = strlen(tail);
    return n >= t && strcmp(name + n - t, tail) == 0;
}

bool
xf_show_is_day(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_INT32 && ends_in(field->name, "_on");
}

bool
xf_show_is_instant(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_INT64 &&
           (ends_in(field->name, "_at") || strcmp(field->name, "at") == 0);
}

static cJSON *
whole(cJSON *node)
{
    if (node == NULL)
        abort();
    return node;
}

/* A double has 53 bits, an id 63: its digits are written as they are. */
static cJSON *
digits(int64_t number)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%" PRId64, number);
    return whole(cJSON_CreateRaw(text));
}

static cJSON *
hex(const ProtobufCBinaryData *bytes)
{
    char *text = xf_memory_new(2 * bytes->len + 1);
    for (size_t i = 0; i < bytes->len; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", bytes->data[i]);
    cJSON *node = whole(cJSON_CreateString(text));
    free(text);
    return node;
}

static cJSON *
small_number(const ProtobufCFieldDescriptor *field, int32_t number)
{
    char day[XF_SHOW_ROOM];
    if (!xf_show_is_day(field))
        return digits(number);
    return whole(cJSON_CreateString(xf_show_day(true, number, day)));
}

static cJSON *
large_number(const ProtobufCFieldDescriptor *field, int64_t number)
{
    char instant[XF_SHOW_ROOM];
    if (!xf_show_is_instant(field))
        return digits(number);
    xf_show_rfc3339(number, instant);
    return whole(cJSON_CreateString(instant));
}

/* One value that is not a message. `at` points at the value itself. */
static cJSON *
scalar(const ProtobufCFieldDescriptor *field, const void *at)
{
    char name[XF_WORDS_NAME];
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING: return whole(cJSON_CreateString(*(char *const *)at));
    case PROTOBUF_C_TYPE_BYTES: return hex(at);
    case PROTOBUF_C_TYPE_BOOL: return whole(cJSON_CreateBool(*(const protobuf_c_boolean *)at));
    case PROTOBUF_C_TYPE_INT32: return small_number(field, *(const int32_t *)at);
    case PROTOBUF_C_TYPE_INT64: return large_number(field, *(const int64_t *)at);
    case PROTOBUF_C_TYPE_ENUM:
        xf_words_name(field->descriptor, *(const int32_t *)at, name);
        return whole(cJSON_CreateString(name));
    default:
        assert(false); /* a field type that proto/ does not use */
        return whole(cJSON_CreateNull());
    }
}

static size_t
size_of(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT64: return sizeof(int64_t);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE: return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES: return sizeof(ProtobufCBinaryData);
    default: return sizeof(int32_t);
    }
}

static bool
present(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const char *base = (const char *)message;
    if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE)
        return *(void *const *)(base + field->offset) != NULL;
    return *(const protobuf_c_boolean *)(base + field->quantifier_offset) != 0;
}

/* A message under way: its next field, and the place in that field's list. */
typedef struct level {
    const ProtobufCMessage *message;
    cJSON *object;
    unsigned field;
    size_t element;
    cJSON *list;
} level;

/* The next value of this level, or NULL at its end; steps over absent fields. */
static const void *
next_value(level *at, const ProtobufCFieldDescriptor **ret_field)
{
    const char *base = (const char *)at->message;
    for (; at->field < at->message->descriptor->n_fields; at->field++, at->element = 0) {
        const ProtobufCFieldDescriptor *field = &at->message->descriptor->fields[at->field];
        bool list = field->label == PROTOBUF_C_LABEL_REPEATED;
        size_t count = list ? *(const size_t *)(base + field->quantifier_offset)
                            : (size_t)present(at->message, field);
        if (list && at->element == 0)
            at->list = whole(cJSON_AddArrayToObject(at->object, field->name));
        if (at->element >= count)
            continue;
        const char *value = base + field->offset;
        if (list)
            value = *(char *const *)value + at->element * size_of(field->type);
        at->list = list ? at->list : NULL;
        at->element++;
        *ret_field = field;
        return value;
    }
    return NULL;
}

static void
attach(level *at, const ProtobufCFieldDescriptor *field, cJSON *node)
{
    if (at->list != NULL) {
        (void)cJSON_AddItemToArray(at->list, node);
    } else {
        (void)cJSON_AddItemToObject(at->object, field->name, node);
    }
}

cJSON *
xf_show_json(const ProtobufCMessage *message)
{
    level stack[DEPTH] = {{message, whole(cJSON_CreateObject()), 0, 0, NULL}};
    size_t depth = 1;
    while (depth > 0) {
        level *at = &stack[depth - 1];
        const ProtobufCFieldDescriptor *field = NULL;
        const void *value = next_value(at, &field);
        if (value == NULL) {
            depth--;
            continue;
        }
        if (field->type != PROTOBUF_C_TYPE_MESSAGE) {
            attach(at, field, scalar(field, value));
            continue;
        }
        cJSON *object = whole(cJSON_CreateObject());
        attach(at, field, object);
        assert(depth < DEPTH);
        stack[depth++] = (level){*(ProtobufCMessage *const *)value, object, 0, 0, NULL};
    }
    return stack[0].object;
}

void
xf_show_tree(const cJSON *json, bool compact)
{
    char *text = compact ? cJSON_PrintUnformatted(json) : cJSON_Print(json);
    if (text == NULL)
        abort();
    (void)puts(text);
    cJSON_free(text);
}

void
xf_show_json_print(const ProtobufCMessage *message, bool compact)
{
    cJSON *json = xf_show_json(message);
    xf_show_tree(json, compact);
    cJSON_Delete(json);
}
