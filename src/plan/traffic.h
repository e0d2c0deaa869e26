/* traffic.h: an application's traffic, and what is known or assumed of its workloads. Its rows are
 * held in memory, or each replay reads them from the plan file: feed.h. */
#ifndef PLAN_TRAFFIC_H
#define PLAN_TRAFFIC_H

#include "headroom/plan.h"
#include "plan/stored.h"

struct hr__stream { /* one workload */
    const char *name;
    uint64_t key;
    enum hr_trigger trigger;
    bool messages; /* a row is a message as it was sent, else a run */
    double cpu_bound, speed, slo;
    double errors, poison; /* shares of deliveries and of messages that fail; no http */
    double payload_mb;     /* that an invocation takes or gives: of http all but those that may be
                              dropped; 0: unknown */
    int64_t target_us;
    enum hr_target_kind target_kind;
    double memory_size_mb;                    /* configured where it was recorded; 0 unknown */
    double memory_used_mb;                    /* p99; 0 unknown */
    int64_t recorded_p95_us, recorded_p99_us; /* HR_UNKNOWN without durations */
    double recorded_mean_us;   /* of successes; 0: unknown, or a person set the service time */
    double service_sum_us;     /* recorded or drawn, over the window */
    uint64_t invocations;      /* in the window */
    uint64_t billed;           /* of them in the billed span */
    double billed_bytes;       /* responses in the billed span */
    int64_t state_accesses;    /* of an invocation to a state store */
    int64_t state_recorded_us; /* what one took where the log was made */
    double state_memory;       /* share of them that servers answer from their memory */
    int64_t connections;       /* that each instance keeps open to a database */
    int64_t connection_limit;  /* of the database; 0: none is known */
    struct hr_dist cold_start; /* measured in the log; count 0: none */
    bool has_cold_start;
    bool service_assumed;
    const char *assumed; /* keys, ";"-separated */
    double sparkline[64];
    const uint32_t *hours;    /* invocations in each hour of the billed span */
    struct hr__recipe recipe; /* how its rows are made */
    double stretch;           /* replays multiply service times by it; 0: they do not */
};

#define HR__HELD_MOST ((uint64_t)1 << 22) /* invocations of a traffic that is held: some 150 MB */

struct hr__traffic {
    const char *application;
    struct hr__stream *streams; /* by name */
    size_t stream_count;
    uint64_t n; /* invocations */
    /* merged by (arrival, workload, duration), where they are held, else NULL; owned */
    int64_t *arrival_us, *service_us;
    uint32_t *workload;         /* NULL as well where there is one */
    struct hr__reading reading; /* where they come from */
    int64_t window_from, window_to, bill_from, bill_to;
    int64_t figures_from; /* after the warm-up; the billed span begins no earlier */
    double month_factor;
    bool extrapolated;
    double *hour_requests, *hour_bytes; /* of http workloads, by hour of the billed span; owned */
    size_t hours;
    struct hr_arena arena;
};

/* What loading needs to know beside the store. */
struct hr__load {
    struct hr_store *store;
    const struct hr_models *models;
    const struct hr_assumptions *assumptions;
    const struct hr_compare_options *options;
    struct hr_comparison *comparison; /* receives assumptions and notes */
    const struct hr__traffic *like; /* the same streams, silent or not, with the same targets; NULL:
                                       those that the window holds */
};
bool hr__traffic_load(const struct hr__load *load, struct hr__traffic *ret, struct hr_error *err);
/* Only those streams for which keep[i]: a traffic of its own over the same window. */
bool hr__traffic_part(const struct hr__traffic *whole, const bool *keep, struct hr__traffic *ret,
                      struct hr_error *err);
/* Of each stream its own, stream_count of them; NULL on failure. */
struct hr__traffic *hr__traffic_parts(const struct hr__traffic *whole, struct hr_error *err);
void hr__traffic_parts_free(struct hr__traffic *parts, size_t count); /* accepts NULL */
void hr__traffic_clear(struct hr__traffic *traffic);

/* Window and billed span (design.md section 4). */
void hr__window_set(struct hr__traffic *traffic, int64_t from, int64_t to, int64_t warmup,
                    const struct hr_assumptions *assumptions);

bool hr__assumption_add(struct hr_comparison *comparison,
                        const struct hr_comparison_assumption *assumption, struct hr_error *err);
/* A note that must not be overlooked: before every other note. */
bool hr__warning_add(struct hr_comparison *comparison, struct hr_error *err, const char *format,
                     ...) __attribute__((format(printf, 3, 4)));
bool hr__note_add(struct hr_comparison *comparison, struct hr_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
