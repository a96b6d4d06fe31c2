/* tests/support/test_ask — what a program of tests/bench asks, each time something else.
 *
 *     register                    a visit of somebody new
 *     open:YEAR:COUNT[:YEARS]     one of the COUNT first petitions of YEAR, or of any of that many
 *                                 years from it on
 *     list:YEAR:COUNT[:YEARS]     the page of 50 behind one of them
 *     search:TEXT                 what is found by it
 */
#ifndef XF_TEST_ASK_H
#define XF_TEST_ASK_H

#include <stdbool.h>

#include "client/lib/client.h"
#include "test_desk.h"

typedef struct xf_test_ask {
    xf_rpc rpc;
    int64_t year;
    int64_t count;
    int64_t years;
    const char *text; /* borrowed */
} xf_test_ask;

/* False: `word` is none of them. */
bool xf_test_ask_take(const char *word, xf_test_ask *ret_ask);
/* By the desk's own random numbers. `done` as xf_client_send has it. */
XF_NODISCARD xf_code xf_test_ask_send(const xf_test_ask *ask, xf_test_desk *desk, xf_client *client,
                                      xf_client_done *done, void *data, xf_error *reterr);

#endif
