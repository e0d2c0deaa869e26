/* measure.h: where engines write down what happens, and how it becomes an outcome.
 *
 * Every figure is a sum that is added to once per invocation or once per instance, when the ends of
 * the stretch of time are known; nothing is sampled. Stretches are cut to the window; on the time
 * line a stretch is two partial buckets and a pair of steps, however long it is.
 */
#ifndef HEADROOM_SIM_MEASURE_H
#define HEADROOM_SIM_MEASURE_H

#include <math.h>

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

/* Slot-microseconds (or counts) per bucket; step[i]: what every bucket from i on has more. What
 * happens in the present bucket is summed beside it and written down when time leaves it. */
struct hr__line {
    int64_t arrivals, late;      /* of the present bucket */
    int64_t busy_us, busy_risen; /* slot-us of what begins and ends in it, and slots busy more */
    int64_t excess_us;           /* idle through rounding up */
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
    size_t n, at;           /* buckets; the present one, n after the window */
    int64_t at_from, at_to; /* its bounds */
    bool plain;             /* all of it counts in the figures and on the bill */
    int64_t plain_to;       /* where figures or bill end */
};

/* Served at once, warm, and counted in every figure: most invocations. So few numbers tell all of
 * them, and hr__measure_settle adds them to the rest. */
struct hr__plain {
    uint64_t n, missed;
    int64_t service, billed; /* us */
};
/* What is written down of one workload; what every invocation touches comes first. */
struct hr__tally {
    struct hr__plain plain;
    struct hr__line *line;
    int64_t busy_now, busy_peak, target_us;
    uint64_t invocations;
    enum hr_target_kind target_kind;
    struct hr_histogram response;
    uint64_t served, dropped, attempts, throttled, rejected, timed_out, failed;
    uint64_t duplicates, dead_letters, runs;
    uint64_t cold_starts, on_target;
    int64_t wait, start, network, service; /* us, of served ones */
    double busy, starting, idle;           /* slot-us inside the window; idle as HR__IDLE */
    double starting_unbilled;              /* of `starting` */
    double life;                           /* instance-us inside the window */
    double active;                         /* slot-us of instances that work */
    double unbilled_idle;                  /* slot-us */
    uint64_t requests;                     /* that ran, by arrival in the billed span */
    int64_t billed_use_us;                 /* instance-us, whole, by arrival in the billed span */
    int64_t billed_us;                     /* instance-us, cut at the billed span */
    int64_t provisioned_us;                /* instance-us of provisioned ones, as billed */
    int64_t provisioned_use_us; /* instance-us of what ran on them, whole, as billed_use_us */
    double provisioned_idle;    /* slot-us */
    double used_vcpu_us;
    int64_t instances_now, instances_peak;
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
    const struct hr_decision_sink *decisions; /* NULL: nobody asks */
    bool failed;                              /* out of memory */
};

/* One attempt that ran. */
struct hr__done {
    uint64_t invocation;
    int64_t arrival, admitted, begun; /* wait, start, service lie between them and the end */
    int64_t unbilled;                 /* us of the start, at its begin, that nobody pays for */
    int64_t end;
    bool cut; /* by the time limit */
};

#define HR__LINES_MAX 256 /* more workloads than that share one time line */

/* Tells whoever asks. */
void hr__decided_far(const struct hr_decision_sink *sink, const struct hr_decision *decision);
static inline void hr__decided(const struct hr__measure *m, enum hr_decision_kind kind, int64_t now,
                               uint32_t workload, uint64_t number, int64_t duration)
{
    if (!m->decisions)
        return;
    hr__decided_far(m->decisions, &(struct hr_decision){.kind = kind,
                                                        .time_us = now,
                                                        .workload = workload,
                                                        .number = number,
                                                        .duration_us = duration,
                                                        .metric = NAN});
}

bool hr__measure_init(struct hr__measure *m, const struct hr_platform *platform,
                      const struct hr_sim_workload *workloads, size_t workload_count,
                      const struct hr_sim_options *options);
void hr__measure_clear(struct hr__measure *m);
void hr__time_jumps(struct hr__measure *m, int64_t now);
double hr__stretch_far(const struct hr__clock *clock, const struct hr__line *line,
                       enum hr__series series, int64_t from, int64_t to, double height);
/* The bucket of an arrival, or n when it lies outside the window. */
size_t hr__bucket_far(const struct hr__clock *clock, int64_t time);

/* Time moves: only forwards. */
static inline void hr__time_moves(struct hr__measure *m, int64_t now)
{
    if (now >= m->clock.at_to)
        hr__time_jumps(m, now);
}

static inline int64_t hr__overlap(int64_t a, int64_t b, int64_t from, int64_t to)
{
    int64_t low = a > from ? a : from, high = b < to ? b : to;
    return high > low ? high - low : 0;
}

/* The part of a span that counts in the figures. */
static inline int64_t hr__inside(const struct hr__clock *clock, int64_t from, int64_t to)
{
    return hr__overlap(from, to, clock->figures_from, clock->to);
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

/* At the present. */
static inline void hr__arrives(struct hr__measure *m, struct hr__tally *t, int64_t arrival)
{
    t->line->arrivals += arrival >= m->clock.at_from;
    t->invocations += hr__counted(&m->clock, arrival);
}

/* An invocation that will have no answer: late whatever the target. */
static inline void hr__dropped(struct hr__measure *m, struct hr__tally *t, int64_t arrival)
{
    t->dropped += hr__counted(&m->clock, arrival);
    hr__count_at(&m->clock, t->line, HR__LATE, arrival);
}
/* An attempt that ended without an answer, in `counter`; `last`: its invocation is dropped. */
static inline void hr__refused(struct hr__measure *m, struct hr__tally *t, int64_t arrival,
                               uint64_t *counter, bool last)
{
    bool counted = hr__counted(&m->clock, arrival);
    t->attempts += counted;
    *counter += counted;
    if (last)
        hr__dropped(m, t, arrival);
}

/* The number of slots that serve changes now. */
static inline void hr__busy_by(struct hr__measure *m, struct hr__tally *t, int64_t now, int by)
{
    const struct hr__clock *clock = &m->clock;
    int64_t inside = now > clock->at_from ? now : clock->at_from;
    t->line->busy_us += by * (clock->at_to - inside);
    t->line->busy_risen += by;
    t->busy_now += by;
    m->busy_now += by;
}
/* One slot begins to serve; the peaks are those inside the window. */
static inline void hr__busy(struct hr__measure *m, struct hr__tally *t, int64_t now)
{
    hr__busy_by(m, t, now, 1);
    if (now >= m->clock.figures_from && now <= m->clock.to) {
        t->busy_peak = t->busy_now > t->busy_peak ? t->busy_now : t->busy_peak;
        m->busy_peak = m->busy_now > m->busy_peak ? m->busy_now : m->busy_peak;
    }
}
static inline void hr__free(struct hr__measure *m, struct hr__tally *t, int64_t now)
{
    hr__busy_by(m, t, now, -1);
    m->end_us = now;
}
/* The number of instances changes at `now`, which may lie in the past when one goes. */
void hr__instances(struct hr__measure *m, struct hr__tally *t, int64_t now, int by);

/* A slot was taken, whatever for. */
static inline void hr__took(const struct hr__measure *m, struct hr__tally *t,
                            const struct hr__done *done)
{
    t->busy += (double)hr__inside(&m->clock, done->begun, done->end);
    t->requests += hr__billed(&m->clock, done->arrival);
    t->runs += hr__counted(&m->clock, done->arrival);
}
static inline void hr__waited(const struct hr__measure *m, const struct hr__tally *t, int64_t from,
                              int64_t to)
{
    if (to > from)
        hr__stretch(&m->clock, t->line, HR__QUEUE, from, to, 1);
}

/* Writes down an answer: counts, parts of the response, on target. */
static inline void hr__answered(struct hr__measure *m, struct hr__tally *t, uint64_t key,
                                const struct hr__done *done)
{
    int64_t network = m->network_us;
    if (network < 0)
        network =
            hr_dist_draw(m->network, hr_draw_key(m->seed, key, done->invocation, HR_DRAW_NETWORK));
    int64_t before = done->begun - done->arrival;
    int64_t response = done->end - done->arrival + network;
    bool met = (t->target_kind == HR_TARGET_START ? before : response) <= t->target_us;
    if (done->arrival >= m->clock.at_from)
        t->line->late += !met;
    else if (!met)
        hr__count_at(&m->clock, t->line, HR__LATE, done->arrival);
    if (!hr__counted(&m->clock, done->arrival))
        return;
    t->served++;
    t->attempts++;
    t->on_target += met;
    t->wait += done->admitted - done->arrival;
    t->start += done->begun - done->admitted;
    t->network += network;
    t->service += done->end - done->begun;
    if (!hr__histogram_add_one(&t->response, response))
        m->failed = true;
}
/* Writes down one attempt that ran. One that the time limit cut counts as timed out; `last` as in
 * hr__refused. */
static inline void hr__ran(struct hr__measure *m, struct hr__tally *t, uint64_t key,
                           const struct hr__done *done, bool last)
{
    hr__waited(m, t, done->arrival, done->admitted);
    hr__took(m, t, done);
    if (done->cut)
        hr__refused(m, t, done->arrival, &t->timed_out, last);
    else
        hr__answered(m, t, key, done);
}

/* May hr__ran_plain write it down? It begins now, at its arrival, and is paid for until `paid`. */
static inline bool hr__is_plain(const struct hr__measure *m, int64_t service, int64_t paid)
{
    return m->clock.plain && service > 0 && paid <= m->clock.plain_to;
}
/* hr__ran and hr__busy in one where hr__is_plain holds. */
static inline void hr__ran_plain(struct hr__measure *m, struct hr__tally *t, int64_t now,
                                 int64_t service, int64_t billed)
{
    int64_t response = service + m->network_us;
    bool missed = (t->target_kind == HR_TARGET_START ? 0 : response) > t->target_us;
    struct hr__line *line = t->line;
    t->plain.n++;
    t->plain.missed += missed;
    t->plain.service += service;
    t->plain.billed += billed;
    line->late += missed;
    line->busy_us += m->clock.at_to - now;
    line->busy_risen++;
    t->busy_peak = ++t->busy_now > t->busy_peak ? t->busy_now : t->busy_peak;
    m->busy_peak = ++m->busy_now > m->busy_peak ? m->busy_now : m->busy_peak;
    if (!hr__histogram_add_one(&t->response, response))
        m->failed = true;
}

/* What hr__ran_plain's rounding added is idle from now on. */
static inline void hr__excess(struct hr__measure *m, struct hr__tally *t, int64_t now, int64_t paid)
{
    if (paid <= m->clock.at_to)
        t->line->excess_us += paid - now;
    else
        hr__stretch_far(&m->clock, t->line, HR__IDLE, now, paid, 1);
}

/* The last has ended: busy time is known, and the time line whole. */
void hr__measure_settle(struct hr__measure *m);
/* Moves all that was written down into an outcome. The engine has settled it, and fills usage and
 * vCPU time in beforehand, with the figures of each tally. */
bool hr__measure_outcome(struct hr__measure *m, const struct hr_sim_options *options,
                         struct hr_outcome *ret);
/* Sums of two workloads; peaks are not, they need not fall together. False: out of memory. */
bool hr__measures_add(struct hr_measures *into, const struct hr_measures *from);

#endif
