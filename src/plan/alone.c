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

struct fleets {
    const struct hr__search *search;
    const struct hr__sized *like; /* platform and metering of each */
    struct hr__sized *own;        /* of each stream; owned */
};

static bool size_one(void *context, size_t i, struct hr_error *err)
{
    const struct fleets *fleets = context;
    const struct hr__search own = hr__search_alone(fleets->search, i);
    return hr__size_fleet(&own, &fleets->own[i], err);
}

/* The size of stream i's fleet goes to ret, what it measured to outcome. */
static bool keep_one(struct hr__sized *fleet, size_t i, struct hr__sized *ret,
                     struct hr_outcome *outcome, struct hr_error *err)
{
    struct hr__size *size = &ret->sizes[i];
    *size = fleet->sizes[0];
    size->text = hr_arena_copy(&ret->arena, size->text, strlen(size->text));
    size->reason = hr_arena_copy(&ret->arena, size->reason, strlen(size->reason));
    *outcome = fleet->outcome;
    fleet->outcome = (struct hr_outcome){0};
    return (size->text && size->reason) || hr_fail_memory(err);
}

/* Fleets know nothing of each other: they are sized on all cores. */
static bool size_all(struct fleets *fleets, size_t count, struct hr_error *err)
{
    for (size_t i = 0; i < count; i++)
        fleets->own[i] = (struct hr__sized){.platform = fleets->like->platform,
                                            .metering = fleets->like->metering};
    return hr_parallel_for(count, fleets->search->options->threads, size_one, fleets, err);
}

bool hr__size_alone(const struct hr__search *search, struct hr__sized *ret, struct hr_error *err)
{
    const size_t count = search->traffic->stream_count;
    struct hr_outcome *outcomes = calloc(count + 1, sizeof *outcomes);
    struct fleets fleets = {search, ret, calloc(count + 1, sizeof *fleets.own)};
    ret->alone = true;
    ret->sizes = hr_arena_alloc(&ret->arena, (count + 1) * sizeof *ret->sizes);
    bool done = (outcomes && fleets.own && ret->sizes) || hr_fail_memory(err);
    done = done && size_all(&fleets, count, err);
    for (size_t i = 0; i < count && done; i++)
        done = keep_one(&fleets.own[i], i, ret, &outcomes[i], err);
    done = done && (hr_outcome_join(outcomes, count, &ret->outcome) || hr_fail_memory(err));
    for (size_t i = 0; i < count && outcomes && fleets.own; i++) {
        hr_outcome_clear(&outcomes[i]);
        hr__sized_clear(&fleets.own[i]);
    }
    free(fleets.own);
    free(outcomes);
    return done;
}
