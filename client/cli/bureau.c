/* client/cli/bureau: who and what the bureau consists of. */
#include <stdio.h>
#include <string.h>

#include "bureau.pb-c.h"

#include "client/cli/cli.h"
#include "client/cli/names.h"
#include "client/cli/show.h"
#include "client/cli/table.h"
#include "client/cli/words.h"

int
xf_bureau_units(xf_cli *cli, const xf_args *args)
{
    (void)args;
    static const xf_column columns[] = {
        {"编号", 0, true},  {"编码", 0, false},     {"名称", 0, false}, {"简称", 0, false},
        {"类型", 0, false}, {"联系电话", 0, false}, {NULL, 0, false}};
    Xf__BureauUnitsRequest request = XF__BUREAU_UNITS_REQUEST__INIT;
    const ProtobufCMessage *message = xf_cli_call(cli, XF_RPC_BUREAU_UNITS, &request.base);
    if (message == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(message, false);
        return XF_EXIT_OK;
    }
    const Xf__BureauUnitsReply *reply = (const Xf__BureauUnitsReply *)message;
    xf_table *table = xf_table_new(columns);
    for (size_t i = 0; i < reply->n_units; i++) {
        const Xf__Unit *unit = reply->units[i];
        xf_table_number(table, unit->unit_id);
        xf_table_text(table, unit->code);
        xf_table_text(table, unit->name);
        xf_table_text(table, unit->short_name);
        xf_table_text(table, xf_words_of(&xf__unit_kind__descriptor, (int32_t)unit->kind));
        xf_table_text(table, unit->phone);
    }
    xf_table_print(table, stdout);
    xf_table_free(&table);
    return XF_EXIT_OK;
}

static void
roles_cell(xf_table *table, const Xf__Officer *officer)
{
    char text[512] = "";
    size_t used = 0;
    for (size_t i = 0; i < officer->n_roles && used < sizeof(text); i++) {
        int n = snprintf(text + used, sizeof(text) - used, "%s%s", i == 0 ? "" : XF_TR("、"),
                         xf_words_of(&xf__role__descriptor, (int32_t)officer->roles[i]));
        used += n > 0 ? (size_t)n : 0;
    }
    xf_table_text(table, text);
}

int
xf_bureau_officers(xf_cli *cli, const xf_args *args)
{
    static const xf_column columns[] = {{"编号", 0, true},  {"警号", 0, false}, {"姓名", 0, false},
                                        {"单位", 0, false}, {"职务", 0, false}, {"岗位", 0, false},
                                        {NULL, 0, false}};
    Xf__BureauOfficersRequest request = XF__BUREAU_OFFICERS_REQUEST__INIT;
    const char *unit = xf_args_get(args, "unit");
    if (unit != NULL && !xf_names_unit(cli, unit, &request.unit_id))
        return (int)cli->exit;
    request.has_unit_id = unit != NULL;
    const ProtobufCMessage *message = xf_cli_call(cli, XF_RPC_BUREAU_OFFICERS, &request.base);
    if (message == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(message, false);
        return XF_EXIT_OK;
    }
    const Xf__BureauOfficersReply *reply = (const Xf__BureauOfficersReply *)message;
    xf_table *table = xf_table_new(columns);
    for (size_t i = 0; i < reply->n_officers; i++) {
        const Xf__Officer *officer = reply->officers[i];
        xf_table_number(table, officer->officer_id);
        xf_table_text(table, officer->badge);
        xf_table_text(table, officer->name);
        xf_table_text(table, officer->unit_name);
        xf_table_text(table, officer->post);
        roles_cell(table, officer);
    }
    xf_table_print(table, stdout);
    xf_table_free(&table);
    return XF_EXIT_OK;
}
