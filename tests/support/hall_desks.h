/* tests/support/hall_desks — very many desks that come up one after the other, and then are told.
 *
 * A hall whose seats all say what hall_talk says. Some come at once, each other one when one is up
 * (logged in, and following what is new), so that no server is asked for ten thousand handshakes
 * together. A desk that the server closes ends the program.
 */
#ifndef XF_TEST_HALL_DESKS_H
#define XF_TEST_HALL_DESKS_H

#include "hall_talk.h"

/* The first words of a program that has desks; main's argv[XF_DESKS_PORT] and so on. */
enum {
    XF_DESKS_PORT = 1,
    XF_DESKS_CERTIFICATE,
    XF_DESKS_KEY,
    XF_DESKS_TALK,  /* "xinfang" or "mqtt" */
    XF_DESKS_COUNT, /* read by who calls: there may be one more who makes it happen */
    XF_DESKS_WORDS,
};

typedef struct xf_desks xf_desks;

/* A desk is told (XF_HEARD_EVENT), or what it made happen stands (XF_HEARD_DONE). */
typedef void xf_desks_heard(size_t seat, xf_heard heard, void *data);

/* Returns when all `seats` are up. `heard` may be NULL. */
xf_desks *xf_desks_up(const char *program, char **words, size_t seats, xf_desks_heard *heard,
                      void *data);
void xf_desks_free(xf_desks **desks);
/* What is numbered so happens, and this seat makes it. */
void xf_desks_act(xf_desks *desks, size_t seat, uint64_t number);
/* Waits so long for something to be heard, and tells it. */
void xf_desks_turn(xf_desks *desks, int wait_ms);

#endif
