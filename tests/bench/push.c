/* tests/bench/push — something happens, and very many desks are told; how long that takes.
 *
 *     bench_push PORT CERTIFICATE KEY xinfang|mqtt DESKS SECONDS PAUSE_MS FIRST
 *
 * Seat DESKS makes it happen; the others are told. When all have been told, or after ten seconds, and
 * a pause, the next thing happens; its numbers begin at FIRST. One clock, in this process: from the
 * moment the request is sent until the bytes of the event are decrypted at a desk. Prints one line:
 * things that happened, events told and missed, p50, p99 and max in microseconds over all desks
 * (`told`), and the median of when it stood, which is when its maker got his answer (`done`).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/now.h"
#include "hall_talk.h"

enum { AT_ONCE = 32, WAIT_MS = 5, MISSED_US = 10000000, US_OF_S = 1000000, US_OF_MS = 1000 };

enum { LEAST_EVENTS = 3, MOST_TIMES = 1 << 22, MOST_EVENTS = 1 << 16 };

enum { PORT = 1, CERTIFICATE, KEY, TALK, DESKS, SECONDS, PAUSE_MS, FIRST, WORDS };

typedef struct run {
    const xf_talk *talk;
    int port;
    size_t desks;
    size_t next; /* seat to be opened */
    size_t up;
    uint64_t acted_us; /* 0: nothing happens just now */
    size_t told;       /* of what happens just now */
    bool done;
    bool *has; /* the desk has it */
    uint64_t missed;
    size_t n;
    uint32_t *times;
    size_t events;
    uint32_t *dones;
} run;

static uint32_t
since_us(const run *run)
{
    return (uint32_t)(xf_now_steady_us() - run->acted_us);
}

static void
was_told(run *run, size_t seat)
{
    if (seat == run->desks || run->acted_us == 0 || run->has[seat])
        return;
    run->has[seat] = true;
    run->told++;
    if (run->n < MOST_TIMES)
        run->times[run->n++] = since_us(run);
}

static void
take_all(run *run, xf_hall *hall, size_t seat)
{
    for (;;) {
        switch (run->talk->take(hall, seat)) {
        case XF_HEARD_NOTHING: return;
        case XF_HEARD_OTHER: break;
        case XF_HEARD_UP:
            run->up++;
            if (run->next <= run->desks)
                xf_hall_open(hall, run->next++, run->port);
            break;
        case XF_HEARD_EVENT: was_told(run, seat); break;
        case XF_HEARD_DONE:
            run->done = true;
            run->dones[run->events % MOST_EVENTS] = since_us(run);
            break;
        }
    }
}

static void
on_news(xf_hall *hall, size_t seat, xf_hall_news news, void *data)
{
    run *run = data;

    switch (news) {
    case XF_HALL_READY: run->talk->begin(hall, seat); return;
    case XF_HALL_BYTES: take_all(run, hall, seat); return;
    case XF_HALL_CLOSED: (void)fprintf(stderr, "bench_push: the server closed\n"); _exit(1);
    case XF_HALL_SESSION: return;
    }
}

static void
rest(xf_hall *hall, uint64_t us)
{
    const uint64_t until_us = xf_now_steady_us() + us;

    while (xf_now_steady_us() < until_us)
        xf_hall_turn(hall, WAIT_MS);
}

static void
happen(run *run, xf_hall *hall, uint64_t number)
{
    run->told = 0;
    run->done = false;
    memset(run->has, 0, run->desks);
    run->acted_us = xf_now_steady_us();
    run->talk->act(hall, run->desks, number);
    while ((run->told < run->desks || !run->done) && since_us(run) < MISSED_US)
        xf_hall_turn(hall, WAIT_MS);
    run->missed += run->desks - run->told;
    run->events++;
    run->acted_us = 0;
}

static int
by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static void
print(run *run)
{
    size_t n = run->n;
    size_t events = run->events < MOST_EVENTS ? run->events : MOST_EVENTS;

    qsort(run->times, n, sizeof run->times[0], by_size);
    qsort(run->dones, events, sizeof run->dones[0], by_size);
    (void)printf("events=%zu told=%zu missed=%" PRIu64
                 " p50_us=%u p99_us=%u max_us=%u done_us=%u\n",
                 run->events, n, run->missed, n > 0 ? run->times[n / 2] : 0,
                 n > 0 ? run->times[n * 99 / 100] : 0, n > 0 ? run->times[n - 1] : 0,
                 run->dones[events / 2]);
}

int
main(int argc, char **argv)
{
    run run = {0};
    xf_hall_conf conf = {.program = "bench_push", .news = on_news, .data = &run};
    xf_hall *hall = NULL;
    uint64_t until_us = 0;
    uint64_t pause_us = 0;
    uint64_t number = 0;

    if (argc != WORDS) {
        (void)fprintf(stderr, "bench_push: see the head of tests/bench/push.c\n");
        return 2;
    }
    run.talk = strcmp(argv[TALK], "mqtt") == 0 ? &xf_talk_mqtt : &xf_talk_xinfang;
    run.port = (int)strtol(argv[PORT], NULL, 10);
    run.desks = strtoull(argv[DESKS], NULL, 10);
    run.has = xf_memory_new(run.desks * sizeof run.has[0]);
    run.times = xf_memory_new(MOST_TIMES * sizeof run.times[0]);
    run.dones = xf_memory_new(MOST_EVENTS * sizeof run.dones[0]);
    pause_us = strtoull(argv[PAUSE_MS], NULL, 10) * US_OF_MS;
    number = strtoull(argv[FIRST], NULL, 10);
    conf.certificate = argv[CERTIFICATE];
    conf.key = argv[KEY];
    conf.alpn = run.talk->alpn;
    conf.seats = run.desks + 1;
    hall = xf_hall_new(&conf);
    while (run.next <= run.desks && run.next < AT_ONCE)
        xf_hall_open(hall, run.next++, run.port);
    while (run.up <= run.desks)
        xf_hall_turn(hall, WAIT_MS);
    rest(hall, US_OF_S);
    until_us = xf_now_steady_us() + strtoull(argv[SECONDS], NULL, 10) * US_OF_S;
    while (xf_now_steady_us() < until_us || run.events < LEAST_EVENTS) {
        happen(&run, hall, number++);
        rest(hall, pause_us);
    }
    print(&run);
    xf_hall_free(&hall);
    free(run.has);
    free(run.times);
    free(run.dones);
    return 0;
}
