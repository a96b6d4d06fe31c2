/* Who may no longer be in goes out within seconds: disabled, another password, other roles. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "frame.pb-c.h"

#include "stage_inside.h"
#include "stage_wire.h"

enum { CUT_WITHIN_MS = 5000, PATIENCE_MS = 60000 };

static bool
set_standing(xf_story *s, xf_cast whom, bool disabled)
{
    Xf__BureauDisableOfficerRequest disable = XF__BUREAU_DISABLE_OFFICER_REQUEST__INIT;
    Xf__BureauEnableOfficerRequest enable = XF__BUREAU_ENABLE_OFFICER_REQUEST__INIT;

    disable.badge = enable.badge = (char *)(uintptr_t)xf_cast_badge(whom);
    disable.reason = (char[]){"停职"};
    enable.reason = (char[]){"复职"};
    if (disabled) {
        return xf_stage_ask(s, SECURITY_ADMIN, XF_RPC_BUREAU_DISABLE_OFFICER, &disable.base) !=
               NULL;
    }
    return xf_stage_ask(s, SECURITY_ADMIN, XF_RPC_BUREAU_ENABLE_OFFICER, &enable.base) != NULL;
}

static const void *
set_password(xf_story *s, xf_cast whom)
{
    Xf__LoginSetPasswordRequest set = XF__LOGIN_SET_PASSWORD_REQUEST__INIT;

    set.badge = (char *)(uintptr_t)xf_cast_badge(whom);
    set.password = (char *)(uintptr_t)XF_CAST_PASSWORD;
    return xf_stage_ask(s, SECURITY_ADMIN, XF_RPC_LOGIN_SET_PASSWORD, &set.base);
}

/* The unit's code and the officer's name as officers.csv has them. */
static const void *
give_roles(xf_story *s, const char *badge, const char *name, const char *unit_code, Xf__Role *roles,
           size_t n)
{
    Xf__BureauImportOfficerRequest row = XF__BUREAU_IMPORT_OFFICER_REQUEST__INIT;

    row.badge = (char *)(uintptr_t)badge;
    row.name = (char *)(uintptr_t)name;
    row.unit_code = (char *)(uintptr_t)unit_code;
    row.n_roles = n;
    row.roles = roles;
    row.has_kind = 1;
    row.kind = XF__OFFICER_KIND__OFFICER_KIND_SWORN;
    return xf_stage_ask(s, SECURITY_ADMIN, XF_RPC_BUREAU_IMPORT_OFFICER, &row.base);
}

static void
text_of(xf_story *s, const char *sql, char ret_text[64])
{
    PGresult *result = PQexec(s->pg, sql);

    assert_int_equal(PQntuples(result), 1);
    (void)snprintf(ret_text, 64, "%s", PQgetvalue(result, 0, 0));
    PQclear(result);
}

/* The last frame is GOAWAY UNAUTHENTICATED with these words, and then it is over. */
static void
assert_cut(xf_story *s, xf_wire_desk *desk, xf_text text)
{
    const xf_wire_frame *frame = NULL;
    ProtobufCMessage *message = NULL;
    const Xf__Goaway *goaway = NULL;

    xf_wire_desk_wait_closed(desk);
    frame = xf_wire_desk_frame(desk, xf_wire_desk_frames(desk) - 1);
    assert_int_equal(frame->type, XF_FRAME_TYPE_GOAWAY);
    message = protobuf_c_message_unpack(
        &xf__goaway__descriptor, xf_arena_allocator(xf_stage_arena(s)), frame->n, frame->body);
    assert_non_null(message);
    goaway = (const Xf__Goaway *)(void *)message;
    assert_int_equal(goaway->code, XF_CODE_UNAUTHENTICATED);
    assert_string_equal(goaway->text, xf_error_words(text));
}

static bool
works(xf_wire_desk *desk)
{
    Xf__BureauUnitsRequest units = XF__BUREAU_UNITS_REQUEST__INIT;

    return xf_wire_desk_ask(desk, XF_RPC_BUREAU_UNITS, &units.base)->type == XF_FRAME_TYPE_RESPONSE;
}

static const xf_wire_frame *
log_in(xf_wire_desk *desk, xf_cast who)
{
    Xf__LoginBeginRequest login = XF__LOGIN_BEGIN_REQUEST__INIT;

    login.badge = (char *)(uintptr_t)xf_cast_badge(who);
    login.password = (char *)(uintptr_t)XF_CAST_PASSWORD;
    return xf_wire_desk_ask(desk, XF_RPC_LOGIN_BEGIN, &login.base);
}

XF_STORY(a_disabled_officer_is_cut_off_refused_and_let_in_again)
{
    xf_story *s = *state;
    xf_wire_desk *own = xf_wire_desk_new(s, HANDLER);
    xf_wire_desk *laptop = xf_wire_desk_new_elsewhere(s, HANDLER);
    xf_wire_desk *colleague = xf_wire_desk_new(s, COLLEAGUE);
    xf_wire_desk *again = NULL;
    const xf_wire_frame *refused = NULL;

    assert_true(set_standing(s, HANDLER, true));
    assert_cut(s, own, XF_TEXT_CUT_OFF);
    assert_cut(s, laptop, XF_TEXT_CUT_OFF);
    assert_true(works(colleague));
    assert_false(set_standing(s, HANDLER, true)); /* he is already */
    xf_stage_assert_refused(s, XF_CODE_CONFLICT, "badge");

    again = xf_wire_desk_new(s, NOBODY);
    refused = log_in(again, HANDLER);
    assert_int_equal(refused->type, XF_FRAME_TYPE_ERROR);
    assert_non_null(memmem(refused->body, refused->n, "停用", strlen("停用")));
    assert_true(set_standing(s, HANDLER, false));
    assert_int_equal(log_in(again, HANDLER)->type, XF_FRAME_TYPE_RESPONSE);
    assert_true(works(again)); /* the old cut does not mean who came after it */
    assert_int_equal(
        xf_stage_number(s, "select count(*) from xf.standing where reason in ('停职', '复职')"), 2);
}

XF_STORY(nobody_disables_himself_or_whom_there_is_not)
{
    xf_story *s = *state;
    Xf__BureauDisableOfficerRequest request = XF__BUREAU_DISABLE_OFFICER_REQUEST__INIT;

    assert_false(set_standing(s, SECURITY_ADMIN, true));
    xf_stage_assert_refused(s, XF_CODE_INVALID, "badge");
    request.badge = (char[]){"T99999"};
    request.reason = (char[]){"查无此人"};
    assert_null(xf_stage_ask(s, SECURITY_ADMIN, XF_RPC_BUREAU_DISABLE_OFFICER, &request.base));
    xf_stage_assert_refused(s, XF_CODE_INVALID, "badge");
    request.reason = NULL;
    assert_null(xf_stage_ask(s, SECURITY_ADMIN, XF_RPC_BUREAU_DISABLE_OFFICER, &request.base));
    xf_stage_assert_refused(s, XF_CODE_INVALID, "reason");
}

XF_STORY(a_token_of_a_disabled_officer_is_no_good_any_more)
{
    xf_story *s = *state;
    Xf__LoginResumeRequest resume = XF__LOGIN_RESUME_REQUEST__INIT;
    Xf__LoginBeginRequest login = XF__LOGIN_BEGIN_REQUEST__INIT;
    xf_wire_desk *desk = NULL;

    login.badge = (char *)(uintptr_t)xf_cast_badge(HANDLER);
    login.password = (char *)(uintptr_t)XF_CAST_PASSWORD;
    const Xf__LoginReply *me = xf_stage_ask_unknown(s, XF_RPC_LOGIN_BEGIN, &login.base);
    assert_true(set_standing(s, HANDLER, true));
    desk = xf_wire_desk_new(s, NOBODY);
    resume.has_token = 1;
    resume.token = me->token;
    assert_int_equal(xf_wire_desk_ask(desk, XF_RPC_LOGIN_RESUME, &resume.base)->type,
                     XF_FRAME_TYPE_ERROR);
    /* Nor when he is let in again: what ended has ended. */
    assert_true(set_standing(s, HANDLER, false));
    assert_int_equal(xf_wire_desk_ask(desk, XF_RPC_LOGIN_RESUME, &resume.base)->type,
                     XF_FRAME_TYPE_ERROR);
}

XF_STORY(a_new_password_cuts_off_all_but_who_sets_his_own)
{
    xf_story *s = *state;
    xf_wire_desk *handler = xf_wire_desk_new(s, HANDLER);
    xf_wire_desk *admin_elsewhere = xf_wire_desk_new_elsewhere(s, SECURITY_ADMIN);

    assert_non_null(set_password(s, HANDLER));
    assert_cut(s, handler, XF_TEXT_CUT_OFF);
    assert_non_null(set_password(s, SECURITY_ADMIN));
    assert_cut(s, admin_elsewhere, XF_TEXT_CUT_OFF);
    assert_true(set_standing(s, HANDLER, true)); /* he goes on where he did it */
}

XF_STORY(other_roles_or_another_unit_cut_off_and_the_same_ones_do_not)
{
    xf_story *s = *state;
    Xf__Role before[] = {XF__ROLE__ROLE_HANDLER};
    Xf__Role after[] = {XF__ROLE__ROLE_LIAISON};
    xf_wire_desk *handler = xf_wire_desk_new(s, HANDLER);
    char name[64];
    char unit[64];

    text_of(s, "select name from xf.officer where badge = 'T00021'", name);
    text_of(s, "select code from xf.unit where short_name = '" XF_CAST_STATION "'", unit);
    assert_non_null(give_roles(s, "T00021", name, unit, before, 1));
    assert_true(works(handler));
    assert_non_null(give_roles(s, "T00021", name, unit, after, 1));
    assert_cut(s, handler, XF_TEXT_CUT_OFF);
}

/* What a worker was not told of it finds by asking. */
XF_STORY(a_notify_that_is_lost_costs_seconds)
{
    xf_story *s = *state;
    xf_wire_desk *handler = xf_wire_desk_new(s, HANDLER);
    char sql[256];
    int64_t begun_ms = 0;

    assert_true(works(handler));
    (void)snprintf(
        sql, sizeof sql,
        "with b as (update xf.bureau set ledger = ledger + 1 returning bureau_id, ledger)"
        " insert into xf.cut (bureau_id, seat, k, officer)"
        " select bureau_id, ledger, 1, %d from b",
        xf_stage_officer(s, HANDLER));
    begun_ms = xf_now_steady_ms();
    xf_stage_sql(s, sql); /* and no NOTIFY */
    assert_cut(s, handler, XF_TEXT_CUT_OFF);
    assert_in_range(xf_now_steady_ms() - begun_ms, 0, CUT_WITHIN_MS);
    /* The ledger has a place without a row now, which no run may leave. */
    xf_stage_sql(s, "delete from xf.cut");
    xf_stage_sql(s, "update xf.bureau set ledger = ledger - 1");
}

static int
up_with_quick_looks(void **state)
{
    return xf_stage_up_with(state, XF_STAGE_HOLDS "limit.standing_ms = 100\n");
}

/* His login ends in the same moment, and who looks after logins may see that first; here who looks after
 * cuts is kept from looking, for ten times as long as both leave between two looks. */
XF_STORY(he_is_told_why_whoever_finds_it_first)
{
    xf_story *s = *state;
    xf_wire_desk *handler = xf_wire_desk_new(s, HANDLER);
    char *conninfo = xf_stage_conninfo(s, "postgres");
    PGconn *act = PQconnectdb(conninfo);
    char sql[512];

    assert_true(works(handler));
    (void)snprintf(sql, sizeof sql,
                   "set session_replication_role = replica;" /* no foreign key asks the bureau */
                   "insert into xf.cut (bureau_id, seat, k, officer) values (%d, %lld, 1, %d);"
                   "update xf.session set ended_at = opened_at where officer_id = %d",
                   XF_CAST_BUREAU,
                   (long long)xf_stage_number(s, "select ledger + 1 from xf.bureau"),
                   xf_stage_officer(s, HANDLER), xf_stage_officer(s, HANDLER));
    xf_stage_sql(s, "begin");
    xf_stage_sql(s, "lock table xf.bureau in access exclusive mode");
    PQclear(PQexec(act, sql));
    xf_stage_sql(s, "select pg_sleep(1)");
    xf_stage_sql(s, "update xf.bureau set ledger = ledger + 1");
    xf_stage_sql(s, "commit");
    assert_cut(s, handler, XF_TEXT_CUT_OFF);

    xf_stage_sql(s, "delete from xf.cut");
    xf_stage_sql(s, "update xf.bureau set ledger = ledger - 1");
    PQfinish(act);
    free(conninfo);
}

/* ---- Two servers -------------------------------------------------------------------------- */

static int
read_port(const xf_story *s)
{
    char path[XF_STAGE_PATH];
    char line[16] = "";
    FILE *file = NULL;

    xf_stage_path(s, "second-port", path);
    file = fopen(path, "re");
    if (file == NULL)
        return 0;
    (void)!fgets(line, sizeof line, file);
    (void)fclose(file);
    return (int)strtol(line, NULL, 10);
}

static int
start_second(xf_story *s)
{
    struct pollfd watch = {.fd = inotify_init1(IN_CLOEXEC), .events = POLLIN};
    char events[4096];

    assert_true(watch.fd >= 0 && inotify_add_watch(watch.fd, s->dir, IN_MOVED_TO) >= 0);
    xf_stage_start_second(s);
    while (read_port(s) == 0) {
        assert_true(poll(&watch, 1, PATIENCE_MS) > 0);
        assert_true(read(watch.fd, events, sizeof events) > 0);
    }
    (void)close(watch.fd);
    return read_port(s);
}

XF_STORY(another_server_on_the_database_cuts_off_too)
{
    xf_story *s = *state;
    const int first = xf_stage_port(s);
    xf_wire_desk *there = NULL;
    int64_t begun_ms = 0;

    s->port = start_second(s);
    there = xf_wire_desk_new(s, HANDLER);
    s->port = first;
    assert_true(works(there));
    begun_ms = xf_now_steady_ms();
    assert_true(set_standing(s, HANDLER, true));
    assert_cut(s, there, XF_TEXT_CUT_OFF);
    assert_in_range(xf_now_steady_ms() - begun_ms, 0, CUT_WITHIN_MS);
}

XF_STORIES(XF_PLAY(a_disabled_officer_is_cut_off_refused_and_let_in_again),
           XF_PLAY(nobody_disables_himself_or_whom_there_is_not),
           XF_PLAY(a_token_of_a_disabled_officer_is_no_good_any_more),
           XF_PLAY(a_new_password_cuts_off_all_but_who_sets_his_own),
           XF_PLAY(other_roles_or_another_unit_cut_off_and_the_same_ones_do_not),
           XF_PLAY(a_notify_that_is_lost_costs_seconds),
           cmocka_unit_test_setup_teardown(he_is_told_why_whoever_finds_it_first,
                                           up_with_quick_looks, xf_stage_down),
           XF_PLAY(another_server_on_the_database_cuts_off_too))
