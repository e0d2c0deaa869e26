/* bill.c: a month's usage as line items.
 *
 * A quantity is first reduced by the account's free units, then falls through the item's bands,
 * each price holding inside its band only. The free units come off the first band, as the
 * providers' own worked examples do.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "price/book.h"

#define LINES_MAX ((size_t)10000)

struct maker {
    const struct hr_bill_options *options;
    struct hr_bill *bill;
    size_t capacity;
};

static bool add_line(struct maker *maker, const struct hr_bill_line *line, struct hr_error *err)
{
    struct hr_bill *bill = maker->bill;
    void *items = bill->lines;
    if (!hr_grow(&items, &maker->capacity, bill->count + 1, sizeof *bill->lines, LINES_MAX, err))
        return false;
    bill->lines = items;
    bill->lines[bill->count++] = *line;
    bill->total += line->amount;
    return true;
}

static void name_tier(char *buf, size_t size, const struct hr__item *item, size_t band)
{
    char from[40], to[40];
    double below = band ? item->tiers[band - 1].up_to : 0;
    if (item->tier_count == 1)
        buf[0] = '\0';
    else if (isinf(item->tiers[band].up_to))
        snprintf(buf, size, "over %s", hr_format_grouped(from, sizeof from, below, 0));
    else if (band == 0)
        snprintf(buf, size, "first %s",
                 hr_format_grouped(to, sizeof to, item->tiers[band].up_to, 0));
    else
        snprintf(buf, size, "next %s",
                 hr_format_grouped(to, sizeof to, item->tiers[band].up_to - below, 0));
}

/* One charge: a line for the free part, one for each band that the quantity reaches. */
static bool charge(struct maker *maker, const struct hr__item *item, enum hr_meter meter,
                   double quantity, double discount, struct hr_error *err)
{
    if (!(quantity > 0))
        return true;
    double free_units =
        maker->options->free_tier ? (quantity < item->free ? quantity : item->free) : 0;
    double billed = quantity - free_units, below = 0;
    struct hr_bill_line line = {.service = item->service,
                                .item = item->id,
                                .unit = item->unit,
                                .quantity = quantity,
                                .meter = meter,
                                .instance_time = hr_meter_is_instance_time(meter),
                                .basis = hr_meter_basis(meter)};
    if (free_units > 0) {
        line.quantity = free_units;
        snprintf(line.tier, sizeof line.tier, "free");
        if (!add_line(maker, &line, err))
            return false;
    }
    for (size_t band = 0; band < item->tier_count && billed > below; band++) {
        double top = item->tiers[band].up_to < billed ? item->tiers[band].up_to : billed;
        line.quantity = line.billed_quantity = top - below;
        line.unit_price = item->tiers[band].price * (1.0 - discount);
        line.amount = line.billed_quantity * line.unit_price;
        name_tier(line.tier, sizeof line.tier, item, band);
        if (!add_line(maker, &line, err))
            return false;
        below = top;
    }
    return true;
}

static bool charge_all(struct maker *maker, const struct hr__scheme *scheme,
                       const struct hr_usage *month, struct hr_error *err)
{
    for (size_t i = 0; i < scheme->charge_count; i++)
        if (!charge(maker, scheme->charges[i].item, scheme->charges[i].meter,
                    month->quantity[scheme->charges[i].meter], maker->options->discount, err))
            return false;
    return true;
}

static bool charge_instances(struct maker *maker, const struct hr_book *book,
                             const struct hr__scheme *scheme, const struct hr_bill_request *request,
                             struct hr_error *err)
{
    if (!scheme->instances[0])
        return true;
    const struct hr__item *item = hr__book_instance(book, scheme, request->instance_type, err);
    double discount = 1.0 - (1.0 - maker->options->discount) * (1.0 - scheme->instance_discount);
    return item && charge(maker, item, HR_METER_INSTANCE_HOURS,
                          request->month->quantity[HR_METER_INSTANCE_HOURS], discount, err);
}

bool hr_bill_make(const struct hr_book *book, const struct hr_bill_request *request,
                  const struct hr_bill_options *options, struct hr_bill *ret, struct hr_error *err)
{
    struct maker maker = {.options = options, .bill = ret};
    *ret = (struct hr_bill){0};
    const struct hr__scheme *scheme = hr__book_find(book, "scheme", request->scheme, err);
    bool made = scheme && charge_instances(&maker, book, scheme, request, err) &&
                charge_all(&maker, scheme, request->month, err);
    for (size_t i = 0; made && i < request->service_count; i++) {
        const struct hr__scheme *service =
            hr__book_find(book, "service", request->services[i], err);
        made = service && charge_all(&maker, service, request->month, err);
    }
    if (!made)
        hr_bill_clear(ret);
    return made;
}

void hr_bill_clear(struct hr_bill *bill)
{
    free(bill->lines);
    *bill = (struct hr_bill){0};
}

static bool uses(const struct hr__scheme *scheme, enum hr_meter meter)
{
    for (size_t i = 0; scheme && i < scheme->charge_count; i++)
        if (scheme->charges[i].meter == meter)
            return true;
    return false;
}

bool hr_book_uses(const struct hr_book *book, const struct hr_bill_request *request,
                  enum hr_meter meter)
{
    struct hr_error ignored;
    if (uses(hr__book_find(book, "scheme", request->scheme, &ignored), meter))
        return true;
    for (size_t i = 0; i < request->service_count; i++)
        if (uses(hr__book_find(book, "service", request->services[i], &ignored), meter))
            return true;
    return false;
}

double hr_money_cents(double usd)
{
    /* Half a cent goes away from zero; the nudge undoes what binary fractions take from a decimal
     * half such as 1.005. */
    double cents = fabs(usd) * 100.0;
    double rounded = floor(cents + 0.5 + cents * 4e-15 + 1e-9);
    return (usd < 0 ? -rounded : rounded) / 100.0;
}

double hr_bill_shown_total(const struct hr_bill *bill)
{
    double cents = 0;
    for (size_t i = 0; i < bill->count; i++)
        cents += round(hr_money_cents(bill->lines[i].amount) * 100.0);
    return cents / 100.0;
}
