/* http/ready — one judgement at a time, kept for a second. */
#include "http/ready.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/now.h"
#include "db/probe.h"

enum { KEPT_MS = 1000 };

typedef struct judgement {
    xf_ready_reason reasons[XF_READY_MOST];
    size_t n;
} judgement;

struct xf_ready {
    const xf_ready_conf *conf;
    pthread_mutex_t lock; /* held while the database is asked; guards all below */
    judgement last;
    int64_t judged_ms; /* steady; 0: never */
};

static void
put(judgement *j, const char *name, xf_text text)
{
    assert(j->n < XF_READY_MOST);
    j->reasons[j->n++] = (xf_ready_reason){name, text};
}

/* What cannot be said of a database that is not reached is not said. */
static void
judge_database(judgement *j, const xf_ready_conf *conf)
{
    xf_probe probe;

    xf_probe_run(conf->db_app, XF_READY_PROBE_MS, &probe);
    if (!probe.reached) {
        put(j, "database", XF_TEXT_DATABASE_AWAY);
        return;
    }
    if (!probe.schema)
        put(j, "schema", XF_TEXT_DATABASE_OLD);
    if (!probe.writable) {
        put(j, "database", XF_TEXT_DATABASE_READ_ONLY);
    } else if (!probe.access) {
        put(j, "access", XF_TEXT_ACCESS_UNWRITABLE);
    }
}

bool
xf_ready_disk_is_low(uint64_t available, uint64_t total, int64_t least)
{
    return (double)available * 100 < (double)total * (double)least;
}

static void
judge_disk(judgement *j, const xf_ready_conf *conf)
{
    struct statvfs about = {0};

    if (conf->disk == NULL || conf->disk[0] == '\0')
        return;
    if (statvfs(conf->disk, &about) != 0) {
        put(j, "disk", XF_TEXT_FILE_UNREADABLE);
    } else if (xf_ready_disk_is_low(about.f_bavail, about.f_blocks, conf->disk_free)) {
        put(j, "disk", XF_TEXT_DISK_LOW);
    }
}

/* By the real clock, as OpenSSL goes by it. */
static void
judge_certificate(judgement *j, const xf_ready_conf *conf)
{
    if (conf->certificate_ends_s(conf->data) - (int64_t)time(NULL) < XF_READY_CERTIFICATE_S)
        put(j, "certificate", XF_TEXT_CERTIFICATE_LAST_DAYS);
}

/* Whoever asks every few seconds should not fill the log. */
static void
tell_change(const judgement *before, const judgement *now)
{
    bool same = before->n == now->n;

    for (size_t i = 0; same && i < now->n; i++)
        same = before->reasons[i].text == now->reasons[i].text;
    if (same)
        return;
    if (now->n == 0)
        XF_INFO("http.ready");
    for (size_t i = 0; i < now->n; i++)
        XF_WARN("http.not_ready", XF_WORD(reason, now->reasons[i].name));
}

static void
judge_anew(xf_ready *ready)
{
    judgement now = {.n = 0};

    judge_database(&now, ready->conf);
    judge_disk(&now, ready->conf);
    judge_certificate(&now, ready->conf);
    tell_change(&ready->last, &now);
    ready->last = now;
    ready->judged_ms = xf_now_steady_ms();
}

xf_ready *
xf_ready_new(const xf_ready_conf *conf)
{
    xf_ready *ready = xf_memory_new(sizeof *ready);

    ready->conf = conf;
    if (pthread_mutex_init(&ready->lock, NULL) != 0)
        abort();
    return ready;
}

void
xf_ready_free(xf_ready **ready)
{
    if (*ready == NULL)
        return;
    (void)pthread_mutex_destroy(&(*ready)->lock);
    free(*ready);
    *ready = NULL;
}

size_t
xf_ready_judge(xf_ready *ready, xf_ready_reason ret_reasons[XF_READY_MOST])
{
    judgement now = {.n = 0};

    if (ready->conf->stopping(ready->conf->data)) {
        put(&now, "stopping", XF_TEXT_GOING_AWAY);
    } else {
        (void)pthread_mutex_lock(&ready->lock);
        if (ready->judged_ms == 0 || xf_now_steady_ms() - ready->judged_ms >= KEPT_MS)
            judge_anew(ready);
        now = ready->last;
        (void)pthread_mutex_unlock(&ready->lock);
    }
    memcpy(ret_reasons, now.reasons, now.n * sizeof now.reasons[0]);
    return now.n;
}
