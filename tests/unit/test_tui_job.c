/* test_tui_job.c: the work behind the screens, on the worker thread: what it leaves in the plan
 * file when it is done, when it fails and when it is cancelled.
 */
#include "check.h"

#include <pthread.h>
#include <time.h>

#include "headroom/tui.h"
#include "tui/job.h"

static struct hr_tui_options options = {.seed = 1, .threads = 2};
static struct hr__job_result result;
static const char *const large = "large.log";

static int clear_result(void **state)
{
    (void)state;
    hr__job_result_clear(&result);
    return 0;
}

static void write_log(const char *path, int lines)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    for (int i = 0; i < lines; i++)
        fprintf(out,
                "192.0.2.7 - - [%02d/Oct/2026:%02d:%02d:00 +0000] \"GET /a HTTP/1.1\" 200 5 \"-\" "
                "\"t\" 0.%03d\n",
                5 + i / 1440 % 20, i / 60 % 24, i % 60, 40 + i % 60);
    fclose(out);
}

static void pause_ms(long ms)
{
    struct timespec time = {.tv_nsec = ms * 1000000};
    nanosleep(&time, NULL);
}

/* Runs a request to its end on the worker. */
static void work(const char *plan, const char *import)
{
    struct hr__job *job = NULL;
    struct hr__job_request request = {
        .options = &options, .plan = plan, .imports = &import, .import_count = import != NULL};
    hr__job_result_clear(&result);
    assert_true(hr__job_start(&request, NULL, &job, NULL));
    while (!hr__job_finished(job))
        pause_ms(5);
    hr__job_finish(job, &result);
}

static void job_without_a_plan_finds_nothing_and_makes_nothing(void **state)
{
    (void)state;
    work("none.headroom", NULL);
    assert_true(result.done);
    assert_false(result.has_comparison);
    assert_int_not_equal(access("none.headroom", F_OK), 0);
}

static void job_on_a_foreign_file_fails_with_its_name(void **state)
{
    (void)state;
    write_log("foreign.log", 10);
    work("foreign.log", NULL);
    assert_false(result.done);
    assert_non_null(strstr(result.error.text, "foreign.log"));
}

static void job_imports_and_compares(void **state)
{
    (void)state;
    unlink("day.headroom"); /* of a run before, in the same folder */
    write_log("day.log", 3000);
    work("day.headroom", "day.log");
    assert_true(result.done);
    assert_true(result.imported);
    assert_true(result.has_comparison);
    assert_int_equal(result.comparison.workload_count, 1);
    assert_int_equal(result.comparison.invocations, 3000);
    assert_int_equal(result.applications, 1);
    assert_non_null(strstr(result.words.data, "3 000 lines: 3 000 kept"));
}

static void job_with_a_missing_log_says_so_and_keeps_the_plan(void **state)
{
    (void)state;
    work("day.headroom", "missing.log");
    assert_false(result.done);
    assert_false(result.imported);
    assert_non_null(strstr(result.error.text, "missing.log"));
    work("day.headroom", NULL);
    assert_int_equal(result.comparison.invocations, 3000);
}

static bool stop_at_once(void *context, const struct hr_progress_state *state)
{
    (void)state;
    ++*(int *)context;
    return false;
}

static void job_cancelled_leaves_the_plan_as_it_was(void **state)
{
    (void)state;
    int asked = 0;
    size_t before_len, after_len;
    struct hr_progress progress = {stop_at_once, &asked};
    struct hr__job_request request = {
        .options = &options, .plan = "day.headroom", .imports = &large, .import_count = 1};
    write_log("large.log", 400000);
    char *before = hr_file_read("day.headroom", (size_t)1 << 28, &before_len, NULL);
    hr__job_run(&request, &progress, &result);
    char *after = hr_file_read("day.headroom", (size_t)1 << 28, &after_len, NULL);
    assert_true(asked > 0);
    assert_false(result.done);
    assert_false(result.imported);
    assert_int_equal(result.error.kind, HR_ECANCELLED);
    assert_int_equal(after_len, before_len);
    assert_memory_equal(after, before, before_len);
    free(before);
    free(after);
}

static void job_cancelled_on_its_thread_ends_soon(void **state)
{
    (void)state;
    struct hr__job *job = NULL;
    struct hr__job_request request = {
        .options = &options, .plan = "day.headroom", .imports = &large, .import_count = 1};
    assert_true(hr__job_start(&request, NULL, &job, NULL));
    hr__job_cancel(job);
    hr__job_finish(job, &result);
    assert_int_equal(result.error.kind, HR_ECANCELLED);
    assert_false(result.imported);
}

#define WITH_RESULT(test) cmocka_unit_test_teardown(test, clear_result)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RESULT(job_without_a_plan_finds_nothing_and_makes_nothing),
        WITH_RESULT(job_on_a_foreign_file_fails_with_its_name),
        WITH_RESULT(job_imports_and_compares),
        WITH_RESULT(job_with_a_missing_log_says_so_and_keeps_the_plan),
        WITH_RESULT(job_cancelled_leaves_the_plan_as_it_was),
        WITH_RESULT(job_cancelled_on_its_thread_ends_soon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
