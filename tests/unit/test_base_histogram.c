/* test_base_histogram.c: percentiles against the sorted values, exact ends, merging, hashing. */
#include "check.h"

#include "headroom/base.h"

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void histogram_percentiles_are_nearest_rank_within_their_error(void **state)
{
    (void)state;
    enum { N = 20011 };
    static const double ps[] = {0.0001, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0};
    static int64_t values[N];
    struct hr_histogram h;
    hr_histogram_init(&h);
    double sum = 0;
    for (uint64_t i = 0; i < N; i++) { /* from 0 to some 2^40, every size alike */
        values[i] = (int64_t)(hr_mix64(i + 1) >> (24 + hr_mix64(i + 77777) % 40));
        sum += (double)values[i];
        assert_true(hr_histogram_add(&h, values[i], 1));
    }
    qsort(values, N, sizeof *values, by_value);
    for (size_t i = 0; i < sizeof ps / sizeof *ps; i++) {
        size_t rank = (size_t)ceil(ps[i] * N);
        double exact = (double)values[rank - 1];
        assert_close((double)hr_histogram_percentile(&h, ps[i]), exact, exact * 0.0005 + 0.5);
    }
    assert_true(h.min == values[0] && h.max == values[N - 1]);
    assert_close(hr_histogram_mean(&h), sum / N, sum / N * 1e-12);
    hr_histogram_clear(&h);
}

static void histogram_small_counts_take_the_rank_of_the_definition(void **state)
{
    (void)state;
    struct hr_histogram h;
    hr_histogram_init(&h);
    assert_int_equal(hr_histogram_percentile(&h, 0.5), 0);
    assert_close(hr_histogram_mean(&h), 0, 0);
    for (int64_t v = 1; v <= 20; v++)
        assert_true(hr_histogram_add(&h, v, 1));
    assert_int_equal(hr_histogram_percentile(&h, 0.5), 10);
    assert_int_equal(hr_histogram_percentile(&h, 0.95), 19); /* 0.95 * 20 is 19 */
    assert_int_equal(hr_histogram_percentile(&h, 0.951), 20);
    assert_int_equal(hr_histogram_percentile(&h, 0.05), 1);
    assert_int_equal(hr_histogram_percentile(&h, 1.0), 20);
    hr_histogram_clear(&h);
}

/* Up to HR_HISTOGRAM_FEW values nothing is rounded; one more, and the buckets take over. */
static void histogram_of_few_values_is_exact(void **state)
{
    (void)state;
    for (uint64_t n = 1; n <= HR_HISTOGRAM_FEW + 2; n += n < HR_HISTOGRAM_FEW - 2 ? 7 : 1) {
        int64_t values[HR_HISTOGRAM_FEW + 2];
        struct hr_histogram h, merged;
        hr_histogram_init(&h);
        hr_histogram_init(&merged);
        assert_true(hr_histogram_add(&merged, 5, 1));
        for (uint64_t i = 0; i < n; i++) {
            values[i] = (int64_t)(hr_mix64(i + n * 1000) >> 20);
            assert_true(hr__histogram_add_one(&h, values[i]));
        }
        qsort(values, n, sizeof *values, by_value);
        double error = n <= HR_HISTOGRAM_FEW ? 0 : 0.0005;
        for (uint64_t rank = 1; rank <= n; rank++) {
            int64_t got = hr_histogram_percentile(&h, (double)rank / (double)n);
            assert_close((double)got, (double)values[rank - 1], (double)values[rank - 1] * error);
        }
        assert_true(hr_histogram_merge(&merged, &h));
        assert_int_equal(merged.count, n + 1);
        assert_int_equal(merged.min, values[0] < 5 ? values[0] : 5);
        assert_int_equal(hr_histogram_percentile(&merged, 1.0), values[n - 1]);
        assert_close(merged.sum, h.sum + 5, 0);
        hr_histogram_clear(&h);
        hr_histogram_clear(&merged);
    }
}

static void histogram_takes_the_largest_and_negative_values(void **state)
{
    (void)state;
    struct hr_histogram h;
    hr_histogram_init(&h);
    assert_true(hr_histogram_add(&h, INT64_MAX, 3));
    assert_true(hr_histogram_add(&h, -5, 1)); /* counts as 0 */
    assert_true(hr_histogram_add(&h, 7, 0));  /* no times at all */
    assert_int_equal(h.count, 4);
    assert_true(hr_histogram_percentile(&h, 1.0) == INT64_MAX);
    assert_true(h.min == 0);
    hr_histogram_clear(&h);
}

static void histogram_merge_equals_adding_all(void **state)
{
    (void)state;
    struct hr_histogram a, b, all;
    hr_histogram_init(&a);
    hr_histogram_init(&b);
    hr_histogram_init(&all);
    for (uint64_t i = 0; i < 5000; i++) {
        int64_t v = (int64_t)(hr_mix64(i) >> 30);
        assert_true(hr_histogram_add(i % 3 ? &a : &b, v, 1 + i % 2));
        assert_true(hr_histogram_add(&all, v, 1 + i % 2));
    }
    assert_true(hr_histogram_merge(&a, &b));
    assert_int_equal(a.count, all.count);
    assert_true(a.min == all.min && a.max == all.max);
    assert_close(a.sum, all.sum, 0);
    for (double p = 0.001; p <= 1.0; p += 0.013)
        assert_true(hr_histogram_percentile(&a, p) == hr_histogram_percentile(&all, p));
    hr_histogram_clear(&a);
    hr_histogram_clear(&b);
    hr_histogram_clear(&all);
}

/* Stored in plan files: these figures must never change. They come from
 * another program's arithmetic, not from this function. */
static void hash_depends_on_every_byte_length_and_seed(void **state)
{
    (void)state;
    const char text[] = "GET /users/:id";
    uint64_t h = hr_hash_bytes(text, 14, 0);
    assert_true(h == hr_hash_bytes(text, 14, 0));
    assert_true(h != hr_hash_bytes(text, 13, 0));
    assert_true(h != hr_hash_bytes(text, 14, 1));
    assert_true(hr_hash_bytes("a\0", 2, 0) != hr_hash_bytes("a", 1, 0));
    for (size_t i = 0; i < 14; i++) {
        char other[sizeof text];
        memcpy(other, text, sizeof text);
        other[i] ^= 1;
        assert_true(hr_hash_bytes(other, 14, 0) != h);
    }
    assert_true(hr_hash_bytes("", 0, 0) == UINT64_C(0x0));
    assert_true(hr_hash_bytes(text, 14, 0) == UINT64_C(0x1b19c47437ccb86c));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(histogram_percentiles_are_nearest_rank_within_their_error),
        cmocka_unit_test(histogram_small_counts_take_the_rank_of_the_definition),
        cmocka_unit_test(histogram_of_few_values_is_exact),
        cmocka_unit_test(histogram_takes_the_largest_and_negative_values),
        cmocka_unit_test(histogram_merge_equals_adding_all),
        cmocka_unit_test(hash_depends_on_every_byte_length_and_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
