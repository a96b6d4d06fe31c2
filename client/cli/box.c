/* client/cli/box: the outbox as a person sees it. What an entry says is unpacked only to
 * name it; no telephone or identity number is shown. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/cli/cli.h"
#include "client/cli/show.h"
#include "client/cli/table.h"
#include "client/cli/width.h"

static const char *
state_words(xf_outbox_state state)
{
    switch (state) {
    case XF_OUTBOX_WAITING: return XF_TR("存在这里，等着发");
    case XF_OUTBOX_SENT: return XF_TR("发了，没听到回音");
    case XF_OUTBOX_REFUSED: return XF_TR("县局没接受");
    }
    return "";
}

static const char *
state_name(xf_outbox_state state)
{
    switch (state) {
    case XF_OUTBOX_WAITING: return "waiting";
    case XF_OUTBOX_SENT: return "sent";
    case XF_OUTBOX_REFUSED: return "refused";
    }
    return "";
}

static const char *
verb_words(xf_rpc rpc)
{
    for (size_t i = 0; i < xf_verbs_count(); i++) {
        if (xf_verbs_at(i)->rpc == rpc)
            return xf_verbs_at(i)->says;
    }
    return xf_rpc_name(rpc);
}

static bool
add_row(const xf_outbox_entry *entry, void *data)
{
    xf_table *table = data;
    char at[XF_SHOW_ROOM];
    xf_show_instant(entry->made_at, at);
    xf_table_number(table, entry->id);
    xf_table_text(table, at);
    xf_table_text(table, verb_words(entry->rpc));
    xf_table_text(table, state_words(entry->state));
    xf_table_text(table, entry->words);
    return true;
}

static bool
add_json(const xf_outbox_entry *entry, void *data)
{
    char at[XF_SHOW_ROOM];
    char op[2 * sizeof(entry->op_id) + 1];
    for (size_t i = 0; i < sizeof(entry->op_id); i++)
        (void)snprintf(op + 2 * i, 3, "%02x", entry->op_id[i]);
    xf_show_rfc3339(entry->made_at, at);
    cJSON *row = cJSON_CreateObject();
    (void)cJSON_AddItemToArray(data, row);
    (void)cJSON_AddNumberToObject(row, "id", (double)entry->id);
    (void)cJSON_AddStringToObject(row, "op_id", op);
    (void)cJSON_AddStringToObject(row, "rpc", xf_rpc_name(entry->rpc));
    (void)cJSON_AddStringToObject(row, "made_at", at);
    (void)cJSON_AddStringToObject(row, "state", state_name(entry->state));
    (void)cJSON_AddNumberToObject(row, "officer_id", entry->officer);
    (void)cJSON_AddStringToObject(row, "text", entry->words);
    return true;
}

static int
list_json(xf_cli *cli)
{
    xf_error error = {0};
    cJSON *json = cJSON_CreateObject();
    cJSON *rows = cJSON_AddArrayToObject(json, "entries");
    xf_code code = xf_outbox_each(cli->outbox, add_json, rows, &error);
    if (code == XF_CODE_OK)
        xf_show_tree(json, false);
    cJSON_Delete(json);
    return code == XF_CODE_OK ? (int)XF_EXIT_OK : (int)xf_tell_error(cli, &error);
}

int
xf_box_list(xf_cli *cli, const xf_args *args)
{
    (void)args;
    static const xf_column columns[] = {{"序号", 0, true},    {"什么时候", 0, false},
                                        {"什么", 0, false},   {"状态", 0, false},
                                        {"为什么", 0, false}, {NULL, 0, false}};
    if (cli->json)
        return list_json(cli);
    xf_error error = {0};
    xf_table *table = xf_table_new(columns);
    xf_code code = xf_outbox_each(cli->outbox, add_row, table, &error);
    if (code == XF_CODE_OK && xf_table_rows(table) == 0) {
        (void)puts(XF_TR("都送到了，出件箱是空的。"));
    } else if (code == XF_CODE_OK) {
        xf_table_print(table, stdout);
    }
    xf_table_free(&table);
    return code == XF_CODE_OK ? (int)XF_EXIT_OK : (int)xf_tell_error(cli, &error);
}

/* XF_VERB_RESENDS: xf_cli_open leaves the sending to us. */
int
xf_box_send(xf_cli *cli, const xf_args *args)
{
    (void)args;
    bool all = xf_cli_send_kept(cli);
    size_t refused = all ? xf_outbox_count(cli->outbox) : 0; /* what waited is gone */
    if (refused > 0) {
        (void)fprintf(stderr, XF_TR("没有等着发的。还有 %zu 件县局没接受，请看：xinfang outbox\n"),
                      refused);
    } else if (all && !cli->json) {
        (void)puts(XF_TR("都送到了。"));
    }
    return all ? (int)XF_EXIT_OK : (int)cli->exit;
}

int
xf_box_drop(xf_cli *cli, const xf_args *args)
{
    int64_t id = 0;
    xf_error error = {0};
    if (!xf_args_whole(args->words[0], 1, INT64_MAX, &id))
        return (int)xf_tell_usage(cli, XF_TR("要写出件箱里的序号。"), args->words[0]);
    if (xf_outbox_drop(cli->outbox, id, &error) != XF_CODE_OK)
        return (int)xf_tell_error(cli, &error);
    (void)fprintf(stderr, XF_TR("删掉了第 %" PRId64 " 件，它不会再发。\n"), id);
    return XF_EXIT_OK;
}
