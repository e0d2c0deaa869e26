/* outcome.c: the outcome of a replay as a value, and the identities that every one satisfies. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "headroom/sim.h"

static void clear_timeline(struct hr_timeline *timeline)
{
    free(timeline->arrivals);
    free(timeline->busy);
    free(timeline->starting);
    free(timeline->idle);
    free(timeline->queue);
    free(timeline->instances);
    free(timeline->late);
}

void hr_outcome_clear(struct hr_outcome *outcome)
{
    for (size_t i = 0; i < outcome->workload_count && outcome->workloads; i++)
        hr_histogram_clear(&outcome->workloads[i].response);
    for (size_t i = 0; i < outcome->workload_count && outcome->workload_timelines; i++)
        clear_timeline(&outcome->workload_timelines[i]);
    hr_histogram_clear(&outcome->total.response);
    clear_timeline(&outcome->timeline);
    free(outcome->workloads);
    free(outcome->workload_timelines);
    memset(outcome, 0, sizeof *outcome);
}

static bool measures_hold(const struct hr_measures *m, const char **why)
{
    const double slack = -1e-6 * (1.0 + m->busy + m->starting + fabs(m->idle));
    *why = m->attempts != m->served + m->throttled + m->rejected + m->timed_out
               ? "attempts = served + throttled + rejected + timed out"
           : m->invocations != m->served + m->dropped   ? "invocations = served + dropped"
           : m->retried != m->attempts - m->invocations ? "retried = attempts - invocations"
           : m->response.count != m->served             ? "each served invocation has a response"
           : m->on_target > m->served                   ? "on target <= served"
           : m->busy < 0 || m->starting < 0             ? "slot time is not negative"
           : m->idle < slack                            ? "busy + starting <= capacity"
           : m->unbilled_idle < slack                   ? "unbilled idle is not negative"
                                                        : NULL;
    return *why == NULL;
}

bool hr_outcome_invariants_hold(const struct hr_outcome *outcome, const char **why)
{
    for (size_t i = 0; i < outcome->workload_count; i++)
        if (!measures_hold(&outcome->workloads[i], why))
            return false;
    return measures_hold(&outcome->total, why);
}
