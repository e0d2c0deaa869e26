/* plans.h: plan files written without a log, comparisons of them made in a process of their own,
 * and the unit that figures are given in. */
#ifndef BENCH_PLANS_H
#define BENCH_PLANS_H

#include <stdbool.h>
#include <stdint.h>

#include "headroom/plan.h"
#include "runs.h"

/* `rows` invocations at 300 a second in all, spread over the workloads, with exponential service
 * times of 100 ms on average. Ends the bench with a word when it cannot. */
void plan_write(const char *path, size_t workloads, uint64_t rows);
/* Writes a platform of fixed sizes, so that comparing is one replay; returns its id. */
const char *platform_write(const char *path, enum hr_platform_kind kind);
/* A fleet of fixed size, `bench-fleet0`, `bench-fleet1`... */
void platform_numbered(const char *path, int number);
/* A comparison on that one platform, without looking for what could turn the verdict. */
struct compared {
    const char *plan, *platform, *id;
    unsigned threads;
    bool alone;
    uint64_t held; /* as in hr_compare_options */
};
struct run compare_apart(const struct compared *what);

double cpu_s(void);  /* of this thread */
double wall_s(void); /* since some moment */
/* ns of drawing two gsl_ran_exponential with taus2. */
double time_unit(void);

#endif
