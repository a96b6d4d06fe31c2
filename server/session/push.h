/* session/push — news for one desk: what came after its cursors, without being asked.
 *
 * A push begins with feed.follow and ends with its session or login. When its bureau has
 * something new it asks feed.since, as that officer, sends each event as an EVENT frame and
 * asks again until nothing comes. One question at a time; none while more than
 * XF_LIMIT_OUTPUT_SOFT waits for the peer. The feed table is the truth: a wake that was
 * lost costs time, never an event.
 */
#ifndef XF_SESSION_PUSH_H
#define XF_SESSION_PUSH_H

#include <stdint.h>

#include "feed.pb-c.h"

#include "call/room.h"
#include "db/query.h"
#include "wire/link.h"

typedef struct xf_push xf_push;

enum { XF_PUSH_AUDIENCES = 32 }; /* a unit, an officer, the roles: 16 at most today */

typedef struct xf_push_conf {
    xf_room *room;
    xf_link *link;
    xf_actor actor;
    const uint8_t *device; /* 32 bytes */
} xf_push_conf;

/* Begins after the cursors of `reply` and asks at once. LIMIT: too many audiences. */
XF_NODISCARD xf_code xf_push_new(const xf_push_conf *conf, const Xf__FeedFollowReply *reply,
                                 xf_push **ret_push, xf_error *reterr);
/* Its bureau has something new. */
void xf_push_news(xf_push *push);
/* Once a second: what was held back, or failed, is asked again. */
void xf_push_turn(xf_push *push);
/* A question that is under way ends in silence. The link may be gone after this. */
void xf_push_free(xf_push **push);

#endif
