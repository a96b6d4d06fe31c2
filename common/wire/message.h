/* wire/message — body bytes <-> messages.
 *
 * protobuf-c 1.4 has no recursion limit, expands empty submessages sixteenfold, cuts a
 * string at NUL and takes bad UTF-8. So a flat pre-scan judges depth, count, NUL and
 * UTF-8 against the descriptor before anything is unpacked, and unpacking goes into a
 * capped arena only.
 */
#ifndef XF_WIRE_MESSAGE_H
#define XF_WIRE_MESSAGE_H

#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

/* INVALID with a field path where there is one, or LIMIT. The message lives in `arena`. */
XF_NODISCARD xf_code xf_message_unpack(const ProtobufCMessageDescriptor *type, const uint8_t *body,
                                       size_t body_len, xf_arena *arena,
                                       ProtobufCMessage **ret_message, xf_error *reterr);

/* Appends the packed bytes, without a frame header. */
XF_NODISCARD xf_code xf_message_pack(const ProtobufCMessage *message, xf_buf *out,
                                     xf_error *reterr);

/* The optional `bytes op_id` of a changing request: 16 bytes, or NULL when absent or of
 * another length. Borrowed. */
const uint8_t *xf_message_op_id(const ProtobufCMessage *request);

#endif
