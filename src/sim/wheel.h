/* wheel.h: ends of work on slots of their own, in exact order, at a cost that load does not change.
 *
 * A timing wheel (Varghese and Lauck, SOSP 1987; calendar queues, Brown 1988): HR__SPOKES lists,
 * each of a power of two of microseconds. The list that time has reached is sorted into `due`, last
 * first; what lies beyond the wheel waits in a heap. Width follows the traffic: about two ends a
 * list. Only order and nothing else depends on keys, so the width never changes a result.
 */
#ifndef HEADROOM_SIM_WHEEL_H
#define HEADROOM_SIM_WHEEL_H

#include "sim/heap.h"

#define HR__SPOKES    ((int64_t)4096)
#define HR__FEW       16   /* so few ends are kept sorted without lists */
#define HR__FIT_EVERY 1024 /* ends between two looks at the width */

struct hr__spoke {
    hr__key key;
    uint32_t next;
};
struct hr__wheel {
    hr__key *due; /* sorted, the first to happen is the last */
    size_t due_n, due_capacity;
    bool few;       /* all of them stand in `due` */
    size_t waiting; /* in lists and beyond */
    int64_t at;     /* list number that `due` was taken from, since the epoch */
    unsigned shift; /* a list spans 2^shift us */
    uint32_t free;
    struct hr__spoke *spokes;
    size_t spoke_n, spoke_capacity;
    struct hr__heap beyond;
    uint64_t pushes; /* since the width was last looked at */
    int64_t since;
    uint32_t lists[HR__SPOKES];
    uint64_t filled[HR__SPOKES / 64];
};

bool hr__wheel_init(struct hr__wheel *wheel);
void hr__wheel_clear(struct hr__wheel *wheel);
bool hr__wheel_put(struct hr__wheel *wheel, hr__key key);
bool hr__wheel_put_due(struct hr__wheel *wheel, hr__key key);
/* `due` is empty: fills it with the next list that begins at or before `until`. False: none. */
bool hr__wheel_turn(struct hr__wheel *wheel, int64_t until);
bool hr__wheel_fit(struct hr__wheel *wheel, int64_t now);
/* Lists from now on, of 2^shift us. */
bool hr__wheel_spread(struct hr__wheel *wheel, unsigned shift, int64_t now);

/* `now`: the present. False: no memory. */
static inline bool hr__wheel_push(struct hr__wheel *wheel, hr__key key, int64_t now)
{
    if (++wheel->pushes >= HR__FIT_EVERY && !hr__wheel_fit(wheel, now))
        return false;
    if (wheel->few) {
        if (wheel->due_n < HR__FEW)
            return hr__wheel_put_due(wheel, key);
        if (!hr__wheel_spread(wheel, wheel->shift, now))
            return false;
    }
    int64_t list = hr__time(key) >> wheel->shift, ahead = list - wheel->at;
    if (ahead <= 0 || ahead >= HR__SPOKES || wheel->free == HR__NONE)
        return ahead <= 0 ? hr__wheel_put_due(wheel, key) : hr__wheel_put(wheel, key);
    uint32_t spoke = wheel->free, place = (uint32_t)(list & (HR__SPOKES - 1));
    wheel->free = wheel->spokes[spoke].next;
    wheel->spokes[spoke] = (struct hr__spoke){key, wheel->lists[place]};
    wheel->lists[place] = spoke;
    wheel->filled[place / 64] |= UINT64_C(1) << place % 64;
    wheel->waiting++;
    return true;
}

/* Is there one at or before `until`? Then `due` holds it. */
static inline bool hr__wheel_due(struct hr__wheel *wheel, int64_t until)
{
    if (wheel->due_n == 0) {
        wheel->few |= wheel->waiting == 0;
        if (wheel->few || !hr__wheel_turn(wheel, until))
            return false;
    }
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
