/* quick_hash.h: a hash for tables that live as long as an import; never stored, never shown. */
#ifndef INGEST_QUICK_HASH_H
#define INGEST_QUICK_HASH_H

#include "ingest/words.h"

/* Eight bytes a step; every bit of the input reaches the result. */
static inline uint64_t hr__quick_hash(const char *bytes, size_t len, uint64_t h)
{
    for (; len > HR__WORD; bytes += HR__WORD, len -= HR__WORD) {
        h = (h ^ hr__word(bytes)) * UINT64_C(0x9fb21c651e98df25);
        h ^= h >> 32;
    }
    h = (h ^ (len > 0 ? hr__word_short(bytes, len) : 0)) * UINT64_C(0x9fb21c651e98df25);
    return (h ^ h >> 29) + len; /* a shorter one and its zeros differ */
}

#endif
