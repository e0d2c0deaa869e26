/* pool.h: the instances of one workload that have a free slot, and which of them is taken.
 *
 * Three shapes, chosen once per workload: a stack (one slot, most recently used first: the common
 * case, three words per use), a heap by (load, order of reuse, newest), and levels of load from
 * which one is drawn. No shape looks at more than one instance, or one path of a heap, per use.
 */
#ifndef HEADROOM_SIM_POOL_H
#define HEADROOM_SIM_POOL_H

#include "headroom/model.h"
#include "sim/heap.h"

enum hr__pool_shape { HR__POOL_STACK, HR__POOL_HEAP, HR__POOL_LEVELS };

struct hr__level {
    uint32_t *items;
    size_t n, capacity;
};
struct hr__pool {
    enum hr__pool_shape shape;
    enum hr_place place;
    enum hr_reuse reuse;
    int64_t slots;
    uint32_t *ring; /* stack: the top is the last; expiry takes from the bottom */
    size_t bottom, n, ring_capacity;
    struct hr__heap heap;
    struct hr__level *levels; /* by load */
};
/* What the order of reuse looks at. */
struct hr__rank {
    uint32_t ref, number;
    int64_t load;
    int64_t last; /* last start or end of work */
};

bool hr__pool_init(struct hr__pool *pool, const struct hr_function_model *model, int64_t slots);
void hr__pool_clear(struct hr__pool *pool);
/* `at` has a place for every instance. False: no memory. */
bool hr__pool_add_slow(struct hr__pool *pool, const struct hr__rank *rank, uint32_t *at);
/* rank->load as it was when it was added. */
void hr__pool_remove_slow(struct hr__pool *pool, const struct hr__rank *rank, uint32_t *at);
/* The one to take next, or HR__NONE; `key` is the draw's, for random reuse. */
uint32_t hr__pool_next_slow(const struct hr__pool *pool, uint64_t key);

static inline bool hr__pool_add(struct hr__pool *pool, const struct hr__rank *rank, uint32_t *at)
{
    if (pool->shape != HR__POOL_STACK || pool->n == pool->ring_capacity)
        return hr__pool_add_slow(pool, rank, at);
    pool->ring[(pool->bottom + pool->n++) & (pool->ring_capacity - 1)] = rank->ref;
    return true;
}
/* Of a stack: the top or, for expiry, the bottom. */
static inline void hr__pool_remove(struct hr__pool *pool, const struct hr__rank *rank, uint32_t *at)
{
    if (pool->shape != HR__POOL_STACK) {
        hr__pool_remove_slow(pool, rank, at);
        return;
    }
    pool->n--;
    if (pool->ring[(pool->bottom + pool->n) & (pool->ring_capacity - 1)] != rank->ref)
        pool->bottom++;
}
static inline uint32_t hr__pool_next(const struct hr__pool *pool, uint64_t key)
{
    if (pool->shape != HR__POOL_STACK)
        return hr__pool_next_slow(pool, key);
    return pool->n ? pool->ring[(pool->bottom + pool->n - 1) & (pool->ring_capacity - 1)]
                   : HR__NONE;
}

#endif
