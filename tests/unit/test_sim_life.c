/* What happens to servers beside scaling: they fail, are taken back, drain, warm up, run out of
 * credits. Counted by hand where nothing is drawn.
 */
#include "sim_case.h"

static struct sim_case fleet_of(int64_t servers)
{
    struct sim_case c = sim_case_make(HR_FLEET);
    struct hr_fleet_model *m = &c.platform.fleet;
    m->servers_min = m->servers_max = m->servers_initial = servers;
    return c;
}

/* From two servers to one at 00:10, counted from the window's begin, a midnight. */
static void two_then_one(struct hr_fleet_model *m)
{
    m->servers_min = 1;
    m->servers_max = m->servers_initial = 2;
    m->autoscaler = (struct hr_autoscaler_model){
        .policy = HR_SCALE_SCHEDULE,
        .schedule = {.period_us = HR_MINUTE, .count = 2, .all = {{0, 2}, {10 * HR_MINUTE, 1}}}};
    for (int64_t day = 1; day < 7; day++) { /* whatever the day of the week */
        m->autoscaler.schedule.all[2 * day] = (struct hr_scheduled){day * HR_DAY, 2};
        m->autoscaler.schedule.all[2 * day + 1] =
            (struct hr_scheduled){day * HR_DAY + 10 * HR_MINUTE, 1};
    }
    m->autoscaler.schedule.count = 14;
}

static void draining_ends_at_its_limit(void **state)
{
    (void)state;
    for (int k = 0; k < 4; k++) {
        struct sim_case c = fleet_of(2);
        struct hr_fleet_model *m = &c.platform.fleet;
        two_then_one(m);
        m->drain_us = k % 2 ? 5 * HR_MINUTE : 0;
        if (k >= 2) {
            m->discipline = HR_SHARING;
            m->slots = 4;
            m->vcpus = 4;
            m->balancer = HR_LEAST_OUTSTANDING;
        }
        static const int64_t rows[][2] = {{0, 20 * HR_MINUTE}, {1, 20 * HR_MINUTE}};
        sim_case_rows(&c, rows, 2);
        struct hr_outcome o = sim_case_run(&c);
        int64_t lived = k % 2 ? 15 * HR_MINUTE : 20 * HR_MINUTE + 1; /* the newest one */
        assert_int_equal(o.total.served, k % 2 ? 1 : 2);
        assert_int_equal(o.total.rejected, k % 2);
        assert_close(o.total.busy, (double)(20 * HR_MINUTE + lived - 1), 0);
        assert_close(o.total.usage.quantity[HR_METER_INSTANCE_HOURS],
                     (double)(HR_HOUR + lived) / (double)HR_HOUR, 1e-6);
        if (k >= 2)
            assert_close(o.total.vcpu_us_used, o.total.busy, 1);
        hr_outcome_clear(&o);
        sim_case_clear(&c);
    }
}

/* 100 servers over 1,000 h, each 100 h on average and then missing for one: 10,000 lives, whose
 * relative error is 1 %; 4 of them are tolerated. */
static void failed_servers_are_replaced(void **state)
{
    (void)state;
    struct sim_case c = fleet_of(100);
    c.platform.fleet.failure_us = 100 * HR_HOUR;
    c.platform.fleet.replace_us = HR_HOUR;
    static const int64_t rows[][2] = {{0, 1}};
    sim_case_rows(&c, rows, 1);
    sim_case_window(&c, SIM_T0, SIM_T0 + 1000 * HR_HOUR);
    struct hr_outcome o = sim_case_run(&c);
    double missing = 100 - o.total.instances_mean, expected = 100.0 / 101;
    assert_close(missing, expected, 4 * expected / sqrt(1000));
    hr_outcome_clear(&o);
    sim_case_clear(&c);
}

/* Work of a second on a fleet that is taken away every ten minutes. */
static struct hr_outcome interrupted(int64_t notice_us, size_t block, enum hr_discipline discipline)
{
    struct sim_case c = fleet_of(4);
    struct hr_fleet_model *m = &c.platform.fleet;
    m->slots = 4;
    m->vcpus = 4;
    m->discipline = discipline;
    m->balancer = HR_LEAST_OUTSTANDING;
    m->boot = (struct hr_dist){.kind = HR_CONSTANT, .a = 30e6};
    m->spot_us = 10 * HR_MINUTE;
    m->spot_share = 0.5;
    m->notice_us = notice_us;
    sim_case_room(&c, 20000);
    for (size_t i = 0; i < c.n; i++) {
        c.arrival[i] = SIM_T0 + (int64_t)i * HR_SECOND / 2;
        c.service[i] = HR_SECOND;
    }
    sim_case_window(&c, SIM_T0, SIM_T0 + 3 * HR_HOUR);
    c.block = block;
    c.options.timeline_buckets = 100;
    struct hr_outcome o = sim_case_run(&c);
    sim_case_clear(&c);
    return o;
}

static void a_notice_longer_than_the_work_loses_none(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        enum hr_discipline discipline = k ? HR_SHARING : HR_SLOTS;
        struct hr_outcome told = interrupted(2 * HR_MINUTE, 0, discipline);
        assert_int_equal(told.total.served, 20000);
        assert_true(told.total.starting > 10 * 4 * 30e6); /* some ten servers were replaced */
        struct hr_outcome sudden = interrupted(HR_MILLISECOND, 0, discipline);
        assert_true(sudden.total.rejected > 0 && sudden.total.rejected < 200);
        assert_int_equal(sudden.total.served + sudden.total.rejected, 20000);
        struct hr_outcome again = interrupted(HR_MILLISECOND, 77, discipline);
        assert_int_equal(again.total.rejected, sudden.total.rejected);
        assert_close(again.total.busy, sudden.total.busy, 0);
        hr_outcome_clear(&told);
        hr_outcome_clear(&sudden);
        hr_outcome_clear(&again);
    }
}

/* Turns that alternate strictly fit both servers; a slow start sends some twice to the old one,
 * until the new one has its full share. */
static void a_slow_start_holds_turns_back(void **state)
{
    (void)state;
    uint64_t rejected[2];
    for (int k = 0; k < 2; k++) {
        struct sim_case c = fleet_of(1);
        struct hr_fleet_model *m = &c.platform.fleet;
        m->balancer = HR_ROUND_ROBIN;
        m->queue_limit = 0;
        m->boot = (struct hr_dist){.kind = HR_CONSTANT, .a = 1e6};
        m->slow_start_us = k ? 15 * HR_MINUTE : 0;
        two_then_one(m);
        m->servers_initial = 1;
        sim_case_room(&c, 50);
        for (size_t i = 0; i < c.n; i++) {
            c.arrival[i] = SIM_T0 + 2 * HR_MINUTE + (int64_t)i * 9 * HR_SECOND;
            c.service[i] = 15 * HR_SECOND;
        }
        sim_case_window(&c, SIM_T0, SIM_T0 + HR_HOUR);
        struct hr_outcome o = sim_case_run(&c);
        rejected[k] = o.total.rejected;
        hr_outcome_clear(&o);
        sim_case_clear(&c);
    }
    assert_int_equal(rejected[0], 0);
    assert_true(rejected[1] > 10 && rejected[1] < 40);
}

/* 2 vCPUs that earn one: 100 s idle are worth 100 vCPU-s. 400 vCPU-s of work then run for 100 s at
 * 2 and for 200 s at 1. */
static void spent_credits_throttle(void **state)
{
    (void)state;
    struct sim_case c = fleet_of(1);
    struct hr_fleet_model *m = &c.platform.fleet;
    m->vcpus = 2;
    m->slots = 4;
    m->discipline = HR_SHARING;
    m->baseline = 0.5;
    m->credit_hold_us = HR_DAY;
    static const int64_t rows[][2] = {{100 * HR_SECOND, 100 * HR_SECOND},
                                      {100 * HR_SECOND, 100 * HR_SECOND},
                                      {100 * HR_SECOND, 100 * HR_SECOND},
                                      {100 * HR_SECOND, 100 * HR_SECOND}};
    sim_case_rows(&c, rows, 4);
    struct hr_outcome o = sim_case_run(&c);
    assert_close(o.total.service_sum, 4 * 300e6, 40);
    hr_outcome_clear(&o);
    m->credit_hold_us = 50 * HR_SECOND; /* no more than 50 vCPU-s are kept: 50 s at 2, 300 at 1 */
    o = sim_case_run(&c);
    assert_close(o.total.service_sum, 4 * 350e6, 40);
    hr_outcome_clear(&o);
    sim_case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draining_ends_at_its_limit),
        cmocka_unit_test(failed_servers_are_replaced),
        cmocka_unit_test(a_notice_longer_than_the_work_loses_none),
        cmocka_unit_test(a_slow_start_holds_turns_back),
        cmocka_unit_test(spent_credits_throttle),
    };
    return cmocka_run_group_tests_name("sim_life", tests, NULL, NULL);
}
