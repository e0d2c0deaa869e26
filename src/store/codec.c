/* codec.c: chunks of columns as bytes.
 *
 * Layout: the number of rows, the first arrival, then one column after another: differences of
 * arrivals, status, duration, bytes, memory, init, as far as `columns` names them. A column is its
 * unit (what divides every value: milliseconds of a log in microseconds, MB of memory in kB), the
 * width of its codes in bytes, and that many planes: the lowest bytes of all codes, the next ones,
 * and so on. A code is value / unit + 1, 0 where unknown; a difference of arrivals is difference /
 * unit. Each plane is packed for itself, because bytes of one magnitude are alike: zstd then finds
 * one distribution where bytes of all columns in turn have many, and unpacking needs no branches.
 * A plane is the length of its bytes, then these: none and the one byte that it repeats, n bytes as
 * they are, fewer in zstd. Numbers without a width of their own are varints. Last, the sum of all
 * of it (codec 2 had none), eight bytes, the lowest first.
 */
#include "store/codec.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define ZSTD_LEVEL   1
#define COLUMN_KINDS 6
#define COLUMN_MAX   (HR_VARINT_MAX + 1 + HR_PLANES_MAX * (HR_VARINT_MAX + HR_BLOCK_ROWS))
#define PACKED_MAX   (2 * HR_VARINT_MAX + COLUMN_KINDS * COLUMN_MAX + HR_CODEC_SUM)

static unsigned char *put_varint(unsigned char *out, uint64_t value)
{
    while (value >= 0x80) {
        *out++ = (unsigned char)(value | 0x80);
        value >>= 7;
    }
    *out++ = (unsigned char)value;
    return out;
}

const unsigned char *hr__get_varint(const unsigned char *in, const unsigned char *end,
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

/* ---- packing ------------------------------------------------------------------------------- */

static bool any_known(const int64_t *values, size_t n)
{
    for (size_t i = 0; values && i < n; i++)
        if (values[i] != HR_UNKNOWN)
            return true;
    return false;
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

/* The largest number that divides every known value; 1 where all are zero. */
static uint64_t common_unit(const uint64_t *values, size_t n)
{
    uint64_t unit = 0;
    for (size_t i = 0; i < n && unit != 1; i++) {
        if (values[i] == (uint64_t)HR_UNKNOWN || (unit && values[i] % unit == 0))
            continue;
        for (uint64_t rest = values[i]; rest;) { /* Euclid's */
            uint64_t next = unit % rest;
            unit = rest;
            rest = next;
        }
    }
    return unit ? unit : 1;
}

static unsigned char *put_plane(struct hr__encoder *encoder, unsigned char *out, size_t n,
                                unsigned shift)
{
    unsigned char *plane = encoder->plane;
    for (size_t i = 0; i < n; i++)
        plane[i] = (unsigned char)(encoder->codes[i] >> shift);
    if (memcmp(plane, plane + 1, n - 1) == 0) {
        *out++ = 0;
        *out++ = plane[0];
        return out;
    }
    size_t packed = ZSTD_compressCCtx(encoder->zstd, encoder->spare, n - 1, plane, n, ZSTD_LEVEL);
    bool smaller = !ZSTD_isError(packed); /* or it did not fit */
    out = put_varint(out, smaller ? packed : n);
    memcpy(out, smaller ? encoder->spare : plane, smaller ? packed : n);
    return out + (smaller ? packed : n);
}

/* The codes of the encoder, divided by their unit already. */
static unsigned char *put_codes(struct hr__encoder *encoder, unsigned char *out, size_t n,
                                uint64_t unit)
{
    uint64_t any = 0;
    unsigned width = 0;
    for (size_t i = 0; i < n; i++)
        any |= encoder->codes[i];
    while (width < HR_PLANES_MAX && any >> (8 * width))
        width++;
    out = put_varint(out, unit);
    *out++ = (unsigned char)width;
    for (unsigned i = 0; i < width; i++)
        out = put_plane(encoder, out, n, 8 * i);
    return out;
}

static unsigned char *put_arrivals(struct hr__encoder *encoder, unsigned char *out,
                                   const int64_t *arrival, size_t n)
{
    uint64_t *codes = encoder->codes;
    codes[0] = 0;
    for (size_t i = 1; i < n; i++)
        codes[i] = (uint64_t)(arrival[i] - arrival[i - 1]);
    uint64_t unit = common_unit(codes, n);
    for (size_t i = 0; i < n && unit > 1; i++)
        codes[i] /= unit;
    return put_codes(encoder, put_varint(out, (uint64_t)arrival[0]), n, unit);
}

/* The values that stand in the encoder's codes. */
static unsigned char *put_values(struct hr__encoder *encoder, unsigned char *out, size_t n)
{
    uint64_t *codes = encoder->codes, unit = common_unit(codes, n);
    for (size_t i = 0; i < n; i++)
        if (codes[i] == (uint64_t)HR_UNKNOWN)
            codes[i] = 0;
        else
            codes[i] = (unit > 1 ? codes[i] / unit : codes[i]) + 1;
    return put_codes(encoder, out, n, unit);
}

static unsigned char *put_column(struct hr__encoder *encoder, unsigned char *out, bool there,
                                 const int64_t *values, size_t n)
{
    if (!there)
        return out;
    memcpy(encoder->codes, values, n * sizeof *values);
    return put_values(encoder, out, n);
}

static unsigned char *put_status(struct hr__encoder *encoder, unsigned char *out, bool there,
                                 const uint16_t *status, size_t n)
{
    if (!there)
        return out;
    for (size_t i = 0; i < n; i++)
        encoder->codes[i] = status[i] ? status[i] : (uint64_t)HR_UNKNOWN;
    return put_values(encoder, out, n);
}

void hr__encoder_clear(struct hr__encoder *encoder)
{
    free(encoder->codes);
    free(encoder->plane);
    free(encoder->spare);
    free(encoder->packed);
    ZSTD_freeCCtx(encoder->zstd);
    memset(encoder, 0, sizeof *encoder);
}

/* Room for the longest block, once: what a chunk does not need stays untouched. */
static bool encoder_room(struct hr__encoder *encoder, struct hr_error *err)
{
    if (encoder->zstd)
        return true;
    encoder->codes = malloc(HR_BLOCK_ROWS * sizeof *encoder->codes);
    encoder->plane = malloc(HR_BLOCK_ROWS);
    encoder->spare = malloc(HR_BLOCK_ROWS);
    encoder->packed = hr_large_alloc(PACKED_MAX);
    encoder->zstd = ZSTD_createCCtx();
    if (encoder->codes && encoder->plane && encoder->spare && encoder->packed && encoder->zstd)
        return true;
    hr__encoder_clear(encoder);
    return hr_fail_memory(err);
}

uint64_t hr__chunk_sum(const unsigned char *data, size_t len, unsigned columns)
{
    return hr_hash_bytes(data, len, columns);
}

static unsigned char *put_sum(unsigned char *out, uint64_t sum)
{
    for (size_t i = 0; i < HR_CODEC_SUM; i++)
        *out++ = (unsigned char)(sum >> (8 * i));
    return out;
}

bool hr__encode(struct hr__encoder *encoder, const struct hr_columns *block,
                const unsigned char **ret_data, size_t *ret_len, unsigned *ret_columns,
                struct hr_error *err)
{
    if (!encoder_room(encoder, err))
        return false;
    const size_t n = block->n;
    unsigned columns = known_columns(block);
    unsigned char *out = put_varint(encoder->packed, n);
    out = put_arrivals(encoder, out, block->arrival_us, n);
    out = put_status(encoder, out, columns & HR_COLUMN_STATUS, block->status, n);
    out = put_column(encoder, out, columns & HR_COLUMN_DURATION, block->duration_us, n);
    out = put_column(encoder, out, columns & HR_COLUMN_BYTES, block->bytes, n);
    out = put_column(encoder, out, columns & HR_COLUMN_MEMORY, block->memory_kb, n);
    out = put_column(encoder, out, columns & HR_COLUMN_INIT, block->init_us, n);
    out = put_sum(out, hr__chunk_sum(encoder->packed, (size_t)(out - encoder->packed), columns));
    *ret_data = encoder->packed;
    *ret_len = (size_t)(out - encoder->packed);
    *ret_columns = columns;
    return true;
}
