/* Hybrids: which part serves what, what each is billed, how many servers, and the answer. */
#include "plan_case.h"

static const char function_yaml[] =
    "platform: paper-function\nkind: function\ntitle: Paper function\nas_of: 2026-01-01\n"
    "sources: [invented]\nfunction:\n  memory: 3538 MB\n"
    "  keep_alive: {policy: fixed, time: 10 min}\n"
    "  cold_start: {dist: constant, value: 0 ms}\nnetwork: {dist: constant, value: 0 ms}\n"
    "services: [api-gateway-http]\n"
    "prices: {book: aws-us-east-1, scheme: lambda-x86}\n";
static const char fleet_yaml[] =
    "platform: paper-fleet\nkind: fleet\ntitle: Paper fleet\nas_of: 2026-01-01\n"
    "sources: [invented]\nfleet:\n  instance: {type: m7g.large, vcpus: 2, memory: 8 GB, slots: 1}\n"
    "  servers: auto\n  discipline: slots\n  queue_limit: 0\n  autoscaler: {policy: fixed}\n"
    "network: {dist: constant, value: 0 ms}\nservices: [alb]\n"
    "prices: {book: aws-us-east-1, scheme: ec2-on-demand}\n";
static const char hybrid_format[] =
    "platform: paper-hybrid\nkind: hybrid\ntitle: Paper hybrid\nas_of: 2026-01-01\n"
    "hybrid: {fleet: %s, function: %s}\n";

#define DAYS   2
#define STEPS  (DAYS * 24 * 60 * 6 + 1) /* every 10 s */
#define BURSTS (DAYS * 24 + 1)          /* every hour */
#define WIDE   8                        /* of a burst */

/* One request every 10 s for 9 s; and with the first of each hour eight more of 1 s. */
static struct plan_row steady(size_t i)
{
    return (struct plan_row){(int64_t)i * 10 * HR_SECOND, 9 * HR_SECOND, 200};
}

static struct plan_row burst(size_t i)
{
    return (struct plan_row){(int64_t)(i / WIDE) * HR_HOUR + 1, HR_SECOND, 200};
}

static struct plan_case world;

static int make_world(void **state)
{
    (void)state;
    char text[512];
    plan_open(&world);
    plan_platform(&world, "paper-function", function_yaml);
    plan_platform(&world, "paper-fleet", fleet_yaml);
    snprintf(text, sizeof text, hybrid_format, world.paths[1], world.paths[0]);
    plan_platform(&world, "paper-hybrid", text);
    plan_workload(&world, PLAN_APP, "burst", (size_t)BURSTS * WIDE, burst);
    plan_workload(&world, PLAN_APP, "steady", STEPS, steady);
    return 0;
}

static int end_world(void **state)
{
    (void)state;
    plan_close(&world);
    return 0;
}

static double amount_of(const struct hr_row *row, const char *item, double *quantity)
{
    double amount = 0;
    *quantity = 0;
    for (size_t k = 0; k < row->bill.count; k++)
        if (strcmp(row->bill.lines[k].item, item) == 0) {
            amount += row->bill.lines[k].amount;
            *quantity = row->bill.lines[k].quantity;
        }
    return amount;
}

static const struct hr_override own_time[] = {{"workload.cpu_bound", "0 %"}};

/* With one server of one slot the steady work stays, every burst goes: eight at once, one second
 * each. */
static void each_part_pays_for_what_it_serves(void **state)
{
    (void)state;
    const struct hr_override set[] = {own_time[0], {"fleet.servers", "1"}};
    struct hr_comparison c = plan_compare(
        &world,
        (struct hr_compare_options){.overrides = set, .override_count = 2, .no_turns = true});
    const struct hr_row *all = hr_comparison_row(&c, "(all)", "paper-hybrid");
    const struct hr_row *bursts = hr_comparison_row(&c, "burst", "paper-hybrid");
    double quantity;
    assert_string_equal(all->sizing, "servers=1;slots=1");
    assert_string_equal(bursts->sizing, "servers=1;slots=1;function_memory=3538");
    assert_int_equal(all->invocations, STEPS + BURSTS * WIDE);
    assert_int_equal(all->dropped, 0);
    assert_int_equal(bursts->cold_starts, WIDE * BURSTS); /* an hour apart */
    amount_of(all, "requests", &quantity);
    assert_close(quantity, BURSTS * WIDE * c.month_factor, 1e-6);
    amount_of(all, "duration-x86", &quantity);
    assert_close(quantity, BURSTS * WIDE * 3538.0 / 1024 * c.month_factor, 1e-6);
    amount_of(all, "ec2-m7g-large", &quantity);
    assert_close(quantity, 730, 0.1);
    /* One balancer in front of all: no gateway. */
    assert_close(amount_of(all, "api-gateway-http", &quantity), 0, 0);
    assert_close(amount_of(all, "alb-hour", &quantity), 730 * 0.0225, 0.01);
    /* Idle is a tenth of the server, and none of the functions. */
    const struct hr_row *steadies = hr_comparison_row(&c, "steady", "paper-hybrid");
    double server = amount_of(steadies, "ec2-m7g-large", &quantity);
    assert_close(steadies->idle_cost_month_usd, 0.1 * server, 0.01 * server);
    assert_close(bursts->idle_cost_month_usd, 0, 1e-9);
    double total = 0;
    for (size_t k = 0; k < all->bill.count; k++)
        total += all->bill.lines[k].amount;
    assert_close(all->cost_month_usd, total, 1e-9 * total);
    hr_comparison_clear(&c);
}

static void requests_of_functions_may_have_a_gateway_of_their_own(void **state)
{
    (void)state;
    const struct hr_override set[] = {
        own_time[0], {"fleet.servers", "1"}, {"hybrid.front", "each"}};
    struct hr_comparison c = plan_compare(
        &world,
        (struct hr_compare_options){.overrides = set, .override_count = 3, .no_turns = true});
    const struct hr_row *all = hr_comparison_row(&c, "(all)", "paper-hybrid");
    double quantity;
    assert_true(amount_of(all, "api-gateway-http", &quantity) > 0);
    assert_close(quantity, BURSTS * WIDE * c.month_factor, 1e-6);
    hr_comparison_clear(&c);
}

/* A second server would take an eighth of the bursts: it costs $60 and saves cents. All nine that
 * the fleet alone needs are idle most of the time. */
static void the_cheapest_number_of_servers_is_found(void **state)
{
    (void)state;
    struct hr_comparison c = plan_compare(
        &world,
        (struct hr_compare_options){.overrides = own_time, .override_count = 1, .no_turns = true});
    const struct hr_row *all = hr_comparison_row(&c, "(all)", "paper-hybrid");
    const struct hr_verdict *verdict = &c.verdicts[c.workload_count];
    assert_string_equal(all->sizing, "servers=1;slots=1");
    assert_non_null(strstr(all->sizing_reason, "1 server is cheapest; 2 would cost $"));
    assert_string_equal(hr_comparison_row(&c, "(all)", "paper-fleet")->sizing,
                        "servers=9+1;slots=1");
    assert_true(all->cheapest);
    assert_int_equal(verdict->answer, HR_ANSWER_HYBRID);
    assert_non_null(strstr(verdict->sentence, "Hybrid: paper-hybrid (servers=1;slots=1) at $"));
    hr_comparison_clear(&c);
}

/* What runs longer than the functions' limit stays on the servers, and waits there. */
static void what_functions_cannot_serve_stays(void **state)
{
    (void)state;
    const struct hr_override set[] = {own_time[0],
                                      {"fleet.servers", "1"},
                                      {"fleet.queue_limit", "none"},
                                      {"function.time_limit", "5 s"}};
    struct hr_comparison c = plan_compare(
        &world,
        (struct hr_compare_options){.overrides = set, .override_count = 4, .no_turns = true});
    const struct hr_row *steadies = hr_comparison_row(&c, "steady", "paper-hybrid");
    assert_string_equal(hr_comparison_row(&c, "steady", "paper-function")->excluded_by,
                        "time-limit");
    assert_string_equal(steadies->excluded_by, "");
    assert_string_equal(steadies->sizing, "servers=1;slots=1");
    assert_string_equal(steadies->sizing_reason, "its functions cannot serve it");
    assert_int_equal(steadies->timed_out, 0);
    assert_int_equal(steadies->cold_starts, 0);
    hr_comparison_clear(&c);
}

/* Eight bursting instances and, of both kinds, the steady one. */
static void connections_are_counted_and_may_rule_out(void **state)
{
    (void)state;
    const struct hr_override set[] = {own_time[0],
                                      {"fleet.servers", "1"},
                                      {"workload.connections", "5"},
                                      {"workload.connection_limit", "44"}};
    struct hr_comparison c = plan_compare(
        &world,
        (struct hr_compare_options){.overrides = set, .override_count = 4, .no_turns = true});
    /* functions: 8 + 1; servers: 1 for both workloads; hybrid: 8 and the server */
    assert_string_equal(hr_comparison_row(&c, "burst", "paper-function")->excluded_by,
                        "connections");
    assert_string_equal(hr_comparison_row(&c, "burst", "paper-fleet")->excluded_by, "");
    assert_string_equal(hr_comparison_row(&c, "steady", "paper-hybrid")->excluded_by,
                        "connections");
    bool noted = false;
    for (size_t i = 0; i < c.note_count; i++)
        noted = noted || strstr(c.notes[i], "paper-function 45 (over 44), paper-fleet 10, "
                                            "paper-hybrid 50 (over 44)");
    assert_true(noted);
    hr_comparison_clear(&c);
}

static void what_is_no_hybrid_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value, *sentence;
    } cases[] = {
        {"hybrid.fleet", "aws-lambda-x86", "hybrid.fleet: expected a fleet"},
        {"hybrid.function", "fleet-fixed", "hybrid.function: expected a function"},
        {"hybrid.fleet", "fleet-knative", "may scale to zero"},
        {"hybrid.share", "120 %", "expected 0.01 % to 100 %"},
        {"hybrid.share", "0 %", "expected 0.01 % to 100 %"},
        {"hybrid.overflow", "-1", "hybrid.overflow"},
        {"hybrid.function", "nowhere", "there is no platform `nowhere`"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct hr_override set[] = {{cases[i].key, cases[i].value}};
        const struct hr_compare_options options = {.app = PLAN_APP,
                                                   .only = world.ids + 2,
                                                   .only_count = 1,
                                                   .platform_files = world.files + 2,
                                                   .platform_file_count = 1,
                                                   .overrides = set,
                                                   .override_count = 1};
        struct hr_comparison c;
        struct hr_error err = {0};
        assert_false(hr_compare(world.store, world.models, &options, &c, &err));
        if (!strstr(err.text, cases[i].sentence))
            fail_msg("expected `%s`, found: %s", cases[i].sentence, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_part_pays_for_what_it_serves),
        cmocka_unit_test(requests_of_functions_may_have_a_gateway_of_their_own),
        cmocka_unit_test(the_cheapest_number_of_servers_is_found),
        cmocka_unit_test(what_functions_cannot_serve_stays),
        cmocka_unit_test(connections_are_counted_and_may_rule_out),
        cmocka_unit_test(what_is_no_hybrid_is_refused),
    };
    return cmocka_run_group_tests_name("plan_hybrid", tests, make_world, end_world);
}
