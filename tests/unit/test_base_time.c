/* test_base_time.c: dates against known epochs, every day there and back, odd and wrong texts. */
#include "check.h"

#include "headroom/base.h"

static void time_iso_reads_the_forms_of_logs(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us; /* -1: refused */
        bool offset;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0, true},
        {"2026-10-05T10:00:00Z", 1791194400000000, true},
        {"2026-10-05 10:00:00", 1791194400000000, false},
        {"2026-10-05T10:00:00.123456Z", 1791194400123456, true},
        {"2026-10-05T10:00:00,5Z", 1791194400500000, true},
        {"2026-10-05T10:00:00.123456789Z", 1791194400123456, true},
        {"2026-10-05T12:00:00+02:00", 1791194400000000, true},
        {"2026-10-05T12:00:00+0200", 1791194400000000, true},
        {"2026-10-05 07:30:00 -0230", 1791194400000000, true},
        {"2026-10-05T10:00", 1791194400000000, false},
        {"2026-10-05", 1791158400000000, false},
        {"2000-02-29T00:00:00Z", 951782400000000, true},
        {"2016-12-31T23:59:60Z", 1483228800000000, true}, /* a leap second */
        {"2100-02-29T00:00:00Z", -1, false},
        {"2026-13-01T00:00:00Z", -1, false},
        {"2026-10-05T24:00:00Z", -1, false},
        {"2026-10-05T10:00:00.Z", -1, false},
        {"2026-10-05T10:00:00.1234567890Z", -1, false},
        {"2026-10-05T10:00:00+25:00", -1, false},
        {"2026-10-05T10:00:00Zx", -1, false},
        {"2026-10-5T10:00:00Z", -1, false},
        {"26-10-05", -1, false},
        {"", -1, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t us = -1;
        bool offset = false;
        bool read = hr_time_parse_iso(cases[i].text, strlen(cases[i].text), &us, &offset);
        if (read != (cases[i].us >= 0) ||
            (read && (us != cases[i].us || offset != cases[i].offset)))
            fail_msg("`%s` gave %d, %lld", cases[i].text, read, (long long)us);
    }
}

static void time_civil_goes_there_and_back_for_every_day(void **state)
{
    (void)state;
    for (int64_t day = -36525; day < 84006; day++) { /* 1870 .. 2200 */
        int64_t time = day * HR_DAY + 12345678901, back = 0;
        struct hr_civil civil = hr_time_to_civil(time);
        assert_true(hr_time_from_civil(&civil, &back));
        assert_true(back == time);
    }
}

static void time_format_drops_trailing_zeros(void **state)
{
    (void)state;
    char buf[HR_TIME_TEXT];
    assert_string_equal(hr_time_format(buf, 1791194400123456), "2026-10-05T10:00:00.123456Z");
    assert_string_equal(hr_time_format(buf, 1791194400500000), "2026-10-05T10:00:00.5Z");
    assert_string_equal(hr_time_format(buf, 0), "1970-01-01T00:00:00Z");
    assert_string_equal(hr_time_format(buf, -1), "1969-12-31T23:59:59.999999Z");
}

static void duration_format_is_short(void **state)
{
    (void)state;
    static const struct {
        int64_t us;
        const char *text;
    } cases[] = {
        {0, "0 ms"},
        {7, "7 us"},
        {253000, "253 ms"},
        {1500000, "1.5 s"},
        {900 * HR_SECOND, "15 min"},
        {90 * HR_MINUTE, "1 h 30 min"},
        {HR_WEEK, "7 d"},
        {-2 * HR_SECOND, "-2 s"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char buf[HR_TIME_TEXT];
        assert_string_equal(hr_duration_format(buf, cases[i].us), cases[i].text);
    }
}

static void span_format_counts_nearly_whole_days_as_whole(void **state)
{
    (void)state;
    static const struct {
        int64_t us;
        const char *text;
    } cases[] = {
        {7 * HR_DAY - 2 * HR_SECOND, "7 d"},
        {7 * HR_DAY + HR_HOUR, "7 d"},
        {7 * HR_DAY + 3 * HR_HOUR, "7 d 3 h"},
        {HR_DAY - 15 * HR_MINUTE, "23 h 45 min"},
        {HR_DAY - 14 * HR_MINUTE, "1 d"},
        {13 * HR_HOUR, "13 h"},
        {0, "0 ms"},
    };
    char buf[HR_TIME_TEXT];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(hr_span_format(buf, cases[i].us), cases[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_iso_reads_the_forms_of_logs),
        cmocka_unit_test(time_civil_goes_there_and_back_for_every_day),
        cmocka_unit_test(time_format_drops_trailing_zeros),
        cmocka_unit_test(duration_format_is_short),
        cmocka_unit_test(span_format_counts_nearly_whole_days_as_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
