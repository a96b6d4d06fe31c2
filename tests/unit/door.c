/* http/door: this machine only, and no file of anybody's is replaced but a socket. */
#include "http/door.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "test_ca.h"

static void
only_this_machine_s_own_addresses_and_paths_will_do(void **state)
{
    static const char *const good[] = {"127.0.0.1", "127.1.2.3", "::1", "/run/xinfang/http.sock"};
    static const char *const bad[] = {"",        "0.0.0.0",   "10.0.0.1",  "::", "::ffff:127.0.0.1",
                                      "127.0.0", "localhost", "http.sock", "*",  "127.0.0.1 "};
    char path[sizeof(struct sockaddr_un)];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(xf_http_door_judge(good[i], NULL), XF_CODE_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(xf_http_door_judge(bad[i], NULL), XF_CODE_INVALID);
    memset(path, 'a', sizeof path); /* longest, and one more */
    path[0] = '/';
    path[sizeof((struct sockaddr_un *)NULL)->sun_path - 1] = '\0';
    assert_int_equal(xf_http_door_judge(path, NULL), XF_CODE_OK);
    path[sizeof((struct sockaddr_un *)NULL)->sun_path - 1] = 'a';
    path[sizeof((struct sockaddr_un *)NULL)->sun_path] = '\0';
    assert_int_equal(xf_http_door_judge(path, NULL), XF_CODE_INVALID);
}

static void
a_port_is_shared_by_servers_and_by_nobody_else(void **state)
{
    int fds[2] = {-1, -1};
    int port = 0;
    int again = 0;
    int strange = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof at;
    xf_error error = {0};

    (void)state;
    assert_int_equal(xf_http_door_open("127.0.0.1", 0, &fds[0], &port, NULL), XF_CODE_OK);
    assert_true(port > 0);
    assert_int_equal(xf_http_door_try("127.0.0.1", port, NULL), XF_CODE_OK);
    assert_int_equal(xf_http_door_open("127.0.0.1", port, &fds[1], &again, NULL), XF_CODE_OK);
    assert_int_equal(again, port);
    (void)close(fds[0]);
    (void)close(fds[1]);

    assert_int_equal(bind(strange, (const struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(strange, 1), 0);
    assert_int_equal(getsockname(strange, (struct sockaddr *)&at, &length), 0);
    assert_int_equal(xf_http_door_try("127.0.0.1", ntohs(at.sin_port), &error),
                     XF_CODE_UNAVAILABLE);
    assert_string_equal(error.field, "http.port");
    (void)close(strange);
}

static void
a_socket_is_replaced_and_any_other_file_stays(void **state)
{
    char dir[XF_TEST_PATH];
    char path[XF_TEST_PATH + 16];
    char nowhere[XF_TEST_PATH + 32];
    struct stat about = {0};
    FILE *file = NULL;
    int fds[2] = {-1, -1};
    int port = -1;

    (void)state;
    xf_test_dir_new(dir);
    (void)snprintf(path, sizeof path, "%s/http.sock", dir);
    (void)snprintf(nowhere, sizeof nowhere, "%s/none/http.sock", dir);
    assert_int_equal(xf_http_door_try(nowhere, 0, NULL), XF_CODE_INVALID);
    assert_int_equal(xf_http_door_try(path, 0, NULL), XF_CODE_OK);
    assert_int_equal(xf_http_door_open(path, 0, &fds[0], &port, NULL), XF_CODE_OK);
    assert_int_equal(port, 0);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode, S_IFSOCK | 0660);
    assert_int_equal(xf_http_door_open(path, 0, &fds[1], &port, NULL), XF_CODE_OK);
    (void)close(fds[0]);
    (void)close(fds[1]);

    assert_int_equal(unlink(path), 0);
    file = fopen(path, "we");
    assert_non_null(file);
    (void)fclose(file);
    assert_int_equal(xf_http_door_try(path, 0, NULL), XF_CODE_INVALID);
    assert_int_equal(xf_http_door_open(path, 0, &fds[0], &port, NULL), XF_CODE_INVALID);
    assert_int_equal(stat(path, &about), 0);
    assert_true(S_ISREG(about.st_mode));
    xf_test_dir_remove(dir);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_this_machine_s_own_addresses_and_paths_will_do),
        cmocka_unit_test(a_port_is_shared_by_servers_and_by_nobody_else),
        cmocka_unit_test(a_socket_is_replaced_and_any_other_file_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
