/* client/cli/bureau: who and what the bureau consists of, the two books that say so, and who is
 * let in. */
#include <stdio.h>

#include "bureau.pb-c.h"

#include "client/cli/cli.h"
#include "client/cli/form.h"
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
                                        {"账号", 0, false}, {NULL, 0, false}};
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
        xf_table_text(table, officer->disabled ? XF_TR("停用") : "");
    }
    xf_table_print(table, stdout);
    xf_table_free(&table);
    return XF_EXIT_OK;
}

static int
tell_standing(xf_cli *cli, const ProtobufCMessage *reply, const char *words)
{
    if (reply == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(reply, false);
    } else {
        (void)puts(words);
    }
    return XF_EXIT_OK;
}

int
xf_bureau_disable_officer(xf_cli *cli, const xf_args *args)
{
    Xf__BureauDisableOfficerRequest request = XF__BUREAU_DISABLE_OFFICER_REQUEST__INIT;

    request.badge = xf_cli_text(cli, args->words[0]);
    request.reason = xf_cli_text(cli, xf_args_get(args, "reason"));
    return tell_standing(cli, xf_cli_call(cli, XF_RPC_BUREAU_DISABLE_OFFICER, &request.base),
                         XF_TR("停用了。登录和连接几秒内结束。"));
}

int
xf_bureau_enable_officer(xf_cli *cli, const xf_args *args)
{
    Xf__BureauEnableOfficerRequest request = XF__BUREAU_ENABLE_OFFICER_REQUEST__INIT;

    request.badge = xf_cli_text(cli, args->words[0]);
    request.reason = xf_cli_text(cli, xf_args_get(args, "reason"));
    return tell_standing(cli, xf_cli_call(cli, XF_RPC_BUREAU_ENABLE_OFFICER, &request.base),
                         XF_TR("恢复了。可以重新登录。"));
}

/* clang-format off */
static const xf_form_column unit_columns[] = {
    {"单位编码",     "code",        XF_FORM_NEEDED | XF_FORM_COMPACT},
    {"单位名称",     "name",        XF_FORM_NEEDED | XF_FORM_COMPACT},
    {"简称",         "short_name",  XF_FORM_COMPACT},
    {"类型",         "kind",        XF_FORM_NEEDED},
    {"上级单位编码", "parent_code", XF_FORM_COMPACT},
    {"联系电话",     "phone",       XF_FORM_COMPACT},
    {"序号",         NULL,          0},
    {NULL,           NULL,          0},
};

static const xf_form_column officer_columns[] = {
    {"警号",     "badge",     XF_FORM_NEEDED | XF_FORM_COMPACT},
    {"姓名",     "name",      XF_FORM_NEEDED | XF_FORM_COMPACT},
    {"单位编码", "unit_code", XF_FORM_NEEDED | XF_FORM_COMPACT},
    {"职务",     "post",      0},
    {"角色",     "roles",     XF_FORM_NEEDED},
    {"联系电话", "phone",     XF_FORM_COMPACT},
    {"人员类别", "kind",      0},
    {"序号",     NULL,        0},
    {NULL,       NULL,        0},
};
/* clang-format on */

const xf_form xf_bureau_unit_form = {
    .name = "units",
    .title = "单位表",
    .rpc = XF_RPC_BUREAU_IMPORT_UNIT,
    .key = "code",
    .key_heading = "单位编码",
    .later = "parent_code",
    .columns = unit_columns,
};

const xf_form xf_bureau_officer_form = {
    .name = "officers",
    .title = "民警表",
    .rpc = XF_RPC_BUREAU_IMPORT_OFFICER,
    .key = "badge",
    .key_heading = "警号",
    .columns = officer_columns,
};
