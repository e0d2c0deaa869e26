/* seen.h: a bounded set of (request, time), to tell an invocation that comes twice.
 *
 * One table for all would cost a cache miss and a page walk for each line. A log is nearly in the
 * order of time, so each span of some minutes has a small table of its own, which stays in the
 * cache while its lines are read. Typical: 10^3 to 10^5 keys a span, up to HR__SEEN_MAX in all.
 */
#ifndef INGEST_SEEN_H
#define INGEST_SEEN_H

#include "headroom/base.h"

#define HR__SEEN_MAX ((size_t)1 << 20) /* keys, in at most four times as many slots: 32 MiB */

struct hr__seen_span;
struct hr__seen {
    struct hr__seen_span *spans; /* open addressing over the numbers of spans */
    size_t span_room;            /* a power of two, or 0 */
    size_t span_count;
    size_t last;  /* place of the span asked for last */
    size_t count; /* keys; at HR__SEEN_MAX nothing more is remembered */
};
/* *ret: whether this request (64 well mixed bits of its id) came before at this very time; it is
 * remembered. Inside one span 64 bits of request and time are trusted to be the invocation: of a
 * million invocations one is taken for another with a probability of 3 in 10^8 at most. */
bool hr__seen_before(struct hr__seen *seen, uint64_t request, int64_t time_us, bool *ret,
                     struct hr_error *err);
void hr__seen_clear(struct hr__seen *seen); /* accepts zeroed */

#endif
