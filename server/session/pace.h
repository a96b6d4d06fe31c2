/* session/pace — so many a second, and so many at once before that counts.
 *
 * Embedded, zeroed. Who takes a turn pushes the next one back by a second's share; a turn that lies
 * further ahead than the burst has to be waited for. Pure but for its own place: the caller has the
 * time.
 */
#ifndef XF_SESSION_PACE_H
#define XF_SESSION_PACE_H

#include <stdint.h>

typedef struct xf_pace {
    int64_t next_us; /* steady: when the next turn would be, if there were no burst */
} xf_pace;

/* How long until the next turn; 0: now. Neither number is 0. */
uint32_t xf_pace_wait_ms(const xf_pace *pace, uint64_t a_second, uint64_t burst, int64_t now_us);
void xf_pace_take(xf_pace *pace, uint64_t a_second, int64_t now_us);

#endif
