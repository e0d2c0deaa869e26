/* provision.c: instances kept initialised, where only cold starts make a function miss (rule 5).
 *
 * With enough of them nothing starts cold. Whoever meets its target then, on the least memory on
 * which it does, is failed by cold starts alone; for it the fewest are searched for that still
 * pass. All such workloads are searched for in the same replays.
 */
#include <stdlib.h>
#include <string.h>

#include "plan/sizing.h"

#define ENOUGH_FACTOR 8 /* on less memory work takes longer, and more instances run at once */

struct cure {
    bool wanted;  /* it misses */
    bool found;   /* ... and enough instances cure it */
    bool settled; /* the last rung of memory gave it a whole vCPU: more makes nothing faster */
    struct hr__size before;
    int64_t low, high; /* low fails, high passes */
    double low_attains;
};
struct provision {
    const struct hr__search *search;
    struct hr__sized *sized;
    struct cure *cures; /* of each workload */
    size_t count;
};

/* Those that miss, and as many instances as could ever be busy. */
static size_t find_wanted(struct provision *p, const struct hr_outcome *seen)
{
    const struct hr_function_model *model = &p->sized->platform.function;
    int64_t most =
        model->reserved_concurrency > 0 ? model->reserved_concurrency : model->concurrency_limit;
    size_t wanted = 0;
    for (size_t i = 0; i < p->count; i++) {
        const struct hr_measures *m = &seen->workloads[i];
        struct cure *cure = &p->cures[i];
        cure->before = p->sized->sizes[i];
        cure->wanted = m->cold_starts > 0 && !hr__meets(p->search, seen, i);
        cure->high = ENOUGH_FACTOR * (m->instances_peak > 0 ? m->instances_peak : 1);
        cure->low_attains = hr__attainment(m);
        wanted += cure->wanted;
    }
    if (model->reserved_concurrency <= 0 && wanted)
        most /= (int64_t)wanted; /* they share the account's */
    for (size_t i = 0; i < p->count; i++)
        if (most > 0 && p->cures[i].high > most)
            p->cures[i].high = most;
    return wanted;
}

/* All that still want a cure on this rung, with enough instances; ret: any does. */
static bool set_rung(struct provision *p, double rung)
{
    bool any = false;
    for (size_t i = 0; i < p->count; i++) {
        struct cure *cure = &p->cures[i];
        if (!cure->wanted || cure->found || cure->settled || rung < cure->before.least_mb)
            continue;
        hr__function_size(p->search, p->sized, i, rung);
        p->sized->sizes[i].provisioned = cure->high;
        cure->settled = p->sized->sizes[i].vcpus >= 1;
        any = true;
    }
    return any;
}

/* The least memory on which enough instances cure. Who is not cured is as it was. */
static bool find_memory(struct provision *p, struct hr_error *err)
{
    const struct hr_assumptions *a = p->search->assumptions;
    for (size_t r = 0; r < a->sizing.ladder_count; r++) {
        if (a->sizing.ladder_mb[r] > p->sized->platform.function.memory_max_mb ||
            !set_rung(p, a->sizing.ladder_mb[r]))
            continue;
        if (!hr__replay_sized(p->search, p->sized, err))
            return false;
        for (size_t i = 0; i < p->count; i++) {
            struct cure *cure = &p->cures[i];
            const struct hr_measures *m = &p->sized->outcome.workloads[i];
            if (!cure->wanted || cure->found || !hr__meets(p->search, &p->sized->outcome, i))
                continue;
            cure->found = p->sized->sizes[i].provisioned > 0;
            if (m->busy_peak > 0 && m->busy_peak < cure->high)
                cure->high = m->busy_peak; /* no more were ever busy */
        }
    }
    for (size_t i = 0; i < p->count; i++)
        if (!p->cures[i].found)
            p->sized->sizes[i] = p->cures[i].before;
    return true;
}

/* Halves every interval at once, until each high passes and the next smaller fails. */
static bool find_fewest(struct provision *p, struct hr_error *err)
{
    for (bool open = true; open;) {
        open = false;
        for (size_t i = 0; i < p->count; i++) {
            struct cure *cure = &p->cures[i];
            if (!cure->found)
                continue;
            bool wide = cure->high - cure->low > 1;
            p->sized->sizes[i].provisioned =
                wide ? cure->low + (cure->high - cure->low) / 2 : cure->high;
            open = open || wide;
        }
        if (!hr__replay_sized(p->search, p->sized, err))
            return false;
        for (size_t i = 0; i < p->count; i++) {
            struct cure *cure = &p->cures[i];
            int64_t tried = p->sized->sizes[i].provisioned;
            if (!cure->found || tried == cure->high)
                continue;
            if (hr__meets(p->search, &p->sized->outcome, i)) {
                cure->high = tried;
            } else {
                cure->low = tried;
                cure->low_attains = hr__attainment(&p->sized->outcome.workloads[i]);
            }
        }
    }
    return true;
}

static bool explain(struct provision *p, struct hr_error *err)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct cure *cure = &p->cures[i];
        struct hr__size *size = &p->sized->sizes[i];
        char reason[128], attained[HR__ATTAINED];
        hr__attained_format(attained, cure->low_attains);
        size->repeats = !cure->found;
        if (!cure->found)
            continue;
        if (cure->low > 0)
            snprintf(reason, sizeof reason, "%lld provisioned miss%s: %s %% within the target",
                     (long long)cure->low, cure->low == 1 ? "es" : "", attained);
        else
            snprintf(reason, sizeof reason, "cold starts alone make it miss: %s %% in time",
                     attained);
        size->reason = hr_arena_copy(&p->sized->arena, reason, strlen(reason));
        if (!size->reason)
            return hr_fail_memory(err);
    }
    return true;
}

bool hr__provision(const struct hr__search *search, struct hr__sized *sized,
                   const struct hr_outcome *seen, struct hr_error *err)
{
    struct provision p = {.search = search, .sized = sized, .count = search->traffic->stream_count};
    p.cures = calloc(p.count + 1, sizeof *p.cures);
    if (!p.cures)
        return hr_fail_memory(err);
    bool done = find_wanted(&p, seen) == 0 ||
                (find_memory(&p, err) && find_fewest(&p, err) && explain(&p, err));
    free(p.cures);
    return done;
}
