/* memory.c: arenas and growing arrays. */
#include "headroom/base.h"

#include <errno.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ARENA_BLOCK ((size_t)16 * 1024)
#define HUGE_PAGE   ((size_t)2 * 1024 * 1024)

struct hr_arena_block {
    struct hr_arena_block *next;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
};

void *hr_arena_alloc(struct hr_arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        return NULL;
    size = (size + align - 1) / align * align;
    struct hr_arena_block *block = arena->head;
    if (!block || block->size - block->used < size) {
        size_t want = size > ARENA_BLOCK ? size : ARENA_BLOCK;
        block = calloc(1, sizeof *block + want);
        if (!block)
            return NULL;
        block->size = want;
        block->next = arena->head;
        arena->head = block;
    }
    void *result = block->bytes + block->used;
    block->used += size;
    return result;
}

char *hr_arena_copy(struct hr_arena *arena, const char *text, size_t len)
{
    char *copy = hr_arena_alloc(arena, len + 1);
    if (copy && len)
        memcpy(copy, text, len);
    return copy; /* zeroed memory: the terminator is there */
}

void hr_arena_clear(struct hr_arena *arena)
{
    for (struct hr_arena_block *block = arena->head, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    arena->head = NULL;
}

/* Only advice for whole huge pages inside the block: refused, small ones do as well. */
static void prefer_huge_pages(void *memory, size_t size)
{
    uintptr_t begin = (uintptr_t)memory, end = (begin + size) & ~(uintptr_t)(HUGE_PAGE - 1);
    begin = (begin + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1);
    if (begin < end) {
        int before = errno;
        (void)madvise((void *)begin, end - begin, MADV_HUGEPAGE);
        errno = before;
    }
}

void *hr_large_alloc(size_t size)
{
    if (size < HUGE_PAGE / 2 || size > SIZE_MAX - HUGE_PAGE)
        return malloc(size);
    size = (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    void *memory = aligned_alloc(HUGE_PAGE, size);
    if (memory)
        prefer_huge_pages(memory, size);
    return memory;
}

bool hr_grow(void **items, size_t *capacity, size_t want, size_t item_size, size_t max_items,
             struct hr_error *err)
{
    if (want <= *capacity)
        return true;
    if (want > max_items)
        return hr_fail(err, HR_ELIMIT, "more than %zu items", max_items);
    size_t larger = *capacity < 8 ? 8 : *capacity;
    while (larger < want)
        larger = larger > SIZE_MAX / 2 ? want : larger * 2;
    if (larger > max_items)
        larger = max_items;
    size_t bytes;
    if (__builtin_mul_overflow(larger, item_size, &bytes))
        return hr_fail_memory(err);
    void *moved = realloc(*items, bytes);
    if (!moved)
        return hr_fail_memory(err);
    prefer_huge_pages(moved, bytes);
    *items = moved;
    *capacity = larger;
    return true;
}
