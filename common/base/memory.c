/* base/memory — see memory.h. */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void *
xf_memory_new(size_t n)
{
    void *memory = calloc(1, n > 0 ? n : 1);

    if (memory == NULL)
        abort();
    return memory;
}

void *
xf_memory_grow(void *memory, size_t n)
{
    void *grown = realloc(memory, n > 0 ? n : 1);

    if (grown == NULL)
        abort();
    return grown;
}

char *
xf_memory_text(const char *text, size_t n)
{
    char *copy = xf_memory_new(n + 1);

    if (n > 0)
        memcpy(copy, text, n);
    return copy;
}
