/* seen.h: a bounded set of keys, to tell an invocation that comes twice. */
#ifndef INGEST_SEEN_H
#define INGEST_SEEN_H

#include "headroom/base.h"

#define HR__SEEN_SLOTS ((size_t)1 << 20) /* 8 MiB, taken at the first key */
#define HR__SEEN_MAX   (HR__SEEN_SLOTS / 4 * 3)

struct hr__seen {
    uint64_t *slots; /* keys; 0 empty */
    size_t count;    /* at HR__SEEN_MAX nothing more is remembered */
};
/* *ret: whether this key (64 well mixed bits) came before; it is remembered. */
bool hr__seen_before(struct hr__seen *seen, uint64_t key, bool *ret, struct hr_error *err);
void hr__seen_clear(struct hr__seen *seen); /* accepts zeroed */

#endif
