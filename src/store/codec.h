/* codec.h: a block of columns as bytes: delta, varint, then zstd where that is smaller. */
#ifndef STORE_CODEC_H
#define STORE_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "headroom/base.h"
#include "headroom/workload.h"

#define HR_CODEC_VERSION 1

/* Bits of a chunk's `columns`: which columns hold a known value; arrival always does. */
enum hr__column_bit {
    HR_COLUMN_DURATION = 1,
    HR_COLUMN_BYTES = 2,
    HR_COLUMN_MEMORY = 4,
    HR_COLUMN_INIT = 8,
    HR_COLUMN_STATUS = 16
};

/* Buffers that encoding reuses. Zero-initialise; clear frees. */
struct hr__encoder {
    unsigned char *raw, *packed;
    size_t packed_room; /* bytes behind the first one */
    void *zstd;         /* ZSTD_CCtx */
};
void hr__encoder_clear(struct hr__encoder *encoder);
/* *ret_data points into the encoder until the next call. */
bool hr__encode(struct hr__encoder *encoder, const struct hr_columns *block,
                const unsigned char **ret_data, size_t *ret_len, unsigned *ret_columns,
                struct hr_error *err);
/* Fills `ret` (initialised with room for HR_BLOCK_ROWS) with exactly n rows; absent columns are
 * filled with unknown. False when the bytes are not such a chunk. */
bool hr__decode(const unsigned char *data, size_t len, size_t n, unsigned columns,
                struct hr_columns *ret);

#endif
