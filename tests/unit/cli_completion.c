/* client/cli/completion, value: the script is given to a bash (and to a zsh, where there is one),
 * with a line as far as it was typed; what it offers is compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "client/cli/completion.h"
#include "client/cli/value.h"
#include "client/cli/verbs.h"
#include "test_ca.h"

enum { ROOM = 8192 };

typedef struct stage {
    char dir[XF_TEST_PATH];
    char offered[ROOM]; /* " one two " */
} stage;

static void
write_script(const stage *st, const char *name, bool zsh)
{
    char path[2 * XF_TEST_PATH];
    FILE *out = NULL;

    (void)snprintf(path, sizeof path, "%s/%s", st->dir, name);
    out = fopen(path, "w");
    assert_non_null(out);
    xf_completion_print(out, zsh);
    assert_int_equal(fclose(out), 0);
}

static int
set_up(void **state)
{
    stage *st = calloc(1, sizeof *st);
    char path[2 * XF_TEST_PATH];

    assert_non_null(st);
    xf_test_dir_new(st->dir);
    write_script(st, "bash", false);
    write_script(st, "zsh", true);
    (void)snprintf(path, sizeof path, "%s/folder", st->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    *state = st;
    return 0;
}

static int
tear_down(void **state)
{
    stage *st = *state;

    xf_test_dir_remove(st->dir);
    free(st);
    return 0;
}

/* Runs a line of a shell in our folder; its words, a blank before and after each. */
static int
shell(stage *st, const char *command)
{
    char line[2048];
    size_t n = 1;
    FILE *in = NULL;

    (void)snprintf(line, sizeof line, "cd '%s' && { %s; } 2>&1", st->dir, command);
    /* NOLINTNEXTLINE(cert-env33-c): a shell is what is tested */
    in = popen(line, "r");
    assert_non_null(in);
    n += fread(st->offered + 1, 1, sizeof st->offered - 3, in);
    st->offered[0] = st->offered[n] = ' ';
    st->offered[n + 1] = '\0';
    for (char *c = st->offered; *c != '\0'; c++)
        *c = *c == '\n' ? ' ' : *c;
    return pclose(in);
}

/* `typed`: the words behind xinfang, each in quotes; the last one is under the cursor. */
static void
complete(stage *st, const char *typed)
{
    char command[1024];

    (void)snprintf(command, sizeof command,
                   "bash --noprofile --norc -euc 'source ./bash; COMP_WORDS=(xinfang \"$@\"); "
                   "COMP_CWORD=$#; _xinfang; printf \"%%s\\n\" \"${COMPREPLY[@]}\"' - %s",
                   typed);
    assert_int_equal(shell(st, command), 0);
}

static bool
offers(const stage *st, const char *word)
{
    char whole[128];

    (void)snprintf(whole, sizeof whole, " %s ", word);
    return strstr(st->offered, whole) != NULL;
}

static void
nouns_and_verbs_are_offered(void **state)
{
    stage *st = *state;

    complete(st, "''");
    for (size_t i = 0; i < xf_nouns_count(); i++)
        assert_true(offers(st, xf_nouns_at(i)->noun));
    complete(st, "mat");
    assert_string_equal(st->offered, " matter  ");
    for (size_t i = 0; i < xf_verbs_count(); i++) {
        const xf_verb *verb = xf_verbs_at(i);
        char typed[64];

        (void)snprintf(typed, sizeof typed, "--timeout 5 --json %s ''", verb->noun);
        complete(st, typed);
        assert_true(*verb->verb == '\0' || offers(st, verb->verb));
    }
    complete(st, "matter list ''");
    assert_false(offers(st, "open"));
}

static void
options_are_the_verbs_own_and_everybodys(void **state)
{
    stage *st = *state;

    complete(st, "matter assign 1202600000101 --");
    assert_true(offers(st, "--to-unit"));
    assert_true(offers(st, "--json"));
    assert_false(offers(st, "--state"));
    assert_false(offers(st, "--version1"));
    complete(st, "figures --"); /* the main verb's */
    assert_true(offers(st, "--compare-with"));
    complete(st, "petition --"); /* there is none */
    assert_false(offers(st, "--channel"));
    complete(st, "--v");
    assert_true(offers(st, "--version"));
}

static void
an_enum_is_offered_by_its_words(void **state)
{
    stage *st = *state;

    complete(st, "matter list --state ''");
    assert_true(offers(st, "followed_up"));
    complete(st, "matter list --state = ta"); /* as bash cuts it */
    assert_string_equal(st->offered, " taken  ");
    complete(st, "matter list --state =");
    assert_true(offers(st, "taken"));
    complete(st, "petition register --channel visit --channel ''");
    assert_true(offers(st, "fax"));
    assert_false(offers(st, "not_stated"));
    complete(st, "figures --by ''");
    assert_true(offers(st, "unit,month"));
    complete(st, "figures list ''");
    assert_true(offers(st, "disputes_resolved"));
    complete(st, "matter list --unit ''"); /* the server's to know */
    assert_string_equal(st->offered, "   ");
}

static void
a_file_is_offered_where_one_belongs(void **state)
{
    stage *st = *state;

    complete(st, "import ''");
    assert_true(offers(st, "petitions"));
    assert_true(offers(st, "zsh"));
    complete(st, "import petitions b");
    assert_string_equal(st->offered, " bash  ");
    complete(st, "login T00018 --password-file ''");
    assert_true(offers(st, "bash"));
    assert_false(offers(st, "show"));
    complete(st, "--profile ''");
    assert_true(offers(st, "folder"));
    assert_false(offers(st, "bash"));
}

/* Without a terminal: the walk, and that the whole is understood. */
static void
zsh_walks_alike_and_is_told_what_words_mean(void **state)
{
    stage *st = *state;

    assert_int_equal(shell(st, "command -v zsh"), 0); /* deploy/packages test */
    assert_int_equal(shell(st, "zsh -n ./zsh"), 0);
    assert_int_equal(shell(st,
                           "zsh -fc 'compdef() { : }; source ./zsh; noun=matter verb=list named=1 "
                           "waits=--state; _xinfang_choose \"\"; print -l $kind $list'"),
                     0);
    assert_true(offers(st, "words"));
    assert_true(offers(st, "taken:已签收"));
}

/* ---- What a word of the table stands for ---------------------------------------------------- */

static bool
has_letters(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";

    for (const char *c = text; *c != '\0'; c++) {
        if (strspn(c, letters) >= 3)
            return true;
    }
    return false;
}

/* Help and completion say the same words; an option whose help lists words is not free. */
static void
check_option(const xf_option *o)
{
    const xf_value *value = xf_value_find(o->value == NULL ? "" : o->value);
    char name[XF_WORDS_NAME];
    const char *chinese = NULL;

    if (o->value == NULL || !has_letters(o->says))
        return;
    if (value->kind == XF_VALUE_FREE)
        fail_msg("--%s lists words, and completion knows none", o->name);
    for (size_t v = 0; xf_value_at(value, v, name, &chinese); v++) {
        if (strstr(o->says, name) == NULL)
            fail_msg("--%s: %s is not in its help", o->name, name);
    }
}

static void
what_is_offered_is_what_help_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < xf_verbs_count(); i++) {
        for (const xf_option *o = xf_verbs_at(i)->options; o->name != NULL; o++)
            check_option(o);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nouns_and_verbs_are_offered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(options_are_the_verbs_own_and_everybodys, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_enum_is_offered_by_its_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_is_offered_where_one_belongs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(zsh_walks_alike_and_is_told_what_words_mean, set_up,
                                        tear_down),
        cmocka_unit_test(what_is_offered_is_what_help_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
