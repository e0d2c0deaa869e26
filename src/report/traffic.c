/* traffic.c: traffic as CSV that an import reads back, row by row, and what was made. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/write.h"

/* ---- a sink that writes CSV ----------------------------------------------------------------- */

bool hr_report_traffic_open(struct hr_report_traffic *traffic, FILE *out,
                            const struct hr_traffic_model *model, struct hr_error *err)
{
    *traffic = (struct hr_report_traffic){.out = out, .model = model};
    for (size_t i = 0; i < model->count; i++) {
        traffic->memory = traffic->memory || model->workloads[i].memory_mb > 0;
        traffic->memory_size = traffic->memory_size || model->workloads[i].memory_size_mb > 0;
    }
    fprintf(out, "time,workload,trigger,duration_us%s%s\n", traffic->memory ? ",memory_mb" : "",
            traffic->memory_size ? ",memory_size_mb" : "");
    return hr__report_end(out, err);
}

static bool csv_workload(void *context, const char *name, uint32_t *ret_id, struct hr_error *err)
{
    struct hr_report_traffic *traffic = context;
    if (strlen(name) >= sizeof traffic->name)
        return hr_fail(err, HR_ELIMIT, "`%.40s...`: the name is too long", name);
    memcpy(traffic->name, name, strlen(name) + 1);
    traffic->of = hr_traffic_described(traffic->model, name);
    if (!traffic->of)
        return hr_fail(err, HR_EINPUT, "`%s` is not described", name);
    *ret_id = ++traffic->count;
    return true;
}

static bool csv_put(void *context, uint32_t id, const struct hr_columns *block,
                    struct hr_error *err)
{
    struct hr_report_traffic *traffic = context;
    char time[HR_TIME_TEXT];
    (void)id;
    for (size_t i = 0; i < block->n; i++) {
        fprintf(traffic->out, "%s,", hr_time_format(time, block->arrival_us[i]));
        hr_report_csv_cell(traffic->out, traffic->name);
        fprintf(traffic->out, ",%s,%lld", hr_trigger_name(traffic->of->trigger),
                (long long)block->duration_us[i]);
        if (traffic->memory && block->memory_kb)
            fprintf(traffic->out, ",%.10g", (double)block->memory_kb[i] / 1024);
        else if (traffic->memory)
            putc(',', traffic->out);
        if (traffic->memory_size && traffic->of->memory_size_mb > 0)
            fprintf(traffic->out, ",%.10g", traffic->of->memory_size_mb);
        else if (traffic->memory_size)
            putc(',', traffic->out);
        putc('\n', traffic->out);
    }
    return !ferror(traffic->out) || hr__report_end(traffic->out, err);
}

static bool csv_attribute(void *context, uint32_t id, const struct hr_attribute *attribute,
                          struct hr_error *err)
{
    (void)context, (void)id, (void)attribute, (void)err;
    return true;
}

static bool csv_file(void *context, const struct hr_import_file *file, struct hr_error *err)
{
    (void)context, (void)file, (void)err;
    return true;
}

static bool csv_commit(void *context, struct hr_error *err)
{
    return hr__report_end(((struct hr_report_traffic *)context)->out, err);
}

static void csv_abort(void *context)
{
    (void)context;
}

struct hr_sink hr_report_traffic_sink(struct hr_report_traffic *traffic)
{
    return (struct hr_sink){.context = traffic,
                            .workload = csv_workload,
                            .put = csv_put,
                            .attribute = csv_attribute,
                            .file = csv_file,
                            .commit = csv_commit,
                            .abort = csv_abort};
}

/* ---- what was made -----------------------------------------------------------------------------
 */

static double mean_ms(const struct hr_generated *made)
{
    return made->invocations ? made->service_sum / (double)made->invocations / 1000 : NAN;
}

static double per_second(const struct hr_generated *made, const struct hr_traffic_model *model)
{
    return (double)made->invocations / ((double)model->duration_us / (double)HR_SECOND);
}

static void times(const struct hr_generated *made, char first[HR_TIME_TEXT],
                  char last[HR_TIME_TEXT])
{
    first[0] = last[0] = '\0';
    if (made->invocations) {
        hr_time_format(first, made->first);
        hr_time_format(last, made->last);
    }
}

static void generated_csv(FILE *out, const struct hr_traffic_model *model,
                          const struct hr_generate_report *report)
{
    fputs("workload,trigger,invocations,per_second,service_mean_ms,first,last\n", out);
    for (size_t i = 0; i < report->count; i++) {
        const struct hr_generated *made = &report->workloads[i];
        char first[HR_TIME_TEXT], last[HR_TIME_TEXT], mean[64] = "";
        times(made, first, last);
        if (made->invocations)
            hr_format_fixed(mean, sizeof mean, mean_ms(made), 3);
        hr_report_csv_cell(out, made->name);
        fprintf(out, ",%s,%llu,%.6f,%s,%s,%s\n", hr_trigger_name(made->trigger),
                (unsigned long long)made->invocations, per_second(made, model), mean, first, last);
    }
}

static void generated_json(FILE *out, const struct hr_traffic_model *model,
                           const struct hr_generate_report *report)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < report->count; i++) {
        const struct hr_generated *made = &report->workloads[i];
        char first[HR_TIME_TEXT], last[HR_TIME_TEXT];
        times(made, first, last);
        json_array_append_new(rows,
                              json_pack("{s:s, s:s, s:I, s:f, s:o, s:s, s:s}", "workload",
                                        made->name, "trigger", hr_trigger_name(made->trigger),
                                        "invocations", (json_int_t)made->invocations, "per_second",
                                        per_second(made, model), "service_mean_ms",
                                        made->invocations ? json_real(mean_ms(made)) : json_null(),
                                        "first", first, "last", last));
    }
    json_t *object = json_pack("{s:s, s:I, s:o}", "traffic", model->id, "invocations",
                               (json_int_t)report->invocations, "workloads", rows);
    json_dumpf(object, out, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    putc('\n', out);
    json_decref(object);
}

static void generated_table(FILE *out, const struct hr_traffic_model *model,
                            const struct hr_generate_report *report)
{
    fprintf(out, "%-32s %-9s %12s %11s %16s\n", "workload", "trigger", "invocations", "per second",
            "mean service");
    for (size_t i = 0; i < report->count; i++) {
        const struct hr_generated *made = &report->workloads[i];
        struct hr_text name = {.max = 1024};
        char mean[64] = "";
        hr_text_add_clean(&name, made->name, strlen(made->name));
        int pad = 32 - hr_text_width(name.data ? name.data : "", name.len);
        if (made->invocations)
            snprintf(mean, sizeof mean, "%.1f ms", mean_ms(made));
        fprintf(out, "%s%*s %-9s %12llu %11.4g %16s\n", name.data ? name.data : "",
                pad > 0 ? pad : 0, "", hr_trigger_name(made->trigger),
                (unsigned long long)made->invocations, per_second(made, model), mean);
        hr_text_clear(&name);
    }
}

bool hr_report_generated(FILE *out, enum hr_report_format format,
                         const struct hr_traffic_model *model,
                         const struct hr_generate_report *report, struct hr_error *err)
{
    if (format == HR_REPORT_CSV)
        generated_csv(out, model, report);
    else if (format == HR_REPORT_JSON)
        generated_json(out, model, report);
    else
        generated_table(out, model, report);
    return hr__report_end(out, err);
}
