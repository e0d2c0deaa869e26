/* traffic.c: an application's window, its workloads, and their rows where they are few enough to be
 * held. */
#include "plan/traffic.h"

#include <stdlib.h>
#include <string.h>

#include "plan/feed.h"
#include "plan/reading.h"

#define SAMPLES_MOST ((size_t)1 << 22) /* durations to draw from, of all workloads */
#define SAMPLE_MOST  ((size_t)16384)   /* ... and of one */
#define SAMPLE_LEAST ((size_t)256)

/* ---- rows in memory
 * ------------------------------------------------------------------------------------------- */

static bool merged_room(struct hr__traffic *traffic, size_t total, struct hr_error *err)
{
    traffic->arrival_us = hr_large_alloc((total + 1) * sizeof *traffic->arrival_us);
    traffic->service_us = hr_large_alloc((total + 1) * sizeof *traffic->service_us);
    traffic->workload = hr_large_alloc((total + 1) * sizeof *traffic->workload);
    return (traffic->arrival_us && traffic->service_us && traffic->workload) || hr_fail_memory(err);
}

/* The rows of all streams in one order. */
static bool merge_held(struct hr__traffic *traffic, struct hr__held *held, struct hr_error *err)
{
    struct hr__merge merge = {0};
    if (traffic->stream_count == 1) {
        traffic->arrival_us = held->arrival;
        traffic->service_us = held->service;
        *held = (struct hr__held){0};
        return true;
    }
    bool done =
        merged_room(traffic, traffic->n, err) && hr__merge_init(&merge, traffic->stream_count, err);
    for (size_t i = 0; i < traffic->stream_count && done; i++)
        merge.lanes[i].run = (struct hr__run_of_rows){held[i].n, held[i].arrival, held[i].service};
    struct hr__merged into = {.most = traffic->n,
                              .arrival = traffic->arrival_us,
                              .service = traffic->service_us,
                              .workload = traffic->workload};
    done = done && hr__merge_begin(&merge, err) && hr__merge_next(&merge, &into, err);
    hr__merge_clear(&merge);
    return done;
}

/* What passes a load balancer in each hour of the billed span. */
static bool count_hours(struct hr__traffic *traffic, struct hr_error *err)
{
    traffic->hour_requests = calloc(traffic->hours + 1, sizeof *traffic->hour_requests);
    traffic->hour_bytes = calloc(traffic->hours + 1, sizeof *traffic->hour_bytes);
    if (!traffic->hour_requests || !traffic->hour_bytes)
        return hr_fail_memory(err);
    for (size_t i = 0; i < traffic->stream_count; i++) {
        const struct hr__stream *stream = &traffic->streams[i];
        const double each = stream->billed ? stream->billed_bytes / (double)stream->billed : 0;
        for (size_t h = 0; h < traffic->hours && stream->trigger == HR_HTTP; h++) {
            traffic->hour_requests[h] += stream->hours[h];
            traffic->hour_bytes[h] += stream->hours[h] * each;
        }
    }
    return true;
}

/* ---- the whole
 * -------------------------------------------------------------------------------------------- */

/* A window beside the traffic is an error; one that holds mostly nothing is a slip, most likely. */
static bool check_window(const struct hr__load *load, int64_t first, int64_t last,
                         struct hr_error *err)
{
    const int64_t from = load->options->window_from, to = load->options->window_to;
    char began[HR_TIME_TEXT], ended[HR_TIME_TEXT], beyond[HR_TIME_TEXT], lasts[HR_TIME_TEXT];
    hr_time_format(began, first);
    hr_time_format(ended, last);
    if (from > last || to < first)
        return hr_fail(err, HR_EUSAGE,
                       "--window holds no traffic: that of the application is from %s to %s", began,
                       ended);
    int64_t outside = (from < first ? first - from : 0) + (to > last ? to - last : 0);
    return outside <= last - first ||
           hr__warning_add(load->comparison, err,
                           "--window reaches %s beyond the traffic, which lasts %s (%s to %s): all "
                           "of that time counts as silence",
                           hr_span_format(beyond, outside), hr_span_format(lasts, last - first),
                           began, ended);
}

static bool set_window(const struct hr__load *load, const struct hr_store_workload *workloads,
                       size_t count, struct hr__traffic *traffic, struct hr_error *err)
{
    int64_t from = INT64_MAX, to = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        from = workloads[i].first < from ? workloads[i].first : from;
        to = workloads[i].last > to ? workloads[i].last : to;
    }
    const struct hr_compare_options *options = load->options;
    if (options->window_to > options->window_from) {
        if (!check_window(load, from, to, err))
            return false;
        from = options->window_from;
        to = options->window_to;
    }
    if (options->warmup_us < 0 || (options->warmup_us > 0 && options->warmup_us >= to - from))
        return hr_fail(err, HR_EUSAGE,
                       "--warmup leaves nothing: the window lasts %.0f s, the warm-up %.0f s",
                       (double)(to - from) / (double)HR_SECOND,
                       (double)options->warmup_us / (double)HR_SECOND);
    hr__window_set(traffic, from, to, options->warmup_us, load->assumptions);
    traffic->hours = (size_t)((traffic->bill_to - traffic->bill_from + HR_HOUR - 1) / HR_HOUR);
    return true;
}

/* The same for this reading and for those of every replay. */
static bool set_reading(const struct hr__load *load, struct hr__traffic *traffic,
                        struct hr_error *err)
{
    const struct hr_compare_options *options = load->options;
    traffic->reading = (struct hr__reading){
        .store = load->store,
        .from = traffic->window_from,
        .to = traffic->window_to,
        .seed = options->seed,
        .factor = options->traffic > 0 ? options->traffic : 1,
        .shift_us = options->keep_bursts ? 0 : load->assumptions->window.traffic_shift_us};
    return hr_store_mark(load->store, &traffic->reading.mark, err);
}

/* Says how many service times of a log with durations are not the log's own. */
static bool note_redrawn(const struct hr__loading *loading, struct hr_error *err)
{
    return !loading->redrawn ||
           hr__note_add(loading->load->comparison, err,
                        "%llu invocations failed (429, 499, 5xx) or have no duration: replayed "
                        "with service times of successes of their workload",
                        (unsigned long long)loading->redrawn);
}

/* Is it little enough to be held? Where the window leaves some of it out, all the more. */
static void plan_room(struct hr__loading *loading, const struct hr_store_workload *workloads,
                      size_t count)
{
    const struct hr_compare_options *options = loading->load->options;
    const uint64_t most = options->held ? options->held : HR__HELD_MOST;
    for (size_t i = 0; i < count; i++)
        loading->total += workloads[i].invocations;
    loading->holds = (double)loading->total * loading->traffic->reading.factor <= (double)most;
    const size_t room = SAMPLES_MOST / (count + 1);
    loading->sample_room = room < SAMPLE_LEAST  ? SAMPLE_LEAST
                           : room > SAMPLE_MOST ? SAMPLE_MOST
                                                : room;
}

/* One that is silent in the window is not part of the comparison. */
static bool load_next(struct hr__loading *loading, const struct hr_store_workload *workload,
                      struct hr_error *err)
{
    struct hr__traffic *traffic = loading->traffic;
    struct hr__stream *stream = &traffic->streams[traffic->stream_count];
    struct hr__held held = {0};
    if (!hr__load_stream(loading, workload, stream, &held, err))
        return false;
    if (stream->invocations == 0) {
        hr__held_clear(&held);
        *stream = (struct hr__stream){0};
        return true;
    }
    loading->held[traffic->stream_count++] = held;
    traffic->n += stream->invocations;
    return true;
}

/* The stream as `like` has it, with nothing in it. */
static bool silence(struct hr__loading *loading, const struct hr__stream *like,
                    struct hr__stream *ret, struct hr_error *err)
{
    struct hr__traffic *traffic = loading->traffic;
    uint32_t *hours = hr_arena_alloc(&traffic->arena, (traffic->hours + 1) * sizeof *hours);
    *ret = *like;
    ret->invocations = ret->billed = 0;
    ret->service_sum_us = ret->billed_bytes = 0;
    ret->hours = hours;
    if (!hours)
        return hr_fail_memory(err);
    return loading->holds ||
           hr_fail(err, HR_EINPUT,
                   "%s has no invocation in one of the replications: so much traffic is read anew "
                   "by every replay, which takes workloads that are always there",
                   like->name);
}

/* The streams of `like`, in their order; others are not looked at. */
static bool load_like(struct hr__loading *loading, const struct hr_store_workload *workloads,
                      size_t count, struct hr_error *err)
{
    const struct hr__traffic *like = loading->load->like;
    struct hr__traffic *traffic = loading->traffic;
    for (size_t k = 0; k < like->stream_count; k++) {
        struct hr__stream *stream = &traffic->streams[k];
        size_t i = 0;
        while (i < count && strcmp(workloads[i].name, like->streams[k].name) != 0)
            i++;
        if (i < count && !hr__load_stream(loading, &workloads[i], stream, &loading->held[k], err))
            return false;
        if (stream->invocations == 0 && !silence(loading, &like->streams[k], stream, err))
            return false;
        stream->target_us = like->streams[k].target_us;
        traffic->n += stream->invocations;
        traffic->stream_count++;
    }
    return true;
}

static bool load_each(struct hr__loading *loading, const struct hr_store_workload *workloads,
                      size_t count, struct hr_error *err)
{
    if (loading->load->like)
        return load_like(loading, workloads, count, err);
    for (size_t i = 0; i < count; i++)
        if (!load_next(loading, &workloads[i], err))
            return false;
    return true;
}

static bool load_all(struct hr__loading *loading, const struct hr_store_workload *workloads,
                     size_t count, struct hr_error *err)
{
    struct hr__traffic *traffic = loading->traffic;
    loading->lanes = loading->load->like ? loading->load->like->stream_count : count;
    loading->held = calloc(loading->lanes + 1, sizeof *loading->held);
    traffic->streams =
        hr_arena_alloc(&traffic->arena, (loading->lanes + 1) * sizeof *traffic->streams);
    if (!loading->held || !traffic->streams)
        return hr_fail_memory(err);
    plan_room(loading, workloads, count);
    if (!load_each(loading, workloads, count, err))
        return false;
    if (traffic->stream_count == 0)
        return hr_fail(err, HR_EUSAGE,
                       "--window holds no invocation: the traffic of the application pauses there");
    return note_redrawn(loading, err) &&
           (!loading->holds || merge_held(traffic, loading->held, err)) &&
           count_hours(traffic, err);
}

bool hr__traffic_load(const struct hr__load *load, struct hr__traffic *ret, struct hr_error *err)
{
    struct hr_store_workload *workloads = NULL;
    struct hr__loading loading = {.load = load, .traffic = ret};
    size_t count = 0;
    *ret = (struct hr__traffic){0};
    bool done =
        hr_store_workloads(load->store, load->options->app, &ret->arena, &workloads, &count, err) &&
        set_window(load, workloads, count, ret, err) && set_reading(load, ret, err) &&
        load_all(&loading, workloads, count, err);
    for (size_t i = 0; i < loading.lanes && loading.held; i++)
        hr__held_clear(&loading.held[i]);
    free(loading.held);
    if (!done)
        hr__traffic_clear(ret);
    return done;
}

/* The rows of some workloads, whose numbers change. */
static bool hold_part(const struct hr__traffic *whole, const bool *keep, struct hr__traffic *part,
                      struct hr_error *err)
{
    uint32_t *number = calloc(whole->stream_count + 1, sizeof *number);
    if (!number || !merged_room(part, part->n, err)) {
        free(number);
        return hr_fail_memory(err);
    }
    for (size_t i = 0, kept = 0; i < whole->stream_count; i++)
        if (keep[i])
            number[i] = (uint32_t)kept++;
    size_t n = 0;
    for (size_t i = 0; i < whole->n; i++) {
        const uint32_t workload = whole->workload ? whole->workload[i] : 0;
        if (!keep[workload])
            continue;
        part->arrival_us[n] = whole->arrival_us[i];
        part->service_us[n] = whole->service_us[i];
        part->workload[n++] = number[workload];
    }
    free(number);
    return true;
}

bool hr__traffic_part(const struct hr__traffic *whole, const bool *keep, struct hr__traffic *ret,
                      struct hr_error *err)
{
    *ret = *whole;
    ret->arena = (struct hr_arena){0};
    ret->hour_requests = ret->hour_bytes = NULL;
    ret->arrival_us = ret->service_us = NULL;
    ret->workload = NULL;
    ret->n = ret->stream_count = 0;
    ret->streams = hr_arena_alloc(&ret->arena, (whole->stream_count + 1) * sizeof *ret->streams);
    bool done = ret->streams || hr_fail_memory(err);
    for (size_t i = 0; i < whole->stream_count && done; i++)
        if (keep[i]) {
            ret->streams[ret->stream_count++] = whole->streams[i];
            ret->n += whole->streams[i].invocations;
        }
    done =
        done && (!whole->arrival_us || hold_part(whole, keep, ret, err)) && count_hours(ret, err);
    if (!done)
        hr__traffic_clear(ret);
    return done;
}

struct hr__traffic *hr__traffic_parts(const struct hr__traffic *whole, struct hr_error *err)
{
    const size_t count = whole->stream_count;
    bool *keep = calloc(count + 1, sizeof *keep);
    struct hr__traffic *parts = calloc(count + 1, sizeof *parts);
    bool done = true;
    if (!keep || !parts) {
        free(keep);
        free(parts);
        hr_fail_memory(err);
        return NULL;
    }
    for (size_t i = 0; i < count && done; i++) {
        keep[i] = true;
        done = hr__traffic_part(whole, keep, &parts[i], err);
        keep[i] = false;
    }
    free(keep);
    if (done)
        return parts;
    hr__traffic_parts_free(parts, count);
    return NULL;
}

void hr__traffic_parts_free(struct hr__traffic *parts, size_t count)
{
    for (size_t i = 0; i < count && parts; i++)
        hr__traffic_clear(&parts[i]);
    free(parts);
}

void hr__traffic_clear(struct hr__traffic *traffic)
{
    free(traffic->arrival_us);
    free(traffic->service_us);
    free(traffic->workload);
    free(traffic->hour_requests);
    free(traffic->hour_bytes);
    hr_arena_clear(&traffic->arena);
    *traffic = (struct hr__traffic){0};
}
