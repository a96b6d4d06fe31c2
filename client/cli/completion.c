/* client/cli/completion: the script. Nothing in it is asked of a server: what Tab offers is the
 * same for everybody. */
#include "client/cli/completion.h"

#include <string.h>

#include "client/cli/cli.h"
#include "client/cli/help.h"
#include "client/cli/value.h"

/* The walk. It leaves in `noun` and `verb` what was said, in `named` whether the verb was, in
 * `waits` the option whose value comes next; then it chooses `list` and `kind`. A shell may
 * cut --state=taken into three words, or leave it whole. */
static const char walk[] = "_xinfang_word() {\n"
                           "    local kind= main= list=()\n"
                           "    if [[ -n $waits ]]; then\n"
                           "        [[ $1 == '=' ]] || waits=\n"
                           "    elif [[ $1 == -*=* ]]; then\n"
                           "        :\n"
                           "    elif [[ $1 == -* ]]; then\n"
                           "        _xinfang_value \"$noun $verb $1\"\n"
                           "        [[ -z $kind ]] || waits=$1\n"
                           "    elif [[ -z $noun ]]; then\n"
                           "        noun=$1\n"
                           "        _xinfang_verbs \"$noun\"\n"
                           "        verb=$main\n"
                           "    elif [[ -z $named ]]; then\n"
                           "        named=1\n"
                           "        ! _xinfang_options \"$noun $1\" || verb=$1\n"
                           "    fi\n"
                           "}\n"
                           "\n"
                           "_xinfang_choose() {\n"
                           "    local more=()\n"
                           "    if [[ -n $waits ]]; then\n"
                           "        _xinfang_value \"$noun $verb $waits\"\n"
                           "    elif [[ $1 == -* ]]; then\n"
                           "        _xinfang_options \"$noun $verb\" || :\n"
                           "        more=(\"${list[@]}\")\n"
                           "        _xinfang_globals\n"
                           "        list=(\"${more[@]}\" \"${list[@]}\")\n"
                           "    elif [[ -z $noun ]]; then\n"
                           "        _xinfang_nouns\n"
                           "    else\n"
                           "        _xinfang_value \"$noun $verb\"\n"
                           "        [[ -z $named ]] || return 0\n"
                           "        more=(\"${list[@]}\")\n"
                           "        _xinfang_verbs \"$noun\"\n"
                           "        list=(\"${list[@]}\" \"${more[@]}\")\n"
                           "    fi\n"
                           "}\n"
                           "\n";

static const char bash_end[] =
    "_xinfang() {\n"
    "    local current=${COMP_WORDS[COMP_CWORD]} noun= verb= named= waits= kind= main= list=() i\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        _xinfang_word \"${COMP_WORDS[i]}\"\n"
    "    done\n"
    "    [[ $current != '=' ]] || current=\n"
    "    _xinfang_choose \"$current\"\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"${list[*]}\" -- \"$current\")\n"
    "    i=${#COMPREPLY[@]}\n"
    "    case $kind in\n"
    "    file) mapfile -t -O \"$i\" COMPREPLY < <(compgen -f -- \"$current\") ;;\n"
    "    folder) mapfile -t -O \"$i\" COMPREPLY < <(compgen -d -- \"$current\") ;;\n"
    "    *) return 0 ;;\n"
    "    esac\n"
    "    compopt -o filenames 2>/dev/null || :\n"
    "}\n"
    "\n"
    "complete -F _xinfang xinfang\n";

static const char zsh_end[] =
    "_xinfang() {\n"
    "    local current=${words[CURRENT]} noun= verb= named= waits= kind= main= list=() i\n"
    "    for ((i = 2; i < CURRENT; i++)); do\n"
    "        _xinfang_word \"${words[i]}\"\n"
    "    done\n"
    "    if [[ -z $waits && $current == --*=* ]]; then\n"
    "        waits=${current%%=*}\n"
    "        compset -P '*='\n"
    "    fi\n"
    "    _xinfang_choose \"$current\"\n"
    "    (( $#list == 0 )) || _describe xinfang list\n"
    "    case $kind in\n"
    "    file) _files ;;\n"
    "    folder) _files -/ ;;\n"
    "    esac\n"
    "}\n"
    "\n"
    "if [[ ${funcstack[1]-} == _xinfang ]]; then\n"
    "    _xinfang \"$@\"\n"
    "else\n"
    "    compdef _xinfang xinfang\n"
    "fi\n";

/* The script under way: where it goes, and whether it says what words mean. */
typedef struct script {
    FILE *out;
    bool says;
} script;

/* 'name' or 'name:meaning'; a quote in it is closed, escaped and opened again. */
static void
item(const script *s, const char *dashes, const char *name, const char *meaning)
{
    (void)fprintf(s->out, " '%s%s", dashes, name);
    if (s->says && *meaning != '\0') {
        (void)fputc(':', s->out);
        for (const char *c = meaning; *c != '\0'; c++)
            (void)fputs(*c == '\'' ? "'\\''" : (const char[]){*c, '\0'}, s->out);
    }
    (void)fputc('\'', s->out);
}

static void
options(const script *s, const xf_option *list)
{
    (void)fputs("list=(", s->out);
    for (const xf_option *o = list; o->name != NULL; o++)
        item(s, "--", o->name, o->says);
    (void)fputs(" )", s->out);
}

static void
print_nouns(const script *s)
{
    (void)fputs("_xinfang_nouns() {\n    list=(", s->out);
    for (size_t i = 0; i < xf_nouns_count(); i++)
        item(s, "", xf_nouns_at(i)->noun, xf_nouns_at(i)->says);
    (void)fputs(" )\n}\n\n_xinfang_globals() {\n    ", s->out);
    options(s, xf_help_globals);
    (void)fputs("\n    [[ -n $noun ]] || list+=('--version')\n}\n\n", s->out);
}

/* `main` is what runs when no verb is named; a noun without one gets a dash, which no key has. */
static void
print_verbs(const script *s)
{
    (void)fputs("_xinfang_verbs() {\n    main=- list=()\n    case $1 in\n", s->out);
    for (size_t n = 0; n < xf_nouns_count(); n++) {
        const char *noun = xf_nouns_at(n)->noun;
        const xf_verb *main = xf_verbs_find(noun, NULL);
        (void)fprintf(s->out, "    %s) main=%s list=(", noun, main == NULL ? "-" : main->verb);
        for (size_t i = 0; i < xf_verbs_count(); i++) {
            const xf_verb *verb = xf_verbs_at(i);
            if (strcmp(verb->noun, noun) == 0 && *verb->verb != '\0')
                item(s, "", verb->verb, verb->says);
        }
        (void)fputs(" ) ;;\n", s->out);
    }
    (void)fputs("    esac\n}\n\n", s->out);
}

static void
print_options(const script *s)
{
    (void)fputs("_xinfang_options() {\n    list=()\n    case $1 in\n", s->out);
    for (size_t i = 0; i < xf_verbs_count(); i++) {
        const xf_verb *verb = xf_verbs_at(i);
        (void)fprintf(s->out, "    '%s %s') ", verb->noun, verb->verb);
        options(s, verb->options);
        (void)fputs(" ;;\n", s->out);
    }
    (void)fputs("    *) return 1 ;;\n    esac\n}\n\n", s->out);
}

static void
value(const script *s, const char *word)
{
    static const char *const kinds[] = {"free", "file", "folder", "words"};
    const xf_value *found = xf_value_find(word);
    char name[XF_WORDS_NAME];
    const char *chinese = "";
    (void)fprintf(s->out, "kind=%s", kinds[found->kind]);
    if (found->kind == XF_VALUE_WORDS) {
        (void)fputs(" list=(", s->out);
        for (size_t i = 0; xf_value_at(found, i, name, &chinese); i++)
            item(s, "", name, chinese);
        (void)fputs(" )", s->out);
    }
    (void)fputs(" ;;\n", s->out);
}

/* By "noun verb --option", and by "noun verb" for the words behind it. No kind: a switch. */
static void
print_values(const script *s)
{
    (void)fputs("_xinfang_value() {\n    kind= list=()\n    case $1 in\n", s->out);
    for (size_t i = 0; i < xf_verbs_count(); i++) {
        const xf_verb *verb = xf_verbs_at(i);
        if (*verb->words != '\0') {
            (void)fprintf(s->out, "    '%s %s') ", verb->noun, verb->verb);
            value(s, verb->words);
        }
        for (const xf_option *o = verb->options; o->name != NULL; o++) {
            if (o->value == NULL)
                continue;
            (void)fprintf(s->out, "    '%s %s --%s') ", verb->noun, verb->verb, o->name);
            value(s, o->value);
        }
    }
    for (const xf_option *o = xf_help_globals; o->name != NULL; o++) {
        if (o->value == NULL)
            continue;
        (void)fprintf(s->out, "    *' --%s') ", o->name);
        value(s, o->value);
    }
    (void)fputs("    esac\n}\n\n", s->out);
}

void
xf_completion_print(FILE *out, bool zsh)
{
    const script s = {.out = out, .says = zsh};
    (void)fprintf(out, "%s\n# %s\n\n", zsh ? "#compdef xinfang" : "# xinfang",
                  zsh ? "xinfang completion zsh" : "xinfang completion bash");
    print_nouns(&s);
    print_verbs(&s);
    print_options(&s);
    print_values(&s);
    (void)fputs(walk, out);
    (void)fputs(zsh ? zsh_end : bash_end, out);
}

int
xf_completion_run(xf_cli *cli, const xf_args *args)
{
    (void)args;
    xf_completion_print(stdout, strcmp(cli->verb->verb, "zsh") == 0);
    return XF_EXIT_OK;
}
