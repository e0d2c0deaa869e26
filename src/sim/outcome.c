/* outcome.c: what holds of every outcome, and its end. */
#include "sim/measure.h"

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
    if (m->served + m->throttled + m->rejected + m->timed_out + m->failed != m->attempts)
        return "the ends of attempts do not add up to attempts";
    if (m->retried != m->attempts - m->invocations)
        return "retried is not attempts - invocations";
    if (m->response.count != m->served)
        return "responses are not served invocations";
    if (m->dead_letters > m->dropped)
        return "more dead letters than dropped";
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

/* The columns of a time line stand in one block, so they are added as one. */
static bool timeline_sum(struct hr_timeline *into, const struct hr_timeline *from)
{
    const size_t cells = HR__SERIES * from->n;
    if (!into->n) {
        double *block = calloc(cells + 1, sizeof *block);
        if (!block)
            return false;
        *into = (struct hr_timeline){
            .from = from->from, .bucket_us = from->bucket_us, .n = from->n, .arrivals = block};
        double **const columns[] = {&into->busy,  &into->starting,  &into->idle,
                                    &into->queue, &into->instances, &into->late};
        for (size_t s = 0; s < sizeof columns / sizeof columns[0]; s++)
            *columns[s] = block + (s + 1) * from->n;
    }
    for (size_t i = 0; i < cells; i++)
        into->arrivals[i] += from->arrivals[i];
    return true;
}

static bool measures_copy(struct hr_measures *into, const struct hr_measures *from)
{
    *into = *from;
    hr_histogram_init(&into->response);
    return hr_histogram_merge(&into->response, &from->response);
}

bool hr_outcome_copy(const struct hr_outcome *from, struct hr_outcome *ret)
{
    const size_t count = from->workload_count;
    *ret = (struct hr_outcome){.workload_count = count, .end_us = from->end_us};
    hr_histogram_init(&ret->total.response);
    ret->workloads = calloc(count + 1, sizeof *ret->workloads);
    bool done = ret->workloads && measures_copy(&ret->total, &from->total) &&
                timeline_sum(&ret->timeline, &from->timeline);
    for (size_t i = 0; done && i < count; i++)
        done = measures_copy(&ret->workloads[i], &from->workloads[i]);
    if (done && from->workload_timelines) {
        ret->workload_timelines = calloc(count + 1, sizeof *ret->workload_timelines);
        done = ret->workload_timelines != NULL;
    }
    for (size_t i = 0; done && from->workload_timelines && i < count; i++)
        done = timeline_sum(&ret->workload_timelines[i], &from->workload_timelines[i]);
    if (!done)
        hr_outcome_clear(ret);
    return done;
}

static bool join_one(struct hr_outcome *ret, struct hr_outcome *part, size_t i)
{
    struct hr_measures *own = &ret->workloads[i];
    *own = part->total;
    part->total = (struct hr_measures){0};
    ret->workload_timelines[i] = part->timeline;
    part->timeline = (struct hr_timeline){0};
    ret->total.busy_peak += own->busy_peak;
    ret->total.instances_peak += own->instances_peak;
    ret->end_us = part->end_us > ret->end_us ? part->end_us : ret->end_us;
    hr_outcome_clear(part);
    return hr__measures_add(&ret->total, own) &&
           timeline_sum(&ret->timeline, &ret->workload_timelines[i]);
}

bool hr_outcome_join(struct hr_outcome *parts, size_t count, struct hr_outcome *ret)
{
    *ret = (struct hr_outcome){.workload_count = count,
                               .workloads = calloc(count + 1, sizeof *ret->workloads),
                               .workload_timelines =
                                   calloc(count + 1, sizeof *ret->workload_timelines)};
    hr_histogram_init(&ret->total.response);
    bool joined = ret->workloads && ret->workload_timelines;
    for (size_t i = 0; i < count && joined; i++)
        joined = join_one(ret, &parts[i], i);
    if (!joined)
        hr_outcome_clear(ret);
    return joined;
}

static bool merge_one(struct hr_measures *into, struct hr_measures *from)
{
    into->busy_peak += from->busy_peak;
    into->instances_peak += from->instances_peak;
    return hr__measures_add(into, from);
}

bool hr_outcome_merge(struct hr_outcome *into, struct hr_outcome *from)
{
    bool done = merge_one(&into->total, &from->total) &&
                (!from->timeline.n || timeline_sum(&into->timeline, &from->timeline));
    for (size_t i = 0; i < from->workload_count && done; i++)
        done = merge_one(&into->workloads[i], &from->workloads[i]);
    into->end_us = from->end_us > into->end_us ? from->end_us : into->end_us;
    hr_outcome_clear(from);
    return done;
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
