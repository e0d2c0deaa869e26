/* compare.c: the application on every platform: sized, replayed, priced, in rows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/comparing.h"
#include "plan/cost.h"
#include "plan/mix.h"
#include "plan/replicate.h"
#include "plan/turns.h"
#include "plan/verdict.h"

/* ---- rows ---------------------------------------------------------------------------------------
 */

static double ms(double us)
{
    return us / 1000.0;
}

static void fill_latency(struct hr_row *row, const struct hr_measures *m)
{
    double n = (double)m->served;
    const struct hr_histogram *h = &m->response;
    double *const parts[] = {&row->response_mean_ms, &row->response_p50_ms, &row->response_p90_ms,
                             &row->response_p95_ms,  &row->response_p99_ms, &row->response_p999_ms,
                             &row->response_max_ms,  &row->wait_mean_ms,    &row->start_mean_ms,
                             &row->network_mean_ms,  &row->service_mean_ms};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        *parts[i] = NAN;
    if (m->served == 0)
        return;
    row->response_mean_ms = ms(hr_histogram_mean(h));
    row->response_p50_ms = ms((double)hr_histogram_percentile(h, 0.50));
    row->response_p90_ms = ms((double)hr_histogram_percentile(h, 0.90));
    row->response_p95_ms = ms((double)hr_histogram_percentile(h, 0.95));
    row->response_p99_ms = ms((double)hr_histogram_percentile(h, 0.99));
    row->response_p999_ms = ms((double)hr_histogram_percentile(h, 0.999));
    row->response_max_ms = ms((double)h->max);
    row->wait_mean_ms = ms(m->wait_sum / n);
    row->start_mean_ms = ms(m->start_sum / n);
    row->network_mean_ms = ms(m->network_sum / n);
    row->service_mean_ms = ms(m->service_sum / n);
}

static void fill_counts(struct hr_row *row, const struct hr_measures *m)
{
    row->invocations = m->invocations;
    row->served = m->served;
    row->dropped = m->dropped;
    row->attempts = m->attempts;
    row->throttled = m->throttled;
    row->rejected = m->rejected;
    row->timed_out = m->timed_out;
    row->retried = m->retried;
    row->duplicates = m->duplicates;
    row->cold_starts = m->cold_starts;
    row->target_met_pct = hr__attainment(m) * 100;
}

static bool shares_servers(const struct hr__sized *sized)
{
    return sized->platform.kind == HR_FLEET && !sized->alone;
}

/* Slot time and instances of workload i (stream_count: of all), with its share of what workloads
 * have together. Of a hybrid the parts add up, of which peaks too: the most there can have been. */
struct capacity {
    double busy, starting, idle, unbilled_idle; /* slot-us */
    double busy_mean, busy_peak, instances_mean, instances_peak;
    double vcpu_us_paid, vcpu_us_used;
};
static void add_capacity(const struct hr__sized *sized, size_t i, struct capacity *ret)
{
    const struct hr_outcome *outcome = &sized->outcome;
    for (size_t k = 0; k < HR__PARTS && sized->parts; k++)
        add_capacity(&sized->parts[k], i, ret);
    if (sized->parts)
        return;
    const bool all = i >= outcome->workload_count, shared = shares_servers(sized) && !all;
    const struct hr_measures *own = all ? &outcome->total : &outcome->workloads[i];
    const struct hr_measures *time = shared ? &outcome->total : own; /* whose instance time */
    const double share = shared ? hr__share_of(sized, i) : 1.0;
    ret->busy += own->busy;
    ret->starting += share * time->starting;
    ret->idle += share * time->idle;
    ret->unbilled_idle += share * time->unbilled_idle;
    ret->busy_mean += own->busy_mean;
    ret->busy_peak += (double)own->busy_peak;
    ret->instances_mean += share * time->instances_mean;
    ret->instances_peak += (double)time->instances_peak;
    ret->vcpu_us_paid += share * time->vcpu_us_paid;
    ret->vcpu_us_used += own->vcpu_us_used;
}

static double total_of(const struct capacity *c)
{
    return c->busy + c->starting + c->idle;
}

static void fill_capacity(struct hr_row *row, const struct hr__sized *sized, size_t i)
{
    const double hour = (double)HR_HOUR;
    struct capacity c = {0};
    add_capacity(sized, i, &c);
    row->busy_slots_mean = c.busy_mean;
    row->busy_slots_peak = c.busy_peak;
    row->instances_mean = c.instances_mean;
    row->instances_peak = c.instances_peak;
    row->capacity_slot_h = total_of(&c) / hour;
    row->busy_slot_h = c.busy / hour;
    row->starting_slot_h = c.starting / hour;
    row->idle_slot_h = c.idle / hour;
    row->utilisation_pct = total_of(&c) > 0 ? c.busy / total_of(&c) * 100 : NAN;
    row->idle_pct = total_of(&c) > 0 ? c.idle / total_of(&c) * 100 : NAN;
    row->unbilled_idle_slot_h = c.unbilled_idle / hour;
    row->vcpu_h_paid = c.vcpu_us_paid / hour;
    row->vcpu_h_used = c.vcpu_us_used / hour;
}

static double quantity_of(const struct hr_bill *bill, enum hr_meter meter)
{
    for (size_t k = 0; k < bill->count; k++)
        if (bill->lines[k].meter == meter)
            return bill->lines[k].quantity; /* of the item: the same on each of its lines */
    return 0;
}

/* The share of a line of a workload's bill that pays for idle time. Where instances are
 * provisioned, it is they that idle: work on them is paid by use, and once more on a line of its
 * own. idle: of the capacity. */
static double idle_share(const struct hr_bill *bill, const struct hr_bill_line *line, double idle)
{
    const double kept = quantity_of(bill, HR_METER_PROVISIONED_GB_SECONDS);
    if (!line->instance_time)
        return 0;
    if (kept <= 0)
        return idle;
    if (line->meter != HR_METER_PROVISIONED_GB_SECONDS)
        return 0;
    return fmax(0, 1 - quantity_of(bill, HR_METER_PROVISIONED_USE_GB_SECONDS) / kept);
}

/* A workload's bill on one platform, each line with what of it pays for idle time. */
static bool bill_of_workload(const struct hr__search *search, const struct hr__sized *sized,
                             size_t i, struct hr_bill *ret, struct hr_error *err)
{
    struct capacity c = {0};
    add_capacity(sized, i, &c);
    const double idle = total_of(&c) > 0 ? c.idle / total_of(&c) : 0;
    if (!hr__bill_of(search, sized, i, ret, err))
        return false;
    for (size_t k = 0; k < ret->count; k++)
        ret->lines[k].idle_amount = ret->lines[k].amount * idle_share(ret, &ret->lines[k], idle);
    return true;
}

static bool same_item(const struct hr_bill_line *a, const struct hr_bill_line *b)
{
    return a->meter == b->meter && strcmp(a->service, b->service) == 0 &&
           strcmp(a->item, b->item) == 0;
}

/* Of the application: what its workloads' idle time costs, reduced as the account's bill is. Not by
 * its own idle share: slots of different instances are not the same thing. */
static void idle_of_all(const struct hr__comparing *c, size_t platform, struct hr_bill *all)
{
    for (size_t k = 0; k < all->count; k++) {
        struct hr_bill_line *line = &all->lines[k];
        double amount = 0, idle = 0;
        for (size_t i = 0; i < c->traffic.stream_count && line->instance_time; i++) {
            const struct hr_bill *bill = &c->out->rows[i * c->job_count + platform].bill;
            for (size_t m = 0; m < bill->count; m++)
                if (same_item(&bill->lines[m], line)) {
                    amount += bill->lines[m].amount;
                    idle += bill->lines[m].idle_amount;
                }
        }
        line->idle_amount = amount > 0 ? line->amount * idle / amount : 0;
    }
}

/* The bill of a row: of a hybrid those of its parts, one after the other. */
static bool make_bill(const struct hr__comparing *c, const struct hr__sized *sized, size_t i,
                      struct hr_bill *ret, struct hr_error *err)
{
    if (!sized->parts)
        return i < c->traffic.stream_count ? bill_of_workload(&c->search, sized, i, ret, err)
                                           : hr__bill_of(&c->search, sized, i, ret, err);
    for (size_t k = 0; k < HR__PARTS; k++) {
        struct hr_bill part = {0};
        if (!make_bill(c, &sized->parts[k], i, &part, err) || !hr_bill_append(ret, &part, err))
            return false;
    }
    return true;
}

/* "aws-us-east-1"; of a hybrid whose parts have different ones, both. */
static bool name_book(struct hr__comparing *c, const struct hr__sized *sized, struct hr_row *row,
                      struct hr_error *err)
{
    struct hr_text id = {.max = 160}, as_of = {.max = 40};
    const struct hr__sized *of = sized->parts ? sized->parts : sized;
    for (size_t k = 0; k < (sized->parts ? HR__PARTS : 1); k++) {
        if (k && strcmp(hr_book_id(of[k].book), hr_book_id(of[0].book)) == 0)
            continue;
        hr_text_printf(&id, "%s%s", k ? "+" : "", hr_book_id(of[k].book));
        hr_text_printf(&as_of, "%s%s", k ? "+" : "", hr_book_as_of(of[k].book));
    }
    row->book = hr_arena_copy(&c->out->arena, id.data ? id.data : "", id.len);
    row->book_as_of = hr_arena_copy(&c->out->arena, as_of.data ? as_of.data : "", as_of.len);
    hr_text_clear(&id);
    hr_text_clear(&as_of);
    return (row->book && row->book_as_of) || hr_fail_memory(err);
}

static bool fill_cost(struct hr__comparing *c, struct hr__job *job, size_t i, struct hr_row *row,
                      struct hr_error *err)
{
    const struct hr__traffic *traffic = &c->traffic;
    const bool all = i == traffic->stream_count;
    row->cost_month_usd = row->cost_per_million_usd = row->idle_cost_month_usd = NAN;
    row->book = row->book_as_of = "";
    if (!hr__has_prices(&job->sized))
        return true;
    if (!make_bill(c, &job->sized, i, &row->bill, err) || !name_book(c, &job->sized, row, err))
        return false;
    double billed = 0;
    for (size_t k = 0; k < traffic->stream_count; k++)
        billed += i == k || all ? (double)traffic->streams[k].billed : 0;
    row->cost_month_usd = (double)row->bill.total_micro_usd / 1e6;
    if (billed > 0)
        row->cost_per_million_usd = row->bill.total / (billed * traffic->month_factor) * 1e6;
    if (all)
        idle_of_all(c, (size_t)(job - c->jobs), &row->bill);
    row->idle_cost_month_usd = 0;
    for (size_t k = 0; k < row->bill.count; k++)
        row->idle_cost_month_usd += row->bill.lines[k].idle_amount;
    return true;
}

static bool fill_workload(struct hr__comparing *c, struct hr__job *job, size_t i,
                          struct hr_row *row, struct hr_error *err)
{
    const struct hr__stream *stream = &c->traffic.streams[i];
    const struct hr_outcome *outcome = &job->sized.outcome;
    row->workload = stream->name;
    row->repeats = job->sized.sizes[i].repeats;
    row->sizing = job->sized.sizes[i].text;
    row->sizing_reason = job->sized.sizes[i].reason;
    row->assumed = stream->assumed;
    row->target_ms = ms((double)stream->target_us);
    row->slo_pct = stream->slo * 100;
    row->meets_target = hr__meets(&c->search, outcome, i);
    row->excluded_by = hr__exclusion(&c->search, &job->sized, i);
    fill_counts(row, &outcome->workloads[i]);
    fill_latency(row, &outcome->workloads[i]);
    fill_capacity(row, &job->sized, i);
    return fill_cost(c, job, i, row, err);
}

static bool fill_all(struct hr__comparing *c, struct hr__job *job, struct hr_row *row,
                     struct hr_error *err)
{
    const struct hr_outcome *outcome = &job->sized.outcome;
    size_t count = c->traffic.stream_count;
    bool shared = shares_servers(&job->sized), hybrid = job->sized.parts;
    row->workload = HR_WORKLOAD_ALL;
    row->sizing = hybrid ? job->sized.base : shared ? job->sized.sizes[0].text : "";
    row->sizing_reason = hybrid ? job->sized.base_reason : shared ? job->sized.sizes[0].reason : "";
    row->assumed = row->excluded_by = "";
    row->target_ms = row->slo_pct = NAN;
    row->meets_target = true;
    for (size_t i = 0; i < count; i++) {
        row->meets_target = row->meets_target && hr__meets(&c->search, outcome, i);
        if (*hr__exclusion(&c->search, &job->sized, i))
            row->excluded_by = hr__exclusion(&c->search, &job->sized, i);
    }
    fill_counts(row, &outcome->total);
    fill_latency(row, &outcome->total);
    fill_capacity(row, &job->sized, count);
    return fill_cost(c, job, count, row, err);
}

/* Texts of a row live in jobs that are about to go: copy them. */
static bool keep_texts(struct hr_comparison *out, struct hr_row *row, struct hr_error *err)
{
    const char **const texts[] = {&row->workload, &row->platform,    &row->title,
                                  &row->sizing,   &row->excluded_by, &row->sizing_reason,
                                  &row->assumed};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *text = *texts[i] ? *texts[i] : "";
        *texts[i] = hr_arena_copy(&out->arena, text, strlen(text));
        if (!*texts[i])
            return hr_fail_memory(err);
    }
    /* A bill's texts live as long as its book. */
    for (size_t i = 0; i < row->bill.count; i++) {
        struct hr_bill_line *line = &row->bill.lines[i];
        line->service = hr_arena_copy(&out->arena, line->service, strlen(line->service));
        line->item = hr_arena_copy(&out->arena, line->item, strlen(line->item));
        line->unit = hr_arena_copy(&out->arena, line->unit, strlen(line->unit));
        line->source = hr_arena_copy(&out->arena, line->source, strlen(line->source));
        if (!line->service || !line->item || !line->unit || !line->source)
            return hr_fail_memory(err);
    }
    return true;
}

bool hr__rows_fill(struct hr__comparing *c, struct hr_error *err)
{
    struct hr_comparison *out = c->out;
    size_t workloads = c->traffic.stream_count;
    out->rows = hr_arena_alloc(&out->arena, (workloads + 1) * c->job_count * sizeof *out->rows);
    if (!out->rows)
        return hr_fail_memory(err);
    for (size_t i = 0; i <= workloads; i++)
        for (size_t p = 0; p < c->job_count; p++) {
            struct hr__job *job = &c->jobs[p];
            struct hr_row *row = &out->rows[out->row_count++];
            row->application = out->application;
            row->platform = job->original.id;
            row->title = job->original.title;
            row->kind = job->original.kind;
            row->window_s = (double)(out->window_to - c->traffic.figures_from) / (double)HR_SECOND;
            row->billed_s = (double)(out->bill_to - out->bill_from) / (double)HR_SECOND;
            row->month_factor = out->month_factor;
            hr__replicated_none(row);
            if (!(i < workloads ? fill_workload(c, job, i, row, err)
                                : fill_all(c, job, row, err)) ||
                !keep_texts(out, row, err))
                return false;
        }
    return true;
}

/* The time lines move over to the comparison. */
static bool fill_platforms(struct hr__comparing *c, struct hr_error *err)
{
    struct hr_comparison *out = c->out;
    out->platforms = hr_arena_alloc(&out->arena, c->job_count * sizeof *out->platforms);
    if (!out->platforms)
        return hr_fail_memory(err);
    for (size_t p = 0; p < c->job_count; p++) {
        struct hr__job *job = &c->jobs[p];
        const struct hr_row *all = &out->rows[c->traffic.stream_count * c->job_count + p];
        out->platforms[out->platform_count++] = (struct hr_comparison_platform){
            .id = all->platform,
            .title = all->title,
            .as_of = hr_arena_copy(&out->arena, job->original.as_of, strlen(job->original.as_of)),
            .kind = job->original.kind,
            .timeline = job->sized.outcome.timeline,
            .workload_timelines = job->sized.outcome.workload_timelines,
            .all_row = (int)(c->traffic.stream_count * c->job_count + p)};
        job->sized.outcome.timeline = (struct hr_timeline){0};
        job->sized.outcome.workload_timelines = NULL;
    }
    return true;
}

/* ---- the comparison
 * --------------------------------------------------------------------------------- */

/* Those beside another begin where it ended, and a hybrid where its functions did. */
static bool is_late(const struct hr__job *job)
{
    return job->sized.beside || job->sized.parts;
}

static bool size_first(void *context, size_t index, struct hr_error *err)
{
    struct hr__comparing *c = context;
    return is_late(&c->jobs[index]) || hr__size(&c->search, &c->jobs[index].sized, err);
}

static bool size_second(void *context, size_t index, struct hr_error *err)
{
    struct hr__comparing *c = context;
    return !is_late(&c->jobs[index]) || hr__size(&c->search, &c->jobs[index].sized, err);
}

static bool name_application(struct hr__comparing *c, struct hr_store *store, struct hr_error *err)
{
    struct hr_store_application *all = NULL;
    size_t count = 0;
    const char *name = c->search.options->app;
    if (!name) {
        if (!hr_store_applications(store, &c->out->arena, &all, &count, err))
            return false;
        name = count == 1 ? all[0].name : "";
    }
    c->out->application = hr_arena_copy(&c->out->arena, name, strlen(name));
    return c->out->application || hr_fail_memory(err);
}

/* `traffic` may come as an override, as batch files and --set write it. */
static bool traffic_override(struct hr_compare_options *options, struct hr_error *err)
{
    for (size_t i = 0; i < options->override_count; i++) {
        const struct hr_override *o = &options->overrides[i];
        if (strcmp(o->key, "traffic") != 0)
            continue;
        if (!hr_parse_double(o->value, strlen(o->value), &options->traffic) ||
            options->traffic <= 0 || options->traffic > 1000)
            return hr_fail(err, HR_EMODEL,
                           "--set traffic: expected a factor above 0, at most 1000, found `%s`",
                           o->value);
    }
    return true;
}

/* Whoever reads the figures must see what was changed for them. */
static bool note_overrides(struct hr__comparing *c, struct hr_error *err)
{
    const struct hr_compare_options *options = c->search.options;
    for (size_t i = 0; i < options->override_count; i++)
        if (!hr__note_add(c->out, err, "in force: %s = %s", options->overrides[i].key,
                          options->overrides[i].value))
            return false;
    return true;
}

/* The workload that overrides speak of must be there, or a what-if would silently be none. */
static bool workload_known(const struct hr__comparing *c, struct hr_error *err)
{
    const char *name = c->search.options->workload;
    struct hr_text names = {.max = 600};
    for (size_t i = 0; name && i < c->traffic.stream_count; i++) {
        if (strcmp(c->traffic.streams[i].name, name) == 0) {
            hr_text_clear(&names);
            return true;
        }
        hr_text_printf(&names, "%s%s", i ? ", " : "", c->traffic.streams[i].name);
    }
    if (name)
        hr_fail(err, HR_EMISSING, "--workload: the application has no workload `%s`; it has: %s",
                name, names.data ? names.data : "");
    hr_text_clear(&names);
    return name == NULL;
}

/* --alone: one workload shares with nobody anyway. */
static bool part_traffic(struct hr__comparing *c, struct hr_error *err)
{
    if (!c->search.options->alone || c->traffic.stream_count < 2)
        return true;
    c->search.parts = c->parts = hr__traffic_parts(&c->traffic, err);
    return c->parts && hr__note_add(c->out, err,
                                    "in force: --alone: each workload has a fleet of its own, with "
                                    "its balancer; (all) is the sum of them, of their peaks as "
                                    "well");
}

static bool compare(struct hr__comparing *c, struct hr_store *store, struct hr_error *err)
{
    struct hr_comparison *out = c->out;
    const struct hr__load load = {.store = store,
                                  .models = c->models,
                                  .assumptions = &c->assumptions,
                                  .options = c->search.options,
                                  .comparison = out};
    if (!hr_models_assumptions(c->models, &c->assumptions, err) ||
        !name_application(c, store, err) || !hr__platforms_open(c, err) ||
        !hr__traffic_load(&load, &c->traffic, err))
        return false;
    if (!workload_known(c, err) || !hr__platforms_beside(c, err) || !part_traffic(c, err))
        return false;
    out->window_from = c->traffic.window_from;
    out->window_to = c->traffic.window_to;
    out->bill_from = c->traffic.bill_from;
    out->bill_to = c->traffic.bill_to;
    out->month_factor = c->traffic.month_factor;
    out->extrapolated = c->traffic.extrapolated;
    out->invocations = c->traffic.n;
    out->workload_count = c->traffic.stream_count;
    out->seed = c->search.options->seed;
    const unsigned threads = c->search.options->threads;
    return hr_parallel_for(c->job_count, threads, size_first, c, err) &&
           hr_parallel_for(c->job_count, threads, size_second, c, err) &&
           hr__platforms_drop_idle(c) && hr__decisions_tell(c, err) && note_overrides(c, err) &&
           hr__rows_fill(c, err) && fill_platforms(c, err) &&
           hr__verdicts_make(&c->search, out, err) && hr__turns_find(c, err) &&
           hr__remarks_make(c, err) && hr__mix_make(c, err) && hr__replicate(c, store, err);
}

bool hr_compare(struct hr_store *store, const struct hr_models *models,
                const struct hr_compare_options *options, struct hr_comparison *ret,
                struct hr_error *err)
{
    struct hr_compare_options own = *options;
    struct hr__comparing c = {.models = models, .out = ret};
    *ret = (struct hr_comparison){0};
    c.search = (struct hr__search){.traffic = &c.traffic,
                                   .assumptions = &c.assumptions,
                                   .options = &own,
                                   .progress = own.progress};
    bool done = traffic_override(&own, err);
    done = done && compare(&c, store, err);
    for (size_t p = 0; p < c.job_count; p++)
        hr__job_clear(&c.jobs[p]);
    free(c.jobs);
    hr__traffic_parts_free(c.parts, c.traffic.stream_count);
    hr__traffic_clear(&c.traffic);
    if (!done)
        hr_comparison_clear(ret);
    return done;
}

void hr_comparison_clear(struct hr_comparison *comparison)
{
    for (size_t i = 0; i < comparison->row_count; i++)
        hr_bill_clear(&comparison->rows[i].bill);
    for (size_t p = 0; p < comparison->platform_count; p++) {
        struct hr_comparison_platform *platform = &comparison->platforms[p];
        hr_timeline_clear(&platform->timeline);
        for (size_t i = 0; i < comparison->workload_count && platform->workload_timelines; i++)
            hr_timeline_clear(&platform->workload_timelines[i]);
        free(platform->workload_timelines);
    }
    hr_arena_clear(&comparison->arena);
    *comparison = (struct hr_comparison){0};
}

const struct hr_row *hr_comparison_row(const struct hr_comparison *comparison, const char *workload,
                                       const char *platform)
{
    for (size_t i = 0; i < comparison->row_count; i++)
        if (strcmp(comparison->rows[i].workload, workload) == 0 &&
            strcmp(comparison->rows[i].platform, platform) == 0)
            return &comparison->rows[i];
    return NULL;
}
