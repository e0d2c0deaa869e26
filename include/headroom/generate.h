/* generate.h: traffic that was not recorded: made from a description, with a seed.
 *
 * A description (YAML, models/traffic/ or a person's file) names workloads, each with a rate over
 * the week, a process of arrivals, flash crowds, growth and a distribution of service times. The
 * same description and seed make the same invocations on every machine. The room knows no plan
 * file: invocations leave through a `struct hr_sink`.
 *
 * Equations stand in models/README.md. Ownership: a model owns what it points to until clear.
 * Errors: HR_EMODEL with file, line and key; HR_ELIMIT for more than HR_GENERATE_MAX invocations;
 * HR_ECANCELLED.
 */
#ifndef HEADROOM_GENERATE_H
#define HEADROOM_GENERATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "headroom/base.h"
#include "headroom/model.h"
#include "headroom/workload.h"

/* ---- descriptions ------------------------------------------------------------------------- */

#define HR_GENERATE_MAX      1e9 /* invocations expected of one description */
#define HR_GENERATE_STATES   8
#define HR_GENERATE_FLASHES  16
#define HR_GENERATE_HOURS    168
#define HR_GENERATE_MEMBERS  10000          /* workloads of one description */
#define HR_GENERATED_FORMAT  "generated"    /* hr_import_file.input_format */
#define HR_GENERATE_DURATION (730 * HR_DAY) /* longest */

enum hr_process_kind {
    HR_PROCESS_POISSON,       /* exponential gaps */
    HR_PROCESS_DETERMINISTIC, /* even gaps */
    HR_PROCESS_RENEWAL,       /* gaps of a distribution, scaled to the rate */
    HR_PROCESS_MODULATED,     /* Poisson, its rate times a state's factor (MMPP) */
    HR_PROCESS_ON_OFF,        /* Poisson while it is on */
    HR_PROCESS_CRON           /* a batch at each tick of the clock */
};

struct hr_process_state { /* states follow each other in their order, round and round */
    double factor;        /* of the rate; factors are scaled so that the mean rate stays */
    struct hr_dist stay;
};
struct hr_process {
    enum hr_process_kind kind;
    struct hr_dist gap; /* renewal */
    struct hr_process_state states[HR_GENERATE_STATES];
    size_t state_count;      /* modulated; on-off: 2 */
    int64_t every_us, at_us; /* cron: ticks at multiples of `every` since 1970, plus `at` */
    int64_t jitter_us;       /* cron: each arrival up to so much after its tick */
};
/* The rate over the week, UTC, scaled so that its mean over a week is 1. */
struct hr_profile {
    double
        hours[HR_GENERATE_HOURS]; /* 24 of a day or 168 of a week that begins on Monday; none:
                                     flat. Each holds in the middle of its hour; linear between */
    size_t hour_count;
    double ratio;    /* peak to trough of a day that is a wave; 0: it is none */
    int64_t peak_us; /* of the wave, from midnight */
    double days[7];  /* factors from Monday on */
    bool has_days;
};
struct hr_flash {
    int64_t at_us; /* from the start of the traffic */
    double factor; /* of the rate at its height */
    int64_t ramp_us, hold_us, decay_us;
};
struct hr_made_workload {
    char name[HR_WORKLOAD_NAME_MAX + 1];
    enum hr_trigger trigger;
    double rate;   /* per second, mean over a week at the start, flash crowds apart */
    int64_t count; /* so many workloads NAME-1, NAME-2, ...; 1: NAME */
    double rate_spread, rate_max; /* of many: sigma of ln(rate), whose median is `rate`; most */
    double service_spread;        /* of many: sigma of ln of a factor on their service times */
    struct hr_process process;
    struct hr_profile profile;
    struct hr_flash flashes[HR_GENERATE_FLASHES];
    size_t flash_count;
    double growth; /* of the rate, in a month of 730 h */
    struct hr_dist service;
    double memory_mb, memory_size_mb; /* used, configured; 0: not told */
};
struct hr_traffic_model {
    char id[64], title[160], as_of[16], file[256];
    int64_t start, duration_us;
    struct hr_made_workload *workloads; /* in the arena */
    size_t count;
    struct hr_arena arena;
};
/* `id` of the registry, or a path to a file (it holds a '/' or ends in .yaml or .yml). */
bool hr_traffic_open(const struct hr_models *models, const char *id_or_path,
                     struct hr_traffic_model *ret, struct hr_error *err);
bool hr_traffic_read(const struct hr_tree *tree, struct hr_traffic_model *ret,
                     struct hr_error *err);
/* As YAML that hr_traffic_read reads back to the same figures. */
void hr_traffic_write(const struct hr_traffic_model *model, struct hr_text *ret);
void hr_traffic_clear(struct hr_traffic_model *model); /* accepts zeroed */
/* Do the figures of the model fit together (after a person's flags)? */
bool hr_traffic_check(const struct hr_traffic_model *model, struct hr_error *err);

/* The workload of the description that makes one of this name, NAME or NAME-1, or NULL. */
const struct hr_made_workload *hr_traffic_described(const struct hr_traffic_model *model,
                                                    const char *name);

/* The mean rate at a moment, per second: profile, flash crowds and growth, without the process. */
double hr_traffic_rate(const struct hr_made_workload *workload, int64_t start, int64_t time);

/* ---- being like recorded traffic --------------------------------------------------------------
 */

#define HR_FIT_LEAST      50 /* invocations */
#define HR_FIT_CANDIDATES 12

enum hr_fit_part { HR_FIT_ARRIVALS, HR_FIT_SERVICE };
/* One that was tried. Reals that do not exist are NAN. */
struct hr_fit_candidate {
    enum hr_fit_part part;
    const char *name;     /* "renewal, gamma", "modulated", "lognormal" */
    char parameters[128]; /* for a person */
    double log_likelihood, aic;
    double distance, p_value; /* Kolmogorov-Smirnov's D; p as if no parameter had been fitted */
    double anderson;          /* Anderson-Darling's A^2 */
    bool chosen;              /* the least AIC of its part, or the values themselves */
};
struct hr_fit {
    struct hr_made_workload workload; /* what the chosen ones make together */
    uint64_t invocations;
    size_t gaps; /* that the process was fitted to */
    int64_t from, to;
    bool service_assumed; /* the log tells no service times */
    struct hr_fit_candidate candidates[HR_FIT_CANDIDATES];
    size_t candidate_count;
};
struct hr_fit_input {
    const char *name;
    enum hr_trigger trigger;
    const int64_t *arrival, *service; /* n each, arrivals ascending, inside from..to */
    size_t n;
    int64_t from, to;
    double memory_mb, memory_size_mb; /* 0: unknown */
    double service_distance;          /* beyond it the recorded times are taken */
};
/* HR_EINPUT with fewer than HR_FIT_LEAST invocations. Values of an empirical distribution live in
 * the arena. */
bool hr_fit(const struct hr_fit_input *input, struct hr_arena *arena, struct hr_fit *ret,
            struct hr_error *err);

/* ---- making it ------------------------------------------------------------------------------ */

struct hr_generated {
    const char *name;
    enum hr_trigger trigger;
    uint64_t invocations;
    int64_t first, last; /* arrivals; HR_UNKNOWN without any */
    double service_sum;  /* us */
};
struct hr_generate_report {
    struct hr_arena arena; /* owns the rest */
    struct hr_generated *workloads;
    size_t count;
    uint64_t invocations;
};
/* Makes the traffic into the sink and commits it; on any failure the sink is aborted. Workloads
 * without an invocation are left out of the sink. */
bool hr_generate(const struct hr_traffic_model *model, uint64_t seed, const struct hr_sink *sink,
                 const struct hr_progress *progress, struct hr_generate_report *ret,
                 struct hr_error *err);
void hr_generate_report_clear(struct hr_generate_report *report); /* accepts zeroed */

#endif
