/* backtest.c: recorded beside simulated, in CSV, JSON and for a person. */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "report/write.h"

/* In per cent of what was recorded; NAN where that is 0. */
static double difference(double recorded, double simulated)
{
    return recorded == 0 ? NAN : 100 * (simulated - recorded) / recorded;
}

static int decimals(const struct hr_backtest_figure *figure)
{
    return figure->type == HR_COLUMN_COUNT ? 0 : figure->type == HR_COLUMN_MS ? 3 : 4;
}

static void put_line(FILE *out, const struct hr_backtest_row *row,
                     const struct hr_backtest_figure *figure)
{
    double recorded = hr_backtest_value(figure, &row->recorded);
    double simulated = hr_backtest_value(figure, &row->simulated);
    double off = difference(recorded, simulated);
    hr_report_csv_cell(out, row->workload);
    fprintf(out, ",%s,%s,%s,%.*f,%.*f,", row->platform, row->sizing, figure->name, decimals(figure),
            recorded, decimals(figure), simulated);
    if (isfinite(off))
        fprintf(out, "%.4f", off);
    putc('\n', out);
}

bool hr_report_backtest_csv(FILE *out, const struct hr_backtest *backtest, struct hr_error *err)
{
    const struct hr_backtest_figure *figure;
    fputs("workload,platform,sizing,figure,recorded,simulated,difference_pct\n", out);
    for (size_t i = 0; i < backtest->row_count; i++)
        for (size_t k = 0; (figure = hr_backtest_figure_at(k)); k++)
            put_line(out, &backtest->rows[i], figure);
    return hr__report_end(out, err);
}

static json_t *figures_json(const struct hr_backtest_figures *figures)
{
    const struct hr_backtest_figure *figure;
    json_t *object = json_object();
    for (size_t k = 0; (figure = hr_backtest_figure_at(k)); k++) {
        double value = hr_backtest_value(figure, figures);
        json_object_set_new(object, figure->name,
                            figure->type == HR_COLUMN_COUNT ? json_integer((json_int_t)value)
                                                            : json_real(value));
    }
    return object;
}

bool hr_report_backtest_json(FILE *out, const struct hr_backtest *backtest, struct hr_error *err)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < backtest->row_count; i++) {
        const struct hr_backtest_row *row = &backtest->rows[i];
        json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:o, s:o}", "workload",
                                              row->workload, "platform", row->platform, "sizing",
                                              row->sizing, "recorded", figures_json(&row->recorded),
                                              "simulated", figures_json(&row->simulated)));
    }
    json_dumpf(rows, out, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    putc('\n', out);
    json_decref(rows);
    return hr__report_end(out, err);
}

static void put_block(FILE *out, const struct hr_backtest_row *row)
{
    const struct hr_backtest_figure *figure;
    struct hr_text name = {.max = 4096};
    hr_text_add_clean(&name, row->workload, strlen(row->workload));
    fprintf(out, "%s\n  on %s, %s\n", name.data ? name.data : "", row->platform, row->sizing);
    hr_text_clear(&name);
    fprintf(out, "  %-14s %14s %14s %10s\n", "", "recorded", "simulated", "off by %");
    for (size_t k = 0; (figure = hr_backtest_figure_at(k)); k++) {
        double recorded = hr_backtest_value(figure, &row->recorded);
        double simulated = hr_backtest_value(figure, &row->simulated);
        double off = difference(recorded, simulated);
        int shown = figure->type == HR_COLUMN_COUNT ? 0 : 1;
        char cell[32] = "-";
        if (isfinite(off))
            snprintf(cell, sizeof cell, "%+.1f", off);
        const char *pad = shown ? "" : "  "; /* counts end where the decimal point stands */
        fprintf(out, "  %-14s %*.*f%s %*.*f%s %10s\n", figure->name, shown ? 14 : 12, shown,
                recorded, pad, shown ? 14 : 12, shown, simulated, pad, cell);
    }
}

bool hr_report_backtest_table(FILE *out, const struct hr_backtest *backtest, struct hr_error *err)
{
    for (size_t i = 0; i < backtest->row_count; i++) {
        if (i)
            putc('\n', out);
        put_block(out, &backtest->rows[i]);
    }
    return hr__report_end(out, err);
}
