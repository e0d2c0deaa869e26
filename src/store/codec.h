/* codec.h: a block of columns as bytes: planes of bytes, in zstd where that is smaller. */
#ifndef STORE_CODEC_H
#define STORE_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "headroom/base.h"
#include "headroom/store.h"

#define HR_CODEC_VERSION 3            /* what is written; 1 and 2 are read too */
#define HR_CODEC_SUM     ((size_t)8)  /* bytes of the sum at a chunk's end, since codec 3 */
#define HR_VARINT_MAX    ((size_t)10) /* bytes of a 64-bit varint */
#define HR_PLANES_MAX    8            /* of a column */

/* Buffers that encoding reuses. Zero-initialise; clear frees. */
struct hr__encoder {
    uint64_t *codes;
    unsigned char *plane, *spare, *packed;
    void *zstd; /* ZSTD_CCtx */
};
void hr__encoder_clear(struct hr__encoder *encoder);
/* The sum of a chunk: a changed byte would else be another invocation, and another bill. */
uint64_t hr__chunk_sum(const unsigned char *data, size_t len, unsigned columns);
/* *ret_data points into the encoder until the next call. */
bool hr__encode(struct hr__encoder *encoder, const struct hr_columns *block,
                const unsigned char **ret_data, size_t *ret_len, unsigned *ret_columns,
                struct hr_error *err);
/* Of codec 1: fills `ret` (initialised with room for n rows) with exactly n rows; absent columns
 * are filled with unknown. False when the bytes are not such a chunk. */
bool hr__decode_varints(const unsigned char *data, size_t len, size_t n, unsigned columns,
                        struct hr_columns *ret);
/* What follows the varint; NULL past the end or for one of more than 64 bits. */
const unsigned char *hr__get_varint(const unsigned char *in, const unsigned char *end,
                                    uint64_t *ret);

#endif
