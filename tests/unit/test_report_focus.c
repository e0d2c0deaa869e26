/* Bills as rows of FOCUS 1.2, against the specification's own tables (columns with level, type and
 * nulls; allowed values; row rules of section 6.4 of prices-others.md), read at tag v1.2 of
 * FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec. */
#include "check.h"

#include "headroom/price.h"
#include "headroom/report.h"

enum type { STRING, DECIMAL, DATE, JSON };
enum level { MANDATORY, OPTIONAL }; /* optional: conditional or recommended */
enum nulls { NULLS, NO_NULLS };

static const struct {
    const char *name;
    enum type type;
    enum level level;
    enum nulls nulls;
} columns[] = {
    {"AvailabilityZone", STRING, OPTIONAL, NULLS},
    {"BilledCost", DECIMAL, MANDATORY, NO_NULLS},
    {"BillingAccountId", STRING, MANDATORY, NO_NULLS},
    {"BillingAccountName", STRING, MANDATORY, NULLS},
    {"BillingAccountType", STRING, OPTIONAL, NO_NULLS},
    {"BillingCurrency", STRING, MANDATORY, NO_NULLS},
    {"BillingPeriodEnd", DATE, MANDATORY, NO_NULLS},
    {"BillingPeriodStart", DATE, MANDATORY, NO_NULLS},
    {"CapacityReservationId", STRING, OPTIONAL, NULLS},
    {"CapacityReservationStatus", STRING, OPTIONAL, NULLS},
    {"ChargeCategory", STRING, MANDATORY, NO_NULLS},
    {"ChargeClass", STRING, MANDATORY, NULLS},
    {"ChargeDescription", STRING, MANDATORY, NULLS},
    {"ChargeFrequency", STRING, OPTIONAL, NO_NULLS},
    {"ChargePeriodEnd", DATE, MANDATORY, NO_NULLS},
    {"ChargePeriodStart", DATE, MANDATORY, NO_NULLS},
    {"CommitmentDiscountCategory", STRING, OPTIONAL, NULLS},
    {"CommitmentDiscountId", STRING, OPTIONAL, NULLS},
    {"CommitmentDiscountName", STRING, OPTIONAL, NULLS},
    {"CommitmentDiscountQuantity", DECIMAL, OPTIONAL, NULLS},
    {"CommitmentDiscountStatus", STRING, OPTIONAL, NULLS},
    {"CommitmentDiscountType", STRING, OPTIONAL, NULLS},
    {"CommitmentDiscountUnit", STRING, OPTIONAL, NULLS},
    {"ConsumedQuantity", DECIMAL, OPTIONAL, NULLS},
    {"ConsumedUnit", STRING, OPTIONAL, NULLS},
    {"ContractedCost", DECIMAL, MANDATORY, NO_NULLS},
    {"ContractedUnitPrice", DECIMAL, OPTIONAL, NULLS},
    {"EffectiveCost", DECIMAL, MANDATORY, NO_NULLS},
    {"InvoiceId", STRING, OPTIONAL, NULLS},
    {"InvoiceIssuerName", STRING, MANDATORY, NO_NULLS},
    {"ListCost", DECIMAL, MANDATORY, NO_NULLS},
    {"ListUnitPrice", DECIMAL, OPTIONAL, NULLS},
    {"PricingCategory", STRING, OPTIONAL, NULLS},
    {"PricingCurrency", STRING, OPTIONAL, NULLS},
    {"PricingCurrencyContractedUnitPrice", DECIMAL, OPTIONAL, NULLS},
    {"PricingCurrencyEffectiveCost", DECIMAL, OPTIONAL, NULLS},
    {"PricingCurrencyListUnitPrice", DECIMAL, OPTIONAL, NULLS},
    {"PricingQuantity", DECIMAL, MANDATORY, NULLS},
    {"PricingUnit", STRING, MANDATORY, NULLS},
    {"ProviderName", STRING, MANDATORY, NO_NULLS},
    {"PublisherName", STRING, MANDATORY, NO_NULLS},
    {"RegionId", STRING, OPTIONAL, NULLS},
    {"RegionName", STRING, OPTIONAL, NULLS},
    {"ResourceId", STRING, OPTIONAL, NULLS},
    {"ResourceName", STRING, OPTIONAL, NULLS},
    {"ResourceType", STRING, OPTIONAL, NULLS},
    {"ServiceCategory", STRING, MANDATORY, NO_NULLS},
    {"ServiceName", STRING, MANDATORY, NO_NULLS},
    {"ServiceSubcategory", STRING, OPTIONAL, NO_NULLS},
    {"SkuId", STRING, OPTIONAL, NULLS},
    {"SkuMeter", STRING, OPTIONAL, NULLS},
    {"SkuPriceDetails", JSON, OPTIONAL, NULLS},
    {"SkuPriceId", STRING, OPTIONAL, NULLS},
    {"SubAccountId", STRING, OPTIONAL, NULLS},
    {"SubAccountName", STRING, OPTIONAL, NULLS},
    {"SubAccountType", STRING, OPTIONAL, NULLS},
    {"Tags", JSON, OPTIONAL, NULLS},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

/* One table of cells, in memory. */
#define ROWS  64
#define CELLS 64
struct table {
    char *bytes;
    char *cells[ROWS][CELLS];
    size_t rows, width;
};

/* Splits CSV in place; row 0 is the header. */
static void split(struct table *table)
{
    char *at = table->bytes;
    while (*at) {
        size_t cell = 0;
        for (bool more = true; more; cell++) {
            char *to = at;
            assert_true(table->rows < ROWS && cell < CELLS);
            table->cells[table->rows][cell] = at;
            bool quoted = *at == '"';
            at += quoted;
            while (quoted ? !(at[0] == '"' && at[1] != '"') : *at != ',' && *at != '\n') {
                at += quoted && *at == '"';
                *to++ = *at++;
            }
            at += quoted;
            more = *at == ',';
            at++;
            *to = '\0';
        }
        if (table->rows == 0)
            table->width = cell;
        assert_int_equal(cell, table->width);
        table->rows++;
    }
}

static const char *cell_of(const struct table *table, size_t row, const char *name)
{
    for (size_t i = 0; i < table->width; i++)
        if (strcmp(table->cells[0][i], name) == 0)
            return table->cells[row][i];
    fail_msg("there is no column %s", name);
    return NULL;
}

static bool is(const struct table *table, size_t row, const char *name, const char *value)
{
    return strcmp(cell_of(table, row, name), value) == 0;
}

static double number(const struct table *table, size_t row, const char *name)
{
    return strtod(cell_of(table, row, name), NULL);
}

struct fixture {
    struct hr_models *models;
    struct hr_book *aws, *gcp, *cloudflare;
};

static int set_up(void **state)
{
    static struct fixture f;
    struct hr_error err = {0};
    *state = &f;
    bool opened = hr_models_open(NULL, &f.models, &err) &&
                  hr_book_open(f.models, "aws-us-east-1", NULL, 0, &f.aws, &err) &&
                  hr_book_open(f.models, "gcp-us-central1", NULL, 0, &f.gcp, &err) &&
                  hr_book_open(f.models, "cloudflare", NULL, 0, &f.cloudflare, &err);
    if (!opened)
        print_error("%s\n", err.text);
    return opened ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    hr_book_close(f->aws);
    hr_book_close(f->gcp);
    hr_book_close(f->cloudflare);
    hr_models_close(f->models);
    return 0;
}

static struct hr_bill items(const struct hr_book *book, const char *csv)
{
    struct hr_item_usage usage = {0};
    struct hr_bill bill = {0};
    struct hr_error err = {0};
    FILE *in = fmemopen((void *)(uintptr_t)csv, strlen(csv), "r");
    const struct hr_bill_options options = {.free_tier = true, .discount = 0.1};
    if (!hr_item_usage_read(book, "usage.csv", in, &usage, &err) ||
        !hr_bill_items(book, &usage, &options, &bill, &err))
        fail_msg("%s", err.text);
    fclose(in);
    hr_item_usage_clear(&usage);
    return bill;
}

/* Bands, free quantities, spot, a fixed fee, a commitment, two providers: all in one. */
static struct hr_bill everything(const struct fixture *f)
{
    const struct hr_usage month = {{[HR_METER_INSTANCE_HOURS] = 1460, [HR_METER_IPV4_HOURS] = 730}};
    const struct hr_bill_request request = {
        .scheme = "ec2-savings-1y", .instance_type = "m7g.large", .month = &month};
    struct hr_error err = {0};
    struct hr_bill bill = {0}, more = items(f->aws, "service,item,quantity\n"
                                                    ",requests,3000000\n,duration-x86,6000540000\n"
                                                    ",logs-lambda,4\n,kms-keys,2\n"
                                                    ",ec2-m7g-large-spot,100.5\n,egress,51300\n");
    assert_true(
        hr_bill_make(f->aws, &request, &(struct hr_bill_options){.discount = 0.1}, &bill, &err));
    assert_true(hr_bill_append(&bill, &more, &err));
    more = items(f->cloudflare, "service,item,quantity\n,workers-plan,1\n,r2-class-a,1000001\n");
    assert_true(hr_bill_append(&bill, &more, &err));
    more = items(f->gcp, "service,item,quantity\n,monitoring,300000\n");
    assert_true(hr_bill_append(&bill, &more, &err));
    return bill;
}

static struct table table_of(const struct fixture *f, const struct hr_bill *bill)
{
    struct table table = {0};
    size_t size = 0;
    struct hr_error err = {0};
    const struct hr_book *const books[] = {f->aws, f->cloudflare, f->gcp};
    const struct hr_focus focus = {.month = INT64_C(1765000000) * HR_SECOND, /* 2025-12-06 */
                                   .account = "estimate",
                                   .tags = "{\"application\":\"a, \\\"b\\\"\"}",
                                   .books = books,
                                   .book_count = 3};
    FILE *out = open_memstream(&table.bytes, &size);
    if (!hr_report_focus(out, &focus, bill, &err))
        fail_msg("%s", err.text);
    fclose(out);
    split(&table);
    return table;
}

static void every_mandatory_column_is_there_and_no_unknown_one(void **state)
{
    struct hr_bill bill = everything(*state);
    struct table table = table_of(*state, &bill);
    size_t mandatory = 0;
    for (size_t c = 0; c < COLUMNS; c++) {
        size_t found = 0;
        for (size_t i = 0; i < table.width; i++)
            found += strcmp(table.cells[0][i], columns[c].name) == 0;
        assert_true(found <= 1);
        assert_true(found == 1 || columns[c].level == OPTIONAL);
        mandatory += columns[c].level == MANDATORY;
    }
    assert_int_equal(mandatory, 21);
    for (size_t i = 0; i < table.width; i++) {
        bool known = false;
        for (size_t c = 0; c < COLUMNS; c++)
            known = known || strcmp(table.cells[0][i], columns[c].name) == 0;
        if (!known)
            fail_msg("%s", table.cells[0][i]);
    }
    free(table.bytes);
    hr_bill_clear(&bill);
}

/* Digits with at most one point, `-` in front only; no exponent is ever needed. */
static bool is_decimal(const char *text)
{
    size_t digits = strspn(text + (*text == '-'), "0123456789");
    const char *rest = text + (*text == '-') + digits;
    if (*rest == '.')
        rest += 1 + strspn(rest + 1, "0123456789");
    return digits > 0 && *rest == '\0';
}

static bool is_date(const char *text)
{
    static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
    if (strlen(text) != sizeof form - 1)
        return false;
    for (size_t i = 0; form[i]; i++)
        if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    return true;
}

static void every_cell_has_its_type(void **state)
{
    struct hr_bill bill = everything(*state);
    struct table table = table_of(*state, &bill);
    assert_true(table.rows > 12);
    for (size_t c = 0; c < COLUMNS; c++) {
        for (size_t i = 0; i < table.width; i++) {
            if (strcmp(table.cells[0][i], columns[c].name) != 0)
                continue;
            for (size_t r = 1; r < table.rows; r++) {
                const char *cell = table.cells[r][i];
                bool good = *cell ? columns[c].type == DECIMAL ? is_decimal(cell)
                                    : columns[c].type == DATE  ? is_date(cell)
                                    : columns[c].type == JSON  ? *cell == '{'
                                                               : true
                                  : columns[c].nulls == NULLS;
                if (!good)
                    fail_msg("row %zu: %s is `%s`", r, columns[c].name, cell);
            }
        }
    }
    free(table.bytes);
    hr_bill_clear(&bill);
}

static void assert_one_of(const struct table *table, size_t row, const char *name,
                          const char *allowed)
{
    char wanted[80];
    snprintf(wanted, sizeof wanted, "|%s|", cell_of(table, row, name));
    if (!strstr(allowed, wanted))
        fail_msg("row %zu: %s is %s", row, name, wanted);
}

static void values_are_among_the_allowed(void **state)
{
    struct hr_bill bill = everything(*state);
    struct table table = table_of(*state, &bill);
    for (size_t r = 1; r < table.rows; r++) {
        assert_one_of(&table, r, "ChargeCategory", "|Usage|Purchase|Tax|Credit|Adjustment|");
        assert_one_of(&table, r, "ChargeClass", "||Correction|");
        assert_one_of(&table, r, "ChargeFrequency", "|One-Time|Recurring|Usage-Based|");
        assert_one_of(&table, r, "CommitmentDiscountCategory", "||Spend|Usage|");
        assert_one_of(&table, r, "CommitmentDiscountStatus", "||Used|Unused|");
        assert_one_of(&table, r, "PricingCategory", "|Standard|Dynamic|Committed|Other|");
        assert_one_of(&table, r, "BillingCurrency", "|USD|");
        assert_one_of(&table, r, "ServiceCategory",
                      "|AI and Machine Learning|Analytics|Business Applications|Compute|Databases|"
                      "Developer Tools|Multicloud|Identity|Integration|Internet of Things|"
                      "Management and Governance|Media|Migration|Mobile|Networking|Security|"
                      "Storage|Web|Other|");
        assert_true(is(&table, r, "BillingPeriodStart", "2025-12-01T00:00:00Z"));
        assert_true(is(&table, r, "BillingPeriodEnd", "2026-01-01T00:00:00Z"));
    }
    free(table.bytes);
    hr_bill_clear(&bill);
}

static void assert_product(const struct table *table, size_t row, const char *cost,
                           const char *price)
{
    double expected = number(table, row, price) * number(table, row, "PricingQuantity");
    assert_close(number(table, row, cost), expected, 1e-12 * fmax(fabs(expected), 1));
    assert_true(number(table, row, price) >= 0);
}

static void rows_obey_the_rules_of_the_specification(void **state)
{
    struct hr_bill bill = everything(*state);
    struct table table = table_of(*state, &bill);
    for (size_t r = 1; r < table.rows; r++) {
        bool usage = is(&table, r, "ChargeCategory", "Usage");
        bool committed = !is(&table, r, "CommitmentDiscountId", "");
        assert_product(&table, r, "ListCost", "ListUnitPrice");
        assert_product(&table, r, "ContractedCost", "ContractedUnitPrice");
        assert_false(is(&table, r, "PricingQuantity", "") || is(&table, r, "PricingUnit", "") ||
                     is(&table, r, "SkuPriceId", ""));
        assert_int_equal(is(&table, r, "ConsumedQuantity", ""), !usage);
        assert_int_equal(is(&table, r, "ConsumedUnit", ""), !usage);
        assert_int_equal(is(&table, r, "CommitmentDiscountType", ""), !committed);
        assert_int_equal(is(&table, r, "CommitmentDiscountStatus", ""), !(committed && usage));
        assert_int_equal(is(&table, r, "ChargeFrequency", "Usage-Based"), usage);
        assert_true(is(&table, r, "ChargeClass", ""));
    }
    free(table.bytes);
    hr_bill_clear(&bill);
}

static void costs_add_up_to_the_bill(void **state)
{
    struct hr_bill bill = everything(*state);
    struct table table = table_of(*state, &bill);
    double billed = 0, effective = 0, purchased = 0, covered = 0;
    for (size_t r = 1; r < table.rows; r++) {
        bool committed = !is(&table, r, "CommitmentDiscountId", "");
        billed += number(&table, r, "BilledCost");
        effective += number(&table, r, "EffectiveCost");
        if (committed && is(&table, r, "ChargeCategory", "Purchase"))
            purchased += number(&table, r, "BilledCost");
        if (committed && is(&table, r, "ChargeCategory", "Usage")) {
            covered += number(&table, r, "EffectiveCost");
            assert_close(number(&table, r, "BilledCost"), 0, 0);
        }
    }
    assert_close(billed, bill.total, 1e-9 * bill.total);
    assert_close(effective, bill.total, 1e-9 * bill.total);
    assert_close(purchased, covered, 1e-12);
    assert_close(covered, 0.0816 * 0.9 * 0.63 * 1460, 1e-9);
    free(table.bytes);
    hr_bill_clear(&bill);
}

static void rows_name_provider_category_and_unit(void **state)
{
    struct hr_bill bill = everything(*state);
    struct table table = table_of(*state, &bill);
    static const struct {
        const char *meter, *column, *value;
    } wanted[] = {
        {"duration-x86", "PricingUnit", "GB-Seconds"},
        {"duration-x86", "ServiceSubcategory", "Serverless Compute"},
        {"ec2-m7g-large-spot", "PricingCategory", "Dynamic"},
        {"ec2-m7g-large", "PricingCategory", "Committed"},
        {"ec2-m7g-large", "PricingUnit", "Instance-Hours"},
        {"kms-keys", "ServiceCategory", "Security"},
        {"egress", "ProviderName", "AWS"},
        {"workers-plan", "ChargeCategory", "Purchase"},
        {"workers-plan", "PricingUnit", "Months"},
        {"r2-class-a", "ProviderName", "Cloudflare"},
        {"r2-class-a", "PricingQuantity", "1000000"},
        {"r2-class-a", "ConsumedQuantity", "1000001"},
        {"logs-lambda", "ConsumedQuantity", "4"},
        {"logs-lambda", "PricingQuantity", "0"},
        {"monitoring", "RegionId", "us-central1"},
    };
    for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++) {
        bool found = false;
        for (size_t r = 1; r < table.rows; r++) {
            if (!is(&table, r, "SkuMeter", wanted[w].meter))
                continue;
            found = true;
            if (!is(&table, r, wanted[w].column, wanted[w].value))
                fail_msg("%s: %s is %s", wanted[w].meter, wanted[w].column,
                         cell_of(&table, r, wanted[w].column));
        }
        assert_true(found);
    }
    assert_true(is(&table, 1, "Tags", "{\"application\":\"a, \\\"b\\\"\"}"));
    free(table.bytes);
    hr_bill_clear(&bill);
}

/* Of an item of several bands, each row has its share of what was used. */
static void consumption_is_counted_once(void **state)
{
    struct hr_bill bill = everything(*state);
    struct table table = table_of(*state, &bill);
    double egress = 0;
    for (size_t r = 1; r < table.rows; r++)
        if (is(&table, r, "SkuMeter", "egress"))
            egress += number(&table, r, "ConsumedQuantity");
    assert_close(egress, 51300, 1e-9);
    free(table.bytes);
    hr_bill_clear(&bill);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mandatory_column_is_there_and_no_unknown_one),
        cmocka_unit_test(every_cell_has_its_type),
        cmocka_unit_test(values_are_among_the_allowed),
        cmocka_unit_test(rows_obey_the_rules_of_the_specification),
        cmocka_unit_test(costs_add_up_to_the_bill),
        cmocka_unit_test(rows_name_provider_category_and_unit),
        cmocka_unit_test(consumption_is_counted_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
