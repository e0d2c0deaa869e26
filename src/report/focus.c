/* focus.c: a month's bill as rows of FOCUS 1.2 (FinOps Open Cost and Usage Specification).
 *
 * Every mandatory column is there, and those others that a bill can fill. A line of a bill is a
 * row; what a commitment covers is two: its use, for which nothing is billed, and the purchase that
 * pays for it. Null is an empty cell. Costs carry 15 digits, so that price x quantity gives them.
 */
#include <math.h>
#include <string.h>

#include "report/bill.h"
#include "report/write.h"

enum column {
    BILLED_COST,
    BILLING_ACCOUNT_ID,
    BILLING_ACCOUNT_NAME,
    BILLING_CURRENCY,
    BILLING_PERIOD_END,
    BILLING_PERIOD_START,
    CHARGE_CATEGORY,
    CHARGE_CLASS,
    CHARGE_DESCRIPTION,
    CHARGE_FREQUENCY,
    CHARGE_PERIOD_END,
    CHARGE_PERIOD_START,
    COMMITMENT_CATEGORY,
    COMMITMENT_ID,
    COMMITMENT_STATUS,
    COMMITMENT_TYPE,
    CONSUMED_QUANTITY,
    CONSUMED_UNIT,
    CONTRACTED_COST,
    CONTRACTED_UNIT_PRICE,
    EFFECTIVE_COST,
    INVOICE_ISSUER_NAME,
    LIST_COST,
    LIST_UNIT_PRICE,
    PRICING_CATEGORY,
    PRICING_QUANTITY,
    PRICING_UNIT,
    PROVIDER_NAME,
    PUBLISHER_NAME,
    REGION_ID,
    REGION_NAME,
    SERVICE_CATEGORY,
    SERVICE_NAME,
    SERVICE_SUBCATEGORY,
    SKU_ID,
    SKU_METER,
    SKU_PRICE_ID,
    TAGS,
    COLUMNS
};
static const char *const names[COLUMNS] = {
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "CommitmentDiscountCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "RegionId",
    "RegionName",
    "ServiceCategory",
    "ServiceName",
    "ServiceSubcategory",
    "SkuId",
    "SkuMeter",
    "SkuPriceId",
    "Tags",
};

#define CELL 160
struct row {
    char cell[COLUMNS][CELL]; /* "" is null */
};

static void put(struct row *row, enum column column, const char *text)
{
    snprintf(row->cell[column], CELL, "%s", text);
}

/* "0.0000166667": the format of FOCUS knows no thousands and no plus. */
static void put_number(struct row *row, enum column column, double value)
{
    char figure[64];
    put(row, column, hr__plain(figure, value));
}

static const char *provider_name(const char *provider)
{
    static const char *const known[][2] = {{"aws", "AWS"},
                                           {"gcp", "Google Cloud"},
                                           {"azure", "Microsoft"},
                                           {"cloudflare", "Cloudflare"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(provider, known[i][0]) == 0)
            return known[i][1];
    return provider;
}

/* One part of a unit as FOCUS spells it: "s" is Seconds, "requests" Requests, GB stays. */
static void put_unit_part(char *buf, size_t size, const char *part, size_t len)
{
    static const char *const times[][2] = {
        {"s", "Seconds"}, {"min", "Minutes"}, {"h", "Hours"}, {"month", "Months"}};
    size_t at = strlen(buf);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        if (strlen(times[i][0]) == len && strncmp(part, times[i][0], len) == 0) {
            snprintf(buf + at, size - at, "%s", times[i][1]);
            return;
        }
    snprintf(buf + at, size - at, "%.*s", (int)len, part);
    bool word = len > 1 && part[1] >= 'a' && part[1] <= 'z'; /* not vCPU */
    if (word && buf[at] >= 'a' && buf[at] <= 'z')
        buf[at] = (char)(buf[at] - 'a' + 'A');
}

static void put_unit(struct row *row, enum column column, const char *unit)
{
    char text[64] = "";
    for (;;) {
        size_t len = strcspn(unit, "-");
        put_unit_part(text, sizeof text, unit, len);
        if (unit[len] == '\0')
            break;
        snprintf(text + strlen(text), sizeof text - strlen(text), "-");
        unit += len + 1;
    }
    put(row, column, text);
}

static const struct hr_book *book_of(const struct hr_focus *focus, const char *service)
{
    const char *category, *subcategory;
    for (size_t i = 0; i < focus->book_count; i++)
        if (hr_book_category(focus->books[i], service, &category, &subcategory))
            return focus->books[i];
    return focus->books[0];
}

/* The first of the month that follows, in UTC. */
static int64_t next_month(int64_t time)
{
    struct hr_civil civil = hr_time_to_civil(time);
    struct hr_civil next = {
        .year = civil.year + civil.month / 12, .month = civil.month % 12 + 1, .day = 1};
    int64_t ret = time;
    return hr_time_from_civil(&next, &ret) ? ret : time;
}

static void fill_account(const struct hr_focus *focus, struct row *row)
{
    char from[HR_TIME_TEXT], to[HR_TIME_TEXT];
    struct hr_civil civil = hr_time_to_civil(focus->month);
    struct hr_civil first = {.year = civil.year, .month = civil.month, .day = 1};
    int64_t begin = focus->month;
    (void)hr_time_from_civil(&first, &begin);
    hr_time_format(from, begin);
    hr_time_format(to, next_month(begin));
    put(row, BILLING_ACCOUNT_ID, focus->account);
    put(row, BILLING_ACCOUNT_NAME, focus->account);
    put(row, BILLING_CURRENCY, "USD");
    put(row, BILLING_PERIOD_START, from);
    put(row, BILLING_PERIOD_END, to);
    put(row, CHARGE_PERIOD_START, from);
    put(row, CHARGE_PERIOD_END, to);
}

static void fill_service(const struct hr_focus *focus, const struct hr_bill_line *line,
                         struct row *row)
{
    const struct hr_book *book = book_of(focus, line->service);
    const char *category, *subcategory, *provider = provider_name(hr_book_provider(book));
    char sku[CELL];
    (void)hr_book_category(book, line->service, &category, &subcategory);
    put(row, INVOICE_ISSUER_NAME, provider);
    put(row, PROVIDER_NAME, provider);
    put(row, PUBLISHER_NAME, provider);
    put(row, REGION_ID, hr_book_region(book));
    put(row, REGION_NAME, hr_book_region(book));
    put(row, SERVICE_CATEGORY, category);
    put(row, SERVICE_SUBCATEGORY, subcategory);
    put(row, SERVICE_NAME, line->service);
    snprintf(sku, sizeof sku, "%.60s/%.80s", hr_book_id(book), line->item);
    put(row, SKU_ID, sku);
    put(row, SKU_METER, line->item);
    /* A band is a price of its own: told apart by what it costs. */
    char price[64];
    snprintf(sku, sizeof sku, "%.40s/%.60s/%s", hr_book_id(book), line->item,
             hr__plain(price, line->list_price));
    put(row, SKU_PRICE_ID, sku);
    snprintf(sku, sizeof sku, "%.80s%s%.40s", line->item, *line->tier ? ", " : "", line->tier);
    put(row, CHARGE_DESCRIPTION, sku);
}

static void fill_prices(const struct hr_bill_line *line, struct row *row)
{
    put_number(row, LIST_UNIT_PRICE, line->list_price);
    put_number(row, CONTRACTED_UNIT_PRICE, line->contract_price);
    put_number(row, PRICING_QUANTITY, line->billed_quantity);
    put_unit(row, PRICING_UNIT, line->unit);
    put_number(row, LIST_COST, line->list_price * line->billed_quantity);
    put_number(row, CONTRACTED_COST, line->contract_price * line->billed_quantity);
    put_number(row, BILLED_COST, line->amount);
    put_number(row, EFFECTIVE_COST, line->amount);
}

/* What of an item's quantity is counted on line i: bands as they are paid, the rest on the first.
 */
static double consumed(const struct hr_bill *bill, size_t i)
{
    const struct hr_bill_line *line = &bill->lines[i];
    bool first = i == 0 || bill->lines[i - 1].item != line->item;
    if (!first)
        return line->billed_quantity;
    double left = line->quantity;
    for (size_t k = i + 1; k < bill->count && bill->lines[k].item == line->item; k++)
        left -= bill->lines[k].billed_quantity;
    return fmax(left, 0);
}

static void write_row(FILE *out, const struct row *row)
{
    for (int i = 0; i < COLUMNS; i++) {
        if (i)
            putc(',', out);
        hr_report_csv_cell(out, row->cell[i]);
    }
    putc('\n', out);
}

static bool is_committed(const struct hr_bill_line *line)
{
    return line->unit_price < line->contract_price;
}

/* The purchase that pays for what a commitment covers; its cost is no effective cost, which the use
 * carries. */
static void write_purchase(FILE *out, const struct hr_bill_line *line, struct row *row)
{
    put(row, CHARGE_CATEGORY, "Purchase");
    put(row, CHARGE_FREQUENCY, "Recurring");
    put(row, COMMITMENT_STATUS, "");
    put(row, CONSUMED_QUANTITY, "");
    put(row, CONSUMED_UNIT, "");
    put_number(row, LIST_UNIT_PRICE, line->unit_price);
    put_number(row, CONTRACTED_UNIT_PRICE, line->unit_price);
    put_number(row, LIST_COST, line->amount);
    put_number(row, CONTRACTED_COST, line->amount);
    put_number(row, BILLED_COST, line->amount);
    put_number(row, EFFECTIVE_COST, 0);
    write_row(out, row);
}

static void write_line(FILE *out, const struct hr_focus *focus, const struct hr_bill *bill,
                       size_t i)
{
    const struct hr_bill_line *line = &bill->lines[i];
    struct row row = {0};
    bool fixed = strcmp(line->unit, "months") == 0, committed = is_committed(line);
    fill_account(focus, &row);
    fill_service(focus, line, &row);
    fill_prices(line, &row);
    put(&row, CHARGE_CATEGORY, fixed ? "Purchase" : "Usage");
    put(&row, CHARGE_FREQUENCY, fixed ? "Recurring" : "Usage-Based");
    put(&row, PRICING_CATEGORY,
        committed                    ? "Committed"
        : strstr(line->item, "spot") ? "Dynamic"
                                     : "Standard");
    put(&row, TAGS, focus->tags);
    if (!fixed) {
        put_number(&row, CONSUMED_QUANTITY, consumed(bill, i));
        put_unit(&row, CONSUMED_UNIT, line->unit);
    }
    if (committed) {
        put(&row, COMMITMENT_CATEGORY, "Usage");
        put(&row, COMMITMENT_TYPE, "Commitment");
        put(&row, COMMITMENT_STATUS, "Used");
        put(&row, COMMITMENT_ID, row.cell[SKU_ID]);
        put_number(&row, BILLED_COST, 0);
    }
    write_row(out, &row);
    if (committed)
        write_purchase(out, line, &row);
}

bool hr_report_focus(FILE *out, const struct hr_focus *focus, const struct hr_bill *bill,
                     struct hr_error *err)
{
    if (focus->book_count == 0)
        return hr_fail(err, HR_EINPUT, "there is no price book, so there are no costs to export");
    if (strlen(focus->tags) >= CELL || strlen(focus->account) >= CELL)
        return hr_fail(err, HR_ELIMIT, "an account's name and its tags have at most %d bytes each",
                       CELL - 1);
    for (int i = 0; i < COLUMNS; i++)
        fprintf(out, "%s%s", i ? "," : "", names[i]);
    putc('\n', out);
    for (size_t i = 0; i < bill->count; i++)
        write_line(out, focus, bill, i);
    return hr__report_end(out, err);
}
