/* call/plan — columns to fields, by name; header has the manual. */
#include "call/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "db/sqltype.h"

enum { NAME = 64 };

static const char sealed_suffix[] = "_sealed";

static const char *const beside[XF_BESIDES] = {
    [XF_BESIDE_VERDICT] = "verdict",
    [XF_BESIDE_FIELD] = "field",
    [XF_BESIDE_TEXT] = "text",
    [XF_BESIDE_SEAL_KEY] = "seal_key",
    [XF_BESIDE_LOGIN_SEAT] = "login_seat",
};

struct xf_plans {
    size_t n;
    xf_plan plans[];
};

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
find_field(const ProtobufCMessageDescriptor *message, const char *name, xf_way *way)
{
    const char *dot = strchr(name, '.');
    if (dot) {
        way->list = by_name(message, name, (size_t)(dot - name));
        if (!way->list || way->list->type != PROTOBUF_C_TYPE_MESSAGE ||
            way->list->label != PROTOBUF_C_LABEL_REPEATED)
            return false;
        message = way->list->descriptor;
        name = dot + 1;
    }
    size_t n = strlen(name);
    size_t suffix = sizeof sealed_suffix - 1;
    way->field = by_name(message, name, n);
    if (!way->field && n > suffix && strcmp(name + n - suffix, sealed_suffix) == 0) {
        way->field = by_name(message, name, n - suffix);
        way->sealed = true;
    }
    return way->field != NULL;
}

/* The reverse of sqlgen's table of pairs; a wider number is taken too. */
static bool
types_match(const xf_way *way)
{
    bool small = way->type == XF_SQL_INT2 || way->type == XF_SQL_INT4;
    if (way->sealed)
        return way->type == XF_SQL_BYTEA && way->field->type == PROTOBUF_C_TYPE_STRING;
    switch (way->field->type) {
    case PROTOBUF_C_TYPE_BOOL: return way->type == XF_SQL_BOOL;
    case PROTOBUF_C_TYPE_ENUM: return small;
    case PROTOBUF_C_TYPE_INT32: return small || way->type == XF_SQL_DATE;
    case PROTOBUF_C_TYPE_INT64:
        return small || way->type == XF_SQL_INT8 || way->type == XF_SQL_TIMESTAMPTZ;
    case PROTOBUF_C_TYPE_STRING: return way->type == XF_SQL_TEXT;
    case PROTOBUF_C_TYPE_BYTES: return way->type == XF_SQL_BYTEA || way->type == XF_SQL_UUID;
    default: return false;
    }
}

static bool
is_beside(const xf_plan *plan, int column)
{
    for (size_t i = 0; i < XF_BESIDES; i++) {
        if (plan->beside[i] == column)
            return true;
    }
    return false;
}

xf_code
xf_plan_lead(xf_plan *plan, const xf_query *query, const ProtobufCMessageDescriptor *message,
             xf_error *reterr)
{
    if (plan->message == message)
        return XF_CODE_OK;
    plan->message = NULL;
    for (size_t i = 0; i < plan->n; i++) {
        xf_way *way = &plan->ways[i];
        const char *name = xf_query_column_name(query, (int)i);
        *way = (xf_way){0};
        if (is_beside(plan, (int)i))
            continue;
        if (!find_field(message, name, way) ||
            !xf_query_column_type(query, (int)i, &way->type, &way->array) || !types_match(way))
            return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "%.90s", name);
        way->oid = xf_sqltype_oid(way->type, false);
        if (way->field->label == PROTOBUF_C_LABEL_OPTIONAL)
            way->has = way->field->quantifier_offset;
    }
    plan->message = message;
    return XF_CODE_OK;
}

/* ---- Kept ---------------------------------------------------------------------------------------- */

xf_plans *
xf_plans_new(void)
{
    size_t n = xf_statement_count();
    xf_plans *plans = xf_memory_new(sizeof *plans + n * sizeof *plans->plans);
    plans->n = n;
    return plans;
}

void
xf_plans_free(xf_plans **plans)
{
    if (!*plans)
        return;
    for (size_t i = 0; i < (*plans)->n; i++)
        free((*plans)->plans[i].ways);
    free(*plans);
    *plans = NULL;
}

static void
look_beside(xf_plan *plan, const xf_query *query)
{
    for (size_t i = 0; i < XF_BESIDES; i++)
        plan->beside[i] = xf_query_column(query, beside[i]);
    plan->made = true;
}

xf_plan *
xf_plan_find(xf_plans *plans, xf_arena *arena, const xf_query *query)
{
    size_t n = xf_query_columns(query);
    bool kept = plans && query->statement && query->statement->number < plans->n;
    xf_plan *plan = NULL;
    if (kept) {
        plan = &plans->plans[query->statement->number];
        if (plan->made && plan->n == n)
            return plan;
        free(plan->ways);
        *plan = (xf_plan){.n = n, .ways = xf_memory_new(n * sizeof *plan->ways)};
    } else {
        plan = xf_arena_take(arena, sizeof *plan);
        xf_way *ways = xf_arena_take(arena, n * sizeof *ways);
        if (!plan || !ways)
            return NULL;
        *plan = (xf_plan){.n = n, .ways = ways};
    }
    look_beside(plan, query);
    return plan;
}
