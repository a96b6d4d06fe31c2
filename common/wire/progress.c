/* wire/progress — two times and a size. */
#include "wire/progress.h"

#include "base/now.h"

enum { SECOND_MS = 1000 };

void
xf_progress_heard(xf_progress *progress, bool whole, bool partial)
{
    if (whole || !partial)
        progress->partial_ms = 0;
    if (partial && progress->partial_ms == 0)
        progress->partial_ms = xf_now_steady_ms();
}

static bool
frame_overdue(const xf_progress *progress, size_t partial, int64_t steady_ms)
{
    const int64_t took_ms = steady_ms - progress->partial_ms;

    return partial > 0 && progress->partial_ms != 0 &&
           took_ms > (int64_t)xf_limit_get(XF_LIMIT_FRAME_MS) &&
           partial * SECOND_MS / (uint64_t)took_ms < xf_limit_get(XF_LIMIT_FRAME_PACE);
}

static bool
stalls(xf_progress *progress, size_t left, int64_t steady_ms)
{
    if (left == 0 || left != progress->left) {
        progress->left = left;
        progress->taken_ms = steady_ms;
    }
    return steady_ms - progress->taken_ms > (int64_t)xf_limit_get(XF_LIMIT_WRITE_STALL_MS);
}

xf_limit
xf_progress_judge(xf_progress *progress, size_t left, size_t partial, int64_t steady_ms)
{
    xf_limit over = XF_LIMIT_COUNT;

    if (stalls(progress, left, steady_ms)) {
        over = XF_LIMIT_WRITE_STALL_MS;
    } else if (frame_overdue(progress, partial, steady_ms)) {
        over = XF_LIMIT_FRAME_MS;
    }
    if (over != XF_LIMIT_COUNT)
        xf_limit_hit(over);
    return over;
}
