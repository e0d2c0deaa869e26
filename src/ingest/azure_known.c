/* azure_known.c: see azure_known.h. At most half of the slots are taken. */
#include "ingest/azure_known.h"

#include <stdlib.h>

#define FIRST_ROOM ((size_t)1024)

static size_t slot_of(const struct hr__known_functions *known, uint64_t key)
{
    size_t slot = key & (known->room - 1);
    while (known->slot[slot].key != 0 && known->slot[slot].key != key) {
        slot = (slot + 1) & (known->room - 1);
    }
    return slot;
}

static bool grow(struct hr__known_functions *known, struct hr_error *err)
{
    struct hr__known_functions more = {.room = known->room == 0 ? FIRST_ROOM : 2 * known->room,
                                       .count = known->count};
    more.slot = calloc(more.room, sizeof *more.slot);
    if (more.slot == NULL) {
        return hr_fail_memory(err);
    }
    for (size_t i = 0; i < known->room; i++) {
        if (known->slot[i].key != 0) {
            more.slot[slot_of(&more, known->slot[i].key)] = known->slot[i];
        }
    }
    free(known->slot);
    *known = more;
    return true;
}

bool hr__known_add(struct hr__known_functions *known, const struct hr__durations *durations,
                   struct hr_error *err)
{
    if (known->count == HR__KNOWN_MAX) {
        return hr_fail(err, HR_ELIMIT, "more than %zu functions have durations", HR__KNOWN_MAX);
    }
    if (2 * (known->count + 1) > known->room && !grow(known, err)) {
        return false;
    }
    size_t slot = slot_of(known, durations->key);
    known->count += known->slot[slot].key == 0;
    known->slot[slot] = *durations;
    return true;
}

const struct hr__durations *hr__known_find(const struct hr__known_functions *known, uint64_t key)
{
    if (known->room == 0) {
        return NULL;
    }
    const struct hr__durations *found = &known->slot[slot_of(known, key)];
    return found->key == 0 ? NULL : found;
}

void hr__known_clear(struct hr__known_functions *known)
{
    free(known->slot);
    *known = (struct hr__known_functions){0};
}
