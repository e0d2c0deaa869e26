/* codec.c: chunks of columns as bytes.
 *
 * Layout: one byte, 0 raw or 1 zstd; then (inside zstd) one column after another, arrival first:
 * one byte with the unit's exponent (values are multiples of 10^0, 10^3 or 10^6 microseconds, as
 * the log's resolution was), then n varints. Arrivals are differences to the row before, others are
 * value + 1, so that 0 is unknown. Rows are sorted by arrival, so differences are not negative.
 */
#include "store/codec.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define VARINT_MAX   10 /* bytes of a 64-bit varint */
#define ZSTD_LEVEL   1  /* 3 saves some 3 % more for twice the time */
#define COLUMN_KINDS 6
#define RAW_MAX      (HR_BLOCK_ROWS * VARINT_MAX * COLUMN_KINDS + COLUMN_KINDS)

static unsigned char *put_varint(unsigned char *out, uint64_t value)
{
    while (value >= 0x80) {
        *out++ = (unsigned char)(value | 0x80);
        value >>= 7;
    }
    *out++ = (unsigned char)value;
    return out;
}

/* NULL past the end or for a varint of more than 64 bits. */
static const unsigned char *get_varint(const unsigned char *in, const unsigned char *end,
                                       uint64_t *ret)
{
    uint64_t value = 0;
    for (int shift = 0; in < end && shift < 64; shift += 7) {
        unsigned char byte = *in++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *ret = value;
            return in;
        }
    }
    return NULL;
}

static bool any_known(const int64_t *values, size_t n)
{
    for (size_t i = 0; values && i < n; i++)
        if (values[i] != HR_UNKNOWN)
            return true;
    return false;
}

/* The largest of 1, 1000, 1000000 that divides every known value. */
static int64_t common_unit(const int64_t *values, size_t n)
{
    int64_t unit = 1000000;
    for (size_t i = 0; i < n && unit > 1; i++)
        while (values[i] != HR_UNKNOWN && values[i] % unit != 0)
            unit /= 1000;
    return unit;
}

static unsigned char *put_arrivals(unsigned char *out, const int64_t *values, size_t n)
{
    int64_t unit = common_unit(values, n), before = 0;
    *out++ = unit == 1 ? 0 : unit == 1000 ? 3 : 6;
    for (size_t i = 0; i < n; i++) {
        int64_t value = values[i] / unit;
        out = put_varint(out, (uint64_t)(value - before));
        before = value;
    }
    return out;
}

static unsigned char *put_values(unsigned char *out, const int64_t *values, size_t n)
{
    int64_t unit = common_unit(values, n);
    *out++ = unit == 1 ? 0 : unit == 1000 ? 3 : 6;
    if (unit == 1) { /* the common case, without a division */
        for (size_t i = 0; i < n; i++)
            out = put_varint(out, (uint64_t)values[i] + 1);
        return out;
    }
    for (size_t i = 0; i < n; i++)
        out = put_varint(out, values[i] == HR_UNKNOWN ? 0 : (uint64_t)(values[i] / unit) + 1);
    return out;
}

static unsigned known_columns(const struct hr_columns *block)
{
    unsigned columns = 0;
    columns |= any_known(block->duration_us, block->n) ? HR_COLUMN_DURATION : 0;
    columns |= any_known(block->bytes, block->n) ? HR_COLUMN_BYTES : 0;
    columns |= any_known(block->memory_kb, block->n) ? HR_COLUMN_MEMORY : 0;
    columns |= any_known(block->init_us, block->n) ? HR_COLUMN_INIT : 0;
    for (size_t i = 0; block->status && i < block->n; i++)
        if (block->status[i]) {
            columns |= HR_COLUMN_STATUS;
            break;
        }
    return columns;
}

static size_t encode_raw(unsigned char *raw, const struct hr_columns *block, unsigned columns)
{
    unsigned char *out = put_arrivals(raw, block->arrival_us, block->n);
    if (columns & HR_COLUMN_DURATION)
        out = put_values(out, block->duration_us, block->n);
    if (columns & HR_COLUMN_BYTES)
        out = put_values(out, block->bytes, block->n);
    if (columns & HR_COLUMN_MEMORY)
        out = put_values(out, block->memory_kb, block->n);
    if (columns & HR_COLUMN_INIT)
        out = put_values(out, block->init_us, block->n);
    for (size_t i = 0; (columns & HR_COLUMN_STATUS) && i < block->n; i++)
        out = put_varint(out, block->status[i]);
    return (size_t)(out - raw);
}

void hr__encoder_clear(struct hr__encoder *encoder)
{
    free(encoder->raw);
    free(encoder->packed);
    ZSTD_freeCCtx(encoder->zstd);
    memset(encoder, 0, sizeof *encoder);
}

/* Room for the longest block, once: what a chunk does not need stays untouched. */
static bool encoder_room(struct hr__encoder *encoder, struct hr_error *err)
{
    if (encoder->zstd)
        return true;
    encoder->raw = hr_large_alloc(RAW_MAX);
    encoder->packed_room = ZSTD_compressBound(RAW_MAX);
    encoder->packed = hr_large_alloc(1 + encoder->packed_room);
    encoder->zstd = ZSTD_createCCtx();
    if (encoder->raw && encoder->packed && encoder->zstd)
        return true;
    hr__encoder_clear(encoder);
    return hr_fail_memory(err);
}

bool hr__encode(struct hr__encoder *encoder, const struct hr_columns *block,
                const unsigned char **ret_data, size_t *ret_len, unsigned *ret_columns,
                struct hr_error *err)
{
    if (!encoder_room(encoder, err))
        return false;
    unsigned columns = known_columns(block);
    size_t len = encode_raw(encoder->raw, block, columns);
    size_t packed = ZSTD_compressCCtx(encoder->zstd, encoder->packed + 1, encoder->packed_room,
                                      encoder->raw, len, ZSTD_LEVEL);
    bool smaller = !ZSTD_isError(packed) && packed < len;
    if (!smaller) {
        memcpy(encoder->packed + 1, encoder->raw, len);
        packed = len;
    }
    encoder->packed[0] = smaller;
    *ret_data = encoder->packed;
    *ret_len = packed + 1;
    *ret_columns = columns;
    return true;
}

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
        in = get_varint(in, end, &step);
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
        in = get_varint(in, end, &value);
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
        in = get_varint(in, end, &value);
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

bool hr__decode(const unsigned char *data, size_t len, size_t n, unsigned columns,
                struct hr_columns *ret)
{
    if (len < 1 || n > HR_BLOCK_ROWS || data[0] > 1)
        return false;
    if (data[0] == 0)
        return decode_raw(data + 1, data + len, n, columns, ret);
    size_t most = n * VARINT_MAX * COLUMN_KINDS + COLUMN_KINDS;
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
