/* tests/bench/handshake — comes, shakes hands, goes, and comes again, on several seats at once.
 *
 *     bench_handshake PORTS CERTIFICATE KEY ALPN SEATS SECONDS full|resumed
 *
 * PORTS: "7001" or "7001,7002": seat I always goes to the (I mod n)-th, for servers without a common
 * cache. ALPN "-": none. A handshake counts when the server's session has come, for that is when
 * its end is done as well; then the connection is closed, and the next one begins. Prints one
 * line: handshakes, a second, how many of them were resumed, CPU of this end in microseconds each.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/now.h"
#include "hall.h"

enum { MOST_PORTS = 16, WARM_UP_US = 1000000, WAIT_MS = 100, US_OF_S = 1000000 };

enum { PORTS = 1, CERTIFICATE, KEY, ALPN, SEATS, SECONDS, HOW, WORDS };

typedef struct run {
    int ports[MOST_PORTS];
    size_t n_ports;
    uint64_t done;
    uint64_t resumed;
} run;

static void
come(run *run, xf_hall *hall, size_t seat)
{
    xf_hall_open(hall, seat, run->ports[seat % run->n_ports]);
}

static void
on_news(xf_hall *hall, size_t seat, xf_hall_news news, void *data)
{
    run *run = data;

    switch (news) {
    case XF_HALL_SESSION:
        run->done++;
        run->resumed += xf_hall_resumed(hall, seat);
        xf_hall_close(hall, seat);
        come(run, hall, seat);
        return;
    case XF_HALL_CLOSED: (void)fprintf(stderr, "bench_handshake: the server closed\n"); _exit(1);
    case XF_HALL_READY:
    case XF_HALL_BYTES: return;
    }
}

static uint64_t
cpu_us(void)
{
    struct rusage used;

    (void)getrusage(RUSAGE_SELF, &used);
    return (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * US_OF_S +
           (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static void
turn_for(xf_hall *hall, uint64_t us)
{
    const uint64_t until_us = xf_now_steady_us() + us;

    while (xf_now_steady_us() < until_us)
        xf_hall_turn(hall, WAIT_MS);
}

static void
take_ports(run *run, const char *list)
{
    for (const char *at = list; *at != '\0' && run->n_ports < MOST_PORTS;) {
        char *rest = NULL;

        run->ports[run->n_ports++] = (int)strtol(at, &rest, 10);
        at = *rest == ',' ? rest + 1 : rest;
    }
}

int
main(int argc, char **argv)
{
    run run = {0};
    xf_hall_conf conf = {.program = "bench_handshake", .news = on_news, .data = &run};
    xf_hall *hall = NULL;
    uint64_t begun_us = 0;
    uint64_t used_us = 0;
    uint64_t took_us = 0;

    if (argc != WORDS) {
        (void)fprintf(stderr, "bench_handshake: see the head of tests/bench/handshake.c\n");
        return 2;
    }
    take_ports(&run, argv[PORTS]);
    conf.certificate = argv[CERTIFICATE];
    conf.key = argv[KEY];
    conf.alpn = strcmp(argv[ALPN], "-") == 0 ? NULL : argv[ALPN];
    conf.seats = strtoull(argv[SEATS], NULL, 10);
    conf.resume = strcmp(argv[HOW], "resumed") == 0;
    hall = xf_hall_new(&conf);
    for (size_t i = 0; i < conf.seats; i++)
        come(&run, hall, i);
    turn_for(hall, WARM_UP_US);
    run.done = run.resumed = 0;
    used_us = cpu_us();
    begun_us = xf_now_steady_us();
    turn_for(hall, strtoull(argv[SECONDS], NULL, 10) * US_OF_S);
    took_us = xf_now_steady_us() - begun_us;
    used_us = cpu_us() - used_us;
    (void)printf("handshakes=%" PRIu64 " per_second=%.1f resumed=%" PRIu64 " client_us=%.0f\n",
                 run.done, (double)run.done * US_OF_S / (double)took_us, run.resumed,
                 (double)used_us / (double)(run.done > 0 ? run.done : 1));
    xf_hall_free(&hall);
    return 0;
}
