/* Cold starts as sums of stages: what they take, what of them is billed, what a log's figure
 * replaces. Counted by hand; models/README.md has the rules.
 */
#include "sim_case.h"

#define S  HR_SECOND
#define MS HR_MILLISECOND

static struct hr_dist constant(int64_t us)
{
    return (struct hr_dist){.kind = HR_CONSTANT, .a = (double)us};
}

/* 100 ms + 20 MB x 5 ms + 150 ms + 250 ms; only the last two are billed. */
static void set_stages(struct hr_start_model *start)
{
    *start = (struct hr_start_model){.staged = true,
                                     .package_mb = 20,
                                     .unbilled = 1u << HR_STAGE_PLATFORM | 1u << HR_STAGE_CODE};
    start->stages[HR_STAGE_PLATFORM] = constant(100 * MS);
    start->stages[HR_STAGE_CODE] = constant(5 * MS);
    start->stages[HR_STAGE_RUNTIME] = constant(150 * MS);
    start->stages[HR_STAGE_INIT] = constant(250 * MS);
}

static struct sim_case staged(bool bill_init)
{
    struct sim_case c = sim_case_make(HR_FUNCTION);
    set_stages(&c.platform.function.start);
    c.metered = true;
    c.metering = (struct hr_metering){
        .span = HR_METERED_INVOCATION, .granularity_us = MS, .bill_init = bill_init};
    return c;
}

static const int64_t once[][2] = {{0, S}};

static void a_start_is_the_sum_of_its_stages(void **state)
{
    (void)state;
    for (int named = 0; named < 2; named++) {
        struct sim_case c = staged(true);
        c.platform.function.reuse = named ? HR_REUSE_OLDEST : HR_REUSE_RECENT;
        struct hr_outcome o = sim_case_run_rows(&c, once, 1);
        assert_close(o.total.start_sum, 600e3, 0);
        assert_close(o.total.starting, 600e3, 0);
        assert_close(o.total.usage.quantity[HR_METER_GB_SECONDS], 1.4, 1e-12);
        assert_close(o.total.vcpu_us_paid, 1400e3, 0); /* of 1 s and the billed stages */
        hr_outcome_clear(&o);
    }
}

static void a_scheme_that_bills_no_start_bills_no_stage(void **state)
{
    (void)state;
    struct sim_case c = staged(false);
    struct hr_outcome o = sim_case_run_rows(&c, once, 1);
    assert_close(o.total.start_sum, 600e3, 0);
    assert_close(o.total.usage.quantity[HR_METER_GB_SECONDS], 1, 1e-12);
    assert_close(o.total.vcpu_us_paid, 1e6, 0);
    hr_outcome_clear(&o);
}

/* By instance: from where the billed stages begin to the last end of work. */
static void an_active_stretch_begins_with_the_billed_stages(void **state)
{
    (void)state;
    struct sim_case c = staged(true);
    c.metering.span = HR_METERED_ACTIVE;
    c.metering.granularity_us = 100 * MS;
    c.platform.function.join_starting = true;
    c.workloads[0].slots = 2;
    c.platform.function.keep_alive_us = 10 * S;
    struct hr_outcome o =
        sim_case_run_rows(&c, (const int64_t[][2]){{0, S}, {300 * MS, 2 * S}, {5 * S, S}}, 3);
    assert_int_equal(o.total.cold_starts, 1);
    assert_close(o.total.start_sum, 900e3, 0);
    /* 0.2..2.6 s, then 5..6 s */
    assert_close(o.total.usage.quantity[HR_METER_GB_SECONDS], 3.4, 1e-12);
    assert_close(o.total.starting, 1200e3, 0); /* both slots */
    /* of two slots: paid 3.4 s x 2 less the 400 ms of the start x 2 and 4 s of work */
    assert_close(o.total.idle, 6.8e6 - 800e3 - 4e6, 1e-6);
    /* the rest of its 16 s, but 200 ms of its start */
    assert_close(o.total.unbilled_idle, 2 * (16e6 - 3.4e6 - 200e3), 1e-6);
    hr_outcome_clear(&o);
}

static void a_measured_initialisation_replaces_runtime_and_init_only(void **state)
{
    (void)state;
    const double values[] = {700e3};
    const struct hr_dist measured = {.kind = HR_EMPIRICAL, .values = values, .count = 1};
    struct sim_case c = staged(true);
    c.workloads[0].cold_start = &measured;
    struct hr_outcome o = sim_case_run_rows(&c, once, 1);
    assert_close(o.total.start_sum, 900e3, 0);
    assert_close(o.total.usage.quantity[HR_METER_GB_SECONDS], 1.7, 1e-12);
    hr_outcome_clear(&o);
    c.platform.function.start.restores = true; /* a snapshot holds what was initialised */
    c.platform.function.start.stages[HR_STAGE_RESTORE] = constant(400 * MS);
    c.platform.function.start.unbilled |= 1u << HR_STAGE_RESTORE;
    o = sim_case_run_rows(&c, once, 1);
    assert_close(o.total.start_sum, 600e3, 0);
    assert_close(o.total.usage.quantity[HR_METER_GB_SECONDS], 1, 1e-12);
    hr_outcome_clear(&o);
}

static double start_of(double vcpus, double boost, double cpu_bound, int64_t limit)
{
    struct sim_case c = staged(true);
    c.workloads[0].vcpus = vcpus;
    c.platform.function.start.vcpus = boost;
    c.platform.function.start.cpu_bound = cpu_bound;
    c.platform.function.start.limit_us = limit;
    struct hr_outcome o = sim_case_run_rows(&c, once, 1);
    double start = o.total.start_sum;
    hr_outcome_clear(&o);
    return start;
}

/* 400 ms of runtime and init: x ((1 - c) + c / v); the platform's share stays. */
static void initialisation_gets_the_vcpus_of_the_instance_or_of_the_boost(void **state)
{
    (void)state;
    assert_close(start_of(0.25, 0, 0, 0), 600e3, 0);
    assert_close(start_of(0.25, 0, 1, 0), 200e3 + 1600e3, 0);
    assert_close(start_of(0.25, 0, 0.5, 0), 200e3 + 1000e3, 0);
    assert_close(start_of(0.25, 0.5, 1, 0), 200e3 + 800e3, 0);
    assert_close(start_of(0.25, 1, 1, 0), 600e3, 0); /* Lambda: a whole vCPU whatever the memory */
    assert_close(start_of(8, 0, 1, 0), 600e3, 0);    /* one thread */
    /* at the limit it is lost, and begins anew on a quarter of a vCPU */
    assert_close(start_of(0.25, 1, 1, 400 * MS), 600e3, 0);
    assert_close(start_of(0.25, 1, 1, 399 * MS), 200e3 + 399e3 + 1600e3, 0);
}

/* Each stage is drawn for itself: another one's distribution moves none of its draws, and stages of
 * the same distribution do not move together. */
static void stages_are_drawn_apart(void **state)
{
    (void)state;
    enum { N = 4000 };
    double sum[3] = {0}, square = 0;
    for (int which = 0; which < 3; which++) {
        struct sim_case c = staged(true);
        struct hr_dist *stages = c.platform.function.start.stages;
        memset(stages, 0, sizeof c.platform.function.start.stages);
        if (which != 1)
            stages[HR_STAGE_PLATFORM] = (struct hr_dist){.kind = HR_EXPONENTIAL, .a = 1e5};
        if (which != 0)
            stages[HR_STAGE_RUNTIME] = (struct hr_dist){.kind = HR_EXPONENTIAL, .a = 1e5};
        c.platform.function.keep_alive_us = 0;
        sim_case_room(&c, N);
        for (size_t i = 0; i < N; i++)
            c.arrival[i] = SIM_T0 + (int64_t)i * 100 * S;
        sim_case_window(&c, SIM_T0, SIM_T0 + (N + 1) * 100 * S);
        struct hr_outcome o = sim_case_run(&c);
        assert_int_equal(o.total.cold_starts, N);
        sum[which] = o.total.start_sum;
        if (which == 2)
            square = (double)hr_histogram_percentile(&o.total.response, 0.99);
        hr_outcome_clear(&o);
        sim_case_clear(&c);
    }
    assert_close(sum[2], sum[0] + sum[1], 0);
    /* 99 % of a sum of two: 6.638 means (Erlang 2); drawn together it were 2 x 4.605 */
    assert_close(square, 6.638e5, 0.4e5);
}

/* Of the presets: what INIT takes does not depend on memory, and only it is billed. */
static void presets_have_stages(void **state)
{
    (void)state;
    struct hr_models *models = NULL;
    struct hr_error err = {0};
    assert_true(hr_models_open(NULL, &models, &err));
    static const char *const ids[] = {"aws-lambda-x86", "aws-lambda-arm", "google-cloud-run",
                                      "aws-lambda-snapstart"};
    for (size_t i = 0; i < 4; i++) {
        struct hr_platform p = {0};
        assert_true(hr_models_platform(models, ids[i], NULL, 0, &p, &err));
        const struct hr_start_model *start = &p.function.start;
        assert_true(start->staged);
        assert_true(start->unbilled & 1u << HR_STAGE_PLATFORM);
        assert_int_equal(start->restores, i == 3);
        assert_int_equal(hr_function_can_provision(&p.function), i < 2);
        hr_platform_clear(&p);
    }
    hr_models_close(models);
}

/* Init Duration of an empty nodejs22 (lambda-perf, Feb-Aug 2026: p50 144, p99 222 ms), and Node.js
 * as clients saw it in 2021 (Shilkov: median 264 ms, 97.5 % 595 ms). */
static void lambda_starts_as_it_was_measured(void **state)
{
    (void)state;
    struct hr_models *models = NULL;
    struct hr_error err = {0};
    struct sim_case c = sim_case_make(HR_FUNCTION);
    assert_true(hr_models_open(NULL, &models, &err));
    assert_true(hr_models_platform(models, "aws-lambda-x86", NULL, 0, &c.platform, &err));
    c.platform.network = (struct hr_dist){0};
    c.workloads[0].memory_mb = 128;
    c.workloads[0].vcpus = 128.0 / 1769;
    sim_case_room(&c, 20000);
    for (size_t i = 0; i < c.n; i++)
        c.arrival[i] = SIM_T0 + (int64_t)i * HR_HOUR;
    sim_case_window(&c, SIM_T0, SIM_T0 + 20001 * HR_HOUR);
    struct hr_outcome o = sim_case_run(&c);
    assert_int_equal(o.total.cold_starts, 20000);
    assert_close((double)hr_histogram_percentile(&o.total.response, 0.5), 264e3, 0.1 * 264e3);
    assert_close((double)hr_histogram_percentile(&o.total.response, 0.975), 595e3, 0.3 * 595e3);
    hr_outcome_clear(&o);
    sim_case_clear(&c);
    hr_platform_clear(&c.platform);
    hr_models_close(models);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_is_the_sum_of_its_stages),
        cmocka_unit_test(a_scheme_that_bills_no_start_bills_no_stage),
        cmocka_unit_test(an_active_stretch_begins_with_the_billed_stages),
        cmocka_unit_test(a_measured_initialisation_replaces_runtime_and_init_only),
        cmocka_unit_test(initialisation_gets_the_vcpus_of_the_instance_or_of_the_boost),
        cmocka_unit_test(stages_are_drawn_apart),
        cmocka_unit_test(presets_have_stages),
        cmocka_unit_test(lambda_starts_as_it_was_measured),
    };
    return cmocka_run_group_tests_name("sim_start", tests, NULL, NULL);
}
