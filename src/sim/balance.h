/* balance.h: which server takes an arrival, among those that serve, in the order of their numbers.
 *
 * Loads stand in the leaves of a winner tree: the least loaded server is at its top, ties to the
 * lowest number, and a change climbs one path. Policies that need no minimum do not climb.
 * A new policy is one function here and one line in hr__balance_choose.
 */
#ifndef HEADROOM_SIM_BALANCE_H
#define HEADROOM_SIM_BALANCE_H

#include "headroom/model.h"
#include "sim/heap.h"

struct hr__balance {
    enum hr_balancer policy;
    uint32_t *serving; /* numbers of the servers that serve, ascending */
    uint32_t *place;   /* of each server in `serving`, HR__NONE: not there */
    uint64_t *tree;    /* 2 x leaves: load << 32 | place; node 1 is the top */
    size_t n, leaves, serving_capacity, place_capacity, place_count;
    size_t turn; /* round robin: the next one's place */
};

void hr__balance_clear(struct hr__balance *balance);
/* A server begins to serve, with this load; or it does no longer. Cost: the number of servers. */
bool hr__balance_join(struct hr__balance *balance, uint32_t server, uint32_t load);
void hr__balance_leave(struct hr__balance *balance, uint32_t server);

/* The load of a server has changed: what is outstanding or, for the shared queue, 1 when full. */
static inline void hr__balance_load(struct hr__balance *balance, uint32_t server, uint32_t load)
{
    uint32_t place = balance->place[server];
    if (place == HR__NONE)
        return;
    uint64_t *tree = balance->tree;
    size_t node = balance->leaves + place;
    tree[node] = (uint64_t)load << 32 | place;
    if (balance->policy != HR_LEAST_OUTSTANDING && balance->policy != HR_SHARED_QUEUE)
        return;
    /* To the top, always: an early end is a branch that nobody can predict, and dearer. */
    for (uint64_t least = tree[node]; node > 1;) {
        uint64_t other = tree[node ^ 1];
        least = other < least ? other : least;
        node /= 2;
        tree[node] = least;
    }
}

static inline uint32_t hr__balance_turn(struct hr__balance *balance)
{
    size_t turn = balance->turn < balance->n ? balance->turn : 0;
    balance->turn = turn + 1;
    return balance->serving[turn];
}

static inline uint32_t hr__balance_random(const struct hr__balance *balance, uint64_t key)
{
    return balance->serving[(size_t)(hr_unit(key) * (double)balance->n)];
}

/* Two different servers drawn; the one with less outstanding, ties to the lower number. */
static inline uint32_t hr__balance_two(const struct hr__balance *balance, uint64_t key)
{
    size_t n = balance->n, a = (size_t)(hr_unit(key) * (double)n);
    if (n == 1)
        return balance->serving[0];
    size_t b = (size_t)(hr_unit(hr_mix64(key ^ 1)) * (double)(n - 1));
    b += b >= a;
    uint64_t first = balance->tree[balance->leaves + a],
             second = balance->tree[balance->leaves + b];
    return balance->serving[(uint32_t)(first < second ? first : second)];
}

/* HR__NONE: no server with a free slot (shared queue only). */
static inline uint32_t hr__balance_choose(struct hr__balance *balance, uint64_t key)
{
    switch (balance->policy) {
    case HR_ROUND_ROBIN:
        return hr__balance_turn(balance);
    case HR_RANDOM:
        return hr__balance_random(balance, key);
    case HR_TWO_CHOICES:
        return hr__balance_two(balance, key);
    case HR_SHARED_QUEUE:
        if (balance->n == 0 || balance->tree[1] >> 32)
            return HR__NONE;
        break;
    case HR_LEAST_OUTSTANDING:
        break;
    }
    return balance->serving[(uint32_t)balance->tree[1]];
}
static inline bool hr__balance_draws(const struct hr__balance *balance)
{
    return balance->policy == HR_RANDOM || balance->policy == HR_TWO_CHOICES;
}

#endif
