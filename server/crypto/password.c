/* crypto/password — one queue, a few threads, and a way back for each loop.
 *
 * A job waits in the pool, is worked on by a thread, and comes back through its desk's list,
 * which the desk's uv_async empties on the loop. The pool's lock covers both lists; hashing
 * goes on outside it.
 */
#include "crypto/password.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <argon2.h>

#include "base/limit.h"
#include "base/memory.h"
#include "base/now.h"

enum { MOST_THREADS = 16, PASSES = 3, LANES = 1, SALT = 16, TAG = 32 };

/* Salt and tag are any bytes: nobody knows a password that gives this tag. */
#define NOBODY_SALT_AND_TAG "bm9ib2R5LXNpdHMtaGVyZQ$q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k"
static const char nobody[] = "$argon2id$v=19$m=65536,t=3,p=1$" NOBODY_SALT_AND_TAG;

struct xf_password_pool {
    pthread_mutex_t lock;
    pthread_cond_t work;
    pthread_t thread[MOST_THREADS];
    size_t n_threads;
    xf_password_job *first;
    xf_password_job **last; /* where the next one is hung */
    uint64_t waiting;
    uint32_t memory_kib;
    char nobody[XF_PASSWORD_HASH]; /* with this pool's memory */
    bool ending;
};

struct xf_password_desk {
    xf_password_pool *pool;
    uv_async_t wake;
    xf_password_job *done;  /* under the pool's lock */
    xf_password_job **last; /* under the pool's lock */
    size_t out;             /* the loop's own: asked and not yet done */
};

const char *
xf_password_nobody(void)
{
    return nobody;
}

xf_code
xf_password_hash(const char *password, uint32_t memory_kib, char ret_hash[XF_PASSWORD_HASH])
{
    uint8_t salt[SALT];

    if (getrandom(salt, sizeof salt, 0) != (ssize_t)sizeof salt)
        return XF_CODE_INTERNAL;
    if (argon2id_hash_encoded(PASSES, memory_kib, LANES, password, strlen(password), salt,
                              sizeof salt, TAG, ret_hash, XF_PASSWORD_HASH) != ARGON2_OK)
        return XF_CODE_INTERNAL;
    return XF_CODE_OK;
}

static xf_code
prove(const xf_password_pool *pool, xf_password_job *job)
{
    bool is_nobody = strcmp(job->prove, nobody) == 0;
    int got = argon2id_verify(is_nobody ? pool->nobody : job->prove, job->password,
                              strlen(job->password));

    job->proved = got == ARGON2_OK && !is_nobody;
    if (got != ARGON2_OK && got != ARGON2_VERIFY_MISMATCH)
        return XF_CODE_INTERNAL; /* a hash in the database that is none, or no memory */
    return XF_CODE_OK;
}

/* Under the lock. */
static xf_password_job *
take_first(xf_password_pool *pool)
{
    xf_password_job *job = pool->first;

    pool->first = job->next;
    if (pool->first == NULL)
        pool->last = &pool->first;
    pool->waiting--;
    job->next = NULL;
    return job;
}

/* Under the lock, so that a desk is not closed between the two. */
static void
give_back(xf_password_job *job)
{
    xf_password_desk *desk = job->desk;

    *desk->last = job;
    desk->last = &job->next;
    (void)uv_async_send(&desk->wake);
}

/* Whoever has waited so long has gone, and those behind him would wait for his hash as well. */
static xf_code
hash(const xf_password_pool *pool, xf_password_job *job)
{
    if (xf_now_steady_ms() - job->queued_ms > (int64_t)xf_limit_get(XF_LIMIT_HASH_WAIT_MS)) {
        xf_limit_hit(XF_LIMIT_HASH_WAIT_MS);
        return XF_CODE_OVERLOADED;
    }
    if (job->prove != NULL)
        return prove(pool, job);
    return xf_password_hash(job->password, pool->memory_kib, job->hash);
}

static void *
work(void *data)
{
    xf_password_pool *pool = data;

    (void)pthread_mutex_lock(&pool->lock);
    for (;;) {
        xf_password_job *job = NULL;

        while (pool->first == NULL && !pool->ending)
            (void)pthread_cond_wait(&pool->work, &pool->lock);
        if (pool->first == NULL)
            break;
        job = take_first(pool);
        (void)pthread_mutex_unlock(&pool->lock);
        job->code = hash(pool, job);
        (void)pthread_mutex_lock(&pool->lock);
        give_back(job);
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return NULL;
}

xf_password_pool *
xf_password_pool_new(uint32_t memory_kib)
{
    xf_password_pool *pool = xf_memory_new(sizeof *pool);

    pool->memory_kib = memory_kib;
    pool->last = &pool->first;
    (void)snprintf(pool->nobody, sizeof pool->nobody, "$argon2id$v=19$m=%" PRIu32 ",t=3,p=1$%s",
                   memory_kib, NOBODY_SALT_AND_TAG);
    if (pthread_mutex_init(&pool->lock, NULL) != 0 || pthread_cond_init(&pool->work, NULL) != 0)
        abort();
    pool->n_threads = (size_t)xf_limit_get(XF_LIMIT_HASH_THREADS);
    assert(pool->n_threads <= MOST_THREADS);
    for (size_t i = 0; i < pool->n_threads; i++) {
        if (pthread_create(&pool->thread[i], NULL, work, pool) != 0)
            abort(); /* at process start, before anybody waits for anything */
    }
    return pool;
}

void
xf_password_pool_free(xf_password_pool **pool)
{
    if (*pool == NULL)
        return;
    (void)pthread_mutex_lock(&(*pool)->lock);
    (*pool)->ending = true;
    (void)pthread_cond_broadcast(&(*pool)->work);
    (void)pthread_mutex_unlock(&(*pool)->lock);
    for (size_t i = 0; i < (*pool)->n_threads; i++)
        (void)pthread_join((*pool)->thread[i], NULL);
    (void)pthread_cond_destroy(&(*pool)->work);
    (void)pthread_mutex_destroy(&(*pool)->lock);
    free(*pool);
    *pool = NULL;
}

static void
on_wake(uv_async_t *wake)
{
    xf_password_desk *desk = wake->data;
    xf_password_job *job = NULL;

    (void)pthread_mutex_lock(&desk->pool->lock);
    job = desk->done;
    desk->done = NULL;
    desk->last = &desk->done;
    (void)pthread_mutex_unlock(&desk->pool->lock);
    while (job != NULL) {
        xf_password_job *next = job->next; /* done may free the job */

        desk->out--;
        job->next = NULL;
        job->done(job);
        job = next;
    }
}

xf_code
xf_password_desk_new(xf_password_pool *pool, uv_loop_t *loop, xf_password_desk **ret_desk,
                     xf_error *reterr)
{
    xf_password_desk *desk = xf_memory_new(sizeof *desk);

    if (uv_async_init(loop, &desk->wake, on_wake) != 0) {
        free(desk);
        return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "");
    }
    desk->pool = pool;
    desk->last = &desk->done;
    desk->wake.data = desk;
    *ret_desk = desk;
    return XF_CODE_OK;
}

static void
on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void
xf_password_desk_close(xf_password_desk **desk)
{
    if (*desk == NULL)
        return;
    assert((*desk)->out == 0);
    /* The thread that gave the last job back may still be inside uv_async_send. */
    (void)pthread_mutex_lock(&(*desk)->pool->lock);
    (void)pthread_mutex_unlock(&(*desk)->pool->lock);
    uv_close((uv_handle_t *)&(*desk)->wake, on_closed);
    *desk = NULL;
}

uint64_t
xf_password_waiting(xf_password_pool *pool)
{
    uint64_t waiting = 0;

    (void)pthread_mutex_lock(&pool->lock);
    waiting = pool->waiting;
    (void)pthread_mutex_unlock(&pool->lock);
    return waiting;
}

xf_code
xf_password_run(xf_password_desk *desk, xf_password_job *job, xf_error *reterr)
{
    xf_password_pool *pool = desk->pool;
    bool full = false;

    job->desk = desk;
    job->next = NULL;
    job->proved = false;
    job->queued_ms = xf_now_steady_ms();
    (void)pthread_mutex_lock(&pool->lock);
    full = pool->waiting >= xf_limit_get(XF_LIMIT_HASH_QUEUE);
    if (!full) {
        *pool->last = job;
        pool->last = &job->next;
        pool->waiting++;
        desk->out++;
        (void)pthread_cond_signal(&pool->work);
    }
    (void)pthread_mutex_unlock(&pool->lock);
    if (full) {
        xf_code code = XF_FAIL(reterr, XF_CODE_OVERLOADED, XF_TEXT_OVERLOADED, "");

        xf_limit_hit(XF_LIMIT_HASH_QUEUE);
        if (reterr != NULL)
            reterr->retry_after_ms = XF_PASSWORD_RETRY_MS;
        return code;
    }
    return XF_CODE_OK;
}
