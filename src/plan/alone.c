/* alone.c: a fleet of its own for each workload, in place of one that they share: servers, disks,
 * balancer and addresses. Each is sized for its workload only; (all) is their sum.
 */
#include <stdlib.h>
#include <string.h>

#include "plan/sizing.h"

struct hr__search hr__search_alone(const struct hr__search *search, size_t stream)
{
    struct hr__search own = *search;
    own.traffic = &search->parts[stream];
    own.parts = NULL;
    return own;
}

/* The fleet of stream i; its size goes to ret, what it measured to outcome. */
static bool size_one(const struct hr__search *search, size_t i, struct hr__sized *ret,
                     struct hr_outcome *outcome, struct hr_error *err)
{
    const struct hr__search own = hr__search_alone(search, i);
    struct hr__sized fleet = {.platform = ret->platform, .metering = ret->metering};
    bool done = hr__size_fleet(&own, &fleet, err);
    if (done) {
        struct hr__size *size = &ret->sizes[i];
        *size = fleet.sizes[0];
        size->text = hr_arena_copy(&ret->arena, size->text, strlen(size->text));
        size->reason = hr_arena_copy(&ret->arena, size->reason, strlen(size->reason));
        *outcome = fleet.outcome;
        fleet.outcome = (struct hr_outcome){0};
        done = (size->text && size->reason) || hr_fail_memory(err);
    }
    hr__sized_clear(&fleet);
    return done;
}

bool hr__size_alone(const struct hr__search *search, struct hr__sized *ret, struct hr_error *err)
{
    const size_t count = search->traffic->stream_count;
    struct hr_outcome *outcomes = calloc(count + 1, sizeof *outcomes);
    ret->alone = true;
    ret->sizes = hr_arena_alloc(&ret->arena, (count + 1) * sizeof *ret->sizes);
    if (!outcomes || !ret->sizes) {
        free(outcomes);
        return hr_fail_memory(err);
    }
    bool done = true;
    for (size_t i = 0; i < count && done; i++)
        done = size_one(search, i, ret, &outcomes[i], err);
    done = done && (hr_outcome_join(outcomes, count, &ret->outcome) || hr_fail_memory(err));
    for (size_t i = 0; i < count; i++)
        hr_outcome_clear(&outcomes[i]);
    free(outcomes);
    return done;
}
