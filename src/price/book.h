/* book.h: a price book in memory, between its reader and the bill. */
#ifndef PRICE_BOOK_H
#define PRICE_BOOK_H

#include "headroom/price.h"

#define HR__TIERS_MAX 12 /* bands of one item */

struct hr__tier {
    double up_to; /* end of the band, in the item's unit a month; INFINITY for the last */
    double price; /* USD a unit inside the band */
};
struct hr__item {
    const char *id, *service, *unit;
    double free; /* units a month and account */
    struct hr__tier tiers[HR__TIERS_MAX];
    size_t tier_count;
    bool confirmed; /* no figure of it is marked K */
};
struct hr__charge { /* an item that a scheme or service pays for, by a meter */
    const struct hr__item *item;
    enum hr_meter meter;
};
struct hr__scheme { /* also a service: then without metering and instances */
    const char *id;
    struct hr_metering metering;
    const char *instances; /* prefix of the item of an instance type, or "" */
    double instance_discount;
    struct hr__charge *charges;
    size_t charge_count;
};
struct hr_book {
    char id[64], title[160], as_of[16];
    const char *file;
    struct hr_arena arena;
    struct hr__item *items;
    size_t item_count;
    struct hr__scheme *schemes, *services;
    size_t scheme_count, service_count;
};

const struct hr__item *hr__book_item(const struct hr_book *book, const char *id);
/* By id; on failure the sentence lists what there is. noun: "scheme", "service". */
const struct hr__scheme *hr__book_find(const struct hr_book *book, const char *noun, const char *id,
                                       struct hr_error *err);
/* The item of an instance type under a scheme, or NULL with a sentence. */
const struct hr__item *hr__book_instance(const struct hr_book *book,
                                         const struct hr__scheme *scheme, const char *type,
                                         struct hr_error *err);

#endif
