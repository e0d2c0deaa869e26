/* exact.c: sums and products without loss of what a bill shows.
 *
 * two_sum is Knuth's (The Art of Computer Programming 2, 4.2.2), two_product takes the rounding
 * error from a fused multiply-add; both hold exactly in IEEE 754 arithmetic (Ogita, Rump, Oishi,
 * Accurate sum and dot product, SIAM J. Sci. Comput. 26, 2005).
 */
#include "price/exact.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS 15 /* every decimal figure of so many survives in a double */

static struct hr__exact two_sum(double a, double b)
{
    double sum = a + b, part = sum - a;
    return (struct hr__exact){sum, (a - (sum - part)) + (b - part)};
}

static struct hr__exact two_product(double a, double b)
{
    double product = a * b;
    return (struct hr__exact){product, fma(a, b, -product)};
}

struct hr__exact hr__exact_add(struct hr__exact a, struct hr__exact b)
{
    struct hr__exact high = two_sum(a.high, b.high), low = two_sum(a.low, b.low);
    high = two_sum(high.high, high.low + low.high);
    return two_sum(high.high, high.low + low.low);
}

struct hr__exact hr__exact_minus(struct hr__exact a, struct hr__exact b)
{
    return hr__exact_add(a, (struct hr__exact){-b.high, -b.low});
}

struct hr__exact hr__exact_times(struct hr__exact a, struct hr__exact b)
{
    struct hr__exact product = two_product(a.high, b.high);
    return two_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

static struct hr__exact divide(struct hr__exact a, double by)
{
    double quotient = a.high / by;
    struct hr__exact back = two_product(quotient, by);
    double left = ((a.high - back.high) - back.low) + a.low;
    return two_sum(quotient, left / by);
}

/* Powers of ten up to this one are doubles exactly. */
#define POWER_MAX 22
static double power_of_ten(int exponent)
{
    double power = 1;
    for (int i = 0; i < exponent; i++)
        power *= 10;
    return power;
}

struct hr__exact hr__exact_decimal(double value)
{
    char text[40];
    snprintf(text, sizeof text, "%.*e", DIGITS - 1, value); /* "-1.66667000000000e-05" */
    char *exponent_at = strchr(text, 'e');
    if (!exponent_at)
        return (struct hr__exact){value, 0};
    int exponent = (int)strtol(exponent_at + 1, NULL, 10) - (DIGITS - 1);
    double digits = 0;
    for (const char *at = text; at < exponent_at; at++)
        if (*at >= '0' && *at <= '9')
            digits = digits * 10 + (*at - '0');
    struct hr__exact exact = {text[0] == '-' ? -digits : digits, 0};
    while (exponent < 0) {
        int step = -exponent < POWER_MAX ? -exponent : POWER_MAX;
        exact = divide(exact, power_of_ten(step));
        exponent += step;
    }
    while (exponent > 0) {
        int step = exponent < POWER_MAX ? exponent : POWER_MAX;
        exact = hr__exact_times(exact, (struct hr__exact){power_of_ten(step), 0});
        exponent -= step;
    }
    return exact;
}

int hr__exact_sign(struct hr__exact a)
{
    double decides = a.high != 0 ? a.high : a.low;
    return (decides > 0) - (decides < 0);
}

/* What lies this close to a whole number, or to a half, in relation to the number, is it: 31 digits
 * are held and amounts have at most some 30. */
#define CLOSE 0x1p-96

bool hr__exact_micros(struct hr__exact a, int64_t *ret)
{
    bool negative = hr__exact_sign(a) < 0;
    if (negative)
        a = (struct hr__exact){-a.high, -a.low};
    struct hr__exact scaled = hr__exact_times(a, (struct hr__exact){1e6, 0});
    if (!(scaled.high < 0x1p62))
        return false;
    struct hr__exact rest = scaled;
    int64_t micros = 0;
    for (int i = 0; i < 2; i++) { /* twice: above 2^53 the low part holds whole ones, too */
        double whole = floor(rest.high);
        micros += (int64_t)whole;
        rest = hr__exact_minus(rest, (struct hr__exact){whole, 0});
    }
    if (rest.high - 0.5 + rest.low >= -scaled.high * CLOSE)
        micros++;
    *ret = negative ? -micros : micros;
    return true;
}

struct hr__exact hr__exact_up(struct hr__exact a, struct hr__exact step)
{
    struct hr__exact up = {0, 0};
    /* One less, because the quotient may have been rounded up to a whole number. */
    double least = fmax(floor(a.high / step.high) - 1, 0);
    for (int i = 0; i < 3; i++) {
        up = hr__exact_times((struct hr__exact){least + i, 0}, step);
        if (hr__exact_minus(up, a).high >= -a.high * CLOSE)
            break;
    }
    return up;
}
