/* exact.h: decimal amounts as unevaluated sums of two doubles, some 31 digits.
 *
 * Prices are decimal figures of at most 15 digits, and quantities have no more that mean anything;
 * no double holds 0.0000166667. Here the decimal figure is what counts: products and sums of such
 * figures are right to the millionth of a dollar up to the largest bill that is accepted.
 */
#ifndef HEADROOM_PRICE_EXACT_H
#define HEADROOM_PRICE_EXACT_H

#include <stdbool.h>
#include <stdint.h>

struct hr__exact { /* high + low, |low| at most half a unit in the last place of high */
    double high, low;
};

/* The decimal figure of 15 digits that is meant by a double; finite. */
struct hr__exact hr__exact_decimal(double value);
struct hr__exact hr__exact_add(struct hr__exact a, struct hr__exact b);
struct hr__exact hr__exact_minus(struct hr__exact a, struct hr__exact b);
struct hr__exact hr__exact_times(struct hr__exact a, struct hr__exact b);
int hr__exact_sign(struct hr__exact a); /* -1, 0, 1 */
/* As a whole number of millionths, half away from zero; false beyond what an int64_t holds. */
bool hr__exact_micros(struct hr__exact a, int64_t *ret);
/* The least multiple of `step` that is at least a; step above 0, a not below 0. */
struct hr__exact hr__exact_up(struct hr__exact a, struct hr__exact step);

#endif
