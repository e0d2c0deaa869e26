/* instances.h: the instances of function platforms, and which one an arrival finds.
 *
 * Each workload keeps its ready instances with a free slot in lists by the number of busy slots,
 * ordered by last use; all idle ones stand besides in one list by the moment they became idle, from
 * whose head they expire (the keep-alive is one constant, so the oldest goes first). All moves are
 * O(1); only the rules newest, oldest and random walk a list.
 */
#ifndef SIM_INSTANCES_H
#define SIM_INSTANCES_H

#include "headroom/model.h"
#include "sim/sharing.h"

#define HR__NONE UINT32_MAX

struct hr__instance {
    int64_t created;      /* begin of its cold start */
    int64_t ready;        /* end of its cold start */
    int64_t idle_since;   /* when active fell to 0 */
    int64_t active_since; /* begin of the paid period it is in */
    uint32_t workload;
    uint32_t active;     /* busy slots, joined ones included */
    uint32_t prev, next; /* among its workload's with the same number of busy slots */
    uint32_t idle_prev, idle_next;
    uint32_t version; /* of its next end under sharing: older events are void */
    uint32_t waiting; /* jobs that wait for its start (sharing), first of a list */
    bool starting;
};
struct hr__list {
    uint32_t head, tail; /* least and most recently used */
};
struct hr__pool {          /* of one workload */
    struct hr__list *free; /* by busy slots, 0 to slots - 1 */
    size_t levels;         /* how many lists stand */
    uint64_t *used;        /* bit i: free[i] is not empty */
    uint32_t slots;
    uint32_t starting; /* the instance that is starting and has a free slot, or HR__NONE */
};
struct hr__instances {
    struct hr__instance *all;
    struct hr__sharing *sharing; /* beside them; NULL for slots */
    size_t count, capacity, sharing_capacity;
    uint32_t recycled; /* expired ones, a list through next */
    struct hr__pool *pools;
    size_t pool_count;
    struct hr__list idle; /* of all workloads, the longest idle first */
};

bool hr__instances_open(struct hr__instances *instances, size_t workloads, bool sharing,
                        struct hr_error *err);
void hr__instances_close(struct hr__instances *instances);
bool hr__instances_create(struct hr__instances *instances, uint32_t workload, uint32_t *ret,
                          struct hr_error *err);
/* Puts a ready instance into the list of its busy slots, as the most recently used; full ones are
 * in none. False when memory is short. */
bool hr__instances_place(struct hr__instances *instances, uint32_t id, struct hr_error *err);
void hr__instances_unplace(struct hr__instances *instances, uint32_t id);
/* Which ready instance with a free slot takes an arrival, or HR__NONE. key: of a random draw. */
uint32_t hr__instances_choose(const struct hr__instances *instances, uint32_t workload,
                              const struct hr_function_model *model, uint64_t key);
/* The idle list: join at the end, leave from anywhere. */
void hr__instances_idle_join(struct hr__instances *instances, uint32_t id);
void hr__instances_idle_leave(struct hr__instances *instances, uint32_t id);
void hr__instances_recycle(struct hr__instances *instances, uint32_t id);

#endif
