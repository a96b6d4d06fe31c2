/* http/ready — can people work with this server now? Every reason why not.
 *
 * That its loops turn is not asked here: a server that is not ready should not be restarted.
 * The database is asked over a connection of its own, by one thread at a time and once a second
 * at most; an answer takes XF_READY_PROBE_MS at the longest. Changes are logged, once each.
 */
#ifndef XF_HTTP_READY_H
#define XF_HTTP_READY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    XF_READY_MOST = 8, /* reasons */
    XF_READY_PROBE_MS = 3000,
    XF_READY_CERTIFICATE_S = 7 * 86400,
};

typedef struct xf_ready xf_ready;

/* Outlives it; the functions are called from any thread. */
typedef struct xf_ready_conf {
    const char *db_app;                        /* conninfo */
    const char *disk;                          /* a directory on the disk to watch, or NULL */
    int64_t disk_free;                         /* percent that should be */
    bool (*stopping)(void *data);              /* is_stopping of server/health.c */
    int64_t (*certificate_ends_s)(void *data); /* seconds since the epoch; certificate_ends there */
    void *data;
} xf_ready_conf;

typedef struct xf_ready_reason {
    const char *name; /* "database": a word for scripts */
    xf_text text;     /* for people */
} xf_ready_reason;

xf_ready *xf_ready_new(const xf_ready_conf *conf);
void xf_ready_free(xf_ready **ready);
/* How many reasons there are; 0: ready. From any thread; blocks. */
size_t xf_ready_judge(xf_ready *ready, xf_ready_reason ret_reasons[XF_READY_MOST]);

/* Less than `least` percent of `total` are free; never of nothing. */
bool xf_ready_disk_is_low(uint64_t available, uint64_t total, int64_t least);

#endif
