/* A password is slow to judge on purpose: what is asked behind it need not wait for it. */
#include "stage_wire.h"

static const xf_visit visit = {.name = "信访人甲", .demand = "要求复核"};

/* 256 MiB: some hundred milliseconds. */
static int
up_with_slow_passwords(void **state)
{
    return xf_stage_up_with(state, "password.memory_kib = 262144\n");
}

static void
make_password_slow(xf_story *s, xf_cast who)
{
    Xf__LoginSetPasswordRequest set = XF__LOGIN_SET_PASSWORD_REQUEST__INIT;

    set.badge = (char *)(uintptr_t)xf_cast_badge(who);
    set.password = (char[]){XF_CAST_PASSWORD};
    assert_non_null(xf_stage_ask(s, SECURITY_ADMIN, XF_RPC_LOGIN_SET_PASSWORD, &set.base));
}

XF_STORY(the_open_that_was_sent_second_is_answered_first)
{
    xf_story *s = *state;
    Xf__LoginBeginRequest login = XF__LOGIN_BEGIN_REQUEST__INIT;
    Xf__MatterOpenRequest open = XF__MATTER_OPEN_REQUEST__INIT;
    const int64_t matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;
    make_password_slow(s, OTHER_CLERK);

    xf_wire_desk *desk = xf_wire_desk_new(s, CLERK);
    login.badge = (char *)(uintptr_t)xf_cast_badge(OTHER_CLERK);
    login.password = (char[]){XF_CAST_PASSWORD};
    open.has_matter_id = 1;
    open.matter_id = matter;
    const uint64_t first = xf_wire_desk_send(desk, XF_RPC_LOGIN_BEGIN, &login.base);
    const uint64_t second = xf_wire_desk_send(desk, XF_RPC_MATTER_OPEN, &open.base);
    assert_int_equal(second, first + 1);

    assert_int_equal(xf_wire_desk_frame(desk, 0)->id, second);
    assert_int_equal(xf_wire_desk_frame(desk, 0)->type, XF_FRAME_TYPE_RESPONSE);
    assert_int_equal(xf_wire_desk_frame(desk, 1)->id, first);
    assert_int_equal(xf_wire_desk_frame(desk, 1)->type, XF_FRAME_TYPE_RESPONSE);
    xf_wire_desk_free(&desk);
}

XF_STORIES(cmocka_unit_test_setup_teardown(the_open_that_was_sent_second_is_answered_first,
                                           up_with_slow_passwords, xf_stage_down))
