/* sim_case.h: builders for replay tests: a default platform, traffic in memory, one call.
 *
 * Traffic is drawn with GSL's taus2 from fixed seeds, apart from headroom's own draws.
 */
#ifndef TESTS_UNIT_SIM_CASE_H
#define TESTS_UNIT_SIM_CASE_H

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "check.h"
#include "headroom/sim.h"

#define SIM_T0 (1000 * HR_DAY) /* traffic starts here */

struct sim_case {
    struct hr_platform platform;
    struct hr_metering metering;
    bool metered;
    struct hr_sim_workload workloads[4];
    size_t workload_count;
    struct hr_sim_options options;
    int64_t *arrival, *service;
    uint32_t *workload;
    size_t n, block;
};

static inline struct sim_case sim_case_make(enum hr_platform_kind kind)
{
    struct sim_case c = {.workload_count = 1};
    c.platform.kind = kind;
    strcpy(c.platform.id, "test");
    c.platform.function.per_instance = 1;
    c.platform.function.keep_alive_us = 600 * HR_SECOND;
    c.platform.fleet.vcpus = 1;
    c.platform.fleet.memory_mb = 1024;
    c.platform.fleet.slots = 1;
    c.platform.fleet.servers_min = c.platform.fleet.servers_max = 1;
    c.platform.fleet.servers_initial = 1;
    c.platform.fleet.queue_limit = -1;
    c.platform.fleet.balancer = HR_SHARED_QUEUE;
    for (size_t i = 0; i < 4; i++)
        c.workloads[i] = (struct hr_sim_workload){.key = 100 + i,
                                                  .cpu_bound = 1,
                                                  .speed = 1,
                                                  .memory_mb = 1024,
                                                  .vcpus = 1,
                                                  .slots = 1,
                                                  .target_us = HR_SECOND};
    return c;
}

static inline void sim_case_room(struct sim_case *c, size_t n)
{
    c->n = n;
    c->arrival = calloc(n + 1, sizeof *c->arrival);
    c->service = calloc(n + 1, sizeof *c->service);
    c->workload = calloc(n + 1, sizeof *c->workload);
    assert_non_null(c->arrival && c->service && c->workload ? c->arrival : NULL);
}

static inline void sim_case_window(struct sim_case *c, int64_t from, int64_t to)
{
    c->options.window_from = c->options.bill_from = from;
    c->options.window_to = c->options.bill_to = to;
}

/* Poisson arrivals at `rate` per second, service exponential; the window ends at the last one. */
static inline void sim_case_poisson(struct sim_case *c, size_t n, double rate, double service_s,
                                    unsigned long seed)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    gsl_rng_set(rng, seed);
    double at = (double)SIM_T0;
    sim_case_room(c, n);
    for (size_t i = 0; i < n; i++) {
        at += gsl_ran_exponential(rng, 1e6 / rate);
        c->arrival[i] = (int64_t)at;
        c->service[i] = (int64_t)(gsl_ran_exponential(rng, service_s * 1e6) + 0.5);
    }
    gsl_rng_free(rng);
    sim_case_window(c, SIM_T0, c->arrival[n - 1]);
}

static inline void sim_case_rows(struct sim_case *c, const int64_t (*rows)[2], size_t n)
{
    sim_case_room(c, n);
    for (size_t i = 0; i < n; i++) {
        c->arrival[i] = SIM_T0 + rows[i][0];
        c->service[i] = rows[i][1];
    }
    sim_case_window(c, SIM_T0, SIM_T0 + HR_HOUR);
}

static inline bool sim_case_try(struct sim_case *c, struct hr_outcome *ret, struct hr_error *err)
{
    const struct hr_block all = {
        .n = c->n, .arrival_us = c->arrival, .service_us = c->service, .workload = c->workload};
    struct hr_column_source columns;
    hr_column_source_init(&columns, &all, c->block);
    struct hr_source source = hr_column_source(&columns);
    struct hr_replay_job job = {.platform = &c->platform,
                                .metering = c->metered ? &c->metering : NULL,
                                .workloads = c->workloads,
                                .workload_count = c->workload_count,
                                .source = &source,
                                .options = &c->options};
    struct hr_forecast forecast = {0};
    if (c->platform.kind == HR_FLEET && c->platform.fleet.autoscaler.policy == HR_SCALE_ORACLE) {
        if (!hr_forecast_make(&job, &forecast, err))
            return false;
        hr_column_source_init(&columns, &all, c->block);
        job.forecast = &forecast;
    }
    bool done = hr_replay(&job, ret, err);
    hr_forecast_clear(&forecast);
    return done;
}

static inline struct hr_outcome sim_case_run(struct sim_case *c)
{
    struct hr_outcome outcome = {0};
    struct hr_error err = {0};
    if (!sim_case_try(c, &outcome, &err))
        fail_msg("%s", err.text);
    return outcome;
}

static inline void sim_case_clear(struct sim_case *c)
{
    free(c->arrival);
    free(c->service);
    free(c->workload);
}

/* The outcome of these arrivals and service times (us); the case keeps its platform. */
static inline struct hr_outcome sim_case_run_rows(struct sim_case *c, const int64_t (*rows)[2],
                                                  size_t n)
{
    sim_case_rows(c, rows, n);
    struct hr_outcome o = sim_case_run(c);
    sim_case_clear(c);
    return o;
}

#endif
