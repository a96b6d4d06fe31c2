/* client/cli/value — what may stand where help shows a word such as 文件 or 状态.
 *
 * The verb table calls each value by one word, and that word means the same everywhere: this
 * is where it is said to be a file, a folder or one of a few words. One that is not said here
 * is free. Help says it to people, completion (completion.c) to the shell.
 */
#ifndef XF_CLI_VALUE_H
#define XF_CLI_VALUE_H

#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "client/cli/words.h"

typedef enum xf_value_kind {
    XF_VALUE_FREE,
    XF_VALUE_FILE,
    XF_VALUE_FOLDER,
    XF_VALUE_WORDS,
} xf_value_kind;

typedef struct xf_value {
    const char *word; /* as xf_option.value or xf_verb.words has it */
    xf_value_kind kind;
    int32_t never;                       /* of its enum, what only a book says */
    const ProtobufCEnumDescriptor *type; /* its words are an enum's values */
    const char *const *list;             /* or these; ends with NULL */
} xf_value;

const xf_value *xf_value_find(const char *word);

/* The i-th word into `name` and its Chinese (or ""); false: there are no more. */
bool xf_value_at(const xf_value *value, size_t i, char name[XF_WORDS_NAME],
                 const char **ret_chinese);

#endif
