/* durations.c: see durations.h. */
#include "ingest/durations.h"

#include <string.h>

static bool is_figure(char c)
{
    return (c >= '0' && c <= '9') || c == '.' || c == '+' || c == '-';
}

/* The unit that a text names: those of --map, and Go's m and micro sign. */
static const struct hr__unit *unit_named(const char *text, size_t len)
{
    static const char *const other[][2] = {{"m", "min"}, {"\xc2\xb5s", "us"}, {"\xce\xbcs", "us"}};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        if (strlen(other[i][0]) == len && memcmp(other[i][0], text, len) == 0) {
            return hr__unit_find(other[i][1], strlen(other[i][1]), HR__UNIT_TIME);
        }
    }
    return hr__unit_find(text, len, HR__UNIT_TIME);
}

/* `1m2.5s`: figures and units in turn. */
static bool read_with_units(const char *text, size_t len, int64_t *ret)
{
    const char *at = text, *end = text + len;
    *ret = 0;
    while (at < end) {
        const char *figure = at;
        while (at < end && is_figure(*at)) {
            at++;
        }
        const char *name = at;
        while (at < end && !is_figure(*at)) {
            at++;
        }
        const struct hr__unit *unit = unit_named(name, (size_t)(at - name));
        int64_t part;
        if (unit == NULL || !hr__number(figure, (size_t)(name - figure), unit, &part) ||
            __builtin_add_overflow(*ret, part, ret)) {
            return false;
        }
    }
    return len > 0;
}

/* What is out of range is a duration, but no good one. */
static bool in_range(int64_t *ret)
{
    *ret = *ret < 0 || *ret >= HR_TIME_MAX ? HR__DURATION_BAD : *ret;
    return true;
}

static bool read_one(const char *text, size_t len, const struct hr__unit *unit, int64_t *ret)
{
    return (hr__number(text, len, unit, ret) || read_with_units(text, len, ret)) && in_range(ret);
}

/* One for each upstream that was tried: commas inside a group, colons between groups. */
static bool read_list(const char *text, size_t len, const struct hr__unit *unit, int64_t *ret)
{
    const char *at = text, *end = text + len;
    int64_t sum = HR_UNKNOWN, part;
    while (at < end) {
        while (at < end && (*at == ' ' || *at == ',' || *at == ':')) {
            at++;
        }
        const char *begin = at;
        while (at < end && *at != ' ' && *at != ',' && *at != ':') {
            at++;
        }
        size_t part_len = (size_t)(at - begin);
        if (part_len == 0 || (part_len == 1 && *begin == '-')) {
            continue;
        }
        if (!read_one(begin, part_len, unit, &part)) {
            return false;
        }
        if (part < 0 || __builtin_add_overflow(sum == HR_UNKNOWN ? 0 : sum, part, &sum) ||
            sum >= HR_TIME_MAX) {
            *ret = HR__DURATION_BAD;
            return true;
        }
    }
    *ret = sum;
    return true;
}

bool hr__duration_read(const char *text, size_t len, const struct hr__unit *unit, int64_t *ret)
{
    if (len == 0 || (len == 1 && text[0] == '-')) {
        *ret = HR_UNKNOWN;
        return true;
    }
    if (hr__number(text, len, unit, ret)) {
        return in_range(ret);
    }
    if (memchr(text, ',', len) != NULL || memchr(text, ' ', len) != NULL) {
        return read_list(text, len, unit, ret);
    }
    return read_with_units(text, len, ret) && in_range(ret);
}
