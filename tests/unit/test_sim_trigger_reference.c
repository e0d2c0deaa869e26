/* Queues and streams agree with a slow second engine, to the last count, on random platforms.
 *
 * Times are drawn to the microsecond over minutes, so that no two of them fall together by chance;
 * what happens first at one instant is counted by hand in test_sim_trigger.c.
 */
#include "trigger_reference.h"

#define S ((int64_t)HR_SECOND)

static uint64_t draw(uint64_t *state, uint64_t below)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    return hr_mix64(*state) % below;
}

/* Up to so many seconds, to the microsecond, odd. */
static int64_t span(uint64_t *s, uint64_t seconds)
{
    return (int64_t)(draw(s, seconds * 1000000) | 1);
}

static struct sim_case random_case(enum hr_trigger trigger, uint64_t *s)
{
    struct sim_case c = sim_case_make(HR_FUNCTION);
    struct hr_function_model *f = &c.platform.function;
    const size_t n = 20 + draw(s, 100);
    const uint64_t gap = 1 + draw(s, 6), work = 1 + draw(s, 12);
    int64_t at = SIM_T0;
    sim_case_room(&c, n);
    for (size_t i = 0; i < n; i++) {
        at += draw(s, 3) ? span(s, gap) : 1 + (int64_t)draw(s, 1000);
        c.arrival[i] = at;
        c.service[i] = span(s, work);
    }
    sim_case_window(&c, SIM_T0, SIM_T0 + 10 * HR_DAY);
    c.options.seed = draw(s, 1000);
    c.block = (size_t)draw(s, 9);
    c.workloads[0].trigger = trigger;
    c.workloads[0].messages = true;
    c.workloads[0].errors = draw(s, 2) ? 0 : 0.2;
    c.workloads[0].poison = draw(s, 3) ? 0 : 0.05;
    f->keep_alive_us = 1000 * HR_DAY;
    f->concurrency_limit = draw(s, 2) ? 0 : 1 + (int64_t)draw(s, 4);
    f->time_limit_us = draw(s, 3) ? 0 : span(s, 40);
    return c;
}

static void random_queue(struct hr_queue_model *q, uint64_t *s)
{
    *q = (struct hr_queue_model){.batch = 1 + (int64_t)draw(s, 8),
                                 .window_us = draw(s, 2) ? 0 : span(s, 20),
                                 .pollers = 1 + (int64_t)draw(s, 3),
                                 .pollers_per_minute = 1 + (double)draw(s, 30),
                                 .pollers_hold_us = span(s, 60),
                                 .visibility_us = span(s, 120) + S,
                                 .receives = draw(s, 4) ? 1 + (int64_t)draw(s, 5) : 0,
                                 .max_age_us = span(s, 900),
                                 .refused_us = span(s, 3),
                                 .refused_most_us = span(s, 20),
                                 .partial = draw(s, 2),
                                 .duplicates = draw(s, 2) ? 0 : 0.1};
    q->pollers_max = q->pollers + (int64_t)draw(s, 6);
}

static void random_stream(struct hr_stream_model *t, uint64_t *s)
{
    *t = (struct hr_stream_model){.batch = 1 + (int64_t)draw(s, 8),
                                  .window_us = draw(s, 2) ? 0 : span(s, 20),
                                  .shards = 1 + (int64_t)draw(s, 4),
                                  .factor = 1 + (int64_t)draw(s, 3),
                                  .poll_us = draw(s, 2) ? 0 : span(s, 4) + S / 10,
                                  .retries = (int64_t)draw(s, 5) - 1,
                                  .delay_us = span(s, 3),
                                  .delay_most_us = span(s, 30) + S,
                                  .max_age_us = span(s, 900),
                                  .bisect = draw(s, 2),
                                  .partial = draw(s, 2),
                                  .duplicates = draw(s, 2) ? 0 : 0.1};
}

struct seen { /* what the cases reached, so that none of it goes untested */
    uint64_t dead, throttled, rejected, timed_out, failed, duplicates, batched;
};

static void compare(struct sim_case *c, int64_t cold, unsigned k, struct seen *seen)
{
    c->platform.function.start.stages[HR_STAGE_INIT] =
        (struct hr_dist){.kind = HR_CONSTANT, .a = (double)cold};
    struct tr *r = trigger_reference(c, cold);
    struct hr_outcome o = sim_case_run(c);
    const struct hr_measures *t = &o.total;
    const uint64_t fast[] = {t->served,   t->dropped,    t->dead_letters, t->throttled,
                             t->rejected, t->timed_out,  t->failed,       t->duplicates,
                             t->runs,     t->cold_starts};
    const uint64_t slow[] = {r->served,    r->dropped, r->dead,       r->throttled, r->rejected,
                             r->timed_out, r->failed,  r->duplicates, r->runs,      r->colds};
    for (size_t i = 0; i < sizeof fast / sizeof fast[0]; i++)
        if (fast[i] != slow[i])
            fail_msg("case %u, count %zu: %lu, reference %lu", k, i, fast[i], slow[i]);
    if (t->wait_sum != (double)r->wait || t->start_sum != (double)r->start ||
        t->service_sum != (double)r->service || t->busy != (double)r->busy)
        fail_msg("case %u: wait %g/%ld start %g/%ld service %g/%ld busy %g/%ld", k, t->wait_sum,
                 r->wait, t->start_sum, r->start, t->service_sum, r->service, t->busy, r->busy);
    assert_int_equal(t->invocations, c->n);
    assert_close(t->usage.quantity[HR_METER_REQUESTS], (double)r->runs, 0);
    seen->dead += r->dead;
    seen->throttled += r->throttled;
    seen->rejected += r->rejected;
    seen->timed_out += r->timed_out;
    seen->failed += r->failed;
    seen->duplicates += r->duplicates;
    seen->batched += r->served > r->runs;
    hr_outcome_clear(&o);
    free(r);
}

static void assert_all_seen(const struct seen *seen)
{
    assert_true(seen->throttled > 0 && seen->rejected > 0 && seen->timed_out > 0);
    assert_true(seen->failed > 0 && seen->duplicates > 0 && seen->batched > 0);
}

static void random_queues_agree_with_reference(void **state)
{
    (void)state;
    struct seen seen = {0};
    for (unsigned k = 0; k < 600; k++) {
        uint64_t s = k * UINT64_C(1000003) + 11;
        struct sim_case c = random_case(HR_QUEUE, &s);
        random_queue(&c.platform.function.queue, &s);
        compare(&c, (int64_t)draw(&s, 2000000), k, &seen);
        sim_case_clear(&c);
    }
    assert_all_seen(&seen);
    assert_true(seen.dead > 0);
}

static void random_streams_agree_with_reference(void **state)
{
    (void)state;
    struct seen seen = {0};
    for (unsigned k = 0; k < 600; k++) {
        uint64_t s = k * UINT64_C(5000011) + 3;
        struct sim_case c = random_case(HR_STREAM, &s);
        random_stream(&c.platform.function.stream, &s);
        compare(&c, (int64_t)draw(&s, 2000000), k, &seen);
        sim_case_clear(&c);
    }
    assert_all_seen(&seen);
    assert_int_equal(seen.dead, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_queues_agree_with_reference),
        cmocka_unit_test(random_streams_agree_with_reference),
    };
    return cmocka_run_group_tests_name("sim_trigger_reference", tests, NULL, NULL);
}
