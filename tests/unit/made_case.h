/* made_case.h: generated traffic for tests: a description as text, its rows in memory, and the
 * statistics that they are held to.
 */
#ifndef TESTS_UNIT_MADE_CASE_H
#define TESTS_UNIT_MADE_CASE_H

#include "sink.h"

#include "headroom/generate.h"

/* Two-sided Kolmogorov-Smirnov at 99.9 %: sqrt(-ln(0.0005) / 2) over sqrt(n), for large n. */
#define KOLMOGOROV_999 1.9495
#define MADE_START     (INT64_C(20759) * HR_DAY) /* Monday 2026-11-02 */

static inline struct hr_traffic_model made_model(const char *yaml)
{
    struct hr_error err = {0};
    struct hr_tree *tree = NULL;
    struct hr_traffic_model model = {0};
    if (!hr_tree_load("t.yaml", yaml, strlen(yaml), &tree, &err) ||
        !hr_traffic_read(tree, &model, &err))
        fail_msg("%s", err.text);
    hr_tree_close(tree);
    return model;
}

static inline void made_rows(const struct hr_traffic_model *model, uint64_t seed,
                             struct memory_sink *ret)
{
    struct hr_error err = {0};
    struct hr_generate_report report;
    const struct hr_sink sink = sink_open(ret);
    if (!hr_generate(model, seed, &sink, NULL, &report, &err))
        fail_msg("%s", err.text);
    assert_int_equal(ret->commits, 1);
    assert_int_equal(ret->files, 1);
    hr_generate_report_clear(&report);
}

/* The same from a text of one workload's keys, over a duration. */
static inline void made_of(const char *duration, const char *keys, uint64_t seed,
                           struct memory_sink *ret)
{
    char yaml[2000];
    snprintf(yaml, sizeof yaml,
             "traffic: t\nduration: %s\nworkloads:\n  - {name: w, service: 10 ms, %s}\n", duration,
             keys);
    struct hr_traffic_model model = made_model(yaml);
    made_rows(&model, seed, ret);
    hr_traffic_clear(&model);
}

static inline int made_order(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The greatest distance between the distribution of `values` (sorted here) and `cdf`, times the
 * root of n. */
static inline double made_distance(double *values, size_t n,
                                   double (*cdf)(double value, const void *context),
                                   const void *context)
{
    double most = 0;
    qsort(values, n, sizeof *values, made_order);
    for (size_t i = 0; i < n; i++) {
        double p = cdf(values[i], context);
        most = fmax(most, fmax(p - (double)i / (double)n, (double)(i + 1) / (double)n - p));
    }
    return most * sqrt((double)n);
}

static inline double made_exponential(double value, const void *context)
{
    (void)context;
    return 1 - exp(-value);
}

#endif
