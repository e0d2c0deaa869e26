/* zone.c: see zone.h. Times beyond the table follow the rule of its last line, written out year by
 * year up to the end of the times that are accepted, so that a look-up has one way only.
 */
#include "ingest/zone.h"

#include <stdlib.h>
#include <string.h>

#define FOLDER     "/usr/share/zoneinfo/"
#define NAME_BYTES 64
#define FILE_BYTES ((size_t)1 << 20)
#define SPANS_MAX  4096
#define HEADER     44 /* bytes of a TZif header */
#define COUNTS_AT  20 /* of its six counts */
#define LAST_YEAR  2200
#define STEPS_BACK                                                                                 \
    (5 * HR_MINUTE) /* lines are written when requests end, so they step back a bit */

/* ---- the table */

static int64_t big_endian(const unsigned char *bytes, size_t n)
{
    uint64_t value = bytes[0] & 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < n; i++) {
        value = value << 8 | bytes[i];
    }
    return (int64_t)value;
}

static bool add_span(struct hr__zone *zone, int64_t from_us, int64_t offset_us,
                     struct hr_error *err)
{
    void *items = zone->span;
    if (!hr_grow(&items, &zone->capacity, zone->count + 1, sizeof *zone->span, SPANS_MAX, err)) {
        return false;
    }
    zone->span = items;
    zone->span[zone->count++] = (struct hr__zone_span){.from_us = from_us, .offset_us = offset_us};
    return true;
}

/* The counts of a header: isut, isstd, leap, time, type, char. */
struct counts {
    size_t isut, isstd, leap, time, type, letters;
};

static bool read_counts(const unsigned char *at, size_t left, struct counts *ret)
{
    if (left < HEADER || memcmp(at, "TZif", 4) != 0) {
        return false;
    }
    size_t n[6];
    for (size_t i = 0; i < 6; i++) {
        n[i] = (size_t)big_endian(at + COUNTS_AT + 4 * i, 4);
        if (n[i] > FILE_BYTES) {
            return false;
        }
    }
    *ret = (struct counts){n[0], n[1], n[2], n[3], n[4], n[5]};
    return n[4] > 0;
}

static size_t body_bytes(const struct counts *n, size_t time_bytes)
{
    return n->time * time_bytes + n->time + n->type * 6 + n->letters + n->leap * (time_bytes + 4) +
           n->isstd + n->isut;
}

/* The second body, of 64-bit times. */
static bool read_body(struct hr__zone *zone, const unsigned char *at, const struct counts *n,
                      struct hr_error *err)
{
    const unsigned char *index = at + 8 * n->time, *types = index + n->time;
    if (!add_span(zone, INT64_MIN, big_endian(types, 4) * HR_SECOND, err)) {
        return false;
    }
    for (size_t i = 0; i < n->time; i++) {
        int64_t seconds = big_endian(at + 8 * i, 8);
        if (index[i] >= n->type) {
            return hr_fail(err, HR_EINPUT, "a time zone of the system is damaged");
        }
        int64_t offset = big_endian(types + (size_t)6 * index[i], 4) * HR_SECOND;
        if (seconds < -HR_TIME_MAX / HR_SECOND || seconds > HR_TIME_MAX / HR_SECOND) {
            zone->span[0].offset_us = offset; /* before any time that a log tells */
        } else if (!add_span(zone, seconds * HR_SECOND, offset, err)) {
            return false;
        }
    }
    return true;
}

/* ---- the rule: CET-1CEST,M3.5.0,M10.5.0/3 */

struct change {
    int month, week, weekday;
    int64_t time_us; /* of the day, local */
};

static const char *skip_letters(const char *at)
{
    if (*at == '<') {
        at = strchr(at, '>');
        return at == NULL ? "" : at + 1;
    }
    while ((*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z')) {
        at++;
    }
    return at;
}

static const char *read_int(const char *at, int *ret)
{
    *ret = 0;
    while (*at >= '0' && *at <= '9' && *ret < 1000) {
        *ret = *ret * 10 + (*at++ - '0');
    }
    return at;
}

/* [+-]hh[:mm[:ss]] */
static const char *read_clock(const char *at, int64_t *ret)
{
    int sign = *at == '-' ? -1 : 1, part;
    int64_t unit = HR_HOUR;
    at += *at == '-' || *at == '+';
    at = read_int(at, &part);
    *ret = part * unit;
    while (*at == ':') {
        unit /= 60;
        at = read_int(at + 1, &part);
        *ret += part * unit;
    }
    *ret *= sign;
    return at;
}

/* ,Mm.w.d[/time]; NULL for the other kinds of rules, which no zone of today uses. */
static const char *read_change(const char *at, struct change *ret)
{
    *ret = (struct change){.time_us = 2 * HR_HOUR};
    if (at[0] != ',' || at[1] != 'M') {
        return NULL;
    }
    at = read_int(at + 2, &ret->month);
    at = *at == '.' ? read_int(at + 1, &ret->week) : at;
    at = *at == '.' ? read_int(at + 1, &ret->weekday) : at;
    if (*at == '/') {
        at = read_clock(at + 1, &ret->time_us);
    }
    return ret->month >= 1 && ret->month <= 12 && ret->week >= 1 && ret->week <= 5 ? at : NULL;
}

/* When a change happens in a year, by the local clock. */
static int64_t change_in(const struct change *change, int year)
{
    struct hr_civil first = {.year = year, .month = change->month, .day = 1};
    struct hr_civil next = {
        .year = year + change->month / 12, .month = change->month % 12 + 1, .day = 1};
    int64_t begin = 0, end = 0;
    (void)hr_time_from_civil(&first, &begin);
    (void)hr_time_from_civil(&next, &end);
    int64_t weekday = (begin / HR_DAY + 4) % 7; /* 1970-01-01 was a Thursday */
    int64_t day =
        begin + (change->weekday - weekday + 7) % 7 * HR_DAY + (change->week - 1) * HR_WEEK;
    while (day >= end) {
        day -= HR_WEEK; /* week 5 is the last one */
    }
    return day + change->time_us;
}

/* Writes the rule out, from the table's end on. */
static bool follow_rule(struct hr__zone *zone, const char *rule, struct hr_error *err)
{
    int64_t standard, summer;
    struct change begin, end;
    const char *at = read_clock(skip_letters(rule), &standard);
    standard = -standard;
    summer = standard + HR_HOUR;
    if (*at == '\0') {
        return true; /* no summer time: the last offset holds */
    }
    at = skip_letters(at);
    if (*at != ',' && *at != '\0') {
        at = read_clock(at, &summer);
        summer = -summer;
    }
    at = read_change(at, &begin);
    if (at == NULL || read_change(at, &end) == NULL) {
        return true;
    }
    int64_t last = zone->span[zone->count - 1].from_us;
    int year = last < 0 ? 1970 : hr_time_to_civil(last).year;
    for (; year < LAST_YEAR; year++) {
        int64_t on = change_in(&begin, year) - standard, off = change_in(&end, year) - summer;
        bool north = on < off;
        for (int i = 0; i < 2; i++) {
            bool is_on = (i == 0) == north;
            int64_t from = is_on ? on : off;
            if (from > last && !add_span(zone, from, is_on ? summer : standard, err)) {
                return false;
            }
        }
    }
    return true;
}

static bool read_zone(struct hr__zone *zone, const char *file, size_t len, struct hr_error *err)
{
    const unsigned char *at = (const unsigned char *)file;
    struct counts n;
    size_t left = len;
    if (!read_counts(at, left, &n) || at[4] < '2' || body_bytes(&n, 4) + HEADER > left) {
        return hr_fail(err, HR_EINPUT, "not a compiled time zone of version 2");
    }
    at += HEADER + body_bytes(&n, 4);
    left -= HEADER + body_bytes(&n, 4);
    if (!read_counts(at, left, &n) || body_bytes(&n, 8) + HEADER > left) {
        return hr_fail(err, HR_EINPUT, "a compiled time zone that is cut");
    }
    if (!read_body(zone, at + HEADER, &n, err)) {
        return false;
    }
    const char *rule = (const char *)at + HEADER + body_bytes(&n, 8);
    if (rule >= file + len || *rule != '\n') {
        return true;
    }
    char text[NAME_BYTES] = "";
    size_t rule_len = strcspn(rule + 1, "\n");
    memcpy(text, rule + 1, rule_len < sizeof text ? rule_len : 0);
    return follow_rule(zone, text, err);
}

bool hr__zone_open(struct hr__zone *zone, const char *name, struct hr_error *err)
{
    char path[sizeof FOLDER + NAME_BYTES];
    struct hr_error why = {0};
    size_t len = strlen(name), file_len = 0;
    *zone = (struct hr__zone){0};
    bool plain = len > 0 && len < NAME_BYTES && name[0] != '/' && name[0] != '.' &&
                 strstr(name, "..") == NULL;
    (void)snprintf(path, sizeof path, "%s%s", FOLDER, plain ? name : "");
    char *file = plain ? hr_file_read(path, FILE_BYTES, &file_len, &why) : NULL;
    bool done = file != NULL && read_zone(zone, file, file_len, &why);
    free(file);
    return done || hr_fail(err, HR_EUSAGE,
                           "--timezone %.*s: the system knows no such time zone; names are as "
                           "Europe/Berlin, America/New_York, UTC",
                           NAME_BYTES, name);
}

void hr__zone_close(struct hr__zone *zone)
{
    free(zone->span);
    *zone = (struct hr__zone){0};
}

/* ---- look-ups */

static bool holds(const struct hr__zone *zone, size_t i, int64_t utc)
{
    return utc >= zone->span[i].from_us &&
           (i + 1 == zone->count || utc < zone->span[i + 1].from_us);
}

/* The last span that begins before a time. */
static size_t span_at(const struct hr__zone *zone, int64_t utc)
{
    size_t low = 0, high = zone->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zone->span[middle].from_us <= utc) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

bool hr__zone_utc(struct hr__zone *zone, int64_t local_us, int64_t after_us, int64_t *ret)
{
    int64_t found[2];
    size_t count = 0;
    if (zone->last < zone->count) { /* far from its edges the last span is the only one */
        const struct hr__zone_span *span = &zone->span[zone->last];
        int64_t utc = local_us - span->offset_us;
        if (holds(zone, zone->last, utc - HR_DAY) && holds(zone, zone->last, utc + HR_DAY)) {
            *ret = utc;
            return true;
        }
    }
    size_t middle = span_at(zone, local_us);
    for (size_t i = middle > 1 ? middle - 2 : 0; i < zone->count && i <= middle + 2; i++) {
        int64_t utc = local_us - zone->span[i].offset_us;
        if (holds(zone, i, utc) && count < 2) {
            found[count++] = utc;
            zone->last = i;
        }
    }
    if (count == 0) {
        return false;
    }
    bool gone_by = count == 2 && after_us != HR_UNKNOWN && found[0] < after_us - STEPS_BACK;
    *ret = found[gone_by];
    return true;
}
