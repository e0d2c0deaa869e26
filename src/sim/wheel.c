/* wheel.c: the turns of the timing wheel, its width, and the ways seldom taken. */
#include "sim/wheel.h"

#include <stdlib.h>

static bool room(struct hr__wheel *wheel, size_t more)
{
    return wheel->due_n + more <= wheel->due_capacity ||
           hr_grow((void **)&wheel->due, &wheel->due_capacity, wheel->due_n + more,
                   sizeof *wheel->due, (size_t)HR__REFS * 4, NULL);
}

bool hr__wheel_init(struct hr__wheel *wheel)
{
    *wheel = (struct hr__wheel){.at = INT64_MAX,
                                .next = INT64_MAX,
                                .shift = 10,
                                .free = HR__NONE,
                                .since = INT64_MIN,
                                .pushes = HR__FIT_EVERY - 1};
    for (int64_t i = 0; i < HR__LISTS; i++)
        wheel->lists[i] = HR__NONE;
    return room(wheel, 4 * HR__FEW);
}

void hr__wheel_clear(struct hr__wheel *wheel)
{
    free(wheel->due);
    free(wheel->spokes);
    free(wheel->beyond.keys);
}

/* More room for entries of lists; the new ones are free. */
static bool grow(struct hr__wheel *wheel)
{
    size_t before = wheel->spoke_n;
    if (!hr_grow((void **)&wheel->spokes, &wheel->spoke_capacity, before + 1, sizeof *wheel->spokes,
                 (size_t)HR__REFS * 4, NULL))
        return false;
    for (wheel->spoke_n = wheel->spoke_capacity; before < wheel->spoke_n; before++) {
        wheel->spokes[before].next = wheel->free;
        wheel->free = (uint32_t)before;
    }
    return true;
}

static bool push_beyond(struct hr__wheel *wheel, hr__key key, int64_t list)
{
    wheel->next = list < wheel->next ? list : wheel->next;
    return hr__heap_push(&wheel->beyond, key, NULL);
}

static bool put(struct hr__wheel *wheel, hr__key key)
{
    int64_t list = hr__time(key) >> wheel->shift;
    if (list <= wheel->at) {
        if (!room(wheel, 1))
            return false;
        hr__wheel_sort_in(wheel, key);
        return true;
    }
    if (list - wheel->at >= HR__LISTS)
        return push_beyond(wheel, key, list);
    if (wheel->free == HR__NONE && !grow(wheel))
        return false;
    uint32_t spoke = wheel->free, place = (uint32_t)(list & (HR__LISTS - 1));
    wheel->free = wheel->spokes[spoke].next;
    wheel->spokes[spoke] = (struct hr__spoke){key, wheel->lists[place]};
    wheel->lists[place] = spoke;
    wheel->filled[place / 64] |= UINT64_C(1) << place % 64;
    wheel->waiting++;
    wheel->next = list < wheel->next ? list : wheel->next;
    return true;
}

static int descending(const void *a, const void *b)
{
    hr__key x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x < y) - (x > y);
}

/* The list at `place` becomes due. */
static bool take(struct hr__wheel *wheel, uint32_t place)
{
    uint32_t spoke = wheel->lists[place];
    size_t n = 0;
    for (; spoke != HR__NONE; n++) {
        struct hr__spoke *taken = &wheel->spokes[spoke];
        uint32_t next = taken->next;
        if (n < HR__FEW) /* there is room for so few */
            hr__wheel_sort_in(wheel, taken->key);
        else if (room(wheel, 1))
            wheel->due[wheel->due_n++] = taken->key;
        else
            return false;
        taken->next = wheel->free;
        wheel->free = spoke;
        spoke = next;
    }
    if (n > HR__FEW) /* a crowd: sorted once */
        qsort(wheel->due, wheel->due_n, sizeof *wheel->due, descending);
    wheel->waiting -= n;
    wheel->lists[place] = HR__NONE;
    wheel->filled[place / 64] &= ~(UINT64_C(1) << place % 64);
    return true;
}

/* The first list after `at` that holds something; INT64_MAX: none does. */
static int64_t next_list(const struct hr__wheel *wheel)
{
    int64_t list = wheel->at + 1;
    if (wheel->waiting == 0)
        return INT64_MAX;
    for (;; list += 64 - (list & 63)) {
        uint64_t bits = wheel->filled[(list & (HR__LISTS - 1)) / 64] >> (list & 63);
        if (bits)
            return list + __builtin_ctzll(bits);
    }
}

/* Those beyond whose list has come. */
static bool pull(struct hr__wheel *wheel)
{
    while (wheel->beyond.n > 0) {
        hr__key key = wheel->beyond.keys[0];
        if (hr__time(key) >> wheel->shift > wheel->at)
            break;
        if (!room(wheel, 1))
            return false;
        hr__heap_remove(&wheel->beyond, 0, NULL);
        hr__wheel_sort_in(wheel, key);
    }
    return true;
}

bool hr__wheel_turn(struct hr__wheel *wheel)
{
    wheel->at = wheel->next;
    uint32_t place = (uint32_t)(wheel->at & (HR__LISTS - 1));
    if (!take(wheel, place) || (wheel->beyond.n > 0 && !pull(wheel)))
        return false;
    wheel->next = next_list(wheel);
    if (wheel->beyond.n > 0) {
        int64_t far = hr__time(wheel->beyond.keys[0]) >> wheel->shift;
        wheel->next = far < wheel->next ? far : wheel->next;
    }
    return wheel->due_n > 0;
}

/* Lists from now on, of 2^shift us. */
static bool spread(struct hr__wheel *wheel, unsigned shift, int64_t now)
{
    size_t n = 0, total = wheel->due_n + wheel->waiting + wheel->beyond.n;
    hr__key *all = malloc((total + 1) * sizeof *all);
    if (!all)
        return false;
    for (size_t i = 0; i < wheel->due_n; i++)
        all[n++] = wheel->due[i];
    for (size_t i = 0; i < wheel->beyond.n; i++)
        all[n++] = wheel->beyond.keys[i];
    for (int64_t i = 0; i < HR__LISTS; i++) {
        for (uint32_t spoke = wheel->lists[i], next; spoke != HR__NONE; spoke = next) {
            next = wheel->spokes[spoke].next;
            all[n++] = wheel->spokes[spoke].key;
            wheel->spokes[spoke].next = wheel->free;
            wheel->free = spoke;
        }
        wheel->lists[i] = HR__NONE;
    }
    memset(wheel->filled, 0, sizeof wheel->filled);
    wheel->due_n = wheel->waiting = wheel->beyond.n = 0;
    wheel->shift = shift;
    wheel->at = now >> shift;
    wheel->next = INT64_MAX;
    bool good = true;
    for (size_t i = 0; good && i < n; i++)
        good = put(wheel, all[i]);
    free(all);
    return good;
}

/* A list should span about HR__GAPS between ends; else all move over. So few that `due` can hold
 * them all need no lists. */
static bool fit(struct hr__wheel *wheel, int64_t now)
{
    int64_t since = wheel->since;
    wheel->pushes = 0;
    wheel->since = now;
    if (since == INT64_MIN) /* the first of all */
        return true;
    int64_t gap = HR__GAPS * (now - since) / HR__FIT_EVERY;
    unsigned want = 0;
    while (want < 40 && gap >> (want + 1))
        want++;
    if (wheel->at == INT64_MAX) {
        wheel->shift = want;
        return true;
    }
    if (wheel->waiting == 0 && wheel->beyond.n == 0 && wheel->due_n < HR__FEW / 2) {
        wheel->at = wheel->next = INT64_MAX;
        return true;
    }
    return (want + 1 >= wheel->shift && want <= wheel->shift + 1) || spread(wheel, want, now);
}

bool hr__wheel_push_slow(struct hr__wheel *wheel, hr__key key, int64_t now)
{
    if (wheel->pushes >= HR__FIT_EVERY && !fit(wheel, now))
        return false;
    if (wheel->at == INT64_MAX && wheel->due_n >= HR__FEW && !spread(wheel, wheel->shift, now))
        return false;
    return put(wheel, key);
}
