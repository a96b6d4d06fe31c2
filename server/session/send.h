/* session/send — a message, an error, a welcome or a farewell as one frame on a link.
 *
 * All of them may be given to a link that is closing.
 */
#ifndef XF_SESSION_SEND_H
#define XF_SESSION_SEND_H

#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "base/error.h"
#include "wire/link.h"

/* `frame` says type, method and request id; the body is `message`, packed. Fails only when
 * it does not fit into XF_LIMIT_FRAME: then nothing was sent. */
XF_NODISCARD xf_code xf_send_message(xf_link *link, const xf_frame *frame,
                                     const ProtobufCMessage *message, xf_error *reterr);
/* ERROR. An INTERNAL one tells nothing but its words. */
void xf_send_error(xf_link *link, uint16_t method, uint64_t request_id, const xf_error *error);
/* WELCOME, with the limits that hold for the peer: of the minor version that is spoken from now on, ours
 * or the peer's if that is lower (PROTOCOL.md 3). */
void xf_send_welcome(xf_link *link, int32_t peer_minor, int32_t bureau);
void xf_send_goaway(xf_link *link, xf_code code, xf_text text);

#endif
