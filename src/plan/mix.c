/* mix.c: the best mix: some workloads on functions, the rest on a fleet sized for them alone.
 *
 * Workloads are ordered by what leaving the servers would save them: their share of the fleet less
 * their best function platform that meets the target. The first 1, 2, 4, ... and all that can leave
 * do so in turn; whoever stays is replayed on the best fleet platform, sized anew, and whoever
 * leaves is billed with those that go to the same platform, so that the account's free tier counts
 * once. The cheapest of these is the mix. It is no exhaustive search: 2^n fleets would have to be
 * replayed.
 */
#include "plan/mix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/cost.h"
#include "plan/verdict.h"

/* A workload that can leave, and what that saves. */
struct leaver {
    size_t workload, job; /* job: the function platform it goes to */
    double saving;        /* USD a month against its share of the fleet; INFINITY: it must leave */
};

static int compare_leavers(const void *a, const void *b)
{
    const struct leaver *x = a, *y = b;
    if (x->saving != y->saving)
        return x->saving > y->saving ? -1 : 1;
    return (x->workload > y->workload) - (x->workload < y->workload);
}

static size_t find_leavers(const struct hr__comparing *c, struct leaver *ret)
{
    const struct hr_comparison *out = c->out;
    size_t count = 0;
    for (size_t i = 0; i < c->traffic.stream_count; i++) {
        const struct hr_verdict *v = &out->verdicts[i];
        if (v->best_function < 0 || !hr__eligible(&out->rows[v->best_function]))
            continue;
        const struct hr_row *function = &out->rows[v->best_function];
        const struct hr_row *fleet = v->best_fleet < 0 ? NULL : &out->rows[v->best_fleet];
        ret[count++] =
            (struct leaver){.workload = i,
                            .job = (size_t)v->best_function - i * out->platform_count,
                            .saving = fleet && hr__eligible(fleet)
                                          ? fleet->cost_month_usd - function->cost_month_usd
                                          : INFINITY};
    }
    qsort(ret, count, sizeof *ret, compare_leavers);
    return count;
}

/* Is it one platform for the provider, if with other sizes? Then it is one bill. */
static bool same_account(const struct hr__comparing *c, size_t a, size_t b)
{
    char x[64], y[64];
    hr__platform_own_id(c->jobs[a].original.id, x);
    hr__platform_own_id(c->jobs[b].original.id, y);
    return strcmp(x, y) == 0;
}

/* A month on function platform `job` for the workloads that go there, or to a row beside it;
 * nothing when an earlier job has counted them. */
static bool function_bill(const struct hr__comparing *c, size_t job, const size_t *to,
                          double *ret_usd, struct hr_error *err)
{
    const struct hr__sized *sized = &c->jobs[job].sized;
    for (size_t earlier = 0; earlier < job; earlier++)
        if (same_account(c, earlier, job))
            return true;
    struct hr_usage month = {0};
    const char *services[HR_PLATFORM_SERVICES];
    struct hr_bill bill;
    for (size_t i = 0; i < c->traffic.stream_count; i++) {
        struct hr_usage span;
        if (to[i] == SIZE_MAX || !same_account(c, to[i], job))
            continue;
        hr__usage_of(&c->search, &c->jobs[to[i]].sized, i, &span);
        hr_usage_add(&month, &span, c->traffic.month_factor);
    }
    for (size_t s = 0; s < sized->platform.service_count; s++)
        services[s] = sized->platform.services[s];
    const struct hr_bill_request request = {.scheme = sized->platform.scheme,
                                            .instance_type = "",
                                            .services = services,
                                            .service_count = sized->platform.service_count,
                                            .month = &month};
    const struct hr_bill_options options = {.free_tier =
                                                c->search.options->free_tier != HR_FREE_NONE,
                                            .discount = sized->platform.discount};
    if (!hr_bill_make(sized->book, &request, &options, &bill, err))
        return false;
    *ret_usd += bill.total;
    hr_bill_clear(&bill);
    return true;
}

/* The fleets that each has to itself are known: whoever stays keeps its own. */
static bool alone_bill(const struct hr__comparing *c, const struct hr__job *job, const bool *stays,
                       double *ret_usd, struct hr_error *err)
{
    for (size_t i = 0; i < c->traffic.stream_count; i++) {
        double usd = 0;
        if (!stays[i])
            continue;
        if (!hr__workload_cost(&c->search, &job->sized, i, &usd, err))
            return false;
        *ret_usd += hr__meets(&c->search, &job->sized.outcome, i) ? usd : NAN;
    }
    return true;
}

/* The fleet for those that stay: sized, replayed and billed. */
static bool fleet_bill(const struct hr__comparing *c, const struct hr__job *job, const bool *stays,
                       struct hr__sized *ret, double *ret_usd, struct hr_error *err)
{
    struct hr__traffic part;
    if (job->sized.alone)
        return alone_bill(c, job, stays, ret_usd, err);
    if (!hr__traffic_part(&c->traffic, stays, &part, err))
        return false;
    struct hr__search search = c->search;
    search.traffic = &part;
    bool done = hr__job_again(job, ret, err) && hr__size_fleet(&search, ret, err) &&
                hr__workload_cost(&search, ret, part.stream_count, ret_usd, err);
    for (size_t i = 0; done && i < part.stream_count; i++)
        if (!hr__meets(&search, &ret->outcome, i))
            *ret_usd = NAN; /* a mix that misses is none */
    hr__traffic_clear(&part);
    return done;
}

static bool is_used(const struct hr__comparing *c, const size_t *to, size_t job)
{
    for (size_t i = 0; i < c->traffic.stream_count; i++)
        if (to[i] == job)
            return true;
    return false;
}

/* Names of the workloads that stay, and of the function platforms that are used. */
static void name_mix(const struct hr__comparing *c, const size_t *to, const struct hr__job *fleet,
                     const struct hr__sized *sized, struct hr_text *text)
{
    const char *separator = "";
    bool stay = false;
    for (size_t i = 0; i < c->traffic.stream_count; i++)
        if (to[i] == SIZE_MAX) {
            hr_text_printf(text, "%s%s", separator, c->traffic.streams[i].name);
            separator = ", ";
            stay = true;
        }
    if (stay && fleet->sized.alone)
        hr_text_printf(text, " on %s (a fleet each), the rest on ", fleet->original.id);
    else if (stay && sized->sizes)
        hr_text_printf(text, " on %s (%s), the rest on ", fleet->original.id, sized->sizes[0].text);
    else
        hr_text_puts(text, "no servers, each workload on its best of ");
    size_t left = 0, said = 0;
    for (size_t job = 0; job < c->job_count; job++)
        left += is_used(c, to, job);
    for (size_t job = 0; job < c->job_count; job++) {
        if (!is_used(c, to, job))
            continue;
        hr_text_printf(text, "%s%s",
                       !said++       ? ""
                       : --left == 1 ? " and "
                                     : ", ",
                       c->jobs[job].original.id);
    }
}

/* One candidate; it replaces the best so far when it meets every target for less. */
static bool try_mix(struct hr__comparing *c, const struct hr__job *fleet, const size_t *to,
                    struct hr_error *err)
{
    struct hr_comparison *out = c->out;
    struct hr__sized sized = {0};
    struct hr_text text = {.max = 2000};
    size_t staying = 0, count = c->traffic.stream_count;
    double usd = 0, functions = 0;
    bool *stays = calloc(count, sizeof *stays);
    if (!stays)
        return hr_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        staying += stays[i] = to[i] == SIZE_MAX;
    bool done = staying == 0 || fleet_bill(c, fleet, stays, &sized, &usd, err);
    for (size_t job = 0; job < c->job_count && done; job++)
        if (c->jobs[job].original.kind == HR_FUNCTION && c->jobs[job].sized.book)
            done = function_bill(c, job, to, &functions, err);
    usd += functions;
    if (done && isfinite(usd) && !(usd >= out->best_mix_usd)) {
        out->best_mix_usd = usd;
        /* Money first: a narrow screen cuts the end. */
        hr_text_printf(&text, "Best mix: $%.2f a month", usd);
        if (isfinite(out->best_fleet_usd) && out->best_fleet_usd > usd)
            hr_text_printf(&text, ", %.0f %% under all on servers",
                           (1 - usd / out->best_fleet_usd) * 100);
        hr_text_puts(&text, ": ");
        name_mix(c, to, fleet, &sized, &text);
        hr_text_puts(&text, ".");
        out->best_mix = hr_arena_copy(&out->arena, text.data ? text.data : "", text.len);
        done = out->best_mix || hr_fail_memory(err);
    }
    hr_text_clear(&text);
    hr__sized_clear(&sized);
    free(stays);
    return done;
}

/* A mix that is no cheaper than one platform for all is not worth a sentence. */
static void drop_if_dearer(struct hr_comparison *out)
{
    const size_t first = out->workload_count * out->platform_count;
    for (size_t i = first; i < out->row_count; i++)
        if (hr__eligible(&out->rows[i]) &&
            !(out->best_mix_usd < out->rows[i].cost_month_usd - 0.005)) {
            out->best_mix = "";
            out->best_mix_usd = NAN;
            return;
        }
}

/* How many leave in the next candidate, 0 after the last. Who has servers of its own leaves them
 * whatever the others do, so all whom it saves something are the only candidate. */
static size_t next_count(size_t now, const struct leaver *leavers, size_t can_leave, bool alone)
{
    size_t savers = 0;
    while (savers < can_leave && leavers[savers].saving > 0)
        savers++;
    if (alone)
        return now ? 0 : savers;
    return now == can_leave ? 0 : !now ? 1 : now * 2 < can_leave ? now * 2 : can_leave;
}

bool hr__mix_make(struct hr__comparing *c, struct hr_error *err)
{
    struct hr_comparison *out = c->out;
    const size_t count = c->traffic.stream_count;
    const struct hr_verdict *all = &out->verdicts[count];
    if (out->extrapolated || all->best_fleet < 0 || all->best_function < 0 || count < 2)
        return true;
    const struct hr__job *fleet = &c->jobs[(size_t)all->best_fleet - count * out->platform_count];
    size_t *to = calloc(count, sizeof *to);
    struct leaver *leavers = calloc(count, sizeof *leavers);
    bool done = (to && leavers && fleet->sized.book) || !fleet->sized.book || hr_fail_memory(err);
    const size_t can_leave = done && fleet->sized.book ? find_leavers(c, leavers) : 0;
    for (size_t leave = next_count(0, leavers, can_leave, fleet->sized.alone); done && leave;
         leave = next_count(leave, leavers, can_leave, fleet->sized.alone)) {
        for (size_t i = 0; i < count; i++)
            to[i] = SIZE_MAX;
        for (size_t i = 0; i < leave; i++)
            to[leavers[i].workload] = leavers[i].job;
        done = try_mix(c, fleet, to, err);
    }
    if (done)
        drop_if_dearer(out);
    free(to);
    free(leavers);
    return done;
}
