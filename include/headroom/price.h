/* price.h: price books and bills: usage x prices, in line items.
 *
 * Knows no events and no traffic: it takes quantities of a month and gives lines. Amounts are exact
 * doubles; a line is shown rounded to the cent, a shown total is the sum of shown lines.
 *
 * Ownership: a book belongs to the caller until hr_book_close and may be read by many threads; a
 * bill's strings live as long as its book. Errors: HR_EMODEL with file, line and key; HR_EMISSING
 * for a scheme, service or instance type that the book does not hold.
 */
#ifndef HEADROOM_PRICE_H
#define HEADROOM_PRICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "headroom/base.h"
#include "headroom/model.h"

struct hr_book;
/* Overrides are keys of the book itself: "items.duration-x86=0.000015" (what stands behind `--set
 * prices.`) sets the price of that item, in place of its tiers. */
bool hr_book_open(const struct hr_models *models, const char *id,
                  const struct hr_override *overrides, size_t override_count, struct hr_book **ret,
                  struct hr_error *err);
bool hr_book_open_file(const char *path, struct hr_book **ret, struct hr_error *err);
void hr_book_close(struct hr_book *book); /* accepts NULL */
const char *hr_book_id(const struct hr_book *book);
const char *hr_book_as_of(const struct hr_book *book);
/* Is this the key of an item of the book ("items.requests", "items.requests.free")? Overrides of
 * items that a book does not have are refused, and other books may have them. */
bool hr_book_has(const struct hr_book *book, const char *key);
/* How the scheme meters time; HR_EMISSING lists the schemes there are. */
bool hr_book_metering(const struct hr_book *book, const char *scheme, struct hr_metering *ret,
                      struct hr_error *err);

/* How well a price is known: read in its source; computed from such; of one thin source; or
 * recalled and not confirmed. */
enum hr_confidence { HR_CONFIRMED, HR_DERIVED_PRICE, HR_WEAK, HR_RECALLED };
const char *hr_confidence_name(enum hr_confidence confidence); /* confirmed, derived... */

struct hr_bill_options {
    bool free_tier;  /* the account's free quantities apply */
    double discount; /* 0..1, off every line */
};
struct hr_bill_line {
    const char *service, *item, *unit;
    char tier[48];          /* "", "free", "first 300 000 000" */
    double quantity;        /* metered in a month, the same on each line of an item */
    double billed_quantity; /* of it in this tier, after the free tier */
    double unit_price;      /* USD, after discounts */
    double amount;          /* USD a month: billed_quantity x unit_price */
    enum hr_meter meter;
    bool instance_time; /* the idle share of capacity applies to it */
    enum hr_basis basis;
    const char *source; /* where the price was read, "" when the book does not say */
    enum hr_confidence confidence;
    double idle_amount; /* USD of the amount that pay for idle time; whoever knows it sets it */
};
struct hr_bill {
    struct hr_bill_line *lines;
    size_t count;
    double total; /* sum of the amounts */
};
/* What to price: the scheme's items and those of the services, each by its meter and once.
 * instance_type chooses the priced item of a fleet's instance hours ("" for functions). */
struct hr_bill_request {
    const char *scheme, *instance_type;
    const char *const *services;
    size_t service_count;
    const struct hr_usage *month; /* quantities of a month of 730 h */
};
/* A quantity of 0 makes no line; one below 0 or not finite is HR_EINPUT. */
bool hr_bill_make(const struct hr_book *book, const struct hr_bill_request *request,
                  const struct hr_bill_options *options, struct hr_bill *ret, struct hr_error *err);
void hr_bill_clear(struct hr_bill *bill); /* accepts zeroed */
/* The lines of `from`, which is left zeroed, after those of `into`. */
bool hr_bill_append(struct hr_bill *into, struct hr_bill *from, struct hr_error *err);

/* Does a design with these services meter this at all (so that plan/ computes it)? */
bool hr_book_uses(const struct hr_book *book, const struct hr_bill_request *request,
                  enum hr_meter meter);

/* A line as it is shown: rounded to the cent, half away from zero on the decimal value, so that
 * 0.145, which no double holds exactly, becomes 0.15. */
double hr_money_cents(double usd);
/* Total as it is shown: the sum of the shown lines. */
double hr_bill_shown_total(const struct hr_bill *bill);

#endif
