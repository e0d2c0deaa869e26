/* Fits against what the traffic was made of: parameters within their standard errors (closed forms
 * of maximum likelihood), likelihoods against densities, distances against tables.
 */
#include "made_case.h"

#include <gsl/gsl_sf_psi.h>

#include "generate/fit.h"

#define N 20000

static double *draws(const struct hr_dist *dist, size_t n, uint64_t seed)
{
    double *values = calloc(n, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < n; i++)
        values[i] = fmax((double)hr_dist_draw(dist, hr_mix64(seed + i * 7919)), 0.5);
    return values;
}

/* ---- distributions ------------------------------------------------------------------------------
 */

/* 3.29 standard errors: 99.9 %. */
static void parameters_are_recovered_within_their_standard_errors(void **state)
{
    const double root = sqrt(N), trigamma = gsl_sf_psi_1(0.7);
    const struct {
        struct hr_dist dist;
        double a, b; /* standard errors; 0: not looked at */
    } cases[] = {
        {{.kind = HR_EXPONENTIAL, .a = 2e5}, 2e5 / root, 0},
        {{.kind = HR_LOGNORMAL, .a = 11, .b = 1.3}, 1.3 / root, 1.3 / root / sqrt(2)},
        {{.kind = HR_GAMMA, .a = 0.7, .b = 3e6},
         sqrt(0.7 / (0.7 * trigamma - 1)) / root,
         3e6 * sqrt(trigamma / (0.7 * trigamma - 1)) / root},
        {{.kind = HR_WEIBULL, .a = 1.6, .b = 5e5}, 0.7797 * 1.6 / root, 1.0530 * 5e5 / 1.6 / root},
        {{.kind = HR_PARETO, .a = 2.5, .b = 1e5}, 2.5 / root, 1e5 / 2.5 / N * 3},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_dist fitted;
        double *values = draws(&cases[i].dist, N, 100 * i);
        const struct hr__moments m = hr__moments_of(values, N);
        assert_true(hr__fit_dist(cases[i].dist.kind, values, &m, &fitted));
        assert_close(fitted.a, cases[i].dist.a, 3.29 * cases[i].a);
        if (cases[i].b > 0)
            assert_close(fitted.b, cases[i].dist.b, 3.29 * cases[i].b);
        /* Nothing near it is likelier. */
        const double best = hr__log_likelihood(&fitted, values, &m);
        for (int k = 0; k < 4 && fitted.kind != HR_PARETO; k++) {
            struct hr_dist beside = fitted;
            *(k < 2 ? &beside.a : &beside.b) *= k % 2 ? 1.001 : 0.999;
            assert_true(hr__log_likelihood(&beside, values, &m) <= best + 1e-9 * fabs(best));
        }
        free(values);
    }
}

/* A density is the slope of the distribution. */
static void likelihood_is_the_sum_of_log_densities(void **state)
{
    static const struct hr_dist dists[] = {
        {.kind = HR_EXPONENTIAL, .a = 2e5},       {.kind = HR_LOGNORMAL, .a = 11, .b = 1.3},
        {.kind = HR_GAMMA, .a = 0.7, .b = 3e5},   {.kind = HR_WEIBULL, .a = 1.6, .b = 5e5},
        {.kind = HR_PARETO, .a = 2.5, .b = 1000},
    };
    double values[200];
    (void)state;
    for (size_t i = 0; i < 200; i++)
        values[i] = 2000 * exp((double)i * 0.03);
    const struct hr__moments m = hr__moments_of(values, 200);
    for (size_t d = 0; d < sizeof dists / sizeof *dists; d++) {
        double sum = 0;
        for (size_t i = 0; i < 200; i++) {
            double h = values[i] * 1e-4;
            sum += log(
                (hr_dist_cdf(&dists[d], values[i] + h) - hr_dist_cdf(&dists[d], values[i] - h)) /
                (2 * h));
        }
        assert_close(hr__log_likelihood(&dists[d], values, &m), sum, 1e-3);
    }
}

/* Kolmogorov's table: 1.2238 is exceeded with 10 %, 1.3581 with 5 %, 1.9495 with 0.1 %. */
static void distances_have_the_tables_probabilities(void **state)
{
    static const struct {
        double root_d, p;
    } table[] = {{1.2238, 0.1}, {1.3581, 0.05}, {1.6276, 0.01}, {1.9495, 0.001}};
    static double uniform[100000];
    const size_t n = sizeof uniform / sizeof *uniform;
    (void)state;
    for (size_t k = 0; k < 4; k++) {
        struct hr_fit_candidate c = {0};
        const double shift = table[k].root_d / sqrt((double)n);
        for (size_t i = 0; i < n; i++) /* each moved down by the distance, to its upper end */
            uniform[n - 1 - i] = fmax((double)(i + 1) / (double)n - shift, 0);
        hr__fit_distance(uniform, n, &c);
        assert_close(c.distance, shift, 1e-9);
        assert_close(c.p_value, table[k].p, table[k].p * 0.01);
    }
    /* Even values: A^2 is least, far below its 95 % point of 2.492. */
    struct hr_fit_candidate even = {0};
    for (size_t i = 0; i < n; i++)
        uniform[i] = ((double)i + 0.5) / (double)n;
    hr__fit_distance(uniform, n, &even);
    assert_true(even.anderson > -1e-6 && even.anderson < 0.01);
}

/* A^2 of uniform values exceeds 2.492 in 5 % of the cases (Anderson and Darling 1954). */
static void anderson_darling_has_its_percentage_point(void **state)
{
    const size_t runs = 2000, n = 200;
    size_t above = 0;
    double values[200];
    (void)state;
    for (size_t run = 0; run < runs; run++) {
        struct hr_fit_candidate c = {0};
        for (size_t i = 0; i < n; i++)
            values[i] = hr_unit(hr_mix64(run * n + i + 17));
        hr__fit_distance(values, n, &c);
        above += c.anderson > 2.492;
    }
    assert_close((double)above / (double)runs, 0.05, 3.29 * sqrt(0.05 * 0.95 / (double)runs));
}

/* ---- whole workloads
 * ------------------------------------------------------------------------------ */

struct fitted {
    struct hr_fit fit;
    struct hr_arena arena;
};

static struct fitted fit_rows(const struct sink_workload *w, int64_t from, int64_t to)
{
    struct fitted ret = {0};
    struct hr_error err = {0};
    int64_t *arrival = calloc(w->count, sizeof *arrival),
            *service = calloc(w->count, sizeof *service);
    for (size_t i = 0; i < w->count; i++) {
        arrival[i] = w->rows[i].arrival;
        service[i] = w->rows[i].duration;
    }
    const struct hr_fit_input input = {.name = "w",
                                       .arrival = arrival,
                                       .service = service,
                                       .n = w->count,
                                       .from = from,
                                       .to = to,
                                       .service_distance = 0.05};
    if (!hr_fit(&input, &ret.arena, &ret.fit, &err))
        fail_msg("%s", err.text);
    free(arrival);
    free(service);
    return ret;
}

static const struct hr_fit_candidate *chosen(const struct hr_fit *fit, enum hr_fit_part part)
{
    for (size_t i = 0; i < fit->candidate_count; i++)
        if (fit->candidates[i].part == part && fit->candidates[i].chosen)
            return &fit->candidates[i];
    fail_msg("nothing is chosen");
    return NULL;
}

static struct fitted fit_of(const char *duration, int64_t span, const char *keys, uint64_t seed)
{
    struct memory_sink sink;
    char yaml[1000];
    snprintf(yaml, sizeof yaml, "traffic: t\nduration: %s\nworkloads: [{name: w, %s}]\n", duration,
             keys);
    struct hr_traffic_model model = made_model(yaml);
    made_rows(&model, seed, &sink);
    struct fitted ret = fit_rows(&sink.workloads[0], MADE_START, MADE_START + span);
    sink_clear(&sink);
    hr_traffic_clear(&model);
    return ret;
}

static void families_are_recognised_and_fit(void **state)
{
    static const struct {
        const char *keys, *arrivals, *service;
    } cases[] = {
        {"rate: 1/s, service: {dist: lognormal, p50: 80 ms, p99: 900 ms}", "poisson", "lognormal"},
        {"rate: 1/s, service: {dist: weibull, shape: 0.6, mean: 1 s}, "
         "process: {kind: renewal, gap: {dist: gamma, shape: 4, mean: 1 s}}",
         "renewal, gamma", "weibull"},
        {"rate: 1/s, service: {dist: gamma, shape: 3, mean: 1 s}, "
         "process: {kind: renewal, gap: {dist: lognormal, p50: 1 s, sigma: 0.8}}",
         "renewal, lognormal", "gamma"},
        {"rate: 1/s, service: {dist: pareto, shape: 1.8, min: 50 ms}, "
         "process: {kind: renewal, gap: {dist: weibull, shape: 0.5, mean: 1 s}}",
         "renewal, weibull", "pareto"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fitted f = fit_of("10 h", 10 * HR_HOUR, cases[i].keys, 5 + i);
        assert_string_equal(chosen(&f.fit, HR_FIT_ARRIVALS)->name, cases[i].arrivals);
        assert_string_equal(chosen(&f.fit, HR_FIT_SERVICE)->name, cases[i].service);
        assert_true(chosen(&f.fit, HR_FIT_ARRIVALS)->p_value > 0.001);
        assert_true(chosen(&f.fit, HR_FIT_SERVICE)->p_value > 0.001);
        assert_close(f.fit.workload.rate, (double)f.fit.invocations / 36000, 1e-9);
        hr_arena_clear(&f.arena);
    }
}

/* Eight days' worth of fits: the truth lies in the Student interval of their mean (99.9 %, 7
 * degrees of freedom: 5.408). */
static void two_states_are_recovered(void **state)
{
    const double truth[4] = {1 / 1.9, 10 / 1.9, log(5.4e8), log(6e7)};
    double sum[4] = {0}, square[4] = {0};
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct fitted f = fit_of("16 h", 16 * HR_HOUR,
                                 "rate: 1/s, service: 10 ms, process: {kind: modulated, states: ["
                                 "{factor: 1, stay: {dist: exponential, mean: 9 min}}, "
                                 "{factor: 10, stay: {dist: exponential, mean: 1 min}}]}",
                                 seed);
        const struct hr_process *p = &f.fit.workload.process;
        assert_int_equal(p->kind, HR_PROCESS_MODULATED);
        assert_true(chosen(&f.fit, HR_FIT_ARRIVALS)->p_value > 0.001);
        /* Factors are of the sample's own rate; times it they are of the true one. */
        const double value[4] = {p->states[0].factor * f.fit.workload.rate,
                                 p->states[1].factor * f.fit.workload.rate,
                                 log(p->states[0].stay.a), log(p->states[1].stay.a)};
        for (int k = 0; k < 4; k++) {
            sum[k] += value[k];
            square[k] += value[k] * value[k];
        }
        hr_arena_clear(&f.arena);
    }
    for (int k = 0; k < 4; k++) {
        const double mean = sum[k] / 8, sd = sqrt((square[k] - 8 * mean * mean) / 7);
        assert_close(mean, truth[k], 5.408 * sd / sqrt(8));
        assert_true(5.408 * sd / sqrt(8) < 0.35); /* or it would say nothing */
    }
}

/* Counts of an hour are Poisson's; the integral over it is Simpson's of the rate. */
static void hours_and_days_are_those_of_the_profile(void **state)
{
    static const char keys[] = "rate: 30/min, service: 1 ms, profile: {ratio: 3, peak: 20 h, days: "
                               "[1, 1, 1, 1, 1, 0.5, 0.25]}";
    char yaml[400];
    (void)state;
    struct fitted f = fit_of("7 d", 7 * HR_DAY, keys, 3);
    snprintf(yaml, sizeof yaml, "traffic: t\nworkloads: [{name: w, %s}]\n", keys);
    struct hr_traffic_model model = made_model(yaml);
    const double scale = f.fit.workload.rate;
    for (int hour = 0; hour < 24; hour++) {
        int64_t at = MADE_START + hour * HR_HOUR + HR_HOUR / 2;
        double truth = 0, n;
        for (int day = 0; day < 7; day++)
            truth += hr_traffic_rate(&model.workloads[0], MADE_START, at + day * HR_DAY) / 7;
        n = truth * 3600 * 7;
        assert_close(f.fit.workload.profile.hours[hour] * scale, truth,
                     truth * (3.9 / sqrt(n) + 0.003)); /* 24 of them, and the hour's curve */
    }
    assert_close(f.fit.workload.profile.days[6] / f.fit.workload.profile.days[0], 0.25, 0.01);
    assert_close(f.fit.workload.rate, 0.5, 3.29 * sqrt(0.5 / (7 * 86400)));
    assert_string_equal(chosen(&f.fit, HR_FIT_ARRIVALS)->name, "poisson");
    hr_traffic_clear(&model);
    hr_arena_clear(&f.arena);
}

static void clocks_constants_and_odd_shapes_are_taken_as_they_are(void **state)
{
    (void)state;
    struct fitted f =
        fit_of("6 h", 6 * HR_HOUR,
               "rate: 12/h, service: 3 s, process: {kind: cron, every: 5 min, at: 7 s}", 1);
    assert_int_equal(f.fit.workload.process.kind, HR_PROCESS_CRON);
    assert_int_equal(f.fit.workload.process.every_us, 5 * HR_MINUTE);
    assert_int_equal(f.fit.workload.process.at_us, 7 * HR_SECOND);
    assert_close(f.fit.workload.rate, 1.0 / 300, 1e-12);
    assert_string_equal(chosen(&f.fit, HR_FIT_SERVICE)->name, "constant");
    hr_arena_clear(&f.arena);

    f = fit_of("1 h", HR_HOUR,
               "rate: 1/s, service: {dist: empirical, values: [5 ms, 6 ms, 900 ms, 950 ms]}", 1);
    assert_string_equal(chosen(&f.fit, HR_FIT_SERVICE)->name, "empirical");
    assert_int_equal(f.fit.workload.service.kind, HR_EMPIRICAL);
    assert_close(hr_dist_mean(&f.fit.workload.service) / 1000, 465.25, 25);
    assert_close(hr_dist_quantile(&f.fit.workload.service, 0.99), 950000, 0);
    hr_arena_clear(&f.arena);
}

static void too_little_is_refused(void **state)
{
    int64_t arrival[HR_FIT_LEAST] = {0}, service[HR_FIT_LEAST] = {0};
    struct hr_fit fit;
    struct hr_arena arena = {0};
    struct hr_error err = {0};
    (void)state;
    const struct hr_fit_input input = {
        .name = "w", .arrival = arrival, .service = service, .n = HR_FIT_LEAST - 1, .to = HR_HOUR};
    assert_false(hr_fit(&input, &arena, &fit, &err));
    assert_int_equal(err.kind, HR_EINPUT);
    assert_non_null(strstr(err.text, "w has 49 invocations: a fit takes 50 or more"));
    hr_arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_recovered_within_their_standard_errors),
        cmocka_unit_test(likelihood_is_the_sum_of_log_densities),
        cmocka_unit_test(distances_have_the_tables_probabilities),
        cmocka_unit_test(anderson_darling_has_its_percentage_point),
        cmocka_unit_test(families_are_recognised_and_fit),
        cmocka_unit_test(two_states_are_recovered),
        cmocka_unit_test(hours_and_days_are_those_of_the_profile),
        cmocka_unit_test(clocks_constants_and_odd_shapes_are_taken_as_they_are),
        cmocka_unit_test(too_little_is_refused),
    };
    return cmocka_run_group_tests_name("generate_fit", tests, NULL, NULL);
}
