/* wheel.c: the turns of the timing wheel, and its width. */
#include "sim/wheel.h"

#include <stdlib.h>

bool hr__wheel_init(struct hr__wheel *wheel)
{
    *wheel = (struct hr__wheel){.few = true,
                                .shift = 10,
                                .free = HR__NONE,
                                .since = INT64_MIN,
                                .pushes = HR__FIT_EVERY - 1};
    for (int64_t i = 0; i < HR__SPOKES; i++)
        wheel->lists[i] = HR__NONE;
    return hr_grow((void **)&wheel->due, &wheel->due_capacity, 64, sizeof *wheel->due,
                   (size_t)HR__REFS * 4, NULL);
}

void hr__wheel_clear(struct hr__wheel *wheel)
{
    free(wheel->due);
    free(wheel->spokes);
    free(wheel->beyond.keys);
}

/* Into its place among those that are due: seldom more than two. */
bool hr__wheel_put_due(struct hr__wheel *wheel, hr__key key)
{
    if (wheel->due_n == wheel->due_capacity &&
        !hr_grow((void **)&wheel->due, &wheel->due_capacity, wheel->due_n + 1, sizeof *wheel->due,
                 (size_t)HR__REFS * 4, NULL))
        return false;
    size_t i = wheel->due_n++;
    for (; i > 0 && wheel->due[i - 1] < key; i--)
        wheel->due[i] = wheel->due[i - 1];
    wheel->due[i] = key;
    return true;
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

bool hr__wheel_put(struct hr__wheel *wheel, hr__key key)
{
    int64_t list = hr__time(key) >> wheel->shift;
    if (list <= wheel->at)
        return hr__wheel_put_due(wheel, key);
    if (list - wheel->at >= HR__SPOKES) {
        wheel->waiting++;
        return hr__heap_push(&wheel->beyond, key, NULL);
    }
    if (wheel->free == HR__NONE && !grow(wheel))
        return false;
    uint32_t spoke = wheel->free, place = (uint32_t)(list & (HR__SPOKES - 1));
    wheel->free = wheel->spokes[spoke].next;
    wheel->spokes[spoke] = (struct hr__spoke){key, wheel->lists[place]};
    wheel->lists[place] = spoke;
    wheel->filled[place / 64] |= UINT64_C(1) << place % 64;
    wheel->waiting++;
    return true;
}

static int descending(const void *a, const void *b)
{
    hr__key x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x < y) - (x > y);
}

/* The list at `place` becomes what is due. */
static bool take(struct hr__wheel *wheel, uint32_t place)
{
    uint32_t spoke = wheel->lists[place];
    size_t n = 0;
    for (; spoke != HR__NONE && n < 16; n++) {
        uint32_t next = wheel->spokes[spoke].next;
        if (!hr__wheel_put_due(wheel, wheel->spokes[spoke].key))
            return false;
        wheel->spokes[spoke].next = wheel->free;
        wheel->free = spoke;
        spoke = next;
    }
    for (; spoke != HR__NONE; n++) { /* a crowd: sorted once */
        uint32_t next = wheel->spokes[spoke].next;
        if (!hr_grow((void **)&wheel->due, &wheel->due_capacity, wheel->due_n + 1,
                     sizeof *wheel->due, (size_t)HR__REFS * 4, NULL))
            return false;
        wheel->due[wheel->due_n++] = wheel->spokes[spoke].key;
        wheel->spokes[spoke].next = wheel->free;
        wheel->free = spoke;
        spoke = next;
    }
    if (n > 16)
        qsort(wheel->due, wheel->due_n, sizeof *wheel->due, descending);
    wheel->waiting -= n;
    wheel->lists[place] = HR__NONE;
    wheel->filled[place / 64] &= ~(UINT64_C(1) << place % 64);
    return true;
}

/* The next list that holds something, from `at` on and up to `last`; `last` + 1: none. */
static int64_t next_list(const struct hr__wheel *wheel, int64_t last)
{
    int64_t list = wheel->at + 1;
    if (last - wheel->at >= HR__SPOKES)
        last = wheel->at + HR__SPOKES - 1;
    while (list <= last) {
        uint64_t bits = wheel->filled[(list & (HR__SPOKES - 1)) / 64] >> (list & 63);
        if (bits) {
            list += __builtin_ctzll(bits);
            return list <= last ? list : last + 1;
        }
        list += 64 - (list & 63);
    }
    return last + 1;
}

/* Those beyond that the wheel can hold now. */
static bool pull(struct hr__wheel *wheel)
{
    while (wheel->beyond.n > 0) {
        hr__key key = wheel->beyond.keys[0];
        if ((hr__time(key) >> wheel->shift) - wheel->at >= HR__SPOKES)
            break;
        hr__heap_remove(&wheel->beyond, 0, NULL);
        wheel->waiting--;
        if (!hr__wheel_put(wheel, key))
            return false;
    }
    return true;
}

bool hr__wheel_turn(struct hr__wheel *wheel, int64_t until)
{
    int64_t last = until >> wheel->shift;
    while (wheel->due_n == 0 && wheel->waiting > 0 && wheel->at < last) {
        int64_t list = next_list(wheel, last);
        bool found = list <= last && list - wheel->at < HR__SPOKES;
        if (!found && wheel->waiting > wheel->beyond.n) {
            wheel->at = list > last ? last : list - 1; /* all lists up to there are empty */
        } else if (!found) {
            int64_t first = hr__time(wheel->beyond.keys[0]) >> wheel->shift;
            wheel->at = first <= last ? first : last;
        } else {
            wheel->at = list;
            if (!take(wheel, (uint32_t)(list & (HR__SPOKES - 1))))
                return false;
        }
        if (!pull(wheel))
            return false;
    }
    if (wheel->due_n == 0 && wheel->at < last)
        wheel->at = last;
    return wheel->due_n > 0;
}

bool hr__wheel_spread(struct hr__wheel *wheel, unsigned shift, int64_t now)
{
    size_t n = 0, total = wheel->due_n + wheel->waiting;
    hr__key *all = malloc((total + 1) * sizeof *all);
    if (!all)
        return false;
    for (size_t i = 0; i < wheel->due_n; i++)
        all[n++] = wheel->due[i];
    for (size_t i = 0; i < wheel->beyond.n; i++)
        all[n++] = wheel->beyond.keys[i];
    for (int64_t i = 0; i < HR__SPOKES; i++) {
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
    wheel->few = false;
    wheel->shift = shift;
    wheel->at = now >> shift;
    bool good = true;
    for (size_t i = 0; good && i < n; i++)
        good = hr__wheel_put(wheel, all[i]);
    free(all);
    return good;
}

/* A list should span about two gaps between ends; else all move over. */
bool hr__wheel_fit(struct hr__wheel *wheel, int64_t now)
{
    int64_t since = wheel->since;
    wheel->pushes = 0;
    wheel->since = now;
    if (since == INT64_MIN) /* the first of all */
        return true;
    int64_t gap = 2 * (now - since) / HR__FIT_EVERY;
    unsigned want = 0;
    while (want < 40 && gap >> (want + 1))
        want++;
    if (wheel->few) {
        wheel->shift = want;
        return true;
    }
    return (want + 1 >= wheel->shift && want <= wheel->shift + 1) ||
           hr__wheel_spread(wheel, want, now);
}
