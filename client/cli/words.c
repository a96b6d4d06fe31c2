/* client/cli/words: the table of words.def, searched from end to end: it is short. */
#include "client/cli/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "book.pb-c.h"
#include "bureau.pb-c.h"
#include "calendar.pb-c.h"
#include "clock.pb-c.h"
#include "feed.pb-c.h"
#include "figures.pb-c.h"
#include "login.pb-c.h"
#include "matter.pb-c.h"
#include "method.pb-c.h"
#include "notice.pb-c.h"
#include "panel.pb-c.h"
#include "petition.pb-c.h"
#include "reminder.pb-c.h"

#include "gen/enums.h"
#include "gen/rpc.h"

typedef struct word {
    const ProtobufCEnumDescriptor *type;
    int32_t value;
    const char *chinese;
} word;

static const word words[] = {
#define XF_WORD_ROW(type, value, chinese) {&(type), (int32_t)(value), (chinese)},
#include "client/cli/words.def"
#undef XF_WORD_ROW
};

enum { WORD_COUNT = sizeof(words) / sizeof(words[0]) };

const char *
xf_words_of(const ProtobufCEnumDescriptor *type, int32_t value)
{
    for (size_t i = 0; i < WORD_COUNT; i++) {
        if (words[i].type == type && words[i].value == value)
            return words[i].chinese;
    }
    return "";
}

/* How many characters of "STATE_ASSIGNED" are the enum's own name: "State" is 6, "FollowUpWay" 14. */
static size_t
prefix(const ProtobufCEnumDescriptor *type)
{
    size_t n = strlen(type->short_name) + 1;
    for (const char *c = type->short_name + 1; *c != '\0'; c++)
        n += *c >= 'A' && *c <= 'Z' ? 1 : 0;
    return n;
}

void
xf_words_name(const ProtobufCEnumDescriptor *type, int32_t value, char out[XF_WORDS_NAME])
{
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);
    if (found == NULL) {
        (void)snprintf(out, XF_WORDS_NAME, "%" PRId32, value);
        return;
    }
    if (type == &xf__rpc__descriptor && xf_rpc_find((xf_rpc)value) != NULL) {
        (void)snprintf(out, XF_WORDS_NAME, "%s", xf_rpc_name((xf_rpc)value));
        return;
    }
    size_t skip = prefix(type);
    const char *name = strlen(found->name) > skip ? found->name + skip : found->name;
    (void)snprintf(out, XF_WORDS_NAME, "%s", name);
    for (char *c = out; *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    }
}

bool
xf_words_read(const ProtobufCEnumDescriptor *type, const char *text, int32_t *ret_value)
{
    for (size_t i = 0; i < WORD_COUNT; i++) {
        if (words[i].type == type && strcmp(words[i].chinese, text) == 0) {
            *ret_value = words[i].value;
            return true;
        }
    }
    for (unsigned i = 0; i < type->n_values; i++) {
        char name[XF_WORDS_NAME];
        xf_words_name(type, type->values[i].value, name);
        if (type->values[i].value != 0 && strcmp(name, text) == 0) {
            *ret_value = type->values[i].value;
            return true;
        }
    }
    return false;
}

void
xf_words_list(const ProtobufCEnumDescriptor *type, char *out, size_t room)
{
    size_t used = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < type->n_values && used < room; i++) {
        int32_t value = type->values[i].value;
        if (value == 0)
            continue;
        char name[XF_WORDS_NAME];
        xf_words_name(type, value, name);
        int n = snprintf(out + used, room - used, "%s%s %s", used == 0 ? "" : "、", name,
                         xf_words_of(type, value));
        used += n > 0 ? (size_t)n : 0;
    }
}
