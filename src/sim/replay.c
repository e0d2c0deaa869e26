/* replay.c: the door of the room: checks what it is given, picks the engine, proves the outcome. */
#include "headroom/sim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engines.h"

double hr_work_us(double service_us, double cpu_bound, double speed)
{
    return service_us * ((1 - cpu_bound) + cpu_bound / speed);
}

double hr_cpu_share(double cpu_bound, double speed)
{
    double cpu = cpu_bound / speed;
    return cpu / ((1 - cpu_bound) + cpu);
}

/* ---- columns as a source ------------------------------------------------------------------- */

static bool next_columns(void *context, struct hr_block *ret, struct hr_error *err)
{
    (void)err;
    struct hr_column_source *columns = context;
    const struct hr_block *all = &columns->all;
    size_t left = all->n - columns->at;
    size_t n = columns->block > 0 && columns->block < left ? columns->block : left;
    *ret = (struct hr_block){.n = n,
                             .arrival_us = all->arrival_us + columns->at,
                             .service_us = all->service_us + columns->at,
                             .workload = all->workload ? all->workload + columns->at : NULL,
                             .first = all->first + columns->at};
    columns->at += n;
    return true;
}

void hr_column_source_init(struct hr_column_source *columns, const struct hr_block *all,
                           size_t block)
{
    *columns = (struct hr_column_source){.all = *all, .block = block};
}

struct hr_source hr_column_source(struct hr_column_source *columns)
{
    return (struct hr_source){.context = columns, .next = next_columns};
}

/* ---- what both engines do ------------------------------------------------------------------ */

bool hr__tell(struct hr__told *told, size_t n, struct hr_error *err)
{
    const uint64_t often = UINT64_C(1) << 20; /* about ten times a second */
    told->done += n;
    if (told->done - told->told < often)
        return true;
    told->told = told->done;
    char what[96];
    snprintf(what, sizeof what, "replaying %s", told->platform);
    const struct hr_progress_state state = {
        .what = what, .done = (double)told->done, .unit = "invocations"};
    return hr_progress_report(told->progress, &state) ||
           hr_fail(err, HR_ECANCELLED, "the replay was cancelled");
}

/* Row i of a block whose row before arrived at `before`. */
static bool row_fits(const struct hr_block *block, size_t i, size_t workload_count, int64_t before)
{
    return block->arrival_us[i] >= before && block->arrival_us[i] <= HR_TIME_MAX &&
           block->service_us[i] >= 0 && block->service_us[i] <= HR_TIME_MAX &&
           (!block->workload || block->workload[i] < workload_count);
}

bool hr__block_fits(const struct hr_block *block, size_t workload_count, int64_t *last_arrival,
                    struct hr_error *err)
{
    int64_t before = *last_arrival;
    for (size_t i = 0; i < block->n; i++) {
        if (!row_fits(block, i, workload_count, before))
            return hr_fail(err, HR_EMODEL,
                           "invocation %llu: expected arrivals in order, a service time of at "
                           "least 0 and a workload below %zu",
                           (unsigned long long)(block->first + i), workload_count);
        before = block->arrival_us[i];
    }
    *last_arrival = before;
    return true;
}

bool hr__fail_room(bool crowd, struct hr_error *err)
{
    if (!crowd)
        return hr_fail_memory(err);
    return hr_fail(err, HR_ELIMIT,
                   "more than 8388608 invocations wait or run at once: the platform is too small "
                   "for this traffic; give it more servers or a queue_limit");
}

/* ---- the call ------------------------------------------------------------------------------ */

static bool check_workloads(const struct hr_replay_job *job, struct hr_error *err)
{
    for (size_t i = 0; i < job->workload_count; i++) {
        const struct hr_sim_workload *w = &job->workloads[i];
        bool function = job->platform->kind == HR_FUNCTION;
        if (!(w->cpu_bound >= 0 && w->cpu_bound <= 1) || !(w->speed > 0))
            return hr_fail(err, HR_EMODEL,
                           "workload %zu: expected cpu_bound in 0..1 and a speed above 0", i);
        if (function && (!(w->vcpus > 0) || w->slots < 1 || w->slots > HR_SLOTS_MAX))
            return hr_fail(err, HR_EMODEL,
                           "workload %zu: expected vCPUs above 0 and 1 to %d slots an instance", i,
                           HR_SLOTS_MAX);
    }
    return true;
}

static bool check_job(const struct hr_replay_job *job, struct hr_error *err)
{
    const struct hr_platform *p = job->platform;
    const struct hr_sim_options *o = job->options;
    const struct hr_fleet_model *fleet = &p->fleet;
    if (p->kind == HR_HYBRID)
        return hr_fail(err, HR_EMODEL, "%s: a hybrid is replayed as its function and its fleet",
                       p->id);
    if (job->workload_count == 0)
        return hr_fail(err, HR_EMODEL, "%s: there is no workload to replay", p->id);
    if (o->window_to <= o->window_from || o->warmup_us < 0 ||
        o->warmup_us >= o->window_to - o->window_from || o->bill_to <= o->bill_from)
        return hr_fail(err, HR_EMODEL,
                       "the window ends before it begins, or the warm-up is as long as the window");
    if (p->kind == HR_FLEET &&
        (fleet->slots < 1 || fleet->servers_min < 1 || fleet->servers_max < fleet->servers_min ||
         fleet->servers_initial < fleet->servers_min ||
         fleet->servers_initial > fleet->servers_max || !(fleet->vcpus > 0)))
        return hr_fail(err, HR_EMODEL,
                       "%s: expected at least 1 slot and 1 <= servers.min <= initial <= max",
                       p->id);
    if (p->kind == HR_FLEET && fleet->autoscaler.policy == HR_SCALE_ORACLE && !job->forecast)
        return hr_fail(err, HR_EMODEL, "%s: an oracle needs a forecast", p->id);
    return check_workloads(job, err);
}

bool hr_replay(const struct hr_replay_job *given, struct hr_outcome *ret, struct hr_error *err)
{
    static const struct hr_metering by_request = {.span = HR_METERED_INVOCATION,
                                                  .granularity_us = HR_MILLISECOND};
    struct hr_replay_job job = *given;
    if (!job.metering)
        job.metering = &by_request;
    const char *why;
    if (!check_job(&job, err))
        return false;
    struct hr_outcome outcome = {.workload_count = job.workload_count,
                                 .workloads =
                                     calloc(job.workload_count, sizeof *outcome.workloads)};
    bool good = outcome.workloads ? true : hr_fail_memory(err);
    good = good && (job.platform->kind == HR_FUNCTION ? hr__function_replay
                                                      : hr__fleet_replay)(&job, &outcome, err);
    if (good && !hr_outcome_invariants_hold(&outcome, &why))
        good =
            hr_fail(err, HR_EMODEL, "%s: the replay contradicts itself: %s", job.platform->id, why);
    if (good)
        *ret = outcome;
    else
        hr_outcome_clear(&outcome);
    return good;
}
