/* Somebody looks after the server: three pages tell him how it stands, and why people cannot work. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "http/ready.h"
#include "http_get.h"
#include "stage_pages.h"
#include "stage_wire.h"

enum { LOOK_MS = 20, LOOKS = 1500 };

static char conf[1024];
static const char *build; /* on the disk to watch */
static xf_http_answer answer;

static int
up(void **state)
{
    size_t n = 0;

    build = getenv("XF_BUILD_DIR"); /* NOLINT(concurrency-mt-unsafe): one thread */
    assert_non_null(build);
    xf_stage_pages_conf(conf, sizeof conf);
    n = strlen(conf);
    /* The timer's requests would be counted too. */
    (void)snprintf(conf + n, sizeof conf - n,
                   XF_STAGE_HOLDS "job.every_ms = 3600000\nhttp.disk = %s\nhttp.disk_free = 1\n",
                   build);
    return xf_stage_up_with(state, conf);
}

static bool
says(const xf_story *s, const char *page, int status, const char *words)
{
    xf_http_get(xf_stage_pages_port(s), page, &answer);
    return answer.status == status && strstr(answer.body, words) != NULL;
}

/* What is judged once a second, or counted at the next beat. */
static void
wait_until(const xf_story *s, const char *page, int status, const char *words)
{
    for (int i = 0; i < LOOKS; i++) {
        if (says(s, page, status, words))
            return;
        (void)poll(NULL, 0, LOOK_MS); /* between two looks: nobody tells us */
    }
    fail_msg("%s does not say %d %s, but: %s", page, status, words, answer.body);
}

/* Not ready for this reason alone, and alive. On a busy machine the database may have been a reason too,
 * for a moment. */
static void
wait_until_not_ready(const xf_story *s, const char *reason)
{
    for (int i = 0; i < LOOKS; i++) {
        wait_until(s, "/readyz", 503, reason);
        if (strncmp(answer.body, reason, strlen(reason)) == 0 &&
            strchr(answer.body, '\n') + 1 == strchr(answer.body, '\0'))
            break;
        (void)poll(NULL, 0, LOOK_MS);
    }
    assert_int_equal(strncmp(answer.body, reason, strlen(reason)), 0);
    assert_ptr_equal(strchr(answer.body, '\n') + 1, strchr(answer.body, '\0'));
    assert_true(says(s, "/livez", 200, "alive"));
}

XF_STORY(it_is_counted_what_people_do_and_nothing_is_said_of_them)
{
    static const char *const nowhere[] = {"莫秀珍", "13977550001", "反映报警",
                                          "T00011", "450922",      "127.0.0.1"};
    static const xf_visit visit = {
        .name = "莫秀珍", .phone = "13977550001", .demand = "反映报警后未收到进展告知"};
    xf_story *s = *state;
    int64_t matter = 0;

    wait_until(s, "/readyz", 200, "ready\n");
    xf_stage_follow(s, LIAISON);
    matter = xf_stage_register(s, CLERK, &visit)->matters[0]->matter_id;
    assert_int_equal(xf_stage_assign(s, HEAD, matter, XF_CAST_STATION, NOBODY), 2);
    (void)xf_stage_news(s, LIAISON);
    assert_null(xf_stage_open(s, OTHER_STATION, matter));

    assert_true(says(s, "/metrics", 200,
                     "xinfangd_requests_total{rpc=\"petition.register\",code=\"OK\"} 1\n"));
    assert_non_null(strstr(answer.body, "{rpc=\"matter.open\",code=\"NOT_FOUND\"} 1\n"));
    assert_non_null(
        strstr(answer.body, "xinfangd_request_duration_seconds_count{rpc=\"matter.assign\"} 1\n"));
    assert_non_null(
        strstr(answer.body,
               "xinfangd_db_transactions_total{lanes=\"writer\",outcome=\"rolled_back\"} 0\n"));
    assert_null(strstr(answer.body, "lanes=\"writer\",outcome=\"committed\"} 0\n"));
    assert_null(strstr(answer.body, "xinfangd_pushes_total 0\n"));
    /* Two workers with two connections of each kind; each may come a little later. */
    wait_until(s, "/metrics", 200, "xinfangd_db_connections_opened_total{lanes=\"writer\"} 4\n");
    wait_until(s, "/metrics", 200, "xinfangd_db_connections_opened_total{lanes=\"reader\"} 4\n");
    wait_until(s, "/metrics", 200, "xinfangd_sessions{state=\"officer\"} 4\n");
    wait_until(s, "/metrics", 200, "xinfangd_connections 4\n");
    for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++)
        assert_null(strstr(answer.body, nowhere[i]));
}

XF_STORY(what_is_refused_unheard_is_counted_too)
{
    xf_story *s = *state;
    Xf__MatterListRequest list = XF__MATTER_LIST_REQUEST__INIT;
    xf_wire_desk *desk = xf_wire_desk_new(s, CLERK);

    (void)xf_wire_desk_ask(desk, (xf_rpc)64999, &list.base);
    wait_until(s, "/metrics", 200,
               "xinfangd_requests_total{rpc=\"none\",code=\"UNSUPPORTED\"} 1\n");
    xf_wire_desk_free(&desk);
}

/* ---- Not ready ------------------------------------------------------------------------ */

/* Of this database only: others' stories play at the same time. */
static void
change_database(xf_story *s, const char *how)
{
    char sql[256];

    (void)snprintf(sql, sizeof sql, "do $$ begin execute format('%s', current_database()); end $$",
                   how);
    xf_stage_sql(s, sql);
}

XF_STORY(why_the_database_cannot_be_worked_with_is_said)
{
    xf_story *s = *state;

    wait_until(s, "/readyz", 200, "ready");
    change_database(s, "revoke connect on database %I from public");
    wait_until_not_ready(s, "database: 数据库连不上");
    change_database(s, "grant connect on database %I to public");
    wait_until(s, "/readyz", 200, "ready");

    change_database(s, "alter database %I set default_transaction_read_only = on");
    wait_until_not_ready(s, "database: 数据库只能读");
    change_database(s, "alter database %I reset default_transaction_read_only");
    wait_until(s, "/readyz", 200, "ready");

    xf_stage_sql(s, "revoke insert on xf.access from xf_app");
    wait_until_not_ready(s, "access: ");
    xf_stage_sql(s, "grant insert on xf.access to xf_app");
    wait_until(s, "/readyz", 200, "ready");

    xf_stage_sql(s, "create temp table kept as select number, sha256 from xf.migration;"
                    "update xf.migration set sha256 = sha256('') where number = 2");
    wait_until_not_ready(s, "schema: ");
    xf_stage_sql(
        s, "update xf.migration m set sha256 = k.sha256 from kept k where k.number = m.number");
    wait_until(s, "/readyz", 200, "ready");

    /* To look has left nothing behind, not even a gap in the numbers of access rows. */
    assert_int_equal(xf_stage_number(s, "select count(*) from xf.access"), 0);
    assert_int_equal(xf_stage_number(s, "select (not is_called)::int from xf.access_access_id_seq"),
                     1);
}

XF_STORY(a_certificate_that_ends_soon_is_a_reason_from_the_seventh_day_on)
{
    xf_story *s = *state;

    xf_stage_certificate_of_days(s, 8);
    assert_true(xf_stage_reload(s, conf));
    wait_until(s, "/readyz", 200, "ready");
    xf_stage_certificate_of_days(s, 6);
    assert_true(xf_stage_reload(s, conf));
    wait_until_not_ready(s, "certificate: ");
    xf_stage_renew_certificate(s);
    assert_true(xf_stage_reload(s, conf));
    wait_until(s, "/readyz", 200, "ready");
}

XF_STORY(a_disk_that_is_nearly_full_is_a_reason)
{
    xf_story *s = *state;
    static char strict[sizeof conf + 64]; /* the stage keeps it */
    struct statvfs about = {0};

    /* As full as this machine's is: with 99 per cent to be free, hardly any is not. */
    assert_int_equal(statvfs(build, &about), 0);
    (void)snprintf(strict, sizeof strict, "%.*s99\n",
                   (int)(strstr(conf, "disk_free = ") + sizeof "disk_free = " - 1 - conf), conf);
    assert_true(xf_stage_reload(s, strict));
    wait_until(s, "/readyz", 200, "ready"); /* only a new start puts it into force */
    xf_stage_stop_server(s);
    xf_stage_start_server(s);
    if (xf_ready_disk_is_low(about.f_bavail, about.f_blocks, 99)) {
        wait_until_not_ready(s, "disk: ");
    } else {
        wait_until(s, "/readyz", 200, "ready");
    }
}

XF_STORY(who_is_told_to_stop_is_not_ready_but_alive_until_all_is_answered)
{
    xf_story *s = *state;
    Xf__BureauUnitsRequest units = XF__BUREAU_UNITS_REQUEST__INIT;
    xf_wire_desk *desk = xf_wire_desk_new(s, CLERK);

    xf_stage_sql(s, "begin");
    xf_stage_sql(s, "select from xf.bureau for update");
    xf_wire_desk_send_registration(desk);
    (void)xf_wire_desk_ask(desk, XF_RPC_BUREAU_UNITS, &units.base); /* the server has it */
    wait_until(s, "/metrics", 200, "xinfangd_requests_in_progress 1\n");
    xf_stage_end_server(s);
    wait_until_not_ready(s, "stopping: ");
    xf_stage_sql(s, "rollback");
    xf_wire_desk_wait_closed(desk);
    xf_stage_end_wait(s);
    xf_wire_desk_free(&desk);
}

#define XF_WATCHED(name) cmocka_unit_test_setup_teardown(name, up, xf_stage_down)

XF_STORIES(XF_WATCHED(it_is_counted_what_people_do_and_nothing_is_said_of_them),
           XF_WATCHED(what_is_refused_unheard_is_counted_too),
           XF_WATCHED(why_the_database_cannot_be_worked_with_is_said),
           XF_WATCHED(a_certificate_that_ends_soon_is_a_reason_from_the_seventh_day_on),
           XF_WATCHED(a_disk_that_is_nearly_full_is_a_reason),
           XF_WATCHED(who_is_told_to_stop_is_not_ready_but_alive_until_all_is_answered))
