/* session/push_inside — who follows what: shared by push.c, which keeps it, and push_ask.c, which
 * asks.
 */
#ifndef XF_SESSION_PUSH_INSIDE_H
#define XF_SESSION_PUSH_INSIDE_H

#include <stdbool.h>
#include <sys/queue.h>

#include "session/push.h"

typedef struct xf_audience xf_audience;
typedef struct xf_following xf_following;

/* A desk's place in an audience. */
typedef struct xf_place {
    LIST_ENTRY(xf_place) link;
    xf_push *push;
    xf_audience *audience;
    int64_t cursor;  /* everything up to here was told */
    int64_t checked; /* and up to here nothing else is for this desk; -1: not asked yet */
    bool listens;    /* to the answer that is being told */
} xf_place;

/* It lives as long as somebody follows it or waits for its answer. */
struct xf_audience {
    LIST_ENTRY(xf_audience) link;
    xf_following *of;
    int32_t kind;
    int32_t id;
    int64_t known; /* it has moved up to here, as far as we have heard */
    LIST_HEAD(, xf_place) places;
    bool asking;
    int64_t asked_from;  /* of the question under way: the cursor, */
    int64_t asked_known; /* and what was known when it was asked */
};

/* A bureau's audiences; it lives as long as there are any, or a question is under way. */
struct xf_following {
    LIST_ENTRY(xf_following) link;
    xf_pushes *all;
    int32_t bureau;
    LIST_HEAD(, xf_audience) audiences;
    size_t asking; /* feed.moved: parts of one question */
    bool again;    /* news came meanwhile */
    bool failed;   /* asked again with the next turn */
};

struct xf_pushes {
    xf_room *room;
    LIST_HEAD(, xf_following) followings;
    size_t asking; /* questions of all kinds */
    bool closing;
    xf_code last_code;
};

struct xf_push {
    xf_link *link;
    xf_actor actor;
    uint8_t device[32];
    size_t n;
    xf_place places[XF_PUSH_AUDIENCES];
};

/* push.c */
xf_audience *xf_following_find(const xf_following *following, int32_t kind, int32_t id);
/* Each frees what nobody needs any more, with what hangs on it. */
void xf_audience_done(xf_audience *audience);
void xf_following_done(xf_following *following);

/* push_ask.c */
/* What came, if somebody is behind who takes it now, and it is not being asked already. */
void xf_audience_ask(xf_audience *audience);
/* Which audiences have moved; or again when that has been answered. */
void xf_following_ask(xf_following *following);

#endif
