/* measure.h: where engines write down what happens, and how it becomes an outcome.
 *
 * Every figure is a sum that is added to once per invocation or once per instance, when the ends of
 * the stretch of time are known; nothing is sampled. Stretches are cut to the window; on the time
 * line a stretch is two partial buckets and a pair of steps, however long it is.
 */
#ifndef HEADROOM_SIM_MEASURE_H
#define HEADROOM_SIM_MEASURE_H

#include "headroom/sim.h"

enum hr__series {
    HR__ARRIVALS,
    HR__BUSY,
    HR__STARTING,
    HR__IDLE, /* paid for and not used; of a fleet first all of its slots */
    HR__QUEUE,
    HR__INSTANCES,
    HR__LATE,
    HR__SERIES
};

/* Slot-microseconds (or counts) per bucket; step[i]: what every bucket from i on has more. */
struct hr__line {
    double *part[HR__SERIES], *step[HR__SERIES];
    double *block; /* owns them */
};

/* The window, its time line, and the bucket of the present. */
struct hr__clock {
    int64_t from, to;     /* the window */
    int64_t figures_from; /* after the warm-up */
    int64_t bill_from, bill_to;
    int64_t bucket_us;
    double buckets_per_us;
    size_t n, at;               /* buckets; the present one */
    int64_t at_from, at_to;     /* its bounds */
    int64_t sure_from, sure_to; /* the part of it that counts in every figure */
};

/* What is written down of one workload. */
struct hr__tally {
    uint64_t invocations, served, throttled, rejected, timed_out, cold_starts, on_target;
    int64_t wait, start, network, service; /* us, of served ones */
    double busy, starting, idle; /* slot-us inside the window; idle as the series HR__IDLE */
    double life, active;         /* slot-us of instances, and with an invocation in progress */
    uint64_t requests;           /* that ran, by arrival in the billed span */
    int64_t billed_use_us;       /* instance-us, whole, by arrival in the billed span */
    int64_t billed_us;           /* instance-us, cut at the billed span */
    double used_vcpu_us;
    int64_t busy_now, busy_peak, instances_now, instances_peak;
    int64_t target_us;
    enum hr_target_kind target_kind;
    struct hr_histogram response;
    struct hr__line *line;
};

struct hr__measure {
    struct hr__clock clock;
    struct hr__tally *tallies; /* one for each workload, and one for what belongs to none */
    size_t workload_count;
    struct hr__line *lines; /* one for each workload, or one for all */
    size_t line_count;
    bool apart; /* each workload has a line of its own */
    int64_t busy_now, busy_peak, instances_now, instances_peak; /* of all workloads */
    int64_t network_us; /* a constant network time, or HR_UNKNOWN: drawn */
    const struct hr_dist *network;
    uint64_t seed;
    int64_t end_us;
    bool failed; /* out of memory */
};

/* One attempt that ran. */
struct hr__done {
    uint64_t invocation;
    int64_t arrival, admitted, begun, end; /* wait, start, service lie between them */
    bool cut;                              /* by the time limit */
};

#define HR__LINES_MAX 256 /* more workloads than that share one time line */

bool hr__measure_init(struct hr__measure *m, const struct hr_platform *platform,
                      const struct hr_sim_workload *workloads, size_t workload_count,
                      const struct hr_sim_options *options);
void hr__measure_clear(struct hr__measure *m);
void hr__clock_jump(struct hr__clock *clock, int64_t now);
double hr__stretch_far(const struct hr__clock *clock, const struct hr__line *line,
                       enum hr__series series, int64_t from, int64_t to, double height);
/* The bucket of an arrival, or n when it lies outside the window. */
size_t hr__bucket_far(const struct hr__clock *clock, int64_t time);

/* Time moves: only forwards. */
static inline void hr__clock_move(struct hr__clock *clock, int64_t now)
{
    if (now >= clock->at_to)
        hr__clock_jump(clock, now);
}

static inline int64_t hr__overlap(int64_t a, int64_t b, int64_t from, int64_t to)
{
    int64_t low = a > from ? a : from, high = b < to ? b : to;
    return high > low ? high - low : 0;
}

/* Adds `height` slots over [from, to) to the time line; returns slot-us inside the window. */
static inline double hr__stretch(const struct hr__clock *clock, const struct hr__line *line,
                                 enum hr__series series, int64_t from, int64_t to, double height)
{
    if (from < clock->at_from || to > clock->at_to || from < clock->figures_from)
        return hr__stretch_far(clock, line, series, from, to, height);
    double area = (double)(to - from) * height;
    line->part[series][clock->at] += area;
    return area;
}

static inline bool hr__counted(const struct hr__clock *clock, int64_t arrival)
{
    return arrival >= clock->figures_from && arrival <= clock->to;
}
static inline bool hr__billed(const struct hr__clock *clock, int64_t arrival)
{
    return arrival >= clock->bill_from && arrival <= clock->bill_to;
}

/* The bucket of a time inside the window. */
static inline size_t hr__bucket_inside(const struct hr__clock *clock, int64_t time)
{
    int64_t since = time - clock->from; /* a product, set right, takes less than a division */
    int64_t bucket = (int64_t)((double)since * clock->buckets_per_us);
    bucket -= bucket * clock->bucket_us > since;
    bucket += (bucket + 1) * clock->bucket_us <= since;
    return (size_t)bucket;
}

static inline size_t hr__bucket(const struct hr__clock *clock, int64_t time)
{
    return time >= clock->at_from && time < clock->at_to ? clock->at : hr__bucket_far(clock, time);
}

static inline void hr__count_at(const struct hr__clock *clock, const struct hr__line *line,
                                enum hr__series series, int64_t time)
{
    size_t bucket = hr__bucket(clock, time);
    if (bucket < clock->n)
        line->part[series][bucket] += 1;
}

static inline void hr__arrives(struct hr__measure *m, struct hr__tally *t, int64_t arrival)
{
    hr__count_at(&m->clock, t->line, HR__ARRIVALS, arrival);
    t->invocations += hr__counted(&m->clock, arrival);
}

/* An invocation that was not served: late whatever the target. */
static inline void hr__refused(struct hr__measure *m, struct hr__tally *t, int64_t arrival,
                               uint64_t *counter)
{
    hr__count_at(&m->clock, t->line, HR__LATE, arrival);
    *counter += hr__counted(&m->clock, arrival);
}

/* Slots that serve, and instances there are; the peaks are those inside the window. */
static inline void hr__busy(struct hr__measure *m, struct hr__tally *t, int64_t now, int by)
{
    t->busy_now += by;
    m->busy_now += by;
    if (now >= m->clock.figures_from && now <= m->clock.to) {
        t->busy_peak = t->busy_now > t->busy_peak ? t->busy_now : t->busy_peak;
        m->busy_peak = m->busy_now > m->busy_peak ? m->busy_now : m->busy_peak;
    }
}
void hr__instances(struct hr__measure *m, struct hr__tally *t, int64_t now, int by);

/* Writes down one attempt that ran: counts, parts of the response, on target. */
static inline void hr__ran(struct hr__measure *m, struct hr__tally *t, uint64_t key,
                           const struct hr__done *done)
{
    if (done->admitted > done->arrival)
        hr__stretch(&m->clock, t->line, HR__QUEUE, done->arrival, done->admitted, 1);
    m->end_us = done->end > m->end_us ? done->end : m->end_us;
    t->requests += hr__billed(&m->clock, done->arrival);
    if (done->cut) {
        hr__refused(m, t, done->arrival, &t->timed_out);
        return;
    }
    int64_t network = m->network_us;
    if (network < 0)
        network =
            hr_dist_draw(m->network, hr_draw_key(m->seed, key, done->invocation, HR_DRAW_NETWORK));
    int64_t before = done->begun - done->arrival;
    int64_t response = done->end - done->arrival + network;
    bool met = (t->target_kind == HR_TARGET_START ? before : response) <= t->target_us;
    if (!met)
        hr__count_at(&m->clock, t->line, HR__LATE, done->arrival);
    if (!hr__counted(&m->clock, done->arrival))
        return;
    t->served++;
    t->on_target += met;
    t->wait += done->admitted - done->arrival;
    t->start += done->begun - done->admitted;
    t->network += network;
    t->service += done->end - done->begun;
    if (!hr__histogram_add_one(&t->response, response))
        m->failed = true;
}

/* Begins now, at its arrival, and counts in every figure: see hr__ran_at_once. */
static inline bool hr__sure(const struct hr__measure *m, int64_t begun, int64_t end)
{
    const struct hr__clock *clock = &m->clock;
    return begun >= clock->sure_from && begun < clock->sure_to && end > begun && end <= clock->to &&
           m->network_us >= 0;
}

/* One slot over [from, to) on the time line, `from` in the present bucket. One way for stretches
 * that leave the bucket and those that do not, for which of them comes next cannot be predicted:
 * within one bucket, the step takes away again what the two parts have too much. The bucket of
 * the last microsecond is returned. */
static inline size_t hr__stretch_ahead(const struct hr__clock *clock, const struct hr__line *line,
                                       enum hr__series series, int64_t from, int64_t to)
{
    size_t first = clock->at, last = hr__bucket_inside(clock, to - 1);
    double *part = line->part[series], *step = line->step[series];
    double whole = (double)clock->bucket_us;
    part[first] += (double)(clock->at_from + clock->bucket_us - from);
    part[last] += (double)(to - clock->from - (int64_t)last * clock->bucket_us);
    step[first + 1] += whole;
    step[last] -= whole;
    return last;
}

/* The figures of hr__ran and of the stretch HR__BUSY where hr__sure holds. The bucket of its last
 * microsecond is returned. */
static inline size_t hr__ran_at_once(struct hr__measure *m, struct hr__tally *t, int64_t begun,
                                     int64_t end)
{
    int64_t service = end - begun, response = service + m->network_us;
    bool met = (t->target_kind == HR_TARGET_START ? 0 : response) <= t->target_us;
    m->end_us = end > m->end_us ? end : m->end_us;
    t->served++;
    t->requests++;
    t->on_target += met;
    t->service += service;
    t->network += m->network_us;
    t->busy += (double)service;
    if (!met)
        t->line->part[HR__LATE][m->clock.at] += 1;
    if (!hr__histogram_add_one(&t->response, response))
        m->failed = true;
    return hr__stretch_ahead(&m->clock, t->line, HR__BUSY, begun, end);
}

/* Moves all that was written down into an outcome. The engine has settled `idle` and fills usage
 * and vCPU time in beforehand, with the figures of each tally. */
bool hr__measure_outcome(struct hr__measure *m, const struct hr_sim_options *options,
                         struct hr_outcome *ret);
/* Sums of two workloads; peaks are not, they need not fall together. False: out of memory. */
bool hr__measures_add(struct hr_measures *into, const struct hr_measures *from);

#endif
