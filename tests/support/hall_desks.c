/* tests/support/hall_desks — opens the next when one is up. */
#include "hall_desks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

enum { AT_ONCE = 32, WAIT_MS = 100 };

struct xf_desks {
    const char *program;
    const xf_talk *talk;
    xf_hall *hall;
    int port;
    size_t seats;
    size_t next; /* to be opened */
    size_t up;
    xf_desks_heard *heard;
    void *data;
};

static void
open_next(xf_desks *desks)
{
    if (desks->next < desks->seats)
        xf_hall_open(desks->hall, desks->next++, desks->port);
}

static void
take_all(xf_desks *desks, size_t seat)
{
    for (;;) {
        const xf_heard heard = desks->talk->take(desks->hall, seat);

        switch (heard) {
        case XF_HEARD_NOTHING: return;
        case XF_HEARD_OTHER: break;
        case XF_HEARD_UP:
            desks->up++;
            open_next(desks);
            break;
        case XF_HEARD_EVENT:
        case XF_HEARD_DONE:
            if (desks->heard != NULL)
                desks->heard(seat, heard, desks->data);
            break;
        }
    }
}

static void
on_news(xf_hall *hall, size_t seat, xf_hall_news news, void *data)
{
    xf_desks *desks = data;

    switch (news) {
    case XF_HALL_READY: desks->talk->begin(hall, seat); return;
    case XF_HALL_BYTES: take_all(desks, seat); return;
    case XF_HALL_CLOSED: (void)fprintf(stderr, "%s: the server closed\n", desks->program); _exit(1);
    case XF_HALL_SESSION: return;
    }
}

xf_desks *
xf_desks_up(const char *program, char **words, size_t seats, xf_desks_heard *heard, void *data)
{
    xf_desks *desks = xf_memory_new(sizeof *desks);
    xf_hall_conf conf = {.program = program,
                         .certificate = words[XF_DESKS_CERTIFICATE],
                         .key = words[XF_DESKS_KEY],
                         .seats = seats,
                         .news = on_news,
                         .data = desks};

    desks->program = program;
    desks->talk = strcmp(words[XF_DESKS_TALK], "mqtt") == 0 ? &xf_talk_mqtt : &xf_talk_xinfang;
    desks->port = (int)strtol(words[XF_DESKS_PORT], NULL, 10);
    desks->seats = seats;
    desks->heard = heard;
    desks->data = data;
    conf.alpn = desks->talk->alpn;
    desks->hall = xf_hall_new(&conf);
    for (size_t i = 0; i < AT_ONCE; i++)
        open_next(desks);
    while (desks->up < seats)
        xf_hall_turn(desks->hall, WAIT_MS);
    return desks;
}

void
xf_desks_free(xf_desks **desks)
{
    if (*desks == NULL)
        return;
    xf_hall_free(&(*desks)->hall);
    free(*desks);
    *desks = NULL;
}

void
xf_desks_act(xf_desks *desks, size_t seat, uint64_t number)
{
    desks->talk->act(desks->hall, seat, number);
}

void
xf_desks_turn(xf_desks *desks, int wait_ms)
{
    xf_hall_turn(desks->hall, wait_ms);
}
