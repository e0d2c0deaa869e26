/* Instances kept initialised where only cold starts make a function miss: how many, and their bill.
 */
#include "plan_case.h"

/* Every start is cold: what is idle for half a minute is gone. */
static const char function_yaml[] =
    "platform: paper-function\nkind: function\ntitle: Paper function\nas_of: 2026-01-01\n"
    "sources: [invented]\nfunction:\n  memory: auto\n  per_instance: 1\n"
    "  keep_alive: {policy: fixed, time: 30 s}\n"
    "  cold_start: {dist: constant, value: 500 ms}\nnetwork: {dist: constant, value: 0 ms}\n"
    "prices: {book: aws-us-east-1, scheme: lambda-x86}\n";

/* Three at once each minute of two days. */
static struct plan_row three(size_t i)
{
    return (struct plan_row){(int64_t)(i / 3) * HR_MINUTE, 100 * HR_MILLISECOND, 200};
}

/* One every ten seconds stays warm. */
static struct plan_row steady(size_t i)
{
    return (struct plan_row){(int64_t)i * 10 * HR_SECOND, 100 * HR_MILLISECOND, 200};
}

static struct plan_row slow(size_t i)
{
    return (struct plan_row){(int64_t)i * HR_MINUTE, 600 * HR_MILLISECOND, 200};
}

static const char fleet_yaml[] =
    "platform: paper-fleet\nkind: fleet\ntitle: Paper fleet\nas_of: 2026-01-01\n"
    "sources: [invented]\nfleet:\n  instance: {type: m7g.large, vcpus: 2, memory: 8 GB, slots: 4}\n"
    "  servers: auto\n  discipline: slots\n  autoscaler: {policy: fixed}\n"
    "network: {dist: constant, value: 0 ms}\n"
    "prices: {book: aws-us-east-1, scheme: ec2-on-demand}\n";

static struct plan_case world;

static int make_world(void **state)
{
    (void)state;
    plan_open(&world);
    plan_platform(&world, "paper-function", function_yaml);
    plan_workload(&world, PLAN_APP, "steady", 2 * 8640 + 1, steady);
    plan_workload(&world, PLAN_APP, "three", 3 * 2880, three);
    plan_workload(&world, "steady", "steady", 2 * 8640 + 1, steady);
    plan_workload(&world, "slow", "slow", 2881, slow);
    return 0;
}

static int end_world(void **state)
{
    (void)state;
    plan_close(&world);
    return 0;
}

/* 512 MB are 0.289 of a vCPU: a quarter of 100 ms that needs a core makes it 161.4 ms; the target
 * is 200. Three provisioned instances serve all three in time, two of them only two thirds. */
static void provision_finds_the_fewest_that_pass(void **state)
{
    (void)state;
    struct hr_comparison c =
        plan_compare(&world, (struct hr_compare_options){.free_tier = HR_FREE_NONE});
    assert_int_equal(c.platform_count, 2);
    assert_string_equal(c.platforms[1].id, "paper-function:provisioned");
    assert_false(hr_comparison_row(&c, "three", "paper-function")->meets_target);
    const struct hr_row *row = hr_comparison_row(&c, "three", c.platforms[1].id);
    assert_string_equal(row->sizing, "memory=512;provisioned=3");
    assert_string_equal(row->sizing_reason, "2 provisioned miss: 66.66 % within the target");
    assert_true(row->meets_target);
    assert_int_equal(row->cold_starts, 0);
    assert_close(row->target_met_pct, 100, 1e-9);
    /* Kept all the month; each of 8640 runs is 162 ms to the millisecond, at a lower price. */
    const double month = 730.0 / 48;
    double kept = 3 * 0.5 * 730 * 3600 * 0.0000041667;
    double used = 8640 * month * 0.162 * 0.5 * 0.0000097222;
    double requests = 8640 * month * 0.0000002;
    double egress = 8640 * 1024 / 1073741824.0 * month * 0.09;
    assert_close(row->cost_month_usd, kept + used + requests + egress, 1e-4);
    /* Idle is what is kept and does not work; the work itself has a line of its own. */
    assert_close(row->idle_cost_month_usd, kept * (1 - 8640 * 0.162 / (3 * 2 * 86400)), 1e-4);
    hr_comparison_clear(&c);
}

/* Who meets the target without is left as it is, and without any such workload there is no row. */
static void provision_leaves_others_alone(void **state)
{
    (void)state;
    struct hr_comparison c = plan_compare(&world, (struct hr_compare_options){0});
    const struct hr_row *row = hr_comparison_row(&c, "steady", "paper-function:provisioned");
    assert_true(row->repeats);
    assert_string_equal(row->sizing, "memory=512");
    assert_close(row->cost_month_usd,
                 hr_comparison_row(&c, "steady", "paper-function")->cost_month_usd, 1e-9);
    hr_comparison_clear(&c);
    c = plan_compare(&world, (struct hr_compare_options){.app = "steady"});
    assert_int_equal(c.platform_count, 1);
    hr_comparison_clear(&c);
}

/* What is too slow when warm no instance cures. */
static void provision_cures_cold_starts_only(void **state)
{
    (void)state;
    const struct hr_override tight = {"workload.target", "90 ms"};
    struct hr_comparison c =
        plan_compare(&world, (struct hr_compare_options){.overrides = &tight, .override_count = 1});
    assert_int_equal(c.platform_count, 1);
    hr_comparison_clear(&c);
}

/* 600 ms and a cold start of 500 stay under the assumed 1200 on a whole vCPU. Under three quarters
 * of that they do not, but provisioned instances do, for far less than servers: no turn. */
static void provision_is_thought_of_before_a_verdict_turns(void **state)
{
    (void)state;
    const char *files[] = {world.files[0], plan_write(&world, "fleet.yaml", fleet_yaml)};
    static const char *const only[] = {"paper-function", "paper-fleet"};
    struct hr_compare_options options = {.app = "slow",
                                         .platform_files = files,
                                         .platform_file_count = 2,
                                         .only = only,
                                         .only_count = 2};
    struct hr_comparison c;
    struct hr_error err = {0};
    if (!hr_compare(world.store, world.models, &options, &c, &err))
        fail_msg("%s", err.text);
    assert_int_equal(c.platform_count, 2);
    assert_string_equal(c.rows[0].sizing, "memory=1769");
    assert_int_equal(c.verdicts[0].answer, HR_ANSWER_SERVERLESS);
    assert_string_equal(c.verdicts[0].turns_on, "");
    hr_comparison_clear(&c);
    const struct hr_override tight = {"workload.target", "900 ms"};
    options.overrides = &tight;
    options.override_count = 1;
    if (!hr_compare(world.store, world.models, &options, &c, &err))
        fail_msg("%s", err.text);
    assert_int_equal(c.platform_count, 3);
    assert_string_equal(c.rows[1].sizing, "memory=1024;provisioned=1");
    assert_int_equal(c.verdicts[0].answer, HR_ANSWER_SERVERLESS);
    hr_comparison_clear(&c);
}

static void provision_is_refused_where_there_is_no_such_row(void **state)
{
    (void)state;
    static const char *const wrong[] = {"google-cloud-run:provisioned", "fleet-fixed:provisioned"};
    struct hr_comparison c;
    struct hr_error err = {0};
    for (int i = 0; i < 2; i++) {
        const struct hr_compare_options options = {
            .app = PLAN_APP, .only = &wrong[i], .only_count = 1};
        assert_false(hr_compare(world.store, world.models, &options, &c, &err));
        assert_int_equal(hr_error_exit_status(&err), 2);
        assert_non_null(strstr(err.text, "there is such a row only of functions"));
    }
    static const char *const named = "aws-lambda-arm:provisioned";
    const struct hr_compare_options options = {.app = PLAN_APP, .only = &named, .only_count = 1};
    if (!hr_compare(world.store, world.models, &options, &c, &err))
        fail_msg("%s", err.text);
    assert_int_equal(c.platform_count, 1);
    assert_string_equal(c.platforms[0].id, named);
    hr_comparison_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(provision_finds_the_fewest_that_pass),
        cmocka_unit_test(provision_leaves_others_alone),
        cmocka_unit_test(provision_cures_cold_starts_only),
        cmocka_unit_test(provision_is_thought_of_before_a_verdict_turns),
        cmocka_unit_test(provision_is_refused_where_there_is_no_such_row),
    };
    return cmocka_run_group_tests(tests, make_world, end_world);
}
