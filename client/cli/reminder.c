/* client/cli/reminder: what one was reminded of, and that one knows. */
#include <inttypes.h>
#include <stdio.h>

#include "reminder.pb-c.h"

#include "client/cli/cli.h"
#include "client/cli/show.h"
#include "client/cli/table.h"
#include "client/cli/words.h"

enum { PAGE_MOST = 200 };

static bool
list_request(xf_cli *cli, const xf_args *args, Xf__ReminderListRequest *request)
{
    int64_t limit = 0;

    if (xf_args_number(args, "matter", 1, INT64_MAX, &request->matter_id, NULL) != XF_CODE_OK ||
        xf_args_number(args, "after", 1, INT64_MAX, &request->after, NULL) != XF_CODE_OK ||
        xf_args_number(args, "limit", 1, PAGE_MOST, &limit, NULL) != XF_CODE_OK) {
        (void)xf_tell_usage(cli, xf_error_words(XF_TEXT_FIELD_RANGE), "--matter、--after、--limit");
        return false;
    }
    request->has_matter_id = xf_args_has(args, "matter");
    request->has_after = xf_args_has(args, "after");
    request->has_limit = limit != 0;
    request->limit = (int32_t)limit;
    request->has_acknowledged = request->acknowledged = xf_args_has(args, "all");
    return true;
}

static void
print_row(xf_table *table, const Xf__Reminder *row)
{
    char text[XF_SHOW_ROOM] = "";

    xf_table_number(table, row->reminder_id);
    xf_table_number(table, row->matter_id);
    xf_table_text(table, row->number);
    xf_table_text(table, row->words);
    xf_table_text(table, xf_show_day(row->has_due_on || row->has_raw_on,
                                     row->has_due_on ? row->due_on : row->raw_on, text));
    xf_table_text(table, xf_words_of(&xf__reminder_step__descriptor, (int32_t)row->step));
    xf_table_text(table, row->skipped ? XF_TR("略过") : row->officer_name);
    xf_table_text(table, xf_words_of(&xf__reminder_who__descriptor, (int32_t)row->who));
    xf_table_instant(table, true, row->at);
    xf_table_instant(table, row->has_acknowledged_at, row->acknowledged_at);
}

static void
print_list(const Xf__ReminderListReply *reply)
{
    static const xf_column columns[] = {
        {"提醒号", 0, true},    {"事项号", 0, true}, {"编号", 0, false},
        {"办什么", 0, false},   {"期限", 0, false},  {"到了哪一步", 0, false},
        {"提醒了谁", 0, false}, {"作为", 0, false},  {"什么时候", 0, false},
        {"确认", 0, false},     {NULL, 0, false}};
    xf_table *table = NULL;

    if (reply->n_reminders == 0) {
        (void)puts(XF_TR("没有提醒。"));
        return;
    }
    table = xf_table_new(columns);
    for (size_t i = 0; i < reply->n_reminders; i++)
        print_row(table, reply->reminders[i]);
    xf_table_print(table, stdout);
    xf_table_free(&table);
    if (reply->has_next)
        (void)fprintf(stderr, XF_TR("还有下一页：加上 --after %" PRId64 "\n"), reply->next);
}

int
xf_reminder_list(xf_cli *cli, const xf_args *args)
{
    Xf__ReminderListRequest request = XF__REMINDER_LIST_REQUEST__INIT;
    const ProtobufCMessage *message = NULL;

    if (!list_request(cli, args, &request))
        return (int)cli->exit;
    message = xf_cli_call(cli, XF_RPC_REMINDER_LIST, &request.base);
    if (message == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(message, false);
    } else {
        print_list((const Xf__ReminderListReply *)message);
    }
    return XF_EXIT_OK;
}

int
xf_reminder_acknowledge(xf_cli *cli, const xf_args *args)
{
    Xf__ReminderAcknowledgeRequest request = XF__REMINDER_ACKNOWLEDGE_REQUEST__INIT;
    const ProtobufCMessage *message = NULL;
    char at[XF_SHOW_ROOM];

    if (!xf_args_whole(args->words[0], 1, INT64_MAX, &request.reminder_id)) {
        return (int)xf_tell_usage(
            cli, XF_TR("要写提醒号，就是 xinfang reminder list 里第一列的数。"), args->words[0]);
    }
    request.has_reminder_id = 1;
    message = xf_cli_call(cli, XF_RPC_REMINDER_ACKNOWLEDGE, &request.base);
    if (message == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(message, false);
        return XF_EXIT_OK;
    }
    xf_show_instant(((const Xf__ReminderAcknowledgeReply *)message)->acknowledged_at, at);
    (void)printf(XF_TR("%s 确认知道了。期限不变。\n"), at);
    return XF_EXIT_OK;
}
