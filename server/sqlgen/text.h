/* sqlgen/text — a string that grows. A failed malloc ends the program. */
#ifndef XF_SQLGEN_TEXT_H
#define XF_SQLGEN_TEXT_H

#include <stddef.h>

typedef struct xf_text_buf {
    char *data; /* ends with NUL; NULL while empty */
    size_t len;
    size_t cap;
} xf_text_buf;

void xf_text_add(xf_text_buf *buf, const char *bytes, size_t n);
void xf_text_clear(xf_text_buf *buf);
/* realloc of n elements of `size` bytes that cannot fail. */
void *xf_text_grow(void *old, size_t n, size_t size);
/* The whole file, ending with NUL, or NULL with errno set. The caller frees. */
char *xf_text_read(const char *path);

#endif
