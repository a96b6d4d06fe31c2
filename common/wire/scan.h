/* wire/scan — the flat look at a body before protobuf-c is let near it.
 *
 * Walks the bytes once, guided by the descriptor, without recursion and without malloc:
 * depth and number of fields (LIMIT), lengths and wire types, groups, strings with NUL or
 * bad UTF-8, enum values that nobody declared, and a second copy of a submessage that
 * may stand once, which protobuf-c would merge (INVALID). Unknown fields are skipped, as
 * the protocol wants it. The value 0 of an enum is declared and passes; whether
 * UNSPECIFIED will do is for the method to say.
 */
#ifndef XF_WIRE_SCAN_H
#define XF_WIRE_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "base/error.h"

/* The error's field is the dotted path, "petitioners[2].name", counted from 0; empty
 * where the bytes are too broken to name one. */
XF_NODISCARD xf_code xf_scan_body(const ProtobufCMessageDescriptor *type, const uint8_t *body,
                                  size_t body_len, xf_error *reterr);

#endif
