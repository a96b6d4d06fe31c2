/* argon2id off the loop, with the least memory so that it is quick. */
#include "crypto/password.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

enum { KIB = XF_PASSWORD_LEAST_KIB };

static int done_count;

static void
on_done(xf_password_job *job)
{
    (void)job;
    done_count++;
}

typedef struct place {
    uv_loop_t loop;
    xf_password_pool *pool;
    xf_password_desk *desk;
} place;

static void
set_up(place *at)
{
    done_count = 0;
    assert_int_equal(uv_loop_init(&at->loop), 0);
    at->pool = xf_password_pool_new(KIB);
    assert_int_equal(xf_password_desk_new(at->pool, &at->loop, &at->desk, NULL), XF_CODE_OK);
}

static void
wait_for(place *at, int count)
{
    while (done_count < count)
        (void)uv_run(&at->loop, UV_RUN_ONCE);
}

static void
tear_down(place *at)
{
    xf_password_desk_close(&at->desk);
    (void)uv_run(&at->loop, UV_RUN_DEFAULT);
    xf_password_pool_free(&at->pool);
    assert_int_equal(uv_loop_close(&at->loop), 0);
}

static void
run(place *at, xf_password_job *job)
{
    job->done = on_done;
    assert_int_equal(xf_password_run(at->desk, job, NULL), XF_CODE_OK);
    wait_for(at, done_count + 1);
}

static void
a_hash_proves_its_password_and_no_other(void **state)
{
    place at;
    xf_password_job made = {.password = "清湖镇的口令"};
    xf_password_job right = {.password = "清湖镇的口令", .prove = made.hash};
    xf_password_job wrong = {.password = "清湖镇的口令 ", .prove = made.hash};

    (void)state;
    set_up(&at);
    run(&at, &made);
    assert_int_equal(made.code, XF_CODE_OK);
    assert_int_equal(strncmp(made.hash, "$argon2id$v=19$m=1024,t=3,p=1$", 30), 0);
    run(&at, &right);
    assert_int_equal(right.code, XF_CODE_OK);
    assert_true(right.proved);
    run(&at, &wrong);
    assert_int_equal(wrong.code, XF_CODE_OK);
    assert_false(wrong.proved);
    tear_down(&at);
}

static void
two_hashes_of_one_password_differ(void **state)
{
    char one[XF_PASSWORD_HASH];
    char two[XF_PASSWORD_HASH];

    (void)state;
    assert_int_equal(xf_password_hash("same", KIB, one), XF_CODE_OK);
    assert_int_equal(xf_password_hash("same", KIB, two), XF_CODE_OK);
    assert_string_not_equal(one, two);
}

static void
nobody_is_never_proved_and_is_no_error(void **state)
{
    place at;
    xf_password_job job = {.password = "", .prove = xf_password_nobody()};

    (void)state;
    set_up(&at);
    run(&at, &job);
    assert_int_equal(job.code, XF_CODE_OK);
    assert_false(job.proved);
    tear_down(&at);
}

static void
what_is_no_hash_is_our_mistake(void **state)
{
    place at;
    xf_password_job job = {.password = "x", .prove = "plain"};

    (void)state;
    set_up(&at);
    run(&at, &job);
    assert_int_equal(job.code, XF_CODE_INTERNAL);
    assert_false(job.proved);
    tear_down(&at);
}

static void
two_desks_get_their_own_answers(void **state)
{
    place at;
    uv_loop_t other_loop;
    xf_password_desk *other = NULL;
    xf_password_job here = {.password = "a", .done = on_done};
    xf_password_job there = {.password = "b", .done = on_done};

    (void)state;
    set_up(&at);
    assert_int_equal(uv_loop_init(&other_loop), 0);
    assert_int_equal(xf_password_desk_new(at.pool, &other_loop, &other, NULL), XF_CODE_OK);
    assert_int_equal(xf_password_run(other, &there, NULL), XF_CODE_OK);
    assert_int_equal(xf_password_run(at.desk, &here, NULL), XF_CODE_OK);
    wait_for(&at, 1);
    assert_true(here.hash[0] == '$');
    while (done_count < 2)
        (void)uv_run(&other_loop, UV_RUN_ONCE);
    assert_true(there.hash[0] == '$');
    xf_password_desk_close(&other);
    (void)uv_run(&other_loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&other_loop), 0);
    tear_down(&at);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hash_proves_its_password_and_no_other),
        cmocka_unit_test(two_hashes_of_one_password_differ),
        cmocka_unit_test(nobody_is_never_proved_and_is_no_error),
        cmocka_unit_test(what_is_no_hash_is_our_mistake),
        cmocka_unit_test(two_desks_get_their_own_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
