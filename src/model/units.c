/* units.c: durations, sizes, fractions, rates and money as people write them.
 *
 * A figure without its unit is refused: 512 may be bytes or megabytes, 300 seconds or minutes, and
 * a wrong guess makes a wrong bill. Only 0 needs none.
 */
#include "headroom/model.h"

#include <math.h>
#include <string.h>
#include <strings.h>

struct unit {
    const char *name;
    double factor; /* of the base unit: us, MB */
};

/* "m" is left out on purpose: minutes for one reader, months or milli for another. */
static const struct unit duration_units[] = {
    {"us", 1.0},       {"µs", 1.0},        {"μs", 1.0},           {"ms", 1e3},
    {"s", 1e6},        {"sec", 1e6},       {"second", 1e6},       {"seconds", 1e6},
    {"min", 60e6},     {"minute", 60e6},   {"minutes", 60e6},     {"h", 3600e6},
    {"hour", 3600e6},  {"hours", 3600e6},  {"d", 86400e6},        {"day", 86400e6},
    {"days", 86400e6}, {"w", 7 * 86400e6}, {"week", 7 * 86400e6}, {"weeks", 7 * 86400e6},
};

/* Providers write MB and GB and bill by 1024 (prices-aws: "a GB on that page is 1024^3 bytes"). */
static const struct unit size_units[] = {
    {"B", 1.0 / 1048576.0},
    {"bytes", 1.0 / 1048576.0},
    {"KB", 1.0 / 1024.0},
    {"KiB", 1.0 / 1024.0},
    {"MB", 1.0},
    {"MiB", 1.0},
    {"GB", 1024.0},
    {"GiB", 1024.0},
    {"TB", 1048576.0},
    {"TiB", 1048576.0},
};

static const struct unit rate_units[] = {
    {"s", 1.0},           {"sec", 1.0},         {"second", 1.0},
    {"min", 1.0 / 60},    {"minute", 1.0 / 60}, {"h", 1.0 / 3600},
    {"hour", 1.0 / 3600}, {"d", 1.0 / 86400},   {"day", 1.0 / 86400},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void trim(const char **text, size_t *len)
{
    while (*len > 0 && is_blank(**text)) {
        ++*text;
        --*len;
    }
    while (*len > 0 && is_blank((*text)[*len - 1]))
        --*len;
}

struct quantity {
    double number;    /* not negative */
    const char *unit; /* trimmed, may be empty */
    size_t unit_len;
};

/* Splits "1.5e3 ms". An `e` belongs to the number only when digits follow it. */
static bool split(const char *text, size_t len, struct quantity *ret)
{
    size_t end = 0;
    while (end < len && strchr("+-.0123456789", text[end]) && text[end] != '\0')
        end++;
    if (end > 0 && end < len && (text[end] == 'e' || text[end] == 'E')) {
        size_t digits = end + 1;
        if (digits < len && (text[digits] == '+' || text[digits] == '-'))
            digits++;
        size_t start = digits;
        while (digits < len && text[digits] >= '0' && text[digits] <= '9')
            digits++;
        if (digits > start)
            end = digits;
    }
    ret->unit = text + end;
    ret->unit_len = len - end;
    trim(&ret->unit, &ret->unit_len);
    return hr_parse_double(text, end, &ret->number) && ret->number >= 0;
}

static const struct unit *find_unit(const struct unit *units, size_t count, const char *text,
                                    size_t len, bool any_case)
{
    for (size_t i = 0; i < count; i++) {
        const char *name = units[i].name;
        if (strlen(name) == len &&
            (any_case ? strncasecmp(name, text, len) : strncmp(name, text, len)) == 0)
            return &units[i];
    }
    return NULL;
}

static bool with_unit(const char *text, size_t len, const struct unit *units, size_t count,
                      bool any_case, double *ret)
{
    struct quantity q;
    trim(&text, &len);
    if (!split(text, len, &q))
        return false;
    if (q.unit_len == 0) {
        *ret = 0;
        return q.number == 0;
    }
    const struct unit *unit = find_unit(units, count, q.unit, q.unit_len, any_case);
    if (!unit)
        return false;
    *ret = q.number * unit->factor;
    return isfinite(*ret);
}

bool hr_parse_duration(const char *text, size_t len, int64_t *ret_us)
{
    double us;
    if (!with_unit(text, len, duration_units, COUNT(duration_units), false, &us) ||
        us > (double)HR_TIME_MAX)
        return false;
    *ret_us = (int64_t)llround(us);
    return true;
}

bool hr_parse_size(const char *text, size_t len, double *ret_mb)
{
    return with_unit(text, len, size_units, COUNT(size_units), true, ret_mb);
}

bool hr_parse_fraction(const char *text, size_t len, double *ret)
{
    struct quantity q;
    trim(&text, &len);
    if (!split(text, len, &q))
        return false;
    if (q.unit_len == 1 && *q.unit == '%')
        q.number /= 100.0;
    else if (q.unit_len != 0)
        return false;
    *ret = q.number;
    return true;
}

bool hr_parse_rate(const char *text, size_t len, double *ret_per_s)
{
    struct quantity q;
    trim(&text, &len);
    if (!split(text, len, &q))
        return false;
    if (q.unit_len == 0 || *q.unit != '/') {
        *ret_per_s = 0;
        return q.unit_len == 0 && q.number == 0;
    }
    q.unit++;
    q.unit_len--;
    trim(&q.unit, &q.unit_len);
    const struct unit *per = find_unit(rate_units, COUNT(rate_units), q.unit, q.unit_len, false);
    if (!per)
        return false;
    *ret_per_s = q.number * per->factor;
    return true;
}

bool hr_parse_money(const char *text, size_t len, double *ret_usd)
{
    struct quantity q;
    trim(&text, &len);
    bool dollar = len > 0 && *text == '$';
    if (dollar) {
        text++;
        len--;
    }
    if (!split(text, len, &q))
        return false;
    bool named = q.unit_len == 3 && strncasecmp(q.unit, "USD", 3) == 0;
    if (q.unit_len != 0 && (!named || dollar))
        return false;
    *ret_usd = q.number;
    return true;
}

bool hr_parse_yes(const char *text, size_t len, bool *ret)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on"};
    trim(&text, &len);
    for (size_t i = 0; i < COUNT(words); i++) {
        if (strlen(words[i]) == len && strncasecmp(words[i], text, len) == 0) {
            *ret = i % 2 == 1;
            return true;
        }
    }
    return false;
}

char *hr_size_format(char buf[32], double mb)
{
    if (mb >= 1024.0 && fmod(mb, 512.0) == 0.0)
        snprintf(buf, 32, "%.15g GB", mb / 1024.0);
    else if (mb > 0 && mb < 1.0 && fmod(mb * 1024.0, 1.0) == 0.0)
        snprintf(buf, 32, "%.15g KB", mb * 1024.0);
    else
        snprintf(buf, 32, "%.15g MB", mb);
    return buf;
}
