/* Windows, billed spans and months, worked by hand from design.md section 4; the order in which
 * invocations are replayed. */
#include "plan_case.h"

#include "plan/observed.h"

static struct hr_assumptions assumed(void)
{
    struct hr_assumptions a = {0};
    a.window.shortest_us = HR_SECOND;
    a.window.whole_tolerance = 0.01;
    a.window.verdict_us = HR_DAY;
    return a;
}

static void window_of_a_length_is_billed_as_whole_weeks_or_days(void **state)
{
    static const struct {
        double days, billed_days;
        bool extrapolated;
    } cases[] = {
        {8, 7, false}, /* one whole week, at its end */
        {7, 7, false},
        {14.5, 14, false},
        {6.5, 6, false}, /* no week: whole days */
        {1.5, 1, false},
        {1, 1, false},
        {0.995, 0.995, false}, /* short of a day by 0.5 %: counts, billed as it is */
        {6.99, 6.99, false},   /* short of a week by 0.14 % */
        {6.9, 6, false},       /* short by 1.4 %: not a week; not a seventh day either */
        {10.0 / 24, 10.0 / 24, true},
    };
    struct hr_assumptions a = assumed();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct hr__traffic traffic = {0};
        int64_t from = 1000 * HR_DAY, span = (int64_t)(cases[i].days * (double)HR_DAY);
        hr__window_set(&traffic, from, from + span, 0, &a);
        double billed = (double)(traffic.bill_to - traffic.bill_from) / (double)HR_DAY;
        assert_close(billed, cases[i].billed_days, 1e-9);
        assert_int_equal(traffic.extrapolated, cases[i].extrapolated);
        assert_int_equal(traffic.bill_to, traffic.window_to);
        assert_close(traffic.month_factor * billed * 24, 730, 1e-6);
    }
}

static void window_of_one_arrival_is_a_second(void **state)
{
    struct hr_assumptions a = assumed();
    struct hr__traffic traffic = {0};
    (void)state;
    hr__window_set(&traffic, HR_DAY, HR_DAY, 0, &a);
    assert_int_equal(traffic.window_to - traffic.window_from, HR_SECOND);
    assert_true(traffic.extrapolated);
}

/* Eight days of which two warm up: six days are billed, and a month is so many of them. */
static void window_less_its_warm_up_is_what_is_billed(void **state)
{
    struct hr_assumptions a = assumed();
    struct hr__traffic traffic = {0};
    (void)state;
    hr__window_set(&traffic, HR_DAY, 9 * HR_DAY, 2 * HR_DAY, &a);
    assert_int_equal(traffic.window_from, HR_DAY);
    assert_int_equal(traffic.figures_from, 3 * HR_DAY);
    assert_int_equal(traffic.bill_from, 3 * HR_DAY);
    assert_close(traffic.month_factor, 730.0 / 144, 1e-9);
}

/* Twenty at once each hour, of which no line tells how long it took. */
static struct plan_row unknown(size_t i)
{
    return (struct plan_row){(int64_t)(i / 20) * HR_HOUR, HR_UNKNOWN, 200};
}

/* Ten at once each hour, every other one a failure whose time is drawn from the successes'. */
static struct plan_row failing(size_t i)
{
    return (struct plan_row){(int64_t)(i / 10) * HR_HOUR, (int64_t)(i % 10 + 1) * HR_SECOND,
                             i % 2 ? 503 : 200};
}

static void window_is_replayed_by_arrival_workload_and_drawn_duration(void **state)
{
    struct plan_case world;
    struct hr_comparison comparison = {0};
    struct hr_assumptions a;
    struct hr_error err = {0};
    struct hr__traffic traffic;
    const struct hr_compare_options options = {.app = PLAN_APP, .seed = 3};
    size_t equal = 0;
    (void)state;
    plan_open(&world);
    plan_workload(&world, PLAN_APP, "a", 20 * 48, unknown);
    plan_workload(&world, PLAN_APP, "b", 10 * 48, failing);
    const struct hr__load load = {world.store, world.models, &a, &options, &comparison, NULL};
    if (!hr_models_assumptions(world.models, &a, &err) || !hr__traffic_load(&load, &traffic, &err))
        fail_msg("%s", err.text);
    assert_int_equal(traffic.n, 30 * 48);
    for (size_t i = 1; i < traffic.n; i++) {
        bool same = traffic.arrival_us[i] == traffic.arrival_us[i - 1];
        assert_true(traffic.arrival_us[i] >= traffic.arrival_us[i - 1]);
        assert_true(!same || traffic.workload[i] >= traffic.workload[i - 1]);
        same = same && traffic.workload[i] == traffic.workload[i - 1];
        assert_true(!same || traffic.service_us[i] >= traffic.service_us[i - 1]);
        equal += same;
    }
    assert_int_equal(equal, 19 * 48 + 9 * 48);
    hr__traffic_clear(&traffic);
    hr_comparison_clear(&comparison);
    plan_close(&world);
}

/* In blocks of 7, which end inside minutes. */
static double congestion(const int64_t *arrival, const int64_t *service, size_t n)
{
    struct hr__minutes minutes = {0};
    struct hr_error err = {0};
    for (size_t i = 0; i < n; i += 7) {
        const struct hr__run_of_rows run = {n - i < 7 ? n - i : 7, arrival + i, service + i};
        assert_true(hr__minutes_add(&minutes, &run, &err));
    }
    const double ratio = hr__minutes_ratio(&minutes);
    hr__minutes_clear(&minutes);
    return ratio;
}

/* Most minutes hold one invocation of 100 ms, each tenth twenty that queued behind each other. */
static void window_of_congestion_tells_busy_minutes_from_quiet_ones(void **state)
{
    int64_t arrival[600], service[600];
    size_t n = 0;
    (void)state;
    for (int minute = 0; minute < 200; minute++)
        for (int i = 0; i < (minute % 10 == 0 ? 20 : 1); i++, n++) {
            arrival[n] = minute * HR_MINUTE + i * HR_MILLISECOND;
            service[n] = 100 * HR_MILLISECOND * (i + 1);
        }
    assert_int_equal(n, 20 * 20 + 180);
    assert_close(congestion(arrival, service, n), 10.5, 0.01); /* the mean of 1 to 20 against 1 */
    for (size_t i = 0; i < n; i++)
        service[i] = 100 * HR_MILLISECOND;
    assert_close(congestion(arrival, service, n), 1, 1e-9);
    assert_close(congestion(arrival, service, 150), 1, 1e-9); /* too few */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(window_of_a_length_is_billed_as_whole_weeks_or_days),
        cmocka_unit_test(window_of_one_arrival_is_a_second),
        cmocka_unit_test(window_less_its_warm_up_is_what_is_billed),
        cmocka_unit_test(window_of_congestion_tells_busy_minutes_from_quiet_ones),
        cmocka_unit_test(window_is_replayed_by_arrival_workload_and_drawn_duration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
