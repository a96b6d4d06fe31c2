/* tests/bench/idle — very many desks that do nothing.
 *
 *     bench_idle PORT CERTIFICATE KEY xinfang|mqtt DESKS
 *
 * When all are up (logged in, and following what is new) it prints one line and then stays, until it
 * is killed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/now.h"
#include "hall_talk.h"

enum { AT_ONCE = 32, WAIT_MS = 100, MS_OF_S = 1000 };

enum { PORT = 1, CERTIFICATE, KEY, TALK, DESKS, WORDS };

typedef struct run {
    const xf_talk *talk;
    int port;
    size_t desks;
    size_t next; /* seat to be opened */
    size_t up;
} run;

static void
take_all(run *run, xf_hall *hall, size_t seat)
{
    for (;;) {
        switch (run->talk->take(hall, seat)) {
        case XF_HEARD_NOTHING: return;
        case XF_HEARD_UP:
            run->up++;
            if (run->next < run->desks)
                xf_hall_open(hall, run->next++, run->port);
            break;
        case XF_HEARD_OTHER:
        case XF_HEARD_EVENT:
        case XF_HEARD_DONE: break;
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
    case XF_HALL_CLOSED: (void)fprintf(stderr, "bench_idle: the server closed\n"); _exit(1);
    case XF_HALL_SESSION: return;
    }
}

int
main(int argc, char **argv)
{
    run run = {0};
    xf_hall_conf conf = {.program = "bench_idle", .news = on_news, .data = &run};
    xf_hall *hall = NULL;
    int64_t begun_ms = xf_now_steady_ms();

    if (argc != WORDS) {
        (void)fprintf(stderr, "bench_idle: see the head of tests/bench/idle.c\n");
        return 2;
    }
    run.talk = strcmp(argv[TALK], "mqtt") == 0 ? &xf_talk_mqtt : &xf_talk_xinfang;
    run.port = (int)strtol(argv[PORT], NULL, 10);
    run.desks = strtoull(argv[DESKS], NULL, 10);
    conf.certificate = argv[CERTIFICATE];
    conf.key = argv[KEY];
    conf.alpn = run.talk->alpn;
    conf.seats = run.desks;
    hall = xf_hall_new(&conf);
    while (run.next < run.desks && run.next < AT_ONCE)
        xf_hall_open(hall, run.next++, run.port);
    while (run.up < run.desks)
        xf_hall_turn(hall, WAIT_MS);
    (void)printf("desks=%zu seconds=%.1f\n", run.up,
                 (double)(xf_now_steady_ms() - begun_ms) / MS_OF_S);
    (void)fflush(stdout);
    for (;;)
        xf_hall_turn(hall, WAIT_MS);
}
