/* A month's usage as a table of items: what is read, what is refused with its place, and bills that
 * keep their millionths at a month of 10^12 requests. Amounts were worked out by hand. */
#include "check.h"

#include "headroom/price.h"

static const char small_book[] =
    "book: small\nprovider: us\nregion: here\ncurrency: USD\nas_of: 2026-11-01\n"
    "pools:\n"
    "  compute: {unit: GB-s, free: 400}\n"
    "  logs: {unit: GB, free: 5}\n"
    "items:\n"
    "  calls: {service: Calls, unit: requests, price: 0.0000002, free: 1000}\n"
    "  x86: {service: Compute, unit: GB-s, free: {pool: compute},\n"
    "        tiers: [{up_to: 1000, price: 0.5}, {up_to: 3000, price: 0.3}, {price: 0.1}]}\n"
    "  arm: {service: Compute, unit: GB-s, price: 0.4, free: {pool: compute}}\n"
    "  ingest: {service: Logs, unit: GB, price: 0.5, free: {pool: logs}}\n"
    "  kept: {service: Logs, unit: GB-month, price: 0.03, free: {pool: logs}}\n"
    "  million: {service: Store, unit: requests, price: 0.0000045, free: 1000000, step: 1000000}\n"
    "  balancer: {service: Net, unit: h, price: 0.0225, step: 1}\n"
    "  share: {service: Net, unit: GB, price: 0.1, step: 0.1, minimum: 1}\n"
    "  plan: {service: Plan, unit: months, price: 5}\n"
    "schemes:\n"
    "  s: {metering: {span: life}, items: [{item: balancer, meter: balancer_hours},\n"
    "                                      {item: plan, meter: months}]}\n";

static struct hr_book *open_book(const char *text, struct hr_error *err)
{
    char path[] = "/tmp/headroom-items-XXXXXX";
    int fd = mkstemp(path);
    struct hr_book *book = NULL;
    assert_true(fd >= 0);
    assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    if (!hr_book_open_file(path, &book, err))
        book = NULL;
    unlink(path);
    return book;
}

static bool read_usage(const struct hr_book *book, const char *csv, struct hr_item_usage *ret,
                       struct hr_error *err)
{
    FILE *in = fmemopen((void *)(uintptr_t)csv, strlen(csv), "r");
    assert_non_null(in);
    bool read = hr_item_usage_read(book, "usage.csv", in, ret, err);
    fclose(in);
    return read;
}

enum free_tier { NO_FREE, WITH_FREE };

static struct hr_bill bill_of(const struct hr_book *book, const char *csv, enum free_tier free_tier)
{
    struct hr_item_usage usage = {0};
    struct hr_bill bill = {0};
    struct hr_error err = {0};
    const struct hr_bill_options options = {.free_tier = free_tier == WITH_FREE};
    if (!read_usage(book, csv, &usage, &err) || !hr_bill_items(book, &usage, &options, &bill, &err))
        fail_msg("%s", err.text);
    hr_item_usage_clear(&usage);
    return bill;
}

static int set_up(void **state)
{
    struct hr_error err = {0};
    *state = open_book(small_book, &err);
    if (!*state)
        print_error("%s\n", err.text);
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    hr_book_close(*state);
    return 0;
}

static void rows_of_one_item_add_up_in_the_books_order(void **state)
{
    struct hr_bill bill = bill_of(*state,
                                  "quantity,item,service\r\n"
                                  "100,x86,compute\r\n"
                                  "1500,calls,Calls\r\n"
                                  "\"500\",\"calls\",\r\n"
                                  "\r\n"
                                  "1e3,x86,Compute\r\n",
                                  WITH_FREE);
    assert_int_equal(bill.count, 2);
    assert_string_equal(bill.lines[0].item, "calls");
    assert_close(bill.lines[0].quantity, 2000, 0);
    assert_close(bill.lines[0].billed_quantity, 1000, 0);
    assert_int_equal(bill.lines[0].micro_usd, 200);
    assert_string_equal(bill.lines[1].item, "x86");
    assert_close(bill.lines[1].billed_quantity, 700, 0);
    assert_int_equal(bill.total_micro_usd, 350000200);
    hr_bill_clear(&bill);
}

static void items_of_one_pool_share_its_free_quantity(void **state)
{
    static const struct {
        const char *csv;
        double billed[2];
        size_t lines;
    } cases[] = {
        {"service,item,quantity\n,x86,300\n,arm,300\n", {0, 200}, 2},
        {"service,item,quantity\n,arm,300\n,x86,300\n", {0, 200}, 2}, /* whatever stands first */
        {"service,item,quantity\n,x86,400\n,arm,1\n", {0, 1}, 2},
        {"service,item,quantity\n,x86,500\n,arm,7\n", {100, 7}, 2},
        {"service,item,quantity\n,ingest,3\n,kept,4\n", {0, 2}, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_bill bill = bill_of(*state, cases[i].csv, WITH_FREE);
        assert_int_equal(bill.count, cases[i].lines);
        for (size_t k = 0; k < bill.count; k++)
            assert_close(bill.lines[k].billed_quantity, cases[i].billed[k], 0);
        hr_bill_clear(&bill);
    }
    struct hr_bill bill = bill_of(*state, cases[0].csv, NO_FREE);
    assert_close(bill.total, 300 * 0.5 + 300 * 0.4, 1e-12);
    hr_bill_clear(&bill);
}

static void steps_and_least_quantities_round_up_what_is_paid(void **state)
{
    static const struct {
        const char *csv;
        double billed;
        int64_t micro_usd;
    } cases[] = {
        {"service,item,quantity\n,million,1000000\n", 0, 0},
        {"service,item,quantity\n,million,1000001\n", 1e6, 4500000},
        {"service,item,quantity\n,million,3000000\n", 2e6, 9000000},
        {"service,item,quantity\n,balancer,720\n", 720, 16200000},
        {"service,item,quantity\n,balancer,720.000001\n", 721, 16222500},
        {"service,item,quantity\n,share,0.25\n", 1, 100000},
        {"service,item,quantity\n,share,1.3\n", 1.3, 130000}, /* thirteen tenths, not fourteen */
        {"service,item,quantity\n,share,1.31\n", 1.4, 140000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_bill bill = bill_of(*state, cases[i].csv, WITH_FREE);
        assert_int_equal(bill.count, 1);
        assert_close(bill.lines[0].billed_quantity, cases[i].billed, 1e-15);
        if (bill.total_micro_usd != cases[i].micro_usd)
            fail_msg("case %zu: %lld", i, (long long)bill.total_micro_usd);
        hr_bill_clear(&bill);
    }
}

static void a_part_of_an_account_is_not_rounded_to_steps(void **state)
{
    const struct hr_usage month = {{[HR_METER_BALANCER_HOURS] = 0.25}};
    const struct hr_bill_request request = {.scheme = "s", .instance_type = "", .month = &month};
    for (int part = 0; part < 2; part++) {
        struct hr_bill bill = {0};
        struct hr_error err = {0};
        const struct hr_bill_options options = {.part = part != 0};
        assert_true(hr_bill_make(*state, &request, &options, &bill, &err));
        assert_close(bill.lines[0].billed_quantity, part ? 0.25 : 1, 0);
        assert_int_equal(bill.total_micro_usd, part ? 5625 : 22500);
        hr_bill_clear(&bill);
    }
}

static void no_usage_costs_only_what_is_paid_whatever_passes(void **state)
{
    struct hr_bill bill =
        bill_of(*state, "service,item,quantity\n,calls,0\n,x86,0\n,plan,1\n", WITH_FREE);
    assert_int_equal(bill.count, 1);
    assert_int_equal(bill.total_micro_usd, 5000000);
    hr_bill_clear(&bill);
}

static void a_million_million_requests_keep_their_millionths(void **state)
{
    static const struct {
        const char *csv;
        int64_t micro_usd;
    } cases[] = {
        /* 10^12 - 1000 at 0.0000002, then one more: a fifth of a millionth, which rounds away */
        {"service,item,quantity\n,calls,1000000000000\n", INT64_C(199999999800)},
        {"service,item,quantity\n,calls,1000000000003\n", INT64_C(199999999801)},
        /* 500 + 600 + (10^12 - 3000 - 400) x 0.1 */
        {"service,item,quantity\n,x86,1000000000000\n", INT64_C(100000000760000000)},
        {"service,item,quantity\n,arm,999999999999.999\n", INT64_C(399999999839999600)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_bill bill = bill_of(*state, cases[i].csv, WITH_FREE);
        if (bill.total_micro_usd != cases[i].micro_usd)
            fail_msg("case %zu: %lld", i, (long long)bill.total_micro_usd);
        hr_bill_clear(&bill);
    }
}

static void discounts_come_off_decimal_figures(void **state)
{
    struct hr_item_usage usage = {0};
    struct hr_bill bill = {0};
    struct hr_error err = {0};
    const struct hr_bill_options options = {.discount = 0.12};
    assert_true(read_usage(*state, "service,item,quantity\n,calls,12345678901234\n", &usage, &err));
    assert_true(hr_bill_items(*state, &usage, &options, &bill, &err));
    /* 12345678901234 x 0.0000002 x 0.88 = 2172839.486617184 */
    assert_int_equal(bill.total_micro_usd, INT64_C(2172839486617));
    assert_close(bill.lines[0].unit_price, 0.000000176, 0);
    hr_item_usage_clear(&usage);
    hr_bill_clear(&bill);
}

static void wrong_tables_are_refused_with_their_place(void **state)
{
#define TABLE "service,item,quantity\n"
    static const struct {
        const char *csv, *says;
    } cases[] = {
        {"", "usage.csv: is empty; expected a header with service, item and quantity"},
        {"\n\n", "usage.csv: is empty"},
        {"service,item\n", "usage.csv:1: expected a header with the columns service, item"},
        {"service,item,amount\n", "usage.csv:1: expected a header"},
        {"service,item,quantity,note\n", "usage.csv:1: expected a header"},
        {TABLE ",calls\n", "usage.csv:2: expected 3 cells, found 2"},
        {TABLE ",calls,1\n\n,calls,1,2\n", "usage.csv:4: expected 3 cells, found 4"},
        {TABLE ",calls,-1\n", "usage.csv:2: quantity: expected a number of 0 or more"},
        {TABLE ",calls,many\n", "found `many`"},
        {TABLE ",calls,\n", "usage.csv:2: quantity: expected"},
        {TABLE ",calls,nan\n", "usage.csv:2: quantity: expected"},
        {TABLE ",calls,inf\n", "usage.csv:2: quantity: expected"},
        {TABLE ",calls,1e999\n", "usage.csv:2: quantity: expected"},
        {TABLE ",calls,0x10\n", "usage.csv:2: quantity: expected"},
        {TABLE ",calls,1\n,call,1\n", "usage.csv:3: item: expected an item of book small"},
        {TABLE "Compute,calls,1\n", "usage.csv:2: service: item `calls` is of `Calls`, found `Com"},
        {TABLE ",\"calls,1\n", "usage.csv:2: is no CSV"},
        {TABLE ",ca\"lls,1\n", "usage.csv:2: is no CSV"},
    };
#undef TABLE
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_item_usage usage = {0};
        struct hr_error err = {0};
        /* an empty string has no stream of its own */
        const char *csv = *cases[i].csv ? cases[i].csv : "\n";
        if (read_usage(*state, csv, &usage, &err))
            fail_msg("case %zu is taken", i);
        assert_int_equal(err.kind, HR_EINPUT);
        if (!strstr(err.text, cases[i].says))
            fail_msg("case %zu: %s\nexpected: %s", i, err.text, cases[i].says);
        assert_null(usage.quantity);
    }
}

static void a_line_beyond_its_limit_is_refused(void **state)
{
    static char csv[10000];
    memset(csv, 'x', sizeof csv - 1);
    memcpy(csv, "service,item,quantity\n", 22);
    struct hr_item_usage usage = {0};
    struct hr_error err = {0};
    assert_false(read_usage(*state, csv, &usage, &err));
    assert_int_equal(err.kind, HR_ELIMIT);
    assert_non_null(strstr(err.text, "usage.csv:2: a line has at most"));
}

static void a_bill_beyond_what_can_be_counted_is_refused(void **state)
{
    struct hr_item_usage usage = {0};
    struct hr_bill bill = {0};
    struct hr_error err = {0};
    assert_true(read_usage(*state, "service,item,quantity\n,plan,1e13\n", &usage, &err));
    assert_false(hr_bill_items(*state, &usage, &(struct hr_bill_options){0}, &bill, &err));
    assert_int_equal(err.kind, HR_EINPUT);
    assert_non_null(strstr(err.text, "plan: 1e+13 months a month cost more than a bill can hold"));
    hr_item_usage_clear(&usage);
}

static void pools_and_steps_are_refused_with_their_place(void **state)
{
#define HEAD                                                                                       \
    "book: b\nprovider: p\nregion: r\ncurrency: USD\nas_of: 2026-11-01\n"                          \
    "pools:\n  shared: {unit: GB, free: 5}\nitems:\n"
    static const struct {
        const char *text, *says;
    } cases[] = {
        {HEAD "  a: {service: S, unit: GB, price: 1, free: {pool: shred}}\n",
         ":9:52: items.a.free: there is no pool `shred` under `pools:`"},
        {HEAD "  a: {service: S, unit: h, price: 1, free: {pool: shared}}\n",
         ":9:44: items.a.free: pool `shared` counts `GB`, the item `h`"},
        {HEAD "  a: {service: S, unit: GB, price: 1, free: -5}\n", ":9:45: items.a.free: expected"},
        {HEAD "  a: {service: S, unit: GB, price: 1, free: {pool: shared, of: 1}}\n",
         ":9:45: items.a.free: expected units"},
        {HEAD "  a: {service: S, unit: GB, price: 1, step: -1}\n", ":9:45: items.a.step: expected"},
        {HEAD "  a: {service: S, unit: GB, price: 1, minimum: x}\n", "items.a.minimum: expected"},
        {HEAD "  a: {service: S, unit: GB, price: 1}\nschemes:\n"
              "  x: {metering: {span: life}, instances: y}\n",
         ":11:42: instances: no scheme `y` stands above this one"},
        {HEAD "  a: {service: S, unit: GB, price: 1}\ncategories:\n  S: Compute / Containment\n",
         ":11:6: categories.S: expected a category and a subcategory of FOCUS 1.2"},
        {HEAD "  a: {service: S, unit: GB, price: 1}\ncategories:\n  S: Other (Other)\n",
         ":11:6: categories.S: expected a category"},
    };
#undef HEAD
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_error err = {0};
        if (open_book(cases[i].text, &err))
            fail_msg("case %zu is taken", i);
        assert_int_equal(err.kind, HR_EMODEL);
        if (!strstr(err.text, cases[i].says))
            fail_msg("case %zu: %s\nexpected: %s", i, err.text, cases[i].says);
    }
}

static void a_book_tells_its_items(void **state)
{
    const struct hr_book *book = *state;
    assert_int_equal(hr_book_item_count(book), 9);
    struct hr_book_item item = hr_book_item(book, 1);
    assert_string_equal(item.item, "x86");
    assert_string_equal(item.pool, "compute");
    assert_close(item.free, 400, 0);
    assert_int_equal(item.tier_count, 3);
    assert_close(hr_book_tier(book, 1, 1).up_to, 3000, 0);
    assert_close(hr_book_tier(book, 1, 2).price, 0.1, 0);
    assert_true(isinf(hr_book_tier(book, 1, 2).up_to));
    item = hr_book_item(book, 7);
    assert_close(item.step, 0.1, 0);
    assert_close(item.minimum, 1, 0);
    assert_true(hr_book_has(book, "pools.logs.free"));
    assert_false(hr_book_has(book, "pools.log"));
}

static void a_date_that_is_still_to_come_is_refused(void **state)
{
    struct hr_error err = {0};
    assert_true(hr_book_dated(*state, "2026-11-01", &err));
    assert_false(hr_book_dated(*state, "2026-10-31", &err));
    assert_int_equal(err.kind, HR_EMODEL);
    assert_non_null(strstr(err.text, ":5:8: as_of: expected a day until today (2026-10-31)"));
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(rows_of_one_item_add_up_in_the_books_order),
        WITH(items_of_one_pool_share_its_free_quantity),
        WITH(steps_and_least_quantities_round_up_what_is_paid),
        WITH(a_part_of_an_account_is_not_rounded_to_steps),
        WITH(no_usage_costs_only_what_is_paid_whatever_passes),
        WITH(a_million_million_requests_keep_their_millionths),
        WITH(discounts_come_off_decimal_figures),
        WITH(wrong_tables_are_refused_with_their_place),
        WITH(a_line_beyond_its_limit_is_refused),
        WITH(a_bill_beyond_what_can_be_counted_is_refused),
        cmocka_unit_test(pools_and_steps_are_refused_with_their_place),
        WITH(a_book_tells_its_items),
        WITH(a_date_that_is_still_to_come_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
