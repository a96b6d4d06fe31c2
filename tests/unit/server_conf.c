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

#include "base/limit.h"
#include "base/memory.h"
#include "conf.h"
#include "stage.h"

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

/* ---- Where operators ask -------------------------------------------------------------- */

static void
operators_ask_on_this_machine_only(void **state)
{
    xf_server_conf conf;
    xf_conf_fault fault = {0};

    (void)state;
    assert_int_equal(read_text(NEEDED "listen.port = 1\nhttp.listen = 127.0.0.1\nhttp.port = 0\n",
                               &conf, &fault),
                     XF_CODE_OK);
    assert_true(xf_server_conf_has_http(&conf));
    xf_server_conf_clear(&conf);
    assert_int_equal(
        read_text(NEEDED "listen.port = 1\nhttp.listen = /run/x/http.sock\n", &conf, &fault),
        XF_CODE_OK);
    xf_server_conf_clear(&conf);
    assert_int_equal(read_text(NEEDED "listen.port = 1\nhttp.listen =\n", &conf, &fault),
                     XF_CODE_OK);
    assert_false(xf_server_conf_has_http(&conf));
    xf_server_conf_clear(&conf);

    assert_int_equal(
        read_text(NEEDED "listen.port = 1\nhttp.listen = 0.0.0.0\nhttp.port = 1\n", &conf, &fault),
        XF_CODE_INVALID);
    assert_string_equal(fault.key, "http.listen");
    assert_int_equal(fault.line, 7);
    assert_int_equal(read_text(NEEDED "listen.port = 1\nhttp.listen = ::1\n", &conf, &fault),
                     XF_CODE_INVALID);
    assert_string_equal(fault.key, "http.port");
}

/* ---- The example ---------------------------------------------------------------------- */

enum { MOST_LINES = 400 };

/* The example's settings, those behind a # too: "key = value", a line each. */
typedef struct example {
    char *text;
    const char *setting[MOST_LINES];
    size_t n;
} example;

/* "#limit.frame = 1" is a setting that stands there for reading, "# a word" is a comment. */
static bool
is_setting(const char *line)
{
    size_t key = 0;

    line += line[0] == '#';
    key = strspn(line, "abcdefghijklmnopqrstuvwxyz0123456789_.");
    return key > 0 && strncmp(line + key, " =", 2) == 0;
}

/* A file of the tree, as one text. */
static char *
read_source(const char *name)
{
    enum { ROOM = 65536 };

    char *path = xf_stage_source(name);
    char *text = xf_memory_new(ROOM);
    FILE *file = fopen(path, "re");

    if (file == NULL)
        fail_msg("%s is not readable: is XF_SOURCE_DIR the source tree?", path);
    assert_true(fread(text, 1, ROOM, file) < ROOM); /* whole, with a NUL behind it */
    (void)fclose(file);
    free(path);
    return text;
}

static void
read_example(example *ret_example)
{
    char *rest = NULL;

    *ret_example = (example){.text = read_source("deploy/xinfangd.conf.example")};
    for (char *line = strtok_r(ret_example->text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        if (!is_setting(line))
            continue;
        assert_true(ret_example->n < MOST_LINES);
        ret_example->setting[ret_example->n++] = line + (line[0] == '#');
    }
}

/* The value of a key; NULL: the example has it not. */
static const char *
example_value(const example *e, const char *key, size_t n)
{
    for (size_t i = 0; i < e->n; i++) {
        const char *at = e->setting[i];

        if (strncmp(at, key, n) == 0 && strncmp(at + n, " = ", 3) == 0)
            return at + n + 3;
    }
    return NULL;
}

/* The table is inside a function, so that it is read in the source. */
static void
the_example_has_every_key_of_the_table(void **state)
{
    static const char begin[] = "{.key = \"";
    char *source = read_source("server/conf.c");
    size_t n = 0;
    example e;

    (void)state;
    read_example(&e);
    for (const char *at = strstr(source, begin); at != NULL; at = strstr(at, begin)) {
        at += sizeof begin - 1;
        size_t length = strcspn(at, "\"");

        if (example_value(&e, at, length) == NULL)
            fail_msg("deploy/xinfangd.conf.example has no %.*s: add it there", (int)length, at);
        n++;
    }
    assert_true(n > 10); /* it is still written as this test reads it */
    free(source);
    free(e.text);
}

static void
assert_holds_anyway(const char *key, const char *value, uint64_t limit)
{
    if (value == NULL) {
        fail_msg("deploy/xinfangd.conf.example has no %s: add it there", key);
    } else if (strtoull(value, NULL, 10) != limit) {
        fail_msg("deploy/xinfangd.conf.example: %s is %s, not what holds anyway", key, value);
    }
}

static void
the_example_has_every_limit_with_its_value(void **state)
{
    example e;

    (void)state;
    read_example(&e);
    for (size_t i = 0; i < XF_LIMIT_COUNT; i++) {
        const char *key = xf_limit_key((xf_limit)i);

        assert_holds_anyway(key, example_value(&e, key, strlen(key)), xf_limit_get((xf_limit)i));
    }
    free(e.text);
}

/* With what is behind a #, an operator who takes it out gets no refusal. */
static void
the_example_says_nothing_that_the_server_does_not_take(void **state)
{
    char text[16384] = "";
    size_t n = 0;
    example e;
    xf_server_conf conf;
    xf_conf_fault fault = {0};

    (void)state;
    read_example(&e);
    for (size_t i = 0; i < e.n; i++) {
        n += (size_t)snprintf(text + n, sizeof text - n, "%s\n", e.setting[i]);
        assert_true(n < sizeof text);
    }
    if (read_text(text, &conf, &fault) != XF_CODE_OK) {
        fail_msg("deploy/xinfangd.conf.example: %s is not taken, as key or with its value",
                 fault.key);
    }
    xf_server_conf_clear(&conf);
    free(e.text);
}

/* A page that showed the new value would lie: it holds from the next start on. */
static void
some_limits_need_a_new_start_and_stay_until_then(void **state)
{
    static const char *const wanted[] = {"limit.backlog", "limit.hash_threads", "limit.calendars"};
    xf_server_conf running = {.workers = 2};
    xf_server_conf conf = {.workers = 2};
    size_t at = 0;

    (void)state;
    for (size_t i = 0; i < XF_LIMIT_COUNT; i++)
        conf.limits[i] = 1;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_string_equal(xf_server_conf_differs(&running, &conf, &at), wanted[i]);
    assert_null(xf_server_conf_differs(&running, &conf, &at));
    assert_null(xf_server_conf_differs(&running, &conf, &at));

    xf_server_conf_keep(&conf, &running);
    at = 0;
    assert_null(xf_server_conf_differs(&running, &conf, &at));
    assert_int_equal(conf.limits[XF_LIMIT_BACKLOG], 0);
    assert_int_equal(conf.limits[XF_LIMIT_HASH_QUEUE], 1); /* the others are taken */
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
        cmocka_unit_test(operators_ask_on_this_machine_only),
        cmocka_unit_test(the_example_has_every_key_of_the_table),
        cmocka_unit_test(the_example_has_every_limit_with_its_value),
        cmocka_unit_test(the_example_says_nothing_that_the_server_does_not_take),
        cmocka_unit_test(some_limits_need_a_new_start_and_stay_until_then),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
