/* Provisioned instances whose number moves: by schedule and by target tracking. Counted by hand;
 * models/README.md has the rules. SIM_T0 is midnight UTC.
 */
#include "sim_case.h"

#define S HR_SECOND
#define M HR_MINUTE

static struct sim_case provisioning(enum hr_autoscaler_policy policy, int64_t min, int64_t max)
{
    struct sim_case c = sim_case_make(HR_FUNCTION);
    struct hr_provisioning_model *p = &c.platform.function.provisioning;
    c.platform.function.start.stages[HR_STAGE_INIT] =
        (struct hr_dist){.kind = HR_CONSTANT, .a = 2e6};
    c.platform.function.keep_alive_us = 10 * S;
    *p = (struct hr_provisioning_model){.min = min, .max = max, .prepare_us = 60 * S};
    p->autoscaler = (struct hr_autoscaler_model){.policy = policy,
                                                 .target = 0.7,
                                                 .low = 0.9,
                                                 .period_us = M,
                                                 .points_out = 3,
                                                 .points_in = 15,
                                                 .schedule.period_us = M};
    return c;
}

static void schedule(struct sim_case *c, int64_t at_us, int64_t servers)
{
    struct hr_schedule_model *s = &c->platform.function.provisioning.autoscaler.schedule;
    for (int64_t day = 0; day < 7; day++) {
        size_t i = s->count++;
        for (; i > 0 && s->all[i - 1].at_us > day * HR_DAY + at_us; i--)
            s->all[i] = s->all[i - 1];
        s->all[i] = (struct hr_scheduled){day * HR_DAY + at_us, servers};
    }
}

/* None at midnight, two from 0:10, none from 0:30: ordered at 0:10, both usable at 0:11:02. */
static void a_schedule_orders_and_takes_away(void **state)
{
    (void)state;
    struct sim_case c = provisioning(HR_SCALE_SCHEDULE, 0, 10);
    c.platform.function.provisioning.per_second = 1;
    schedule(&c, 0, 0);
    schedule(&c, 10 * M, 2);
    schedule(&c, 30 * M, 0);
    c.options.timeline_buckets = 60;
    const int64_t rows[][2] = {
        {11 * M + S, S},     /* cold: neither serves before both are there */
        {11 * M + 2 * S, S}, /* on the first of them */
        {20 * M, S},         /* on three: two provisioned, one cold */
        {20 * M, S},
        {20 * M, S},
        {29 * M + 50 * S, 60 * S}, /* over the end: its instance goes at 0:30:50 */
        {31 * M, S},               /* cold */
    };
    struct hr_outcome o = sim_case_run_rows(&c, rows, 7);
    assert_int_equal(o.total.served, 7);
    assert_int_equal(o.total.cold_starts, 3);
    const double *quantity = o.total.usage.quantity;
    assert_close(quantity[HR_METER_PROVISIONED_GB_SECONDS], 20 * 60 + 20 * 60 + 50, 1e-9);
    assert_close(quantity[HR_METER_PROVISIONED_USE_GB_SECONDS], 1 + 2 + 60, 1e-9);
    assert_close(quantity[HR_METER_GB_SECONDS], 3, 1e-9);
    assert_close(o.total.busy, 66e6, 0);
    assert_close(o.total.starting, 2 * 62e6 + 3 * 2e6, 0);
    /* both from 0:11:02, one to 0:30, one to 0:30:50, less 63 s of work */
    assert_close(o.total.idle, 1138e6 + 1188e6 - 63e6, 1e-3);
    assert_int_equal(o.total.instances_peak, 3);
    double idle = 0;
    for (size_t b = 0; b < o.timeline.n; b++)
        idle += o.timeline.idle[b] * (double)o.timeline.bucket_us;
    assert_close(idle, 2263e6, 1);
    hr_outcome_clear(&o);
}

/* Paid in units of 5 min, each instance for itself. */
static void paid_time_is_rounded_up_for_each_stretch(void **state)
{
    (void)state;
    struct sim_case c = provisioning(HR_SCALE_SCHEDULE, 0, 10);
    c.platform.function.provisioned_granularity_us = 5 * M;
    schedule(&c, 0, 1);
    schedule(&c, 10 * M, 3);
    schedule(&c, 17 * M, 1);
    struct hr_outcome o = sim_case_run_rows(&c, (const int64_t[][2]){{0, S}}, 1);
    assert_int_equal(o.total.cold_starts, 0); /* that of midnight is there at once */
    assert_close(o.total.usage.quantity[HR_METER_PROVISIONED_GB_SECONDS], 3600 + 2 * 600, 1e-9);
    hr_outcome_clear(&o);
}

/* One of one is busy: the third point orders ceil(1 / 0.7) - 1; at 0.5 of two, below the low line
 * of 0.63, the fifteenth point takes nothing away while ceil(2 x 0.5 / 0.7) is two. */
static void target_tracking_moves_after_three_and_fifteen_points(void **state)
{
    (void)state;
    struct sim_case c = provisioning(HR_SCALE_TARGET_TRACKING, 1, 10);
    const int64_t rows[][2] = {
        {0, 30 * M}, {4 * M - 1, S}, /* ordered at 3 min, usable at 4: cold */
        {4 * M, S},                  /* on the second one */
        {30 * M, 0}, {59 * M, 0},
    };
    struct hr_outcome o = sim_case_run_rows(&c, rows, 5);
    assert_int_equal(o.total.served, 5);
    assert_int_equal(o.total.cold_starts, 1);
    /* low since the point at 5 min; at 19 min ceil(2 x 0.5 / 0.7) = 2 stay; at 31 min ceil(0) = 0,
     * so one is left */
    assert_close(o.total.usage.quantity[HR_METER_PROVISIONED_GB_SECONDS], 3600 + 28 * 60, 1e-9);
    assert_close(o.total.starting, 60e6 + 2e6, 0);
    hr_outcome_clear(&o);
}

/* A burst shorter than three points orders nothing: all of it spills over. */
static void a_short_burst_is_not_seen(void **state)
{
    (void)state;
    struct sim_case c = provisioning(HR_SCALE_TARGET_TRACKING, 1, 10);
    const int64_t rows[][2] = {{0, 119 * S}, {1, 119 * S}, {2, 119 * S}};
    struct hr_outcome o = sim_case_run_rows(&c, rows, 3);
    assert_int_equal(o.total.cold_starts, 2);
    assert_close(o.total.usage.quantity[HR_METER_PROVISIONED_GB_SECONDS], 3600, 1e-9);
    hr_outcome_clear(&o);
}

/* Held at a number, it is that number. */
static void a_scaler_that_holds_still_is_a_fixed_number(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 40; k++) {
        struct sim_case c = provisioning(HR_SCALE_TARGET_TRACKING, 1 + k % 5, 1 + k % 5);
        sim_case_poisson(&c, 3000, 3, 1, 70 + k);
        struct hr_outcome scaled = sim_case_run(&c);
        c.platform.function.provisioning = (struct hr_provisioning_model){0};
        c.workloads[0].provisioned = 1 + k % 5;
        struct hr_outcome fixed = sim_case_run(&c);
        const struct hr_measures *a = &scaled.total, *b = &fixed.total;
        assert_int_equal(a->cold_starts, b->cold_starts);
        assert_int_equal(a->instances_peak, b->instances_peak);
        assert_close(a->idle, b->idle, 1);
        assert_close(a->start_sum, b->start_sum, 0);
        for (int m = 0; m < HR_METER_COUNT; m++)
            assert_close(a->usage.quantity[m], b->usage.quantity[m], 1e-9);
        hr_outcome_clear(&scaled);
        hr_outcome_clear(&fixed);
        sim_case_clear(&c);
    }
}

/* Whatever the load does, everything is served and the sums hold (checked in each replay). */
static void random_loads_keep_the_identities(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 60; k++) {
        struct sim_case c =
            provisioning(k % 2 ? HR_SCALE_SCHEDULE : HR_SCALE_TARGET_TRACKING, k % 2 ? 0 : 1, 40);
        for (int64_t i = 0; i < 8; i++)
            schedule(&c, i * 5 * M, (i * 7 + k) % 11);
        c.platform.function.provisioning.per_second = k % 3;
        c.platform.function.provisioning.prepare_us = k % 4 * 50 * S;
        c.platform.function.provisioning.autoscaler.delay_us = k % 5 * 30 * S;
        c.platform.function.provisioned_granularity_us = k % 7 ? 0 : 5 * M;
        sim_case_poisson(&c, 6000, 2 + k % 9, 1 + k % 5, 300 + k);
        c.options.timeline_buckets = 77;
        struct hr_outcome o = sim_case_run(&c);
        assert_int_equal(o.total.served, 6000);
        double idle = 0;
        for (size_t b = 0; b + 1 < o.timeline.n; b++) {
            assert_true(o.timeline.idle[b] > -1e-6 && o.timeline.starting[b] > -1e-6);
            idle += o.timeline.idle[b];
        }
        assert_true(idle >= 0);
        hr_outcome_clear(&o);
        sim_case_clear(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_schedule_orders_and_takes_away),
        cmocka_unit_test(paid_time_is_rounded_up_for_each_stretch),
        cmocka_unit_test(target_tracking_moves_after_three_and_fifteen_points),
        cmocka_unit_test(a_short_burst_is_not_seen),
        cmocka_unit_test(a_scaler_that_holds_still_is_a_fixed_number),
        cmocka_unit_test(random_loads_keep_the_identities),
    };
    return cmocka_run_group_tests_name("sim_provision", tests, NULL, NULL);
}
