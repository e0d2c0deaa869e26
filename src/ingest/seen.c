/* seen.c: see seen.h. */
#include "ingest/seen.h"

#include <stdlib.h>

bool hr__seen_before(struct hr__seen *seen, uint64_t key, bool *ret, struct hr_error *err)
{
    if (seen->slots == NULL) {
        seen->slots = calloc(HR__SEEN_SLOTS, sizeof *seen->slots);
        if (seen->slots == NULL) {
            return hr_fail_memory(err);
        }
    }
    key |= 1;
    size_t slot = (key >> 1) & (HR__SEEN_SLOTS - 1);
    while (seen->slots[slot] != 0 && seen->slots[slot] != key) {
        slot = (slot + 1) & (HR__SEEN_SLOTS - 1);
    }
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
