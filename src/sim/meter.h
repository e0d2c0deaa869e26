/* meter.h: what the engines count with: the window, the sums, the time line.
 *
 * Time-weighted figures are integrals over the window. A time line keeps, for each bucket, two
 * numbers that a change of level at time t adds to: the part of its own bucket that is left, and
 * one for the next bucket, from where the level holds for whole buckets. Their running sum, taken
 * once at the end, is the integral of each bucket, so an interval costs the same however long it
 * is.
 */
#ifndef SIM_METER_H
#define SIM_METER_H

#include "headroom/sim.h"

struct hr__step {
    double part; /* level x microseconds inside this bucket */
    double from; /* change of level that holds for all of this bucket and later ones */
};
enum hr__series { HR__BUSY, HR__STARTING, HR__IDLE, HR__QUEUE, HR__ALIVE, HR__SERIES_COUNT };
struct hr__lines {
    struct hr__step *steps[HR__SERIES_COUNT]; /* n + 1 each */
    double *arrivals, *late;                  /* n each */
};

struct hr__workload {
    struct hr_measures *measures;
    struct hr__lines *lines; /* where its intervals go: its own, or all's */
    const struct hr_dist *cold_start;
    uint64_t key;
    double stretch; /* service time on one slot alone = recorded x stretch */
    double work;    /* work w = recorded x work */
    double cpu;     /* c': share of the work that needs a core */
    double alone;   /* time of a unit of work alone on an instance, >= 1 */
    double vcpus, memory_mb;
    int64_t target_us;
    enum hr_target_kind target_kind;
    int64_t busy, busy_peak, alive, alive_peak;
};

struct hr__meter {
    struct hr_sim_options options;
    int64_t from, to; /* the measured part of the window (warm-up left out) */
    int64_t bucket_us;
    double per_bucket; /* 1 / bucket_us */
    size_t buckets;
    struct hr__workload *workloads;
    size_t workload_count;
    struct hr__lines *lines; /* one, or one for each workload */
    size_t line_count;
    struct hr_outcome *outcome;
    int64_t busy, busy_peak, alive, alive_peak; /* over all workloads */
    int64_t network_constant;                   /* us, when the network does not vary */
    const struct hr_dist *network;
    bool network_drawn;
};

bool hr__meter_open(struct hr__meter *meter, const struct hr_platform *platform,
                    const struct hr_sim_workload *workloads, size_t count,
                    const struct hr_sim_options *options, struct hr_outcome *outcome,
                    struct hr_error *err);
/* Sums up totals and time lines. per_workload_alive: instances belong to workloads. */
bool hr__meter_finish(struct hr__meter *meter, struct hr_error *err);
void hr__meter_close(struct hr__meter *meter);

static inline int64_t hr__clip(int64_t t, int64_t from, int64_t to)
{
    return t < from ? from : t > to ? to : t;
}
/* Microseconds of [a, b) inside the measured window. */
static inline int64_t hr__measured(const struct hr__meter *m, int64_t a, int64_t b)
{
    int64_t x = hr__clip(a, m->from, m->to), y = hr__clip(b, m->from, m->to);
    return y > x ? y - x : 0;
}
/* Microseconds of [a, b) inside the billed span. */
static inline int64_t hr__billed(const struct hr__meter *m, int64_t a, int64_t b)
{
    int64_t x = hr__clip(a, m->options.bill_from, m->options.bill_to);
    int64_t y = hr__clip(b, m->options.bill_from, m->options.bill_to);
    return y > x ? y - x : 0;
}
static inline size_t hr__bucket(const struct hr__meter *m, int64_t t)
{
    size_t k = (size_t)((double)(t - m->from) * m->per_bucket);
    return k < m->buckets ? k : m->buckets - 1;
}
/* Level changes by `weight` for [a, b). */
static inline void hr__interval(const struct hr__meter *m, struct hr__lines *lines,
                                enum hr__series series, int64_t a, int64_t b, double weight)
{
    if (!m->buckets)
        return;
    a = hr__clip(a, m->from, m->to);
    b = hr__clip(b, m->from, m->to);
    if (a >= b)
        return;
    struct hr__step *steps = lines->steps[series];
    size_t i = hr__bucket(m, a), j = hr__bucket(m, b);
    if (i == j) {
        steps[i].part += weight * (double)(b - a);
        return;
    }
    steps[i].part += weight * (double)(m->from + (int64_t)(i + 1) * m->bucket_us - a);
    steps[i + 1].from += weight;
    steps[j].part -= weight * (double)(m->from + (int64_t)(j + 1) * m->bucket_us - b);
    steps[j + 1].from -= weight;
}

/* Is an arrival counted (not in the warm-up)? */
static inline bool hr__counted(const struct hr__meter *m, int64_t arrival)
{
    return arrival >= m->from;
}
/* Per-use quantities count by arrival, in the billed span (its end included: the last arrival). */
static inline bool hr__in_bill(const struct hr__meter *m, int64_t arrival)
{
    return arrival >= m->options.bill_from && arrival <= m->options.bill_to;
}
static inline void hr__count_arrival(struct hr__meter *m, struct hr__workload *w, int64_t arrival)
{
    if (!hr__counted(m, arrival))
        return;
    w->measures->invocations++;
    w->measures->attempts++;
    if (m->buckets)
        w->lines->arrivals[hr__bucket(m, arrival)]++;
}
static inline void hr__busy_more(struct hr__meter *m, struct hr__workload *w)
{
    if (++w->busy > w->busy_peak)
        w->busy_peak = w->busy;
    if (++m->busy > m->busy_peak)
        m->busy_peak = m->busy;
}
static inline void hr__busy_less(struct hr__meter *m, struct hr__workload *w)
{
    w->busy--;
    m->busy--;
}

/* A served invocation: wait in a queue, start of an instance, service, all us. */
struct hr__served {
    int64_t arrival, wait, start, service;
    uint64_t invocation;
};
bool hr__count_served(struct hr__meter *m, struct hr__workload *w, const struct hr__served *served);
enum hr__loss { HR__THROTTLED, HR__REJECTED, HR__TIMED_OUT };
void hr__count_lost(struct hr__meter *m, struct hr__workload *w, int64_t arrival,
                    enum hr__loss loss);

#endif
