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

#include "base/memory.h"
#include "base/now.h"
#include "hall_desks.h"

enum { WAIT_MS = 5, MISSED_US = 10000000, US_OF_S = 1000000, US_OF_MS = 1000 };

enum { LEAST_EVENTS = 3, MOST_TIMES = 1 << 22, MOST_EVENTS = 1 << 16 };

enum { SECONDS = XF_DESKS_WORDS, PAUSE_MS, FIRST, WORDS };

typedef struct run {
    size_t desks;
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
on_heard(size_t seat, xf_heard heard, void *data)
{
    run *run = data;

    if (heard == XF_HEARD_EVENT) {
        was_told(run, seat);
    } else {
        run->done = true;
        run->dones[run->events % MOST_EVENTS] = since_us(run);
    }
}

static void
rest(xf_desks *desks, uint64_t us)
{
    const uint64_t until_us = xf_now_steady_us() + us;

    while (xf_now_steady_us() < until_us)
        xf_desks_turn(desks, WAIT_MS);
}

static void
happen(run *run, xf_desks *desks, uint64_t number)
{
    run->told = 0;
    run->done = false;
    memset(run->has, 0, run->desks);
    run->acted_us = xf_now_steady_us();
    xf_desks_act(desks, run->desks, number);
    while ((run->told < run->desks || !run->done) && since_us(run) < MISSED_US)
        xf_desks_turn(desks, WAIT_MS);
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
    xf_desks *desks = NULL;
    uint64_t until_us = 0;
    uint64_t pause_us = 0;
    uint64_t number = 0;

    if (argc != WORDS) {
        (void)fprintf(stderr, "bench_push: see the head of tests/bench/push.c\n");
        return 2;
    }
    run.desks = strtoull(argv[XF_DESKS_COUNT], NULL, 10);
    run.has = xf_memory_new(run.desks * sizeof run.has[0]);
    run.times = xf_memory_new(MOST_TIMES * sizeof run.times[0]);
    run.dones = xf_memory_new(MOST_EVENTS * sizeof run.dones[0]);
    pause_us = strtoull(argv[PAUSE_MS], NULL, 10) * US_OF_MS;
    number = strtoull(argv[FIRST], NULL, 10);
    desks = xf_desks_up("bench_push", argv, run.desks + 1, on_heard, &run);
    rest(desks, US_OF_S);
    until_us = xf_now_steady_us() + strtoull(argv[SECONDS], NULL, 10) * US_OF_S;
    while (xf_now_steady_us() < until_us || run.events < LEAST_EVENTS) {
        happen(&run, desks, number++);
        rest(desks, pause_us);
    }
    print(&run);
    xf_desks_free(&desks);
    free(run.has);
    free(run.times);
    free(run.dones);
    return 0;
}
