/* test_base_memory.c: arenas hand out zeroed, aligned, separate room; arrays grow to their limit.
 */
#include "check.h"

#include <stdalign.h>

#include "headroom/base.h"

static void arena_pieces_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct hr_arena arena = {0};
    unsigned char *pieces[300];
    for (size_t i = 0; i < 300; i++) {
        size_t size = i * 7 % 400 + 1;
        pieces[i] = hr_arena_alloc(&arena, size);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        for (size_t k = 0; k < size; k++)
            assert_int_equal(pieces[i][k], 0);
        memset(pieces[i], (int)(i % 251) + 1, size);
    }
    for (size_t i = 0; i < 300; i++)
        assert_int_equal(pieces[i][i * 7 % 400], i % 251 + 1);
    hr_arena_clear(&arena);
    assert_null(arena.head);
}

static void arena_larger_than_a_block_and_impossible_sizes(void **state)
{
    (void)state;
    struct hr_arena arena = {0};
    char *large = hr_arena_alloc(&arena, 1 << 20);
    assert_non_null(large);
    large[(1 << 20) - 1] = 'x';
    assert_null(hr_arena_alloc(&arena, SIZE_MAX));
    char *copy = hr_arena_copy(&arena, "abcdef", 3);
    assert_string_equal(copy, "abc");
    assert_string_equal(hr_arena_copy(&arena, NULL, 0), "");
    hr_arena_clear(&arena);
}

static void grow_keeps_items_and_stops_at_the_limit(void **state)
{
    (void)state;
    int *items = NULL;
    size_t capacity = 0;
    struct hr_error err = {0};
    for (size_t i = 0; i < 1000; i++) {
        assert_true(hr_grow((void **)&items, &capacity, i + 1, sizeof *items, 1000, &err));
        assert_true(capacity > i && capacity <= 1000);
        items[i] = (int)i;
    }
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    assert_false(hr_grow((void **)&items, &capacity, 1001, sizeof *items, 1000, &err));
    assert_int_equal(err.kind, HR_ELIMIT);
    assert_int_equal(items[999], 999);
    free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(arena_larger_than_a_block_and_impossible_sizes),
        cmocka_unit_test(grow_keeps_items_and_stops_at_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
