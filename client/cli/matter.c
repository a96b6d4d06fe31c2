/* client/cli/matter: lists, what was looked for, the open file, and what may be done with it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "matter.pb-c.h"

#include "client/cli/cli.h"
#include "client/cli/names.h"
#include "client/cli/sheet.h"
#include "client/cli/show.h"
#include "client/cli/table.h"
#include "client/cli/words.h"

enum { PAGE_MOST = 200, FOUND_MOST = 50, DEMAND_WIDTH = 44 };

static bool
matter_id(xf_cli *cli, const xf_args *args, int64_t *ret_id)
{
    if (xf_args_whole(args->words[0], 1, INT64_MAX, ret_id))
        return true;
    (void)xf_tell_usage(cli, XF_TR("要写事项号，就是列表里第一列的数。"), args->words[0]);
    return false;
}

static bool
list_request(xf_cli *cli, const xf_args *args, Xf__MatterListRequest *request)
{
    const char *state = xf_args_get(args, "state");
    const char *unit = xf_args_get(args, "unit");
    int32_t value = 0;
    int64_t limit = 0;
    if (state != NULL && !xf_words_read(&xf__state__descriptor, state, &value)) {
        (void)xf_tell_usage(cli, XF_TR("没有这个状态。"), state);
        return false;
    }
    if (unit != NULL && !xf_names_unit(cli, unit, &request->unit_id))
        return false;
    if (xf_args_number(args, "after", 1, INT64_MAX, &request->after, NULL) != XF_CODE_OK ||
        xf_args_number(args, "limit", 1, PAGE_MOST, &limit, NULL) != XF_CODE_OK) {
        (void)xf_tell_usage(cli, xf_error_words(XF_TEXT_FIELD_RANGE), "--after、--limit");
        return false;
    }
    request->has_state = state != NULL;
    request->state = (Xf__State)value;
    request->has_unit_id = unit != NULL;
    request->has_after = xf_args_has(args, "after");
    request->has_limit = limit != 0;
    request->limit = (int32_t)limit;
    return true;
}

/* next NULL: the last page. */
static void
print_rows(const Xf__MatterRow *const *rows, size_t n, const int64_t *next)
{
    static const xf_column columns[] = {
        {"事项号", 0, true},    {"编号", 0, false}, {"状态", 0, false},
        {"目的", 0, false},     {"收到", 0, false}, {"期限", 0, false},
        {"承办单位", 0, false}, {"版本", 0, true},  {"诉求", DEMAND_WIDTH, false},
        {NULL, 0, false}};
    if (n == 0) {
        (void)puts(XF_TR("没有符合的事项。"));
        return;
    }
    xf_table *table = xf_table_new(columns);
    for (size_t i = 0; i < n; i++) {
        const Xf__MatterRow *row = rows[i];
        char day[XF_SHOW_ROOM];
        xf_table_number(table, row->matter_id);
        xf_table_text(table, row->number);
        xf_table_text(table, xf_words_of(&xf__state__descriptor, (int32_t)row->state));
        xf_table_text(table, xf_words_of(&xf__purpose__descriptor, (int32_t)row->purpose));
        xf_table_text(table, xf_show_day(row->has_received_on, row->received_on, day));
        xf_table_text(table, xf_show_day(row->has_due_on, row->due_on, day));
        xf_table_text(table, row->unit_name);
        xf_table_number(table, row->version);
        xf_table_text(table, row->demand);
    }
    xf_table_print(table, stdout);
    xf_table_free(&table);
    if (next != NULL)
        (void)fprintf(stderr, XF_TR("还有下一页：加上 --after %" PRId64 "\n"), *next);
}

int
xf_matter_list(xf_cli *cli, const xf_args *args)
{
    Xf__MatterListRequest request = XF__MATTER_LIST_REQUEST__INIT;
    if (!list_request(cli, args, &request))
        return (int)cli->exit;
    const ProtobufCMessage *message = xf_cli_call(cli, XF_RPC_MATTER_LIST, &request.base);
    if (message == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(message, false);
    } else {
        const Xf__MatterListReply *reply = (const Xf__MatterListReply *)message;
        print_rows((const Xf__MatterRow *const *)reply->matters, reply->n_matters,
                   reply->has_next ? &reply->next : NULL);
    }
    return XF_EXIT_OK;
}

/* The words that were given, with a blank between: one text. */
static char *
joined(xf_cli *cli, const xf_args *args)
{
    size_t n = 1;
    for (int i = 0; i < args->word_count; i++)
        n += strlen(args->words[i]) + 1;
    char *text = xf_cli_take(cli, n);
    size_t at = 0;
    for (int i = 0; i < args->word_count; i++) {
        if (i > 0)
            text[at++] = ' ';
        memcpy(text + at, args->words[i], strlen(args->words[i]));
        at += strlen(args->words[i]);
    }
    text[at] = '\0';
    return text;
}

int
xf_matter_search(xf_cli *cli, const xf_args *args)
{
    Xf__MatterSearchRequest request = XF__MATTER_SEARCH_REQUEST__INIT;
    int64_t limit = 0;
    if (xf_args_number(args, "after", 1, INT64_MAX, &request.after, NULL) != XF_CODE_OK ||
        xf_args_number(args, "limit", 1, FOUND_MOST, &limit, NULL) != XF_CODE_OK)
        return (int)xf_tell_usage(cli, xf_error_words(XF_TEXT_FIELD_RANGE), "--after、--limit");
    request.text = joined(cli, args);
    request.has_after = xf_args_has(args, "after");
    request.has_limit = limit != 0;
    request.limit = (int32_t)limit;
    const ProtobufCMessage *message = xf_cli_call(cli, XF_RPC_MATTER_SEARCH, &request.base);
    if (message == NULL)
        return (int)cli->exit;
    const Xf__MatterSearchReply *reply = (const Xf__MatterSearchReply *)message;
    if (cli->json) {
        xf_show_json_print(message, false);
    } else {
        print_rows((const Xf__MatterRow *const *)reply->matters, reply->n_matters,
                   reply->has_next ? &reply->next : NULL);
    }
    if (reply->has_incomplete && reply->incomplete)
        (void)fputs(XF_TR("以前的事项还在编入，可能没有找全。过一会儿再找一次。\n"), stderr);
    return XF_EXIT_OK;
}

int
xf_matter_open(xf_cli *cli, const xf_args *args)
{
    Xf__MatterOpenRequest request = XF__MATTER_OPEN_REQUEST__INIT;
    if (!matter_id(cli, args, &request.matter_id))
        return (int)cli->exit;
    request.has_matter_id = 1;
    const ProtobufCMessage *message = xf_cli_call(cli, XF_RPC_MATTER_OPEN, &request.base);
    if (message == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(message, false);
    } else {
        xf_sheet_print((const Xf__MatterOpenReply *)message, stdout);
    }
    return XF_EXIT_OK;
}

/* --version, or the one that stands when the matter is opened now. */
static bool
version_of(xf_cli *cli, const xf_args *args, int64_t id, int32_t *ret_version)
{
    int64_t version = 0;
    if (xf_args_number(args, "version", 1, INT32_MAX, &version, NULL) != XF_CODE_OK) {
        (void)xf_tell_usage(cli, XF_TR("要写一个数。"), "--version");
        return false;
    }
    if (version == 0) {
        Xf__MatterOpenRequest request = XF__MATTER_OPEN_REQUEST__INIT;
        request.has_matter_id = 1;
        request.matter_id = id;
        const ProtobufCMessage *open = xf_cli_call(cli, XF_RPC_MATTER_OPEN, &request.base);
        if (open == NULL)
            return false;
        version = ((const Xf__MatterOpenReply *)open)->version;
    }
    *ret_version = (int32_t)version;
    return true;
}

static void
print_change(int64_t id, Xf__State state, int32_t version)
{
    (void)printf(XF_TR("事项 %" PRId64 " %s，现在是第 %" PRId32 " 版。\n"), id,
                 xf_words_of(&xf__state__descriptor, (int32_t)state), version);
}

int
xf_matter_assign(xf_cli *cli, const xf_args *args)
{
    Xf__MatterAssignRequest request = XF__MATTER_ASSIGN_REQUEST__INIT;
    const char *handler = xf_args_get(args, "handler");
    if (!matter_id(cli, args, &request.matter_id) ||
        !xf_names_unit(cli, xf_args_get(args, "to-unit"), &request.to_unit) ||
        (handler != NULL && !xf_names_officer(cli, handler, &request.handler)) ||
        !version_of(cli, args, request.matter_id, &request.version))
        return (int)cli->exit;
    request.has_matter_id = 1;
    request.has_to_unit = 1;
    request.has_version = 1;
    request.has_handler = handler != NULL;
    const ProtobufCMessage *message = xf_cli_call(cli, XF_RPC_MATTER_ASSIGN, &request.base);
    if (message == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(message, false);
        return XF_EXIT_OK;
    }
    const Xf__MatterAssignReply *reply = (const Xf__MatterAssignReply *)message;
    char day[XF_SHOW_ROOM];
    print_change(request.matter_id, reply->state, reply->version);
    if (reply->has_due_on)
        (void)printf(XF_TR("办理期限 %s。\n"), xf_show_day(true, reply->due_on, day));
    return XF_EXIT_OK;
}

/* Fields that unit/cli_verbs has seen to be there. */
static const ProtobufCFieldDescriptor *
field_of(const ProtobufCMessage *message, const char *name)
{
    return protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
}

static void *
put(ProtobufCMessage *message, const char *name)
{
    const ProtobufCFieldDescriptor *field = field_of(message, name);
    *(protobuf_c_boolean *)((uint8_t *)message + field->quantifier_offset) = 1;
    return (uint8_t *)message + field->offset;
}

static int32_t
got(const ProtobufCMessage *message, const char *name)
{
    int32_t value = 0;
    memcpy(&value, (const uint8_t *)message + field_of(message, name)->offset, sizeof value);
    return value;
}

int
xf_matter_act(xf_cli *cli, const xf_args *args)
{
    const xf_rpc_row *row = xf_rpc_find(cli->verb->rpc);
    ProtobufCMessage *request = xf_cli_take(cli, row->request->sizeof_message);
    int64_t id = 0;
    int32_t version = 0;
    if (!matter_id(cli, args, &id) || !version_of(cli, args, id, &version))
        return (int)cli->exit;
    protobuf_c_message_init(row->request, request);
    *(int64_t *)put(request, "matter_id") = id;
    *(int32_t *)put(request, "version") = version;
    const ProtobufCMessage *reply = xf_cli_call(cli, row->rpc, request);
    if (reply == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(reply, false);
    } else {
        print_change(id, (Xf__State)got(reply, "state"), got(reply, "version"));
    }
    return XF_EXIT_OK;
}

int
xf_matter_history(xf_cli *cli, const xf_args *args)
{
    Xf__MatterHistoryRequest request = XF__MATTER_HISTORY_REQUEST__INIT;
    int64_t after = 0;
    if (!matter_id(cli, args, &request.matter_id))
        return (int)cli->exit;
    if (xf_args_number(args, "after-version", 0, INT32_MAX, &after, NULL) != XF_CODE_OK)
        return (int)xf_tell_usage(cli, XF_TR("要写一个数。"), "--after-version");
    request.has_matter_id = 1;
    request.has_after_version = xf_args_has(args, "after-version");
    request.after_version = (int32_t)after;
    const ProtobufCMessage *message = xf_cli_call(cli, XF_RPC_MATTER_HISTORY, &request.base);
    if (message == NULL)
        return (int)cli->exit;
    const Xf__MatterHistoryReply *reply = (const Xf__MatterHistoryReply *)message;
    if (cli->json) {
        xf_show_json_print(message, false);
    } else {
        xf_sheet_events((const Xf__MatterEvent *const *)reply->events, reply->n_events, stdout);
    }
    return XF_EXIT_OK;
}
