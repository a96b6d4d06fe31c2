/* An officer sits down at a desk, shows who he is, works, and leaves. */
#include <stdio.h>

#include "stage_clocks.h"
#include "stage_wire.h"

static const Xf__LoginReply *
show_password(xf_story *s, const char *badge, const char *password)
{
    Xf__LoginBeginRequest request = XF__LOGIN_BEGIN_REQUEST__INIT;

    request.badge = (char *)(uintptr_t)badge;
    request.password = (char *)(uintptr_t)password;
    return xf_stage_ask_unknown(s, XF_RPC_LOGIN_BEGIN, &request.base);
}

static xf_frame_type
password_at(xf_wire_desk *desk, const char *badge, const char *password)
{
    Xf__LoginBeginRequest request = XF__LOGIN_BEGIN_REQUEST__INIT;

    request.badge = (char *)(uintptr_t)badge;
    request.password = (char *)(uintptr_t)password;
    return xf_wire_desk_ask(desk, XF_RPC_LOGIN_BEGIN, &request.base)->type;
}

static xf_frame_type
resume(xf_wire_desk *desk, const ProtobufCBinaryData *token)
{
    Xf__LoginResumeRequest request = XF__LOGIN_RESUME_REQUEST__INIT;

    request.has_token = 1;
    request.token = *token;
    return xf_wire_desk_ask(desk, XF_RPC_LOGIN_RESUME, &request.base)->type;
}

XF_STORY(a_right_password_tells_who_one_is)
{
    xf_story *s = *state;

    const Xf__LoginReply *me = show_password(s, "T00020", XF_CAST_PASSWORD);
    assert_non_null(me);
    assert_string_equal(me->name, "警员020");
    assert_string_equal(me->unit_name, "陆城派出所");
    assert_int_equal(me->n_roles, 1);
    assert_int_equal(me->roles[0], XF_ROLE_LIAISON);
    assert_int_equal(me->token.len, 32);
}

XF_STORY(a_wrong_password_and_a_badge_that_nobody_has_are_answered_alike)
{
    xf_story *s = *state;

    xf_wire_desk *desk = xf_wire_desk_new(s, NOBODY);
    Xf__LoginBeginRequest request = XF__LOGIN_BEGIN_REQUEST__INIT;
    request.badge = (char[]){"T00020"};
    request.password = (char[]){"something else"};
    const xf_wire_frame *wrong = xf_wire_desk_ask(desk, XF_RPC_LOGIN_BEGIN, &request.base);
    request.badge = (char[]){"T99999"};
    const xf_wire_frame *nobody = xf_wire_desk_ask(desk, XF_RPC_LOGIN_BEGIN, &request.base);
    request.badge = (char[]){"T00002"}; /* an officer to whom no password was given */
    const xf_wire_frame *none = xf_wire_desk_ask(desk, XF_RPC_LOGIN_BEGIN, &request.base);
    assert_int_equal(wrong->type, XF_FRAME_TYPE_ERROR);
    assert_true(xf_wire_frame_same(wrong, nobody));
    assert_true(xf_wire_frame_same(wrong, none));
    xf_wire_desk_free(&desk);

    assert_null(show_password(s, "T00020", "something else"));
    xf_stage_assert_refused(s, XF_CODE_UNAUTHENTICATED, "");
}

XF_STORY(a_token_is_good_at_its_own_device_only)
{
    xf_story *s = *state;
    const Xf__LoginReply *me = show_password(s, "T00011", XF_CAST_PASSWORD);

    xf_wire_desk *own = xf_wire_desk_new(s, NOBODY);
    xf_wire_desk *other = xf_wire_desk_new_elsewhere(s, NOBODY);
    assert_int_equal(resume(other, &me->token), XF_FRAME_TYPE_ERROR);
    assert_int_equal(resume(own, &me->token), XF_FRAME_TYPE_RESPONSE);
    xf_wire_desk_free(&other);
    xf_wire_desk_free(&own);
}

XF_STORY(who_has_left_has_to_log_in_again)
{
    xf_story *s = *state;
    Xf__LoginEndRequest end = XF__LOGIN_END_REQUEST__INIT;
    Xf__MatterListRequest list = XF__MATTER_LIST_REQUEST__INIT;
    const Xf__LoginReply *me = show_password(s, "T00011", XF_CAST_PASSWORD);

    assert_non_null(xf_stage_ask_unknown(s, XF_RPC_MATTER_LIST, &list.base));
    assert_non_null(xf_stage_ask_unknown(s, XF_RPC_LOGIN_END, &end.base));
    assert_null(xf_stage_ask_unknown(s, XF_RPC_MATTER_LIST, &list.base));
    xf_stage_assert_refused(s, XF_CODE_UNAUTHENTICATED, "");
    xf_wire_desk *desk = xf_wire_desk_new(s, NOBODY);
    assert_int_equal(resume(desk, &me->token), XF_FRAME_TYPE_ERROR);
    xf_wire_desk_free(&desk);
}

XF_STORY(a_new_password_ends_the_old_logins)
{
    xf_story *s = *state;
    Xf__LoginSetPasswordRequest set = XF__LOGIN_SET_PASSWORD_REQUEST__INIT;
    xf_wire_desk *before = xf_wire_desk_new(s, CLERK); /* T00011 */
    const Xf__LoginReply *me = show_password(s, "T00011", XF_CAST_PASSWORD);
    set.badge = (char[]){"T00011"};

    set.password = (char[]){"short"};
    assert_null(xf_stage_ask(s, SECURITY_ADMIN, XF_RPC_LOGIN_SET_PASSWORD, &set.base));
    xf_stage_assert_refused(s, XF_CODE_INVALID, "password");
    set.password = (char[]){"another one 2"};
    assert_non_null(xf_stage_ask(s, SECURITY_ADMIN, XF_RPC_LOGIN_SET_PASSWORD, &set.base));

    xf_wire_desk_wait_closed(before); /* who was in is out */
    xf_wire_desk_free(&before);
    xf_wire_desk *desk = xf_wire_desk_new(s, NOBODY);
    assert_int_equal(resume(desk, &me->token), XF_FRAME_TYPE_ERROR);
    assert_int_equal(password_at(desk, "T00011", XF_CAST_PASSWORD), XF_FRAME_TYPE_ERROR);
    assert_int_equal(password_at(desk, "T00011", "another one 2"), XF_FRAME_TYPE_RESPONSE);
    xf_wire_desk_free(&desk);
}

/* Three tokens an officer: the oldest goes, and whoever sits behind it is told and sent away. All are of
 * one moment here, for the story's clock stands. */
XF_STORY(a_fourth_login_sends_the_oldest_away)
{
    enum { TOKENS = 3, LOGINS = 7 };

    xf_story *s = *state;
    Xf__MatterListRequest list = XF__MATTER_LIST_REQUEST__INIT;
    xf_wire_desk *desks[LOGINS];

    for (size_t i = 0; i < LOGINS; i++) {
        desks[i] = xf_wire_desk_new(s, CLERK);
        if (i < TOKENS)
            continue;
        xf_wire_desk_wait_closed(desks[i - TOKENS]);
        assert_int_equal(xf_wire_desk_frame(desks[i - TOKENS], 0)->type, XF_FRAME_TYPE_GOAWAY);
    }
    for (size_t i = LOGINS - TOKENS; i < LOGINS; i++) {
        assert_int_equal(xf_wire_desk_ask(desks[i], XF_RPC_MATTER_LIST, &list.base)->type,
                         XF_FRAME_TYPE_RESPONSE);
    }
    assert_int_equal(xf_stage_cli_login(s, CLERK), 0);
    assert_non_null(strstr(xf_stage_said(s), "最早的 1 个登录已经退出"));
    for (size_t i = 0; i < LOGINS; i++)
        xf_wire_desk_free(&desks[i]);
}

static void
grow_old(xf_story *s, const char *by)
{
    char sql[128];

    (void)snprintf(sql, sizeof sql, "update xf.session set used_at = opened_at - interval '%s'",
                   by);
    xf_stage_sql(s, sql);
}

/* As the connection does, whether there is one or not. */
XF_STORY(a_token_that_nobody_used_for_half_an_hour_is_no_good)
{
    xf_story *s = *state;
    const Xf__LoginReply *me = show_password(s, "T00011", XF_CAST_PASSWORD);
    xf_wire_desk *desk = xf_wire_desk_new(s, NOBODY);

    grow_old(s, "29 minutes 59 seconds");
    assert_int_equal(resume(desk, &me->token), XF_FRAME_TYPE_RESPONSE);
    grow_old(s, "30 minutes");
    assert_int_equal(resume(desk, &me->token), XF_FRAME_TYPE_ERROR);
    xf_wire_desk_free(&desk);
}

XF_STORY(a_request_keeps_the_token_and_coming_back_does_not)
{
    static const char *const kept =
        "select count(*) from xf.session where used_at > opened_at - interval '1 second'";
    xf_story *s = *state;
    Xf__MatterListRequest list = XF__MATTER_LIST_REQUEST__INIT;
    const Xf__LoginReply *me = show_password(s, "T00011", XF_CAST_PASSWORD);
    xf_wire_desk *desk = xf_wire_desk_new(s, NOBODY);

    grow_old(s, "1 minute");
    assert_int_equal(resume(desk, &me->token), XF_FRAME_TYPE_RESPONSE);
    assert_int_equal(xf_wire_desk_ask(desk, XF_RPC_MATTER_LIST, &list.base)->type,
                     XF_FRAME_TYPE_RESPONSE);
    xf_wire_desk_free(&desk); /* as the command line does, at once */
    xf_stage_wait_for(s, kept);

    /* One that is still there is asked for as it is. */
    desk = xf_wire_desk_new(s, CLERK);
    grow_old(s, "20 minutes");
    assert_int_equal(xf_wire_desk_ask(desk, XF_RPC_MATTER_LIST, &list.base)->type,
                     XF_FRAME_TYPE_RESPONSE);
    xf_stage_wait_for(s, kept);
    xf_wire_desk_free(&desk);
}

XF_STORY(everybody_finds_units_and_officers)
{
    xf_story *s = *state;
    Xf__BureauUnitsRequest units = XF__BUREAU_UNITS_REQUEST__INIT;
    Xf__BureauOfficersRequest officers = XF__BUREAU_OFFICERS_REQUEST__INIT;

    const Xf__BureauUnitsReply *all = xf_stage_ask(s, HANDLER, XF_RPC_BUREAU_UNITS, &units.base);
    assert_int_equal(all->n_units, 26);
    officers.has_unit_id = 1;
    officers.unit_id = xf_stage_unit(s, XF_CAST_STATION);
    const Xf__BureauOfficersReply *there =
        xf_stage_ask(s, HANDLER, XF_RPC_BUREAU_OFFICERS, &officers.base);
    assert_int_equal(there->n_officers, 5);
    assert_string_equal(there->officers[0]->badge, "T00019");
    assert_int_equal(there->officers[0]->roles[0], XF_ROLE_UNIT_HEAD);
}

static int
up_with_three_tokens(void **state)
{
    return xf_stage_up_with(state, "limit.officer_sessions = 3\nlimit.standing_ms = 100\n");
}

XF_STORIES(XF_PLAY(a_right_password_tells_who_one_is),
           XF_PLAY(a_wrong_password_and_a_badge_that_nobody_has_are_answered_alike),
           XF_PLAY(a_token_is_good_at_its_own_device_only),
           XF_PLAY(who_has_left_has_to_log_in_again), XF_PLAY(a_new_password_ends_the_old_logins),
           cmocka_unit_test_setup_teardown(a_fourth_login_sends_the_oldest_away,
                                           up_with_three_tokens, xf_stage_down),
           XF_PLAY(a_token_that_nobody_used_for_half_an_hour_is_no_good),
           XF_PLAY(a_request_keeps_the_token_and_coming_back_does_not),
           XF_PLAY(everybody_finds_units_and_officers))
