/* session/guest — what one connection uses: of its address, of each second, and of its login's time.
 *
 * Embedded in its session, which asks before each request. What is refused is LIMIT with
 * retry_after_ms; addresses.h says why passwords wait.
 */
#ifndef XF_SESSION_GUEST_H
#define XF_SESSION_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "gen/rpc.h"
#include "session/addresses.h"
#include "session/pace.h"
#include "wire/link.h"

typedef struct xf_guest {
    xf_addresses *addresses;
    xf_address address;
    bool counted; /* among its address's connections */
    bool known;   /* an officer's */
    xf_pace pace;
    xf_pace searches;
    int64_t used_ms; /* steady: when a person asked for something last */
} xf_guest;

/* Comes in, held for as long as its handshake has to wait. False: it is turned away, and is to be
 * closed without a word, for nobody has greeted yet. */
bool xf_guest_come(xf_guest *guest, xf_addresses *addresses, xf_link *link);
void xf_guest_leave(xf_guest *guest);
/* Somebody has logged in there, which is use; or nobody is logged in any more. */
void xf_guest_known(xf_guest *guest, bool known);

/* May it ask this now? One that comes a little too fast may, and its link is read from later. Books
 * and acknowledgements have no pace: a book is as long as it is, and only who keeps it may import. */
XF_NODISCARD xf_code xf_guest_ask(xf_guest *guest, xf_link *link, xf_rpc rpc, xf_error *reterr);
/* What it asked was refused so, whether it is there still or not. Only a wrong password makes others
 * wait: a device that was revoked, or an officer who was disabled, has guessed none. */
void xf_guest_refused(const xf_guest *guest, xf_rpc rpc, const xf_error *error);
/* XF_LIMIT_IDLE_MS without a request of a person. What a program sends by itself is none. */
bool xf_guest_idle(const xf_guest *guest, int64_t steady_ms);

#endif
