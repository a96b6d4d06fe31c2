/* crypto/password: who waits for a thread, and for how long. Hashing is played, so that it takes just as
 * long as a test wants, and time stands. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <argon2.h>
#include <cmocka.h>
#include <sched.h>
#include <semaphore.h>
#include <uv.h>

#include "login.pb-c.h"

#include "base/buf.h"
#include "base/limit.h"
#include "call/call.h"
#include "call/room.h"
#include "crypto/password.h"
#include "still_time.h"
#include "test_seal.h"
#include "wire/message.h"

enum { THREADS = 2, JOBS = 8 };

/* ---- Hashing's part --------------------------------------------------------------------- */

static sem_t begun; /* by a thread */
static sem_t may_end;

int /* NOLINTNEXTLINE(readability-function-size): ten, and libargon2's */
argon2id_hash_encoded(const uint32_t t_cost, const uint32_t m_cost, const uint32_t parallelism,
                      const void *pwd, const size_t pwdlen, const void *salt, const size_t saltlen,
                      const size_t hashlen, char *encoded, const size_t encodedlen)
{
    (void)t_cost;
    (void)m_cost;
    (void)parallelism;
    (void)pwd;
    (void)pwdlen;
    (void)salt;
    (void)saltlen;
    (void)hashlen;
    (void)sem_post(&begun);
    (void)sem_wait(&may_end);
    (void)snprintf(encoded, encodedlen, "$");
    return ARGON2_OK;
}

/* ---- The stage -------------------------------------------------------------------------- */

typedef struct stage {
    uv_loop_t loop;
    xf_room room;
    xf_password_pool *pool;
    xf_password_job jobs[JOBS];
    size_t asked;
    size_t done;
    xf_error told; /* to a call */
} stage;

static void
open_pool(stage *s)
{
    s->pool = xf_password_pool_new(XF_PASSWORD_LEAST_KIB);
    assert_int_equal(xf_password_desk_new(s->pool, &s->loop, &s->room.passwords, NULL), XF_CODE_OK);
}

static void
close_pool(stage *s)
{
    xf_password_desk_close(&s->room.passwords);
    (void)uv_run(&s->loop, UV_RUN_DEFAULT);
    xf_password_pool_free(&s->pool);
}

static int
up(void **state)
{
    static stage s;

    memset(&s, 0, sizeof s);
    assert_int_equal(sem_init(&begun, 0, 0), 0);
    assert_int_equal(sem_init(&may_end, 0, 0), 0);
    assert_int_equal(uv_loop_init(&s.loop), 0);
    s.room.loop = &s.loop;
    s.room.seal = xf_test_seal;
    open_pool(&s);
    (void)time_stands();
    *state = &s;
    return 0;
}

static void
let_all_end(stage *s)
{
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(sem_post(&may_end), 0);
    while (s->done < s->asked)
        (void)uv_run(&s->loop, UV_RUN_ONCE);
}

static int
down(void **state)
{
    stage *s = *state;

    time_runs();
    let_all_end(s); /* a test that failed had no time for it */
    close_pool(s);
    assert_int_equal(uv_loop_close(&s->loop), 0);
    for (int i = 0; i < XF_LIMIT_COUNT; i++)
        assert_true(xf_limit_set(xf_limit_key((xf_limit)i), xf_limit_default((xf_limit)i)));
    return 0;
}

static void
on_job(xf_password_job *job)
{
    stage *s = job->data;

    s->done++;
}

static xf_code
run(stage *s, size_t i, xf_error *reterr)
{
    xf_code code = XF_CODE_OK;

    s->jobs[i] = (xf_password_job){.password = "x", .done = on_job, .data = s};
    code = xf_password_run(s->room.passwords, &s->jobs[i], reterr);
    s->asked += code == XF_CODE_OK;
    return code;
}

/* The first jobs, one a thread: what comes after them waits. */
static void
keep_threads_busy(stage *s)
{
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(run(s, i, NULL), XF_CODE_OK);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(sem_wait(&begun), 0);
    assert_int_equal(xf_password_waiting(s->pool), 0);
}

/* ---- How many --------------------------------------------------------------------------- */

static void
as_many_wait_as_the_queue_holds_and_the_newest_is_told_when_to_come_again(void **state)
{
    const uint64_t hits = xf_limit_hits(XF_LIMIT_HASH_QUEUE);
    stage *s = *state;
    xf_error error = {0};

    assert_true(xf_limit_set("limit.hash_queue", 3));
    keep_threads_busy(s);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(run(s, THREADS + i, NULL), XF_CODE_OK);
        assert_int_equal(xf_password_waiting(s->pool), i + 1);
    }
    assert_int_equal(xf_limit_hits(XF_LIMIT_HASH_QUEUE), hits);
    assert_int_equal(run(s, THREADS + 3, &error), XF_CODE_OVERLOADED);
    assert_int_equal(error.text, XF_TEXT_OVERLOADED);
    assert_int_equal(error.retry_after_ms, XF_PASSWORD_RETRY_MS);
    assert_int_equal(xf_limit_hits(XF_LIMIT_HASH_QUEUE), hits + 1);
    assert_int_equal(xf_password_waiting(s->pool), 3);
    let_all_end(s);
    for (size_t i = 0; i < THREADS + 3; i++)
        assert_string_equal(s->jobs[i].hash, "$");
    assert_string_equal(s->jobs[THREADS + 3].hash, "");
}

/* With a thread more than there should be the one that waits would begin, sooner or later: so it is the
 * threads of the process that are counted as well. */
static size_t
threads_of_this_process(void)
{
    DIR *tasks = opendir("/proc/self/task");
    size_t n = 0;

    assert_non_null(tasks);
    while (readdir(tasks) != NULL) /* NOLINT(concurrency-mt-unsafe): a stream of our own */
        n++;
    (void)closedir(tasks);
    return n - 2; /* . and .. */
}

static size_t alone; /* before there was any pool */

/* One that has been joined may still be seen there for a moment. */
static void
wait_until_alone(void)
{
    while (threads_of_this_process() > alone)
        (void)sched_yield();
}

static void
as_many_are_hashed_at_once_as_there_are_threads(void **state)
{
    stage *s = *state;

    close_pool(s);
    for (size_t n = 1; n <= 3; n++) {
        assert_true(xf_limit_set("limit.hash_threads", n));
        wait_until_alone();
        open_pool(s);
        assert_int_equal(threads_of_this_process(), alone + n);
        s->asked = 0;
        s->done = 0;
        for (size_t i = 0; i <= n; i++)
            assert_int_equal(run(s, i, NULL), XF_CODE_OK);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(sem_wait(&begun), 0);
        assert_int_equal(xf_password_waiting(s->pool), 1);
        let_all_end(s);
        assert_int_equal(sem_wait(&begun), 0); /* the one that waited */
        while (sem_trywait(&may_end) == 0)
            ;
        close_pool(s);
    }
    s->asked = 0;
    s->done = 0;
    open_pool(s); /* for who takes down the stage */
}

/* ---- How long --------------------------------------------------------------------------- */

static void
who_waits_longer_than_the_limit_is_overloaded_and_not_hashed(void **state)
{
    const int64_t wait_ms = (int64_t)xf_limit_get(XF_LIMIT_HASH_WAIT_MS);
    const uint64_t hits = xf_limit_hits(XF_LIMIT_HASH_WAIT_MS);
    stage *s = *state;

    keep_threads_busy(s);
    for (size_t i = 0; i < 3; i++, time_goes_on(1)) /* the first of them waits longest */
        assert_int_equal(run(s, THREADS + i, NULL), XF_CODE_OK);
    time_goes_on(wait_ms - 2);
    let_all_end(s);
    assert_int_equal(s->jobs[THREADS].code, XF_CODE_OVERLOADED); /* a millisecond too long */
    assert_string_equal(s->jobs[THREADS].hash, "");
    assert_int_equal(s->jobs[THREADS + 1].code, XF_CODE_OK);
    assert_int_equal(s->jobs[THREADS + 2].code, XF_CODE_OK);
    assert_int_equal(xf_limit_hits(XF_LIMIT_HASH_WAIT_MS), hits + 1);
}

static void
on_call(xf_call *call, void *data)
{
    stage *s = data;

    s->told = call->error;
    s->done++;
    xf_call_free(&call);
}

/* What anybody's call is told: here of a password that is set. */
static void
a_call_is_told_when_to_come_again(void **state)
{
    uint8_t op_id[16] = {1};
    char badge[] = "T00020";
    char password[] = "correct horse";
    Xf__LoginSetPasswordRequest request = XF__LOGIN_SET_PASSWORD_REQUEST__INIT;
    stage *s = *state;
    xf_call *call = NULL;
    xf_buf body;

    request.has_op_id = 1;
    request.op_id = (ProtobufCBinaryData){sizeof op_id, op_id};
    request.badge = badge;
    request.password = password;
    xf_buf_init(&body, XF_LIMIT_FRAME);
    assert_int_equal(xf_message_pack(&request.base, &body, NULL), XF_CODE_OK);
    call = xf_call_new(&s->room, xf_method_find(XF_RPC_LOGIN_SET_PASSWORD), xf_buf_at(&body),
                       xf_buf_readable(&body));
    call->actor = (xf_actor){.bureau = 1, .officer = 2, .unit = 3, .roles = XF_MAY_SECURITY_ADMIN};
    call->done = on_call;
    call->data = s;
    keep_threads_busy(s);
    s->asked++;
    xf_call_start(call);
    while (xf_password_waiting(s->pool) == 0)
        (void)uv_run(&s->loop, UV_RUN_NOWAIT);
    time_goes_on((int64_t)xf_limit_get(XF_LIMIT_HASH_WAIT_MS) + 1);
    let_all_end(s);
    assert_int_equal(s->told.code, XF_CODE_OVERLOADED);
    assert_int_equal(s->told.text, XF_TEXT_OVERLOADED);
    assert_int_equal(s->told.retry_after_ms, XF_PASSWORD_RETRY_MS);
    assert_int_equal(s->room.running, 0);
    xf_buf_clear(&body);
}

#define PLAY(name) cmocka_unit_test_setup_teardown(name, up, down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PLAY(as_many_wait_as_the_queue_holds_and_the_newest_is_told_when_to_come_again),
        PLAY(as_many_are_hashed_at_once_as_there_are_threads),
        PLAY(who_waits_longer_than_the_limit_is_overloaded_and_not_hashed),
        PLAY(a_call_is_told_when_to_come_again),
    };

    alone = threads_of_this_process();
    return cmocka_run_group_tests(tests, xf_test_seal_up, xf_test_seal_down);
}
