/* reading.c: what is learned of a workload by reading it once, or twice where service times have to
 * be drawn or copies made.
 *
 * Failures (429, 499, 5xx) are not representative: they get the service time of a success of the
 * same workload, drawn by key; unknown durations get a success's too, or the assumed distribution.
 */
#include "plan/reading.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/attributes.h"
#include "plan/observed.h"

#define INVOCATIONS_MAX ((size_t)1 << 31)   /* held */
#define TELL_EVERY      ((uint64_t)1 << 20) /* invocations */

/* One workload while it is being read. */
struct reading {
    struct hr__held held;
    struct hr__sample successes; /* durations */
    uint64_t read, success_count;
    struct hr_histogram memory, duration, sizes;
    double bytes;         /* known sizes in the billed span */
    uint64_t bytes_known; /* how many rows had one */
    double *inits;        /* initialisations seen in the log, us */
    size_t init_count, init_capacity;
    bool as_stored; /* so far no service time has to be drawn, and `observed` is up to date */
    struct hr__observed observed;
    int64_t *service; /* of the present block */
    size_t service_capacity;
};
void hr__held_clear(struct hr__held *held)
{
    free(held->arrival);
    free(held->service);
    *held = (struct hr__held){0};
}

static void reading_clear(struct reading *reading)
{
    hr__held_clear(&reading->held);
    hr__sample_clear(&reading->successes);
    hr_histogram_clear(&reading->memory);
    hr_histogram_clear(&reading->sizes);
    hr_histogram_clear(&reading->duration);
    hr__observed_clear(&reading->observed);
    free(reading->inits);
    free(reading->service);
}

/* ---- reading ------------------------------------------------------------------------------- */

static bool hold(struct hr__held *held, const struct hr__run_of_rows *run, struct hr_error *err)
{
    const size_t count = held->n + run->n;
    if (run->n == 0)
        return true;
    if (!hr_grow((void **)&held->arrival, &held->capacity, count, sizeof *held->arrival,
                 INVOCATIONS_MAX, err) ||
        !hr_grow((void **)&held->service, &held->service_capacity, count, sizeof *held->service,
                 INVOCATIONS_MAX, err))
        return false;
    memcpy(held->arrival + held->n, run->arrival, run->n * sizeof *held->arrival);
    memcpy(held->service + held->n, run->service, run->n * sizeof *held->service);
    held->n = count;
    return true;
}

/* Room for all of a workload at once: to grow would copy it, and touch more memory. */
static bool hold_room(struct hr__held *held, uint64_t count, struct hr_error *err)
{
    if (count > INVOCATIONS_MAX)
        return true; /* hold says so, if they come */
    held->arrival = hr_large_alloc((count + 1) * sizeof *held->arrival);
    held->service = hr_large_alloc((count + 1) * sizeof *held->service);
    held->capacity = held->service_capacity = (size_t)count;
    return (held->arrival && held->service) || hr_fail_memory(err);
}

/* Rows as they are replayed. */
static bool take_run(struct hr__loading *loading, struct reading *reading,
                     const struct hr__run_of_rows *run, struct hr_error *err)
{
    return hr__observe(&reading->observed, loading->traffic, run, err) &&
           (!loading->holds || hold(&reading->held, run, err));
}

static bool push_init(struct reading *reading, int64_t init, struct hr_error *err)
{
    if (reading->init_count >= HR_DIST_VALUES_MAX)
        return true;
    if (!hr_grow((void **)&reading->inits, &reading->init_capacity, reading->init_count + 1,
                 sizeof *reading->inits, HR_DIST_VALUES_MAX, err))
        return false;
    reading->inits[reading->init_count++] = (double)init;
    return true;
}

/* What the block tells beside arrivals and durations. */
static bool take_rest(struct reading *reading, const struct hr_columns *block, int64_t bill_from,
                      struct hr_error *err)
{
    for (size_t i = 0; block->memory_kb && i < block->n; i++)
        if (block->memory_kb[i] != HR_UNKNOWN &&
            !hr__histogram_add_one(&reading->memory, block->memory_kb[i]))
            return hr_fail_memory(err);
    for (size_t i = 0; block->init_us && i < block->n; i++)
        if (block->init_us[i] != HR_UNKNOWN && !push_init(reading, block->init_us[i], err))
            return false;
    for (size_t i = 0; block->bytes && i < block->n; i++)
        if (block->bytes[i] != HR_UNKNOWN) {
            if (!hr__histogram_add_one(&reading->sizes, block->bytes[i]))
                return hr_fail_memory(err);
            if (block->arrival_us[i] < bill_from)
                continue;
            reading->bytes += (double)block->bytes[i];
            reading->bytes_known++;
        }
    return true;
}

/* Durations of successes; those of the block's rows are left in reading->service. */
static bool take_services(struct reading *reading, const struct hr_columns *block,
                          struct hr_error *err)
{
    if (!hr_grow((void **)&reading->service, &reading->service_capacity, block->n,
                 sizeof *reading->service, HR_BLOCK_ROWS, err))
        return false;
    for (size_t i = 0; i < block->n; i++) {
        const int64_t service = hr__recorded_service(block, i);
        reading->service[i] = service;
        if (service == HR_UNKNOWN) {
            reading->as_stored = false;
            continue;
        }
        reading->success_count++;
        if (!hr__sample_add(&reading->successes, service, err))
            return false;
        if (!hr__histogram_add_one(&reading->duration, service))
            return hr_fail_memory(err);
    }
    reading->read += block->n;
    return true;
}

static bool tell(struct hr__loading *loading, size_t n, struct hr_error *err)
{
    loading->done += n;
    if (loading->done - loading->told < TELL_EVERY)
        return true;
    loading->told = loading->done;
    const struct hr_progress_state state = {.what = "reading the plan",
                                            .done = (double)loading->done,
                                            .total = (double)loading->total,
                                            .unit = "invocations"};
    return hr_progress_report(loading->load->options->progress, &state) ||
           hr_fail(err, HR_ECANCELLED, "the comparison was cancelled");
}

static bool take_block(struct hr__loading *loading, struct reading *reading,
                       const struct hr_columns *block, struct hr_error *err)
{
    if (!take_services(reading, block, err) ||
        !take_rest(reading, block, loading->traffic->bill_from, err) ||
        !tell(loading, block->n, err))
        return false;
    const struct hr__run_of_rows run = {block->n, block->arrival_us, reading->service};
    return !reading->as_stored || take_run(loading, reading, &run, err);
}

/* Every column once; rows are observed, and held, as long as they are replayed as they stand. */
static bool read_all(struct hr__loading *loading, int64_t workload, struct reading *reading,
                     struct hr_error *err)
{
    const struct hr__reading *from = &loading->traffic->reading;
    const struct hr_store_span span = {.workload = workload,
                                       .from = from->from,
                                       .to = from->to + 1,
                                       .columns = HR_COLUMN_EVERY,
                                       .mark = from->mark};
    struct hr_store_reader *reader = NULL;
    struct hr_columns block = {.n = 1};
    if (!hr_store_reader_open_span(from->store, &span, &reader, err))
        return false;
    bool done = true;
    while (done && block.n > 0)
        done =
            hr_store_reader_next(reader, &block, err) && take_block(loading, reading, &block, err);
    hr_store_reader_close(reader);
    return done;
}

/* Once more, as they are replayed. */
static bool read_again(struct hr__loading *loading, const struct hr__recipe *recipe,
                       struct reading *reading, struct hr_error *err)
{
    struct hr__stored *rows = NULL;
    struct hr__run_of_rows run = {.n = 1};
    if (!hr__stored_open(&loading->traffic->reading, recipe, &rows, err))
        return false;
    bool done = true;
    while (done && run.n > 0)
        done = hr__stored_next(rows, &run, err) && take_run(loading, reading, &run, err);
    hr__stored_close(rows);
    return done;
}

static int compare_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Where every line with a duration failed, its service times are assumed like those of a log that
 * has none, and as visibly. */
static bool assume_services(const struct hr__load *load, const struct reading *reading,
                            const struct hr__facts *facts, struct hr__stream *stream,
                            struct hr_arena *arena, struct hr_error *err)
{
    if (!reading->read || reading->success_count || stream->service_assumed ||
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
static bool keep_inits(struct reading *reading, struct hr__stream *stream, struct hr_arena *arena,
                       struct hr_error *err)
{
    if (reading->init_count < 5) /* fewer say too little of a distribution */
        return true;
    qsort(reading->inits, reading->init_count, sizeof *reading->inits, compare_double);
    double *values = hr_arena_alloc(arena, reading->init_count * sizeof *values);
    if (!values)
        return hr_fail_memory(err);
    memcpy(values, reading->inits, reading->init_count * sizeof *values);
    stream->cold_start =
        (struct hr_dist){.kind = HR_EMPIRICAL, .values = values, .count = reading->init_count};
    stream->has_cold_start = true;
    return true;
}

/* What was recorded. */
static void keep_recorded(const struct hr__loading *loading, const struct reading *reading,
                          struct hr__stream *stream, const struct hr__facts *facts)
{
    const double most = 1 - loading->load->assumptions->workload.dropped;
    if (stream->trigger == HR_HTTP && stream->payload_mb <= 0 && reading->sizes.count)
        stream->payload_mb =
            (double)hr_histogram_percentile(&reading->sizes, most) / (1024.0 * 1024.0);
    stream->recorded_p95_us = stream->recorded_p99_us = HR_UNKNOWN;
    if (reading->success_count) {
        stream->recorded_p95_us = hr_histogram_percentile(&reading->duration, 0.95);
        stream->recorded_p99_us = hr_histogram_percentile(&reading->duration, 0.99);
        stream->recorded_mean_us =
            facts->service_for_all ? 0 : hr_histogram_mean(&reading->duration);
    }
    if (reading->memory.count)
        stream->memory_used_mb = (double)hr_histogram_percentile(&reading->memory, 0.99) / 1024.0;
}

/* What is replayed. */
static bool keep_observed(const struct hr__loading *loading, const struct reading *reading,
                          struct hr__stream *stream, const struct hr__facts *facts,
                          struct hr_error *err)
{
    const struct hr__observed *observed = &reading->observed;
    struct hr__traffic *traffic = loading->traffic;
    stream->invocations = observed->n;
    stream->billed = observed->billed;
    stream->service_sum_us = (double)observed->service;
    memcpy(stream->sparkline, observed->sparkline, sizeof stream->sparkline);
    uint32_t *hours = hr_arena_alloc(&traffic->arena, (traffic->hours + 1) * sizeof *hours);
    if (!hours)
        return hr_fail_memory(err);
    memcpy(hours, observed->hours, traffic->hours * sizeof *hours);
    stream->hours = hours;
    double mean_bytes = reading->bytes_known ? reading->bytes / (double)reading->bytes_known
                                             : facts->response_bytes;
    stream->billed_bytes = mean_bytes * (double)stream->billed;
    int64_t p99 = stream->recorded_p99_us;
    if (p99 == HR_UNKNOWN || facts->service_for_all) {
        /* The p99 of a few draws is an accident; but no target that the draws themselves miss. */
        int64_t assumed = llround(hr_dist_quantile(&facts->service_dist, 0.99));
        p99 = hr_histogram_percentile(&observed->drawn, 0.99);
        p99 = p99 > assumed ? p99 : assumed;
    }
    return set_target(loading->load, stream, facts, p99, err);
}

static bool note_congestion(const struct hr__load *load, struct reading *reading,
                            const struct hr__stream *stream, struct hr_error *err)
{
    const double ratio = hr__minutes_ratio(&reading->observed.minutes);
    char times[32];
    return ratio < load->assumptions->window.congested_ratio ||
           hr__note_add(load->comparison, err,
                        "%s is congested: in its busy minutes it took %s times as long as in its "
                        "quiet ones. Its recorded times hold the old server's waiting, and a "
                        "replay adds its own to them (--set workload.service=... of quiet hours "
                        "mends that)",
                        stream->name, hr_format_significant(times, sizeof times, ratio, 2));
}

/* The recipe by which every replay makes the rows again. */
static bool keep_recipe(const struct hr__loading *loading, const struct reading *reading,
                        const struct hr_store_workload *workload, const struct hr__facts *facts,
                        struct hr__recipe *ret, struct hr_error *err)
{
    *ret = (struct hr__recipe){.workload = workload->id,
                               .key = workload->key,
                               .as_stored = reading->success_count == reading->read &&
                                            !facts->service_for_all,
                               .for_all = facts->service_for_all,
                               .service = facts->service_dist};
    if (ret->as_stored || ret->for_all || !reading->success_count)
        return true;
    const struct hr__sample *sample = &reading->successes;
    int64_t *values =
        hr_arena_alloc(&loading->traffic->arena, (sample->count + 1) * sizeof *values);
    if (!values)
        return hr_fail_memory(err);
    for (size_t i = 0; i < sample->count; i++)
        values[i] = sample->items[i].value;
    ret->successes = values;
    ret->success_count = sample->count;
    return true;
}

/* Reads all that there is of it; what has to be drawn or copied is observed in a second reading. */
static bool read_stream(struct hr__loading *loading, const struct hr_store_workload *workload,
                        const struct hr__facts *facts, struct hr__stream *stream,
                        struct reading *reading, struct hr_error *err)
{
    struct hr__traffic *traffic = loading->traffic;
    reading->as_stored = !facts->service_for_all && traffic->reading.factor == 1;
    reading->successes.room = loading->sample_room;
    if ((loading->holds && traffic->reading.factor == 1 &&
         !hold_room(&reading->held, workload->invocations, err)) ||
        !hr__observed_init(&reading->observed, traffic, err) ||
        !read_all(loading, workload->id, reading, err) ||
        !assume_services(loading->load, reading, facts, stream, &traffic->arena, err) ||
        !keep_recipe(loading, reading, workload, facts, &stream->recipe, err))
        return false;
    if (reading->as_stored)
        return true;
    loading->redrawn += stream->recipe.success_count ? reading->read - reading->success_count : 0;
    hr__observed_clear(&reading->observed);
    reading->held.n = 0;
    if (!hr__observed_init(&reading->observed, traffic, err))
        return false;
    reading->observed.wants_drawn = !reading->success_count || facts->service_for_all;
    return read_again(loading, &stream->recipe, reading, err);
}

static bool read_and_learn(struct hr__loading *loading, const struct hr_store_workload *workload,
                           struct hr__stream *stream, struct reading *reading, struct hr_error *err)
{
    const struct hr__load *load = loading->load;
    struct hr_arena *arena = &loading->traffic->arena;
    struct hr__facts facts = {0};
    stream->name = hr_arena_copy(arena, workload->name, strlen(workload->name));
    stream->key = workload->key;
    if (!stream->name)
        return hr_fail_memory(err);
    if (!hr__attributes_resolve(load, workload, stream, &facts, arena, err) ||
        !read_stream(loading, workload, &facts, stream, reading, err))
        return false;
    if (reading->success_count && !facts.service_for_all &&
        !note_congestion(load, reading, stream, err))
        return false;
    keep_recorded(loading, reading, stream, &facts);
    return keep_inits(reading, stream, arena, err) &&
           keep_observed(loading, reading, stream, &facts, err);
}

bool hr__load_stream(struct hr__loading *loading, const struct hr_store_workload *workload,
                     struct hr__stream *stream, struct hr__held *held, struct hr_error *err)
{
    struct reading reading = {0};
    bool done = read_and_learn(loading, workload, stream, &reading, err);
    if (done) {
        *held = reading.held;
        reading.held = (struct hr__held){0};
    }
    reading_clear(&reading);
    return done;
}
