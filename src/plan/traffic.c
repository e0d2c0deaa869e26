/* traffic.c: from chunks in the plan file to one merged stream in memory.
 *
 * Failures (429, 499, 5xx) are not representative: they get the service time of a success of the
 * same workload, drawn by key; unknown durations get a success's too, or the assumed distribution.
 */
#include "plan/traffic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/attributes.h"

#define INVOCATIONS_MAX ((size_t)1 << 31)

struct rows { /* one workload's, sorted by (arrival, service) */
    int64_t *arrival, *service;
    size_t n, capacity, service_capacity;
    /* while reading */
    int64_t *success; /* durations of successes */
    size_t success_count, success_capacity;
    size_t redrawn; /* rows that were given one of them */
    struct hr_histogram memory, duration;
    double bytes;         /* known sizes in the billed span */
    uint64_t bytes_known; /* how many rows had one */
    double *inits;        /* initialisations seen in the log, us */
    size_t init_count, init_capacity;
};

static void rows_clear(struct rows *rows)
{
    free(rows->arrival);
    free(rows->service);
    free(rows->success);
    free(rows->inits);
    hr_histogram_clear(&rows->memory);
    hr_histogram_clear(&rows->duration);
}

static bool failed(uint16_t status)
{
    return status == 429 || status == 499 || status >= 500;
}

static bool reserve_one(int64_t **items, size_t *capacity, size_t count, struct hr_error *err)
{
    void *grown = *items;
    if (!hr_grow(&grown, capacity, count, sizeof **items, INVOCATIONS_MAX, err))
        return false;
    *items = grown;
    return true;
}

/* Room for so many rows in all. */
static bool reserve(struct rows *rows, size_t count, struct hr_error *err)
{
    return reserve_one(&rows->arrival, &rows->capacity, count, err) &&
           reserve_one(&rows->service, &rows->service_capacity, count, err);
}

static bool push_init(struct rows *rows, int64_t init, struct hr_error *err)
{
    void *grown = rows->inits;
    if (rows->init_count >= HR_DIST_VALUES_MAX)
        return true;
    if (!hr_grow(&grown, &rows->init_capacity, rows->init_count + 1, sizeof *rows->inits,
                 HR_DIST_VALUES_MAX, err))
        return false;
    rows->inits = grown;
    rows->inits[rows->init_count++] = (double)init;
    return true;
}

/* A row, which there is room for; HR_UNKNOWN as service where one is still to be drawn. */
static bool take_row(struct rows *rows, const struct hr_columns *block, size_t i,
                     const struct hr__traffic *traffic, struct hr_error *err)
{
    int64_t duration = block->duration_us ? block->duration_us[i] : HR_UNKNOWN;
    bool success = duration != HR_UNKNOWN && !(block->status && failed(block->status[i]));
    bool kept = true;
    if (success) {
        rows->success[rows->success_count++] = duration;
        kept = hr_histogram_add(&rows->duration, duration, 1) || hr_fail_memory(err);
    }
    if (kept && block->memory_kb && block->memory_kb[i] != HR_UNKNOWN)
        kept = hr_histogram_add(&rows->memory, block->memory_kb[i], 1) || hr_fail_memory(err);
    if (kept && block->init_us && block->init_us[i] != HR_UNKNOWN)
        kept = push_init(rows, block->init_us[i], err);
    if (block->bytes && block->bytes[i] != HR_UNKNOWN &&
        block->arrival_us[i] >= traffic->bill_from) {
        rows->bytes += (double)block->bytes[i];
        rows->bytes_known++;
    }
    rows->arrival[rows->n] = block->arrival_us[i];
    rows->service[rows->n++] = success ? duration : HR_UNKNOWN;
    return kept;
}

static bool take_block(struct rows *rows, const struct hr_columns *block,
                       const struct hr__traffic *traffic, struct hr_error *err)
{
    bool done =
        reserve(rows, rows->n + block->n, err) &&
        reserve_one(&rows->success, &rows->success_capacity, rows->success_count + block->n, err);
    for (size_t i = 0; i < block->n && done; i++)
        done = take_row(rows, block, i, traffic, err);
    return done;
}

/* Room for all of a workload at once, where the window leaves nothing out. */
static bool reserve_whole(struct rows *rows, const struct hr_store_workload *workload,
                          const struct hr__traffic *traffic, struct hr_error *err)
{
    if (workload->first < traffic->window_from || workload->last > traffic->window_to)
        return true;
    return reserve(rows, workload->invocations, err) &&
           reserve_one(&rows->success, &rows->success_capacity, workload->invocations, err);
}

static bool read_rows(const struct hr__load *load, const struct hr_store_workload *workload,
                      const struct hr__traffic *traffic, struct rows *rows, struct hr_error *err)
{
    struct hr_store_reader *reader = NULL;
    struct hr_columns block = {.n = 1};
    if (!hr_store_reader_open(load->store, workload->id, traffic->window_from,
                              traffic->window_to + 1, &reader, err))
        return false;
    bool done = reserve_whole(rows, workload, traffic, err);
    while (done && block.n > 0)
        done = hr_store_reader_next(reader, &block, err) && take_block(rows, &block, traffic, err);
    hr_store_reader_close(reader);
    return done;
}

static int compare_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int compare_int64(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Draws what the log does not tell. */
static void draw_services(struct rows *rows, const struct hr__stream *stream,
                          const struct hr__facts *facts, uint64_t seed)
{
    for (size_t i = 0; i < rows->n; i++) {
        if (rows->service[i] != HR_UNKNOWN && !facts->service_for_all)
            continue;
        uint64_t key = hr_draw_key(seed, stream->key, i, HR_DRAW_SERVICE);
        rows->redrawn += rows->success_count && !facts->service_for_all;
        rows->service[i] = rows->success_count && !facts->service_for_all
                               ? rows->success[key % rows->success_count]
                               : hr_dist_draw(&facts->service_dist, key);
    }
}

/* Equal arrivals run in the order of their service times, drawn ones too. */
static void order_equal(struct rows *rows)
{
    for (size_t first = 0, end; first < rows->n; first = end) {
        bool ordered = true;
        for (end = first + 1; end < rows->n && rows->arrival[end] == rows->arrival[first]; end++)
            ordered = ordered && rows->service[end] >= rows->service[end - 1];
        if (!ordered)
            qsort(&rows->service[first], end - first, sizeof *rows->service, compare_int64);
    }
}

/* Where every line with a duration failed, its service times are assumed like those of a log that
 * has none, and as visibly. */
static bool assume_services(const struct hr__load *load, const struct rows *rows,
                            const struct hr__facts *facts, struct hr__stream *stream,
                            struct hr_arena *arena, struct hr_error *err)
{
    if (!rows->n || rows->success_count || stream->service_assumed ||
        facts->service_origin != HR_ASSUMED)
        return true;
    struct hr_text keys = {.max = 512};
    hr_text_printf(&keys, "service%s%s", *stream->assumed ? ";" : "", stream->assumed);
    stream->assumed = hr_arena_copy(arena, keys.data ? keys.data : "", keys.len);
    stream->service_assumed = true;
    hr_text_clear(&keys);
    return (stream->assumed || hr_fail_memory(err)) &&
           hr__assumption_add(
               load->comparison,
               &(struct hr_comparison_assumption){.workload = stream->name,
                                                  .key = "service",
                                                  .value = facts->service,
                                                  .origin = HR_ASSUMED,
                                                  .source = facts->service_source,
                                                  .remedy = "--set workload.service=..."},
               err);
}

/* ---- traffic factor
 * ------------------------------------------------------------------------------ */

struct pair {
    int64_t arrival, service;
};

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->arrival != y->arrival)
        return x->arrival < y->arrival ? -1 : 1;
    return (x->service > y->service) - (x->service < y->service);
}

/* A copy that leaves the window comes back as from a mirror: cut off at the edge instead, all such
 * copies would make one burst that nobody sent. */
static int64_t keep_inside(const struct hr__traffic *traffic, int64_t moved)
{
    const int64_t from = traffic->window_from, to = traffic->window_to;
    moved = moved < from ? from + (from - moved) : moved;
    moved = moved > to ? to - (moved - to) : moved;
    return moved < from ? from : moved; /* a window shorter than the shift */
}

/* Invocation i becomes floor(k) copies and one more with probability frac(k); the first copy stays
 * where it is, the others move within +-shift. */
static bool multiply(struct rows *rows, const struct hr__stream *stream,
                     const struct hr__traffic *traffic, const struct hr__load *load,
                     struct hr_error *err)
{
    double k = load->options->traffic;
    int64_t shift = load->options->keep_bursts ? 0 : load->assumptions->window.traffic_shift_us;
    struct pair *pairs = NULL;
    size_t count = 0, capacity = 0;
    for (size_t i = 0; i < rows->n; i++) {
        uint64_t key = hr_draw_key(load->options->seed, stream->key, i, HR_DRAW_TRAFFIC);
        size_t copies = (size_t)floor(k) + (hr_unit(key) < k - floor(k));
        void *grown = pairs;
        if (!hr_grow(&grown, &capacity, count + copies, sizeof *pairs, INVOCATIONS_MAX, err)) {
            free(pairs);
            return false;
        }
        pairs = grown;
        for (size_t copy = 0; copy < copies; copy++) {
            double unit = hr_unit(hr_mix64(key + copy));
            int64_t moved = copy ? (int64_t)((2.0 * unit - 1.0) * (double)shift) + rows->arrival[i]
                                 : rows->arrival[i];
            pairs[count++] = (struct pair){keep_inside(traffic, moved), rows->service[i]};
        }
    }
    if (count)
        qsort(pairs, count, sizeof *pairs, compare_pairs);
    bool done = reserve(rows, count, err);
    rows->n = done ? count : 0;
    for (size_t i = 0; i < rows->n; i++) {
        rows->arrival[i] = pairs[i].arrival;
        rows->service[i] = pairs[i].service;
    }
    free(pairs);
    return done;
}

/* ---- one workload
 * ------------------------------------------------------------------------------------ */

static bool set_target(const struct hr__load *load, struct hr__stream *stream,
                       const struct hr__facts *facts, int64_t p99, struct hr_error *err)
{
    const struct hr_assumptions *a = load->assumptions;
    bool http = stream->trigger == HR_HTTP;
    stream->target_kind = http ? HR_TARGET_RESPONSE : HR_TARGET_START;
    stream->target_us = facts->target_us;
    if (facts->target_us != HR_UNKNOWN)
        return true;
    double twice = a->workload.target_p99_factor * (double)p99;
    stream->target_us = !http                                         ? a->workload.target_start_us
                        : twice > (double)a->workload.target_floor_us ? (int64_t)twice
                                                                      : a->workload.target_floor_us;
    char value[HR_TIME_TEXT];
    return hr__assumption_add(
        load->comparison,
        &(struct hr_comparison_assumption){.workload = stream->name,
                                           .key = "target",
                                           .value = hr_duration_format(value, stream->target_us),
                                           .origin = HR_ASSUMED,
                                           .source = "models/assumptions.yaml",
                                           .remedy = "--set workload.target=250ms"},
        err);
}

/* Initialisations seen in the log replace the preset's cold start. */
static bool keep_inits(struct rows *rows, struct hr__stream *stream, struct hr_arena *arena,
                       struct hr_error *err)
{
    if (rows->init_count < 5) /* fewer say too little of a distribution */
        return true;
    qsort(rows->inits, rows->init_count, sizeof *rows->inits, compare_double);
    double *values = hr_arena_alloc(arena, rows->init_count * sizeof *values);
    if (!values)
        return hr_fail_memory(err);
    memcpy(values, rows->inits, rows->init_count * sizeof *values);
    stream->cold_start =
        (struct hr_dist){.kind = HR_EMPIRICAL, .values = values, .count = rows->init_count};
    stream->has_cold_start = true;
    return true;
}

static bool measure(const struct hr__load *load, const struct hr__traffic *traffic,
                    struct rows *rows, struct hr__stream *stream, const struct hr__facts *facts,
                    struct hr_error *err)
{
    struct hr_histogram drawn;
    hr_histogram_init(&drawn);
    double span = (double)(traffic->window_to - traffic->window_from);
    stream->invocations = rows->n;
    stream->recorded_p95_us = stream->recorded_p99_us = HR_UNKNOWN;
    if (rows->success_count) {
        stream->recorded_p95_us = hr_histogram_percentile(&rows->duration, 0.95);
        stream->recorded_p99_us = hr_histogram_percentile(&rows->duration, 0.99);
        stream->recorded_mean_us = facts->service_for_all ? 0 : hr_histogram_mean(&rows->duration);
    }
    if (rows->memory.count)
        stream->memory_used_mb = (double)hr_histogram_percentile(&rows->memory, 0.99) / 1024.0;
    for (size_t i = 0; i < rows->n; i++) {
        if (!hr_histogram_add(&drawn, rows->service[i], 1)) {
            hr_histogram_clear(&drawn);
            return hr_fail_memory(err);
        }
        stream->service_sum_us += (double)rows->service[i];
        stream->billed += rows->arrival[i] >= traffic->bill_from;
        double at = (double)(rows->arrival[i] - traffic->window_from) / span;
        size_t part = at >= 1 ? 63 : (size_t)(at * 64);
        stream->sparkline[part]++;
    }
    int64_t p99 = stream->recorded_p99_us;
    if (p99 == HR_UNKNOWN || facts->service_for_all) {
        /* The p99 of a few draws is an accident; but no target that the draws themselves miss. */
        int64_t assumed = llround(hr_dist_quantile(&facts->service_dist, 0.99));
        p99 = hr_histogram_percentile(&drawn, 0.99);
        p99 = p99 > assumed ? p99 : assumed;
    }
    hr_histogram_clear(&drawn);
    double mean_bytes =
        rows->bytes_known ? rows->bytes / (double)rows->bytes_known : facts->response_bytes;
    stream->billed_bytes = mean_bytes * (double)stream->billed;
    return set_target(load, stream, facts, p99, err);
}

static bool note_congestion(const struct hr__load *load, const struct rows *rows,
                            const struct hr__stream *stream, struct hr_error *err)
{
    double ratio;
    if (!hr__congestion(rows->arrival, rows->service, rows->n, &ratio, err))
        return false;
    return ratio < load->assumptions->window.congested_ratio ||
           hr__note_add(load->comparison, err,
                        "%s is congested: in its busy minutes it took %.2g times as long as in its "
                        "quiet ones. Its recorded times hold the old server's waiting, and a "
                        "replay adds its own to them (--set workload.service=... of quiet hours "
                        "mends that)",
                        stream->name, ratio);
}

static bool load_stream(const struct hr__load *load, const struct hr_store_workload *workload,
                        struct hr__traffic *traffic, struct hr__stream *stream, struct rows *rows,
                        struct hr_error *err)
{
    struct hr__facts facts = {0};
    double k = load->options->traffic;
    stream->name = hr_arena_copy(&traffic->arena, workload->name, strlen(workload->name));
    stream->key = workload->key;
    if (!stream->name)
        return hr_fail_memory(err);
    if (!hr__attributes_resolve(load, workload, stream, &facts, &traffic->arena, err) ||
        !read_rows(load, workload, traffic, rows, err) ||
        !assume_services(load, rows, &facts, stream, &traffic->arena, err))
        return false;
    draw_services(rows, stream, &facts, load->options->seed);
    order_equal(rows);
    if (k > 0 && k != 1.0 && !multiply(rows, stream, traffic, load, err))
        return false;
    if (rows->success_count && !facts.service_for_all && !note_congestion(load, rows, stream, err))
        return false;
    return keep_inits(rows, stream, &traffic->arena, err) &&
           measure(load, traffic, rows, stream, &facts, err);
}

/* ---- merging
 * ---------------------------------------------------------------------------------------------- */

/* Does workload a's next row come before b's? Workloads are numbered by name. */
static bool before(const struct rows *rows, const size_t *at, size_t a, size_t b)
{
    int64_t x = rows[a].arrival[at[a]], y = rows[b].arrival[at[b]];
    return x < y || (x == y && a < b);
}

static void sift(const struct rows *rows, const size_t *at, size_t *heap, size_t count, size_t i)
{
    for (size_t child; (child = 2 * i + 1) < count;) {
        if (child + 1 < count && before(rows, at, heap[child + 1], heap[child]))
            child++;
        if (!before(rows, at, heap[child], heap[i]))
            return;
        size_t swap = heap[i];
        heap[i] = heap[child];
        heap[child] = swap;
        i = child;
    }
}

static bool merge(struct hr__traffic *traffic, const struct rows *rows, struct hr_error *err)
{
    size_t total = 0, count = 0, streams = traffic->stream_count;
    for (size_t i = 0; i < streams; i++)
        total += rows[i].n;
    traffic->arrival_us = hr_large_alloc((total + 1) * sizeof *traffic->arrival_us);
    traffic->service_us = hr_large_alloc((total + 1) * sizeof *traffic->service_us);
    traffic->workload = hr_large_alloc((total + 1) * sizeof *traffic->workload);
    size_t *at = calloc(streams + 1, sizeof *at), *heap = calloc(streams + 1, sizeof *heap);
    bool room = traffic->arrival_us && traffic->service_us && traffic->workload && at && heap;
    for (size_t i = 0; room && i < streams; i++)
        if (rows[i].n)
            heap[count++] = i;
    for (size_t i = count; room && i-- > 0;)
        sift(rows, at, heap, count, i);
    while (room && count) {
        size_t w = heap[0];
        traffic->arrival_us[traffic->n] = rows[w].arrival[at[w]];
        traffic->service_us[traffic->n] = rows[w].service[at[w]];
        traffic->workload[traffic->n++] = (uint32_t)w;
        if (++at[w] == rows[w].n)
            heap[0] = heap[--count];
        sift(rows, at, heap, count, 0);
    }
    free(at);
    free(heap);
    return room || hr_fail_memory(err);
}

/* What passes a load balancer in each hour of the billed span. */
static bool count_hours(struct hr__traffic *traffic, struct hr_error *err)
{
    int64_t span = traffic->bill_to - traffic->bill_from;
    traffic->hours = (size_t)((span + HR_HOUR - 1) / HR_HOUR);
    traffic->hour_requests = calloc(traffic->hours + 1, sizeof *traffic->hour_requests);
    traffic->hour_bytes = calloc(traffic->hours + 1, sizeof *traffic->hour_bytes);
    if (!traffic->hour_requests || !traffic->hour_bytes)
        return hr_fail_memory(err);
    for (size_t i = 0; i < traffic->n; i++) {
        const struct hr__stream *stream = &traffic->streams[traffic->workload[i]];
        if (traffic->arrival_us[i] < traffic->bill_from || stream->trigger != HR_HTTP)
            continue;
        size_t hour = (size_t)((traffic->arrival_us[i] - traffic->bill_from) / HR_HOUR);
        hour = hour < traffic->hours ? hour : traffic->hours - 1;
        traffic->hour_requests[hour]++;
        if (stream->billed)
            traffic->hour_bytes[hour] += stream->billed_bytes / (double)stream->billed;
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
    return true;
}

/* Says how many service times of a log with durations are not the log's own. */
static bool note_redrawn(const struct hr__load *load, const struct rows *rows, size_t count,
                         struct hr_error *err)
{
    size_t redrawn = 0;
    for (size_t i = 0; i < count; i++)
        redrawn += rows[i].redrawn;
    return !redrawn || hr__note_add(load->comparison, err,
                                    "%zu invocations failed (429, 499, 5xx) or have no duration: "
                                    "replayed with service times of successes of their workload",
                                    redrawn);
}

bool hr__traffic_load(const struct hr__load *load, struct hr__traffic *ret, struct hr_error *err)
{
    struct hr_store_workload *workloads = NULL;
    size_t count = 0;
    *ret = (struct hr__traffic){0};
    if (!hr_store_workloads(load->store, load->options->app, &ret->arena, &workloads, &count, err))
        return false;
    struct rows *rows = calloc(count + 1, sizeof *rows);
    ret->streams = hr_arena_alloc(&ret->arena, (count + 1) * sizeof *ret->streams);
    bool done =
        rows && ret->streams ? set_window(load, workloads, count, ret, err) : hr_fail_memory(err);
    for (size_t i = 0; i < count && done; i++) {
        struct rows *mine = &rows[ret->stream_count];
        done = load_stream(load, &workloads[i], ret, &ret->streams[ret->stream_count], mine, err);
        if (done && mine->n == 0) { /* silent in the window: not part of the comparison */
            rows_clear(mine);
            *mine = (struct rows){0};
            ret->streams[ret->stream_count] = (struct hr__stream){0};
        } else {
            ret->stream_count++;
        }
    }
    if (done && ret->stream_count == 0)
        done = hr_fail(err, HR_EUSAGE,
                       "--window holds no invocation: the traffic of the application pauses there");
    done = done && note_redrawn(load, rows, ret->stream_count, err) && merge(ret, rows, err) &&
           count_hours(ret, err);
    for (size_t i = 0; i <= count && rows; i++)
        rows_clear(&rows[i]);
    free(rows);
    if (!done)
        hr__traffic_clear(ret);
    return done;
}

bool hr__traffic_part(const struct hr__traffic *whole, const bool *keep, struct hr__traffic *ret,
                      struct hr_error *err)
{
    *ret = *whole;
    ret->arena = (struct hr_arena){0};
    ret->hour_requests = ret->hour_bytes = NULL;
    ret->n = ret->stream_count = 0;
    size_t total = 0;
    for (size_t i = 0; i < whole->stream_count; i++)
        total += keep[i] ? whole->streams[i].invocations : 0;
    ret->arrival_us = hr_large_alloc((total + 1) * sizeof *ret->arrival_us);
    ret->service_us = hr_large_alloc((total + 1) * sizeof *ret->service_us);
    ret->workload = hr_large_alloc((total + 1) * sizeof *ret->workload);
    ret->streams = hr_arena_alloc(&ret->arena, (whole->stream_count + 1) * sizeof *ret->streams);
    uint32_t *number = calloc(whole->stream_count + 1, sizeof *number);
    bool done = (ret->arrival_us && ret->service_us && ret->workload && ret->streams && number) ||
                hr_fail_memory(err);
    for (size_t i = 0; i < whole->stream_count && done; i++)
        if (keep[i]) {
            number[i] = (uint32_t)ret->stream_count;
            ret->streams[ret->stream_count++] = whole->streams[i];
        }
    for (size_t i = 0; i < whole->n && done; i++)
        if (keep[whole->workload[i]]) {
            ret->arrival_us[ret->n] = whole->arrival_us[i];
            ret->service_us[ret->n] = whole->service_us[i];
            ret->workload[ret->n++] = number[whole->workload[i]];
        }
    free(number);
    done = done && count_hours(ret, err);
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
