/* wire/link_inside — one connection: shared by link.c, which reads, and link_write.c, which writes. */
#ifndef XF_WIRE_LINK_INSIDE_H
#define XF_WIRE_LINK_INSIDE_H

#include "base/buf.h"
#include "wire/link.h"
#include "wire/progress.h"

typedef enum xf_link_stage {
    CONNECTING,
    GREETING,
    READY,
    LEAVING,
    LINGERING,
    CLOSED
} xf_link_stage;

struct xf_link {
    uv_tcp_t tcp;
    uv_timer_t timer; /* until ready, and from leaving on */
    uv_connect_t connect;
    uv_write_t write;
    uv_shutdown_t shutdown;
    xf_flusher *flusher;
    xf_flush_item item;
    xf_tls *tls;
    const xf_link_events *events; /* NULL: never given out */
    void *data;
    xf_link_stage stage;
    int handles;       /* not closed yet */
    bool accepted;     /* the server's end */
    bool writing;      /* `write` is under way with `written` */
    bool paused;       /* not read from */
    bool said_goodbye; /* close_notify is out: nothing more may follow */
    bool wants_drained;
    bool held;
    xf_progress progress;
    xf_buf plain_in;
    xf_buf plain_out;
    xf_buf cipher_out;
    xf_buf written;
    uint64_t max_body;
    int64_t heard_ms;
    xf_error why;
};

/* link.c */
/* The connection is gone: closes at once, and says so unless there is a reason already. */
void xf_link_lost(xf_link *link);
void xf_link_broken(xf_link *link, ssize_t status); /* likewise: reading or writing failed so */
/* The link's one timer: until ready, and from leaving on. */
void xf_link_set_deadline(xf_link *link, uint64_t after_ms);
XF_NODISCARD xf_code xf_link_start_reading(xf_link *link, xf_error *reterr);

/* link_write.c */
/* Encrypts and writes what is queued, until the kernel takes no more. `owner` is the link. */
void xf_link_flush(void *owner);

#endif
