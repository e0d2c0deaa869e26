/* Bills against the worked examples that the providers publish, the edges of tiers, and wrong
 * books. */
#include "check.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "headroom/price.h"

struct books {
    struct hr_models *models;
    struct hr_book *aws, *gcp;
};

static int open_books(void **state)
{
    static struct books books;
    struct hr_error err;
    assert_true(hr_models_open(NULL, &books.models, &err));
    assert_true(hr_book_open(books.models, "aws-us-east-1", NULL, 0, &books.aws, &err));
    assert_true(hr_book_open(books.models, "gcp-us-central1", NULL, 0, &books.gcp, &err));
    *state = &books;
    return 0;
}

static int close_books(void **state)
{
    struct books *books = *state;
    hr_book_close(books->aws);
    hr_book_close(books->gcp);
    hr_models_close(books->models);
    return 0;
}

/* Total of a month under a scheme with at most one service. */
static double total(const struct hr_book *book, const char *scheme, const char *service,
                    const struct hr_usage *month, bool free_tier, double *ret_shown)
{
    struct hr_error err = {0};
    struct hr_bill bill;
    const struct hr_bill_request request = {.scheme = scheme,
                                            .instance_type = "m7g.large",
                                            .services = &service,
                                            .service_count = service ? 1 : 0,
                                            .month = month};
    const struct hr_bill_options options = {.free_tier = free_tier};
    if (!hr_bill_make(book, &request, &options, &bill, &err))
        fail_msg("%s", err.text);
    double sum = 0;
    for (size_t i = 0; i < bill.count; i++)
        sum += bill.lines[i].amount;
    assert_close(bill.total, sum, 1e-9);
    double result = bill.total;
    if (ret_shown)
        *ret_shown = hr_bill_shown_total(&bill);
    hr_bill_clear(&bill);
    return result;
}

static struct hr_usage usage(enum hr_meter a, double x, enum hr_meter b, double y)
{
    struct hr_usage month = {0};
    month.quantity[a] = x;
    month.quantity[b] = y;
    return month;
}

/* AWS's own examples on the Lambda and API Gateway pages (2025, 2026). */
static void bill_of_published_examples_matches_to_the_cent(void **state)
{
    const struct books *b = *state;
    double shown;
    /* 3 M requests of 120 ms at 1536 MB, free tier used: 2.33 + 0.40 */
    struct hr_usage month = usage(HR_METER_REQUESTS, 3e6, HR_METER_GB_SECONDS, 540000);
    total(b->aws, "lambda-x86", NULL, &month, true, &shown);
    assert_close(shown, 2.73, 1e-9);
    /* 7.44 M requests of 2 s at 1024 MB, no free tier: 1.49 + 248.00 */
    month = usage(HR_METER_REQUESTS, 7.44e6, HR_METER_GB_SECONDS, 14880000);
    total(b->aws, "lambda-x86", NULL, &month, false, &shown);
    assert_close(shown, 249.49, 1e-9);
    /* 432 M HTTP API calls: 300 + 118.80 */
    month = usage(HR_METER_HTTP_CALLS, 432e6, HR_METER_REQUESTS, 0);
    total(b->aws, "lambda-x86", "api-gateway-http", &month, false, &shown);
    assert_close(shown, 418.80, 1e-9);
}

/* Infracost's check values for the tiers of Lambda. */
static void bill_at_tier_edges_is_exact(void **state)
{
    const struct books *b = *state;
    struct hr_usage month = usage(HR_METER_GB_SECONDS, 6e9, HR_METER_REQUESTS, 0);
    assert_close(total(b->aws, "lambda-x86", NULL, &month, false, NULL), 100000.20, 1e-4);
    month.quantity[HR_METER_GB_SECONDS] = 15e9;
    assert_close(total(b->aws, "lambda-x86", NULL, &month, false, NULL), 100000.20 + 135000, 1e-4);
    month.quantity[HR_METER_GB_SECONDS] = 15e9 + 1e6;
    assert_close(total(b->aws, "lambda-x86", NULL, &month, false, NULL),
                 100000.20 + 135000 + 13.3334, 1e-4);
    month.quantity[HR_METER_GB_SECONDS] = 7.5e9;
    assert_close(total(b->aws, "lambda-arm", NULL, &month, false, NULL), 100000.50, 1e-4);
}

/* A fleet of four m7g.large for 730 h behind a balancer with half an LCU. */
static void bill_of_a_fleet_adds_servers_and_balancer(void **state)
{
    const struct books *b = *state;
    struct hr_usage month = usage(HR_METER_INSTANCE_HOURS, 4 * 730.0, HR_METER_BALANCER_HOURS, 730);
    month.quantity[HR_METER_CAPACITY_UNIT_HOURS] = 365;
    double servers = 4 * 730 * 0.0816, balancer = 730 * 0.0225 + 365 * 0.008;
    assert_close(total(b->aws, "ec2-on-demand", "alb", &month, true, NULL), servers + balancer,
                 1e-9);
    assert_close(total(b->aws, "ec2-savings-1y", "alb", &month, true, NULL),
                 servers * 0.63 + balancer, 1e-9);
}

static void bill_of_cloud_run_takes_the_free_tier_off_each_meter(void **state)
{
    const struct books *b = *state;
    struct hr_usage month = usage(HR_METER_REQUESTS, 5e6, HR_METER_VCPU_SECONDS, 280000);
    month.quantity[HR_METER_GIB_SECONDS] = 140000; /* within the free 360,000 */
    assert_close(total(b->gcp, "cloud-run-requests", NULL, &month, true, NULL), 1.20 + 2.40, 1e-9);
    assert_close(total(b->gcp, "cloud-run-requests", NULL, &month, false, NULL), 2.0 + 6.72 + 0.35,
                 1e-9);
}

/* More usage never costs less, and splitting a bill at a tier never costs less than one bill. */
static void bill_of_more_usage_is_never_smaller(void **state)
{
    const struct books *b = *state;
    double before = 0;
    for (int i = 0; i < 400; i++) {
        double gb = (double)(hr_mix64((uint64_t)i) % 100) + 100.0 * i;
        struct hr_usage month = usage(HR_METER_EGRESS_GB, gb * 10, HR_METER_HTTP_CALLS, gb * 1e5);
        double now = total(b->aws, "lambda-x86", "api-gateway-http", &month, true, NULL);
        assert_true(now >= before - 1e-9);
        before = now;
        struct hr_usage half = month;
        half.quantity[HR_METER_EGRESS_GB] /= 2;
        half.quantity[HR_METER_HTTP_CALLS] /= 2;
        double halves = 2 * total(b->aws, "lambda-x86", "api-gateway-http", &half, false, NULL);
        double whole = total(b->aws, "lambda-x86", "api-gateway-http", &month, false, NULL);
        assert_true(halves >= whole - 1e-6);
    }
}

static void money_half_a_cent_goes_away_from_zero(void **state)
{
    (void)state;
    assert_close(hr_money_cents(1.005), 1.01, 1e-12);
    assert_close(hr_money_cents(2.675), 2.68, 1e-12);
    assert_close(hr_money_cents(-1.005), -1.01, 1e-12);
    assert_close(hr_money_cents(1.00499), 1.00, 1e-12);
    assert_close(hr_money_cents(0), 0, 0);
}

static void override_of_a_price_changes_the_bill(void **state)
{
    const struct books *b = *state;
    struct hr_error err;
    struct hr_book *book = NULL;
    const struct hr_override overrides[] = {{"items.lambda-requests", "0.000001"},
                                            {"items.lambda-duration-x86", "0.00002"}};
    assert_true(hr_book_open(b->models, "aws-us-east-1", overrides, 2, &book, &err));
    struct hr_usage month = usage(HR_METER_REQUESTS, 1e6, HR_METER_GB_SECONDS, 1e6);
    assert_close(total(book, "lambda-x86", NULL, &month, false, NULL), 1.0 + 20.0, 1e-9);
    hr_book_close(book);
}

/* Each wrong book is refused with its place and what would be right. */
static void book_with_a_fault_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *items, *sentence;
    } cases[] = {
        {"  a: {service: S, unit: u, price: -1}\n", "a"},
        {"  a: {service: S, unit: u}\n", "either `price` or `tiers`"},
        {"  a: {service: S, unit: u, tiers: [{up_to: 5, price: 1}, {up_to: 3, price: 1}, "
         "{price: 1}]}\n",
         "must ascend"},
        {"  a: {service: S, unit: u, tiers: [{up_to: 5, price: 1}]}\n", "every band but the last"},
        {"  a: {service: S, unit: u, price: 1, colour: red}\n", "colour"},
        {"  a: {service: S, unit: u, price: 1}\nschemes:\n  s: {metering: {span: life}, items: {b: "
         "requests}}\n",
         "no item `b`"},
        {"  a: {service: S, unit: u, price: 1}\nschemes:\n  s: {metering: {span: life}, items: {a: "
         "smiles}}\n",
         "expected a meter"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[] = "/tmp/hr-book-XXXXXX.yaml";
        int fd = mkstemps(path, 5);
        assert_true(fd >= 0);
        dprintf(fd, "book: b\nas_of: 2026-01-01\nsources: []\nitems:\n%s", cases[i].items);
        close(fd);
        struct hr_error err = {0};
        struct hr_book *book = NULL;
        assert_false(hr_book_open_file(path, &book, &err));
        unlink(path);
        if (!strstr(err.text, cases[i].sentence) || !strstr(err.text, ".yaml:"))
            fail_msg("case %zu: `%s` does not say `%s` and a place", i, err.text,
                     cases[i].sentence);
    }
}

static void scheme_that_is_not_there_is_named_with_those_that_are(void **state)
{
    const struct books *b = *state;
    struct hr_metering metering;
    struct hr_error err = {0};
    assert_false(hr_book_metering(b->aws, "lambda-riscv", &metering, &err));
    assert_non_null(strstr(err.text, "lambda-riscv"));
    assert_non_null(strstr(err.text, "lambda-arm"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bill_of_published_examples_matches_to_the_cent),
        cmocka_unit_test(bill_at_tier_edges_is_exact),
        cmocka_unit_test(bill_of_a_fleet_adds_servers_and_balancer),
        cmocka_unit_test(bill_of_cloud_run_takes_the_free_tier_off_each_meter),
        cmocka_unit_test(bill_of_more_usage_is_never_smaller),
        cmocka_unit_test(money_half_a_cent_goes_away_from_zero),
        cmocka_unit_test(override_of_a_price_changes_the_bill),
        cmocka_unit_test(book_with_a_fault_is_refused_with_its_place),
        cmocka_unit_test(scheme_that_is_not_there_is_named_with_those_that_are),
    };
    return cmocka_run_group_tests(tests, open_books, close_books);
}
