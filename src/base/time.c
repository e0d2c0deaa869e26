/* time.c: civil dates and microseconds since the epoch.
 *
 * The calendar arithmetic is Howard Hinnant's days_from_civil (public domain note "chrono-
 * Compatible Low-Level Date Algorithms"): years begin in March, so the leap day comes last.
 */
#include "headroom/base.h"

#include <string.h>

static int64_t days_from_civil(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int days_in_month(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

bool hr_time_from_civil(const struct hr_civil *c, int64_t *ret)
{
    if (c->year < 0 || c->year > 9999 || c->month < 1 || c->month > 12 || c->day < 1 ||
        c->day > days_in_month(c->year, c->month) || c->hour < 0 || c->hour > 23 || c->minute < 0 ||
        c->minute > 59 || c->second < 0 || c->second > 60 || c->microsecond < 0 ||
        c->microsecond > 999999) /* second 60: a leap second counts as the next minute's first */
        return false;
    *ret = days_from_civil(c->year, c->month, c->day) * HR_DAY + c->hour * HR_HOUR +
           c->minute * HR_MINUTE + c->second * HR_SECOND + c->microsecond;
    return true;
}

struct hr_civil hr_time_to_civil(int64_t time)
{
    int64_t days = time / HR_DAY, rest = time % HR_DAY;
    if (rest < 0) {
        rest += HR_DAY;
        days--;
    }
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    struct hr_civil c = {.day = (int)(of_year - (153 * month + 2) / 5 + 1),
                         .month = (int)(month < 10 ? month + 3 : month - 9),
                         .hour = (int)(rest / HR_HOUR),
                         .minute = (int)(rest % HR_HOUR / HR_MINUTE),
                         .second = (int)(rest % HR_MINUTE / HR_SECOND),
                         .microsecond = (int)(rest % HR_SECOND)};
    c.year = (int)(year + era * 400 + (c.month <= 2));
    return c;
}

/* Reads exactly `count` digits at *at. */
static inline bool digits(const char *text, size_t len, size_t *at, int count, int *ret)
{
    int value = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (*at >= len || text[*at] < '0' || text[*at] > '9')
            return false;
        value = value * 10 + (text[*at] - '0');
    }
    *ret = value;
    return true;
}

static inline bool literal(const char *text, size_t len, size_t *at, const char *any_of)
{
    for (; *at < len && *any_of; any_of++) /* on the way of every line: no call for it */
        if (text[*at] == *any_of) {
            (*at)++;
            return true;
        }
    return false;
}

/* A fraction of 1 to 9 digits; digits beyond the microsecond are cut. */
static bool fraction(const char *text, size_t len, size_t *at, int *ret)
{
    int count = 0, value = 0;
    for (; *at < len && text[*at] >= '0' && text[*at] <= '9'; (*at)++, count++)
        if (count < 6)
            value = value * 10 + (text[*at] - '0');
    for (int i = count; i < 6; i++)
        value *= 10;
    *ret = value;
    return count >= 1 && count <= 9;
}

static bool offset(const char *text, size_t len, size_t *at, int64_t *ret_us, bool *has_offset)
{
    *ret_us = 0;
    *has_offset = *at < len;
    if (*at == len)
        return true;
    if (literal(text, len, at, "Zz"))
        return *at == len;
    int hours, minutes, sign = text[*at] == '-' ? -1 : 1;
    if (!literal(text, len, at, "+-") || !digits(text, len, at, 2, &hours))
        return false;
    literal(text, len, at, ":");
    if (!digits(text, len, at, 2, &minutes) || hours > 14 || minutes > 59)
        return false;
    *ret_us = sign * (hours * HR_HOUR + minutes * HR_MINUTE);
    return *at == len;
}

bool hr_time_parse_iso(const char *text, size_t len, int64_t *ret, bool *has_offset)
{
    struct hr_civil c = {0};
    size_t at = 0;
    int64_t shift = 0, time = 0;
    bool told = false;
    if (!digits(text, len, &at, 4, &c.year) || !literal(text, len, &at, "-") ||
        !digits(text, len, &at, 2, &c.month) || !literal(text, len, &at, "-") ||
        !digits(text, len, &at, 2, &c.day))
        return false;
    if (at < len) { /* a bare date is its midnight */
        if (!literal(text, len, &at, "Tt ") || !digits(text, len, &at, 2, &c.hour) ||
            !literal(text, len, &at, ":") || !digits(text, len, &at, 2, &c.minute))
            return false;
        if (literal(text, len, &at, ":") && !digits(text, len, &at, 2, &c.second))
            return false;
        if (literal(text, len, &at, ".,") && !fraction(text, len, &at, &c.microsecond))
            return false;
        if (at + 1 < len && text[at] == ' ' && (text[at + 1] == '+' || text[at + 1] == '-'))
            at++;
    }
    if (!offset(text, len, &at, &shift, &told) || !hr_time_from_civil(&c, &time))
        return false;
    *ret = time - shift;
    if (has_offset)
        *has_offset = told;
    return true;
}

char *hr_time_format(char buf[HR_TIME_TEXT], int64_t time)
{
    struct hr_civil c = hr_time_to_civil(time);
    int n = snprintf(buf, HR_TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day,
                     c.hour, c.minute, c.second);
    if (c.microsecond) {
        n += snprintf(buf + n, (size_t)(HR_TIME_TEXT - n), ".%06d", c.microsecond);
        while (buf[n - 1] == '0')
            n--;
    }
    snprintf(buf + n, (size_t)(HR_TIME_TEXT - n), "Z");
    return buf;
}

char *hr_duration_format(char buf[HR_TIME_TEXT], int64_t us)
{
    static const struct {
        int64_t size;
        const char *name;
    } units[] = {{HR_DAY, "d"}, {HR_HOUR, "h"}, {HR_MINUTE, "min"}, {HR_SECOND, "s"}};
    const char *sign = us < 0 ? "-" : "";
    uint64_t size = us < 0 ? 0 - (uint64_t)us : (uint64_t)us;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        uint64_t unit = (uint64_t)units[i].size;
        if (size < unit)
            continue;
        if (i == 3) { /* seconds carry a fraction instead of a second unit */
            snprintf(buf, HR_TIME_TEXT, "%s%.3g s", sign, (double)size / (double)unit);
            return buf;
        }
        uint64_t rest = size % unit / (uint64_t)units[i + 1].size;
        int n = snprintf(buf, HR_TIME_TEXT, "%s%llu %s", sign, (unsigned long long)(size / unit),
                         units[i].name);
        if (rest)
            snprintf(buf + n, (size_t)(HR_TIME_TEXT - n), " %llu %s", (unsigned long long)rest,
                     units[i + 1].name);
        return buf;
    }
    if (size >= (uint64_t)HR_MILLISECOND || size == 0)
        snprintf(buf, HR_TIME_TEXT, "%s%.4g ms", sign, (double)size / 1000.0);
    else
        snprintf(buf, HR_TIME_TEXT, "%s%llu us", sign, (unsigned long long)size);
    return buf;
}

char *hr_span_format(char buf[HR_TIME_TEXT], int64_t us)
{
    int64_t days = us / HR_DAY + (us % HR_DAY >= HR_DAY / 2);
    int64_t whole = days * HR_DAY, off = us > whole ? us - whole : whole - us;
    return hr_duration_format(buf, days > 0 && off <= whole / 100 ? whole : us);
}
