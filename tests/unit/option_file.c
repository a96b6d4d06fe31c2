/* A verb's options from a file: names and telephones stay off the command line. */
#include "client/cli/option_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The text as a file that is gone when it was read. */
static xf_code
read_form(const char *text, size_t n, xf_option_file *file, xf_error *error)
{
    char path[] = "/tmp/xf-form.XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, n), n);
    xf_code code = xf_option_file_read(path, file, error);
    (void)close(fd);
    (void)unlink(path);
    return code;
}

static void
each_line_is_a_word_and_keeps_its_order(void **state)
{
    static const char text[] = "# 来访\nchannel = visit\n  received-on=2026-11-24\r\n\n"
                               "petitioner = 某某\ndemand = 久拖不决, a = b\n\tjson\n";
    static const char *const wanted[] = {"--channel=visit", "--received-on=2026-11-24",
                                         "--petitioner=某某", "--demand=久拖不决, a = b", "--json"};
    xf_option_file file;
    xf_error error = {0};

    (void)state;
    assert_int_equal(read_form(text, sizeof text - 1, &file, &error), XF_CODE_OK);
    assert_int_equal(file.argc, 5);
    for (int i = 0; i < 5; i++)
        assert_string_equal(file.argv[i], wanted[i]);
    xf_option_file_clear(&file);
}

static void
what_is_no_text_is_refused(void **state)
{
    static const char gb[] = "petitioner = \xd5\xc5\xc8\xfd\n";
    static const char nul[] = "petitioner = a\0b\n";
    xf_option_file file;
    xf_error error = {0};

    (void)state;
    assert_int_equal(read_form(gb, sizeof gb - 1, &file, &error), XF_CODE_INVALID);
    assert_int_equal(error.text, XF_TEXT_FIELD_BYTES);
    assert_int_equal(read_form(nul, sizeof nul - 1, &file, &error), XF_CODE_INVALID);
    assert_int_equal(xf_option_file_read("/tmp/xf-no-such-form", &file, &error), XF_CODE_INVALID);
    assert_int_equal(error.text, XF_TEXT_FILE_UNREADABLE);
}

static void
too_many_lines_are_a_limit(void **state)
{
    size_t n = 10000;
    char *text = malloc(n);
    xf_option_file file;
    xf_error error = {0};

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < n; i++)
        text[i] = i % 2 == 0 ? 'a' : '\n';
    assert_int_equal(read_form(text, n, &file, &error), XF_CODE_LIMIT);
    free(text);
}

static void
an_option_that_stands_in_both_is_named(void **state)
{
    static const xf_option options[] = {
        {"people", "人数", "", 0}, {"phone", "电话", "", XF_OPTION_MANY}, {NULL, NULL, NULL, 0}};
    const xf_option *const lists[2] = {options, NULL};
    char one[] = "--people=2";
    char two[] = "--phone=1";
    char *line[] = {one, two};
    xf_args args;
    xf_args more;
    const char *about = NULL;
    int used = 0;

    (void)state;
    assert_int_equal(xf_args_parse(2, line, lists, false, &args, &used, &about), XF_ARGS_OK);
    assert_int_equal(xf_args_parse(1, line + 1, lists, false, &more, &used, &about), XF_ARGS_OK);
    assert_int_equal(xf_args_append(&args, &more, &about), XF_ARGS_OK);
    assert_int_equal(args.given_count, 3);
    xf_args_clear(&more);
    assert_int_equal(xf_args_parse(1, line, lists, false, &more, &used, &about), XF_ARGS_OK);
    assert_int_equal(xf_args_append(&args, &more, &about), XF_ARGS_TWICE);
    assert_string_equal(about, "people");
    xf_args_clear(&more);
    xf_args_clear(&args);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_is_a_word_and_keeps_its_order),
        cmocka_unit_test(what_is_no_text_is_refused),
        cmocka_unit_test(too_many_lines_are_a_limit),
        cmocka_unit_test(an_option_that_stands_in_both_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
