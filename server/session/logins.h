/* session/logins — do the logins of who is connected still stand, and were they used?
 *
 * A login is ended in the database: by a fourth one of the same officer, by himself at another
 * connection. And a token that nobody uses for XF_LIMIT_IDLE_MS is no good any more, although its
 * connection may be long gone, so that the database has to know when it was used. Each worker tells
 * and asks both at once, every XF_LIMIT_STANDING_MS, of up to XF_LOGINS_MOST of its connections,
 * those that are more in their turn. Who is cut off for another reason: standing.h; an act that does so
 * ends the login too, and is left to standing, which says why.
 */
#ifndef XF_SESSION_LOGINS_H
#define XF_SESSION_LOGINS_H

#include <stdint.h>

#include "session/sessions.h"

enum { XF_LOGINS_MOST = 1000, XF_LOGINS_SHA = 32 };

typedef struct xf_logins xf_logins;

/* Begins to ask. On the sessions' loop, which it does not outlive. */
xf_logins *xf_logins_new(xf_sessions *sessions);
/* A login whose connection is gone was used: the next question tells it. Of more than half of
 * XF_LOGINS_MOST in between the rest is not told, and ends sooner. */
void xf_logins_used(xf_logins *logins, int32_t bureau, const uint8_t token_sha[XF_LOGINS_SHA]);
/* Asks no more. Memory goes when what was asked has been answered and the loop has turned. */
void xf_logins_close(xf_logins **logins);

#endif
