/* Theory: queues, loss, processor sharing and cold starts against closed forms.
 *
 * Expectations are tables of exact values (Erlang; Pollaczek-Khinchine; Crommelin; Cohen for
 * sharing; the stopped birth-death chain for cold starts). Ten replications with seeds 1 to 10 give
 * a Student interval at 99.9 % (9 degrees of freedom: 4.781), which must hold the exact value and
 * be narrow, or a broken engine would pass with a wide one.
 */
#include "sim_case.h"

#define REPLICATIONS 10
#define STUDENT      4.780912586

struct estimate {
    double x[REPLICATIONS];
};

static void assert_exact(const struct estimate *e, double exact, double narrow, const char *what)
{
    double mean = 0, square = 0;
    for (size_t i = 0; i < REPLICATIONS; i++)
        mean += e->x[i] / REPLICATIONS;
    for (size_t i = 0; i < REPLICATIONS; i++)
        square += (e->x[i] - mean) * (e->x[i] - mean) / (REPLICATIONS - 1);
    double half = STUDENT * sqrt(square / REPLICATIONS);
    if (fabs(mean - exact) > half + 1e-9 || half > narrow * exact)
        fail_msg("%s: %.6g +- %.2g, exact %.6g, narrow %.2g", what, mean, half, exact,
                 narrow * exact);
}

static double mean_wait_s(const struct hr_outcome *o)
{
    return o->total.wait_sum / (double)o->total.served / 1e6;
}
static double mean_response_s(const struct hr_outcome *o)
{
    return hr_histogram_mean(&o->total.response) / 1e6;
}

/* ---- M/M/c ------------------------------------------------------------------------------ */

static const struct {
    int64_t servers;
    double rho, wait, narrow;
    size_t n;
} erlang_c[] = {
    {1, 0.5, 1.0, 0.05, 200000},
    {1, 0.8, 4.0, 0.1, 400000},
    {1, 0.95, 19.0, 0.4, 500000},
    {4, 0.5, 0.08695652174, 0.06, 200000},
    {4, 0.8, 0.7455405897, 0.1, 300000},
    {4, 0.95, 4.457094976, 0.4, 500000},
    {16, 0.5, 0.001127351218, 0.2, 300000},
    {16, 0.8, 0.09527622279, 0.1, 300000},
    {16, 0.95, 0.9752405778, 0.4, 500000},
};

static void fleet_with_shared_queue_waits_as_erlang_c(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof erlang_c / sizeof *erlang_c; k++) {
        struct estimate wait, busy;
        double servers = (double)erlang_c[k].servers;
        for (size_t r = 0; r < REPLICATIONS; r++) {
            struct sim_case c = sim_case_make(HR_FLEET);
            c.platform.fleet.servers_min = c.platform.fleet.servers_max =
                c.platform.fleet.servers_initial = erlang_c[k].servers;
            sim_case_poisson(&c, erlang_c[k].n, erlang_c[k].rho * servers, 1, r + 1);
            struct hr_outcome o = sim_case_run(&c);
            wait.x[r] = mean_wait_s(&o);
            busy.x[r] = o.total.busy_mean;
            hr_outcome_clear(&o);
            sim_case_clear(&c);
        }
        char what[64];
        snprintf(what, sizeof what, "wait, c=%d rho=%g", (int)servers, erlang_c[k].rho);
        assert_exact(&wait, erlang_c[k].wait, erlang_c[k].narrow, what);
        assert_exact(&busy, servers * erlang_c[k].rho, 0.02, "busy");
    }
}

/* M/M/c/c: a fleet without queue, and a function with a concurrency limit, refuse as Erlang B. */
static const struct {
    int64_t servers;
    double load, blocked;
} erlang_b[] = {
    {1, 0.5, 0.3333333333},   {1, 0.95, 0.4871794872}, {4, 0.5, 0.09523809524},
    {4, 0.8, 0.2281449300},   {4, 1.2, 0.3822057563},  {16, 0.8, 0.08064721284},
    {16, 0.95, 0.1507227070}, {16, 1.2, 0.2701034621},
};

static void loss_without_queue_is_erlang_b(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof erlang_b / sizeof *erlang_b; k++) {
        struct estimate fleet, function;
        for (size_t r = 0; r < REPLICATIONS; r++) {
            struct sim_case c = sim_case_make(HR_FLEET);
            c.platform.fleet.slots = erlang_b[k].servers;
            c.platform.fleet.queue_limit = 0;
            c.platform.function.concurrency_limit = erlang_b[k].servers;
            sim_case_poisson(&c, 100000, erlang_b[k].load * (double)erlang_b[k].servers, 1, r + 1);
            struct hr_outcome o = sim_case_run(&c);
            fleet.x[r] = (double)o.total.rejected / (double)o.total.invocations;
            hr_outcome_clear(&o);
            c.platform.kind = HR_FUNCTION;
            o = sim_case_run(&c);
            function.x[r] = (double)o.total.throttled / (double)o.total.invocations;
            assert_close(function.x[r], fleet.x[r], 0); /* the same invocations, to the last */
            hr_outcome_clear(&o);
            sim_case_clear(&c);
        }
        assert_exact(&fleet, erlang_b[k].blocked, 0.05, "blocked");
    }
}

/* ---- M/D/1, M/G/1 ----------------------------------------------------------------------- */

static double one_server_wait(double rate, double sigma, size_t seed)
{
    struct sim_case c = sim_case_make(HR_FLEET);
    sim_case_poisson(&c, 400000, rate, 1, seed);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    gsl_rng_set(rng, 1000 + seed);
    for (size_t i = 0; i < c.n; i++)
        c.service[i] = (int64_t)(1e6 * exp(gsl_ran_gaussian(rng, sigma) - sigma * sigma / 2));
    gsl_rng_free(rng);
    struct hr_outcome o = sim_case_run(&c);
    double wait = mean_wait_s(&o);
    hr_outcome_clear(&o);
    sim_case_clear(&c);
    return wait;
}

static void one_server_waits_as_pollaczek_khinchine(void **state)
{
    (void)state;
    static const struct {
        double rho, sigma, wait, narrow;
    } cases[] = {
        {0.5, 0, 0.5, 0.02},         {0.8, 0, 2.0, 0.05},        {0.5, 0.83255461, 1.0, 0.05},
        {0.8, 0.83255461, 4.0, 0.1}, {0.5, 1.2686362, 2.5, 0.1},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct estimate wait;
        for (size_t r = 0; r < REPLICATIONS; r++)
            wait.x[r] = one_server_wait(cases[k].rho, cases[k].sigma, r + 1);
        assert_exact(&wait, cases[k].wait, cases[k].narrow, "M/G/1 wait");
    }
}

/* ---- processor sharing -------------------------------------------------------------------- */

static void sharing_on_k_cpus_responds_as_mmk(void **state)
{
    (void)state;
    static const struct {
        int cpus;
        double rho, response, narrow;
    } cases[] = {
        {1, 0.5, 2.0, 0.05},         {1, 0.8, 5.0, 0.1},           {4, 0.5, 1.086956522, 0.02},
        {4, 0.8, 1.745540590, 0.05}, {16, 0.5, 1.001127351, 0.02}, {16, 0.8, 1.095276223, 0.02},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct estimate fleet, function;
        for (size_t r = 0; r < REPLICATIONS; r++) {
            struct sim_case c = sim_case_make(HR_FLEET);
            c.platform.fleet.slots = 1000000;
            c.platform.fleet.vcpus = cases[k].cpus;
            c.platform.fleet.discipline = c.platform.function.discipline = HR_SHARING;
            sim_case_poisson(&c, 200000, cases[k].rho * cases[k].cpus, 1, r + 1);
            struct hr_outcome o = sim_case_run(&c);
            fleet.x[r] = mean_response_s(&o);
            /* one CPU-second of work each: vCPU time used is the work */
            assert_close(o.total.vcpu_us_used / o.total.service_sum * fleet.x[r], 1.0, 0.02);
            hr_outcome_clear(&o);
            c.platform.kind = HR_FUNCTION;
            c.workloads[0].slots = 1000000;
            c.workloads[0].vcpus = cases[k].cpus;
            o = sim_case_run(&c);
            function.x[r] = mean_response_s(&o);
            hr_outcome_clear(&o);
            sim_case_clear(&c);
        }
        assert_exact(&fleet, cases[k].response, cases[k].narrow, "sharing, fleet");
        assert_exact(&function, cases[k].response, cases[k].narrow, "sharing, function");
    }
}

/* ---- cold starts ---------------------------------------------------------------------------- */

static void one_instance_is_cold_with_probability_exp(void **state)
{
    (void)state;
    static const struct {
        double rate, keep_s, cold, idle;
    } cases[] = {
        {0.001, 600, 0.5488116361, 0.4511883639},
        {0.005, 600, 0.04978706837, 0.9502129316},
        {0.1, 10, 0.3678794412, 0.6321205588},
    };
    for (size_t k = 0; k < 3; k++) {
        struct estimate cold, idle;
        for (size_t r = 0; r < REPLICATIONS; r++) {
            struct sim_case c = sim_case_make(HR_FUNCTION);
            c.platform.function.keep_alive_us = (int64_t)(cases[k].keep_s * 1e6);
            sim_case_poisson(&c, 100000, cases[k].rate, 1, r + 1);
            memset(c.service, 0, c.n * sizeof *c.service);
            struct hr_outcome o = sim_case_run(&c);
            cold.x[r] = (double)o.total.cold_starts / (double)c.n;
            idle.x[r] = o.total.instances_mean;
            hr_outcome_clear(&o);
            sim_case_clear(&c);
        }
        assert_exact(&cold, cases[k].cold, 0.05, "P(cold)");
        assert_exact(&idle, cases[k].idle, 0.02, "instances");
    }
}

/* A busy instance refuses: limit 1. Cold starts and service exponential. */
static void one_slot_limit_refuses_as_the_cycle_says(void **state)
{
    (void)state;
    static const struct {
        double rate, keep_s, service_s, cold_s, refused, cold;
        enum hr_dist_kind start;
    } cases[] = {
        {0.5, 2, 1, 1, 0.4061545150, 0.3678794412, HR_CONSTANT},
        {0.2, 10, 1, 3, 0.2194824486, 0.1353352832, HR_EXPONENTIAL},
        {2, 1, 0.25, 0.5, 0.3885046019, 0.1353352832, HR_EXPONENTIAL},
    };
    for (size_t k = 0; k < 3; k++) {
        struct estimate refused, cold;
        for (size_t r = 0; r < REPLICATIONS; r++) {
            struct sim_case c = sim_case_make(HR_FUNCTION);
            c.platform.function.keep_alive_us = (int64_t)(cases[k].keep_s * 1e6);
            c.platform.function.concurrency_limit = 1;
            c.platform.function.cold_start =
                (struct hr_dist){.kind = cases[k].start, .a = cases[k].cold_s * 1e6};
            sim_case_poisson(&c, 200000, cases[k].rate, cases[k].service_s, r + 1);
            struct hr_outcome o = sim_case_run(&c);
            refused.x[r] = (double)o.total.throttled / (double)c.n;
            cold.x[r] = (double)o.total.cold_starts / (double)o.total.served;
            hr_outcome_clear(&o);
            sim_case_clear(&c);
        }
        assert_exact(&refused, cases[k].refused, 0.02, "P(refused)");
        assert_exact(&cold, cases[k].cold, 0.05, "P(cold given served)");
    }
}

static void many_instances_most_recent_first_match_the_chain(void **state)
{
    (void)state;
    static const struct {
        double rate, service_s, keep_s;
        int64_t limit;
        double cold, instances, busy, refused, narrow;
    } cases[] = {
        {0.9, 1.991, 600, 0, 0.001329306649, 7.691933508, 1.7919, 0, 0.2},
        {1.0, 1.0, 10, 0, 0.07737382690, 3.278075407, 1.0, 0, 0.03},
        {10, 0.2, 5, 0, 0.01864687667, 6.113287102, 2.0, 0, 0.06},
        {5, 1.0, 1, 0, 0.2161232500, 6.965902408, 5.0, 0, 0.02},
        {8, 1.0, 2, 10, 0.04691514523, 9.519295832, 7.026711486, 0.1216610643, 0.05},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct estimate cold, instances, busy;
        for (size_t r = 0; r < REPLICATIONS; r++) {
            struct sim_case c = sim_case_make(HR_FUNCTION);
            c.platform.function.keep_alive_us = (int64_t)(cases[k].keep_s * 1e6);
            c.platform.function.concurrency_limit = cases[k].limit;
            sim_case_poisson(&c, 300000, cases[k].rate, cases[k].service_s, r + 1);
            c.options.warmup_us = 3600 * HR_SECOND;
            struct hr_outcome o = sim_case_run(&c);
            cold.x[r] = (double)o.total.cold_starts / (double)o.total.served;
            instances.x[r] = o.total.instances_mean;
            busy.x[r] = o.total.busy_mean;
            if (cases[k].limit)
                assert_close((double)o.total.throttled / (double)o.total.invocations,
                             cases[k].refused, 0.01);
            /* slots that exist: busy, starting, or idle at the provider's cost */
            assert_close(
                o.total.instances_mean,
                (o.total.busy + o.total.starting + o.total.unbilled_idle) /
                    (double)(c.options.window_to - c.options.window_from - c.options.warmup_us),
                1e-6);
            hr_outcome_clear(&o);
            sim_case_clear(&c);
        }
        assert_exact(&cold, cases[k].cold, cases[k].narrow, "P(cold)");
        assert_exact(&instances, cases[k].instances, 0.02, "instances");
        assert_exact(&busy, cases[k].busy, 0.02, "busy");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fleet_with_shared_queue_waits_as_erlang_c),
        cmocka_unit_test(loss_without_queue_is_erlang_b),
        cmocka_unit_test(one_server_waits_as_pollaczek_khinchine),
        cmocka_unit_test(sharing_on_k_cpus_responds_as_mmk),
        cmocka_unit_test(one_instance_is_cold_with_probability_exp),
        cmocka_unit_test(one_slot_limit_refuses_as_the_cycle_says),
        cmocka_unit_test(many_instances_most_recent_first_match_the_chain),
    };
    return cmocka_run_group_tests_name("sim_theory", tests, NULL, NULL);
}
