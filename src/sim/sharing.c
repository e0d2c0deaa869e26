/* sharing.c: processor sharing in virtual time. */
#include "sim/sharing.h"

#include <math.h>

#define JOBS_MAX ((size_t)1 << 31)

bool hr__jobs_take(struct hr__jobs *jobs, uint32_t *ret, struct hr_error *err)
{
    if (jobs->count && jobs->free != HR__JOB_NONE) {
        *ret = jobs->free;
        jobs->free = jobs->jobs[*ret].next;
        return true;
    }
    void *items = jobs->jobs;
    if (!hr_grow(&items, &jobs->capacity, jobs->count + 1, sizeof *jobs->jobs, JOBS_MAX, err))
        return false;
    jobs->jobs = items;
    *ret = (uint32_t)jobs->count++;
    jobs->free = HR__JOB_NONE;
    return true;
}

void hr__jobs_give(struct hr__jobs *jobs, uint32_t job)
{
    jobs->jobs[job].next = jobs->free;
    jobs->free = job;
}

double hr__sharing_rate(const struct hr__sharing *s, double vcpus)
{
    if (s->cpu <= 0)
        return 1.0;
    double rate = vcpus * s->alone_cpu / (s->cpu * s->cpu);
    return rate < 1.0 ? rate : 1.0;
}

double hr__sharing_load(const struct hr__sharing *s, double vcpus)
{
    double load = hr__sharing_rate(s, vcpus) * s->cpu;
    return load < vcpus ? load : vcpus;
}

void hr__sharing_advance(struct hr__sharing *s, double vcpus, int64_t now)
{
    if (s->count)
        s->clock += hr__sharing_rate(s, vcpus) * (double)(now - s->last);
    s->last = now;
}

bool hr__sharing_add(struct hr__sharing *s, struct hr__jobs *jobs, uint32_t job, double alone_us,
                     struct hr_error *err)
{
    void *items = s->running;
    if (!hr_grow(&items, &s->capacity, s->count + 1, sizeof *s->running, JOBS_MAX, err))
        return false;
    s->running = items;
    if (s->count == 0) { /* nobody's finish refers to the clock: keep its numbers small */
        s->clock = 0;
        s->cpu = s->alone_cpu = 0;
    }
    struct hr__job *added = &jobs->jobs[job];
    added->finish = s->clock + alone_us;
    s->cpu += added->cpu;
    s->alone_cpu += added->alone * added->cpu;
    size_t i = s->count++;
    for (; i > 0 && added->finish < jobs->jobs[s->running[(i - 1) / 2]].finish; i = (i - 1) / 2)
        s->running[i] = s->running[(i - 1) / 2];
    s->running[i] = job;
    return true;
}

int64_t hr__sharing_next(const struct hr__sharing *s, const struct hr__jobs *jobs, double vcpus)
{
    double left = jobs->jobs[s->running[0]].finish - s->clock;
    if (left <= 0)
        return s->last;
    return s->last + (int64_t)ceil(left / hr__sharing_rate(s, vcpus) - 1e-6);
}

static void remove_first(struct hr__sharing *s, const struct hr__jobs *jobs)
{
    uint32_t last = s->running[--s->count];
    size_t i = 0;
    for (size_t child; (child = 2 * i + 1) < s->count; i = child) {
        if (child + 1 < s->count &&
            jobs->jobs[s->running[child + 1]].finish < jobs->jobs[s->running[child]].finish)
            child++;
        if (jobs->jobs[last].finish <= jobs->jobs[s->running[child]].finish)
            break;
        s->running[i] = s->running[child];
    }
    s->running[i] = last;
}

uint32_t hr__sharing_ended(struct hr__sharing *s, const struct hr__jobs *jobs)
{
    if (s->count == 0)
        return HR__JOB_NONE;
    uint32_t first = s->running[0];
    const struct hr__job *job = &jobs->jobs[first];
    if (job->finish > s->clock + 1e-3) /* a nanosecond: what rounding to microseconds may leave */
        return HR__JOB_NONE;
    s->cpu -= job->cpu;
    s->alone_cpu -= job->alone * job->cpu;
    remove_first(s, jobs);
    if (s->count == 0)
        s->cpu = s->alone_cpu = 0;
    return first;
}
