/* runs.h: invocations that wait or share a processor; those with a slot of their own need none.
 *
 * One growing table with a free list. A run stands in at most one list (a queue, what a starting
 * instance will begin, what runs on an instance in order of its beginning).
 */
#ifndef HEADROOM_SIM_RUNS_H
#define HEADROOM_SIM_RUNS_H

#include <stdlib.h>

#include "sim/heap.h"

struct hr__run {
    uint64_t invocation;
    int64_t arrival, admitted, begun; /* us */
    int64_t service;                  /* us with a slot of its own */
    int64_t unbilled;                 /* us of the start that it launched */
    double work;                      /* us of a whole core's speed (processor sharing) */
    uint32_t workload;
    uint32_t next, previous;
    uint16_t errors, throttles; /* attempts of it that failed, that were refused */
    uint32_t batch;             /* of messages that it runs, counted from 1; 0: none (trigger.h) */
    bool copy;                  /* a second delivery, which is nobody's answer */
};
struct hr__runs {
    struct hr__run *items;
    uint32_t *at; /* of each run in its instance's heap */
    size_t n, capacity, at_capacity;
    uint32_t free;
    bool failed; /* no memory, or too many; from then on all runs are item 0 */
};
struct hr__queue {
    uint32_t head, tail; /* HR__NONE when empty */
    int64_t n;
};

static inline void hr__runs_init(struct hr__runs *runs)
{
    *runs = (struct hr__runs){.free = HR__NONE};
}
static inline void hr__runs_clear(struct hr__runs *runs)
{
    free(runs->items);
    free(runs->at);
}

static inline uint32_t hr__run_take(struct hr__runs *runs)
{
    uint32_t run = runs->free;
    if (run != HR__NONE) {
        runs->free = runs->items[run].next;
        return run;
    }
    if (!hr_grow((void **)&runs->items, &runs->capacity, runs->n + 1, sizeof *runs->items, HR__REFS,
                 NULL) ||
        !hr_grow((void **)&runs->at, &runs->at_capacity, runs->n + 1, sizeof *runs->at, HR__REFS,
                 NULL)) {
        runs->failed = true;
        return HR__NONE;
    }
    return (uint32_t)runs->n++;
}
static inline void hr__run_give(struct hr__runs *runs, uint32_t run)
{
    runs->items[run].next = runs->free;
    runs->free = run;
}

static inline void hr__queue_put(struct hr__runs *runs, struct hr__queue *queue, uint32_t run)
{
    runs->items[run].next = HR__NONE;
    runs->items[run].previous = queue->tail;
    if (queue->tail == HR__NONE)
        queue->head = run;
    else
        runs->items[queue->tail].next = run;
    queue->tail = run;
    queue->n++;
}
static inline void hr__queue_remove(struct hr__runs *runs, struct hr__queue *queue, uint32_t run)
{
    uint32_t next = runs->items[run].next, previous = runs->items[run].previous;
    if (previous == HR__NONE)
        queue->head = next;
    else
        runs->items[previous].next = next;
    if (next == HR__NONE)
        queue->tail = previous;
    else
        runs->items[next].previous = previous;
    queue->n--;
}

#endif
