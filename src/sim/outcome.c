/* outcome.c: what holds of every outcome, and its end. */
#include "headroom/sim.h"

#include <math.h>
#include <stdlib.h>

/* Slot time is summed in doubles: identities hold up to their rounding. */
static bool about(double a, double b, double scale)
{
    return fabs(a - b) <= 1e-9 * (fabs(scale) + 1e6);
}

static const char *check_counts(const struct hr_measures *m)
{
    if (m->served + m->dropped != m->invocations)
        return "served + dropped is not invocations";
    if (m->served + m->throttled + m->rejected + m->timed_out != m->attempts)
        return "the ends of attempts do not add up to attempts";
    if (m->retried != m->attempts - m->invocations)
        return "retried is not attempts - invocations";
    if (m->response.count != m->served)
        return "responses are not served invocations";
    if (m->on_target > m->served)
        return "more on target than served";
    return NULL;
}

static const char *check_times(const struct hr_measures *m)
{
    double parts = m->wait_sum + m->start_sum + m->network_sum + m->service_sum;
    if (!about(parts, m->response.sum, parts))
        return "wait + start + network + service is not the response";
    if (m->wait_sum < 0 || m->start_sum < 0 || m->network_sum < 0 || m->service_sum < 0)
        return "a part of the response is negative";
    if (m->busy < 0 || m->starting < 0 || m->unbilled_idle < 0 || m->busy_peak < 0)
        return "slot time is negative";
    return NULL;
}

static const char *check_sums(const struct hr_outcome *o)
{
    uint64_t invocations = 0, served = 0;
    double busy = 0;
    for (size_t i = 0; i < o->workload_count; i++) {
        invocations += o->workloads[i].invocations;
        served += o->workloads[i].served;
        busy += o->workloads[i].busy;
    }
    if (invocations != o->total.invocations || served != o->total.served)
        return "the workloads do not add up to the total";
    if (!about(busy, o->total.busy, busy))
        return "busy slot time of the workloads does not add up to the total";
    /* busy <= capacity = busy + starting + idle */
    if (o->total.idle < 0 && !about(o->total.idle, 0, busy + o->total.starting))
        return "more slots are busy than there are";
    return NULL;
}

bool hr_outcome_invariants_hold(const struct hr_outcome *outcome, const char **why)
{
    const char *wrong = check_sums(outcome);
    for (size_t i = 0; !wrong && i <= outcome->workload_count; i++) {
        const struct hr_measures *m =
            i < outcome->workload_count ? &outcome->workloads[i] : &outcome->total;
        wrong = check_counts(m);
        wrong = wrong ? wrong : check_times(m);
    }
    if (why)
        *why = wrong;
    return !wrong;
}

void hr_timeline_clear(struct hr_timeline *timeline)
{
    free(timeline->arrivals); /* the other columns stand in the same block */
    *timeline = (struct hr_timeline){0};
}

void hr_outcome_clear(struct hr_outcome *outcome)
{
    if (!outcome)
        return;
    for (size_t i = 0; outcome->workloads && i < outcome->workload_count; i++)
        hr_histogram_clear(&outcome->workloads[i].response);
    for (size_t i = 0; outcome->workload_timelines && i < outcome->workload_count; i++)
        hr_timeline_clear(&outcome->workload_timelines[i]);
    free(outcome->workload_timelines);
    free(outcome->workloads);
    hr_histogram_clear(&outcome->total.response);
    hr_timeline_clear(&outcome->timeline);
    *outcome = (struct hr_outcome){0};
}
