/* Autoscaling: the published step-by-step trace of target tracking, and a fleet that follows it. */
#include "sim_case.h"

#include "sim/scale.h"

/* Target 50 %, 3 of 3 above, 15 of 15 below 90 % of it, scale-in cooldown 300 s, 2 to 20 servers;
 * the metric is given, not fed back. One row a run of equal minutes. */
static void target_tracking_follows_the_trace(void **state)
{
    (void)state;
    static const struct {
        int minutes;
        double metric;
        int capacity;
    } trace[] = {
        {2, .55, 4}, {1, .50, 4}, {2, .60, 4},  {1, .75, 6}, {1, .51, 7}, {1, .51, 8}, {1, .48, 8},
        {2, .44, 8}, {1, .45, 8}, {14, .44, 8}, {1, .30, 5}, {4, .30, 5}, {1, .30, 3}, {3, .30, 3},
    };
    struct hr_fleet_model fleet = {.servers_min = 2,
                                   .servers_max = 20,
                                   .autoscaler = {.policy = HR_SCALE_TARGET_TRACKING,
                                                  .target = 0.5,
                                                  .points_out = 3,
                                                  .points_in = 15,
                                                  .low = 0.9,
                                                  .cooldown_in_us = 300 * HR_SECOND}};
    struct hr__scaler scaler;
    hr__scaler_init(&scaler, &fleet);
    int64_t capacity = 4, minute = 0;
    for (size_t i = 0; i < sizeof trace / sizeof *trace; i++)
        for (int k = 0; k < trace[i].minutes; k++) {
            const struct hr__point point = {++minute * HR_MINUTE, trace[i].metric, capacity,
                                            capacity};
            capacity = hr__scale(&scaler, &point);
            if (capacity != trace[i].capacity)
                fail_msg("minute %d: %d servers, expected %d", (int)minute, (int)capacity,
                         trace[i].capacity);
        }
}

static void target_tracking_counts_what_warms_up(void **state)
{
    (void)state;
    struct hr_fleet_model fleet = {.servers_min = 1,
                                   .servers_max = 100,
                                   .autoscaler = {.policy = HR_SCALE_TARGET_TRACKING,
                                                  .target = 0.5,
                                                  .points_out = 1,
                                                  .points_in = 1,
                                                  .low = 0.9}};
    struct hr__scaler scaler;
    hr__scaler_init(&scaler, &fleet);
    assert_int_equal(hr__scale(&scaler, &(struct hr__point){0, 1.0, 4, 4}), 8);
    assert_int_equal(hr__scale(&scaler, &(struct hr__point){1, 1.0, 8, 4}), 8); /* on their way */
    assert_int_equal(hr__scale(&scaler, &(struct hr__point){2, 0.1, 8, 4}), 8); /* not yet in */
    assert_int_equal(hr__scale(&scaler, &(struct hr__point){3, 0.1, 8, 8}), 2);
    assert_int_equal(hr__scale(&scaler, &(struct hr__point){4, NAN, 2, 0}), 2); /* no data */
}

/* 10 s of work every second from minute 0 to 30 on one-slot servers: 10 busy. */
static struct sim_case step_load(void)
{
    struct sim_case c = sim_case_make(HR_FLEET);
    struct hr_fleet_model *m = &c.platform.fleet;
    m->balancer = HR_LEAST_OUTSTANDING;
    m->servers_max = 40;
    m->boot = (struct hr_dist){.kind = HR_CONSTANT, .a = 90e6};
    m->autoscaler = (struct hr_autoscaler_model){.policy = HR_SCALE_TARGET_TRACKING,
                                                 .metric = HR_METRIC_SLOTS,
                                                 .target = 0.5,
                                                 .period_us = HR_MINUTE,
                                                 .points_out = 3,
                                                 .points_in = 15,
                                                 .low = 0.9};
    sim_case_room(&c, 1800);
    for (size_t i = 0; i < c.n; i++) {
        c.arrival[i] = SIM_T0 + (int64_t)i * HR_SECOND;
        c.service[i] = 10 * HR_SECOND;
    }
    c.options.timeline_buckets = 240; /* of one minute */
    sim_case_window(&c, SIM_T0, SIM_T0 + 4 * HR_HOUR);
    return c;
}

static void fleet_scales_out_after_three_points_and_a_boot(void **state)
{
    (void)state;
    struct sim_case c = step_load();
    struct hr_outcome o = sim_case_run(&c);
    const struct hr_timeline *t = &o.timeline;
    assert_close(t->instances[0], 1, 1e-9);
    assert_close(t->instances[2], 1, 1e-9); /* three points: at 3 min one server becomes two */
    assert_close(t->instances[3], 2, 1e-9);
    assert_close(t->starting[3], 1, 1e-9); /* 90 s of boot */
    assert_close(t->starting[4], 0.5 + t->instances[4] - 2, 1e-9);
    assert_int_equal(o.total.served, 1800);
    assert_true(o.total.instances_peak > 10);
    assert_close(t->instances[239], 1, 1e-9); /* and back to the minimum */
    double hours = 0;
    for (size_t b = 0; b < t->n; b++)
        hours += t->instances[b] / 60;
    assert_close(o.total.usage.quantity[HR_METER_INSTANCE_HOURS], hours, 1e-6);
    assert_close(o.total.busy + o.total.starting + o.total.idle, hours * 3600e6, 10);
    hr_outcome_clear(&o);
    sim_case_clear(&c);
}

static void fleet_that_may_not_grow_is_a_fixed_one(void **state)
{
    (void)state;
    struct sim_case c = step_load();
    c.platform.fleet.servers_max = 1;
    struct hr_outcome o = sim_case_run(&c);
    assert_int_equal(o.total.instances_peak, 1);
    assert_close(o.total.idle + o.total.busy, 4 * 3600e6, 1);
    assert_close(o.total.busy, 4 * 3600e6, 1); /* 18,000 s of work: it never catches up */
    hr_outcome_clear(&o);
    sim_case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(target_tracking_follows_the_trace),
        cmocka_unit_test(target_tracking_counts_what_warms_up),
        cmocka_unit_test(fleet_scales_out_after_three_points_and_a_boot),
        cmocka_unit_test(fleet_that_may_not_grow_is_a_fixed_one),
    };
    return cmocka_run_group_tests_name("sim_scale", tests, NULL, NULL);
}
