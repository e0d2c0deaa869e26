/* report.h: results as CSV, JSON and tables for people.
 *
 * Each writer prints to a stream and returns false with HR_EIO when that fails. Texts from logs are
 * made harmless in tables; CSV (RFC 4180) and JSON carry them exactly. Every figure of a comparison
 * comes from plan/'s column table.
 */
#ifndef HEADROOM_REPORT_H
#define HEADROOM_REPORT_H

#include <stdio.h>

#include "headroom/base.h"
#include "headroom/generate.h"
#include "headroom/plan.h"
#include "headroom/price.h"

bool hr_report_compare_csv(FILE *out, const struct hr_comparison *comparison, struct hr_error *err);
/* Nested by workload, with the bill's lines, verdicts, assumptions and the models' as_of. */
bool hr_report_compare_json(FILE *out, const struct hr_comparison *comparison,
                            struct hr_error *err);
/* What a table shows; the application as a whole and what is assumed always stand in it. */
struct hr_table_options {
    int width;  /* columns, taken as 80 to 200 */
    size_t top; /* only so many workloads, those with the most invocations; 0: all */
    const char *const *workloads; /* only these, by name; none: all */
    size_t workload_count;
};
/* For a person: answer first, figures aligned. HR_EMISSING when it has no such workload. */
bool hr_report_compare_table(FILE *out, const struct hr_comparison *comparison,
                             const struct hr_table_options *options, struct hr_error *err);
bool hr_report_batch_csv(FILE *out, const struct hr_batch *batch, struct hr_error *err);
bool hr_report_batch_json(FILE *out, const struct hr_batch *batch, struct hr_error *err);
/* workload, platform, sizing, figure, recorded, simulated, difference_pct: a line for each figure.
 */
bool hr_report_backtest_csv(FILE *out, const struct hr_backtest *backtest, struct hr_error *err);
bool hr_report_backtest_json(FILE *out, const struct hr_backtest *backtest, struct hr_error *err);
bool hr_report_backtest_table(FILE *out, const struct hr_backtest *backtest, struct hr_error *err);
/* A bill of items: service, item, unit, quantity, billed_quantity, tier, unit_price_usd,
 * amount_usd, a line for each tier, then one of service `total`. */
bool hr_report_bill_csv(FILE *out, const struct hr_bill *bill, struct hr_error *err);
bool hr_report_bill_json(FILE *out, const struct hr_book *book, const struct hr_bill *bill,
                         struct hr_error *err);
bool hr_report_bill_table(FILE *out, const struct hr_book *book, const struct hr_bill *bill,
                          struct hr_error *err);
/* A bill as FOCUS 1.2 has it. `month`: any time (us) in the month that is billed, UTC; `tags`: one
 * flat JSON object or ""; the books give provider, region and category of a line's service, the
 * first that knows it. HR_EINPUT without a book. */
struct hr_focus {
    int64_t month;
    const char *account, *tags;
    const struct hr_book *const *books;
    size_t book_count;
};
bool hr_report_focus(FILE *out, const struct hr_focus *focus, const struct hr_bill *bill,
                     struct hr_error *err);
/* What a book can bill: service, item, unit, price, tiers (END:PRICE;...;PRICE), free. */
bool hr_report_items_csv(FILE *out, const struct hr_book *book, struct hr_error *err);
bool hr_report_items_json(FILE *out, const struct hr_book *book, struct hr_error *err);
bool hr_report_items_table(FILE *out, const struct hr_book *book, struct hr_error *err);
/* The decision log, an entry as it comes; an entry as one line of JSON, false: out of memory.
 * Whoever owns the stream sees whether anything was lost. */
void hr_report_decisions_csv_head(FILE *out);
void hr_report_decision_csv(FILE *out, const char *platform, const char *workload,
                            const struct hr_decision *decision);
bool hr_report_decision_json(FILE *out, const char *platform, const char *workload,
                             const struct hr_decision *decision);

/* Generated traffic as CSV that an import reads back without flags: a sink on a stream. */
struct hr_report_traffic {
    FILE *out;
    const struct hr_traffic_model *model;
    /* its own */
    bool memory, memory_size;
    uint32_t count;
    char name[HR_WORKLOAD_NAME_MAX + 1];
    const struct hr_made_workload *of;
};
bool hr_report_traffic_open(struct hr_report_traffic *traffic, FILE *out,
                            const struct hr_traffic_model *model, struct hr_error *err);
struct hr_sink hr_report_traffic_sink(struct hr_report_traffic *traffic); /* after open */
/* What was made, a row for each workload. */
enum hr_report_format { HR_REPORT_TABLE, HR_REPORT_CSV, HR_REPORT_JSON };
bool hr_report_generated(FILE *out, enum hr_report_format format,
                         const struct hr_traffic_model *model,
                         const struct hr_generate_report *report, struct hr_error *err);
/* What was fitted. CSV: workload, part, candidate, parameters, log_likelihood, aic, ks_distance,
 * ks_p, anderson_darling, chosen; a line of part `rate`, then one for each candidate. */
bool hr_report_fit(FILE *out, enum hr_report_format format, const struct hr_like *like,
                   struct hr_error *err);
/* One CSV cell, quoted when it must be. */
void hr_report_csv_cell(FILE *out, const char *text);

#endif
