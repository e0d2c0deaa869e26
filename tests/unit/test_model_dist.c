/* test_model_dist.c: distributions against closed forms; draws against means and quantiles. */
#include "check.h"

#include "headroom/model.h"

static struct hr_dist parse(const char *text, struct hr_arena *arena)
{
    struct hr_dist dist = {0};
    struct hr_error err = {0};
    if (!hr_dist_parse(text, arena, &dist, &err))
        fail_msg("%s", err.text);
    return dist;
}

struct moment_case {
    const char *text;
    double mean, median, p99; /* us, from the closed forms named beside */
};

static void dist_text_gives_mean_and_quantiles(void **state)
{
    (void)state;
    struct hr_arena arena = {0};
    /* z(0.99) = 2.3263478740408408; ln 2 = 0.6931471805599453; ln 100 = 4.605170185988092 */
    const double sigma = log(900.0 / 80.0) / 2.3263478740408408;
    const struct moment_case cases[] = {
        {"80ms", 80000, 80000, 80000},
        {"constant 80 ms", 80000, 80000, 80000},
        {"exponential mean=253ms", 253000, 253000 * 0.6931471805599453, 253000 * 4.605170185988092},
        {"lognormal p50=80ms p99=900ms", 80000 * exp(sigma * sigma / 2), 80000, 900000},
        {"lognormal p50=80 ms sigma=0.5", 80000 * exp(0.125), 80000,
         80000 * exp(0.5 * 2.3263478740408408)},
        /* mean m, sd s: sigma^2 = ln(1 + s^2/m^2), median = m / sqrt(1 + s^2/m^2) */
        {"lognormal mean=100ms sd=100ms", 100000, 100000 / sqrt(2.0),
         100000 / sqrt(2.0) * exp(sqrt(0.6931471805599453) * 2.3263478740408408)},
        /* gamma of shape 1 is the exponential; Weibull of shape 1 too */
        {"gamma shape=1 scale=50ms", 50000, 50000 * 0.6931471805599453, 50000 * 4.605170185988092},
        {"weibull shape=1 mean=50ms", 50000, 50000 * 0.6931471805599453, 50000 * 4.605170185988092},
        /* Weibull of shape 2 (Rayleigh): mean = scale sqrt(pi)/2, median = scale sqrt(ln 2) */
        {"weibull shape=2 scale=1s", 886226.92545275801, 832554.61115769767, 2145966.0262893473},
        /* chi-square of 2k degrees is gamma k, scale 2: k = 2: median 3.3566939800333213 */
        {"gamma shape=2 scale=2s", 4000000, 3356693.9800333213, 13276704.135987625},
        {"gamma mean=100ms sd=100ms", 100000, 100000 * 0.6931471805599453,
         100000 * 4.605170185988092},
        {"empirical values=30ms,10ms,20ms,40ms", 25000, 20000, 40000},
        /* Pareto: mean = a m / (a - 1), quantile m (1 - p)^(-1/a) */
        {"pareto shape=2 min=50ms", 100000, 50000 * 1.4142135623730951, 500000},
        {"pareto shape=2 mean=100ms", 100000, 50000 * 1.4142135623730951, 500000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_dist dist = parse(cases[i].text, &arena);
        assert_close(hr_dist_mean(&dist), cases[i].mean, cases[i].mean * 1e-9);
        assert_close(hr_dist_quantile(&dist, 0.5), cases[i].median, cases[i].median * 1e-9);
        assert_close(hr_dist_quantile(&dist, 0.99), cases[i].p99, cases[i].p99 * 1e-9);
    }
    hr_arena_clear(&arena);
}

/* The mean of n draws lies within 5 standard errors, the share below the p90 within 5 of its. */
static void dist_draws_follow_mean_and_quantile(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double sd_over_mean;
    } cases[] = {
        {"exponential mean=253ms", 1},
        {"lognormal mean=100ms sd=80ms", 0.8},
        {"gamma shape=4 scale=20ms", 0.5},
        {"gamma shape=0.5 scale=80ms", 1.4142135623730951},
        {"weibull shape=2 scale=1s", 0.5227232008770634},
        {"empirical values=10ms,20ms,30ms,40ms", 0.4472135954999579},
    };
    struct hr_arena arena = {0};
    const int n = 200000;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_dist dist = parse(cases[i].text, &arena);
        double sum = 0, mean = hr_dist_mean(&dist), p90 = hr_dist_quantile(&dist, 0.9);
        int below = 0;
        for (int k = 0; k < n; k++) {
            int64_t us = hr_dist_draw(&dist, hr_draw_key(7, i, (uint64_t)k, HR_DRAW_COLD_START));
            sum += (double)us;
            below += (double)us <= p90;
        }
        assert_close(sum / n, mean, 5 * mean * cases[i].sd_over_mean / sqrt(n));
        if (dist.kind != HR_EMPIRICAL)
            assert_close(below / (double)n, 0.9, 5 * sqrt(0.09 / n));
    }
    hr_arena_clear(&arena);
}

static void dist_same_key_gives_same_draw(void **state)
{
    (void)state;
    struct hr_arena arena = {0};
    struct hr_dist dist = parse("lognormal p50=260ms p99=700ms", &arena);
    int64_t first = hr_dist_draw(&dist, 42);
    assert_int_equal(hr_dist_draw(&dist, 42), first);
    assert_int_not_equal(hr_dist_draw(&dist, 43), first);
    struct hr_dist none = {0};
    assert_int_equal(hr_dist_draw(&none, 42), 0);
    struct hr_dist huge = {.kind = HR_CONSTANT, .a = 1e30};
    assert_int_equal(hr_dist_draw(&huge, 42), HR_TIME_MAX);
}

static void dist_text_reads_back(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "constant 80ms",
        "exponential mean=253ms",
        "lognormal p50=80ms p99=900ms",
        "gamma shape=2 scale=40ms",
        "weibull shape=0.5 scale=1.5s",
        "empirical values=10ms,20ms",
    };
    struct hr_arena arena = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char buf[128];
        struct hr_dist dist = parse(texts[i], &arena);
        assert_string_equal(hr_dist_format(buf, sizeof buf, &dist), texts[i]);
    }
    char small[12];
    struct hr_dist dist = parse("exponential mean=253ms", &arena);
    assert_null(hr_dist_format(small, sizeof small, &dist));
    hr_arena_clear(&arena);
}

static void dist_bad_text_says_what_is_needed(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"", "expected constant, exponential, lognormal"},
        {"80", "expected constant, exponential, lognormal"},
        {"normal mean=5ms", "expected constant, exponential, lognormal"},
        {"exponential", "exponential needs mean"},
        {"exponential mean=253", "mean: expected a duration such as `80 ms`, found `253`"},
        {"exponential mean=1s mean=2s", "mean stands there twice"},
        {"exponential mean=1s p99=2s", "exponential needs mean and nothing else"},
        {"lognormal p50=80ms", "lognormal needs two of p50 p90 p95 p99"},
        {"lognormal p50=80ms p90=90ms p99=99ms", "lognormal needs two of"},
        {"lognormal p50=900ms p99=80ms", "p50 must be above 0 and at most p99"},
        {"lognormal p50=0ms p99=80ms", "p50 must be above 0"},
        {"lognormal p50=80ms q99=900ms", "it knows no `q99`"},
        {"gamma shape=0 scale=1s", "shape: expected a number above 0"},
        {"gamma shape=0.001 scale=1s", "shape must be at least 0.01"},
        {"gamma shape=2", "gamma needs shape and scale"},
        {"empirical values=", "values: expected durations"},
        {"empirical values=1ms,,2ms", "values: expected durations"},
        {"empirical values=1ms values=2ms", "values stands there twice"},
        {"empirical", "empirical needs `values`"},
    };
    struct hr_arena arena = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_dist dist = {0};
        struct hr_error err = {0};
        if (hr_dist_parse(cases[i].text, &arena, &dist, &err) || !strstr(err.text, cases[i].error))
            fail_msg("`%s`: `%s` does not hold `%s`", cases[i].text, err.text, cases[i].error);
    }
    hr_arena_clear(&arena);
}

/* Reads `d: ...` of a document. */
static bool read_yaml(const char *text, struct hr_arena *arena, struct hr_dist *ret,
                      struct hr_error *err)
{
    struct hr_tree *tree = NULL;
    assert_true(hr_tree_load("x.yaml", text, strlen(text), &tree, err));
    bool read = hr_dist_read(hr_tree_find(tree, "d"), arena, ret, err);
    hr_tree_close(tree);
    return read;
}

static void dist_map_equals_its_one_line_form(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"d: {dist: constant, value: 0 ms}", "0"},
        {"d: {dist: exponential, mean: 253 ms}", "exponential mean=253ms"},
        {"d: {dist: lognormal, p50: 60 s, p99: 150 s}", "lognormal p50=60s p99=150s"},
        {"d:\n  dist: gamma\n  shape: 2\n  scale: 5 ms\n", "gamma shape=2 scale=5ms"},
        {"d: {dist: weibull, shape: 0.5, mean: 5 ms}", "weibull shape=0.5 mean=5ms"},
        {"d: {dist: empirical, values: [3 ms, 1 ms, 2 ms]}", "empirical values=1ms,2ms,3ms"},
        {"d: 7 us", "constant 7us"},
        {"d: exponential mean=1s", "exponential mean=1s"},
    };
    struct hr_arena arena = {0};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct hr_dist dist = {0};
        struct hr_error err = {0};
        if (!read_yaml(pairs[i][0], &arena, &dist, &err))
            fail_msg("%s", err.text);
        struct hr_dist same = parse(pairs[i][1], &arena);
        assert_int_equal(dist.kind, same.kind);
        assert_close(dist.a, same.a, 0);
        assert_close(dist.b, same.b, 0);
        assert_int_equal(dist.count, same.count);
        for (size_t k = 0; k < dist.count; k++)
            assert_close(dist.values[k], same.values[k], 0);
    }
    hr_arena_clear(&arena);
}

static void dist_bad_map_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"d: {mean: 5 ms}", "x.yaml:1:4: expected a distribution such as"},
        {"d: {dist: normal, mean: 5 ms}", "x.yaml:1:11: dist: expected constant"},
        {"d: {dist: exponential, mean: 5}", "x.yaml:1:30: mean: expected a duration"},
        {"d: {dist: exponential, maen: 5 s}", "x.yaml:1:30: exponential needs mean"},
        {"d: {dist: exponential, mean: [5 s]}", "x.yaml:1:30: mean: expected one value"},
        {"d: {dist: empirical, values: 5 s}", "x.yaml:1:30: values: expected a list"},
        {"d: {dist: empirical, values: []}", "x.yaml:1:30: values: expected a list"},
        {"d: {dist: empirical, values: [5 s, 6]}", "x.yaml:1:36: values: expected a duration"},
        {"d: [5 s]", "x.yaml:1:4: expected a distribution"},
    };
    struct hr_arena arena = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_dist dist = {0};
        struct hr_error err = {0};
        if (read_yaml(cases[i].text, &arena, &dist, &err) ||
            strncmp(err.text, cases[i].error, strlen(cases[i].error)) != 0)
            fail_msg("`%s`: `%s` does not start with `%s`", cases[i].text, err.text,
                     cases[i].error);
    }
    hr_arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dist_text_gives_mean_and_quantiles),
        cmocka_unit_test(dist_draws_follow_mean_and_quantile),
        cmocka_unit_test(dist_same_key_gives_same_draw),
        cmocka_unit_test(dist_text_reads_back),
        cmocka_unit_test(dist_bad_text_says_what_is_needed),
        cmocka_unit_test(dist_map_equals_its_one_line_form),
        cmocka_unit_test(dist_bad_map_is_told_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
