/* figures.c: grouping, decimals and units of the numbers on the screens. */
#include "tui/figures.h"

#include <math.h>
#include <string.h>

static char *absent(char *buf)
{
    snprintf(buf, HR__FIGURE, "-");
    return buf;
}

static char *grouped(char *buf, double value, int decimals)
{
    return isfinite(value) ? hr_format_grouped(buf, HR__FIGURE, value, decimals) : absent(buf);
}

char *hr__money(char buf[HR__FIGURE], double usd)
{
    return grouped(buf, usd, 2);
}

char *hr__unit_price(char buf[HR__FIGURE], double usd)
{
    hr_format_fixed(buf, HR__FIGURE, usd, 12);
    size_t len = strlen(buf);
    while (len > 1 && buf[len - 1] == '0' && buf[len - 2] != '.')
        buf[--len] = '\0';
    return buf;
}

char *hr__ms(char buf[HR__FIGURE], double ms)
{
    return grouped(buf, ms, ms < 9.95 ? 1 : 0);
}

char *hr__whole_ms(char buf[HR__FIGURE], double ms)
{
    if (!(ms > 0 && ms < 1))
        return grouped(buf, ms, 0);
    snprintf(buf, HR__FIGURE, "<1");
    return buf;
}

char *hr__count(char buf[HR__FIGURE], double n)
{
    return grouped(buf, n, 0);
}

char *hr__quantity(char buf[HR__FIGURE], double n)
{
    return grouped(buf, n, n >= 100 ? 0 : n >= 1 ? 2 : 4);
}

char *hr__attained(char buf[HR__FIGURE], double percent)
{
    return isfinite(percent) ? hr_format_down(buf, HR__FIGURE, percent, 2) : absent(buf);
}

char *hr__percent(char buf[HR__FIGURE], double percent, int decimals)
{
    if (!isfinite(percent))
        return absent(buf);
    return hr_format_fixed(buf, HR__FIGURE, percent, decimals);
}

/* Decimals that leave at least two significant digits of a small number. */
static int small_decimals(double value, int at_ten)
{
    return value >= 9.95 ? at_ten : value >= 0.95 ? at_ten + 1 : value >= 0.095 ? 2 : 3;
}

char *hr__rate(char buf[HR__FIGURE], double per_s)
{
    if (!(per_s > 0 && per_s < 0.0005))
        return grouped(buf, per_s, small_decimals(per_s, 1));
    snprintf(buf, HR__FIGURE, "<0.001");
    return buf;
}

char *hr__slots(char buf[HR__FIGURE], double slots)
{
    bool whole = fabs(slots - round(slots)) < 0.0005;
    return grouped(buf, slots, whole ? 0 : slots < 0.0095 ? 5 : small_decimals(slots, 0));
}

char *hr__bytes(char buf[HR__FIGURE], double bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    size_t unit = 0;
    while (bytes >= 999.5 && unit + 1 < sizeof units / sizeof units[0]) {
        bytes /= 1000;
        unit++;
    }
    snprintf(buf, HR__FIGURE, "%.*f %s", unit && bytes < 99.5 ? 1 : 0, bytes, units[unit]);
    return buf;
}

char *hr__date(char buf[HR__FIGURE], int64_t time)
{
    struct hr_civil civil = hr_time_to_civil(time);
    snprintf(buf, HR__FIGURE, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
    return buf;
}
