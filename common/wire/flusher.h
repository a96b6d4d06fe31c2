/* wire/flusher — once before and once after each poll, every link with something to send
 * sends it.
 *
 * One for each loop, touched by its thread only. It does not keep the loop alive. It
 * also has the one buffer into which all links of the loop read, for a read is worked
 * off before the next begins.
 */
#ifndef XF_WIRE_FLUSHER_H
#define XF_WIRE_FLUSHER_H

#include <stdbool.h>

#include <uv.h>

#include "base/buf.h"

typedef struct xf_flusher xf_flusher;

xf_flusher *xf_flusher_new(uv_loop_t *loop);
/* Closes its handles; memory goes when the loop has run once more. Sets NULL. Its links
 * have to be closed before: not yet gone, but beyond a gentle close. */
void xf_flusher_close(xf_flusher **flusher);

/* ---- For link.c */

/* Embedded in a link; fill flush and owner. What flush marks has its turn with the next flush,
 * before the loop sleeps. */
typedef struct xf_flush_item {
    struct xf_flush_item *prev; /* both NULL: not in the list */
    struct xf_flush_item *next;
    void (*flush)(void *owner);
    void *owner;
} xf_flush_item;

void xf_flusher_mark(xf_flusher *flusher, xf_flush_item *item); /* again is harmless */
void xf_flusher_unmark(xf_flush_item *item);                    /* twice is harmless */
uv_buf_t xf_flusher_scratch(xf_flusher *flusher);
/* Empty, and to be left empty: for what is encrypted and written in one go. */
xf_buf *xf_flusher_cipher(xf_flusher *flusher);
/* A link begins or ends to use the flusher. */
void xf_flusher_join(xf_flusher *flusher);
void xf_flusher_leave(xf_flusher *flusher);

#endif
