/* sqlgen/text — a string that grows; header has the manual. */
#include "sqlgen/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *
xf_text_grow(void *old, size_t n, size_t size)
{
    void *grown = reallocarray(old, n, size);
    if (!grown)
        abort();
    return grown;
}

void
xf_text_add(xf_text_buf *buf, const char *bytes, size_t n)
{
    if (buf->len + n + 1 > buf->cap) {
        buf->cap = (buf->len + n + 1) * 2;
        buf->data = xf_text_grow(buf->data, buf->cap, 1);
    }
    memcpy(buf->data + buf->len, bytes, n);
    buf->len += n;
    buf->data[buf->len] = '\0';
}

void
xf_text_clear(xf_text_buf *buf)
{
    free(buf->data);
    *buf = (xf_text_buf){0};
}

char *
xf_text_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    xf_text_buf buf = {0};
    char part[4096];
    size_t n;
    while ((n = fread(part, 1, sizeof part, file)) > 0)
        xf_text_add(&buf, part, n);
    if (ferror(file)) {
        xf_text_clear(&buf);
    } else {
        xf_text_add(&buf, "", 0);
    }
    (void)fclose(file);
    return buf.data;
}
