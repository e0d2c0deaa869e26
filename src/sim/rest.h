/* rest.h: idle instances of one slot, as the times since which they rest.
 *
 * With one slot, the most recently used one first and one keep-alive for all, no figure tells which
 * instance serves, only how many there are and how long the one at the bottom has rested. So there
 * is nothing to look up: work takes the top of a stack of times, expiry its bottom.
 */
#ifndef HEADROOM_SIM_REST_H
#define HEADROOM_SIM_REST_H

#include <stdlib.h>

#include "sim/heap.h"

struct hr__rest {
    int64_t *since;             /* us, a ring; never falling from the bottom to the top */
    size_t bottom, n, capacity; /* capacity: a power of two */
    bool watched;               /* its side stands in the heap of expiries */
};

#define HR__REST_FIRST ((size_t)16)

static inline bool hr__rest_init(struct hr__rest *rest)
{
    *rest = (struct hr__rest){.since = malloc(HR__REST_FIRST * sizeof(int64_t)),
                              .capacity = HR__REST_FIRST};
    return rest->since != NULL;
}
static inline void hr__rest_clear(struct hr__rest *rest)
{
    free(rest->since);
}

static inline int64_t hr__rest_oldest(const struct hr__rest *rest)
{
    return rest->since[rest->bottom & (rest->capacity - 1)];
}
static inline void hr__rest_expire(struct hr__rest *rest)
{
    rest->bottom++;
    rest->n--;
}

/* Twice the room, unrolled. False: no memory. */
static inline bool hr__rest_grow(struct hr__rest *rest)
{
    int64_t *more = malloc(2 * rest->capacity * sizeof *more);
    if (!more)
        return false;
    for (size_t i = 0; i < rest->n; i++)
        more[i] = rest->since[(rest->bottom + i) & (rest->capacity - 1)];
    free(rest->since);
    rest->since = more;
    rest->bottom = 0;
    rest->capacity *= 2;
    return true;
}
static inline bool hr__rest_push(struct hr__rest *rest, int64_t now)
{
    if (rest->n == rest->capacity && !hr__rest_grow(rest))
        return false;
    rest->since[(rest->bottom + rest->n++) & (rest->capacity - 1)] = now;
    return true;
}

#endif
