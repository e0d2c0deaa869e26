/* forecast.c: what traffic will ask of a fleet: the most that are in progress in each period, as if
 * nobody waited and each had its slot's speed to itself. One pass over the arrivals, with a heap of
 * ends.
 */
#include <math.h>
#include <stdlib.h>

#include "sim/fleet.h"

#define PERIODS_MAX ((size_t)1 << 26)

struct pass {
    struct hr_forecast *forecast;
    struct hr__heap ends;
    size_t at;      /* period of the present */
    uint32_t going; /* in progress */
};

static int64_t begin_of(const struct hr_forecast *forecast, size_t period)
{
    return forecast->from + (int64_t)period * forecast->period_us;
}

static void end_until(struct pass *pass, int64_t now)
{
    while (pass->ends.n > 0 && hr__time(pass->ends.keys[0]) <= now) {
        hr__heap_remove(&pass->ends, 0, NULL);
        pass->going--;
    }
}

/* Every period begins with those that are still in progress. */
static void move_to(struct pass *pass, int64_t now)
{
    struct hr_forecast *forecast = pass->forecast;
    while (pass->at + 1 < forecast->n && begin_of(forecast, pass->at + 1) <= now) {
        end_until(pass, begin_of(forecast, ++pass->at));
        forecast->most[pass->at] = pass->going;
    }
    end_until(pass, now);
}

static bool take(struct pass *pass, const struct hr_block *block, const double *stretch)
{
    for (size_t i = 0; i < block->n; i++) {
        const int64_t now = block->arrival_us[i];
        const double factor = stretch[block->workload ? block->workload[i] : 0];
        move_to(pass, now);
        const int64_t end = now + (int64_t)llround((double)block->service_us[i] * factor);
        if (!hr__heap_push(&pass->ends, hr__event(end, HR__WORK_ENDS, 0, 0), NULL))
            return false;
        uint32_t *most = &pass->forecast->most[pass->at];
        pass->going++;
        *most = pass->going > *most ? pass->going : *most;
    }
    return true;
}

static bool read_all(struct pass *pass, const struct hr_replay_job *job, const double *stretch,
                     struct hr_error *err)
{
    int64_t last = 0;
    for (;;) {
        struct hr_block block = {0};
        if (!job->source->next(job->source->context, &block, err))
            return false;
        if (block.n == 0)
            break;
        if (!hr__block_fits(&block, job->workload_count, &last, err))
            return false;
        if (!take(pass, &block, stretch))
            return hr_fail_memory(err);
    }
    move_to(pass, INT64_MAX);
    return true;
}

bool hr_forecast_make(const struct hr_replay_job *job, struct hr_forecast *ret,
                      struct hr_error *err)
{
    const struct hr_fleet_model *fleet = &job->platform->fleet;
    const struct hr_sim_options *options = job->options;
    const int64_t period = fleet->autoscaler.oracle_us;
    const size_t n = (size_t)((options->window_to - options->window_from) / period) + 1;
    struct pass pass = {.forecast = ret};
    *ret = (struct hr_forecast){.from = options->window_from, .period_us = period, .n = n};
    if (n > PERIODS_MAX)
        return hr_fail(err, HR_ELIMIT, "fleet.autoscaler.oracle.period: %zu of them in the window",
                       n);
    double *stretch = calloc(job->workload_count, sizeof *stretch);
    ret->most = calloc(n, sizeof *ret->most);
    bool done = stretch && ret->most;
    for (size_t i = 0; i < job->workload_count && done; i++)
        stretch[i] = hr__fleet_stretch(&job->workloads[i], fleet);
    done = done ? read_all(&pass, job, stretch, err) : hr_fail_memory(err);
    free(pass.ends.keys);
    free(stretch);
    if (!done)
        hr_forecast_clear(ret);
    return done;
}

void hr_forecast_clear(struct hr_forecast *forecast)
{
    free(forecast->most);
    *forecast = (struct hr_forecast){0};
}

uint32_t hr__forecast_most(const struct hr_forecast *forecast, int64_t from, int64_t to)
{
    uint32_t most = 0;
    const int64_t first = (from - forecast->from) / forecast->period_us;
    for (int64_t i = first < 0 ? 0 : first; i < (int64_t)forecast->n; i++) {
        if (begin_of(forecast, (size_t)i) > to)
            break;
        most = forecast->most[i] > most ? forecast->most[i] : most;
    }
    return most;
}
