/* base/conf: a whole configuration or none. */
#include "base/conf.h"

#include <inttypes.h>
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

/* Somebody forgot the #: the line is shown as far as there is room, in whole characters. */
static void
a_long_chinese_key_is_not_cut_inside_a_character(void **state)
{
    wanted w;

    (void)state;
    assert_int_equal(
        read_text("这里是一条忘了写井号的说明，写的人想告诉后来的人本机监听在哪个地址上\n", &w),
        XF_CODE_INVALID);
    assert_string_equal(w.fault.key, "这里是一条忘了写井号的说明，写的人想告诉后");
    assert_string_equal(w.error.field, "这里是一条忘了写井号的说明，写的人想告诉后来的人本机");
    forget(&w);
    assert_int_equal(
        read_text("a这里是一条忘了写井号的说明，写的人想告诉后来的人本机监听在哪个地址上\n", &w),
        XF_CODE_INVALID);
    assert_string_equal(w.fault.key, "a这里是一条忘了写井号的说明，写的人想告诉");
    assert_string_equal(w.error.field, "a这里是一条忘了写井号的说明，写的人想告诉后来的人本机");
    forget(&w);
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

/* Each has a place of its own where it is noted that it was given. */
static void
every_limit_may_be_given_and_none_twice(void **state)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    wanted w;

    (void)state;
    assert_non_null(out);
    (void)fprintf(out, "listen.address = a\n");
    for (int i = 0; i < XF_LIMIT_COUNT; i++) {
        const uint64_t value = xf_limit_default((xf_limit)i);
        char twice[128];

        (void)fprintf(out, "%s = %" PRIu64 "\n", xf_limit_key((xf_limit)i), value);
        (void)snprintf(twice, sizeof twice, "%s = %" PRIu64 "\n%s = %" PRIu64 "\n",
                       xf_limit_key((xf_limit)i), value, xf_limit_key((xf_limit)i), value);
        refused(twice, XF_TEXT_CONF_BAD_VALUE, 2, xf_limit_key((xf_limit)i));
    }
    assert_int_equal(fclose(out), 0);
    assert_int_equal(read_text(text, &w), XF_CODE_OK);
    forget(&w);
    free(text);
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

/* Notepad writes one before everything else; elsewhere it is a character like another. */
static void
a_byte_order_mark_is_passed_over(void **state)
{
    wanted w;

    (void)state;
    assert_int_equal(read_text("\xef\xbb\xbf"
                               "listen.address = a\r\nlisten.port = 8\r\n",
                               &w),
                     XF_CODE_OK);
    assert_string_equal(w.address, "a");
    assert_int_equal(w.port, 8);
    forget(&w);
    assert_int_equal(read_text("\xef\xbb\xbf# only a comment\nlisten.address = a\n", &w),
                     XF_CODE_OK);
    forget(&w);
    refused("listen.address = a\n\xef\xbb\xbflisten.port = 8\n", XF_TEXT_CONF_UNKNOWN_KEY, 2,
            "\xef\xbb\xbflisten.port");
}

typedef struct told {
    int lines[8];
    size_t n;
} told;

static void
tell(const xf_conf_fault *fault, xf_text text, void *data)
{
    told *all = data;

    assert_int_not_equal(text, XF_TEXT_NONE);
    assert_true(all->n < sizeof all->lines / sizeof *all->lines);
    all->lines[all->n++] = fault->line;
}

/* Who asks for all of them gets all, and no limit is set behind his back. */
static void
every_fault_is_told_and_no_limit_is_set(void **state)
{
    static const char text[] = "limit.outbox = 7\nwrong = 1\nlisten.port = x\nlimit.outbox = 8\n";
    char path[] = "/tmp/xf-conf-XXXXXX";
    char *address = NULL;
    int64_t port = 7;
    const xf_conf_key keys[] = {
        {.key = "listen.address", .text = &address, .needed = 1},
        {.key = "listen.port", .number = &port, .most = 65535},
        {.key = NULL},
    };
    uint64_t limits[XF_LIMIT_COUNT] = {0};
    const uint64_t before = xf_limit_get(XF_LIMIT_OUTBOX);
    xf_conf_fault fault = {0};
    told all = {.n = 0};
    int fd = mkstemp(path);

    (void)state;
    assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
    (void)close(fd);
    assert_int_equal(xf_conf_read_apart(path, keys, limits, tell, &all, &fault, NULL),
                     XF_CODE_INVALID);
    assert_int_equal(fault.line, 2);
    assert_null(fault.known);
    assert_int_equal(all.n, 4);
    assert_int_equal(all.lines[1], 3);
    assert_int_equal(all.lines[2], 4);
    assert_int_equal(all.lines[3], 0); /* listen.address, which is not there */
    assert_int_equal(limits[XF_LIMIT_OUTBOX], 7);
    assert_int_equal(xf_limit_get(XF_LIMIT_OUTBOX), before);
    assert_int_equal(xf_conf_line(path, "listen.port"), 3);
    assert_int_equal(xf_conf_line(path, "listen.address"), 0);
    (void)unlink(path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_comments_and_blanks_are_read),
        cmocka_unit_test(what_is_not_said_stays_as_it_was),
        cmocka_unit_test(an_unknown_key_is_refused_with_its_line),
        cmocka_unit_test(a_long_chinese_key_is_not_cut_inside_a_character),
        cmocka_unit_test(a_bad_value_is_refused_with_its_line),
        cmocka_unit_test(a_second_time_is_refused),
        cmocka_unit_test(every_limit_may_be_given_and_none_twice),
        cmocka_unit_test(a_needed_key_is_missed),
        cmocka_unit_test(a_nul_hides_nothing),
        cmocka_unit_test(a_limit_goes_to_its_own_table),
        cmocka_unit_test(a_file_that_cannot_be_read_says_so),
        cmocka_unit_test(a_byte_order_mark_is_passed_over),
        cmocka_unit_test(every_fault_is_told_and_no_limit_is_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
