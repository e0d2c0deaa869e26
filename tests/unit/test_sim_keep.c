/* Keep-alive policies, step by step: every trace is replayed up to each of its arrivals, so the
 * cold starts and the time loaded are those of the step. The traces are written out from the
 * policies' published rules (models/README.md names them).
 */
#include "sim_case.h"

#include <math.h>

#define S   HR_SECOND
#define MIN HR_MINUTE

/* Replays the first n arrivals; the window ends at the last of them. */
static struct hr_outcome run_first(struct sim_case *c, size_t n)
{
    size_t all = c->n;
    c->n = n;
    sim_case_window(c, c->arrival[0], c->arrival[n - 1] + (n == 1));
    struct hr_outcome o = sim_case_run(c);
    c->n = all;
    return o;
}

/* ---- four functions on one host -------------------------------------------------------------- */

enum { A, B, C, D };
static const double memory[] = {4, 2, 3, 1}, cost_s[] = {8.3, 1.1, 6.7, 0.6};
static const struct {
    double t;
    uint32_t whose;
} arrivals[] = {{0, A},  {1, B},  {3, C},  {4, B},  {5, D},  {6, A},  {9, C},    {11, B},
                {14, D}, {16, A}, {17, C}, {30, B}, {31, A}, {40, A}, {41.5, C}, {52, D}};
#define STEPS (sizeof arrivals / sizeof *arrivals)

/* Times `scale`, in seconds; work takes none. */
static struct sim_case four_functions(double scale)
{
    struct sim_case c = sim_case_make(HR_FUNCTION);
    c.workload_count = 4;
    sim_case_room(&c, STEPS);
    for (size_t i = 0; i < STEPS; i++) {
        c.arrival[i] = SIM_T0 + (int64_t)(arrivals[i].t * scale * 1e6);
        c.workload[i] = arrivals[i].whose;
    }
    for (size_t i = 0; i < 4; i++)
        c.workloads[i].memory_mb = memory[i];
    return c;
}

static double idle_memory_s(const struct hr_outcome *o)
{
    double sum = 0;
    for (size_t i = 0; i < 4; i++)
        sum += memory[i] * o->workloads[i].unbilled_idle / 1e6;
    return sum;
}

static void fixed_time_keeps_and_forgets(void **state)
{
    (void)state;
    static const char result[] = "CCCWCWWWWCWCCWCC";
    static const double idle[] = {0, 0, 0, 6, 6, 30, 48, 62, 71, 111, 135, 155, 195, 231, 261, 271};
    struct sim_case c = four_functions(1);
    c.platform.function.keep_alive_us = 10 * S;
    uint64_t cold = 0;
    /* The trace counts an idle time when its function is called again; others are open till then.
     */
    for (size_t n = 1; n <= STEPS; n++) {
        struct hr_outcome o = run_first(&c, n);
        cold += result[n - 1] == 'C';
        assert_int_equal(o.total.cold_starts, cold);
        double open = 0;
        for (uint32_t w = A; w <= D; w++) {
            double last = -1, now = arrivals[n - 1].t;
            for (size_t i = 0; i < n; i++)
                last = arrivals[i].whose == w ? arrivals[i].t : last;
            if (last >= 0)
                open += memory[w] * fmin(now - last, 10);
        }
        assert_close(idle_memory_s(&o) - open, idle[n - 1], 1e-4); /* the first window: 1 us */
        hr_outcome_clear(&o);
    }
    sim_case_clear(&c);
}

static void check_pressure(enum hr_evict evict, const char *result)
{
    struct sim_case c = four_functions(1000);
    struct hr_dist starts[4];
    c.platform.function.keep_alive = HR_KEEP_PRESSURE;
    c.platform.function.host_memory_mb = 9;
    c.platform.function.evict = evict;
    for (size_t i = 0; i < 4; i++) {
        starts[i] = (struct hr_dist){.kind = HR_CONSTANT, .a = cost_s[i] * 1e6};
        c.workloads[i].cold_start = &starts[i];
    }
    uint64_t cold = 0;
    for (size_t n = 1; n <= STEPS; n++) {
        struct hr_outcome o = run_first(&c, n);
        cold += result[n - 1] == 'C';
        assert_int_equal(o.total.cold_starts, cold);
        assert_int_equal(o.total.throttled, 0);
        hr_outcome_clear(&o);
    }
    sim_case_clear(&c);
}

static void memory_pressure_evicts_the_least_recently_used(void **state)
{
    (void)state;
    check_pressure(HR_EVICT_LRU, "CCCWCCCCCCCCWWWC");
}

static void memory_pressure_evicts_what_is_cheap_for_its_size(void **state)
{
    (void)state;
    check_pressure(HR_EVICT_GREEDY_DUAL, "CCCWCWWCCWWCWWWC");
}

static void work_under_way_is_never_evicted(void **state)
{
    (void)state;
    struct sim_case c = four_functions(0.001);
    c.platform.function.keep_alive = HR_KEEP_PRESSURE;
    c.platform.function.host_memory_mb = 9;
    for (size_t i = 0; i < c.n; i++) /* all within 52 ms, for a second each: A B C fill the host */
        c.service[i] = S;
    sim_case_window(&c, SIM_T0, SIM_T0 + S);
    struct hr_outcome o = sim_case_run(&c);
    assert_int_equal(o.total.served, 3);
    assert_int_equal(o.total.served + o.total.throttled, STEPS);
    assert_true(o.workloads[A].busy_peak * 4 + o.workloads[B].busy_peak * 2 +
                    o.workloads[C].busy_peak * 3 + o.workloads[D].busy_peak <=
                9);
    hr_outcome_clear(&o);
    sim_case_clear(&c);
}

/* ---- the histogram ------------------------------------------------------------------------- */

static void histogram_learns_when_to_load_and_how_long_to_keep(void **state)
{
    (void)state;
    static const struct {
        double idle; /* minutes */
        char result;
        double loaded;
    } steps[] = {{30.5, 'W', 30.5}, {31.2, 'W', 31.2}, {29.8, 'W', 29.8}, {30.1, 'W', 4},
                 {45.5, 'C', 9.1},  {30.9, 'W', 4.8},  {26.9, 'W', 0.8},  {27.2, 'W', 3.8},
                 {51.0, 'C', 27.2}, {250, 'C', 33.8},  {30.4, 'W', 7},    {60.2, 'C', 33.8},
                 {300, 'C', 43.7},  {30.3, 'W', 6.9}};
    const size_t n_steps = sizeof steps / sizeof *steps;
    struct sim_case c = sim_case_make(HR_FUNCTION);
    c.platform.function.keep_alive = HR_KEEP_HISTOGRAM;
    c.platform.function.histogram = (struct hr_histogram_model){.range_us = 240 * MIN,
                                                                .bin_us = MIN,
                                                                .head = 0.05,
                                                                .tail = 0.99,
                                                                .margin = 0.1,
                                                                .cv = 2,
                                                                .samples = 3};
    sim_case_room(&c, n_steps + 1);
    c.arrival[0] = SIM_T0;
    for (size_t i = 0; i < n_steps; i++)
        c.arrival[i + 1] = c.arrival[i] + llround(steps[i].idle * 60e6);
    uint64_t cold = 1;
    double loaded = 0;
    for (size_t i = 0; i < n_steps; i++) {
        struct hr_outcome o = run_first(&c, i + 2);
        cold += steps[i].result == 'C';
        loaded += steps[i].loaded;
        assert_int_equal(o.total.cold_starts, cold);
        assert_close(o.total.unbilled_idle / 60e6, loaded, 1e-6);
        hr_outcome_clear(&o);
    }
    sim_case_clear(&c);
}

/* ---- a distribution ------------------------------------------------------------------------- */

/* One instance, gaps of g: cold with probability P(T <= g), loaded for E[min(T, g)]. */
static void drawn_times_make_cold_starts_as_their_distribution_says(void **state)
{
    (void)state;
    const size_t n = 20000;
    for (int minutes = 4; minutes <= 8; minutes++) {
        struct sim_case c = sim_case_make(HR_FUNCTION);
        c.platform.function.keep_alive = HR_KEEP_DISTRIBUTION;
        c.platform.function.keep_alive_dist =
            (struct hr_dist){.kind = HR_UNIFORM, .a = 5.0 * 60e6, .b = 7.0 * 60e6};
        sim_case_room(&c, n);
        for (size_t i = 0; i < n; i++)
            c.arrival[i] = SIM_T0 + (int64_t)i * minutes * MIN;
        struct hr_outcome o = run_first(&c, n);
        double g = minutes, p = g <= 5 ? 0 : g >= 7 ? 1 : (g - 5) / 2;
        double kept = g <= 5 ? g : g >= 7 ? 6 : g - (g - 5) * (g - 5) / 4;
        double cold = ((double)o.total.cold_starts - 1) / (double)(n - 1);
        assert_close(cold, p, 3.9 * sqrt(p * (1 - p) / (double)n));
        assert_close(o.total.unbilled_idle / 60e6 / (double)(n - 1), kept,
                     3.9 * 0.6 / sqrt((double)n));
        hr_outcome_clear(&o);
        sim_case_clear(&c);
    }
}

/* A distribution of one value is that fixed time, whatever the traffic. */
static void a_constant_distribution_is_a_fixed_time(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 100; k++) {
        struct sim_case c = sim_case_make(HR_FUNCTION);
        c.workload_count = 1 + k % 3;
        c.workloads[0].slots = 1 + k % 4;
        sim_case_poisson(&c, 1000, 3, 1, 50 + k);
        for (size_t i = 0; i < c.n; i++)
            c.workload[i] = (uint32_t)(i % c.workload_count);
        c.platform.function.start.stages[HR_STAGE_INIT] =
            (struct hr_dist){.kind = HR_EXPONENTIAL, .a = 3e5};
        c.platform.function.keep_alive_us = (int64_t)(k % 7) * S;
        struct hr_outcome fixed = sim_case_run(&c);
        c.platform.function.keep_alive = HR_KEEP_DISTRIBUTION;
        c.platform.function.keep_alive_dist =
            (struct hr_dist){.kind = HR_CONSTANT, .a = (double)(k % 7) * 1e6};
        struct hr_outcome drawn = sim_case_run(&c);
        assert_int_equal(fixed.total.cold_starts, drawn.total.cold_starts);
        assert_int_equal(fixed.total.instances_peak, drawn.total.instances_peak);
        assert_close(fixed.total.unbilled_idle, drawn.total.unbilled_idle, 1e-3);
        hr_outcome_clear(&fixed);
        hr_outcome_clear(&drawn);
        sim_case_clear(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixed_time_keeps_and_forgets),
        cmocka_unit_test(memory_pressure_evicts_the_least_recently_used),
        cmocka_unit_test(memory_pressure_evicts_what_is_cheap_for_its_size),
        cmocka_unit_test(work_under_way_is_never_evicted),
        cmocka_unit_test(histogram_learns_when_to_load_and_how_long_to_keep),
        cmocka_unit_test(drawn_times_make_cold_starts_as_their_distribution_says),
        cmocka_unit_test(a_constant_distribution_is_a_fixed_time),
    };
    return cmocka_run_group_tests_name("sim_keep", tests, NULL, NULL);
}
