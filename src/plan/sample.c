/* sample.c: durations to draw from, of however many invocations, in bounded room. Which of them are
 * kept hangs on their numbers alone, so the same traffic gives the same sample. */
#include <stdlib.h>

#include "plan/stored.h"

static void halve(struct hr__sample *sample)
{
    size_t kept = 0;
    sample->halvings++;
    for (size_t i = 0; i < sample->count; i++)
        if (hr__sample_keeps(sample, sample->items[i].number))
            sample->items[kept++] = sample->items[i];
    sample->count = kept;
}

bool hr__sample_keep(struct hr__sample *sample, int64_t value, uint64_t number,
                     struct hr_error *err)
{
    while (sample->count == sample->room) {
        halve(sample);
        if (!hr__sample_keeps(sample, number))
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
