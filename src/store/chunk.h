/* chunk.h: a stored chunk unpacked as far as its planes of bytes, and its rows, a slice at a time.
 *
 * A row is 42 bytes in columns and some 6 in planes: what is open of a plan stays small, and rows
 * are made where they are used, in the nearest cache. Only columns that are wanted are unpacked.
 */
#ifndef STORE_CHUNK_H
#define STORE_CHUNK_H

#include "store/codec.h"

/* Rows made at once: all their columns fit the L1 cache, and no sum of their gaps overflows. */
#define HR__SLICE_ROWS ((size_t)1024)

enum hr__chunk_at {
    HR__CHUNK_ARRIVAL,
    HR__CHUNK_STATUS,
    HR__CHUNK_DURATION,
    HR__CHUNK_BYTES,
    HR__CHUNK_MEMORY,
    HR__CHUNK_INIT,
    HR__CHUNK_COLUMNS
};
struct hr__chunk_column {
    bool there;     /* some value is known, and the column is wanted */
    uint64_t unit;  /* of every value */
    uint64_t same;  /* bits that all codes have */
    unsigned count; /* planes beside those */
    unsigned shift[HR_PLANES_MAX];
    const unsigned char *plane[HR_PLANES_MAX];
};
struct hr__chunk {
    size_t n, at;     /* rows, and the next one */
    uint64_t arrival; /* of the row before it */
    struct hr__chunk_column column[HR__CHUNK_COLUMNS];
    unsigned char *bytes; /* owns the planes */
    size_t capacity;
    struct hr_columns whole; /* of codec 1, which has no planes; else empty */
};
/* What the plan file holds of one. */
struct hr__packed {
    int codec;
    const unsigned char *data;
    size_t len, n;
    unsigned columns; /* bits of enum hr_store_column: which hold a known value */
};
/* Into a zeroed chunk or one that was unpacked before, whose room is used again; `data` need not
 * live longer. *zstd is a context that the caller keeps for the next one, NULL at first, and frees.
 * False when the bytes are not such a chunk, or of a codec to come, or memory is short. */
bool hr__chunk_unpack(struct hr__chunk *chunk, const struct hr__packed *packed, unsigned wanted,
                      void **zstd);
void hr__chunk_clear(struct hr__chunk *chunk); /* accepts zeroed */
/* The next rows, `most` of them or HR__SLICE_ROWS or those that are left, into columns with room
 * for them; what is unknown throughout or not wanted is left as it is. False: the chunk is damaged.
 */
bool hr__chunk_next(struct hr__chunk *chunk, size_t most, struct hr_columns *ret);

#endif
