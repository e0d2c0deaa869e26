/* test_store_reader.c: whatever order chunks came in, a reader gives their rows sorted by arrival,
 * duration, status, bytes, memory, initialisation: what qsort gives for all rows together.
 */
#include "store_case.h"

#define PLAN "reader.headroom"

struct row {
    int64_t value[6]; /* arrival, duration, status, bytes, memory, initialisation: the sort order */
};

struct rows {
    struct row *items;
    size_t count;
};

static int by_row(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    for (int i = 0; i < 6; i++)
        if (x->value[i] != y->value[i])
            return x->value[i] < y->value[i] ? -1 : 1;
    return 0;
}

/* Puts random sorted blocks that overlap, in several imports; keeps every row in *all. */
static void put_random(struct hr_store *store, uint64_t *random, int imports, struct rows *all)
{
    struct hr_error err = {0};
    all->items = malloc(200000 * sizeof *all->items);
    all->count = 0;
    assert_non_null(all->items);
    for (int import = 0; import < imports; import++) {
        struct hr_sink sink;
        uint32_t id;
        assert_done(hr_store_sink(store, "app", &sink, &err));
        assert_done(sink.workload(sink.context, "w", &id, &err));
        size_t blocks = 1 + case_random(random) % 6;
        for (size_t b = 0; b < blocks; b++) {
            size_t n = 1 + case_random(random) % (b % 2 ? 900 : 4000), at = all->count;
            int64_t from = (int64_t)(case_random(random) % 5000);
            int64_t span = 1 + (int64_t)(case_random(random) % 4000);
            for (size_t i = 0; i < n; i++)
                all->items[all->count++] = (struct row){
                    {from + (int64_t)(case_random(random) % (uint64_t)span),
                     (int64_t)(case_random(random) % 4) - 1, (int64_t)(case_random(random) % 3),
                     (int64_t)(case_random(random) % 3) - 1, (int64_t)(case_random(random) % 3) - 1,
                     (int64_t)(case_random(random) % 3) - 1}};
            qsort(all->items + at, n, sizeof *all->items, by_row);
            struct hr_columns block;
            assert_true(hr_columns_init(&block, n, &err));
            block.n = n;
            for (size_t i = 0; i < n; i++) {
                const int64_t *value = all->items[at + i].value;
                block.arrival_us[i] = value[0];
                block.duration_us[i] = value[1];
                block.status[i] = (uint16_t)value[2];
                block.bytes[i] = value[3];
                block.memory_kb[i] = value[4];
                block.init_us[i] = value[5];
            }
            assert_done(sink.put(sink.context, id, &block, &err));
            hr_columns_clear(&block);
        }
        assert_done(sink.commit(sink.context, &err));
    }
}

static int64_t only_workload(struct hr_store *store)
{
    struct hr_error err = {0};
    struct hr_arena arena = {0};
    struct hr_store_workload *workloads;
    size_t count;
    assert_done(hr_store_workloads(store, NULL, &arena, &workloads, &count, &err));
    assert_int_equal(count, 1);
    int64_t id = workloads[0].id;
    hr_arena_clear(&arena);
    return id;
}

static int64_t value_of(const int64_t *column, size_t i)
{
    return column ? column[i] : HR_UNKNOWN;
}

/* Reads from..to and compares with the sorted rows of that span. */
static void assert_reads(struct hr_store *store, int64_t from, int64_t to, const struct rows *all)
{
    struct hr_error err = {0};
    struct hr_store_reader *reader = NULL;
    size_t at = 0;
    while (at < all->count && all->items[at].value[0] < from)
        at++;
    assert_done(hr_store_reader_open(store, only_workload(store), from, to, &reader, &err));
    for (;;) {
        struct hr_columns block = {0};
        assert_done(hr_store_reader_next(reader, &block, &err));
        if (block.n == 0)
            break;
        assert_true(block.n <= HR_BLOCK_ROWS);
        for (size_t i = 0; i < block.n; i++, at++) {
            assert_true(at < all->count);
            const struct row got = {{block.arrival_us[i], value_of(block.duration_us, i),
                                     block.status ? block.status[i] : 0, value_of(block.bytes, i),
                                     value_of(block.memory_kb, i), value_of(block.init_us, i)}};
            for (int v = 0; v < 6; v++)
                assert_int_equal(got.value[v], all->items[at].value[v]);
        }
    }
    assert_true(at == all->count || all->items[at].value[0] >= to);
    hr_store_reader_close(reader);
}

static void reader_overlapping_chunks_come_in_order(void **state)
{
    (void)state;
    uint64_t random = 41;
    for (int round = 0; round < 12; round++) {
        struct hr_error err = {0};
        struct hr_store *store = NULL;
        struct rows all;
        case_remove(PLAN);
        assert_done(hr_store_open(PLAN, HR_STORE_CREATE, &store, &err));
        put_random(store, &random, 1 + round % 5, &all);
        qsort(all.items, all.count, sizeof *all.items, by_row);
        assert_reads(store, 0, HR_TIME_MAX + 1, &all);
        for (int window = 0; window < 20; window++) {
            int64_t from = (int64_t)(case_random(&random) % 9000);
            assert_reads(store, from, from + (int64_t)(case_random(&random) % 3000), &all);
        }
        assert_reads(store, 3000, 3000, &all); /* from is in, to is out: nothing */
        assert_reads(store, 20000, 30000, &all);
        free(all.items);
        hr_store_close(store);
    }
    case_remove(PLAN);
}

static void reader_full_chunks_side_by_side_come_whole(void **state)
{
    (void)state;
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    struct hr_store_reader *reader = NULL;
    struct hr_sink sink;
    uint32_t id;
    case_remove(PLAN);
    assert_done(hr_store_open(PLAN, HR_STORE_CREATE, &store, &err));
    assert_done(hr_store_sink(store, "app", &sink, &err));
    assert_done(sink.workload(sink.context, "w", &id, &err));
    for (int b = 2; b >= 0; b--) { /* the last first */
        struct hr_columns block;
        case_block(&block, HR_BLOCK_ROWS, b * (int64_t)HR_BLOCK_ROWS * 10, 10);
        assert_done(sink.put(sink.context, id, &block, &err));
        hr_columns_clear(&block);
    }
    assert_done(sink.commit(sink.context, &err));
    assert_done(hr_store_reader_open(store, only_workload(store), 0, HR_TIME_MAX, &reader, &err));
    int64_t expected = 0;
    struct hr_columns got;
    do {
        assert_done(hr_store_reader_next(reader, &got, &err));
        for (size_t i = 0; i < got.n; i++, expected += 10)
            assert_int_equal(got.arrival_us[i], expected);
    } while (got.n > 0);
    assert_int_equal(expected, 3 * (int64_t)HR_BLOCK_ROWS * 10);
    assert_done(hr_store_reader_next(reader, &got, &err)); /* the end stays the end */
    assert_int_equal(got.n, 0);
    hr_store_reader_close(reader);
    hr_store_close(store);
    case_remove(PLAN);
}

static void reader_unknown_workload_is_empty(void **state)
{
    (void)state;
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    struct hr_store_reader *reader = NULL;
    struct hr_columns got = {.n = 9};
    case_plan(PLAN, 3);
    assert_done(hr_store_open(PLAN, HR_STORE_READ, &store, &err));
    assert_done(hr_store_reader_open(store, 4711, 0, HR_TIME_MAX, &reader, &err));
    assert_done(hr_store_reader_next(reader, &got, &err));
    assert_int_equal(got.n, 0);
    hr_store_reader_close(reader);
    hr_store_reader_close(NULL);
    hr_store_close(store);
    case_remove(PLAN);
}

/* Rows with few values in each column, whose reading in part must agree with that of all. */
static void reader_gives_what_is_wanted_in_the_same_order(void **state)
{
    (void)state;
    struct hr_error err = {0};
    struct hr_store *store = NULL;
    struct rows all;
    uint64_t random = 43;
    case_remove(PLAN);
    assert_done(hr_store_open(PLAN, HR_STORE_CREATE, &store, &err));
    put_random(store, &random, 4, &all);
    qsort(all.items, all.count, sizeof *all.items, by_row);
    struct hr_store_reader *reader = NULL;
    const struct hr_store_span span = {.workload = only_workload(store),
                                       .to = HR_TIME_MAX,
                                       .columns = HR_COLUMN_DURATION | HR_COLUMN_STATUS};
    struct hr_columns got;
    size_t at = 0;
    assert_done(hr_store_reader_open_span(store, &span, &reader, &err));
    do {
        assert_done(hr_store_reader_next(reader, &got, &err));
        assert_true(got.n == 0 || !(got.bytes || got.memory_kb || got.init_us));
        for (size_t i = 0; i < got.n; i++, at++) {
            assert_int_equal(got.arrival_us[i], all.items[at].value[0]);
            assert_int_equal(value_of(got.duration_us, i), all.items[at].value[1]);
            assert_int_equal(got.status ? got.status[i] : 0, all.items[at].value[2]);
        }
    } while (got.n > 0);
    assert_int_equal(at, all.count);
    free(all.items);
    hr_store_reader_close(reader);
    hr_store_close(store);
    case_remove(PLAN);
}

static size_t count_rows(struct hr_store *store, int64_t mark)
{
    struct hr_error err = {0};
    struct hr_store_reader *reader = NULL;
    struct hr_columns got;
    size_t count = 0;
    const struct hr_store_span span = {
        .workload = only_workload(store), .to = HR_TIME_MAX, .mark = mark};
    assert_done(hr_store_reader_open_span(store, &span, &reader, &err));
    do {
        assert_done(hr_store_reader_next(reader, &got, &err));
        count += got.n;
    } while (got.n > 0);
    hr_store_reader_close(reader);
    return count;
}

static void reader_with_a_mark_leaves_out_what_came_after(void **state)
{
    (void)state;
    struct hr_error err = {0};
    struct hr_store *store = NULL, *other = NULL;
    int64_t mark = 0;
    case_plan(PLAN, 1500);
    assert_done(hr_store_open(PLAN, HR_STORE_READ, &store, &err));
    assert_done(hr_store_mark(store, &mark, &err));
    assert_done(hr_store_open(PLAN, HR_STORE_WRITE, &other, &err));
    assert_done(case_import(other, "app", "w", 3, 200, &err)); /* no reader holds it up */
    assert_int_equal(count_rows(store, mark), 1500);
    assert_int_equal(count_rows(store, 0), 2100);
    hr_store_close(other);
    hr_store_close(store);
    case_remove(PLAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reader_overlapping_chunks_come_in_order),
        cmocka_unit_test(reader_full_chunks_side_by_side_come_whole),
        cmocka_unit_test(reader_unknown_workload_is_empty),
        cmocka_unit_test(reader_gives_what_is_wanted_in_the_same_order),
        cmocka_unit_test(reader_with_a_mark_leaves_out_what_came_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
