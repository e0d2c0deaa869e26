/* bill.c: a month's bill of items, and the items of a price book, in the three formats.
 *
 * CSV and JSON carry millionths of a dollar and the sum of these, a table cents and the sum of
 * those: as on an invoice, what stands there adds up.
 */
#include "report/bill.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "report/write.h"

#define MICROS 1000000

/* Dollars out of millionths, with all six decimals. */
static char *usd_of(char buf[32], int64_t micro_usd)
{
    uint64_t size = micro_usd < 0 ? -(uint64_t)micro_usd : (uint64_t)micro_usd;
    snprintf(buf, 32, "%s%" PRIu64 ".%06" PRIu64, micro_usd < 0 ? "-" : "", size / MICROS,
             size % MICROS);
    return buf;
}

char *hr__plain(char buf[64], double value)
{
    int whole = value != 0 ? (int)floor(log10(fabs(value))) + 1 : 1;
    int decimals = 15 - whole;
    hr_format_fixed(buf, 64, value, decimals < 0 ? 0 : decimals > 40 ? 40 : decimals);
    if (strchr(buf, '.')) {
        size_t len = strlen(buf);
        while (buf[len - 1] == '0')
            len--;
        buf[buf[len - 1] == '.' ? len - 1 : len] = '\0';
    }
    return buf;
}

/* ---- the bill -------------------------------------------------------------------------------- */

bool hr_report_bill_csv(FILE *out, const struct hr_bill *bill, struct hr_error *err)
{
    char figure[64], usd[32];
    fputs("service,item,unit,quantity,billed_quantity,tier,unit_price_usd,amount_usd\n", out);
    for (size_t i = 0; i < bill->count; i++) {
        const struct hr_bill_line *line = &bill->lines[i];
        const char *const names[] = {line->service, line->item, line->unit};
        for (size_t k = 0; k < 3; k++) {
            hr_report_csv_cell(out, names[k]);
            putc(',', out);
        }
        fprintf(out, "%s,", hr__plain(figure, line->quantity));
        fprintf(out, "%s,", hr__plain(figure, line->billed_quantity));
        hr_report_csv_cell(out, line->tier);
        fprintf(out, ",%s,%s\n", hr__plain(figure, line->unit_price), usd_of(usd, line->micro_usd));
    }
    fprintf(out, "total,,,,,,,%s\n", usd_of(usd, bill->total_micro_usd));
    return hr__report_end(out, err);
}

bool hr_report_bill_json(FILE *out, const struct hr_book *book, const struct hr_bill *bill,
                         struct hr_error *err)
{
    json_t *document =
        json_pack("{s:s, s:s, s:o, s:f, s:f}", "book", hr_book_id(book), "book_as_of",
                  hr_book_as_of(book), "bill", hr__json_bill(bill), "total_usd",
                  (double)bill->total_micro_usd / MICROS, "invoice_usd", hr_bill_shown_total(bill));
    bool written =
        document && json_dumpf(document, out,
                               JSON_INDENT(2) | JSON_REAL_PRECISION(15) | JSON_PRESERVE_ORDER) == 0;
    putc('\n', out);
    json_decref(document);
    return hr__report_end(out, err) &&
           (written || hr_fail(err, HR_EIO, "the bill could not be written as JSON"));
}

bool hr_report_bill_table(FILE *out, const struct hr_book *book, const struct hr_bill *bill,
                          struct hr_error *err)
{
    char figure[64], usd[64];
    fprintf(out, "%-24s %-26s %18s %-10s %-22s %14s %14s\n", "service", "item", "billed", "unit",
            "tier", "$/unit", "$/month");
    for (size_t i = 0; i < bill->count; i++) {
        const struct hr_bill_line *line = &bill->lines[i];
        hr__cell_left(out, line->service, 24);
        putc(' ', out);
        hr__cell_left(out, line->item, 26);
        fprintf(out, " %18s ", hr__plain(figure, line->billed_quantity));
        hr__cell_left(out, line->unit, 10);
        putc(' ', out);
        hr__cell_left(out, line->tier, 22);
        fprintf(out, " %14s", hr__plain(figure, line->unit_price));
        fprintf(out, " %14s\n",
                hr_format_grouped(usd, sizeof usd, hr_money_cents(line->amount), 2));
    }
    fprintf(out, "%-24s %108s\n", "total",
            hr_format_grouped(usd, sizeof usd, hr_bill_shown_total(bill), 2));
    fprintf(out, "Prices of %s, %s; a month, USD, before tax.\n", hr_book_id(book),
            hr_book_as_of(book));
    return hr__report_end(out, err);
}

/* ---- what can be billed ---------------------------------------------------------------------- */

/* "6000000000:0.0000166667;0.000015": each band's end and price, the last without an end. */
static void add_tiers(struct hr_text *text, const struct hr_book *book, size_t item, size_t count)
{
    char figure[64];
    for (size_t t = 0; t < count; t++) {
        struct hr_book_tier tier = hr_book_tier(book, item, t);
        hr_text_puts(text, t ? ";" : "");
        if (!isinf(tier.up_to))
            hr_text_printf(text, "%s:", hr__plain(figure, tier.up_to));
        hr_text_puts(text, hr__plain(figure, tier.price));
    }
}

bool hr_report_items_csv(FILE *out, const struct hr_book *book, struct hr_error *err)
{
    char figure[64];
    fputs("service,item,unit,price,tiers,free\n", out);
    for (size_t i = 0; i < hr_book_item_count(book); i++) {
        struct hr_book_item item = hr_book_item(book, i);
        const char *const names[] = {item.service, item.item, item.unit};
        struct hr_text tiers = {.max = 1024};
        if (item.tier_count > 1)
            add_tiers(&tiers, book, i, item.tier_count);
        for (size_t k = 0; k < 3; k++) {
            hr_report_csv_cell(out, names[k]);
            putc(',', out);
        }
        fprintf(out, "%s,%s,", hr__plain(figure, hr_book_tier(book, i, 0).price),
                tiers.data ? tiers.data : "");
        fprintf(out, "%s\n", hr__plain(figure, item.free));
        hr_text_clear(&tiers);
    }
    return hr__report_end(out, err);
}

static json_t *item_json(const struct hr_book *book, size_t index)
{
    struct hr_book_item item = hr_book_item(book, index);
    json_t *tiers = json_array();
    for (size_t t = 0; t < item.tier_count; t++) {
        struct hr_book_tier tier = hr_book_tier(book, index, t);
        json_array_append_new(tiers,
                              json_pack("{s:o, s:f}", "up_to",
                                        isinf(tier.up_to) ? json_null() : json_real(tier.up_to),
                                        "price_usd", tier.price));
    }
    return json_pack("{s:s, s:s, s:s, s:o, s:f, s:s, s:f, s:f, s:s, s:s}", "service", item.service,
                     "item", item.item, "unit", item.unit, "tiers", tiers, "free", item.free,
                     "free_shared", item.pool, "step", item.step, "minimum", item.minimum,
                     "confidence", hr_confidence_name(item.confidence), "source", item.source);
}

bool hr_report_items_json(FILE *out, const struct hr_book *book, struct hr_error *err)
{
    json_t *items = json_array();
    for (size_t i = 0; i < hr_book_item_count(book); i++)
        json_array_append_new(items, item_json(book, i));
    json_t *document = json_pack("{s:s, s:s, s:o}", "book", hr_book_id(book), "book_as_of",
                                 hr_book_as_of(book), "items", items);
    bool written =
        document && json_dumpf(document, out,
                               JSON_INDENT(2) | JSON_REAL_PRECISION(15) | JSON_PRESERVE_ORDER) == 0;
    putc('\n', out);
    json_decref(document);
    return hr__report_end(out, err) &&
           (written || hr_fail(err, HR_EIO, "the items could not be written as JSON"));
}

bool hr_report_items_table(FILE *out, const struct hr_book *book, struct hr_error *err)
{
    char price[64], free[64];
    fprintf(out, "%-24s %-30s %-12s %16s %14s  %s\n", "service", "item", "unit", "$/unit", "free",
            "confidence");
    for (size_t i = 0; i < hr_book_item_count(book); i++) {
        struct hr_book_item item = hr_book_item(book, i);
        hr__cell_left(out, item.service, 24);
        putc(' ', out);
        hr__cell_left(out, item.item, 30);
        putc(' ', out);
        hr__cell_left(out, item.unit, 12);
        fprintf(out, " %15s%s %14s  %s\n", hr__plain(price, hr_book_tier(book, i, 0).price),
                item.tier_count > 1 ? "+" : " ", item.free > 0 ? hr__plain(free, item.free) : "",
                hr_confidence_name(item.confidence));
    }
    fprintf(out, "+ cheaper or dearer beyond a quantity: --format csv has every band.\n");
    return hr__report_end(out, err);
}
