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
#include "session/requests.h"
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

/* GOAWAY with the reason, and closed once that is out. What runs is not taken back. */
void xf_session_dismiss(xf_session *session, xf_code code, xf_text text);

/* For standing and logins: whose device it is and who is logged in there (officer 0: nobody); NULL:
 * not known yet, or on its way out. */
const xf_asker *xf_session_who(const xf_session *session);
int32_t xf_session_bureau(const xf_session *session); /* his, or 0 */
/* By the hash of its token, with whether somebody used it in the last minute. False: nobody is logged in. */
bool xf_session_login(const xf_session *session, const uint8_t **ret_token_sha, bool *ret_used);

/* At which place in the ledger the login was judged last. */
enum { XF_SEAT_UNKNOWN = -1 };

int64_t xf_session_seat(const xf_session *session);
/* All cuts from `since` to `upto` were passed on. */
void xf_session_judged(xf_session *session, int64_t since, int64_t upto);

#endif
