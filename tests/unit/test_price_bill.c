/* Bills against the examples that AWS and Google publish with their prices, edges of bands, and
 * properties that hold for every usage. Inputs and totals: prices-aws.md section 11 (Lambda page,
 * 2026 copy; API Gateway page, 2025-11-02; load balancer page) and prices-others.md section 1.1. */
#include "check.h"

#include "headroom/price.h"

struct fixture {
    struct hr_models *models;
    struct hr_book *aws, *gcp;
};

static int set_up(void **state)
{
    static struct fixture fixture; /* of one test at a time */
    struct hr_error err = {0};
    fixture = (struct fixture){0};
    if (!hr_models_open(NULL, &fixture.models, &err) ||
        !hr_book_open(fixture.models, "aws-us-east-1", NULL, 0, &fixture.aws, &err) ||
        !hr_book_open(fixture.models, "gcp-us-central1", NULL, 0, &fixture.gcp, &err)) {
        print_error("%s\n", err.text);
        return -1;
    }
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    hr_book_close(fixture->gcp);
    hr_book_close(fixture->aws);
    hr_models_close(fixture->models);
    return 0;
}

enum free_tier { NO_FREE, WITH_FREE };

struct design {
    const struct hr_book *book;
    const char *scheme, *type, *service; /* service: NULL for none */
    enum free_tier free_tier;
    double discount;
};

static struct hr_bill bill_of(const struct design *design, const struct hr_usage *month)
{
    struct hr_bill bill = {0};
    struct hr_error err = {0};
    const struct hr_bill_request request = {.scheme = design->scheme,
                                            .instance_type = design->type,
                                            .services = &design->service,
                                            .service_count = design->service ? 1 : 0,
                                            .month = month};
    const struct hr_bill_options options = {.free_tier = design->free_tier == WITH_FREE,
                                            .discount = design->discount};
    if (!hr_bill_make(design->book, &request, &options, &bill, &err))
        fail_msg("%s", err.text);
    return bill;
}

static void lambda_mobile_backend_costs_what_aws_says(void **state)
{
    struct fixture *f = *state;
    const struct design design = {f->aws, "lambda-x86", "", NULL, WITH_FREE, 0};
    const struct hr_usage month = {
        {[HR_METER_REQUESTS] = 3e6, [HR_METER_GB_SECONDS] = 3e6 * 0.120 * 1536 / 1024}};
    struct hr_bill bill = bill_of(&design, &month);
    assert_int_equal(bill.count, 2);
    assert_close(hr_money_cents(bill.lines[0].amount), 0.40, 1e-12);
    assert_close(hr_money_cents(bill.lines[1].amount), 2.33, 1e-12);
    assert_close(bill.lines[1].quantity, 540000, 1e-6);
    assert_close(bill.lines[1].billed_quantity, 140000, 1e-6);
    assert_close(hr_bill_shown_total(&bill), 2.73, 1e-12);
    assert_close(bill.total, 2.733338, 1e-9);
    hr_bill_clear(&bill);
}

static void lambda_telemetry_without_free_tier_costs_what_aws_says(void **state)
{
    struct fixture *f = *state;
    const struct design design = {f->aws, "lambda-x86", "", NULL, NO_FREE, 0};
    const struct hr_usage month = {
        {[HR_METER_REQUESTS] = 7440000, [HR_METER_GB_SECONDS] = 14880000}};
    struct hr_bill bill = bill_of(&design, &month);
    assert_close(hr_money_cents(bill.lines[0].amount), 1.49, 1e-12);
    assert_close(hr_money_cents(bill.lines[1].amount), 248.00, 1e-12);
    assert_close(hr_bill_shown_total(&bill), 249.49, 1e-12);
    hr_bill_clear(&bill);
}

static void lambda_provisioned_launch_day_hours_cost_what_aws_says(void **state)
{
    struct fixture *f = *state;
    const struct design design = {f->aws, "lambda-x86", "", NULL, WITH_FREE, 0};
    const struct hr_usage month = {{[HR_METER_REQUESTS] = 3e6,
                                    [HR_METER_GB_SECONDS] = 450000,
                                    [HR_METER_PROVISIONED_GB_SECONDS] = 4320000}};
    struct hr_bill bill = bill_of(&design, &month);
    /* 0.40 + 0.83 + 18.00; the 0.73 of work under provisioned concurrency is another meter */
    assert_close(hr_bill_shown_total(&bill), 19.23, 1e-12);
    hr_bill_clear(&bill);
}

static void http_api_calls_cost_what_aws_says(void **state)
{
    struct fixture *f = *state;
    const struct design design = {f->aws, "lambda-arm", "", "api-gateway-http", NO_FREE, 0};
    const struct hr_usage month = {{[HR_METER_HTTP_CALLS] = 10000.0 * 60 * 24 * 30}};
    struct hr_bill bill = bill_of(&design, &month);
    assert_int_equal(bill.count, 2);
    assert_close(bill.lines[0].amount, 300.00, 1e-9);
    assert_close(bill.lines[1].amount, 118.80, 1e-9);
    assert_close(hr_bill_shown_total(&bill), 418.80, 1e-12);
    hr_bill_clear(&bill);
}

static void balancer_examples_cost_what_aws_says(void **state)
{
    struct fixture *f = *state;
    const struct design design = {f->aws, "ec2-on-demand", "m7g.large", "alb", NO_FREE, 0};
    static const struct {
        double units, total;
    } cases[] = {{1.08, 22.42}, {6, 50.76}}; /* A1, A2; their month has 720 h */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct hr_usage month = {{[HR_METER_BALANCER_HOURS] = 720,
                                        [HR_METER_CAPACITY_UNIT_HOURS] = 720 * cases[i].units}};
        struct hr_bill bill = bill_of(&design, &month);
        assert_close(hr_bill_shown_total(&bill), cases[i].total, 1e-12);
        hr_bill_clear(&bill);
    }
}

static void lambda_bands_cost_what_infracost_checks(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *scheme;
        double gb_seconds, amounts[2];
        const char *tiers[2];
    } cases[] = {
        {"lambda-x86", 15e9, {100000.20, 135000.00}, {"first 6", "next 9"}},
        {"lambda-arm", 18.75e9, {100000.50, 135001.13}, {"first 7", "next 11"}},
    };
    for (size_t i = 0; i < 2; i++) {
        const struct design design = {f->aws, cases[i].scheme, "", NULL, NO_FREE, 0};
        const struct hr_usage month = {{[HR_METER_GB_SECONDS] = cases[i].gb_seconds}};
        struct hr_bill bill = bill_of(&design, &month);
        assert_int_equal(bill.count, 2); /* exactly at the edge: the third band is empty */
        for (size_t k = 0; k < 2; k++) {
            assert_close(hr_money_cents(bill.lines[k].amount), cases[i].amounts[k], 1e-9);
            assert_memory_equal(bill.lines[k].tier, cases[i].tiers[k], strlen(cases[i].tiers[k]));
        }
        hr_bill_clear(&bill);
    }
}

static void usage_one_unit_past_a_band_opens_the_next(void **state)
{
    struct fixture *f = *state;
    const struct design design = {f->aws, "lambda-x86", "", NULL, NO_FREE, 0};
    const struct hr_usage month = {{[HR_METER_GB_SECONDS] = 6e9 + 1}};
    struct hr_bill bill = bill_of(&design, &month);
    assert_int_equal(bill.count, 2);
    assert_close(bill.lines[1].billed_quantity, 1, 1e-6);
    assert_close(bill.lines[1].amount, 0.0000150000, 1e-15);
    hr_bill_clear(&bill);
}

static void internet_transfer_bands_price_the_rest_api_example(void **state)
{
    struct fixture *f = *state;
    const struct design design = {f->aws, "lambda-x86", "", NULL, NO_FREE, 0};
    const struct hr_usage month = {{[HR_METER_EGRESS_GB] = 15e9 * 4 / 1048576}};
    struct hr_bill bill = bill_of(&design, &month); /* R2 with the bands that AWS's text ignores */
    assert_close(hr_bill_shown_total(&bill), 4824.63, 0.011);
    hr_bill_clear(&bill);
}

static void a_recalled_band_says_so_beside_a_confirmed_one(void **state)
{
    struct fixture *f = *state;
    const struct design design = {f->aws, "lambda-x86", "", "cloudwatch-logs", NO_FREE, 0};
    const struct hr_usage month = {{[HR_METER_LOG_GB] = 10241}};
    struct hr_bill bill = bill_of(&design, &month);
    assert_int_equal(bill.count, 2);
    assert_int_equal(bill.lines[0].confidence, HR_CONFIRMED);
    assert_int_equal(bill.lines[1].confidence, HR_RECALLED);
    assert_close(bill.total, 5120.25, 1e-9);
    hr_bill_clear(&bill);
}

static void cloud_run_inside_its_free_tier_costs_nothing(void **state)
{
    struct fixture *f = *state;
    const struct design design = {f->gcp, "cloud-run-requests", "", NULL, WITH_FREE, 0};
    struct hr_usage month = {{[HR_METER_REQUESTS] = 2e6,
                              [HR_METER_VCPU_SECONDS] = 180000,
                              [HR_METER_GIB_SECONDS] = 360000}};
    struct hr_bill bill = bill_of(&design, &month);
    assert_int_equal(bill.count, 3);
    for (size_t i = 0; i < bill.count; i++) {
        assert_string_equal(bill.lines[i].tier, "free");
        assert_close(bill.lines[i].billed_quantity, 0, 0);
    }
    assert_close(bill.total, 0, 0);
    hr_bill_clear(&bill);
    /* 1 M requests, 1 M vCPU-s and 500,000 GiB-s beyond it: 0.40 + 24.00 + 1.25 */
    month = (struct hr_usage){{[HR_METER_REQUESTS] = 3e6,
                               [HR_METER_VCPU_SECONDS] = 1180000,
                               [HR_METER_GIB_SECONDS] = 860000}};
    bill = bill_of(&design, &month);
    assert_close(hr_bill_shown_total(&bill), 25.65, 1e-12);
    hr_bill_clear(&bill);
}

static void servers_cost_hours_by_type_and_less_with_a_commitment(void **state)
{
    struct fixture *f = *state;
    const struct hr_usage month = {{[HR_METER_INSTANCE_HOURS] = 730 * 2}};
    struct design design = {f->aws, "ec2-on-demand", "m7g.large", NULL, WITH_FREE, 0};
    struct hr_bill bill = bill_of(&design, &month);
    assert_close(bill.total, 0.0816 * 1460, 1e-9);
    assert_true(bill.lines[0].instance_time);
    assert_string_equal(bill.lines[0].service, "Amazon EC2");
    hr_bill_clear(&bill);
    design.scheme = "ec2-savings-1y";
    bill = bill_of(&design, &month);
    assert_close(bill.total, 0.0816 * 0.63 * 1460, 1e-9);
    hr_bill_clear(&bill);
    design.discount = 0.5;
    bill = bill_of(&design, &month);
    assert_close(bill.total, 0.0816 * 0.63 * 0.5 * 1460, 1e-9);
    hr_bill_clear(&bill);
}

static void commitment_leaves_what_is_not_an_instance_alone(void **state)
{
    struct fixture *f = *state;
    const struct hr_usage month = {{[HR_METER_IPV4_HOURS] = 730}};
    const struct design design = {f->aws, "ec2-savings-1y", "c7g.large", NULL, NO_FREE, 0};
    struct hr_bill bill = bill_of(&design, &month);
    assert_close(bill.total, 3.65, 1e-12);
    hr_bill_clear(&bill);
}

static void no_usage_makes_no_line(void **state)
{
    struct fixture *f = *state;
    const struct hr_usage month = {{0}};
    const struct design design = {f->aws, "lambda-x86", "", "cloudwatch-logs", NO_FREE, 0};
    struct hr_bill bill = bill_of(&design, &month);
    assert_int_equal(bill.count, 0);
    assert_close(hr_bill_shown_total(&bill), 0, 0);
    hr_bill_clear(&bill);
}

static void unknown_names_are_refused_with_what_there_is(void **state)
{
    struct fixture *f = *state;
    const struct hr_usage month = {{0}};
    const char *services[] = {"carrier-pigeon"};
    static const struct {
        const char *scheme, *type;
        size_t services;
        const char *says;
    } cases[] = {
        {"lambda-z80", "", 0, "has no scheme `lambda-z80`; it has: lambda-x86"},
        {"ec2-on-demand", "m1.small", 0, "has no instance type `m1.small`; it has: t3.nano"},
        {"lambda-x86", "", 1, "has no service `carrier-pigeon`; it has: api-gateway-http"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hr_bill bill = {0};
        struct hr_error err = {0};
        const struct hr_bill_request request = {cases[i].scheme, cases[i].type, services,
                                                cases[i].services, &month};
        assert_false(hr_bill_make(f->aws, &request, &(struct hr_bill_options){0}, &bill, &err));
        assert_int_equal(err.kind, HR_EMISSING);
        assert_non_null(strstr(err.text, cases[i].says));
        assert_null(bill.lines);
    }
}

static void usage_below_zero_or_endless_is_refused(void **state)
{
    struct fixture *f = *state;
    static const double wrong[] = {-1, INFINITY, NAN};
    for (size_t i = 0; i < 3; i++) {
        const struct hr_usage month = {{[HR_METER_REQUESTS] = wrong[i]}};
        struct hr_bill bill = {0};
        struct hr_error err = {0};
        const struct hr_bill_request request = {"lambda-x86", "", NULL, 0, &month};
        assert_false(hr_bill_make(f->aws, &request, &(struct hr_bill_options){0}, &bill, &err));
        assert_int_equal(err.kind, HR_EINPUT);
        assert_non_null(strstr(err.text, "requests"));
    }
}

static void book_tells_which_meters_a_design_uses(void **state)
{
    struct fixture *f = *state;
    const char *services[] = {"alb"};
    const struct hr_bill_request fleet = {"ec2-on-demand", "m7g.large", services, 1, NULL};
    assert_true(hr_book_uses(f->aws, &fleet, HR_METER_INSTANCE_HOURS));
    assert_true(hr_book_uses(f->aws, &fleet, HR_METER_CAPACITY_UNIT_HOURS));
    assert_true(hr_book_uses(f->aws, &fleet, HR_METER_EGRESS_GB));
    assert_false(hr_book_uses(f->aws, &fleet, HR_METER_GB_SECONDS));
}

/* Usage of any size: 10^-2 .. 10^12, keyed by the case. */
static double some_quantity(uint64_t key)
{
    return pow(10, -2 + 14 * hr_unit(hr_mix64(key)));
}

static void bills_never_fall_split_or_lose_a_line(void **state)
{
    struct fixture *f = *state;
    const struct design design = {f->aws, "lambda-x86", "", "api-gateway-http", WITH_FREE, 0};
    for (uint64_t i = 0; i < 100000; i++) {
        struct hr_usage month = {{0}}, more;
        month.quantity[HR_METER_REQUESTS] = some_quantity(4 * i + 1);
        month.quantity[HR_METER_GB_SECONDS] = some_quantity(4 * i + 2);
        month.quantity[HR_METER_HTTP_CALLS] = some_quantity(4 * i + 3);
        more = month;
        more.quantity[HR_METER_GB_SECONDS] *= 1 + hr_unit(hr_mix64(4 * i + 4));
        struct hr_bill bill = bill_of(&design, &month), larger = bill_of(&design, &more);
        double duration = 0;
        int64_t sum = 0;
        for (size_t k = 0; k < bill.count; k++) {
            sum += bill.lines[k].micro_usd;
            duration +=
                bill.lines[k].meter == HR_METER_GB_SECONDS ? bill.lines[k].billed_quantity : 0;
        }
        double paid = fmax(month.quantity[HR_METER_GB_SECONDS] - 400000, 0);
        if (!(larger.total_micro_usd >= bill.total_micro_usd) || sum != bill.total_micro_usd ||
            fabs(duration - paid) > 1e-12 * paid)
            fail_msg("case %llu", (unsigned long long)i);
        hr_bill_clear(&bill);
        hr_bill_clear(&larger);
    }
}

static void cents_round_half_away_on_the_decimal_value(void **state)
{
    (void)state;
    static const struct {
        double usd, shown;
    } cases[] = {{0.145, 0.15},     {1.005, 1.01}, {-0.145, -0.15},
                 {0.1449999, 0.14}, {0.004, 0},    {0.005, 0.01},
                 {2.675, 2.68},     {1.488, 1.49}, {1e9 + 0.005, 1e9 + 0.01},
                 {8.285, 8.29},     {-0.001, 0},   {29 * 0.005, 0.15}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_close(hr_money_cents(cases[i].usd), cases[i].shown, 1e-7);
}

static void shown_total_is_the_sum_of_shown_lines(void **state)
{
    (void)state;
    struct hr_bill_line lines[3] = {{.amount = 0.004}, {.amount = 0.004}, {.amount = 0.004}};
    const struct hr_bill bill = {.lines = lines, .count = 3, .total = 0.012};
    assert_close(hr_bill_shown_total(&bill), 0, 0);
    for (size_t i = 0; i < 3; i++)
        lines[i].amount = 0.006;
    assert_close(hr_bill_shown_total(&bill), 0.03, 1e-15);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(lambda_mobile_backend_costs_what_aws_says),
        WITH(lambda_telemetry_without_free_tier_costs_what_aws_says),
        WITH(lambda_provisioned_launch_day_hours_cost_what_aws_says),
        WITH(http_api_calls_cost_what_aws_says),
        WITH(balancer_examples_cost_what_aws_says),
        WITH(lambda_bands_cost_what_infracost_checks),
        WITH(usage_one_unit_past_a_band_opens_the_next),
        WITH(internet_transfer_bands_price_the_rest_api_example),
        WITH(a_recalled_band_says_so_beside_a_confirmed_one),
        WITH(cloud_run_inside_its_free_tier_costs_nothing),
        WITH(servers_cost_hours_by_type_and_less_with_a_commitment),
        WITH(commitment_leaves_what_is_not_an_instance_alone),
        WITH(no_usage_makes_no_line),
        WITH(unknown_names_are_refused_with_what_there_is),
        WITH(usage_below_zero_or_endless_is_refused),
        WITH(book_tells_which_meters_a_design_uses),
        WITH(bills_never_fall_split_or_lose_a_line),
        cmocka_unit_test(cents_round_half_away_on_the_decimal_value),
        cmocka_unit_test(shown_total_is_the_sum_of_shown_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
