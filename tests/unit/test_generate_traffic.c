/* Descriptions of traffic: service times, populations, what is refused, and that the same seed
 * makes the same traffic. */
#include "made_case.h"

/* ---- service times
 * ------------------------------------------------------------------------------- */

static double dist_cdf(double value, const void *context)
{
    return hr_dist_cdf(context, value);
}

/* Whole microseconds are spread over their own, so that the distribution is continuous. */
static void service_times_follow_their_distribution(void **state)
{
    static const char *const services[] = {
        "{dist: exponential, mean: 200 ms}",        "{dist: lognormal, p50: 80 ms, p99: 900 ms}",
        "{dist: gamma, shape: 0.5, mean: 100 ms}",  "{dist: weibull, shape: 0.7, mean: 100 ms}",
        "{dist: pareto, shape: 1.5, mean: 300 ms}", "{dist: uniform, min: 10 ms, max: 90 ms}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        char yaml[300];
        struct memory_sink sink;
        snprintf(yaml, sizeof yaml,
                 "traffic: t\nduration: 1 h\nworkloads: [{name: w, rate: 10/s, service: %s}]\n",
                 services[i]);
        struct hr_traffic_model model = made_model(yaml);
        made_rows(&model, 11 + i, &sink);
        const size_t n = sink.workloads[0].count;
        double *values = calloc(n, sizeof *values);
        for (size_t k = 0; k < n; k++)
            values[k] = (double)sink.workloads[0].rows[k].duration + hr_unit(hr_mix64(k)) - 0.5;
        assert_true(made_distance(values, n, dist_cdf, &model.workloads[0].service) <
                    KOLMOGOROV_999);
        free(values);
        sink_clear(&sink);
        hr_traffic_clear(&model);
    }
}

static void empirical_service_times_are_the_values_told(void **state)
{
    struct memory_sink sink;
    size_t seen[3] = {0};
    (void)state;
    struct hr_traffic_model model =
        made_model("traffic: t\nduration: 1 h\nworkloads:\n  - {name: w, rate: 10/s, memory: 3 MB, "
                   "service: {dist: empirical, values: [5 ms, 7 ms, 7 ms]}}\n");
    made_rows(&model, 1, &sink);
    for (size_t i = 0; i < sink.workloads[0].count; i++) {
        int64_t ms = sink.workloads[0].rows[i].duration / HR_MILLISECOND;
        assert_true(ms == 5 || ms == 7);
        seen[ms == 7]++;
        assert_int_equal(sink.workloads[0].rows[i].memory, 3 * 1024);
    }
    const double n = (double)(seen[0] + seen[1]);
    assert_close((double)seen[1] / n, 2.0 / 3, 3.29 * sqrt(2.0 / 9 / n));
    sink_clear(&sink);
    hr_traffic_clear(&model);
}

/* ---- seeds
 * ----------------------------------------------------------------------------------------- */

static bool same_workload(const struct sink_workload *x, const struct sink_workload *y)
{
    for (size_t i = 0; i < x->count && i < y->count; i++)
        if (x->rows[i].arrival != y->rows[i].arrival || x->rows[i].duration != y->rows[i].duration)
            return false;
    return x->count == y->count;
}

static bool same_rows(const struct memory_sink *a, const struct memory_sink *b)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct sink_workload *x = &a->workloads[i], *y = sink_find(b, x->name);
        if (!y || !same_workload(x, y))
            return false;
    }
    return a->count == b->count;
}

/* What is written to the plan makes the same traffic again; so nothing of a preset is lost. */
static void presets_read_back_make_the_same_traffic(void **state)
{
    struct hr_models *models = NULL;
    struct hr_error err = {0};
    size_t presets = 0;
    (void)state;
    if (!hr_models_open(NULL, &models, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < hr_models_count(models); i++) {
        const struct hr_model_info *info = hr_models_at(models, i);
        struct hr_traffic_model model;
        struct memory_sink first, again, other;
        struct hr_text text = {0};
        if (info->kind != HR_MODEL_TRAFFIC)
            continue;
        if (!hr_traffic_open(models, info->id, &model, &err))
            fail_msg("%s", err.text);
        model.duration_us = model.duration_us > HR_DAY ? HR_DAY : model.duration_us / 8;
        hr_traffic_write(&model, &text);
        struct hr_traffic_model copy = made_model(text.data);
        made_rows(&model, 3, &first);
        made_rows(&copy, 3, &again);
        made_rows(&copy, 4, &other);
        assert_true(same_rows(&first, &again));
        assert_false(strcmp(info->id, "cron") != 0 && same_rows(&first, &other) &&
                     first.workloads[0].count > 0);
        sink_clear(&first);
        sink_clear(&again);
        sink_clear(&other);
        hr_text_clear(&text);
        hr_traffic_clear(&copy);
        hr_traffic_clear(&model);
        presets++;
    }
    assert_int_equal(presets, 10);
    hr_models_close(models);
}

/* A workload's luck hangs on its name alone, not on who stands beside it. */
static void traffic_of_a_workload_is_its_own(void **state)
{
    struct memory_sink alone, beside;
    (void)state;
    struct hr_traffic_model one =
        made_model("traffic: a\nduration: 1 h\nworkloads: [{name: w, rate: 1/s, service: 1 s}]\n");
    struct hr_traffic_model two =
        made_model("traffic: b\nduration: 1 h\nworkloads: [{name: v, rate: 9/s, service: 1 s}, "
                   "{name: w, rate: 1/s, service: 1 s}]\n");
    made_rows(&one, 1, &alone);
    made_rows(&two, 1, &beside);
    const struct sink_workload *w = sink_find(&beside, "w");
    assert_true(same_workload(&alone.workloads[0], w));
    sink_clear(&alone);
    sink_clear(&beside);
    hr_traffic_clear(&one);
    hr_traffic_clear(&two);
}

/* ---- populations
 * -------------------------------------------------------------------------------------- */

/* Shahrad et al., ATC'20, as facts have it: 45 % of the applications at most once an hour, 81 %
 * once a minute. A thousand functions of the preset over a day; tolerance 99.9 % of a binomial
 * share. */
static void azure_population_has_the_published_rates(void **state)
{
    struct hr_models *models = NULL;
    struct hr_error err = {0};
    struct hr_traffic_model model;
    struct memory_sink sink;
    size_t hourly = 0, minutely = 0, n = 0;
    (void)state;
    if (!hr_models_open(NULL, &models, &err) ||
        !hr_traffic_open(models, "azure-2019", &model, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < model.count; i++) {
        model.workloads[i].count *= 10;
        model.workloads[i].rate_max = 0.05;
        n += (size_t)model.workloads[i].count;
    }
    made_rows(&model, 1, &sink);
    for (size_t i = 0; i < sink.count; i++) {
        hourly += sink.workloads[i].count > 24;
        minutely += sink.workloads[i].count > 1440;
    }
    assert_int_equal(n, 1000);
    assert_close((double)(n - hourly) / (double)n, 0.45, 3.29 * sqrt(0.45 * 0.55 / 1000));
    assert_close((double)(n - minutely) / (double)n, 0.81, 3.29 * sqrt(0.81 * 0.19 / 1000));
    sink_clear(&sink);
    hr_traffic_clear(&model);
    hr_models_close(models);
}

/* ---- what is refused
 * ------------------------------------------------------------------------------------ */

static void wrong_descriptions_are_refused_with_their_place(void **state)
{
#define HEAD "traffic: t\nworkloads:\n"
#define WORK "  - {name: w, rate: 1/s, service: 1 s, "
    static const struct {
        const char *yaml, *sentence;
    } cases[] = {
        {"traffic: t\n", "t.yaml:1:1: workloads: is missing"},
        {HEAD "  - {name: w, service: 1 s}\n", "t.yaml:3:5: workloads[0].rate: is missing"},
        {HEAD "  - {name: w, rate: 5, service: 1 s}\n",
         "t.yaml:3:21: workloads[0].rate: expected a rate above 0 such as `5/s`"},
        {HEAD WORK "speed: 1}\n", "workloads[0].speed: unknown key"},
        {HEAD WORK "process: wild}\n", "workloads[0].process: expected one of poisson"},
        {HEAD WORK "process: cron}\n", "workloads[0].process: cron needs more keys"},
        {HEAD WORK "process: {kind: cron, every: 1 min, gap: 1 s}}\n",
         "workloads[0].process.gap: unknown key"},
        {HEAD WORK "process: {kind: cron, every: 1 min, at: 30 s, jitter: 30 s}}\n",
         "expected at and jitter together below every"},
        {HEAD WORK "process: {kind: modulated, states: [{factor: 0, stay: 1 s}]}}\n",
         "workloads[0].process: expected a state with a factor above 0"},
        {HEAD WORK "process: {kind: modulated, states: [{factor: 1, stay: 1 us}]}}\n",
         "expected states that last 1 ms or more"},
        {HEAD WORK "process: {kind: renewal, gap: 0}}\n", "expected gaps with a mean above 0"},
        {HEAD WORK "profile: {ratio: 0.5}}\n", "workloads[0].profile.ratio: expected 1 to 1000000"},
        {HEAD WORK "profile: {hours: [1, 2]}}\n",
         "workloads[0].profile.hours: expected 24 numbers, or 168"},
        {HEAD WORK "profile: {days: [0, 0, 0, 0, 0, 0, 0]}}\n",
         "workloads[0].profile.days: expected at least one number above 0"},
        {HEAD WORK "flash: [{at: 1 h}]}\n", "workloads[0].flash[0].factor: is missing"},
        {HEAD WORK "rate_spread: 2}\n", "a spread is of many workloads"},
        {HEAD WORK "trigger: mail}\n", "workloads[0].trigger: expected one of http, async"},
        {HEAD WORK "memory: 1 MB}\n" WORK "memory: 1 MB}\n", "`w` stands there twice"},
        {HEAD "  - {name: w, rate: 1e9/s, service: 1 s}\n", "at most 1e+09 can be made"},
        {HEAD "  - {name: w, rate: 1/s, service: {dist: pareto, shape: 1, min: 1 s}}\n",
         "shape of a pareto must be above 1"},
        {"traffic: t\nduration: 3 a\nworkloads: []\n",
         "t.yaml:2:11: duration: expected a duration"},
        {"traffic: t\nstart: noon\nworkloads: []\n", "start: expected a time"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_error err = {0};
        struct hr_tree *tree = NULL;
        struct hr_traffic_model model;
        assert_true(hr_tree_load("t.yaml", cases[i].yaml, strlen(cases[i].yaml), &tree, &err));
        assert_false(hr_traffic_read(tree, &model, &err));
        if (!strstr(err.text, cases[i].sentence) || strncmp(err.text, "t.yaml:", 7) != 0)
            fail_msg("case %zu: `%s` lacks `%s`", i, err.text, cases[i].sentence);
        hr_tree_close(tree);
    }
}

static bool stop(void *context, const struct hr_progress_state *progress)
{
    (void)context, (void)progress;
    return false;
}

static void cancelled_and_failing_sinks_are_aborted(void **state)
{
    struct memory_sink sink;
    struct hr_error err = {0};
    struct hr_generate_report report;
    const struct hr_progress progress = {.report = stop};
    (void)state;
    struct hr_traffic_model model =
        made_model("traffic: a\nduration: 1 h\nworkloads: [{name: w, rate: 1/s, service: 1 s}]\n");
    struct hr_sink into = sink_open(&sink);
    assert_false(hr_generate(&model, 1, &into, &progress, &report, &err));
    assert_int_equal(err.kind, HR_ECANCELLED);
    hr_generate_report_clear(&report);
    sink.fail_put = true;
    assert_false(hr_generate(&model, 1, &into, NULL, &report, &err));
    assert_string_equal(err.text, "disk full");
    hr_generate_report_clear(&report);
    assert_int_equal(sink.aborts, 2);
    assert_int_equal(sink.commits, 0);
    sink_clear(&sink);
    hr_traffic_clear(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(service_times_follow_their_distribution),
        cmocka_unit_test(empirical_service_times_are_the_values_told),
        cmocka_unit_test(presets_read_back_make_the_same_traffic),
        cmocka_unit_test(traffic_of_a_workload_is_its_own),
        cmocka_unit_test(azure_population_has_the_published_rates),
        cmocka_unit_test(wrong_descriptions_are_refused_with_their_place),
        cmocka_unit_test(cancelled_and_failing_sinks_are_aborted),
    };
    return cmocka_run_group_tests_name("generate_traffic", tests, NULL, NULL);
}
