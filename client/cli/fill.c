/* client/cli/fill: reading by descriptor, and back into one spelling. */
#include "client/cli/fill.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "client/cli/args.h"
#include "client/cli/show.h"
#include "client/cli/width.h"
#include "client/cli/words.h"

enum { EXCEL_EPOCH = 25569, EXCEL_LEAST = 20000, EXCEL_MOST = 80000, LIST_MOST = 32 };

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

void
xf_fill_bytes(ProtobufCMessage *message, const char *field, const uint8_t *bytes, size_t n)
{
    const ProtobufCFieldDescriptor *f = field_of(message, field);
    *(ProtobufCBinaryData *)value_at(message, f) = (ProtobufCBinaryData){n, (uint8_t *)bytes};
    mark(message, f);
}

static bool
blank(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0x3000 || c == 0xa0 ||
           c == 0xfeff || c == 0x200b;
}

char *
xf_fill_tidy(const char *text, xf_arena *arena)
{
    const char *begin = text;
    const char *at = text;
    for (uint32_t c = 0; (c = xf_width_next(&at)) != 0 && blank(c);)
        begin = at;
    const char *end = begin;
    at = begin;
    for (uint32_t c = 0; (c = xf_width_next(&at)) != 0;)
        end = blank(c) ? end : at;
    char *tidy = xf_arena_text(arena, begin, (size_t)(end - begin));
    if (tidy == NULL)
        return NULL;
    char *out = tidy;
    for (const char *in = tidy; *in != '\0';) {
        const char *next = in;
        uint32_t c = xf_width_next(&next);
        if (c >= 0xff10 && c <= 0xff19) {
            *out++ = (char)('0' + (c - 0xff10));
        } else {
            for (; in < next; in++)
                *out++ = *in;
        }
        in = next;
    }
    *out = '\0';
    return tidy;
}

/* Up to `most` digits; *at moves behind them. -1: none. */
static int
digits(const char **at, int most)
{
    int number = -1;
    for (int n = 0; n < most && **at >= '0' && **at <= '9'; n++, *at += 1)
        number = (number < 0 ? 0 : number) * 10 + (**at - '0');
    return number;
}

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

/* What a spreadsheet may add behind a day: a midnight. */
static bool
only_midnight(const char *at)
{
    return *at == '\0' || strcmp(at, " 0:00") == 0 || strcmp(at, " 00:00") == 0 ||
           strcmp(at, " 0:00:00") == 0 || strcmp(at, " 00:00:00") == 0;
}

xf_code
xf_fill_day(const char *text, xf_day *ret_day, xf_error *reterr)
{
    static const char *const year_ends[] = {"-", "/", ".", "年", NULL};
    static const char *const month_ends[] = {"-", "/", ".", "月", NULL};
    static const char *const day_ends[] = {"日", "号", "", NULL};
    int64_t serial = 0;
    if (xf_args_whole(text, EXCEL_LEAST, EXCEL_MOST, &serial)) {
        *ret_day = (xf_day)(serial - EXCEL_EPOCH);
        return XF_CODE_OK;
    }
    const char *at = text;
    int year = digits(&at, 4);
    bool shaped = year >= 1900 && skip(&at, year_ends);
    int month = digits(&at, 2);
    shaped = shaped && month > 0 && skip(&at, month_ends);
    int day = digits(&at, 2);
    shaped = shaped && day > 0 && skip(&at, day_ends) && only_midnight(at);
    if (!shaped)
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_DAY_MALFORMED, "");
    char civil[16];
    (void)snprintf(civil, sizeof(civil), "%04d-%02d-%02d", year % 10000, month % 100, day % 100);
    return xf_day_parse(civil, ret_day, reterr);
}

static xf_code
fill_enum(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, const char *text,
          xf_error *reterr)
{
    int32_t value = 0;
    if (!xf_words_read(field->descriptor, text, &value))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_WORD_UNKNOWN, "%s", field->name);
    *(int32_t *)value_at(message, field) = value;
    mark(message, field);
    return XF_CODE_OK;
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
    int64_t number = 0;
    if (!xf_args_whole(text, 0, INT32_MAX, &number))
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "%s", field->name);
    xf_fill_number(message, field->name, (int32_t)number);
    return XF_CODE_OK;
}

static xf_code
fill_bool(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, const char *text,
          xf_error *reterr)
{
    static const char *const yes[] = {"是", "yes", "true", "1", NULL};
    static const char *const no[] = {"否", "no", "false", "0", NULL};
    const char *at = text;
    bool value = skip(&at, yes);
    if ((!value && !skip(&at, no)) || *at != '\0')
        return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_BOOK_WORD_UNKNOWN, "%s", field->name);
    xf_fill_bool(message, field->name, value);
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
        return fill_enum(message, f, text, reterr);
    if (f->type == PROTOBUF_C_TYPE_INT32)
        return fill_int32(message, f, text, reterr);
    if (f->type == PROTOBUF_C_TYPE_BOOL)
        return fill_bool(message, f, text, reterr);
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
    return strcmp(name, "op_id") == 0 || strcmp(name, "dry_run") == 0 ||
           strcmp(name, "row_sha") == 0;
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
