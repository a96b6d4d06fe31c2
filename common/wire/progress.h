/* wire/progress — is a peer getting on, with the frame that it sends and with what it is sent?
 *
 * Embedded in its link, zeroed, and told what happens there. Whoever is slow is not judged by silence:
 * one byte now and then is none, and a poor line is no fault.
 */
#ifndef XF_WIRE_PROGRESS_H
#define XF_WIRE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limit.h"

typedef struct xf_progress {
    int64_t partial_ms; /* when the frame began that is not whole; 0: none */
    int64_t taken_ms;   /* when something was taken last, as far as was looked */
    size_t left;        /* of what is being written, at that time */
} xf_progress;

/* After what was read has been delivered: is a part of a frame left over? */
void xf_progress_heard(xf_progress *progress, bool whole, bool partial);
/* About once a second: `left` bytes wait for a peer who has taken none for XF_LIMIT_WRITE_STALL_MS, or
 * `partial` bytes of a frame are there past XF_LIMIT_FRAME_MS, and came slower than
 * XF_LIMIT_FRAME_PACE. Counts the hit; XF_LIMIT_COUNT: neither. 0 for what is not to be judged. */
xf_limit xf_progress_judge(xf_progress *progress, size_t left, size_t partial, int64_t steady_ms);

#endif
