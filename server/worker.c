/* worker — puts database, sessions and timer together on a loop, runs it, and takes them apart in
 * order. */
#include "worker.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <uv.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/metric.h"
#include "base/now.h"
#include "call/room.h"
#include "db/listen.h"
#include "job/timer.h"
#include "session/listen.h"
#include "session/logins.h"
#include "session/sessions.h"
#include "session/standing.h"
#include "wire/link.h"

enum { LOOK_MS = 20 }; /* how often a worker that is stopping looks whether all is done */

/* What a stop waits for, one after the other. */
typedef enum stop_phase { RUNS, ANSWERS, PARTS } stop_phase;

struct xf_worker {
    xf_shared *shared;
    unsigned number;
    int port;
    uv_thread_t thread;
    uv_loop_t loop;
    uv_async_t stop;
    uv_timer_t look;
    uv_timer_t beat;
    stop_phase phase;
    int64_t stopping_ms; /* steady; 0: not asked to */
    xf_room room;
    xf_seal *seal; /* the process's keys, for this thread */
    xf_sessions sessions;
    xf_flusher *flusher;
    xf_listen *listen;
    xf_db_listen *news;
    xf_timer *timer; /* worker 0 only */
    bool has_sessions;
};

/* ---- Taking apart ------------------------------------------------------------------- */

/* Nobody is connected and nothing runs: closes what has a handle, so that the loop ends. */
static void
close_parts(xf_worker *worker)
{
    worker->phase = PARTS;
    xf_listen_close(&worker->listen);
    xf_timer_close(&worker->timer);
    if (worker->news != NULL)
        xf_db_listen_close(&worker->news);
    xf_standing_close(&worker->sessions.standing);
    xf_logins_close(&worker->sessions.logins);
    if (worker->has_sessions)
        xf_sessions_clear(&worker->sessions);
    if (worker->room.writer != NULL)
        xf_writer_close(&worker->room.writer);
    if (worker->room.reader != NULL)
        xf_reader_close(&worker->room.reader);
    xf_password_desk_close(&worker->room.passwords);
    xf_calendars_free(&worker->room.calendars);
    xf_plans_free(&worker->room.plans);
    xf_seal_free(&worker->seal);
    if (worker->flusher != NULL)
        xf_flusher_close(&worker->flusher);
    xf_pulse_end(&worker->shared->pulse, worker->number);
    uv_close((uv_handle_t *)&worker->beat, NULL);
    uv_close((uv_handle_t *)&worker->look, NULL);
    uv_close((uv_handle_t *)&worker->stop, NULL);
}

static bool
nothing_runs(const xf_worker *worker)
{
    return worker->room.running == 0 && (worker->timer == NULL || xf_timer_idle(worker->timer));
}

/* Past the limit: a peer that takes no output is cut; a call cannot be. */
static void
give_up(xf_worker *worker)
{
    if (worker->phase == ANSWERS) {
        xf_sessions_cut(&worker->sessions, false);
        return;
    }
    XF_ERROR("worker.stop_overdue", XF_COUNT(running, worker->room.running));
    _exit(1); /* other threads are at work: no exit handlers; the op rows say what was done */
}

static void
on_look(uv_timer_t *look)
{
    xf_worker *worker = look->data;

    if (worker->phase == RUNS && nothing_runs(worker)) {
        worker->phase = ANSWERS;
        xf_sessions_cut(&worker->sessions, true);
    } else if (worker->phase == ANSWERS && worker->sessions.count == 0) {
        close_parts(worker);
    } else if (xf_now_steady_ms() - worker->stopping_ms >= XF_WORKER_STOP_MS) {
        give_up(worker);
    }
}

static void
on_stop(uv_async_t *stop)
{
    xf_worker *worker = stop->data;

    if (worker->stopping_ms != 0)
        return;
    worker->stopping_ms = xf_now_steady_ms();
    XF_INFO("worker.stopping", XF_ID(worker, worker->number),
            XF_COUNT(connections, worker->sessions.count), XF_COUNT(running, worker->room.running));
    xf_listen_close(&worker->listen);
    if (worker->timer != NULL)
        xf_timer_stop(worker->timer);
    xf_standing_close(&worker->sessions.standing);
    xf_logins_close(&worker->sessions.logins);
    xf_sessions_farewell(&worker->sessions);
    (void)uv_timer_start(&worker->look, on_look, 0, LOOK_MS);
}

/* ---- Putting together --------------------------------------------------------------- */

/* Handles first, without which nothing could be closed again. */
static xf_code
init_loop(xf_worker *worker, xf_error *reterr)
{
    if (uv_loop_init(&worker->loop) != 0)
        return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "");
    if (uv_async_init(&worker->loop, &worker->stop, on_stop) != 0) {
        (void)uv_loop_close(&worker->loop);
        return XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, "");
    }
    (void)uv_timer_init(&worker->loop, &worker->look); /* never fails */
    (void)uv_timer_init(&worker->loop, &worker->beat); /* likewise */
    worker->beat.data = worker;
    worker->stop.data = worker;
    worker->look.data = worker;
    return XF_CODE_OK;
}

static xf_code
open_database(xf_worker *worker, xf_error *reterr)
{
    const xf_server_conf *conf = worker->shared->conf;
    xf_code code = XF_CODE_OK;

    XF_TRY(xf_writer_new(&worker->loop, conf->db_app, (unsigned)conf->db_writers,
                         &worker->room.writer, reterr));
    XF_TRY(xf_reader_new(&worker->loop, conf->db_app, (unsigned)conf->db_readers,
                         &worker->room.reader, reterr));
    XF_TRY(xf_db_listen_new(&worker->loop, conf->db_app, xf_sessions_news, &worker->sessions,
                            &worker->news, reterr));
out:
    return code;
}

static xf_code
open_parts(xf_worker *worker, int port, xf_error *reterr)
{
    xf_shared *shared = worker->shared;
    xf_code code = XF_CODE_OK;

    worker->room.loop = &worker->loop;
    worker->seal = xf_seal_copy(shared->seal);
    worker->room.seal = worker->seal;
    worker->room.issuer = shared->issuer;
    worker->room.calendars = xf_calendars_new();
    worker->room.plans = xf_plans_new();
    worker->flusher = xf_flusher_new(&worker->loop);
    worker->sessions.room = &worker->room;
    worker->sessions.flusher = worker->flusher;
    worker->sessions.tls = shared->tls;
    worker->sessions.connections = &shared->connections;
    worker->sessions.addresses = shared->addresses;
    xf_sessions_init(&worker->sessions);
    worker->has_sessions = true;
    XF_TRY(xf_password_desk_new(shared->passwords, &worker->loop, &worker->room.passwords, reterr));
    XF_TRY(open_database(worker, reterr));
    worker->sessions.standing = xf_standing_new(&worker->sessions);
    worker->sessions.logins = xf_logins_new(&worker->sessions);
    if (worker->number == 0) {
        XF_TRY(xf_timer_new(&worker->room, shared->conf->db_app, shared->conf->job_every_ms,
                            &worker->timer, reterr));
    }
    /* Last: from here on somebody may come. */
    XF_TRY(xf_listen_new(&worker->loop, shared->conf->listen_address, port, xf_sessions_came,
                         &worker->sessions, &worker->listen, reterr));
    worker->port = xf_listen_port(worker->listen);
out:
    return code;
}

/* What it has in hand, as of the last beat. */
static void
tell_gauges(const xf_worker *worker)
{
    xf_metric_set(XF_METRIC_IN_PROGRESS, worker->room.running);
    xf_metric_set(XF_METRIC_WAITING, xf_writer_waiting(worker->room.writer));
    xf_metric_set(XF_METRIC_READ_WAITING, xf_reader_waiting(worker->room.reader));
    xf_sessions_tell_gauges(&worker->sessions);
}

static void
on_beat(uv_timer_t *beat)
{
    const xf_worker *worker = beat->data;

    xf_pulse_beat(&worker->shared->pulse, worker->number);
    tell_gauges(worker);
}

static void
run(void *data)
{
    xf_worker *worker = data;
    char name[16] = ""; /* as many as the kernel keeps */

    (void)snprintf(name, sizeof name, "worker-%u", worker->number);
    (void)pthread_setname_np(pthread_self(), name);
    (void)uv_run(&worker->loop, UV_RUN_DEFAULT);
}

/* Runs what is left to be closed, and frees. */
static void
finish(xf_worker **worker)
{
    int left = 0;

    (void)uv_run(&(*worker)->loop, UV_RUN_DEFAULT);
    left = uv_loop_close(&(*worker)->loop);
    assert(left == 0);
    (void)left;
    free(*worker);
    *worker = NULL;
}

xf_code
xf_worker_start(xf_shared *shared, unsigned number, int port, xf_worker **ret_worker,
                xf_error *reterr)
{
    xf_worker *worker = xf_memory_new(sizeof *worker);
    xf_code code = XF_CODE_OK;

    worker->shared = shared;
    worker->number = number;
    code = init_loop(worker, reterr);
    if (code != XF_CODE_OK) {
        free(worker);
        return code;
    }
    XF_TRY(open_parts(worker, port, reterr));
    xf_pulse_beat(&shared->pulse, number);
    (void)uv_timer_start(&worker->beat, on_beat, 0, XF_PULSE_EVERY_MS);
    if (uv_thread_create(&worker->thread, run, worker) != 0)
        XF_TRY(XF_FAIL(reterr, XF_CODE_INTERNAL, XF_TEXT_INTERNAL, ""));
    *ret_worker = worker;
out:
    if (code != XF_CODE_OK) {
        close_parts(worker);
        finish(&worker);
    }
    return code;
}

int
xf_worker_port(const xf_worker *worker)
{
    return worker->port;
}

void
xf_worker_stop(xf_worker *worker)
{
    (void)uv_async_send(&worker->stop);
}

void
xf_worker_join(xf_worker **worker)
{
    (void)uv_thread_join(&(*worker)->thread);
    finish(worker);
}
