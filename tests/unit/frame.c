/* wire/frame: whole frames only, and nothing allocated for a lie. */
#include "wire/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t example[] = {
    0, 0, 0, 3, 3, 0, 0, 201, 1, 2, 3, 4, 5, 6, 7, 8, 'a', 'b', 'c',
};

static xf_code
decode(const uint8_t *bytes, size_t n, uint64_t max_body, xf_frame_got *ret_got,
       xf_frame *ret_frame)
{
    xf_buf in;
    xf_error error = {0};
    xf_code code = XF_CODE_OK;

    xf_buf_init(&in, XF_LIMIT_FRAME);
    assert_int_equal(xf_buf_append(&in, bytes, n, NULL), XF_CODE_OK);
    code = xf_frame_decode(&in, max_body, ret_got, ret_frame, &error);
    assert_int_equal(xf_buf_readable(&in), n);
    xf_buf_clear(&in);
    return code;
}

static void
a_frame_is_laid_out_as_the_protocol_says(void **state)
{
    xf_buf out;
    const xf_frame frame = {XF_FRAME_TYPE_REQUEST, 201, UINT64_C(0x0102030405060708),
                            (const uint8_t *)"abc", 3};

    (void)state;
    xf_buf_init(&out, XF_LIMIT_FRAME);
    assert_int_equal(xf_frame_encode(&out, &frame, NULL), XF_CODE_OK);
    assert_int_equal(xf_buf_readable(&out), sizeof example);
    assert_memory_equal(xf_buf_at(&out), example, sizeof example);
    xf_buf_clear(&out);
}

static void
a_whole_frame_is_read_back(void **state)
{
    xf_buf in;
    xf_frame frame = {0};
    xf_frame_got got = XF_FRAME_PARTIAL;

    (void)state;
    xf_buf_init(&in, XF_LIMIT_FRAME);
    assert_int_equal(xf_buf_append(&in, example, sizeof example, NULL), XF_CODE_OK);
    assert_int_equal(xf_frame_decode(&in, 3, &got, &frame, NULL), XF_CODE_OK);
    assert_int_equal(got, XF_FRAME_WHOLE);
    assert_int_equal(frame.type, XF_FRAME_TYPE_REQUEST);
    assert_int_equal(frame.method, 201);
    assert_int_equal(frame.request_id, UINT64_C(0x0102030405060708));
    assert_int_equal(frame.body_len, 3);
    assert_memory_equal(frame.body, "abc", 3);
    xf_buf_clear(&in);
}

static void
a_frame_cut_at_any_byte_waits_for_the_rest(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof example; n++) {
        xf_frame frame = {0};
        xf_frame_got got = XF_FRAME_WHOLE;

        assert_int_equal(decode(example, n, 100, &got, &frame), XF_CODE_OK);
        assert_int_equal(got, XF_FRAME_PARTIAL);
    }
}

static void
a_frame_without_a_body_is_whole(void **state)
{
    const uint8_t ping[XF_FRAME_HEADER] = {0, 0, 0, 0, XF_FRAME_TYPE_PING};
    xf_frame frame = {0};
    xf_frame_got got = XF_FRAME_PARTIAL;

    (void)state;
    assert_int_equal(decode(ping, sizeof ping, 0, &got, &frame), XF_CODE_OK);
    assert_int_equal(got, XF_FRAME_WHOLE);
    assert_int_equal(frame.body_len, 0);
}

static void
a_length_above_the_ceiling_is_refused_from_the_header_alone(void **state)
{
    const uint8_t lie[XF_FRAME_HEADER] = {0xff, 0xff, 0xff, 0xff, XF_FRAME_TYPE_REQUEST};
    xf_frame frame = {0};
    xf_frame_got got = XF_FRAME_PARTIAL;

    (void)state;
    assert_int_equal(decode(lie, sizeof lie, 4096, &got, &frame), XF_CODE_LIMIT);
    assert_int_equal(decode(example, XF_FRAME_HEADER, 2, &got, &frame), XF_CODE_LIMIT);
}

static void
an_unknown_type_is_unsupported(void **state)
{
    uint8_t bytes[sizeof example];
    xf_frame frame = {0};
    xf_frame_got got = XF_FRAME_PARTIAL;

    (void)state;
    memcpy(bytes, example, sizeof example);
    bytes[4] = 0;
    assert_int_equal(decode(bytes, sizeof bytes, 100, &got, &frame), XF_CODE_UNSUPPORTED);
    bytes[4] = 12;
    assert_int_equal(decode(bytes, sizeof bytes, 100, &got, &frame), XF_CODE_UNSUPPORTED);
    bytes[4] = 255;
    assert_int_equal(decode(bytes, sizeof bytes, 100, &got, &frame), XF_CODE_UNSUPPORTED);
}

static void
a_flag_that_nobody_defined_is_invalid(void **state)
{
    uint8_t bytes[sizeof example];
    xf_frame frame = {0};
    xf_frame_got got = XF_FRAME_PARTIAL;

    (void)state;
    memcpy(bytes, example, sizeof example);
    bytes[5] = 0x80;
    assert_int_equal(decode(bytes, sizeof bytes, 100, &got, &frame), XF_CODE_INVALID);
}

static void
a_frame_that_does_not_fit_the_buf_leaves_it_as_it_was(void **state)
{
    static const uint8_t body[5000];
    xf_buf out;
    const xf_frame frame = {XF_FRAME_TYPE_RESPONSE, 1, 1, body, sizeof body};

    (void)state;
    xf_buf_init(&out, XF_LIMIT_FRAME_BEFORE_LOGIN);
    assert_int_equal(xf_frame_encode(&out, &frame, NULL), XF_CODE_LIMIT);
    assert_int_equal(xf_buf_readable(&out), 0);
    xf_buf_clear(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_is_laid_out_as_the_protocol_says),
        cmocka_unit_test(a_whole_frame_is_read_back),
        cmocka_unit_test(a_frame_cut_at_any_byte_waits_for_the_rest),
        cmocka_unit_test(a_frame_without_a_body_is_whole),
        cmocka_unit_test(a_length_above_the_ceiling_is_refused_from_the_header_alone),
        cmocka_unit_test(an_unknown_type_is_unsupported),
        cmocka_unit_test(a_flag_that_nobody_defined_is_invalid),
        cmocka_unit_test(a_frame_that_does_not_fit_the_buf_leaves_it_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
