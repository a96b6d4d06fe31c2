/* tests/faults/client — one desk that is cut off and killed, and must lose nothing.
 *
 *     faults_client HOST PORT NAME CA CERTIFICATE KEY BADGE PASSWORD_FILE DIR CLIENT OPS SEED UNIT
 *
 * Registers petitions, each of a unique petitioner ("信访人CLIENT-SEQ"), and now and then
 * assigns the matter just registered to UNIT. CLIENT of 0 to CLIENTS - 1; DIR/allow says how many
 * operations all clients together may have begun, never more than OPS, and with "last" behind the
 * number that there will be no more. Then ends with 0 when its share is answered and its outbox
 * is empty.
 *
 * DIR/history.CLIENT is appended to and synced, a line a step, so that kill -9 at any moment
 * leaves what was asked and what was answered:
 *     invoke SEQ OP_ID register            before the outbox and the wire know of it
 *     invoke SEQ OP_ID assign MATTER
 *     again SEQ                            asked again with the same op_id
 *     ok SEQ NUMBER MATTER                 a registration's answer
 *     ok SEQ VERSION                       an assignment's
 *     no SEQ CODE                          refused for good
 *
 * DIR/now.CLIENT has one line, for who waits for a moment: BEGUN ANSWERED UNDER_WAY READY. UNDER_WAY
 * are asked over a connection that stands; READY is 1 when it is logged in with nothing to send again.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <uv.h>

#include "login.pb-c.h"
#include "matter.pb-c.h"

#include "base/memory.h"
#include "base/now.h"
#include "test_desk.h"
#include "test_draft.h"

enum {
    CLIENTS = 8,
    MOST_OPS = 100000,
    TICK_MS = 5,
    PAUSE_MS = 150, /* before what failed is tried again */
    WORD = 160,
    HEX = 33,
    BUREAU = 450922
};

/* Where the words of its own begin. */
enum { AT_DIR = 1 + XF_TEST_DESK_WORDS, AT_CLIENT, AT_OPS, AT_SEED, AT_UNIT, WORDS };

typedef enum op_state { OP_NEW, OP_INVOKED, OP_OK, OP_REFUSED } op_state;

typedef struct desk desk;

typedef struct op {
    desk *desk;
    op_state state;
    bool under_way;
    bool asked;    /* by this process, at least once */
    bool assigned; /* its matter has an assignment */
    bool assigns;  /* it is one */
    int64_t matter;
    int64_t not_before;
    uint8_t id[16];
} op;

struct desk {
    uv_loop_t loop;
    uv_timer_t timer;
    xf_test_desk who;
    xf_client *client;
    const char *dir;
    int number; /* CLIENT */
    int32_t unit;
    int64_t share;
    bool last; /* the share will not grow */
    int history;
    int now;
    char told[WORD]; /* what `now` has */
    bool connecting; /* or logging in */
    bool connected;
    bool in; /* logged in */
    bool resending;
    bool resent; /* since the login */
    int64_t not_before;
    int64_t begun; /* ops 1 to `begun` were invoked */
    int64_t answered;
    op *ops; /* by SEQ, from 1 */
};

static int64_t
share_of(const desk *desk, int64_t ops)
{
    return (ops + CLIENTS - 1 - desk->number) / CLIENTS;
}

/* ---- The history -------------------------------------------------------------------- */

static void
note(const desk *desk, const char *line)
{
    size_t n = strlen(line);

    if (write(desk->history, line, n) != (ssize_t)n || fdatasync(desk->history) != 0)
        xf_test_desk_stop(&desk->who, "history", XF_CODE_INTERNAL);
}

static void
note_invoke(const op *op, int64_t seq)
{
    char hex[HEX];
    char line[WORD];

    for (size_t i = 0; i < sizeof op->id; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", op->id[i]);
    if (op->assigns) {
        (void)snprintf(line, sizeof line, "invoke %" PRId64 " %s assign %" PRId64 "\n", seq, hex,
                       op->matter);
    } else {
        (void)snprintf(line, sizeof line, "invoke %" PRId64 " %s register\n", seq, hex);
    }
    note(op->desk, line);
}

static void
read_id(op *op, const char *hex)
{
    for (size_t i = 0; i < sizeof op->id; i++) {
        char byte[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        op->id[i] = (uint8_t)strtoul(byte, NULL, 16);
    }
}

/* The matter of a registration that is not yet assigned; by its op. */
static op *
registration_of(desk *desk, int64_t matter)
{
    for (int64_t seq = desk->begun; seq > 0; seq--) {
        op *op = &desk->ops[seq];
        if (!op->assigns && op->matter == matter)
            return op;
    }
    return NULL;
}

static void
mark_assigned(desk *desk, int64_t matter)
{
    op *made = registration_of(desk, matter);

    if (made != NULL)
        made->assigned = true;
}

/* One line of an earlier life. */
static void
remember(desk *desk, char *line)
{
    char *rest = NULL;
    const char *kind = strtok_r(line, " \n", &rest);
    const char *number = strtok_r(NULL, " \n", &rest);
    int64_t seq = number != NULL ? strtoll(number, NULL, 10) : 0;
    const char *third = strtok_r(NULL, " \n", &rest);
    const char *fourth = strtok_r(NULL, " \n", &rest);
    const char *fifth = strtok_r(NULL, " \n", &rest);

    if (kind == NULL || seq < 1 || seq > desk->share)
        return;
    op *op = &desk->ops[seq];
    if (strcmp(kind, "invoke") == 0 && third != NULL && strlen(third) == HEX - 1) {
        op->state = OP_INVOKED;
        op->asked = true;
        op->assigns = fifth != NULL;
        op->matter = fifth != NULL ? strtoll(fifth, NULL, 10) : 0;
        read_id(op, third);
        if (op->assigns)
            mark_assigned(desk, op->matter);
        desk->begun = seq;
    } else if (strcmp(kind, "ok") == 0 || strcmp(kind, "no") == 0) {
        op->state = kind[0] == 'o' ? OP_OK : OP_REFUSED;
        if (!op->assigns && fourth != NULL)
            op->matter = strtoll(fourth, NULL, 10);
        desk->answered++;
    }
}

static void
open_history(desk *desk)
{
    char path[WORD];
    char line[WORD];

    (void)snprintf(path, sizeof path, "%s/history.%d", desk->dir, desk->number);
    desk->history = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    FILE *file = fopen(path, "re");
    if (desk->history < 0 || file == NULL)
        xf_test_desk_stop(&desk->who, "history", XF_CODE_INTERNAL);
    while (fgets(line, sizeof line, file) != NULL)
        remember(desk, line);
    (void)fclose(file);
}

/* One write of a fixed length, so that no reader finds half a line. */
static void
tell_now(desk *desk)
{
    char line[WORD];
    int64_t under_way = 0;

    for (int64_t seq = 1; seq <= desk->begun; seq++)
        under_way += desk->ops[seq].under_way;
    int n = snprintf(line, sizeof line, "%8" PRId64 " %8" PRId64 " %8" PRId64 " %d\n", desk->begun,
                     desk->answered, under_way, desk->in && desk->resent);
    if (strcmp(line, desk->told) == 0)
        return;
    memcpy(desk->told, line, (size_t)n + 1);
    if (pwrite(desk->now, line, (size_t)n, 0) != n)
        xf_test_desk_stop(&desk->who, "now", XF_CODE_INTERNAL);
}

static void
open_now(desk *desk)
{
    char path[WORD];

    (void)snprintf(path, sizeof path, "%s/now.%d", desk->dir, desk->number);
    desk->now = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (desk->now < 0)
        xf_test_desk_stop(&desk->who, "now", XF_CODE_INTERNAL);
    tell_now(desk);
}

/* ---- What is asked ------------------------------------------------------------------ */

static void
settle(op *op, const xf_client_answer *answer)
{
    desk *desk = op->desk;
    int64_t seq = op - desk->ops;
    char line[WORD];

    if (answer->error.code != XF_CODE_OK) {
        op->state = OP_REFUSED;
        (void)snprintf(line, sizeof line, "no %" PRId64 " %s\n", seq,
                       xf_code_name(answer->error.code));
    } else if (op->assigns) {
        const Xf__MatterAssignReply *reply = (const void *)answer->reply;
        op->state = OP_OK;
        (void)snprintf(line, sizeof line, "ok %" PRId64 " %d\n", seq, (int)reply->version);
    } else {
        const Xf__PetitionRegisterReply *reply = (const void *)answer->reply;
        op->state = OP_OK;
        op->matter = reply->n_matters == 1 ? reply->matters[0]->matter_id : 0;
        (void)snprintf(line, sizeof line, "ok %" PRId64 " %s %" PRId64 "\n", seq, reply->number,
                       op->matter);
    }
    desk->answered++;
    note(desk, line);
}

static void
on_answer(xf_client *client, const xf_client_answer *answer, void *data)
{
    op *op = data;
    desk *desk = op->desk;

    (void)client;
    op->under_way = false;
    op->not_before = xf_now_steady_ms() + PAUSE_MS;
    if (answer->error.code == XF_CODE_UNAUTHENTICATED)
        desk->in = false;
    if (answer->error.code == XF_CODE_OK || !answer->kept)
        settle(op, answer);
}

static xf_code
ask_assign(op *op, xf_error *reterr)
{
    Xf__MatterAssignRequest request = XF__MATTER_ASSIGN_REQUEST__INIT;

    request.has_op_id = request.has_matter_id = request.has_version = request.has_to_unit = 1;
    request.op_id = (ProtobufCBinaryData){sizeof op->id, op->id};
    request.matter_id = op->matter;
    request.version = 1;
    request.to_unit = op->desk->unit;
    return xf_client_send(op->desk->client, XF_RPC_MATTER_ASSIGN, &request.base, on_answer, op,
                          reterr);
}

static xf_code
ask_register(op *op, xf_error *reterr)
{
    desk *desk = op->desk;
    int64_t seq = op - desk->ops;
    xf_test_draft draft;
    char name[WORD];
    char demand[WORD];

    (void)snprintf(name, sizeof name, "信访人%d-%" PRId64, desk->number, seq);
    (void)snprintf(demand, sizeof demand, "反映报警后未收到进展告知,第%d-%" PRId64 "件",
                   desk->number, seq);
    xf_test_draft_visit(&draft, xf_day_from_civil(2026, 3, 2), name, demand);
    draft.request.has_op_id = 1;
    draft.request.op_id = (ProtobufCBinaryData){sizeof op->id, op->id};
    return xf_client_send(desk->client, XF_RPC_PETITION_REGISTER, &draft.request.base, on_answer,
                          op, reterr);
}

static void
ask(op *op)
{
    xf_error error = {0};
    char line[WORD];

    if (op->asked) {
        (void)snprintf(line, sizeof line, "again %" PRId64 "\n", (int64_t)(op - op->desk->ops));
        note(op->desk, line);
    }
    op->asked = true;
    xf_code code = op->assigns ? ask_assign(op, &error) : ask_register(op, &error);
    op->under_way = code == XF_CODE_OK;
    op->not_before = xf_now_steady_ms() + PAUSE_MS;
    /* An entry of another request under the same op_id: the outbox is not what we wrote. */
    if (code != XF_CODE_OK && code != XF_CODE_UNAVAILABLE)
        xf_test_desk_stop(&op->desk->who, "ask", code);
}

static void
begin_next(desk *desk)
{
    op *op = &desk->ops[desk->begun + 1];

    if (getrandom(op->id, sizeof op->id, 0) != (ssize_t)sizeof op->id)
        xf_test_desk_stop(&desk->who, "op_id", XF_CODE_INTERNAL);
    op->id[6] = (uint8_t)((op->id[6] & 0x0f) | 0x40);
    op->id[8] = (uint8_t)((op->id[8] & 0x3f) | 0x80);
    struct op *before = desk->begun > 0 ? &desk->ops[desk->begun] : NULL;
    if (before != NULL && before->state == OP_OK && !before->assigns && !before->assigned &&
        xf_test_desk_random(&desk->who) % 3 == 0) {
        op->assigns = true;
        op->matter = before->matter;
        before->assigned = true;
    }
    op->state = OP_INVOKED;
    desk->begun++;
    note_invoke(op, desk->begun);
    ask(op);
}

static int64_t
allowed(desk *desk)
{
    char path[WORD];
    char line[WORD] = "0";

    (void)snprintf(path, sizeof path, "%s/allow", desk->dir);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    if (fgets(line, sizeof line, file) == NULL)
        line[0] = '0';
    (void)fclose(file);
    int64_t mine = share_of(desk, strtoll(line, NULL, 10));
    if (mine > desk->share)
        mine = desk->share;
    if (strstr(line, "last") != NULL) {
        desk->last = true;
        desk->share = mine;
    }
    return mine;
}

/* ---- Coming, coming again, going ------------------------------------------------------- */

static void
on_resent(xf_client *client, size_t sent, size_t refused, const xf_error *error, void *data)
{
    desk *desk = data;

    (void)client;
    (void)sent;
    if (refused > 0)
        xf_test_desk_stop(&desk->who, "outbox refused", XF_CODE_CONFLICT);
    desk->resending = false;
    desk->resent = error->code == XF_CODE_OK;
    desk->not_before = xf_now_steady_ms() + PAUSE_MS;
}

static void
on_login(xf_client *client, const xf_client_answer *answer, void *data)
{
    desk *desk = data;

    (void)client;
    desk->connecting = false;
    desk->not_before = xf_now_steady_ms() + PAUSE_MS;
    if (answer->error.code != XF_CODE_OK)
        return;
    const Xf__LoginReply *reply = (const void *)answer->reply;
    xf_outbox_owner(desk->who.conf.outbox, BUREAU, reply->officer_id);
    desk->in = true;
    desk->resent = false;
}

static void
log_in(desk *desk)
{
    xf_error error = {0};

    desk->connecting =
        xf_test_desk_log_in(&desk->who, desk->client, on_login, desk, &error) == XF_CODE_OK;
    desk->not_before = xf_now_steady_ms() + PAUSE_MS;
}

static void
on_connect(xf_client *client, const xf_error *error, void *data)
{
    desk *desk = data;

    (void)client;
    desk->connecting = false;
    desk->connected = error->code == XF_CODE_OK;
    desk->not_before = xf_now_steady_ms() + PAUSE_MS;
    if (desk->connected)
        log_in(desk);
}

static void
on_lost(xf_client *client, const xf_error *error, void *data)
{
    desk *desk = data;

    (void)client;
    (void)error;
    desk->in = desk->connecting = desk->connected = false;
    desk->not_before = xf_now_steady_ms() + PAUSE_MS;
}

/* Everything of ours is asked or answered first, so that the outbox's own round has only what
 * an earlier life was answered and did not live to cross out. */
static void
work(desk *desk)
{
    int64_t now = xf_now_steady_ms();

    for (int64_t seq = 1; seq <= desk->begun; seq++) {
        op *op = &desk->ops[seq];
        if (op->state == OP_INVOKED && !op->under_way && op->not_before <= now)
            ask(op);
    }
    while (desk->begun < allowed(desk))
        begin_next(desk);
    if (!desk->resending && !desk->resent && desk->not_before <= now) {
        desk->resending = true;
        xf_client_resend(desk->client, on_resent, desk);
    }
}

static void
on_tick(uv_timer_t *timer)
{
    desk *desk = timer->data;
    int64_t now = xf_now_steady_ms();

    if (desk->in) {
        work(desk);
        if (desk->last && desk->answered == desk->share && desk->resent &&
            xf_outbox_count(desk->who.conf.outbox) == 0) {
            uv_close((uv_handle_t *)timer, NULL);
            xf_client_close(&desk->client);
        }
    } else if (!desk->connecting && desk->not_before <= now) {
        if (desk->connected) {
            log_in(desk); /* the one before was refused: the database was away */
        } else {
            desk->connecting = true;
            xf_client_connect(desk->client, on_connect, desk);
        }
    }
    tell_now(desk);
}

static void
take_arguments(desk *desk, char **argv)
{
    char path[WORD];
    xf_error error = {0};

    xf_test_desk_take(&desk->who, "faults_client", argv + 1);
    desk->dir = argv[AT_DIR];
    desk->number = (int)strtol(argv[AT_CLIENT], NULL, 10);
    desk->share = share_of(desk, strtoll(argv[AT_OPS], NULL, 10));
    desk->unit = (int32_t)strtol(argv[AT_UNIT], NULL, 10);
    if (desk->number < 0 || desk->number >= CLIENTS || desk->share > MOST_OPS)
        xf_test_desk_stop(&desk->who, "arguments", XF_CODE_INVALID);
    desk->who.random =
        ((uint64_t)strtoull(argv[AT_SEED], NULL, 10) * 8 + (uint64_t)desk->number + 1) *
        UINT64_C(0x9e3779b97f4a7c15);
    (void)snprintf(path, sizeof path, "%s/outbox.%d", desk->dir, desk->number);
    if (xf_outbox_open(path, &desk->who.conf.outbox, &error) != XF_CODE_OK)
        xf_test_desk_stop(&desk->who, "outbox", error.code);
    desk->ops = xf_memory_new(((size_t)desk->share + 2) * sizeof desk->ops[0]);
    for (int64_t seq = 0; seq <= desk->share + 1; seq++)
        desk->ops[seq].desk = desk;
}

int
main(int argc, char **argv)
{
    desk *desk = xf_memory_new(sizeof *desk);
    xf_error error = {0};

    if (argc != WORDS) {
        (void)fprintf(stderr, "faults_client: see the head of tests/faults/client.c\n");
        return 2;
    }
    take_arguments(desk, argv);
    open_history(desk);
    open_now(desk);
    (void)uv_loop_init(&desk->loop);
    (void)uv_timer_init(&desk->loop, &desk->timer);
    desk->timer.data = desk;
    if (xf_client_new(&desk->loop, &desk->who.conf, &desk->client, &error) != XF_CODE_OK)
        xf_test_desk_stop(&desk->who, "client", error.code);
    xf_client_on_lost(desk->client, on_lost, desk);
    (void)uv_timer_start(&desk->timer, on_tick, 0, TICK_MS);
    (void)uv_run(&desk->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&desk->loop);
    xf_outbox_close(&desk->who.conf.outbox);
    (void)close(desk->history);
    (void)close(desk->now);
    free(desk->ops);
    free(desk);
    return 0;
}
