/* client/cli/device: the codes that let a machine in, the list, and the end of one. */
#include <stdio.h>
#include <string.h>

#include "device.pb-c.h"

#include "client/cli/cli.h"
#include "client/cli/names.h"
#include "client/cli/show.h"
#include "client/cli/table.h"

enum { FINGERPRINT = 32, HEX = 2 * FINGERPRINT, SHORT_HEX = 16 };

static void
print_hex(const ProtobufCBinaryData *bytes)
{
    for (size_t i = 0; i < bytes->len; i++)
        (void)printf("%02x", bytes->data[i]);
}

/* One line on standard output: what has to be carried to the desk, and nothing else. */
static void
print_code(const xf_cli *cli, const Xf__DeviceInviteReply *reply)
{
    char until[XF_SHOW_ROOM] = "";

    (void)printf("%d-%s-", (int)reply->bureau_id, reply->code == NULL ? "" : reply->code);
    print_hex(&reply->ca_sha);
    (void)printf("\n");
    (void)fflush(stdout);
    xf_show_instant(reply->expires_at, until);
    (void)fprintf(stderr,
                  XF_TR("把上面这一行交到那台设备上，%s 前用一次，在那里运行：\n"
                        "xinfang device enrol 这一行 --server %s:%s --peer %s\n"),
                  until, cli->profile.host, cli->profile.port, cli->profile.server_name);
}

int
xf_device_invite(xf_cli *cli, const xf_args *args)
{
    Xf__DeviceInviteRequest request = XF__DEVICE_INVITE_REQUEST__INIT;
    const char *unit = xf_args_get(args, "unit");
    const ProtobufCMessage *reply = NULL;

    request.name = xf_cli_text(cli, args->words[0]);
    if (unit != NULL && !xf_names_unit(cli, unit, &request.unit_id))
        return (int)cli->exit;
    request.has_unit_id = unit != NULL;
    reply = xf_cli_call(cli, XF_RPC_DEVICE_INVITE, &request.base);
    if (reply == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(reply, false);
    } else {
        print_code(cli, (const Xf__DeviceInviteReply *)reply);
    }
    return XF_EXIT_OK;
}

/* ---- The list --------------------------------------------------------------------------------- */

static void
fingerprint_cell(xf_table *table, const ProtobufCBinaryData *bytes)
{
    char text[SHORT_HEX + 1] = "";

    for (size_t i = 0; i < SHORT_HEX / 2 && i < bytes->len; i++)
        (void)snprintf(text + 2 * i, sizeof text - 2 * i, "%02x", bytes->data[i]);
    xf_table_text(table, text);
}

static void
print_table(const Xf__DeviceListReply *reply)
{
    static const xf_column columns[] = {
        {"名称", 0, false},     {"单位", 0, false},     {"指纹（前 16 位）", 0, false},
        {"证书到", 0, false},   {"最近登录", 0, false}, {"吊销", 0, false},
        {"吊销原因", 0, false}, {NULL, 0, false}};
    xf_table *table = xf_table_new(columns);

    for (size_t i = 0; i < reply->n_devices; i++) {
        const Xf__Device *device = reply->devices[i];

        xf_table_text(table, device->name);
        xf_table_text(table, device->unit_name);
        fingerprint_cell(table, &device->fingerprint);
        xf_table_instant(table, device->has_until_at, device->until_at);
        xf_table_instant(table, device->has_login_at, device->login_at);
        xf_table_instant(table, device->has_revoked_at, device->revoked_at);
        xf_table_text(table, device->reason);
    }
    xf_table_print(table, stdout);
    xf_table_free(&table);
}

int
xf_device_list(xf_cli *cli, const xf_args *args)
{
    Xf__DeviceListRequest request = XF__DEVICE_LIST_REQUEST__INIT;
    const ProtobufCMessage *reply = NULL;

    request.has_all = xf_args_has(args, "all");
    request.all = request.has_all;
    reply = xf_cli_call(cli, XF_RPC_DEVICE_LIST, &request.base);
    if (reply == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(reply, false);
    } else {
        print_table((const Xf__DeviceListReply *)reply);
    }
    return XF_EXIT_OK;
}

/* ---- The end of one --------------------------------------------------------------------------- */

static int
digit(char c)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *at = strchr(digits, c);
    const int place = at == NULL ? -1 : (int)(at - digits);

    return place < 16 ? place : place - 6;
}

/* 64 hexadecimal digits, with or without colons, as openssl prints them. */
static bool
read_fingerprint(const char *text, uint8_t ret_bytes[FINGERPRINT])
{
    size_t n = 0;

    for (; *text != '\0'; text++) {
        if (*text == ':')
            continue;
        if (digit(*text) < 0 || n == HEX)
            return false;
        ret_bytes[n / 2] = (uint8_t)(ret_bytes[n / 2] << 4 | digit(*text));
        n++;
    }
    return n == HEX;
}

int
xf_device_revoke(xf_cli *cli, const xf_args *args)
{
    Xf__DeviceRevokeRequest request = XF__DEVICE_REVOKE_REQUEST__INIT;
    uint8_t *fingerprint = xf_cli_take(cli, FINGERPRINT);
    const ProtobufCMessage *reply = NULL;

    request.reason = xf_cli_text(cli, xf_args_get(args, "reason"));
    if (read_fingerprint(args->words[0], fingerprint)) {
        request.has_fingerprint = 1;
        request.fingerprint = (ProtobufCBinaryData){FINGERPRINT, fingerprint};
    } else {
        request.name = xf_cli_text(cli, args->words[0]);
    }
    reply = xf_cli_call(cli, XF_RPC_DEVICE_REVOKE, &request.base);
    if (reply == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(reply, false);
    } else {
        (void)printf(XF_TR("吊销了 %d 张证书，那里的连接几秒内断开，没用过的登记码也作废。\n"),
                     (int)((const Xf__DeviceRevokeReply *)reply)->certificates);
    }
    return XF_EXIT_OK;
}
