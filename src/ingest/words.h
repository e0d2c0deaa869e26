/* words.h: some bytes of a text as one word, the first one lowest where the machine is little
 * endian; never a byte more than there are. */
#ifndef INGEST_WORDS_H
#define INGEST_WORDS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HR__WORD sizeof(uint64_t)

static inline uint64_t hr__word(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return word;
}

/* 1 to 8 bytes, by loads that overlap. */
static inline uint64_t hr__word_short(const char *text, size_t len)
{
    if (len == HR__WORD) {
        return hr__word(text);
    }
    if (len >= 4) {
        uint32_t first, last;
        memcpy(&first, text, sizeof first);
        memcpy(&last, text + len - 4, sizeof last);
        return first | (uint64_t)last << 8 * (len - 4);
    }
    return (uint64_t)(unsigned char)text[0] |
           (uint64_t)(unsigned char)text[len / 2] << len / 2 * 8 |
           (uint64_t)(unsigned char)text[len - 1] << (len - 1) * 8;
}

#endif
