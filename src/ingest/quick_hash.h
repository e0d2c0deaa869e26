/* quick_hash.h: a hash for tables that live as long as an import; never stored, never shown. */
#ifndef INGEST_QUICK_HASH_H
#define INGEST_QUICK_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Eight bytes a step; every bit of the input reaches the result. */
static inline uint64_t hr__quick_hash(const char *bytes, size_t len, uint64_t h)
{
    uint64_t word;
    for (; len >= sizeof word; bytes += sizeof word, len -= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        h = (h ^ word) * UINT64_C(0x9fb21c651e98df25);
        h ^= h >> 32;
    }
    word = len;
    for (size_t i = 0; i < len; i++) {
        word = word << 8 | (unsigned char)bytes[i];
    }
    h = (h ^ word) * UINT64_C(0x9fb21c651e98df25);
    return h ^ h >> 29;
}

#endif
