/* tests/bench/load — many desks at once, each asking for the next thing as soon as it has its
 * answer. Through client/lib over TLS 1.3, as an ordinary officer under row-level security.
 *
 *     bench_load HOST PORT NAME CA CERTIFICATE KEY BADGE PASSWORD_FILE WHAT SESSIONS SECONDS SEED
 *                [rate=N] [desks=FIRST:COUNT]
 *
 * WHAT: see tests/support/test_ask.h.
 * rate=N: N a second in all, at random instants (exponential), whether answers have come or not;
 * then a time counts from the instant at which the request was due, not from when it was sent.
 * desks=FIRST:COUNT: a '@' in CERTIFICATE and KEY stands for FIRST, FIRST + 1, … of COUNT desks,
 * a session each, and round again.
 * Prints one line: sessions, answers a second, refusals, p50 and p99 in microseconds.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <uv.h>

#include "base/memory.h"
#include "base/now.h"
#include "test_ask.h"
#include "test_desk.h"

enum { MOST_SESSIONS = 4096, TIMES = 1 << 20, WARM_UP_MS = 2000, PATH = 512, MILLION = 1000000 };

/* Where the words of its own begin. */
enum { AT_WHAT = 1 + XF_TEST_DESK_WORDS, AT_SESSIONS, AT_SECONDS, AT_SEED, WORDS };

typedef struct load load;

typedef struct desk {
    load *load;
    xf_client *client;
    char certificate[PATH];
    char key[PATH];
} desk;

/* One request under way. */
typedef struct asked {
    desk *desk;
    uint64_t due_us; /* when it was sent, or with a rate should have been */
} asked;

struct load {
    uv_loop_t loop;
    uv_timer_t timer;
    uv_poll_t clock; /* with a rate: when the next is due */
    int clock_fd;
    xf_test_desk who;
    xf_test_ask what;
    double rate;   /* 0: as fast as answers come */
    double due_us; /* the next, with a rate */
    size_t turn;   /* whose desk asks it */
    int64_t first_desk;
    int64_t desk_count; /* 0: all sit at the same one */
    size_t sessions;
    size_t ready;
    desk *desks;
    bool counting;
    bool over;
    int64_t seconds;
    uint64_t begun_us;
    uint64_t ended_us;
    uint64_t answers;
    uint64_t refusals;
    uint32_t *times; /* microseconds, the first TIMES of them */
};

static void ask(desk *desk, uint64_t due_us);

/* ---- What is asked ------------------------------------------------------------------ */

static void
on_answer(xf_client *client, const xf_client_answer *answer, void *data)
{
    asked *asked = data;
    desk *desk = asked->desk;
    load *load = desk->load;
    uint64_t due_us = asked->due_us;

    (void)client;
    free(asked);
    if (load->over)
        return;
    if (load->counting && due_us >= load->begun_us) {
        if (load->answers + load->refusals < TIMES)
            load->times[load->answers + load->refusals] = (uint32_t)(xf_now_steady_us() - due_us);
        load->answers += answer->error.code == XF_CODE_OK;
        load->refusals += answer->error.code != XF_CODE_OK;
    }
    if (load->rate == 0)
        ask(desk, xf_now_steady_us());
}

static void
ask(desk *desk, uint64_t due_us)
{
    load *load = desk->load;
    asked *asked = xf_memory_new(sizeof *asked);
    xf_error error = {0};

    asked->desk = desk;
    asked->due_us = due_us;
    if (xf_test_ask_send(&load->what, &load->who, desk->client, on_answer, asked, &error) !=
        XF_CODE_OK)
        xf_test_desk_stop(&load->who, "ask", error.code);
}

/* ---- At a rate ------------------------------------------------------------------------ */

/* A uv_timer counts milliseconds; what is measured here is often less. */
static void
set_clock(load *load)
{
    uint64_t now_us = xf_now_steady_us();
    uint64_t wait_us = load->due_us > (double)now_us ? (uint64_t)load->due_us - now_us : 0;
    struct itimerspec when = {.it_value = {.tv_sec = (time_t)(wait_us / MILLION),
                                           .tv_nsec = (long)(wait_us % MILLION) * 1000 + 1}};

    (void)timerfd_settime(load->clock_fd, 0, &when, NULL);
}

static void
on_clock(uv_poll_t *clock, int status, int events)
{
    load *load = clock->data;
    uint64_t expired = 0;

    (void)status;
    (void)events;
    (void)!read(load->clock_fd, &expired, sizeof expired);
    while (!load->over && load->due_us <= (double)xf_now_steady_us()) {
        double dice = (double)(xf_test_desk_random(&load->who) >> 11) * 0x1p-53;

        ask(&load->desks[load->turn++ % load->sessions], (uint64_t)load->due_us);
        load->due_us += -log(1 - dice) * MILLION / load->rate;
    }
    set_clock(load);
}

static void
start_clock(load *load)
{
    load->clock_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    load->clock.data = load;
    load->due_us = (double)xf_now_steady_us();
    (void)uv_poll_init(&load->loop, &load->clock, load->clock_fd);
    (void)uv_poll_start(&load->clock, UV_READABLE, on_clock);
    set_clock(load);
}

/* ---- Coming, warming up, counting, going ---------------------------------------------- */

static void
on_end(uv_timer_t *timer)
{
    load *load = timer->data;

    load->ended_us = xf_now_steady_us();
    load->over = true;
    uv_close((uv_handle_t *)timer, NULL);
    if (load->rate > 0)
        uv_close((uv_handle_t *)&load->clock, NULL);
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
    for (size_t i = 0; load->rate == 0 && i < load->sessions; i++)
        ask(&load->desks[i], xf_now_steady_us());
    if (load->rate > 0)
        start_clock(load);
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
    uint64_t came = load->answers + load->refusals;
    size_t n = came < TIMES ? (size_t)came : TIMES;
    double seconds = (double)(load->ended_us - load->begun_us) / 1e6;

    qsort(load->times, n, sizeof load->times[0], by_size);
    (void)printf("sessions=%zu per_second=%.1f refused=%" PRIu64 " p50_us=%u p99_us=%u\n",
                 load->sessions, (double)load->answers / seconds, load->refusals,
                 n > 0 ? load->times[n / 2] : 0, n > 0 ? load->times[n * 99 / 100] : 0);
}

static void
take_arguments(load *load, int argc, char **argv)
{
    xf_test_desk_take(&load->who, "bench_load", argv + 1);
    if (!xf_test_ask_take(argv[AT_WHAT], &load->what)) {
        (void)fprintf(stderr, "bench_load: %s: nothing of the kind\n", argv[AT_WHAT]);
        _exit(2);
    }
    load->sessions = (size_t)strtoull(argv[AT_SESSIONS], NULL, 10);
    load->sessions = load->sessions < MOST_SESSIONS ? load->sessions : MOST_SESSIONS;
    load->seconds = strtoll(argv[AT_SECONDS], NULL, 10);
    load->who.random = strtoull(argv[AT_SEED], NULL, 10) * UINT64_C(0x9e3779b97f4a7c15) + 1;
    for (int i = WORDS; i < argc; i++) {
        if (strncmp(argv[i], "rate=", 5) == 0)
            load->rate = strtod(argv[i] + 5, NULL);
        if (strncmp(argv[i], "desks=", 6) == 0) {
            char *rest = NULL;

            load->first_desk = strtoll(argv[i] + 6, &rest, 10);
            load->desk_count = *rest == ':' ? strtoll(rest + 1, NULL, 10) : 0;
        }
    }
}

/* `path` with the number of the session's desk in place of '@'. */
static void
fill_path(const load *load, size_t session, const char *path, char *out)
{
    const char *at = strchr(path, '@');

    if (load->desk_count == 0 || at == NULL) {
        (void)snprintf(out, PATH, "%s", path);
    } else {
        (void)snprintf(out, PATH, "%.*s%" PRId64 "%s", (int)(at - path), path,
                       load->first_desk + (int64_t)session % load->desk_count, at + 1);
    }
}

static void
sit_down(load *load, size_t i)
{
    desk *desk = &load->desks[i];
    xf_client_conf conf = load->who.conf;
    xf_error error = {0};

    desk->load = load;
    fill_path(load, i, conf.certificate, desk->certificate);
    fill_path(load, i, conf.key, desk->key);
    conf.certificate = desk->certificate;
    conf.key = desk->key;
    if (xf_client_new(&load->loop, &conf, &desk->client, &error) != XF_CODE_OK)
        xf_test_desk_stop(&load->who, "client", error.code);
    xf_client_connect(desk->client, on_connect, desk);
}

int
main(int argc, char **argv)
{
    load *load = xf_memory_new(sizeof *load);

    if (argc < WORDS) {
        (void)fprintf(stderr, "bench_load: see the head of tests/bench/load.c\n");
        return 2;
    }
    take_arguments(load, argc, argv);
    load->times = xf_memory_new(TIMES * sizeof load->times[0]);
    load->desks = xf_memory_new(load->sessions * sizeof load->desks[0]);
    (void)uv_loop_init(&load->loop);
    (void)uv_timer_init(&load->loop, &load->timer);
    load->timer.data = load;
    for (size_t i = 0; i < load->sessions; i++)
        sit_down(load, i);
    (void)uv_run(&load->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&load->loop);
    print(load);
    free(load->desks);
    free(load->times);
    free(load);
    return 0;
}
