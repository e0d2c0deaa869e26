/* Reports of a comparison made by hand: the header that scripts depend on, byte for byte, and what
 * becomes of names and figures that are trouble. */
#include "check.h"

#include <jansson.h>

#include "headroom/report.h"

/* design.md section 8 */
#define HEADER                                                                                     \
    "application,workload,platform,kind,sizing,window_s,billed_s,month_factor,invocations,"        \
    "served,dropped,attempts,throttled,rejected,timed_out,retried,duplicates,cold_starts,"         \
    "response_mean_ms,response_p50_ms,response_p90_ms,response_p95_ms,response_p99_ms,"            \
    "response_p999_ms,response_max_ms,wait_mean_ms,start_mean_ms,network_mean_ms,"                 \
    "service_mean_ms,target_ms,slo_pct,target_met_pct,meets_target,busy_slots_mean,"               \
    "busy_slots_peak,instances_mean,instances_peak,capacity_slot_h,busy_slot_h,"                   \
    "starting_slot_h,idle_slot_h,utilisation_pct,idle_pct,unbilled_idle_slot_h,vcpu_h_paid,"       \
    "vcpu_h_used,cost_month_usd,cost_per_million_usd,idle_cost_month_usd,cheapest,excluded_by,"    \
    "sizing_reason,assumed,replications,response_mean_ms_mean,response_mean_ms_ci95,"              \
    "response_p95_ms_mean,response_p95_ms_ci95,response_p99_ms_mean,response_p99_ms_ci95,"         \
    "wait_mean_ms_mean,wait_mean_ms_ci95,target_met_pct_mean,target_met_pct_ci95,"                 \
    "cold_starts_mean,cold_starts_ci95,utilisation_pct_mean,utilisation_pct_ci95,"                 \
    "cost_month_usd_mean,cost_month_usd_ci95\n"

static struct hr_bill_line lines[] = {
    {.service = "AWS Lambda",
     .item = "requests",
     .unit = "requests",
     .quantity = 5e6,
     .billed_quantity = 4e6,
     .unit_price = 2e-7,
     .amount = 0.8},
    {.service = "AWS Lambda",
     .item = "duration-x86",
     .unit = "GB-s",
     .tier = "first 6",
     .quantity = 360000,
     .billed_quantity = 360000,
     .unit_price = 0.0000166667,
     .amount = 6.000012,
     .source = "offer file",
     .confidence = HR_CONFIRMED},
};

static struct hr_row row(const char *workload, const char *platform)
{
    bool fleet = strcmp(platform, "fleet-fixed") == 0;
    return (struct hr_row){.application = "shop",
                           .workload = workload,
                           .platform = platform,
                           .kind = fleet ? HR_FLEET : HR_FUNCTION,
                           .sizing = fleet ? "servers=4+1;slots=8" : "memory=512",
                           .window_s = 604800,
                           .billed_s = 604800,
                           .month_factor = 730.0 / 168,
                           .invocations = 1000,
                           .served = 1000,
                           .attempts = 1000,
                           .cold_starts = fleet ? 0 : 12,
                           .response_mean_ms = 12.34567,
                           .response_p50_ms = 10,
                           .response_p90_ms = 20,
                           .response_p95_ms = 30,
                           .response_p99_ms = 40.5,
                           .response_p999_ms = NAN,
                           .response_max_ms = INFINITY,
                           .target_ms = 200,
                           .slo_pct = 99,
                           .target_met_pct = 99.5,
                           .meets_target = true,
                           .utilisation_pct = 25,
                           .idle_pct = 75,
                           .cost_month_usd = fleet ? NAN : 6.800012,
                           .cost_per_million_usd = fleet ? NAN : 1564.2857142,
                           .idle_cost_month_usd = fleet ? NAN : 0,
                           .cheapest = !fleet,
                           .excluded_by = "",
                           .sizing_reason = fleet ? "3 servers miss: 1.8 % late, on \"Mon\"" : "",
                           .assumed = "service;target",
                           .replications = 1,
                           .response_mean_ms_mean = 12.4,
                           .response_mean_ms_ci95 = 0.25,
                           .cost_month_usd_ci95 = NAN,
                           .title = "A platform",
                           .bill = {.lines = lines, .count = fleet ? 0u : 2u, .total = 6.800012},
                           .book = "aws-us-east-1",
                           .book_as_of = "2026-11-25"};
}

static struct hr_row rows[4];
static struct hr_verdict verdicts[2];
static struct hr_comparison_platform platforms[2] = {
    {.id = "aws-lambda-x86", .title = "A platform", .as_of = "2026-11-01", .kind = HR_FUNCTION},
    {.id = "fleet-fixed", .title = "A platform", .as_of = "2026-11-01", .kind = HR_FLEET},
};
static const struct hr_comparison_assumption assumptions[] = {
    {"", "service", "lognormal p50=80ms p99=900ms", HR_ASSUMED, "models/patterns/web-api.yaml",
     "--service"},
};

/* One workload of that name on two platforms. */
static struct hr_comparison comparison_of(const char *workload)
{
    rows[0] = row(workload, "aws-lambda-x86");
    rows[1] = row(workload, "fleet-fixed");
    rows[2] = row("(all)", "aws-lambda-x86");
    rows[3] = row("(all)", "fleet-fixed");
    verdicts[0] = (struct hr_verdict){.workload = workload,
                                      .trigger = HR_HTTP,
                                      .answer = HR_ANSWER_SERVERLESS,
                                      .sentence = "Serverless: Lambda costs $6.80 a month.",
                                      .turns_on = "cpu_bound",
                                      .invocations = 1000,
                                      .per_second = 0.0017,
                                      .service_assumed = true};
    verdicts[1] = verdicts[0];
    verdicts[1].workload = "(all)";
    return (struct hr_comparison){.application = "shop",
                                  .window_to = HR_WEEK,
                                  .bill_to = HR_WEEK,
                                  .month_factor = 730.0 / 168,
                                  .invocations = 1000,
                                  .workload_count = 1,
                                  .rows = rows,
                                  .row_count = 4,
                                  .platforms = platforms,
                                  .platform_count = 2,
                                  .verdicts = verdicts,
                                  .best_mix = "",
                                  .best_mix_usd = NAN,
                                  .best_fleet_usd = NAN,
                                  .best_function_usd = 6.8,
                                  .assumptions =
                                      (struct hr_comparison_assumption *)(uintptr_t)assumptions,
                                  .assumption_count = 1};
}

enum form { CSV, JSON, TABLE80, TABLE120 };

/* The report as a text; the caller frees it. */
static char *report(const struct hr_comparison *comparison, enum form form)
{
    char *text = NULL;
    size_t len = 0;
    struct hr_error err = {0};
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    const struct hr_table_options table = {.width = form == TABLE80 ? 80 : 120};
    bool written = form == CSV    ? hr_report_compare_csv(out, comparison, &err)
                   : form == JSON ? hr_report_compare_json(out, comparison, &err)
                                  : hr_report_compare_table(out, comparison, &table, &err);
    if (!written)
        fail_msg("%s", err.text);
    fclose(out);
    return text;
}

static void csv_is_the_contract_byte_for_byte(void **state)
{
    (void)state;
    const struct hr_comparison comparison = comparison_of("GET /search");
    char *text = report(&comparison, CSV);
    const char *expected = HEADER
        "shop,GET /search,aws-lambda-x86,function,memory=512,604800.0000,604800.0000,4.3452,"
        "1000,1000,0,1000,0,0,0,0,0,12,12.346,10.000,20.000,30.000,40.500,,,0.000,0.000,"
        "0.000,0.000,200.000,99.0000,99.5000,yes,0.0000,0.0000,0.0000,0.0000,0.0000,0.0000,"
        "0.0000,0.0000,25.0000,75.0000,0.0000,0.0000,0.0000,6.800012,1564.285714,0.000000,"
        "yes,,,service;target,1,12.400,0.250,0.000,0.000,0.000,0.000,0.000,0.000,0.0000,0.0000,"
        "0.0000,0.0000,0.0000,0.0000,0.000000,\n"
        "shop,GET /search,fleet-fixed,fleet,servers=4+1;slots=8,604800.0000,604800.0000,"
        "4.3452,1000,1000,0,1000,0,0,0,0,0,0,12.346,10.000,20.000,30.000,40.500,,,0.000,"
        "0.000,0.000,0.000,200.000,99.0000,99.5000,yes,0.0000,0.0000,0.0000,0.0000,0.0000,"
        "0.0000,0.0000,0.0000,25.0000,75.0000,0.0000,0.0000,0.0000,,,,no,,"
        "\"3 servers miss: 1.8 % late, on "
        "\"\"Mon\"\"\",service;target,1,12.400,0.250,0.000,0.000,0.000,0.000,0.000,0.000,0.0000,0."
        "0000,"
        "0.0000,0.0000,0.0000,0.0000,0.000000,\n";
    assert_memory_equal(text, expected, strlen(expected));
    assert_null(strstr(text, "nan"));
    assert_null(strstr(text, "inf"));
    free(text);
}

static void csv_cell_quotes_what_is_trouble_and_keeps_it(void **state)
{
    (void)state;
    static const struct {
        const char *text, *cell;
    } cases[] = {{"plain", "plain"},
                 {"", ""},
                 {"a,b", "\"a,b\""},
                 {"say \"x\"", "\"say \"\"x\"\"\""},
                 {"two\nlines", "\"two\nlines\""},
                 {"cr\rcr", "\"cr\rcr\""},
                 {"=1+1", "\"=1+1\""},
                 {"+1", "\"+1\""},
                 {"-1", "\"-1\""},
                 {"@sum", "\"@sum\""},
                 {" edge", "\" edge\""},
                 {"1=1", "1=1"},
                 {"\xff\x01", "\xff\x01"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = NULL;
        size_t len = 0;
        FILE *out = open_memstream(&text, &len);
        hr_report_csv_cell(out, cases[i].text);
        fclose(out);
        assert_string_equal(text, cases[i].cell);
        free(text);
    }
}

static void json_nests_by_workload_with_the_bill(void **state)
{
    (void)state;
    const struct hr_comparison comparison = comparison_of("=\"\xff\x1b[31m");
    char *text = report(&comparison, JSON);
    json_error_t fault;
    json_t *top = json_loads(text, 0, &fault);
    if (!top)
        fail_msg("%s in %s", fault.text, text);
    json_t *workloads = json_object_get(top, "workloads");
    assert_int_equal(json_array_size(workloads), 2);
    json_t *first = json_array_get(workloads, 0);
    assert_string_equal(json_string_value(json_object_get(first, "workload")), "=\"\\xFF\\x1B[31m");
    json_t *on = json_object_get(first, "platforms");
    assert_int_equal(json_array_size(on), 2);
    json_t *lambda = json_array_get(on, 0), *fleet = json_array_get(on, 1);
    const struct hr_column *column;
    for (size_t i = 0; (column = hr_column_at(i)); i++)
        assert_non_null(json_object_get(lambda, column->name));
    assert_close(json_real_value(json_object_get(lambda, "cost_month_usd")), 6.800012, 1e-12);
    assert_true(json_is_null(json_object_get(fleet, "cost_month_usd")));
    assert_true(json_is_null(json_object_get(lambda, "response_max_ms")));
    assert_true(json_is_true(json_object_get(lambda, "cheapest")));
    json_t *bill = json_object_get(lambda, "bill");
    assert_int_equal(json_array_size(bill), 2);
    json_t *line = json_array_get(bill, 1);
    assert_close(json_real_value(json_object_get(line, "unit_price_usd")), 0.0000166667, 1e-18);
    assert_string_equal(json_string_value(json_object_get(line, "source")), "offer file");
    json_t *platform = json_array_get(json_object_get(top, "platforms"), 0);
    assert_string_equal(json_string_value(json_object_get(platform, "as_of")), "2026-11-01");
    assert_string_equal(json_string_value(json_object_get(lambda, "book_as_of")), "2026-11-25");
    assert_non_null(strstr(text, "12.346,")); /* the decimals of the CSV, no binary trail */
    json_decref(top);
    free(text);
}

static void table_fits_its_width_and_shows_no_control_character(void **state)
{
    (void)state;
    const struct hr_comparison comparison =
        comparison_of("GET /a/\x1b[2J/very/long/path/that/goes/on/and/on/and/on/and/on/and/on/and"
                      "/on/until/no/terminal/holds/it \xe6\x97\xa5\xe6\x9c\xac");
    static const struct {
        enum form form;
        int width;
    } cases[] = {{TABLE80, 80}, {TABLE120, 120}};
    for (size_t i = 0; i < 2; i++) {
        char *text = report(&comparison, cases[i].form);
        for (char *line = text; *line;) {
            size_t len = strcspn(line, "\n");
            bool words = strstr(line, "/a/") && strstr(line, "/a/") < line + len;
            if (hr_text_width(line, len) > cases[i].width && !words)
                fail_msg("too wide: %.*s", (int)len, line);
            line += len + (line[len] == '\n');
        }
        assert_null(strchr(text, '\x1b'));
        free(text);
    }
}

static void table_says_the_answer_first_and_marks_what_is_assumed(void **state)
{
    (void)state;
    const struct hr_comparison comparison = comparison_of("GET /search");
    char *text = report(&comparison, TABLE120);
    const char *answer = strstr(text, "Serverless: Lambda costs $6.80 a month.");
    assert_non_null(answer);
    assert_true(answer < strstr(text, "platform"));
    assert_non_null(strstr(text, "* aws-lambda-x86     6.80"));
    assert_non_null(strstr(text, "~40.5"));
    assert_non_null(strstr(text, "1000 invocations, 6.1 an hour, http, target 200 ms for 99 %"));
    assert_non_null(strstr(text, "  fleet-fixed           -"));
    assert_non_null(strstr(text, "could turn on: cpu_bound"));
    assert_non_null(strstr(text, "fleet-fixed: servers=4+1;slots=8, 3 servers miss"));
    assert_non_null(strstr(text, "  ~ service = lognormal p50=80ms p99=900ms"));
    free(text);
}

static void report_to_a_full_disk_fails(void **state)
{
    (void)state;
    const struct hr_comparison comparison = comparison_of("GET /search");
    FILE *full = fopen("/dev/full", "w");
    if (!full)
        skip();
    struct hr_error err = {0};
    assert_false(hr_report_compare_csv(full, &comparison, &err));
    assert_int_equal(err.kind, HR_EIO);
    assert_false(hr_report_compare_json(full, &comparison, &err));
    assert_false(
        hr_report_compare_table(full, &comparison, &(struct hr_table_options){.width = 80}, &err));
    fclose(full);
}

static void batch_carries_its_inputs_in_front(void **state)
{
    (void)state;
    const char *names[] = {"traffic", "function.keep_alive.time"}, *inputs[] = {"2", ""};
    struct hr_batch_row batch_row = {inputs, row("(all)", "aws-lambda-x86")};
    const struct hr_batch batch = {.name = "sweep",
                                   .input_names = names,
                                   .input_count = 2,
                                   .rows = &batch_row,
                                   .row_count = 1};
    char *text = NULL;
    size_t len = 0;
    struct hr_error err = {0};
    FILE *out = open_memstream(&text, &len);
    assert_true(hr_report_batch_csv(out, &batch, &err));
    fclose(out);
    const char *expected =
        "traffic,function.keep_alive.time," HEADER "2,,shop,(all),aws-lambda-x86,";
    assert_memory_equal(text, expected, strlen(expected));
    free(text);
    out = open_memstream(&text, &len);
    assert_true(hr_report_batch_json(out, &batch, &err));
    fclose(out);
    json_t *top = json_loads(text, 0, NULL);
    json_t *first = json_array_get(json_object_get(top, "rows"), 0);
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(first, "inputs"), "traffic")), "2");
    assert_string_equal(json_string_value(json_object_get(first, "workload")), "(all)");
    json_decref(top);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_is_the_contract_byte_for_byte),
        cmocka_unit_test(csv_cell_quotes_what_is_trouble_and_keeps_it),
        cmocka_unit_test(json_nests_by_workload_with_the_bill),
        cmocka_unit_test(table_fits_its_width_and_shows_no_control_character),
        cmocka_unit_test(table_says_the_answer_first_and_marks_what_is_assumed),
        cmocka_unit_test(report_to_a_full_disk_fails),
        cmocka_unit_test(batch_carries_its_inputs_in_front),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
