/* test_model_units.c: figures carry their unit, and only what people write is accepted. */
#include "check.h"

#include "headroom/model.h"

struct duration_case {
    const char *text;
    int64_t us; /* -1: refused */
};

static void units_duration_reads_what_people_write(void **state)
{
    (void)state;
    static const struct duration_case cases[] = {
        {"600 s", 600000000},
        {"253 ms", 253000},
        {"15 min", 900000000},
        {"7 us", 7},
        {"300s", 300000000},
        {"1.5 h", 5400000000},
        {"2 d", 172800000000},
        {"1 week", 604800000000},
        {"0 ms", 0},
        {"0", 0},
        {"  80ms ", 80000},
        {"1e3 ms", 1000000},
        {"0.5us", 1},
        {"300", -1},
        {"", -1},
        {"s", -1},
        {"-5 s", -1},
        {"5 m", -1},
        {"5 S", -1},
        {"5 parsecs", -1},
        {"0x10 s", -1},
        {"nan s", -1},
        {"inf s", -1},
        {"1e300 d", -1},
        {"5 s s", -1},
        {"1 2 s", -1},
        {"10000000 d", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t us = -1;
        bool read = hr_parse_duration(cases[i].text, strlen(cases[i].text), &us);
        if (read != (cases[i].us >= 0) || (read && us != cases[i].us))
            fail_msg("`%s` gave %d, %lld us, expected %lld", cases[i].text, read, (long long)us,
                     (long long)cases[i].us);
    }
}

static void units_size_is_in_mb_by_1024(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double mb; /* < 0: refused */
    } cases[] = {
        {"512 MB", 512}, {"8 GB", 8192},   {"8GiB", 8192},   {"1.5 gb", 1536}, {"1 TB", 1048576},
        {"512 KB", 0.5}, {"1048576 B", 1}, {"0", 0},         {"512", -1},      {"512 M", -1},
        {"-1 MB", -1},   {"MB", -1},       {"512 MBit", -1}, {"", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double mb = -1;
        bool read = hr_parse_size(cases[i].text, strlen(cases[i].text), &mb);
        assert_int_equal(read, cases[i].mb >= 0);
        if (read)
            assert_close(mb, cases[i].mb, 1e-12);
    }
}

static void units_size_text_reads_back(void **state)
{
    (void)state;
    static const double sizes[] = {0, 0.5, 1, 128, 512, 1024, 1536, 1769, 3008, 10240, 1048576};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char buf[32];
        double mb = -1;
        hr_size_format(buf, sizes[i]);
        assert_true(hr_parse_size(buf, strlen(buf), &mb));
        assert_close(mb, sizes[i], 0);
    }
    char buf[32];
    assert_string_equal(hr_size_format(buf, 1769), "1769 MB");
    assert_string_equal(hr_size_format(buf, 1536), "1.5 GB");
}

static void units_fraction_takes_percent_or_share(void **state)
{
    (void)state;
    double f = -1;
    assert_true(hr_parse_fraction("60 %", 4, &f));
    assert_close(f, 0.6, 1e-15);
    assert_true(hr_parse_fraction("0.25", 4, &f));
    assert_close(f, 0.25, 0);
    assert_true(hr_parse_fraction("12%", 3, &f));
    assert_close(f, 0.12, 1e-15);
    assert_false(hr_parse_fraction("60 percent", 10, &f));
    assert_false(hr_parse_fraction("-1 %", 4, &f));
    assert_false(hr_parse_fraction("%", 1, &f));
}

static void units_rate_is_per_second(void **state)
{
    (void)state;
    double r = -1;
    assert_true(hr_parse_rate("12/s", 4, &r));
    assert_close(r, 12, 0);
    assert_true(hr_parse_rate("3 / min", 7, &r));
    assert_close(r, 0.05, 1e-15);
    assert_false(hr_parse_rate("12", 2, &r));
    assert_false(hr_parse_rate("12 s", 4, &r));
    assert_false(hr_parse_rate("12/", 3, &r));
}

static void units_money_takes_dollars_only(void **state)
{
    (void)state;
    double usd = -1;
    assert_true(hr_parse_money("$0.20", 5, &usd));
    assert_close(usd, 0.2, 0);
    assert_true(hr_parse_money("5 USD", 5, &usd));
    assert_close(usd, 5, 0);
    assert_true(hr_parse_money("7", 1, &usd));
    assert_false(hr_parse_money("5 EUR", 5, &usd));
    assert_false(hr_parse_money("$", 1, &usd));
}

static void units_yes_knows_its_six_words(void **state)
{
    (void)state;
    bool yes = false;
    assert_true(hr_parse_yes("yes", 3, &yes) && yes);
    assert_true(hr_parse_yes("On", 2, &yes) && yes);
    assert_true(hr_parse_yes("false", 5, &yes) && !yes);
    assert_true(hr_parse_yes(" no ", 4, &yes) && !yes);
    assert_false(hr_parse_yes("1", 1, &yes));
    assert_false(hr_parse_yes("y", 1, &yes));
}

static void meters_have_a_word_and_a_unit_each(void **state)
{
    (void)state;
    for (int i = 0; i < HR_METER_COUNT; i++) {
        const char *name = hr_meter_name((enum hr_meter)i);
        enum hr_meter back = HR_METER_COUNT;
        assert_true(hr_meter_parse(name, strlen(name), &back));
        assert_int_equal(back, i);
        assert_true(strlen(hr_meter_unit((enum hr_meter)i)) > 0);
    }
    enum hr_meter none;
    assert_false(hr_meter_parse("request", 7, &none));
    assert_int_equal(hr_meter_basis(HR_METER_REQUESTS), HR_BASIS_USE);
    assert_int_equal(hr_meter_basis(HR_METER_INSTANCE_HOURS), HR_BASIS_TIME);
    assert_true(hr_meter_is_instance_time(HR_METER_GB_SECONDS));
    assert_false(hr_meter_is_instance_time(HR_METER_BALANCER_HOURS));
}

static void usage_add_weighs_every_meter(void **state)
{
    (void)state;
    struct hr_usage a = {{0}}, b = {{0}};
    a.quantity[HR_METER_REQUESTS] = 10;
    b.quantity[HR_METER_REQUESTS] = 4;
    b.quantity[HR_METER_MONTHS] = 1;
    hr_usage_add(&a, &b, 2.5);
    assert_close(a.quantity[HR_METER_REQUESTS], 20, 0);
    assert_close(a.quantity[HR_METER_MONTHS], 2.5, 0);
    assert_close(a.quantity[HR_METER_LOG_GB], 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_duration_reads_what_people_write),
        cmocka_unit_test(units_size_is_in_mb_by_1024),
        cmocka_unit_test(units_size_text_reads_back),
        cmocka_unit_test(units_fraction_takes_percent_or_share),
        cmocka_unit_test(units_rate_is_per_second),
        cmocka_unit_test(units_money_takes_dollars_only),
        cmocka_unit_test(units_yes_knows_its_six_words),
        cmocka_unit_test(meters_have_a_word_and_a_unit_each),
        cmocka_unit_test(usage_add_weighs_every_meter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
