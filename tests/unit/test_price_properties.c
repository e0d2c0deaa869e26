/* Properties that hold for bills of every usage, on all embedded books, 100,000 drawn cases each:
 * a bill never falls when usage rises, a split of usage changes nothing, bands join without a step,
 * parts add up, and without usage only what is paid whatever passes is left. */
#include "check.h"

#include "headroom/price.h"

#define CASES 100000

static const char *const book_ids[] = {"aws-us-east-1",   "aws-eu-central-1", "aws-eu-west-1",
                                       "gcp-us-central1", "azure-eastus",     "cloudflare"};
enum { BOOKS = sizeof book_ids / sizeof *book_ids };

struct books {
    struct hr_models *models;
    struct hr_book *at[BOOKS];
};

static int set_up(void **state)
{
    static struct books books;
    struct hr_error err = {0};
    bool opened = hr_models_open(NULL, &books.models, &err);
    for (size_t i = 0; opened && i < BOOKS; i++)
        opened = hr_book_open(books.models, book_ids[i], NULL, 0, &books.at[i], &err);
    if (!opened)
        print_error("%s\n", err.text);
    *state = &books;
    return opened ? 0 : -1;
}

static int tear_down(void **state)
{
    struct books *books = *state;
    for (size_t i = 0; i < BOOKS; i++)
        hr_book_close(books->at[i]);
    hr_models_close(books->models);
    return 0;
}

/* Draws of one case, in order. */
struct draws {
    uint64_t key, count;
};
static uint64_t draw(struct draws *draws)
{
    return hr_mix64(draws->key + ++draws->count * UINT64_C(0x9e3779b97f4a7c15));
}
static struct draws draws_of(uint64_t property, uint64_t case_number)
{
    return (struct draws){hr_mix64(property * UINT64_C(1000003) + case_number), 0};
}

/* The free quantity and the ends of the bands, where bills bend. */
static double edge_of(const struct hr_book *book, size_t item, struct draws *draws)
{
    struct hr_book_item info = hr_book_item(book, item);
    double up_to = hr_book_tier(book, item, draw(draws) % info.tier_count).up_to;
    return isinf(up_to) ? info.free : info.free + up_to;
}

/* From a hundredth to a million million, or at an edge, or near it; three decimals. */
static double some_quantity(const struct hr_book *book, size_t item, struct draws *draws)
{
    double edge = edge_of(book, item, draws), unit = hr_unit(draw(draws)), quantity = 0;
    switch (draw(draws) % 4) {
    case 0:
        quantity = edge;
        break;
    case 1:
        quantity = fmax(edge + 200 * unit - 100, 0);
        break;
    default:
        quantity = pow(10, -2 + 13 * unit);
    }
    /* at most a hundred thousand million dollars */
    quantity = fmin(quantity, 1e11 / hr_book_tier(book, item, 0).price);
    return round(quantity * 1000) / 1000;
}

static struct hr_bill bill_of(const struct hr_book *book, const struct hr_item_usage *usage,
                              const struct hr_bill_options *options)
{
    struct hr_bill bill = {0};
    struct hr_error err = {0};
    if (!hr_bill_items(book, usage, options, &bill, &err))
        fail_msg("%s", err.text);
    return bill;
}

static int64_t total_of(const struct hr_book *book, const struct hr_item_usage *usage,
                        const struct hr_bill_options *options)
{
    struct hr_bill bill = bill_of(book, usage, options);
    int64_t total = bill.total_micro_usd;
    hr_bill_clear(&bill);
    return total;
}

static const struct hr_bill_options with_free = {.free_tier = true};

/* Up to four items of a book with some usage; the others have none. */
static size_t fill(const struct hr_book *book, struct hr_item_usage *usage, struct draws *draws)
{
    size_t last = 0;
    memset(usage->quantity, 0, usage->count * sizeof *usage->quantity);
    for (int i = 0; i < 4; i++) {
        last = draw(draws) % usage->count;
        if (strcmp(hr_book_item(book, last).unit, "months") != 0)
            usage->quantity[last] = some_quantity(book, last, draws);
    }
    return last;
}

static double quantities[512];

static void bill_never_falls_when_usage_rises(void **state)
{
    const struct books *books = *state;
    for (uint64_t i = 0; i < CASES; i++) {
        struct draws draws = draws_of(1, i);
        const struct hr_book *book = books->at[i % BOOKS];
        struct hr_item_usage usage = {quantities, hr_book_item_count(book)};
        assert_true(usage.count < sizeof quantities / sizeof *quantities);
        size_t raised = fill(book, &usage, &draws);
        int64_t before = total_of(book, &usage, &with_free);
        usage.quantity[raised] += pow(10, -3 + 9 * hr_unit(draw(&draws)));
        int64_t after = total_of(book, &usage, &with_free);
        if (after < before)
            fail_msg("case %llu: %s", (unsigned long long)i, hr_book_item(book, raised).item);
    }
}

static int64_t total_of_table(const struct hr_book *book, const char *table)
{
    struct hr_item_usage usage = {0};
    struct hr_error err = {0};
    FILE *in = fmemopen((void *)(uintptr_t)table, strlen(table), "r");
    assert_non_null(in);
    if (!hr_item_usage_read(book, "table", in, &usage, &err))
        fail_msg("%s", err.text);
    fclose(in);
    int64_t total = total_of(book, &usage, &with_free);
    hr_item_usage_clear(&usage);
    return total;
}

static void usage_split_over_rows_costs_the_same(void **state)
{
    const struct books *books = *state;
    for (uint64_t i = 0; i < CASES; i++) {
        struct draws draws = draws_of(2, i);
        const struct hr_book *book = books->at[i % BOOKS];
        size_t item = draw(&draws) % hr_book_item_count(book);
        const char *id = hr_book_item(book, item).item;
        /* thousandths of a unit: sums are exact, the split falls at an edge or anywhere below */
        int64_t all = llround(some_quantity(book, item, &draws) * 1000);
        int64_t edge = llround(edge_of(book, item, &draws) * 1000);
        int64_t part = edge <= all ? edge : (int64_t)(hr_unit(draw(&draws)) * (double)all);
        char whole[256], split[256];
        snprintf(whole, sizeof whole, "service,item,quantity\n,%s,%lld.%03lld\n", id,
                 (long long)(all / 1000), (long long)(all % 1000));
        snprintf(split, sizeof split, "service,item,quantity\n,%s,%lld.%03lld\n,%s,%lld.%03lld\n",
                 id, (long long)(part / 1000), (long long)(part % 1000), id,
                 (long long)((all - part) / 1000), (long long)((all - part) % 1000));
        if (total_of_table(book, whole) != total_of_table(book, split))
            fail_msg("case %llu:\n%s%s", (unsigned long long)i, whole, split);
    }
}

/* Past an edge by d units a bill rises by at most d at the item's dearest price: no step there,
 * unless units are sold in steps. */
static void bands_join_without_a_step(void **state)
{
    const struct books *books = *state;
    for (uint64_t i = 0; i < CASES; i++) {
        struct draws draws = draws_of(3, i);
        const struct hr_book *book = books->at[i % BOOKS];
        struct hr_item_usage usage = {quantities, hr_book_item_count(book)};
        size_t item = draw(&draws) % usage.count;
        struct hr_book_item info = hr_book_item(book, item);
        double edge = edge_of(book, item, &draws), past = pow(10, -3 + 6 * hr_unit(draw(&draws)));
        double dearest = 0;
        for (size_t t = 0; t < info.tier_count; t++)
            dearest = fmax(dearest, hr_book_tier(book, item, t).price);
        memset(quantities, 0, sizeof quantities);
        quantities[item] = edge;
        int64_t at = total_of(book, &usage, &with_free);
        quantities[item] = edge + past;
        int64_t beyond = total_of(book, &usage, &with_free);
        /* 1.1 of a millionth: each band's amount is rounded, and edge + past to 15 digits */
        double most = dearest * (past + info.step + edge * 1e-14) * 1e6;
        if ((double)(beyond - at) > most + 1.1 * (double)info.tier_count || beyond < at)
            fail_msg("case %llu: %s at %g", (unsigned long long)i, info.item, edge);
    }
}

static void lines_and_parts_of_an_account_add_up(void **state)
{
    const struct books *books = *state;
    const struct hr_bill_options part = {.part = true};
    for (uint64_t i = 0; i < CASES; i++) {
        struct draws draws = draws_of(4, i);
        const struct hr_book *book = books->at[i % BOOKS];
        struct hr_item_usage usage = {quantities, hr_book_item_count(book)};
        fill(book, &usage, &draws);
        struct hr_bill bill = bill_of(book, &usage, &with_free);
        int64_t sum = 0;
        double cents = 0;
        for (size_t k = 0; k < bill.count; k++) {
            sum += bill.lines[k].micro_usd;
            cents += round(hr_money_cents(bill.lines[k].amount) * 100);
            if (llabs(llround(bill.lines[k].amount * 1e6) - bill.lines[k].micro_usd) >
                1 + llabs(bill.lines[k].micro_usd) / 1000000000000000)
                fail_msg("case %llu, line %zu", (unsigned long long)i, k);
        }
        if (sum != bill.total_micro_usd || cents != round(hr_bill_shown_total(&bill) * 100))
            fail_msg("case %llu: lines and total", (unsigned long long)i);
        hr_bill_clear(&bill);
        /* What lies in a first band costs the same as a whole and as three parts of an account. */
        size_t item = draw(&draws) % usage.count;
        double first = fmin(hr_book_tier(book, item, 0).up_to, 1e9), share = hr_unit(draw(&draws));
        memset(quantities, 0, sizeof quantities);
        int64_t parts = 0;
        const double shares[3] = {share / 2, share / 2, 1 - share};
        for (int k = 0; k < 3; k++) {
            quantities[item] = first * shares[k];
            parts += total_of(book, &usage, &part);
        }
        quantities[item] = first;
        int64_t whole = total_of(book, &usage, &part);
        if (llabs(parts - whole) > 2 + whole / 100000000000000)
            fail_msg("case %llu: %s in parts", (unsigned long long)i,
                     hr_book_item(book, item).item);
    }
}

static void no_usage_costs_only_fixed_items(void **state)
{
    const struct books *books = *state;
    for (size_t b = 0; b < BOOKS; b++) {
        struct hr_item_usage usage = {quantities, hr_book_item_count(books->at[b])};
        memset(quantities, 0, sizeof quantities);
        assert_int_equal(total_of(books->at[b], &usage, &with_free), 0);
        double fixed = 0;
        for (size_t i = 0; i < usage.count; i++)
            if (strcmp(hr_book_item(books->at[b], i).unit, "months") == 0) {
                quantities[i] = 1;
                fixed += hr_book_tier(books->at[b], i, 0).price;
            }
        assert_int_equal(total_of(books->at[b], &usage, &with_free), llround(fixed * 1e6));
    }
}

/* What the books must hold, so that designs can be paid for. */
static void books_hold_what_designs_are_made_of(void **state)
{
    static const struct {
        size_t book, least; /* items whose name begins so */
        const char *begins;
    } wanted[] = {
        {0, 15, "ec2-"},       {1, 15, "ec2-"},        {2, 15, "ec2-"},
        {0, 2, "duration-"},   {0, 2, "provisioned"},  {0, 1, "ephemeral"},
        {0, 2, "snap"},        {0, 2, "edge-"},        {0, 1, "cloudfront-f"},
        {0, 2, "fargate-x86"}, {0, 2, "fargate-arm"},  {0, 2, "fargate-spot"},
        {0, 1, "eks-"},        {0, 2, "api-gateway-"}, {0, 2, "alb-"},
        {0, 2, "sqs-"},        {0, 3, "sns-"},         {0, 3, "eventbridge"},
        {0, 3, "step-f"},      {0, 3, "s3-"},          {0, 3, "dynamodb"},
        {0, 5, "cache-"},      {0, 1, "rds-proxy"},    {0, 3, "logs-"},
        {0, 1, "metrics"},     {0, 2, "xray-"},        {0, 2, "nat-"},
        {0, 2, "transfer-"},   {3, 3, "cloud-run-"},   {3, 15, "gce-"},
        {4, 2, "functions-"},  {4, 2, "flex-"},        {4, 2, "premium-"},
        {4, 5, "vm-"},         {5, 3, "workers-"},
    };
    const struct books *books = *state;
    for (size_t b = 0; b < BOOKS; b++)
        for (size_t i = 0; i < hr_book_item_count(books->at[b]); i++) {
            const char *category, *subcategory, *service = hr_book_item(books->at[b], i).service;
            if (!hr_book_category(books->at[b], service, &category, &subcategory))
                fail_msg("%s: no category of %s", hr_book_id(books->at[b]), service);
        }
    for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++) {
        const struct hr_book *book = books->at[wanted[w].book];
        size_t found = 0;
        for (size_t i = 0; i < hr_book_item_count(book); i++) {
            struct hr_book_item item = hr_book_item(book, i);
            found += strncmp(item.item, wanted[w].begins, strlen(wanted[w].begins)) == 0;
            assert_true(*item.source != '\0');
        }
        if (found < wanted[w].least)
            fail_msg("%s: %zu items %s...", hr_book_id(book), found, wanted[w].begins);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bill_never_falls_when_usage_rises),
        cmocka_unit_test(usage_split_over_rows_costs_the_same),
        cmocka_unit_test(bands_join_without_a_step),
        cmocka_unit_test(lines_and_parts_of_an_account_add_up),
        cmocka_unit_test(no_usage_costs_only_fixed_items),
        cmocka_unit_test(books_hold_what_designs_are_made_of),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
