/* session/sessions — the list, the door and the one timer. */
#include "session/sessions.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limit.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/metric.h"
#include "base/now.h"
#include "session/push.h"
#include "session/session.h"
#include "session/standing.h"
#include "wire/socket.h"

enum { TICK_MS = 1000 };

static void
on_tick(uv_timer_t *tick)
{
    xf_sessions *sessions = tick->data;
    int64_t now_ms = xf_now_steady_ms();

    /* Nothing that a turn does takes a session out at once: links tell from the loop. */
    for (xf_session *at = sessions->first; at != NULL; at = xf_session_next(at))
        xf_session_turn(at, now_ms);
    xf_pushes_turn(sessions->pushes);
}

void
xf_sessions_init(xf_sessions *sessions)
{
    sessions->pushes = xf_pushes_new(sessions->room);
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
turn_away(xf_sessions *sessions, uv_stream_t *listener, xf_limit over)
{
    uv_tcp_t *tcp = xf_memory_new(sizeof *tcp);

    xf_addresses_turned_away(sessions->addresses, over, xf_now_steady_ms());
    (void)uv_tcp_init(sessions->room->loop, tcp);
    if (uv_accept(listener, (uv_stream_t *)tcp) == 0)
        xf_socket_turn_away(tcp);
    uv_close((uv_handle_t *)tcp, on_turned_away);
}

void
xf_sessions_came(uv_stream_t *listener, void *data)
{
    xf_sessions *sessions = data;
    xf_error error = {0};

    if (atomic_load(sessions->connections) >= xf_limit_get(XF_LIMIT_CONNECTIONS)) {
        xf_limit_hit(XF_LIMIT_CONNECTIONS);
        turn_away(sessions, listener, XF_LIMIT_CONNECTIONS);
        return;
    }
    if (xf_session_accept(sessions, listener, &error) != XF_CODE_OK)
        XF_WARN("session.accept_failed", XF_CODE(error.code), XF_BORN(&error));
}

void
xf_sessions_news(int32_t bureau, void *data)
{
    const xf_sessions *sessions = data;

    xf_pushes_news(sessions->pushes, bureau);
    if (sessions->standing != NULL)
        xf_standing_news(sessions->standing, bureau);
}

void
xf_sessions_tell_gauges(const xf_sessions *sessions)
{
    static const xf_metric states[] = {XF_METRIC_HANDSHAKES, XF_METRIC_GREETINGS, XF_METRIC_DEVICES,
                                       XF_METRIC_OFFICERS, XF_METRIC_CLOSING};
    uint64_t counts[XF_METRIC_COUNT] = {0};

    for (const xf_session *at = sessions->first; at != NULL; at = xf_session_next(at))
        counts[xf_session_gauge(at)]++;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        xf_metric_set(states[i], counts[states[i]]);
    xf_metric_set(XF_METRIC_CONNECTIONS, sessions->count);
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
    xf_pushes_close(&sessions->pushes);
    uv_close((uv_handle_t *)&sessions->tick, NULL);
}
