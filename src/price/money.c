/* money.c: amounts as people see them, in the one place that rounds them. */
#include "headroom/price.h"

#include <math.h>

double hr_money_cents(double usd)
{
    /* A product such as 29 x 0.005 falls short of its decimal value by some 2^-52 of it. What lies
     * within 2^-49 below a half is meant to be that half: prices have at most ten decimals and
     * amounts fifteen digits, so nothing else lies there. */
    double cents = fabs(usd) * 100.0;
    double rounded = floor(cents + 0.5 + cents * 0x1p-49);
    return rounded > 0 ? copysign(rounded / 100.0, usd) : 0.0;
}

double hr_bill_shown_total(const struct hr_bill *bill)
{
    double cents = 0; /* whole cents: exact up to 2^53 of them */
    for (size_t i = 0; i < bill->count; i++)
        cents += round(hr_money_cents(bill->lines[i].amount) * 100.0);
    return cents / 100.0;
}
