/* tui_comparison.h: a small comparison with figures that a test can look for on a screen: three
 * workloads (the names are trouble on purpose), two functions and two fleets, one of them without
 * prices. Everything is static: nothing to clear. */
#ifndef TESTS_UNIT_TUI_COMPARISON_H
#define TESTS_UNIT_TUI_COMPARISON_H

#include <math.h>

#include "headroom/plan.h"

#define SAMPLE_WORKLOADS 3
#define SAMPLE_PLATFORMS 4

static struct hr_row sample_rows[(SAMPLE_WORKLOADS + 1) * SAMPLE_PLATFORMS];
static double sample_busy[168], sample_idle[168], sample_starting[168];
/* Two lines a row, whose sum is the row's cost. */
static struct hr_bill_line sample_lines[(SAMPLE_WORKLOADS + 1) * SAMPLE_PLATFORMS][2];
static struct hr_comparison_platform sample_platforms[SAMPLE_PLATFORMS] = {
    {.id = "lambda-x86", .title = "AWS Lambda x86 behind an HTTP API", .kind = HR_FUNCTION},
    {.id = "cloud-run", .title = "Google Cloud Run", .kind = HR_FUNCTION},
    {.id = "ec2-fixed", .title = "EC2 m7g.large behind a balancer", .kind = HR_FLEET},
    {.id = "own", .title = "Own platform", .kind = HR_FLEET},
};
static struct hr_verdict sample_verdicts[SAMPLE_WORKLOADS + 1] = {
    {.workload = "GET /search",
     .trigger = HR_HTTP,
     .answer = HR_ANSWER_PROVISIONED,
     .sentence = "Provisioned: 4 m7g.large cost $118.40 a month and meet the target.",
     .turns_on = "cpu_bound of GET /search",
     .invocations = 2412806,
     .per_second = 22.4,
     .recorded_p95_ms = 96,
     .best_function = 0,
     .best_fleet = 2},
    {.workload = "POST /hooks/\033[31mred",
     .trigger = HR_ASYNC,
     .answer = HR_ANSWER_SERVERLESS,
     .sentence = "Serverless: Lambda costs $0.84 a month.",
     .turns_on = "",
     .invocations = 1200,
     .per_second = 0.02,
     .recorded_p95_ms = NAN,
     .service_assumed = true,
     .best_function = 4,
     .best_fleet = 6},
    {.workload = "日本語のとても長い名前のワークロードです",
     .trigger = HR_HTTP,
     .answer = HR_ANSWER_NONE_MEETS,
     .sentence = "None meets the target.",
     .turns_on = "",
     .invocations = 77,
     .per_second = 0.0001,
     .recorded_p95_ms = 14200,
     .best_function = 8,
     .best_fleet = -1},
    {.workload = "(all)",
     .answer = HR_ANSWER_PROVISIONED,
     .sentence = "Servers for all.",
     .turns_on = "",
     .invocations = 2414083,
     .per_second = 22.42,
     .recorded_p95_ms = NAN,
     .best_function = 12,
     .best_fleet = 14},
};
static struct hr_comparison_assumption sample_assumptions[] = {
    {.workload = "POST /hooks/\033[31mred",
     .key = "service",
     .value = "lognormal p50=80ms p99=900ms",
     .source = "models/patterns/web.yaml",
     .remedy = "--service 'lognormal p50=... p99=...'"},
};
static const char *sample_notes[] = {"The log has a hole from Tuesday noon to Wednesday."};

static struct hr_bill sample_bill(size_t row, double cost)
{
    struct hr_bill_line *lines = sample_lines[row];
    lines[0] = (struct hr_bill_line){.service = "lambda",
                                     .item = "requests",
                                     .unit = "request",
                                     .billed_quantity = 5e6,
                                     .unit_price = 2e-7,
                                     .amount = 1.00};
    lines[1] = (struct hr_bill_line){.service = "lambda",
                                     .item = "duration-x86",
                                     .unit = "GB-second",
                                     .tier = "first 6 G",
                                     .billed_quantity = 360000,
                                     .unit_price = 0.0000166667,
                                     .amount = cost - 1.00};
    return (struct hr_bill){.lines = lines, .count = 2, .total = cost};
}

static void sample_row(size_t w, size_t p)
{
    struct hr_row *row = &sample_rows[w * SAMPLE_PLATFORMS + p];
    bool fleet = sample_platforms[p].kind == HR_FLEET;
    double scale = w == 0 ? 100 : w == 1 ? 1 : w == 2 ? 0.5 : 120;
    *row = (struct hr_row){.application = "shop",
                           .workload = sample_verdicts[w].workload,
                           .platform = sample_platforms[p].id,
                           .kind = sample_platforms[p].kind,
                           .sizing = fleet ? "servers=3+1;slots=8" : "memory=1769",
                           .sizing_reason =
                               fleet ? "2 servers miss: 1.8 % late on Mon 09:00-09:06" : "",
                           .invocations = sample_verdicts[w].invocations,
                           .cold_starts = fleet ? 0 : 9410,
                           .response_p50_ms = 92,
                           .response_p95_ms = 310,
                           .response_p99_ms = fleet ? 392 : 1240,
                           .wait_mean_ms = 0,
                           .start_mean_ms = 84.8,
                           .network_mean_ms = 6,
                           .service_mean_ms = 91.5,
                           .target_ms = 400,
                           .slo_pct = 99,
                           .target_met_pct = fleet ? 99.06 : 98.21,
                           .meets_target = fleet,
                           .idle_pct = fleet ? 71.2 : 0,
                           .cost_month_usd = scale * (double)(4 - p),
                           .idle_cost_month_usd = fleet ? scale : 0,
                           .cheapest = p == 2,
                           .excluded_by = "",
                           .assumed = w == 1 ? "service;target" : "target",
                           .title = sample_platforms[p].title,
                           .book = "aws-us-east-1",
                           .book_as_of = "2026-11-01",
                           .bill = {0}};
    if (p < 3)
        row->bill = sample_bill(w * SAMPLE_PLATFORMS + p, row->cost_month_usd);
    else
        row->cost_month_usd = row->idle_cost_month_usd = NAN;
}

static struct hr_comparison sample_comparison(void)
{
    for (size_t i = 0; i < 168; i++) {
        sample_busy[i] = 4 + 3 * sin((double)i / 24 * 6.2831853);
        sample_idle[i] = 32 - sample_busy[i];
    }
    for (size_t p = 0; p < SAMPLE_PLATFORMS; p++) {
        sample_platforms[p].timeline = (struct hr_timeline){.from = INT64_C(1791158400000000),
                                                            .bucket_us = HR_HOUR,
                                                            .n = 168,
                                                            .busy = sample_busy,
                                                            .starting = sample_starting,
                                                            .idle = sample_idle};
        sample_platforms[p].all_row = (int)(SAMPLE_WORKLOADS * SAMPLE_PLATFORMS + p);
        for (size_t w = 0; w <= SAMPLE_WORKLOADS; w++)
            sample_row(w, p);
    }
    for (size_t w = 0; w <= SAMPLE_WORKLOADS; w++)
        for (size_t i = 0; i < 64; i++)
            sample_verdicts[w].traffic[i] = 500 + 450 * sin((double)(i + 7 * w) / 9.14 * 6.2831853);
    return (struct hr_comparison){
        .application = "shop",
        .window_from = INT64_C(1791158400000000),
        .window_to = INT64_C(1791763200000000),
        .bill_from = INT64_C(1791158400000000),
        .bill_to = INT64_C(1791763200000000),
        .month_factor = 730.0 / 168,
        .invocations = 2414083,
        .workload_count = SAMPLE_WORKLOADS,
        .rows = sample_rows,
        .row_count = (SAMPLE_WORKLOADS + 1) * SAMPLE_PLATFORMS,
        .platforms = sample_platforms,
        .platform_count = SAMPLE_PLATFORMS,
        .verdicts = sample_verdicts,
        .best_mix = "Best mix: the payment hooks on Lambda, the rest on 3+1 m7g.large: $114.30 a "
                    "month, 48 % under all-servers.",
        .best_mix_usd = 114.30,
        .best_fleet_usd = 218.22,
        .best_function_usd = 402.75,
        .assumptions = sample_assumptions,
        .assumption_count = 1,
        .notes = sample_notes,
        .note_count = 1};
}

#endif
