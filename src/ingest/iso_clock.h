/* iso_clock.h: ISO 8601 times of a log, whose lines mostly share their minute with the one before.
 *
 * Hot: hr__iso_time, once a line. Without an offset a time is UTC.
 */
#ifndef INGEST_ISO_CLOCK_H
#define INGEST_ISO_CLOCK_H

#include "headroom/base.h"

struct hr__iso_clock {
    char minute[16];   /* of the last time, "2025-03-03T10:11"; first byte 0: none yet */
    int64_t minute_us; /* when that was */
};
/* As hr_time_parse_iso; zeroed before the first call. */
bool hr__iso_time(struct hr__iso_clock *clock, const char *text, size_t len, int64_t *ret);

#endif
