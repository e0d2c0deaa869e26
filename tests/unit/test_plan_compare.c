/* A comparison whose every figure is worked by hand: constant service times, no network, no cold
 * starts, so that counts, hours and cents can be computed on paper. */
#include "plan_case.h"

static const char function_yaml[] =
    "platform: paper-function\nkind: function\ntitle: Paper function\nas_of: 2026-01-01\n"
    "sources: [invented]\nfunction:\n  memory: 1024 MB\n  vcpus: 1\n"
    "  keep_alive: {policy: fixed, time: 30 s}\n"
    "  cold_start: {dist: constant, value: 500 ms}\n"
    "network: {dist: constant, value: 0 ms}\nservices: [api-gateway-http]\n"
    "prices: {book: aws-us-east-1, scheme: lambda-x86}\n";
static const char fleet_yaml[] =
    "platform: paper-fleet\nkind: fleet\ntitle: Paper fleet\nas_of: 2026-01-01\n"
    "sources: [invented]\nfleet:\n  instance: {type: m7g.large, vcpus: 2, memory: 8 GB, slots: 4}\n"
    "  servers: {min: 2, max: 2, initial: 2}\n  discipline: slots\n"
    "  autoscaler: {policy: fixed}\nnetwork: {dist: constant, value: 0 ms}\n"
    "prices: {book: aws-us-east-1, scheme: ec2-on-demand}\n";

/* Seven days: one workload every 60 s for 100 ms, another every 10 s for 1 s. */
static struct plan_row often(size_t i)
{
    return (struct plan_row){(int64_t)i * 10 * HR_SECOND, HR_SECOND, 200};
}

static struct plan_row rare(size_t i)
{
    return (struct plan_row){(int64_t)i * HR_MINUTE, 100 * HR_MILLISECOND, 200};
}

static struct plan_case world;

static int make_world(void **state)
{
    (void)state;
    plan_open(&world);
    plan_platform(&world, "paper-function", function_yaml);
    plan_platform(&world, "paper-fleet", fleet_yaml);
    plan_workload(&world, PLAN_APP, "often", 60481, often);
    plan_workload(&world, PLAN_APP, "rare", 10080, rare);
    static const char *const four[] = {"a", "b", "c", "d"};
    for (size_t i = 0; i < 4; i++)
        plan_workload(&world, "four", four[i], 2881, rare);
    return 0;
}

static int end_world(void **state)
{
    (void)state;
    plan_close(&world);
    return 0;
}

static void compare_function_counts_and_bills_as_on_paper(void **state)
{
    (void)state;
    struct hr_comparison c =
        plan_compare(&world, (struct hr_compare_options){.free_tier = HR_FREE_NONE});
    assert_int_equal(c.workload_count, 2);
    assert_close(c.month_factor, 730.0 / 168.0, 1e-9);
    /* Rare: every minute, kept for 30 s: each start is cold; 600 ms a request at 1 GB. */
    const struct hr_row *rare = hr_comparison_row(&c, "rare", "paper-function");
    assert_int_equal(rare->invocations, 10080);
    assert_int_equal(rare->cold_starts, 10080);
    assert_close(rare->response_p50_ms, 600, 0.3);
    assert_close(rare->start_mean_ms, 500, 1e-9);
    assert_close(rare->busy_slot_h, 10080 * 0.1 / 3600, 1e-6);
    assert_close(rare->starting_slot_h, 10080 * 0.5 / 3600, 1e-6);
    assert_close(rare->unbilled_idle_slot_h, 10080 * 30 / 3600.0, 0.01);
    double month = 730.0 / 168.0;
    double lambda = 10080 * 0.6 * month * 0.0000166667 + 10080 * month * 0.0000002;
    double gateway = 10080 * month * 0.000001;
    double egress = 10080 * 1024.0 / 1073741824.0 * month * 0.09;
    assert_close(rare->cost_month_usd, lambda + gateway + egress, 1e-6);
    /* Often: every 10 s, one instance kept warm: one cold start in all. */
    const struct hr_row *often = hr_comparison_row(&c, "often", "paper-function");
    assert_int_equal(often->cold_starts, 1);
    assert_close(often->instances_mean, 1.0, 1e-4);
    hr_comparison_clear(&c);
}

static void compare_fleet_counts_and_bills_as_on_paper(void **state)
{
    (void)state;
    struct hr_comparison c =
        plan_compare(&world, (struct hr_compare_options){.free_tier = HR_FREE_NONE});
    const struct hr_row *all = hr_comparison_row(&c, "(all)", "paper-fleet");
    assert_close(all->capacity_slot_h, 2 * 4 * 168, 0.01);
    double busy = (60480 * 1.0 + 10080 * 0.1) / 3600;
    assert_close(all->busy_slot_h, busy, 0.01);
    assert_close(all->idle_slot_h, 2 * 4 * 168 - busy, 0.02);
    assert_close(all->utilisation_pct, busy / (2 * 4 * 168) * 100, 0.001);
    /* Two servers a month and their disks of 8 GB, two public addresses, what leaves the provider.
     */
    double egress = (60481 + 10080) * 1024.0 / 1073741824.0 * 730 / 168 * 0.09;
    assert_close(all->cost_month_usd, 2 * 730 * 0.0816 + 2 * 8 * 0.08 + 2 * 730 * 0.005 + egress,
                 1e-3);
    assert_string_equal(all->sizing, "servers=2;slots=4");
    hr_comparison_clear(&c);
}

/* Two servers cost the same a month, however much of the beginning is left out. */
static void compare_warm_up_makes_a_fleet_no_cheaper(void **state)
{
    (void)state;
    struct hr_comparison c = plan_compare(
        &world, (struct hr_compare_options){.free_tier = HR_FREE_NONE, .warmup_us = HR_DAY});
    const struct hr_row *all = hr_comparison_row(&c, "(all)", "paper-fleet");
    assert_close(all->window_s, 144 * 3600, 1e-6);
    assert_close(all->billed_s, 144 * 3600, 1e-6);
    assert_close(all->capacity_slot_h, 2 * 4 * 144, 0.01);
    double requests = 144 * 3600 / 10 + 1 + 144 * 60;
    double egress = requests * 1024.0 / 1073741824.0 * 730 / 144 * 0.09;
    assert_close(all->cost_month_usd, 2 * 730 * 0.0816 + 2 * 8 * 0.08 + 2 * 730 * 0.005 + egress,
                 1e-3);
    assert_close(all->cost_per_million_usd, all->cost_month_usd / (requests * 730 / 144) * 1e6,
                 1e-3);
    hr_comparison_clear(&c);
}

static void compare_shares_of_workloads_add_up_to_the_fleet(void **state)
{
    (void)state;
    struct hr_comparison c =
        plan_compare(&world, (struct hr_compare_options){.free_tier = HR_FREE_NONE});
    double cost = 0, capacity = 0, vcpu = 0, instances = 0;
    const struct hr_row *all = hr_comparison_row(&c, "(all)", "paper-fleet");
    for (size_t i = 0; i < c.row_count; i++)
        if (strcmp(c.rows[i].platform, "paper-fleet") == 0 && &c.rows[i] != all) {
            cost += c.rows[i].cost_month_usd;
            capacity += c.rows[i].capacity_slot_h;
            vcpu += c.rows[i].vcpu_h_paid;
            instances += c.rows[i].instances_mean;
        }
    assert_close(cost, all->cost_month_usd, 1e-6);
    assert_close(capacity, all->capacity_slot_h, 1e-6);
    assert_close(vcpu, all->vcpu_h_paid, 1e-6);
    assert_close(instances, all->instances_mean, 1e-9);
    hr_comparison_clear(&c);
}

/* Two servers for each workload, with addresses of their own; functions are as they were. */
static void compare_alone_gives_each_workload_a_fleet_of_its_own(void **state)
{
    (void)state;
    const struct hr_compare_options shared = {.free_tier = HR_FREE_NONE};
    const struct hr_compare_options apart = {.free_tier = HR_FREE_NONE, .alone = true};
    struct hr_comparison before = plan_compare(&world, shared);
    struct hr_comparison c = plan_compare(&world, apart);
    static const char *const names[] = {"often", "rare"};
    static const double requests[] = {60481, 10080}, busy[] = {60480 / 3600.0, 1008 / 3600.0};
    double cost = 0;
    for (int i = 0; i < 2; i++) {
        const struct hr_row *own = hr_comparison_row(&c, names[i], "paper-fleet");
        assert_close(own->capacity_slot_h, 2 * 4 * 168, 0.01);
        assert_close(own->busy_slot_h, busy[i], 0.01);
        assert_close(own->instances_mean, 2, 1e-9);
        double egress = requests[i] * 1024.0 / 1073741824.0 * 730 / 168 * 0.09;
        assert_close(own->cost_month_usd,
                     2 * 730 * 0.0816 + 2 * 8 * 0.08 + 2 * 730 * 0.005 + egress, 1e-3);
        assert_close(own->idle_cost_month_usd, 2 * 730 * 0.0816 * (1 - busy[i] / (2 * 4 * 168)),
                     1e-3);
        assert_string_equal(own->sizing, "servers=2;slots=4");
        cost += own->cost_month_usd;
        assert_close(hr_comparison_row(&c, names[i], "paper-function")->cost_month_usd,
                     hr_comparison_row(&before, names[i], "paper-function")->cost_month_usd, 0);
    }
    const struct hr_row *all = hr_comparison_row(&c, "(all)", "paper-fleet");
    assert_close(all->cost_month_usd, cost, 1e-6);
    assert_close(all->instances_mean, 4, 1e-9);
    assert_close(all->instances_peak, 4, 1e-9);
    assert_int_equal(all->invocations, 60481 + 10080);
    assert_string_equal(all->sizing, "");
    double arrivals = 0;
    for (size_t b = 0; b < c.platforms[1].timeline.n; b++)
        arrivals += c.platforms[1].timeline.arrivals[b];
    assert_close(arrivals, 60481 + 10080, 1e-6);
    assert_non_null(c.platforms[1].workload_timelines);
    hr_comparison_clear(&before);
    hr_comparison_clear(&c);
}

/* Instances of many slots and of one stand in one row (all): their idle time is money, not slots.
 */
static void compare_idle_cost_of_all_is_that_of_the_workloads(void **state)
{
    (void)state;
    static const char *const only[] = {"google-cloud-run", "aws-lambda-x86", "fleet-autoscaled"};
    const struct hr_override core = {"workload.cpu_bound", "100 %"};
    struct hr_compare_options options = {.app = PLAN_APP,
                                         .only = only,
                                         .only_count = 3,
                                         .overrides = &core,
                                         .override_count = 1,
                                         .workload = "often",
                                         .free_tier = HR_FREE_NONE};
    for (int reduced = 0; reduced < 2; reduced++) {
        struct hr_comparison c;
        struct hr_error err = {0};
        options.free_tier = reduced ? HR_FREE_ACCOUNT : HR_FREE_NONE;
        if (!hr_compare(world.store, world.models, &options, &c, &err))
            fail_msg("%s", err.text);
        for (int p = 0; p < 3; p++) {
            double sum = hr_comparison_row(&c, "often", only[p])->idle_cost_month_usd +
                         hr_comparison_row(&c, "rare", only[p])->idle_cost_month_usd;
            double all = hr_comparison_row(&c, "(all)", only[p])->idle_cost_month_usd;
            assert_true(sum > 0 || p == 1);
            if (!reduced || p == 2)
                assert_close(all, sum, 1e-9);
            else
                assert_true(all <= sum);
        }
        const struct hr_row *run = hr_comparison_row(&c, "often", only[0]);
        assert_string_equal(run->sizing, "memory=512");
        assert_string_equal(hr_comparison_row(&c, "rare", only[0])->sizing, "memory=512;slots=4");
        hr_comparison_clear(&c);
    }
}

static void compare_free_tier_enters_only_the_account(void **state)
{
    (void)state;
    struct hr_comparison none =
        plan_compare(&world, (struct hr_compare_options){.free_tier = HR_FREE_NONE});
    struct hr_comparison account =
        plan_compare(&world, (struct hr_compare_options){.free_tier = HR_FREE_ACCOUNT});
    const struct hr_row *a = hr_comparison_row(&none, "rare", "paper-function");
    const struct hr_row *b = hr_comparison_row(&account, "rare", "paper-function");
    assert_close(a->cost_month_usd, b->cost_month_usd, 1e-12);
    a = hr_comparison_row(&none, "(all)", "paper-function");
    b = hr_comparison_row(&account, "(all)", "paper-function");
    assert_true(b->cost_month_usd < a->cost_month_usd);
    hr_comparison_clear(&none);
    hr_comparison_clear(&account);
}

/* An hour holds no verdict: nothing is the cheapest, and the month is called what it is. */
static void compare_of_an_hour_names_no_cheapest(void **state)
{
    (void)state;
    struct hr_comparison c =
        plan_compare(&world, (struct hr_compare_options){.window_from = PLAN_START,
                                                         .window_to = PLAN_START + HR_HOUR});
    assert_true(c.extrapolated);
    for (size_t i = 0; i < c.row_count; i++)
        assert_false(c.rows[i].cheapest);
    for (size_t i = 0; i <= c.workload_count; i++) {
        assert_int_equal(c.verdicts[i].answer, HR_ANSWER_NOT_ENOUGH_DATA);
        assert_non_null(strstr(c.verdicts[i].sentence, "1 h of traffic"));
        assert_non_null(strstr(c.verdicts[i].sentence, "repeated 730 times"));
    }
    assert_int_equal(c.warning_count, 0);
    hr_comparison_clear(&c);
}

static void compare_window_beside_the_traffic_is_refused_or_warned_of(void **state)
{
    (void)state;
    struct hr_comparison c;
    struct hr_error err = {0};
    struct hr_compare_options options = {
        .app = PLAN_APP, .window_from = PLAN_START - 2 * HR_DAY, .window_to = PLAN_START - HR_DAY};
    assert_false(hr_compare(world.store, world.models, &options, &c, &err));
    assert_int_equal(hr_error_exit_status(&err), 2);
    assert_non_null(strstr(err.text, "from 2024-10-04T00:00:00Z to 2024-10-11T00:00:00Z"));
    /* Between two of its invocations it is no better. */
    options = (struct hr_compare_options){.app = PLAN_APP,
                                          .window_from = PLAN_START + HR_SECOND,
                                          .window_to = PLAN_START + 2 * HR_SECOND};
    assert_false(hr_compare(world.store, world.models, &options, &c, &err));
    assert_int_equal(hr_error_exit_status(&err), 2);
    /* Seven days beyond seven days are too few to warn of, eight are not. */
    options.window_from = PLAN_START;
    options.window_to = PLAN_START + 14 * HR_DAY;
    c = plan_compare(&world, options);
    assert_int_equal(c.warning_count, 0);
    hr_comparison_clear(&c);
    options.window_to += HR_DAY;
    c = plan_compare(&world, options);
    assert_int_equal(c.warning_count, 1);
    assert_non_null(strstr(c.notes[0], "reaches 8 d beyond the traffic, which lasts 7 d"));
    hr_comparison_clear(&c);
}

static bool same_row(const struct hr_row *a, const struct hr_row *b)
{
    char x[64], y[64];
    for (size_t i = 0; hr_column_at(i); i++)
        if (strcmp(hr_column_text(hr_column_at(i), a, x, sizeof x),
                   hr_column_text(hr_column_at(i), b, y, sizeof y)) != 0)
            return false;
    return true;
}

static void compare_on_any_number_of_threads_is_the_same(void **state)
{
    (void)state;
    struct hr_comparison one = plan_compare(&world, (struct hr_compare_options){.threads = 1});
    struct hr_comparison two = plan_compare(&world, (struct hr_compare_options){.threads = 2});
    assert_int_equal(one.row_count, two.row_count);
    for (size_t i = 0; i < one.row_count; i++)
        assert_true(same_row(&one.rows[i], &two.rows[i]));
    hr_comparison_clear(&one);
    hr_comparison_clear(&two);
}

/* Servers that differ in their price only are replayed once; each row is as if by itself. */
static void compare_of_the_same_servers_is_as_of_each_by_itself(void **state)
{
    (void)state;
    static const char *const both[] = {"fleet-fixed", "fleet-fixed-1y"};
    struct hr_comparison two, one;
    struct hr_error err = {0};
    struct hr_compare_options options = {
        .app = PLAN_APP, .only = both, .only_count = 2, .no_turns = true};
    for (int alone = 0; alone < 2; alone++) {
        options.alone = alone;
        options.only = both;
        options.only_count = 2;
        if (!hr_compare(world.store, world.models, &options, &two, &err))
            fail_msg("%s", err.text);
        options.only = both + 1;
        options.only_count = 1;
        if (!hr_compare(world.store, world.models, &options, &one, &err))
            fail_msg("%s", err.text);
        assert_int_equal(one.row_count, 3);
        for (size_t i = 0; i < one.row_count; i++) {
            struct hr_row *row = &two.rows[2 * i + 1];
            row->cheapest = one.rows[i].cheapest; /* of one there is always a cheapest */
            assert_true(same_row(row, &one.rows[i]));
        }
        assert_int_equal(two.platforms[1].timeline.n, one.platforms[0].timeline.n);
        assert_memory_equal(two.platforms[1].timeline.busy, one.platforms[0].timeline.busy,
                            one.platforms[0].timeline.n * sizeof(double));
        hr_comparison_clear(&one);
        hr_comparison_clear(&two);
    }
}

static void compare_twice_the_traffic_doubles_the_invocations(void **state)
{
    (void)state;
    struct hr_comparison c = plan_compare(&world, (struct hr_compare_options){.traffic = 2.5});
    const struct hr_row *row = hr_comparison_row(&c, "often", "paper-function");
    /* floor(2.5) = 2 copies and one more with probability 1/2: within five standard deviations */
    assert_close((double)row->invocations, 2.5 * 60481, 5 * sqrt(60481 * 0.25));
    hr_comparison_clear(&c);
}

static void compare_override_of_a_target_decides_what_meets(void **state)
{
    (void)state;
    const struct hr_override tight = {"workload.target", "550 ms"};
    struct hr_comparison c =
        plan_compare(&world, (struct hr_compare_options){.overrides = &tight, .override_count = 1});
    assert_false(hr_comparison_row(&c, "rare", "paper-function")->meets_target);
    assert_close(hr_comparison_row(&c, "rare", "paper-function")->target_met_pct, 0, 1e-9);
    assert_true(hr_comparison_row(&c, "rare", "paper-fleet")->meets_target);
    assert_int_equal(c.verdicts[1].answer, HR_ANSWER_PROVISIONED);
    hr_comparison_clear(&c);
}

static void compare_sentence_names_who_is_cheaper_and_whom_it_fails(void **state)
{
    (void)state;
    const struct hr_override tight = {"workload.target", "550 ms"};
    struct hr_compare_options options = {.overrides = &tight, .override_count = 1};
    struct hr_comparison c = plan_compare(&world, options);
    /* Often takes a second and misses everywhere; each workload's own sentence needs no name. */
    assert_int_equal(c.verdicts[2].answer, HR_ANSWER_NONE_MEETS);
    assert_non_null(strstr(c.verdicts[2].sentence, "None meets the target; paper-fleet comes "));
    assert_non_null(strstr(c.verdicts[2].sentence, ", but misses it for often."));
    hr_comparison_clear(&c);
    options.workload = "rare";
    c = plan_compare(&world, options);
    char sentence[256];
    const struct hr_row *fleet = hr_comparison_row(&c, "(all)", "paper-fleet");
    const struct hr_row *function = hr_comparison_row(&c, "(all)", "paper-function");
    snprintf(sentence, sizeof sentence,
             "Provisioned: paper-fleet (servers=2;slots=4) at $%.2f a month meets the target; "
             "paper-function would be $%.2f cheaper but misses it for rare.",
             hr_bill_shown_total(&fleet->bill),
             hr_bill_shown_total(&fleet->bill) - hr_bill_shown_total(&function->bill));
    assert_string_equal(c.verdicts[2].sentence, sentence);
    assert_non_null(strstr(c.verdicts[1].sentence, "but misses it with 0.00 % within the target."));
    hr_comparison_clear(&c);
}

static void compare_sentence_names_two_and_counts_the_rest(void **state)
{
    (void)state;
    const struct hr_override tight = {"workload.target", "1 ms"};
    struct hr_comparison c = plan_compare(
        &world,
        (struct hr_compare_options){.app = "four", .overrides = &tight, .override_count = 1});
    assert_non_null(strstr(c.verdicts[4].sentence, "but misses it for a, b and 2 more."));
    hr_comparison_clear(&c);
}

static bool says(const struct hr_comparison *c, const char *part)
{
    for (size_t i = 0; i < c->note_count; i++)
        if (strstr(c->notes[i], part))
            return true;
    return false;
}

/* 100 ms were recorded of rare, a cold start each makes it 600; often is as it was, but once. */
static void compare_remarks_where_answers_are_far_from_the_recorded(void **state)
{
    (void)state;
    const struct hr_override service = {"workload.service", "100 ms"};
    struct hr_compare_options options = {.overrides = &service, .override_count = 1};
    struct hr_comparison c = plan_compare(&world, (struct hr_compare_options){0});
    assert_true(says(&c, "rare took 100 ms on average when it was recorded; replayed, its mean "
                         "response is far from that on paper-function (6 times): whoever"));
    assert_false(says(&c, "often took"));
    hr_comparison_clear(&c);
    c = plan_compare(&world, options); /* what a person sets is not what was recorded */
    assert_false(says(&c, "when it was recorded"));
    hr_comparison_clear(&c);
}

static void compare_workload_that_is_not_there_is_refused(void **state)
{
    (void)state;
    const struct hr_override target = {"workload.target", "1 s"};
    const struct hr_compare_options options = {
        .app = PLAN_APP, .overrides = &target, .override_count = 1, .workload = "nobody"};
    struct hr_comparison c;
    struct hr_error err = {0};
    assert_false(hr_compare(world.store, world.models, &options, &c, &err));
    assert_non_null(strstr(err.text, "nobody"));
    assert_non_null(strstr(err.text, "often"));
}

static void compare_minimum_alone_leaves_an_autoscaled_fleet_its_maximum(void **state)
{
    (void)state;
    static const char *const only[] = {"fleet-autoscaled"};
    const struct hr_override minimum = {"fleet.servers.min", "2"};
    const struct hr_compare_options options = {
        .app = PLAN_APP, .overrides = &minimum, .override_count = 1, .only = only, .only_count = 1};
    struct hr_comparison c;
    struct hr_error err = {0};
    if (!hr_compare(world.store, world.models, &options, &c, &err))
        fail_msg("%s", err.text);
    /* one server carries this traffic, so the most is 4 x 1 */
    assert_non_null(strstr(c.rows[0].sizing, "servers=2..4;"));
    hr_comparison_clear(&c);
}

static void compare_key_that_nobody_knows_is_refused(void **state)
{
    (void)state;
    const struct hr_override wrong = {"function.colour", "red"};
    const struct hr_compare_options options = {
        .app = PLAN_APP, .overrides = &wrong, .override_count = 1};
    struct hr_comparison c;
    struct hr_error err = {0};
    assert_false(hr_compare(world.store, world.models, &options, &c, &err));
    assert_non_null(strstr(err.text, "function.colour"));
    assert_int_equal(hr_error_exit_status(&err), 2);
}

static void compare_contract_has_every_column_in_order(void **state)
{
    (void)state;
    static const char contract[] =
        "application,workload,platform,kind,sizing,window_s,billed_s,month_factor,invocations,"
        "served,dropped,attempts,throttled,rejected,timed_out,retried,duplicates,cold_starts,"
        "response_mean_ms,response_p50_ms,response_p90_ms,response_p95_ms,response_p99_ms,"
        "response_p999_ms,response_max_ms,wait_mean_ms,start_mean_ms,network_mean_ms,"
        "service_mean_ms,target_ms,slo_pct,target_met_pct,meets_target,busy_slots_mean,"
        "busy_slots_peak,instances_mean,instances_peak,capacity_slot_h,busy_slot_h,"
        "starting_slot_h,idle_slot_h,utilisation_pct,idle_pct,unbilled_idle_slot_h,vcpu_h_paid,"
        "vcpu_h_used,cost_month_usd,cost_per_million_usd,idle_cost_month_usd,cheapest,"
        "excluded_by,sizing_reason,assumed";
    struct hr_text names = {.max = 4096};
    (void)state;
    for (size_t i = 0; hr_column_at(i); i++)
        hr_text_printf(&names, "%s%s", i ? "," : "", hr_column_at(i)->name);
    /* what is newer comes after it */
    assert_memory_equal(names.data, contract, strlen(contract));
    assert_true(strncmp(names.data + strlen(contract), ",replications,", 14) == 0);
    hr_text_clear(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compare_function_counts_and_bills_as_on_paper),
        cmocka_unit_test(compare_fleet_counts_and_bills_as_on_paper),
        cmocka_unit_test(compare_warm_up_makes_a_fleet_no_cheaper),
        cmocka_unit_test(compare_shares_of_workloads_add_up_to_the_fleet),
        cmocka_unit_test(compare_alone_gives_each_workload_a_fleet_of_its_own),
        cmocka_unit_test(compare_idle_cost_of_all_is_that_of_the_workloads),
        cmocka_unit_test(compare_free_tier_enters_only_the_account),
        cmocka_unit_test(compare_of_an_hour_names_no_cheapest),
        cmocka_unit_test(compare_window_beside_the_traffic_is_refused_or_warned_of),
        cmocka_unit_test(compare_on_any_number_of_threads_is_the_same),
        cmocka_unit_test(compare_of_the_same_servers_is_as_of_each_by_itself),
        cmocka_unit_test(compare_twice_the_traffic_doubles_the_invocations),
        cmocka_unit_test(compare_override_of_a_target_decides_what_meets),
        cmocka_unit_test(compare_sentence_names_who_is_cheaper_and_whom_it_fails),
        cmocka_unit_test(compare_sentence_names_two_and_counts_the_rest),
        cmocka_unit_test(compare_remarks_where_answers_are_far_from_the_recorded),
        cmocka_unit_test(compare_workload_that_is_not_there_is_refused),
        cmocka_unit_test(compare_minimum_alone_leaves_an_autoscaled_fleet_its_maximum),
        cmocka_unit_test(compare_key_that_nobody_knows_is_refused),
        cmocka_unit_test(compare_contract_has_every_column_in_order),
    };
    return cmocka_run_group_tests(tests, make_world, end_world);
}
