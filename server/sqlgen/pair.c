/* sqlgen/pair — parameters and where they come from; header has the manual. */
#include "sqlgen/pair.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    xf_own own;
    xf_sql_type type;
} owns[] = {
    {"bureau", XF_OWN_BUREAU, XF_SQL_INT4},
    {"officer", XF_OWN_OFFICER, XF_SQL_INT4},
    {"unit", XF_OWN_UNIT, XF_SQL_INT4},
    {"roles", XF_OWN_ROLES, XF_SQL_INT4},
    {"op_id", XF_OWN_OP_ID, XF_SQL_UUID},
    {"sha", XF_OWN_SHA, XF_SQL_BYTEA},
    {"today", XF_OWN_TODAY, XF_SQL_DATE},
    {"now", XF_OWN_NOW, XF_SQL_TIMESTAMPTZ},
    {"device", XF_OWN_DEVICE, XF_SQL_BYTEA},
    {"seal_key", XF_OWN_SEAL_KEY, XF_SQL_BYTEA},
    {"password_hash", XF_OWN_PASSWORD_HASH, XF_SQL_TEXT},
};

/* Which field types can become which SQL type (and, in call/fill, the other way). */
static const struct {
    ProtobufCType field;
    xf_sql_type type;
} pairs[] = {
    {PROTOBUF_C_TYPE_BOOL, XF_SQL_BOOL},         {PROTOBUF_C_TYPE_INT32, XF_SQL_INT2},
    {PROTOBUF_C_TYPE_INT32, XF_SQL_INT4},        {PROTOBUF_C_TYPE_INT32, XF_SQL_INT8},
    {PROTOBUF_C_TYPE_INT32, XF_SQL_DATE},        {PROTOBUF_C_TYPE_ENUM, XF_SQL_INT2},
    {PROTOBUF_C_TYPE_ENUM, XF_SQL_INT4},         {PROTOBUF_C_TYPE_INT64, XF_SQL_INT8},
    {PROTOBUF_C_TYPE_INT64, XF_SQL_TIMESTAMPTZ}, {PROTOBUF_C_TYPE_STRING, XF_SQL_TEXT},
    {PROTOBUF_C_TYPE_BYTES, XF_SQL_BYTEA},       {PROTOBUF_C_TYPE_BYTES, XF_SQL_UUID},
};

static const struct {
    const char *suffix;
    xf_param_source source;
} suffixes[] = {
    {"_sealed", XF_PARAM_SEALED},
    {"_idx", XF_PARAM_INDEX},
    {"_mask", XF_PARAM_MASK},
    {".of", XF_PARAM_PARENT},
};

typedef struct way {
    const ProtobufCFieldDescriptor *list; /* of "list.x", else NULL */
    const ProtobufCFieldDescriptor *field;
} way;

static bool
refuse(char ret_what[XF_SCAN_WHAT], const xf_scan_param *scanned, const char *why)
{
    (void)snprintf(ret_what, XF_SCAN_WHAT, "parameter :%s::%s%s: %s", scanned->name,
                   xf_scan_type_name(scanned->type), scanned->array ? "[]" : "", why);
    return false;
}

static uint16_t
place_of(const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field)
{
    return (uint16_t)(field - message->fields);
}

/* Fills depth, path and *ret_way from a dotted name; false: there is no such field. */
static bool
find_field(const ProtobufCMessageDescriptor *request, const char *name, xf_param *param,
           way *ret_way)
{
    char list[XF_SCAN_NAME] = "";
    const char *dot = strchr(name, '.');
    const ProtobufCMessageDescriptor *message = request;
    *ret_way = (way){0};
    param->depth = 1;
    if (dot) {
        memcpy(list, name, (size_t)(dot - name));
        ret_way->list = protobuf_c_message_descriptor_get_field_by_name(request, list);
        if (!ret_way->list || ret_way->list->type != PROTOBUF_C_TYPE_MESSAGE ||
            ret_way->list->label != PROTOBUF_C_LABEL_REPEATED)
            return false;
        param->path[0] = place_of(request, ret_way->list);
        param->depth = 2;
        message = ret_way->list->descriptor;
        name = dot + 1;
    }
    ret_way->field = protobuf_c_message_descriptor_get_field_by_name(message, name);
    if (!ret_way->field)
        return false;
    param->path[param->depth - 1] = place_of(message, ret_way->field);
    return true;
}

/* Tries the name as it stands, then without each suffix. */
static bool
find_source(const ProtobufCMessageDescriptor *request, xf_pair *pair, way *ret_way)
{
    pair->param.source = XF_PARAM_FIELD;
    if (find_field(request, pair->name, &pair->param, ret_way))
        return true;
    size_t n = strlen(pair->name);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t m = strlen(suffixes[i].suffix);
        if (n <= m || strcmp(pair->name + n - m, suffixes[i].suffix) != 0)
            continue;
        pair->name[n - m] = '\0';
        pair->param.source = suffixes[i].source;
        return find_field(request, pair->name, &pair->param, ret_way);
    }
    return false;
}

static const char *
judge_field(const xf_param *param, const ProtobufCFieldDescriptor *field)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (pairs[i].field == field->type && pairs[i].type == param->type)
            return NULL;
    }
    return "the field's type cannot become this SQL type";
}

/* NULL: good; else why not. */
static const char *
judge(const xf_param *param, const way *found)
{
    const ProtobufCFieldDescriptor *field = found->field;
    bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
    bool array = found->list != NULL || (repeated && param->source != XF_PARAM_MASK);
    if (param->array != array)
        return array ? "this is a list and wants []" : "this is no list and wants no []";
    switch (param->source) {
    case XF_PARAM_FIELD: return judge_field(param, field);
    case XF_PARAM_PARENT:
        if (!found->list || !repeated)
            return ".of stands behind a list in a list only";
        return param->type == XF_SQL_INT4 ? NULL : ".of is an int4[]";
    case XF_PARAM_SEALED:
    case XF_PARAM_INDEX:
        if (repeated || field->type != PROTOBUF_C_TYPE_STRING)
            return "only a string that is not repeated is sealed or indexed";
        return param->type == XF_SQL_BYTEA ? NULL : "what is sealed or an index is bytea";
    case XF_PARAM_MASK:
        if (found->list || !repeated || field->type != PROTOBUF_C_TYPE_ENUM)
            return "_mask stands behind a repeated enum only";
        return param->type == XF_SQL_INT4 ? NULL : "a mask is an int4";
    case XF_PARAM_LAW:
    case XF_PARAM_OWN: break;
    }
    return "has no field";
}

static bool
pair_own(const xf_scan_param *scanned, xf_param *param)
{
    for (size_t i = 0; i < sizeof owns / sizeof *owns; i++) {
        if (strcmp(owns[i].name, scanned->name) != 0)
            continue;
        param->source = XF_PARAM_OWN;
        param->own = owns[i].own;
        param->type = owns[i].type;
        return true;
    }
    return false;
}

static xf_scan_param *
find_law(xf_scan_statement *statement, const char *name)
{
    for (size_t i = 0; i < statement->n_law; i++) {
        if (strcmp(statement->law[i].name, name) == 0)
            return &statement->law[i];
    }
    return NULL;
}

static bool
has_op_id(const ProtobufCMessageDescriptor *request)
{
    return protobuf_c_message_descriptor_get_field_by_name(request, "op_id") != NULL;
}

bool
xf_pair_param(const ProtobufCMessageDescriptor *request, xf_scan_statement *statement,
              const xf_scan_param *scanned, xf_pair *ret_pair, char ret_what[XF_SCAN_WHAT])
{
    *ret_pair = (xf_pair){.param = {.type = scanned->type, .array = scanned->array}};
    memcpy(ret_pair->name, scanned->name, sizeof ret_pair->name);
    xf_scan_param *law = find_law(statement, scanned->name);
    if (pair_own(scanned, &ret_pair->param)) {
        if (law)
            return refuse(ret_what, scanned, "a law name may not be the call's own");
        if (scanned->array || scanned->type != ret_pair->param.type)
            return refuse(ret_what, scanned, "is the call's own and of another type");
        if (request && ret_pair->param.own == XF_OWN_OP_ID && !has_op_id(request)) {
            return refuse(ret_what, scanned,
                          "the request has no op_id, which is what makes it a command");
        }
        return true;
    }
    if (law) {
        law->used = true;
        ret_pair->param.source = XF_PARAM_LAW;
        if (law->type != scanned->type || law->array != scanned->array)
            return refuse(ret_what, scanned, "the -- law: line gives another type");
        if (law->array && request &&
            (law->type == XF_SQL_TEXT || law->type == XF_SQL_BYTEA || law->type == XF_SQL_UUID))
            return refuse(ret_what, scanned, "a law list that check puts is of numbers only");
        return true;
    }
    if (!request)
        return refuse(ret_what, scanned, "an internal statement has the call's own only");
    way found;
    if (!find_source(request, ret_pair, &found)) {
        return refuse(
            ret_what, scanned,
            "neither the call's own, nor a request field, nor named behind -- law: in the "
            "statement's head, as what .check puts is");
    }
    const char *why = judge(&ret_pair->param, &found);
    return why ? refuse(ret_what, scanned, why) : true;
}
