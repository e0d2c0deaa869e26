/* What a workload's rows are, how large and how reliable: the attributes that triggers ask for. */
#include "plan_case.h"

static struct plan_case world;

static const char functions[] =
    "platform: functions\nkind: function\ntitle: f\nas_of: 2026-11-01\nsources: []\n"
    "function:\n  memory: 1024 MB\n  vcpus: 1\n  keep_alive: {policy: fixed, time: 60 min}\n"
    "  cold_start: {dist: constant, value: 0 ms}\n"
    "  queue: {batch: 10, window: 10 s, pollers: 5, pollers_max: 5, visibility: 30 s,\n"
    "          max_age: 1 d, refused_delay: 1 s, refused_delay_max: 1 min, max_receives: 2}\n"
    "  async: {attempts: 3, delay: 1 s, refused_delay: 1 s, refused_delay_max: 1 s, max_age: 1 h}\n"
    "  schedule: {attempts: 1}\n"
    "  payload: {http: 1 MB, event: 1 MB, batch: 6 KB}\n"
    "network: {dist: constant, value: 0 ms}\n";

static struct plan_row each_second(size_t i)
{
    return (struct plan_row){(int64_t)i * HR_SECOND, 100 * HR_MILLISECOND, 200};
}

static struct hr_comparison compare_with(const struct hr_override *set, size_t count)
{
    return plan_compare(
        &world, (struct hr_compare_options){
                    .app = PLAN_APP, .overrides = set, .override_count = count, .no_turns = true});
}

/* Ten fill a batch in 9 s: they wait 9, 8 ... 0 s, and each is answered after the batch's second. A
 * row that is a run waits for nobody. */
static void rows_are_messages_or_runs(void **state)
{
    (void)state;
    static const struct hr_override set[] = {{"workload.trigger", "queue"},
                                             {"workload.payload", "100 B"},
                                             {"workload.records", "messages"}};
    struct hr_comparison messages = compare_with(set, 3), runs = compare_with(set, 2);
    assert_close(messages.rows[0].wait_mean_ms, 4500, 1e-6);
    assert_close(messages.rows[0].service_mean_ms, 1000, 1e-6);
    assert_close(runs.rows[0].wait_mean_ms, 0, 0);
    assert_close(runs.rows[0].service_mean_ms, 100, 1e-6);
    assert_int_equal(messages.rows[0].served, 100);
    hr_comparison_clear(&messages);
    hr_comparison_clear(&runs);
}

/* Messages of 2 KB: three fit into 6 KB, and wait 2, 1, 0 s; the last of a hundred waits for the
 * window's end. */
static void a_batch_holds_what_fits_its_payload(void **state)
{
    (void)state;
    static const struct hr_override set[] = {{"workload.trigger", "queue"},
                                             {"workload.records", "messages"}};
    struct hr_comparison c = compare_with(set, 2);
    assert_close(c.rows[0].wait_mean_ms, (33 * 3000 + 10000) / 100.0, 1e-6);
    hr_comparison_clear(&c);
}

static void a_payload_above_the_limit_rules_a_platform_out(void **state)
{
    (void)state;
    struct hr_override set[] = {{"workload.trigger", "async"}, {"workload.payload", "1 MB"}};
    struct hr_comparison c = compare_with(set, 2);
    assert_string_equal(c.rows[0].excluded_by, "");
    hr_comparison_clear(&c);
    set[1].value = "1.001 MB";
    c = compare_with(set, 2);
    assert_string_equal(c.rows[0].excluded_by, "payload");
    hr_comparison_clear(&c);
    /* Somebody waits: the log has answers of 1 KiB. */
    struct hr_override limit = {"function.payload.http", "1 KB"};
    c = compare_with(&limit, 1);
    assert_string_equal(c.rows[0].excluded_by, "");
    hr_comparison_clear(&c);
    limit.value = "1000 B";
    c = compare_with(&limit, 1);
    assert_string_equal(c.rows[0].excluded_by, "payload");
    hr_comparison_clear(&c);
}

/* Every delivery fails: three runs of an event, one of a schedule, two of a message. */
static void failures_are_those_of_the_trigger(void **state)
{
    (void)state;
    static const struct {
        const char *trigger;
        uint64_t attempts;
    } wanted[] = {{"async", 300}, {"schedule", 100}, {"queue", 200}, {"http", 100}};
    for (size_t i = 0; i < 4; i++) {
        const struct hr_override set[] = {{"workload.trigger", wanted[i].trigger},
                                          {"workload.errors", "100 %"}};
        struct hr_comparison c = compare_with(set, 2);
        assert_int_equal(c.rows[0].attempts, wanted[i].attempts);
        assert_int_equal(c.rows[0].duplicates, wanted[i].attempts - 100);
        assert_int_equal(c.rows[0].dropped, i < 3 ? 100 : 0);
        hr_comparison_clear(&c);
    }
}

static void a_word_that_is_wrong_is_refused(void **state)
{
    (void)state;
    const struct hr_override set = {"workload.records", "batches"};
    const struct hr_compare_options options = {
        .app = PLAN_APP, .overrides = &set, .override_count = 1};
    struct hr_comparison c;
    struct hr_error err = {0};
    assert_false(hr_compare(world.store, world.models, &options, &c, &err));
    assert_non_null(strstr(err.text, "expected runs or messages, found `batches`"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_messages_or_runs),
        cmocka_unit_test(a_batch_holds_what_fits_its_payload),
        cmocka_unit_test(a_payload_above_the_limit_rules_a_platform_out),
        cmocka_unit_test(failures_are_those_of_the_trigger),
        cmocka_unit_test(a_word_that_is_wrong_is_refused),
    };
    plan_open(&world);
    plan_platform(&world, "functions", functions);
    plan_workload(&world, PLAN_APP, "jobs", 100, each_second);
    int failed = cmocka_run_group_tests_name("plan_trigger", tests, NULL, NULL);
    plan_close(&world);
    return failed;
}
