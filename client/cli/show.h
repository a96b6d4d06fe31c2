/* client/cli/show — days, instants and messages as people and scripts read them.
 *
 * The kind of a number is in its field's name, as everywhere in the protocol: x_on is a
 * day, x_at (or "at") milliseconds since the epoch.
 */
#ifndef XF_CLI_SHOW_H
#define XF_CLI_SHOW_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <protobuf-c/protobuf-c.h>

enum { XF_SHOW_ROOM = 32 };

/* "2026-11-24 09:01:02", in Shanghai. */
void xf_show_instant(int64_t at_ms, char out[XF_SHOW_ROOM]);
/* RFC 3339: "2026-11-24T09:01:02.123+08:00". */
void xf_show_rfc3339(int64_t at_ms, char out[XF_SHOW_ROOM]);
/* "2026-11-24", or "" when the field is absent. */
const char *xf_show_day(bool has, int32_t day, char out[XF_SHOW_ROOM]);

bool xf_show_is_day(const ProtobufCFieldDescriptor *field);
bool xf_show_is_instant(const ProtobufCFieldDescriptor *field);

/* The whole message: absent fields left out, enums by symbolic name, days and instants as
 * above, ids as numbers with all their digits, bytes in hex. Owned by the caller. */
cJSON *xf_show_json(const ProtobufCMessage *message);
/* A tree of one's own, likewise. */
void xf_show_tree(const cJSON *json, bool compact);
/* One document on standard output; `compact`: on one line. */
void xf_show_json_print(const ProtobufCMessage *message, bool compact);

#endif
