/* test_base_parallel.c: every index once, whatever the threads; failures by the lowest index. */
#include "check.h"

#include <stdatomic.h>

#include "headroom/base.h"

enum { N = 500 };

struct tally {
    atomic_int runs[N];
    size_t fail_from; /* indices at or above fail */
};

static bool count_run(void *context, size_t index, struct hr_error *err)
{
    struct tally *tally = context;
    atomic_fetch_add(&tally->runs[index], 1);
    return index < tally->fail_from || hr_fail(err, HR_EINPUT, "index %zu", index);
}

static void parallel_runs_every_index_once(void **state)
{
    (void)state;
    static const unsigned threads[] = {0, 1, 2, 7, 300, 1000};
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
        static struct tally tally;
        memset(&tally, 0, sizeof tally);
        tally.fail_from = N;
        struct hr_error err = {0};
        assert_true(hr_parallel_for(N, threads[t], count_run, &tally, &err));
        for (size_t i = 0; i < N; i++)
            assert_int_equal(atomic_load(&tally.runs[i]), 1);
    }
    assert_true(hr_parallel_for(0, 4, count_run, NULL, NULL));
    assert_true(hr_thread_count() >= 1);
}

static void parallel_reports_the_lowest_failure(void **state)
{
    (void)state;
    for (int round = 0; round < 200; round++) {
        static struct tally tally;
        memset(&tally, 0, sizeof tally);
        tally.fail_from = 17;
        struct hr_error err = {0};
        assert_false(hr_parallel_for(N, 4, count_run, &tally, &err));
        assert_int_equal(err.kind, HR_EINPUT);
        assert_string_equal(err.text, "index 17");
    }
}

static bool stop_at_once(void *context, const struct hr_progress_state *progress)
{
    *(double *)context = progress->done;
    return false;
}

static void progress_answer_is_the_callbacks(void **state)
{
    (void)state;
    double seen = 0;
    const struct hr_progress progress = {stop_at_once, &seen};
    const struct hr_progress_state at = {.what = "x", .done = 7, .total = 9};
    assert_false(hr_progress_report(&progress, &at));
    assert_close(seen, 7, 0);
    assert_true(hr_progress_report(NULL, &at));
    assert_true(hr_progress_report(&(struct hr_progress){0}, &at));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parallel_runs_every_index_once),
        cmocka_unit_test(parallel_reports_the_lowest_failure),
        cmocka_unit_test(progress_answer_is_the_callbacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
