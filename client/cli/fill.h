/* client/cli/fill — puts what a person or a book wrote into a field of a request.
 *
 * The field's descriptor says how it is read: a string as it is, an enum by word
 * (words.def), x_on as a day, a bool as 是/否, a number as digits. A repeated enum takes
 * several words divided by ; , 、 or a space.
 */
#ifndef XF_CLI_FILL_H
#define XF_CLI_FILL_H

#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/now.h"

/* A request with every field absent, or NULL past the arena's ceiling. */
ProtobufCMessage *xf_fill_new(const ProtobufCMessageDescriptor *type, xf_arena *arena);

/* reterr->field is the field's name. The field must exist (an assertion). */
XF_NODISCARD xf_code xf_fill(ProtobufCMessage *message, const char *field, const char *text,
                             xf_arena *arena, xf_error *reterr);
void xf_fill_number(ProtobufCMessage *message, const char *field, int32_t number);
void xf_fill_bool(ProtobufCMessage *message, const char *field, bool value);
/* Borrowed. */
void xf_fill_bytes(ProtobufCMessage *message, const char *field, const uint8_t *bytes, size_t n);

/* Trims white space (also U+3000) and makes full-width digits half-width. */
char *xf_fill_tidy(const char *text, xf_arena *arena);
/* 2020-03-05, 2020/3/5, 2020.3.5, 2020年3月5日, or Excel's number of the day. */
XF_NODISCARD xf_code xf_fill_day(const char *text, xf_day *ret_day, xf_error *reterr);

/* Everything a request says but its op_id, dry_run and row_sha, as name=value joined by
 * 0x1f in the order of the field numbers; days, enums and numbers in one spelling. So two
 * spellings of one row are one content, and a field that comes later changes no old row. */
XF_NODISCARD xf_code xf_fill_content(const ProtobufCMessage *message, xf_arena *arena,
                                     const char **ret_content, xf_error *reterr);

#endif
