/* wire/frame — 16 bytes of header, then a protobuf body. proto/PROTOCOL.md, "Frames".
 *
 *      0        4      5       6        8                16
 *      | length | type | flags | method | request_id     | body: `length` bytes
 *
 * Big-endian. Pure: knows bytes, not sockets.
 */
#ifndef XF_WIRE_FRAME_H
#define XF_WIRE_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "gen/enums.h"

enum { XF_FRAME_HEADER = 16 };

typedef struct xf_frame {
    xf_frame_type type;
    uint16_t method;     /* an xf_rpc in REQUEST, RESPONSE and ERROR, else 0 */
    uint64_t request_id; /* 0 in EVENT, HELLO, WELCOME, GOAWAY */
    const uint8_t *body; /* borrowed from the buffer it was decoded from */
    size_t body_len;
} xf_frame;

typedef enum xf_frame_got { XF_FRAME_WHOLE, XF_FRAME_PARTIAL } xf_frame_got;

/* Takes one frame off the front of `in`. PARTIAL: the rest has not come yet, nothing is
 * consumed. WHOLE: *ret_frame points into `in` and is good until `in` is touched again;
 * the caller then consumes XF_FRAME_HEADER + body_len. Refuses, before anything is
 * allocated, a length above `max_body` (LIMIT), an unknown type (UNSUPPORTED) and flags
 * that are not 0 (INVALID). */
XF_NODISCARD xf_code xf_frame_decode(const xf_buf *in, uint64_t max_body, xf_frame_got *ret_got,
                                     xf_frame *ret_frame, xf_error *reterr);

/* Appends header and body. */
XF_NODISCARD xf_code xf_frame_encode(xf_buf *out, const xf_frame *frame, xf_error *reterr);

#endif
