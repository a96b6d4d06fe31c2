/* tests/support/cli_rig — a seat whose command lines are run, argv in, exit code and text out, against
 * a server that follows a script, on a thread of its own. Static, for one test program. */
#ifndef XF_TEST_CLI_RIG_H
#define XF_TEST_CLI_RIG_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bureau.pb-c.h"
#include "figures.pb-c.h"
#include "login.pb-c.h"
#include "matter.pb-c.h"
#include "petition.pb-c.h"

#include "base/arena.h"
#include "client/cli/run.h"
#include "fake_server.h"
#include "gen/enums.h"
#include "wire/message.h"

enum { TEXT_ROOM = 16384, WORDS_MOST = 40 };

/* The stage: certificates, a seat's folder, a server. */
typedef struct stage {
    char dir[XF_TEST_PATH];
    xf_test_ca *ca;
    uv_loop_t loop;
    uv_async_t quit;
    uv_thread_t thread;
    xf_fake_server *server;
    bool up;
    atomic_bool away;      /* its database: it takes no token */
    atomic_int registered; /* petition.register requests that came */
    atomic_int follows;
    atomic_int acked;       /* the highest cursor acknowledged */
    atomic_int first_acked; /* and what was acknowledged first */
    atomic_int imports;
    uint8_t op_id[16]; /* of the last register */
    char out[TEXT_ROOM];
    char err[TEXT_ROOM];
} stage;

static void
answer_login(xf_fake_server *server, const xf_fake_request *request)
{
    static uint8_t token[32] = {0xab};
    Xf__LoginReply reply = XF__LOGIN_REPLY__INIT;

    if (request->rpc == XF_RPC_LOGIN_BEGIN) {
        reply.has_token = 1;
        reply.token = (ProtobufCBinaryData){sizeof(token), token};
    }
    reply.has_officer_id = 1;
    reply.officer_id = 7;
    reply.name = (char *)"警员018";
    xf_fake_server_answer(server, request->id, request->rpc, &reply.base);
}

static void
answer_register(xf_fake_server *server, const xf_fake_request *request, stage *st)
{
    Xf__PetitionRegisterReply reply = XF__PETITION_REGISTER_REPLY__INIT;
    Xf__RegisteredMatter matter = XF__REGISTERED_MATTER__INIT;
    Xf__RegisteredMatter *matters[] = {&matter};
    Xf__RepeatProposal earlier = XF__REPEAT_PROPOSAL__INIT;
    Xf__RepeatProposal *repeats[] = {&earlier};
    xf_arena *arena = xf_arena_new();
    ProtobufCMessage *asked = NULL;

    assert_int_equal(xf_message_unpack(&xf__petition_register_request__descriptor, request->body,
                                       request->body_len, arena, &asked, NULL),
                     XF_CODE_OK);
    memcpy(st->op_id, xf_message_op_id(asked), sizeof(st->op_id));
    xf_arena_free(&arena);
    atomic_fetch_add(&st->registered, 1);
    reply.has_petition_id = 1;
    reply.petition_id = 12026000001;
    reply.number = (char *)"陆公信字〔2026〕1号";
    matter.matter_id = 1202600000101;
    matter.has_matter_id = 1;
    matter.has_version = 1;
    matter.version = 1;
    reply.matters = matters;
    reply.n_matters = 1;
    earlier.has_petition_id = 1;
    earlier.petition_id = 12020000110;
    earlier.number = (char *)"陆公信字〔2020〕110号";
    earlier.has_received_on = 1;
    earlier.received_on = 18326;
    earlier.has_matched = 1;
    earlier.matched = XF__MATCHED__MATCHED_PHONE;
    reply.repeats = repeats;
    reply.n_repeats = 1;
    xf_fake_server_answer(server, request->id, request->rpc, &reply.base);
}

static void
send_news(xf_fake_server *server, int64_t cursor)
{
    Xf__FeedEvent event = XF__FEED_EVENT__INIT;

    event.has_audience_kind = event.has_audience_id = event.has_cursor = event.has_matter_id =
        event.has_version = event.has_kind = event.has_at = 1;
    event.audience_kind = XF__AUDIENCE_KIND__AUDIENCE_KIND_UNIT;
    event.audience_id = 12;
    event.cursor = cursor;
    event.matter_id = 1202600000101;
    event.version = 2;
    event.kind = XF__EVENT_KIND__EVENT_KIND_ASSIGNED;
    event.at = INT64_C(1796086862123);
    xf_fake_server_event(server, &event);
}

/* The first follower is cut off after one piece of news; the second gets it again and one
 * more. */
static void
answer_follow(xf_fake_server *server, const xf_fake_request *request, stage *st)
{
    Xf__FeedFollowReply reply = XF__FEED_FOLLOW_REPLY__INIT;
    Xf__FeedCursor cursor = XF__FEED_CURSOR__INIT;
    Xf__FeedCursor *cursors[] = {&cursor};
    int before = atomic_fetch_add(&st->follows, 1);

    cursor.has_kind = cursor.has_id = cursor.has_cursor = 1;
    cursor.kind = XF__AUDIENCE_KIND__AUDIENCE_KIND_UNIT;
    cursor.id = 12;
    cursor.cursor = 2;
    reply.cursors = cursors;
    reply.n_cursors = 1;
    if (before == 0) { /* he was away for long */
        reply.skipped = cursors;
        reply.n_skipped = 1;
        reply.has_old = reply.old = 1;
    }
    xf_fake_server_answer(server, request->id, request->rpc, &reply.base);
    send_news(server, 3);
    if (before > 0)
        send_news(server, 4);
}

static void
answer_ack(xf_fake_server *server, const xf_fake_request *request, stage *st)
{
    Xf__FeedAckReply reply = XF__FEED_ACK_REPLY__INIT;
    xf_arena *arena = xf_arena_new();
    ProtobufCMessage *asked = NULL;

    assert_int_equal(xf_message_unpack(&xf__feed_ack_request__descriptor, request->body,
                                       request->body_len, arena, &asked, NULL),
                     XF_CODE_OK);
    atomic_store(&st->acked, (int)((const Xf__FeedAckRequest *)asked)->cursors[0]->cursor);
    if (atomic_load(&st->first_acked) == 0)
        atomic_store(&st->first_acked, atomic_load(&st->acked));
    xf_arena_free(&arena);
    if (atomic_load(&st->follows) == 1) {
        xf_fake_server_cut(server);
    } else {
        xf_fake_server_answer(server, request->id, request->rpc, &reply.base);
    }
}

static void
answer_import(xf_fake_server *server, const xf_fake_request *request, stage *st)
{
    Xf__BureauImportUnitReply reply = XF__BUREAU_IMPORT_UNIT_REPLY__INIT;

    if (atomic_fetch_add(&st->imports, 1) == 1) {
        xf_fake_server_refuse(server, request->id, request->rpc, XF__CODE__CODE_INVALID,
                              "没有这个单位。");
    } else {
        xf_fake_server_answer(server, request->id, request->rpc, &reply.base);
    }
}

static void
answer_figures(xf_fake_server *server, const xf_fake_request *request)
{
    Xf__FiguresShowReply reply = XF__FIGURES_SHOW_REPLY__INIT;
    Xf__FigureValue value = XF__FIGURE_VALUE__INIT;
    Xf__FigureValue *values[] = {&value};

    value.has_figure = 1;
    value.figure = XF__FIGURE__FIGURE_PETITIONS;
    value.has_value = 1;
    value.value = 121;
    value.has_previous = 1;
    value.previous = 237;
    value.has_change_tenths = 1;
    value.change_tenths = -489;
    reply.figures = values;
    reply.n_figures = 1;
    reply.has_frozen = 1;
    reply.frozen = 1;
    xf_fake_server_answer(server, request->id, request->rpc, &reply.base);
}

static void
script(xf_fake_server *server, const xf_fake_request *request, void *data)
{
    stage *st = data;

    if (atomic_load(&st->away)) {
        xf_fake_server_refuse(server, request->id, request->rpc,
                              request->rpc == XF_RPC_LOGIN_RESUME ? XF__CODE__CODE_UNAVAILABLE
                                                                  : XF__CODE__CODE_UNAUTHENTICATED,
                              NULL);
    } else if (request->rpc == XF_RPC_LOGIN_BEGIN || request->rpc == XF_RPC_LOGIN_RESUME) {
        answer_login(server, request);
    } else if (request->rpc == XF_RPC_PETITION_REGISTER) {
        answer_register(server, request, st);
    } else if (request->rpc == XF_RPC_FEED_FOLLOW) {
        answer_follow(server, request, st);
    } else if (request->rpc == XF_RPC_FEED_ACK) {
        answer_ack(server, request, st);
    } else if (request->rpc == XF_RPC_BUREAU_IMPORT_UNIT) {
        answer_import(server, request, st);
    } else if (request->rpc == XF_RPC_FIGURES_SHOW) {
        answer_figures(server, request);
    } else if (request->rpc == XF_RPC_MATTER_TAKE ||
               request->rpc == XF_RPC_BUREAU_DISABLE_OFFICER) {
        xf_fake_server_refuse(server, request->id, request->rpc, XF__CODE__CODE_CONFLICT,
                              "这一件已被他人更新。");
    } else {
        xf_fake_server_refuse(server, request->id, request->rpc, XF__CODE__CODE_NOT_FOUND, NULL);
    }
}

static void
on_quit(uv_async_t *async)
{
    stage *st = async->data;

    xf_fake_server_close(&st->server);
    uv_close((uv_handle_t *)async, NULL);
}

static void
serve(void *data)
{
    stage *st = data;

    (void)uv_run(&st->loop, UV_RUN_DEFAULT);
}

static void
write_text(const stage *st, const char *name, const char *text)
{
    char path[2 * XF_TEST_PATH];
    FILE *out = NULL;

    (void)snprintf(path, sizeof(path), "%s/%s", st->dir, name);
    out = fopen(path, "w");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static void
write_conf(const stage *st, const char *port)
{
    char text[512];

    (void)snprintf(text, sizeof(text),
                   "server.host = 127.0.0.1\nserver.port = %s\nserver.name = server.test\n"
                   "tls.ca = ca.crt\ntls.certificate = seat.crt\ntls.key = seat.key\n",
                   port);
    write_text(st, "conf", text);
}

static void
server_up(stage *st)
{
    xf_test_files files = xf_test_files_of(st->dir, "ca", "server");

    assert_int_equal(uv_loop_init(&st->loop), 0);
    assert_int_equal(uv_async_init(&st->loop, &st->quit, on_quit), 0);
    st->quit.data = st;
    st->server = xf_fake_server_new(&st->loop, &files, script, st);
    write_conf(st, xf_fake_server_port(st->server));
    assert_int_equal(uv_thread_create(&st->thread, serve, st), 0);
    st->up = true;
}

static void
server_down(stage *st)
{
    if (!st->up)
        return;
    (void)uv_async_send(&st->quit);
    assert_int_equal(uv_thread_join(&st->thread), 0);
    assert_int_equal(uv_loop_close(&st->loop), 0);
    st->up = false;
}

static int
set_up(void **state)
{
    stage *st = calloc(1, sizeof(*st));

    assert_non_null(st);
    xf_test_dir_new(st->dir);
    st->ca = xf_test_ca_new(st->dir, "ca");
    xf_test_ca_server(st->ca, "server", "server.test");
    xf_test_ca_client(st->ca, "seat", "450922");
    write_text(st, "password", "八个字符的口令\n");
    server_up(st);
    *state = st;
    return 0;
}

static int
tear_down(void **state)
{
    stage *st = *state;

    server_down(st);
    xf_test_ca_free(&st->ca);
    xf_test_dir_remove(st->dir);
    free(st);
    return 0;
}

static void
read_back(FILE *file, char text[TEXT_ROOM])
{
    size_t n = 0;

    rewind(file);
    n = fread(text, 1, TEXT_ROOM - 1, file);
    text[n] = '\0';
    (void)fclose(file);
}

/* Runs one command line; the words are divided by single spaces. */
static int
run(stage *st, const char *line)
{
    char copy[1024];
    char *words[WORDS_MOST] = {(char *)"xinfang", (char *)"--profile", st->dir};
    int count = 3;
    int status = -1;
    FILE *out = tmpfile();
    FILE *err = tmpfile();
    int keep_out = dup(STDOUT_FILENO);
    int keep_err = dup(STDERR_FILENO);

    (void)snprintf(copy, sizeof(copy), "%s", line);
    for (char *word = copy, *next = NULL; word != NULL && count < WORDS_MOST; word = next) {
        next = strchr(word, ' ');
        if (next != NULL)
            *next++ = '\0';
        words[count++] = word;
    }
    (void)fflush(stdout);
    (void)dup2(fileno(out), STDOUT_FILENO);
    (void)dup2(fileno(err), STDERR_FILENO);
    status = xf_run(count, words);
    (void)fflush(stdout);
    (void)dup2(keep_out, STDOUT_FILENO);
    (void)dup2(keep_err, STDERR_FILENO);
    (void)close(keep_out);
    (void)close(keep_err);
    read_back(out, st->out);
    read_back(err, st->err);
    return status;
}

/* A command with a file of the seat's folder in place of %s. */
static int
run_with(stage *st, const char *format, const char *name)
{
    char path[2 * XF_TEST_PATH];
    char line[1024];

    (void)snprintf(path, sizeof(path), "%s/%s", st->dir, name);
    (void)snprintf(line, sizeof(line), "%s %s", format, path);
    return run(st, line);
}

static void
log_in(stage *st)
{
    assert_int_equal(run_with(st, "login T00018 --password-file", "password"), 0);
}

#define REGISTER                                                                              \
    "petition register --channel visit --received-on 2026-11-24 --petitioner 某某 --phone " \
    "19900010001 --purpose appeal --category traffic --demand 久拖不决"

#endif
