/* The fast engines agree with a slow one, to the last count, on many small random platforms.
 *
 * Times are small whole numbers, so that ties at one instant (ends, starts, expiry, arrivals) are
 * frequent; the window holds all of it, so that slot time can be compared whole.
 */
#include "fleet_reference.h"
#include "sim_reference.h"

static uint64_t draw(uint64_t *state, uint64_t below)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    return hr_mix64(*state) % below;
}

static struct sim_case random_traffic(enum hr_platform_kind kind, uint64_t *s)
{
    struct sim_case c = sim_case_make(kind);
    size_t n = 20 + draw(s, 140);
    uint64_t gap = 1 + draw(s, 12), work = 1 + draw(s, 60);
    int64_t at = SIM_T0;
    c.workload_count = 1 + draw(s, 3);
    sim_case_room(&c, n);
    for (size_t i = 0; i < n; i++) {
        at += (int64_t)draw(s, gap);
        c.arrival[i] = at;
        c.service[i] = (int64_t)draw(s, work);
        c.workload[i] = (uint32_t)draw(s, c.workload_count);
    }
    sim_case_window(&c, SIM_T0, SIM_T0 + 100 * HR_SECOND);
    c.options.timeline_buckets = (size_t)draw(s, 3) * 999;
    c.block = (size_t)draw(s, 9);
    return c;
}

static void same(const struct hr_outcome *o, const struct ref_result *r, unsigned k)
{
    const struct hr_measures *t = &o->total;
    if (t->served == r->served && t->throttled == r->throttled && t->rejected == r->rejected &&
        t->timed_out == r->timed_out && t->cold_starts == r->cold_starts &&
        t->wait_sum == (double)r->wait && t->start_sum == (double)r->start &&
        t->service_sum == (double)r->service && t->busy == (double)r->busy &&
        t->busy_peak == r->busy_peak)
        return;
    fail_msg("case %u: served %lu/%lu throttled %lu/%lu rejected %lu/%lu timed out %lu/%lu cold "
             "%lu/%lu wait %g/%ld start %g/%ld service %g/%ld busy %g/%ld peak %ld/%ld",
             k, t->served, r->served, t->throttled, r->throttled, t->rejected, r->rejected,
             t->timed_out, r->timed_out, t->cold_starts, r->cold_starts, t->wait_sum, r->wait,
             t->start_sum, r->start, t->service_sum, r->service, t->busy, r->busy, t->busy_peak,
             r->busy_peak);
}

/* Reserved and provisioned ones where a platform file may have them: on_limit refuse, and the
 * latter with one slot, the most recent first, no joining. */
static void random_gates(struct sim_case *c, uint64_t *s)
{
    struct hr_function_model *m = &c->platform.function;
    m->requests_per_second = draw(s, 3) ? 0 : 1 + (double)draw(s, 100);
    m->launch_burst = draw(s, 2) ? 0 : 1 + (double)draw(s, 6);
    m->launches_per_second = (double)(draw(s, 4) * 20000);
    m->async = (struct hr_retry_model){.attempts = (int64_t)draw(s, 5),
                                       .delay_us = 1 + (int64_t)draw(s, 40),
                                       .refused_us = 1 + (int64_t)draw(s, 20),
                                       .refused_most_us = 1 + (int64_t)draw(s, 90),
                                       .max_age_us = (int64_t)draw(s, 800)};
    m->on_limit = HR_LIMIT_REFUSE;
    m->concurrency_limit = draw(s, 2) ? 0 : 8 + (int64_t)draw(s, 12);
    for (size_t i = 0; i < c->workload_count; i++) {
        struct hr_sim_workload *w = &c->workloads[i];
        w->trigger = draw(s, 2) ? HR_ASYNC : HR_HTTP;
        w->reserved = draw(s, 3) ? 0 : 1 + (int64_t)draw(s, 2);
        bool may = w->slots == 1 && m->reuse == HR_REUSE_RECENT && !m->join_starting;
        w->provisioned = may && draw(s, 2) ? (int64_t)draw(s, 3) : 0;
    }
}

static void function_on_random_platforms_agrees_with_reference(void **state)
{
    (void)state;
    uint64_t retried = 0, throttled = 0;
    for (unsigned k = 0; k < 3000; k++) {
        uint64_t s = k * UINT64_C(1000003);
        struct sim_case c = random_traffic(HR_FUNCTION, &s);
        struct hr_function_model *m = &c.platform.function;
        int64_t cold = (int64_t)draw(&s, 30);
        m->start.stages[HR_STAGE_INIT] = (struct hr_dist){.kind = HR_CONSTANT, .a = (double)cold};
        m->keep_alive_us = (int64_t)draw(&s, 60);
        m->place = (enum hr_place)draw(&s, 2);
        m->reuse = (enum hr_reuse)draw(&s, 4); /* random has a draw of its own */
        m->join_starting = draw(&s, 2);
        m->time_limit_us = draw(&s, 3) ? 0 : 10 + (int64_t)draw(&s, 30);
        m->concurrency_limit = draw(&s, 2) ? 0 : 1 + (int64_t)draw(&s, 12);
        m->on_limit = (enum hr_on_limit)draw(&s, 2);
        m->queue_us = (int64_t)draw(&s, 60);
        for (size_t i = 0; i < 3; i++)
            c.workloads[i].slots = draw(&s, 2) ? 1 : 1 + (int64_t)draw(&s, 5);
        if (k % 2)
            random_gates(&c, &s);
        struct ref_result r = reference_run(&c, cold);
        struct hr_outcome o = sim_case_run(&c);
        same(&o, &r, k);
        assert_close(o.total.starting, (double)r.starting, 0);
        assert_int_equal(o.total.instances_peak, r.instances_peak);
        double life = 0;
        for (size_t i = 0; i < c.workload_count; i++)
            life += o.workloads[i].instances_mean * 100e6;
        assert_close(life, (double)r.life, 1e-3);
        retried += o.total.retried;
        throttled += o.total.throttled;
        hr_outcome_clear(&o);
        sim_case_clear(&c);
    }
    assert_true(retried > 1000 && throttled > 1000);
}

static void fleet_on_random_servers_agrees_with_reference(void **state)
{
    (void)state;
    static const enum hr_balancer balancers[] = {HR_ROUND_ROBIN, HR_LEAST_OUTSTANDING,
                                                 HR_SHARED_QUEUE};
    for (unsigned k = 0; k < 1500; k++) {
        uint64_t s = k * UINT64_C(7000003) + 5;
        struct sim_case c = random_traffic(HR_FLEET, &s);
        struct hr_fleet_model *m = &c.platform.fleet;
        m->servers_min = m->servers_max = m->servers_initial = 1 + (int64_t)draw(&s, 9);
        m->slots = 1 + (int64_t)draw(&s, 5);
        m->balancer = balancers[draw(&s, 3)];
        m->queue_limit = (int64_t)draw(&s, 8) - 1;
        struct ref_result r = reference_run(&c, 0);
        struct hr_outcome o = sim_case_run(&c);
        same(&o, &r, k);
        assert_close(o.total.busy + o.total.starting + o.total.idle,
                     100e6 * (double)(m->servers_min * m->slots), 1e-3);
        hr_outcome_clear(&o);
        sim_case_clear(&c);
    }
}

/* ---- fleets that scale ----------------------------------------------------------------------- */

/* Loops of microseconds, so that thousands of looks fit. */
static void random_aws(struct hr_autoscaler_model *a, uint64_t *s)
{
    a->period_us = 5 + (int64_t)draw(s, 30);
    a->delay_us = (int64_t)draw(s, 60);
    a->warmup_us = draw(s, 2) ? 0 : (int64_t)draw(s, 80);
    a->points_out = 1 + (int64_t)draw(s, 3);
    a->points_in = 1 + (int64_t)draw(s, 4);
    a->low = 0.5 + 0.1 * (double)draw(s, 5);
    a->cooldown_out_us = draw(s, 2) ? 0 : (int64_t)draw(s, 100);
    a->cooldown_in_us = draw(s, 2) ? 0 : (int64_t)draw(s, 100);
    a->step.above = 0.5 + 0.1 * (double)draw(s, 4);
    a->step.below = 0.1 + 0.1 * (double)draw(s, 3);
    a->step.out_count = 1 + draw(s, 3);
    a->step.in_count = 1 + draw(s, 2);
    for (size_t i = 0; i < 3; i++) {
        a->step.out[i] = (struct hr_step){0.15 * (double)i, 0.1 + 0.2 * (double)draw(s, 6)};
        a->step.in[i] = (struct hr_step){0.15 * (double)i, 0.1 + 0.1 * (double)draw(s, 5)};
    }
    a->step.at_least = 1 + (int64_t)draw(s, 2);
}

static void random_kubernetes(struct hr_autoscaler_model *a, uint64_t *s)
{
    struct hr_hpa_model *h = &a->hpa;
    h->period_us = 5 + (int64_t)draw(s, 20);
    h->readiness_us = draw(s, 2) ? 0 : (int64_t)draw(s, 50);
    h->tolerance = 0.05 * (double)draw(s, 4);
    h->window_out_us = draw(s, 2) ? 0 : (int64_t)draw(s, 80);
    h->window_in_us = (int64_t)draw(s, 300);
    h->out = (struct hr_hpa_rate){(int64_t)draw(s, 5), 0.5 * (double)draw(s, 4),
                                  1 + (int64_t)draw(s, 60)};
    h->in = (struct hr_hpa_rate){(int64_t)draw(s, 4), 0.25 * (double)draw(s, 5),
                                 1 + (int64_t)draw(s, 60)};
    a->kpa = (struct hr_kpa_model){.period_us = 2 + (int64_t)draw(s, 10),
                                   .stable_us = 60 + (int64_t)draw(s, 100),
                                   .panic_us = 12 + (int64_t)draw(s, 20),
                                   .threshold = 1 + 0.5 * (double)draw(s, 4),
                                   .rate_out = 2 + (double)draw(s, 10),
                                   .rate_in = 1.5 + 0.5 * (double)draw(s, 3),
                                   .to_zero = draw(s, 2),
                                   .grace_us = (int64_t)draw(s, 60)};
    a->backlog = (struct hr_backlog_model){.per_server = 0.5 * (double)(1 + draw(s, 12)),
                                           .activation = (int64_t)draw(s, 3),
                                           .in_flight = draw(s, 2),
                                           .to_zero = draw(s, 2),
                                           .poll_us = 1 + (int64_t)draw(s, 60),
                                           .cooldown_us = (int64_t)draw(s, 100)};
}

static int64_t random_scaled_fleet(struct sim_case *c, enum hr_autoscaler_policy policy,
                                   uint64_t *s)
{
    struct hr_fleet_model *m = &c->platform.fleet;
    int64_t boot = draw(s, 4) ? (int64_t)draw(s, 60) : 0;
    m->servers_min = 1 + (int64_t)draw(s, 3);
    m->servers_max = m->servers_min + 1 + (int64_t)draw(s, 15);
    m->servers_initial =
        m->servers_min + (int64_t)draw(s, (uint64_t)(m->servers_max - m->servers_min + 1));
    m->slots = 1 + (int64_t)draw(s, 4);
    m->balancer = draw(s, 2) ? HR_SHARED_QUEUE : HR_LEAST_OUTSTANDING;
    m->queue_limit = draw(s, 2) ? -1 : (int64_t)draw(s, 8);
    m->boot = (struct hr_dist){.kind = HR_CONSTANT, .a = (double)boot};
    m->drain_us = draw(s, 3) ? 0 : 1 + (int64_t)draw(s, 30);
    m->autoscaler = (struct hr_autoscaler_model){
        .policy = policy, .metric = HR_METRIC_SLOTS, .target = 0.3 + 0.1 * (double)draw(s, 7)};
    random_aws(&m->autoscaler, s);
    random_kubernetes(&m->autoscaler, s);
    c->options.timeline_buckets = 0;
    c->metered = true; /* to the microsecond */
    c->metering = (struct hr_metering){.span = HR_METERED_LIFE};
    sim_case_window(c, SIM_T0, SIM_T0 + 500 + (int64_t)draw(s, 2000));
    return boot;
}

static struct fr *scaled_reference(const struct sim_case *c, int64_t boot)
{
    const struct hr_autoscaler_model *a = &c->platform.fleet.autoscaler;
    switch (a->policy) {
    case HR_SCALE_HPA:
        return fleet_reference(c, a->hpa.period_us, 0, a->hpa.readiness_us, boot);
    case HR_SCALE_KPA:
        return fleet_reference(c, a->kpa.period_us, 0, 0, boot);
    case HR_SCALE_BACKLOG:
        return fleet_reference(c, a->hpa.period_us, 0, 0, boot);
    default:
        return fleet_reference(c, a->period_us, a->delay_us, a->warmup_us, boot);
    }
}

static void scaled_fleets_agree_with_reference(void **state)
{
    (void)state;
    static const enum hr_autoscaler_policy policies[] = {
        HR_SCALE_TARGET_TRACKING, HR_SCALE_STEP, HR_SCALE_HPA, HR_SCALE_KPA, HR_SCALE_BACKLOG};
    for (unsigned k = 0; k < 1500; k++) {
        uint64_t s = k * UINT64_C(9000011) + 77;
        struct sim_case c = random_traffic(HR_FLEET, &s);
        int64_t boot = random_scaled_fleet(&c, policies[k % 5], &s);
        struct fr *r = scaled_reference(&c, boot);
        struct hr_outcome o = sim_case_run(&c);
        const struct hr_measures *t = &o.total;
        double capacity = (double)(r->life * c.platform.fleet.slots);
        double life = t->instances_mean * (double)(c.options.window_to - c.options.window_from);
        if (t->served != r->served || t->rejected != r->rejected ||
            t->wait_sum != (double)r->wait || t->busy != (double)r->busy ||
            t->starting != (double)r->starting || t->instances_peak != r->instances_peak ||
            fabs(life - (double)r->life) > 1e-3 ||
            fabs(t->busy + t->starting + t->idle - capacity) > 1e-3)
            fail_msg("case %u, policy %u: served %lu/%lu rejected %lu/%lu wait %g/%ld busy %g/%ld "
                     "starting %g/%ld peak %ld/%ld life %g/%ld",
                     k, k % 5, t->served, r->served, t->rejected, r->rejected, t->wait_sum, r->wait,
                     t->busy, r->busy, t->starting, r->starting, t->instances_peak,
                     r->instances_peak, life, r->life);
        free(r);
        hr_outcome_clear(&o);
        sim_case_clear(&c);
    }
}

/* Random choices cannot agree with a second engine: they keep the counts that any choice keeps. */
static void random_choices_keep_the_identities(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 300; k++) {
        uint64_t s = k * UINT64_C(31) + 7;
        struct sim_case c = random_traffic(HR_FUNCTION, &s);
        c.platform.function.reuse = HR_REUSE_RANDOM;
        c.platform.function.keep_alive_us = (int64_t)draw(&s, 60);
        c.workloads[0].slots = 1 + (int64_t)draw(&s, 4);
        struct hr_outcome o = sim_case_run(&c); /* no start: who waits is nobody */
        assert_int_equal(o.total.served, c.n);
        assert_close(o.total.wait_sum + o.total.start_sum, 0, 0);
        hr_outcome_clear(&o);
        c.platform.kind = HR_FLEET;
        c.platform.fleet.balancer = draw(&s, 2) ? HR_RANDOM : HR_TWO_CHOICES;
        c.platform.fleet.servers_min = c.platform.fleet.servers_max =
            c.platform.fleet.servers_initial = 1 + (int64_t)draw(&s, 6);
        o = sim_case_run(&c);
        assert_int_equal(o.total.served, c.n);
        hr_outcome_clear(&o);
        sim_case_clear(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(function_on_random_platforms_agrees_with_reference),
        cmocka_unit_test(fleet_on_random_servers_agrees_with_reference),
        cmocka_unit_test(scaled_fleets_agree_with_reference),
        cmocka_unit_test(random_choices_keep_the_identities),
    };
    return cmocka_run_group_tests_name("sim_reference", tests, NULL, NULL);
}
