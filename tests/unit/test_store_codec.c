/* test_store_codec.c: chunks give back what went in, whatever it was; foreign bytes are refused. */
#include "store_case.h"

#include <math.h>
#include <zstd.h>

#include "store/chunk.h"

/* A whole chunk into columns with room for it, in slices of a few lengths. */
static bool decode(int codec, const unsigned char *data, size_t len, size_t n, unsigned columns,
                   struct hr_columns *ret)
{
    const struct hr__packed packed = {codec, data, len, n, columns};
    struct hr__chunk chunk = {0};
    void *zstd = NULL;
    bool whole = hr__chunk_unpack(&chunk, &packed, HR_COLUMN_EVERY, &zstd);
    for (size_t i = 0; whole && i < n; i++) {
        ret->duration_us[i] = ret->bytes[i] = ret->memory_kb[i] = ret->init_us[i] = HR_UNKNOWN;
        ret->status[i] = 0;
    }
    for (size_t at = 0; whole && at < n;) {
        struct hr_columns slice = {0,
                                   ret->arrival_us + at,
                                   ret->duration_us + at,
                                   ret->bytes + at,
                                   ret->memory_kb + at,
                                   ret->init_us + at,
                                   ret->status + at};
        whole = hr__chunk_next(&chunk, 1 + (at * 7 + len) % 900, &slice);
        at += slice.n;
    }
    ret->n = n;
    hr__chunk_clear(&chunk);
    ZSTD_freeDCtx(zstd);
    return whole;
}

/* A value of one of several magnitudes, unknown now and then, at the edges now and then. */
static int64_t draw_value(uint64_t *random, int kind)
{
    uint64_t bits = case_random(random);
    switch (kind) {
    case 0:
        return HR_UNKNOWN;
    case 1:
        return (int64_t)(bits % 1000) * 1000000;
    case 2:
        return (int64_t)(bits % 100000) * 1000;
    case 3:
        return (int64_t)(bits >> (1 + bits % 63));
    case 4:
        return bits % 5 ? HR_UNKNOWN : (int64_t)(bits % 3);
    default: {
        static const int64_t edges[] = {0,         1,          127,           128,
                                        16383,     16384,      INT32_MAX,     (int64_t)1 << 62,
                                        INT64_MAX, HR_UNKNOWN, INT64_MAX - 1, 999999};
        return edges[bits % (sizeof edges / sizeof *edges)];
    }
    }
}

static void draw_column(uint64_t *random, int64_t *values, size_t n)
{
    int kind = (int)(case_random(random) % 6);
    for (size_t i = 0; i < n; i++)
        values[i] = draw_value(random, kind);
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void draw_block(uint64_t *random, struct hr_columns *block, size_t n)
{
    static const int64_t spans[] = {1, 1000, HR_SECOND, HR_DAY, HR_TIME_MAX};
    static const int64_t units[] = {1, 1000, 1000000};
    struct hr_error err;
    assert_true(hr_columns_init(block, n, &err));
    block->n = n;
    int64_t span = spans[case_random(random) % 5], unit = units[case_random(random) % 3];
    int64_t most = HR_TIME_MAX - span;
    int64_t from = most > 0 ? (int64_t)(case_random(random) % (uint64_t)most) : 0;
    for (size_t i = 0; i < n; i++)
        block->arrival_us[i] =
            (from + (int64_t)(case_random(random) % (uint64_t)(span + 1))) / unit * unit;
    qsort(block->arrival_us, n, sizeof(int64_t), by_value);
    draw_column(random, block->duration_us, n);
    draw_column(random, block->bytes, n);
    draw_column(random, block->memory_kb, n);
    draw_column(random, block->init_us, n);
    bool statuses = case_random(random) % 3 > 0;
    for (size_t i = 0; i < n; i++)
        block->status[i] = statuses ? (uint16_t)case_random(random) : 0;
}

static void assert_same_rows(const struct hr_columns *got, const struct hr_columns *expected)
{
    assert_int_equal(got->n, expected->n);
    for (size_t i = 0; i < got->n; i++) {
        assert_int_equal(got->arrival_us[i], expected->arrival_us[i]);
        assert_int_equal(got->duration_us[i], expected->duration_us[i]);
        assert_int_equal(got->bytes[i], expected->bytes[i]);
        assert_int_equal(got->memory_kb[i], expected->memory_kb[i]);
        assert_int_equal(got->init_us[i], expected->init_us[i]);
        assert_int_equal(got->status[i], expected->status[i]);
    }
}

static void round_trip(struct hr__encoder *encoder, const struct hr_columns *block,
                       struct hr_columns *back)
{
    struct hr_error err = {0};
    const unsigned char *data;
    size_t len;
    unsigned columns;
    assert_done(hr__encode(encoder, block, &data, &len, &columns, &err));
    assert_true(decode(2, data, len - HR_CODEC_SUM, block->n, columns, back)); /* still read */
    assert_true(decode(HR_CODEC_VERSION, data, len, block->n, columns, back));
}

static void codec_random_blocks_come_back(void **state)
{
    (void)state;
    struct hr__encoder encoder = {0};
    struct hr_columns block, back;
    struct hr_error err;
    uint64_t random = 20261005;
    assert_true(hr_columns_init(&back, HR_BLOCK_ROWS, &err));
    for (int round = 0; round < 400; round++) {
        size_t n = 1 + case_random(&random) % (round % 20 == 0 ? 20000 : 300);
        draw_block(&random, &block, n);
        round_trip(&encoder, &block, &back);
        assert_same_rows(&back, &block);
        hr_columns_clear(&block);
    }
    hr_columns_clear(&back);
    hr__encoder_clear(&encoder);
}

static void codec_largest_block_at_the_edges_of_time_comes_back(void **state)
{
    (void)state;
    struct hr__encoder encoder = {0};
    struct hr_columns block, back;
    struct hr_error err;
    assert_true(hr_columns_init(&back, HR_BLOCK_ROWS, &err));
    case_block(&block, HR_BLOCK_ROWS, HR_TIME_MIN, 0);
    block.arrival_us[HR_BLOCK_ROWS - 1] = HR_TIME_MAX;
    block.duration_us[0] = INT64_MAX;
    block.status[7] = UINT16_MAX;
    round_trip(&encoder, &block, &back);
    assert_same_rows(&back, &block);
    hr_columns_clear(&block);
    hr_columns_clear(&back);
    hr__encoder_clear(&encoder);
}

static void codec_absent_columns_come_back_unknown(void **state)
{
    (void)state;
    struct hr__encoder encoder = {0};
    struct hr_columns back;
    struct hr_error err = {0};
    int64_t arrival[2] = {5, 6};
    struct hr_columns block = {.n = 2, .arrival_us = arrival};
    const unsigned char *data;
    size_t len;
    unsigned columns = 99;
    assert_true(hr_columns_init(&back, HR_BLOCK_ROWS, &err));
    assert_done(hr__encode(&encoder, &block, &data, &len, &columns, &err));
    assert_int_equal(columns, 0);
    assert_true(decode(HR_CODEC_VERSION, data, len, 2, columns, &back));
    assert_int_equal(back.arrival_us[1], 6);
    assert_int_equal(back.duration_us[0], HR_UNKNOWN);
    assert_int_equal(back.bytes[0], HR_UNKNOWN);
    assert_int_equal(back.memory_kb[1], HR_UNKNOWN);
    assert_int_equal(back.init_us[1], HR_UNKNOWN);
    assert_int_equal(back.status[1], 0);
    hr_columns_clear(&back);
    hr__encoder_clear(&encoder);
}

/* Neither a cut chunk nor a changed one passes for whole: a byte is another invocation, and so
 * another bill. Of codec 2 a changed one may, but reads nothing out of bounds. */
static void codec_damaged_chunks_are_refused(void **state)
{
    (void)state;
    struct hr__encoder encoder = {0};
    struct hr_columns block, back;
    struct hr_error err = {0};
    const unsigned char *data;
    size_t len;
    unsigned columns;
    uint64_t random = 7;
    assert_true(hr_columns_init(&back, HR_BLOCK_ROWS, &err));
    for (int round = 0; round < 60; round++) {
        draw_block(&random, &block, 1 + (size_t)round * 3);
        assert_done(hr__encode(&encoder, &block, &data, &len, &columns, &err));
        for (size_t cut = 0; cut < len; cut++) {
            unsigned char *copy = malloc(cut + 1); /* so that a sanitizer sees the end */
            assert_non_null(copy);
            memcpy(copy, data, cut);
            assert_false(decode(HR_CODEC_VERSION, copy, cut, block.n, columns, &back));
            free(copy);
        }
        assert_false(decode(HR_CODEC_VERSION, data, len, HR_BLOCK_ROWS + 1, columns, &back));
        assert_false(decode(HR_CODEC_VERSION, data, len, block.n + 1, columns, &back));
        unsigned char *copy = malloc(len);
        assert_non_null(copy);
        for (int i = 0; i < 200; i++) {
            memcpy(copy, data, len);
            copy[case_random(&random) % len] ^= (unsigned char)(1U << (case_random(&random) % 8));
            assert_false(decode(HR_CODEC_VERSION, copy, len, block.n, columns, &back));
            (void)decode(2, copy, len - HR_CODEC_SUM, block.n, columns, &back);
        }
        assert_false(decode(HR_CODEC_VERSION, data, len, block.n, columns ^ HR_COLUMN_INIT, &back));
        free(copy);
        hr_columns_clear(&block);
    }
    hr_columns_clear(&back);
    hr__encoder_clear(&encoder);
}

/* Rows as a log has them: gaps and durations with long tails, memory in MB, few failures. */
static void draw_log(struct hr_columns *block, int64_t stamp_us, int64_t duration_us)
{
    uint64_t random = 3;
    case_block(block, 60000, 1790000000 * HR_SECOND, 0);
    int64_t now = block->arrival_us[0];
    for (size_t i = 0; i < block->n; i++) {
        double unit = (double)(1 + case_random(&random) % 1000000) / 1e6;
        now += (int64_t)(-log(unit) * 600000.0);
        block->arrival_us[i] = now / stamp_us * stamp_us;
        unit = (double)(1 + case_random(&random) % 1000000) / 1e6;
        block->duration_us[i] = (int64_t)(-log(unit) * 80000.0) / duration_us * duration_us;
        block->memory_kb[i] = (int64_t)(60 + case_random(&random) % 60) * 1024;
        block->status[i] = case_random(&random) % 100 ? 200 : 500;
        block->bytes[i] = block->init_us[i] = HR_UNKNOWN;
    }
}

/* Bytes an invocation: at most 3 where stamps are seconds and durations milliseconds, 7 where both
 * are microseconds. */
static void codec_logs_take_few_bytes(void **state)
{
    (void)state;
    static const int64_t stamps[] = {HR_SECOND, 1}, durations[] = {1000, 1};
    static const size_t most[] = {3, 7};
    struct hr__encoder encoder = {0};
    struct hr_error err = {0};
    for (size_t i = 0; i < 2; i++) {
        struct hr_columns block;
        const unsigned char *data;
        size_t len;
        unsigned columns;
        draw_log(&block, stamps[i], durations[i]);
        assert_done(hr__encode(&encoder, &block, &data, &len, &columns, &err));
        assert_true(len < most[i] * block.n);
        hr_columns_clear(&block);
    }
    hr__encoder_clear(&encoder);
}

/* What earlier plans hold: seconds 5, 5, 305; 12 ms, unknown, 200 ms; statuses 200, none, 500. */
static void codec_one_is_still_read(void **state)
{
    (void)state;
    static const unsigned char raw[] = {0, 6,    5,    0,    0xac, 2,    3,    13,
                                        0, 0xc9, 0x01, 0xc8, 0x01, 0x00, 0xf4, 0x03};
    const unsigned columns = HR_COLUMN_DURATION | HR_COLUMN_STATUS;
    unsigned char packed[100] = {1};
    size_t len = ZSTD_compress(packed + 1, sizeof packed - 1, raw + 1, sizeof raw - 1, 1);
    struct hr_columns back;
    struct hr_error err;
    assert_true(hr_columns_init(&back, HR_BLOCK_ROWS, &err));
    assert_false(ZSTD_isError(len));
    for (int zstd = 0; zstd < 2; zstd++) {
        memset(back.arrival_us, 0, 3 * sizeof *back.arrival_us);
        assert_true(zstd ? decode(1, packed, len + 1, 3, columns, &back)
                         : decode(1, raw, sizeof raw, 3, columns, &back));
        assert_int_equal(back.n, 3);
        assert_int_equal(back.arrival_us[1], 5 * HR_SECOND);
        assert_int_equal(back.arrival_us[2], 305 * HR_SECOND);
        assert_int_equal(back.duration_us[0], 12000);
        assert_int_equal(back.duration_us[1], HR_UNKNOWN);
        assert_int_equal(back.duration_us[2], 200000);
        assert_int_equal(back.status[0], 200);
        assert_int_equal(back.status[1], 0);
        assert_int_equal(back.status[2], 500);
        assert_int_equal(back.memory_kb[2], HR_UNKNOWN);
    }
    for (size_t cut = 0; cut < sizeof raw; cut++)
        assert_false(decode(1, raw, cut, 3, columns, &back));
    assert_false(decode(HR_CODEC_VERSION + 1, raw, sizeof raw, 3, columns, &back));
    hr_columns_clear(&back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codec_random_blocks_come_back),
        cmocka_unit_test(codec_largest_block_at_the_edges_of_time_comes_back),
        cmocka_unit_test(codec_absent_columns_come_back_unknown),
        cmocka_unit_test(codec_damaged_chunks_are_refused),
        cmocka_unit_test(codec_logs_take_few_bytes),
        cmocka_unit_test(codec_one_is_still_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
