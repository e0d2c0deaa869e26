/* test_ingest_numbers.c: decimal text to integers, and the clock of access logs. */
#include "check.h"

#include "ingest/clf_time.h"
#include "ingest/numbers.h"

static void number_table_is_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text, *unit;
        bool fits;
        int64_t value;
    } cases[] = {
        {"0", "s", true, 0},
        {"1", "s", true, 1000000},
        {"0.057", "s", true, 57000},
        {"60.000", "s", true, 60000000},
        {"102.25", "ms", true, 102250},
        {"0.0005", "ms", true, 1}, /* half a microsecond goes up */
        {"0.0004", "ms", true, 0},
        {"1741000000.123456", "s", true, INT64_C(1741000000123456)},
        {"1741000000123456789", "ns", true, INT64_C(1741000000123457)},
        {"12345678", "us", true, 12345678},
        {"123456789012", "us", true, INT64_C(123456789012)},
        {"1499", "ns", true, 1},
        {"1500", "ns", true, 2},
        {"0.07949090003967285", "s", true, 79491},
        {"1.5", "h", true, INT64_C(5400000000)},
        {"-3", "ms", true, -3000},
        {"+3", "ms", true, 3000},
        {".5", "s", true, 500000},
        {"5.", "s", true, 5000000},
        {"1e-3", "s", true, 1000},
        {"512", "MB", true, 524288},
        {"2048", "B", true, 2},
        {"", "s", false, 0},
        {"-", "s", false, 0},
        {".", "s", false, 0},
        {"1 2", "s", false, 0},
        {"12a", "s", false, 0},
        {"1,5", "s", false, 0},
        {"nan", "s", false, 0},
        {"inf", "s", false, 0},
        {"0x10", "s", false, 0},
        {"99999999999999999", "h", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t value = 0;
        enum hr__unit_kind kind =
            strchr(cases[i].unit, 'B') != NULL ? HR__UNIT_SIZE : HR__UNIT_TIME;
        const struct hr__unit *unit = hr__unit_find(cases[i].unit, strlen(cases[i].unit), kind);
        assert_non_null(unit);
        bool fits = hr__number(cases[i].text, strlen(cases[i].text), unit, &value);
        if (fits != cases[i].fits || (fits && value != cases[i].value)) {
            fail_msg("%s %s gives %d %lld", cases[i].text, cases[i].unit, fits, (long long)value);
        }
    }
}

static void number_every_length_agrees_with_strtoll(void **state)
{
    (void)state;
    const struct hr__unit *unit = hr__unit_find("us", 2, HR__UNIT_TIME);
    for (uint64_t i = 0; i < 20000; i++) {
        char text[32];
        uint64_t h = hr_mix64(i);
        snprintf(text, sizeof text, "%llu", (unsigned long long)(h >> 5 >> i % 55));
        int64_t value;
        if (strlen(text) <= 18) {
            assert_true(hr__number(text, strlen(text), unit, &value));
            assert_true(value == strtoll(text, NULL, 10));
            assert_true(hr__natural(text, strlen(text), &value));
            assert_true(value == strtoll(text, NULL, 10));
        }
    }
}

static void fraction_digits_are_counted(void **state)
{
    (void)state;
    assert_int_equal(hr__fraction_digits("12", 2), 0);
    assert_int_equal(hr__fraction_digits("0.031", 5), 3);
    assert_int_equal(hr__fraction_digits("0.031a", 6), -1);
    assert_int_equal(hr__fraction_digits("-", 1), -1);
}

static void clf_time_table(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds; /* -1: refused */
    } cases[] = {
        {"01/Jan/1970:00:00:00 +0000", 0},          {"03/Mar/2025:10:11:12 +0100", 1740993072},
        {"03/Mar/2025:10:11:59 +0100", 1740993119}, {"22/Jan/2019:03:56:14 +0330", 1548116774},
        {"29/Feb/2024:23:59:59 -0500", 1709269199}, {"29/Feb/2023:00:00:00 +0000", -1},
        {"31/Apr/2023:00:00:00 +0000", -1},         {"00/Jan/2023:00:00:00 +0000", -1},
        {"03/Mrz/2025:10:11:12 +0100", -1},         {"03/Mar/2025:24:11:12 +0100", -1},
        {"03/Mar/2025:10:60:12 +0100", -1},         {"03/Mar/2025:10:11:61 +0100", -1},
        {"03/Mar/2025:10:11:12 01000", -1},         {"3/Mar/2025:10:11:12 +0100 ", -1},
    };
    struct hr__clf_clock clock = {0};
    for (int round = 0; round < 2; round++) { /* the second time out of the cache */
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            int64_t time = -1;
            bool fits = hr__clf_time(&clock, cases[i].text, &time);
            if (fits != (cases[i].seconds >= 0) || (fits && time != cases[i].seconds * HR_SECOND)) {
                fail_msg("%s gives %d %lld", cases[i].text, fits, (long long)time);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number_table_is_exact),
        cmocka_unit_test(number_every_length_agrees_with_strtoll),
        cmocka_unit_test(fraction_digits_are_counted),
        cmocka_unit_test(clf_time_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
