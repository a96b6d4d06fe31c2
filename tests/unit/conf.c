/* base/conf: a whole configuration or none. */
#include "base/conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limit.h"

typedef struct wanted {
    char *address;
    char *fixed;
    int64_t port;
    xf_conf_fault fault;
    xf_error error;
} wanted;

static xf_code
read_file(const char *path, wanted *ret)
{
    const xf_conf_key keys[] = {
        {.key = "listen.address", .text = &ret->address, .needed = 1},
        {.key = "listen.port", .number = &ret->port, .least = 0, .most = 65535},
        {.key = "now.fixed", .text = &ret->fixed},
        {.key = NULL},
    };

    return xf_conf_read(path, keys, &ret->fault, &ret->error);
}

static xf_code
read_bytes(const char *bytes, size_t n, wanted *ret)
{
    char path[] = "/tmp/xf-conf-XXXXXX";
    int fd = mkstemp(path);
    xf_code code = XF_CODE_OK;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), n);
    *ret = (wanted){.port = 7};
    code = read_file(path, ret);
    (void)close(fd);
    (void)unlink(path);
    return code;
}

static xf_code
read_text(const char *text, wanted *ret)
{
    return read_bytes(text, strlen(text), ret);
}

static void
forget(wanted *w)
{
    free(w->address);
    free(w->fixed);
}

/* Refused, with the words, the line and the key. */
static void
refused(const char *text, xf_text words, int line, const char *key)
{
    wanted w;

    if (read_text(text, &w) != XF_CODE_INVALID)
        fail_msg("taken: %s", text);
    assert_int_equal(w.error.text, words);
    assert_int_equal(w.fault.line, line);
    assert_string_equal(w.fault.key, key);
    forget(&w);
}

static void
keys_comments_and_blanks_are_read(void **state)
{
    wanted w;

    (void)state;
    assert_int_equal(read_text("# the server\n\n  listen.address =  10.0.0.1 = x \t\r\n"
                               "listen.port=8443\n\t# end\nnow.fixed =",
                               &w),
                     XF_CODE_OK);
    assert_string_equal(w.address, "10.0.0.1 = x");
    assert_string_equal(w.fixed, "");
    assert_int_equal(w.port, 8443);
    forget(&w);
}

static void
what_is_not_said_stays_as_it_was(void **state)
{
    wanted w;

    (void)state;
    assert_int_equal(read_text("listen.address = a\n", &w), XF_CODE_OK);
    assert_null(w.fixed);
    assert_int_equal(w.port, 7);
    forget(&w);
}

static void
an_unknown_key_is_refused_with_its_line(void **state)
{
    (void)state;
    refused("listen.address = a\n\nlisten.prot = 1\n", XF_TEXT_CONF_UNKNOWN_KEY, 3, "listen.prot");
    refused("= 1\n", XF_TEXT_CONF_UNKNOWN_KEY, 1, "");
    refused("limit.nothing = 1\n", XF_TEXT_CONF_UNKNOWN_KEY, 1, "limit.nothing");
}

static void
a_bad_value_is_refused_with_its_line(void **state)
{
    (void)state;
    refused("listen.port = 65536\n", XF_TEXT_CONF_BAD_VALUE, 1, "listen.port");
    refused("listen.port = -1\n", XF_TEXT_CONF_BAD_VALUE, 1, "listen.port");
    refused("listen.port = 80x\n", XF_TEXT_CONF_BAD_VALUE, 1, "listen.port");
    refused("listen.port = -\n", XF_TEXT_CONF_BAD_VALUE, 1, "listen.port");
    refused("listen.port =\n", XF_TEXT_CONF_BAD_VALUE, 1, "listen.port");
    refused("listen.port = 99999999999999999999\n", XF_TEXT_CONF_BAD_VALUE, 1, "listen.port");
    refused("#\nlisten.address\n", XF_TEXT_CONF_BAD_VALUE, 2, "listen.address");
    refused("limit.petitioners = 1\n", XF_TEXT_CONF_BAD_VALUE, 1, "limit.petitioners");
    refused("limit.petitioners = -1\n", XF_TEXT_CONF_BAD_VALUE, 1, "limit.petitioners");
}

static void
a_second_time_is_refused(void **state)
{
    (void)state;
    refused("listen.address = a\nlisten.address = a\n", XF_TEXT_CONF_BAD_VALUE, 2,
            "listen.address");
    refused("limit.matters = 20\nlimit.matters = 20\n", XF_TEXT_CONF_BAD_VALUE, 2, "limit.matters");
}

static void
a_needed_key_is_missed(void **state)
{
    (void)state;
    refused("", XF_TEXT_FIELD_MISSING, 0, "listen.address");
    refused("listen.port = 1\n", XF_TEXT_FIELD_MISSING, 0, "listen.address");
    refused("listen.address =  \n", XF_TEXT_CONF_BAD_VALUE, 1, "listen.address");
}

static void
a_nul_hides_nothing(void **state)
{
    wanted w;

    (void)state;
    assert_int_equal(read_bytes("listen.address = a\0b\n", 21, &w), XF_CODE_INVALID);
    assert_int_equal(w.fault.line, 1);
    forget(&w);
}

static void
a_limit_goes_to_its_own_table(void **state)
{
    wanted w;

    (void)state;
    assert_int_equal(read_text("listen.address = a\nlimit.outbox = 123\n", &w), XF_CODE_OK);
    assert_int_equal(xf_limit_get(XF_LIMIT_OUTBOX), 123);
    forget(&w);
}

static void
a_file_that_cannot_be_read_says_so(void **state)
{
    wanted w = {0};

    (void)state;
    assert_int_equal(read_file("/nowhere/conf", &w), XF_CODE_INVALID);
    assert_int_equal(w.error.text, XF_TEXT_FILE_UNREADABLE);
    assert_int_equal(w.fault.line, 0);
    assert_int_equal(read_file("/tmp", &w), XF_CODE_INVALID);
    assert_int_equal(w.error.text, XF_TEXT_FILE_UNREADABLE);
    forget(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_comments_and_blanks_are_read),
        cmocka_unit_test(what_is_not_said_stays_as_it_was),
        cmocka_unit_test(an_unknown_key_is_refused_with_its_line),
        cmocka_unit_test(a_bad_value_is_refused_with_its_line),
        cmocka_unit_test(a_second_time_is_refused),
        cmocka_unit_test(a_needed_key_is_missed),
        cmocka_unit_test(a_nul_hides_nothing),
        cmocka_unit_test(a_limit_goes_to_its_own_table),
        cmocka_unit_test(a_file_that_cannot_be_read_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
