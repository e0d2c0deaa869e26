/* compare.c: the application on every platform: sized, replayed, priced, in rows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/comparing.h"
#include "plan/cost.h"
#include "plan/mix.h"
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

/* `time`: whose instance time; `share` of it belongs to this row. */
static void fill_capacity(struct hr_row *row, const struct hr_measures *own,
                          const struct hr_measures *time, double share)
{
    const double hour = (double)HR_HOUR;
    double busy = own->busy, starting = share * time->starting, idle = share * time->idle;
    double capacity = busy + starting + idle;
    row->busy_slots_mean = own->busy_mean;
    row->busy_slots_peak = (double)own->busy_peak;
    row->instances_mean = share * time->instances_mean;
    row->instances_peak = (double)time->instances_peak;
    row->capacity_slot_h = capacity / hour;
    row->busy_slot_h = busy / hour;
    row->starting_slot_h = starting / hour;
    row->idle_slot_h = idle / hour;
    row->utilisation_pct = capacity > 0 ? busy / capacity * 100 : NAN;
    row->idle_pct = capacity > 0 ? idle / capacity * 100 : NAN;
    row->unbilled_idle_slot_h = share * time->unbilled_idle / hour;
    row->vcpu_h_paid = share * time->vcpu_us_paid / hour;
    row->vcpu_h_used = own->vcpu_us_used / hour;
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
 * own. */
static double idle_share(const struct hr_row *row, const struct hr_bill_line *line)
{
    const double kept = quantity_of(&row->bill, HR_METER_PROVISIONED_GB_SECONDS);
    if (!line->instance_time || !isfinite(row->idle_pct))
        return 0;
    if (kept <= 0)
        return row->idle_pct / 100;
    if (line->meter != HR_METER_PROVISIONED_GB_SECONDS)
        return 0;
    return fmax(0, 1 - quantity_of(&row->bill, HR_METER_PROVISIONED_USE_GB_SECONDS) / kept);
}

static double idle_cost(const struct hr_row *row)
{
    double cost = 0;
    for (size_t k = 0; k < row->bill.count; k++)
        cost += row->bill.lines[k].amount * idle_share(row, &row->bill.lines[k]);
    return cost;
}

/* Of the application: what its workloads' idle time costs, reduced as the account's bill is. Not by
 * its own idle share: slots of different instances are not the same thing. */
static double idle_cost_of_all(const struct hr__comparing *c, size_t platform,
                               const struct hr_row *all)
{
    double amount[HR_METER_COUNT] = {0}, idle[HR_METER_COUNT] = {0}, total = 0;
    for (size_t i = 0; i < c->traffic.stream_count; i++) {
        const struct hr_row *row = &c->out->rows[i * c->job_count + platform];
        for (size_t k = 0; k < row->bill.count; k++) {
            amount[row->bill.lines[k].meter] += row->bill.lines[k].amount;
            idle[row->bill.lines[k].meter] +=
                row->bill.lines[k].amount * idle_share(row, &row->bill.lines[k]);
        }
    }
    for (size_t k = 0; k < all->bill.count; k++) {
        const struct hr_bill_line *line = &all->bill.lines[k];
        if (line->instance_time && amount[line->meter] > 0)
            total += line->amount * idle[line->meter] / amount[line->meter];
    }
    return total;
}

static bool fill_cost(struct hr__comparing *c, struct hr__job *job, size_t i, struct hr_row *row,
                      struct hr_error *err)
{
    const struct hr__traffic *traffic = &c->traffic;
    row->cost_month_usd = row->cost_per_million_usd = row->idle_cost_month_usd = NAN;
    row->book = row->book_as_of = "";
    if (!job->sized.book)
        return true;
    if (!hr__bill_of(&c->search, &job->sized, i, &row->bill, err))
        return false;
    const char *id = hr_book_id(job->sized.book), *as_of = hr_book_as_of(job->sized.book);
    row->book = hr_arena_copy(&c->out->arena, id, strlen(id));
    row->book_as_of = hr_arena_copy(&c->out->arena, as_of, strlen(as_of));
    double billed = 0;
    for (size_t k = 0; k < traffic->stream_count; k++)
        billed += i == k || i == traffic->stream_count ? (double)traffic->streams[k].billed : 0;
    row->cost_month_usd = row->bill.total;
    if (billed > 0)
        row->cost_per_million_usd = row->bill.total / (billed * traffic->month_factor) * 1e6;
    row->idle_cost_month_usd = i == traffic->stream_count
                                   ? idle_cost_of_all(c, (size_t)(job - c->jobs), row)
                                   : idle_cost(row);
    return (row->book && row->book_as_of) || hr_fail_memory(err);
}

static bool shares_servers(const struct hr__job *job)
{
    return job->sized.platform.kind != HR_FUNCTION && !job->sized.alone;
}

static bool fill_workload(struct hr__comparing *c, struct hr__job *job, size_t i,
                          struct hr_row *row, struct hr_error *err)
{
    const struct hr__stream *stream = &c->traffic.streams[i];
    const struct hr_outcome *outcome = &job->sized.outcome;
    bool shared = shares_servers(job);
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
    fill_capacity(row, &outcome->workloads[i], shared ? &outcome->total : &outcome->workloads[i],
                  shared ? hr__share_of(&job->sized, i) : 1.0);
    return fill_cost(c, job, i, row, err);
}

static bool fill_all(struct hr__comparing *c, struct hr__job *job, struct hr_row *row,
                     struct hr_error *err)
{
    const struct hr_outcome *outcome = &job->sized.outcome;
    size_t count = c->traffic.stream_count;
    bool shared = shares_servers(job);
    row->workload = HR_WORKLOAD_ALL;
    row->sizing = shared ? job->sized.sizes[0].text : "";
    row->sizing_reason = shared ? job->sized.sizes[0].reason : "";
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
    fill_capacity(row, &outcome->total, &outcome->total, 1.0);
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

static bool fill_rows(struct hr__comparing *c, struct hr_error *err)
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

/* Those beside another begin where it ended. */
static bool size_first(void *context, size_t index, struct hr_error *err)
{
    struct hr__comparing *c = context;
    return c->jobs[index].sized.beside || hr__size(&c->search, &c->jobs[index].sized, err);
}

static bool size_second(void *context, size_t index, struct hr_error *err)
{
    struct hr__comparing *c = context;
    return !c->jobs[index].sized.beside || hr__size(&c->search, &c->jobs[index].sized, err);
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
           hr__platforms_drop_idle(c) && note_overrides(c, err) && fill_rows(c, err) &&
           fill_platforms(c, err) && hr__verdicts_make(&c->search, out, err) &&
           hr__turns_find(c, err) && hr__remarks_make(c, err) && hr__mix_make(c, err);
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
    for (size_t p = 0; p < c.job_count; p++) {
        hr__sized_clear(&c.jobs[p].sized);
        hr_platform_clear(&c.jobs[p].original);
    }
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
