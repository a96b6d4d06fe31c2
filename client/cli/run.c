/* client/cli/run: global options, noun, verb, its options; then the verb's function. */
#include "client/cli/run.h"

#include <stdio.h>
#include <string.h>

#include "client/cli/cli.h"
#include "client/cli/help.h"
#include "client/cli/option_file.h"

enum { TIMEOUT_MS = 30000, TIMEOUT_MOST = 3600 };

static const xf_option at_front[] = {
    {"version", NULL, "", 0},
    {NULL, NULL, NULL, 0},
};

static const char *
words_of(xf_args_fault fault)
{
    switch (fault) {
    case XF_ARGS_OK: return "";
    case XF_ARGS_UNKNOWN: return XF_TR("没有这个选项。请核对拼写，选项名不能缩写。");
    case XF_ARGS_VALUE_MISSING: return XF_TR("这个选项后面要有一个值。");
    case XF_ARGS_VALUE_EXTRA: return XF_TR("这个选项不带值。");
    case XF_ARGS_TWICE: return XF_TR("这个选项只能写一次。");
    case XF_ARGS_NEEDED: return XF_TR("这个选项必须写。");
    }
    return "";
}

/* Globals may stand before the noun or behind the verb. */
static bool
globals(xf_cli *cli, const xf_args *args)
{
    int64_t seconds = cli->timeout_ms / 1000;
    if (xf_args_number(args, "timeout", 1, TIMEOUT_MOST, &seconds, NULL) != XF_CODE_OK) {
        (void)xf_tell_usage(cli, XF_TR("要写 1 到 3600 之间的秒数。"), "--timeout");
        return false;
    }
    cli->timeout_ms = seconds * 1000;
    cli->json = cli->json || xf_args_has(args, "json");
    cli->trace = cli->trace || xf_args_has(args, "trace");
    if (xf_args_has(args, "profile"))
        cli->home = xf_args_get(args, "profile");
    return true;
}

static int
run_verb(xf_cli *cli, const xf_args *args)
{
    const char *about = NULL;
    if (xf_args_has(args, "help")) {
        xf_help_verb(stdout, cli->verb);
        return XF_EXIT_OK;
    }
    if (!globals(cli, args))
        return XF_EXIT_USAGE;
    xf_args_fault fault = xf_args_complete(args, cli->verb->options, &about);
    if (fault != XF_ARGS_OK) {
        char option[64];
        (void)snprintf(option, sizeof(option), "--%s", about);
        return (int)xf_tell_usage(cli, words_of(fault), option);
    }
    if (args->word_count < cli->verb->least)
        return (int)xf_tell_usage(cli, XF_TR("后面还要写这个。"), cli->verb->words);
    if (args->word_count > cli->verb->most)
        return (int)xf_tell_usage(cli, XF_TR("多出来的词，看不懂。"), args->words[cli->verb->most]);
    int status = (int)XF_EXIT_FAILED;
    if (xf_cli_open(cli)) {
        status = cli->verb->run(cli, args);
    } else {
        status = (int)cli->exit;
    }
    xf_cli_close(cli);
    return status;
}

/* The options of --form come behind those of the command line. False: the person was told. */
static bool
read_form(xf_cli *cli, xf_args *args, xf_option_file *file)
{
    const xf_option *const lists[2] = {cli->verb->options, NULL};
    const char *path = xf_args_get(args, "form");
    const char *about = NULL;
    xf_error error = {0};
    xf_args more;
    int used = 0;
    if (path == NULL)
        return true;
    if (xf_option_file_read(path, file, &error) != XF_CODE_OK) {
        (void)xf_tell_error(cli, &error);
        return false;
    }
    xf_args_fault fault = xf_args_parse(file->argc, file->argv, lists, false, &more, &used, &about);
    if (fault == XF_ARGS_OK) {
        fault = xf_args_append(args, &more, &about);
        xf_args_clear(&more);
    }
    if (fault != XF_ARGS_OK)
        (void)xf_tell_usage(cli, words_of(fault), about);
    return fault == XF_ARGS_OK;
}

static int
parse_verb(xf_cli *cli, int argc, char **argv)
{
    const xf_option *const lists[2] = {cli->verb->options, xf_help_globals};
    xf_args args;
    const char *about = NULL;
    int used = 0;
    xf_args_fault fault = xf_args_parse(argc, argv, lists, false, &args, &used, &about);
    if (fault != XF_ARGS_OK)
        return (int)xf_tell_usage(cli, words_of(fault), about);
    xf_option_file file = {NULL, NULL, 0};
    int status = (int)XF_EXIT_USAGE;
    if (read_form(cli, &args, &file)) {
        status = run_verb(cli, &args);
    } else {
        status = (int)cli->exit;
    }
    xf_args_clear(&args);
    xf_option_file_clear(&file);
    return status;
}

/* argv[0] is the noun. */
static int
find_verb(xf_cli *cli, int argc, char **argv)
{
    const xf_noun *noun = xf_nouns_find(argv[0]);
    if (noun == NULL)
        return (int)xf_tell_usage(cli, XF_TR("没有这个名词。"), argv[0]);
    const xf_verb *named = argc > 1 ? xf_verbs_find(argv[0], argv[1]) : NULL;
    int skip = named != NULL ? 2 : 1;
    cli->verb = named != NULL ? named : xf_verbs_find(argv[0], NULL);
    bool help = argc > 1 && strcmp(argv[1], "--help") == 0;
    if (help && (cli->verb == NULL || strcmp(cli->verb->verb, "") != 0)) {
        xf_help_noun(stdout, noun);
        return XF_EXIT_OK;
    }
    bool misspelt =
        cli->verb != NULL && cli->verb->most == 0 && skip == 1 && argc > 1 && argv[1][0] != '-';
    if ((cli->verb == NULL && argc > 1) || misspelt)
        return (int)xf_tell_usage(cli, XF_TR("这个名词没有这个动词。"), argv[1]);
    if (cli->verb == NULL) {
        xf_help_noun(stderr, noun);
        return XF_EXIT_USAGE;
    }
    return parse_verb(cli, argc - skip, argv + skip);
}

int
xf_run(int argc, char **argv)
{
    xf_cli cli = {.timeout_ms = TIMEOUT_MS};
    const xf_option *const lists[2] = {at_front, xf_help_globals};
    xf_args args;
    const char *about = NULL;
    int used = 0;
    xf_args_fault fault = xf_args_parse(argc - 1, argv + 1, lists, true, &args, &used, &about);
    if (fault != XF_ARGS_OK)
        return (int)xf_tell_usage(&cli, words_of(fault), about);
    bool help = xf_args_has(&args, "help");
    bool version = xf_args_has(&args, "version");
    bool good = globals(&cli, &args);
    xf_args_clear(&args); /* its values are argv's and stay */
    if (!good)
        return XF_EXIT_USAGE;
    if (version) {
        (void)puts("xinfang " XF_VERSION);
        return XF_EXIT_OK;
    }
    if (used == argc - 1) {
        xf_help_program(help ? stdout : stderr);
        return help ? XF_EXIT_OK : XF_EXIT_USAGE;
    }
    return find_verb(&cli, argc - 1 - used, argv + 1 + used);
}
