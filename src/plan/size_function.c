/* size_function.c: the memory of each function (rule 4), slots of instances (rule 1).
 *
 * All workloads are replayed together at one rung of the ladder after the other; each takes the
 * cheapest rung that meets its target. They share the account's limit, so the result is a replay of
 * all with their chosen sizes, and who misses the target only there goes up.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/cost.h"
#include "plan/sizing.h"

int64_t hr__auto_slots(double vcpus, double memory_mb, double cpu_bound, double working_set_mb,
                       const struct hr_assumptions *assumptions)
{
    double slots = (double)assumptions->sizing.slots_max;
    if (cpu_bound > 0)
        slots = fmin(slots, vcpus / cpu_bound);
    if (working_set_mb > 0)
        slots = fmin(slots, assumptions->sizing.memory_share * memory_mb / working_set_mb);
    return slots < 1 ? 1 : (int64_t)floor(slots + 1e-9);
}

/* What is remembered of a workload at one rung. */
struct tried {
    double cost, attainment;
    bool meets, tried;
};

void hr__function_size(const struct hr__search *search, struct hr__sized *sized, size_t i,
                       double memory_mb)
{
    const struct hr_function_model *model = &sized->platform.function;
    const struct hr__stream *stream = &search->traffic->streams[i];
    struct hr__size *size = &sized->sizes[i];
    size->memory_mb = memory_mb;
    size->provisioned = model->provisioned;
    size->vcpus = hr_function_vcpus(model, memory_mb);
    size->slots = model->per_instance > 0
                      ? model->per_instance
                      : hr__auto_slots(size->vcpus, memory_mb, stream->cpu_bound,
                                       stream->memory_used_mb, search->assumptions);
}

/* The first rung that holds the memory used, with headroom; unknown: 512 MB. */
static double least_memory(const struct hr__search *search, const struct hr__stream *stream)
{
    return stream->memory_used_mb > 0
               ? stream->memory_used_mb * search->assumptions->sizing.memory_headroom
               : search->assumptions->sizing.memory_unknown_mb;
}

/* The least rung that holds so much, the highest that there is where none does; 0: the range holds
 * none. */
static double fitting_rung(const struct hr__search *search, const struct hr_function_model *model,
                           double least)
{
    double found = 0;
    for (size_t r = 0; r < search->assumptions->sizing.ladder_count; r++) {
        const double rung = search->assumptions->sizing.ladder_mb[r];
        if (rung >= model->memory_min_mb && rung <= model->memory_max_mb &&
            (found <= 0 || found < least))
            found = rung;
    }
    return found;
}

static bool try_rung(const struct hr__search *search, struct hr__sized *sized, double rung,
                     struct tried *tried, struct hr_error *err)
{
    const struct hr__traffic *traffic = search->traffic;
    for (size_t i = 0; i < traffic->stream_count; i++)
        hr__function_size(search, sized, i, rung);
    if (!hr__replay_sized(search, sized, err))
        return false;
    for (size_t i = 0; i < traffic->stream_count; i++) {
        double cost = 0;
        if (rung < fitting_rung(search, &sized->platform.function,
                                least_memory(search, &traffic->streams[i])))
            continue;
        if (!hr__workload_cost(search, sized, i, &cost, err))
            return false;
        tried[i] = (struct tried){.cost = cost,
                                  .attainment = hr__attainment(&sized->outcome.workloads[i]),
                                  .meets = hr__meets(search, &sized->outcome, i),
                                  .tried = true};
    }
    return true;
}

/* Cheapest that meets, else the best attainment, the smaller on a tie. SIZE_MAX: none tried. */
static size_t choose(const struct tried *of, size_t rungs, size_t stride)
{
    size_t best = SIZE_MAX;
    for (size_t r = 0; r < rungs; r++) {
        const struct tried *t = &of[r * stride], *b = best == SIZE_MAX ? NULL : &of[best * stride];
        if (!t->tried)
            continue;
        bool better = !b || (t->meets != b->meets ? t->meets
                             : t->meets           ? t->cost < b->cost - 1e-12
                                                  : t->attainment > b->attainment + 1e-12);
        if (better)
            best = r;
    }
    return best;
}

static bool explain(const struct hr__search *search, struct hr__sized *sized, size_t i,
                    const struct tried *of, size_t chosen, struct hr_error *err)
{
    const double *ladder = search->assumptions->sizing.ladder_mb;
    const size_t stride = search->traffic->stream_count;
    const struct hr__stream *stream = &search->traffic->streams[i];
    struct hr_text reason = {.max = 400};
    const struct tried *t = &of[chosen * stride];
    char slo[32], attained[HR__ATTAINED];
    hr_format_significant(slo, sizeof slo, stream->slo * 100, 8);
    if (!t->meets)
        hr_text_printf(&reason, "no size meets %s %%; %g MB comes closest with %s %%", slo,
                       ladder[chosen], hr__attained_format(attained, t->attainment));
    else if (chosen > 0 && of[(chosen - 1) * stride].tried && !of[(chosen - 1) * stride].meets)
        hr_text_printf(&reason, "%g MB misses: %s %% within the target", ladder[chosen - 1],
                       hr__attained_format(attained, of[(chosen - 1) * stride].attainment));
    else if (chosen > 0 && of[(chosen - 1) * stride].tried)
        hr_text_printf(&reason, "%g MB costs more", ladder[chosen - 1]);
    else if (stream->memory_used_mb <= 0)
        hr_text_printf(&reason, "memory used is unknown: the ladder starts at %g MB",
                       search->assumptions->sizing.memory_unknown_mb);
    else if (ladder[chosen] < least_memory(search, stream))
        hr_text_printf(&reason, "the most that there is, for %.0f MB used (p99)",
                       stream->memory_used_mb);
    else
        hr_text_printf(&reason, "the least above %g x the %.0f MB used (p99)",
                       search->assumptions->sizing.memory_headroom, stream->memory_used_mb);
    sized->sizes[i].reason =
        hr_arena_copy(&sized->arena, reason.data ? reason.data : "", reason.len);
    hr_text_clear(&reason);
    return sized->sizes[i].reason || hr_fail_memory(err);
}

/* ---- together ---------------------------------------------------------------------------- */

static double next_rung(const struct hr__search *search, const struct hr__sized *sized, size_t i)
{
    for (size_t r = 0; r < search->assumptions->sizing.ladder_count; r++) {
        double rung = search->assumptions->sizing.ladder_mb[r];
        if (rung > sized->sizes[i].memory_mb)
            return rung <= sized->platform.function.memory_max_mb ? rung : 0;
    }
    return 0;
}

/* One that meets its target on its rung, but not beside the others. */
static bool misses(const struct hr__search *search, const struct hr__sized *sized, size_t i)
{
    return sized->sizes[i].met && !hr__meets(search, &sized->outcome, i);
}

static double mean_service(const struct hr_outcome *outcome, size_t i)
{
    const struct hr_measures *m = &outcome->workloads[i];
    return m->served ? m->service_sum / (double)m->served : INFINITY;
}

/* A rung up, where there is one. */
static bool raise(const struct hr__search *search, struct hr__sized *sized, size_t i,
                  size_t *raised, struct hr_error *err)
{
    struct hr__size *size = &sized->sizes[i];
    double up = next_rung(search, sized, i);
    char reason[128], attained[HR__ATTAINED];
    if (up <= 0)
        return true;
    if (misses(search, sized, i))
        snprintf(reason, sizeof reason, "beside the others %g MB misses: %s %% within the target",
                 size->memory_mb,
                 hr__attained_format(attained, hr__attainment(&sized->outcome.workloads[i])));
    else
        snprintf(reason, sizeof reason, "at %g MB its work holds the account's limit too long",
                 size->memory_mb);
    hr__function_size(search, sized, i, up);
    size->reason = hr_arena_copy(&sized->arena, reason, strlen(reason));
    (*raised)++;
    return size->reason || hr_fail_memory(err);
}

/* Replays all with their sizes until those that met their target by themselves do so together. All
 * that workloads share is the account's limit, so who misses now is kept waiting by the work of
 * those on lower rungs than it had when all stood on one: these go up. Where there are none, or
 * where the traffic is not the one that the sizes were chosen for, it goes up itself. */
static bool settle(const struct hr__search *search, struct hr__sized *sized, struct hr_error *err)
{
    const size_t count = search->traffic->stream_count;
    for (;;) {
        size_t raised = 0;
        double top = 0;
        if (!hr__replay_sized(search, sized, err))
            return false;
        for (size_t i = 0; i < count; i++)
            if (misses(search, sized, i))
                top = fmax(top, sized->sizes[i].memory_mb);
        for (size_t i = 0; i < count && !search->near; i++)
            if (sized->sizes[i].memory_mb < top && !raise(search, sized, i, &raised, err))
                return false;
        const bool themselves = raised == 0;
        for (size_t i = 0; i < count && themselves; i++) {
            double *below = &sized->sizes[i].service_us, now = mean_service(&sized->outcome, i);
            if (!misses(search, sized, i) || (*below > 0 && now >= *below))
                continue; /* more memory makes it no faster */
            *below = now;
            if (!raise(search, sized, i, &raised, err))
                return false;
        }
        if (!raised)
            return true;
    }
}

/* ---- as recorded --------------------------------------------------------------------------- */

static bool is_recorded(const struct hr__search *search, const struct hr__sized *sized, size_t i)
{
    return sized->flavour == HR__AS_RECORDED && search->traffic->streams[i].memory_size_mb > 0;
}

static void set_recorded(const struct hr__search *search, struct hr__sized *sized, size_t i)
{
    const double recorded = search->traffic->streams[i].memory_size_mb;
    const double most = sized->platform.function.memory_max_mb;
    struct hr__size *size = &sized->sizes[i];
    hr__function_size(search, sized, i, fmin(recorded, most));
    size->met = size->repeats = false; /* nobody may raise it */
    size->reason = recorded > most ? "recorded on more: the most that there is" : "as recorded";
}

/* The sizes of the search that this one is near to; where more or less memory is used than there,
 * the least that holds it. */
static bool settle_near(const struct hr__search *search, struct hr__sized *sized,
                        struct hr_error *err)
{
    const struct hr_function_model *model = &sized->platform.function;
    for (size_t i = 0; i < search->traffic->stream_count; i++) {
        const struct hr__size *near = &search->near->sizes[i];
        if (is_recorded(search, sized, i)) {
            set_recorded(search, sized, i);
            continue;
        }
        const double least =
            fitting_rung(search, model, least_memory(search, &search->traffic->streams[i]));
        const bool same = near->least_mb >= least && near->least_mb <= least;
        hr__function_size(search, sized, i, same ? near->memory_mb : least);
        sized->sizes[i].met = near->met;
        sized->sizes[i].least_mb = least;
        sized->sizes[i].provisioned = near->provisioned;
    }
    return settle(search, sized, err) && (sized->flavour != HR__PROVISIONED ||
                                          hr__provision(search, sized, &sized->outcome, err));
}

static bool search_memory(const struct hr__search *search, struct hr__sized *sized,
                          struct hr_error *err)
{
    const struct hr_assumptions *a = search->assumptions;
    const size_t count = search->traffic->stream_count, rungs = a->sizing.ladder_count;
    const struct hr_function_model *model = &sized->platform.function;
    double least = INFINITY;
    for (size_t i = 0; i < count; i++)
        least = fmin(
            least, fitting_rung(search, model, least_memory(search, &search->traffic->streams[i])));
    if (least <= 0)
        return hr_fail(err, HR_EMODEL, "%s: its memory range holds no rung of the ladder",
                       sized->platform.id);
    struct tried *tried = calloc(rungs * count + 1, sizeof *tried);
    bool done = tried || hr_fail_memory(err);
    for (size_t r = 0; r < rungs && done; r++) {
        double rung = a->sizing.ladder_mb[r];
        if (rung < least || rung > model->memory_max_mb)
            continue;
        done = try_rung(search, sized, rung, tried + r * count, err);
    }
    for (size_t i = 0; i < count && done; i++) {
        size_t chosen = choose(tried + i, rungs, count);
        hr__function_size(search, sized, i, a->sizing.ladder_mb[chosen]);
        sized->sizes[i].met = tried[chosen * count + i].meets;
        sized->sizes[i].least_mb =
            fitting_rung(search, model, least_memory(search, &search->traffic->streams[i]));
        done = explain(search, sized, i, tried + i, chosen, err);
    }
    free(tried);
    return done && settle(search, sized, err);
}

/* The sizes of the platform that this one stands beside, or, where that is not compared, searched
 * for. */
static bool plain_sizes(const struct hr__search *search, struct hr__sized *sized,
                        struct hr_error *err)
{
    if (!sized->beside)
        return search_memory(search, sized, err);
    for (size_t i = 0; i < search->traffic->stream_count; i++) {
        sized->sizes[i] = sized->beside->sizes[i];
        sized->sizes[i].repeats = true;
    }
    return true;
}

static bool as_recorded(const struct hr__search *search, struct hr__sized *sized,
                        struct hr_error *err)
{
    if (!plain_sizes(search, sized, err))
        return false;
    for (size_t i = 0; i < search->traffic->stream_count; i++)
        if (is_recorded(search, sized, i))
            set_recorded(search, sized, i);
    return hr__replay_sized(search, sized, err);
}

static bool provisioned(const struct hr__search *search, struct hr__sized *sized,
                        struct hr_error *err)
{
    if (!plain_sizes(search, sized, err))
        return false;
    if (sized->beside)
        return hr__provision(search, sized, &sized->beside->outcome, err);
    return hr__provision(search, sized, &sized->outcome, err);
}

static bool as_stated(const struct hr__search *search, struct hr__sized *sized,
                      struct hr_error *err)
{
    const double stated = sized->platform.function.memory_mb;
    for (size_t i = 0; i < search->traffic->stream_count; i++) {
        const double used = search->traffic->streams[i].memory_used_mb;
        char reason[128];
        hr__function_size(search, sized, i, stated);
        if (!hr__lacks_memory(search, sized, i))
            continue;
        snprintf(reason, sizeof reason, "%g MB, as stated, do not hold the %.0f MB used (p99)",
                 stated, used);
        sized->sizes[i].reason = hr_arena_copy(&sized->arena, reason, strlen(reason));
        if (!sized->sizes[i].reason)
            return hr_fail_memory(err);
    }
    return hr__replay_sized(search, sized, err);
}

static bool name_sizes(const struct hr__search *search, struct hr__sized *sized,
                       struct hr_error *err)
{
    for (size_t i = 0; i < search->traffic->stream_count; i++) {
        struct hr__size *size = &sized->sizes[i];
        struct hr_text text = {.max = 96};
        hr_text_printf(&text, "memory=%.15g", size->memory_mb);
        if (size->slots > 1)
            hr_text_printf(&text, ";slots=%lld", (long long)size->slots);
        const struct hr_provisioning_model *moved = &sized->platform.function.provisioning;
        if (moved->autoscaler.policy != HR_SCALE_FIXED)
            hr_text_printf(&text, ";provisioned=%lld..%lld", (long long)moved->min,
                           (long long)moved->max);
        else if (size->provisioned > 0)
            hr_text_printf(&text, ";provisioned=%lld", (long long)size->provisioned);
        size->text = hr_arena_copy(&sized->arena, text.data ? text.data : "", text.len);
        hr_text_clear(&text);
        if (!size->text)
            return hr_fail_memory(err);
        if (!size->reason)
            size->reason = sized->platform.function.per_instance > 0 ? "as the platform states"
                                                                     : "slots by vCPUs and memory";
    }
    return true;
}

static bool by_flavour(const struct hr__search *search, struct hr__sized *sized,
                       struct hr_error *err)
{
    switch (sized->flavour) {
    case HR__AS_RECORDED:
        return as_recorded(search, sized, err);
    case HR__PROVISIONED:
        return provisioned(search, sized, err);
    case HR__PLAIN:
        break;
    }
    return search_memory(search, sized, err);
}

bool hr__size_function(const struct hr__search *search, struct hr__sized *ret, struct hr_error *err)
{
    const struct hr_function_model *model = &ret->platform.function;
    size_t count = search->traffic->stream_count;
    ret->sizes = hr_arena_alloc(&ret->arena, count * sizeof *ret->sizes);
    if (!ret->sizes)
        return hr_fail_memory(err);
    bool done = model->memory_mb > 0 ? as_stated(search, ret, err)
                : search->near       ? settle_near(search, ret, err)
                                     : by_flavour(search, ret, err);
    return done && name_sizes(search, ret, err);
}
