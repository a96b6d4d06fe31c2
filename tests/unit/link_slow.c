/* wire/link: a peer that is slow on purpose, one that is made to wait, and one that says too much. */
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limit.h"
#include "link_rig.h"
#include "still_time.h"

enum { BODY = 20000 };

static int given_up = -1; /* a socket that the kernel has given up, as it tells who reads */

ssize_t /* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): libc's are reserved */
read(int fd, void *bytes, size_t n)
{
    if (fd != given_up)
        return syscall(SYS_read, fd, bytes, n);
    errno = ETIMEDOUT;
    return -1;
}

ssize_t /* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): likewise */
write(int fd, const void *bytes, size_t n)
{
    if (fd != given_up)
        return syscall(SYS_write, fd, bytes, n);
    errno = ETIMEDOUT;
    return -1;
}

static int
tear_down(void **state)
{
    time_runs();
    given_up = -1;
    for (int i = 0; i < XF_LIMIT_COUNT; i++)
        assert_true(xf_limit_set(xf_limit_key((xf_limit)i), xf_limit_default((xf_limit)i)));
    return xf_rig_down(state);
}

/* Sends the first n bytes of a frame that is longer, and waits until the link has them. */
static void
send_part(xf_rig *rig, xf_raw *raw, size_t n)
{
    static const uint8_t body[BODY];
    const xf_frame frame = {
        .type = XF_FRAME_TYPE_REQUEST, .request_id = 1, .body = body, .body_len = BODY};
    const int64_t heard_ms = xf_link_heard_ms(rig->server.link);
    xf_buf bytes;

    (void)time_stands(); /* and is later: so that it is seen to hear */
    xf_buf_init(&bytes, XF_LIMIT_FRAME);
    assert_int_equal(xf_frame_encode(&bytes, &frame, NULL), XF_CODE_OK);
    assert_int_equal(xf_tls_put(raw->tls, xf_buf_at(&bytes), n, &raw->out, NULL), XF_CODE_OK);
    xf_raw_send(raw);
    XF_WAIT_FOR(rig, xf_link_heard_ms(rig->server.link) > heard_ms);
    xf_buf_clear(&bytes);
}

static xf_limit
look_after(const xf_rig *rig, int64_t ms)
{
    return xf_link_overdue(rig->server.link, xf_now_steady_ms() + ms);
}

static void
a_frame_that_is_not_whole_in_time_is_overdue(void **state)
{
    const int64_t frame_ms = (int64_t)xf_limit_get(XF_LIMIT_FRAME_MS);
    xf_rig *rig = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_FRAME_MS);
    xf_raw raw;

    xf_raw_greet(rig, &raw);
    xf_link_max_body(rig->server.link, BODY);
    assert_int_equal(look_after(rig, frame_ms + 1), XF_LIMIT_COUNT); /* nothing was begun */
    send_part(rig, &raw, 5);
    assert_int_equal(look_after(rig, frame_ms - 1), XF_LIMIT_COUNT);
    assert_int_equal(look_after(rig, frame_ms), XF_LIMIT_COUNT);
    assert_int_equal(xf_limit_hits(XF_LIMIT_FRAME_MS), hits);
    assert_int_equal(look_after(rig, frame_ms + 1), XF_LIMIT_FRAME_MS);
    assert_int_equal(xf_limit_hits(XF_LIMIT_FRAME_MS), hits + 1);
    time_runs();
    xf_raw_close(&raw);
    XF_WAIT_FOR(rig, rig->server.closed == 1);
}

/* 19,800 bytes in 33 s are 600 a second, in a millisecond more they are less. */
static void
a_frame_that_comes_at_a_good_pace_may_take_longer(void **state)
{
    xf_rig *rig = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_FRAME_MS);
    xf_raw raw;

    xf_raw_greet(rig, &raw);
    xf_link_max_body(rig->server.link, BODY);
    send_part(rig, &raw, 19800);
    assert_int_equal(look_after(rig, 30001), XF_LIMIT_FRAME_MS);
    assert_int_equal(xf_limit_hits(XF_LIMIT_FRAME_MS), hits + 1);
    assert_true(xf_limit_set("limit.frame_pace", 600));
    assert_int_equal(look_after(rig, 30001), XF_LIMIT_COUNT);
    assert_int_equal(look_after(rig, 32999), XF_LIMIT_COUNT);
    assert_int_equal(look_after(rig, 33000), XF_LIMIT_COUNT);
    assert_int_equal(xf_limit_hits(XF_LIMIT_FRAME_MS), hits + 1);
    assert_int_equal(look_after(rig, 33001), XF_LIMIT_FRAME_MS);
    assert_int_equal(xf_limit_hits(XF_LIMIT_FRAME_MS), hits + 2);
    time_runs();
    xf_raw_close(&raw);
    XF_WAIT_FOR(rig, rig->server.closed == 1);
}

static void
look_at_timers(xf_rig *rig, int64_t ms)
{
    time_goes_on(ms);
    for (int i = 0; i < 3; i++)
        xf_rig_turn(rig);
}

/* Nobody shakes hands: for a millisecond less than the limit it is waited for, then for the rest. */
static void
assert_given_up(xf_rig *rig, int64_t rest_ms)
{
    const int64_t handshake_ms = (int64_t)xf_limit_get(XF_LIMIT_HANDSHAKE_MS);
    const uint64_t hits = xf_limit_hits(XF_LIMIT_HANDSHAKE_MS);
    xf_raw raw;

    rig->server = (xf_told){0};
    (void)time_stands();
    xf_raw_connect(rig, &raw);
    XF_WAIT_FOR(rig, rig->server.link != NULL);
    look_at_timers(rig, handshake_ms - 1);
    assert_int_equal(rig->server.closed, 0);
    assert_int_equal(xf_limit_hits(XF_LIMIT_HANDSHAKE_MS), hits);
    look_at_timers(rig, rest_ms);
    assert_int_equal(rig->server.closed, 1);
    assert_int_equal(rig->server.why.code, XF_CODE_UNAVAILABLE);
    assert_int_equal(xf_limit_hits(XF_LIMIT_HANDSHAKE_MS), hits + 1);
    xf_raw_close(&raw);
    time_runs();
}

static void
silence_instead_of_a_greeting_is_cut(void **state)
{
    assert_given_up(*state, 1);
    assert_given_up(*state, 2);
}

/* Which of our sockets has this TCP_USER_TIMEOUT; -1: none or several. */
static int
socket_that_waits(unsigned ms)
{
    int found = -1;
    int n = 0;

    for (int fd = 3; fd < 256; fd++) {
        unsigned has = 0;
        socklen_t size = sizeof has;

        if (getsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &has, &size) != 0 || has != ms)
            continue;
        found = fd;
        n++;
    }
    return n == 1 ? found : -1;
}

/* The kernel was told how long; the waiting is its own. */
static void
greet_and_give_up(xf_rig *rig, xf_raw *raw)
{
    assert_true(xf_limit_set("limit.tcp_stall_ms", 45001));
    xf_raw_greet(rig, raw);
    given_up = socket_that_waits(45001); /* the link's; the raw peer's has none */
    assert_true(given_up >= 0);
}

static void
assert_counted_once(xf_rig *rig, uint64_t hits)
{
    XF_WAIT_FOR(rig, rig->server.closed == 1);
    given_up = -1;
    assert_int_equal(rig->server.why.code, XF_CODE_UNAVAILABLE);
    assert_int_equal(rig->server.why.text, XF_TEXT_CONNECTION_LOST);
    assert_int_equal(xf_limit_hits(XF_LIMIT_TCP_STALL_MS), hits + 1);
}

static void
what_nobody_acknowledges_is_given_up_by_the_kernel(void **state)
{
    xf_rig *rig = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_TCP_STALL_MS);
    xf_raw raw;

    greet_and_give_up(rig, &raw);
    assert_int_equal(xf_limit_hits(XF_LIMIT_TCP_STALL_MS), hits);
    xf_raw_close(&raw); /* so that there is something to read */
    assert_counted_once(rig, hits);
}

static void
it_is_counted_too_where_it_shows_in_writing(void **state)
{
    xf_rig *rig = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_TCP_STALL_MS);
    xf_raw raw;

    greet_and_give_up(rig, &raw);
    assert_int_equal(xf_rig_say(&rig->server, 1, 100), XF_CODE_OK);
    assert_counted_once(rig, hits);
    xf_raw_close(&raw);
}

static void
and_in_writing_at_once(void **state)
{
    xf_rig *rig = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_TCP_STALL_MS);
    const xf_frame frame = {.type = XF_FRAME_TYPE_PING, .request_id = 1};
    xf_buf bytes;
    xf_raw raw;

    xf_buf_init(&bytes, XF_LIMIT_FRAME);
    assert_int_equal(xf_frame_encode(&bytes, &frame, NULL), XF_CODE_OK);
    greet_and_give_up(rig, &raw);
    assert_int_equal(
        xf_link_send_encoded(rig->server.link, xf_buf_at(&bytes), xf_buf_readable(&bytes), NULL),
        XF_CODE_OK);
    assert_counted_once(rig, hits);
    xf_raw_close(&raw);
    xf_buf_clear(&bytes);
}

/* He took nothing, so nothing is read from him: the write that waits is what fails. */
static void
and_of_one_who_is_not_read_from(void **state)
{
    xf_rig *rig = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_TCP_STALL_MS);
    const uint64_t soft = xf_limit_hits(XF_LIMIT_OUTPUT_SOFT);
    int fd = -1;
    xf_raw raw;

    assert_true(xf_limit_set("limit.output_hard", 67108864));
    greet_and_give_up(rig, &raw);
    fd = given_up;
    given_up = -1;
    for (uint64_t id = 1; xf_limit_hits(XF_LIMIT_OUTPUT_SOFT) == soft; id++) {
        assert_true(id < 900);
        assert_int_equal(xf_rig_say(&rig->server, id, XF_RIG_BIG), XF_CODE_OK);
        (void)uv_run(&rig->loop, UV_RUN_NOWAIT);
    }
    given_up = fd;
    xf_raw_close(&raw); /* so that there is something to write to */
    assert_counted_once(rig, hits);
}

static void
a_peer_that_takes_nothing_is_overdue_and_one_that_takes_little_is_not(void **state)
{
    xf_rig *rig = *state;
    const uint64_t hits = xf_limit_hits(XF_LIMIT_WRITE_STALL_MS);
    int64_t now_ms = 0;
    size_t waiting = 0;
    xf_raw raw;

    assert_true(xf_limit_set("limit.output_soft", 16777216));
    assert_true(xf_limit_set("limit.output_hard", 67108864));
    xf_raw_greet(rig, &raw);
    for (uint64_t id = 1; xf_link_waiting(rig->server.link) < 4194304; id++) {
        assert_true(id < 900);
        assert_int_equal(xf_rig_say(&rig->server, id, XF_RIG_BIG), XF_CODE_OK);
        (void)uv_run(&rig->loop, UV_RUN_NOWAIT);
    }
    now_ms = xf_now_steady_ms();
    assert_int_equal(xf_link_overdue(rig->server.link, now_ms), XF_LIMIT_COUNT);
    assert_int_equal(xf_link_overdue(rig->server.link, now_ms + 29999), XF_LIMIT_COUNT);
    assert_int_equal(xf_link_overdue(rig->server.link, now_ms + 30000), XF_LIMIT_COUNT);
    waiting = xf_link_waiting(rig->server.link);
    XF_WAIT_FOR(rig, (xf_raw_hear(&raw), xf_buf_clear(&raw.plain),
                      xf_link_waiting(rig->server.link) < waiting));
    assert_int_equal(xf_link_overdue(rig->server.link, now_ms + 30001), XF_LIMIT_COUNT);
    assert_int_equal(xf_link_overdue(rig->server.link, now_ms + 60001), XF_LIMIT_COUNT);
    assert_int_equal(xf_limit_hits(XF_LIMIT_WRITE_STALL_MS), hits);
    assert_int_equal(xf_link_overdue(rig->server.link, now_ms + 60002), XF_LIMIT_WRITE_STALL_MS);
    assert_int_equal(xf_limit_hits(XF_LIMIT_WRITE_STALL_MS), hits + 1);
    xf_link_close(rig->server.link, 0, NULL);
    XF_WAIT_FOR(rig, rig->server.closed == 1);
    xf_raw_close(&raw);
}

static void
a_link_that_is_held_hears_nothing_and_then_all(void **state)
{
    xf_rig *rig = *state;

    xf_rig_connect(rig);
    xf_link_hold(rig->server.link, 600000);
    assert_int_equal(xf_rig_say(&rig->client, 1, 10), XF_CODE_OK);
    for (int i = 0; i < 100; i++)
        xf_rig_turn(rig);
    assert_int_equal(rig->server.frames, 0);
    xf_link_hold(rig->server.link, 1); /* the last one counts */
    XF_WAIT_FOR(rig, rig->server.frames == 1);
    /* One that is held and says good-bye hears the other's end all the same. */
    xf_link_hold(rig->server.link, 600000);
    xf_rig_hang_up(&rig->server, 1);
    XF_WAIT_FOR(rig, rig->server.closed == 1 && rig->client.closed == 1);
}

/* ---- Long frames ---------------------------------------------------------------------- */

static void
say(xf_rig *rig, uint64_t id, size_t n)
{
    static const uint8_t body[65537];
    const xf_frame frame = {
        .type = XF_FRAME_TYPE_REQUEST, .request_id = id, .body = body, .body_len = n};

    assert_int_equal(xf_link_send(rig->client.link, &frame, NULL), XF_CODE_OK);
}

static void
assert_largest_body(xf_rig *rig, xf_limit limit)
{
    const size_t most = (size_t)xf_limit_get(limit);
    const uint64_t hits = xf_limit_hits(limit);

    xf_rig_connect(rig);
    xf_link_max_body(rig->server.link, most);
    say(rig, 1, most - 1);
    say(rig, 2, most);
    XF_WAIT_FOR(rig, rig->server.frames == 2);
    assert_int_equal(xf_limit_hits(limit), hits);
    say(rig, 3, most + 1);
    XF_WAIT_FOR(rig, rig->server.closed == 1);
    assert_int_equal(rig->server.why.code, XF_CODE_LIMIT);
    assert_int_equal(rig->server.frames, 2);
    assert_int_equal(xf_limit_hits(limit), hits + 1);
}

static void
before_login_a_frame_is_no_larger_than_the_limit(void **state)
{
    assert_largest_body(*state, XF_LIMIT_FRAME_BEFORE_LOGIN);
}

static void
nor_is_one_after_login(void **state)
{
    assert_true(xf_limit_set("limit.frame", 65536));
    assert_largest_body(*state, XF_LIMIT_FRAME);
}

#define PLAY(name) cmocka_unit_test_setup_teardown(name, xf_rig_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PLAY(a_frame_that_is_not_whole_in_time_is_overdue),
        PLAY(a_frame_that_comes_at_a_good_pace_may_take_longer),
        PLAY(silence_instead_of_a_greeting_is_cut),
        PLAY(what_nobody_acknowledges_is_given_up_by_the_kernel),
        PLAY(it_is_counted_too_where_it_shows_in_writing),
        PLAY(and_in_writing_at_once),
        PLAY(and_of_one_who_is_not_read_from),
        PLAY(a_peer_that_takes_nothing_is_overdue_and_one_that_takes_little_is_not),
        PLAY(a_link_that_is_held_hears_nothing_and_then_all),
        PLAY(before_login_a_frame_is_no_larger_than_the_limit),
        PLAY(nor_is_one_after_login),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
