/* session/sessions — the list, the door and the one timer. */
#include "session/sessions.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limit.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/now.h"
#include "session/session.h"

enum { TICK_MS = 1000 };

static void
on_tick(uv_timer_t *tick)
{
    xf_sessions *sessions = tick->data;
    int64_t now_ms = xf_now_steady_ms();

    /* Nothing that a turn does takes a session out at once: links tell from the loop. */
    for (xf_session *at = sessions->first; at != NULL; at = xf_session_next(at))
        xf_session_turn(at, now_ms);
}

void
xf_sessions_init(xf_sessions *sessions)
{
    (void)uv_timer_init(sessions->room->loop, &sessions->tick); /* never fails */
    sessions->tick.data = sessions;
    (void)uv_timer_start(&sessions->tick, on_tick, TICK_MS, TICK_MS);
}

static void
on_turned_away(uv_handle_t *handle)
{
    free(handle);
}

/* A connection that is not accepted stays at the door and stops all behind it. */
static void
turn_away(xf_sessions *sessions, uv_stream_t *listener)
{
    uv_tcp_t *tcp = xf_memory_new(sizeof *tcp);

    (void)uv_tcp_init(sessions->room->loop, tcp);
    (void)uv_accept(listener, (uv_stream_t *)tcp);
    uv_close((uv_handle_t *)tcp, on_turned_away);
}

void
xf_sessions_came(uv_stream_t *listener, void *data)
{
    xf_sessions *sessions = data;
    xf_error error = {0};

    if (atomic_load(sessions->connections) >= xf_limit_get(XF_LIMIT_CONNECTIONS)) {
        xf_limit_hit(XF_LIMIT_CONNECTIONS);
        XF_WARN("session.turned_away", XF_COUNT(hits, xf_limit_hits(XF_LIMIT_CONNECTIONS)));
        turn_away(sessions, listener);
        return;
    }
    if (xf_session_accept(sessions, listener, &error) != XF_CODE_OK)
        XF_WARN("session.accept_failed", XF_CODE(error.code), XF_BORN(&error));
}

void
xf_sessions_news(int32_t bureau, void *data)
{
    const xf_sessions *sessions = data;

    for (xf_session *at = sessions->first; at != NULL; at = xf_session_next(at))
        xf_session_news(at, bureau);
}

void
xf_sessions_farewell(xf_sessions *sessions)
{
    sessions->leaving = true;
    for (xf_session *at = sessions->first; at != NULL; at = xf_session_next(at))
        xf_session_farewell(at);
}

void
xf_sessions_cut(xf_sessions *sessions, bool gently)
{
    for (xf_session *at = sessions->first; at != NULL; at = xf_session_next(at))
        xf_session_cut(at, gently);
}

void
xf_sessions_clear(xf_sessions *sessions)
{
    assert(sessions->first == NULL);
    uv_close((uv_handle_t *)&sessions->tick, NULL);
}
