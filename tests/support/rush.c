/* A loop on a thread; a tick that looks at every desk; atomics for who watches. */
#include "rush.h"

#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <cmocka.h>
#include <uv.h>

#include "login.pb-c.h"
#include "matter.pb-c.h"
#include "petition.pb-c.h"

#include "base/memory.h"
#include "base/now.h"
#include "client/lib/client.h"
#include "stage_inside.h"
#include "test_draft.h"

enum { TICK_MS = 5, PAUSE_MS = 20, LOOK_MS = 5, TOKEN = 32 };

/* What a desk does next, one after the other. */
typedef enum act { REGISTER, OPEN } act;

typedef struct desk {
    xf_rush *rush;
    unsigned number;
    const char *badge;
    char port[8];
    xf_outbox *outbox;
    xf_client *client; /* NULL: gone home */
    bool busy;         /* connecting, logging in, or asking: an answer will come */
    bool connected;
    bool in;
    bool resending;
    uint8_t token[TOKEN];
    bool has_token;
    int64_t not_before_ms;
    act act;
    bool begun; /* the act: its op_id stands */
    int64_t begun_ms;
    uint8_t op_id[16];
    int64_t matter;
    _Atomic size_t registered;
} desk;

struct xf_rush {
    uv_thread_t thread;
    uv_loop_t loop;
    uv_timer_t tick;
    xf_test_files files;
    desk desks[XF_RUSH_DESKS];
    atomic_bool over;
    xf_rush_seen seen; /* the thread's until it has ended */
};

static const xf_cast officers[XF_RUSH_DESKS] = {CLERK, CLERK, OTHER_CLERK, OTHER_CLERK, HEAD, HEAD};

static void
see_error(desk *desk, const char *what, xf_code code)
{
    xf_rush_seen *seen = &desk->rush->seen;

    if (seen->errors++ == 0) {
        (void)snprintf(seen->error, sizeof seen->error, "desk %u: %s: %s", desk->number, what,
                       xf_code_name(code));
    }
}

static void
pause_for(desk *desk, int64_t ms)
{
    desk->busy = false;
    desk->not_before_ms = xf_now_steady_ms() + (ms > PAUSE_MS ? ms : PAUSE_MS);
}

/* ---- Register, open ------------------------------------------------------------------ */

static void
end_act(desk *desk)
{
    xf_rush_seen *seen = &desk->rush->seen;
    int64_t took_ms = xf_now_steady_ms() - desk->begun_ms;

    if (took_ms > seen->longest_ms)
        seen->longest_ms = took_ms;
    if (took_ms > XF_RUSH_PATIENCE_MS)
        see_error(desk, "waited", XF_CODE_DEADLINE);
    desk->begun = false;
    desk->busy = false;
    if (desk->act == REGISTER) {
        seen->registered++;
        atomic_fetch_add(&desk->registered, 1);
        desk->act = OPEN;
    } else {
        seen->opened++;
        desk->act = REGISTER;
    }
}

static void
on_answer(xf_client *client, const xf_client_answer *answer, void *data)
{
    desk *desk = data;
    const Xf__PetitionRegisterReply *made = (const void *)answer->reply;

    (void)client;
    if (answer->error.code == XF_CODE_OK) {
        if (desk->act == REGISTER)
            desk->matter = made->matters[0]->matter_id;
        end_act(desk);
        return;
    }
    if (answer->error.code == XF_CODE_UNAUTHENTICATED)
        desk->in = false;
    if (!answer->kept && !xf_error_retryable(answer->error.code) &&
        answer->error.retry_after_ms == 0 && answer->error.code != XF_CODE_UNAUTHENTICATED) {
        see_error(desk, desk->act == REGISTER ? "register" : "open", answer->error.code);
        desk->begun = false;
        desk->act = REGISTER;
    }
    desk->rush->seen.again++;
    pause_for(desk, (int64_t)answer->error.retry_after_ms);
}

static xf_code
ask_register(desk *desk, xf_error *reterr)
{
    xf_test_draft draft;
    char name[64];
    char demand[96];

    if (!desk->begun && getrandom(desk->op_id, sizeof desk->op_id, 0) != sizeof desk->op_id)
        abort();
    (void)snprintf(name, sizeof name, "来访人%u-%zu", desk->number, atomic_load(&desk->registered));
    (void)snprintf(demand, sizeof demand, "反映报警后未收到进展告知,第%u-%zu件", desk->number,
                   atomic_load(&desk->registered));
    xf_test_draft_visit(&draft, xf_day_from_civil(2026, 11, 24), name, demand);
    draft.request.has_op_id = 1;
    draft.request.op_id = (ProtobufCBinaryData){sizeof desk->op_id, desk->op_id};
    return xf_client_send(desk->client, XF_RPC_PETITION_REGISTER, &draft.request.base, on_answer,
                          desk, reterr);
}

static xf_code
ask_open(desk *desk, xf_error *reterr)
{
    Xf__MatterOpenRequest request = XF__MATTER_OPEN_REQUEST__INIT;

    request.has_matter_id = 1;
    request.matter_id = desk->matter;
    return xf_client_send(desk->client, XF_RPC_MATTER_OPEN, &request.base, on_answer, desk, reterr);
}

static void
ask(desk *desk)
{
    xf_error error = {0};
    xf_code code = desk->act == REGISTER ? ask_register(desk, &error) : ask_open(desk, &error);

    if (!desk->begun) {
        desk->begun = true;
        desk->begun_ms = xf_now_steady_ms();
    }
    desk->busy = code == XF_CODE_OK;
    if (code == XF_CODE_OK)
        return;
    if (code != XF_CODE_UNAVAILABLE)
        see_error(desk, "ask", code);
    pause_for(desk, 0);
}

/* ---- Coming, coming again, going ------------------------------------------------------- */

static void
on_login(xf_client *client, const xf_client_answer *answer, void *data)
{
    desk *desk = data;
    const Xf__LoginReply *reply = (const void *)answer->reply;

    (void)client;
    pause_for(desk, 0);
    if (answer->error.code != XF_CODE_OK) {
        if (!xf_error_retryable(answer->error.code))
            see_error(desk, "login", answer->error.code);
        return;
    }
    if (reply->has_token && reply->token.len == TOKEN) {
        memcpy(desk->token, reply->token.data, TOKEN);
        desk->has_token = true;
    }
    xf_outbox_owner(desk->outbox, XF_CAST_BUREAU, reply->officer_id);
    desk->in = true;
}

static void
log_in(desk *desk)
{
    Xf__LoginBeginRequest begin = XF__LOGIN_BEGIN_REQUEST__INIT;
    Xf__LoginResumeRequest resume = XF__LOGIN_RESUME_REQUEST__INIT;
    xf_error error = {0};
    xf_code code = XF_CODE_OK;

    begin.badge = (char *)(uintptr_t)desk->badge;
    begin.password = (char *)(uintptr_t)XF_CAST_PASSWORD;
    resume.has_token = 1;
    resume.token = (ProtobufCBinaryData){TOKEN, desk->token};
    code = desk->has_token ? xf_client_send(desk->client, XF_RPC_LOGIN_RESUME, &resume.base,
                                            on_login, desk, &error)
                           : xf_client_send(desk->client, XF_RPC_LOGIN_BEGIN, &begin.base, on_login,
                                            desk, &error);
    if (code == XF_CODE_OK) {
        desk->busy = true;
    } else {
        pause_for(desk, 0);
    }
}

static void
on_connect(xf_client *client, const xf_error *error, void *data)
{
    desk *desk = data;

    (void)client;
    desk->connected = error->code == XF_CODE_OK;
    if (!desk->connected)
        desk->rush->seen.again++;
    pause_for(desk, 0);
}

static void
on_lost(xf_client *client, const xf_error *error, void *data)
{
    desk *desk = data;

    (void)client;
    (void)error;
    desk->connected = desk->in = false;
    pause_for(desk, 0);
}

static void
on_resent(xf_client *client, size_t sent, size_t refused, const xf_error *error, void *data)
{
    desk *desk = data;

    (void)client;
    (void)sent;
    (void)error;
    desk->resending = false;
    if (refused > 0)
        see_error(desk, "outbox", XF_CODE_CONFLICT);
    pause_for(desk, 0);
}

/* The day is over and nothing is begun: what the outbox still has goes first. */
static void
go_home(desk *desk)
{
    if (xf_outbox_count(desk->outbox) == 0) {
        xf_client_close(&desk->client);
    } else {
        desk->busy = desk->resending = true;
        xf_client_resend(desk->client, on_resent, desk);
    }
}

static void
work(desk *desk)
{
    if (!desk->connected) {
        desk->busy = true;
        xf_client_connect(desk->client, on_connect, desk);
    } else if (!desk->in) {
        log_in(desk);
    } else if (desk->begun || !atomic_load(&desk->rush->over)) {
        ask(desk);
    } else {
        go_home(desk);
    }
}

static void
on_tick(uv_timer_t *tick)
{
    xf_rush *rush = tick->data;
    int64_t now_ms = xf_now_steady_ms();
    size_t here = 0;

    for (size_t i = 0; i < XF_RUSH_DESKS; i++) {
        desk *desk = &rush->desks[i];

        if (desk->client != NULL && !desk->busy && desk->not_before_ms <= now_ms)
            work(desk);
        here += desk->client != NULL;
    }
    if (here == 0)
        uv_close((uv_handle_t *)tick, NULL);
}

static void
run(void *data)
{
    xf_rush *rush = data;

    (void)uv_run(&rush->loop, UV_RUN_DEFAULT);
}

static void
sit_down(xf_rush *rush, unsigned number, const char *dir, int port)
{
    desk *desk = &rush->desks[number];
    char path[512];
    xf_client_conf conf = {.host = "127.0.0.1",
                           .port = desk->port,
                           .server_name = "xinfangd.test",
                           .ca = rush->files.ca,
                           .certificate = rush->files.certificate,
                           .key = rush->files.key};

    desk->rush = rush;
    desk->number = number;
    desk->badge = xf_cast_badge(officers[number]);
    (void)snprintf(desk->port, sizeof desk->port, "%d", port);
    (void)snprintf(path, sizeof path, "%s/outbox.%u", dir, number);
    assert_int_equal(xf_outbox_open(path, &desk->outbox, NULL), XF_CODE_OK);
    conf.outbox = desk->outbox;
    assert_int_equal(xf_client_new(&rush->loop, &conf, &desk->client, NULL), XF_CODE_OK);
    xf_client_on_lost(desk->client, on_lost, desk);
}

xf_rush *
xf_rush_start(const xf_story *s, const int ports[2])
{
    xf_rush *rush = xf_memory_new(sizeof *rush);

    rush->files = s->files;
    assert_int_equal(uv_loop_init(&rush->loop), 0);
    assert_int_equal(uv_timer_init(&rush->loop, &rush->tick), 0);
    rush->tick.data = rush;
    for (unsigned i = 0; i < XF_RUSH_DESKS; i++)
        sit_down(rush, i, s->dir, ports[i % 2]);
    assert_int_equal(uv_timer_start(&rush->tick, on_tick, 0, TICK_MS), 0);
    assert_int_equal(uv_thread_create(&rush->thread, run, rush), 0);
    return rush;
}

static void
wait_for(const desk *desk, size_t until)
{
    int64_t give_up_ms = xf_now_steady_ms() + 3 * (int64_t)XF_RUSH_PATIENCE_MS;

    while (atomic_load(&desk->registered) < until) {
        if (xf_now_steady_ms() > give_up_ms)
            fail_msg("desk %u does nothing any more", desk->number);
        (void)poll(NULL, 0, LOOK_MS); /* between two looks: nobody tells us */
    }
}

void
xf_rush_wait(xf_rush *rush, size_t more)
{
    size_t until[XF_RUSH_DESKS];

    for (size_t i = 0; i < XF_RUSH_DESKS; i++)
        until[i] = atomic_load(&rush->desks[i].registered) + more;
    for (size_t i = 0; i < XF_RUSH_DESKS; i++)
        wait_for(&rush->desks[i], until[i]);
}

xf_rush_seen
xf_rush_stop(xf_rush **rush)
{
    xf_rush *gone = *rush;
    xf_rush_seen seen;

    *rush = NULL;
    atomic_store(&gone->over, true);
    assert_int_equal(uv_thread_join(&gone->thread), 0);
    assert_int_equal(uv_loop_close(&gone->loop), 0);
    for (size_t i = 0; i < XF_RUSH_DESKS; i++)
        xf_outbox_close(&gone->desks[i].outbox);
    seen = gone->seen;
    free(gone);
    return seen;
}
