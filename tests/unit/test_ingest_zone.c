/* test_ingest_zone.c: local times beside the C library's, and the two odd hours of a year. */
#include "sink.h"

#include <time.h>

#include "ingest/zone.h"

#define BERLIN_ENDS                                                                                \
    (INT64_C(1761440400) * HR_SECOND) /* 2025-10-26T01:00:00Z, 03:00 becomes 02:00 */

static bool open_or_skip(struct hr__zone *zone, const char *name)
{
    if (access("/usr/share/zoneinfo/Europe/Berlin", R_OK) != 0) {
        print_message("skipped: the system has no time zones\n");
        return false;
    }
    struct hr_error err = {0};
    if (!hr__zone_open(zone, name, &err)) {
        fail_msg("%s", err.text);
    }
    return true;
}

/* Random times of 1975 to 2150: what localtime shows leads back to the same time. */
static void zone_agrees_with_the_library(void **state)
{
    (void)state;
    static const char *const names[] = {
        "Europe/Berlin",    "America/New_York", "Asia/Kolkata",  "Australia/Sydney",
        "Pacific/Auckland", "Africa/Cairo",     "Europe/Dublin", "UTC"};
    uint64_t random = 1;
    for (size_t z = 0; z < sizeof names / sizeof *names; z++) {
        struct hr__zone zone;
        if (!open_or_skip(&zone, names[z])) {
            skip();
        }
        setenv("TZ", names[z], 1);
        tzset();
        for (int i = 0; i < 20000; i++) {
            random = hr_mix64(random + UINT64_C(0x9e3779b97f4a7c15));
            int64_t second = 157766400 + (int64_t)(random % UINT64_C(5522000000)), found;
            time_t moment = (time_t)second;
            struct tm tm;
            localtime_r(&moment, &tm);
            int64_t local = (second + tm.tm_gmtoff) * HR_SECOND;
            /* the line before came a second ago */
            assert_true(hr__zone_utc(&zone, local, (second - 1) * HR_SECOND, &found));
            if (found != second * HR_SECOND && found != second * HR_SECOND - HR_HOUR) {
                fail_msg("%s: %lld is %lld", names[z], (long long)second,
                         (long long)(found / HR_SECOND));
            }
            assert_true(found == second * HR_SECOND || found >= (second - 301) * HR_SECOND ||
                        tm.tm_isdst == 0);
        }
        hr__zone_close(&zone);
    }
    unsetenv("TZ");
    tzset();
}

/* The hour that comes twice: the first time until the lines have gone past it. */
static void zone_repeated_hour_goes_by_the_order_of_lines(void **state)
{
    (void)state;
    static const struct {
        int minute; /* of local time after 02:00 */
        int64_t after, utc;
    } cases[] = {
        {0, HR_UNKNOWN, BERLIN_ENDS - HR_HOUR}, /* nothing before: the first one */
        {30, BERLIN_ENDS - HR_HOUR, BERLIN_ENDS - 30 * HR_MINUTE},
        {59, BERLIN_ENDS - 2 * HR_MINUTE, BERLIN_ENDS - HR_MINUTE},
        {57, BERLIN_ENDS - HR_MINUTE, BERLIN_ENDS - 3 * HR_MINUTE}, /* a small step back */
        {0, BERLIN_ENDS - HR_MINUTE, BERLIN_ENDS},                  /* the clock went back */
        {30, BERLIN_ENDS + 29 * HR_MINUTE, BERLIN_ENDS + 30 * HR_MINUTE},
    };
    struct hr__zone zone;
    if (!open_or_skip(&zone, "Europe/Berlin")) {
        skip();
    }
    int64_t two = BERLIN_ENDS + HR_HOUR; /* 02:00 on the local clock, as if it were UTC */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t found;
        assert_true(hr__zone_utc(&zone, two + cases[i].minute * HR_MINUTE, cases[i].after, &found));
        assert_int_equal(found, cases[i].utc);
    }
    int64_t found, begins = INT64_C(1743296400) * HR_SECOND; /* 2025-03-30T01:00Z: 02:00 to 03:00 */
    assert_true(hr__zone_utc(&zone, begins + HR_HOUR - 1, HR_UNKNOWN, &found));
    assert_int_equal(found, begins - 1);
    assert_false(hr__zone_utc(&zone, begins + HR_HOUR, HR_UNKNOWN, &found));
    assert_false(hr__zone_utc(&zone, begins + 2 * HR_HOUR - 1, HR_UNKNOWN, &found));
    assert_true(hr__zone_utc(&zone, begins + 2 * HR_HOUR, HR_UNKNOWN, &found));
    assert_int_equal(found, begins);
    hr__zone_close(&zone);
}

static void zone_names_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {
        "", "Berlin/Europe", "../../etc/passwd", "/etc/passwd", "zone.tab", "Europe"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct hr__zone zone;
        struct hr_error err = {0};
        assert_false(hr__zone_open(&zone, names[i], &err));
        assert_int_equal(err.kind, HR_EUSAGE);
        assert_non_null(strstr(err.text, "the system knows no such time zone"));
        hr__zone_close(&zone);
    }
}

/* --timezone also moves a CSV's times, but not those that tell their offset. */
static void zone_of_a_csv(void **state)
{
    (void)state;
    struct hr__zone zone;
    struct import import;
    if (!open_or_skip(&zone, "UTC")) {
        skip();
    }
    hr__zone_close(&zone);
    import_text(&import,
                "time,duration_ms\n2025-07-01 12:00:00.000001,1\n2025-03-30 02:30:00.000001,1\n"
                "2025-07-01T12:00:00.000002+00:00,1\n2025-07-01T12:00:00.000003Z,1\n",
                (struct hr_ingest_options){.timezone = "Europe/Berlin"});
    assert_true(import.done);
    struct sink_workload *w = sink_find(&import.sink, "log");
    int64_t noon = INT64_C(1751371200) * HR_SECOND;
    assert_int_equal(w->count, 3);
    assert_int_equal(w->rows[0].arrival, noon - 2 * HR_HOUR + 1);
    assert_int_equal(w->rows[1].arrival, noon + 2);
    assert_int_equal(w->rows[2].arrival, noon + 3);
    assert_int_equal(report_reason(&import.report, "clocks of the zone passed over"), 1);
    assert_true(report_says(&import.report, "taken as Europe/Berlin"));
    import_clear(&import);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zone_agrees_with_the_library),
        cmocka_unit_test(zone_repeated_hour_goes_by_the_order_of_lines),
        cmocka_unit_test(zone_names_that_are_none_are_refused),
        cmocka_unit_test(zone_of_a_csv),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
