/* client/cli/words — the Chinese of our enums, one table (words.def) both ways.
 *
 * A value is named by its enum's descriptor, so printer and book reader need no list of
 * enums of their own. The symbolic name is the protocol's, lower-case and without the
 * enum's name in front: STATE_ASSIGNED of State is "assigned".
 */
#ifndef XF_CLI_WORDS_H
#define XF_CLI_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

enum { XF_WORDS_NAME = 64 };

/* Chinese, or "" when the value is 0 or not known here (a newer server's). */
const char *xf_words_of(const ProtobufCEnumDescriptor *type, int32_t value);
/* The symbolic name into out[XF_WORDS_NAME]; the number in digits when it is not known. A
 * method's is "matter.assign". */
void xf_words_name(const ProtobufCEnumDescriptor *type, int32_t value, char out[XF_WORDS_NAME]);
/* By Chinese word or symbolic name. False: neither; UNSPECIFIED is never read. */
bool xf_words_read(const ProtobufCEnumDescriptor *type, const char *text, int32_t *ret_value);
/* All words that xf_words_read takes, as help shows them: "visit 来访、letter 来信 …". */
void xf_words_list(const ProtobufCEnumDescriptor *type, char *out, size_t room);

#endif
