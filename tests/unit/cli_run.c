/* client/cli as it is run: what a person is told, and what is kept. */
#include "base/now.h"
#include "cli_rig.h"

static void
nothing_is_done_before_login(void **state)
{
    stage *st = *state;

    assert_int_equal(run(st, "matter list"), 4);
    assert_string_equal(st->out, "");
    assert_non_null(strstr(st->err, "xinfang login"));
    assert_int_equal(run(st, REGISTER), 4);
    assert_int_equal(atomic_load(&st->registered), 0);
}

static void
login_keeps_the_token_for_this_seat_only(void **state)
{
    stage *st = *state;
    char path[2 * XF_TEST_PATH];
    struct stat info;

    log_in(st);
    (void)snprintf(path, sizeof(path), "%s/token", st->dir);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(run_with(st, "login T00018 --json --password-file", "password"), 0);
    assert_non_null(strstr(st->out, "警员018"));
    assert_null(strstr(st->out, "token"));
    assert_int_equal(run(st, "login show --json"), 0);
    assert_non_null(strstr(st->out, "警员018"));
    assert_null(strstr(st->out, "token"));
}

static void
a_password_on_the_command_line_is_not_taken(void **state)
{
    stage *st = *state;

    assert_int_equal(run(st, "login T00018 secret"), 2);
    assert_int_equal(run(st, "login T00018 --password secret"), 2);
    assert_null(strstr(st->err, "secret"));
}

static void
register_shows_the_number_and_who_came_before(void **state)
{
    stage *st = *state;

    log_in(st);
    assert_int_equal(run(st, REGISTER), 0);
    assert_non_null(strstr(st->out, "陆公信字〔2026〕1号"));
    assert_non_null(strstr(st->out, "此人以前来过"));
    assert_non_null(strstr(st->out, "陆公信字〔2020〕110号"));
    assert_non_null(strstr(st->out, "2020-03-05"));
    assert_non_null(strstr(st->err, "decide-repeat 12026000001 --earlier 12020000110"));
    assert_int_equal(run(st, REGISTER " --json"), 0);
    assert_non_null(strstr(st->out, "\"petition_id\":\t12026000001"));
    assert_non_null(strstr(st->out, "\"matched\":\t\"phone\""));
}

static void
what_belongs_to_nobody_is_a_usage_error(void **state)
{
    stage *st = *state;

    log_in(st);
    assert_int_equal(run(st, "petition register --channel visit --phone 1 --purpose appeal"), 2);
    assert_int_equal(run(st, "petition register --channel walk --purpose appeal"), 2);
    assert_int_equal(run(st, "petition register --channel visit"), 2);
    assert_int_equal(atomic_load(&st->registered), 0);
}

static void
cut_off_a_registration_is_kept_and_goes_first_later(void **state)
{
    stage *st = *state;

    log_in(st);
    server_down(st);
    assert_int_equal(run(st, REGISTER), 7);
    assert_non_null(strstr(st->err, "存在出件箱，等着发"));
    assert_int_equal(run(st, "matter list"), 7);
    assert_null(strstr(st->err, "存在出件箱，等着发"));
    assert_int_equal(run(st, "outbox"), 0);
    assert_non_null(strstr(st->out, "登记一件信访"));
    assert_null(strstr(st->out, "19900010001"));
    server_up(st);
    assert_int_equal(run(st, "figures --period 2020-01..2020-10"), 0);
    assert_int_equal(atomic_load(&st->registered), 1);
    assert_non_null(strstr(st->err, "县局确认 1 件"));
    assert_int_equal(run(st, "outbox list --json"), 0);
    assert_non_null(strstr(st->out, "\"entries\":\t[]"));
}

/* The server is there, its database is not: who has a token is not told to log in. */
static void
without_a_database_it_is_kept_too_and_the_reason_is_the_right_one(void **state)
{
    stage *st = *state;

    log_in(st);
    atomic_store(&st->away, true);
    assert_int_equal(run(st, REGISTER), 7);
    assert_non_null(strstr(st->err, "数据库暂时连不上"));
    assert_non_null(strstr(st->err, "存在出件箱，等着发"));
    assert_null(strstr(st->err, "xinfang login"));
    assert_int_equal(run(st, "matter take 1202600000101"), 7);
    assert_non_null(strstr(st->err, "数据库暂时连不上"));
    assert_non_null(strstr(st->err, "没有存进出件箱"));
    assert_int_equal(run(st, "matter list"), 7);
    assert_int_equal(atomic_load(&st->registered), 0);
    atomic_store(&st->away, false);
    assert_int_equal(run(st, "figures --period 2020-01..2020-10"), 0);
    assert_int_equal(atomic_load(&st->registered), 1);
}

/* What another act's refusal has to do with a matter, only those of a matter say. */
static void
only_who_handles_a_matter_is_sent_to_open_it(void **state)
{
    stage *st = *state;

    log_in(st);
    assert_int_equal(run(st, "matter take 1202600000101 --version 1"), 6);
    assert_non_null(strstr(st->err, "现在可以：xinfang matter open"));
    assert_int_equal(run(st, "bureau disable-officer T00018 --reason 调离"), 6);
    assert_null(strstr(st->err, "matter open"));
}

static void
a_refusal_has_three_parts_and_its_exit_code(void **state)
{
    stage *st = *state;

    log_in(st);
    xf_now_fix(INT64_C(1795480262123));
    assert_int_equal(run(st, "matter take 1202600000101 --version 1"), 6);
    xf_now_fix(0);
    assert_non_null(strstr(st->err, "没有办成"));
    assert_non_null(strstr(st->err, "这一件已被他人更新。"));
    assert_non_null(strstr(st->err, "给管理员看的编号：2，2026-11-24 08:31:02\n"));
    assert_int_equal(run(st, "matter open 1202600000101"), 5);
    assert_int_equal(run(st, "matter open 1202600000101 --json"), 5);
    assert_non_null(strstr(st->err, "\"code\":\t\"not_found\""));
}

static void
watch_takes_up_a_cut_connection_and_prints_nothing_twice(void **state)
{
    stage *st = *state;

    log_in(st);
    assert_int_equal(run(st, "watch --count 2"), 0);
    assert_string_equal(st->out,
                        "EVENT unit:12 cursor=3 matter=1202600000101 version=2 交办 2026-12-01 "
                        "09:01:02\n"
                        "EVENT unit:12 cursor=4 matter=1202600000101 version=2 交办 2026-12-01 "
                        "09:01:02\n");
    assert_non_null(strstr(st->err, "太早的消息不再逐条补发。请运行 xinfang matter list"));
    assert_int_equal(atomic_load(&st->first_acked), 2); /* what was left out is told once */
    assert_int_equal(atomic_load(&st->follows), 2);
    assert_int_equal(atomic_load(&st->acked), 4);
}

static void
a_server_of_another_authority_is_refused(void **state)
{
    stage *st = *state;
    xf_test_ca *other = xf_test_ca_new(st->dir, "other");
    char text[512];

    log_in(st);
    (void)snprintf(text, sizeof(text),
                   "server.host = 127.0.0.1\nserver.port = %s\nserver.name = server.test\n"
                   "tls.ca = other.crt\ntls.certificate = seat.crt\ntls.key = seat.key\n",
                   xf_fake_server_port(st->server));
    write_text(st, "conf", text);
    assert_int_equal(run(st, REGISTER), 1);
    assert_non_null(strstr(st->err, "证书不可信"));
    assert_null(strstr(st->err, "xinfang login"));
    assert_int_equal(run(st, "outbox"), 0);
    assert_null(strstr(st->out, "登记一件信访"));
    xf_test_ca_free(&other);
}

static void
figures_show_the_change_as_on_paper(void **state)
{
    stage *st = *state;

    log_in(st);
    assert_int_equal(run(st, "figures --period 2020-01..2020-10 --compare-with previous-year"), 0);
    assert_non_null(strstr(st->out, "信访总量"));
    assert_non_null(strstr(st->out, "121"));
    assert_non_null(strstr(st->out, "−48.9 %"));
}

static void
an_import_reports_each_refused_row_without_its_value(void **state)
{
    stage *st = *state;

    log_in(st);
    write_text(
        st, "units.csv",
        "单位编码,单位名称,类型\n1,甲所,station\n2,乙所,station\n3,丙所,厨房\n4,丁所,station\n");
    assert_int_equal(run_with(st, "import units --progress", "units.csv"), 1);
    assert_int_equal(atomic_load(&st->imports), 3);
    assert_non_null(strstr(st->out, "导入 4 行：成功 2，退回 2"));
    assert_non_null(strstr(st->out, "没有这个单位。"));
    assert_non_null(strstr(st->out, "类型"));
    assert_null(strstr(st->out, "厨房"));
    assert_non_null(strstr(st->err, "100%"));
    assert_int_equal(run_with(st, "import units --json", "units.csv"), 1);
    assert_non_null(strstr(st->out, "\"taken\":\t3"));
    assert_non_null(strstr(st->out, "\"line\":\t4"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_is_done_before_login, set_up, tear_down),
        cmocka_unit_test_setup_teardown(login_keeps_the_token_for_this_seat_only, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_password_on_the_command_line_is_not_taken, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(register_shows_the_number_and_who_came_before, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_belongs_to_nobody_is_a_usage_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cut_off_a_registration_is_kept_and_goes_first_later, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            without_a_database_it_is_kept_too_and_the_reason_is_the_right_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_who_handles_a_matter_is_sent_to_open_it, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_refusal_has_three_parts_and_its_exit_code, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(watch_takes_up_a_cut_connection_and_prints_nothing_twice,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_server_of_another_authority_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(figures_show_the_change_as_on_paper, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_import_reports_each_refused_row_without_its_value,
                                        set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
