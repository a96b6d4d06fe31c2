/* client/cli/tell: refusals in three parts: what does not work (the verb's line), why (the
 * server's words as they come), what to do now (in those words, and a command by the code). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "error.pb-c.h"

#include "base/now.h"
#include "client/cli/cli.h"
#include "client/cli/show.h"
#include "client/cli/width.h"
#include "client/cli/words.h"

xf_exit
xf_exit_of(xf_code code)
{
    switch (code) {
    case XF_CODE_OK: return XF_EXIT_OK;
    case XF_CODE_UNAUTHENTICATED: return XF_EXIT_LOGIN;
    case XF_CODE_DENIED:
    case XF_CODE_NOT_FOUND: return XF_EXIT_DENIED;
    case XF_CODE_CONFLICT:
    case XF_CODE_OP_MISMATCH: return XF_EXIT_CONFLICT;
    case XF_CODE_OVERLOADED:
    case XF_CODE_UNAVAILABLE:
    case XF_CODE_DEADLINE: return XF_EXIT_UNAVAILABLE;
    case XF_CODE_INVALID:
    case XF_CODE_LIMIT:
    case XF_CODE_UNSUPPORTED:
    case XF_CODE_INTERNAL:
    case XF_CODE_CANCELLED: return XF_EXIT_FAILED;
    }
    return XF_EXIT_FAILED;
}

/* The command that helps on, where one is the same for every verb. What else than a matter may be in
 * the way, a seat or an account that is so already, the words say. */
static const char *
next_step(const xf_verb *verb, xf_code code)
{
    switch (code) {
    case XF_CODE_UNAUTHENTICATED: return "xinfang login 警号";
    case XF_CODE_CONFLICT:
        return verb != NULL && strcmp(verb->noun, "matter") == 0 ? "xinfang matter open 事项号"
                                                                 : NULL;
    case XF_CODE_OK:
    case XF_CODE_DENIED:
    case XF_CODE_NOT_FOUND:
    case XF_CODE_OP_MISMATCH:
    case XF_CODE_OVERLOADED:
    case XF_CODE_UNAVAILABLE:
    case XF_CODE_DEADLINE:
    case XF_CODE_INVALID:
    case XF_CODE_LIMIT:
    case XF_CODE_UNSUPPORTED:
    case XF_CODE_INTERNAL:
    case XF_CODE_CANCELLED: return NULL;
    }
    return NULL;
}

static void
line(const char *label, const char *text)
{
    (void)fputs(label, stderr);
    (void)xf_width_print(stderr, text, 0);
    (void)fputc('\n', stderr);
}

static void
tell_json(const xf_failure *failure)
{
    char name[XF_WORDS_NAME];
    xf_words_name(&xf__code__descriptor, (int32_t)failure->error.code, name);
    cJSON *json = cJSON_CreateObject();
    cJSON *error = cJSON_AddObjectToObject(json, "error");
    (void)cJSON_AddStringToObject(error, "code", name);
    (void)cJSON_AddStringToObject(error, "text", failure->words);
    if (failure->error.field[0] != '\0')
        (void)cJSON_AddStringToObject(error, "field", failure->error.field);
    if (failure->request_id != 0)
        (void)cJSON_AddNumberToObject(error, "request_id", (double)failure->request_id);
    if (failure->error.retry_after_ms != 0)
        (void)cJSON_AddNumberToObject(error, "retry_after_ms", failure->error.retry_after_ms);
    (void)cJSON_AddBoolToObject(error, "kept", failure->kept);
    if (failure->interrupted)
        (void)cJSON_AddTrueToObject(error, "interrupted");
    char *text = cJSON_Print(json);
    if (text == NULL)
        abort();
    (void)fprintf(stderr, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(json);
}

/* A changing verb that did not come as far as being kept (it had to ask something first): the
 * words about the outbox are not meant for it. */
static bool
lost_unkept(const xf_cli *cli, const xf_failure *failure)
{
    const xf_rpc_row *row = cli->verb == NULL ? NULL : xf_rpc_find(cli->verb->rpc);
    return row != NULL && row->changes && !failure->kept &&
           xf_exit_of(failure->error.code) == XF_EXIT_UNAVAILABLE;
}

/* What stands after Ctrl-C, and how to go on. */
static const char *
after_stop(const xf_cli *cli, const xf_failure *failure)
{
    const xf_rpc_row *row = cli->verb == NULL ? NULL : xf_rpc_find(cli->verb->rpc);
    if (cli->verb != NULL && strcmp(cli->verb->noun, "import") == 0)
        return ""; /* it says so itself, by file */
    if (failure->kept) {
        return XF_TR("存在出件箱，不会丢，也不会办两次。办下一件事时会先发它，也可以运行 xinfang "
                     "outbox send。");
    }
    if (row == NULL || !row->changes)
        return XF_TR("什么都没有改动。再运行一次就是。");
    return cli->connected && (cli->verb->flags & XF_VERB_NO_OUTBOX) != 0
               ? XF_TR("不知道县局办了没有，没有存进出件箱。请再运行一次。")
               : XF_TR("还没有发出去，也没有存进出件箱。请再运行一次。");
}

void
xf_tell_stopped(xf_failure *failure)
{
    failure->interrupted = true;
    failure->error.code = XF_FAIL(&failure->error, XF_CODE_DEADLINE, XF_TEXT_DEADLINE, "%s", "");
    (void)snprintf(failure->words, sizeof(failure->words), "%s", XF_TR("按了 Ctrl-C，停下了。"));
}

/* Of a limit: the server says when it is worth another try. */
static void
tell_wait(const xf_failure *failure)
{
    const uint32_t seconds = (failure->error.retry_after_ms + 999) / 1000;

    if (failure->error.code != XF_CODE_LIMIT || seconds == 0)
        return;
    if (seconds < 120) {
        (void)fprintf(stderr, XF_TR("还要等 %u 秒。\n"), (unsigned)seconds);
    } else {
        (void)fprintf(stderr, XF_TR("还要等 %u 分钟。\n"), (unsigned)(seconds + 59) / 60);
    }
}

/* Counted from 1 on each connection: only with the time it finds a line of the server's log. */
static void
tell_number(const xf_failure *failure)
{
    char at[XF_SHOW_ROOM] = "";

    if (failure->request_id == 0)
        return;
    xf_show_instant(xf_now_ms(), at);
    (void)fprintf(stderr, XF_TR("给管理员看的编号：%" PRIu64 "，%s\n"), failure->request_id, at);
}

static void
tell_people(const xf_cli *cli, const xf_failure *failure)
{
    if (cli->verb != NULL)
        (void)fprintf(stderr, XF_TR("没有办成「%s」。\n"), cli->verb->says);
    line("", failure->words);
    if (failure->error.field[0] != '\0')
        line(XF_TR("哪一项："), failure->error.field);
    tell_wait(failure);
    const char *command = next_step(cli->verb, failure->error.code);
    bool no_login_helps = failure->error.text == XF_TEXT_TLS_REFUSED ||
                          (cli->verb != NULL && (cli->verb->flags & XF_VERB_NO_LOGIN) != 0);
    if (failure->interrupted) {
        if (*after_stop(cli, failure) != '\0')
            line("", after_stop(cli, failure));
    } else if (failure->kept) {
        line(XF_TR("存在出件箱，等着发。"),
             XF_TR("联网后办下一件事时会先发它，也可以运行 xinfang outbox send。"));
    } else if (lost_unkept(cli, failure)) {
        line("",
             XF_TR("这一件没有存进出件箱。断线时单位、民警请写编号，版本请用 --version 写明。"));
    } else if (command != NULL && !no_login_helps) {
        line(XF_TR("现在可以："), command);
    }
    tell_number(failure);
}

xf_exit
xf_tell_failure(xf_cli *cli, const xf_failure *failure)
{
    if (cli->json) {
        tell_json(failure);
    } else {
        tell_people(cli, failure);
    }
    cli->exit = failure->kept ? XF_EXIT_UNAVAILABLE : xf_exit_of(failure->error.code);
    if (failure->error.text == XF_TEXT_TLS_REFUSED)
        cli->exit = XF_EXIT_FAILED; /* another login does not help */
    if (failure->interrupted)
        cli->exit = XF_EXIT_INTERRUPTED;
    return cli->exit;
}

xf_exit
xf_tell_error(xf_cli *cli, const xf_error *error)
{
    xf_failure failure = {.error = *error};
    (void)snprintf(failure.words, sizeof(failure.words), "%s", xf_error_words(error->text));
    return xf_tell_failure(cli, &failure);
}

xf_exit
xf_tell_usage(xf_cli *cli, const char *why, const char *about)
{
    if (about != NULL) {
        (void)xf_width_print(stderr, about, 60);
        (void)fputs(XF_TR("："), stderr);
    }
    line("", why);
    if (cli->verb != NULL) {
        (void)fprintf(stderr, XF_TR("写法和例子：xinfang %s%s%s --help\n"), cli->verb->noun,
                      *cli->verb->verb == '\0' ? "" : " ", cli->verb->verb);
    } else {
        (void)fputs(XF_TR("写法和例子：xinfang --help\n"), stderr);
    }
    cli->exit = XF_EXIT_USAGE;
    return cli->exit;
}
