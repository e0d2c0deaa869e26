/* durations.h: durations as logs write them: a number, a list of numbers, a text with its unit.
 */
#ifndef INGEST_DURATIONS_H
#define INGEST_DURATIONS_H

#include "ingest/numbers.h"

/* `0.031`, `-` (HR_UNKNOWN), nginx's lists `0.001, 0.002 : 0.3` (their sum), `0.12s`, `1m2.5s`. A
 * number without a unit is in `unit`. False for what is no duration; a negative or endless one
 * gives HR__DURATION_BAD. */
#define HR__DURATION_BAD (HR_UNKNOWN - 1)
bool hr__duration_read(const char *text, size_t len, const struct hr__unit *unit, int64_t *ret);

#endif
