/* pool.c: which instance with a free slot takes the next invocation. */
#include "sim/pool.h"

#include <stdlib.h>

bool hr__pool_init(struct hr__pool *pool, const struct hr_function_model *model, int64_t slots)
{
    *pool = (struct hr__pool){.place = model->place, .reuse = model->reuse, .slots = slots};
    /* A stack loses instances at its ends only: those that rest longest go first. */
    bool in_order = model->keep_alive == HR_KEEP_FIXED;
    pool->shape = model->reuse == HR_REUSE_RANDOM                             ? HR__POOL_LEVELS
                  : slots == 1 && model->reuse == HR_REUSE_RECENT && in_order ? HR__POOL_STACK
                                                                              : HR__POOL_HEAP;
    if (pool->shape != HR__POOL_LEVELS)
        return true;
    pool->levels = calloc((size_t)slots, sizeof *pool->levels);
    return pool->levels != NULL;
}

void hr__pool_clear(struct hr__pool *pool)
{
    for (int64_t i = 0; pool->levels && i < pool->slots; i++)
        free(pool->levels[i].items);
    free(pool->levels);
    free(pool->heap.keys);
    free(pool->ring);
}

/* Load (20 bits), order of reuse (53), newest first (32), the instance (23). */
static hr__key key_of(const struct hr__pool *pool, const struct hr__rank *rank)
{
    const uint64_t most = (UINT64_C(1) << 53) - 1;
    uint64_t load = pool->place == HR_PLACE_FULLEST ? (uint64_t)(pool->slots - rank->load)
                                                    : (uint64_t)rank->load;
    uint64_t order = 0;
    switch (pool->reuse) {
    case HR_REUSE_RECENT:
        order = most - (uint64_t)rank->last;
        break;
    case HR_REUSE_LEAST_RECENT:
        order = (uint64_t)rank->last;
        break;
    case HR_REUSE_OLDEST:
        order = rank->number;
        break;
    case HR_REUSE_NEWEST: /* as the number below says */
    case HR_REUSE_RANDOM:
        break;
    }
    return (hr__key)load << 108 | (hr__key)(order & most) << 55 |
           (hr__key)(UINT32_MAX - rank->number) << 23 | rank->ref;
}

/* The stack is a ring, because expiry takes from its bottom. */
static bool ring_grow(struct hr__pool *pool)
{
    size_t capacity = pool->ring_capacity ? 2 * pool->ring_capacity : 16;
    uint32_t *ring = malloc(capacity * sizeof *ring);
    if (!ring)
        return false;
    for (size_t i = 0; i < pool->n; i++)
        ring[i] = pool->ring[(pool->bottom + i) & (pool->ring_capacity - 1)];
    free(pool->ring);
    pool->ring = ring;
    pool->ring_capacity = capacity;
    pool->bottom = 0;
    return true;
}

bool hr__pool_add_slow(struct hr__pool *pool, const struct hr__rank *rank, uint32_t *at)
{
    struct hr__level *level;
    switch (pool->shape) {
    case HR__POOL_STACK:
        return ring_grow(pool) && hr__pool_add(pool, rank, at);
    case HR__POOL_HEAP:
        return hr__heap_push(&pool->heap, key_of(pool, rank), at);
    case HR__POOL_LEVELS:
        level = &pool->levels[rank->load];
        if (!hr_grow((void **)&level->items, &level->capacity, level->n + 1, sizeof *level->items,
                     HR__REFS, NULL))
            return false;
        at[rank->ref] = (uint32_t)level->n;
        level->items[level->n++] = rank->ref;
        return true;
    }
    return false;
}

void hr__pool_remove_slow(struct hr__pool *pool, const struct hr__rank *rank, uint32_t *at)
{
    uint32_t place = at[rank->ref];
    if (pool->shape == HR__POOL_HEAP) {
        hr__heap_remove(&pool->heap, place, at);
        return;
    }
    struct hr__level *level = &pool->levels[rank->load];
    uint32_t moved = level->items[--level->n];
    level->items[place] = moved;
    at[moved] = place;
    at[rank->ref] = HR__NONE;
}

uint32_t hr__pool_next_slow(const struct hr__pool *pool, uint64_t key)
{
    if (pool->shape == HR__POOL_HEAP)
        return pool->heap.n ? hr__ref(pool->heap.keys[0]) : HR__NONE;
    for (int64_t i = 0; i < pool->slots; i++) {
        int64_t load = pool->place == HR_PLACE_FULLEST ? pool->slots - 1 - i : i;
        const struct hr__level *level = &pool->levels[load];
        if (level->n)
            return level->items[(size_t)(hr_unit(key) * (double)level->n)];
    }
    return HR__NONE;
}
