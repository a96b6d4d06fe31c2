/* tests/support/still_time — steady time that stands still, for the exact edges of limits.
 *
 * A header of definitions: a program that includes it has clock_gettime(2) of its own, so that
 * base/now and the timers of libuv's loops go by one clock. That runs as ever until a test lets it
 * stand; then it goes on only as the test says. A loop is turned with UV_RUN_NOWAIT meanwhile:
 * one that slept until a timer is due would not wake.
 */
#ifndef XF_TEST_STILL_TIME_H
#define XF_TEST_STILL_TIME_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static _Atomic int64_t still_ms; /* 0: it runs */

int /* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): libc's are reserved */
clock_gettime(clockid_t clock, struct timespec *ret_now)
{
    const int64_t at_ms = atomic_load(&still_ms);

    if (at_ms == 0 || (clock != CLOCK_MONOTONIC && clock != CLOCK_MONOTONIC_COARSE))
        return (int)syscall(SYS_clock_gettime, clock, ret_now);
    ret_now->tv_sec = at_ms / 1000;
    ret_now->tv_nsec = at_ms % 1000 * 1000000;
    return 0;
}

static inline int64_t
time_stands(void)
{
    struct timespec now;

    (void)syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    atomic_store(&still_ms, (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + 1);
    return atomic_load(&still_ms);
}

static inline void
time_goes_on(int64_t ms)
{
    atomic_fetch_add(&still_ms, ms);
}

static inline void
time_runs(void)
{
    atomic_store(&still_ms, 0);
}

#endif
