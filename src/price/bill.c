/* bill.c: the bill of a design: the items of its scheme and services, by what they meter. */
#include <stdlib.h>
#include <string.h>

#include "price/lines.h"

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

bool hr_bill_make(const struct hr_book *book, const struct hr_bill_request *request,
                  const struct hr_bill_options *options, struct hr_bill *ret, struct hr_error *err)
{
    struct hr__writer writer;
    struct pairs pairs = {0};
    if (!hr__lines_begin(&writer, book, options, err) || !collect(book, request, &pairs, err))
        return false;
    for (size_t i = 0; i < pairs.count; i++) {
        const struct hr__binding *pair = &pairs.at[i];
        double discount = pair->item == pairs.instance ? pairs.instance_discount : 0;
        if (!hr__lines_add(&writer, pair->item, pair->meter, request->month->quantity[pair->meter],
                           discount, err)) {
            hr_bill_clear(&writer.bill);
            return false;
        }
    }
    hr__lines_end(&writer, ret);
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
    int64_t total = 0;
    if (__builtin_add_overflow(into->total_micro_usd, from->total_micro_usd, &total))
        return hr_fail(err, HR_EINPUT, "the two parts cost more than a bill can hold");
    struct hr_bill_line *lines = realloc(into->lines, (count + 1) * sizeof *lines);
    if (!lines)
        return hr_fail_memory(err);
    if (from->count)
        memcpy(lines + into->count, from->lines, from->count * sizeof *lines);
    into->lines = lines;
    into->count = count;
    into->total += from->total;
    into->total_micro_usd = total;
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
