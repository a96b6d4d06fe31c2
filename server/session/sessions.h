/* session/sessions — everybody who is connected to one worker.
 *
 * Takes connections in, up to XF_LIMIT_CONNECTIONS for the whole server and as addresses.h lets
 * them, looks after all of
 * them once a second, passes on the news, and says good-bye. On the worker's loop only.
 */
#ifndef XF_SESSION_SESSIONS_H
#define XF_SESSION_SESSIONS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "base/error.h"
#include "call/room.h"
#include "session/addresses.h"
#include "session/enrol.h"
#include "wire/link.h"
#include "wire/tls.h"

typedef struct xf_session xf_session;
typedef struct xf_standing xf_standing;
typedef struct xf_logins xf_logins;
typedef struct xf_pushes xf_pushes;

/* Embedded in its worker. */
typedef struct xf_sessions {
    xf_room *room;
    xf_flusher *flusher;
    xf_tls_context *tls;
    atomic_size_t *connections; /* of all workers */
    xf_addresses *addresses;    /* of all workers */
    xf_standing *standing;      /* who is cut off; NULL: nobody asks */
    xf_logins *logins;          /* whose login still stands; NULL: nobody asks */
    xf_pushes *pushes;          /* who follows what */
    xf_enrol_gate gate;
    uv_timer_t tick;
    xf_session *first; /* those whose link is there; session.c hangs them in and out */
    size_t count;
    bool leaving; /* no new request is taken any more */
} xf_sessions;

/* The five first fields are filled in. */
void xf_sessions_init(xf_sessions *sessions);
/* A connection waits at `listener`; `data` is the xf_sessions. */
void xf_sessions_came(uv_stream_t *listener, void *data);
/* `bureau` (0: each) has news; `data` is the xf_sessions. */
void xf_sessions_news(int32_t bureau, void *data);
/* GOAWAY to all; push stops, what is asked from now on is refused, what runs is answered. */
void xf_sessions_farewell(xf_sessions *sessions);
/* Closes every link; with `gently`, its output goes first. Then `count` sinks to 0. */
void xf_sessions_cut(xf_sessions *sessions, bool gently);
/* How many there are of each state (base/metric), as of now. */
void xf_sessions_tell_gauges(const xf_sessions *sessions);
/* Nobody is connected any more. Closes the timer; memory is the worker's. */
void xf_sessions_clear(xf_sessions *sessions);

#endif
