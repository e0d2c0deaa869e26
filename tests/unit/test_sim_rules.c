/* Rules at one instant, limits, metered time, sharing by hand, the time line, determinism. Every
 * expectation is counted by hand or follows from an identity; models/README.md has the rules.
 */
#include "sim_case.h"

#define S HR_SECOND

/* ---- function --------------------------------------------------------------------------- */

static void function_idle_for_exactly_the_keep_alive_is_gone(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FUNCTION);
    c.platform.function.keep_alive_us = 10 * S;
    struct hr_outcome o = sim_case_run_rows(&c, (const int64_t[][2]){{0, S}, {11 * S - 1, S}}, 2);
    assert_int_equal(o.total.cold_starts, 1);
    hr_outcome_clear(&o);
    o = sim_case_run_rows(&c, (const int64_t[][2]){{0, S}, {11 * S, S}}, 2);
    assert_int_equal(o.total.cold_starts, 2);
    assert_int_equal(o.total.instances_peak, 1);
    hr_outcome_clear(&o);
}

static void function_work_that_ends_frees_its_slot_for_the_same_instant(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FUNCTION);
    c.platform.function.concurrency_limit = 1;
    struct hr_outcome o =
        sim_case_run_rows(&c, (const int64_t[][2]){{0, S}, {S, 0}, {S, 0}, {S, S}, {S + 1, 0}}, 5);
    assert_int_equal(o.total.throttled, 1); /* only the last: zero work ends before the next */
    assert_int_equal(o.total.cold_starts, 1);
    assert_int_equal(o.total.dropped, 1);
    hr_outcome_clear(&o);
}

static void function_at_the_time_limit_is_cut_and_dropped(void **state)
{
    (void)state;
    for (int sharing = 0; sharing < 2; sharing++) {
        struct sim_case c = sim_case_make(HR_FUNCTION);
        c.platform.function.time_limit_us = 2 * S;
        c.platform.function.discipline = sharing ? HR_SHARING : HR_SLOTS;
        c.workloads[0].slots = sharing ? 4 : 1;
        struct hr_outcome o = sim_case_run_rows(
            &c, (const int64_t[][2]){{0, 2 * S}, {10 * S, 5 * S}, {13 * S, S}}, 3);
        assert_int_equal(o.total.timed_out, 1);
        assert_int_equal(o.total.served, 2);
        assert_close(o.total.busy, 5e6, 1e-6);
        assert_close(o.total.vcpu_us_used, 5e6, 1);
        hr_outcome_clear(&o);
    }
}

static void function_queue_at_the_limit_waits_no_longer_than_it_may(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FUNCTION);
    c.platform.function.concurrency_limit = 1;
    c.platform.function.on_limit = HR_LIMIT_QUEUE;
    c.platform.function.queue_us = 3 * S;
    c.workloads[0].target_us = 2 * S;
    c.options.timeline_buckets = 3600;
    /* The second waits exactly 3 s, the third would wait 4 and gives up after 3. */
    struct hr_outcome o =
        sim_case_run_rows(&c, (const int64_t[][2]){{0, 4 * S}, {S, S}, {S, S}}, 3);
    assert_int_equal(o.total.served, 2);
    assert_int_equal(o.total.throttled, 1);
    assert_close(o.total.wait_sum, 3e6, 0);
    assert_int_equal(o.total.on_target, 0);
    double queued = 0;
    for (size_t b = 0; b < o.timeline.n; b++)
        queued += o.timeline.queue[b] * (double)o.timeline.bucket_us;
    assert_close(queued, 6e6, 1);
    hr_outcome_clear(&o);
}

static void function_joins_a_start_only_where_it_may(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FUNCTION);
    c.platform.function.start.stages[HR_STAGE_INIT] =
        (struct hr_dist){.kind = HR_CONSTANT, .a = 3e6};
    c.workloads[0].slots = 2;
    const int64_t rows[][2] = {{0, S}, {S, S}, {2 * S, S}};
    struct hr_outcome o = sim_case_run_rows(&c, rows, 3);
    assert_int_equal(o.total.cold_starts, 3);
    assert_close(o.total.start_sum, 9e6, 0);
    hr_outcome_clear(&o);
    c.platform.function.join_starting = true;
    o = sim_case_run_rows(&c, rows, 3);
    assert_int_equal(o.total.cold_starts, 2); /* the third finds both slots taken */
    assert_close(o.total.start_sum, 3e6 + 2e6 + 3e6, 0);
    assert_close(o.total.starting, 2 * 2 * 3e6, 0);
    hr_outcome_clear(&o);
}

static void function_start_counts_for_a_target_until_the_work_starts(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FUNCTION);
    c.platform.function.start.stages[HR_STAGE_INIT] =
        (struct hr_dist){.kind = HR_CONSTANT, .a = 1e6};
    c.platform.network = (struct hr_dist){.kind = HR_CONSTANT, .a = 5000};
    c.workloads[0].target_us = S;
    c.workloads[0].target_kind = HR_TARGET_START;
    struct hr_outcome o = sim_case_run_rows(&c, (const int64_t[][2]){{0, 9 * S}}, 1);
    assert_int_equal(o.total.on_target, 1);
    assert_int_equal(o.total.response.max, 10 * S + 5000);
    assert_close(o.total.network_sum, 5000, 0);
    hr_outcome_clear(&o);
    c.workloads[0].target_kind = HR_TARGET_RESPONSE;
    o = sim_case_run_rows(&c, (const int64_t[][2]){{0, 9 * S}}, 1);
    assert_int_equal(o.total.on_target, 0);
    hr_outcome_clear(&o);
}

/* ---- metering ----------------------------------------------------------------------------- */

static void metering_by_invocation_rounds_up_and_bills_starts_where_told(void **state)
{
    (void)state;
    static const struct {
        struct hr_metering metering;
        double gb_s, idle_us;
    } cases[] = {
        /* 250.4 ms + 10 ms of work, the first after a start of 1 s, 1 GB */
        {{HR_METERED_INVOCATION, 1000, 0, false}, 0.251 + 0.010, 600},
        {{HR_METERED_INVOCATION, 1000, 0, true}, 1.251 + 0.010, 600},
        {{HR_METERED_INVOCATION, 100000, 0, false}, 0.3 + 0.1, 49600 + 90000},
        {{HR_METERED_INVOCATION, 1000, 100000, false}, 0.251 + 0.1, 600 + 90000},
        {{HR_METERED_INVOCATION, 0, 0, false}, 0.2504 + 0.010, 0},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct sim_case c = sim_case_make(HR_FUNCTION);
        c.metered = true;
        c.metering = cases[k].metering;
        c.platform.function.start.stages[HR_STAGE_INIT] =
            (struct hr_dist){.kind = HR_CONSTANT, .a = 1e6};
        c.options.timeline_buckets = 60;
        struct hr_outcome o =
            sim_case_run_rows(&c, (const int64_t[][2]){{0, 250400}, {5 * S, 10000}}, 2);
        assert_close(o.total.usage.quantity[HR_METER_GB_SECONDS], cases[k].gb_s, 1e-9);
        assert_close(o.total.usage.quantity[HR_METER_REQUESTS], 2, 0);
        assert_close(o.total.idle, cases[k].idle_us, 1e-6);
        double idle = 0;
        for (size_t b = 0; b < o.timeline.n; b++)
            idle += o.timeline.idle[b] * (double)o.timeline.bucket_us;
        assert_close(idle, cases[k].idle_us, 1);
        hr_outcome_clear(&o);
    }
}

static void metering_by_active_time_pays_the_union_of_requests(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FUNCTION);
    c.metered = true;
    c.metering = (struct hr_metering){HR_METERED_ACTIVE, 100000, 0, true};
    c.workloads[0].slots = 10;
    c.workloads[0].vcpus = 2;
    c.platform.function.keep_alive_us = 60 * S;
    c.platform.function.start.stages[HR_STAGE_INIT] =
        (struct hr_dist){.kind = HR_CONSTANT, .a = 500000};
    c.platform.function.join_starting = true;
    /* [0, 0.5) start, [0.5, 2.5) and [1, 3) work; [10, 10.25) work, rounded to 0.3 s */
    struct hr_outcome o =
        sim_case_run_rows(&c, (const int64_t[][2]){{0, 2 * S}, {S, 2 * S}, {10 * S, 250000}}, 3);
    assert_close(o.total.usage.quantity[HR_METER_GIB_SECONDS], 3.3, 1e-9);
    assert_close(o.total.usage.quantity[HR_METER_VCPU_SECONDS], 6.6, 1e-9);
    assert_close(o.total.busy + o.total.starting + o.total.idle, 33e6, 1e-3);
    assert_close(o.total.starting, 5e6, 1e-3);
    assert_close(o.total.unbilled_idle, 10 * (70.25e6 - 3.25e6), 1e-3);
    assert_close(o.total.vcpu_us_paid, 6.6e6, 1e-3);
    hr_outcome_clear(&o);
}

static void usage_by_time_is_cut_at_the_span_and_by_use_is_whole(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FUNCTION);
    sim_case_rows(&c, (const int64_t[][2]){{0, S}, {9 * S, 4 * S}, {20 * S, S}}, 3);
    c.options.bill_to = SIM_T0 + 10 * S;
    struct hr_outcome o = sim_case_run(&c);
    assert_close(o.total.usage.quantity[HR_METER_REQUESTS], 2, 0);
    assert_close(o.total.usage.quantity[HR_METER_GB_SECONDS], 5, 1e-9);
    assert_close(o.total.usage.quantity[HR_METER_GIB_SECONDS], 2, 1e-9);
    hr_outcome_clear(&o);
    c.platform.kind = HR_FLEET;
    o = sim_case_run(&c);
    assert_close(o.total.usage.quantity[HR_METER_INSTANCE_HOURS], 10.0 / 3600, 1e-9);
    hr_outcome_clear(&o);
    sim_case_clear(&c);
}

/* ---- sharing ------------------------------------------------------------------------------ */

static void sharing_by_hand_matches_to_the_microsecond(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FLEET);
    c.platform.fleet.discipline = HR_SHARING;
    c.platform.fleet.slots = 4;
    /* One vCPU. 4 s of work alone to 2 s, then two share: the second (1 s) ends at 4 s, the
     * first has 1 s left and ends at 5 s. */
    struct hr_outcome o = sim_case_run_rows(&c, (const int64_t[][2]){{0, 4 * S}, {2 * S, S}}, 2);
    assert_int_equal(o.total.response.max, 5 * S);
    assert_int_equal(o.total.response.min, 2 * S);
    assert_close(o.total.vcpu_us_used, 5e6, 1e-3);
    hr_outcome_clear(&o);
    /* Half of the work needs a core: two never contend for one vCPU (sum of c' = 1). */
    c.workloads[0].cpu_bound = 0.5;
    o = sim_case_run_rows(&c, (const int64_t[][2]){{0, 4 * S}, {0, 4 * S}}, 2);
    assert_int_equal(o.total.response.max, 4 * S);
    hr_outcome_clear(&o);
    /* Half a vCPU, c = 1: twice as long alone; a core of speed 2 makes up for it. */
    c.workloads[0].cpu_bound = 1;
    c.platform.fleet.vcpus = 0.5;
    o = sim_case_run_rows(&c, (const int64_t[][2]){{0, 4 * S}}, 1);
    assert_int_equal(o.total.response.max, 8 * S);
    hr_outcome_clear(&o);
    c.workloads[0].speed = 2;
    o = sim_case_run_rows(&c, (const int64_t[][2]){{0, 4 * S}}, 1);
    assert_int_equal(o.total.response.max, 4 * S);
    hr_outcome_clear(&o);
}

static void one_slot_slows_down_with_a_share_of_a_vcpu(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FUNCTION);
    c.workloads[0].cpu_bound = 0.8;
    c.workloads[0].vcpus = 0.25;
    c.workloads[0].speed = 1.25; /* w = s (0.2 + 0.64), then 0.2 s + 0.64 s / 0.25 = 2.76 s */
    struct hr_outcome o = sim_case_run_rows(&c, (const int64_t[][2]){{0, S}}, 1);
    assert_int_equal(o.total.response.max, 2760000);
    assert_close(o.total.vcpu_us_used, 640000, 1);
    hr_outcome_clear(&o);
    assert_close(hr_work_us(1e6, 0.8, 1.25), 840000, 1e-6);
    assert_close(hr_cpu_share(0.8, 1.25), 0.64 / 0.84, 1e-12);
}

/* ---- a pathwise identity ------------------------------------------------------------------- */

/* Most recently used first, fixed T, no start: an arrival at t is cold exactly when the number busy
 * just before it is at least the most in [t - T, t). Counted here by brute force. */
static uint64_t cold_by_identity(const struct sim_case *c)
{
    uint64_t cold = 0;
    for (size_t i = 0; i < c->n; i++) {
        int64_t t = c->arrival[i], since = t - c->platform.function.keep_alive_us;
        int64_t before = 0, most = 0;
        for (size_t j = 0; j < i; j++)
            before += c->arrival[j] + c->service[j] > t;
        /* the number busy rises only when one begins: look just after each, and at t - T */
        for (size_t k = 0; k <= i; k++) {
            int64_t at = k == i ? since : c->arrival[k];
            if (at < since)
                continue;
            int64_t busy = 0;
            for (size_t j = 0; j < i; j++)
                busy += c->arrival[j] <= at && c->arrival[j] + c->service[j] > at;
            most = k == i || at < t ? (busy > most ? busy : most) : most;
        }
        cold += before >= most;
    }
    return cold;
}

static void cold_starts_follow_from_the_most_that_were_busy(void **state)
{
    (void)state;
    for (unsigned long seed = 1; seed <= 20; seed++) {
        struct sim_case c = sim_case_make(HR_FUNCTION);
        c.platform.function.keep_alive_us = 3 * S + 7;
        sim_case_poisson(&c, 300, 2, 1, seed);
        struct hr_outcome o = sim_case_run(&c);
        assert_int_equal(o.total.cold_starts, cold_by_identity(&c));
        uint64_t recent = o.total.cold_starts;
        double instances = o.total.instances_mean;
        hr_outcome_clear(&o);
        for (int reuse = HR_REUSE_LEAST_RECENT; reuse <= HR_REUSE_RANDOM; reuse++) {
            c.platform.function.reuse = (enum hr_reuse)reuse;
            o = sim_case_run(&c);
            assert_true(o.total.cold_starts <= recent);
            assert_true(o.total.instances_mean >= instances - 1e-9);
            hr_outcome_clear(&o);
        }
        sim_case_clear(&c);
    }
}

/* ---- determinism, the time line, bad input ----------------------------------------------------
 */

static void assert_same(const struct hr_outcome *a, const struct hr_outcome *b)
{
    const struct hr_measures *x = &a->total, *y = &b->total;
    assert_int_equal(x->served, y->served);
    assert_int_equal(x->cold_starts, y->cold_starts);
    assert_int_equal(x->on_target, y->on_target);
    assert_memory_equal(&x->usage, &y->usage, sizeof x->usage);
    const double *p = &x->wait_sum, *q = &y->wait_sum;
    assert_memory_equal(p, q, 4 * sizeof *p);
    assert_close(x->busy, y->busy, 0);
    assert_close(x->idle, y->idle, 0);
    assert_close(x->unbilled_idle, y->unbilled_idle, 0);
    for (int i = 1; i < 100; i++)
        assert_int_equal(hr_histogram_percentile(&x->response, i / 100.0),
                         hr_histogram_percentile(&y->response, i / 100.0));
    assert_int_equal(a->timeline.n, b->timeline.n);
    assert_memory_equal(a->timeline.arrivals, b->timeline.arrivals,
                        7 * a->timeline.n * sizeof(double));
}

/* Three accesses of 10 ms each in place of three of 1 ms; a fleet that answers all from memory is 3
 * ms faster than recorded, and no work takes less than nothing. */
static void accesses_to_state_hold_the_slot(void **state)
{
    (void)state;
    static const int64_t rows[][2] = {{0, 50000}, {HR_SECOND, 1000}};
    for (int kind = 0; kind < 3; kind++) {
        struct sim_case c = sim_case_make(kind == 0 ? HR_FUNCTION : HR_FLEET);
        c.platform.state = (struct hr_dist){.kind = HR_CONSTANT, .a = 10000};
        c.platform.fleet.discipline = kind == 2 ? HR_SHARING : HR_SLOTS;
        c.platform.fleet.slots = kind == 2 ? 4 : 1;
        c.workloads[0].state_accesses = 3;
        c.workloads[0].state_recorded_us = 1000;
        struct hr_outcome o = sim_case_run_rows(&c, rows, 2);
        assert_close(o.total.service_sum, 77000 + 28000, 0);
        assert_close(o.total.busy, 77000 + 28000, 0);
        hr_outcome_clear(&o);
        c.workloads[0].state_memory = 1;
        o = sim_case_run_rows(&c, rows, 2);
        assert_close(o.total.service_sum, kind == 0 ? 105000 : 47000 + 0, 0);
        hr_outcome_clear(&o);
    }
}

/* Waiting for state computes nothing: CPU time is that of the work, here half of it. */
static void cpu_time_is_metered_without_waiting(void **state)
{
    (void)state;
    static const int64_t rows[][2] = {{0, 50000}, {HR_SECOND, 30000}};
    for (int64_t accesses = 0; accesses <= 5; accesses += 5) {
        struct sim_case c = sim_case_make(HR_FUNCTION);
        c.platform.state = (struct hr_dist){.kind = HR_CONSTANT, .a = 10000};
        c.workloads[0].cpu_bound = 0.5;
        c.workloads[0].state_accesses = accesses;
        struct hr_outcome o = sim_case_run_rows(&c, rows, 2);
        assert_close(o.total.service_sum, 80000 + 2 * 10000 * (double)accesses, 0);
        assert_close(o.total.usage.quantity[HR_METER_CPU_MS], 40, 1e-9);
        hr_outcome_clear(&o);
    }
}

/* A share of them from memory, drawn for each; the same invocation draws the same everywhere. */
static void a_share_of_state_comes_from_memory(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FLEET);
    sim_case_poisson(&c, 100000, 1, 0.001, 5);
    for (size_t i = 0; i < c.n; i++)
        c.service[i] = 1000000;
    c.platform.fleet.slots = 100;
    c.platform.fleet.discipline = HR_SLOTS;
    c.platform.state = (struct hr_dist){.kind = HR_EXPONENTIAL, .a = 10000};
    c.workloads[0].state_accesses = 4;
    c.workloads[0].state_memory = 0.75;
    struct hr_outcome o = sim_case_run(&c);
    /* one access of four, on average; sums of four deviate by 10 ms x sqrt(4 (2 x 0.25 - 0.0625))
     */
    const double extra = o.total.service_sum / (double)o.total.served - 1e6;
    assert_close(extra, 10000, 5 * 10000 * sqrt(4 * 0.4375) / sqrt(100000));
    hr_outcome_clear(&o);
    c.workloads[0].state_memory = 0;
    o = sim_case_run(&c);
    c.platform.kind = HR_FUNCTION;
    struct hr_outcome function = sim_case_run(&c);
    assert_close(function.total.service_sum, o.total.service_sum, 0);
    hr_outcome_clear(&o);
    hr_outcome_clear(&function);
    sim_case_clear(&c);
}

static void any_cut_into_blocks_gives_the_same_outcome(void **state)
{
    (void)state;
    for (int kind = HR_FUNCTION; kind <= HR_FLEET; kind++) {
        struct sim_case c = sim_case_make((enum hr_platform_kind)kind);
        c.platform.network = (struct hr_dist){.kind = HR_EXPONENTIAL, .a = 20000};
        c.platform.function.start.stages[HR_STAGE_INIT] =
            (struct hr_dist){.kind = HR_LOGNORMAL, .a = 12, .b = 1};
        c.platform.function.discipline = c.platform.fleet.discipline = HR_SHARING;
        c.platform.function.keep_alive_us = 5 * S;
        c.platform.fleet.balancer = HR_TWO_CHOICES;
        c.platform.fleet.slots = 3;
        c.platform.fleet.servers_min = c.platform.fleet.servers_max =
            c.platform.fleet.servers_initial = 9;
        c.workload_count = 3;
        c.workloads[1].slots = 6;
        c.options.timeline_buckets = 100;
        sim_case_poisson(&c, 20000, 10, 1, 3);
        for (size_t i = 0; i < c.n; i++)
            c.workload[i] = (uint32_t)(i * 7 % 3);
        struct hr_outcome whole = sim_case_run(&c);
        for (size_t block = 1; block < 20000; block = block * 7 + 3) {
            c.block = block;
            struct hr_outcome cut = sim_case_run(&c);
            assert_same(&whole, &cut);
            hr_outcome_clear(&cut);
        }
        hr_outcome_clear(&whole);
        sim_case_clear(&c);
    }
}

static void close_measures(const struct hr_measures *a, const struct hr_measures *b)
{
    assert_int_equal(a->invocations, b->invocations);
    assert_int_equal(a->served, b->served);
    assert_int_equal(a->throttled, b->throttled);
    assert_int_equal(a->timed_out, b->timed_out);
    assert_int_equal(a->cold_starts, b->cold_starts);
    assert_int_equal(a->on_target, b->on_target);
    assert_int_equal(a->busy_peak, b->busy_peak);
    assert_int_equal(a->instances_peak, b->instances_peak);
    const double parts[][2] = {{a->wait_sum, b->wait_sum},
                               {a->start_sum, b->start_sum},
                               {a->network_sum, b->network_sum},
                               {a->service_sum, b->service_sum},
                               {a->busy, b->busy},
                               {a->starting, b->starting},
                               {a->idle, b->idle},
                               {a->unbilled_idle, b->unbilled_idle},
                               {a->instances_mean, b->instances_mean},
                               {a->vcpu_us_paid, b->vcpu_us_paid},
                               {a->vcpu_us_used, b->vcpu_us_used}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_close(parts[i][0], parts[i][1], 1e-6 + 1e-12 * fabs(parts[i][1]));
    for (size_t i = 0; i < HR_METER_COUNT; i++)
        assert_close(a->usage.quantity[i], b->usage.quantity[i],
                     1e-12 * fabs(b->usage.quantity[i]));
    for (int i = 1; i < 100; i++)
        assert_int_equal(hr_histogram_percentile(&a->response, i / 100.0),
                         hr_histogram_percentile(&b->response, i / 100.0));
}

static void close_timelines(const struct hr_timeline *a, const struct hr_timeline *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < 7 * a->n; i++) /* its columns stand in one block */
        assert_close(a->arrivals[i], b->arrivals[i], 1e-9 + 1e-9 * fabs(b->arrivals[i]));
}

/* A case for both ways: one slot, the most recently used first, each invocation paid for itself. */
static struct sim_case one_slot_case(unsigned k)
{
    struct sim_case c = sim_case_make(HR_FUNCTION);
    struct hr_function_model *f = &c.platform.function;
    c.workload_count = 1 + k % 3;
    c.options.timeline_buckets = k % 5 ? 1 + k * 37 % 300 : 2000;
    sim_case_poisson(&c, 3000, k % 2 ? 3 : 40, k % 7 ? 1 : 0.0004, 77 + k);
    for (size_t i = 0; i < c.n; i++)
        c.workload[i] = (uint32_t)(i * (k + 3) % c.workload_count);
    f->keep_alive_us = k % 4 ? (int64_t)(k % 11) * S / 2 : 100 * S;
    f->start.stages[HR_STAGE_INIT] = (struct hr_dist){.kind = HR_EXPONENTIAL, .a = 300000};
    f->time_limit_us = k % 3 ? 0 : 2 * S;
    if (k % 4 == 1)
        c.platform.network = (struct hr_dist){.kind = HR_EXPONENTIAL, .a = 20000};
    c.workloads[0].target_kind = k % 5 ? HR_TARGET_RESPONSE : HR_TARGET_START;
    c.workloads[0].vcpus = k % 2 ? 1 : 0.4;
    int64_t from = c.options.window_from, to = c.options.window_to, span = to - from;
    c.options.warmup_us = k % 3 == 1 ? span / 7 : 0;
    if (k % 4 == 2) { /* traffic before and after what is billed, and after the window */
        c.options.bill_from = from + span / 3;
        c.options.bill_to = from + span / 2;
        c.options.window_to = from + 4 * span / 5;
    }
    c.metered = k % 2;
    c.metering = (struct hr_metering){.granularity_us = k % 3 ? 1000 : 100000,
                                      .minimum_us = k % 9 ? 0 : 60 * S,
                                      .bill_init = k % 4 == 3};
    return c;
}

/* Where attempts may wait at a limit, instances have names, even if none does. */
static void anonymous_instances_give_the_figures_of_named_ones(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 200; k++) {
        struct sim_case c = one_slot_case(k);
        struct hr_outcome anonymous = sim_case_run(&c);
        c.platform.function.on_limit = HR_LIMIT_QUEUE;
        struct hr_outcome named = sim_case_run(&c);
        close_measures(&anonymous.total, &named.total);
        close_timelines(&anonymous.timeline, &named.timeline);
        for (size_t i = 0; i < c.workload_count; i++) {
            close_measures(&anonymous.workloads[i], &named.workloads[i]);
            close_timelines(&anonymous.workload_timelines[i], &named.workload_timelines[i]);
        }
        hr_outcome_clear(&anonymous);
        hr_outcome_clear(&named);
        sim_case_clear(&c);
    }
}

static void time_line_adds_up_to_the_figures(void **state)
{
    (void)state;
    for (int kind = HR_FUNCTION; kind <= HR_FLEET; kind++) {
        struct sim_case c = sim_case_make((enum hr_platform_kind)kind);
        c.workload_count = 2;
        c.platform.function.start.stages[HR_STAGE_INIT] =
            (struct hr_dist){.kind = HR_EXPONENTIAL, .a = 2e6};
        c.platform.function.keep_alive_us = 5 * S;
        c.platform.fleet.slots = 4;
        c.options.timeline_buckets = 777;
        sim_case_poisson(&c, 5000, 3, 1, 9);
        for (size_t i = 0; i < c.n; i++)
            c.workload[i] = i % 2;
        struct hr_outcome o = sim_case_run(&c);
        const struct hr_timeline *t = &o.timeline;
        double arrivals = 0, busy = 0, starting = 0, idle = 0, late = 0, left = 0;
        for (size_t b = 0; b < t->n; b++) {
            int64_t from = t->from + (int64_t)b * t->bucket_us;
            int64_t to = from + t->bucket_us < c.options.window_to ? from + t->bucket_us
                                                                   : c.options.window_to;
            double length = (double)(to - from);
            arrivals += t->arrivals[b];
            late += t->late[b];
            busy += t->busy[b] * length;
            starting += t->starting[b] * length;
            idle += t->idle[b] * length;
            left += t->instances[b] * length;
        }
        assert_close(arrivals, 5000, 0);
        assert_close(late, 5000 - (double)o.total.on_target, 0);
        assert_close(busy, o.total.busy, 1);
        assert_close(starting, o.total.starting, 1);
        assert_close(idle, o.total.idle, 1);
        assert_close(left / (double)(c.options.window_to - c.options.window_from),
                     o.total.instances_mean, 1e-6);
        assert_int_equal(o.workload_timelines != NULL, kind == HR_FUNCTION);
        hr_outcome_clear(&o);
        sim_case_clear(&c);
    }
}

static void an_outcome_that_does_not_add_up_is_told(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FLEET);
    struct hr_outcome o = sim_case_run_rows(&c, (const int64_t[][2]){{0, 1}, {4, 1}}, 2);
    const char *why;
    assert_true(hr_outcome_invariants_hold(&o, &why));
    assert_null(why);
    o.total.served--;
    assert_false(hr_outcome_invariants_hold(&o, &why));
    assert_non_null(why);
    hr_outcome_clear(&o);
}

static void traffic_out_of_order_is_refused(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FUNCTION);
    struct hr_outcome o = {0};
    struct hr_error err = {0};
    sim_case_rows(&c, (const int64_t[][2]){{5, 1}, {4, 1}}, 2);
    assert_false(sim_case_try(&c, &o, &err));
    assert_int_equal(err.kind, HR_EMODEL);
    assert_non_null(strstr(err.text, "invocation 1"));
    c.options.window_to = c.options.window_from;
    assert_false(sim_case_try(&c, &o, &err));
    sim_case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(function_idle_for_exactly_the_keep_alive_is_gone),
        cmocka_unit_test(function_work_that_ends_frees_its_slot_for_the_same_instant),
        cmocka_unit_test(function_at_the_time_limit_is_cut_and_dropped),
        cmocka_unit_test(function_queue_at_the_limit_waits_no_longer_than_it_may),
        cmocka_unit_test(function_joins_a_start_only_where_it_may),
        cmocka_unit_test(function_start_counts_for_a_target_until_the_work_starts),
        cmocka_unit_test(metering_by_invocation_rounds_up_and_bills_starts_where_told),
        cmocka_unit_test(metering_by_active_time_pays_the_union_of_requests),
        cmocka_unit_test(usage_by_time_is_cut_at_the_span_and_by_use_is_whole),
        cmocka_unit_test(sharing_by_hand_matches_to_the_microsecond),
        cmocka_unit_test(one_slot_slows_down_with_a_share_of_a_vcpu),
        cmocka_unit_test(cold_starts_follow_from_the_most_that_were_busy),
        cmocka_unit_test(accesses_to_state_hold_the_slot),
        cmocka_unit_test(cpu_time_is_metered_without_waiting),
        cmocka_unit_test(a_share_of_state_comes_from_memory),
        cmocka_unit_test(any_cut_into_blocks_gives_the_same_outcome),
        cmocka_unit_test(anonymous_instances_give_the_figures_of_named_ones),
        cmocka_unit_test(time_line_adds_up_to_the_figures),
        cmocka_unit_test(an_outcome_that_does_not_add_up_is_told),
        cmocka_unit_test(traffic_out_of_order_is_refused),
    };
    return cmocka_run_group_tests_name("sim_rules", tests, NULL, NULL);
}
