/* Somebody guesses a password at a desk; a clerk has forgotten his; and what comes of either. */
#include <stdio.h>
#include <stdlib.h>

#include "base/limit.h"
#include "stage_inside.h"
#include "stage_pages.h"
#include "stage_wire.h"

enum { MOST = 5 }; /* limit.login_failures as it is */

static const xf_wire_frame *
try(xf_wire_desk *desk, const char *badge, const char *password)
{
    Xf__LoginBeginRequest request = XF__LOGIN_BEGIN_REQUEST__INIT;

    request.badge = (char *)(uintptr_t)badge;
    request.password = (char *)(uintptr_t)password;
    return xf_wire_desk_ask(desk, XF_RPC_LOGIN_BEGIN, &request.base);
}

/* The i-th of many wrong ones. */
static const xf_wire_frame *
guess(xf_wire_desk *desk, const char *badge, int i)
{
    char password[32];

    (void)snprintf(password, sizeof password, "guess number %d", i);
    return try(desk, badge, password);
}

static void
guess_often(xf_wire_desk *desk, const char *badge, int n)
{
    for (int i = 0; i < n; i++)
        assert_int_equal(guess(desk, badge, i)->type, XF_FRAME_TYPE_ERROR);
}

static bool
lets_in(xf_wire_desk *desk, const char *badge)
{
    return try(desk, badge, XF_CAST_PASSWORD)->type == XF_FRAME_TYPE_RESPONSE;
}

/* How long it says to wait; the words are those of `text`, the code LIMIT. */
static int32_t
assert_limit(const xf_wire_frame *frame, xf_text text)
{
    Xf__Error *error = NULL;
    int32_t wait_ms = 0;

    assert_int_equal(frame->type, XF_FRAME_TYPE_ERROR);
    error = xf__error__unpack(NULL, frame->n, frame->body);
    assert_non_null(error);
    assert_string_equal(xf_code_name((xf_code)error->code), xf_code_name(XF_CODE_LIMIT));
    assert_string_equal(error->text, xf_error_words(text));
    assert_true(error->retryable);
    wait_ms = error->retry_after_ms;
    assert_true(wait_ms > 0);
    xf__error__free_unpacked(error, NULL);
    return wait_ms;
}

XF_STORY(four_wrong_passwords_are_forgiven_and_five_lock_the_badge_there)
{
    xf_story *s = *state;
    xf_wire_desk *desk = xf_wire_desk_new(s, NOBODY);
    xf_wire_desk *other = xf_wire_desk_new_elsewhere(s, NOBODY);

    guess_often(desk, "T00020", MOST - 1);
    assert_true(lets_in(desk, "T00020"));
    guess_often(desk, "T00020", MOST - 1); /* a right one has wiped the slate */
    assert_true(lets_in(desk, "T00020"));

    guess_often(desk, "T00020", MOST);
    assert_int_equal(assert_limit(try(desk, "T00020", XF_CAST_PASSWORD), XF_TEXT_LOGIN_LOCKED),
                     30 * 60 * 1000);
    (void)assert_limit(guess(desk, "T00020", 99), XF_TEXT_LOGIN_LOCKED);
    assert_true(lets_in(desk, "T00011"));  /* a colleague there */
    assert_true(lets_in(other, "T00020")); /* he himself elsewhere */
    xf_wire_desk_free(&other);
    xf_wire_desk_free(&desk);
}

XF_STORY(the_same_wrong_password_again_is_counted_once)
{
    xf_story *s = *state;
    xf_wire_desk *desk = xf_wire_desk_new(s, NOBODY);

    for (int i = 0; i < 3 * MOST; i++)
        assert_int_equal(guess(desk, "T00020", i % 2)->type, XF_FRAME_TYPE_ERROR);
    assert_true(lets_in(desk, "T00020"));
    xf_wire_desk_free(&desk);
}

XF_STORY(a_badge_that_nobody_has_is_locked_with_the_same_bytes)
{
    xf_story *s = *state;
    xf_wire_desk *desk = xf_wire_desk_new(s, NOBODY);

    for (int i = 0; i < MOST + 2; i++) {
        const xf_wire_frame *his = guess(desk, "T00020", i);
        const xf_wire_frame *nobodys = guess(desk, "T99999", i);

        assert_true(xf_wire_frame_same(his, nobodys));
    }
    (void)assert_limit(guess(desk, "T99999", 0), XF_TEXT_LOGIN_LOCKED);
    assert_int_equal(
        xf_stage_number(s, "select count(*) from xf.login_lock where officer_id is null"), 1);
    xf_wire_desk_free(&desk);
}

XF_STORY(the_security_administrator_sees_it_and_unlocks)
{
    xf_story *s = *state;
    xf_wire_desk *desk = xf_wire_desk_new(s, NOBODY);
    Xf__LoginFailuresRequest list = XF__LOGIN_FAILURES_REQUEST__INIT;
    Xf__LoginUnlockRequest unlock = XF__LOGIN_UNLOCK_REQUEST__INIT;
    const char *const cli_unlock[] = {"login", "unlock", "T00020", NULL};
    const char *const cli_list[] = {"login", "failures", NULL};
    const Xf__LoginFailuresReply *reply = NULL;

    guess_often(desk, "T00011", 2);
    guess_often(desk, "T00020", MOST);
    guess_often(desk, "T99999", MOST);
    reply = xf_stage_ask(s, AUDITOR, XF_RPC_LOGIN_FAILURES, &list.base);
    assert_non_null(reply);
    assert_int_equal(reply->n_failures, 3);
    for (size_t i = 0; i < reply->n_failures; i++) {
        const Xf__LoginFailure *failure = reply->failures[i];
        const bool clerk = failure->badge != NULL && strcmp(failure->badge, "T00011") == 0;

        assert_int_equal(failure->failures, clerk ? 2 : MOST);
        assert_int_equal(failure->has_locked_until_at, !clerk);
        assert_false(failure->has_unlocked_at);
    }

    unlock.badge = (char[]){"T99999"};
    assert_null(xf_stage_ask(s, SECURITY_ADMIN, XF_RPC_LOGIN_UNLOCK, &unlock.base));
    xf_stage_assert_refused(s, XF_CODE_INVALID, "badge");
    assert_int_equal(xf_stage_cli_login(s, SECURITY_ADMIN), 0);
    assert_int_equal(xf_stage_cli(s, SECURITY_ADMIN, cli_unlock), 0);
    assert_true(lets_in(desk, "T00020"));
    assert_int_equal(xf_stage_cli(s, SECURITY_ADMIN, cli_list), 0);
    assert_non_null(strstr(xf_stage_said(s), "T00020"));
    assert_non_null(strstr(xf_stage_said(s), "没有这个警号"));
    assert_null(strstr(xf_stage_said(s), "T99999")); /* it may be a password */
    assert_int_equal(
        xf_stage_number(s, "select count(*) from xf.login_lock where unlocked_by is not null"), 1);
    xf_wire_desk_free(&desk);
}

XF_STORY(a_new_password_unlocks_too)
{
    xf_story *s = *state;
    xf_wire_desk *desk = xf_wire_desk_new(s, NOBODY);
    Xf__LoginSetPasswordRequest set = XF__LOGIN_SET_PASSWORD_REQUEST__INIT;

    guess_often(desk, "T00020", MOST);
    set.badge = (char[]){"T00020"};
    set.password = (char *)(uintptr_t)XF_CAST_PASSWORD;
    assert_non_null(xf_stage_ask(s, SECURITY_ADMIN, XF_RPC_LOGIN_SET_PASSWORD, &set.base));
    assert_true(lets_in(desk, "T00020"));
    xf_wire_desk_free(&desk);
}

XF_STORY(a_lock_ends_by_itself)
{
    xf_story *s = *state;
    xf_wire_desk *desk = xf_wire_desk_new(s, NOBODY);

    guess_often(desk, "T00020", MOST);
    xf_wire_desk_free(&desk);
    xf_stage_on_day(s, "2026-11-25");
    desk = xf_wire_desk_new(s, NOBODY);
    guess_often(desk, "T00020", MOST - 1); /* and the old ones do not count */
    assert_true(lets_in(desk, "T00020"));
    xf_wire_desk_free(&desk);
}

static int
with_pages(void **state)
{
    static char conf[1024];

    xf_stage_pages_conf(conf, sizeof conf);
    return xf_stage_up_with(state, conf);
}

/* Of what was tried so far; the server's time stands still. */
static void
set_time(xf_story *s, const char *column, int64_t from_now_ms)
{
    char sql[256];

    (void)snprintf(sql, sizeof sql,
                   "update xf.login_failure set %s = timestamptz '%s' + interval '1 ms' * %lld",
                   column, s->now, (long long)from_now_ms);
    xf_stage_sql(s, sql);
}

XF_STORY(a_lock_lasts_to_the_millisecond_and_is_counted)
{
    xf_story *s = *state;
    xf_wire_desk *desk = xf_wire_desk_new(s, NOBODY);

    guess_often(desk, "T00020", MOST);
    assert_int_equal(xf_stage_limit_hits(s, "login_failures"), 0); /* they were looked at */
    set_time(s, "locked_until", 1);
    assert_int_equal(assert_limit(try(desk, "T00020", XF_CAST_PASSWORD), XF_TEXT_LOGIN_LOCKED), 1);
    assert_int_equal(xf_stage_limit_hits(s, "login_failures"), 1);
    set_time(s, "locked_until", 0);
    assert_true(lets_in(desk, "T00020"));
    assert_int_equal(xf_stage_limit_hits(s, "login_failures"), 1);
    xf_wire_desk_free(&desk);
}

XF_STORY(a_wrong_password_is_remembered_to_the_millisecond)
{
    xf_story *s = *state;
    const int64_t lock_ms = (int64_t)xf_limit_get(XF_LIMIT_LOGIN_LOCK_MS);
    xf_wire_desk *desk = xf_wire_desk_new(s, NOBODY);

    guess_often(desk, "T00020", MOST - 1);
    set_time(s, "last_at", -lock_ms);
    assert_int_equal(guess(desk, "T00020", MOST)->type, XF_FRAME_TYPE_ERROR);
    assert_true(lets_in(desk, "T00020")); /* it was the first one again */
    guess_often(desk, "T00020", MOST - 1);
    set_time(s, "last_at", 1 - lock_ms);
    assert_int_equal(guess(desk, "T00020", MOST)->type, XF_FRAME_TYPE_ERROR);
    (void)assert_limit(try(desk, "T00020", XF_CAST_PASSWORD), XF_TEXT_LOGIN_LOCKED);
    xf_wire_desk_free(&desk);
}

XF_STORY(two_servers_count_together)
{
    xf_story *s = *state;
    const int first = xf_stage_port(s);
    xf_wire_desk *here = xf_wire_desk_new(s, NOBODY);
    xf_wire_desk *there = NULL;

    xf_stage_start_second(s);
    xf_stage_sit_at_second(s, CLERK); /* waits until it listens */
    s->port = xf_stage_second_port(s);
    there = xf_wire_desk_new(s, NOBODY);
    s->port = first;
    guess_often(here, "T00020", 3);
    for (int i = 3; i < MOST; i++)
        assert_int_equal(guess(there, "T00020", i)->type, XF_FRAME_TYPE_ERROR);
    (void)assert_limit(try(here, "T00020", XF_CAST_PASSWORD), XF_TEXT_LOGIN_LOCKED);
    (void)assert_limit(try(there, "T00020", XF_CAST_PASSWORD), XF_TEXT_LOGIN_LOCKED);
    xf_wire_desk_free(&there);
    xf_wire_desk_free(&here);
}

/* ---- Delays --------------------------------------------------------------------------------- */

static int
with_a_delay(void **state)
{
    return xf_stage_up_with(state, "limit.login_delay_ms = 60000\n"
                                   "limit.login_delay_most_ms = 100000\n");
}

XF_STORY(after_a_wrong_password_the_address_waits_and_nothing_is_hashed)
{
    xf_story *s = *state;
    xf_wire_desk *desk = xf_wire_desk_new(s, NOBODY);
    xf_wire_desk *other = xf_wire_desk_new_elsewhere(s, NOBODY);

    assert_int_equal(guess(desk, "T00020", 1)->type, XF_FRAME_TYPE_ERROR);
    assert_in_range(assert_limit(try(desk, "T00020", XF_CAST_PASSWORD), XF_TEXT_LOGIN_WAIT), 1,
                    60000);
    (void)assert_limit(try(other, "T00011", XF_CAST_PASSWORD), XF_TEXT_LOGIN_WAIT);
    /* What was refused so was not looked at. */
    for (int i = 2; i < 2 * MOST; i++)
        (void)assert_limit(guess(desk, "T00020", i), XF_TEXT_LOGIN_WAIT);
    assert_int_equal(xf_stage_number(s, "select sum(cardinality(tried)) from xf.login_failure"), 1);
    xf_wire_desk_free(&other);
    xf_wire_desk_free(&desk);
}

/* ---- Tokens --------------------------------------------------------------------------------- */

static int
with_three_sessions(void **state)
{
    static char conf[512]; /* the stage keeps what it was given */

    xf_stage_pages_conf(conf, sizeof conf);
    (void)strncat(conf, "limit.officer_sessions = 3\n", sizeof conf - strlen(conf) - 1);
    return xf_stage_up_with(state, conf);
}

static bool
resumes(xf_wire_desk *desk, const Xf__LoginReply *login)
{
    Xf__LoginResumeRequest request = XF__LOGIN_RESUME_REQUEST__INIT;

    request.has_token = 1;
    request.token = login->token;
    return xf_wire_desk_ask(desk, XF_RPC_LOGIN_RESUME, &request.base)->type ==
           XF_FRAME_TYPE_RESPONSE;
}

static const Xf__LoginReply *
log_in(xf_story *s)
{
    Xf__LoginBeginRequest request = XF__LOGIN_BEGIN_REQUEST__INIT;
    const Xf__LoginReply *reply = NULL;

    request.badge = (char[]){"T00020"};
    request.password = (char *)(uintptr_t)XF_CAST_PASSWORD;
    reply = xf_stage_ask_unknown(s, XF_RPC_LOGIN_BEGIN, &request.base);
    assert_non_null(reply);
    return reply;
}

XF_STORY(a_fourth_login_ends_the_oldest)
{
    xf_story *s = *state;
    const Xf__LoginReply *logins[4];
    xf_wire_desk *desk = NULL;

    for (int i = 0; i < 3; i++)
        logins[i] = log_in(s);
    desk = xf_wire_desk_new(s, NOBODY);
    for (int i = 0; i < 3; i++) {
        assert_false(logins[i]->has_ended);
        assert_true(resumes(desk, logins[i]));
    }
    assert_int_equal(xf_stage_limit_hits(s, "officer_sessions"), 0);
    logins[3] = log_in(s);
    assert_int_equal(logins[3]->ended, 1);
    assert_int_equal(xf_stage_limit_hits(s, "officer_sessions"), 1);
    assert_false(resumes(desk, logins[0]));
    for (int i = 1; i < 4; i++)
        assert_true(resumes(desk, logins[i]));
    xf_wire_desk_free(&desk);
}

XF_STORIES(
    XF_PLAY(four_wrong_passwords_are_forgiven_and_five_lock_the_badge_there),
    XF_PLAY(the_same_wrong_password_again_is_counted_once),
    XF_PLAY(a_badge_that_nobody_has_is_locked_with_the_same_bytes),
    XF_PLAY(the_security_administrator_sees_it_and_unlocks), XF_PLAY(a_new_password_unlocks_too),
    XF_PLAY(a_lock_ends_by_itself),
    cmocka_unit_test_setup_teardown(a_lock_lasts_to_the_millisecond_and_is_counted, with_pages,
                                    xf_stage_down),
    XF_PLAY(a_wrong_password_is_remembered_to_the_millisecond), XF_PLAY(two_servers_count_together),
    cmocka_unit_test_setup_teardown(after_a_wrong_password_the_address_waits_and_nothing_is_hashed,
                                    with_a_delay, xf_stage_down),
    cmocka_unit_test_setup_teardown(a_fourth_login_ends_the_oldest, with_three_sessions,
                                    xf_stage_down))
