/* meter.c: opening, counting and summing up what the engines measure. */
#include "sim/meter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LINES_APART 64 /* up to so many workloads have time lines of their own */

double hr_cpu_share(double c, double a)
{
    double scaled = c / a, all = (1.0 - c) + scaled;
    return all > 0 ? scaled / all : 0.0;
}

double hr_work_us(double service_us, double c, double a)
{
    return service_us * ((1.0 - c) + c / a);
}

static bool open_lines(struct hr__meter *meter, struct hr__lines *lines)
{
    bool there = true;
    for (int s = 0; s < HR__SERIES_COUNT; s++) {
        lines->steps[s] = calloc(meter->buckets + 2, sizeof **lines->steps);
        there = there && lines->steps[s];
    }
    lines->arrivals = calloc(meter->buckets + 1, sizeof *lines->arrivals);
    lines->late = calloc(meter->buckets + 1, sizeof *lines->late);
    return there && lines->arrivals && lines->late;
}

static void close_lines(struct hr__lines *lines)
{
    for (int s = 0; s < HR__SERIES_COUNT; s++)
        free(lines->steps[s]);
    free(lines->arrivals);
    free(lines->late);
}

static void open_workload(struct hr__workload *w, const struct hr_sim_workload *from,
                          const struct hr_platform *platform)
{
    bool fleet = platform->kind != HR_FUNCTION;
    w->key = from->key;
    w->vcpus = fleet ? platform->fleet.vcpus : from->vcpus;
    w->memory_mb = from->memory_mb;
    w->cold_start = from->cold_start ? from->cold_start : &platform->function.cold_start;
    w->work = hr_work_us(1.0, from->cpu_bound, from->speed);
    w->cpu = hr_cpu_share(from->cpu_bound, from->speed);
    w->alone = (1.0 - w->cpu) + w->cpu / (w->vcpus < 1.0 ? w->vcpus : 1.0);
    w->stretch = w->work * w->alone;
    w->target_us = from->target_us;
    w->target_kind = from->target_kind;
}

bool hr__meter_open(struct hr__meter *meter, const struct hr_platform *platform,
                    const struct hr_sim_workload *workloads, size_t count,
                    const struct hr_sim_options *options, struct hr_outcome *outcome,
                    struct hr_error *err)
{
    memset(meter, 0, sizeof *meter);
    meter->options = *options;
    meter->outcome = outcome;
    meter->to = options->window_to;
    meter->from = options->window_from + options->warmup_us;
    if (meter->from >= meter->to)
        return hr_fail(err, HR_EUSAGE, "the warm-up is as long as the window; make it shorter");
    meter->buckets =
        options->timeline_buckets > HR_TIMELINE_MAX ? HR_TIMELINE_MAX : options->timeline_buckets;
    if (meter->buckets) {
        int64_t n = (int64_t)meter->buckets;
        meter->bucket_us = (meter->to - meter->from + n - 1) / n;
        meter->per_bucket = 1.0 / (double)meter->bucket_us;
    }
    meter->workload_count = count;
    meter->workloads = calloc(count, sizeof *meter->workloads);
    outcome->workloads = calloc(count, sizeof *outcome->workloads);
    meter->line_count = platform->kind == HR_FUNCTION && count <= LINES_APART ? count : 1;
    meter->lines = calloc(meter->line_count, sizeof *meter->lines);
    if (!meter->workloads || !outcome->workloads || !meter->lines)
        return hr_fail_memory(err);
    outcome->workload_count = count;
    for (size_t i = 0; i < meter->line_count; i++)
        if (!open_lines(meter, &meter->lines[i]))
            return hr_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        open_workload(&meter->workloads[i], &workloads[i], platform);
        meter->workloads[i].measures = &outcome->workloads[i];
        meter->workloads[i].lines = &meter->lines[meter->line_count > 1 ? i : 0];
    }
    meter->network = &platform->network;
    meter->network_drawn = platform->network.kind != HR_CONSTANT;
    meter->network_constant = meter->network_drawn ? 0 : hr_dist_draw(meter->network, 0);
    return true;
}

void hr__meter_close(struct hr__meter *meter)
{
    for (size_t i = 0; i < meter->line_count && meter->lines; i++)
        close_lines(&meter->lines[i]);
    free(meter->lines);
    free(meter->workloads);
}

bool hr__count_served(struct hr__meter *m, struct hr__workload *w, const struct hr__served *served)
{
    if (!hr__counted(m, served->arrival))
        return true;
    struct hr_measures *measures = w->measures;
    int64_t network = m->network_constant;
    if (m->network_drawn)
        network = hr_dist_draw(
            m->network, hr_draw_key(m->options.seed, w->key, served->invocation, HR_DRAW_NETWORK));
    int64_t until_start = served->wait + served->start;
    int64_t response = until_start + network + served->service;
    measures->served++;
    measures->wait_sum += (double)served->wait;
    measures->start_sum += (double)served->start;
    measures->network_sum += (double)network;
    measures->service_sum += (double)served->service;
    int64_t felt = w->target_kind == HR_TARGET_RESPONSE ? response : until_start;
    if (felt <= w->target_us)
        measures->on_target++;
    else if (m->buckets)
        w->lines->late[hr__bucket(m, served->arrival)]++;
    return hr_histogram_add(&measures->response, response, 1);
}

void hr__count_lost(struct hr__meter *m, struct hr__workload *w, int64_t arrival,
                    enum hr__loss loss)
{
    if (!hr__counted(m, arrival))
        return;
    w->measures->dropped++;
    w->measures->throttled += loss == HR__THROTTLED;
    w->measures->rejected += loss == HR__REJECTED;
    w->measures->timed_out += loss == HR__TIMED_OUT;
    if (m->buckets)
        w->lines->late[hr__bucket(m, arrival)]++;
}

/* ---- summing up --------------------------------------------------------------------------- */

static bool add_measures(struct hr_measures *into, const struct hr_measures *from)
{
    into->invocations += from->invocations;
    into->served += from->served;
    into->dropped += from->dropped;
    into->attempts += from->attempts;
    into->throttled += from->throttled;
    into->rejected += from->rejected;
    into->timed_out += from->timed_out;
    into->retried += from->retried;
    into->duplicates += from->duplicates;
    into->cold_starts += from->cold_starts;
    into->on_target += from->on_target;
    into->wait_sum += from->wait_sum;
    into->start_sum += from->start_sum;
    into->network_sum += from->network_sum;
    into->service_sum += from->service_sum;
    into->busy += from->busy;
    into->starting += from->starting;
    into->idle += from->idle;
    into->unbilled_idle += from->unbilled_idle;
    into->instances_mean += from->instances_mean;
    into->vcpu_us_paid += from->vcpu_us_paid;
    into->vcpu_us_used += from->vcpu_us_used;
    hr_usage_add(&into->usage, &from->usage, 1.0);
    return hr_histogram_merge(&into->response, &from->response);
}

static bool open_timeline(struct hr_timeline *timeline, const struct hr__meter *meter)
{
    double **const series[7] = {&timeline->arrivals, &timeline->busy,  &timeline->starting,
                                &timeline->idle,     &timeline->queue, &timeline->instances,
                                &timeline->late};
    timeline->from = meter->from;
    timeline->bucket_us = meter->bucket_us;
    for (int i = 0; i < 7; i++)
        if (!(*series[i] = calloc(meter->buckets, sizeof **series[i])))
            return false;
    timeline->n = meter->buckets;
    return true;
}

/* Adds the steps of one series, as means over each bucket. */
static void add_series(double *into, const struct hr__step *steps, const struct hr__meter *meter)
{
    double level = 0;
    for (size_t k = 0; k < meter->buckets; k++) {
        int64_t begin = meter->from + (int64_t)k * meter->bucket_us;
        int64_t width = meter->bucket_us;
        level += steps[k].from;
        double integral = steps[k].part + level * (double)width;
        if (begin + width > meter->to) /* the last bucket may reach past the window */
            width = meter->to > begin ? meter->to - begin : 1;
        double mean = integral / (double)width;
        into[k] += mean > 1e-9 ? mean : 0.0;
    }
}

static void add_lines(struct hr_timeline *into, const struct hr__lines *lines,
                      const struct hr__meter *meter)
{
    add_series(into->busy, lines->steps[HR__BUSY], meter);
    add_series(into->starting, lines->steps[HR__STARTING], meter);
    add_series(into->idle, lines->steps[HR__IDLE], meter);
    add_series(into->queue, lines->steps[HR__QUEUE], meter);
    add_series(into->instances, lines->steps[HR__ALIVE], meter);
    for (size_t k = 0; k < meter->buckets; k++) {
        into->arrivals[k] += lines->arrivals[k];
        into->late[k] += lines->late[k];
    }
}

static bool finish_timelines(struct hr__meter *meter)
{
    struct hr_outcome *outcome = meter->outcome;
    if (!meter->buckets)
        return true;
    if (!open_timeline(&outcome->timeline, meter))
        return false;
    for (size_t i = 0; i < meter->line_count; i++)
        add_lines(&outcome->timeline, &meter->lines[i], meter);
    if (meter->line_count != meter->workload_count)
        return true;
    outcome->workload_timelines =
        calloc(meter->workload_count, sizeof *outcome->workload_timelines);
    if (!outcome->workload_timelines)
        return false;
    for (size_t i = 0; i < meter->workload_count; i++) {
        if (!open_timeline(&outcome->workload_timelines[i], meter))
            return false;
        add_lines(&outcome->workload_timelines[i], &meter->lines[i], meter);
    }
    return true;
}

bool hr__meter_finish(struct hr__meter *meter, struct hr_error *err)
{
    struct hr_outcome *outcome = meter->outcome;
    double window = (double)(meter->to - meter->from);
    for (size_t i = 0; i < meter->workload_count; i++) {
        struct hr_measures *measures = meter->workloads[i].measures;
        measures->busy_mean = measures->busy / window;
        measures->busy_peak = meter->workloads[i].busy_peak;
        measures->instances_peak = meter->workloads[i].alive_peak;
        if (!add_measures(&outcome->total, measures))
            return hr_fail_memory(err);
    }
    outcome->total.busy_mean = outcome->total.busy / window;
    outcome->total.busy_peak = meter->busy_peak;
    outcome->total.instances_peak = meter->alive_peak;
    return finish_timelines(meter) || hr_fail_memory(err);
}
