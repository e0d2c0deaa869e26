/* Measured AWS Lambda against the replay: the eight rates of Mahmoudi and Khazaei (SimFaaS,
 * examples/exp.csv; Lambda kept idle instances some ten minutes then). Their own simulator's mean
 * absolute errors are 12.23 % in the probability of a cold start and 3.05 % in mean instances; the
 * measurement's standard error of the former is 10.14 %. models/README.md has the table.
 */
#include "sim_case.h"

#include <math.h>

#define ARRIVALS ((size_t)400000)

static const struct {
    double rate, warm_s, cold_s, p_cold, instances;
} measured[] = {
    {0.0018631, 1.95500, 2.56342, 0.342988, 0.674194},
    {0.0042480, 1.95828, 2.39780, 0.079480, 0.945903},
    {0.0163836, 1.95943, 2.34086, 0.019553, 1.269904},
    {0.1003774, 1.97589, 2.24413, 0.005658, 2.888801},
    {0.3017913, 1.99168, 2.27080, 0.002939, 4.421763},
    {0.4996728, 2.00674, 2.15244, 0.001913, 5.694202},
    {0.9024594, 2.01605, 2.16343, 0.001513, 7.869841},
    {1.0005332, 2.02175, 2.17254, 0.001307, 8.397141},
};
#define ROWS (sizeof measured / sizeof *measured)

struct errors {
    double cold, instances; /* mean absolute, in per cent */
};

/* Over every second row, beginning with `first`. */
static struct errors errors_of(size_t first, double from_min, double to_min)
{
    struct errors sum = {0, 0};
    size_t n = 0;
    for (size_t i = first; i < ROWS; i += 2, n++) {
        struct sim_case c = sim_case_make(HR_FUNCTION);
        sim_case_poisson(&c, ARRIVALS, measured[i].rate, measured[i].warm_s, 100 + i);
        c.platform.function.start.stages[HR_STAGE_INIT] = (struct hr_dist){
            .kind = HR_EXPONENTIAL, .a = (measured[i].cold_s - measured[i].warm_s) * 1e6};
        c.platform.function.keep_alive = HR_KEEP_DISTRIBUTION;
        c.platform.function.keep_alive_dist =
            (struct hr_dist){.kind = HR_UNIFORM, .a = from_min * 60e6, .b = to_min * 60e6};
        struct hr_outcome o = sim_case_run(&c);
        double cold = (double)o.total.cold_starts / (double)ARRIVALS;
        print_message("%g..%g min, %.4f/s: cold %.6f (measured %.6f), instances %.4f (%.4f)\n",
                      from_min, to_min, measured[i].rate, cold, measured[i].p_cold,
                      o.total.instances_mean, measured[i].instances);
        sum.cold += 100 * fabs(cold / measured[i].p_cold - 1);
        sum.instances += 100 * fabs(o.total.instances_mean / measured[i].instances - 1);
        hr_outcome_clear(&o);
        sim_case_clear(&c);
    }
    return (struct errors){sum.cold / (double)n, sum.instances / (double)n};
}

/* Ten minutes were known beforehand: nothing is fitted. */
static void fixed_ten_minutes_predict_lambda_better_than_published(void **state)
{
    (void)state;
    struct errors odd = errors_of(0, 10, 10), even = errors_of(1, 10, 10);
    double cold = (odd.cold + even.cold) / 2, instances = (odd.instances + even.instances) / 2;
    print_message("fixed: cold %.2f %%, instances %.2f %%\n", cold, instances);
    assert_true(cold < 12.23);
    assert_true(instances < 3.05);
}

/* A uniform keep-alive fitted on the odd rows (a grid of whole minutes), tried on the even ones: it
 * is better where it was fitted and worse elsewhere, so the data hold no more than the ten minutes.
 */
static void a_fitted_distribution_does_not_predict_better(void **state)
{
    (void)state;
    struct errors fitted = errors_of(0, 6, 14), tried = errors_of(1, 6, 14);
    struct errors fixed = errors_of(1, 10, 10);
    print_message(
        "fitted: cold %.2f %%, instances %.2f %%; tried: cold %.2f %%, instances %.2f %%\n",
        fitted.cold, fitted.instances, tried.cold, tried.instances);
    assert_true(fitted.cold < tried.cold);
    assert_true(tried.cold > fixed.cold);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixed_ten_minutes_predict_lambda_better_than_published),
        cmocka_unit_test(a_fitted_distribution_does_not_predict_better),
    };
    return cmocka_run_group_tests_name("sim_measured", tests, NULL, NULL);
}
