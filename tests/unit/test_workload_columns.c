/* test_workload_columns.c: a block's order, words and attributes. */
#include "check.h"

#include "headroom/workload.h"

static struct hr_columns columns;
static uint32_t order[HR_BLOCK_ROWS];
static int64_t spare[HR_BLOCK_ROWS];

static void fill(size_t n, uint64_t seed, int64_t range)
{
    columns.n = n;
    for (size_t i = 0; i < n; i++) {
        uint64_t h = hr_mix64(seed + i);
        columns.arrival_us[i] = (int64_t)(h % (uint64_t)range);
        columns.duration_us[i] = (int64_t)(h >> 40);
        columns.bytes[i] = (int64_t)(h >> 20 & 0xff);
        columns.memory_kb[i] = HR_UNKNOWN;
        columns.init_us[i] = (int64_t)(h & 7);
        columns.status[i] = (uint16_t)(200 + (h >> 8 & 3));
    }
}

/* The rows stay whole and in order, and none is lost: a sum over hashes of rows is kept. */
static uint64_t checksum(void)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < columns.n; i++) {
        uint64_t h = hr_mix64((uint64_t)columns.arrival_us[i]);
        h = hr_mix64(h ^ (uint64_t)columns.duration_us[i]);
        h = hr_mix64(h ^ (uint64_t)columns.bytes[i]);
        h = hr_mix64(h ^ (uint64_t)columns.init_us[i]);
        sum += hr_mix64(h ^ columns.status[i]);
    }
    return sum;
}

static void columns_random_become_sorted(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        int64_t range;
    } cases[] = {{1, 10},
                 {2, 1},
                 {1000, 1},
                 {1000, 50},
                 {5000, 1 << 20},
                 {65536, 3600000000},
                 {65536, INT64_C(7258118400000000)}};
    assert_true(hr_columns_init(&columns, HR_BLOCK_ROWS, NULL));
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        fill(cases[c].n, c, cases[c].range);
        uint64_t before = checksum();
        hr_columns_sort(&columns, order, spare);
        assert_true(checksum() == before);
        for (size_t i = 1; i < columns.n; i++) {
            int64_t step = columns.arrival_us[i] - columns.arrival_us[i - 1];
            assert_true(step > 0 ||
                        (step == 0 && columns.duration_us[i] >= columns.duration_us[i - 1]));
        }
    }
    hr_columns_clear(&columns);
}

static void columns_unknown_are_left_alone(void **state)
{
    (void)state;
    int64_t arrival[] = {30, 10, 20};
    struct hr_columns c = {.n = 3, .arrival_us = arrival};
    hr_columns_sort(&c, order, spare);
    assert_int_equal(arrival[0], 10);
    assert_int_equal(arrival[2], 30);
    assert_null(c.duration_us);
}

static void words_go_both_ways(void **state)
{
    (void)state;
    for (int i = 0; i < HR_TRIGGER_COUNT; i++) {
        const char *word = hr_trigger_name((enum hr_trigger)i);
        enum hr_trigger back;
        assert_true(hr_trigger_parse(word, strlen(word), &back));
        assert_int_equal(back, i);
    }
    enum hr_origin origin;
    enum hr_stamp stamp;
    enum hr_span span;
    assert_true(hr_origin_parse("assumed", 7, &origin) && origin == HR_ASSUMED);
    assert_true(hr_stamp_parse("end", 3, &stamp) && stamp == HR_STAMP_END);
    assert_true(hr_span_parse("upstream", 8, &span) && span == HR_SPAN_UPSTREAM);
    assert_false(hr_origin_parse("Assumed", 7, &origin));
    assert_false(hr_stamp_parse("en", 2, &stamp));
    assert_string_equal(hr_trigger_name((enum hr_trigger)99), "?");
}

static void attribute_too_long_is_refused(void **state)
{
    (void)state;
    struct hr_attribute a;
    struct hr_error err = {0};
    char value[HR_ATTRIBUTE_VALUE + 1];
    memset(value, 'x', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    assert_true(hr_attribute_set(&a, "trigger", "http", HR_MEASURED, "log", &err));
    assert_string_equal(a.value, "http");
    assert_false(hr_attribute_set(&a, "service", value, HR_SET, "", &err));
    assert_int_equal(err.kind, HR_ELIMIT);
    assert_string_equal(a.value, "http");
}

static void key_differs_by_name(void **state)
{
    (void)state;
    assert_true(hr_workload_key("GET /a") == hr_workload_key("GET /a"));
    assert_true(hr_workload_key("GET /a") != hr_workload_key("GET /b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_random_become_sorted),
        cmocka_unit_test(columns_unknown_are_left_alone),
        cmocka_unit_test(words_go_both_ways),
        cmocka_unit_test(attribute_too_long_is_refused),
        cmocka_unit_test(key_differs_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
