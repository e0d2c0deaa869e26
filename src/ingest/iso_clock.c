/* iso_clock.c: see iso_clock.h. */
#include "ingest/iso_clock.h"

#include <string.h>

#define MINUTE_LEN sizeof(((struct hr__iso_clock *)0)->minute)

/* `2025-03-03T10:11:12[.5][Z]` in the minute of the last one, to the microsecond; false leaves
 * anything else to the long way. */
static bool time_in_minute(const struct hr__iso_clock *clock, const char *text, size_t len,
                           int64_t *ret)
{
    const char *at = text + MINUTE_LEN, *end = text + len;
    if (len < MINUTE_LEN + 3 || clock->minute[0] == '\0' ||
        memcmp(text, clock->minute, MINUTE_LEN) != 0 || at[0] != ':') {
        return false;
    }
    unsigned ten = (unsigned)(at[1] - '0'), one = (unsigned)(at[2] - '0'), digit;
    if (ten > 5 || one > 9) {
        return false;
    }
    int64_t us = (int64_t)(ten * 10 + one) * HR_SECOND, scale = HR_SECOND / 10;
    at += 3;
    if (at < end && *at == '.') {
        const char *first = ++at;
        while (at < end && scale > 0 && (digit = (unsigned)(*at - '0')) < 10) {
            us += digit * scale;
            scale /= 10;
            at++;
        }
        if (at == first) {
            return false;
        }
    }
    at += at < end && *at == 'Z';
    *ret = clock->minute_us + us;
    return at == end;
}

bool hr__iso_time(struct hr__iso_clock *clock, const char *text, size_t len, int64_t *ret)
{
    bool has_offset;
    if (time_in_minute(clock, text, len, ret)) {
        return true;
    }
    if (!hr_time_parse_iso(text, len, ret, &has_offset)) {
        return false;
    }
    bool utc = !has_offset || text[len - 1] == 'Z';
    if (utc && len > MINUTE_LEN && text[MINUTE_LEN] == ':' &&
        hr_time_parse_iso(text, MINUTE_LEN, &clock->minute_us, NULL)) {
        memcpy(clock->minute, text, MINUTE_LEN);
    }
    return true;
}
