/* base/buf — bytes that grow up to a named ceiling.
 *
 *      data            off               len              cap
 *      |  consumed      |  readable       |  writable      |
 *
 * Embedded by value: init / clear. The ceiling is on what is readable; growth past it
 * fails with LIMIT and is counted. A failed malloc aborts (base/memory).
 */
#ifndef XF_BASE_BUF_H
#define XF_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/limit.h"

typedef struct xf_buf {
    uint8_t *data;
    size_t off;
    size_t len;
    size_t cap;
    xf_limit limit; /* which ceiling */
} xf_buf;

void xf_buf_init(xf_buf *buf, xf_limit limit);
void xf_buf_clear(xf_buf *buf); /* frees; the buf is as after init */
void xf_buf_wipe(xf_buf *buf);  /* overwrites with zeros, then clears: for secrets */
size_t xf_buf_readable(const xf_buf *buf);
const uint8_t *xf_buf_at(const xf_buf *buf); /* first readable byte */
XF_NODISCARD xf_code xf_buf_append(xf_buf *buf, const void *bytes, size_t n, xf_error *reterr);
/* Room for n more bytes; *ret_room points at it. Then xf_buf_wrote says how many came. */
XF_NODISCARD xf_code xf_buf_room(xf_buf *buf, size_t n, uint8_t **ret_room, xf_error *reterr);
void xf_buf_wrote(xf_buf *buf, size_t n);
/* An emptied buf keeps up to 64 KiB for the next bytes and gives back more than that. */
void xf_buf_consume(xf_buf *buf, size_t n);
void xf_buf_release(xf_buf *buf); /* gives memory back if nothing is readable: for who rests */

#endif
