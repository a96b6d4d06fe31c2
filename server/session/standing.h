/* session/standing — who is connected and may not be any more: told within seconds, on every worker.
 *
 * A login is judged by SQL. Who is in already is cut off by a row of the table `cut` (a device that
 * was revoked, an officer who was disabled or whose password or roles were changed). Each worker
 * asks for the rows behind what it knows, of the bureaus of which somebody is connected to it: every
 * XF_LIMIT_STANDING_MS, and soon after news of such a bureau. So a NOTIFY that was lost costs
 * seconds, never a cut.
 *
 * No cut falls between a login and the first question after it: each session carries the place in
 * the ledger at which it was judged, and the question goes back to the smallest of them. A cut of
 * an officer means who logged in before it; a revoked device never comes back, so that where nobody
 * has logged in yet the question may go back further than it need.
 */
#ifndef XF_SESSION_STANDING_H
#define XF_SESSION_STANDING_H

#include <stdbool.h>
#include <stdint.h>

#include "session/sessions.h"

typedef struct xf_standing xf_standing;

/* One row. */
typedef struct xf_cut {
    int32_t bureau;
    int64_t seat;
    int32_t officer;       /* 0: it is a device's */
    const uint8_t *device; /* 32 bytes, or NULL: it is an officer's */
    const uint8_t *spare;  /* 32 bytes: the device at which he did it himself; or NULL */
} xf_cut;

/* Begins to ask. On the sessions' loop, which it does not outlive. */
xf_standing *xf_standing_new(xf_sessions *sessions);
/* `bureau` (0: each) has news. */
void xf_standing_news(xf_standing *standing, int32_t bureau);
/* Asks no more. Memory goes when what was asked has been answered and the loop has turned. */
void xf_standing_close(xf_standing **standing);

#endif
