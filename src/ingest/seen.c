/* seen.c: see seen.h. At most half of the slots are taken: a key that is new ends at the first
 * empty one, nearly always in the cache line where it began. */
#include "ingest/seen.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS ((size_t)1 << 14)
#define GROWTH      4 /* times as many slots */

static size_t slot_of(const uint64_t *slots, size_t slot_count, uint64_t key)
{
    size_t slot = (key >> 1) & (slot_count - 1);
    while (slots[slot] != 0 && slots[slot] != key) {
        slot = (slot + 1) & (slot_count - 1);
    }
    return slot;
}

static bool grow(struct hr__seen *seen, struct hr_error *err)
{
    size_t slot_count = seen->slot_count == 0 ? FIRST_SLOTS : seen->slot_count * GROWTH;
    slot_count = slot_count < 2 * HR__SEEN_MAX ? slot_count : 2 * HR__SEEN_MAX;
    uint64_t *slots = hr_large_alloc(slot_count * sizeof *slots);
    if (slots == NULL) {
        return hr_fail_memory(err);
    }
    memset(slots, 0, slot_count * sizeof *slots);
    for (size_t i = 0; i < seen->slot_count; i++) {
        if (seen->slots[i] != 0) {
            slots[slot_of(slots, slot_count, seen->slots[i])] = seen->slots[i];
        }
    }
    free(seen->slots);
    seen->slots = slots;
    seen->slot_count = slot_count;
    return true;
}

bool hr__seen_before(struct hr__seen *seen, uint64_t key, bool *ret, struct hr_error *err)
{
    if (2 * seen->count >= seen->slot_count && seen->count < HR__SEEN_MAX && !grow(seen, err)) {
        return false;
    }
    key |= 1;
    size_t slot = slot_of(seen->slots, seen->slot_count, key);
    *ret = seen->slots[slot] == key;
    if (!*ret && seen->count < HR__SEEN_MAX) {
        seen->slots[slot] = key;
        seen->count++;
    }
    return true;
}

void hr__seen_clear(struct hr__seen *seen)
{
    free(seen->slots);
    *seen = (struct hr__seen){0};
}
