/* client/cli/fill: a typed word into a field of a message, by its descriptor, and back into one
 * spelling. */
#include "client/cli/fill.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "client/cli/show.h"
#include "client/cli/words.h"

enum { LIST_MOST = 32 };

ProtobufCMessage *
xf_fill_new(const ProtobufCMessageDescriptor *type, xf_arena *arena)
{
    ProtobufCMessage *message = xf_arena_take(arena, type->sizeof_message);
    if (message != NULL)
        protobuf_c_message_init(type, message);
    return message;
}

static const ProtobufCFieldDescriptor *
field_of(const ProtobufCMessage *message, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    assert(field != NULL);
    return field;
}

static void *
value_at(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return (char *)message + field->offset;
}

static void
mark(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    *(protobuf_c_boolean *)((char *)message + field->quantifier_offset) = 1;
}

void
xf_fill_number(ProtobufCMessage *message, const char *field, int32_t number)
{
    const ProtobufCFieldDescriptor *f = field_of(message, field);
    *(int32_t *)value_at(message, f) = number;
    mark(message, f);
}

void
xf_fill_bool(ProtobufCMessage *message, const char *field, bool value)
{
    const ProtobufCFieldDescriptor *f = field_of(message, field);
    *(protobuf_c_boolean *)value_at(message, f) = value;
    mark(message, f);
}

bool
xf_fill_read_number(const ProtobufCMessage *message, const char *field, int32_t *ret_number)
{
    const ProtobufCFieldDescriptor *f = field_of(message, field);
    if (!*(const protobuf_c_boolean *)((const char *)message + f->quantifier_offset))
        return false;
    *ret_number = *(const int32_t *)(const void *)((const char *)message + f->offset);
    return true;
}

const char *
xf_fill_read_text(const ProtobufCMessage *message, const char *field)
{
    const ProtobufCFieldDescriptor *f = field_of(message, field);
    return *(const char *const *)(const void *)((const char *)message + f->offset);
}

void
xf_fill_text(ProtobufCMessage *message, const char *field, char *text)
{
    *(char **)value_at(message, field_of(message, field)) = text;
}

void
xf_fill_bytes(ProtobufCMessage *message, const char *field, const uint8_t *bytes, size_t n)
{
    const ProtobufCFieldDescriptor *f = field_of(message, field);
    *(ProtobufCBinaryData *)value_at(message, f) = (ProtobufCBinaryData){n, (uint8_t *)bytes};
    mark(message, f);
}

static xf_code
fill_enum(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, const char *text,
          xf_arena *arena, xf_error *reterr)
{
    int32_t value = 0;
    const char *word = xf_fill_compact(text, arena);
    if (word == NULL || !xf_words_read(field->descriptor, word, &value))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_WORD_UNKNOWN, "%s", field->name);
    *(int32_t *)value_at(message, field) = value;
    mark(message, field);
    return XF_CODE_OK;
}

/* Moves *at behind the first of `words` that stands there. */
static bool
skip(const char **at, const char *const words[])
{
    for (int i = 0; words[i] != NULL; i++) {
        size_t n = strlen(words[i]);
        if (strncmp(*at, words[i], n) == 0) {
            *at += n;
            return true;
        }
    }
    return false;
}

static xf_code
fill_enums(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, const char *text,
           xf_arena *arena, xf_error *reterr)
{
    static const char *const between[] = {";", ",", " ", "、", "；", "，", NULL};
    int32_t *values = xf_arena_take(arena, LIST_MOST * sizeof(*values));
    char *word = xf_arena_text(arena, text, strlen(text));
    if (values == NULL || word == NULL)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "%s", field->name);
    size_t count = 0;
    while (*word != '\0') {
        const char *end = word;
        const char *next = word;
        while (*end != '\0' && !skip(&next, between))
            next = ++end;
        char *rest = word + (next - word);
        word[end - word] = '\0';
        if (count == LIST_MOST)
            return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "%s", field->name);
        if (*word != '\0' && !xf_words_read(field->descriptor, word, &values[count++]))
            return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_WORD_UNKNOWN, "%s", field->name);
        word = rest;
    }
    *(int32_t **)value_at(message, field) = values;
    *(size_t *)((char *)message + field->quantifier_offset) = count;
    return XF_CODE_OK;
}

static xf_code
fill_int32(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, const char *text,
           xf_error *reterr)
{
    if (xf_show_is_day(field)) {
        xf_day day = 0;
        if (xf_fill_day(text, &day, NULL) != XF_CODE_OK)
            return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_DAY_MALFORMED, "%s", field->name);
        xf_fill_number(message, field->name, day);
        return XF_CODE_OK;
    }
    int32_t number = 0;
    if (!xf_fill_count(text, &number))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "%s", field->name);
    xf_fill_number(message, field->name, number);
    return XF_CODE_OK;
}

static bool
is_one_of(const char *text, const char *const words[])
{
    for (int i = 0; words[i] != NULL; i++) {
        if (strcasecmp(words[i], text) == 0)
            return true;
    }
    return false;
}

static xf_code
fill_bool(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, const char *text,
          xf_arena *arena, xf_error *reterr)
{
    static const char *const yes[] = {"是", "√", "✓", "✔", "y", "yes", "true", "1", NULL};
    static const char *const no[] = {"否", "×", "✗", "n", "no", "false", "0", NULL};
    const char *word = xf_fill_compact(text, arena);
    if (word == NULL || (!is_one_of(word, yes) && !is_one_of(word, no)))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_WORD_UNKNOWN, "%s", field->name);
    xf_fill_bool(message, field->name, is_one_of(word, yes));
    return XF_CODE_OK;
}

xf_code
xf_fill(ProtobufCMessage *message, const char *field, const char *text, xf_arena *arena,
        xf_error *reterr)
{
    const ProtobufCFieldDescriptor *f = field_of(message, field);
    if (f->label == PROTOBUF_C_LABEL_REPEATED) {
        assert(f->type == PROTOBUF_C_TYPE_ENUM);
        return fill_enums(message, f, text, arena, reterr);
    }
    if (f->type == PROTOBUF_C_TYPE_ENUM)
        return fill_enum(message, f, text, arena, reterr);
    if (f->type == PROTOBUF_C_TYPE_INT32)
        return fill_int32(message, f, text, reterr);
    if (f->type == PROTOBUF_C_TYPE_BOOL)
        return fill_bool(message, f, text, arena, reterr);
    assert(f->type == PROTOBUF_C_TYPE_STRING);
    char *copy = xf_arena_text(arena, text, strlen(text));
    if (copy == NULL)
        return XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "%s", f->name);
    *(char **)value_at(message, f) = copy;
    return XF_CODE_OK;
}

static bool
not_content(const char *name)
{
    static const char *const names[] = {"op_id", "dry_run", "row_sha", "book_key", "update", NULL};
    return is_one_of(name, names);
}

xf_code
xf_fill_content(const ProtobufCMessage *message, xf_arena *arena, const char **ret_content,
                xf_error *reterr)
{
    const char *content = NULL;
    xf_buf out;
    xf_buf_init(&out, XF_LIMIT_FRAME);
    cJSON *json = xf_show_json(message);
    xf_code code = XF_CODE_OK;
    for (const cJSON *item = json->child; item != NULL; item = item->next) {
        if (not_content(item->string) || (cJSON_IsArray(item) && item->child == NULL))
            continue;
        char *text = cJSON_PrintUnformatted(item);
        if (out.len > 0)
            code = xf_buf_append(&out, "\x1f", 1, reterr);
        if (code == XF_CODE_OK)
            code = xf_buf_append(&out, item->string, strlen(item->string), reterr);
        if (code == XF_CODE_OK)
            code = xf_buf_append(&out, "=", 1, reterr);
        if (code == XF_CODE_OK)
            code = xf_buf_append(&out, text, strlen(text), reterr);
        cJSON_free(text);
        XF_TRY(code);
    }
    content = xf_arena_text(arena, (const char *)xf_buf_at(&out), xf_buf_readable(&out));
    if (content == NULL)
        XF_TRY(XF_FAIL(reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "%s", ""));
    *ret_content = content;
out:
    cJSON_Delete(json);
    xf_buf_clear(&out);
    return code;
}
