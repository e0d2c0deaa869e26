/* Arrivals of generated traffic against closed forms: each tolerance follows from a statistic. */
#include "made_case.h"

#include <gsl/gsl_cdf.h>

/* ---- the calm ones
 * ------------------------------------------------------------------------------- */

static void even_gaps_are_even_and_begin_with_half_a_gap(void **state)
{
    struct memory_sink sink;
    (void)state;
    made_of("1 min", "rate: 4/s, process: deterministic", 1, &sink);
    assert_int_equal(sink.workloads[0].count, 240);
    for (size_t i = 0; i < 240; i++)
        assert_int_equal(sink.workloads[0].rows[i].arrival,
                         MADE_START + 125000 + (int64_t)i * 250000);
    sink_clear(&sink);
}

/* A count of a Poisson process has the mean as its variance. */
static void poisson_gaps_are_exponential(void **state)
{
    struct memory_sink sink;
    (void)state;
    made_of("6 h", "rate: 5/s", 7, &sink);
    const struct sink_workload *w = &sink.workloads[0];
    double *gaps = calloc(w->count, sizeof *gaps);
    assert_close((double)w->count, 108000, 3.29 * sqrt(108000));
    for (size_t i = 0; i < w->count; i++)
        gaps[i] = (double)(w->rows[i].arrival - (i ? w->rows[i - 1].arrival : MADE_START)) / 2e5;
    assert_true(made_distance(gaps, w->count, made_exponential, NULL) < KOLMOGOROV_999);
    free(gaps);
    sink_clear(&sink);
}

static double gamma_gap(double value, const void *context)
{
    return gsl_cdf_gamma_P(value, *(const double *)context, 1 / *(const double *)context);
}

/* At one a minute the microseconds to which gaps are rounded are too small to be seen. */
static void renewal_gaps_have_their_form_whatever_their_scale(void **state)
{
    struct memory_sink sink;
    const double shape = 0.5;
    (void)state;
    made_of("60 d",
            "rate: 1/min, process: {kind: renewal, gap: {dist: gamma, shape: 0.5, mean: 7 s}}", 3,
            &sink);
    const struct sink_workload *w = &sink.workloads[0];
    double *gaps = calloc(w->count, sizeof *gaps);
    /* Variance of a renewal count is that of the gaps, 1 / shape, times the mean. */
    assert_close((double)w->count, 86400, 3.29 * sqrt(86400 / shape));
    for (size_t i = 1; i < w->count; i++)
        gaps[i - 1] = (double)(w->rows[i].arrival - w->rows[i - 1].arrival) / 6e7;
    assert_true(made_distance(gaps, w->count - 1, gamma_gap, &shape) < KOLMOGOROV_999);
    free(gaps);
    sink_clear(&sink);
}

/* ---- rates that move
 * ------------------------------------------------------------------------------ */

/* The integral of the rate between two arrivals is exponential, whatever the rate does: here it is
 * summed second by second, not by what made the traffic. */
static void stretched_gaps_are_exponential_over_a_week_with_a_flash_crowd(void **state)
{
    static const char yaml[] =
        "traffic: t\nduration: 9 d\nworkloads:\n"
        "  - name: w\n    rate: 1/min\n    service: 1 ms\n    growth: 50 %\n"
        "    profile: {ratio: 5, peak: 20 h, days: [1, 1, 1, 1, 2, 0.5, 0.25]}\n"
        "    flash: [{at: 30 h, factor: 10, ramp: 60 s, hold: 10 min, decay: 30 min}]\n";
    struct memory_sink sink;
    struct hr_traffic_model model = made_model(yaml);
    (void)state;
    made_rows(&model, 5, &sink);
    const struct sink_workload *w = &sink.workloads[0];
    double *gaps = calloc(w->count, sizeof *gaps), area = 0;
    int64_t now = MADE_START;
    for (size_t i = 0; i < w->count; i++) {
        for (; now < w->rows[i].arrival; now += HR_SECOND)
            area += hr_traffic_rate(&model.workloads[0], MADE_START, now + HR_SECOND / 2);
        gaps[i] = area;
        area = 0;
    }
    assert_true(w->count > 12000);
    assert_true(made_distance(gaps, w->count, made_exponential, NULL) < KOLMOGOROV_999);
    free(gaps);
    sink_clear(&sink);
    hr_traffic_clear(&model);
}

/* Evenly spaced traffic counts the integral: a week of any profile has the rate times a week. */
static void week_of_any_profile_keeps_the_mean_rate(void **state)
{
    static const char *const profiles[] = {
        "flat", "{ratio: 2}", "{ratio: 7, peak: 3 h, days: [1, 2, 3, 4, 5, 6, 7]}",
        "{hours: [0, 0, 0, 0, 0, 1, 2, 4, 8, 9, 9, 9, 8, 9, 9, 9, 8, 7, 4, 3, 2, 2, 1, 0]}"};
    (void)state;
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++) {
        char keys[300];
        struct memory_sink sink;
        snprintf(keys, sizeof keys, "rate: 20/min, process: deterministic, profile: %s",
                 profiles[i]);
        made_of("7 d", keys, 1, &sink);
        assert_close((double)sink.workloads[0].count, 201600, 3);
        sink_clear(&sink);
    }
}

static void rates_of_a_profile_are_those_worked_by_hand(void **state)
{
    struct hr_traffic_model model = made_model(
        "traffic: t\nworkloads:\n"
        "  - {name: wave, rate: 6/s, service: 1 ms, profile: {ratio: 2, peak: 14 h}}\n"
        "  - {name: days, rate: 7/s, service: 1 ms, profile: {days: [4, 1, 1, 1, 0, 0, 0]}}\n"
        "  - {name: flash, rate: 1/s, service: 1 ms,\n"
        "     flash: [{at: 1 h, factor: 11, ramp: 10 s, hold: 1 min, decay: 100 s}]}\n"
        "  - {name: growth, rate: 10/s, service: 1 ms, growth: 21 %}\n"
        "  - name: hours\n    rate: 1/s\n    service: 1 ms\n"
        "    profile: {hours: [24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "
        "0, 0]}\n");
    const struct {
        size_t workload;
        int64_t at;
        double rate;
    } cases[] = {
        {0, 14 * HR_HOUR, 8}, /* 1 + 1/3 */
        {0, 2 * HR_HOUR, 4},
        {0, 8 * HR_HOUR, 6},
        {1, 5 * HR_HOUR, 28}, /* Monday */
        {1, 3 * HR_DAY, 7},
        {1, 5 * HR_DAY, 0},
        {2, 0, 1},
        {2, HR_HOUR + 5 * HR_SECOND, 6},
        {2, HR_HOUR + 30 * HR_SECOND, 11},
        {2, HR_HOUR + 95 * HR_SECOND, 8.5},
        {2, HR_HOUR + 170 * HR_SECOND, 1},
        {3, 365 * HR_HOUR, 11}, /* half a month: the root of 1.21 */
        {4, HR_HOUR / 2, 24},
        {4, HR_HOUR, 12},
        {4, 23 * HR_HOUR + HR_HOUR / 2, 0},
        {4, 23 * HR_HOUR + 3 * HR_HOUR / 4, 6},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_close(hr_traffic_rate(&model.workloads[cases[i].workload], MADE_START,
                                     MADE_START + cases[i].at),
                     cases[i].rate, 1e-9);
    hr_traffic_clear(&model);
}

/* ---- bursts
 * ------------------------------------------------------------------------------------------ */

/* Index of dispersion of counts over t of a process of two states with rates r1, r2 that are left
 * at rates a, b (Fischer and Meier-Hellstern 1993):
 *   1 + 2 a b (r1 - r2)^2 / ((a + b)^2 (b r1 + a r2)) (1 - (1 - exp(-(a + b) t)) / ((a + b) t)) */
static double dispersion(double r1, double r2, double a, double b, double t)
{
    double s = a + b;
    return 1 + 2 * a * b * (r1 - r2) * (r1 - r2) / (s * s * (b * r1 + a * r2)) *
                   (1 - (1 - exp(-s * t)) / (s * t));
}

/* Mean squared deviation of counts in windows of t seconds from the known mean, over that mean. */
static double measured(const struct sink_workload *w, double rate, int64_t t, size_t windows)
{
    double sum = 0, mean = rate * (double)t;
    size_t i = 0;
    for (size_t k = 1; k <= windows; k++) {
        size_t from = i;
        while (i < w->count && w->rows[i].arrival < MADE_START + (int64_t)k * t * HR_SECOND)
            i++;
        sum += ((double)(i - from) - mean) * ((double)(i - from) - mean);
    }
    return sum / (double)windows / mean;
}

#define RUNS    20
#define STUDENT 3.8834 /* 99.9 %, 19 degrees of freedom */
static void check_dispersion(const char *keys, double expected, int64_t t)
{
    double sum = 0, square = 0;
    for (uint64_t seed = 1; seed <= RUNS; seed++) {
        struct memory_sink sink;
        made_of("1 d", keys, seed, &sink);
        double value = measured(&sink.workloads[0], 1, t, (size_t)(86400 / t));
        sum += value;
        square += value * value;
        sink_clear(&sink);
    }
    const double mean = sum / RUNS, sd = sqrt((square - RUNS * mean * mean) / (RUNS - 1));
    assert_close(mean, expected, STUDENT * sd / sqrt(RUNS));
    assert_true(STUDENT * sd / sqrt(RUNS) < 0.15 * expected); /* or it would say nothing */
}

static void modulated_counts_are_as_dispersed_as_theory_has_it(void **state)
{
    (void)state;
    /* Factors 1 and 10, one and a half minutes and half a minute: mean factor 3.25. */
    const double scale = 1 / 3.25;
    static const char keys[] = "rate: 1/s, process: {kind: modulated, states: ["
                               "{factor: 1, stay: {dist: exponential, mean: 90 s}}, "
                               "{factor: 10, stay: {dist: exponential, mean: 30 s}}]}";
    check_dispersion(keys, dispersion(scale, 10 * scale, 1.0 / 90, 1.0 / 30, 10), 10);
    check_dispersion(keys, dispersion(scale, 10 * scale, 1.0 / 90, 1.0 / 30, 120), 120);
}

static void interrupted_counts_are_as_dispersed_as_theory_has_it(void **state)
{
    (void)state;
    static const char keys[] = "rate: 1/s, process: {kind: on-off, "
                               "on: {dist: exponential, mean: 20 s}, "
                               "off: {dist: exponential, mean: 60 s}}";
    check_dispersion(keys, dispersion(4, 0, 1.0 / 20, 1.0 / 60, 60), 60);
}

/* ---- the clock
 * --------------------------------------------------------------------------------------- */

static void cron_ticks_with_the_clock_not_with_the_start(void **state)
{
    struct memory_sink sink;
    (void)state;
    struct hr_traffic_model model =
        made_model("traffic: t\nstart: 2026-11-02T00:07:00Z\nduration: 1 h\nworkloads:\n"
                   "  - {name: w, rate: 36/h, service: 1 s, trigger: schedule,\n"
                   "     process: {kind: cron, every: 5 min, at: 30 s}}\n");
    made_rows(&model, 1, &sink);
    /* Ticks at 00:10:30, 00:15:30 ... 01:05:30, of three each. */
    assert_int_equal(sink.workloads[0].count, 36);
    for (size_t i = 0; i < 36; i++)
        assert_int_equal(sink.workloads[0].rows[i].arrival, MADE_START + 10 * HR_MINUTE +
                                                                30 * HR_SECOND +
                                                                (int64_t)(i / 3) * 5 * HR_MINUTE);
    assert_string_equal(sink_attribute_of(&sink, "w", "trigger")->value, "schedule");
    assert_int_equal(sink_attribute_of(&sink, "w", "trigger")->origin, HR_GENERATED);
    sink_clear(&sink);
    hr_traffic_clear(&model);
}

/* 1.25 a tick: one, and with a chance of a quarter a second one; jitter is uniform. */
static void cron_rounds_by_chance_and_spreads_by_jitter(void **state)
{
    struct memory_sink sink;
    double late = 0, n;
    (void)state;
    made_of("7 d", "rate: 1.25/min, process: {kind: cron, every: 1 min, jitter: 6 s}", 4, &sink);
    n = (double)sink.workloads[0].count;
    assert_close(n, 12600, 3.29 * sqrt(10080 * 0.25 * 0.75));
    for (size_t i = 0; i < sink.workloads[0].count; i++) {
        int64_t after = sink.workloads[0].rows[i].arrival % HR_MINUTE;
        assert_true(after < 6 * HR_SECOND);
        late += (double)after / 6e6;
    }
    assert_close(late / n, 0.5, 3.29 * sqrt(1.0 / 12 / n));
    sink_clear(&sink);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(even_gaps_are_even_and_begin_with_half_a_gap),
        cmocka_unit_test(poisson_gaps_are_exponential),
        cmocka_unit_test(renewal_gaps_have_their_form_whatever_their_scale),
        cmocka_unit_test(stretched_gaps_are_exponential_over_a_week_with_a_flash_crowd),
        cmocka_unit_test(week_of_any_profile_keeps_the_mean_rate),
        cmocka_unit_test(rates_of_a_profile_are_those_worked_by_hand),
        cmocka_unit_test(modulated_counts_are_as_dispersed_as_theory_has_it),
        cmocka_unit_test(interrupted_counts_are_as_dispersed_as_theory_has_it),
        cmocka_unit_test(cron_ticks_with_the_clock_not_with_the_start),
        cmocka_unit_test(cron_rounds_by_chance_and_spreads_by_jitter),
    };
    return cmocka_run_group_tests_name("generate_arrivals", tests, NULL, NULL);
}
