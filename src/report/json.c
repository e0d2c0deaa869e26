/* json.c: comparisons and batches as JSON, through jansson.
 *
 * The names are the columns' own, figures have the decimals of the CSV, what does not exist is
 * null. A text is carried exactly, control characters escaped. Only a text with bytes that are no
 * UTF-8, which JSON cannot hold, comes as a person sees it: \xHH.
 */
#include "report/bill.h"
#include "report/write.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *text_of(const char *text)
{
    json_t *string = json_string(text ? text : "");
    if (string || !text)
        return string;
    struct hr_text clean = {0};
    hr_text_add_clean(&clean, text, strlen(text));
    string = json_string(clean.data ? clean.data : "");
    hr_text_clear(&clean);
    return string;
}

/* Rounded as the CSV rounds it, so that both say the same. */
static json_t *real_of(double value, int decimals)
{
    char buf[64];
    if (!isfinite(value))
        return json_null();
    return json_real(strtod(hr_format_fixed(buf, sizeof buf, value, decimals), NULL));
}

static json_t *time_of(int64_t time)
{
    char buf[HR_TIME_TEXT];
    return json_string(hr_time_format(buf, time));
}

static json_t *column_of(const struct hr_column *column, const struct hr_row *row)
{
    const void *at = (const char *)row + column->offset;
    switch (column->type) {
    case HR_COLUMN_COUNT:
        return json_integer((json_int_t) * (const uint64_t *)at);
    case HR_COLUMN_REAL:
        return real_of(*(const double *)at, 4);
    case HR_COLUMN_MS:
        return real_of(*(const double *)at, 3);
    case HR_COLUMN_USD:
        return real_of(*(const double *)at, 6);
    case HR_COLUMN_YES:
        return json_boolean(*(const bool *)at);
    case HR_COLUMN_TEXT:
    case HR_COLUMN_KIND:
        break;
    }
    char buf[64];
    return text_of(hr_column_text(column, row, buf, sizeof buf));
}

static void add_columns(json_t *object, const struct hr_row *row)
{
    const struct hr_column *column;
    for (size_t i = 0; (column = hr_column_at(i)); i++)
        json_object_set_new(object, column->name, column_of(column, row));
}

json_t *hr__json_bill(const struct hr_bill *bill)
{
    json_t *lines = json_array();
    for (size_t i = 0; i < bill->count; i++) {
        const struct hr_bill_line *line = &bill->lines[i];
        json_t *object = json_object();
        json_object_set_new(object, "service", text_of(line->service));
        json_object_set_new(object, "item", text_of(line->item));
        json_object_set_new(object, "unit", text_of(line->unit));
        json_object_set_new(object, "tier", text_of(line->tier));
        json_object_set_new(object, "quantity", real_of(line->quantity, 4));
        json_object_set_new(object, "billed_quantity", real_of(line->billed_quantity, 4));
        json_object_set_new(object, "unit_price_usd", real_of(line->unit_price, 15));
        json_object_set_new(object, "amount_usd", real_of((double)line->micro_usd / 1e6, 6));
        json_object_set_new(object, "source", text_of(line->source));
        json_object_set_new(object, "confidence", text_of(hr_confidence_name(line->confidence)));
        json_array_append_new(lines, object);
    }
    return lines;
}

static json_t *row_of(const struct hr_row *row)
{
    json_t *object = json_object();
    add_columns(object, row);
    json_object_set_new(object, "title", text_of(row->title));
    json_object_set_new(object, "book", text_of(row->book));
    json_object_set_new(object, "book_as_of", text_of(row->book_as_of));
    json_object_set_new(object, "bill", hr__json_bill(&row->bill));
    return object;
}

static json_t *workload_of(const struct hr_comparison *comparison, size_t index)
{
    const struct hr_verdict *verdict = &comparison->verdicts[index];
    json_t *object = json_object(), *platforms = json_array(), *answer = json_object();
    json_object_set_new(object, "workload", text_of(verdict->workload));
    if (index < comparison->workload_count)
        json_object_set_new(object, "trigger", text_of(hr_trigger_name(verdict->trigger)));
    json_object_set_new(object, "invocations", json_integer((json_int_t)verdict->invocations));
    json_object_set_new(object, "service_assumed", json_boolean(verdict->service_assumed));
    json_object_set_new(answer, "answer", text_of(hr_answer_name(verdict->answer)));
    json_object_set_new(answer, "sentence", text_of(verdict->sentence));
    json_object_set_new(answer, "turns_on", text_of(verdict->turns_on));
    json_object_set_new(object, "verdict", answer);
    for (size_t i = 0; i < comparison->row_count; i++)
        if (strcmp(comparison->rows[i].workload, verdict->workload) == 0)
            json_array_append_new(platforms, row_of(&comparison->rows[i]));
    json_object_set_new(object, "platforms", platforms);
    return object;
}

static json_t *span_of(int64_t from, int64_t to)
{
    json_t *span = json_object();
    json_object_set_new(span, "from", time_of(from));
    json_object_set_new(span, "to", time_of(to));
    return span;
}

static json_t *platforms_of(const struct hr_comparison *comparison)
{
    json_t *all = json_array();
    for (size_t i = 0; i < comparison->platform_count; i++) {
        const struct hr_comparison_platform *platform = &comparison->platforms[i];
        json_t *object = json_object();
        json_object_set_new(object, "platform", text_of(platform->id));
        json_object_set_new(object, "title", text_of(platform->title));
        json_object_set_new(object, "kind", text_of(hr_platform_kind_names[platform->kind]));
        json_object_set_new(object, "as_of", text_of(platform->as_of));
        json_array_append_new(all, object);
    }
    return all;
}

static json_t *assumptions_of(const struct hr_comparison *comparison)
{
    json_t *all = json_array();
    for (size_t i = 0; i < comparison->assumption_count; i++) {
        const struct hr_comparison_assumption *assumption = &comparison->assumptions[i];
        json_t *object = json_object();
        json_object_set_new(object, "workload", text_of(assumption->workload));
        json_object_set_new(object, "key", text_of(assumption->key));
        json_object_set_new(object, "value", text_of(assumption->value));
        json_object_set_new(object, "origin", text_of(hr_origin_name(assumption->origin)));
        json_object_set_new(object, "source", text_of(assumption->source));
        json_object_set_new(object, "remedy", text_of(assumption->remedy));
        json_array_append_new(all, object);
    }
    return all;
}

static json_t *texts_of(const char *const *texts, size_t count)
{
    json_t *all = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(all, text_of(texts[i]));
    return all;
}

/* Fifteen digits: six decimals of a thousand million dollars, and no trail of binary fractions.
 * Takes the document over. */
static bool dump(FILE *out, json_t *document, struct hr_error *err)
{
    bool written =
        document && json_dumpf(document, out,
                               JSON_INDENT(2) | JSON_REAL_PRECISION(15) | JSON_PRESERVE_ORDER) == 0;
    json_decref(document);
    if (!written && !ferror(out))
        return hr_fail(err, HR_EIO, "the JSON could not be written");
    putc('\n', out);
    return hr__report_end(out, err);
}

bool hr_report_compare_json(FILE *out, const struct hr_comparison *comparison, struct hr_error *err)
{
    json_t *top = json_object(), *workloads = json_array(), *mix = json_object();
    json_object_set_new(top, "application", text_of(comparison->application));
    json_object_set_new(top, "window", span_of(comparison->window_from, comparison->window_to));
    json_object_set_new(top, "billed", span_of(comparison->bill_from, comparison->bill_to));
    json_object_set_new(top, "month_factor", real_of(comparison->month_factor, 4));
    json_object_set_new(top, "extrapolated", json_boolean(comparison->extrapolated));
    json_object_set_new(top, "invocations", json_integer((json_int_t)comparison->invocations));
    json_object_set_new(top, "seed", json_integer((json_int_t)comparison->seed));
    for (size_t i = 0; i <= comparison->workload_count; i++)
        json_array_append_new(workloads, workload_of(comparison, i));
    json_object_set_new(top, "workloads", workloads);
    json_object_set_new(top, "platforms", platforms_of(comparison));
    json_object_set_new(mix, "sentence", text_of(comparison->best_mix));
    json_object_set_new(mix, "cost_month_usd", real_of(comparison->best_mix_usd, 6));
    json_object_set_new(mix, "best_fleet_usd", real_of(comparison->best_fleet_usd, 6));
    json_object_set_new(mix, "best_function_usd", real_of(comparison->best_function_usd, 6));
    json_object_set_new(top, "best_mix", mix);
    json_object_set_new(top, "assumptions", assumptions_of(comparison));
    json_object_set_new(top, "notes", texts_of(comparison->notes, comparison->note_count));
    return dump(out, top, err);
}

bool hr_report_batch_json(FILE *out, const struct hr_batch *batch, struct hr_error *err)
{
    json_t *top = json_object(), *rows = json_array();
    json_object_set_new(top, "batch", text_of(batch->name));
    for (size_t i = 0; i < batch->row_count; i++) {
        json_t *row = json_object(), *inputs = json_object();
        for (size_t k = 0; k < batch->input_count; k++)
            json_object_set_new(inputs, batch->input_names[k], text_of(batch->rows[i].inputs[k]));
        json_object_set_new(row, "inputs", inputs);
        add_columns(row, &batch->rows[i].row);
        json_array_append_new(rows, row);
    }
    json_object_set_new(top, "rows", rows);
    json_object_set_new(top, "failures", texts_of(batch->failures, batch->failure_count));
    json_object_set_new(top, "warnings", texts_of(batch->warnings, batch->warning_count));
    return dump(out, top, err);
}
