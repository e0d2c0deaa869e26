/* What brings work to a function: queues, streams, schedules, events that come twice. Expectations
 * are counted by hand, or closed forms; models/README.md has the rules.
 */
#include <gsl/gsl_cdf.h>

#include "sim_case.h"

#define S ((int64_t)HR_SECOND)

static struct sim_case queue_case(int64_t batch, int64_t window)
{
    struct sim_case c = sim_case_make(HR_FUNCTION);
    c.workloads[0].trigger = HR_QUEUE;
    c.workloads[0].messages = true;
    c.workloads[0].target_kind = HR_TARGET_START;
    c.platform.function.queue = (struct hr_queue_model){.batch = batch,
                                                        .window_us = window,
                                                        .pollers = 5,
                                                        .pollers_max = 1250,
                                                        .pollers_per_minute = 300,
                                                        .pollers_hold_us = HR_MINUTE,
                                                        .visibility_us = 30 * S,
                                                        .receives = 5,
                                                        .max_age_us = 4 * HR_DAY,
                                                        .refused_us = S,
                                                        .refused_most_us = 60 * S};
    return c;
}

static struct sim_case stream_case(int64_t batch)
{
    struct sim_case c = sim_case_make(HR_FUNCTION);
    c.workloads[0].trigger = HR_STREAM;
    c.workloads[0].messages = true;
    c.platform.function.stream = (struct hr_stream_model){.batch = batch,
                                                          .shards = 1,
                                                          .factor = 1,
                                                          .retries = -1,
                                                          .delay_us = S,
                                                          .delay_most_us = 60 * S,
                                                          .max_age_us = HR_DAY};
    return c;
}

/* Seeds under which exactly the message `which` of n is poisoned by a share of 10 %. */
static uint64_t seed_that_poisons(uint64_t which, uint64_t n)
{
    for (uint64_t seed = 0;; seed++) {
        bool fits = true;
        for (uint64_t i = 0; i < n && fits; i++)
            fits = (hr_unit(hr_draw_key(seed, 100, i, HR_DRAW_POISON)) < 0.1) == (i == which);
        if (fits)
            return seed;
    }
}

/* ---- queue ---------------------------------------------------------------------------------- */

/* Three fill a batch at 2 s; the fourth and fifth wait from 3 s to the window's end at 13 s. */
static void a_batch_is_one_run_of_the_summed_work(void **state)
{
    (void)state;
    struct sim_case c = queue_case(3, 10 * S);
    const int64_t rows[][2] = {{0, S}, {S, 2 * S}, {2 * S, 3 * S}, {3 * S, S}, {4 * S, S}};
    struct hr_outcome o = sim_case_run_rows(&c, rows, 5);
    assert_int_equal(o.total.invocations, 5);
    assert_int_equal(o.total.served, 5);
    assert_int_equal(o.total.attempts, 5);
    assert_int_equal(o.total.runs, 2);
    assert_int_equal(o.total.duplicates, 0);
    assert_close(o.total.usage.quantity[HR_METER_REQUESTS], 2, 0);
    assert_close(o.total.usage.quantity[HR_METER_GB_SECONDS], 8, 0);
    assert_close(o.total.busy, 8e6, 0);
    assert_close(o.total.wait_sum, 1e6 * (2 + 1 + 0 + 10 + 9), 0);
    assert_close(o.total.service_sum, 1e6 * (3 * 6 + 2 * 2), 0); /* each answer is the batch's */
    hr_outcome_clear(&o);
}

/* Without a window a poller takes what there is: one at 0, and when the five pollers are busy what
 * has gathered until one of them is free. */
static void without_a_window_batches_form_while_pollers_are_busy(void **state)
{
    (void)state;
    struct sim_case c = queue_case(10, 0);
    c.platform.function.queue.pollers_per_minute = 0;
    const int64_t rows[][2] = {{0, 9 * S}, {0, 9 * S}, {0, 9 * S}, {0, 9 * S},
                               {0, 9 * S}, {S, S},     {2 * S, S}, {3 * S, S}};
    struct hr_outcome o = sim_case_run_rows(&c, rows, 8);
    assert_int_equal(o.total.runs, 6);
    assert_close(o.total.wait_sum, 1e6 * (8 + 7 + 6), 0);
    assert_int_equal(o.total.busy_peak, 5);
    hr_outcome_clear(&o);
}

/* Five at once, then one more each 0.2 s while messages wait. */
static void pollers_grow_by_300_a_minute(void **state)
{
    (void)state;
    struct sim_case c = queue_case(1, 0);
    const size_t n = 405;
    sim_case_room(&c, n);
    for (size_t i = 0; i < n; i++) {
        c.arrival[i] = SIM_T0;
        c.service[i] = 1000 * S;
    }
    c.platform.function.queue.visibility_us = HR_HOUR;
    c.options.timeline_buckets = 100;
    sim_case_window(&c, SIM_T0, SIM_T0 + 100 * S);
    struct hr_outcome o = sim_case_run(&c);
    assert_close(o.total.wait_sum, 0.2e6 * 400 * 401 / 2, 0);
    assert_int_equal(o.total.busy_peak, 405);
    assert_close(o.timeline.busy[60], 5 + 300 + 2, 1e-9); /* mean over the second */
    assert_close(o.timeline.queue[60], 405 - 307, 1e-9);
    hr_outcome_clear(&o);
    c.platform.function.queue.pollers_max = 20;
    c.platform.function.queue.visibility_us = HR_DAY;
    o = sim_case_run(&c);
    assert_int_equal(o.total.busy_peak, 20);
    hr_outcome_clear(&o);
    c.workloads[0].reserved = 8; /* no more pollers than the function may have */
    o = sim_case_run(&c);
    assert_int_equal(o.total.busy_peak, 8);
    assert_int_equal(o.total.throttled, 0);
    hr_outcome_clear(&o);
    sim_case_clear(&c);
}

/* One that fails always is delivered five times, 30 s apart, and is a dead letter 30 s later. */
static void a_message_that_fails_becomes_a_dead_letter(void **state)
{
    (void)state;
    struct sim_case c = queue_case(1, 0);
    c.workloads[0].poison = 1;
    struct hr_outcome o = sim_case_run_rows(&c, (const int64_t[][2]){{0, S}}, 1);
    assert_int_equal(o.total.attempts, 5);
    assert_int_equal(o.total.failed, 5);
    assert_int_equal(o.total.duplicates, 4);
    assert_int_equal(o.total.dropped, 1);
    assert_int_equal(o.total.dead_letters, 1);
    assert_int_equal(o.total.runs, 5);
    assert_int_equal(o.end_us - SIM_T0, 121 * S);
    hr_outcome_clear(&o);
    c.platform.function.queue.receives = 0; /* until it is older than 100 s: at 120 s it is */
    c.platform.function.queue.max_age_us = 100 * S;
    o = sim_case_run_rows(&c, (const int64_t[][2]){{0, S}}, 1);
    assert_int_equal(o.total.attempts, 4);
    assert_int_equal(o.total.dropped, 1);
    assert_int_equal(o.total.dead_letters, 0);
    hr_outcome_clear(&o);
}

/* Two of three are good: they come back with the third unless the answer is partial. */
static void a_failure_is_the_whole_batchs_unless_told_otherwise(void **state)
{
    (void)state;
    for (int partial = 0; partial < 2; partial++) {
        struct sim_case c = queue_case(3, S);
        c.options.seed = seed_that_poisons(1, 3);
        c.workloads[0].poison = 0.1;
        c.platform.function.queue.receives = 2;
        c.platform.function.queue.partial = partial;
        const int64_t rows[][2] = {{0, S}, {0, S}, {0, S}};
        struct hr_outcome o = sim_case_run_rows(&c, rows, 3);
        assert_int_equal(o.total.served, partial ? 2 : 0);
        assert_int_equal(o.total.failed, partial ? 2 : 6);
        assert_int_equal(o.total.dead_letters, partial ? 1 : 3);
        assert_int_equal(o.total.duplicates, partial ? 1 : 3);
        assert_close(o.total.busy, partial ? 4e6 : 6e6, 0);
        hr_outcome_clear(&o);
    }
}

/* The summed work is beyond the time limit: all of the batch is cut, and alone each would do. */
static void a_batch_may_be_too_long_for_the_time_limit(void **state)
{
    (void)state;
    struct sim_case c = queue_case(3, S);
    c.platform.function.time_limit_us = 5 * S;
    const int64_t rows[][2] = {{0, 2 * S}, {0, 2 * S}, {0, 2 * S}};
    struct hr_outcome o = sim_case_run_rows(&c, rows, 3);
    assert_int_equal(o.total.timed_out, 15);
    assert_int_equal(o.total.dead_letters, 3);
    hr_outcome_clear(&o);
    c.workloads[0].batch_most = 2; /* as the payload has room for */
    o = sim_case_run_rows(&c, rows, 3);
    assert_int_equal(o.total.served, 3);
    assert_int_equal(o.total.runs, 2);
    hr_outcome_clear(&o);
}

/* Refused at 1, 2, 4 and 8 s; served at 16 s, when the first has ended: it never went back. */
static void a_throttled_poller_backs_off(void **state)
{
    (void)state;
    struct sim_case c = queue_case(1, 0);
    c.platform.function.concurrency_limit = 1;
    const int64_t rows[][2] = {{0, 10 * S}, {S, S}};
    struct hr_outcome o = sim_case_run_rows(&c, rows, 2);
    assert_int_equal(o.total.served, 2);
    assert_int_equal(o.total.throttled, 4);
    assert_int_equal(o.total.duplicates, 0);
    assert_close(o.total.wait_sum, 15e6, 0);
    hr_outcome_clear(&o);
    /* Hidden for 12 s only: the poller gives up at 8 s, the message is back at 13 s. */
    c.platform.function.queue.visibility_us = 12 * S;
    o = sim_case_run_rows(&c, rows, 2);
    assert_int_equal(o.total.served, 2);
    assert_int_equal(o.total.throttled, 4);
    assert_close(o.total.wait_sum, 12e6, 0);
    hr_outcome_clear(&o);
}

/* A run of 70 s is seen again at 30 and 60 s: two runs more, no answer more. */
static void a_run_longer_than_the_visibility_timeout_is_delivered_again(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        struct sim_case c = queue_case(1, 0);
        c.platform.function.discipline = kind ? HR_SHARING : HR_SLOTS;
        c.workloads[0].slots = kind ? 2 : 1;
        c.workloads[0].cpu_bound = 0; /* runs do not slow each other */
        struct hr_outcome o = sim_case_run_rows(&c, (const int64_t[][2]){{0, 70 * S}}, 1);
        assert_int_equal(o.total.served, 1);
        assert_int_equal(o.total.attempts, 1);
        assert_int_equal(o.total.duplicates, 2);
        assert_int_equal(o.total.runs, 3);
        assert_close(o.total.busy, 210e6, 0);
        hr_outcome_clear(&o);
    }
}

/* Poisson arrivals, a window W that the first message opens, at most B: the batch has that one and
 * those that come in W, but no more than B. E[N] = 1 + sum over k < B of P(Poisson(lambda W) >= k).
 */
static void mean_batch_of_poisson_arrivals_is_known(void **state)
{
    (void)state;
    const double rate = 4, window_s = 1.5;
    for (int64_t most = 1; most <= 1000; most = most * 3 + 1) {
        struct sim_case c = queue_case(most, (int64_t)(window_s * 1e6));
        sim_case_poisson(&c, 200000, rate, 0.001, 77);
        struct hr_outcome o = sim_case_run(&c);
        double mean = 1;
        for (int64_t k = 1; k < most; k++)
            mean += gsl_cdf_poisson_Q((unsigned)(k - 1), rate * window_s);
        assert_int_equal(o.total.served, 200000);
        assert_close((double)o.total.served / (double)o.total.runs, mean, 0.01 * mean);
        hr_outcome_clear(&o);
        sim_case_clear(&c);
    }
}

/* ---- stream --------------------------------------------------------------------------------- */

/* One lane: the second batch is what came while the first ran. */
static void a_stream_runs_one_batch_at_a_time_in_order(void **state)
{
    (void)state;
    struct sim_case c = stream_case(100);
    const int64_t rows[][2] = {{0, 10 * S}, {S, S}, {2 * S, S}, {20 * S, S}};
    struct hr_outcome o = sim_case_run_rows(&c, rows, 4);
    assert_int_equal(o.total.runs, 3);
    assert_int_equal(o.total.busy_peak, 1);
    assert_close(o.total.wait_sum, 1e6 * (9 + 8), 0);
    hr_outcome_clear(&o);
}

/* The culprit fails at 0, 2, 5 s (delays 1, 2 s) and, with two retries, is lost at 6 s; what waits
 * behind it begins then. Without a limit to retries it blocks until it is too old. */
static void a_record_that_fails_blocks_its_shard(void **state)
{
    (void)state;
    struct sim_case c = stream_case(1);
    c.options.seed = seed_that_poisons(0, 2);
    c.workloads[0].poison = 0.1;
    c.platform.function.stream.retries = 2;
    const int64_t rows[][2] = {{0, S}, {S, S}};
    struct hr_outcome o = sim_case_run_rows(&c, rows, 2);
    assert_int_equal(o.total.failed, 3);
    assert_int_equal(o.total.dropped, 1);
    assert_int_equal(o.total.served, 1);
    assert_close(o.total.wait_sum, 5e6, 0);
    hr_outcome_clear(&o);
    c.platform.function.stream.retries = -1;
    c.platform.function.stream.max_age_us = 20 * S; /* runs at 0, 2, 5, 10, 19 s; 36 s is too old */
    o = sim_case_run_rows(&c, rows, 2);
    assert_int_equal(o.total.failed, 5);
    assert_int_equal(o.total.served, 0); /* the other is 35 s old by then */
    assert_int_equal(o.total.dropped, 2);
    assert_int_equal(o.total.rejected, 1); /* and was never attempted */
    hr_outcome_clear(&o);
}

/* Eight, the sixth of which is bad: 8 fail, 1-4 done, 5-8 fail, 5-6 fail, 5 done, 6 fails, 7-8
 * done: seven runs. A partial answer: 1-5 done, 6-8 not; cut, 6 fails, 7-8 done: three runs. */
static void bisecting_finds_the_culprit(void **state)
{
    (void)state;
    for (int partial = 0; partial < 2; partial++) {
        struct sim_case c = stream_case(8);
        c.options.seed = seed_that_poisons(5, 8);
        c.workloads[0].poison = 0.1;
        c.platform.function.stream.window_us = S;
        c.platform.function.stream.bisect = true;
        c.platform.function.stream.partial = partial;
        c.platform.function.stream.retries = 0;
        const int64_t rows[8][2] = {{0, S}, {0, S}, {0, S}, {0, S}, {0, S}, {0, S}, {0, S}, {0, S}};
        struct hr_outcome o = sim_case_run_rows(&c, rows, 8);
        assert_int_equal(o.total.served, 7);
        assert_int_equal(o.total.dropped, 1);
        assert_int_equal(o.total.runs, partial ? 3 : 7);
        assert_int_equal(o.total.failed, partial ? 3 + 1 : 8 + 4 + 2 + 1);
        assert_close(o.total.busy, 1e6 * (partial ? 8 + 1 + 2 : 8 + 4 + 4 + 2 + 1 + 1 + 2), 0);
        hr_outcome_clear(&o);
    }
}

/* A shard that is read once a second: a record waits half a second in the mean. */
static void a_record_waits_for_the_shard_to_be_read(void **state)
{
    (void)state;
    struct sim_case c = stream_case(10000);
    c.platform.function.stream.poll_us = S;
    c.platform.function.stream.shards = 4;
    sim_case_poisson(&c, 100000, 50, 0, 5);
    memset(c.service, 0, c.n * sizeof *c.service);
    struct hr_outcome o = sim_case_run(&c);
    assert_int_equal(o.total.served, 100000);
    assert_close(o.total.wait_sum / 100000, 0.5e6, 0.01e6);
    /* At most 4 a second; a shard without a record in a second (e^-12.5) is rare. */
    assert_close((double)o.total.runs, 4 * 2000, 40);
    hr_outcome_clear(&o);
    sim_case_clear(&c);
}

/* Lanes are drawn evenly: four busy ones take four times as much. */
static void the_parallelisation_factor_multiplies_lanes(void **state)
{
    (void)state;
    for (int64_t factor = 1; factor <= 10; factor += 3) {
        struct sim_case c = stream_case(1);
        c.platform.function.stream.factor = factor;
        c.platform.function.stream.shards = 2;
        sim_case_room(&c, 2000);
        for (size_t i = 0; i < c.n; i++) {
            c.arrival[i] = SIM_T0;
            c.service[i] = S;
        }
        sim_case_window(&c, SIM_T0, SIM_T0 + 50 * S);
        struct hr_outcome o = sim_case_run(&c);
        assert_int_equal(o.total.busy_peak, 2 * factor);
        assert_close(o.total.busy, 2e6 * (double)factor * 50, 0);
        hr_outcome_clear(&o);
        sim_case_clear(&c);
    }
}

/* ---- events --------------------------------------------------------------------------------- */

static void set_async(struct sim_case *c)
{
    c->platform.function.async = (struct hr_retry_model){.attempts = 3,
                                                         .delay_us = 60 * S,
                                                         .refused_us = S,
                                                         .refused_most_us = 5 * HR_MINUTE,
                                                         .max_age_us = 6 * HR_HOUR};
}

static void a_schedule_has_the_rules_of_events(void **state)
{
    (void)state;
    for (int attempts = 0; attempts < 2; attempts++) {
        struct sim_case c = sim_case_make(HR_FUNCTION);
        set_async(&c);
        c.workloads[0].trigger = HR_SCHEDULE;
        c.platform.function.schedule_attempts = attempts; /* 0: as events */
        c.platform.function.time_limit_us = 10 * S;
        struct hr_outcome o = sim_case_run_rows(&c, (const int64_t[][2]){{0, 20 * S}, {S, S}}, 2);
        assert_int_equal(o.total.timed_out, attempts ? 1 : 3);
        assert_int_equal(o.total.duplicates, attempts ? 0 : 2);
        assert_int_equal(o.total.dropped, 1);
        assert_int_equal(o.total.served, 1);
        hr_outcome_clear(&o);
    }
}

/* Every event comes twice: twice the runs and the cost, one answer each. */
static void events_come_twice_at_the_stated_rate(void **state)
{
    (void)state;
    static const enum hr_trigger triggers[] = {HR_ASYNC, HR_SCHEDULE, HR_QUEUE, HR_STREAM};
    for (size_t i = 0; i < 4; i++)
        for (int rate = 0; rate < 2; rate++) {
            const double share = rate ? 1 : 0.25;
            struct sim_case c = queue_case(1, 0);
            c.platform.function.stream = stream_case(1).platform.function.stream;
            c.platform.function.stream.duplicates = c.platform.function.queue.duplicates =
                c.platform.function.async_duplicates = share;
            c.platform.function.queue.pollers_max = c.platform.function.queue.pollers = 1000;
            set_async(&c);
            c.workloads[0].trigger = triggers[i];
            sim_case_poisson(&c, 20000, 0.5, 0.1, 9);
            sim_case_window(&c, SIM_T0, c.arrival[c.n - 1] + HR_HOUR);
            double work = 0;
            for (size_t k = 0; k < c.n; k++)
                work += (double)c.service[k];
            struct hr_outcome o = sim_case_run(&c);
            assert_int_equal(o.total.served, 20000);
            assert_int_equal(o.total.attempts, 20000);
            assert_int_equal(o.total.runs, 20000 + o.total.duplicates);
            assert_close((double)o.total.duplicates, 20000 * share, rate ? 0 : 250); /* 4 sigma */
            if (rate)
                assert_close(o.total.busy, 2 * work, 0);
            hr_outcome_clear(&o);
            c.workloads[0].messages = false; /* whatever ran twice stands in the log */
            o = sim_case_run(&c);
            assert_int_equal(o.total.duplicates, 0);
            hr_outcome_clear(&o);
            sim_case_clear(&c);
        }
}

/* ---- a log of runs -------------------------------------------------------------------------- */

/* A row that is a run already is neither batched nor held back: all figures are those of attempts
 * that nothing stands before. */
static void a_log_of_runs_is_replayed_as_it_is(void **state)
{
    (void)state;
    static const enum hr_trigger triggers[] = {HR_QUEUE, HR_STREAM};
    for (size_t i = 0; i < 2; i++) {
        struct sim_case c = queue_case(10, 20 * S);
        c.platform.function.stream = stream_case(100).platform.function.stream;
        c.platform.function.stream.poll_us = S;
        c.platform.function.start.stages[HR_STAGE_INIT] =
            (struct hr_dist){.kind = HR_EXPONENTIAL, .a = 3e5};
        c.workloads[0].messages = false;
        c.platform.function.keep_alive_us = 5 * S;
        sim_case_poisson(&c, 50000, 20, 1, 12);
        c.options.timeline_buckets = 200;
        struct hr_outcome plain, fed;
        c.workloads[0].trigger = HR_HTTP;
        plain = sim_case_run(&c);
        c.workloads[0].trigger = triggers[i];
        fed = sim_case_run(&c);
        assert_int_equal(fed.total.runs, plain.total.runs);
        assert_int_equal(fed.total.cold_starts, plain.total.cold_starts);
        assert_int_equal(fed.total.on_target, plain.total.on_target);
        assert_int_equal(fed.total.busy_peak, plain.total.busy_peak);
        assert_close(fed.total.response.sum, plain.total.response.sum, 0);
        assert_close(fed.total.idle, plain.total.idle, 1e-3);
        for (int m = 0; m < HR_METER_COUNT; m++)
            assert_close(fed.total.usage.quantity[m], plain.total.usage.quantity[m], 1e-9);
        for (size_t b = 0; b < plain.timeline.n; b++)
            assert_close(fed.timeline.busy[b], plain.timeline.busy[b], 1e-6);
        hr_outcome_clear(&plain);
        hr_outcome_clear(&fed);
        sim_case_clear(&c);
    }
}

/* All kinds of function platforms, all triggers at once: everything that comes in ends once. */
static void random_platforms_keep_every_message(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 300; k++) {
        struct sim_case c = queue_case(1 + k % 7, k % 2 ? 0 : 3 * S);
        struct hr_function_model *f = &c.platform.function;
        f->stream = stream_case(1 + k % 5).platform.function.stream;
        f->stream.bisect = k % 2;
        f->stream.max_age_us = 200 * S;
        f->queue.duplicates = f->stream.duplicates = f->async_duplicates = 0.05;
        f->queue.partial = f->stream.partial = k % 3 == 0;
        set_async(&c);
        c.workload_count = 4;
        for (unsigned i = 0; i < 4; i++) {
            c.workloads[i].trigger = (enum hr_trigger)(1 + (i + k) % 4);
            c.workloads[i].messages = (k + i) % 5 != 0;
            c.workloads[i].errors = k % 4 ? 0.05 : 0;
            c.workloads[i].poison = k % 6 ? 0 : 0.02;
            c.workloads[i].slots = k % 9 == 4 ? 3 : 1;
        }
        sim_case_poisson(&c, 2000, 20, 0.5, 400 + k);
        for (size_t i = 0; i < c.n; i++)
            c.workload[i] = (uint32_t)(i % 4);
        c.block = k % 50;
        f->keep_alive_us = 2 * S;
        f->start.stages[HR_STAGE_INIT] = (struct hr_dist){.kind = HR_EXPONENTIAL, .a = 300000};
        f->concurrency_limit = k % 3 ? 0 : 2 + k % 10;
        f->on_limit = k % 4 == 3 ? HR_LIMIT_QUEUE : HR_LIMIT_REFUSE;
        f->queue_us = S;
        f->launch_burst = k % 5 ? 0 : 4;
        f->launches_per_second = 1;
        f->time_limit_us = k % 7 ? 0 : 3 * S;
        f->discipline = k % 9 == 4 ? HR_SHARING : HR_SLOTS;
        f->join_starting = k % 8 == 7;
        f->reuse = k % 8 == 1 ? HR_REUSE_LEAST_RECENT : HR_REUSE_RECENT;
        struct hr_outcome o = sim_case_run(&c); /* which checks the sums of every workload */
        assert_int_equal(o.total.invocations, 2000);
        assert_int_equal(o.total.served + o.total.dropped, 2000);
        c.block = 0; /* however the traffic is cut */
        struct hr_outcome whole = sim_case_run(&c);
        assert_int_equal(o.total.served, whole.total.served);
        assert_int_equal(o.total.attempts, whole.total.attempts);
        assert_close(o.total.busy, whole.total.busy, 0);
        hr_outcome_clear(&whole);
        hr_outcome_clear(&o);
        sim_case_clear(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_is_one_run_of_the_summed_work),
        cmocka_unit_test(without_a_window_batches_form_while_pollers_are_busy),
        cmocka_unit_test(pollers_grow_by_300_a_minute),
        cmocka_unit_test(a_message_that_fails_becomes_a_dead_letter),
        cmocka_unit_test(a_failure_is_the_whole_batchs_unless_told_otherwise),
        cmocka_unit_test(a_batch_may_be_too_long_for_the_time_limit),
        cmocka_unit_test(a_throttled_poller_backs_off),
        cmocka_unit_test(a_run_longer_than_the_visibility_timeout_is_delivered_again),
        cmocka_unit_test(mean_batch_of_poisson_arrivals_is_known),
        cmocka_unit_test(a_stream_runs_one_batch_at_a_time_in_order),
        cmocka_unit_test(a_record_that_fails_blocks_its_shard),
        cmocka_unit_test(bisecting_finds_the_culprit),
        cmocka_unit_test(a_record_waits_for_the_shard_to_be_read),
        cmocka_unit_test(the_parallelisation_factor_multiplies_lanes),
        cmocka_unit_test(a_schedule_has_the_rules_of_events),
        cmocka_unit_test(events_come_twice_at_the_stated_rate),
        cmocka_unit_test(a_log_of_runs_is_replayed_as_it_is),
        cmocka_unit_test(random_platforms_keep_every_message),
    };
    return cmocka_run_group_tests_name("sim_trigger", tests, NULL, NULL);
}
