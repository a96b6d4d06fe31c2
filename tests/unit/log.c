/* base/log: one line an event, and errors that say where they were born. */
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/now.h"

/* Standard error into a pipe, so that a test reads what a line became. */
static int saved = -1;
static int pipe_ends[2];

static int
listen_in(void **state)
{
    (void)state;
    xf_now_fix(INT64_C(1795480262123)); /* 2026-11-24T08:31:02.123+08:00 */
    saved = dup(STDERR_FILENO);
    return pipe(pipe_ends) == 0 && dup2(pipe_ends[1], STDERR_FILENO) >= 0 ? 0 : -1;
}

static int
listen_out(void **state)
{
    (void)state;
    xf_log_least(XF_LOG_INFO);
    (void)dup2(saved, STDERR_FILENO);
    (void)close(saved);
    (void)close(pipe_ends[0]);
    (void)close(pipe_ends[1]);
    xf_now_fix(0);
    return 0;
}

/* What is in the pipe; a mark of our own keeps the read from waiting. */
static const char *
heard(void)
{
    static char text[4096];
    ssize_t n = 0;

    assert_int_equal(write(pipe_ends[1], "|", 1), 1);
    n = read(pipe_ends[0], text, sizeof text - 1);
    assert_true(n > 0);
    text[n - 1] = '\0';
    return text;
}

static void
a_line_has_time_level_name_and_typed_fields(void **state)
{
    (void)state;
    XF_INFO("matter.assigned", XF_ID(matter, 20260000101), XF_CODE(XF_CODE_NOT_FOUND), XF_MS(3),
            XF_WORD(method, "matter.assign"));
    assert_string_equal(heard(), "2026-11-24T08:31:02.123+08:00 INFO matter.assigned "
                                 "matter=20260000101 code=NOT_FOUND took_ms=3 "
                                 "method=matter.assign\n");
}

static void
a_line_needs_no_fields(void **state)
{
    (void)state;
    XF_ERROR("server.lost");
    assert_string_equal(heard(), "2026-11-24T08:31:02.123+08:00 ERROR server.lost\n");
}

static void
what_is_below_the_least_level_is_not_written(void **state)
{
    (void)state;
    XF_DEBUG("hidden");
    assert_string_equal(heard(), "");
    xf_log_least(XF_LOG_WARN);
    XF_INFO("hidden");
    XF_WARN("seen");
    assert_non_null(strstr(heard(), "WARN seen\n"));
}

static void
an_error_says_where_it_was_born(void **state)
{
    xf_error error = {0};
    const char *line = NULL;

    (void)state;
    assert_int_equal(
        XF_FAIL(&error, XF_CODE_INVALID, XF_TEXT_FIELD_MISSING, "matters[%d].demand", 2),
        XF_CODE_INVALID);
    assert_string_equal(error.field, "matters[2].demand");
    assert_int_equal(error.code, XF_CODE_INVALID);
    XF_WARN("call.refused", XF_BORN(&error));
    line = heard();
    assert_non_null(strstr(line, " tests/unit/log.c="));
    assert_null(strstr(line, "matters"));
}

static void
a_line_that_is_too_long_is_cut_and_still_a_line(void **state)
{
    static char word[3000];
    const char *line = NULL;

    (void)state;
    memset(word, 'w', sizeof word - 1);
    XF_INFO("long", XF_WORD(word, word), XF_COUNT(behind, 1), XF_COUNT(more, 2));
    line = heard();
    assert_true(strlen(line) <= 1024);
    assert_int_equal(line[strlen(line) - 1], '\n');
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void
an_error_without_a_taker_still_has_its_code(void **state)
{
    (void)state;
    assert_int_equal(XF_FAIL(NULL, XF_CODE_LIMIT, XF_TEXT_LIMIT, ""), XF_CODE_LIMIT);
}

static void
a_field_path_that_is_too_long_is_cut(void **state)
{
    xf_error error = {0};

    (void)state;
    assert_int_equal(XF_FAIL(&error, XF_CODE_LIMIT, XF_TEXT_LIMIT, "%200d", 1), XF_CODE_LIMIT);
    assert_int_equal(strlen(error.field), sizeof error.field - 1);
}

static void
every_text_has_words_and_a_wrong_number_has_them_too(void **state)
{
    (void)state;
    for (int i = XF_TEXT_NONE + 1; i < XF_TEXT_COUNT; i++)
        assert_true(strlen(xf_error_words((xf_text)i)) > 10);
    assert_string_equal(xf_error_words(XF_TEXT_NONE), "");
    assert_string_equal(xf_error_words((xf_text)9999), xf_error_words(XF_TEXT_INTERNAL));
}

static void
only_what_may_pass_by_itself_is_retryable(void **state)
{
    (void)state;
    assert_true(xf_error_retryable(XF_CODE_OVERLOADED));
    assert_true(xf_error_retryable(XF_CODE_UNAVAILABLE));
    assert_true(xf_error_retryable(XF_CODE_DEADLINE));
    assert_false(xf_error_retryable(XF_CODE_CONFLICT));
    assert_false(xf_error_retryable(XF_CODE_INTERNAL));
    assert_false(xf_error_retryable((xf_code)999));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_has_time_level_name_and_typed_fields, listen_in,
                                        listen_out),
        cmocka_unit_test_setup_teardown(a_line_needs_no_fields, listen_in, listen_out),
        cmocka_unit_test_setup_teardown(what_is_below_the_least_level_is_not_written, listen_in,
                                        listen_out),
        cmocka_unit_test_setup_teardown(an_error_says_where_it_was_born, listen_in, listen_out),
        cmocka_unit_test_setup_teardown(a_line_that_is_too_long_is_cut_and_still_a_line, listen_in,
                                        listen_out),
        cmocka_unit_test(an_error_without_a_taker_still_has_its_code),
        cmocka_unit_test(a_field_path_that_is_too_long_is_cut),
        cmocka_unit_test(every_text_has_words_and_a_wrong_number_has_them_too),
        cmocka_unit_test(only_what_may_pass_by_itself_is_retryable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
