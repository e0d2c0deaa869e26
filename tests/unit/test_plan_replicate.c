/* Replications: the interval against known means, each replication against a comparison of its own,
 * workloads that come and go, and when it ends.
 */
#include "plan_case.h"

#include "headroom/generate.h"
#include "plan/replicate.h"

/* Two slots and one queue; no network, and work that waits for no core: M/M/2 for Poisson traffic
 * with exponential service. */
#define TWO_SLOTS                                                                                  \
    "platform: two\nkind: fleet\ntitle: Two\nas_of: 2026-11-01\nfleet:\n"                          \
    "  instance: {vcpus: 2, memory: 4 GB, slots: 2}\n  servers: {min: 1, max: 1}\n"                \
    "  discipline: slots\n  balancer: shared-queue\n  autoscaler: {policy: fixed}\n"

static void generate(const struct plan_case *plan, const char *app, const char *yaml, uint64_t seed)
{
    struct hr_error err = {0};
    struct hr_tree *tree = NULL;
    struct hr_traffic_model model;
    struct hr_generate_report report;
    struct hr_sink sink;
    if (!hr_tree_load("t.yaml", yaml, strlen(yaml), &tree, &err) ||
        !hr_traffic_read(tree, &model, &err) || !hr_store_sink(plan->store, app, &sink, &err) ||
        !hr_generate(&model, seed, &sink, NULL, &report, &err))
        fail_msg("%s", err.text);
    hr_generate_report_clear(&report);
    hr_traffic_clear(&model);
    hr_tree_close(tree);
}

static void open_case(struct plan_case *plan)
{
    setenv("TMPDIR", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", 1);
    plan_open(plan);
    plan_platform(plan, "two", TWO_SLOTS);
}

/* ---- the interval
 * ---------------------------------------------------------------------------------- */

/* By hand: 2, 4, 4, 6 have mean 4 and s = sqrt(8 / 3); t of 3 degrees of freedom is 3.182446. */
static void interval_is_students(void **state)
{
    struct hr__sum sum = {0};
    (void)state;
    hr__sum_add(&sum, 2);
    assert_true(isnan(hr__sum_half_width(&sum)));
    hr__sum_add(&sum, NAN);
    hr__sum_add(&sum, 4);
    hr__sum_add(&sum, 4);
    hr__sum_add(&sum, 6);
    assert_close(sum.mean, 4, 1e-12);
    assert_close(hr__sum_half_width(&sum), 3.182446305 * sqrt(8.0 / 3) / 2, 1e-7);
}

/* Hits of 4,000 intervals are Binomial(4000, 0.95); 99.9 % of that. */
static void interval_of_normal_values_holds_its_mean_as_often_as_it_says(void **state)
{
    static const struct hr_dist normal = {.kind = HR_LOGNORMAL, .a = 30, .b = 1};
    const size_t runs = 4000;
    size_t hits = 0;
    (void)state;
    for (size_t run = 0; run < runs; run++) {
        struct hr__sum sum = {0};
        for (uint64_t i = 0; i < 5; i++) {
            uint64_t key = hr_draw_key(1, run, i, HR_DRAW_MEMBER);
            hr__sum_add(&sum, log((double)hr_dist_draw(&normal, key)) - 30);
        }
        hits += fabs(sum.mean) <= hr__sum_half_width(&sum);
    }
    assert_close((double)hits / (double)runs, 0.95, 3.29 * sqrt(0.05 * 0.95 / (double)runs));
}

/* M/M/2 at load 0.5: Erlang's C is 1/3, the mean wait 1/3 of a mean service time of 200 ms. Of 40
 * intervals 38 are to hold it; fewer than 33 come once in a thousand times. */
static void intervals_hold_the_mean_wait_of_a_queue_with_two_servers(void **state)
{
    size_t hits = 0;
    struct plan_case plan;
    (void)state;
    open_case(&plan);
    for (uint64_t run = 1; run <= 40; run++) {
        char app[32];
        snprintf(app, sizeof app, "mm2-%d", (int)run);
        generate(&plan, app,
                 "traffic: t\nduration: 20 min\nworkloads:\n"
                 "  - {name: w, rate: 5/s, service: {dist: exponential, mean: 200 ms}}\n",
                 run);
        struct hr_comparison c = plan_compare(
            &plan, (struct hr_compare_options){
                       .app = app, .replications = 5, .no_turns = true, .warmup_us = HR_MINUTE});
        const struct hr_row *row = hr_comparison_row(&c, "w", "two");
        assert_int_equal(row->replications, 5);
        assert_true(row->wait_mean_ms_ci95 > 0 && row->wait_mean_ms_ci95 < 40);
        hits += fabs(row->wait_mean_ms_mean - 200.0 / 3) <= row->wait_mean_ms_ci95;
        hr_comparison_clear(&c);
    }
    assert_true(hits >= 33);
    plan_close(&plan);
}

/* ---- what a replication is
 * ---------------------------------------------------------------------------- */

static const char *const pair =
    "traffic: t\nduration: 10 min\nworkloads:\n"
    "  - {name: a, rate: 6/s, service: {dist: exponential, mean: 200 ms}}\n"
    "  - {name: b, rate: 1/s, service: {dist: lognormal, p50: 100 ms, p99: 1 s}}\n";

static uint64_t content_of(const struct plan_case *plan, const char *app)
{
    struct hr_arena arena = {0};
    struct hr_error err = {0};
    struct hr_import_file *files = NULL;
    size_t count = 0;
    assert_true(hr_store_files(plan->store, app, &arena, &files, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(files[0].input_format, HR_GENERATED_FORMAT);
    uint64_t content = files[0].content_hash;
    hr_arena_clear(&arena);
    return content;
}

/* The mean of two is that of the comparison and of another one, whose traffic was made with the
 * second's seed and replayed over the same window. */
static void second_replication_is_a_comparison_of_its_own(void **state)
{
    struct plan_case plan;
    struct hr_comparison other;
    struct hr_error err = {0};
    (void)state;
    open_case(&plan);
    generate(&plan, "one", pair, 1);
    struct hr_comparison c = plan_compare(
        &plan, (struct hr_compare_options){.app = "one", .replications = 2, .no_turns = true});
    const uint64_t seed = hr_draw_key(1, 0, 1, HR_DRAW_REPLICATION);
    generate(&plan, "two", pair,
             hr_draw_key(seed, content_of(&plan, "one"), 0, HR_DRAW_REPLICATION));
    const struct hr_compare_options options = {.app = "two",
                                               .seed = seed,
                                               .no_turns = true,
                                               .only = plan.ids,
                                               .only_count = 1,
                                               .platform_files = plan.files,
                                               .platform_file_count = 1,
                                               .window_from = c.window_from,
                                               .window_to = c.window_to};
    if (!hr_compare(plan.store, plan.models, &options, &other, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < c.row_count; i++) {
        const struct hr_row *x = &c.rows[i], *y = &other.rows[i];
        assert_string_equal(x->workload, y->workload);
        assert_true(x->response_mean_ms != y->response_mean_ms);
        assert_close(x->response_mean_ms_mean, (x->response_mean_ms + y->response_mean_ms) / 2,
                     1e-9);
        assert_close(x->response_p99_ms_mean, (x->response_p99_ms + y->response_p99_ms) / 2, 1e-9);
        assert_close(x->utilisation_pct_mean, (x->utilisation_pct + y->utilisation_pct) / 2, 1e-9);
        /* Of two values: t of one degree of freedom, 12.7062, times half their distance. */
        assert_close(x->wait_mean_ms_ci95,
                     12.7062047362 * fabs(x->wait_mean_ms - y->wait_mean_ms) / 2,
                     1e-6 + 1e-6 * x->wait_mean_ms_ci95);
    }
    hr_comparison_clear(&c);
    hr_comparison_clear(&other);
    plan_close(&plan);
}

/* The figures beside the means are those of a comparison without replications. */
static void replications_leave_every_other_figure_alone(void **state)
{
    struct plan_case plan;
    (void)state;
    open_case(&plan);
    generate(&plan, "one", pair, 1);
    struct hr_comparison alone =
        plan_compare(&plan, (struct hr_compare_options){.app = "one", .no_turns = true});
    struct hr_comparison many = plan_compare(
        &plan, (struct hr_compare_options){.app = "one", .replications = 3, .no_turns = true});
    assert_int_equal(alone.row_count, many.row_count);
    for (size_t i = 0; i < alone.row_count; i++) {
        const struct hr_column *column;
        char x[64], y[64];
        assert_int_equal(alone.rows[i].replications, 1);
        assert_true(isnan(alone.rows[i].response_mean_ms_mean));
        for (size_t k = 0; (column = hr_column_at(k)) && strcmp(column->name, "replications"); k++)
            assert_string_equal(hr_column_text(column, &alone.rows[i], x, sizeof x),
                                hr_column_text(column, &many.rows[i], y, sizeof y));
    }
    hr_comparison_clear(&alone);
    hr_comparison_clear(&many);
    plan_close(&plan);
}

/* ---- recorded traffic
 * ------------------------------------------------------------------------------------ */

static struct plan_row steady(size_t i)
{
    return (struct plan_row){(int64_t)i * HR_SECOND, 700 * HR_MILLISECOND, 200};
}

static void recorded_traffic_without_luck_is_the_same_each_time(void **state)
{
    struct plan_case plan;
    bool said = false;
    (void)state;
    open_case(&plan);
    plan_workload(&plan, PLAN_APP, "w", 100, steady);
    struct hr_comparison c =
        plan_compare(&plan, (struct hr_compare_options){.replications = 4, .no_turns = true});
    const struct hr_row *row = hr_comparison_row(&c, "w", "two");
    assert_close(row->response_mean_ms_mean, row->response_mean_ms, 1e-9);
    assert_close(row->response_mean_ms_ci95, 0, 1e-9);
    for (size_t i = 0; i < c.note_count; i++)
        said = said || strstr(c.notes[i], "drawn anew: nothing, so all are the same");
    assert_true(said);
    hr_comparison_clear(&c);
    plan_close(&plan);
}

/* Beside generated traffic what was recorded stays, to the last row; under one name they are not
 * told apart. */
static void recorded_traffic_beside_generated_stays(void **state)
{
    struct plan_case plan;
    struct hr_comparison c;
    struct hr_error err = {0};
    (void)state;
    open_case(&plan);
    plan_workload(&plan, PLAN_APP, "w", 100, steady);
    generate(&plan, PLAN_APP,
             "traffic: t\nstart: 2024-10-04T00:00:00Z\nduration: 100 s\nworkloads:\n"
             "  - {name: made, rate: 1/s, service: 1 ms}\n",
             1);
    c = plan_compare(&plan, (struct hr_compare_options){.replications = 3, .no_turns = true});
    const struct hr_row *row = hr_comparison_row(&c, "w", "two");
    assert_close(row->response_mean_ms_mean, 700, 1e-9);
    assert_true(hr_comparison_row(&c, "made", "two")->wait_mean_ms_mean >= 0);
    hr_comparison_clear(&c);
    generate(&plan, PLAN_APP,
             "traffic: t\nstart: 2024-10-04T00:00:00Z\nduration: 100 s\nworkloads:\n"
             "  - {name: w, rate: 1/s, service: 1 ms}\n",
             1);
    const struct hr_compare_options options = {.app = PLAN_APP,
                                               .replications = 2,
                                               .no_turns = true,
                                               .only = plan.ids,
                                               .only_count = 1,
                                               .platform_files = plan.files,
                                               .platform_file_count = 1};
    assert_false(hr_compare(plan.store, plan.models, &options, &c, &err));
    assert_non_null(strstr(err.text, "generated and recorded invocations stand under one name"));
    plan_close(&plan);
}

/* Five calls a day on average, in two hours: some replications hold none. */
static void workloads_that_are_silent_in_a_replication_count_where_they_are_not(void **state)
{
    struct plan_case plan;
    (void)state;
    open_case(&plan);
    generate(&plan, "rare",
             "traffic: t\nduration: 2 h\nworkloads:\n"
             "  - {name: rare, count: 30, rate: 10/d, service: 1 s}\n"
             "  - {name: busy, rate: 1/min, service: 1 s}\n",
             1);
    struct hr_comparison c = plan_compare(
        &plan, (struct hr_compare_options){.app = "rare", .replications = 4, .no_turns = true});
    const struct hr_row *all = hr_comparison_row(&c, HR_WORKLOAD_ALL, "two");
    size_t lacking = 0;
    assert_int_equal(all->replications, 4);
    assert_true(all->response_mean_ms_mean >= 1000);
    for (size_t i = 0; i < c.row_count; i++) {
        assert_true(c.rows[i].response_mean_ms_mean >= 1000);
        lacking += isnan(c.rows[i].response_mean_ms_ci95) ? 1 : 0; /* it was there once only */
    }
    assert_true(lacking > 0);
    hr_comparison_clear(&c);
    plan_close(&plan);
}

/* ---- until it is precise
 * ------------------------------------------------------------------------------------ */

static void replications_end_when_they_are_precise_or_too_many(void **state)
{
    struct plan_case plan;
    (void)state;
    open_case(&plan);
    generate(&plan, "one", pair, 1);
    struct hr_comparison wide = plan_compare(
        &plan, (struct hr_compare_options){.app = "one", .precision = 0.5, .no_turns = true});
    assert_int_equal(wide.rows[0].replications, 10); /* no fewer */
    assert_false(wide.imprecise);
    struct hr_comparison narrow = plan_compare(
        &plan, (struct hr_compare_options){
                   .app = "one", .precision = 1e-4, .replications = 12, .no_turns = true});
    assert_int_equal(narrow.rows[0].replications, 12);
    assert_true(narrow.imprecise);
    assert_true(narrow.warning_count == 1 && strstr(narrow.notes[0], "12 replications leave"));
    hr_comparison_clear(&wide);
    hr_comparison_clear(&narrow);
    plan_close(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interval_is_students),
        cmocka_unit_test(interval_of_normal_values_holds_its_mean_as_often_as_it_says),
        cmocka_unit_test(intervals_hold_the_mean_wait_of_a_queue_with_two_servers),
        cmocka_unit_test(second_replication_is_a_comparison_of_its_own),
        cmocka_unit_test(replications_leave_every_other_figure_alone),
        cmocka_unit_test(recorded_traffic_without_luck_is_the_same_each_time),
        cmocka_unit_test(recorded_traffic_beside_generated_stays),
        cmocka_unit_test(workloads_that_are_silent_in_a_replication_count_where_they_are_not),
        cmocka_unit_test(replications_end_when_they_are_precise_or_too_many),
    };
    return cmocka_run_group_tests_name("plan_replicate", tests, NULL, NULL);
}
