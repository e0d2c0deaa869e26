/* plan.h: the answers: one replay of an application on every platform, sized, priced, compared.
 *
 * Brings the rooms together: traffic from the plan file, sizes, replays, bills, shares of each
 * workload, targets, verdicts; and batches of such comparisons. design.md section 4 defines every
 * figure. Knows no terminal and writes no output; report/ and the faces show what stands here.
 *
 * Ownership: a comparison owns everything that it points to until hr_comparison_clear. Threads:
 * work runs on options.threads threads; the result does not depend on how many.
 */
#ifndef HEADROOM_PLAN_H
#define HEADROOM_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "headroom/base.h"
#include "headroom/generate.h"
#include "headroom/model.h"
#include "headroom/price.h"
#include "headroom/sim.h"
#include "headroom/store.h"
#include "headroom/workload.h"

enum hr_free_tier { HR_FREE_ACCOUNT, HR_FREE_WORKLOAD, HR_FREE_NONE };

/* Who wants to know what platforms did: told of each platform in turn, in order of time (of a
 * hybrid its fleet, then its functions), on the calling thread. workload: "" where servers are
 * spoken of. */
struct hr_decision_log {
    void *context;
    void (*put)(void *context, const char *platform, const char *workload,
                const struct hr_decision *decision);
    int64_t from, to; /* both 0: all of the replay */
};

/* Zero-initialise; every field has a default. */
struct hr_compare_options {
    const char *app;         /* NULL: the only one */
    const char *const *only; /* ids of platforms; none: all of the registry */
    size_t only_count;
    const char *const *platform_files; /* added to them */
    size_t platform_file_count;
    const struct hr_override *overrides; /* function.*, fleet.*, network, services, prices.*,
                                            workload.*, traffic */
    size_t override_count;
    const char *workload; /* overrides workload.* speak of this one; NULL: of all */
    uint64_t seed;
    unsigned threads; /* 0: all cores */
    enum hr_free_tier free_tier;
    int64_t window_from, window_to; /* both 0: from the first to the last arrival */
    int64_t warmup_us;
    double traffic;                          /* factor k; 0 means 1 */
    bool keep_bursts;                        /* copies of the traffic factor do not shift */
    const struct hr_decision_log *decisions; /* NULL: nobody asks; not with alone */
    size_t replications; /* 0, 1: one; else means over so many, with precision over at most so many
                          */
    double precision; /* until 95 % intervals are so narrow, relative to the mean; 0: no matter */
    bool no_turns;    /* do not look for the assumptions that could turn a verdict */
    bool alone; /* each workload has a fleet of its own, instead of sharing the application's */
    const struct hr_progress *progress; /* may be NULL */
    uint64_t held; /* invocations that are held in memory at most; of more traffic each replay reads
                      its own from the plan. 0: 4 million */
};

/* What has a mean over replications, and the type of both of its columns. */
#define HR_REPLICATED(X)                                                                           \
    X(response_mean_ms, MS)                                                                        \
    X(response_p95_ms, MS)                                                                         \
    X(response_p99_ms, MS)                                                                         \
    X(wait_mean_ms, MS)                                                                            \
    X(target_met_pct, REAL)                                                                        \
    X(cold_starts, REAL)                                                                           \
    X(utilisation_pct, REAL)                                                                       \
    X(cost_month_usd, USD)

/* One row of the comparison: the columns of design.md section 8, in their order. A real that does
 * not exist is NAN here and empty everywhere else. Texts are never NULL. */
struct hr_row {
    const char *application, *workload, *platform;
    enum hr_platform_kind kind;
    const char *sizing; /* "servers=4+1;slots=8" */
    double window_s, billed_s, month_factor;
    uint64_t invocations, served, dropped, attempts, throttled, rejected, timed_out, retried,
        duplicates, cold_starts;
    double response_mean_ms, response_p50_ms, response_p90_ms, response_p95_ms, response_p99_ms,
        response_p999_ms, response_max_ms, wait_mean_ms, start_mean_ms, network_mean_ms,
        service_mean_ms;
    double target_ms, slo_pct, target_met_pct;
    bool meets_target;
    double busy_slots_mean, busy_slots_peak, instances_mean, instances_peak;
    double capacity_slot_h, busy_slot_h, starting_slot_h, idle_slot_h, utilisation_pct, idle_pct,
        unbilled_idle_slot_h, vcpu_h_paid, vcpu_h_used;
    double cost_month_usd, cost_per_million_usd, idle_cost_month_usd;
    bool cheapest;             /* of those that meet the target and are not excluded */
    const char *excluded_by;   /* "time-limit;memory", "" when it is not */
    const char *sizing_reason; /* "3 servers miss: 1.8 % late on Mon 09:00-09:06" */
    const char *assumed;       /* "service;cpu_bound;target" */
    uint64_t replications;     /* 1: what follows does not exist */
    /* Mean over replications, and half of its 95 % interval (Student's); NAN where there is none.
     */
#define HR_REPLICATED_FIELDS(name, type) double name##_mean, name##_ci95;
    HR_REPLICATED(HR_REPLICATED_FIELDS)
#undef HR_REPLICATED_FIELDS
    /* beside the columns */
    const char *title; /* of the platform */
    bool repeats; /* it stands beside a platform (`ID:as-recorded` beside ID) and is the same */
    struct hr_bill bill;           /* a month; count 0 without prices */
    const char *book, *book_as_of; /* "" without prices */
};

enum hr_answer {
    HR_ANSWER_SERVERLESS,
    HR_ANSWER_PROVISIONED,
    HR_ANSWER_HYBRID,
    HR_ANSWER_EITHER,
    HR_ANSWER_NONE_MEETS, /* no platform meets the target */
    HR_ANSWER_NOT_ENOUGH_DATA
};
const char *hr_answer_name(enum hr_answer answer); /* "serverless", "not enough data"... */

/* What the comparison says of one workload, or of the application ("(all)"). */
struct hr_verdict {
    const char *workload;
    enum hr_trigger trigger;
    enum hr_answer answer;
    const char *sentence; /* the answer in words, a person reads it first */
    const char *turns_on; /* what is assumed and turns it within its bounds, and to what: "cpu_bound
                             at 75 % instead of 25 %: serverless"; "" when nothing does */
    uint64_t invocations;
    double per_second;      /* mean over the window */
    double recorded_p95_ms; /* as logged, NAN when the log has no durations */
    bool service_assumed;   /* its service times are assumed: shown with ~ */
    /* indices into rows, or -1: the best of each kind, cheapest first among those that meet */
    int best_function, best_fleet, best_hybrid;
    double traffic[64]; /* arrivals in 64 equal parts of the window, for a sparkline */
};

/* One platform as it was replayed. */
struct hr_comparison_platform {
    const char *id, *title, *as_of;
    enum hr_platform_kind kind;
    struct hr_timeline timeline;            /* of the application */
    struct hr_timeline *workload_timelines; /* one for each workload (functions), else NULL */
    int all_row;                            /* index of its (all) row */
};

/* Something assumed, and what would replace it. */
struct hr_comparison_assumption {
    const char *workload, *key, *value;
    enum hr_origin origin;
    const char *source; /* file or flag it comes from */
    const char *remedy; /* flag or directive that replaces it */
};

struct hr_comparison {
    struct hr_arena arena; /* owns all texts and arrays, not bills and timelines */
    const char *application;
    int64_t window_from, window_to, bill_from, bill_to;
    double month_factor;
    bool extrapolated; /* the window is shorter than a day: no verdict */
    uint64_t invocations;
    uint64_t seed;
    size_t workload_count;
    /* Workload-major: for each workload (by name) one row per platform, then the (all) rows. */
    struct hr_row *rows;
    size_t row_count;
    struct hr_comparison_platform *platforms;
    size_t platform_count;
    struct hr_verdict *verdicts; /* workload_count, then one for (all) */
    const char *best_mix;        /* sentence: each workload on its best platform; "" if none */
    double best_mix_usd, best_fleet_usd, best_function_usd; /* a month; NAN if there is none */
    struct hr_comparison_assumption *assumptions;
    size_t assumption_count;
    const char **notes; /* sentences: holes, changed defaults, overrides in force */
    size_t note_count;
    bool imprecise;       /* replications ended before their intervals were as narrow as asked */
    size_t warning_count; /* so many of the notes, the first, are to be said aloud */
};
bool hr_compare(struct hr_store *store, const struct hr_models *models,
                const struct hr_compare_options *options, struct hr_comparison *ret,
                struct hr_error *err);
void hr_comparison_clear(struct hr_comparison *comparison); /* accepts zeroed */
/* Row of a workload ("(all)" too) on a platform, or NULL. */
const struct hr_row *hr_comparison_row(const struct hr_comparison *comparison, const char *workload,
                                       const char *platform);

/* Assumptions that differ in their workload only are told once. False when an earlier one has
 * spoken for the i-th already; else adds the workloads that share it, "GET /a, GET /b and 7 more",
 * the first `most` by name (nothing for one of the whole application). */
bool hr_assumption_holders(const struct hr_comparison *comparison, size_t i, size_t most,
                           struct hr_text *ret);

/* ---- the columns of a row, in the order of the contract
 * ------------------------------------------- */

enum hr_column_type {
    HR_COLUMN_TEXT,  /* const char * */
    HR_COLUMN_COUNT, /* uint64_t */
    HR_COLUMN_REAL,  /* double, four decimals */
    HR_COLUMN_MS,    /* double, three decimals */
    HR_COLUMN_USD,   /* double, six decimals */
    HR_COLUMN_YES,   /* bool: yes, no */
    HR_COLUMN_KIND   /* enum hr_platform_kind */
};
struct hr_column {
    const char *name;
    enum hr_column_type type;
    size_t offset; /* into struct hr_row */
};
/* The i-th column or NULL past the end: one table for CSV, JSON, batches and `expect:`. */
const struct hr_column *hr_column_at(size_t i);
const struct hr_column *hr_column_find(const char *name);
/* A cell as CSV and JSON carry it, "" when absent; buf of at least 64 bytes; may return a text of
 * the row itself. */
const char *hr_column_text(const struct hr_column *column, const struct hr_row *row, char *buf,
                           size_t size);

/* ---- batches
 * ------------------------------------------------------------------------------------------ */

/* One combination of a batch file: its inputs as texts, and one row of the comparison. */
struct hr_batch_row {
    const char **inputs; /* input_count cells; "" where the platform does not know the key */
    struct hr_row row;   /* texts live in the batch's arena; bill is empty */
};
struct hr_batch {
    struct hr_arena arena;
    const char *name;
    const char **input_names; /* the keys of `set:`, in the order of the file */
    size_t input_count;
    struct hr_batch_row *rows;
    size_t row_count;
    const char **failures; /* sentences: which `expect:` does not hold for which row */
    size_t failure_count;
    const char **warnings;
    size_t warning_count;
};
/* Runs a batch file (keys: batch, app, workloads, platforms, set, expect) on all cores. Success
 * also when expectations fail: the caller looks at failure_count. options gives seed, threads... */
bool hr_batch_run(const char *path, struct hr_store *store, const struct hr_models *models,
                  const struct hr_compare_options *options, struct hr_batch *ret,
                  struct hr_error *err);
void hr_batch_clear(struct hr_batch *batch); /* accepts zeroed */

/* ---- traffic like recorded traffic
 * ------------------------------------------------------------------------------------- */

struct hr_like {
    struct hr_traffic_model model; /* starts and lasts as the window does */
    struct hr_fit *fits;           /* in the model's arena, one for each of its workloads */
};
/* Fits a description to a workload, or to each of an application ("(all)"). Options give app,
 * window and seed. */
bool hr_like(struct hr_store *store, const struct hr_models *models, const char *workload,
             const struct hr_compare_options *options, struct hr_like *ret, struct hr_error *err);
void hr_like_clear(struct hr_like *like); /* accepts zeroed */

/* ---- backtests
 * ---------------------------------------------------------------------------------------- */

/* Of a workload's invocations; times are initialisation and handler, without gateway and network.
 */
struct hr_backtest_figures {
    uint64_t invocations, cold_starts;
    double billed_s; /* instance time, rounded up as Lambda does, starts included */
    double mean_ms, p50_ms, p99_ms;
};
struct hr_backtest_row {
    const char *workload, *platform, *sizing; /* platform: `ID:as-recorded` where that is a row */
    struct hr_backtest_figures recorded, simulated;
};
struct hr_backtest {
    struct hr_arena arena; /* owns all */
    struct hr_backtest_row *rows;
    size_t row_count;
};
/* Replays what a function platform recorded on platform `on`, with the recorded memory, and sets
 * both beside each other, a row for each workload with initialisation times (HR_EINPUT: there is
 * none). The replay begins without an instance. */
bool hr_backtest(struct hr_store *store, const struct hr_models *models, const char *on,
                 const struct hr_compare_options *options, struct hr_backtest *ret,
                 struct hr_error *err);
void hr_backtest_clear(struct hr_backtest *backtest); /* accepts zeroed */

/* The i-th figure or NULL past the end: one table for every format. */
struct hr_backtest_figure {
    const char *name;
    enum hr_column_type type;
    size_t offset; /* into struct hr_backtest_figures */
};
const struct hr_backtest_figure *hr_backtest_figure_at(size_t i);
double hr_backtest_value(const struct hr_backtest_figure *figure,
                         const struct hr_backtest_figures *of);

#endif
