/* lines.c: a month's quantity of an item into lines, as a provider's invoice has them.
 *
 * The free quantity comes off first; what is left is rounded up to whole steps and fills the bands
 * from the lowest, each paid at its own price. A band that nothing reaches has no line; a band ends
 * below its up_to, so a quantity of exactly up_to leaves the next one empty.
 */
#include "price/lines.h"

#include <math.h>
#include <string.h>

#define LINES_MAX ((size_t)65536) /* of one bill */

static const struct hr__exact zero = {0, 0}, one = {1, 0};

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

bool hr__lines_begin(struct hr__writer *writer, const struct hr_book *book,
                     const struct hr_bill_options *options, struct hr_error *err)
{
    *writer = (struct hr__writer){
        .book = book,
        .options = options,
        .contract = hr__exact_minus(one, hr__exact_decimal(options->discount)),
    };
    if (!(options->discount >= 0 && options->discount <= 1))
        return hr_fail(err, HR_EMODEL, "prices.discount: expected 0 %% to 100 %%, found %g %%",
                       options->discount * 100);
    return true;
}

/* Prices, amount and sums of a line whose quantity and list price are known; a commitment leaves
 * `left` of what the contract asks. */
static bool add_line(struct hr__writer *writer, struct hr_bill_line line, struct hr__exact billed,
                     struct hr__exact left, struct hr_error *err)
{
    struct hr_bill *bill = &writer->bill;
    struct hr__exact contract =
        hr__exact_times(hr__exact_decimal(line.list_price), writer->contract);
    struct hr__exact price = hr__exact_times(contract, left);
    struct hr__exact amount = hr__exact_times(billed, price);
    line.billed_quantity = billed.high;
    line.contract_price = contract.high;
    line.unit_price = price.high;
    line.amount = amount.high;
    if (!hr__exact_micros(amount, &line.micro_usd) ||
        __builtin_add_overflow(bill->total_micro_usd, line.micro_usd, &bill->total_micro_usd))
        return hr_fail(err, HR_EINPUT, "%s: %g %s a month cost more than a bill can hold",
                       line.item, line.quantity, line.unit);
    if (!hr_grow((void **)&bill->lines, &writer->capacity, bill->count + 1, sizeof *bill->lines,
                 LINES_MAX, err))
        return false;
    bill->lines[bill->count++] = line;
    writer->total = hr__exact_add(writer->total, amount);
    return true;
}

/* What is left of a quantity when the account's free one is taken off. */
static struct hr__exact after_free(struct hr__writer *writer, const struct hr__item *item,
                                   struct hr__exact quantity)
{
    if (!writer->options->free_tier)
        return quantity;
    struct hr__exact unused = zero, free = hr__exact_decimal(item->free), *used = &unused;
    if (item->pool) {
        used = &writer->pool_used[item->pool - writer->book->pools];
        free = hr__exact_minus(hr__exact_decimal(item->pool->free), *used);
    }
    struct hr__exact left = hr__exact_minus(quantity, free);
    if (hr__exact_sign(left) <= 0) {
        *used = hr__exact_add(*used, quantity);
        return zero;
    }
    *used = hr__exact_add(*used, free);
    return left;
}

/* Rounded up to what the provider sells. */
static struct hr__exact in_steps(const struct hr__item *item, struct hr__exact quantity)
{
    struct hr__exact minimum = hr__exact_decimal(item->minimum);
    if (hr__exact_sign(hr__exact_minus(minimum, quantity)) > 0)
        quantity = minimum;
    return item->step > 0 ? hr__exact_up(quantity, hr__exact_decimal(item->step)) : quantity;
}

/* One line for each band that `paid` units reach. */
static bool add_bands(struct hr__writer *writer, const struct hr__item *item, struct hr__exact paid,
                      struct hr__exact left, struct hr_bill_line line, struct hr_error *err)
{
    struct hr__exact from = zero;
    for (size_t i = 0; i < item->tier_count; i++) {
        const struct hr__tier *tier = &item->tiers[i];
        struct hr__exact to = isinf(tier->up_to) ? paid : hr__exact_decimal(tier->up_to);
        bool last = hr__exact_sign(hr__exact_minus(to, paid)) >= 0;
        name_tier(line.tier, item, i);
        line.list_price = tier->price;
        line.confidence =
            tier->confidence < 0 ? item->confidence : (enum hr_confidence)tier->confidence;
        if (!add_line(writer, line, hr__exact_minus(last ? paid : to, from), left, err))
            return false;
        if (last)
            return true;
        from = to;
    }
    return true;
}

bool hr__lines_add(struct hr__writer *writer, const struct hr__item *item, enum hr_meter meter,
                   double quantity, double discount, struct hr_error *err)
{
    bool metered = meter != HR_METER_COUNT;
    if (!(quantity >= 0) || isinf(quantity))
        return hr_fail(err, HR_EINPUT, "%s: expected a quantity of 0 or more for a month, found %g",
                       metered ? hr_meter_name(meter) : item->id, quantity);
    if (quantity <= 0)
        return true;
    struct hr_bill_line line = {
        .service = item->service,
        .item = item->id,
        .unit = item->unit,
        .list_price = item->tiers[0].price,
        .quantity = quantity,
        .meter = meter,
        .instance_time = metered && hr_meter_is_instance_time(meter),
        .basis = metered ? hr_meter_basis(meter) : HR_BASIS_USE,
        .source = item->source,
        .confidence = item->confidence,
    };
    struct hr__exact left = hr__exact_minus(one, hr__exact_decimal(discount));
    struct hr__exact paid = after_free(writer, item, hr__exact_decimal(quantity));
    if (hr__exact_sign(paid) > 0)
        return add_bands(writer, item, writer->options->part ? paid : in_steps(item, paid), left,
                         line, err);
    snprintf(line.tier, sizeof line.tier, "free");
    return add_line(writer, line, zero, left, err);
}

void hr__lines_end(struct hr__writer *writer, struct hr_bill *ret)
{
    writer->bill.total = writer->total.high;
    *ret = writer->bill;
}
