/* client/cli/login: who sits here. A password comes from a prompt, a file or a descriptor,
 * never from argv, and is wiped as soon as it was sent. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "login.pb-c.h"

#include "client/cli/cli.h"
#include "client/cli/interrupt.h"
#include "client/cli/show.h"
#include "client/cli/table.h"
#include "client/cli/width.h"
#include "client/cli/words.h"

enum { PASSWORD_ROOM = 256 };

typedef enum got { GOT, GOT_NOTHING, GOT_TOO_LONG } got;

/* One line, without its end. */
static got
read_line(int fd, char out[PASSWORD_ROOM])
{
    size_t n = 0;
    char c = '\0';
    while (read(fd, &c, 1) == 1 && c != '\n') {
        if (n + 1 == PASSWORD_ROOM)
            return GOT_TOO_LONG;
        out[n++] = c;
    }
    while (n > 0 && out[n - 1] == '\r')
        n--;
    out[n] = '\0';
    return n == 0 ? GOT_NOTHING : GOT;
}

static got
prompt(int tty, const char *words, char out[PASSWORD_ROOM])
{
    struct termios before;
    bool quiet = tcgetattr(tty, &before) == 0;
    struct termios silent = before;
    if (quiet) {
        silent.c_lflag &= ~(tcflag_t)ECHO;
        (void)tcsetattr(tty, TCSAFLUSH, &silent);
    }
    (void)dprintf(tty, "%s", words);
    got what = read_line(tty, out);
    if (quiet)
        (void)tcsetattr(tty, TCSAFLUSH, &before);
    (void)dprintf(tty, "\n");
    return what;
}

static bool
from_terminal(xf_cli *cli, bool twice, char out[PASSWORD_ROOM])
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty < 0) {
        (void)xf_tell_usage(
            cli, XF_TR("没有终端可以输入口令。请用 --password-file 或 --password-fd。"), NULL);
        return false;
    }
    char again[PASSWORD_ROOM] = "";
    got what = prompt(tty, XF_TR("口令（不显示）："), out);
    if (what == GOT && twice)
        what = prompt(tty, XF_TR("再输一遍："), again);
    (void)close(tty);
    bool same = !twice || strcmp(out, again) == 0;
    explicit_bzero(again, sizeof(again));
    if (xf_interrupt_came()) {
        xf_failure failure = {.kept = false};
        xf_tell_stopped(&failure);
        (void)xf_tell_failure(cli, &failure);
        return false;
    }
    if (what == GOT && same)
        return true;
    (void)xf_tell_usage(cli,
                        what == GOT ? XF_TR("两遍口令不一样。请再来一次。")
                                    : XF_TR("没有输入口令，或口令太长。"),
                        NULL);
    return false;
}

static bool
from_descriptor(xf_cli *cli, int fd, const char *about, char out[PASSWORD_ROOM])
{
    got what = fd < 0 ? GOT_NOTHING : read_line(fd, out);
    if (what == GOT)
        return true;
    (void)xf_tell_usage(cli, XF_TR("读不到口令，或口令太长。请核对路径和权限。"), about);
    return false;
}

/* False: the person was told. */
static bool
ask_password(xf_cli *cli, const xf_args *args, bool twice, char out[PASSWORD_ROOM])
{
    const char *file = xf_args_get(args, "password-file");
    const char *number = xf_args_get(args, "password-fd");
    if (file != NULL) {
        int fd = open(file, O_RDONLY | O_CLOEXEC);
        bool good = from_descriptor(cli, fd, file, out);
        if (fd >= 0)
            (void)close(fd);
        return good;
    }
    if (number == NULL)
        return from_terminal(cli, twice, out);
    int64_t fd = -1;
    (void)xf_args_whole(number, 0, 1023, &fd);
    return from_descriptor(cli, (int)fd, "--password-fd", out);
}

static void
print_who(const Xf__LoginReply *reply)
{
    char until[XF_SHOW_ROOM] = "";
    if (reply->has_expires_at)
        xf_show_instant(reply->expires_at, until);
    (void)xf_width_print(stdout, reply->name == NULL ? "" : reply->name, 0);
    if (reply->unit_name != NULL) {
        (void)fputs(XF_TR("，"), stdout);
        (void)xf_width_print(stdout, reply->unit_name, 0);
    }
    for (size_t i = 0; i < reply->n_roles; i++) {
        (void)printf("%s%s", i == 0 ? XF_TR("，") : XF_TR("、"),
                     xf_words_of(&xf__role__descriptor, (int32_t)reply->roles[i]));
    }
    if (until[0] != '\0')
        (void)printf(XF_TR("。登录到 %s 为止"), until);
    (void)puts(XF_TR("。"));
    if (reply->has_ended) {
        (void)printf(XF_TR("您最早的 %d 个登录已经退出：同时登录的有上限。\n"), (int)reply->ended);
    }
}

/* The token is for the file only. */
static void
answer(xf_cli *cli, Xf__LoginReply *reply)
{
    reply->has_token = 0;
    if (cli->json) {
        xf_show_json_print(&reply->base, false);
    } else {
        print_who(reply);
    }
}

int
xf_login_begin(xf_cli *cli, const xf_args *args)
{
    char password[PASSWORD_ROOM] = "";
    if (!ask_password(cli, args, false, password))
        return (int)cli->exit;
    Xf__LoginBeginRequest request = XF__LOGIN_BEGIN_REQUEST__INIT;
    request.badge = xf_cli_text(cli, args->words[0]);
    request.password = password;
    xf_code code = xf_cli_ask(cli, XF_RPC_LOGIN_BEGIN, &request.base);
    explicit_bzero(password, sizeof(password));
    if (code != XF_CODE_OK)
        return (int)xf_tell_failure(cli, &cli->pending.failure);
    Xf__LoginReply *reply = (Xf__LoginReply *)cli->pending.reply;
    const Xf__Welcome *welcome = xf_client_welcome(cli->client);
    xf_error error = {0};
    if (!reply->has_token || reply->token.len != XF_TOKEN_BYTES || welcome == NULL) {
        code = XF_FAIL(&error, XF_CODE_INTERNAL, XF_TEXT_MESSAGE_BROKEN, "%s", "token");
    } else {
        code = xf_profile_keep_token(&cli->profile, reply->token.data, welcome->bureau_id,
                                     reply->officer_id, &error);
    }
    if (reply->has_token)
        explicit_bzero(reply->token.data, reply->token.len);
    if (code != XF_CODE_OK)
        return (int)xf_tell_error(cli, &error);
    if (!cli->json)
        (void)fputs(XF_TR("登录好了。\n"), stderr);
    answer(cli, reply);
    return XF_EXIT_OK;
}

/* xf_cli_open has resumed the login; its answer is still here. */
int
xf_login_show(xf_cli *cli, const xf_args *args)
{
    (void)args;
    answer(cli, (Xf__LoginReply *)cli->pending.reply);
    return XF_EXIT_OK;
}

int
xf_login_end(xf_cli *cli, const xf_args *args)
{
    (void)args;
    Xf__LoginEndRequest request = XF__LOGIN_END_REQUEST__INIT;
    const ProtobufCMessage *reply = xf_cli_call(cli, XF_RPC_LOGIN_END, &request.base);
    if (reply == NULL)
        return (int)cli->exit;
    xf_profile_drop_token(&cli->profile);
    if (cli->json) {
        xf_show_json_print(reply, false);
    } else {
        (void)puts(XF_TR("退出登录了。"));
    }
    return XF_EXIT_OK;
}

int
xf_login_set_password(xf_cli *cli, const xf_args *args)
{
    char password[PASSWORD_ROOM] = "";
    if (!ask_password(cli, args, true, password))
        return (int)cli->exit;
    Xf__LoginSetPasswordRequest request = XF__LOGIN_SET_PASSWORD_REQUEST__INIT;
    request.badge = xf_cli_text(cli, args->words[0]);
    request.password = password;
    const ProtobufCMessage *reply = xf_cli_call(cli, XF_RPC_LOGIN_SET_PASSWORD, &request.base);
    explicit_bzero(password, sizeof(password));
    if (reply == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(reply, false);
    } else {
        (void)puts(XF_TR("口令设好了。原来的登录都已失效。"));
    }
    return XF_EXIT_OK;
}

int
xf_login_unlock(xf_cli *cli, const xf_args *args)
{
    Xf__LoginUnlockRequest request = XF__LOGIN_UNLOCK_REQUEST__INIT;

    request.badge = xf_cli_text(cli, args->words[0]);
    const ProtobufCMessage *reply = xf_cli_call(cli, XF_RPC_LOGIN_UNLOCK, &request.base);
    if (reply == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(reply, false);
    } else {
        (void)puts(XF_TR("解锁了。现在可以登录。"));
    }
    return XF_EXIT_OK;
}

static void
print_failures(const Xf__LoginFailuresReply *reply)
{
    static const xf_column columns[] = {
        {"警号", 0, false},     {"姓名", 0, false},     {"设备", 0, false},
        {"错几次", 0, true},    {"最后一次", 0, false}, {"锁定到", 0, false},
        {"提前解锁", 0, false}, {"谁解的", 0, false},   {NULL, 0, false}};
    xf_table *table = xf_table_new(columns);

    for (size_t i = 0; i < reply->n_failures; i++) {
        const Xf__LoginFailure *failure = reply->failures[i];
        char count[16] = "";

        (void)snprintf(count, sizeof count, "%d", (int)failure->failures);
        xf_table_text(table, failure->badge == NULL ? XF_TR("没有这个警号") : failure->badge);
        xf_table_text(table, failure->name);
        xf_table_text(table, failure->device);
        xf_table_text(table, count);
        xf_table_instant(table, failure->has_last_at, failure->last_at);
        xf_table_instant(table, failure->has_locked_until_at, failure->locked_until_at);
        xf_table_instant(table, failure->has_unlocked_at, failure->unlocked_at);
        xf_table_text(table, failure->unlocked_by);
    }
    xf_table_print(table, stdout);
    xf_table_free(&table);
}

int
xf_login_failures(xf_cli *cli, const xf_args *args)
{
    Xf__LoginFailuresRequest request = XF__LOGIN_FAILURES_REQUEST__INIT;
    const ProtobufCMessage *reply = NULL;

    (void)args;
    reply = xf_cli_call(cli, XF_RPC_LOGIN_FAILURES, &request.base);
    if (reply == NULL)
        return (int)cli->exit;
    if (cli->json) {
        xf_show_json_print(reply, false);
    } else {
        print_failures((const Xf__LoginFailuresReply *)reply);
    }
    return XF_EXIT_OK;
}
