/* zone.h: local times of a named time zone, for logs that write no offset.
 *
 * Reads the system's compiled zone (TZif, RFC 8536), itself and not through TZ, which is one for
 * the whole process. Hot: hr__zone_utc, once a line, mostly answered by the span of the last time.
 */
#ifndef INGEST_ZONE_H
#define INGEST_ZONE_H

#include "headroom/base.h"

struct hr__zone {
    struct hr__zone_span {
        int64_t from_us;   /* UTC, from which on this offset holds */
        int64_t offset_us; /* local time less UTC */
    } * span;
    size_t count, capacity;
    size_t last; /* span of the time found last */
};
/* False (HR_EUSAGE) for a name that the system does not know. */
bool hr__zone_open(struct hr__zone *zone, const char *name, struct hr_error *err);
void hr__zone_close(struct hr__zone *zone); /* accepts zeroed */
/* The UTC time of a local one. Of an hour that comes twice it is the first one until the lines have
 * gone past it: `after` is the UTC time of the line before, HR_UNKNOWN if there is none. False for
 * a time that the clocks passed over. */
bool hr__zone_utc(struct hr__zone *zone, int64_t local_us, int64_t after_us, int64_t *ret);

#endif
