/* session/pace — one number: when the next turn would be due. */
#include "session/pace.h"

enum { SECOND_US = 1000000, MS_US = 1000 };

uint32_t
xf_pace_wait_ms(const xf_pace *pace, uint64_t a_second, uint64_t burst, int64_t now_us)
{
    const int64_t share_us = SECOND_US / (int64_t)a_second;
    const int64_t early_us = pace->next_us - (int64_t)(burst - 1) * share_us - now_us;

    return early_us <= 0 ? 0 : (uint32_t)((early_us + MS_US - 1) / MS_US);
}

void
xf_pace_take(xf_pace *pace, uint64_t a_second, int64_t now_us)
{
    if (pace->next_us < now_us)
        pace->next_us = now_us;
    pace->next_us += SECOND_US / (int64_t)a_second;
}
