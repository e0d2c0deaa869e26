/* like.c: descriptions of traffic that is like what was recorded, as it would be replayed. */
#include <stdlib.h>
#include <string.h>

#include "plan/traffic.h"

#define ROWS_MAX ((size_t)1 << 26) /* of one workload */

struct rows {
    int64_t *arrival, *service;
    size_t n, arrival_capacity, service_capacity;
};

static bool take(struct rows *rows, const struct hr__run_of_rows *run, struct hr_error *err)
{
    const size_t want = rows->n + run->n;
    if (!hr_grow((void **)&rows->arrival, &rows->arrival_capacity, want, sizeof *rows->arrival,
                 ROWS_MAX, err) ||
        !hr_grow((void **)&rows->service, &rows->service_capacity, want, sizeof *rows->service,
                 ROWS_MAX, err))
        return false;
    memcpy(rows->arrival + rows->n, run->arrival, run->n * sizeof *run->arrival);
    memcpy(rows->service + rows->n, run->service, run->n * sizeof *run->service);
    rows->n = want;
    return true;
}

static bool read_rows(const struct hr__traffic *traffic, const struct hr__stream *stream,
                      struct rows *rows, struct hr_error *err)
{
    struct hr__stored *stored = NULL;
    struct hr__run_of_rows run = {.n = 1};
    bool done = hr__stored_open(&traffic->reading, &stream->recipe, &stored, err);
    while (done && run.n > 0)
        done = hr__stored_next(stored, &run, err) && (run.n == 0 || take(rows, &run, err));
    hr__stored_close(stored);
    return done;
}

static bool fit_stream(const struct hr__traffic *traffic, const struct hr__stream *stream,
                       const struct hr_assumptions *assumptions, struct hr_like *like,
                       struct hr_error *err)
{
    struct rows rows = {0};
    struct hr_traffic_model *model = &like->model;
    struct hr_fit *fit = &like->fits[model->count];
    bool done = read_rows(traffic, stream, &rows, err);
    const struct hr_fit_input input = {.name = stream->name,
                                       .trigger = stream->trigger,
                                       .arrival = rows.arrival,
                                       .service = rows.service,
                                       .n = rows.n,
                                       .from = traffic->window_from,
                                       .to = traffic->window_to,
                                       .memory_mb = stream->memory_used_mb,
                                       .memory_size_mb = stream->memory_size_mb,
                                       .service_distance = assumptions->generate.service_distance};
    done = done && hr_fit(&input, &model->arena, fit, err);
    if (done) {
        fit->service_assumed = stream->service_assumed;
        model->workloads[model->count++] = fit->workload;
    }
    free(rows.arrival);
    free(rows.service);
    return done;
}

static bool fit_all(const struct hr__traffic *traffic, const char *workload,
                    const struct hr_assumptions *assumptions, struct hr_like *like,
                    struct hr_error *err)
{
    struct hr_traffic_model *model = &like->model;
    const bool all = strcmp(workload, HR_WORKLOAD_ALL) == 0;
    struct hr_text names = {.max = 600};
    const size_t room = traffic->stream_count + 1;
    bool done = true;
    model->workloads = hr_arena_alloc(&model->arena, room * sizeof *model->workloads);
    like->fits = hr_arena_alloc(&model->arena, room * sizeof *like->fits);
    if (!model->workloads || !like->fits)
        return hr_fail_memory(err);
    for (size_t i = 0; i < traffic->stream_count && done; i++) {
        const struct hr__stream *stream = &traffic->streams[i];
        hr_text_printf(&names, "%s%s", i ? ", " : "", stream->name);
        if (all || strcmp(stream->name, workload) == 0)
            done = fit_stream(traffic, stream, assumptions, like, err);
    }
    if (done && model->count == 0)
        done = hr_fail(err, HR_EMISSING, "the application has no workload `%s`; it has: %s",
                       workload, names.data ? names.data : "");
    hr_text_clear(&names);
    return done;
}

bool hr_like(struct hr_store *store, const struct hr_models *models, const char *workload,
             const struct hr_compare_options *options, struct hr_like *ret, struct hr_error *err)
{
    struct hr_assumptions assumptions;
    struct hr__traffic traffic = {0};
    struct hr_comparison unheard = {0}; /* what loading remarks on */
    const struct hr__load load = {.store = store,
                                  .models = models,
                                  .assumptions = &assumptions,
                                  .options = options,
                                  .comparison = &unheard};
    *ret = (struct hr_like){0};
    bool done = hr_models_assumptions(models, &assumptions, err) &&
                hr__traffic_load(&load, &traffic, err) &&
                fit_all(&traffic, workload, &assumptions, ret, err);
    if (done) {
        snprintf(ret->model.id, sizeof ret->model.id, "like-recorded");
        snprintf(ret->model.file, sizeof ret->model.file, "--like %.200s", workload);
        ret->model.start = traffic.window_from;
        ret->model.duration_us = traffic.window_to - traffic.window_from;
    } else {
        hr_like_clear(ret);
    }
    hr__traffic_clear(&traffic);
    hr_comparison_clear(&unheard);
    return done;
}

void hr_like_clear(struct hr_like *like)
{
    hr_traffic_clear(&like->model);
    *like = (struct hr_like){0};
}
