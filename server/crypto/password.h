/* crypto/password — argon2id (RFC 9106) off the loop, on XF_LIMIT_HASH_THREADS of its own.
 *
 * m = 64 MiB, t = 3, p = 1: about 0.33 s (m by configuration: password.memory_kib). Never
 * on libuv's pool, where files and names would wait behind it. One per process; the answer
 * comes back on the asking loop.
 */
#ifndef XF_CRYPTO_PASSWORD_H
#define XF_CRYPTO_PASSWORD_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "base/error.h"

typedef struct xf_password_pool xf_password_pool; /* process */
typedef struct xf_password_desk xf_password_desk; /* a loop's own way in and out of it */

enum {
    XF_PASSWORD_HASH = 128,       /* PHC string with its NUL */
    XF_PASSWORD_LEAST_KIB = 1024, /* what password.memory_kib may be */
    XF_PASSWORD_MOST_KIB = 1048576,
    XF_PASSWORD_KIB = 65536,
    XF_PASSWORD_RETRY_MS = 1000, /* the advice to whom is OVERLOADED */
};

typedef struct xf_password_job xf_password_job;

struct xf_password_job {
    const char *password;        /* borrowed until done; who lent it wipes it */
    const char *prove;           /* PHC string to prove it against, borrowed; NULL: make a hash */
    char hash[XF_PASSWORD_HASH]; /* what was made */
    bool proved;
    xf_code code; /* OVERLOADED: it waited XF_LIMIT_HASH_WAIT_MS for a thread */
    int64_t queued_ms;
    void (*done)(xf_password_job *job); /* from the loop, never inside xf_password_run */
    void *data;
    xf_password_job *next;
    xf_password_desk *desk;
};

xf_password_pool *xf_password_pool_new(uint32_t memory_kib);
void xf_password_pool_free(xf_password_pool **pool); /* desks are closed before */
XF_NODISCARD xf_code xf_password_desk_new(xf_password_pool *pool, uv_loop_t *loop,
                                          xf_password_desk **ret_desk, xf_error *reterr);
/* Every job must be done. Memory goes with the loop's next turn. Sets NULL. */
void xf_password_desk_close(xf_password_desk **desk);
/* OVERLOADED when XF_LIMIT_HASH_QUEUE jobs wait. */
XF_NODISCARD xf_code xf_password_run(xf_password_desk *desk, xf_password_job *job,
                                     xf_error *reterr);
uint64_t xf_password_waiting(xf_password_pool *pool); /* jobs without a thread; from any thread */
/* For `xinfangd bootstrap` and tests, blocking. */
XF_NODISCARD xf_code xf_password_hash(const char *password, uint32_t memory_kib,
                                      char ret_hash[XF_PASSWORD_HASH]);
/* A hash of no password. Proving against it is never true, and costs the same as for a real
 * officer: the pool takes its own memory for it, whatever this string says. */
const char *xf_password_nobody(void);

#endif
