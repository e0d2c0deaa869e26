/* mix.c: the best mix: some workloads on functions, the rest on a fleet sized for them alone.
 *
 * A workload leaves the servers when its best function platform meets its target for less than its
 * share of the fleet. Whoever stays is replayed on the best fleet platform, sized anew; whoever
 * leaves is billed with those that leave to the same platform, so that the account's free tier
 * counts once. One round, not a search: shares change when the fleet shrinks, and the sentence says
 * what was tried.
 */
#include "plan/mix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/cost.h"

static bool usable(const struct hr_row *row)
{
    return row->meets_target && !*row->excluded_by && isfinite(row->cost_month_usd);
}

/* Index of the function job that workload i goes to, or SIZE_MAX when it stays. */
static size_t destination(const struct hr__comparing *c, size_t i)
{
    const struct hr_comparison *out = c->out;
    const struct hr_verdict *v = &out->verdicts[i];
    if (v->best_function < 0 || !usable(&out->rows[v->best_function]))
        return SIZE_MAX;
    const struct hr_row *function = &out->rows[v->best_function];
    const struct hr_row *fleet = v->best_fleet < 0 ? NULL : &out->rows[v->best_fleet];
    if (fleet && usable(fleet) && fleet->cost_month_usd <= function->cost_month_usd)
        return SIZE_MAX;
    return (size_t)v->best_function - i * out->platform_count;
}

/* A month on function platform `job` for the workloads that go there. */
static bool function_bill(const struct hr__comparing *c, size_t job, const size_t *to,
                          double *ret_usd, struct hr_error *err)
{
    const struct hr__sized *sized = &c->jobs[job].sized;
    struct hr_usage month = {0};
    const char *services[HR_PLATFORM_SERVICES];
    struct hr_bill bill;
    for (size_t i = 0; i < c->traffic.stream_count; i++) {
        struct hr_usage span;
        if (to[i] != job)
            continue;
        hr__usage_of(&c->search, sized, i, &span);
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

/* The fleet for those that stay: sized, replayed and billed. */
static bool fleet_bill(const struct hr__comparing *c, const struct hr__job *job, const bool *stays,
                       struct hr__sized *ret, double *ret_usd, struct hr_error *err)
{
    struct hr__traffic part;
    if (!hr__traffic_part(&c->traffic, stays, &part, err))
        return false;
    struct hr__search search = c->search;
    search.traffic = &part;
    ret->platform = job->original;
    ret->metering = job->sized.metering;
    ret->book = job->sized.book; /* borrowed: taken away again below */
    bool done = hr__size_fleet(&search, ret, err) &&
                hr__workload_cost(&search, ret, part.stream_count, ret_usd, err);
    for (size_t i = 0; done && i < part.stream_count; i++)
        if (!hr__meets(&search, &ret->outcome, i))
            *ret_usd = NAN; /* a mix that misses is none */
    ret->book = NULL;
    hr__traffic_clear(&part);
    return done;
}

static void name_mix(const struct hr__comparing *c, const size_t *to, const struct hr__job *fleet,
                     const struct hr__sized *sized, double usd, struct hr_text *text)
{
    struct hr_comparison *out = c->out;
    const char *separator = "";
    hr_text_puts(text, "Best mix: ");
    for (size_t i = 0; i < c->traffic.stream_count; i++)
        if (to[i] == SIZE_MAX) {
            hr_text_printf(text, "%s%s", separator, c->traffic.streams[i].name);
            separator = ", ";
        }
    hr_text_printf(text, " on %s (%s), the rest on ", fleet->original.id, sized->sizes[0].text);
    separator = "";
    for (size_t job = 0; job < c->job_count; job++) {
        bool used = false;
        for (size_t i = 0; i < c->traffic.stream_count; i++)
            used = used || to[i] == job;
        if (used) {
            hr_text_printf(text, "%s%s", separator, c->jobs[job].original.id);
            separator = " and ";
        }
    }
    hr_text_printf(text, ": $%.2f a month", usd);
    if (isfinite(out->best_fleet_usd) && out->best_fleet_usd > usd)
        hr_text_printf(text, ", %.0f %% under all on servers",
                       (1 - usd / out->best_fleet_usd) * 100);
    hr_text_puts(text, ".");
}

static bool make(struct hr__comparing *c, const struct hr__job *fleet, const size_t *to,
                 const bool *stays, struct hr_error *err)
{
    struct hr_comparison *out = c->out;
    struct hr__sized sized = {0};
    struct hr_text text = {.max = 2000};
    double usd = 0, functions = 0;
    bool done = fleet_bill(c, fleet, stays, &sized, &usd, err);
    for (size_t job = 0; job < c->job_count && done; job++)
        if (c->jobs[job].original.kind == HR_FUNCTION && c->jobs[job].sized.book)
            done = function_bill(c, job, to, &functions, err);
    usd += functions;
    if (done && isfinite(usd)) {
        out->best_mix_usd = usd;
        name_mix(c, to, fleet, &sized, usd, &text);
        out->best_mix = hr_arena_copy(&out->arena, text.data ? text.data : "", text.len);
        done = out->best_mix || hr_fail_memory(err);
    }
    hr_text_clear(&text);
    hr__sized_clear(&sized);
    return done;
}

bool hr__mix_make(struct hr__comparing *c, struct hr_error *err)
{
    struct hr_comparison *out = c->out;
    size_t count = c->traffic.stream_count, staying = 0;
    const struct hr_verdict *all = &out->verdicts[count];
    if (out->extrapolated || all->best_fleet < 0)
        return true;
    size_t *to = calloc(count, sizeof *to);
    bool *stays = calloc(count, sizeof *stays);
    bool done = (to && stays) || hr_fail_memory(err);
    for (size_t i = 0; i < count && done; i++) {
        to[i] = destination(c, i);
        stays[i] = to[i] == SIZE_MAX;
        staying += stays[i];
    }
    const struct hr__job *fleet = &c->jobs[(size_t)all->best_fleet - count * out->platform_count];
    if (done && staying > 0 && staying < count && fleet->sized.book)
        done = make(c, fleet, to, stays, err);
    free(to);
    free(stays);
    return done;
}
