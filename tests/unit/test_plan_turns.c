/* Assumptions that turn a verdict, where paper says at which bound they do. */
#include "plan_case.h"

/* 512 MB are 0.289 of a vCPU: work of which a share c needs a core takes 1 - c + c / 0.289 times as
 * long. No cold starts, no network. */
static const char function_yaml[] =
    "platform: paper-function\nkind: function\ntitle: Paper function\nas_of: 2026-01-01\n"
    "sources: [invented]\nfunction:\n  memory: 512 MB\n"
    "  keep_alive: {policy: fixed, time: 10 min}\n"
    "  cold_start: {dist: constant, value: 0 ms}\nnetwork: {dist: constant, value: 0 ms}\n"
    "prices: {book: aws-us-east-1, scheme: lambda-x86}\n";
static const char fleet_yaml[] =
    "platform: paper-fleet\nkind: fleet\ntitle: Paper fleet\nas_of: 2026-01-01\n"
    "sources: [invented]\nfleet:\n  instance: {type: m7g.large, vcpus: 2, memory: 8 GB, slots: 4}\n"
    "  servers: auto\n  discipline: slots\n  autoscaler: {policy: fixed}\n"
    "network: {dist: constant, value: 0 ms}\n"
    "prices: {book: aws-us-east-1, scheme: ec2-on-demand}\n";

static struct plan_row each_minute(size_t i)
{
    return (struct plan_row){(int64_t)i * HR_MINUTE, 100 * HR_MILLISECOND, 200};
}

static struct plan_row each_hour(size_t i)
{
    return (struct plan_row){(int64_t)i * HR_HOUR, 100 * HR_MILLISECOND, 200};
}

static struct plan_case world;

static int make_world(void **state)
{
    (void)state;
    plan_open(&world);
    plan_platform(&world, "paper-function", function_yaml);
    plan_platform(&world, "paper-fleet", fleet_yaml);
    plan_workload(&world, PLAN_APP, "hour", 49, each_hour);
    plan_workload(&world, PLAN_APP, "minute", 2881, each_minute);
    return 0;
}

static int end_world(void **state)
{
    (void)state;
    plan_close(&world);
    return 0;
}

/* 100 ms take 161 ms at the assumed 25 %, 284 ms at 75 %, 122 ms at 10 %; the assumed target is 200
 * ms, its bounds 150 and 400. One server more than enough serves in time whatever is assumed. The
 * function's 512 MB do not hold the 1024 that may be used. */
static void turns_are_those_that_change_the_answer(void **state)
{
    (void)state;
    struct hr_comparison c = plan_compare(&world, (struct hr_compare_options){.threads = 2});
    assert_close(hr_comparison_row(&c, "minute", "paper-function")->response_p99_ms, 161.4, 0.2);
    assert_int_equal(c.verdicts[1].answer, HR_ANSWER_SERVERLESS);
    for (size_t i = 0; i <= c.workload_count; i++)
        assert_string_equal(c.verdicts[i].turns_on,
                            "cpu_bound at 75 % instead of 25 %: provisioned; "
                            "memory used, unknown, at 1024 MB: provisioned; "
                            "target at 150 ms instead of 200 ms: provisioned");
    hr_comparison_clear(&c);
}

static void turns_leave_alone_what_a_person_set(void **state)
{
    (void)state;
    static const char memory_turns[] = "memory used, unknown, at 1024 MB: provisioned";
    const struct hr_override set[] = {{"workload.cpu_bound", "25 %"}, {"workload.target", "1 s"}};
    struct hr_compare_options options = {.overrides = set, .override_count = 1};
    struct hr_comparison c = plan_compare(&world, options);
    assert_string_equal(c.verdicts[0].turns_on, "memory used, unknown, at 1024 MB: provisioned; "
                                                "target at 150 ms instead of 200 ms: provisioned");
    hr_comparison_clear(&c);
    options.override_count = 2;
    c = plan_compare(&world, options);
    assert_string_equal(c.verdicts[2].turns_on, memory_turns);
    hr_comparison_clear(&c);
    /* Of one workload only: the application says so of the others, without their figures. */
    options = (struct hr_compare_options){
        .overrides = set + 1, .override_count = 1, .workload = "minute"};
    c = plan_compare(&world, options);
    assert_string_equal(c.verdicts[1].turns_on, memory_turns);
    assert_non_null(strstr(c.verdicts[2].turns_on, "target at 150 ms instead of 200 ms"));
    hr_comparison_clear(&c);
}

static void turns_are_found_for_fleets_apart_too(void **state)
{
    (void)state;
    struct hr_comparison c = plan_compare(&world, (struct hr_compare_options){.alone = true});
    assert_non_null(strstr(c.verdicts[0].turns_on, "cpu_bound at 75 %"));
    hr_comparison_clear(&c);
}

static void turns_are_not_looked_for_when_nobody_asks(void **state)
{
    (void)state;
    struct hr_comparison c = plan_compare(&world, (struct hr_compare_options){.no_turns = true});
    for (size_t i = 0; i <= c.workload_count; i++)
        assert_string_equal(c.verdicts[i].turns_on, "");
    hr_comparison_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_are_those_that_change_the_answer),
        cmocka_unit_test(turns_leave_alone_what_a_person_set),
        cmocka_unit_test(turns_are_found_for_fleets_apart_too),
        cmocka_unit_test(turns_are_not_looked_for_when_nobody_asks),
    };
    return cmocka_run_group_tests(tests, make_world, end_world);
}
