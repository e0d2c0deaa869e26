/* fit.c: a description that is like recorded traffic: a rate over the week, a process of arrivals
 * around it, service times. Of each part every candidate is told, with how well it fits.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "generate/fit.h"
#include "generate/made.h"

/* Gaps that the process is fitted to, a stretch from the middle of the log: more of them change
 * little and take long. */
#define GAPS_MAX ((size_t)50000)
/* What lies within one microsecond, as two arrivals at the same, is half of one apart. */
#define LEAST_US 0.5
#define EVEN     1e-3 /* relative */
/* Values of an empirical distribution, evenly spaced ranks. */
#define EMPIRICAL 1000

/* ---- the rate over the week --------------------------------------------------------------------
 */

/* How many whole hours or days of each place in the week the window holds, and what arrived. */
static void tally(const struct hr_fit_input *in, size_t hours, double *count, double *exposure)
{
    const int64_t monday = 3 * HR_DAY; /* the epoch began on a Thursday */
    for (int64_t at = in->from; at < in->to;) {
        int64_t next = at - at % HR_HOUR + HR_HOUR;
        next = next < in->to ? next : in->to;
        exposure[(size_t)((at + monday) / HR_HOUR) % hours] += (double)(next - at);
        at = next;
    }
    for (size_t i = 0; i < in->n; i++)
        count[(size_t)((in->arrival[i] + monday) / HR_HOUR) % hours] += 1;
}

/* Factors of the days beyond what the hours say, from the days that are there. */
static void fit_days(const struct hr_fit_input *in, struct hr_profile *profile)
{
    double count[HR_GENERATE_HOURS] = {0}, exposure[HR_GENERATE_HOURS] = {0};
    const double mean = (double)in->n / (double)(in->to - in->from);
    tally(in, HR_GENERATE_HOURS, count, exposure);
    for (size_t day = 0; day < 7; day++) {
        double arrived = 0, expected = 0;
        for (size_t hour = 0; hour < 24; hour++) {
            arrived += count[day * 24 + hour];
            expected += exposure[day * 24 + hour] * profile->hours[hour];
        }
        profile->days[day] = expected > 0 ? arrived / expected / mean : 1;
    }
    profile->has_days = true;
}

/* From a day on hours, from a week on days, from two weeks on every hour of the week. */
static void fit_profile(const struct hr_fit_input *in, struct hr_profile *profile)
{
    const double days = (double)(in->to - in->from) / (double)HR_DAY;
    const size_t hours = days >= 13.8 ? HR_GENERATE_HOURS : 24;
    double count[HR_GENERATE_HOURS] = {0}, exposure[HR_GENERATE_HOURS] = {0};
    *profile = (struct hr_profile){0};
    if (days < 0.98)
        return;
    tally(in, hours, count, exposure);
    profile->hour_count = hours;
    const double mean = (double)in->n / (double)(in->to - in->from);
    for (size_t i = 0; i < hours; i++)
        profile->hours[i] = exposure[i] > 0 ? count[i] / exposure[i] / mean : 1;
    if (hours == 24 && days >= 6.9)
        fit_days(in, profile);
}

/* ---- gaps -------------------------------------------------------------------------------------
 */

/* The integral of the relative rate from one moment to another, in us of mean rate. */
static double area_between(const struct hr_made_workload *unit, int64_t from, int64_t to)
{
    double area = 0;
    while (from < to) {
        int64_t next = hr__rate_bend(unit, 0, from);
        next = next < to ? next : to;
        area += 0.5 * (hr_traffic_rate(unit, 0, from) + hr_traffic_rate(unit, 0, next - 1)) *
                (double)(next - from);
        from = next;
    }
    return area;
}

struct stretch {
    double *gap, *rate, *transformed;
    size_t n;
    double mean; /* of the gaps, us of mean rate */
    double log_rates;
};

static void fill_stretch(const struct hr_fit_input *in, const struct hr_made_workload *unit,
                         struct stretch *s)
{
    const size_t first = (in->n - 1 - s->n) / 2;
    double sum = 0;
    for (size_t i = 0; i < s->n; i++) {
        const int64_t from = in->arrival[first + i], to = in->arrival[first + i + 1];
        const double rate = hr_traffic_rate(unit, 0, to);
        s->rate[i] = rate > 0 ? rate : 1e-9;
        s->gap[i] = fmax(area_between(unit, from, to), LEAST_US * s->rate[i]);
        sum += s->gap[i];
        s->log_rates += log(s->rate[i]);
    }
    s->mean = sum / (double)s->n;
    for (size_t i = 0; i < s->n; i++)
        s->gap[i] /= s->mean;
}

/* Candidates that do not exist for the values are left out. */
static struct hr_fit_candidate *add(struct hr_fit *fit, enum hr_fit_part part, const char *name)
{
    struct hr_fit_candidate *candidate = &fit->candidates[fit->candidate_count++];
    *candidate = (struct hr_fit_candidate){.part = part,
                                           .name = name,
                                           .log_likelihood = NAN,
                                           .aic = NAN,
                                           .distance = NAN,
                                           .p_value = NAN,
                                           .anderson = NAN};
    return candidate;
}

static void judge(struct hr_fit_candidate *candidate, double log_likelihood, int parameters)
{
    candidate->log_likelihood = log_likelihood;
    candidate->aic = 2 * parameters - 2 * log_likelihood;
}

static void transform(const struct hr_dist *dist, const double *values, size_t n, double *ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] = hr_dist_cdf(dist, values[i]);
}

/* The same distribution in units `factor` times as small. */
static struct hr_dist stretched(const struct hr_dist *dist, double factor)
{
    struct hr_dist d = *dist;
    if (d.kind == HR_LOGNORMAL)
        d.a += log(factor);
    else if (d.kind == HR_EXPONENTIAL)
        d.a *= factor;
    else
        d.b *= factor;
    return d;
}

/* A gap's density in time is that of the stretched gap times the relative rate, over the mean. */
static double in_time(const struct stretch *s, double log_likelihood)
{
    return log_likelihood + s->log_rates - (double)s->n * log(s->mean);
}

static void try_gaps(struct hr_fit *fit, struct stretch *s, double *best)
{
    static const struct {
        enum hr_dist_kind kind;
        const char *name;
        int parameters;
    } kinds[] = {{HR_EXPONENTIAL, "poisson", 1},
                 {HR_GAMMA, "renewal, gamma", 2},
                 {HR_WEIBULL, "renewal, weibull", 2},
                 {HR_LOGNORMAL, "renewal, lognormal", 2}};
    const struct hr__moments m = hr__moments_of(s->gap, s->n);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct hr_dist dist;
        if (!hr__fit_dist(kinds[i].kind, s->gap, &m, &dist))
            continue;
        struct hr_fit_candidate *candidate = add(fit, HR_FIT_ARRIVALS, kinds[i].name);
        judge(candidate, in_time(s, hr__log_likelihood(&dist, s->gap, &m)), kinds[i].parameters);
        transform(&dist, s->gap, s->n, s->transformed);
        hr__fit_distance(s->transformed, s->n, candidate);
        dist = stretched(&dist, s->mean);
        hr_dist_format(candidate->parameters, sizeof candidate->parameters, &dist);
        if (candidate->aic < *best) {
            *best = candidate->aic;
            fit->workload.process = (struct hr_process){
                .kind = i == 0 ? HR_PROCESS_POISSON : HR_PROCESS_RENEWAL, .gap = dist};
        }
    }
}

/* Its gaps are of real time: what the rate does within one is left out, between them it counts. */
static bool try_states(struct hr_fit *fit, struct stretch *s, double *best, struct hr_error *err)
{
    struct hr__two_states two;
    double log_likelihood = 0;
    for (size_t i = 0; i < s->n; i++)
        s->gap[i] /= s->rate[i];
    const struct hr__gaps gaps = {s->gap, s->rate, s->n};
    if (!hr__fit_states(&gaps, &two, &log_likelihood, s->transformed, err))
        return false;
    struct hr_fit_candidate *candidate = add(fit, HR_FIT_ARRIVALS, "modulated");
    judge(candidate, log_likelihood - (double)s->n * log(s->mean), 4);
    hr__fit_distance(s->transformed, s->n, candidate);
    char stays[2][HR_TIME_TEXT];
    struct hr_process process = {.kind = HR_PROCESS_MODULATED, .state_count = 2};
    for (size_t k = 0; k < 2; k++) {
        double us = fmin(fmax(two.stay[k] * s->mean, (double)HR_MILLISECOND), (double)HR_TIME_MAX);
        process.states[k] =
            (struct hr_process_state){two.factor[k], {.kind = HR_EXPONENTIAL, .a = us}};
        hr_duration_format(stays[k], llround(us));
    }
    snprintf(candidate->parameters, sizeof candidate->parameters, "%.4g for %s, %.4g for %s",
             two.factor[0], stays[0], two.factor[1], stays[1]);
    if (candidate->aic < *best) {
        *best = candidate->aic;
        fit->workload.process = process;
    }
    return true;
}

static void choose(struct hr_fit *fit, enum hr_fit_part part)
{
    struct hr_fit_candidate *best = NULL;
    for (size_t i = 0; i < fit->candidate_count; i++) {
        struct hr_fit_candidate *candidate = &fit->candidates[i];
        if (candidate->part == part && (!best || candidate->aic < best->aic))
            best = candidate;
    }
    if (best)
        best->chosen = true;
}

static bool fit_gaps(const struct hr_fit_input *in, struct hr_fit *fit, struct hr_error *err)
{
    struct hr_made_workload unit = {.rate = 1, .profile = fit->workload.profile};
    struct stretch s = {.n = in->n - 1 < GAPS_MAX ? in->n - 1 : GAPS_MAX};
    double best = INFINITY;
    s.gap = calloc(3 * s.n, sizeof *s.gap);
    if (!s.gap)
        return hr_fail_memory(err);
    s.rate = s.gap + s.n;
    s.transformed = s.rate + s.n;
    fit->gaps = s.n;
    fill_stretch(in, &unit, &s);
    try_gaps(fit, &s, &best);
    bool done = try_states(fit, &s, &best, err);
    choose(fit, HR_FIT_ARRIVALS);
    free(s.gap);
    return done;
}

/* ---- the clock ------------------------------------------------------------------------------ */

/* Gaps all the same within a thousandth: the mean one, else 0. */
static double even_gap(const struct hr_fit_input *in)
{
    const double mean = (double)(in->arrival[in->n - 1] - in->arrival[0]) / (double)(in->n - 1);
    for (size_t i = 0; i + 1 < in->n; i++)
        if (fabs((double)(in->arrival[i + 1] - in->arrival[i]) - mean) > EVEN * mean)
            return 0;
    return mean;
}

/* Every so many whole seconds it is a timer's, which keeps to the clock. */
static void take_clock(const struct hr_fit_input *in, double gap, struct hr_fit *fit)
{
    struct hr_made_workload *w = &fit->workload;
    const int64_t every = llround(gap / (double)HR_SECOND) * HR_SECOND;
    const bool timer = every > 0 && every <= HR_WEEK && fabs((double)every - gap) <= EVEN * gap;
    struct hr_fit_candidate *candidate =
        add(fit, HR_FIT_ARRIVALS, timer ? "cron" : "deterministic");
    char text[HR_TIME_TEXT];
    w->rate = (double)HR_SECOND / (timer ? (double)every : gap);
    w->process.kind = timer ? HR_PROCESS_CRON : HR_PROCESS_DETERMINISTIC;
    if (timer) {
        w->process.every_us = every;
        w->process.at_us = in->arrival[0] % every;
    }
    candidate->chosen = true;
    snprintf(candidate->parameters, sizeof candidate->parameters, "every %s",
             hr_duration_format(text, timer ? every : llround(gap)));
}

/* ---- service times --------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Where nothing comes near, the recorded times themselves: values of evenly spaced ranks. */
static bool take_empirical(struct hr_fit *fit, double *values, size_t n, struct hr_arena *arena,
                           struct hr_error *err)
{
    const size_t count = n < EMPIRICAL ? n : EMPIRICAL;
    double *kept = hr_arena_alloc(arena, count * sizeof *kept);
    if (!kept)
        return hr_fail_memory(err);
    qsort(values, n, sizeof *values, by_value);
    for (size_t i = 0; i < count; i++)
        kept[i] = round(values[(2 * i + 1) * n / (2 * count)]);
    for (size_t i = 0; i < fit->candidate_count; i++)
        if (fit->candidates[i].part == HR_FIT_SERVICE)
            fit->candidates[i].chosen = false;
    fit->workload.service = (struct hr_dist){.kind = HR_EMPIRICAL, .values = kept, .count = count};
    struct hr_fit_candidate *candidate = add(fit, HR_FIT_SERVICE, "empirical");
    candidate->chosen = true;
    snprintf(candidate->parameters, sizeof candidate->parameters, "%zu values", count);
    return true;
}

static void try_services(struct hr_fit *fit, const double *values, size_t n, double *transformed)
{
    static const struct {
        enum hr_dist_kind kind;
        const char *name;
        int parameters;
    } kinds[] = {{HR_LOGNORMAL, "lognormal", 2},
                 {HR_GAMMA, "gamma", 2},
                 {HR_WEIBULL, "weibull", 2},
                 {HR_EXPONENTIAL, "exponential", 1},
                 {HR_PARETO, "pareto", 2}};
    const struct hr__moments m = hr__moments_of(values, n);
    double best = INFINITY;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct hr_dist dist;
        if (!hr__fit_dist(kinds[i].kind, values, &m, &dist))
            continue;
        struct hr_fit_candidate *candidate = add(fit, HR_FIT_SERVICE, kinds[i].name);
        judge(candidate, hr__log_likelihood(&dist, values, &m), kinds[i].parameters);
        transform(&dist, values, n, transformed);
        hr__fit_distance(transformed, n, candidate);
        hr_dist_format(candidate->parameters, sizeof candidate->parameters, &dist);
        if (candidate->aic < best) {
            best = candidate->aic;
            fit->workload.service = dist;
        }
    }
}

static bool fit_services(const struct hr_fit_input *in, struct hr_fit *fit, struct hr_arena *arena,
                         struct hr_error *err)
{
    double *values = calloc(2 * in->n, sizeof *values), near = INFINITY;
    bool constant = true, done = true;
    if (!values)
        return hr_fail_memory(err);
    for (size_t i = 0; i < in->n; i++) {
        values[i] = fmax((double)in->service[i], LEAST_US);
        constant = constant && in->service[i] == in->service[0];
    }
    if (constant) {
        struct hr_fit_candidate *candidate = add(fit, HR_FIT_SERVICE, "constant");
        fit->workload.service = (struct hr_dist){.kind = HR_CONSTANT, .a = (double)in->service[0]};
        hr_dist_format(candidate->parameters, sizeof candidate->parameters, &fit->workload.service);
        candidate->chosen = true;
    } else {
        try_services(fit, values, in->n, values + in->n);
        choose(fit, HR_FIT_SERVICE);
        for (size_t i = 0; i < fit->candidate_count; i++)
            if (fit->candidates[i].part == HR_FIT_SERVICE && fit->candidates[i].chosen)
                near = fit->candidates[i].distance;
        if (near > in->service_distance)
            done = take_empirical(fit, values, in->n, arena, err);
    }
    free(values);
    return done;
}

/* ---- all ------------------------------------------------------------------------------------- */

bool hr_fit(const struct hr_fit_input *in, struct hr_arena *arena, struct hr_fit *ret,
            struct hr_error *err)
{
    *ret = (struct hr_fit){.invocations = in->n, .from = in->from, .to = in->to};
    snprintf(ret->workload.name, sizeof ret->workload.name, "%.*s", HR_WORKLOAD_NAME_MAX, in->name);
    if (in->n < HR_FIT_LEAST)
        return hr_fail(err, HR_EINPUT,
                       "%s has %zu invocations: a fit takes %d or more, else it would be guessing",
                       ret->workload.name, in->n, HR_FIT_LEAST);
    ret->workload.count = 1;
    ret->workload.trigger = in->trigger;
    ret->workload.memory_mb = in->memory_mb;
    ret->workload.memory_size_mb = in->memory_size_mb;
    const double even = even_gap(in);
    if (even > 0) {
        take_clock(in, even, ret);
        return fit_services(in, ret, arena, err);
    }
    fit_profile(in, &ret->workload.profile);
    struct hr_made_workload unit = {.rate = 1, .profile = ret->workload.profile};
    ret->workload.rate = (double)in->n * (double)HR_SECOND / area_between(&unit, in->from, in->to);
    return fit_gaps(in, ret, err) && fit_services(in, ret, arena, err);
}
