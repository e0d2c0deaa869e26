/* Sizes that were searched for, failures that were replaced, copies of the traffic factor, and
 * batches: each checked by replaying again, or against counts made by hand. */
#include "plan_case.h"

/* One slot, no slowing: a server serves one invocation of a second at a time. */
static const char fleet_yaml[] =
    "platform: paper-fleet\nkind: fleet\ntitle: Paper fleet\nas_of: 2026-01-01\n"
    "sources: [invented]\nfleet:\n  instance: {type: m7g.large, vcpus: 2, memory: 8 GB, slots: 1}\n"
    "  servers: auto\n  discipline: slots\n  balancer: shared-queue\n"
    "  autoscaler: {policy: fixed}\nnetwork: {dist: constant, value: 0 ms}\n"
    "prices: {book: aws-us-east-1, scheme: ec2-on-demand}\n";

/* Memory by the ladder, ten invocations at once in the account. */
static const char function_yaml[] =
    "platform: paper-function\nkind: function\ntitle: Paper function\nas_of: 2026-01-01\n"
    "sources: [invented]\nfunction:\n  memory: auto\n  concurrency_limit: 10\n"
    "  keep_alive: {policy: fixed, time: 10 min}\n"
    "  cold_start: {dist: constant, value: 0 ms}\nnetwork: {dist: constant, value: 0 ms}\n"
    "prices: {book: aws-us-east-1, scheme: lambda-x86}\n";

/* Ten at once each minute, four seconds; one more five seconds later, one second. */
static struct plan_row burst(size_t i)
{
    return (struct plan_row){(int64_t)(i / 10) * HR_MINUTE, 4 * HR_SECOND, 200};
}

static struct plan_row late(size_t i)
{
    return (struct plan_row){(int64_t)i * HR_MINUTE + 5 * HR_SECOND, HR_SECOND, 200};
}

/* Every minute of two days five invocations arrive at once; each takes a second. */
static struct plan_row five(size_t i)
{
    return (struct plan_row){(int64_t)(i / 5) * HR_MINUTE, HR_SECOND, 200};
}

/* One a second for two days, each of which takes 1.4: a single server falls ever further behind. */
static struct plan_row packed(size_t i)
{
    return (struct plan_row){(int64_t)i * HR_SECOND, 1400 * HR_MILLISECOND, 200};
}

/* Every other one of them fails after a millisecond. */
static struct plan_row mixed(size_t i)
{
    struct plan_row row = five(i);
    return i % 2 ? (struct plan_row){row.arrival, HR_MILLISECOND, 503} : row;
}

static struct plan_case world;

static int make_world(void **state)
{
    (void)state;
    plan_open(&world);
    plan_platform(&world, "paper-fleet", fleet_yaml);
    plan_platform(&world, "paper-function", function_yaml);
    plan_workload(&world, "limit", "burst", 10 * 1441, burst);
    plan_workload(&world, "limit", "late", 1440, late);
    plan_workload(&world, "five", "five at once", 5 * 2881, five);
    plan_workload(&world, "mixed", "mixed", 5 * 2881, mixed);
    plan_workload(&world, "packed", "packed", 2 * 86401, packed);
    plan_workload_using(&world, "large", "large", 5 * 2881, five, INT64_C(2500) * 1024);
    return 0;
}

static int end_world(void **state)
{
    (void)state;
    plan_close(&world);
    return 0;
}

/* With n servers the five end after 1, 2, ... seconds, n at a time. Within 2.5 s: three servers
 * serve all (two rounds), two only four of five. */
static void sizing_of_a_fleet_passes_and_one_fewer_fails(void **state)
{
    (void)state;
    struct hr_override sizes[] = {
        {"workload.target", "2500 ms"}, {"fleet.servers.min", "3"}, {"fleet.servers.max", "3"}};
    struct hr_compare_options options = {.app = "five", .overrides = sizes, .override_count = 1};
    struct hr_comparison c = plan_compare(&world, options);
    assert_string_equal(c.rows[0].sizing, "servers=3+1;slots=1");
    assert_non_null(strstr(c.rows[0].sizing_reason, "2 servers miss: 20"));
    assert_true(c.rows[0].meets_target);
    hr_comparison_clear(&c);
    options.override_count = 3;
    c = plan_compare(&world, options);
    assert_true(c.rows[0].meets_target);
    assert_close(c.rows[0].target_met_pct, 100, 1e-9);
    hr_comparison_clear(&c);
    sizes[1].value = sizes[2].value = "2";
    c = plan_compare(&world, options);
    assert_false(c.rows[0].meets_target);
    assert_close(c.rows[0].target_met_pct, 80, 1e-9);
    hr_comparison_clear(&c);
}

/* A quarter of the time needs a core, so work takes 1.61 of its time on 512 MB, 1.18 on 1024, 1 on
 * 1769. Late needs 1769 for its target; burst meets its own on 512, but there it holds all ten for
 * 6.45 s, and late finds no room. On 1024 it is gone after 4.73 s. */
static void sizing_of_functions_holds_when_they_share_the_limit(void **state)
{
    (void)state;
    const struct hr_override tight = {"workload.target", "1100 ms"};
    struct hr_comparison c = plan_compare(
        &world, (struct hr_compare_options){
                    .app = "limit", .overrides = &tight, .override_count = 1, .workload = "late"});
    const struct hr_row *burst_row = hr_comparison_row(&c, "burst", "paper-function");
    const struct hr_row *late_row = hr_comparison_row(&c, "late", "paper-function");
    assert_string_equal(late_row->sizing, "memory=1769");
    assert_string_equal(burst_row->sizing, "memory=1024");
    assert_non_null(strstr(burst_row->sizing_reason, "at 512 MB its work holds the account's"));
    assert_true(late_row->meets_target && burst_row->meets_target);
    assert_int_equal(late_row->throttled, 0);
    hr_comparison_clear(&c);
}

/* Recorded with 1024 MB, a second was a second: beside the search there is a row that says so. What
 * a quarter of it needs of a core is done in 0.58 of the time on a whole one. */
static void sizing_keeps_a_row_for_the_recorded_size(void **state)
{
    (void)state;
    const struct hr_override set[] = {{"workload.memory_size", "1024 MB"},
                                      {"function.concurrency_limit", "100"}};
    struct hr_comparison c = plan_compare(
        &world, (struct hr_compare_options){
                    .app = "limit", .overrides = set, .override_count = 2, .workload = "late"});
    assert_int_equal(c.platform_count, 3);
    assert_string_equal(c.platforms[2].id, "paper-function:as-recorded");
    const struct hr_row *as_recorded = hr_comparison_row(&c, "late", c.platforms[2].id);
    assert_string_equal(as_recorded->sizing, "memory=1024");
    assert_string_equal(as_recorded->sizing_reason, "as recorded");
    assert_close(as_recorded->service_mean_ms, 1000, 1e-3);
    assert_false(as_recorded->repeats);
    const struct hr_row *searched = hr_comparison_row(&c, "late", "paper-function");
    assert_string_equal(searched->sizing, "memory=512");
    assert_close(searched->service_mean_ms, 750 + 250 * 1024 / 512.0, 1e-3);
    assert_close(hr_comparison_row(&c, "late", "paper-fleet")->service_mean_ms,
                 750 + 250 * 1024 / 1769.0, 1e-3);
    /* Of burst nobody knows. */
    assert_true(hr_comparison_row(&c, "burst", c.platforms[2].id)->repeats);
    assert_string_equal(hr_comparison_row(&c, "burst", c.platforms[2].id)->sizing,
                        hr_comparison_row(&c, "burst", "paper-function")->sizing);
    hr_comparison_clear(&c);
}

static void sizing_as_recorded_wants_something_recorded(void **state)
{
    (void)state;
    struct hr_comparison c;
    struct hr_error err = {0};
    static const char *const only[] = {"aws-lambda-x86:as-recorded"};
    struct hr_compare_options options = {.app = "five", .only = only, .only_count = 1};
    assert_false(hr_compare(world.store, world.models, &options, &c, &err));
    assert_non_null(strstr(err.text, "no workload's memory size was recorded"));
    assert_int_equal(hr_error_exit_status(&err), 2);
    const struct hr_override size = {"workload.memory_size", "700 MB"};
    options.overrides = &size;
    options.override_count = 1;
    if (!hr_compare(world.store, world.models, &options, &c, &err))
        fail_msg("%s", err.text);
    assert_int_equal(c.row_count, 2);
    assert_string_equal(c.rows[0].sizing, "memory=700");
    hr_comparison_clear(&c);
}

static struct hr_comparison compare_large(const char *key, const char *value, const char *recorded)
{
    const struct hr_override set[] = {{key, value}, {"workload.memory_size", recorded}};
    return plan_compare(&world, (struct hr_compare_options){.app = "large",
                                                            .overrides = set,
                                                            .override_count = recorded ? 2 : 1,
                                                            .no_turns = true});
}

/* Each invocation uses 2,500 MB. No instance with less serves it, whatever it costs: whether the
 * size was stated, is the most of the range, or is the server's. */
static void memory_that_does_not_hold_the_work_rules_out(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value, *recorded, *platform, *sizing, *excluded_by, *reason;
    } cases[] = {
        {"function.memory", "512 MB", NULL, "paper-function", "memory=512", "memory",
         "512 MB, as stated, do not hold the 2500 MB used (p99)"},
        {"function.memory", "2499 MB", NULL, "paper-function", "memory=2499", "", ""},
        {"function.memory", "2490 MB", NULL, "paper-function", "memory=2490", "memory", ""},
        {"function.memory", "2500 MB", NULL, "paper-function", "memory=2500", "", ""},
        {"function.memory", "2490 MB", "2480 MB", "paper-function", "memory=2490", "", ""},
        {"function.memory_max", "10240 MB", NULL, "paper-function", "memory=5120", "",
         "the least above 1.25 x the 2500 MB used (p99)"},
        {"function.memory_max", "4096 MB", NULL, "paper-function", "memory=3008", "",
         "the most that there is, for 2500 MB used (p99)"},
        {"function.memory_max", "2048 MB", NULL, "paper-function", "memory=1769", "memory",
         "the most that there is, for 2500 MB used (p99)"},
        {"fleet.instance.memory", "2 GB", NULL, "paper-fleet", "servers=", "memory", ""},
        {"fleet.instance.memory", "4 GB", NULL, "paper-fleet", "servers=", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_comparison c = compare_large(cases[i].key, cases[i].value, cases[i].recorded);
        const struct hr_row *row = hr_comparison_row(&c, "large", cases[i].platform);
        assert_string_equal(row->excluded_by, cases[i].excluded_by);
        assert_ptr_equal(strstr(row->sizing, cases[i].sizing), row->sizing);
        assert_non_null(strstr(row->sizing_reason, cases[i].reason));
        assert_false(*cases[i].excluded_by && row->cheapest);
        hr_comparison_clear(&c);
    }
}

/* A key that nobody reads is an error, whatever it would have said; those that are read are not. */
static void workload_keys_unknown_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value;
        bool known;
    } cases[] = {
        {"workload.targt", "1 s", false},
        {"workload.", "1", false},
        {"workload.memory", "5 MB", false},
        {"workload.Target", "1 s", false},
        {"workload.target", "1 s", true},
        {"workload.slo", "95 %", true},
        {"workload.speed", "2", true},
        {"workload.cpu_bound", "1", true},
        {"workload.trigger", "queue", true},
        {"workload.memory_size", "1 GB", true},
        {"workload.service", "constant 1 s", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_comparison c;
        struct hr_error err = {0};
        const struct hr_override set = {cases[i].key, cases[i].value};
        const struct hr_compare_options options = {.app = "five",
                                                   .overrides = &set,
                                                   .override_count = 1,
                                                   .only = world.ids,
                                                   .only_count = 1,
                                                   .platform_files = world.files,
                                                   .platform_file_count = 1,
                                                   .no_turns = true};
        const bool done = hr_compare(world.store, world.models, &options, &c, &err);
        if (done != cases[i].known)
            fail_msg("%s: %s", cases[i].key, done ? "taken" : err.text);
        if (done) {
            hr_comparison_clear(&c);
            continue;
        }
        assert_non_null(strstr(err.text, "trigger, service, cpu_bound"));
        assert_int_equal(hr_error_exit_status(&err), 2);
    }
}

/* A percentage is written as one, however much is late. */
static void reasons_write_percentages_out(void **state)
{
    (void)state;
    const struct hr_override set[] = {{"workload.target", "1500 ms"}, {"workload.slo", "100 %"}};
    struct hr_comparison c = plan_compare(
        &world, (struct hr_compare_options){
                    .app = "packed", .overrides = set, .override_count = 2, .no_turns = true});
    const struct hr_row *row = hr_comparison_row(&c, "packed", "paper-fleet");
    assert_non_null(strstr(row->sizing_reason, "1 server misses: 100 % of packed late"));
    hr_comparison_clear(&c);
}

/* The recorded p99 is a second, so the target is two: three servers again. */
static void target_unset_is_twice_the_recorded_p99(void **state)
{
    (void)state;
    struct hr_override http = {"workload.trigger", "http"};
    struct hr_comparison c = plan_compare(
        &world,
        (struct hr_compare_options){.app = "five", .overrides = &http, .override_count = 1});
    assert_close(c.rows[0].target_ms, 2000, 8);
    assert_non_null(strstr(c.rows[0].assumed, "target"));
    hr_comparison_clear(&c);
}

static void failures_take_service_times_of_successes(void **state)
{
    (void)state;
    struct hr_comparison c = plan_compare(&world, (struct hr_compare_options){.app = "mixed"});
    assert_int_equal(c.rows[0].invocations, 5 * 2881);
    assert_close(c.rows[0].service_mean_ms, 1000, 1e-6);
    hr_comparison_clear(&c);
}

/* Fifty times five at the first instant and the last: 245 copies each spread over 30 s. Were they
 * cut off at the edge of the window, half of them would stand at one instant. */
static void traffic_factor_makes_no_burst_at_the_edges(void **state)
{
    (void)state;
    const struct hr_override many[] = {{"fleet.servers.min", "400"}, {"fleet.servers.max", "400"}};
    struct hr_comparison c = plan_compare(
        &world, (struct hr_compare_options){
                    .app = "five", .traffic = 50, .overrides = many, .override_count = 2});
    assert_int_equal(c.rows[0].invocations, 50 * 5 * 2881);
    assert_true(c.rows[0].busy_slots_peak < 60);
    hr_comparison_clear(&c);
}

static void batch_gives_a_row_per_combination_and_says_what_fails(void **state)
{
    (void)state;
    struct hr_batch batch;
    struct hr_error err = {0};
    const char *file =
        plan_write(&world, "batch.yaml",
                   "batch: sizes\napp: five\nworkloads: [five at once]\n"
                   "platforms: [aws-lambda-x86]\n"
                   "set: {traffic: [1, 2], function.keep_alive.time: [30 s, 300 s],\n"
                   "      fleet.servers.max: [4, 8]}\n"
                   "expect: [invocations < 20000, dropped = 0]\n");
    const struct hr_compare_options options = {.seed = 1};
    if (!hr_batch_run(file, world.store, world.models, &options, &batch, &err))
        fail_msg("%s", err.text);
    assert_int_equal(batch.input_count, 3);
    assert_int_equal(batch.row_count, 4); /* the fleet's key runs once */
    assert_int_equal(batch.warning_count, 1);
    assert_int_equal(batch.failure_count, 2); /* twice the traffic, at both keep-alives */
    assert_string_equal(batch.rows[3].inputs[0], "2");
    assert_string_equal(batch.rows[3].inputs[1], "300 s");
    assert_string_equal(batch.rows[3].inputs[2], "");
    assert_int_equal(batch.rows[3].row.invocations, 2 * 5 * 2881);
    hr_batch_clear(&batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizing_of_a_fleet_passes_and_one_fewer_fails),
        cmocka_unit_test(sizing_of_functions_holds_when_they_share_the_limit),
        cmocka_unit_test(sizing_keeps_a_row_for_the_recorded_size),
        cmocka_unit_test(sizing_as_recorded_wants_something_recorded),
        cmocka_unit_test(memory_that_does_not_hold_the_work_rules_out),
        cmocka_unit_test(reasons_write_percentages_out),
        cmocka_unit_test(workload_keys_unknown_are_refused),
        cmocka_unit_test(target_unset_is_twice_the_recorded_p99),
        cmocka_unit_test(failures_take_service_times_of_successes),
        cmocka_unit_test(traffic_factor_makes_no_burst_at_the_edges),
        cmocka_unit_test(batch_gives_a_row_per_combination_and_says_what_fails),
    };
    return cmocka_run_group_tests(tests, make_world, end_world);
}
