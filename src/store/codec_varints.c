/* codec_varints.c: chunks of codec 1, which are read but no longer written.
 *
 * Layout: one byte, 0 raw or 1 zstd; then (inside zstd) one column after another, arrival first:
 * one byte with the unit's exponent (values are multiples of 10^0, 10^3 or 10^6 microseconds, as
 * the log's resolution was), then n varints. Arrivals are differences to the row before, others are
 * value + 1, so that 0 is unknown. Rows are sorted by arrival, so differences are not negative.
 */
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "store/codec.h"

#define COLUMN_KINDS 6

static bool unit_of(unsigned char exponent, int64_t *ret)
{
    *ret = exponent == 0 ? 1 : exponent == 3 ? 1000 : 1000000;
    return exponent == 0 || exponent == 3 || exponent == 6;
}

static const unsigned char *get_arrivals(const unsigned char *in, const unsigned char *end,
                                         int64_t *values, size_t n)
{
    int64_t unit, before = 0, time;
    uint64_t step;
    if (in == end || !unit_of(*in++, &unit))
        return NULL;
    for (size_t i = 0; i < n; i++) {
        in = hr__get_varint(in, end, &step);
        if (!in || step > (uint64_t)HR_TIME_MAX || before > HR_TIME_MAX ||
            __builtin_mul_overflow(before += (int64_t)step, unit, &time) || time > HR_TIME_MAX)
            return NULL;
        values[i] = time;
    }
    return in;
}

static const unsigned char *get_values(const unsigned char *in, const unsigned char *end,
                                       int64_t *values, size_t n)
{
    int64_t unit;
    uint64_t value;
    if (in == end || !unit_of(*in++, &unit))
        return NULL;
    for (size_t i = 0; i < n; i++) {
        in = hr__get_varint(in, end, &value);
        if (!in || value > (uint64_t)INT64_MAX + 1 ||
            (value && __builtin_mul_overflow((int64_t)(value - 1), unit, &values[i])))
            return NULL;
        if (!value)
            values[i] = HR_UNKNOWN;
    }
    return in;
}

/* A column that is there is read, one that is not is unknown throughout. */
static const unsigned char *get_column(const unsigned char *in, const unsigned char *end,
                                       bool there, int64_t *values, size_t n)
{
    if (there)
        return get_values(in, end, values, n);
    for (size_t i = 0; i < n; i++)
        values[i] = HR_UNKNOWN;
    return in;
}

static const unsigned char *get_status(const unsigned char *in, const unsigned char *end,
                                       uint16_t *values, size_t n)
{
    uint64_t value;
    for (size_t i = 0; i < n; i++) {
        in = hr__get_varint(in, end, &value);
        if (!in || value > UINT16_MAX)
            return NULL;
        values[i] = (uint16_t)value;
    }
    return in;
}

static bool decode_raw(const unsigned char *in, const unsigned char *end, size_t n,
                       unsigned columns, struct hr_columns *ret)
{
    in = get_arrivals(in, end, ret->arrival_us, n);
    in = in ? get_column(in, end, columns & HR_COLUMN_DURATION, ret->duration_us, n) : NULL;
    in = in ? get_column(in, end, columns & HR_COLUMN_BYTES, ret->bytes, n) : NULL;
    in = in ? get_column(in, end, columns & HR_COLUMN_MEMORY, ret->memory_kb, n) : NULL;
    in = in ? get_column(in, end, columns & HR_COLUMN_INIT, ret->init_us, n) : NULL;
    if (in && (columns & HR_COLUMN_STATUS))
        in = get_status(in, end, ret->status, n);
    else
        memset(ret->status, 0, n * sizeof *ret->status);
    ret->n = n;
    return in == end;
}

bool hr__decode_varints(const unsigned char *data, size_t len, size_t n, unsigned columns,
                        struct hr_columns *ret)
{
    if (len < 1 || n > HR_BLOCK_ROWS || data[0] > 1)
        return false;
    if (data[0] == 0)
        return decode_raw(data + 1, data + len, n, columns, ret);
    size_t most = n * HR_VARINT_MAX * COLUMN_KINDS + COLUMN_KINDS;
    unsigned long long size = ZSTD_getFrameContentSize(data + 1, len - 1);
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > most)
        return false;
    unsigned char *raw = malloc(size ? (size_t)size : 1);
    size_t got = raw ? ZSTD_decompress(raw, (size_t)size, data + 1, len - 1) : 0;
    bool whole =
        raw && !ZSTD_isError(got) && got == size && decode_raw(raw, raw + got, n, columns, ret);
    free(raw);
    return whole;
}
