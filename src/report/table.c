/* table.c: a comparison for a person: the answer first, then figures that line up, then what they
 * rest on.
 *
 * Every figure column has fixed decimals, so that right-aligned cells align on the decimal point.
 * Where the width does not hold all columns, the least important ones go first.
 */
#include "report/write.h"

#include <math.h>
#include <string.h>

#define PLATFORM_MIN  12 /* columns of the platform's name before figures are left out */
#define CELL_MAX      32
#define HOLDERS_SHOWN 3 /* workloads named with an assumption that many share */

enum mark { PLAIN, MAY_BE_ASSUMED }; /* takes ~ where the service time is assumed */

struct shown {
    const char *heading, *unit, *column;
    int decimals, rank; /* a higher rank is left out earlier */
    enum mark mark;
    bool down; /* rounded down */
};
static const struct shown shown[] = {
    {"cost", "$/month", "cost_month_usd", 2, 0, PLAIN, false},
    {"cost", "$/million", "cost_per_million_usd", 2, 3, PLAIN, false},
    {"p50", "ms", "response_p50_ms", 1, 4, MAY_BE_ASSUMED, false},
    {"p95", "ms", "response_p95_ms", 1, 2, MAY_BE_ASSUMED, false},
    {"p99", "ms", "response_p99_ms", 1, 0, MAY_BE_ASSUMED, false},
    {"in time", "%", "target_met_pct", 2, 0, MAY_BE_ASSUMED, true},
    {"cold", "starts", "cold_starts", 0, 3, PLAIN, false},
    {"throttled", "", "throttled", 0, 5, PLAIN, false},
    {"used", "%", "utilisation_pct", 1, 4, PLAIN, false},
    {"idle", "%", "idle_pct", 1, 1, PLAIN, false},
    {"idle", "$/month", "idle_cost_month_usd", 2, 2, PLAIN, false},
};
#define SHOWN (sizeof shown / sizeof *shown)

/* Which columns a table has room for, and how wide each is. */
struct layout {
    int width, platform;
    int columns[SHOWN]; /* 0: left out */
};

/* A row's cell; `assumed` when the workload's service time is. */
static void cell_text(char buf[CELL_MAX], const struct shown *what, const struct hr_row *row,
                      bool assumed)
{
    const struct hr_column *column = hr_column_find(what->column);
    char figure[CELL_MAX - 2];
    snprintf(buf, CELL_MAX, "-");
    if (!column)
        return;
    const void *at = (const char *)row + column->offset;
    if (column->type == HR_COLUMN_COUNT) {
        snprintf(buf, CELL_MAX, "%llu", (unsigned long long)*(const uint64_t *)at);
        return;
    }
    double value = *(const double *)at;
    if (!isfinite(value))
        return;
    if (strcmp(what->column, "cost_month_usd") == 0 && row->bill.count)
        value = hr_bill_shown_total(&row->bill);
    else if (column->type == HR_COLUMN_USD)
        value = hr_money_cents(value);
    (what->down ? hr_format_down : hr_format_fixed)(figure, sizeof figure, value, what->decimals);
    snprintf(buf, CELL_MAX, "%s%s", assumed && what->mark == MAY_BE_ASSUMED ? "~" : "", figure);
}

static const struct hr_verdict *verdict_of(const struct hr_comparison *comparison,
                                           const struct hr_row *row)
{
    for (size_t i = 0; i <= comparison->workload_count; i++)
        if (strcmp(comparison->verdicts[i].workload, row->workload) == 0)
            return &comparison->verdicts[i];
    return NULL;
}

static int total_width(const struct layout *layout)
{
    int total = 2 + layout->platform;
    for (size_t i = 0; i < SHOWN; i++)
        total += layout->columns[i] ? 2 + layout->columns[i] : 0;
    return total;
}

static bool drop_least(struct layout *layout)
{
    size_t least = SHOWN;
    for (size_t i = 0; i < SHOWN; i++)
        if (layout->columns[i] && (least == SHOWN || shown[i].rank >= shown[least].rank))
            least = i;
    if (least == SHOWN)
        return false;
    layout->columns[least] = 0;
    return true;
}

/* One layout for all tables of a report, so that blocks can be compared. */
static struct layout lay_out(const struct hr_comparison *comparison, int width)
{
    struct layout layout = {.width = width, .platform = PLATFORM_MIN};
    char buf[CELL_MAX];
    for (size_t k = 0; k < SHOWN; k++) {
        size_t heading = strlen(shown[k].heading), unit = strlen(shown[k].unit);
        layout.columns[k] = (int)(heading > unit ? heading : unit);
    }
    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct hr_row *row = &comparison->rows[i];
        const struct hr_verdict *verdict = verdict_of(comparison, row);
        int name = hr_text_width(row->platform, strlen(row->platform));
        layout.platform = name > layout.platform ? name : layout.platform;
        for (size_t k = 0; k < SHOWN; k++) {
            cell_text(buf, &shown[k], row, verdict && verdict->service_assumed);
            int len = (int)strlen(buf);
            layout.columns[k] = len > layout.columns[k] ? len : layout.columns[k];
        }
    }
    int longest = layout.platform;
    layout.platform = longest > width / 3 ? width / 3 : longest;
    while (total_width(&layout) > width && drop_least(&layout))
        ;
    return layout;
}

static void put_heading(FILE *out, const struct layout *layout)
{
    fprintf(out, "  %-*s", layout->platform, "");
    for (size_t k = 0; k < SHOWN; k++)
        if (layout->columns[k])
            fprintf(out, "  %*s", layout->columns[k], shown[k].heading);
    fprintf(out, "\n  %-*s", layout->platform, "platform");
    for (size_t k = 0; k < SHOWN; k++)
        if (layout->columns[k])
            fprintf(out, "  %*s", layout->columns[k], shown[k].unit);
    putc('\n', out);
}

static char row_mark(const struct hr_row *row)
{
    if (row->cheapest)
        return '*';
    if (row->excluded_by[0])
        return 'x';
    return row->meets_target ? ' ' : '!';
}

static void put_row(FILE *out, const struct layout *layout, const struct hr_row *row, bool assumed)
{
    char buf[CELL_MAX];
    fprintf(out, "%c ", row_mark(row));
    hr__cell_left(out, row->platform, layout->platform);
    for (size_t k = 0; k < SHOWN; k++) {
        if (!layout->columns[k])
            continue;
        cell_text(buf, &shown[k], row, assumed);
        fprintf(out, "  %*s", layout->columns[k], buf);
    }
    putc('\n', out);
}

/* Sizes of a block's rows. A fleet serves the whole application: its size stands with (all). */
static void put_sizes(FILE *out, int width, const struct hr_comparison *comparison, size_t index)
{
    const char *workload = comparison->verdicts[index].workload;
    bool all = index == comparison->workload_count;
    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct hr_row *row = &comparison->rows[i];
        if (strcmp(row->workload, workload) != 0 || !row->sizing[0] || row->repeats)
            continue;
        const struct hr_row *whole = hr_comparison_row(comparison, "(all)", row->platform);
        if (!all && row->excluded_by[0] == '\0' && whole && strcmp(whole->sizing, row->sizing) == 0)
            continue;
        struct hr_text text = {0};
        hr_text_printf(&text, "%s: %s%s%s%s%s", row->platform, row->sizing,
                       row->sizing_reason[0] ? ", " : "", row->sizing_reason,
                       row->excluded_by[0] ? "; excluded by " : "", row->excluded_by);
        hr__wrap(out, width, "  size  ", text.data ? text.data : "");
        hr_text_clear(&text);
    }
}

/* "22.4 a second", "3.2 an hour": in the unit in which it is at least one. */
static const char *rate_text(char *buf, size_t size, double per_second)
{
    static const struct {
        double seconds;
        const char *word;
    } units[] = {{1, "a second"}, {3600, "an hour"}, {86400, "a day"}};
    size_t i = 0;
    while (i + 1 < sizeof units / sizeof *units && per_second * units[i].seconds < 1)
        i++;
    char figure[32];
    hr_format_fixed(figure, sizeof figure, per_second * units[i].seconds, 1);
    snprintf(buf, size, "%s %s", figure, units[i].word);
    return buf;
}

/* ", target 400 ms for 99 %": the same on every platform. */
static void add_target(struct hr_text *title, const struct hr_comparison *comparison,
                       const char *workload)
{
    char number[64];
    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct hr_row *row = &comparison->rows[i];
        if (strcmp(row->workload, workload) != 0 || !isfinite(row->target_ms))
            continue;
        hr_text_printf(title, ", target %s ms",
                       hr_format_significant(number, sizeof number, row->target_ms, 6));
        hr_text_printf(title, " for %s %%",
                       hr_format_significant(number, sizeof number, row->slo_pct, 8));
        return;
    }
}

static void put_block(FILE *out, const struct layout *layout,
                      const struct hr_comparison *comparison, size_t index)
{
    const struct hr_verdict *verdict = &comparison->verdicts[index];
    struct hr_text title = {0};
    char rate[48];
    hr_text_printf(&title, "%s: %llu invocation%s, %s", verdict->workload,
                   (unsigned long long)verdict->invocations, verdict->invocations == 1 ? "" : "s",
                   rate_text(rate, sizeof rate, verdict->per_second));
    if (index < comparison->workload_count) {
        hr_text_printf(&title, ", %s", hr_trigger_name(verdict->trigger));
        add_target(&title, comparison, verdict->workload);
    }
    if (verdict->service_assumed)
        hr_text_puts(&title, ", ~ service time assumed");
    putc('\n', out);
    hr__wrap(out, layout->width, "", title.data ? title.data : "");
    hr_text_clear(&title);
    put_heading(out, layout);
    for (size_t i = 0; i < comparison->row_count; i++)
        if (strcmp(comparison->rows[i].workload, verdict->workload) == 0 &&
            !comparison->rows[i].repeats)
            put_row(out, layout, &comparison->rows[i], verdict->service_assumed);
    if (verdict->sentence[0])
        hr__wrap(out, layout->width, "  -> ", verdict->sentence);
    if (verdict->turns_on[0])
        hr__wrap(out, layout->width, "     could turn on: ", verdict->turns_on);
    put_sizes(out, layout->width, comparison, index);
}

static void put_assumptions(FILE *out, int width, const struct hr_comparison *comparison)
{
    if (comparison->assumption_count)
        fputs("\nAssumed\n", out);
    for (size_t i = 0; i < comparison->assumption_count; i++) {
        const struct hr_comparison_assumption *assumption = &comparison->assumptions[i];
        struct hr_text text = {0};
        if (!hr_assumption_holders(comparison, i, HOLDERS_SHOWN, &text))
            continue;
        hr_text_printf(&text, "%s%s = %s", text.len ? ": " : "", assumption->key,
                       assumption->value);
        if (assumption->source[0])
            hr_text_printf(&text, " (%s)", assumption->source);
        if (assumption->remedy[0])
            hr_text_printf(&text, "; set it with %s", assumption->remedy);
        hr__wrap(out, width, "  ~ ", text.data ? text.data : "");
        hr_text_clear(&text);
    }
}

static int64_t whole_seconds(int64_t time)
{
    return time - ((time % HR_SECOND) + HR_SECOND) % HR_SECOND;
}

static void put_answer(FILE *out, int width, const struct hr_comparison *comparison)
{
    char from[HR_TIME_TEXT], to[HR_TIME_TEXT], billed[HR_TIME_TEXT], factor[32];
    struct hr_text text = {0};
    hr_format_fixed(factor, sizeof factor, comparison->month_factor,
                    comparison->month_factor < 100 ? 2 : 0);
    /* Whole seconds: a fraction says nothing about a window of hours. */
    hr_text_printf(
        &text, "%s: %s to %s, %llu invocation%s; a month is %s times the %s billed%s",
        comparison->application, hr_time_format(from, whole_seconds(comparison->window_from)),
        hr_time_format(to, whole_seconds(comparison->window_to)),
        (unsigned long long)comparison->invocations, comparison->invocations == 1 ? "" : "s",
        factor, hr_span_format(billed, comparison->bill_to - comparison->bill_from),
        comparison->extrapolated ? " (extrapolated: less than a day)" : "");
    hr__wrap(out, width, "", text.data ? text.data : "");
    hr_text_clear(&text);
    const struct hr_verdict *all = &comparison->verdicts[comparison->workload_count];
    if (all->sentence[0])
        hr__wrap(out, width, "", all->sentence);
    if (comparison->best_mix[0])
        hr__wrap(out, width, "", comparison->best_mix);
}

/* Is the workload one of the `top` with the most invocations? Equal ones count by name. */
static bool is_among_top(const struct hr_comparison *comparison, size_t index, size_t top)
{
    const struct hr_verdict *verdicts = comparison->verdicts;
    size_t before = 0;
    for (size_t i = 0; i < comparison->workload_count; i++)
        before += verdicts[i].invocations > verdicts[index].invocations ||
                  (i < index && verdicts[i].invocations == verdicts[index].invocations);
    return top == 0 || before < top;
}

static bool is_named(const struct hr_table_options *options, const char *workload)
{
    for (size_t i = 0; i < options->workload_count; i++)
        if (strcmp(options->workloads[i], workload) == 0)
            return true;
    return options->workload_count == 0;
}

static bool check_names(const struct hr_comparison *comparison,
                        const struct hr_table_options *options, struct hr_error *err)
{
    for (size_t i = 0; i < options->workload_count; i++) {
        size_t w = 0;
        while (w <= comparison->workload_count &&
               strcmp(comparison->verdicts[w].workload, options->workloads[i]) != 0)
            w++;
        if (w > comparison->workload_count)
            return hr_fail(err, HR_EMISSING,
                           "there is no workload `%s` in `%s`; `headroom list` names them",
                           options->workloads[i], comparison->application);
    }
    return true;
}

static void put_blocks(FILE *out, const struct layout *layout,
                       const struct hr_comparison *comparison,
                       const struct hr_table_options *options)
{
    size_t hidden = 0;
    uint64_t invocations = 0;
    put_block(out, layout, comparison, comparison->workload_count);
    for (size_t i = 0; i < comparison->workload_count; i++) {
        const struct hr_verdict *verdict = &comparison->verdicts[i];
        if (is_among_top(comparison, i, options->top) && is_named(options, verdict->workload)) {
            put_block(out, layout, comparison, i);
        } else {
            hidden++;
            invocations += verdict->invocations;
        }
    }
    if (hidden)
        fprintf(out, "\n%zu more workload%s with %llu invocation%s: not shown, part of (all)\n",
                hidden, hidden == 1 ? "" : "s", (unsigned long long)invocations,
                invocations == 1 ? "" : "s");
}

/* "123.4 +- 1.2", of a figure that has no mean "-". */
static void put_mean(FILE *out, double mean, double half, int decimals)
{
    char text[64] = "-", number[32], width[32];
    if (isfinite(mean)) {
        hr_format_fixed(number, sizeof number, mean, decimals);
        hr_format_fixed(width, sizeof width, half, decimals);
        snprintf(text, sizeof text, isfinite(half) ? "%s +- %s" : "%s", number, width);
    }
    fprintf(out, " %22s", text);
}

static void put_replications(FILE *out, const struct hr_comparison *comparison)
{
    const size_t platforms = comparison->platform_count;
    const size_t first = comparison->row_count - platforms;
    if (platforms == 0 || comparison->rows[first].replications < 2)
        return;
    fprintf(out, "\nMeans of the application over %llu replications, +- half of a 95 %% interval\n",
            (unsigned long long)comparison->rows[first].replications);
    fprintf(out, "  %-22s %22s %22s %22s %22s\n", "", "mean ms", "p99 ms", "in time %",
            "USD a month");
    for (size_t i = first; i < comparison->row_count; i++) {
        const struct hr_row *row = &comparison->rows[i];
        fprintf(out, "  %-22s", row->platform);
        put_mean(out, row->response_mean_ms_mean, row->response_mean_ms_ci95, 2);
        put_mean(out, row->response_p99_ms_mean, row->response_p99_ms_ci95, 1);
        put_mean(out, row->target_met_pct_mean, row->target_met_pct_ci95, 3);
        put_mean(out, row->cost_month_usd_mean, row->cost_month_usd_ci95, 2);
        putc('\n', out);
    }
}

bool hr_report_compare_table(FILE *out, const struct hr_comparison *comparison,
                             const struct hr_table_options *options, struct hr_error *err)
{
    int width = options->width < 80 ? 80 : options->width > 200 ? 200 : options->width;
    if (!check_names(comparison, options, err))
        return false;
    const struct layout layout = lay_out(comparison, width);
    put_answer(out, width, comparison);
    put_blocks(out, &layout, comparison, options);
    putc('\n', out);
    hr__wrap(
        out, width, "",
        "* cheapest that meets the target, ! misses it, x excluded, ~ assumed, - does not exist");
    put_assumptions(out, width, comparison);
    put_replications(out, comparison);
    if (comparison->note_count)
        fputs("\nNotes\n", out);
    for (size_t i = 0; i < comparison->note_count; i++)
        hr__wrap(out, width, "  ", comparison->notes[i]);
    return hr__report_end(out, err);
}
