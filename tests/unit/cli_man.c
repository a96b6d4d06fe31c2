/* client/cli/man: the page has all of the table, renders without a warning, and the page for
 * scripts (client/cli/JSON.md) says of every verb what it prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/cli/help.h"
#include "client/cli/man.h"
#include "test_ca.h"

enum { ROOM = 1 << 17 };

static char page[ROOM];

static void
read_all(FILE *in, char text[ROOM])
{
    size_t n = 0;

    assert_non_null(in);
    n = fread(text, 1, ROOM - 1, in);
    assert_in_range(n, 0, ROOM - 2);
    text[n] = '\0';
}

static void
read_json_page(char text[ROOM])
{
    char path[2 * XF_TEST_PATH];
    FILE *in = NULL;

    (void)snprintf(path, sizeof path, "%s/client/cli/JSON.md", secure_getenv("XF_SOURCE_DIR"));
    in = fopen(path, "r");
    read_all(in, text);
    (void)fclose(in);
}

static int
print_page(void **state)
{
    FILE *out = tmpfile();

    (void)state;
    xf_man_print(out);
    rewind(out);
    read_all(out, page);
    (void)fclose(out);
    return 0;
}

/* As roff, without the places where a line may be broken. */
static bool
page_has(const char *text, void (*as)(FILE *, const char *))
{
    char wanted[2048];
    FILE *out = tmpfile();
    size_t n = 0;

    as(out, text);
    rewind(out);
    n = fread(wanted, 1, sizeof wanted - 1, out);
    wanted[n] = '\0';
    (void)fclose(out);
    return strstr(page, wanted) != NULL;
}

static void
every_verb_option_example_and_status_is_in_the_page(void **state)
{
    (void)state;
    for (size_t i = 0; i < xf_verbs_count(); i++) {
        const xf_verb *verb = xf_verbs_at(i);

        assert_true(page_has(verb->says, xf_man_text));
        for (const xf_option *o = verb->options; o->name != NULL; o++)
            assert_true(page_has(o->says, xf_man_text) && page_has(o->name, xf_man_verbatim));
        for (size_t e = 0; verb->examples[e] != NULL; e++)
            assert_true(page_has(verb->examples[e], xf_man_verbatim));
    }
    for (size_t i = 0; i < xf_nouns_count(); i++)
        assert_true(page_has(xf_nouns_at(i)->says, xf_man_text));
    for (const xf_help_exit *e = xf_help_exits; e->says != NULL; e++)
        assert_true(page_has(e->says, xf_man_text));
}

/* lexgrog, by which whatis and apropos find a page, wants these lines plain. */
static void
the_page_is_found_by_its_name(void **state)
{
    (void)state;
    assert_non_null(strstr(page, "\n.SH 名称\nxinfang \\- 县公安局信访办理系统的命令行\n.SH "));
}

static void
what_an_error_says_in_json_is_in_both_pages(void **state)
{
    static const char error[] = "{\"error\": {\"code\", \"text\", \"field\", \"request_id\", "
                                "\"retry_after_ms\", \"kept\", \"interrupted\"}}";
    static char text[ROOM];

    (void)state;
    read_json_page(text);
    assert_non_null(strstr(text, error));
    assert_true(page_has(error, xf_man_text));
}

static void
no_text_is_taken_for_a_request_of_roff(void **state)
{
    char text[64] = "";
    FILE *out = fmemopen(text, sizeof text, "w");

    (void)state;
    xf_man_text(out, ".一-二，（三\\n'");
    (void)fclose(out);
    assert_string_equal(text, "\\&.\\:一\\:\\-\\:二，\\:（三\\:\\en\\(aq");
}

static void
groff_and_mandoc_have_nothing_to_say(void **state)
{
    static const char *const tools[] = {
        "groff -man -Kutf8 -Tutf8 -ww -rLL=78n",
        "mandoc -Tlint -W warning",
    };
    char dir[XF_TEST_PATH];
    char line[2 * XF_TEST_PATH + 128];
    static char said[ROOM];
    FILE *out = NULL;

    (void)state;
    xf_test_dir_new(dir);
    (void)snprintf(line, sizeof line, "%s/xinfang.1", dir);
    out = fopen(line, "w");
    assert_non_null(out);
    assert_true(fputs(page, out) >= 0);
    assert_int_equal(fclose(out), 0);
    for (size_t i = 0; i < sizeof tools / sizeof tools[0]; i++) {
        (void)snprintf(line, sizeof line, "%s '%s/xinfang.1' 2>&1 %s", tools[i], dir,
                       i == 0 ? ">/dev/null" : "");
        /* NOLINTNEXTLINE(cert-env33-c): the tools are programs */
        out = popen(line, "r");
        read_all(out, said);
        assert_int_equal(pclose(out), 0);
        assert_string_equal(said, "");
    }
    xf_test_dir_remove(dir);
}

static void
the_page_for_scripts_names_every_verb_and_what_it_prints(void **state)
{
    static char text[ROOM];

    (void)state;
    read_json_page(text);
    for (size_t i = 0; i < xf_verbs_count(); i++) {
        const xf_verb *verb = xf_verbs_at(i);
        const char *prints = xf_man_json(verb);
        char name[128];

        (void)snprintf(name, sizeof name, "`%s%s%s`", verb->noun, *verb->verb == '\0' ? "" : " ",
                       verb->verb);
        if (*prints != '\0' && strcmp(verb->noun, "import") != 0 && strstr(text, name) == NULL)
            fail_msg("%s is not in client/cli/JSON.md", name);
        if (*prints != '{' && strstr(text, prints) == NULL)
            fail_msg("%s of %s is not in client/cli/JSON.md", prints, name);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_verb_option_example_and_status_is_in_the_page),
        cmocka_unit_test(the_page_is_found_by_its_name),
        cmocka_unit_test(what_an_error_says_in_json_is_in_both_pages),
        cmocka_unit_test(no_text_is_taken_for_a_request_of_roff),
        cmocka_unit_test(groff_and_mandoc_have_nothing_to_say),
        cmocka_unit_test(the_page_for_scripts_names_every_verb_and_what_it_prints),
    };

    return cmocka_run_group_tests(tests, print_page, NULL);
}
