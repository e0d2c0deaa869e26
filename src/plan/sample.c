/* sample.c: durations to draw from, of however many invocations, in bounded room. Which of them are
 * kept hangs on their numbers alone, so the same traffic gives the same sample. */
#include <stdlib.h>

#include "plan/stored.h"

/* Chosen by a hash, since a log may have a rhythm that a fixed step would fall into. */
static bool is_kept(const struct hr__sample *sample, uint64_t number)
{
    return sample->halvings == 0 || hr_mix64(number) >> (64 - sample->halvings) == 0;
}

static void halve(struct hr__sample *sample)
{
    size_t kept = 0;
    sample->halvings++;
    for (size_t i = 0; i < sample->count; i++)
        if (is_kept(sample, sample->items[i].number))
            sample->items[kept++] = sample->items[i];
    sample->count = kept;
}

bool hr__sample_add(struct hr__sample *sample, int64_t value, struct hr_error *err)
{
    const uint64_t number = sample->seen++;
    if (!is_kept(sample, number))
        return true;
    while (sample->count == sample->room) {
        halve(sample);
        if (!is_kept(sample, number))
            return true;
    }
    if (!hr_grow((void **)&sample->items, &sample->capacity, sample->count + 1,
                 sizeof *sample->items, sample->room, err))
        return false;
    sample->items[sample->count++] = (struct hr__sampled){value, number};
    return true;
}

void hr__sample_clear(struct hr__sample *sample)
{
    free(sample->items);
    *sample = (struct hr__sample){0};
}
