/* lines.h: one item's quantity into the lines of a bill; bill.c and items.c say which items. */
#ifndef HEADROOM_PRICE_LINES_H
#define HEADROOM_PRICE_LINES_H

#include "price/book.h"
#include "price/exact.h"

/* A bill being written. */
struct hr__writer {
    const struct hr_book *book;
    const struct hr_bill_options *options;
    struct hr_bill bill;
    size_t capacity;
    struct hr__exact contract; /* what the bill's discount leaves of a price */
    struct hr__exact total;
    struct hr__exact pool_used[HR__POOLS_MAX]; /* by the pools' order in the book */
};

/* HR_EMODEL for a discount outside 0..1. */
bool hr__lines_begin(struct hr__writer *writer, const struct hr_book *book,
                     const struct hr_bill_options *options, struct hr_error *err);
/* `meter` is HR_METER_COUNT where there is none; `discount`, of a commitment, comes off besides the
 * bill's own. */
bool hr__lines_add(struct hr__writer *writer, const struct hr__item *item, enum hr_meter meter,
                   double quantity, double discount, struct hr_error *err);
void hr__lines_end(struct hr__writer *writer, struct hr_bill *ret);

#endif
