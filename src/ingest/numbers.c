/* numbers.c: see numbers.h. On the hot path of every format: no strtod, no copies. */
#include "ingest/numbers.h"

#include <math.h>
#include <string.h>

#include "ingest/words.h"

#define FRACTION_DIGITS 9  /* that count; nanoseconds of a second */
#define WHOLE_DIGITS    19 /* fit a uint64_t; a time in nanoseconds has so many */
#define NATURAL_DIGITS  18 /* fit an int64_t */
#define ONE             INT64_C(1000000000)

static const int64_t tens[FRACTION_DIGITS + 1] = {1,      10,      100,      1000,      10000,
                                                  100000, 1000000, 10000000, 100000000, ONE};

static const struct hr__unit units[] = {
    {"ns", HR__UNIT_TIME, 1, 1000},      {"us", HR__UNIT_TIME, 1, 1},
    {"ms", HR__UNIT_TIME, 1000, 1},      {"s", HR__UNIT_TIME, 1000000, 1},
    {"min", HR__UNIT_TIME, 60000000, 1}, {"h", HR__UNIT_TIME, 3600000000, 1},
    {"B", HR__UNIT_SIZE, 1, 1024},       {"KB", HR__UNIT_SIZE, 1, 1},
    {"MB", HR__UNIT_SIZE, 1024, 1},      {"GB", HR__UNIT_SIZE, 1048576, 1},
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

#define ONES UINT64_C(0x0101010101010101)

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define WORDS_READ_FORWARD true
#else
#define WORDS_READ_FORWARD false /* all goes digit by digit */
#endif

/* Eight digits at once (the well known trick of three multiplications); false when not all are. */
static inline bool eight_digits(uint64_t word, uint64_t *ret)
{
    if (!WORDS_READ_FORWARD ||
        ((word & ONES * 0xf0) | (((word + ONES * 0x06) & ONES * 0xf0) >> 4)) != ONES * 0x33) {
        return false;
    }
    word = (word & ONES * 0x0f) * 2561 >> 8;
    word = (word & UINT64_C(0x00ff00ff00ff00ff)) * 6553601 >> 16;
    *ret = (word & UINT64_C(0x0000ffff0000ffff)) * UINT64_C(42949672960001) >> 32;
    return true;
}

/* 1 to 8 bytes that are digits and perhaps one point, without a branch on how many stand where;
 * *places behind the point, -1 without one. */
static inline bool word_number(const char *text, size_t len, uint64_t *value, int *places)
{
    uint64_t word = hr__word_short(text, len), others = word ^ ONES * '.';
    uint64_t points = (others - ONES) & ~others & ONES * 0x80; /* its lowest bit is the first one */
    *places = -1;
    if (points != 0) {
        unsigned below = (unsigned)__builtin_ctzll(points) / 8 * 8; /* bits before the point */
        *places = (int)(--len - below / 8);
        word = (word & ((UINT64_C(1) << below) - 1)) | (word >> 8 >> below << below);
    }
    if (len == 0) {
        return false;
    }
    unsigned missing = (unsigned)(HR__WORD - len) * 8; /* bits, to be filled with leading zeros */
    word = word << missing | (ONES * '0' & ((UINT64_C(1) << missing) - 1));
    return eight_digits(word, value);
}

/* The digits at *at, up to `most` of them, appended to *value; further ones are only passed.
 * Returns how many there were. */
static inline size_t take_digits(const char **at, const char *end, size_t most, uint64_t *value)
{
    const char *p = *at;
    const char *full = (size_t)(end - p) > most ? p + most : end;
    uint64_t v = *value, eight;
    unsigned digit;
    while ((size_t)(full - p) >= HR__WORD && eight_digits(hr__word(p), &eight)) {
        v = v * 100000000 + eight;
        p += HR__WORD;
    }
    while (p < full && (digit = (unsigned)(*p - '0')) < 10) {
        v = v * 10 + digit;
        p++;
    }
    while (p < end && (unsigned)(*p - '0') < 10) {
        p++;
    }
    size_t count = (size_t)(p - *at);
    *at = p;
    *value = v;
    return count;
}

/* The exponent of a unit that is a power of ten of ours, -1 for others. */
static inline int decimal_exponent(const struct hr__unit *unit)
{
    return unit->times == 1000000 ? 6 : unit->times == 1000 ? 3 : unit->times == 1 ? 0 : -1;
}

/* 9 to 18 bytes that are digits and perhaps one point. */
static inline bool digit_number(const char *text, size_t len, uint64_t *value, int *places)
{
    const char *at = text, *end = text + len, *point = NULL;
    uint64_t v = 0;
    at += eight_digits(hr__word(text), &v) ? HR__WORD : 0;
    for (; at < end; at++) {
        unsigned digit = (unsigned)(*at - '0');
        if (digit < 10) {
            v = v * 10 + digit;
        } else if (*at == '.' && point == NULL) {
            point = at;
        } else {
            return false;
        }
    }
    *value = v;
    *places = point == NULL ? -1 : (int)(end - point) - 1;
    return true;
}

/* `1740960000.123456` s, `17.25` ms, `512` MB: no sign, and nothing to round. Nearly every number
 * of a log is such a one; false leaves the others to the long way. */
static inline bool short_number(const char *text, size_t len, const struct hr__unit *unit,
                                int64_t *ret)
{
    int places;
    uint64_t value;
    if (len - 1 >= NATURAL_DIGITS || unit->per != 1 ||
        !(len <= HR__WORD ? word_number(text, len, &value, &places)
                          : digit_number(text, len, &value, &places))) {
        return false;
    }
    int64_t times = unit->times;
    if (places > 0) {
        int exponent = decimal_exponent(unit);
        times = places <= exponent ? tens[exponent - places] : 0;
    }
    return times > 0 && !__builtin_mul_overflow((int64_t)value, times, ret);
}

/* Any number: signs, exponents, more digits than fit, figures to be rounded. */
static bool long_number(const char *text, size_t len, const struct hr__unit *unit, int64_t *ret)
{
    const char *at = text, *end = text + len;
    bool negative = len > 0 && text[0] == '-';
    at += negative || (len > 0 && text[0] == '+');
    uint64_t unsigned_whole = 0, parts = 0;
    size_t digits = take_digits(&at, end, WHOLE_DIGITS, &unsigned_whole), places = 0;
    if (digits > WHOLE_DIGITS || unsigned_whole > INT64_MAX) {
        return number_by_double(text, len, unit, ret);
    }
    if (at < end && *at == '.') {
        at++;
        places = take_digits(&at, end, FRACTION_DIGITS, &parts);
    }
    int64_t whole = (int64_t)unsigned_whole;
    int64_t fraction = (int64_t)parts; /* in units of 10^-9 */
    fraction *= places < FRACTION_DIGITS ? tens[FRACTION_DIGITS - places] : 1;
    if (digits + places == 0) {
        return false;
    }
    if (at < end) {
        return number_by_double(text, len, unit, ret);
    }
    /* fraction < 10^9 and times <= 3.6 * 10^9, so their product fits; 10^9 is a constant, so no
     * division is made for it. */
    int64_t scaled;
    if (__builtin_mul_overflow(whole, unit->times, &scaled)) {
        return false;
    }
    if (unit->per == 1) {
        fraction = (fraction * unit->times + ONE / 2) / ONE;
    } else {
        fraction = ((scaled % unit->per) * ONE + fraction * unit->times + unit->per * (ONE / 2)) /
                   (unit->per * ONE);
        scaled /= unit->per;
    }
    if (__builtin_add_overflow(scaled, fraction, &scaled)) {
        return false;
    }
    *ret = negative ? -scaled : scaled;
    return true;
}

bool hr__number(const char *text, size_t len, const struct hr__unit *unit, int64_t *ret)
{
    return short_number(text, len, unit, ret) || long_number(text, len, unit, ret);
}

bool hr__natural(const char *text, size_t len, int64_t *ret)
{
    int64_t value = 0;
    if (len == 0 || len > NATURAL_DIGITS) {
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
