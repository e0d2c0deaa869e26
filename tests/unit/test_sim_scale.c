/* Autoscaling: step-by-step traces of every policy, and fleets that follow them.
 *
 * The metric is given, not fed back; boundaries are exact.
 */
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
    hr__scaler_init(&scaler, &fleet, NULL);
    int64_t capacity = 4, minute = 0;
    for (size_t i = 0; i < sizeof trace / sizeof *trace; i++)
        for (int k = 0; k < trace[i].minutes; k++) {
            const struct hr__point point = {.time = ++minute * HR_MINUTE,
                                            .value = trace[i].metric,
                                            .capacity = capacity,
                                            .measured = capacity};
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
    hr__scaler_init(&scaler, &fleet, NULL);
    static const struct {
        double value;
        int64_t capacity, measured, wanted;
    } looks[] = {
        {1.0, 4, 4, 8}, {1.0, 8, 4, 8}, /* on their way */
        {0.1, 8, 4, 8},                 /* not yet in */
        {0.1, 8, 8, 2}, {NAN, 2, 0, 2}, /* no data */
    };
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        const struct hr__point point = {.time = (int64_t)i,
                                        .value = looks[i].value,
                                        .capacity = looks[i].capacity,
                                        .measured = looks[i].measured};
        assert_int_equal(hr__scale(&scaler, &point), looks[i].wanted);
    }
}

/* ---- Kubernetes ---------------------------------------------------------------------------- */

struct trace {
    int count; /* of equal steps */
    double figure;
    int capacity;
};

/* Steps of 15 s; `per_pod` is what one pod's target takes of the total. */
static void follow_hpa(struct hr_fleet_model *fleet, double per_pod, const struct trace *trace,
                       size_t n)
{
    struct hr__scaler scaler;
    hr__scaler_init(&scaler, fleet, NULL);
    int64_t pods = 4, time = SIM_T0, step = 0;
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < trace[i].count; k++, time += 15 * HR_SECOND) {
            const struct hr__point point = {.time = time,
                                            .value = trace[i].figure / (double)pods / per_pod *
                                                     fleet->autoscaler.target,
                                            .capacity = pods,
                                            .measured = pods,
                                            .ready = pods};
            pods = hr__scale(&scaler, &point);
            step++;
            if (pods != trace[i].capacity)
                fail_msg("step %d: %d pods, expected %d", (int)step, (int)pods, trace[i].capacity);
        }
}

static struct hr_fleet_model hpa_fleet(int64_t min, int64_t max)
{
    return (struct hr_fleet_model){.servers_min = min,
                                   .servers_max = max,
                                   .slots = 1,
                                   .autoscaler = {.policy = HR_SCALE_HPA,
                                                  .target = 0.5,
                                                  .hpa = {.period_us = 15 * HR_SECOND,
                                                          .tolerance = 0.1,
                                                          .window_in_us = 300 * HR_SECOND,
                                                          .out = {4, 1, 15 * HR_SECOND},
                                                          .in = {0, 1, 15 * HR_SECOND}}}};
}

static void hpa_follows_the_trace_of_its_defaults(void **state)
{
    (void)state;
    static const struct trace trace[] = {
        {1, 400, 4},  {1, 440, 4},   {1, 441, 5},   {1, 1500, 10}, {1, 3600, 20}, {2, 3600, 30},
        {2, 300, 30}, {1, 1200, 30}, {16, 300, 30}, {3, 300, 12},  {3, 300, 3},
    };
    struct hr_fleet_model fleet = hpa_fleet(2, 30);
    follow_hpa(&fleet, 100, trace, sizeof trace / sizeof *trace);
}

/* Stabilised both ways, two pods a minute out, half of them a minute in. */
static void hpa_follows_the_trace_of_its_own_behaviour(void **state)
{
    (void)state;
    static const struct trace trace[] = {
        {1, 200, 4}, {3, 400, 4}, {1, 400, 6}, {3, 400, 6},
        {1, 100, 8}, {1, 100, 3}, {3, 100, 3}, {3, 100, 2},
    };
    struct hr_fleet_model fleet = hpa_fleet(1, 12);
    fleet.autoscaler.hpa.window_out_us = 60 * HR_SECOND;
    fleet.autoscaler.hpa.window_in_us = 30 * HR_SECOND;
    fleet.autoscaler.hpa.out = (struct hr_hpa_rate){2, 0, 60 * HR_SECOND};
    fleet.autoscaler.hpa.in = (struct hr_hpa_rate){0, 0.5, 60 * HR_SECOND};
    follow_hpa(&fleet, 50, trace, sizeof trace / sizeof *trace);
}

/* Twice the target on 4 of 8 pods: the others count as unused, and that is the target. */
static void hpa_counts_pods_not_ready_as_unused(void **state)
{
    (void)state;
    struct hr_fleet_model fleet = hpa_fleet(1, 30);
    struct hr__scaler scaler;
    hr__scaler_init(&scaler, &fleet, NULL);
    struct hr__point point = {.time = SIM_T0, .value = 1.0, .capacity = 8, .measured = 4};
    assert_int_equal(hr__scale(&scaler, &point), 8);
    point.time += 15 * HR_SECOND;
    point.measured = 6; /* 1.5 of the target: 12 */
    assert_int_equal(hr__scale(&scaler, &point), 12);
    point.value = NAN;
    assert_int_equal(hr__scale(&scaler, &point), 8);
}

/* ---- Knative ------------------------------------------------------------------------------- */

static struct hr_fleet_model kpa_fleet(int64_t grace_us)
{
    return (struct hr_fleet_model){.servers_min = 1,
                                   .servers_max = 100000,
                                   .slots = 10,
                                   .autoscaler = {.policy = HR_SCALE_KPA,
                                                  .target = 0.7,
                                                  .kpa = {.period_us = 2 * HR_SECOND,
                                                          .stable_us = 60 * HR_SECOND,
                                                          .panic_us = 6 * HR_SECOND,
                                                          .threshold = 2,
                                                          .rate_out = 1000,
                                                          .rate_in = 2,
                                                          .to_zero = true,
                                                          .grace_us = grace_us}}};
}

static void kpa_follows_the_trace(void **state)
{
    (void)state;
    static const struct {
        int second;
        double stable, panic;
        int decision;
    } trace[] = {
        {0, 7, 7, 1},     {2, 7.5, 13.9, 2}, {4, 9, 14.1, 3}, {6, 16, 60, 9},  {8, 25, 120, 18},
        {10, 30, 60, 18}, {30, 40, 20, 18},  {60, 38, 7, 18}, {68, 12, 7, 18}, {70, 10, 7, 9},
        {72, 7, 7, 4},    {74, 7, 7, 2},     {76, 7, 7, 1},   {78, 3, 0, 1},   {138, 0, 0, 0},
        {140, 0, 0, 0},   {142, 0, 0, 0},
    };
    struct hr_fleet_model fleet = kpa_fleet(0);
    struct hr__scaler scaler;
    hr__scaler_init(&scaler, &fleet, NULL);
    int64_t ready = 1;
    for (size_t i = 0; i < sizeof trace / sizeof *trace; i++) {
        const struct hr__point point = {.time = SIM_T0 + trace[i].second * HR_SECOND,
                                        .capacity = ready,
                                        .measured = ready,
                                        .ready = ready};
        ready = hr__kpa_decide(&scaler, &point, trace[i].stable, trace[i].panic);
        if (ready != trace[i].decision)
            fail_msg("at %d s: %d pods, expected %d", trace[i].second, (int)ready,
                     trace[i].decision);
    }
}

/* Demand until 20 s: the stable average is 0 after 80 s, and 30 s later the last one goes. */
static void kpa_keeps_the_last_one_for_the_grace_period(void **state)
{
    (void)state;
    struct hr_fleet_model fleet = kpa_fleet(30 * HR_SECOND);
    struct hr__scaler scaler;
    hr__scaler_init(&scaler, &fleet, NULL);
    int64_t pods = 1, zero_at = -1;
    for (int64_t s = 2; s <= 140; s += 2) {
        const struct hr__point point = {.time = SIM_T0 + s * HR_SECOND,
                                        .capacity = pods,
                                        .measured = pods,
                                        .ready = pods,
                                        .demand = s <= 20 ? 5 : 0};
        pods = hr__scale(&scaler, &point);
        zero_at = pods == 0 && zero_at < 0 ? s : zero_at;
    }
    assert_int_equal(zero_at, 110);
}

/* ---- step, schedule, backlog --------------------------------------------------------------- */

static void step_scaling_follows_the_trace(void **state)
{
    (void)state;
    static const struct {
        double metric;
        int in_service, with_warming, total;
    } trace[] = {
        {.59, 10, 10, 10}, {.60, 10, 10, 10},  {.60, 10, 10, 11}, {.75, 10, 11, 12},
        {.75, 10, 12, 12}, {.849, 11, 12, 13}, {.85, 12, 13, 15}, {.85, 12, 15, 15},
        {.59, 13, 15, 15}, {.85, 15, 15, 15},  {.85, 15, 15, 19}, {.62, 15, 19, 19},
        {.62, 15, 19, 19}, {.61, 19, 19, 20},
    };
    struct hr_fleet_model fleet = {.servers_min = 1,
                                   .servers_max = 40,
                                   .autoscaler = {.policy = HR_SCALE_STEP,
                                                  .points_out = 2,
                                                  .points_in = 3,
                                                  .step = {.above = 0.6,
                                                           .below = 0.3,
                                                           .out = {{0, .1}, {.15, .2}, {.25, .3}},
                                                           .in = {{0, .1}, {.2, .25}},
                                                           .out_count = 3,
                                                           .in_count = 2,
                                                           .at_least = 1}}};
    struct hr__scaler scaler;
    hr__scaler_init(&scaler, &fleet, NULL);
    for (size_t i = 0; i < sizeof trace / sizeof *trace; i++) {
        const struct hr__point point = {.time = (int64_t)i * HR_MINUTE,
                                        .value = trace[i].metric,
                                        .capacity = trace[i].with_warming,
                                        .measured = trace[i].in_service};
        int64_t total = hr__scale(&scaler, &point);
        if (total != trace[i].total)
            fail_msg("minute %zu: %d servers, expected %d", i + 1, (int)total, trace[i].total);
    }
    /* In: the third low point of a fleet that has warmed up; 10 % of 19, then a quarter of 18. */
    struct hr__point low = {.time = HR_HOUR, .value = 0.3, .capacity = 19, .measured = 19};
    for (int i = 0; i < 2; i++)
        assert_int_equal(hr__scale(&scaler, &low), 19);
    low.measured = 18;
    assert_int_equal(hr__scale(&scaler, &low), 19);
    low.measured = 19;
    assert_int_equal(hr__scale(&scaler, &low), 18);
    low.value = 0.1;
    low.capacity = low.measured = 18;
    assert_int_equal(hr__scale(&scaler, &low), 14);
}

static void schedule_holds_from_one_change_to_the_next(void **state)
{
    (void)state;
    struct hr_fleet_model fleet = {
        .servers_min = 1,
        .servers_max = 20,
        .autoscaler = {.policy = HR_SCALE_SCHEDULE,
                       .schedule = {.count = 3,
                                    .all = {{8 * HR_HOUR, 10},                   /* Monday */
                                            {20 * HR_HOUR, 3},                   /* Monday */
                                            {4 * HR_DAY + 12 * HR_HOUR, 30}}}}}; /* Friday */
    static const struct {
        int64_t time, servers;
    } looks[] = {
        {4 * HR_DAY + 8 * HR_HOUR, 10}, /* 1970-01-05 is a Monday */
        {4 * HR_DAY + 8 * HR_HOUR - 1, 20},
        {4 * HR_DAY + 19 * HR_HOUR, 10},
        {4 * HR_DAY + 20 * HR_HOUR, 3},
        {8 * HR_DAY + 12 * HR_HOUR, 20}, /* no more than the maximum */
        {0, 3},                          /* a Thursday */
    };
    struct hr__scaler scaler;
    hr__scaler_init(&scaler, &fleet, NULL);
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        const struct hr__point point = {.time = looks[i].time, .capacity = 5};
        assert_int_equal(hr__scale(&scaler, &point), looks[i].servers);
    }
}

static void backlog_follows_the_trace(void **state)
{
    (void)state;
    static const struct trace trace[] = {
        {1, 0, 0},    {1, 3, 1},   {1, 40, 5}, {1, 40, 8}, {1, 100, 16}, {1, 107, 20}, {1, 110, 20},
        {1, 111, 20}, {1, 60, 12}, {1, 4, 1},  {10, 0, 1}, {1, 0, 0},    {1, 2, 1},
    };
    struct hr_fleet_model fleet = hpa_fleet(1, 20);
    fleet.autoscaler.policy = HR_SCALE_BACKLOG;
    fleet.autoscaler.hpa.window_in_us = 0;
    fleet.autoscaler.backlog = (struct hr_backlog_model){.per_server = 5,
                                                         .in_flight = true,
                                                         .to_zero = true,
                                                         .poll_us = 30 * HR_SECOND,
                                                         .cooldown_us = 300 * HR_SECOND};
    struct hr__scaler scaler;
    hr__scaler_init(&scaler, &fleet, NULL);
    int64_t replicas = 0, time = SIM_T0;
    for (size_t i = 0; i < sizeof trace / sizeof *trace; i++)
        for (int k = 0; k < trace[i].count; k++, time += 30 * HR_SECOND) {
            const struct hr__point point = {.time = time,
                                            .capacity = replicas,
                                            .waiting = (int64_t)trace[i].figure / 2,
                                            .running = ((int64_t)trace[i].figure + 1) / 2};
            replicas = hr__scale(&scaler, &point);
            if (replicas != trace[i].capacity)
                fail_msg("at %d s: %d replicas, expected %d", (int)((time - SIM_T0) / HR_SECOND),
                         (int)replicas, trace[i].capacity);
        }
}

/* ---- fleets that follow -------------------------------------------------------------------- */

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

/* Three requests a minute apart from nothing: the first finds no server and waits for a boot of
 * 2 s; then one server takes them, and goes 60 s + 30 s after the last. */
static void knative_starts_from_zero_and_goes_back(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FLEET);
    struct hr_fleet_model *m = &c.platform.fleet;
    const struct hr_fleet_model kpa = kpa_fleet(30 * HR_SECOND);
    m->autoscaler = kpa.autoscaler;
    m->slots = 10;
    m->boot = (struct hr_dist){.kind = HR_CONSTANT, .a = 2e6};
    static const int64_t rows[][2] = {
        {600 * HR_SECOND, HR_SECOND}, {660 * HR_SECOND, HR_SECOND}, {720 * HR_SECOND, HR_SECOND}};
    sim_case_rows(&c, rows, 3);
    struct hr_outcome o = sim_case_run(&c);
    assert_int_equal(o.total.served, 3);
    assert_close(o.total.wait_sum, 2e6, 0);
    /* The initial one: 2 s to the first tick, 30 s of grace. The other: 600 s to 720 s + 1 s, whose
     * tick at 722 s is the last with demand; at 782 s it is out of the window, at 812 s the end. */
    assert_close(o.total.usage.quantity[HR_METER_INSTANCE_HOURS] * 3600, 32 + 212, 1e-6);
    hr_outcome_clear(&o);
    sim_case_clear(&c);
}

/* A burst of 100 messages of 10 s on workers that scale to zero: nobody is there at first. */
static void workers_empty_their_queue(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FLEET);
    struct hr_fleet_model *m = &c.platform.fleet;
    const struct hr_fleet_model hpa = hpa_fleet(1, 20);
    m->autoscaler = hpa.autoscaler;
    m->autoscaler.policy = HR_SCALE_BACKLOG;
    m->autoscaler.backlog = (struct hr_backlog_model){.per_server = 5,
                                                      .in_flight = true,
                                                      .to_zero = true,
                                                      .poll_us = 30 * HR_SECOND,
                                                      .cooldown_us = 300 * HR_SECOND};
    m->autoscaler.hpa.window_in_us = 0;
    m->servers_max = 20;
    m->boot = (struct hr_dist){.kind = HR_CONSTANT, .a = 5e6};
    sim_case_room(&c, 100);
    for (size_t i = 0; i < c.n; i++) {
        c.arrival[i] = SIM_T0 + 1000 * HR_SECOND;
        c.service[i] = 10 * HR_SECOND;
    }
    sim_case_window(&c, SIM_T0, SIM_T0 + HR_HOUR);
    struct hr_outcome o = sim_case_run(&c);
    assert_int_equal(o.total.served, 100);
    assert_int_equal(o.total.instances_peak, 17); /* 1, 5, 10, then ceil(83 / 5) */
    assert_true(o.total.instances_mean < 1.0);    /* gone before and after */
    hr_outcome_clear(&o);
    sim_case_clear(&c);
}

static struct sim_case oracle_case(void)
{
    struct sim_case c = sim_case_make(HR_FLEET);
    c.platform.fleet.servers_max = 100;
    c.platform.fleet.boot = (struct hr_dist){.kind = HR_CONSTANT, .a = 60e6};
    c.platform.fleet.autoscaler.policy = HR_SCALE_ORACLE;
    c.platform.fleet.autoscaler.oracle_us = 10 * HR_SECOND;
    return c;
}

/* Three at once at 1000 s for 100 s, on one-slot servers that boot for 60 s. The look at 930 s sees
 * them, 60 s of boot and a period ahead; the look at 1100 s sees nothing. */
static void the_oracle_boots_ahead_of_the_need(void **state)
{
    (void)state;
    struct sim_case c = oracle_case();
    const int64_t at = 1000 * HR_SECOND;
    const int64_t rows[][2] = {{at, 100 * HR_SECOND}, {at, 100 * HR_SECOND}, {at, 100 * HR_SECOND}};
    sim_case_rows(&c, rows, 3);
    struct hr_outcome o = sim_case_run(&c);
    assert_int_equal(o.total.instances_peak, 3);
    assert_close(o.total.wait_sum, 0, 0);
    assert_close(o.total.starting, 2 * 60e6, 0);
    assert_close(o.total.busy, 3 * 100e6, 0);
    assert_close(o.total.idle, 2 * 10e6 + 3600e6 - 100e6, 0);
    hr_outcome_clear(&o);
    sim_case_clear(&c);
}

/* On slots of their own nobody ever waits; and what knows the future pays for less than what has to
 * wait and see, even where that lets people wait. */
static void the_oracle_wastes_less_than_any_other(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= 20; seed++) {
        struct sim_case c = oracle_case();
        c.platform.fleet.slots = (int64_t)(seed % 4) + 1;
        sim_case_poisson(&c, 20000, 2, 5, seed);
        for (size_t i = 0; i < c.n; i++) /* busy hours and quiet ones */
            c.service[i] = c.arrival[i] / HR_HOUR % 2 ? c.service[i] * 6 : c.service[i];
        struct hr_outcome o = sim_case_run(&c);
        assert_close(o.total.wait_sum, 0, 0);
        assert_int_equal(o.total.served, c.n);
        c.platform.fleet.autoscaler = (struct hr_autoscaler_model){
            .policy = HR_SCALE_TARGET_TRACKING,
            .metric = HR_METRIC_SLOTS,
            .target = 0.6,
            .period_us = HR_MINUTE,
            .points_out = 3,
            .points_in = 15,
            .low = 0.7,
        };
        struct hr_outcome other = sim_case_run(&c);
        assert_true(other.total.wait_sum > 0);
        assert_true(o.total.starting + o.total.idle < other.total.starting + other.total.idle);
        hr_outcome_clear(&o);
        hr_outcome_clear(&other);
        sim_case_clear(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(target_tracking_follows_the_trace),
        cmocka_unit_test(target_tracking_counts_what_warms_up),
        cmocka_unit_test(fleet_scales_out_after_three_points_and_a_boot),
        cmocka_unit_test(fleet_that_may_not_grow_is_a_fixed_one),
        cmocka_unit_test(hpa_follows_the_trace_of_its_defaults),
        cmocka_unit_test(hpa_follows_the_trace_of_its_own_behaviour),
        cmocka_unit_test(hpa_counts_pods_not_ready_as_unused),
        cmocka_unit_test(kpa_follows_the_trace),
        cmocka_unit_test(kpa_keeps_the_last_one_for_the_grace_period),
        cmocka_unit_test(step_scaling_follows_the_trace),
        cmocka_unit_test(schedule_holds_from_one_change_to_the_next),
        cmocka_unit_test(backlog_follows_the_trace),
        cmocka_unit_test(knative_starts_from_zero_and_goes_back),
        cmocka_unit_test(workers_empty_their_queue),
        cmocka_unit_test(the_oracle_boots_ahead_of_the_need),
        cmocka_unit_test(the_oracle_wastes_less_than_any_other),
    };
    return cmocka_run_group_tests_name("sim_scale", tests, NULL, NULL);
}
