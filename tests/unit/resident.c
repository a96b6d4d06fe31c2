/* What a peer can make us hold: at each limit the process grows by that much and little more, and past
 * it by nothing. It is resident memory that is looked at, for that is what kills a server. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "petition.pb-c.h"

#include "base/arena.h"
#include "base/limit.h"
#include "link_rig.h"
#include "wire/message.h"

enum { MIB = 1048576, SLACK = MIB };

/* AddressSanitizer keeps what was freed, and shadows all of it: there it says nothing. */
#ifdef __SANITIZE_ADDRESS__
enum { TELLS = 0 };
#else
enum { TELLS = 1 };
#endif

static size_t
resident(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    char line[128] = "";
    char *at = NULL;
    size_t pages = 0;

    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_int_equal(fclose(file), 0);
    (void)strtoull(line, &at, 10); /* all that is mapped */
    pages = (size_t)strtoull(at, NULL, 10);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void
assert_grown(size_t since, size_t least, size_t most)
{
    const size_t now = resident();
    const size_t grown = now > since ? now - since : 0;

    if (!TELLS)
        return;
    assert_in_range(grown, least, most);
}

/* Half as much again: what is encrypted and not yet taken, and memory that grows in steps. */
static void
a_peer_that_reads_nothing(void **state)
{
    const size_t hard = (size_t)xf_limit_get(XF_LIMIT_OUTPUT_HARD);
    xf_rig *rig = *state;
    xf_code code = XF_CODE_OK;
    size_t before = 0;
    xf_raw raw;

    xf_raw_greet(rig, &raw);
    before = resident();
    while (xf_link_waiting(rig->server.link) + XF_FRAME_HEADER + XF_RIG_BIG <= hard) {
        assert_int_equal(xf_rig_say(&rig->server, 1, XF_RIG_BIG), XF_CODE_OK);
        (void)uv_run(&rig->loop, UV_RUN_NOWAIT);
    }
    assert_grown(before, hard - SLACK, hard + hard / 2 + SLACK);
    code = xf_rig_say(&rig->server, 1, XF_RIG_BIG);
    assert_int_equal(code, XF_CODE_OVERLOADED);
    assert_grown(before, 0, hard + hard / 2 + SLACK);
    XF_WAIT_FOR(rig, rig->server.closed == 1);
    xf_raw_close(&raw);
}

/* All of the longest frame but its last byte: held as it came, and not a second time. */
static void
a_frame_that_never_ends(void **state)
{
    const size_t most = (size_t)xf_limit_get(XF_LIMIT_FRAME);
    const size_t n = XF_FRAME_HEADER + most;
    xf_rig *rig = *state;
    uint8_t *body = calloc(1, most);
    xf_frame frame = {
        .type = XF_FRAME_TYPE_REQUEST, .request_id = 1, .body = body, .body_len = most};
    xf_buf bytes;
    size_t before = 0;
    xf_raw raw;

    xf_buf_init(&bytes, XF_LIMIT_INPUT);
    assert_int_equal(xf_frame_encode(&bytes, &frame, NULL), XF_CODE_OK);
    xf_raw_greet(rig, &raw);
    xf_link_max_body(rig->server.link, most);
    before = resident();
    for (size_t at = 0; at < n - 1;) {
        const size_t left = n - 1 - at;
        const size_t part = left < 16384 ? left : 16384;

        assert_int_equal(xf_tls_put(raw.tls, xf_buf_at(&bytes) + at, part, &raw.out, NULL),
                         XF_CODE_OK);
        xf_raw_send(&raw);
        for (int i = 0; i < 2; i++)
            (void)uv_run(&rig->loop, UV_RUN_NOWAIT);
        at += part;
    }
    assert_grown(before, most / 2, 2 * (size_t)xf_limit_get(XF_LIMIT_INPUT) + SLACK);
    assert_int_equal(rig->server.frames, 0);
    xf_raw_close(&raw);
    XF_WAIT_FOR(rig, rig->server.closed == 1);
    xf_buf_clear(&bytes);
    free(body);
}

/* A mebibyte of empty submessages would unpack into sixteen; the arena ends before. */
static void
a_message_that_unpacks_into_much_more(void **state)
{
    const size_t ceiling = (size_t)xf_limit_get(XF_LIMIT_ARENA);
    const uint8_t empty[] = {0x22, 0};
    uint8_t *bomb = malloc(MIB);
    xf_arena *arena = xf_arena_new();
    ProtobufCMessage *message = NULL;
    xf_error error = {0};
    size_t before = 0;

    (void)state;
    assert_true(xf_limit_set("limit.message_count", 1000000));
    for (size_t i = 0; i < MIB; i += 2)
        memcpy(bomb + i, empty, sizeof empty);
    before = resident();
    assert_int_equal(xf_message_unpack(&xf__petition_register_request__descriptor, bomb, MIB, arena,
                                       &message, &error),
                     XF_CODE_LIMIT);
    assert_grown(before, ceiling / 2, ceiling + SLACK);
    assert_true(xf_limit_set("limit.message_count", xf_limit_default(XF_LIMIT_MESSAGE_COUNT)));
    xf_arena_free(&arena);
    free(bomb);
}

#define PLAY(name) cmocka_unit_test_setup_teardown(name, xf_rig_up, xf_rig_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PLAY(a_peer_that_reads_nothing),
        PLAY(a_frame_that_never_ends),
        cmocka_unit_test(a_message_that_unpacks_into_much_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
