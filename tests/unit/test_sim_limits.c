/* What gates and repeats attempts on a function platform: requests a second, the rate of new
 * instances, reserved and provisioned concurrency, retries of events. Every expectation is counted
 * by hand; models/README.md has the rules.
 */
#include "sim_case.h"

#define S HR_SECOND

static void requests_a_second_are_a_bucket_that_refills(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FUNCTION);
    c.platform.function.requests_per_second = 2;
    /* Two at once; half a second refills one; at 2 s it is full again. */
    struct hr_outcome o = sim_case_run_rows(
        &c,
        (const int64_t[][2]){
            {0, 0}, {0, 0}, {0, 0}, {S / 2, 0}, {S / 2, 0}, {2 * S, 0}, {2 * S, 0}, {2 * S, 0}},
        8);
    assert_int_equal(o.total.served, 5);
    assert_int_equal(o.total.throttled, 3);
    assert_int_equal(o.total.cold_starts, 1);
    hr_outcome_clear(&o);
}

static void new_instances_are_launched_no_faster_than_allowed(void **state)
{
    (void)state;
    const int64_t rows[][2] = {{0, 9 * S}, {0, 9 * S},  {0, 9 * S},  {S, 9 * S},
                               {S, 9 * S}, {10 * S, S}, {10 * S, S}, {10 * S, S}};
    for (int named = 0; named < 2; named++) {
        struct sim_case c = sim_case_make(HR_FUNCTION);
        c.platform.function.launch_burst = 2;
        c.platform.function.launches_per_second = 1;
        c.platform.function.reuse = named ? HR_REUSE_OLDEST : HR_REUSE_RECENT;
        struct hr_outcome o = sim_case_run_rows(&c, rows, 8);
        assert_int_equal(o.total.cold_starts, 3); /* two at once, one a second later */
        assert_int_equal(o.total.throttled, 2);
        assert_int_equal(o.total.served, 6); /* warm ones need no launch */
        hr_outcome_clear(&o);
    }
}

static void reserved_concurrency_is_a_floor_and_a_ceiling(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FUNCTION);
    c.workload_count = 2;
    c.platform.function.concurrency_limit = 3;
    c.workloads[1].reserved = 2;
    /* The first has one left of three, the second two, whatever the other does. */
    static const int64_t rows[][2] = {{0, 9 * S}, {1, 9 * S}, {2, 9 * S}, {3, 9 * S}, {4, 9 * S}};
    sim_case_rows(&c, rows, 5);
    const uint32_t whose[] = {0, 0, 1, 1, 1};
    memcpy(c.workload, whose, sizeof whose);
    struct hr_outcome o = sim_case_run(&c);
    assert_int_equal(o.workloads[0].served, 1);
    assert_int_equal(o.workloads[0].throttled, 1);
    assert_int_equal(o.workloads[1].served, 2);
    assert_int_equal(o.workloads[1].throttled, 1);
    hr_outcome_clear(&o);
    sim_case_clear(&c);
}

static void provisioned_instances_are_warm_and_paid_for_all_the_time(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FUNCTION);
    c.platform.function.start.stages[HR_STAGE_INIT] =
        (struct hr_dist){.kind = HR_CONSTANT, .a = 2e6};
    c.platform.function.provisioned_granularity_us = 5 * HR_MINUTE;
    c.workloads[0].provisioned = 2;
    c.options.timeline_buckets = 100;
    /* The third at once spills over to one that is launched; at 60 s all three are warm. */
    const int64_t rows[][2] = {{0, 10 * S}, {0, 10 * S}, {0, 10 * S}, {60 * S, S}, {100 * S, 0}};
    sim_case_rows(&c, rows, 5);
    sim_case_window(&c, SIM_T0, SIM_T0 + 100 * S);
    struct hr_outcome o = sim_case_run(&c);
    assert_int_equal(o.total.cold_starts, 1);
    assert_close(o.total.start_sum, 2e6, 0);
    assert_int_equal(o.total.instances_peak, 3);
    assert_close(o.total.busy, 31e6, 0);
    assert_close(o.total.idle, 200e6 - 21e6, 0); /* two for 100 s less the work on them */
    double idle = 0;
    for (size_t b = 0; b < o.timeline.n; b++)
        idle += o.timeline.idle[b] * (double)o.timeline.bucket_us;
    assert_close(idle, 179e6, 1);
    assert_close(o.total.unbilled_idle, 100e6 - 2e6 - 10e6, 0); /* the third, until the end */
    const double *quantity = o.total.usage.quantity;
    assert_close(quantity[HR_METER_PROVISIONED_GB_SECONDS], 600, 0); /* 2 x 5 min x 1 GB */
    assert_close(quantity[HR_METER_PROVISIONED_USE_GB_SECONDS], 21, 0);
    assert_close(quantity[HR_METER_GB_SECONDS], 10, 0);
    hr_outcome_clear(&o);
    sim_case_clear(&c);
}

static void retry_as_lambda_does(struct sim_case *c)
{
    c->workloads[0].trigger = HR_ASYNC;
    c->platform.function.async = (struct hr_retry_model){.attempts = 3,
                                                         .delay_us = 60 * S,
                                                         .refused_us = S,
                                                         .refused_most_us = 5 * HR_MINUTE,
                                                         .max_age_us = 6 * HR_HOUR};
}

/* Runs at 0, 70 and 200 s, each cut after 10 s. */
static void an_event_that_fails_is_run_three_times(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct sim_case c = sim_case_make(HR_FUNCTION);
        retry_as_lambda_does(&c);
        c.platform.function.time_limit_us = 10 * S;
        c.platform.function.reuse = kind == 1 ? HR_REUSE_OLDEST : HR_REUSE_RECENT;
        c.platform.function.discipline = kind == 2 ? HR_SHARING : HR_SLOTS;
        c.workloads[0].slots = kind == 2 ? 2 : 1;
        const int64_t rows[][2] = {{0, 20 * S}, {1000 * S, S}};
        struct hr_outcome o = sim_case_run_rows(&c, rows, 2);
        assert_int_equal(o.total.invocations, 2);
        assert_int_equal(o.total.attempts, 4);
        assert_int_equal(o.total.retried, 2);
        assert_int_equal(o.total.timed_out, 3);
        assert_int_equal(o.total.dropped, 1);
        assert_int_equal(o.total.served, 1);
        assert_close(o.total.busy, 31e6, 0);
        assert_int_equal(o.total.cold_starts, 2);
        hr_outcome_clear(&o);
    }
}

/* Refused at 1, 2, 4 and 8 s; served at 16, when the first has ended. */
static void a_refused_event_waits_and_backs_off(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FUNCTION);
    retry_as_lambda_does(&c);
    c.platform.function.concurrency_limit = 1;
    struct hr_outcome o = sim_case_run_rows(&c, (const int64_t[][2]){{0, 10 * S}, {S, S}}, 2);
    assert_int_equal(o.total.served, 2);
    assert_int_equal(o.total.throttled, 4);
    assert_int_equal(o.total.retried, 4);
    assert_int_equal(o.total.dropped, 0);
    assert_close(o.total.wait_sum, 15e6, 0);
    hr_outcome_clear(&o);
    c.platform.function.async.max_age_us = 10 * S; /* 16 s would be 15 s old */
    o = sim_case_run_rows(&c, (const int64_t[][2]){{0, 10 * S}, {S, S}}, 2);
    assert_int_equal(o.total.served, 1);
    assert_int_equal(o.total.dropped, 1);
    assert_int_equal(o.total.throttled, 4);
    hr_outcome_clear(&o);
    c.workloads[0].trigger = HR_HTTP; /* somebody waits: refused at once */
    o = sim_case_run_rows(&c, (const int64_t[][2]){{0, 10 * S}, {S, S}}, 2);
    assert_int_equal(o.total.throttled, 1);
    assert_int_equal(o.total.dropped, 1);
    hr_outcome_clear(&o);
}

/* With all gates and retries on, everything that comes in ends once. */
static void random_gates_keep_every_invocation(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 300; k++) {
        struct sim_case c = sim_case_make(HR_FUNCTION);
        struct hr_function_model *f = &c.platform.function;
        retry_as_lambda_does(&c);
        c.workload_count = 1 + k % 3;
        c.workloads[1].reserved = k % 2 ? 3 : 0;
        c.workloads[0].provisioned = k % 4 ? 0 : 2;
        sim_case_poisson(&c, 2000, 20, 1, 900 + k);
        for (size_t i = 0; i < c.n; i++)
            c.workload[i] = (uint32_t)(i % c.workload_count);
        f->keep_alive_us = 2 * S;
        f->start.stages[HR_STAGE_INIT] = (struct hr_dist){.kind = HR_EXPONENTIAL, .a = 300000};
        f->concurrency_limit = 8 + k % 30;
        f->requests_per_second = k % 3 ? 0 : 25;
        f->launch_burst = k % 5 ? 0 : 4;
        f->launches_per_second = 1;
        f->time_limit_us = k % 7 ? 0 : 2 * S;
        f->reuse = k % 8 == 1 ? HR_REUSE_LEAST_RECENT : HR_REUSE_RECENT;
        struct hr_outcome o = sim_case_run(&c); /* which checks the sums of every workload */
        assert_int_equal(o.total.invocations, 2000);
        assert_int_equal(o.total.served + o.total.dropped, 2000);
        assert_true(o.total.busy_peak <= f->concurrency_limit);
        if (k % 2 && c.workload_count > 1)
            assert_true(o.workloads[1].busy_peak <= 3);
        assert_int_equal(o.workloads[0].retried > 0,
                         o.workloads[0].throttled > 0 || o.workloads[0].timed_out > 0);
        hr_outcome_clear(&o);
        sim_case_clear(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_a_second_are_a_bucket_that_refills),
        cmocka_unit_test(new_instances_are_launched_no_faster_than_allowed),
        cmocka_unit_test(reserved_concurrency_is_a_floor_and_a_ceiling),
        cmocka_unit_test(provisioned_instances_are_warm_and_paid_for_all_the_time),
        cmocka_unit_test(an_event_that_fails_is_run_three_times),
        cmocka_unit_test(a_refused_event_waits_and_backs_off),
        cmocka_unit_test(random_gates_keep_every_invocation),
    };
    return cmocka_run_group_tests_name("sim_limits", tests, NULL, NULL);
}
