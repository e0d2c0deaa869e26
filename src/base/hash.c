/* hash.c: a stable 64-bit hash of bytes, eight at a time through SplitMix64's mixer. It is stored
 * in plan files (keys of workloads, contents of files), so it never changes. */
#include "headroom/base.h"

uint64_t hr_hash_bytes(const void *bytes, size_t len, uint64_t seed)
{
    const unsigned char *p = bytes;
    uint64_t h = hr_mix64(seed ^ ((uint64_t)len * UINT64_C(0x9e3779b97f4a7c15)));
    while (len > 0) {
        size_t n = len < 8 ? len : 8;
        uint64_t word = 0;
        if (n == 8) /* one load where the machine is little-endian, as the definition is */
            for (size_t i = 0; i < 8; i++)
                word |= (uint64_t)p[i] << (8 * i);
        else
            for (size_t i = 0; i < n; i++)
                word |= (uint64_t)p[i] << (8 * i);
        h = hr_mix64((h ^ word) + UINT64_C(0x9e3779b97f4a7c15));
        p += n;
        len -= n;
    }
    return h;
}
