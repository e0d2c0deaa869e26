/* test_ingest_groups.c: the tail goes to (other), nothing is lost, memory stays bounded. */
#include "sink.h"

#include "ingest/groups.h"

static uint64_t total_rows(const struct memory_sink *sink)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < sink->count; i++) {
        rows += sink->workloads[i].merged ? 0 : sink->workloads[i].count;
    }
    return rows;
}

static void add(struct hr__groups *groups, uint32_t group, int64_t arrival)
{
    struct hr__row row = {.arrival_us = arrival,
                          .duration_us = arrival % 7,
                          .bytes = HR_UNKNOWN,
                          .memory_kb = HR_UNKNOWN,
                          .init_us = HR_UNKNOWN,
                          .status = 200};
    assert_true(hr__groups_add(groups, group, &row, NULL));
}

/* `names` groups get i + 1 rows each. */
static void run(size_t names, size_t top, struct memory_sink *memory, size_t *workloads)
{
    struct hr_sink sink = sink_open(memory);
    struct hr__groups groups;
    assert_true(hr__groups_init(&groups, &sink, NULL));
    uint64_t rows = 0;
    for (size_t i = 0; i < names; i++) {
        char name[32];
        uint32_t group;
        int len = snprintf(name, sizeof name, "w%zu", i);
        assert_true(hr__groups_find(&groups, name, (size_t)len, &group, NULL));
        for (size_t k = 0; k <= i % 100; k++) {
            add(&groups, group, (int64_t)rows++);
        }
    }
    assert_true(hr__groups_finish(&groups, top, workloads, NULL));
    assert_true(total_rows(memory) == rows);
    hr__groups_clear(&groups);
}

static void groups_beyond_the_top_become_other(void **state)
{
    (void)state;
    struct memory_sink memory;
    size_t workloads;
    run(60, 50, &memory, &workloads);
    assert_int_equal(workloads, 51);
    /* the ten smallest: w0 (1 row) .. w9 (10 rows) */
    assert_int_equal(sink_find(&memory, "(other)")->count, 55);
    assert_null(sink_find(&memory, "w9"));
    assert_int_equal(sink_find(&memory, "w10")->count, 11);
    sink_clear(&memory);
    run(50, 50, &memory, &workloads);
    assert_int_equal(workloads, 50);
    assert_null(sink_find(&memory, "(other)"));
    sink_clear(&memory);
}

static void groups_beyond_the_limit_keep_every_row(void **state)
{
    (void)state;
    struct memory_sink memory;
    size_t workloads;
    run(9000, 50, &memory, &workloads);
    assert_int_equal(workloads, 51);
    sink_clear(&memory);
}

/* More rows than the pool holds, so that groups are flushed and later merged. */
static void groups_flushed_before_the_end_are_merged(void **state)
{
    (void)state;
    struct memory_sink memory;
    struct hr_sink sink = sink_open(&memory);
    struct hr__groups groups;
    size_t workloads;
    uint32_t group[300];
    uint64_t rows = 0;
    assert_true(hr__groups_init(&groups, &sink, NULL));
    for (size_t i = 0; i < 300; i++) {
        char name[32];
        int len = snprintf(name, sizeof name, "w%03zu", i);
        assert_true(hr__groups_find(&groups, name, (size_t)len, &group[i], NULL));
    }
    for (size_t k = 0; k < 1000000; k++) {
        uint64_t h = hr_mix64(k);
        add(&groups, group[h % 300], (int64_t)(h >> 30));
        rows++;
    }
    assert_true(memory.count > 10); /* some are in the sink already */
    assert_true(hr__groups_finish(&groups, 10, &workloads, NULL));
    assert_int_equal(workloads, 11);
    assert_true(total_rows(&memory) == rows);
    hr__groups_clear(&groups);
    sink_clear(&memory);
}

static void groups_names_are_cut_and_clean(void **state)
{
    (void)state;
    struct memory_sink memory;
    struct hr_sink sink = sink_open(&memory);
    struct hr__groups groups;
    char name[3 * HR_WORKLOAD_NAME_MAX];
    uint32_t a, b;
    assert_true(hr__groups_init(&groups, &sink, NULL));
    for (size_t i = 0; i < sizeof name; i++) {
        name[i] = "\xc3\xa9"[i % 2]; /* two bytes a letter */
    }
    assert_true(hr__groups_find(&groups, name, sizeof name, &a, NULL));
    assert_true(strlen(groups.group[a].name) <= HR_WORKLOAD_NAME_MAX);
    assert_true(hr__groups_find(&groups, name, sizeof name, &b, NULL));
    assert_int_equal(a, b);
    assert_true(hr__groups_find(&groups, "a\0b", 3, &a, NULL));
    assert_true(hr__groups_find(&groups, "a", 1, &b, NULL));
    assert_true(a != b);
    assert_string_equal(groups.group[a].name, "a\\x00b");
    assert_true(hr__groups_find(&groups, "(other)", 7, &a, NULL));
    assert_int_equal(a, HR__GROUP_OTHER);
    hr__groups_clear(&groups);
    sink_clear(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_beyond_the_top_become_other),
        cmocka_unit_test(groups_beyond_the_limit_keep_every_row),
        cmocka_unit_test(groups_flushed_before_the_end_are_merged),
        cmocka_unit_test(groups_names_are_cut_and_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
