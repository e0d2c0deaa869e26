/* heap.h: the one event structure: a 4-ary heap of 128-bit keys.
 *
 * A key holds what it is sorted by and, in its low bits, what it speaks of (an instance, a run), so
 * an entry is 16 bytes and a comparison has no second step. Where entries move later on, `at` says
 * where each of them stands; it is NULL where they never do. Typical: 1 to 3,000 entries.
 */
#ifndef HEADROOM_SIM_HEAP_H
#define HEADROOM_SIM_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "headroom/base.h"

__extension__ typedef unsigned __int128 hr__key;

#define HR__REF_BITS 23 /* 8,388,608 instances, or runs, alive at once */
#define HR__REFS     ((uint32_t)1 << HR__REF_BITS)
#define HR__NONE     UINT32_MAX

struct hr__heap {
    hr__key *keys;
    size_t n, capacity;
};

/* What happens first at one instant (design.md section 4). */
enum hr__class { HR__WORK_ENDS, HR__START_ENDS, HR__ATTEMPT };

/* A reference has room for marks above its bits; then follow a number and the class. */
#define HR__NUMBER_AT 30
#define HR__CLASS_AT  62
#define HR__MARK(i)   ((uint32_t)1 << (HR__REF_BITS + (i)))

static inline uint32_t hr__ref(hr__key key)
{
    return (uint32_t)key & (HR__REFS - 1);
}
static inline uint32_t hr__number(hr__key key)
{
    return (uint32_t)((uint64_t)key >> HR__NUMBER_AT);
}
/* Sorted by time, class, number. */
static inline hr__key hr__event(int64_t time, enum hr__class class, uint32_t number, uint32_t ref)
{
    return (hr__key)(uint64_t)time << 64 | (uint64_t) class << HR__CLASS_AT |
           (uint64_t)number << HR__NUMBER_AT | ref;
}
static inline int64_t hr__time(hr__key key)
{
    return (int64_t)(uint64_t)(key >> 64);
}
static inline enum hr__class hr__class_of(hr__key key)
{
    return (enum hr__class)((uint64_t)key >> HR__CLASS_AT);
}
/* Sorted by a non-negative real, then by a number. */
static inline hr__key hr__real_key(double value, uint32_t number, uint32_t ref)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (hr__key)bits << 64 | (uint64_t)number << HR__NUMBER_AT | ref;
}
static inline double hr__real_of(hr__key key)
{
    uint64_t bits = (uint64_t)(key >> 64);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline void hr__heap_set(struct hr__heap *heap, size_t i, hr__key key, uint32_t *at)
{
    heap->keys[i] = key;
    if (at)
        at[hr__ref(key)] = (uint32_t)i;
}

static inline void hr__heap_up(struct hr__heap *heap, size_t i, hr__key key, uint32_t *at)
{
    while (i > 0 && key < heap->keys[(i - 1) / 4]) {
        hr__heap_set(heap, i, heap->keys[(i - 1) / 4], at);
        i = (i - 1) / 4;
    }
    hr__heap_set(heap, i, key, at);
}

static inline void hr__heap_down(struct hr__heap *heap, size_t i, hr__key key, uint32_t *at)
{
    const size_t n = heap->n;
    const hr__key *keys = heap->keys;
    for (size_t child; (child = 4 * i + 1) < n; i = child) {
        size_t end = child + 4 < n ? child + 4 : n, least = child;
        for (size_t c = child + 1; c < end; c++)
            least = keys[c] < keys[least] ? c : least;
        child = least;
        if (key <= keys[child])
            break;
        hr__heap_set(heap, i, keys[child], at);
    }
    hr__heap_set(heap, i, key, at);
}

/* False: no memory for one more. */
static inline bool hr__heap_push(struct hr__heap *heap, hr__key key, uint32_t *at)
{
    if (heap->n == heap->capacity && !hr_grow((void **)&heap->keys, &heap->capacity, heap->n + 1,
                                              sizeof *heap->keys, (size_t)HR__REFS * 4, NULL))
        return false;
    hr__heap_up(heap, heap->n++, key, at);
    return true;
}

static inline void hr__heap_remove(struct hr__heap *heap, size_t i, uint32_t *at)
{
    hr__key last = heap->keys[--heap->n];
    if (at)
        at[hr__ref(heap->keys[i])] = HR__NONE;
    if (i == heap->n)
        return;
    if (i > 0 && last < heap->keys[(i - 1) / 4])
        hr__heap_up(heap, i, last, at);
    else
        hr__heap_down(heap, i, last, at);
}

/* The entry at i gets another key of the same reference. */
static inline void hr__heap_change(struct hr__heap *heap, size_t i, hr__key key, uint32_t *at)
{
    if (key < heap->keys[i])
        hr__heap_up(heap, i, key, at);
    else
        hr__heap_down(heap, i, key, at);
}

#endif
