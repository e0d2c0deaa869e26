/* sim.h: the replay: recorded invocations run on a function platform or a fleet of servers.
 *
 * Numbers only: counts, latencies, slot time, metered usage. No money, no files, no clock: the same
 * platform, traffic and seed give the same outcome, however the traffic is cut into blocks.
 * design.md section 4 defines every figure; models/README.md holds equations and sources.
 *
 * Ownership: inputs are borrowed for the call; an outcome belongs to the caller until
 * hr_outcome_clear. Threads: a replay runs on one thread; several may run at once over the same
 * read-only platform, each with a source of its own. Errors: HR_EMODEL (a platform that cannot be
 * replayed), HR_ENOMEM, HR_ECANCELLED, and whatever the source fails with.
 */
#ifndef HEADROOM_SIM_H
#define HEADROOM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "headroom/base.h"
#include "headroom/model.h"
#include "headroom/workload.h"

/* ---- traffic -------------------------------------------------------------------------------- */

/* A run of invocations, ordered by (arrival, workload name, duration) over the whole source. */
struct hr_block {
    size_t n; /* 0: the end */
    const int64_t *arrival_us;
    const int64_t *service_us; /* recorded time, before speed and CPU share; >= 0 */
    const uint32_t *workload;  /* index into the workloads; NULL: all 0 */
    uint64_t first;            /* number of row 0 in the whole source, part of its draws' keys */
};
struct hr_source {
    void *context;
    /* The next block; its columns live until the next call. */
    bool (*next)(void *context, struct hr_block *ret, struct hr_error *err);
};
/* Columns in memory as a source of blocks of at most `block` rows (0: one block). Borrowed. */
struct hr_column_source {
    struct hr_block all;
    size_t block, at;
};
void hr_column_source_init(struct hr_column_source *columns, const struct hr_block *all,
                           size_t block);
struct hr_source hr_column_source(struct hr_column_source *columns);

/* ---- what a replay is told --------------------------------------------------------------------
 */

enum hr_target_kind {
    HR_TARGET_RESPONSE, /* response time <= target */
    HR_TARGET_START     /* queue wait + start <= target: nobody waits for the answer */
};
struct hr_sim_workload {
    uint64_t key;                  /* hr_workload_key: part of every draw */
    double cpu_bound;              /* c: CPU-bound share of the recorded time, 0..1 */
    double speed;                  /* a: speed of a core against where the log was made, > 0 */
    double memory_mb;              /* of this workload's function instances */
    double vcpus;                  /* of this workload's function instances */
    int64_t slots;                 /* of this workload's function instances, >= 1 */
    int64_t reserved, provisioned; /* of its function: concurrency, instances; 0: none */
    int64_t state_accesses;        /* of an invocation, one after the other; 0: none */
    int64_t state_recorded_us;     /* what one took where the log was made: in the service time */
    double state_memory;           /* share of them that a fleet answers from memory, in no time */
    enum hr_trigger trigger;       /* what starts its function */
    bool messages;                 /* a row is a message as it was sent; else a run as it began: its
                                      batch and its poller are behind it */
    int64_t batch_most;            /* messages that the payload of a batch has room for; 0: any */
    double errors, poison;         /* share of deliveries that fail; of messages that always do */
    bool stays;                    /* a fleet with an overflow serves all of it */
    int64_t target_us;
    enum hr_target_kind target_kind;
    const struct hr_dist *cold_start; /* measured in the log; NULL: the platform's */
};
struct hr_sim_options {
    uint64_t seed;
    int64_t window_from, window_to; /* time-weighted figures are taken over it; to > from */
    int64_t bill_from, bill_to;     /* the billed span, inside the window; usage is metered in it */
    int64_t warmup_us;              /* from window_from: left out of every figure but the usage
                                       and the time line */
    size_t timeline_buckets;        /* 0: no time line; at most HR_TIMELINE_MAX */
};

/* ---- what it measures ---------------------------------------------------------------------------
 */

#define HR_STATE_ACCESSES_MAX 1000
#define HR_TIMELINE_MAX       2000
/* Means over each bucket of the window; slots as numbers of slots. */
struct hr_timeline {
    int64_t from, bucket_us;
    size_t n;
    double *arrivals; /* per bucket, a count */
    double *busy, *starting, *idle, *queue, *instances;
    double *late; /* invocations that missed the target, by arrival: a count */
};

/* Of one workload, or of all. Slot time is in slot-microseconds over the window. Servers belong to
 * no workload: of a fleet's workloads busy time and vcpu_us_used stand here, the rest of the
 * capacity, instances and their usage in the total only. */
struct hr_measures {
    uint64_t invocations, served, dropped;
    uint64_t attempts, throttled, rejected, timed_out, failed, retried;
    uint64_t duplicates;   /* deliveries beyond the first, those without an error included */
    uint64_t dead_letters; /* of those dropped: kept aside by the queue */
    uint64_t runs;         /* of the function or on a server: a batch is one */
    uint64_t cold_starts;
    uint64_t on_target;                                   /* of all invocations */
    struct hr_histogram response;                         /* of served ones, us */
    double wait_sum, start_sum, network_sum, service_sum; /* of served ones, us */
    double busy, starting, idle;                          /* paid capacity = their sum */
    double unbilled_idle; /* instances that exist at the provider's cost */
    double busy_mean;     /* slots */
    int64_t busy_peak;
    double instances_mean;
    int64_t instances_peak;
    double vcpu_us_paid, vcpu_us_used;
    struct hr_usage usage; /* over the billed span; a fleet's instance hours stand in the
                              total only */
};
struct hr_outcome {
    size_t workload_count;
    struct hr_measures *workloads; /* workload_count; busy_peak of a fleet's workloads: their own */
    struct hr_measures total;
    struct hr_timeline timeline;            /* of all; n 0 when not asked for */
    struct hr_timeline *workload_timelines; /* functions of at most 256 workloads: one each; else
                                               NULL */
    int64_t end_us;                         /* when the last invocation had ended */
};
void hr_outcome_clear(struct hr_outcome *outcome); /* accepts zeroed */
/* A copy of its own; false: out of memory. */
bool hr_outcome_copy(const struct hr_outcome *from, struct hr_outcome *ret);
/* One outcome of `count` that were replayed apart over the same window, one workload each: its i-th
 * workload has all that parts[i] has, servers and their time included; the total is the sum. Peaks
 * are sums too: the most there can have been at once. Takes the parts over, which are left zeroed;
 * false: out of memory. */
bool hr_outcome_join(struct hr_outcome *parts, size_t count, struct hr_outcome *ret);
/* Two outcomes of the same workloads over the same window, each of its own part of the traffic, as
 * one: everything adds up, peaks too. Takes `from` over, which is left zeroed; false: no memory. */
bool hr_outcome_merge(struct hr_outcome *into, struct hr_outcome *from);
/* Of a time line that was moved out of its outcome; accepts zeroed. */
void hr_timeline_clear(struct hr_timeline *timeline);

/* Invocations that a fleet handed over, by number (block.first + i). Zeroed: none. */
struct hr_handed {
    uint64_t *words; /* a bit each, from `first` on; owned */
    size_t capacity; /* words */
    uint64_t first;  /* number of the first bit, a multiple of 64 */
    uint64_t count;
};
void hr_handed_clear(struct hr_handed *handed);
/* Of the invocations of `all` those that are in the set, in their order and under their numbers.
 * Borrowed, and read once from the begin of `all`. */
struct hr_handed_source {
    const struct hr_source *all;
    const struct hr_handed *handed;
    struct hr_block block;
    size_t at;
};
void hr_handed_source_init(struct hr_handed_source *source, const struct hr_source *all,
                           const struct hr_handed *handed);
struct hr_source hr_handed_source(struct hr_handed_source *source);

/* What a fleet hands over on arrival in place of serving it: what finds as many in progress
 * (waiting or running) as are allowed, or a drawn share of all. It counts nowhere in the fleet's
 * outcome; another replay takes it up. */
struct hr_overflow {
    int64_t most;             /* in progress; 0: as many as there are slots that serve */
    double share;             /* 0..1, in place of `most`; 0: by `most` */
    struct hr_handed *handed; /* receives them */
    uint64_t *billed;         /* receives, by workload, how many arrived in the billed span */
};

/* What will be asked of a fleet, for an oracle: the most that are in progress in each period of the
 * window, as if nobody waited or shared a core. */
struct hr_forecast {
    int64_t from, period_us;
    size_t n;
    uint32_t *most; /* owned */
};

/* ---- the decision log: what a platform did, and when ---------------------------------------- */

/* identifier, word, what happened */
#define HR_DECISIONS(X)                                                                            \
    X(HR_DECISION_COLD_START, "cold-start") /* an invocation's instance starts; duration: of it */ \
    X(HR_DECISION_PREWARM, "prewarm")       /* an instance is loaded ahead */                      \
    X(HR_DECISION_THROTTLED, "throttled")   /* an attempt is refused; duration: since arrival */   \
    X(HR_DECISION_TIMED_OUT, "timed-out")   /* the time limit cuts it off; duration: of the run */ \
    X(HR_DECISION_REJECTED, "rejected")     /* by a full queue, or lost with its server */         \
    X(HR_DECISION_HANDED_OVER, "handed-over") /* a base fleet had no room */                       \
    X(HR_DECISION_SCALE, "scale")             /* from so many servers to so many; metric */        \
    X(HR_DECISION_LAUNCH, "launch")           /* of a server; duration: its boot */                \
    X(HR_DECISION_DRAIN, "drain")             /* a server gets no more work */                     \
    X(HR_DECISION_FAIL, "fail")               /* a server is gone at once */                       \
    X(HR_DECISION_INTERRUPT, "interrupt")     /* a server is taken back */                         \
    X(HR_DECISION_END, "end")                 /* a server is paid no longer */

#define HR_DECISION_ENUM(id, word) id,
enum hr_decision_kind { HR_DECISIONS(HR_DECISION_ENUM) HR_DECISION_COUNT };
#undef HR_DECISION_ENUM
const char *hr_decision_name(enum hr_decision_kind kind);

#define HR_DECISION_NONE UINT32_MAX
struct hr_decision {
    enum hr_decision_kind kind;
    int64_t time_us;
    uint32_t workload;   /* index; HR_DECISION_NONE: of servers */
    uint64_t number;     /* of the invocation in the traffic, or of the server; of `scale` 0 */
    int64_t duration_us; /* -1: it has none */
    int64_t from, to;    /* of `scale` */
    double metric;       /* of `scale`: what the autoscaler saw; NAN: nothing */
};
struct hr_decision_sink {
    void *context;
    void (*put)(void *context, const struct hr_decision *decision);
    int64_t from, to; /* only what happens in [from, to] */
};

/* What to replay. A fleet's slots, servers_min, _max and _initial must be resolved (> 0) in
 * `platform`; a function's memory, vCPUs and slots in `workloads`. */
struct hr_replay_job {
    const struct hr_platform *platform;
    const struct hr_metering *metering; /* NULL: a function per invocation to the millisecond, a
                                           fleet by instance life */
    const struct hr_sim_workload *workloads;
    size_t workload_count;
    const struct hr_source *source;
    const struct hr_sim_options *options;
    const struct hr_progress *progress;       /* may be NULL */
    const struct hr_overflow *overflow;       /* of a fleet; NULL: it serves all */
    const struct hr_forecast *forecast;       /* of a fleet whose autoscaler is an oracle */
    const struct hr_decision_sink *decisions; /* NULL: nobody asks */
};
/* Reads all of the job's source. */
bool hr_forecast_make(const struct hr_replay_job *job, struct hr_forecast *ret,
                      struct hr_error *err);
void hr_forecast_clear(struct hr_forecast *forecast);
/* Replays all of the source; ret is touched only on success. */
bool hr_replay(const struct hr_replay_job *job, struct hr_outcome *ret, struct hr_error *err);

/* Counts add up, capacity = busy + starting + idle, nothing negative, busy <= capacity: checked at
 * the end of every replay. On false, `why` says which identity fails. */
bool hr_outcome_invariants_hold(const struct hr_outcome *outcome, const char **why);

/* Service time on a platform (design.md section 4): work w = s ((1 - c) + c / a), of which the
 * share c' = (c / a) / ((1 - c) + c / a) needs a core. */
double hr_work_us(double service_us, double cpu_bound, double speed);
double hr_cpu_share(double cpu_bound, double speed);

#endif
