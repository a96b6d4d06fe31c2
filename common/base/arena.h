/* base/arena — the memory of one request: capped, and gone whole.
 *
 * Nothing in it is freed singly. It is also a ProtobufCAllocator, so a message is
 * unpacked into it and can never outgrow XF_LIMIT_ARENA.
 */
#ifndef XF_BASE_ARENA_H
#define XF_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

#include "base/error.h"

typedef struct xf_arena xf_arena;

xf_arena *xf_arena_new(void);
void xf_arena_free(xf_arena **arena);
/* Zeroed, aligned for any type. NULL only past the ceiling. */
void *xf_arena_take(xf_arena *arena, size_t n);
/* A copy with a NUL behind it. NULL only past the ceiling. */
char *xf_arena_text(xf_arena *arena, const char *text, size_t n);
/* Was anything refused because of the ceiling? */
bool xf_arena_full(const xf_arena *arena);
/* Borrowed, as long-lived as the arena. Its free does nothing. */
ProtobufCAllocator *xf_arena_allocator(xf_arena *arena);

#endif
