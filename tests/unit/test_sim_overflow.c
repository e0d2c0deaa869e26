/* A base fleet that hands over what it has no room for, and functions that take it up. */
#include <math.h>

#include "sim_case.h"

#define S HR_SECOND

/* Both parts of one traffic: the fleet's outcome, then that of the functions. */
struct both {
    struct hr_outcome fleet, functions;
    uint64_t handed, billed[4];
};

static struct both run_both(struct sim_case *c, struct hr_platform *functions, int64_t most,
                            double share)
{
    struct both b = {0};
    struct hr_error err = {0};
    struct hr_handed handed = {0};
    const struct hr_overflow overflow = {
        .most = most, .share = share, .handed = &handed, .billed = b.billed};
    const struct hr_block all = {
        .n = c->n, .arrival_us = c->arrival, .service_us = c->service, .workload = c->workload};
    for (int part = 0; part < 2; part++) {
        struct hr_column_source columns;
        struct hr_handed_source some;
        hr_column_source_init(&columns, &all, c->block);
        const struct hr_source every = hr_column_source(&columns);
        hr_handed_source_init(&some, &every, &handed);
        const struct hr_source taken = hr_handed_source(&some);
        const struct hr_replay_job job = {.platform = part ? functions : &c->platform,
                                          .workloads = c->workloads,
                                          .workload_count = c->workload_count,
                                          .source = part ? &taken : &every,
                                          .options = &c->options,
                                          .overflow = part ? NULL : &overflow};
        if (!hr_replay(&job, part ? &b.functions : &b.fleet, &err))
            fail_msg("%s", err.text);
    }
    b.handed = handed.count;
    hr_handed_clear(&handed);
    return b;
}

static void both_clear(struct both *b)
{
    hr_outcome_clear(&b->fleet);
    hr_outcome_clear(&b->functions);
}

static struct hr_platform functions_make(void)
{
    struct hr_platform p = sim_case_make(HR_FUNCTION).platform;
    p.function.start.stages[HR_STAGE_INIT] = (struct hr_dist){.kind = HR_CONSTANT, .a = 500000};
    return p;
}

static void whoever_finds_every_slot_taken_goes_to_a_function(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FLEET);
    struct hr_platform functions = functions_make();
    c.platform.fleet.slots = 2;
    /* Two take the slots for 10 s; two more go, the second of them finds the first one's instance
     * busy; at 10 s both slots are free again, before who arrives then. */
    static const int64_t rows[][2] = {{0, 10 * S},    {0, 10 * S}, {S, 4 * S}, {2 * S, S},
                                      {8 * S, S / 2}, {10 * S, S}, {10 * S, S}};
    sim_case_rows(&c, rows, 7);
    c.options.bill_from = SIM_T0 + 2 * S;
    struct both b = run_both(&c, &functions, 0, 0);
    assert_int_equal(b.handed, 3);
    assert_int_equal(b.billed[0], 2); /* not the one that arrived before the billed span */
    assert_int_equal(b.fleet.total.invocations, 4);
    assert_close(b.fleet.total.wait_sum, 0, 0);
    assert_int_equal(b.functions.total.invocations, 3);
    assert_int_equal(b.functions.total.cold_starts, 2); /* at 8 s both are warm */
    assert_int_equal(b.functions.total.busy_peak, 2);
    both_clear(&b);
    /* One in progress is enough: all but the first of each burst go. */
    b = run_both(&c, &functions, 1, 0);
    assert_int_equal(b.handed, 5);
    both_clear(&b);
    /* Four may be: the two of 1 s and 2 s wait until 10 s, those of then until 11 s and 12 s. */
    b = run_both(&c, &functions, 4, 0);
    assert_int_equal(b.handed, 1);
    assert_close(b.fleet.total.wait_sum, 9e6 + 8e6 + 1e6 + 2e6, 0);
    both_clear(&b);
    sim_case_clear(&c);
}

static void what_stays_is_never_handed_over(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FLEET);
    struct hr_platform functions = functions_make();
    c.workload_count = 2;
    c.workloads[0].stays = true;
    static const int64_t rows[][2] = {{0, 10 * S}, {1, S}, {2, S}, {3, S}};
    sim_case_rows(&c, rows, 4);
    const uint32_t whose[] = {0, 0, 1, 1};
    memcpy(c.workload, whose, sizeof whose);
    struct both b = run_both(&c, &functions, 0, 0);
    assert_int_equal(b.fleet.workloads[0].served, 2);
    assert_int_equal(b.functions.workloads[0].invocations, 0);
    assert_int_equal(b.functions.workloads[1].invocations, 2);
    both_clear(&b);
    sim_case_clear(&c);
}

/* Offered load a on c slots without a queue: Erlang's B. */
static double erlang_b(double a, int c)
{
    double b = 1;
    for (int k = 1; k <= c; k++)
        b = a * b / (k + a * b);
    return b;
}

/* Handed over is what a loss system loses. Batches of 20,000, so that the interval is known. */
static void the_overflow_of_poisson_traffic_is_erlangs(void **state)
{
    (void)state;
    static const struct {
        int slots;
        double load;
    } cases[] = {{1, 0.5}, {4, 3}, {16, 15.2}};
    struct hr_platform functions = functions_make();
    for (size_t k = 0; k < 3; k++) {
        double sum = 0, squares = 0;
        for (unsigned long batch = 0; batch < 20; batch++) {
            struct sim_case c = sim_case_make(HR_FLEET);
            c.platform.fleet.slots = cases[k].slots;
            c.platform.fleet.discipline = HR_SLOTS;
            sim_case_poisson(&c, 20000, cases[k].load, 1, 40 + batch);
            struct both b = run_both(&c, &functions, 0, 0);
            const double share = (double)b.handed / (double)c.n;
            sum += share;
            squares += share * share;
            assert_int_equal(b.fleet.total.served + b.functions.total.served, c.n);
            both_clear(&b);
            sim_case_clear(&c);
        }
        const double mean = sum / 20, sd = sqrt((squares - 20 * mean * mean) / 19);
        /* Student, 19 degrees of freedom, 99.9 % */
        assert_close(mean, erlang_b(cases[k].load, cases[k].slots), 3.883 * sd / sqrt(20) + 1e-4);
    }
}

/* An invocation keeps its number, and so its luck, wherever it is served; the cut into blocks
 * changes nothing. */
static void a_share_is_drawn_and_keeps_its_luck(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FLEET);
    struct hr_platform functions = functions_make();
    functions.function.keep_alive_us = 0; /* every one starts cold */
    functions.function.start.stages[HR_STAGE_INIT] =
        (struct hr_dist){.kind = HR_EXPONENTIAL, .a = 2e5};
    c.platform.fleet.slots = 100;
    sim_case_poisson(&c, 100000, 10, 1, 7);
    struct both all = run_both(&c, &functions, 0, 1);
    assert_int_equal(all.handed, c.n);
    assert_int_equal(all.fleet.total.invocations, 0);
    struct both some = run_both(&c, &functions, 0, 0.3);
    /* five standard deviations of a binomial */
    assert_close((double)some.handed, 30000, 5 * sqrt(100000 * 0.3 * 0.7));
    c.block = 977;
    struct both again = run_both(&c, &functions, 0, 0.3);
    assert_int_equal(again.handed, some.handed);
    assert_close(again.functions.total.start_sum, some.functions.total.start_sum, 0);
    assert_close(again.functions.total.response.sum, some.functions.total.response.sum, 0);
    /* Its functions alone, once of all and once of the others, draw the same starts. */
    struct sim_case plain = c;
    plain.platform = functions;
    struct hr_outcome whole = sim_case_run(&plain);
    assert_close(all.functions.total.start_sum, whole.total.start_sum, 0);
    hr_outcome_clear(&whole);
    both_clear(&all);
    both_clear(&some);
    both_clear(&again);
    sim_case_clear(&c);
}

static void merged_outcomes_add_up(void **state)
{
    (void)state;
    struct sim_case c = sim_case_make(HR_FLEET);
    struct hr_platform functions = functions_make();
    const char *why = NULL;
    c.platform.fleet.slots = 3;
    c.options.timeline_buckets = 50;
    sim_case_poisson(&c, 5000, 4, 1, 3);
    struct both b = run_both(&c, &functions, 0, 0);
    const double busy = b.fleet.total.busy + b.functions.total.busy;
    const uint64_t cold = b.functions.total.cold_starts;
    assert_true(hr_outcome_merge(&b.fleet, &b.functions));
    assert_true(hr_outcome_invariants_hold(&b.fleet, &why));
    assert_int_equal(b.fleet.total.invocations, 5000);
    assert_int_equal(b.fleet.total.response.count, 5000);
    assert_int_equal(b.fleet.total.cold_starts, cold);
    assert_close(b.fleet.total.busy, busy, 1e-9 * busy);
    double arrivals = 0;
    for (size_t i = 0; i < b.fleet.timeline.n; i++)
        arrivals += b.fleet.timeline.arrivals[i];
    assert_close(arrivals, 5000, 0);
    both_clear(&b);
    sim_case_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_finds_every_slot_taken_goes_to_a_function),
        cmocka_unit_test(what_stays_is_never_handed_over),
        cmocka_unit_test(the_overflow_of_poisson_traffic_is_erlangs),
        cmocka_unit_test(a_share_is_drawn_and_keeps_its_luck),
        cmocka_unit_test(merged_outcomes_add_up),
    };
    return cmocka_run_group_tests_name("sim_overflow", tests, NULL, NULL);
}
