/* server/conf — what an operator may set: the keys of xinfangd's one file.
 *
 * Read once at process start; read only afterwards, by any thread. Keys that begin with
 * "limit." are base/limit's: they are read into `limits` here and hold once they are put
 * there. On SIGHUP the file is read into a second one, of which limits and certificates
 * are taken (reload.h).
 */
#ifndef XF_SERVER_CONF_H
#define XF_SERVER_CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/error.h"
#include "base/limit.h"

enum { XF_SERVER_WORKERS = 64 }; /* at most */

typedef struct xf_server_conf {
    char *listen_address;   /* numeric, default 127.0.0.1 */
    int64_t listen_port;    /* 0: any free one */
    char *listen_port_file; /* where the chosen port is written, or NULL */
    char *db_app;           /* conninfo of the role that serves */
    char *db_migrate;       /* conninfo of the role that migrates; may be absent when serving */
    char *tls_ca;
    char *tls_certificate;
    char *tls_key;
    char *seal_key_file;
    char *device_ca_key_file; /* the authority's, which makes devices here; NULL or empty: none */
    char *now_fixed;          /* "2026-11-24T09:00:00+08:00", or NULL or empty: real time */
    int64_t now_fixed_ms;     /* the same, parsed; 0: real time */
    int64_t workers;
    int64_t db_writers; /* connections a worker */
    int64_t db_readers; /* connections a worker */
    int64_t job_every_ms;
    int64_t password_memory_kib; /* argon2id's m */
    int64_t log_debug;           /* 1: a line for every call */
    char *http_listen;           /* a loopback address or a socket's path; NULL or empty: off */
    int64_t http_port;           /* -1: not given */
    char *http_port_file;
    char *http_disk;        /* a directory on the disk to watch, or NULL */
    int64_t http_disk_free; /* percent that should be */
    uint64_t limits[XF_LIMIT_COUNT];
} xf_server_conf;

/* On failure *ret_fault says where; what *ret_conf holds is cleared all the same. */
XF_NODISCARD xf_code xf_server_conf_read(const char *path, xf_server_conf *ret_conf,
                                         xf_conf_fault *ret_fault, xf_error *reterr);
/* The same, told of every fault; *ret_conf keeps what could be read, on failure too. */
XF_NODISCARD xf_code xf_server_conf_judge(const char *path, xf_conf_told *told, void *data,
                                          xf_server_conf *ret_conf, xf_conf_fault *ret_fault,
                                          xf_error *reterr);
void xf_server_conf_clear(xf_server_conf *conf);
bool xf_server_conf_has_http(const xf_server_conf *conf);
/* Puts its limits into force. */
void xf_server_conf_limits(const xf_server_conf *conf);
/* The next key, from the row *at on, whose value differs and that only a new start puts into
 * force; NULL: no further one. Begin with *at = 0. */
const char *xf_server_conf_differs(const xf_server_conf *a, const xf_server_conf *b, size_t *at);
/* Leaves the limits that hold from a new start on as they are. */
void xf_server_conf_keep(xf_server_conf *conf, const xf_server_conf *running);

/* RFC 3339 with an offset ("+08:00", "-05:30" or "Z"), whole seconds, after 1970. */
XF_NODISCARD xf_code xf_server_conf_moment(const char *text, int64_t *ret_ms, xf_error *reterr);

#endif
