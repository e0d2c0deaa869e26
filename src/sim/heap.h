/* heap.h: the events that are to come: a 4-ary min-heap by (time, who).
 *
 * Four children to a node: half the depth of a binary heap and one cache line per level. The hot
 * operation is pop followed by push, once for each invocation.
 */
#ifndef SIM_HEAP_H
#define SIM_HEAP_H

#include "headroom/base.h"

#define HR__EVENTS_MAX ((size_t)1 << 30)

struct hr__event {
    int64_t time;
    uint32_t who;      /* kind in the top bits, instance or server below: the order in a tie */
    uint32_t workload; /* or job */
};
struct hr__heap {
    struct hr__event *events;
    size_t count, capacity;
};

static inline bool hr__event_before(struct hr__event a, struct hr__event b)
{
    return a.time < b.time || (a.time == b.time && a.who < b.who);
}

static inline bool hr__heap_push(struct hr__heap *heap, struct hr__event event,
                                 struct hr_error *err)
{
    if (heap->count == heap->capacity) {
        void *items = heap->events;
        if (!hr_grow(&items, &heap->capacity, heap->count + 1, sizeof event, HR__EVENTS_MAX, err))
            return false;
        heap->events = items;
    }
    size_t i = heap->count++;
    while (i > 0) {
        size_t parent = (i - 1) / 4;
        if (!hr__event_before(event, heap->events[parent]))
            break;
        heap->events[i] = heap->events[parent];
        i = parent;
    }
    heap->events[i] = event;
    return true;
}

/* Takes the first event away; the heap is not empty. */
static inline struct hr__event hr__heap_pop(struct hr__heap *heap)
{
    struct hr__event *events = heap->events;
    struct hr__event top = events[0];
    size_t n = --heap->count;
    if (n == 0)
        return top;
    struct hr__event last = events[n];
    size_t i = 0;
    for (;;) {
        size_t child = 4 * i + 1, least = child;
        if (child >= n)
            break;
        size_t end = child + 4 < n ? child + 4 : n;
        for (size_t c = child + 1; c < end; c++)
            if (hr__event_before(events[c], events[least]))
                least = c;
        if (!hr__event_before(events[least], last))
            break;
        events[i] = events[least];
        i = least;
    }
    events[i] = last;
    return top;
}

#endif
