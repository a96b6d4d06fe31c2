/* client/cli/args: getopt_long does not fit: it takes abbreviations, it cannot be told not
 * to, and it loses which option was given before which word. The walk is small. */
#include "client/cli/args.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const xf_option *
find(const xf_option *const lists[2], const char *name, size_t n)
{
    for (int l = 0; l < 2; l++) {
        for (const xf_option *o = lists[l]; o != NULL && o->name != NULL; o++) {
            if (strlen(o->name) == n && strncmp(o->name, name, n) == 0)
                return o;
        }
    }
    return NULL;
}

static bool
given_before(const xf_args *args, const xf_option *option)
{
    for (size_t i = 0; i < args->given_count; i++) {
        if (args->given[i].option == option)
            return true;
    }
    return false;
}

/* argv[*i] begins with "--"; takes its value from behind '=' or from the next word. */
static xf_args_fault
take_option(int argc, char **argv, int *i, const xf_option *const lists[2], xf_args *args)
{
    const char *name = argv[*i] + 2;
    size_t n = strcspn(name, "=");
    const char *value = name[n] == '=' ? name + n + 1 : NULL;
    const xf_option *option = find(lists, name, n);
    if (option == NULL)
        return XF_ARGS_UNKNOWN;
    if (option->value == NULL && value != NULL)
        return XF_ARGS_VALUE_EXTRA;
    if (option->value != NULL && value == NULL) {
        if (*i + 1 >= argc)
            return XF_ARGS_VALUE_MISSING;
        *i += 1;
        value = argv[*i];
    }
    if ((option->flags & XF_OPTION_MANY) == 0 && given_before(args, option))
        return XF_ARGS_TWICE;
    args->given[args->given_count++] = (xf_given){option, value};
    return XF_ARGS_OK;
}

xf_args_fault
xf_args_parse(int argc, char **argv, const xf_option *const lists[2], bool stop_at_word,
              xf_args *ret_args, int *ret_used, const char **ret_about)
{
    size_t room = (size_t)argc + 1;
    xf_args args = {xf_memory_new(room * sizeof(xf_given)), 0, xf_memory_new(room * sizeof(char *)),
                    0};
    bool only_words = false;
    int i = 0;
    for (; i < argc; i++) {
        if (!only_words && strcmp(argv[i], "--") == 0) {
            only_words = true;
            continue;
        }
        if (only_words || argv[i][0] != '-' || argv[i][1] == '\0') {
            if (stop_at_word)
                break;
            args.words[args.word_count++] = argv[i];
            continue;
        }
        *ret_about = argv[i];
        xf_args_fault fault = XF_ARGS_UNKNOWN;
        if (argv[i][1] == '-')
            fault = take_option(argc, argv, &i, lists, &args);
        if (fault != XF_ARGS_OK) {
            xf_args_clear(&args);
            return fault;
        }
    }
    *ret_used = i;
    *ret_args = args;
    return XF_ARGS_OK;
}

xf_args_fault
xf_args_complete(const xf_args *args, const xf_option *list, const char **ret_about)
{
    for (const xf_option *o = list; o != NULL && o->name != NULL; o++) {
        if ((o->flags & XF_OPTION_NEEDED) != 0 && !given_before(args, o)) {
            *ret_about = o->name;
            return XF_ARGS_NEEDED;
        }
    }
    return XF_ARGS_OK;
}

xf_args_fault
xf_args_append(xf_args *args, const xf_args *more, const char **ret_about)
{
    args->given =
        xf_memory_grow(args->given, (args->given_count + more->given_count + 1) * sizeof(xf_given));
    for (size_t i = 0; i < more->given_count; i++) {
        const xf_option *option = more->given[i].option;
        if ((option->flags & XF_OPTION_MANY) == 0 && given_before(args, option)) {
            *ret_about = option->name;
            return XF_ARGS_TWICE;
        }
        args->given[args->given_count++] = more->given[i];
    }
    return XF_ARGS_OK;
}

void
xf_args_clear(xf_args *args)
{
    free(args->given);
    free((void *)args->words);
    *args = (xf_args){NULL, 0, NULL, 0};
}

const char *
xf_args_get(const xf_args *args, const char *name)
{
    for (size_t i = 0; i < args->given_count; i++) {
        if (strcmp(args->given[i].option->name, name) == 0)
            return args->given[i].value;
    }
    return NULL;
}

bool
xf_args_has(const xf_args *args, const char *name)
{
    for (size_t i = 0; i < args->given_count; i++) {
        if (strcmp(args->given[i].option->name, name) == 0)
            return true;
    }
    return false;
}

bool
xf_args_whole(const char *text, int64_t least, int64_t most, int64_t *ret_number)
{
    size_t n = strlen(text);
    if (n == 0 || n > 19 || strspn(text, "0123456789") != n)
        return false;
    errno = 0;
    intmax_t number = strtoimax(text, NULL, 10);
    if (errno != 0 || number < least || number > most)
        return false;
    *ret_number = number;
    return true;
}

xf_code
xf_args_number(const xf_args *args, const char *name, int64_t least, int64_t most,
               int64_t *ret_number, xf_error *reterr)
{
    const char *text = xf_args_get(args, name);
    if (text == NULL || xf_args_whole(text, least, most, ret_number))
        return XF_CODE_OK;
    return XF_FAIL(reterr, XF_CODE_INVALID, XF_TEXT_FIELD_RANGE, "--%s", name);
}
