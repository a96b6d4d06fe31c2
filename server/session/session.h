/* session/session — one connection: who speaks, from which device, and what is under way.
 *
 *     handshake -> greeting -> device -> officer
 *              |                  ^---------'  login.end, or the working day is over
 *              '-> enrolling                   who has no certificate: enrol.h
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
#include "base/metric.h"
#include "session/sessions.h"
#include "session/standing.h"

/* Adopts the connection that waits at `listener` and hangs itself into `sessions`. */
XF_NODISCARD xf_code xf_session_accept(xf_sessions *sessions, uv_stream_t *listener,
                                       xf_error *reterr);
xf_session *xf_session_next(const xf_session *session);
xf_metric xf_session_gauge(const xf_session *session); /* the one of its state */

/* Once a second: too long in the handshake, without login, or silent. */
void xf_session_turn(xf_session *session, int64_t steady_ms);
void xf_session_farewell(xf_session *session);
void xf_session_cut(xf_session *session, bool gently);

/* For standing: whose device it is (0: not known, or on its way out), and at which place in the
 * ledger its login was judged last. */
enum { XF_SEAT_UNKNOWN = -1 };

int32_t xf_session_bureau(const xf_session *session);
int64_t xf_session_seat(const xf_session *session);
/* If the cut means this one: GOAWAY UNAUTHENTICATED, and the end. What runs is not taken back. */
void xf_session_cut_off(xf_session *session, const xf_cut *cut);
/* All cuts from `since` to `upto` were passed on. */
void xf_session_judged(xf_session *session, int64_t since, int64_t upto);

#endif
