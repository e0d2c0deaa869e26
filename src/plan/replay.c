/* replay.c: one replay of the application's traffic with given sizes, and how to read it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/feed.h"
#include "plan/sizing.h"

#define TIMELINE_BUCKETS HR_TIMELINE_MAX
/* Of a search that nobody sees the time line of: the engine has a short way through every bucket
 * that lies in the billed span, and one bucket for all of the window would not. */
#define NEAR_BUCKETS 64
#define LATE_DIGITS  15 /* all that a per cent of two decimals has */

/* The very same servers at another price: what was found of them holds. */
static bool size_as(const struct hr__sized *same, size_t count, struct hr__sized *ret,
                    struct hr_error *err)
{
    ret->platform.fleet = same->platform.fleet;
    ret->alone = same->alone;
    ret->fewest = same->fewest;
    ret->minimum = same->minimum;
    ret->sizes = hr_arena_alloc(&ret->arena, (count + 1) * sizeof *ret->sizes);
    if (!ret->sizes || !hr_outcome_copy(&same->outcome, &ret->outcome))
        return hr_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        ret->sizes[i] = same->sizes[i];
        ret->sizes[i].text =
            hr_arena_copy(&ret->arena, same->sizes[i].text, strlen(same->sizes[i].text));
        ret->sizes[i].reason =
            hr_arena_copy(&ret->arena, same->sizes[i].reason, strlen(same->sizes[i].reason));
        if (!ret->sizes[i].text || !ret->sizes[i].reason)
            return hr_fail_memory(err);
    }
    return true;
}

bool hr__size(const struct hr__search *search, struct hr__sized *ret, struct hr_error *err)
{
    if (ret->platform.kind == HR_FLEET && ret->beside)
        return size_as(ret->beside, search->traffic->stream_count, ret, err);
    if (ret->platform.kind == HR_FUNCTION)
        return hr__size_function(search, ret, err);
    if (ret->platform.kind == HR_HYBRID)
        return hr__size_hybrid(search, ret, err);
    return search->parts ? hr__size_alone(search, ret, err) : hr__size_fleet(search, ret, err);
}

bool hr__replay_sized(const struct hr__search *search, struct hr__sized *sized,
                      struct hr_error *err)
{
    const struct hr__passing whole = {0};
    return hr__replay_part(search, sized, &whole, err);
}

bool hr__replay_again(const struct hr__search *search, struct hr__sized *sized,
                      struct hr_error *err)
{
    return sized->parts ? hr__replay_hybrid(search, sized, err)
                        : hr__replay_sized(search, sized, err);
}

/* The largest that the platform takes of what starts the workload; 0: no limit. */
static double payload_limit(const struct hr_platform *platform, enum hr_trigger trigger)
{
    if (platform->kind != HR_FUNCTION)
        return 0;
    switch (trigger) {
    case HR_HTTP:
        return platform->function.payload_http_mb;
    case HR_QUEUE:
    case HR_STREAM:
        return platform->function.payload_batch_mb;
    default:
        return platform->function.payload_event_mb;
    }
}

/* Messages that a batch has room for; 0: any number. */
static int64_t batch_most(const struct hr_platform *platform, const struct hr__stream *stream)
{
    const double limit = payload_limit(platform, stream->trigger);
    if (limit <= 0 || stream->payload_mb <= 0 || limit >= stream->payload_mb * 1e6)
        return 0;
    return limit > stream->payload_mb ? (int64_t)(limit / stream->payload_mb) : 1;
}

bool hr__replay_part(const struct hr__search *search, struct hr__sized *sized,
                     const struct hr__passing *passing, struct hr_error *err)
{
    const struct hr__traffic *traffic = search->traffic;
    struct hr_sim_workload *workloads = calloc(traffic->stream_count, sizeof *workloads);
    if (!workloads)
        return hr_fail_memory(err);
    for (size_t i = 0; i < traffic->stream_count; i++) {
        const struct hr__stream *stream = &traffic->streams[i];
        workloads[i] = (struct hr_sim_workload){
            .key = stream->key,
            .cpu_bound = stream->cpu_bound,
            .speed = stream->speed,
            .memory_mb = sized->sizes[i].memory_mb,
            .vcpus = sized->sizes[i].vcpus,
            .slots = sized->sizes[i].slots,
            .reserved = sized->platform.function.reserved_concurrency,
            .provisioned = sized->sizes[i].provisioned,
            .state_accesses = stream->state_accesses,
            .state_recorded_us = stream->state_recorded_us,
            .state_memory = stream->state_memory,
            .trigger = stream->trigger,
            .messages = stream->messages,
            .batch_most = batch_most(&sized->platform, stream),
            .errors = stream->trigger == HR_HTTP ? 0 : stream->errors,
            .poison = stream->trigger == HR_HTTP ? 0 : stream->poison,
            .stays = passing->stays && passing->stays[i],
            .target_us = stream->target_us,
            .target_kind = stream->target_kind,
            .cold_start = stream->has_cold_start ? &stream->cold_start : NULL};
    }
    struct hr__feed feed;
    if (!hr__feed_open(&feed, traffic, err)) {
        free(workloads);
        return false;
    }
    const struct hr_source every = hr__feed_source(&feed);
    struct hr_handed_source some;
    hr_handed_source_init(&some, &every, passing->handed);
    const struct hr_source source = passing->handed ? hr_handed_source(&some) : every;
    const struct hr_sim_options options = {.seed = search->options->seed,
                                           .window_from = traffic->window_from,
                                           .window_to = traffic->window_to,
                                           .bill_from = traffic->bill_from,
                                           .bill_to = traffic->bill_to,
                                           .warmup_us = search->options->warmup_us,
                                           .timeline_buckets =
                                               search->near ? NEAR_BUCKETS : TIMELINE_BUCKETS};
    hr_outcome_clear(&sized->outcome);
    struct hr_forecast forecast = {0};
    struct hr_replay_job job = {.platform = &sized->platform,
                                .metering = &sized->metering,
                                .workloads = workloads,
                                .workload_count = traffic->stream_count,
                                .source = &source,
                                .options = &options,
                                .progress = search->progress,
                                .overflow = passing->overflow,
                                .decisions = search->decisions};
    bool done = true;
    if (sized->platform.kind == HR_FLEET &&
        sized->platform.fleet.autoscaler.policy == HR_SCALE_ORACLE) {
        done = hr_forecast_make(&job, &forecast, err) && hr__feed_rewind(&feed, err);
        job.forecast = &forecast;
    }
    done = done && hr_replay(&job, &sized->outcome, err);
    hr_forecast_clear(&forecast);
    hr__feed_close(&feed);
    free(workloads);
    return done;
}

double hr__attainment(const struct hr_measures *measures)
{
    return measures->invocations ? (double)measures->on_target / (double)measures->invocations
                                 : 1.0;
}

char *hr__attained_format(char buf[HR__ATTAINED], double share)
{
    return hr_format_down(buf, HR__ATTAINED, share * 100, 2);
}

bool hr__meets(const struct hr__search *search, const struct hr_outcome *outcome, size_t i)
{
    const struct hr_measures *m = &outcome->workloads[i];
    double dropped = m->invocations ? (double)m->dropped / (double)m->invocations : 0;
    /* The comparison is of counts: 990 of 1000 meet 99 %, whatever binary fractions make of it. */
    return hr__attainment(m) >= search->traffic->streams[i].slo - 1e-12 &&
           dropped <= search->assumptions->workload.dropped + 1e-12;
}

/* The p99 of what was used is known to within a bucket of the histogram. */
bool hr__lacks_memory(const struct hr__search *search, const struct hr__sized *sized, size_t i)
{
    const struct hr__stream *stream = &search->traffic->streams[i];
    const double has = sized->parts ? sized->parts[HR__BASE].platform.fleet.memory_mb
                       : sized->platform.kind == HR_FUNCTION ? sized->sizes[i].memory_mb
                                                             : sized->platform.fleet.memory_mb;
    if (stream->memory_size_mb > 0 && has >= stream->memory_size_mb)
        return false;
    return has > 0 && stream->memory_used_mb > has * (1 + 1.0 / (double)HR__SUB);
}

/* Servers are shared: each of them has the connections of every workload. */
static double connections_of(const struct hr__search *search, const struct hr__sized *sized,
                             size_t i)
{
    const struct hr_outcome *outcome = &sized->outcome;
    const bool shared = sized->platform.kind == HR_FLEET && !sized->alone;
    const struct hr_measures *m = shared ? &outcome->total : &outcome->workloads[i];
    return (double)m->instances_peak * (double)search->traffic->streams[i].connections;
}

double hr__connections(const struct hr__search *search, const struct hr__sized *sized)
{
    double most = 0;
    for (size_t k = 0; k < HR__PARTS && sized->parts; k++)
        most += hr__connections(search, &sized->parts[k]);
    for (size_t i = 0; i < search->traffic->stream_count && !sized->parts; i++)
        most += connections_of(search, sized, i);
    return most;
}

/* One database serves all workloads that keep connections. */
static bool too_many_connections(const struct hr__search *search, const struct hr__sized *sized,
                                 size_t i)
{
    const struct hr__stream *stream = &search->traffic->streams[i];
    return stream->connections > 0 && stream->connection_limit > 0 &&
           hr__connections(search, sized) > (double)stream->connection_limit;
}

const char *hr__unfit(const struct hr__search *search, const struct hr__sized *sized, size_t i)
{
    const struct hr_measures *m = &sized->outcome.workloads[i];
    const double allowed = search->assumptions->workload.dropped * (double)m->invocations;
    const bool time = (double)m->timed_out > allowed, memory = hr__lacks_memory(search, sized, i);
    const struct hr__stream *stream = &search->traffic->streams[i];
    const double limit = payload_limit(&sized->platform, stream->trigger);
    static const char *const words[] = {
        "",        "time-limit",         "memory",         "time-limit;memory",
        "payload", "time-limit;payload", "memory;payload", "time-limit;memory;payload"};
    return words[time + 2 * memory + 4 * (limit > 0 && stream->payload_mb > limit)];
}

const char *hr__exclusion(const struct hr__search *search, const struct hr__sized *sized, size_t i)
{
    const struct hr_platform *platform = &sized->platform;
    const char *unfit = hr__unfit(search, sized, i);
    if (*unfit)
        return unfit;
    if (too_many_connections(search, sized, i))
        return "connections";
    /* a bound to measure others by: nobody can build it */
    return platform->kind == HR_FLEET && platform->fleet.autoscaler.policy == HR_SCALE_ORACLE
               ? "oracle"
               : "";
}

static const char *const days[7] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};

static void put_moment(struct hr_text *text, int64_t time, bool with_day)
{
    struct hr_civil c = hr_time_to_civil(time);
    if (with_day)
        hr_text_printf(text, "%s ", days[(time / HR_DAY) % 7]);
    hr_text_printf(text, "%02d:%02d", c.hour, c.minute);
}

void hr__worst_miss(const struct hr__search *search, const struct hr_outcome *outcome,
                    struct hr_text *text)
{
    const struct hr_timeline *line = &outcome->timeline;
    size_t worst = 0, first = 0, last = 0;
    double most = 0, share = 0;
    char late[32];
    for (size_t i = 0; i < outcome->workload_count; i++) {
        double missed = 1.0 - hr__attainment(&outcome->workloads[i]);
        double over = missed - (1.0 - search->traffic->streams[i].slo);
        if (i == 0 || over > most) {
            most = over;
            share = missed;
            worst = i;
        }
    }
    for (size_t k = 0; k < line->n; k++)
        if (line->late[k] > line->late[first])
            first = k;
    for (last = first; last + 1 < line->n && line->late[last + 1] > line->late[first] / 4;)
        last++;
    while (first > 0 && line->late[first - 1] > line->late[last] / 4)
        first--;
    /* Rounded up: what misses 99 % by a hair is no "1 % late". */
    hr_format_significant(late, sizeof late, ceil(share * 1e4 - 1e-6) / 100, LATE_DIGITS);
    hr_text_printf(text, "%s %% of %s late", late, search->traffic->streams[worst].name);
    if (line->n && line->late[first] > 0) {
        int64_t from = line->from + (int64_t)first * line->bucket_us;
        int64_t to = line->from + (int64_t)(last + 1) * line->bucket_us;
        hr_text_puts(text, ", most on ");
        put_moment(text, from, true);
        hr_text_puts(text, "-");
        put_moment(text, to, to / HR_DAY != from / HR_DAY);
    }
}

void hr__sized_clear(struct hr__sized *sized)
{
    for (size_t k = 0; k < HR__PARTS && sized->parts; k++)
        hr__sized_clear(&sized->parts[k]);
    free(sized->parts);
    hr_outcome_clear(&sized->outcome);
    if (!sized->borrows)
        hr_book_close(sized->book);
    hr_arena_clear(&sized->arena);
    *sized = (struct hr__sized){0};
}
