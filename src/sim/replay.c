/* replay.c: checks what a replay is told and hands it to the engine of the platform's kind. */
#include <stdio.h>
#include <string.h>

#include "sim/engine.h"

bool hr__replay_progress(const struct hr__replay *replay, size_t n, struct hr_error *err)
{
    *replay->done += n;
    const struct hr_progress_state state = {
        .what = replay->platform->id, .done = (double)*replay->done, .unit = "invocations"};
    return hr_progress_report(replay->progress, &state) ||
           hr_fail(err, HR_ECANCELLED, "cancelled; nothing has changed");
}

static bool check(const struct hr_platform *platform, const struct hr_sim_workload *workloads,
                  size_t count, const struct hr_sim_options *options, struct hr_error *err)
{
    if (options->window_to <= options->window_from || options->bill_to < options->bill_from)
        return hr_fail(err, HR_EUSAGE, "the window ends before it begins");
    if (count == 0)
        return hr_fail(err, HR_EUSAGE, "there is no workload to replay");
    for (size_t i = 0; i < count; i++)
        if (!(workloads[i].speed > 0) || workloads[i].cpu_bound < 0 || workloads[i].cpu_bound > 1)
            return hr_fail(err, HR_EMODEL,
                           "%s: a workload's speed must be above 0 and its cpu_bound in 0..1",
                           platform->id);
    return true;
}

bool hr_replay(const struct hr_platform *platform, const struct hr_metering *metering,
               const struct hr_sim_workload *workloads, size_t workload_count,
               const struct hr_source *source, const struct hr_sim_options *options,
               const struct hr_progress *progress, struct hr_outcome *ret, struct hr_error *err)
{
    const struct hr_metering default_metering = {
        .span = platform->kind == HR_FUNCTION ? HR_METERED_INVOCATION : HR_METERED_LIFE,
        .granularity_us = platform->kind == HR_FUNCTION ? HR_MILLISECOND : 0,
        .bill_init = true};
    uint64_t done = 0;
    const struct hr__replay replay = {.platform = platform,
                                      .metering = metering ? metering : &default_metering,
                                      .workloads = workloads,
                                      .workload_count = workload_count,
                                      .source = source,
                                      .options = options,
                                      .progress = progress,
                                      .done = &done,
                                      .outcome = ret};
    const char *why = NULL;
    memset(ret, 0, sizeof *ret);
    bool replayed = check(platform, workloads, workload_count, options, err);
    if (replayed && platform->kind == HR_HYBRID)
        replayed =
            hr_fail(err, HR_EMODEL, "%s: a hybrid is replayed as its two platforms", platform->id);
    replayed = replayed && (platform->kind == HR_FUNCTION ? hr__replay_function(&replay, err)
                                                          : hr__replay_fleet(&replay, err));
    if (replayed && !hr_outcome_invariants_hold(ret, &why))
        replayed = hr_fail(err, HR_EMODEL, "%s: the replay broke the rule `%s`; please report it",
                           platform->id, why);
    if (!replayed)
        hr_outcome_clear(ret);
    return replayed;
}
