/* base/arena: zeroed, aligned, capped, gone whole. */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limit.h"

static void
what_is_taken_is_zeroed_and_aligned(void **state)
{
    xf_arena *arena = xf_arena_new();
    uint8_t *at = NULL;

    (void)state;
    for (size_t n = 0; n < 3000; n++) {
        at = xf_arena_take(arena, n);
        assert_non_null(at);
        assert_int_equal((uintptr_t)at % 16, 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(at[i], 0);
        memset(at, 0xff, n);
    }
    xf_arena_free(&arena);
    assert_null(arena);
    xf_arena_free(&arena);
}

static void
a_large_piece_leaves_the_small_chunk_in_use(void **state)
{
    xf_arena *arena = xf_arena_new();
    char *before = xf_arena_take(arena, 16);
    uint8_t *large = xf_arena_take(arena, 1000000);
    char *after = xf_arena_take(arena, 16);

    (void)state;
    memset(large, 1, 1000000);
    assert_ptr_equal(after, before + 16);
    xf_arena_free(&arena);
}

static void
every_size_from_every_fill_fits(void **state)
{
    (void)state;
    for (size_t fill = 16; fill <= 4096; fill += 1360) {
        for (size_t n = 1; n < 150000; n = n * 2 + 1) {
            xf_arena *arena = xf_arena_new();

            memset(xf_arena_take(arena, fill), 1, fill);
            memset(xf_arena_take(arena, n), 2, n);
            memset(xf_arena_take(arena, n), 3, n);
            xf_arena_free(&arena);
        }
    }
}

static void
a_text_is_copied_with_a_nul_behind_it(void **state)
{
    xf_arena *arena = xf_arena_new();

    (void)state;
    assert_string_equal(xf_arena_text(arena, "信访件", 6), "信访");
    assert_string_equal(xf_arena_text(arena, NULL, 0), "");
    assert_null(xf_arena_text(arena, "x", SIZE_MAX));
    xf_arena_free(&arena);
}

static void
past_the_ceiling_there_is_nothing(void **state)
{
    xf_arena *arena = xf_arena_new();
    uint64_t ceiling = xf_limit_get(XF_LIMIT_ARENA);
    uint64_t hits = xf_limit_hits(XF_LIMIT_ARENA);

    (void)state;
    assert_null(xf_arena_take(arena, ceiling + 1));
    assert_null(xf_arena_take(arena, SIZE_MAX));
    assert_true(xf_arena_full(arena));
    assert_int_equal(xf_limit_hits(XF_LIMIT_ARENA), hits + 1);
    assert_non_null(xf_arena_take(arena, ceiling));
    assert_null(xf_arena_take(arena, 0));
    xf_arena_free(&arena);

    arena = xf_arena_new();
    assert_non_null(xf_arena_take(arena, ceiling - 1)); /* which is rounded up to all of it */
    assert_int_equal(xf_limit_hits(XF_LIMIT_ARENA), hits + 1);
    assert_null(xf_arena_take(arena, 1));
    assert_int_equal(xf_limit_hits(XF_LIMIT_ARENA), hits + 2);
    xf_arena_free(&arena);

    arena = xf_arena_new();
    for (uint64_t taken = 0; taken < ceiling; taken += 4096)
        assert_non_null(xf_arena_take(arena, 4096));
    assert_false(xf_arena_full(arena));
    assert_null(xf_arena_take(arena, 1));
    xf_arena_free(&arena);
}

static void
protobuf_gets_its_memory_from_the_arena(void **state)
{
    xf_arena *arena = xf_arena_new();
    ProtobufCAllocator *allocator = xf_arena_allocator(arena);
    void *memory = allocator->alloc(allocator->allocator_data, 100);

    (void)state;
    memset(memory, 1, 100);
    allocator->free(allocator->allocator_data, memory);
    memset(memory, 2, 100);
    xf_arena_free(&arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_taken_is_zeroed_and_aligned),
        cmocka_unit_test(a_large_piece_leaves_the_small_chunk_in_use),
        cmocka_unit_test(every_size_from_every_fill_fits),
        cmocka_unit_test(a_text_is_copied_with_a_nul_behind_it),
        cmocka_unit_test(past_the_ceiling_there_is_nothing),
        cmocka_unit_test(protobuf_gets_its_memory_from_the_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
