/* client/cli/cli: profile, connection, login, and one call after the other. */
#include "client/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "login.pb-c.h"

#include "client/cli/device_enrol.h"
#include "client/cli/interrupt.h"
#include "wire/message.h"

static const xf_rpc_row *
row_of(const xf_verb *verb)
{
    return verb->rpc == XF_RPC_UNSPECIFIED ? NULL : xf_rpc_find(verb->rpc);
}

/* A changing verb may be kept and sent later; what carries a secret may not. */
static bool
keeps(const xf_cli *cli)
{
    const xf_rpc_row *row = row_of(cli->verb);
    return row != NULL && row->changes && (cli->verb->flags & XF_VERB_NO_OUTBOX) == 0;
}

void *
xf_cli_take(xf_cli *cli, size_t n)
{
    void *room = xf_arena_take(cli->arena, n);
    if (room == NULL) {
        (void)fprintf(stderr, "%s\n", xf_error_words(XF_TEXT_LIMIT));
        abort();
    }
    return room;
}

char *
xf_cli_text(xf_cli *cli, const char *text)
{
    const size_t n = strlen(text) + 1;
    return memcpy(xf_cli_take(cli, n), text, n);
}

static void
on_timer(uv_timer_t *timer)
{
    xf_cli *cli = timer->data;
    cli->timed_out = true;
}

bool
xf_cli_turn(xf_cli *cli, const bool *done)
{
    cli->timed_out = false;
    uv_update_time(&cli->loop); /* reading a book takes its time without a turn */
    (void)uv_timer_start(&cli->timer, on_timer, (uint64_t)cli->timeout_ms, 0);
    do { /* one turn at least: what was asked is kept in it */
        (void)uv_run(&cli->loop, UV_RUN_ONCE);
    } while (!*done && !cli->timed_out && !xf_interrupt_came());
    (void)uv_timer_stop(&cli->timer);
    return *done;
}

xf_code
xf_cli_client(xf_cli *cli, bool with_outbox, xf_client **ret_client, xf_error *reterr)
{
    const xf_client_conf conf = {
        .host = cli->profile.host,
        .port = cli->profile.port,
        .server_name = cli->profile.server_name,
        .ca = cli->profile.ca,
        .certificate = cli->profile.certificate,
        .key = cli->profile.key,
        .outbox = with_outbox ? cli->outbox : NULL,
        .trace = cli->trace || cli->profile.trace != 0,
    };
    return xf_client_new(&cli->loop, &conf, ret_client, reterr);
}

static void
set_words(xf_failure *failure, const char *words)
{
    if (words == NULL || *words == '\0')
        words = xf_error_words(failure->error.text);
    (void)snprintf(failure->words, sizeof(failure->words), "%s", words);
}

/* The reply is good until the callback returns: it is packed and unpacked into our arena. */
static xf_code
keep_reply(xf_cli *cli, const ProtobufCMessage *reply)
{
    xf_pending *pending = &cli->pending;
    xf_code code = XF_CODE_OK;
    xf_buf bytes;
    xf_buf_init(&bytes, XF_LIMIT_FRAME);
    XF_TRY(xf_message_pack(reply, &bytes, &pending->failure.error));
    XF_TRY(xf_message_unpack(pending->type, xf_buf_at(&bytes), xf_buf_readable(&bytes), cli->arena,
                             &pending->reply, &pending->failure.error));
out:
    xf_buf_wipe(&bytes); /* the answer to a login holds the token */
    return code;
}

static void
answered(xf_client *client, const xf_client_answer *answer, void *data)
{
    (void)client;
    xf_cli *cli = data;
    xf_pending *pending = &cli->pending;
    pending->failure.error = answer->error;
    pending->failure.request_id = answer->request_id;
    pending->failure.kept = answer->kept;
    if (answer->error.code == XF_CODE_OK)
        pending->failure.error.code = keep_reply(cli, answer->reply);
    set_words(&pending->failure, answer->error.code == XF_CODE_OK ? NULL : answer->words);
    pending->done = true;
}

xf_code
xf_cli_ask(xf_cli *cli, xf_rpc rpc, ProtobufCMessage *request)
{
    const xf_rpc_row *row = xf_rpc_find(rpc);
    cli->pending = (xf_pending){.type = row->reply};
    xf_failure *failure = &cli->pending.failure;
    if (xf_interrupt_came()) {
        xf_tell_stopped(failure);
        return failure->error.code;
    }
    xf_code code = xf_client_send(cli->client, rpc, request, answered, cli, &failure->error);
    bool kept = row->changes && (cli->verb->flags & XF_VERB_NO_OUTBOX) == 0;
    if (code != XF_CODE_OK) {
        if (code == XF_CODE_UNAVAILABLE && cli->cut_off.error.code != XF_CODE_OK) {
            *failure = cli->cut_off;
        } else {
            set_words(failure, NULL);
        }
        failure->kept = kept && code == XF_CODE_UNAVAILABLE;
        return failure->error.code;
    }
    if (!xf_cli_turn(cli, &cli->pending.done)) {
        failure->kept = kept;
        failure->error.code =
            XF_FAIL(&failure->error, XF_CODE_DEADLINE, XF_TEXT_DEADLINE, "%s", "");
        set_words(failure, NULL);
        if (xf_interrupt_came())
            xf_tell_stopped(failure);
    }
    return failure->error.code;
}

const ProtobufCMessage *
xf_cli_call(xf_cli *cli, xf_rpc rpc, ProtobufCMessage *request)
{
    if (xf_cli_ask(cli, rpc, request) == XF_CODE_OK)
        return cli->pending.reply;
    (void)xf_tell_failure(cli, &cli->pending.failure);
    return NULL;
}

static bool
open_profile(xf_cli *cli)
{
    xf_error error = {0};
    xf_conf_fault fault = {0};
    if (xf_profile_read(cli->home, &cli->profile, &fault, &error) != XF_CODE_OK) {
        (void)xf_tell_error(cli, &error);
        if (fault.line > 0)
            (void)fprintf(stderr, XF_TR("第 %d 行：%s\n"), fault.line, fault.key);
        (void)fputs(XF_TR("这个文件由系统管理员随证书一起发给您。\n"), stderr);
        return false;
    }
    char *path = xf_profile_path(&cli->profile, "outbox.sqlite");
    xf_code code = xf_outbox_open(path, &cli->outbox, &error);
    free(path);
    if (code != XF_CODE_OK) {
        (void)xf_tell_error(cli, &error);
        return false;
    }
    if (cli->profile.has_token)
        xf_outbox_owner(cli->outbox, (int32_t)cli->profile.bureau, (int32_t)cli->profile.officer);
    return true;
}

static void
connected(xf_client *client, const xf_error *error, void *data)
{
    (void)client;
    xf_cli *cli = data;
    cli->pending.failure.error = *error;
    cli->pending.done = true;
}

/* False: it cannot be reached, or refused us; cli->pending says why. */
static bool
connect_now(xf_cli *cli)
{
    xf_failure *failure = &cli->pending.failure;
    cli->pending = (xf_pending){0};
    xf_client_connect(cli->client, connected, cli);
    if (!xf_cli_turn(cli, &cli->pending.done)) {
        failure->error.code =
            XF_FAIL(&failure->error, XF_CODE_UNAVAILABLE, XF_TEXT_CONNECT_FAILED, "%s", "");
    }
    set_words(failure, xf_client_parting(cli->client));
    if (failure->error.code != XF_CODE_OK && xf_interrupt_came())
        xf_tell_stopped(failure);
    return failure->error.code == XF_CODE_OK;
}

static bool
not_logged_in(xf_cli *cli)
{
    xf_error error = {0};
    (void)!XF_FAIL(&error, XF_CODE_UNAUTHENTICATED, XF_TEXT_NOT_LOGGED_IN, "%s", "");
    (void)xf_tell_error(cli, &error);
    return false;
}

static bool
resume(xf_cli *cli)
{
    Xf__LoginResumeRequest request = XF__LOGIN_RESUME_REQUEST__INIT;
    request.has_token = 1;
    request.token = (ProtobufCBinaryData){XF_TOKEN_BYTES, cli->profile.token};
    return xf_cli_ask(cli, XF_RPC_LOGIN_RESUME, &request.base) == XF_CODE_OK;
}

/* In the arena: an answer after Ctrl-C finds a home. */
typedef struct resent {
    bool done;
    size_t sent, refused;
    xf_error error;
} resent;

static void
on_resent(xf_client *client, size_t sent, size_t refused, const xf_error *error, void *data)
{
    (void)client;
    *(resent *)data = (resent){true, sent, refused, *error};
}

/* False: Ctrl-C came first. */
static bool
send_kept(xf_cli *cli, resent *result)
{
    xf_client_resend(cli->client, on_resent, result);
    while (!result->done && !xf_interrupt_came())
        (void)uv_run(&cli->loop, UV_RUN_ONCE);
    if (result->done)
        return true;
    (void)fputs(XF_TR("按了 Ctrl-C，停下了。没听到回音的还在出件箱里，不会丢，也不会办两次。请看："
                      "xinfang outbox\n"),
                stderr);
    cli->exit = XF_EXIT_INTERRUPTED;
    return false;
}

bool
xf_cli_send_kept(xf_cli *cli)
{
    xf_error error = {0};
    xf_outbox_entry entry = {0};
    resent *result = xf_cli_take(cli, sizeof(*result));
    *result = (resent){.done = false};
    if (xf_outbox_next(cli->outbox, 0, &entry, &error) == XF_CODE_OK && entry.id == 0)
        return true;
    (void)fputs(XF_TR("出件箱里有等着发的，先按先后发出去。\n"), stderr);
    if (!send_kept(cli, result))
        return false;
    xf_code code = result->error.code;
    (void)fprintf(stderr, XF_TR("县局确认 %zu 件，没接受 %zu 件。\n"), result->sent,
                  result->refused);
    if (code != XF_CODE_OK)
        (void)fprintf(stderr, "%s\n", xf_error_words(result->error.text));
    if (code != XF_CODE_OK || result->refused > 0)
        (void)fputs(XF_TR("还在出件箱里的，请看：xinfang outbox\n"), stderr);
    cli->exit = code == XF_CODE_OK && result->refused > 0 ? XF_EXIT_FAILED : xf_exit_of(code);
    return cli->exit == XF_EXIT_OK;
}

/* Out of reach: a changing verb goes on and is kept, another is told. */
static bool
go_on_cut_off(xf_cli *cli)
{
    xf_failure *failure = &cli->pending.failure;
    bool away = xf_exit_of(failure->error.code) == XF_EXIT_UNAVAILABLE &&
                failure->error.text != XF_TEXT_TLS_REFUSED && !failure->interrupted;
    if (away && keeps(cli))
        return true;
    (void)xf_tell_failure(cli, failure);
    return false;
}

/* The server is there, and nobody could be logged in. On such a connection nothing is asked: it would
 * be answered that there is no login. */
static bool
go_on_alone(xf_cli *cli, bool with_outbox)
{
    xf_error error = {0};
    if (!go_on_cut_off(cli))
        return false;
    cli->cut_off = cli->pending.failure;
    xf_client_close(&cli->client);
    if (xf_cli_client(cli, with_outbox, &cli->client, &error) == XF_CODE_OK)
        return true;
    (void)xf_tell_error(cli, &error);
    return false;
}

static bool
link_up(xf_cli *cli)
{
    xf_error error = {0};
    bool wants_login = (cli->verb->flags & XF_VERB_NO_LOGIN) == 0;
    if (wants_login && !cli->profile.has_token)
        return not_logged_in(cli);
    bool with_outbox = (cli->verb->flags & XF_VERB_NO_OUTBOX) == 0;
    if (xf_cli_client(cli, with_outbox, &cli->client, &error) != XF_CODE_OK) {
        (void)xf_tell_error(cli, &error);
        return false;
    }
    if (!connect_now(cli))
        return go_on_cut_off(cli);
    if (wants_login && !resume(cli))
        return go_on_alone(cli, with_outbox);
    cli->connected = true;
    xf_device_hint(cli);
    if (wants_login && with_outbox && (cli->verb->flags & XF_VERB_RESENDS) == 0)
        (void)xf_cli_send_kept(cli); /* what this verb asks is another matter */
    return true;
}

bool
xf_cli_open(xf_cli *cli)
{
    cli->arena = xf_arena_new();
    (void)uv_loop_init(&cli->loop);
    (void)uv_timer_init(&cli->loop, &cli->timer);
    cli->timer.data = cli;
    if ((cli->verb->flags & XF_VERB_ALONE) != 0)
        return true;
    if (!open_profile(cli))
        return false;
    if ((cli->verb->flags & XF_VERB_LOCAL) != 0)
        return true;
    xf_interrupt_begin(&cli->loop);
    if ((cli->verb->flags & XF_VERB_OWN_LINK) == 0)
        return link_up(cli);
    return cli->profile.has_token || not_logged_in(cli);
}

void
xf_cli_close(xf_cli *cli)
{
    if (cli->arena == NULL)
        return;
    xf_client_close(&cli->client);
    xf_interrupt_end();
    uv_close((uv_handle_t *)&cli->timer, NULL);
    (void)uv_run(&cli->loop, UV_RUN_DEFAULT); /* what closes needs its turns */
    (void)uv_loop_close(&cli->loop);
    xf_outbox_close(&cli->outbox);
    xf_profile_clear(&cli->profile);
    xf_arena_free(&cli->arena);
}
