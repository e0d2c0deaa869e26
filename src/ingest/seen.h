/* seen.h: a bounded set of keys, to tell an invocation that comes twice. */
#ifndef INGEST_SEEN_H
#define INGEST_SEEN_H

#include "headroom/base.h"

#define HR__SEEN_MAX ((size_t)1 << 20) /* keys; the table has twice as many slots: 16 MiB */

struct hr__seen {
    uint64_t *slots;   /* keys; 0 empty */
    size_t slot_count; /* a power of two; grows with the keys */
    size_t count;      /* at HR__SEEN_MAX nothing more is remembered */
};
/* Says that the key will be asked for soon, so that its slot is on its way. */
static inline void hr__seen_expect(const struct hr__seen *seen, uint64_t key)
{
    if (seen->slots != NULL) {
        __builtin_prefetch(&seen->slots[(key >> 1) & (seen->slot_count - 1)], 1);
    }
}
/* *ret: whether this key (64 well mixed bits) came before; it is remembered. */
bool hr__seen_before(struct hr__seen *seen, uint64_t key, bool *ret, struct hr_error *err);
void hr__seen_clear(struct hr__seen *seen); /* accepts zeroed */

#endif
