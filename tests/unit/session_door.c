/* session/sessions: how many connections the server takes in. Links are played; who is turned away comes
 * by a real socket, for what he sees is the end. */
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <uv.h>

#include "session/listen.h"
#include "session_rig.h"

enum { MOST = 3 };

static xf_link *links[MOST];

static void
come(stage *s, size_t i)
{
    xf_sessions_came(NULL, &s->sessions);
    links[i] = last_link;
    assert_int_equal(atomic_load(&s->connections), i + 1);
}

static void
go(size_t i)
{
    const xf_error why = {.code = XF_CODE_UNAVAILABLE};

    links[i]->events->closed(links[i], &why, links[i]->data);
    free(links[i]);
}

static bool has_knocked;

static void
on_knock(uv_stream_t *listener, void *data)
{
    has_knocked = true;
    xf_sessions_came(listener, data);
}

static int
knock(int port)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void
as_many_are_taken_in_as_the_server_may_have_and_the_next_is_shown_the_end(void **state)
{
    const uint64_t hits = xf_limit_hits(XF_LIMIT_CONNECTIONS);
    stage s;
    uv_loop_t loop;
    xf_listen *listen = NULL;
    uint8_t alert[16] = {0};
    int fd = -1;

    (void)state;
    assert_true(xf_limit_set("limit.connections", MOST));
    assert_int_equal(uv_loop_init(&loop), 0);
    raise_stage(&s);
    lose_link(&s);
    s.room.loop = &loop;
    for (size_t i = 0; i < MOST; i++)
        come(&s, i);
    assert_int_equal(xf_limit_hits(XF_LIMIT_CONNECTIONS), hits);

    assert_int_equal(xf_listen_new(&loop, "127.0.0.1", 0, on_knock, &s.sessions, &listen, NULL),
                     XF_CODE_OK);
    fd = knock(xf_listen_port(listen));
    while (!has_knocked)
        (void)uv_run(&loop, UV_RUN_ONCE);
    assert_int_equal(s.sessions.count, MOST);
    assert_int_equal(atomic_load(&s.connections), MOST);
    assert_int_equal(xf_limit_hits(XF_LIMIT_CONNECTIONS), hits + 1);
    (void)uv_run(&loop, UV_RUN_NOWAIT);
    assert_int_equal(read(fd, alert, sizeof alert), 7);
    assert_int_equal(alert[6], 80); /* internal_error */
    assert_int_equal(read(fd, alert, 1), 0);

    go(MOST - 1); /* there is room again */
    come(&s, MOST - 1);
    assert_int_equal(xf_limit_hits(XF_LIMIT_CONNECTIONS), hits + 1);
    for (size_t i = 0; i < MOST; i++)
        go(i);
    (void)close(fd);
    xf_listen_close(&listen);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    strike(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_are_taken_in_as_the_server_may_have_and_the_next_is_shown_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
