/* session/send — a message, an error or a farewell as one frame on a link.
 *
 * All three may be given to a link that is closing.
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
void xf_send_goaway(xf_link *link, xf_code code, xf_text text);

#endif
