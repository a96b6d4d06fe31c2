/* client/cli/args — the words of a command line, judged by a verb's options.
 *
 * Options stay in the order in which they were given: --petitioner begins a petitioner,
 * and what follows belongs to it. Names are never abbreviated: a script that says --app
 * today must not change its meaning when a new option comes.
 */
#ifndef XF_CLI_ARGS_H
#define XF_CLI_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    XF_OPTION_NEEDED = 1 << 0,
    XF_OPTION_MANY = 1 << 1, /* may be given again */
};

typedef struct xf_option {
    const char *name;  /* without "--" */
    const char *value; /* how help calls its value; NULL: a switch */
    const char *says;
    unsigned flags;
} xf_option;

typedef struct xf_given {
    const xf_option *option;
    const char *value; /* NULL for a switch */
} xf_given;

typedef struct xf_args {
    xf_given *given; /* in order */
    size_t given_count;
    const char **words; /* positional */
    int word_count;
} xf_args;

typedef enum xf_args_fault {
    XF_ARGS_OK,
    XF_ARGS_UNKNOWN,       /* no such option */
    XF_ARGS_VALUE_MISSING, /* an option without its value */
    XF_ARGS_VALUE_EXTRA,   /* a switch with a value */
    XF_ARGS_TWICE,         /* given again, and may not be */
    XF_ARGS_NEEDED,        /* a needed option is missing */
} xf_args_fault;

/* Judges argv[0..argc) by the two lists (each ends with a NULL name; either may be NULL).
 * With `stop_at_word` the first positional word ends it and *ret_used says how many words
 * were used. *ret_about is the word or option at fault, borrowed. */
xf_args_fault xf_args_parse(int argc, char **argv, const xf_option *const lists[2],
                            bool stop_at_word, xf_args *ret_args, int *ret_used,
                            const char **ret_about);
/* Whether every needed option of `list` is there. */
xf_args_fault xf_args_complete(const xf_args *args, const xf_option *list, const char **ret_about);
/* Adds the options of `more` behind those of `args`; *ret_about: one that stands in both. */
xf_args_fault xf_args_append(xf_args *args, const xf_args *more, const char **ret_about);
void xf_args_clear(xf_args *args);

const char *xf_args_get(const xf_args *args, const char *name); /* the first; NULL: not given */
bool xf_args_has(const xf_args *args, const char *name);
/* The value of `name` as a whole number. Absent: *ret_number is left as it is. */
XF_NODISCARD xf_code xf_args_number(const xf_args *args, const char *name, int64_t least,
                                    int64_t most, int64_t *ret_number, xf_error *reterr);
/* A whole decimal number and nothing else. */
bool xf_args_whole(const char *text, int64_t least, int64_t most, int64_t *ret_number);

#endif
