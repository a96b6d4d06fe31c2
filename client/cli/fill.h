/* client/cli/fill — puts what a person or a book wrote into a field of a request.
 *
 * The field's descriptor says how it is read: a string as it is, an enum by word
 * (words.def), x_on as a day, a bool as 是/否, a number as digits. A repeated enum takes
 * several words divided by ; , 、 or a space. fill_text.c reads the text itself.
 */
#ifndef XF_CLI_FILL_H
#define XF_CLI_FILL_H

#include <stdbool.h>
#include <stdint.h>

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
/* What an int32 or a string field says. False, NULL: absent. */
bool xf_fill_read_number(const ProtobufCMessage *message, const char *field, int32_t *ret_number);
const char *xf_fill_read_text(const ProtobufCMessage *message, const char *field);
/* Borrowed. */
void xf_fill_text(ProtobufCMessage *message, const char *field, char *text);
void xf_fill_bytes(ProtobufCMessage *message, const char *field, const uint8_t *bytes, size_t n);

/* Trims white space (also U+3000) and makes full-width digits and letters half-width. */
char *xf_fill_tidy(const char *text, xf_arena *arena);
/* Drops the white space within, but between two Latin letters: 陆城 派出所, not "Li Lei". */
char *xf_fill_compact(const char *text, xf_arena *arena);
/* A document's number, compact and with its brackets: [2020], (2020) and 【2020】 are 〔2020〕. */
char *xf_fill_docnumber(const char *text, xf_arena *arena);
/* "-", "无" and the like: how a book says that there is nothing. */
bool xf_fill_nothing(const char *text);
/* 2020-03-05, 2020/3/5, 2020.3.5, 2020年3月5日, 20200305 or Excel's number of the day; a time of
 * day behind it is dropped. */
XF_NODISCARD xf_code xf_fill_day(const char *text, xf_day *ret_day, xf_error *reterr);
/* 3, 3.0 or 3人: a whole number from 0 up, with a measure word or without. */
bool xf_fill_count(const char *text, int32_t *ret_number);

/* Everything a request says but its op_id, dry_run, row_sha, book_key and update, as name=value joined by
 * 0x1f in the order of the field numbers; days, enums and numbers in one spelling. So two
 * spellings of one row are one content, and a field that comes later changes no old row. */
XF_NODISCARD xf_code xf_fill_content(const ProtobufCMessage *message, xf_arena *arena,
                                     const char **ret_content, xf_error *reterr);

#endif
