/* seen.c: see seen.h. At most half of the slots of a table are taken, so that a new key ends at the
 * first empty one, nearly always in the cache line where it began. */
#include "ingest/seen.h"

#include <stdlib.h>

#define SPAN_BITS   29 /* of microseconds: 9 minutes */
#define FIRST_SPANS ((size_t)16)
#define FIRST_SLOTS ((size_t)16)

struct hr__seen_span {
    int64_t number;    /* time >> SPAN_BITS */
    uint64_t *slots;   /* keys; 0 empty; NULL: no span stands here */
    size_t slot_count; /* a power of two */
    size_t count;
};

static size_t slot_of(const uint64_t *slots, size_t slot_count, uint64_t key)
{
    size_t slot = key & (slot_count - 1);
    while (slots[slot] != 0 && slots[slot] != key) {
        slot = (slot + 1) & (slot_count - 1);
    }
    return slot;
}

static size_t place_of(const struct hr__seen_span *spans, size_t room, int64_t number)
{
    size_t place = hr_mix64((uint64_t)number) & (room - 1);
    while (spans[place].slots != NULL && spans[place].number != number) {
        place = (place + 1) & (room - 1);
    }
    return place;
}

static bool more_spans(struct hr__seen *seen, struct hr_error *err)
{
    size_t room = seen->span_room == 0 ? FIRST_SPANS : 2 * seen->span_room;
    struct hr__seen_span *spans = calloc(room, sizeof *spans);
    if (spans == NULL) {
        return hr_fail_memory(err);
    }
    for (size_t i = 0; i < seen->span_room; i++) {
        if (seen->spans[i].slots != NULL) {
            spans[place_of(spans, room, seen->spans[i].number)] = seen->spans[i];
        }
    }
    free(seen->spans);
    seen->spans = spans;
    seen->span_room = room;
    return true;
}

static bool more_slots(struct hr__seen_span *span, struct hr_error *err)
{
    size_t slot_count = span->slots == NULL ? FIRST_SLOTS : 2 * span->slot_count;
    uint64_t *slots = calloc(slot_count, sizeof *slots);
    if (slots == NULL) {
        return hr_fail_memory(err);
    }
    for (size_t i = 0; span->slots != NULL && i < span->slot_count; i++) {
        if (span->slots[i] != 0) {
            slots[slot_of(slots, slot_count, span->slots[i])] = span->slots[i];
        }
    }
    free(span->slots);
    span->slots = slots;
    span->slot_count = slot_count;
    return true;
}

/* The span of a number, or NULL where there is none and none more may be. */
static bool find_span(struct hr__seen *seen, int64_t number, struct hr__seen_span **ret,
                      struct hr_error *err)
{
    bool full = seen->count == HR__SEEN_MAX;
    *ret = NULL;
    if (seen->span_room == 0 || (2 * seen->span_count >= seen->span_room && !full)) {
        if (!more_spans(seen, err)) {
            return false;
        }
        seen->last = place_of(seen->spans, seen->span_room, number);
    }
    struct hr__seen_span *span = &seen->spans[seen->last];
    if (span->slots == NULL || span->number != number) {
        seen->last = place_of(seen->spans, seen->span_room, number);
        span = &seen->spans[seen->last];
    }
    if (span->slots == NULL && !full) {
        if (!more_slots(span, err)) {
            return false;
        }
        span->number = number;
        seen->span_count++;
    }
    *ret = span->slots == NULL ? NULL : span;
    return true;
}

bool hr__seen_before(struct hr__seen *seen, uint64_t request, int64_t time_us, bool *ret,
                     struct hr_error *err)
{
    struct hr__seen_span *span;
    uint64_t key = hr_mix64(request ^ hr_mix64((uint64_t)time_us));
    bool full = seen->count == HR__SEEN_MAX;
    *ret = false;
    if (!find_span(seen, time_us >> SPAN_BITS, &span, err)) {
        return false;
    }
    if (span == NULL) {
        return true;
    }
    key += key == 0; /* 0 is an empty slot */
    size_t slot = slot_of(span->slots, span->slot_count, key);
    *ret = span->slots[slot] == key;
    if (*ret || full) {
        return true;
    }
    span->slots[slot] = key;
    span->count++;
    seen->count++;
    return 2 * span->count < span->slot_count || more_slots(span, err);
}

void hr__seen_clear(struct hr__seen *seen)
{
    for (size_t i = 0; i < seen->span_room; i++) {
        free(seen->spans[i].slots);
    }
    free(seen->spans);
    *seen = (struct hr__seen){0};
}
