/* session/push — news for desks: what came after their cursors, without being asked.
 *
 * A desk follows its audiences (its unit, its officer, his roles) from feed.follow on, until its
 * session or login ends. When its bureau has news, one question (feed.moved) says which of the
 * audiences that are followed on this worker have moved; each of these is asked what came
 * (feed.since), once, as one of its desks, and every desk is told what lies behind its own cursor. The
 * answer is the same for all of them: what a whole unit or role is told is never of an
 * accusation (the table's shared_is_open), and an officer's own audience has him alone.
 *
 * A desk for which more than XF_LIMIT_OUTPUT_SOFT waits is left out, and asked for again when it
 * has read. The feed table is the truth: a wake that was lost costs time, never an event.
 */
#ifndef XF_SESSION_PUSH_H
#define XF_SESSION_PUSH_H

#include <stdint.h>

#include "feed.pb-c.h"

#include "call/room.h"
#include "db/query.h"
#include "wire/link.h"

typedef struct xf_push xf_push;     /* of one desk */
typedef struct xf_pushes xf_pushes; /* of all desks of a worker */

enum { XF_PUSH_AUDIENCES = 32 }; /* a unit, an officer, the roles: 16 at most today */

xf_pushes *xf_pushes_new(xf_room *room);
/* `bureau` (0: each) has something new. */
void xf_pushes_news(xf_pushes *pushes, int32_t bureau);
/* Once a second: what was held back, or failed, is asked again. */
void xf_pushes_turn(xf_pushes *pushes);
/* Nobody follows any more. Memory goes when what was asked has been answered. */
void xf_pushes_close(xf_pushes **pushes);

typedef struct xf_push_conf {
    xf_pushes *pushes;
    xf_link *link;
    xf_actor actor;
    const uint8_t *device; /* 32 bytes */
} xf_push_conf;

/* Begins after the cursors of `reply` and asks at once. LIMIT: too many audiences. */
XF_NODISCARD xf_code xf_push_new(const xf_push_conf *conf, const Xf__FeedFollowReply *reply,
                                 xf_push **ret_push, xf_error *reterr);
/* The link may be gone after this. Sets NULL. */
void xf_push_free(xf_push **push);

#endif
