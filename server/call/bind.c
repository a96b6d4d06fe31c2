/* The step that makes a statement's parameters; call/bind.h has the manual. */
#include "call/bind.h"

#include <string.h>

#include "call/pack.h"
#include "call/room.h"
#include "call/step.h"
#include "crypto/seal.h"

typedef xf_pack_item item;

typedef struct binder {
    xf_call *call;
    const xf_param *param;
    xf_pack pack;
    const char **value;
    int *length;
    size_t at[2]; /* in which elements of which lists, for a refusal's field path */
    xf_error *reterr;
} binder;

static xf_code
full(const binder *b)
{
    return XF_FAIL(b->reterr, XF_CODE_LIMIT, XF_TEXT_LIMIT, "");
}

static xf_code
mistake(const binder *b)
{
    return XF_FAIL(b->reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "%s", b->param->name);
}

static const ProtobufCFieldDescriptor *
field_at(const ProtobufCMessageDescriptor *message, uint16_t place)
{
    return &message->fields[place];
}

/* The value does not fit its SQL type. */
static xf_code
refuse(const binder *b)
{
    const xf_param *p = b->param;
    if (p->source == XF_PARAM_LAW || p->source == XF_PARAM_OWN)
        return mistake(b);
    const ProtobufCFieldDescriptor *first = field_at(b->call->request->descriptor, p->path[0]);
    bool in_list = first->label == PROTOBUF_C_LABEL_REPEATED;
    const xf_text text = XF_TEXT_FIELD_RANGE;
    if (p->depth == 1 && in_list)
        return XF_FAIL(b->reterr, XF_CODE_INVALID, text, "%s[%zu]", p->name, b->at[0]);
    if (p->depth == 1)
        return XF_FAIL(b->reterr, XF_CODE_INVALID, text, "%s", p->name);
    const ProtobufCFieldDescriptor *second = field_at(first->descriptor, p->path[1]);
    if (second->label == PROTOBUF_C_LABEL_REPEATED) {
        return XF_FAIL(b->reterr, XF_CODE_INVALID, text, "%s[%zu].%s[%zu]", first->name, b->at[0],
                       second->name, b->at[1]);
    }
    return XF_FAIL(b->reterr, XF_CODE_INVALID, text, "%s[%zu].%s", first->name, b->at[0],
                   second->name);
}

/* ---- Into the parameter ------------------------------------------------------------------------ */

static xf_code
explain(const binder *b, xf_code code)
{
    if (code == XF_CODE_OK)
        return code;
    return code == XF_CODE_INVALID ? refuse(b) : full(b);
}

static xf_code
put_scalar(binder *b, item it)
{
    return explain(b, xf_pack_scalar(&b->pack, b->param->type, it, b->value, b->length));
}

static xf_code
begin_array(binder *b, size_t n)
{
    return explain(b, xf_pack_begin(&b->pack, b->param->type, n));
}

static xf_code
put_element(binder *b, item it)
{
    return explain(b, xf_pack_element(&b->pack, b->param->type, it));
}

static void
end_array(binder *b)
{
    xf_pack_end(&b->pack, b->value, b->length);
}

/* ---- From the request --------------------------------------------------------------------------- */

static const void *
member(const ProtobufCMessage *message, unsigned offset)
{
    return (const uint8_t *)message + offset;
}

/* What stands at `at`, which is a member or an element of a repeated one. */
static item
read_value(const ProtobufCFieldDescriptor *field, const void *at)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT64: return (item){.number = *(const int64_t *)at};
    case PROTOBUF_C_TYPE_STRING: {
        const char *text = *(const char *const *)at;
        return text ? (item){.bytes = (const uint8_t *)text, .n = strlen(text)}
                    : (item){.null = true};
    }
    case PROTOBUF_C_TYPE_BYTES: {
        const ProtobufCBinaryData *data = at;
        return (item){.bytes = data->data, .n = data->len};
    }
    default: return (item){.number = *(const int32_t *)at}; /* int32, enum, bool */
    }
}

static item
read_member(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    bool optional = field->label == PROTOBUF_C_LABEL_OPTIONAL && field->quantifier_offset != 0;
    if (optional && !*(const protobuf_c_boolean *)member(message, field->quantifier_offset))
        return (item){.null = true};
    return read_value(field, member(message, field->offset));
}

static size_t
count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *repeated)
{
    return *(const size_t *)member(message, repeated->quantifier_offset);
}

static item
read_element(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *repeated, size_t i)
{
    const uint8_t *first = *(const uint8_t *const *)member(message, repeated->offset);
    switch (repeated->type) {
    case PROTOBUF_C_TYPE_INT64: return read_value(repeated, first + i * sizeof(int64_t));
    case PROTOBUF_C_TYPE_STRING: return read_value(repeated, first + i * sizeof(char *));
    case PROTOBUF_C_TYPE_BYTES:
        return read_value(repeated, first + i * sizeof(ProtobufCBinaryData));
    default: return read_value(repeated, first + i * sizeof(int32_t));
    }
}

static xf_code
need_key(binder *b)
{
    if (b->call->seal_key.seal)
        return XF_CODE_OK;
    return xf_seal_key_make(b->call->room->seal, &b->call->seal_key, b->reterr);
}

/* Seals or indexes what was read, if the parameter asks for it. */
static xf_code
transform(binder *b, const ProtobufCFieldDescriptor *field, item *it)
{
    bool sealed = b->param->source == XF_PARAM_SEALED;
    if (!sealed && b->param->source != XF_PARAM_INDEX)
        return XF_CODE_OK;
    it->null = it->null || it->n == 0;
    if (it->null)
        return XF_CODE_OK;
    const char *plain = (const char *)it->bytes;
    size_t n = sealed ? it->n + XF_SEAL_OVERHEAD : XF_SEAL_INDEX;
    uint8_t *made = xf_arena_take(b->call->arena, n);
    if (!made)
        return full(b);
    xf_code code = XF_CODE_OK;
    if (sealed) {
        XF_TRY(need_key(b));
        XF_TRY(xf_seal_close(&b->call->seal_key, field->name, plain, it->n, made, b->reterr));
    } else {
        xf_seal_index(b->call->room->seal, field->name, plain, it->n, made);
    }
    *it = (item){.bytes = made, .n = n};
out:
    return code;
}

/* ":xs" — the repeated field itself. */
static xf_code
bind_repeated(binder *b, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    xf_code code = XF_CODE_OK;
    size_t n = count(message, field);
    XF_TRY(begin_array(b, n));
    for (size_t i = 0; i < n; i++) {
        b->at[0] = i;
        XF_TRY(put_element(b, read_element(message, field, i)));
    }
    end_array(b);
out:
    return code;
}

/* One submessage's part of ":list.x", ":list.xs" or ":list.xs.of". */
static xf_code
put_part(binder *b, const ProtobufCMessage *part, const ProtobufCFieldDescriptor *field)
{
    xf_code code = XF_CODE_OK;
    if (field->label != PROTOBUF_C_LABEL_REPEATED) {
        item it = read_member(part, field);
        XF_TRY(transform(b, field, &it));
        XF_TRY(put_element(b, it));
        goto out;
    }
    size_t n = count(part, field);
    for (size_t i = 0; i < n; i++) {
        b->at[1] = i;
        item it = b->param->source == XF_PARAM_PARENT ? (item){.number = (int64_t)b->at[0] + 1}
                                                      : read_element(part, field, i);
        XF_TRY(put_element(b, it));
    }
out:
    return code;
}

static xf_code
bind_list(binder *b, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *list)
{
    xf_code code = XF_CODE_OK;
    const ProtobufCFieldDescriptor *field = field_at(list->descriptor, b->param->path[1]);
    const ProtobufCMessage *const *parts =
        *(const ProtobufCMessage *const *const *)member(message, list->offset);
    size_t n = count(message, list);
    size_t elements = n;
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        elements = 0;
        for (size_t i = 0; i < n; i++)
            elements += count(parts[i], field);
    }
    XF_TRY(begin_array(b, elements));
    for (size_t i = 0; i < n; i++) {
        b->at[0] = i;
        XF_TRY(put_part(b, parts[i], field));
    }
    end_array(b);
out:
    return code;
}

static xf_code
bind_field(binder *b)
{
    const ProtobufCMessage *request = b->call->request;
    const ProtobufCFieldDescriptor *field = field_at(request->descriptor, b->param->path[0]);
    if (b->param->depth == 2)
        return bind_list(b, request, field);
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return bind_repeated(b, request, field);
    item it = read_member(request, field);
    xf_code code = transform(b, field, &it);
    return code == XF_CODE_OK ? put_scalar(b, it) : code;
}

static xf_code
bind_mask(binder *b)
{
    const ProtobufCMessage *request = b->call->request;
    const ProtobufCFieldDescriptor *field = field_at(request->descriptor, b->param->path[0]);
    item mask = {0};
    size_t n = count(request, field);
    for (size_t i = 0; i < n; i++) {
        int64_t bit = read_element(request, field, i).number;
        b->at[0] = i;
        if (bit < 0 || bit > 30)
            return refuse(b);
        mask.number |= INT64_C(1) << bit;
    }
    return put_scalar(b, mask);
}

/* ---- The call's own, and what check put ------------------------------------------------------------ */

static item
bytes_item(const void *bytes, size_t n)
{
    return bytes ? (item){.bytes = bytes, .n = n} : (item){.null = true};
}

static xf_code
bind_own(binder *b)
{
    const xf_call *call = b->call;
    const char *hash = call->password_hash;
    switch (b->param->own) {
    case XF_OWN_BUREAU: return put_scalar(b, (item){.number = call->actor.bureau});
    case XF_OWN_OFFICER: return put_scalar(b, (item){.number = call->actor.officer});
    case XF_OWN_UNIT: return put_scalar(b, (item){.number = call->actor.unit});
    case XF_OWN_ROLES: return put_scalar(b, (item){.number = (int32_t)call->actor.roles});
    case XF_OWN_TODAY: return put_scalar(b, (item){.number = call->today});
    case XF_OWN_NOW: return put_scalar(b, (item){.number = call->now_ms});
    case XF_OWN_OP_ID: return put_scalar(b, bytes_item(call->op_id, 16));
    case XF_OWN_SHA: return put_scalar(b, bytes_item(call->sha, sizeof call->sha));
    case XF_OWN_DEVICE: return put_scalar(b, bytes_item(call->device, sizeof call->device));
    case XF_OWN_PASSWORD_HASH: return put_scalar(b, bytes_item(hash, hash ? strlen(hash) : 0));
    case XF_OWN_SEAL_KEY: break;
    }
    xf_code code = need_key(b);
    if (code != XF_CODE_OK)
        return code;
    return put_scalar(b, bytes_item(call->seal_key.wrapped, sizeof call->seal_key.wrapped));
}

/* A value of another kind than the statement asks for is as bad as none. */
static bool
law_fits(const xf_param *param, const xf_law_value *value)
{
    if (value->list != param->array)
        return false;
    switch (param->type) {
    case XF_SQL_TEXT: return value->text != NULL;
    case XF_SQL_BYTEA:
    case XF_SQL_UUID: return value->bytes != NULL;
    case XF_SQL_BOOL:
    case XF_SQL_INT2:
    case XF_SQL_INT4:
    case XF_SQL_INT8:
    case XF_SQL_DATE:
    case XF_SQL_TIMESTAMPTZ: break;
    }
    return value->text == NULL && value->bytes == NULL;
}

static xf_code
bind_law(binder *b)
{
    const xf_law_value *value = xf_law_find(&b->call->law, b->param->name);
    if (value && value->null)
        return XF_CODE_OK;
    if (!value || !law_fits(b->param, value))
        return mistake(b);
    if (value->text)
        return put_scalar(b, bytes_item(value->text, strlen(value->text)));
    if (value->bytes)
        return put_scalar(b, bytes_item(value->bytes, value->n));
    const int64_t *numbers = value->numbers;
    if (!value->list)
        return put_scalar(b, (item){.number = numbers[0]});
    xf_code code = XF_CODE_OK;
    XF_TRY(begin_array(b, value->n));
    for (size_t i = 0; i < value->n; i++)
        XF_TRY(put_element(b, (item){.null = numbers[i] == XF_LAW_NULL, .number = numbers[i]}));
    end_array(b);
out:
    return code;
}

/* ---- All of them -------------------------------------------------------------------------------------- */

static xf_code
bind_param(binder *b)
{
    switch (b->param->source) {
    case XF_PARAM_OWN: return bind_own(b);
    case XF_PARAM_LAW: return bind_law(b);
    case XF_PARAM_MASK: return bind_mask(b);
    case XF_PARAM_FIELD:
    case XF_PARAM_PARENT:
    case XF_PARAM_SEALED:
    case XF_PARAM_INDEX: break;
    }
    return bind_field(b);
}

xf_code
xf_bind_statement(xf_call *call, const xf_statement *statement, xf_query *query, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;
    binder b = {.call = call, .pack = {.arena = call->arena}, .reterr = reterr};
    size_t n = statement->n_params;
    const char **values = xf_arena_take(call->arena, (n + 1) * sizeof *values);
    int *lengths = xf_arena_take(call->arena, (n + 1) * sizeof *lengths);
    if (!values || !lengths)
        return full(&b);
    for (size_t i = 0; i < n; i++) {
        b.param = &statement->params[i];
        b.value = &values[i];
        b.length = &lengths[i];
        XF_TRY(bind_param(&b));
    }
    query->statement = statement;
    query->actor = call->actor;
    query->values = values;
    query->lengths = lengths;
out:
    return code;
}

xf_ended
xf_bind(xf_call *call)
{
    xf_code code = xf_bind_statement(call, call->entry->statement, &call->query, &call->error);
    return code == XF_CODE_OK ? xf_call_next(call) : xf_call_refuse(call, code);
}
