/* numbers.c: see numbers.h. On the hot path of every format: no strtod, no copies. */
#include "ingest/numbers.h"

#include <math.h>
#include <string.h>

#define FRACTION_DIGITS 9  /* that count; nanoseconds of a second */
#define WHOLE_DIGITS    18 /* fit an int64_t */

static const struct hr__unit units[] = {
    {"ns", HR__UNIT_TIME, 1, 1000},          {"us", HR__UNIT_TIME, 1, 1},
    {"ms", HR__UNIT_TIME, 1000, 1},          {"s", HR__UNIT_TIME, 1000000, 1},
    {"min", HR__UNIT_TIME, 60000000, 1},     {"h", HR__UNIT_TIME, 3600000000, 1},
    {"B", HR__UNIT_SIZE, 1, 1024},           {"KB", HR__UNIT_SIZE, 1, 1},
    {"MB", HR__UNIT_SIZE, 1024, 1},          {"GB", HR__UNIT_SIZE, 1048576, 1},
};

const struct hr__unit *hr__unit_find(const char *name, size_t len, enum hr__unit_kind kind)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (units[i].kind == kind && strlen(units[i].name) == len &&
            memcmp(units[i].name, name, len) == 0) {
            return &units[i];
        }
    }
    return NULL;
}

static bool digit_at(const char *text, size_t len, size_t i)
{
    return i < len && text[i] >= '0' && text[i] <= '9';
}

/* With an exponent, or more digits than fit: through double. */
static bool number_by_double(const char *text, size_t len, const struct hr__unit *unit,
                             int64_t *ret)
{
    double value;
    if (!hr_parse_double(text, len, &value)) {
        return false;
    }
    value = value * (double)unit->times / (double)unit->per;
    if (!(fabs(value) < 9.0e18)) {
        return false;
    }
    *ret = llround(value);
    return true;
}

bool hr__number(const char *text, size_t len, const struct hr__unit *unit, int64_t *ret)
{
    size_t i = 0;
    bool negative = len > 0 && text[0] == '-';
    i += negative || (len > 0 && text[0] == '+');
    size_t begin = i;
    int64_t whole = 0, fraction = 0, scale = 1;
    for (; digit_at(text, len, i); i++) {
        if (i - begin == WHOLE_DIGITS) {
            return number_by_double(text, len, unit, ret);
        }
        whole = whole * 10 + (text[i] - '0');
    }
    size_t digits = i - begin;
    if (i < len && text[i] == '.') {
        size_t point = i++;
        for (; digit_at(text, len, i); i++) {
            if (i - point <= FRACTION_DIGITS) {
                fraction = fraction * 10 + (text[i] - '0');
                scale *= 10;
            }
        }
        digits += i - point - 1;
    }
    if (digits == 0) {
        return false;
    }
    if (i < len) {
        return number_by_double(text, len, unit, ret);
    }
    /* fraction < 10^9 and times <= 3.6 * 10^9, so their product fits. */
    int64_t scaled, divisor = scale * unit->per;
    if (__builtin_mul_overflow(whole, unit->times, &scaled)) {
        return false;
    }
    int64_t rest = (scaled % unit->per) * scale + fraction * unit->times;
    scaled = scaled / unit->per;
    if (__builtin_add_overflow(scaled, (rest + divisor / 2) / divisor, &scaled)) {
        return false;
    }
    *ret = negative ? -scaled : scaled;
    return true;
}

bool hr__natural(const char *text, size_t len, int64_t *ret)
{
    int64_t value = 0;
    if (len == 0 || len > WHOLE_DIGITS) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (!digit_at(text, len, i)) {
            return false;
        }
        value = value * 10 + (text[i] - '0');
    }
    *ret = value;
    return true;
}

int hr__fraction_digits(const char *text, size_t len)
{
    size_t i = len > 0 && (text[0] == '-' || text[0] == '+');
    size_t begin = i;
    while (digit_at(text, len, i)) {
        i++;
    }
    if (i == begin) {
        return -1;
    }
    if (i == len) {
        return 0;
    }
    size_t point = i++;
    if (text[point] != '.') {
        return -1;
    }
    while (digit_at(text, len, i)) {
        i++;
    }
    size_t digits = i - point - 1;
    return i < len ? -1 : (int)(digits < FRACTION_DIGITS ? digits : FRACTION_DIGITS);
}
