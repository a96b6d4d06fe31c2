/* health — what only the process knows, as functions for server/http; and the watchdog's timer. */
#include "health.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/now.h"
#include "http/http.h"
#include "notify.h"
#include "port_file.h"

struct xf_health {
    xf_shared *shared;
    xf_http *http; /* NULL: nobody asked for it */
    uv_timer_t watchdog;
};

/* ---- For server/http: from any thread ------------------------------------------------ */

static bool
is_stopping(void *data)
{
    const xf_health *health = data;

    return atomic_load(&health->shared->stopping);
}

static int64_t
certificate_ends(void *data)
{
    const xf_health *health = data;

    return xf_tls_context_ends_s(health->shared->tls);
}

static int
stuck_worker(void *data)
{
    const xf_health *health = data;

    return xf_pulse_stuck(&health->shared->pulse, xf_now_steady_ms());
}

static uint64_t
hashes_waiting(void *data)
{
    const xf_health *health = data;

    return xf_password_waiting(health->shared->passwords);
}

/* ---- Start and stop ------------------------------------------------------------------ */

static void
on_watchdog(uv_timer_t *timer)
{
    const xf_health *health = timer->data;
    int stuck = xf_pulse_stuck(&health->shared->pulse, xf_now_steady_ms());

    if (stuck < 0) {
        xf_notify_alive();
    } else {
        XF_ERROR("server.loop_stuck", XF_ID(worker, stuck));
    }
}

static xf_code
open_pages(xf_health *health, xf_error *reterr)
{
    const xf_server_conf *conf = health->shared->conf;
    const xf_http_conf http = {
        .where = conf->http_listen,
        .port = (int)conf->http_port,
        .version = XF_VERSION,
        .ready = {.db_app = conf->db_app,
                  .disk = conf->http_disk,
                  .disk_free = conf->http_disk_free,
                  .stopping = is_stopping,
                  .certificate_ends_s = certificate_ends,
                  .data = health},
        .stuck = stuck_worker,
        .hashes_waiting = hashes_waiting,
    };
    xf_code code = XF_CODE_OK;

    if (!xf_server_conf_has_http(conf))
        return XF_CODE_OK;
    XF_TRY(xf_http_start(&http, &health->http, reterr));
    XF_TRY(xf_port_file_write(conf->http_port_file, xf_http_port(health->http), "http.port_file",
                              reterr));
    XF_INFO("http.listening", XF_COUNT(port, xf_http_port(health->http)));
out:
    return code;
}

xf_code
xf_health_start(uv_loop_t *loop, xf_shared *shared, xf_health **ret_health, xf_error *reterr)
{
    const uint64_t every_ms = xf_notify_watchdog_ms();
    xf_health *health = xf_memory_new(sizeof *health);
    xf_code code = XF_CODE_OK;

    health->shared = shared;
    (void)uv_timer_init(loop, &health->watchdog); /* never fails */
    health->watchdog.data = health;
    code = open_pages(health, reterr);
    if (code != XF_CODE_OK) {
        xf_health_stop(&health);
        return code;
    }
    if (every_ms > 0)
        (void)uv_timer_start(&health->watchdog, on_watchdog, every_ms, every_ms);
    *ret_health = health;
    return XF_CODE_OK;
}

static void
on_closed(uv_handle_t *watchdog)
{
    free(watchdog->data);
}

void
xf_health_stop(xf_health **health)
{
    if (*health == NULL)
        return;
    xf_http_stop(&(*health)->http);
    uv_close((uv_handle_t *)&(*health)->watchdog, on_closed);
    *health = NULL;
}
