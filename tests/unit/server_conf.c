/* The server's own keys, and the one value that is a moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "conf.h"

#define NEEDED "db.app = host=/x\ntls.ca = a\ntls.certificate = b\ntls.key = c\nseal.key_file = d\n"

static int64_t
moment(const char *text)
{
    int64_t ms = -1;

    return xf_server_conf_moment(text, &ms, NULL) == XF_CODE_OK ? ms : -1;
}

static void
a_moment_counts_from_the_epoch(void **state)
{
    (void)state;
    assert_int_equal(moment("1970-01-01T00:00:01Z"), 1000);
    assert_int_equal(moment("2026-11-24T09:00:00+08:00"), INT64_C(1795482000000));
    assert_int_equal(moment("2026-11-24T01:00:00Z"), INT64_C(1795482000000));
    assert_int_equal(moment("2026-11-23T19:30:00-05:30"), INT64_C(1795482000000));
}

static void
what_is_no_moment_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "2026-11-24",
        "2026-11-24T09:00:00",
        "2026-11-24T09:00:00+0800",
        "2026-11-24T09:00:00+08:0",
        "2026-11-24T09:00:00+08.00",
        "2026-11-24T09:00:00+08:00x",
        "2026-11-24 09:00:00+08:00",
        "2026-11-31T09:00:00+08:00",
        "2026-11-24T24:00:00+08:00",
        "2026-11-24T09:60:00+08:00",
        "1970-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(moment(bad[i]), -1);
}

static xf_code
read_text(const char *text, xf_server_conf *ret_conf, xf_conf_fault *ret_fault)
{
    char path[] = "/tmp/server_conf.XXXXXX";
    int fd = mkstemp(path);
    xf_code code = XF_CODE_OK;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    (void)close(fd);
    code = xf_server_conf_read(path, ret_conf, ret_fault, NULL);
    (void)unlink(path);
    return code;
}

static void
what_is_left_out_has_a_default(void **state)
{
    xf_server_conf conf;
    xf_conf_fault fault;

    (void)state;
    assert_int_equal(read_text(NEEDED "listen.port = 0\nnow.fixed =\n", &conf, &fault), XF_CODE_OK);
    assert_string_equal(conf.listen_address, "127.0.0.1");
    assert_int_equal(conf.workers, 1);
    assert_int_equal(conf.now_fixed_ms, 0);
    assert_int_equal(conf.password_memory_kib, 65536);
    assert_null(conf.db_migrate);
    xf_server_conf_clear(&conf);
}

static void
a_bad_moment_names_its_key(void **state)
{
    xf_server_conf conf;
    xf_conf_fault fault;

    (void)state;
    assert_int_equal(read_text(NEEDED "listen.port = 1\nnow.fixed = today\n", &conf, &fault),
                     XF_CODE_INVALID);
    assert_string_equal(fault.key, "now.fixed");
}

static void
hashing_with_less_memory_than_allowed_is_refused(void **state)
{
    xf_server_conf conf;
    xf_conf_fault fault;

    (void)state;
    assert_int_equal(read_text(NEEDED "listen.port = 1\npassword.memory_kib = 8\n", &conf, &fault),
                     XF_CODE_INVALID);
    assert_string_equal(fault.key, "password.memory_kib");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moment_counts_from_the_epoch),
        cmocka_unit_test(what_is_no_moment_is_refused),
        cmocka_unit_test(what_is_left_out_has_a_default),
        cmocka_unit_test(a_bad_moment_names_its_key),
        cmocka_unit_test(hashing_with_less_memory_than_allowed_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
