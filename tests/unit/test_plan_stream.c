/* test_plan_stream.c: traffic that each replay reads from the plan file gives the very same figures
 * as traffic held in memory, on any number of threads.
 */
#include "plan_case.h"

#include <string.h>

#include "plan/feed.h"

static const char function_yaml[] =
    "platform: paper-function\nkind: function\ntitle: Paper function\nas_of: 2026-01-01\n"
    "sources: [invented]\nfunction:\n  memory: auto\n"
    "  keep_alive: {policy: fixed, time: 10 min}\n"
    "  cold_start: {dist: exponential, mean: 253 ms}\n"
    "network: {dist: exponential, mean: 3 ms}\n"
    "prices: {book: aws-us-east-1, scheme: lambda-x86}\n";
static const char fleet_yaml[] =
    "platform: paper-fleet\nkind: fleet\ntitle: Paper fleet\nas_of: 2026-01-01\n"
    "sources: [invented]\nfleet:\n  instance: {type: m7g.large, vcpus: 2, memory: 8 GB, slots: 4}\n"
    "  servers: auto\n  discipline: slots\n  autoscaler: {policy: fixed}\n"
    "network: {dist: constant, value: 1 ms}\nservices: [alb]\n"
    "prices: {book: aws-us-east-1, scheme: ec2-on-demand}\n";

/* Two days of arrivals, three at once now and then. */
static int64_t arrival_of(size_t i, size_t count)
{
    return (int64_t)(i - (hr_mix64(i) % 5 == 0 && i % 3 ? i % 3 : 0)) *
           (2 * HR_DAY / (int64_t)count);
}

/* More than a chunk: some last too long for the next to be later. */
static struct plan_row busy(size_t i)
{
    return (struct plan_row){(int64_t)i * 2 * HR_SECOND,
                             (int64_t)(hr_mix64(i) % 900) * HR_MILLISECOND, 200};
}
static struct plan_row failing(size_t i)
{
    return (struct plan_row){arrival_of(i, 3000),
                             (int64_t)(i % 7 + i % 3) * 100 * HR_MILLISECOND + (int64_t)i,
                             i % 8 == 3 ? 503 : 200};
}
static struct plan_row unknown(size_t i)
{
    return (struct plan_row){arrival_of(i, 4000), HR_UNKNOWN, 200};
}
static struct plan_row seldom(size_t i)
{
    return (struct plan_row){(int64_t)i * HR_HOUR, 4 * HR_SECOND, 200};
}

static struct plan_case world;

static int by_row(const void *a, const void *b)
{
    const struct plan_row *x = a, *y = b;
    if (x->arrival != y->arrival)
        return x->arrival < y->arrival ? -1 : 1;
    return (x->duration > y->duration) - (x->duration < y->duration);
}

static struct plan_row sorted[4096];
static struct plan_row from_sorted(size_t i)
{
    return sorted[i];
}
/* A block's rows are sorted by (arrival, duration), as an import sorts them. */
static void add_sorted(const char *name, size_t count, struct plan_row (*row)(size_t i))
{
    for (size_t i = 0; i < count; i++)
        sorted[i] = row(i);
    qsort(sorted, count, sizeof *sorted, by_row);
    plan_workload(&world, PLAN_APP, name, count, from_sorted);
}

static int make_world(void **state)
{
    (void)state;
    plan_open(&world);
    plan_platform(&world, "paper-function", function_yaml);
    plan_platform(&world, "paper-fleet", fleet_yaml);
    plan_workload(&world, PLAN_APP, "busy", 86400, busy);
    add_sorted("failing", 3000, failing);
    add_sorted("unknown", 4000, unknown);
    add_sorted("seldom", 48, seldom);
    return 0;
}

static int end_world(void **state)
{
    (void)state;
    plan_close(&world);
    return 0;
}

/* ---- figures ------------------------------------------------------------------------------- */

static void assert_same_cell(const struct hr_column *column, const struct hr_row *a,
                             const struct hr_row *b)
{
    const char *x = (const char *)a + column->offset, *y = (const char *)b + column->offset;
    double p, q;
    switch (column->type) {
    case HR_COLUMN_TEXT:
        assert_string_equal(*(const char *const *)(const void *)x,
                            *(const char *const *)(const void *)y);
        break;
    case HR_COLUMN_COUNT:
        assert_memory_equal(x, y, sizeof(uint64_t));
        break;
    case HR_COLUMN_REAL:
    case HR_COLUMN_MS:
    case HR_COLUMN_USD:
        memcpy(&p, x, sizeof p);
        memcpy(&q, y, sizeof q);
        if (memcmp(&p, &q, sizeof p) != 0)
            fail_msg("%s of %s on %s: %.17g and %.17g", column->name, a->workload, a->platform, p,
                     q);
        break;
    case HR_COLUMN_YES:
        assert_int_equal(*(const bool *)x, *(const bool *)y);
        break;
    case HR_COLUMN_KIND:
        assert_memory_equal(x, y, sizeof(enum hr_platform_kind));
        break;
    }
}

static void assert_same(const struct hr_comparison *a, const struct hr_comparison *b)
{
    assert_int_equal(a->row_count, b->row_count);
    assert_int_equal(a->invocations, b->invocations);
    for (size_t i = 0; i < a->row_count; i++)
        for (size_t k = 0; hr_column_at(k); k++)
            assert_same_cell(hr_column_at(k), &a->rows[i], &b->rows[i]);
    for (size_t i = 0; i <= a->workload_count; i++) {
        assert_string_equal(a->verdicts[i].sentence, b->verdicts[i].sentence);
        assert_string_equal(a->verdicts[i].turns_on, b->verdicts[i].turns_on);
        assert_memory_equal(a->verdicts[i].traffic, b->verdicts[i].traffic,
                            sizeof a->verdicts[i].traffic);
    }
    assert_string_equal(a->best_mix, b->best_mix);
    assert_int_equal(a->note_count, b->note_count);
    for (size_t i = 0; i < a->note_count; i++)
        assert_string_equal(a->notes[i], b->notes[i]);
}

/* Held on one thread, streamed on one and on two. */
static void assert_streams_alike(struct hr_compare_options options)
{
    options.threads = 1;
    struct hr_comparison held = plan_compare(&world, options);
    options.held = 1;
    struct hr_comparison streamed = plan_compare(&world, options);
    options.threads = 2;
    struct hr_comparison twice = plan_compare(&world, options);
    assert_same(&held, &streamed);
    assert_same(&held, &twice);
    hr_comparison_clear(&held);
    hr_comparison_clear(&streamed);
    hr_comparison_clear(&twice);
}

static void stream_gives_the_figures_of_memory(void **state)
{
    (void)state;
    assert_streams_alike((struct hr_compare_options){0});
}

static void stream_gives_them_for_more_traffic(void **state)
{
    (void)state;
    assert_streams_alike((struct hr_compare_options){.traffic = 1.6, .no_turns = true});
    assert_streams_alike(
        (struct hr_compare_options){.traffic = 0.3, .keep_bursts = true, .no_turns = true});
}

static void stream_gives_them_for_fleets_apart_and_a_part_of_the_window(void **state)
{
    (void)state;
    assert_streams_alike((struct hr_compare_options){.alone = true,
                                                     .window_from = PLAN_START + 5 * HR_HOUR,
                                                     .window_to = PLAN_START + 30 * HR_HOUR,
                                                     .warmup_us = HR_HOUR});
}

static void stream_gives_them_for_service_times_that_a_person_set(void **state)
{
    const struct hr_override set = {.key = "workload.service", .value = "exponential mean=70ms"};
    (void)state;
    assert_streams_alike((struct hr_compare_options){
        .overrides = &set, .override_count = 1, .workload = "failing", .no_turns = true});
}

/* ---- rows ---------------------------------------------------------------------------------- */

static void load(uint64_t held, double factor, struct hr_comparison *comparison,
                 struct hr__traffic *ret)
{
    struct hr_assumptions a;
    struct hr_error err = {0};
    const struct hr_compare_options options = {
        .app = PLAN_APP, .seed = 3, .held = held, .traffic = factor};
    const struct hr__load from = {world.store, world.models, &a, &options, comparison, NULL};
    if (!hr_models_assumptions(world.models, &a, &err) || !hr__traffic_load(&from, ret, &err))
        fail_msg("%s", err.text);
}

/* Every block of a feed against the columns in memory. */
static void assert_feeds(const struct hr__traffic *streamed, const struct hr__traffic *held)
{
    struct hr_error err = {0};
    struct hr__feed feed;
    struct hr_block block;
    uint64_t at = 0;
    assert_null(streamed->arrival_us);
    assert_int_equal(streamed->n, held->n);
    if (!hr__feed_open(&feed, streamed, &err))
        fail_msg("%s", err.text);
    const struct hr_source source = hr__feed_source(&feed);
    do {
        assert_true(source.next(source.context, &block, &err));
        assert_true(block.n == 0 || block.first == at);
        for (size_t i = 0; i < block.n; i++, at++) {
            assert_int_equal(block.arrival_us[i], held->arrival_us[at]);
            assert_int_equal(block.service_us[i], held->service_us[at]);
            assert_int_equal(block.workload[i], held->workload[at]);
        }
    } while (block.n > 0);
    assert_int_equal(at, held->n);
    assert_true(hr__feed_rewind(&feed, &err) && source.next(source.context, &block, &err));
    assert_int_equal(block.first, 0);
    assert_int_equal(block.arrival_us[0], held->arrival_us[0]);
    hr__feed_close(&feed);
}

static void stream_is_read_again_as_it_was_though_more_is_imported(void **state)
{
    static const double factors[] = {1, 2.5};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct hr_comparison comparison = {0};
        struct hr__traffic held, streamed;
        load(0, factors[i], &comparison, &held);
        load(1, factors[i], &comparison, &streamed);
        assert_feeds(&streamed, &held);
        plan_workload(&world, PLAN_APP, "seldom", 48, seldom);
        assert_feeds(&streamed, &held);
        hr__traffic_clear(&held);
        hr__traffic_clear(&streamed);
        hr_comparison_clear(&comparison);
    }
}

/* ---- the sample ---------------------------------------------------------------------------- */

static void sample_keeps_all_that_fit_and_then_a_fair_part(void **state)
{
    struct hr__sample sample = {.room = 1000};
    struct hr_error err = {0};
    double sum = 0, odd = 0;
    (void)state;
    for (int64_t i = 0; i < 1000; i++)
        assert_true(hr__sample_add(&sample, i, &err));
    assert_int_equal(sample.count, 1000);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(sample.items[i].value, i);
    for (int64_t i = 1000; i < 100000; i++)
        assert_true(hr__sample_add(&sample, i, &err));
    assert_in_range(sample.count, 300, 1000);
    for (size_t i = 0; i < sample.count; i++) {
        sum += (double)sample.items[i].value;
        odd += (double)(sample.items[i].value % 2);
    }
    const double n = (double)sample.count; /* four standard deviations of a mean of n */
    assert_close(sum / n, 50000, 4 * 28868 / sqrt(n));
    assert_close(odd / n, 0.5, 4 * 0.5 / sqrt(n));
    hr__sample_clear(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stream_gives_the_figures_of_memory),
        cmocka_unit_test(stream_gives_them_for_more_traffic),
        cmocka_unit_test(stream_gives_them_for_fleets_apart_and_a_part_of_the_window),
        cmocka_unit_test(stream_gives_them_for_service_times_that_a_person_set),
        cmocka_unit_test(stream_is_read_again_as_it_was_though_more_is_imported),
        cmocka_unit_test(sample_keeps_all_that_fit_and_then_a_fair_part),
    };
    return cmocka_run_group_tests(tests, make_world, end_world);
}
