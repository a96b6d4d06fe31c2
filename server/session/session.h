/* session/session — one connection: who speaks, from which device, and what is under way.
 *
 *     handshake -> greeting -> device -> officer
 *                                 ^---------'  login.end, or the working day is over
 *
 * HELLO comes first. Before login only methods with XF_MAY_DEVICE are allowed (call/admit
 * says so) and frames are small. Request ids rise on a connection. A session whose link is
 * gone lives on, unlisted, until its calls are done: a COMMIT is not taken back.
 */
#ifndef XF_SESSION_SESSION_H
#define XF_SESSION_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "base/error.h"
#include "session/sessions.h"

/* Adopts the connection that waits at `listener` and hangs itself into `sessions`. */
XF_NODISCARD xf_code xf_session_accept(xf_sessions *sessions, uv_stream_t *listener,
                                       xf_error *reterr);
xf_session *xf_session_next(const xf_session *session);

/* Once a second: too long in the handshake, without login, or silent. */
void xf_session_turn(xf_session *session, int64_t steady_ms);
void xf_session_news(xf_session *session, int32_t bureau);
void xf_session_farewell(xf_session *session);
void xf_session_cut(xf_session *session, bool gently);

#endif
