/* traffic_write.c: a description of traffic as YAML, to be kept and read again. */
#include <math.h>
#include <string.h>

#include "generate/made.h"

#define DIGITS "%.17g"

static void quoted(struct hr_text *out, const char *text)
{
    hr_text_puts(out, "\"");
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            hr_text_puts(out, "\\");
        hr_text_add(out, text, 1);
    }
    hr_text_puts(out, "\"");
}

/* Parameters to the last digit; hr_dist_format is for a person's eyes. */
static void dist(struct hr_text *out, const struct hr_dist *d)
{
    switch (d->kind) {
    case HR_CONSTANT:
        hr_text_printf(out, "{dist: constant, value: " DIGITS " us}", d->a);
        break;
    case HR_EXPONENTIAL:
        hr_text_printf(out, "{dist: exponential, mean: " DIGITS " us}", d->a);
        break;
    case HR_LOGNORMAL:
        hr_text_printf(out, "{dist: lognormal, p50: " DIGITS " us, sigma: " DIGITS "}", exp(d->a),
                       d->b);
        break;
    case HR_GAMMA:
    case HR_WEIBULL:
        hr_text_printf(out, "{dist: %s, shape: " DIGITS ", scale: " DIGITS " us}",
                       d->kind == HR_GAMMA ? "gamma" : "weibull", d->a, d->b);
        break;
    case HR_PARETO:
        hr_text_printf(out, "{dist: pareto, shape: " DIGITS ", min: " DIGITS " us}", d->a, d->b);
        break;
    case HR_UNIFORM:
        hr_text_printf(out, "{dist: uniform, min: " DIGITS " us, max: " DIGITS " us}", d->a, d->b);
        break;
    case HR_EMPIRICAL:
        hr_text_puts(out, "{dist: empirical, values: [");
        for (size_t i = 0; i < d->count; i++)
            hr_text_printf(out, "%s" DIGITS " us", i ? ", " : "", d->values[i]);
        hr_text_puts(out, "]}");
        break;
    case HR_DIST_COUNT:
        break;
    }
}

static void states(struct hr_text *out, const struct hr_process *process)
{
    hr_text_puts(out, ", states: [");
    for (size_t i = 0; i < process->state_count; i++) {
        hr_text_printf(out, "%s{factor: " DIGITS ", stay: ", i ? ", " : "",
                       process->states[i].factor);
        dist(out, &process->states[i].stay);
        hr_text_puts(out, "}");
    }
    hr_text_puts(out, "]");
}

static void process(struct hr_text *out, const struct hr_process *p)
{
    hr_text_printf(out, "    process: {kind: %s", hr__process_names[p->kind]);
    if (p->kind == HR_PROCESS_RENEWAL) {
        hr_text_puts(out, ", gap: ");
        dist(out, &p->gap);
    } else if (p->kind == HR_PROCESS_MODULATED) {
        states(out, p);
    } else if (p->kind == HR_PROCESS_ON_OFF) {
        hr_text_puts(out, ", on: ");
        dist(out, &p->states[0].stay);
        hr_text_puts(out, ", off: ");
        dist(out, &p->states[1].stay);
    } else if (p->kind == HR_PROCESS_CRON) {
        hr_text_printf(out, ", every: %lld us, at: %lld us, jitter: %lld us",
                       (long long)p->every_us, (long long)p->at_us, (long long)p->jitter_us);
    }
    hr_text_puts(out, "}\n");
}

static void numbers(struct hr_text *out, const char *key, const double *values, size_t count)
{
    hr_text_printf(out, "%s: [", key);
    for (size_t i = 0; i < count; i++)
        hr_text_printf(out, "%s" DIGITS "", i ? ", " : "", values[i]);
    hr_text_puts(out, "]");
}

static void profile(struct hr_text *out, const struct hr_profile *p)
{
    const bool wave = p->ratio > 0;
    if (!p->hour_count && !p->has_days && !wave)
        return;
    hr_text_puts(out, "    profile: {");
    if (p->hour_count)
        numbers(out, "hours", p->hours, p->hour_count);
    if (wave)
        hr_text_printf(out, "ratio: " DIGITS ", peak: %lld us", p->ratio, (long long)p->peak_us);
    if (p->has_days)
        numbers(out, p->hour_count || wave ? ", days" : "days", p->days, 7);
    hr_text_puts(out, "}\n");
}

static void number(struct hr_text *out, const char *key, double value, const char *unit)
{
    if (value > 0)
        hr_text_printf(out, "    %s: " DIGITS "%s\n", key, value, unit);
}

static void workload(struct hr_text *out, const struct hr_made_workload *w)
{
    hr_text_puts(out, "  - name: ");
    quoted(out, w->name);
    hr_text_printf(out, "\n    trigger: %s\n", hr_trigger_name(w->trigger));
    number(out, "rate", w->rate, "/s");
    if (w->count > 1)
        hr_text_printf(out, "    count: %lld\n", (long long)w->count);
    number(out, "rate_spread", w->rate_spread, "");
    number(out, "rate_max", w->rate_max, "/s");
    number(out, "service_spread", w->service_spread, "");
    number(out, "growth", w->growth, "");
    process(out, &w->process);
    profile(out, &w->profile);
    for (size_t i = 0; i < w->flash_count; i++) {
        const struct hr_flash *f = &w->flashes[i];
        hr_text_printf(out,
                       "%s      - {at: %lld us, factor: " DIGITS
                       ", ramp: %lld us, hold: %lld us, decay: %lld us}\n",
                       i ? "" : "    flash:\n", (long long)f->at_us, f->factor,
                       (long long)f->ramp_us, (long long)f->hold_us, (long long)f->decay_us);
    }
    hr_text_puts(out, "    service: ");
    dist(out, &w->service);
    hr_text_puts(out, "\n");
    number(out, "memory", w->memory_mb, " MB");
    number(out, "memory_size", w->memory_size_mb, " MB");
}

void hr_traffic_write(const struct hr_traffic_model *model, struct hr_text *ret)
{
    char start[HR_TIME_TEXT];
    hr_text_puts(ret, "traffic: ");
    quoted(ret, model->id);
    if (*model->title) {
        hr_text_puts(ret, "\ntitle: ");
        quoted(ret, model->title);
    }
    hr_text_printf(ret, "\nstart: %s\nduration: %lld us\nworkloads:\n",
                   hr_time_format(start, model->start), (long long)model->duration_us);
    for (size_t i = 0; i < model->count; i++)
        workload(ret, &model->workloads[i]);
}
