/* azure_known.h: what one file of a data set tells of functions whose invocations stand in another.
 */
#ifndef INGEST_AZURE_KNOWN_H
#define INGEST_AZURE_KNOWN_H

#include "headroom/base.h"

#define HR__KNOWN_MAX ((size_t)1 << 20) /* functions */

/* Durations of one function, in microseconds. */
struct hr__durations {
    uint64_t key; /* hash of the function's name; 64 bits are trusted to be it; never 0 */
    int64_t mean_us, p50_us, p99_us;
};
/* Open addressing. Zero-initialise. */
struct hr__known_functions {
    struct hr__durations *slot;
    size_t room, count; /* room is a power of two, or 0 */
};
bool hr__known_add(struct hr__known_functions *known, const struct hr__durations *durations,
                   struct hr_error *err);
const struct hr__durations *hr__known_find(const struct hr__known_functions *known, uint64_t key);
void hr__known_clear(struct hr__known_functions *known); /* accepts zeroed */

#endif
