/* base/buf: bytes in, bytes out, and when memory goes. */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
put(xf_buf *buf, size_t n, int byte)
{
    uint8_t *room = NULL;

    assert_int_equal(xf_buf_room(buf, n, &room, NULL), XF_CODE_OK);
    memset(room, byte, n);
    xf_buf_wrote(buf, n);
}

static void
what_was_appended_is_read_in_order(void **state)
{
    xf_buf buf;

    (void)state;
    xf_buf_init(&buf, XF_LIMIT_FRAME);
    assert_int_equal(xf_buf_append(&buf, "abc", 3, NULL), XF_CODE_OK);
    assert_int_equal(xf_buf_append(&buf, "", 0, NULL), XF_CODE_OK);
    assert_int_equal(xf_buf_append(&buf, "de", 2, NULL), XF_CODE_OK);
    xf_buf_consume(&buf, 1);
    assert_int_equal(xf_buf_readable(&buf), 4);
    assert_memory_equal(xf_buf_at(&buf), "bcde", 4);
    xf_buf_clear(&buf);
    assert_null(xf_buf_at(&buf));
}

static void
the_ceiling_can_be_reached_and_not_passed(void **state)
{
    xf_buf buf;
    xf_error error = {0};
    uint64_t hits = xf_limit_hits(XF_LIMIT_FRAME_BEFORE_LOGIN);
    uint8_t *room = NULL;

    (void)state;
    xf_buf_init(&buf, XF_LIMIT_FRAME_BEFORE_LOGIN);
    put(&buf, 4096, 'x');
    assert_int_equal(xf_buf_room(&buf, 1, &room, &error), XF_CODE_LIMIT);
    assert_int_equal(error.text, XF_TEXT_LIMIT);
    assert_int_equal(xf_buf_room(&buf, SIZE_MAX, &room, &error), XF_CODE_LIMIT);
    assert_null(room);
    assert_int_equal(xf_limit_hits(XF_LIMIT_FRAME_BEFORE_LOGIN), hits + 2);
    assert_int_equal(xf_buf_readable(&buf), 4096);
    xf_buf_clear(&buf);
}

static void
a_stream_through_a_full_buf_needs_no_more_memory_than_its_ceiling(void **state)
{
    xf_buf buf;

    (void)state;
    xf_buf_init(&buf, XF_LIMIT_FRAME_BEFORE_LOGIN);
    put(&buf, 4000, 0);
    for (int i = 1; i < 1000; i++) {
        put(&buf, 96, i % 251);
        xf_buf_consume(&buf, 96);
        assert_true(buf.cap <= 4096);
        assert_int_equal(xf_buf_readable(&buf), 4000);
    }
    assert_int_equal(xf_buf_at(&buf)[3999], 999 % 251);
    xf_buf_clear(&buf);
}

static void
an_emptied_buf_keeps_little_and_gives_back_much(void **state)
{
    xf_buf buf;

    (void)state;
    xf_buf_init(&buf, XF_LIMIT_FRAME);
    put(&buf, 1000, 'x');
    xf_buf_consume(&buf, 1000);
    assert_non_null(buf.data);
    assert_int_equal(buf.off, 0);
    put(&buf, 100000, 'x');
    xf_buf_consume(&buf, 100000);
    assert_null(buf.data);
    assert_int_equal(buf.cap, 0);
    xf_buf_clear(&buf);
}

static void
release_gives_memory_back_only_when_nothing_waits(void **state)
{
    xf_buf buf;

    (void)state;
    xf_buf_init(&buf, XF_LIMIT_FRAME);
    put(&buf, 10, 'x');
    xf_buf_release(&buf);
    assert_int_equal(xf_buf_readable(&buf), 10);
    xf_buf_consume(&buf, 10);
    xf_buf_release(&buf);
    assert_null(buf.data);
    xf_buf_release(&buf);
}

static void
a_wiped_buf_is_as_after_init(void **state)
{
    xf_buf buf;

    (void)state;
    xf_buf_init(&buf, XF_LIMIT_FRAME);
    xf_buf_wipe(&buf);
    put(&buf, 32, 's');
    xf_buf_wipe(&buf);
    assert_null(buf.data);
    assert_int_equal(xf_buf_readable(&buf), 0);
    assert_int_equal(buf.limit, XF_LIMIT_FRAME);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_appended_is_read_in_order),
        cmocka_unit_test(the_ceiling_can_be_reached_and_not_passed),
        cmocka_unit_test(a_stream_through_a_full_buf_needs_no_more_memory_than_its_ceiling),
        cmocka_unit_test(an_emptied_buf_keeps_little_and_gives_back_much),
        cmocka_unit_test(release_gives_memory_back_only_when_nothing_waits),
        cmocka_unit_test(a_wiped_buf_is_as_after_init),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
