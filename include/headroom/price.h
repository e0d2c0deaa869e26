/* price.h: price books and bills: usage x prices, in line items.
 *
 * Knows no events and no traffic: it takes quantities of a month and gives lines. Prices and
 * quantities count as the decimal figures that their doubles stand for (15 digits), products and
 * sums are exact. A line is shown rounded to the cent, in CSV and JSON to the millionth of a
 * dollar; a total is the sum of its lines as they are shown there.
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
#include <stdio.h>

#include "headroom/base.h"
#include "headroom/model.h"

struct hr_book;
/* By id or by path, as hr_models_tree takes them. Overrides are keys of the book itself:
 * "items.duration-x86=0.000015" (what stands behind `--set prices.`) sets the price of that item,
 * in place of its tiers. */
bool hr_book_open(const struct hr_models *models, const char *id,
                  const struct hr_override *overrides, size_t override_count, struct hr_book **ret,
                  struct hr_error *err);
bool hr_book_open_file(const char *path, struct hr_book **ret, struct hr_error *err);
void hr_book_close(struct hr_book *book); /* accepts NULL */
const char *hr_book_id(const struct hr_book *book);
const char *hr_book_as_of(const struct hr_book *book);
const char *hr_book_provider(const struct hr_book *book); /* "aws" */
const char *hr_book_region(const struct hr_book *book);   /* "us-east-1" */
/* Where FOCUS 1.2 puts a service: "Compute", "Serverless Compute"; false, and "Other", where the
 * book does not say. Texts live as long as the book. */
bool hr_book_category(const struct hr_book *book, const char *service, const char **ret_category,
                      const char **ret_subcategory);
/* HR_EMODEL with file, line and key when the book's as_of is after that day. */
bool hr_book_dated(const struct hr_book *book, const char *latest, struct hr_error *err);
/* Is this the key of an item or a pool of the book ("items.requests", "items.requests.free",
 * "pools.logs.free")? Overrides of what a book does not have are refused, and other books may have
 * it. */
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
    bool part;       /* of an account's month: not rounded up to whole steps and least quantities */
};
struct hr_bill_line {
    const char *service, *item, *unit;
    char tier[48];          /* "", "free", "first 300 000 000" */
    double quantity;        /* metered in a month, the same on each line of an item */
    double billed_quantity; /* of it in this tier, after the free tier and rounded up to steps */
    double unit_price;      /* USD, after discounts */
    double list_price;      /* USD, before any */
    double contract_price;  /* USD, after the bill's discount, before a commitment's */
    double amount;          /* USD a month: the double next to billed_quantity x unit_price */
    int64_t micro_usd;      /* that product in millionths of a dollar, half away from zero */
    enum hr_meter meter;    /* HR_METER_COUNT where items were priced without one */
    bool instance_time;     /* the idle share of capacity applies to it */
    enum hr_basis basis;
    const char *source; /* where the price was read, "" when the book does not say */
    enum hr_confidence confidence;
    double idle_amount; /* USD of the amount that pay for idle time; whoever knows it sets it */
};
struct hr_bill {
    struct hr_bill_line *lines;
    size_t count;
    double total;            /* the double next to the sum of the products */
    int64_t total_micro_usd; /* sum of the lines' micro_usd: the total of CSV and JSON */
};
/* What to price: the scheme's items and those of the services, each by its meter and once.
 * instance_type chooses the priced item of a fleet's instance hours ("" for functions). */
struct hr_bill_request {
    const char *scheme, *instance_type;
    const char *const *services;
    size_t service_count;
    const struct hr_usage *month; /* quantities of a month of 730 h */
};
/* A quantity of 0 makes no line; one below 0 or not finite is HR_EINPUT, as is a bill of more than
 * some 4 million million dollars. */
bool hr_bill_make(const struct hr_book *book, const struct hr_bill_request *request,
                  const struct hr_bill_options *options, struct hr_bill *ret, struct hr_error *err);
void hr_bill_clear(struct hr_bill *bill); /* accepts zeroed */
/* The lines of `from`, which is left zeroed, after those of `into`. */
bool hr_bill_append(struct hr_bill *into, struct hr_bill *from, struct hr_error *err);

/* Does a design with these services meter this at all (so that plan/ computes it)? */
bool hr_book_uses(const struct hr_book *book, const struct hr_bill_request *request,
                  enum hr_meter meter);

/* ---- items, and the month's usage of each ------------------------------------------------- */

/* What can be billed. Texts live as long as the book. */
struct hr_book_item {
    const char *service, *item, *unit, *source;
    enum hr_confidence confidence;
    double free;      /* units a month; of the account, or what items of one pool have together */
    const char *pool; /* the name of that pool, "" for a free quantity of its own */
    double step, minimum; /* 0: as metered */
    size_t tier_count;    /* at least 1 */
};
struct hr_book_tier {
    double up_to; /* INFINITY in the last */
    double price; /* USD for a unit inside the band */
};
size_t hr_book_item_count(const struct hr_book *book);
struct hr_book_item hr_book_item(const struct hr_book *book, size_t item);
struct hr_book_tier hr_book_tier(const struct hr_book *book, size_t item, size_t tier);

/* A month's quantity of each item of a book, as a provider's calculator asks for it. */
struct hr_item_usage {
    double *quantity; /* one for each item of the book, in its order */
    size_t count;
};
/* From a CSV table with a header and the columns service, item and quantity; others are refused.
 * Rows of one item add up. `name` stands in errors, which name line and column: HR_EINPUT. */
bool hr_item_usage_read(const struct hr_book *book, const char *name, FILE *in,
                        struct hr_item_usage *ret, struct hr_error *err);
void hr_item_usage_clear(struct hr_item_usage *usage); /* accepts zeroed */
/* Lines in the order of the book's items; items that share a free quantity draw on it in that
 * order. Errors as hr_bill_make. */
bool hr_bill_items(const struct hr_book *book, const struct hr_item_usage *usage,
                   const struct hr_bill_options *options, struct hr_bill *ret,
                   struct hr_error *err);

/* ---- amounts as they are shown -------------------------------------------------------------- */

/* A line as it is shown: rounded to the cent, half away from zero on the decimal value, so that
 * 0.145, which no double holds exactly, becomes 0.15. */
double hr_money_cents(double usd);
/* Total as it is shown: the sum of the shown lines. */
double hr_bill_shown_total(const struct hr_bill *bill);

#endif
