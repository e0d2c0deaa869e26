/* Windows, billed spans and months, worked by hand from design.md section 4. */
#include "check.h"

#include "plan/traffic.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(window_of_a_length_is_billed_as_whole_weeks_or_days),
        cmocka_unit_test(window_of_one_arrival_is_a_second),
        cmocka_unit_test(window_less_its_warm_up_is_what_is_billed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
