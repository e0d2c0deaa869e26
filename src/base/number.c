/* number.c: numbers as people type and read them; setlocale never changes the decimal point,
 * because no program of ours sets LC_NUMERIC and strtod_l is given the C locale anyway. */
#include "headroom/base.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 63 /* longest number text accepted */

bool hr_parse_i64(const char *text, size_t len, int64_t *ret)
{
    bool negative = len > 0 && text[0] == '-';
    size_t i = len > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    if (i == len)
        return false;
    int64_t value = 0;
    for (; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        int64_t digit = text[i] - '0';
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value)) /* negative side: it is one longer */
            return false;
    }
    if (!negative && __builtin_sub_overflow(0, value, &value))
        return false;
    *ret = value;
    return true;
}

bool hr_parse_double(const char *text, size_t len, double *ret)
{
    char copy[NUMBER_MAX + 1];
    if (len == 0 || len > NUMBER_MAX)
        return false;
    for (size_t i = 0; i < len; i++) /* no blanks, hexadecimal, "nan" or "inf" */
        if (!strchr("0123456789+-.eE", text[i]) || text[i] == '\0')
            return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    char *end = NULL;
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!c_locale)
        return false;
    errno = 0;
    double value = strtod_l(copy, &end, c_locale);
    freelocale(c_locale);
    if (end != copy + len || !isfinite(value))
        return false;
    *ret = value;
    return true;
}

char *hr_format_fixed(char *buf, size_t size, double value, int decimals)
{
    snprintf(buf, size, "%.*f", decimals, value);
    if (buf[0] == '-' && strspn(buf + 1, "0.") == strlen(buf + 1))
        memmove(buf, buf + 1, strlen(buf)); /* "-0.00" is 0.00 */
    return buf;
}

char *hr_format_down(char *buf, size_t size, double value, int decimals)
{
    const double scale = pow(10, decimals);
    return hr_format_fixed(buf, size, floor(value * scale + 1e-6) / scale, decimals);
}

char *hr_format_significant(char *buf, size_t size, double value, int digits)
{
    const double magnitude = fabs(value) > 0 ? floor(log10(fabs(value))) : 0;
    const int decimals = magnitude < digits - 1 ? digits - 1 - (int)magnitude : 0;
    hr_format_fixed(buf, size, value, decimals);
    if (strchr(buf, '.')) {
        size_t len = strlen(buf);
        while (buf[len - 1] == '0')
            len--;
        buf[buf[len - 1] == '.' ? len - 1 : len] = '\0';
    }
    return buf;
}

char *hr_format_grouped(char *buf, size_t size, double value, int decimals)
{
    char plain[400];
    hr_format_fixed(plain, sizeof plain, value, decimals);
    size_t whole = strcspn(plain, "."), out = 0;
    size_t first = plain[0] == '-' ? 1 : 0;
    for (size_t i = 0; plain[i] && out + 2 < size; i++) {
        if (i > first && i < whole && (whole - i) % 3 == 0)
            buf[out++] = ' ';
        buf[out++] = plain[i];
    }
    buf[out] = '\0';
    return buf;
}
