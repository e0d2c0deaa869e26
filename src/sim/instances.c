/* instances.c: lists of instances; see instances.h. */
#include "sim/instances.h"

#include <stdlib.h>
#include <string.h>

#define INSTANCES_MAX ((size_t)1 << 27) /* fits below the kind in an event's `who` */
#define WORD_BITS     64

bool hr__instances_open(struct hr__instances *instances, size_t workloads, bool sharing,
                        struct hr_error *err)
{
    memset(instances, 0, sizeof *instances);
    instances->recycled = HR__NONE;
    instances->idle = (struct hr__list){HR__NONE, HR__NONE};
    instances->pools = calloc(workloads, sizeof *instances->pools);
    instances->sharing = sharing ? calloc(1, sizeof *instances->sharing) : NULL;
    instances->sharing_capacity = sharing ? 1 : 0;
    if (!instances->pools || (sharing && !instances->sharing))
        return hr_fail_memory(err);
    instances->pool_count = workloads;
    for (size_t i = 0; i < workloads; i++)
        instances->pools[i].starting = HR__NONE;
    return true;
}

void hr__instances_close(struct hr__instances *instances)
{
    for (size_t i = 0; i < instances->pool_count; i++) {
        free(instances->pools[i].free);
        free(instances->pools[i].used);
    }
    for (size_t i = 0; i < instances->count && instances->sharing; i++)
        free(instances->sharing[i].running);
    free(instances->sharing);
    free(instances->pools);
    free(instances->all);
    memset(instances, 0, sizeof *instances);
}

bool hr__instances_create(struct hr__instances *instances, uint32_t workload, uint32_t *ret,
                          struct hr_error *err)
{
    uint32_t id = instances->recycled;
    if (id != HR__NONE) {
        instances->recycled = instances->all[id].next;
    } else {
        void *items = instances->all, *beside = instances->sharing;
        id = (uint32_t)instances->count;
        if (!hr_grow(&items, &instances->capacity, instances->count + 1, sizeof *instances->all,
                     INSTANCES_MAX, err))
            return false;
        instances->all = items;
        if (beside && !hr_grow(&beside, &instances->sharing_capacity, instances->count + 1,
                               sizeof *instances->sharing, INSTANCES_MAX, err))
            return false;
        instances->sharing = beside;
        if (beside)
            memset(&instances->sharing[id], 0, sizeof *instances->sharing);
        instances->all[id].version = 0;
        instances->count++;
    }
    struct hr__instance *made = &instances->all[id];
    uint32_t version = made->version;
    *made = (struct hr__instance){.workload = workload,
                                  .prev = HR__NONE,
                                  .next = HR__NONE,
                                  .idle_prev = HR__NONE,
                                  .idle_next = HR__NONE,
                                  .version = version,
                                  .waiting = HR__JOB_NONE};
    *ret = id;
    return true;
}

void hr__instances_recycle(struct hr__instances *instances, uint32_t id)
{
    instances->all[id].next = instances->recycled;
    instances->recycled = id;
}

/* Lists for `levels` numbers of busy slots; grown as far as the traffic needs, not to `slots`. */
static bool need_levels(struct hr__pool *pool, size_t levels, struct hr_error *err)
{
    if (levels <= pool->levels)
        return true;
    size_t larger = pool->levels ? pool->levels * 2 : 1;
    while (larger < levels)
        larger *= 2;
    size_t words = (larger + WORD_BITS - 1) / WORD_BITS;
    size_t before = (pool->levels + WORD_BITS - 1) / WORD_BITS;
    struct hr__list *lists = realloc(pool->free, larger * sizeof *lists);
    if (lists)
        pool->free = lists;
    uint64_t *used = realloc(pool->used, words * sizeof *used);
    if (used)
        pool->used = used;
    if (!lists || !used)
        return hr_fail_memory(err);
    for (size_t i = pool->levels; i < larger; i++)
        pool->free[i] = (struct hr__list){HR__NONE, HR__NONE};
    memset(pool->used + before, 0, (words - before) * sizeof *used);
    pool->levels = larger;
    return true;
}

bool hr__instances_place(struct hr__instances *instances, uint32_t id, struct hr_error *err)
{
    struct hr__instance *instance = &instances->all[id];
    struct hr__pool *pool = &instances->pools[instance->workload];
    uint32_t level = instance->active;
    if (level >= pool->slots)
        return true;
    if (level >= pool->levels && !need_levels(pool, (size_t)level + 1, err))
        return false;
    struct hr__list *list = &pool->free[level];
    instance->prev = list->tail;
    instance->next = HR__NONE;
    if (list->tail == HR__NONE) {
        list->head = id;
        pool->used[level / WORD_BITS] |= UINT64_C(1) << (level % WORD_BITS);
    } else {
        instances->all[list->tail].next = id;
    }
    list->tail = id;
    return true;
}

void hr__instances_unplace(struct hr__instances *instances, uint32_t id)
{
    struct hr__instance *instance = &instances->all[id];
    struct hr__pool *pool = &instances->pools[instance->workload];
    uint32_t level = instance->active;
    if (level >= pool->slots)
        return;
    struct hr__list *list = &pool->free[level];
    if (instance->prev == HR__NONE)
        list->head = instance->next;
    else
        instances->all[instance->prev].next = instance->next;
    if (instance->next == HR__NONE)
        list->tail = instance->prev;
    else
        instances->all[instance->next].prev = instance->prev;
    if (list->head == HR__NONE)
        pool->used[level / WORD_BITS] &= ~(UINT64_C(1) << (level % WORD_BITS));
}

static size_t level_of(const struct hr__pool *pool, enum hr_place place)
{
    size_t words = (pool->levels + WORD_BITS - 1) / WORD_BITS;
    if (place == HR_PLACE_LEAST_LOADED) {
        for (size_t w = 0; w < words; w++)
            if (pool->used[w])
                return w * WORD_BITS + (size_t)__builtin_ctzll(pool->used[w]);
    } else {
        for (size_t w = words; w-- > 0;)
            if (pool->used[w])
                return w * WORD_BITS + 63 - (size_t)__builtin_clzll(pool->used[w]);
    }
    return SIZE_MAX;
}

/* Created last or first; of several created at one instant the highest number is the newest. */
static uint32_t by_creation(const struct hr__instances *instances, uint32_t at, bool newest)
{
    uint32_t best = at;
    for (; at != HR__NONE; at = instances->all[at].next) {
        int64_t a = instances->all[at].created, b = instances->all[best].created;
        bool later = a > b || (a == b && at > best);
        if (at != best && later == newest)
            best = at;
    }
    return best;
}

static uint32_t by_chance(const struct hr__instances *instances, uint32_t head, uint64_t key)
{
    uint64_t count = 0;
    for (uint32_t at = head; at != HR__NONE; at = instances->all[at].next)
        count++;
    for (uint64_t skip = hr_mix64(key) % count; skip > 0; skip--)
        head = instances->all[head].next;
    return head;
}

uint32_t hr__instances_choose(const struct hr__instances *instances, uint32_t workload,
                              const struct hr_function_model *model, uint64_t key)
{
    const struct hr__pool *pool = &instances->pools[workload];
    size_t level = level_of(pool, model->place);
    if (level == SIZE_MAX)
        return HR__NONE;
    const struct hr__list *list = &pool->free[level];
    switch (model->reuse) {
    case HR_REUSE_LEAST_RECENT:
        return list->head;
    case HR_REUSE_NEWEST:
        return by_creation(instances, list->head, true);
    case HR_REUSE_OLDEST:
        return by_creation(instances, list->head, false);
    case HR_REUSE_RANDOM:
        return by_chance(instances, list->head, key);
    case HR_REUSE_RECENT:
        break;
    }
    return list->tail;
}

void hr__instances_idle_join(struct hr__instances *instances, uint32_t id)
{
    struct hr__instance *instance = &instances->all[id];
    instance->idle_prev = instances->idle.tail;
    instance->idle_next = HR__NONE;
    if (instances->idle.tail == HR__NONE)
        instances->idle.head = id;
    else
        instances->all[instances->idle.tail].idle_next = id;
    instances->idle.tail = id;
}

void hr__instances_idle_leave(struct hr__instances *instances, uint32_t id)
{
    struct hr__instance *instance = &instances->all[id];
    if (instance->idle_prev == HR__NONE)
        instances->idle.head = instance->idle_next;
    else
        instances->all[instance->idle_prev].idle_next = instance->idle_next;
    if (instance->idle_next == HR__NONE)
        instances->idle.tail = instance->idle_prev;
    else
        instances->all[instance->idle_next].idle_prev = instance->idle_prev;
}
