/* tests/support/test_desk — the desk at which a program of tests/bench or tests/faults sits.
 *
 * Such a program begins its arguments alike, XF_TEST_DESK_WORDS of them:
 *
 *     HOST PORT NAME CA CERTIFICATE KEY BADGE PASSWORD_FILE
 *
 * What cannot be read, or an answer that must not be, ends the program with a line on stderr.
 */
#ifndef XF_TEST_DESK_H
#define XF_TEST_DESK_H

#include "client/lib/client.h"

enum { XF_TEST_DESK_WORDS = 8, XF_TEST_DESK_PASSWORD = 160 };

typedef struct xf_test_desk {
    const char *program; /* for what it says */
    xf_client_conf conf;
    const char *badge;
    char password[XF_TEST_DESK_PASSWORD];
    uint64_t random; /* not 0: the seed, then its state */
} xf_test_desk;

/* `words` are the first ones behind the program's name, and are borrowed. Exit 2 if the password
 * cannot be read. */
void xf_test_desk_take(xf_test_desk *desk, const char *program, char *const *words);
/* Sends login.begin. */
XF_NODISCARD xf_code xf_test_desk_log_in(const xf_test_desk *desk, xf_client *client,
                                         xf_client_done *done, void *data, xf_error *reterr);
/* The same seed gives the same numbers. */
uint64_t xf_test_desk_random(xf_test_desk *desk);
/* "PROGRAM: WHAT: CODE", exit 1. */
_Noreturn void xf_test_desk_stop(const xf_test_desk *desk, const char *what, xf_code code);

#endif
