/* fit.c: what traffic was fitted to recorded traffic, and how well. */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "report/write.h"

static const char *const parts[] = {"arrivals", "service"};

static void put_real(FILE *out, double value, int decimals)
{
    char buf[64];
    putc(',', out);
    if (isfinite(value))
        fputs(hr_format_fixed(buf, sizeof buf, value, decimals), out);
}

/* "1.5/s; hours 1, 0.5, ...; days 1, ..." */
static void describe_rate(struct hr_text *text, const struct hr_made_workload *w, int digits)
{
    hr_text_printf(text, "%.*g/s", digits, w->rate);
    for (size_t i = 0; i < w->profile.hour_count; i++)
        hr_text_printf(text, "%s%.3g", i ? " " : "; hours ", w->profile.hours[i]);
    for (size_t i = 0; i < 7 && w->profile.has_days; i++)
        hr_text_printf(text, "%s%.3g", i ? " " : "; days ", w->profile.days[i]);
}

static void fit_csv(FILE *out, const struct hr_fit *fit)
{
    struct hr_text rate = {.max = 4096};
    describe_rate(&rate, &fit->workload, 9);
    hr_report_csv_cell(out, fit->workload.name);
    fprintf(out, ",rate,%s,", fit->workload.profile.hour_count ? "profile" : "flat");
    hr_report_csv_cell(out, rate.data ? rate.data : "");
    fputs(",,,,,,yes\n", out);
    hr_text_clear(&rate);
    for (size_t i = 0; i < fit->candidate_count; i++) {
        const struct hr_fit_candidate *c = &fit->candidates[i];
        hr_report_csv_cell(out, fit->workload.name);
        fprintf(out, ",%s,", parts[c->part]);
        hr_report_csv_cell(out, c->name);
        putc(',', out);
        hr_report_csv_cell(out, c->parameters);
        put_real(out, c->log_likelihood, 3);
        put_real(out, c->aic, 3);
        put_real(out, c->distance, 6);
        put_real(out, c->p_value, 6);
        put_real(out, c->anderson, 4);
        fputs(c->chosen ? ",yes\n" : ",no\n", out);
    }
}

static json_t *real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *fit_json(const struct hr_fit *fit)
{
    json_t *candidates = json_array(), *hours = json_array(), *days = json_array();
    const struct hr_profile *profile = &fit->workload.profile;
    for (size_t i = 0; i < profile->hour_count; i++)
        json_array_append_new(hours, json_real(profile->hours[i]));
    for (size_t i = 0; i < 7 && profile->has_days; i++)
        json_array_append_new(days, json_real(profile->days[i]));
    for (size_t i = 0; i < fit->candidate_count; i++) {
        const struct hr_fit_candidate *c = &fit->candidates[i];
        json_array_append_new(
            candidates, json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:b}", "part",
                                  parts[c->part], "candidate", c->name, "parameters", c->parameters,
                                  "log_likelihood", real(c->log_likelihood), "aic", real(c->aic),
                                  "ks_distance", real(c->distance), "ks_p", real(c->p_value),
                                  "anderson_darling", real(c->anderson), "chosen", (int)c->chosen));
    }
    return json_pack("{s:s, s:I, s:f, s:o, s:o, s:o}", "workload", fit->workload.name,
                     "invocations", (json_int_t)fit->invocations, "per_second", fit->workload.rate,
                     "hours", hours, "days", days, "candidates", candidates);
}

/* ---- for a person ------------------------------------------------------------------------------
 */

static void put_head(FILE *out, const struct hr_fit *fit)
{
    char from[HR_TIME_TEXT], span[HR_TIME_TEXT];
    struct hr_text name = {.max = 1024}, rate = {.max = 4096};
    hr_text_add_clean(&name, fit->workload.name, strlen(fit->workload.name));
    describe_rate(&rate, &fit->workload, 4);
    fprintf(out, "%s: %llu invocations in %s from %.16s\n", name.data ? name.data : "",
            (unsigned long long)fit->invocations, hr_span_format(span, fit->to - fit->from),
            hr_time_format(from, fit->from));
    fprintf(out, "  rate %s\n", rate.data ? rate.data : "");
    if (fit->service_assumed)
        fputs("  ~ the log tells no service times: those fitted here are assumed\n", out);
    hr_text_clear(&name);
    hr_text_clear(&rate);
}

static void put_number(FILE *out, double value, const char *format)
{
    char buf[64] = "";
    if (isfinite(value))
        snprintf(buf, sizeof buf, strcmp(format, "g") == 0 ? "%.3g" : "%.1f", value);
    fprintf(out, " %10s", buf);
}

static void put_part(FILE *out, const struct hr_fit *fit, enum hr_fit_part part, double least)
{
    for (size_t i = 0; i < fit->candidate_count; i++) {
        const struct hr_fit_candidate *c = &fit->candidates[i];
        if (c->part != part)
            continue;
        fprintf(out, "  %c %-19s", c->chosen ? '*' : ' ', c->name);
        put_number(out, c->aic - least, "f");
        put_number(out, c->distance, "g");
        put_number(out, c->p_value, "g");
        put_number(out, c->anderson, "g");
        fprintf(out, "  %s\n", c->parameters);
    }
}

static void fit_table(FILE *out, const struct hr_fit *fit)
{
    put_head(out, fit);
    for (int part = 0; part < 2; part++) {
        double least = INFINITY;
        for (size_t i = 0; i < fit->candidate_count; i++)
            if ((int)fit->candidates[i].part == part)
                least = fmin(least, fit->candidates[i].aic);
        fprintf(out, "  %-21s %10s %10s %10s %10s\n", parts[part], "AIC above", "KS", "p", "AD");
        put_part(out, fit, (enum hr_fit_part)part, least);
    }
}

bool hr_report_fit(FILE *out, enum hr_report_format format, const struct hr_like *like,
                   struct hr_error *err)
{
    json_t *all = json_array();
    if (format == HR_REPORT_CSV)
        fputs("workload,part,candidate,parameters,log_likelihood,aic,ks_distance,ks_p,"
              "anderson_darling,chosen\n",
              out);
    for (size_t i = 0; i < like->model.count; i++) {
        if (format == HR_REPORT_JSON)
            json_array_append_new(all, fit_json(&like->fits[i]));
        else
            (format == HR_REPORT_CSV ? fit_csv : fit_table)(out, &like->fits[i]);
    }
    if (format == HR_REPORT_JSON) {
        json_dumpf(all, out, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
        putc('\n', out);
    }
    json_decref(all);
    return hr__report_end(out, err);
}
