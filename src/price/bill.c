/* bill.c: a month's quantities into lines, as a provider's invoice has them.
 *
 * An item's free quantity comes off first; what is left fills its bands from the lowest, each paid
 * at its own price. A band that nothing reaches has no line; a band ends below its up_to, so a
 * quantity of exactly up_to leaves the next one empty.
 */
#include "price/book.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX ((size_t)4096) /* of one bill */

/* What a request pays for: the scheme's own items, then those of its services, each once. */
struct pairs {
    struct hr__binding at[(HR_PLATFORM_SERVICES + 1) * HR__BINDINGS_MAX];
    size_t count;
    const struct hr__item *instance; /* reduced by the scheme's commitment */
    double instance_discount;
};

static bool add_pairs(struct pairs *pairs, const struct hr__offer *offer, struct hr_error *err)
{
    for (size_t i = 0; i < offer->binding_count; i++) {
        bool known = false;
        for (size_t k = 0; k < pairs->count && !known; k++)
            known = pairs->at[k].item == offer->bindings[i].item &&
                    pairs->at[k].meter == offer->bindings[i].meter;
        if (known)
            continue;
        if (pairs->count == sizeof pairs->at / sizeof *pairs->at)
            return hr_fail(err, HR_ELIMIT, "a bill has at most %zu items", pairs->count);
        pairs->at[pairs->count++] = offer->bindings[i];
    }
    return true;
}

static bool add_instance(struct pairs *pairs, const struct hr_book *book,
                         const struct hr__offer *scheme, const char *type, struct hr_error *err)
{
    for (size_t i = 0; i < scheme->instance_count; i++) {
        if (strcmp(scheme->instances[i].type, type) == 0) {
            pairs->instance = scheme->instances[i].item;
            pairs->instance_discount = scheme->instance_discount;
            pairs->at[pairs->count++] =
                (struct hr__binding){pairs->instance, HR_METER_INSTANCE_HOURS};
            return true;
        }
    }
    struct hr_text known = {.max = HR_ERROR_TEXT_MAX / 2};
    for (size_t i = 0; i < scheme->instance_count; i++)
        hr_text_printf(&known, "%s%s", i ? ", " : "", scheme->instances[i].type);
    hr_fail(err, HR_EMISSING, "price book %s, scheme %s has no instance type `%.40s`; it has: %s",
            book->id, scheme->id, type, known.data ? known.data : "none");
    hr_text_clear(&known);
    return false;
}

static bool collect(const struct hr_book *book, const struct hr_bill_request *request,
                    struct pairs *ret, struct hr_error *err)
{
    const struct hr__offer *scheme = hr__scheme_find(book, request->scheme, err);
    if (!scheme)
        return false;
    const char *type = request->instance_type ? request->instance_type : "";
    if (scheme->instance_count && !add_instance(ret, book, scheme, type, err))
        return false;
    if (!add_pairs(ret, scheme, err))
        return false;
    for (size_t i = 0; i < request->service_count; i++) {
        const struct hr__offer *service = hr__service_find(book, request->services[i], err);
        if (!service || !add_pairs(ret, service, err))
            return false;
    }
    return true;
}

static void name_tier(char tier[48], const struct hr__item *item, size_t index)
{
    char number[40];
    double from = index ? item->tiers[index - 1].up_to : 0, to = item->tiers[index].up_to;
    if (item->tier_count == 1)
        tier[0] = '\0';
    else if (isinf(to))
        snprintf(tier, 48, "over %s", hr_format_grouped(number, sizeof number, from, 0));
    else
        snprintf(tier, 48, "%s %s", index ? "next" : "first",
                 hr_format_grouped(number, sizeof number, to - from, 0));
}

/* A bill being written. */
struct writer {
    struct hr_bill bill;
    size_t capacity;
    bool free_tier;
    double factor; /* what discounts leave of a price */
};

static bool add_line(struct writer *writer, const struct hr_bill_line *line, struct hr_error *err)
{
    struct hr_bill *bill = &writer->bill;
    if (!hr_grow((void **)&bill->lines, &writer->capacity, bill->count + 1, sizeof *bill->lines,
                 LINES_MAX, err))
        return false;
    bill->lines[bill->count++] = *line;
    bill->total += line->amount;
    return true;
}

/* One line for each band that `paid` units reach, or one that says they are free. */
static bool add_bands(struct writer *writer, const struct hr__item *item, double paid,
                      struct hr_bill_line line, struct hr_error *err)
{
    if (paid <= 0) {
        snprintf(line.tier, sizeof line.tier, "free");
        line.unit_price = item->tiers[0].price * writer->factor;
        return add_line(writer, &line, err);
    }
    double from = 0;
    for (size_t i = 0; i < item->tier_count && paid > from; i++) {
        double to = item->tiers[i].up_to;
        name_tier(line.tier, item, i);
        line.billed_quantity = (paid < to ? paid : to) - from;
        line.unit_price = item->tiers[i].price * writer->factor;
        line.amount = line.billed_quantity * line.unit_price;
        line.confidence = item->tiers[i].confidence < 0
                              ? item->confidence
                              : (enum hr_confidence)item->tiers[i].confidence;
        if (!add_line(writer, &line, err))
            return false;
        from = to;
    }
    return true;
}

static bool add_pair(struct writer *writer, const struct hr__binding *pair, double quantity,
                     struct hr_error *err)
{
    const struct hr__item *item = pair->item;
    if (!(quantity >= 0) || isinf(quantity))
        return hr_fail(err, HR_EINPUT, "%s: expected a quantity of 0 or more for a month, found %g",
                       hr_meter_name(pair->meter), quantity);
    if (quantity <= 0)
        return true;
    const struct hr_bill_line line = {
        .service = item->service,
        .item = item->id,
        .unit = item->unit,
        .quantity = quantity,
        .meter = pair->meter,
        .instance_time = hr_meter_is_instance_time(pair->meter),
        .basis = hr_meter_basis(pair->meter),
        .source = item->source,
        .confidence = item->confidence,
    };
    double paid = writer->free_tier ? fmax(quantity - item->free, 0) : quantity;
    return add_bands(writer, item, paid, line, err);
}

bool hr_bill_make(const struct hr_book *book, const struct hr_bill_request *request,
                  const struct hr_bill_options *options, struct hr_bill *ret, struct hr_error *err)
{
    if (!(options->discount >= 0 && options->discount <= 1))
        return hr_fail(err, HR_EMODEL, "prices.discount: expected 0 %% to 100 %%, found %g %%",
                       options->discount * 100);
    struct pairs pairs = {0};
    if (!collect(book, request, &pairs, err))
        return false;
    struct writer writer = {.free_tier = options->free_tier};
    for (size_t i = 0; i < pairs.count; i++) {
        bool instance = pairs.at[i].item == pairs.instance;
        writer.factor = (1 - options->discount) * (instance ? 1 - pairs.instance_discount : 1);
        double quantity = request->month->quantity[pairs.at[i].meter];
        if (!add_pair(&writer, &pairs.at[i], quantity, err)) {
            hr_bill_clear(&writer.bill);
            return false;
        }
    }
    *ret = writer.bill;
    return true;
}

void hr_bill_clear(struct hr_bill *bill)
{
    if (!bill)
        return;
    free(bill->lines);
    *bill = (struct hr_bill){0};
}

bool hr_bill_append(struct hr_bill *into, struct hr_bill *from, struct hr_error *err)
{
    const size_t count = into->count + from->count;
    struct hr_bill_line *lines = realloc(into->lines, (count + 1) * sizeof *lines);
    if (!lines)
        return hr_fail_memory(err);
    if (from->count)
        memcpy(lines + into->count, from->lines, from->count * sizeof *lines);
    into->lines = lines;
    into->count = count;
    into->total += from->total;
    hr_bill_clear(from);
    return true;
}

bool hr_book_uses(const struct hr_book *book, const struct hr_bill_request *request,
                  enum hr_meter meter)
{
    struct pairs pairs = {0};
    struct hr_error unused;
    if (!collect(book, request, &pairs, &unused))
        return false;
    for (size_t i = 0; i < pairs.count; i++)
        if (pairs.at[i].meter == meter)
            return true;
    return false;
}
