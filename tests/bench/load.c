/* tests/bench/load — many desks at once, each asking for the next thing as soon as it has its
 * answer. Through client/lib over TLS 1.3, as an ordinary officer under row-level security.
 *
 *     bench_load HOST PORT NAME CA CERTIFICATE KEY BADGE PASSWORD_FILE WHAT SESSIONS SECONDS SEED
 *
 * WHAT: "register", or "open:YEAR:COUNT" (one of the COUNT first petitions of YEAR).
 * Prints one line: sessions, answers a second, refusals, p50 and p99 in microseconds.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "matter.pb-c.h"

#include "base/memory.h"
#include "base/now.h"
#include "test_desk.h"
#include "test_draft.h"

enum { MOST_SESSIONS = 4096, TIMES = 1 << 20, WARM_UP_MS = 2000, DEMANDS = 40, WORD = 96 };

/* Where the words of its own begin. */
enum { AT_WHAT = 1 + XF_TEST_DESK_WORDS, AT_SESSIONS, AT_SECONDS, AT_SEED, WORDS };

typedef struct load load;

typedef struct desk {
    load *load;
    xf_client *client;
    uint64_t asked_us;
} desk;

struct load {
    uv_loop_t loop;
    uv_timer_t timer;
    xf_test_desk who;
    int64_t year;  /* 0: register */
    int64_t count; /* of matters to open */
    size_t sessions;
    size_t ready;
    desk desks[MOST_SESSIONS];
    bool counting;
    bool over;
    int64_t seconds;
    uint64_t begun_us;
    uint64_t ended_us;
    uint64_t answers;
    uint64_t refusals;
    uint32_t *times; /* microseconds, the first TIMES of them */
};

static void ask(desk *desk);

/* ---- What is asked ------------------------------------------------------------------ */

static void
on_answer(xf_client *client, const xf_client_answer *answer, void *data)
{
    desk *desk = data;
    load *load = desk->load;

    (void)client;
    if (load->over)
        return;
    if (load->counting) {
        if (load->answers < TIMES)
            load->times[load->answers] = (uint32_t)(xf_now_steady_us() - desk->asked_us);
        load->answers += answer->error.code == XF_CODE_OK;
        load->refusals += answer->error.code != XF_CODE_OK;
    }
    ask(desk);
}

static void
ask_open(desk *desk)
{
    load *load = desk->load;
    Xf__MatterOpenRequest request = XF__MATTER_OPEN_REQUEST__INIT;
    int64_t number = 1 + (int64_t)(xf_test_desk_random(&load->who) % (uint64_t)load->count);
    xf_error error = {0};

    request.has_matter_id = 1;
    request.matter_id = ((10000 + load->year) * 1000000 + number) * 100 + 1;
    if (xf_client_send(desk->client, XF_RPC_MATTER_OPEN, &request.base, on_answer, desk, &error) !=
        XF_CODE_OK)
        xf_test_desk_stop(&load->who, "open", error.code);
}

static void
ask_register(desk *desk)
{
    load *load = desk->load;
    xf_test_draft draft;
    uint64_t dice = xf_test_desk_random(&load->who);
    char name[WORD];
    char phone[WORD];
    char demand[WORD];
    xf_error error = {0};

    (void)snprintf(name, sizeof name, "信访人%08" PRIu64, dice % 100000000);
    (void)snprintf(phone, sizeof phone, "199%08" PRIu64, (dice >> 8) % 100000000);
    (void)snprintf(demand, sizeof demand, "反映店铺烟酒被盗,报警后未收到进展告知,第%d件",
                   (int)(dice >> 40) % DEMANDS);
    xf_test_draft_visit(&draft, xf_day_of_ms(xf_client_welcome(desk->client)->now_at), name,
                        demand);
    draft.petitioners[0].phone = phone;
    draft.petitioners[0].address = xf_test_draft_text("乌石镇青山村");
    if (xf_client_send(desk->client, XF_RPC_PETITION_REGISTER, &draft.request.base, on_answer, desk,
                       &error) != XF_CODE_OK)
        xf_test_desk_stop(&load->who, "register", error.code);
}

static void
ask(desk *desk)
{
    desk->asked_us = xf_now_steady_us();
    if (desk->load->year == 0) {
        ask_register(desk);
    } else {
        ask_open(desk);
    }
}

/* ---- Coming, warming up, counting, going ---------------------------------------------- */

static void
on_end(uv_timer_t *timer)
{
    load *load = timer->data;

    load->ended_us = xf_now_steady_us();
    load->over = true;
    uv_close((uv_handle_t *)timer, NULL);
    for (size_t i = 0; i < load->sessions; i++)
        xf_client_close(&load->desks[i].client);
}

static void
on_warm(uv_timer_t *timer)
{
    load *load = timer->data;

    load->counting = true;
    load->begun_us = xf_now_steady_us();
    (void)uv_timer_start(timer, on_end, (uint64_t)load->seconds * 1000, 0);
}

static void
on_login(xf_client *client, const xf_client_answer *answer, void *data)
{
    load *load = ((desk *)data)->load;

    (void)client;
    if (answer->error.code != XF_CODE_OK)
        xf_test_desk_stop(&load->who, "login", answer->error.code);
    if (++load->ready < load->sessions)
        return;
    for (size_t i = 0; i < load->sessions; i++)
        ask(&load->desks[i]);
    (void)uv_timer_start(&load->timer, on_warm, WARM_UP_MS, 0);
}

static void
on_connect(xf_client *client, const xf_error *error, void *data)
{
    load *load = ((desk *)data)->load;
    xf_error failed = {0};

    if (error->code != XF_CODE_OK)
        xf_test_desk_stop(&load->who, "connect", error->code);
    if (xf_test_desk_log_in(&load->who, client, on_login, data, &failed) != XF_CODE_OK)
        xf_test_desk_stop(&load->who, "login", failed.code);
}

static int
by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static void
print(load *load)
{
    size_t n = load->answers < TIMES ? (size_t)load->answers : TIMES;
    double seconds = (double)(load->ended_us - load->begun_us) / 1e6;

    qsort(load->times, n, sizeof load->times[0], by_size);
    (void)printf("sessions=%zu per_second=%.1f refused=%" PRIu64 " p50_us=%u p99_us=%u\n",
                 load->sessions, (double)load->answers / seconds, load->refusals,
                 n > 0 ? load->times[n / 2] : 0, n > 0 ? load->times[n * 99 / 100] : 0);
}

static void
take_arguments(load *load, char **argv)
{
    xf_test_desk_take(&load->who, "bench_load", argv + 1);
    if (strncmp(argv[AT_WHAT], "open:", 5) == 0) {
        char *rest = NULL;

        load->year = strtoll(argv[AT_WHAT] + 5, &rest, 10);
        load->count = strtoll(rest + 1, NULL, 10);
    }
    load->sessions = (size_t)strtoull(argv[AT_SESSIONS], NULL, 10);
    load->seconds = strtoll(argv[AT_SECONDS], NULL, 10);
    load->who.random = strtoull(argv[AT_SEED], NULL, 10) * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

int
main(int argc, char **argv)
{
    load *load = xf_memory_new(sizeof *load);
    xf_error error = {0};

    if (argc != WORDS) {
        (void)fprintf(stderr, "bench_load: see the head of tests/bench/load.c\n");
        return 2;
    }
    take_arguments(load, argv);
    load->times = xf_memory_new(TIMES * sizeof load->times[0]);
    (void)uv_loop_init(&load->loop);
    (void)uv_timer_init(&load->loop, &load->timer);
    load->timer.data = load;
    for (size_t i = 0; i < load->sessions && i < MOST_SESSIONS; i++) {
        load->desks[i].load = load;
        if (xf_client_new(&load->loop, &load->who.conf, &load->desks[i].client, &error) !=
            XF_CODE_OK)
            xf_test_desk_stop(&load->who, "client", error.code);
        xf_client_connect(load->desks[i].client, on_connect, &load->desks[i]);
    }
    (void)uv_run(&load->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&load->loop);
    print(load);
    free(load->times);
    free(load);
    return 0;
}
