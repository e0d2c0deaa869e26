/* chunk.c: see chunk.h; codec.c has the layout. */
#include "store/chunk.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

/* The bit of each column; arrival is always there. */
static const unsigned bit_of[HR__CHUNK_COLUMNS] = {
    [HR__CHUNK_STATUS] = HR_COLUMN_STATUS, [HR__CHUNK_DURATION] = HR_COLUMN_DURATION,
    [HR__CHUNK_BYTES] = HR_COLUMN_BYTES,   [HR__CHUNK_MEMORY] = HR_COLUMN_MEMORY,
    [HR__CHUNK_INIT] = HR_COLUMN_INIT,
};

/* ---- unpacking ----------------------------------------------------------------------------- */

/* A plane whose bytes differ, as it is stored. */
struct stored {
    const unsigned char *at;
    size_t len;
    const unsigned char **plane; /* where it is wanted */
};
struct input {
    const unsigned char *at, *end; /* at is NULL once something was wrong */
    size_t n;
    struct stored stored[HR__CHUNK_COLUMNS * HR_PLANES_MAX];
    size_t stored_count;
};

static uint64_t get_number(struct input *in)
{
    uint64_t value = 0;
    in->at = in->at ? hr__get_varint(in->at, in->end, &value) : NULL;
    return value;
}

static bool look_at_plane(struct input *in, struct hr__chunk_column *column, unsigned shift)
{
    uint64_t len = get_number(in);
    const unsigned char *at = in->at;
    if (!at || len > in->n || (size_t)(in->end - at) < (len ? len : 1))
        return false;
    in->at = at + (len ? len : 1);
    if (len == 0) {
        column->same |= (uint64_t)*at << shift;
    } else if (column->there) {
        in->stored[in->stored_count++] =
            (struct stored){at, (size_t)len, &column->plane[column->count]};
        column->shift[column->count++] = shift;
    }
    return true;
}

static bool look_at_column(struct input *in, struct hr__chunk_column *column)
{
    column->same = 0;
    column->count = 0;
    column->unit = get_number(in);
    if (!in->at || in->at == in->end || column->unit == 0 || column->unit > INT64_MAX)
        return false;
    unsigned width = *in->at++;
    for (unsigned p = 0; p < width; p++)
        if (p == HR_PLANES_MAX || !look_at_plane(in, column, 8 * p))
            return false;
    return true;
}

/* Finds every plane; none is unpacked yet. */
static bool look(struct hr__chunk *chunk, struct input *in, unsigned columns, unsigned wanted)
{
    if (get_number(in) != in->n)
        return false;
    chunk->arrival = get_number(in);
    for (int i = 0; i < HR__CHUNK_COLUMNS; i++) {
        struct hr__chunk_column *column = &chunk->column[i];
        bool there = i == HR__CHUNK_ARRIVAL || (columns & bit_of[i]);
        column->there = i == HR__CHUNK_ARRIVAL || (columns & wanted & bit_of[i]);
        if (there && !look_at_column(in, column))
            return false;
    }
    return in->at == in->end && chunk->arrival <= (uint64_t)HR_TIME_MAX;
}

static bool unpack_planes(struct hr__chunk *chunk, const struct input *in, void **zstd)
{
    if (!*zstd)
        *zstd = ZSTD_createDCtx();
    if (!*zstd || !hr_grow((void **)&chunk->bytes, &chunk->capacity, in->stored_count * in->n, 1,
                           SIZE_MAX, NULL))
        return false;
    for (size_t i = 0; i < in->stored_count; i++) {
        const struct stored *stored = &in->stored[i];
        unsigned char *to = chunk->bytes + i * in->n;
        *stored->plane = to;
        if (stored->len == in->n)
            memcpy(to, stored->at, in->n);
        else if (ZSTD_decompressDCtx(*zstd, to, in->n, stored->at, stored->len) != in->n)
            return false;
    }
    return true;
}

static bool unpack_whole(struct hr__chunk *chunk, const struct hr__packed *packed, unsigned wanted)
{
    for (int i = 0; i < HR__CHUNK_COLUMNS; i++)
        chunk->column[i].there =
            i == HR__CHUNK_ARRIVAL || (packed->columns & wanted & bit_of[i]) != 0;
    return hr_columns_init(&chunk->whole, packed->n, NULL) &&
           hr__decode_varints(packed->data, packed->len, packed->n, packed->columns, &chunk->whole);
}

/* Takes the sum off the end; false where it is another. */
static bool take_sum(const struct hr__packed *packed, struct input *in)
{
    uint64_t sum = 0;
    if (packed->codec == 2)
        return true;
    if (packed->len < HR_CODEC_SUM)
        return false;
    in->end -= HR_CODEC_SUM;
    for (size_t i = 0; i < HR_CODEC_SUM; i++)
        sum |= (uint64_t)in->end[i] << (8 * i);
    return sum == hr__chunk_sum(in->at, packed->len - HR_CODEC_SUM, packed->columns);
}

bool hr__chunk_unpack(struct hr__chunk *chunk, const struct hr__packed *packed, unsigned wanted,
                      void **zstd)
{
    hr_columns_clear(&chunk->whole);
    chunk->n = packed->n;
    chunk->at = 0;
    if (packed->n < 1 || packed->n > HR_BLOCK_ROWS || !packed->data)
        return false;
    if (packed->codec == 1)
        return unpack_whole(chunk, packed, wanted);
    struct input in;
    in.at = packed->data;
    in.end = packed->data + packed->len;
    in.n = packed->n;
    in.stored_count = 0;
    return (packed->codec == 2 || packed->codec == HR_CODEC_VERSION) && take_sum(packed, &in) &&
           look(chunk, &in, packed->columns, wanted) && unpack_planes(chunk, &in, zstd);
}

void hr__chunk_clear(struct hr__chunk *chunk)
{
    hr_columns_clear(&chunk->whole);
    free(chunk->bytes);
    *chunk = (struct hr__chunk){0};
}

/* ---- rows ---------------------------------------------------------------------------------- */

/* Codes of 16 rows at once: bytes of the four lowest planes are laid between each other. */
#define LANES ((size_t)16)
typedef uint8_t lanes8 __attribute__((vector_size(16)));
typedef uint16_t lanes16 __attribute__((vector_size(16)));
typedef uint32_t lanes32 __attribute__((vector_size(16)));

#define LOW(a, b)                                                                                  \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH(a, b)                                                                                 \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define LOW16(a, b)  __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH16(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define LOW32(a, b)  __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH32(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)

/* Four codes of 32 bits as four of 64. */
static inline void put_four(lanes32 codes, uint64_t *to)
{
    const lanes32 zero = {0}, low = LOW32(codes, zero), high = HIGH32(codes, zero);
    memcpy(to, &low, sizeof low);
    memcpy(to + 2, &high, sizeof high);
}

static inline void put_lanes(const lanes8 plane[4], uint64_t *to)
{
    const lanes16 low = (lanes16)LOW(plane[0], plane[1]), low2 = (lanes16)LOW(plane[2], plane[3]);
    const lanes16 high = (lanes16)HIGH(plane[0], plane[1]),
                  high2 = (lanes16)HIGH(plane[2], plane[3]);
    put_four((lanes32)LOW16(low, low2), to);
    put_four((lanes32)HIGH16(low, low2), to + 4);
    put_four((lanes32)LOW16(high, high2), to + 8);
    put_four((lanes32)HIGH16(high, high2), to + 12);
}

/* Whole lanes of n rows; returns how many rows that were. */
static size_t get_lanes(const struct hr__chunk_column *c, size_t at, size_t n, uint64_t *codes)
{
    const unsigned char *from[4] = {NULL};
    lanes8 plane[4];
    for (unsigned p = 0; p < 4; p++)
        memset(&plane[p], (int)(c->same >> (8 * p) & UINT8_MAX), LANES);
    for (unsigned p = 0; p < c->count && c->shift[p] < 32; p++)
        from[c->shift[p] / 8] = c->plane[p] + at;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (unsigned p = 0; p < 4; p++)
            if (from[p])
                memcpy(&plane[p], from[p] + i, LANES);
        put_lanes(plane, codes + i);
    }
    return i;
}

static void get_codes(const struct hr__chunk_column *c, size_t at, size_t n, uint64_t *codes)
{
    for (size_t i = get_lanes(c, at, n, codes); i < n; i++) {
        codes[i] = c->same & UINT32_MAX;
        for (unsigned p = 0; p < c->count && c->shift[p] < 32; p++)
            codes[i] |= (uint64_t)c->plane[p][at + i] << c->shift[p];
    }
    for (size_t i = 0; c->same > UINT32_MAX && i < n; i++)
        codes[i] |= c->same & ~(uint64_t)UINT32_MAX;
    for (unsigned p = 0; p < c->count; p++)
        for (size_t i = 0; c->shift[p] >= 32 && i < n; i++)
            codes[i] |= (uint64_t)c->plane[p][at + i] << c->shift[p];
}

/* Is there a code above `most`? Most columns have no planes for one. */
static bool exceeds(const struct hr__chunk_column *c, const uint64_t *codes, size_t n,
                    uint64_t most)
{
    uint64_t any = c->same;
    for (unsigned p = 0; p < c->count; p++)
        any |= (uint64_t)UINT8_MAX << c->shift[p];
    for (size_t i = 0; any > most && i < n; i++)
        if (codes[i] > most)
            return true;
    return false;
}

static bool next_arrivals(struct hr__chunk *chunk, size_t n, int64_t *ret)
{
    const struct hr__chunk_column *column = &chunk->column[HR__CHUNK_ARRIVAL];
    const uint64_t unit = column->unit;
    uint64_t *steps = (uint64_t *)ret, before = chunk->arrival;
    get_codes(column, chunk->at, n, steps);
    if (exceeds(column, steps, n, (uint64_t)HR_TIME_MAX / unit))
        return false;
    for (size_t i = 0; i < n; i++) {
        before += steps[i] * unit;
        steps[i] = before;
    }
    chunk->arrival = before;
    return before <= (uint64_t)HR_TIME_MAX;
}

/* Code 0 is unknown, others are value / unit + 1. */
static bool next_values(const struct hr__chunk *chunk, enum hr__chunk_at which, size_t n,
                        int64_t *ret)
{
    const struct hr__chunk_column *column = &chunk->column[which];
    const uint64_t unit = column->unit;
    uint64_t *codes = (uint64_t *)ret;
    get_codes(column, chunk->at, n, codes);
    if (exceeds(column, codes, n, (uint64_t)INT64_MAX / unit + 1))
        return false;
    if (unit == 1) /* 0 becomes -1, which is unknown */
        for (size_t i = 0; i < n; i++)
            codes[i]--;
    else
        for (size_t i = 0; i < n; i++)
            codes[i] = codes[i] ? codes[i] * unit - unit : (uint64_t)HR_UNKNOWN;
    return true;
}

/* `spare` has room for n codes. */
static bool next_status(const struct hr__chunk *chunk, size_t n, uint16_t *ret, int64_t *spare)
{
    const struct hr__chunk_column *column = &chunk->column[HR__CHUNK_STATUS];
    const uint64_t unit = column->unit;
    uint64_t *codes = (uint64_t *)spare;
    get_codes(column, chunk->at, n, codes);
    if (exceeds(column, codes, n, UINT16_MAX / unit + 1))
        return false;
    for (size_t i = 0; i < n; i++)
        ret[i] = (uint16_t)(codes[i] ? codes[i] * unit - unit : 0);
    return true;
}

static void copy_column(bool there, int64_t *to, const int64_t *from, size_t n)
{
    if (there)
        memcpy(to, from, n * sizeof *to);
}

static void copy_rows(const struct hr__chunk *chunk, size_t n, struct hr_columns *to)
{
    const struct hr__chunk_column *column = chunk->column;
    const struct hr_columns *from = &chunk->whole;
    const size_t at = chunk->at;
    copy_column(true, to->arrival_us, from->arrival_us + at, n);
    copy_column(column[HR__CHUNK_DURATION].there, to->duration_us, from->duration_us + at, n);
    copy_column(column[HR__CHUNK_BYTES].there, to->bytes, from->bytes + at, n);
    copy_column(column[HR__CHUNK_MEMORY].there, to->memory_kb, from->memory_kb + at, n);
    copy_column(column[HR__CHUNK_INIT].there, to->init_us, from->init_us + at, n);
    if (column[HR__CHUNK_STATUS].there)
        memcpy(to->status, from->status + at, n * sizeof *to->status);
}

static bool next_column(const struct hr__chunk *chunk, enum hr__chunk_at which, size_t n,
                        int64_t *ret)
{
    return !chunk->column[which].there || next_values(chunk, which, n, ret);
}

/* The arrivals stand last: until then their place is spare room. */
static bool make_rows(struct hr__chunk *chunk, size_t n, struct hr_columns *ret)
{
    return (!chunk->column[HR__CHUNK_STATUS].there ||
            next_status(chunk, n, ret->status, ret->arrival_us)) &&
           next_column(chunk, HR__CHUNK_DURATION, n, ret->duration_us) &&
           next_column(chunk, HR__CHUNK_BYTES, n, ret->bytes) &&
           next_column(chunk, HR__CHUNK_MEMORY, n, ret->memory_kb) &&
           next_column(chunk, HR__CHUNK_INIT, n, ret->init_us) &&
           next_arrivals(chunk, n, ret->arrival_us);
}

bool hr__chunk_next(struct hr__chunk *chunk, size_t most, struct hr_columns *ret)
{
    const size_t left = chunk->n - chunk->at;
    bool whole = true;
    most = most < HR__SLICE_ROWS ? most : HR__SLICE_ROWS;
    const size_t n = left < most ? left : most;
    if (chunk->whole.arrival_us)
        copy_rows(chunk, n, ret);
    else
        whole = make_rows(chunk, n, ret);
    chunk->at += n;
    ret->n = n;
    return whole;
}
