/* bench_sim.c: what a simulated invocation costs, in units of two gsl_ran_exponential with taus2.
 *
 * Every round times the unit and the cases one after another, so a slower moment of the machine
 * strikes both; the median of the rounds' ratios is printed beside its bar. CPU time of this
 * thread. Columns are in memory; all measures and a time line of 2,000 buckets are on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "headroom/sim.h"

#define ROUNDS      9
#define INVOCATIONS ((size_t)1000000)

static double cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

struct traffic {
    int64_t *arrival, *service;
    uint32_t *workload;
};

static struct traffic draw(double rate, double service_s, size_t workloads)
{
    struct traffic t = {malloc(INVOCATIONS * sizeof(int64_t)),
                        malloc(INVOCATIONS * sizeof(int64_t)),
                        malloc(INVOCATIONS * sizeof(uint32_t))};
    if (!t.arrival || !t.service || !t.workload)
        exit(3);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    double at = (double)HR_DAY;
    for (size_t i = 0; i < INVOCATIONS; i++) {
        at += gsl_ran_exponential(rng, 1e6 / rate);
        t.arrival[i] = (int64_t)at;
        t.service[i] = (int64_t)gsl_ran_exponential(rng, service_s * 1e6);
        t.workload[i] = workloads ? (uint32_t)gsl_rng_uniform_int(rng, workloads) : 0;
    }
    gsl_rng_free(rng);
    return t;
}

/* Seconds per invocation of drawing its two variates. */
static double time_unit(void)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    double begin = cpu_s(), sum = 0;
    for (size_t i = 0; i < INVOCATIONS; i++) {
        sum += gsl_ran_exponential(rng, 1.0);
        sum += gsl_ran_exponential(rng, 2.0);
    }
    double took = cpu_s() - begin;
    gsl_rng_free(rng);
    if (sum < 0)
        puts("impossible");
    return took / (double)INVOCATIONS;
}

struct bench {
    const char *name;
    double rate, service_s, bar;
    enum hr_platform_kind kind;
    enum hr_discipline discipline;
    int64_t servers;    /* of a fixed fleet; 0: 100 */
    double mean;        /* servers there were */
    bool scales, gated; /* gated: every limit of an account, retries, provisioned instances */
    size_t workloads;   /* 0: one */
    struct traffic traffic;
    double ratio[ROUNDS], ns[ROUNDS];
};

static struct hr_platform platform_of(const struct bench *b)
{
    struct hr_platform p = {.kind = b->kind, .id = "bench"};
    p.function.keep_alive_us = 600 * HR_SECOND;
    p.function.start.stages[HR_STAGE_INIT] = (struct hr_dist){.kind = HR_EXPONENTIAL, .a = 253000};
    if (b->gated) {
        p.function.concurrency_limit = 3000;
        p.function.requests_per_second = 10000;
        p.function.launch_burst = 1000;
        p.function.launches_per_second = 100;
        p.function.time_limit_us = 15 * HR_MINUTE;
        p.function.async = (struct hr_retry_model){.attempts = 3,
                                                   .delay_us = HR_MINUTE,
                                                   .refused_us = HR_SECOND,
                                                   .refused_most_us = 5 * HR_MINUTE,
                                                   .max_age_us = 6 * HR_HOUR};
    }
    p.fleet.vcpus = 8;
    p.fleet.memory_mb = 16384;
    p.fleet.slots = 8;
    p.fleet.servers_max = 100;
    p.fleet.servers_min = p.fleet.servers_initial = b->scales        ? 50
                                                    : b->servers > 0 ? b->servers
                                                                     : 100;
    p.fleet.queue_limit = -1;
    p.fleet.balancer = HR_LEAST_OUTSTANDING;
    p.fleet.discipline = b->discipline;
    p.fleet.boot = (struct hr_dist){.kind = HR_CONSTANT, .a = 90e6};
    if (b->scales)
        p.fleet.autoscaler = (struct hr_autoscaler_model){.policy = HR_SCALE_TARGET_TRACKING,
                                                          .metric = HR_METRIC_CPU,
                                                          .target = 0.6,
                                                          .period_us = HR_MINUTE,
                                                          .points_out = 3,
                                                          .points_in = 15,
                                                          .low = 0.7};
    return p;
}

static double time_replay(struct bench *b)
{
    const struct hr_platform platform = platform_of(b);
    size_t count = b->workloads ? b->workloads : 1;
    struct hr_sim_workload *workloads = calloc(count, sizeof *workloads);
    for (size_t i = 0; workloads && i < count; i++)
        workloads[i] = (struct hr_sim_workload){.key = 7 + i,
                                                .cpu_bound = 1,
                                                .speed = 1,
                                                .memory_mb = 1769,
                                                .vcpus = 1,
                                                .slots = 1,
                                                .provisioned = b->gated ? 1000 : 0,
                                                .trigger = b->gated ? HR_ASYNC : HR_HTTP,
                                                .target_us = 5 * HR_SECOND};
    if (!workloads)
        exit(3);
    const struct hr_sim_options options = {.window_from = HR_DAY,
                                           .window_to = b->traffic.arrival[INVOCATIONS - 1],
                                           .bill_from = HR_DAY,
                                           .bill_to = b->traffic.arrival[INVOCATIONS - 1],
                                           .timeline_buckets = HR_TIMELINE_MAX};
    const struct hr_block all = {.n = INVOCATIONS,
                                 .arrival_us = b->traffic.arrival,
                                 .service_us = b->traffic.service,
                                 .workload = b->workloads ? b->traffic.workload : NULL};
    struct hr_column_source columns;
    hr_column_source_init(&columns, &all, 65536);
    struct hr_source source = hr_column_source(&columns);
    struct hr_outcome outcome = {0};
    struct hr_error err = {0};
    double begin = cpu_s();
    const struct hr_replay_job job = {.platform = &platform,
                                      .workloads = workloads,
                                      .workload_count = count,
                                      .source = &source,
                                      .options = &options};
    if (!hr_replay(&job, &outcome, &err)) {
        fprintf(stderr, "%s: %s\n", b->name, err.text);
        exit(3);
    }
    double took = cpu_s() - begin;
    b->mean = outcome.total.instances_mean;
    hr_outcome_clear(&outcome);
    free(workloads);
    return took / (double)INVOCATIONS;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}
static double median(double *x)
{
    qsort(x, ROUNDS, sizeof *x, ascending);
    return x[ROUNDS / 2];
}

static void say(const char *name, double ns, double ratio, double bar)
{
    printf("%-52s %7.1f ns %6.2f M/s  ratio %5.2f  bar %4.2f  %s\n", name, ns, 1e3 / ns, ratio, bar,
           ratio <= bar ? "met" : "MISSED");
}

enum {
    FUNCTION_SLOW,
    FUNCTION_BUSY,
    FUNCTION_GATED,
    FUNCTION_MANY,
    FLEET_30,
    FLEET_80,
    FLEET_97,
    SHARED_80,
    SCALED_80,
    UNSCALED_80, /* as many servers as that has on average */
    BENCHES
};

int main(void)
{
    struct bench benches[BENCHES] = {
        [FUNCTION_SLOW] = {"function, 0.9/s, service 1.991 s", 0.9, 1.991, 1.0,
                           .kind = HR_FUNCTION},
        [FUNCTION_BUSY] = {"function, 1000/s, 2000 busy", 1000, 2.0, 1.5, .kind = HR_FUNCTION},
        [FUNCTION_GATED] = {"function, 1000/s, all gates, retries, 1000 provisioned", 1000, 2.0,
                            2.2, .kind = HR_FUNCTION, .gated = true},
        [FUNCTION_MANY] = {"function, 1000/s over 4000 workloads", 1000, 2.0, 3.0,
                           .kind = HR_FUNCTION, .workloads = 4000},
        [FLEET_30] = {"fleet 100 x 8, least outstanding, load 0.30", 240, 1, 2.5, .kind = HR_FLEET},
        [FLEET_80] = {"fleet 100 x 8, least outstanding, load 0.80", 640, 1, 2.5, .kind = HR_FLEET},
        [FLEET_97] = {"fleet 100 x 8, least outstanding, load 0.97", 776, 1, 2.5, .kind = HR_FLEET},
        [SHARED_80] = {"fleet 100 x 8 vCPUs shared, load 0.80", 640, 1, 4.5, .kind = HR_FLEET,
                       .discipline = HR_SHARING},
        [SCALED_80] = {"fleet of 50..100 x 8, autoscaled, load 0.40", 320, 1, 2.5, .kind = HR_FLEET,
                       .scales = true},
        [UNSCALED_80] = {"the same, fixed at its mean size", 320, 1, 2.5, .kind = HR_FLEET},
    };
    double scaled[ROUNDS], late[ROUNDS], many[ROUNDS], unit_ns[ROUNDS];
    for (size_t i = 0; i < BENCHES; i++)
        benches[i].traffic = draw(benches[i].rate, benches[i].service_s, benches[i].workloads);
    for (size_t r = 0; r < ROUNDS; r++) {
        for (size_t i = 0; i < BENCHES; i++) {
            if (i == UNSCALED_80)
                benches[i].servers = (int64_t)(benches[SCALED_80].mean + 0.5);
            double unit = time_unit(), took = time_replay(&benches[i]);
            unit_ns[r] = 1e9 * unit;
            benches[i].ns[r] = 1e9 * took;
            benches[i].ratio[r] = took / unit;
        }
        many[r] = benches[FUNCTION_MANY].ns[r] / benches[FUNCTION_BUSY].ns[r];
        scaled[r] = benches[SCALED_80].ns[r] / benches[UNSCALED_80].ns[r];
        late[r] = benches[FLEET_97].ns[r] / benches[FLEET_30].ns[r];
    }
    printf("unit: two gsl_ran_exponential, taus2: %.1f ns\n", median(unit_ns));
    for (size_t i = 0; i < BENCHES; i++)
        say(benches[i].name, median(benches[i].ns), median(benches[i].ratio), benches[i].bar);
    printf("%-52s %26s ratio %5.2f  bar %4.2f  %s\n", "fleet, autoscaled against fixed at its mean",
           "", median(scaled), 1.2, median(scaled) <= 1.2 ? "met" : "MISSED");
    printf("%-52s %26s ratio %5.2f  bar %4.2f  %s\n", "fleet, load 0.97 against 0.30", "",
           median(late), 1.3, median(late) <= 1.3 ? "met" : "MISSED");
    printf("%-52s %26s ratio %5.2f  bar %4.2f  %s\n",
           "4000 workloads against one of the same total", "", median(many), 2.0,
           median(many) <= 2.0 ? "met" : "MISSED");
    for (size_t i = 0; i < BENCHES; i++) {
        free(benches[i].traffic.workload);
        free(benches[i].traffic.arrival);
        free(benches[i].traffic.service);
    }
    return 0;
}
