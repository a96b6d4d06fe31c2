/* tests/support/rush — several desks at work at once, on a thread of their own, for the stories
 * in which servers come and go under them.
 *
 * Each registers a petition, opens its matter, and begins again, through client/lib with an
 * outbox, as xinfang does it: what is to be tried again is, a lost connection is made anew, and
 * the login goes on by its token. What a person at the desk would see of it is counted: an
 * answer that is no and stays no, or one that does not come for XF_RUSH_PATIENCE_MS.
 */
#ifndef XF_TEST_RUSH_H
#define XF_TEST_RUSH_H

#include <stddef.h>
#include <stdint.h>

#include "stage.h"

enum { XF_RUSH_DESKS = 6, XF_RUSH_PATIENCE_MS = 20000 };

typedef struct xf_rush xf_rush;

typedef struct xf_rush_seen {
    size_t registered; /* answered */
    size_t opened;
    size_t again; /* tried again, which nobody sees */
    size_t errors;
    int64_t longest_ms; /* from the first asking to the answer */
    char error[128];    /* the first one */
} xf_rush_seen;

/* Desks 0, 2, 4 work at the first port, 1, 3, 5 at the second. */
xf_rush *xf_rush_start(const xf_story *s, const int ports[2]);
/* Waits until each desk has registered so many more. */
void xf_rush_wait(xf_rush *rush, size_t more);
/* Lets each end what it has begun, and empty its outbox; then everybody goes home. */
xf_rush_seen xf_rush_stop(xf_rush **rush);

#endif
