/* wheel.h: ends of work on slots of their own, in exact order, at a cost that load does not change.
 *
 * A timing wheel (Varghese and Lauck, SOSP 1987; calendar queues, Brown 1988): HR__LISTS lists,
 * each of a power of two of microseconds. The list that time has reached is sorted into `due`, last
 * first; what lies beyond the wheel waits in a heap until its list comes. Width follows the
 * traffic: some gaps between ends. Order depends on keys and nothing else, so the width never
 * changes a result.
 */
#ifndef HEADROOM_SIM_WHEEL_H
#define HEADROOM_SIM_WHEEL_H

#include "sim/heap.h"

#define HR__LISTS     ((int64_t)4096)
#define HR__FEW       ((size_t)16) /* so few ends are kept sorted without lists */
#define HR__FIT_EVERY 1024         /* ends between two looks at the width */
#define HR__GAPS      4 /* mean gaps between ends that a list should span, at least half */

struct hr__spoke {
    hr__key key;
    uint32_t next;
};
struct hr__wheel {
    hr__key *due; /* sorted, the first to happen is the last */
    size_t due_n, due_capacity;
    int64_t at;     /* list that `due` was taken from, since the epoch; INT64_MAX: all are due */
    int64_t next;   /* the first after it that may hold something, or whose time has come beyond */
    unsigned shift; /* a list spans 2^shift us */
    uint32_t free;
    struct hr__spoke *spokes;
    size_t waiting; /* in lists */
    size_t spoke_n, spoke_capacity;
    struct hr__heap beyond; /* later than the lists reach, when they were pushed */
    uint64_t pushes;        /* since the width was last looked at */
    int64_t since;
    uint32_t lists[HR__LISTS];
    uint64_t filled[HR__LISTS / 64];
};

bool hr__wheel_init(struct hr__wheel *wheel);
void hr__wheel_clear(struct hr__wheel *wheel);
/* The ways that are seldom taken: no room in `due`, no free spoke, beyond the lists, time to fit.
 */
bool hr__wheel_push_slow(struct hr__wheel *wheel, hr__key key, int64_t now);
/* `due` is empty: the list `next` becomes due. False: it is empty after all. */
bool hr__wheel_turn(struct hr__wheel *wheel);

/* Into its place among those that are due: seldom more than two. There is room. */
static inline void hr__wheel_sort_in(struct hr__wheel *wheel, hr__key key)
{
    hr__key *due = wheel->due;
    size_t i = wheel->due_n++;
    for (; i > 0 && due[i - 1] < key; i--)
        due[i] = due[i - 1];
    due[i] = key;
}

/* `now`: the present. False: no memory. */
static inline bool hr__wheel_push(struct hr__wheel *wheel, hr__key key, int64_t now)
{
    int64_t list = hr__time(key) >> wheel->shift;
    uint32_t spoke = wheel->free;
    if (++wheel->pushes >= HR__FIT_EVERY)
        return hr__wheel_push_slow(wheel, key, now);
    if (list <= wheel->at) {
        if (wheel->due_n >= HR__FEW)
            return hr__wheel_push_slow(wheel, key, now);
        hr__wheel_sort_in(wheel, key);
        return true;
    }
    if (list - wheel->at >= HR__LISTS || spoke == HR__NONE)
        return hr__wheel_push_slow(wheel, key, now);
    uint32_t place = (uint32_t)(list & (HR__LISTS - 1));
    wheel->free = wheel->spokes[spoke].next;
    wheel->spokes[spoke] = (struct hr__spoke){key, wheel->lists[place]};
    wheel->lists[place] = spoke;
    wheel->filled[place / 64] |= UINT64_C(1) << place % 64;
    wheel->waiting++;
    wheel->next = list < wheel->next ? list : wheel->next;
    return true;
}

/* Is there one at or before `until`? Then `due` holds it. */
static inline bool hr__wheel_due(struct hr__wheel *wheel, int64_t until)
{
    while (wheel->due_n == 0)
        if (until >> wheel->shift < wheel->next || !hr__wheel_turn(wheel))
            return false;
    return hr__time(wheel->due[wheel->due_n - 1]) <= until;
}
static inline hr__key hr__wheel_first(const struct hr__wheel *wheel)
{
    return wheel->due[wheel->due_n - 1];
}
static inline void hr__wheel_pop(struct hr__wheel *wheel)
{
    wheel->due_n--;
}

#endif
