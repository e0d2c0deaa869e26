/* measure.c: the slow side of the book-keeping: long stretches, bucket changes, the outcome. */
#include "sim/measure.h"

#include <stdlib.h>
#include <string.h>

static void line_clear(struct hr__line *line)
{
    free(line->block);
    *line = (struct hr__line){0};
}

static bool line_init(struct hr__line *line, size_t buckets)
{
    line->block = calloc((size_t)2 * HR__SERIES * (buckets + 2), sizeof *line->block);
    for (size_t s = 0; line->block && s < HR__SERIES; s++) {
        line->part[s] = line->block + 2 * s * (buckets + 2);
        line->step[s] = line->part[s] + buckets + 2;
    }
    return line->block != NULL;
}

static void find_plain(struct hr__measure *m)
{
    struct hr__clock *clock = &m->clock;
    clock->plain_to = clock->to < clock->bill_to ? clock->to : clock->bill_to;
    clock->plain = clock->at_from >= clock->figures_from && clock->at_from >= clock->bill_from &&
                   clock->at_to <= clock->plain_to && m->network_us >= 0;
}

static void clock_init(struct hr__clock *clock, const struct hr_sim_options *options)
{
    int64_t length = options->window_to - options->window_from;
    int64_t buckets = options->timeline_buckets ? (int64_t)options->timeline_buckets : 1;
    buckets = buckets < HR_TIMELINE_MAX ? buckets : HR_TIMELINE_MAX;
    clock->from = options->window_from;
    clock->to = options->window_to;
    clock->figures_from = options->window_from + options->warmup_us;
    clock->bill_from = options->bill_from;
    clock->bill_to = options->bill_to;
    clock->bucket_us = (length + buckets - 1) / buckets;
    clock->buckets_per_us = 1 / (double)clock->bucket_us;
    clock->n = (size_t)((length + clock->bucket_us - 1) / clock->bucket_us);
    clock->at_from = clock->from;
    clock->at_to = clock->n > 1 ? clock->from + clock->bucket_us : clock->to;
}

bool hr__measure_init(struct hr__measure *m, const struct hr_platform *platform,
                      const struct hr_sim_workload *workloads, size_t workload_count,
                      const struct hr_sim_options *options)
{
    bool apart = platform->kind == HR_FUNCTION && workload_count <= HR__LINES_MAX;
    *m = (struct hr__measure){.workload_count = workload_count,
                              .line_count = apart ? workload_count : 1,
                              .apart = apart,
                              .network = &platform->network,
                              .network_us = HR_UNKNOWN,
                              .seed = options->seed,
                              .end_us = options->window_from};
    if (platform->network.kind == HR_CONSTANT)
        m->network_us = hr_dist_draw(&platform->network, 0);
    clock_init(&m->clock, options);
    find_plain(m);
    m->tallies = calloc(workload_count + 1, sizeof *m->tallies);
    m->lines = calloc(m->line_count, sizeof *m->lines);
    bool good = m->tallies && m->lines;
    for (size_t i = 0; good && i < m->line_count; i++)
        good = line_init(&m->lines[i], m->clock.n);
    for (size_t i = 0; good && i <= workload_count; i++) {
        struct hr__tally *tally = &m->tallies[i];
        tally->line = &m->lines[apart && i < workload_count ? i : 0];
        if (i == workload_count)
            break;
        tally->target_us = workloads[i].target_us;
        tally->target_kind = workloads[i].target_kind;
    }
    return good;
}

void hr__measure_clear(struct hr__measure *m)
{
    for (size_t i = 0; m->tallies && i <= m->workload_count; i++)
        hr_histogram_clear(&m->tallies[i].response);
    for (size_t i = 0; m->lines && i < m->line_count; i++)
        line_clear(&m->lines[i]);
    free(m->tallies);
    free(m->lines);
    *m = (struct hr__measure){0};
}

/* What was summed of the bucket `at` is written down. */
static void write_down(const struct hr__clock *clock, struct hr__line *line)
{
    line->part[HR__ARRIVALS][clock->at] += (double)line->arrivals;
    line->part[HR__LATE][clock->at] += (double)line->late;
    line->part[HR__BUSY][clock->at] += (double)line->busy_us;
    line->step[HR__BUSY][clock->at + 1] += (double)(line->busy_risen * clock->bucket_us);
    line->part[HR__IDLE][clock->at] += (double)line->excess_us;
    line->arrivals = line->late = line->busy_us = line->busy_risen = line->excess_us = 0;
}

/* The last bucket holds the window's last instant; what comes later is in none. */
void hr__time_jumps(struct hr__measure *m, int64_t now)
{
    struct hr__clock *clock = &m->clock;
    for (size_t i = 0; i < m->line_count; i++)
        write_down(clock, &m->lines[i]);
    if (now > clock->to) {
        clock->at = clock->n;
        clock->at_from = clock->at_to = INT64_MAX;
        clock->plain = false;
        return;
    }
    clock->at = (size_t)((now - clock->from) / clock->bucket_us);
    clock->at = clock->at < clock->n ? clock->at : clock->n - 1;
    clock->at_from = clock->from + (int64_t)clock->at * clock->bucket_us;
    clock->at_to = clock->at + 1 < clock->n ? clock->at_from + clock->bucket_us : clock->to;
    find_plain(m);
}

size_t hr__bucket_far(const struct hr__clock *clock, int64_t time)
{
    if (time < clock->from || time > clock->to)
        return clock->n;
    size_t bucket = hr__bucket_inside(clock, time);
    return bucket < clock->n ? bucket : clock->n - 1;
}

double hr__stretch_far(const struct hr__clock *clock, const struct hr__line *line,
                       enum hr__series series, int64_t from, int64_t to, double height)
{
    double area = (double)hr__overlap(from, to, clock->figures_from, clock->to) * height;
    from = from > clock->from ? from : clock->from;
    to = to < clock->to ? to : clock->to;
    if (from >= to)
        return area;
    size_t first = hr__bucket(clock, from), last = hr__bucket_far(clock, to - 1);
    double *part = line->part[series], *step = line->step[series];
    if (first == last) {
        part[first] += (double)(to - from) * height;
        return area;
    }
    double whole = (double)clock->bucket_us * height;
    part[first] += (double)(clock->from + (int64_t)(first + 1) * clock->bucket_us - from) * height;
    part[last] += (double)(to - clock->from - (int64_t)last * clock->bucket_us) * height;
    step[first + 1] += whole;
    step[last] -= whole;
    return area;
}

/* Until the window's end; who goes takes the rest away again. */
void hr__instances(struct hr__measure *m, struct hr__tally *t, int64_t now, int by)
{
    t->life += hr__stretch_far(&m->clock, t->line, HR__INSTANCES, now, m->clock.to, by);
    t->instances_now += by;
    m->instances_now += by;
    if (now < m->clock.figures_from || now > m->clock.to)
        return;
    t->instances_peak = t->instances_now > t->instances_peak ? t->instances_now : t->instances_peak;
    m->instances_peak = m->instances_now > m->instances_peak ? m->instances_now : m->instances_peak;
}

/* ---- the outcome --------------------------------------------------------------------------- */

static void fill_measures(const struct hr__measure *m, struct hr__tally *t, struct hr_measures *ret)
{
    double span = (double)(m->clock.to - m->clock.figures_from);
    ret->invocations = t->invocations;
    ret->served = t->served;
    ret->dropped = t->dropped;
    ret->attempts = t->attempts;
    ret->throttled = t->throttled;
    ret->rejected = t->rejected;
    ret->timed_out = t->timed_out;
    ret->failed = t->failed;
    ret->duplicates = t->duplicates;
    ret->dead_letters = t->dead_letters;
    ret->runs = t->runs;
    ret->retried = t->attempts - t->invocations;
    ret->cold_starts = t->cold_starts;
    ret->on_target = t->on_target;
    ret->response = t->response;
    hr_histogram_init(&t->response);
    ret->wait_sum = (double)t->wait;
    ret->start_sum = (double)t->start;
    ret->network_sum = (double)t->network;
    ret->service_sum = (double)t->service;
    ret->busy = t->busy;
    ret->starting = t->starting;
    ret->idle = t->idle;
    ret->unbilled_idle = t->unbilled_idle;
    ret->busy_mean = t->busy / span;
    ret->busy_peak = t->busy_peak;
    ret->instances_peak = t->instances_peak;
    ret->vcpu_us_used = t->used_vcpu_us;
}

bool hr__measures_add(struct hr_measures *into, const struct hr_measures *from)
{
    into->invocations += from->invocations;
    into->served += from->served;
    into->dropped += from->dropped;
    into->attempts += from->attempts;
    into->retried += from->retried;
    into->throttled += from->throttled;
    into->rejected += from->rejected;
    into->timed_out += from->timed_out;
    into->failed += from->failed;
    into->duplicates += from->duplicates;
    into->dead_letters += from->dead_letters;
    into->runs += from->runs;
    into->cold_starts += from->cold_starts;
    into->on_target += from->on_target;
    into->wait_sum += from->wait_sum;
    into->start_sum += from->start_sum;
    into->network_sum += from->network_sum;
    into->service_sum += from->service_sum;
    into->busy += from->busy;
    into->starting += from->starting;
    into->idle += from->idle;
    into->unbilled_idle += from->unbilled_idle;
    into->busy_mean += from->busy_mean;
    into->instances_mean += from->instances_mean;
    into->vcpu_us_paid += from->vcpu_us_paid;
    into->vcpu_us_used += from->vcpu_us_used;
    hr_usage_add(&into->usage, &from->usage, 1);
    return hr_histogram_merge(&into->response, &from->response);
}

static bool timeline_init(struct hr_timeline *line, const struct hr__clock *clock)
{
    *line = (struct hr_timeline){.from = clock->from, .bucket_us = clock->bucket_us, .n = clock->n};
    double **columns[HR__SERIES] = {&line->arrivals, &line->busy,      &line->starting, &line->idle,
                                    &line->queue,    &line->instances, &line->late};
    line->arrivals = calloc(HR__SERIES * line->n, sizeof *line->arrivals);
    for (size_t s = 1; line->arrivals && s < HR__SERIES; s++)
        *columns[s] = line->arrivals + s * line->n;
    return line->arrivals != NULL;
}

/* Partial buckets plus steps make the area of each bucket; divided by its length, the mean. */
static void timeline_add(struct hr_timeline *ret, const struct hr__clock *clock,
                         const struct hr__line *line)
{
    double *columns[HR__SERIES] = {ret->arrivals, ret->busy,      ret->starting, ret->idle,
                                   ret->queue,    ret->instances, ret->late};
    for (size_t s = 0; s < HR__SERIES; s++) {
        bool count = s == HR__ARRIVALS || s == HR__LATE;
        double level = 0;
        for (size_t b = 0; b < ret->n; b++) {
            int64_t start = clock->from + (int64_t)b * clock->bucket_us;
            int64_t length = hr__overlap(start, start + clock->bucket_us, clock->from, clock->to);
            level += line->step[s][b];
            /* the last bucket may be shorter */
            double area = line->part[s][b] + level / (double)clock->bucket_us * (double)length;
            columns[s][b] += count ? area : area / (double)length;
        }
    }
}

static bool fill_timelines(struct hr__measure *m, struct hr_outcome *ret)
{
    if (!timeline_init(&ret->timeline, &m->clock))
        return false;
    for (size_t i = 0; i < m->line_count; i++)
        timeline_add(&ret->timeline, &m->clock, &m->lines[i]);
    if (!m->apart)
        return true;
    ret->workload_timelines = calloc(m->workload_count + 1, sizeof *ret->workload_timelines);
    for (size_t i = 0; ret->workload_timelines && i < m->workload_count; i++) {
        if (!timeline_init(&ret->workload_timelines[i], &m->clock))
            return false;
        timeline_add(&ret->workload_timelines[i], &m->clock, m->tallies[i].line);
    }
    return ret->workload_timelines != NULL;
}

static void settle_plain(const struct hr__measure *m, struct hr__tally *t)
{
    const struct hr__plain *plain = &t->plain;
    t->served += plain->n;
    t->attempts += plain->n;
    t->requests += plain->n;
    t->runs += plain->n;
    t->on_target += plain->n - plain->missed;
    t->service += plain->service;
    t->network += (int64_t)plain->n * m->network_us;
    t->busy += (double)plain->service;
    if (plain->billed == 0) /* a fleet's */
        return;
    t->billed_use_us += plain->billed;
    t->billed_us += plain->billed;
    t->idle += (double)(plain->billed - plain->service);
}

void hr__measure_settle(struct hr__measure *m)
{
    for (size_t i = 0; i < m->line_count; i++)
        write_down(&m->clock, &m->lines[i]);
    for (size_t i = 0; i < m->workload_count; i++)
        settle_plain(m, &m->tallies[i]);
}

bool hr__measure_outcome(struct hr__measure *m, const struct hr_sim_options *options,
                         struct hr_outcome *ret)
{
    ret->workload_count = m->workload_count;
    ret->end_us = m->end_us;
    bool good = !m->failed && ret->workloads;
    for (size_t i = 0; good && i <= m->workload_count; i++) {
        bool none = i == m->workload_count;
        fill_measures(m, &m->tallies[i], none ? &ret->total : &ret->workloads[i]);
    }
    for (size_t i = 0; good && i < m->workload_count; i++)
        good = hr__measures_add(&ret->total, &ret->workloads[i]);
    ret->total.busy_peak = m->busy_peak;
    ret->total.instances_peak = m->instances_peak;
    return good && (options->timeline_buckets == 0 || fill_timelines(m, ret));
}
