/* pulse — the time of each worker's last beat. */
#include "pulse.h"

#include "base/now.h"

void
xf_pulse_beat(xf_pulse *pulse, unsigned worker)
{
    atomic_store(&pulse->beats_ms[worker], xf_now_steady_ms());
}

void
xf_pulse_end(xf_pulse *pulse, unsigned worker)
{
    atomic_store(&pulse->beats_ms[worker], 0);
}

int
xf_pulse_stuck(const xf_pulse *pulse, int64_t now_steady_ms)
{
    for (int i = 0; i < XF_SERVER_WORKERS; i++) {
        int64_t beat_ms = atomic_load(&pulse->beats_ms[i]);

        if (beat_ms != 0 && now_steady_ms - beat_ms > XF_PULSE_LATE_MS)
            return i;
    }
    return -1;
}
