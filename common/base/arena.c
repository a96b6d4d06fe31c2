/* base/arena — chunks that grow, the first of them in the arena's own malloc, so that
 * an ordinary request costs one malloc and one free.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limit.h"
#include "base/memory.h"

enum {
    FIRST_CAP = 4096,
    MOST_CAP = 65536, /* a chunk doubles up to this; what is larger gets one of its own */
    ALIGN = alignof(max_align_t),
};

typedef struct chunk {
    struct chunk *next;
    size_t used;
    size_t cap;
    alignas(max_align_t) uint8_t bytes[];
} chunk;

struct xf_arena {
    ProtobufCAllocator allocator;
    chunk *chunk; /* the one that is being filled; older ones behind it */
    size_t left;  /* below the ceiling */
    bool full;
    alignas(max_align_t) uint8_t first[sizeof(chunk) + FIRST_CAP];
};

static chunk *
chunk_new(size_t cap)
{
    chunk *made = xf_memory_grow(NULL, sizeof *made + cap);

    *made = (chunk){.cap = cap};
    return made;
}

/* Another chunk with n bytes to spare, for which the top one has no room. */
static chunk *
chunk_more(xf_arena *arena, size_t n)
{
    chunk *top = arena->chunk;
    chunk *made = NULL;

    if (n > MOST_CAP / 2) { /* its own, behind the one that still has room */
        made = chunk_new(n);
        made->next = top->next;
        top->next = made;
        return made;
    }
    made = chunk_new(top->cap < MOST_CAP ? top->cap * 2 : MOST_CAP);
    if (made->cap < n) {
        free(made);
        made = chunk_new(MOST_CAP);
    }
    made->next = top;
    arena->chunk = made;
    return made;
}

static void *
refuse(xf_arena *arena)
{
    if (!arena->full)
        xf_limit_hit(XF_LIMIT_ARENA);
    arena->full = true;
    return NULL;
}

/* As it comes, in whole units. */
static void *
take(xf_arena *arena, size_t n)
{
    chunk *from = arena->chunk;
    size_t whole = n > 0 ? (n + ALIGN - 1) / ALIGN * ALIGN : ALIGN;
    void *memory = NULL;

    if (n > arena->left || whole > arena->left)
        return refuse(arena);
    if (whole > from->cap - from->used)
        from = chunk_more(arena, whole);
    memory = from->bytes + from->used;
    from->used += whole;
    arena->left -= whole;
    return memory;
}

/* Not zeroed: protobuf-c expects no more than from malloc. */
static void *
pb_alloc(void *data, size_t n)
{
    return take(data, n);
}

static void
pb_free(void *data, void *memory)
{
    (void)data;
    (void)memory;
}

xf_arena *
xf_arena_new(void)
{
    /* Not zeroed: xf_arena_take does that, and only for what is used. */
    xf_arena *arena = xf_memory_grow(NULL, sizeof *arena);
    chunk *first = (chunk *)(void *)arena->first;

    *first = (chunk){.cap = FIRST_CAP};
    arena->allocator = (ProtobufCAllocator){pb_alloc, pb_free, arena};
    arena->chunk = first;
    arena->left = xf_limit_get(XF_LIMIT_ARENA);
    arena->full = false;
    return arena;
}

void
xf_arena_free(xf_arena **arena)
{
    if (*arena == NULL)
        return;
    for (chunk *at = (*arena)->chunk, *next = NULL; at != NULL; at = next) {
        next = at->next;
        if ((void *)at != (void *)(*arena)->first)
            free(at);
    }
    free(*arena);
    *arena = NULL;
}

void *
xf_arena_take(xf_arena *arena, size_t n)
{
    void *memory = take(arena, n);

    return memory == NULL ? NULL : memset(memory, 0, n);
}

char *
xf_arena_text(xf_arena *arena, const char *text, size_t n)
{
    char *copy = n < SIZE_MAX ? take(arena, n + 1) : NULL;

    if (copy == NULL)
        return NULL;
    if (n > 0)
        memcpy(copy, text, n);
    copy[n] = '\0';
    return copy;
}

bool
xf_arena_full(const xf_arena *arena)
{
    return arena->full;
}

ProtobufCAllocator *
xf_arena_allocator(xf_arena *arena)
{
    return &arena->allocator;
}
