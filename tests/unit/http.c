/* http/http and http/ready: the pages, with a server that is played and a database that hangs. */
#include "http/http.h"

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "http_get.h"

enum { FORGOTTEN_MS = 1100 }; /* what readyz has found is kept for a second */

/* What the server would say of itself; the pages ask from threads of theirs. */
typedef struct played {
    atomic_bool stopping;
    _Atomic int64_t ends_s;
    atomic_int stuck;
    int database; /* listens, and nobody answers */
    char conninfo[64];
    xf_http *http;
    int port;
    xf_http_answer answer;
} played;

static bool
is_stopping(void *data)
{
    played *p = data;

    return atomic_load(&p->stopping);
}

static int64_t
ends(void *data)
{
    played *p = data;

    return atomic_load(&p->ends_s);
}

static int
stuck(void *data)
{
    played *p = data;

    return atomic_load(&p->stuck);
}

static uint64_t
hashes(void *data)
{
    (void)data;
    return 3;
}

static void
listen_silently(played *p)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof at;

    p->database = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(p->database, (const struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(p->database, 4), 0);
    assert_int_equal(getsockname(p->database, (struct sockaddr *)&at, &length), 0);
    (void)snprintf(p->conninfo, sizeof p->conninfo, "hostaddr=127.0.0.1 port=%d",
                   ntohs(at.sin_port));
}

static int
raise_pages(void **state)
{
    static played p;
    xf_http_conf conf = {
        .where = "127.0.0.1", .version = "1", .stuck = stuck, .hashes_waiting = hashes};

    atomic_store(&p.stopping, false);
    atomic_store(&p.stuck, -1);
    atomic_store(&p.ends_s, (int64_t)time(NULL) + XF_READY_CERTIFICATE_S + 3600);
    listen_silently(&p);
    conf.ready = (xf_ready_conf){.db_app = p.conninfo,
                                 .disk_free = 10,
                                 .stopping = is_stopping,
                                 .certificate_ends_s = ends,
                                 .data = &p};
    assert_int_equal(xf_http_start(&conf, &p.http, NULL), XF_CODE_OK);
    p.port = xf_http_port(p.http);
    *state = &p;
    return 0;
}

static int
strike_pages(void **state)
{
    played *p = *state;

    xf_http_stop(&p->http);
    (void)close(p->database);
    return 0;
}

static void
get(played *p, const char *path, int status, const char *words)
{
    xf_http_get(p->port, path, &p->answer);
    assert_int_equal(p->answer.status, status);
    assert_non_null(strstr(p->answer.body, words));
}

static void
there_are_three_pages_and_they_are_read_only(void **state)
{
    played *p = *state;

    get(p, "/metrics", 200, "xinfangd_hashes_waiting 3\n");
    assert_non_null(strstr(p->answer.text, "Content-Type: text/plain; version=0.0.4"));
    get(p, "/livez", 200, "alive\n");
    get(p, "/", 404, "/metrics");
    get(p, "/livezz", 404, "/livez");
    xf_http_take(xf_http_send(p->port, "DELETE", "/metrics"), &p->answer);
    assert_int_equal(p->answer.status, 405);
    xf_http_take(xf_http_send(p->port, "HEAD", "/livez"), &p->answer);
    assert_int_equal(p->answer.status, 200);
    assert_string_equal(p->answer.body, "");
}

static void
a_stuck_loop_is_named(void **state)
{
    played *p = *state;

    atomic_store(&p->stuck, 1);
    get(p, "/livez", 503, "worker 1: 服务器的一个循环不转了");
    atomic_store(&p->stuck, -1);
    get(p, "/livez", 200, "alive");
}

static void
who_is_stopping_says_so_at_once_and_is_alive(void **state)
{
    played *p = *state;

    atomic_store(&p->stopping, true);
    get(p, "/readyz", 503, "stopping: ");
    assert_null(strstr(p->answer.body, "database")); /* which nobody asked */
    get(p, "/livez", 200, "alive");
}

/* The others are asked while the probe is under way: were they held up, it would be over. */
static bool
others_answer_meanwhile(played *p, int waiting)
{
    struct pollfd answer = {.fd = waiting, .events = POLLIN};

    get(p, "/livez", 200, "alive");
    get(p, "/metrics", 200, "xinfangd_connections");
    return poll(&answer, 1, 0) == 0;
}

static void
a_database_that_hangs_holds_up_readyz_only(void **state)
{
    played *p = *state;

    for (int i = 1;; i++) {
        int waiting = xf_http_send(p->port, "GET", "/readyz");
        int asked = accept4(p->database, NULL, NULL, SOCK_CLOEXEC); /* the probe is under way */
        bool meanwhile = others_answer_meanwhile(p, waiting);

        assert_true(asked >= 0);
        if (meanwhile)
            (void)shutdown(p->database, SHUT_RDWR); /* it may try without TLS too */
        (void)close(asked);
        xf_http_take(waiting, &p->answer);
        assert_int_equal(p->answer.status, 503);
        assert_string_equal(
            p->answer.body,
            "database: 数据库连不上。请看 PostgreSQL 是否在运行，核对连接串和角色。\n");
        if (meanwhile)
            return;
        assert_true(i <
                    5); /* a busy machine may be slower than the probe is patient, now and then */
    }
}

static void
who_never_hears_from_the_database_gives_up(void **state)
{
    played *p = *state;

    get(p, "/readyz", 503, "database: ");
}

static void
the_certificate_s_last_days_are_a_reason_beside_the_others(void **state)
{
    played *p = *state;

    (void)shutdown(p->database, SHUT_RDWR);
    atomic_store(&p->ends_s, (int64_t)time(NULL) + XF_READY_CERTIFICATE_S - 60);
    get(p, "/readyz", 503, "certificate: ");
    assert_non_null(strstr(p->answer.body, "database: "));
}

int
main(void)
{
#define PAGES(test) cmocka_unit_test_setup_teardown(test, raise_pages, strike_pages)
    const struct CMUnitTest tests[] = {
        PAGES(there_are_three_pages_and_they_are_read_only),
        PAGES(a_stuck_loop_is_named),
        PAGES(who_is_stopping_says_so_at_once_and_is_alive),
        PAGES(a_database_that_hangs_holds_up_readyz_only),
        PAGES(who_never_hears_from_the_database_gives_up),
        PAGES(the_certificate_s_last_days_are_a_reason_beside_the_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
