/* trigger_init.c: which workload comes through what, as platform and workload say. */
#include <math.h>
#include <stdlib.h>

#include "sim/function.h"

/* A row that is a run was batched, polled and delivered where the log was made: it comes as it
 * came, and only what fails now is attempted again. */
static void set_queue(const struct hr__function *f, const struct hr_sim_workload *w,
                      struct hr__inlet *inlet)
{
    const struct hr_queue_model *queue = &f->model->queue;
    inlet->rules = &hr__trigger_queue;
    inlet->lane_count = 1;
    inlet->batch = 1;
    inlet->pollers = inlet->pollers_max = INT64_MAX;
    inlet->grow_us = HR_MINUTE;
    inlet->partial = queue->partial;
    if (!w->messages)
        return;
    inlet->batch = queue->batch;
    inlet->window_us = queue->window_us;
    inlet->duplicates = queue->duplicates;
    inlet->pollers = queue->pollers;
    inlet->pollers_max = queue->pollers_max;
    if (w->reserved > 0 && inlet->pollers_max > w->reserved)
        inlet->pollers_max = w->reserved;
    if (inlet->pollers > inlet->pollers_max)
        inlet->pollers = inlet->pollers_max;
    if (queue->pollers_per_minute > 0)
        inlet->grow_us = (int64_t)llround((double)HR_MINUTE / queue->pollers_per_minute);
    else
        inlet->pollers_max = inlet->pollers;
}

static void set_stream(const struct hr__function *f, const struct hr_sim_workload *w,
                       struct hr__inlet *inlet)
{
    const struct hr_stream_model *stream = &f->model->stream;
    inlet->rules = &hr__trigger_stream;
    inlet->lane_count = 1;
    inlet->batch = 1;
    inlet->pollers = INT64_MAX;
    inlet->partial = stream->partial;
    if (!w->messages)
        return;
    inlet->lane_count = (uint32_t)(stream->shards * stream->factor);
    inlet->batch = stream->batch;
    inlet->window_us = stream->window_us;
    inlet->duplicates = stream->duplicates;
    inlet->pollers = 1;
}

/* False: the engine makes plain attempts of this workload. */
static bool inlet_set(const struct hr__function *f, const struct hr_sim_workload *w,
                      struct hr__inlet *inlet)
{
    const bool events = w->trigger == HR_ASYNC || w->trigger == HR_SCHEDULE;
    if (w->trigger == HR_QUEUE && f->model->queue.batch > 0)
        set_queue(f, w, inlet);
    else if (w->trigger == HR_STREAM && f->model->stream.batch > 0)
        set_stream(f, w, inlet);
    else if (events && w->messages)
        inlet->duplicates = f->model->async_duplicates;
    if (w->batch_most > 0 && inlet->batch > w->batch_most)
        inlet->batch = w->batch_most;
    return inlet->rules ||
           (w->trigger != HR_HTTP && (inlet->duplicates > 0 || w->errors > 0 || w->poison > 0));
}

static void lane_set(const struct hr__function *f, struct hr__inlet *inlet, uint32_t i)
{
    const struct hr_sim_workload *w = f->sides[inlet->workload].workload;
    const int64_t poll = f->model->stream.poll_us, factor = f->model->stream.factor;
    struct hr__lane *lane = &inlet->lanes[i];
    *lane = (struct hr__lane){.inlet = inlet,
                              .waiting = {HR__NONE, HR__NONE, 0},
                              .wake = INT64_MAX,
                              .pollers = inlet->pollers,
                              .gather_until = INT64_MAX,
                              .grow_at = INT64_MAX,
                              .crowded_at = INT64_MIN / 2,
                              .batch_head = HR__NONE,
                              .batch_tail = HR__NONE};
    if (inlet->rules == &hr__trigger_stream && poll > 0 && factor > 0) {
        uint64_t draw = hr_draw_key(f->options->seed, w->key, i / (uint64_t)factor, HR_DRAW_SHARD);
        lane->phase = f->options->window_from + (int64_t)(hr_unit(hr_mix64(draw)) * (double)poll);
    }
}

bool hr__inlets_init(struct hr__function *f)
{
    struct hr__inlets *inlets = &f->inlets;
    size_t next = 0;
    inlets->free_message = inlets->free_batch = HR__NONE;
    inlets->items = calloc(f->side_count, sizeof *inlets->items);
    for (uint32_t i = 0; inlets->items && i < f->side_count; i++) {
        inlets->items[i].workload = i;
        if (inlet_set(f, f->sides[i].workload, &inlets->items[i]))
            f->sides[i].inlet = &inlets->items[i];
        inlets->lane_count += inlets->items[i].lane_count;
    }
    inlets->lanes = calloc(inlets->lane_count + 1, sizeof *inlets->lanes);
    if (!inlets->items || !inlets->lanes || inlets->lane_count >= HR__REFS)
        return false;
    for (size_t i = 0; i < f->side_count; i++) {
        struct hr__inlet *inlet = &inlets->items[i];
        inlet->lanes = inlets->lanes + next;
        next += inlet->lane_count;
        for (uint32_t k = 0; k < inlet->lane_count; k++)
            lane_set(f, inlet, k);
    }
    return true;
}

void hr__inlets_clear(struct hr__inlets *inlets)
{
    free(inlets->items);
    free(inlets->lanes);
    free(inlets->messages);
    free(inlets->batches);
    *inlets = (struct hr__inlets){0};
}
