/* sharing.h: egalitarian processor sharing of one instance's vCPUs, in virtual time.
 *
 * All running jobs progress at one common rate, so each job's end has a fixed place on the
 * instance's own clock V: it ends when V has grown by the time the job takes alone. Starting and
 * ending a job only changes how fast V runs; no running job is touched (Kleinrock's processor
 * sharing; the virtual-time form is the one fair queueing uses, Demers, Keshav, Shenker 1989).
 *
 * Rate of V: min(1, vCPUs x sum(k c) / sum(c)^2), k being a job's time alone per unit of work and c
 * its share that needs a core; for equal jobs that is design.md's formula exactly.
 */
#ifndef SIM_SHARING_H
#define SIM_SHARING_H

#include "headroom/base.h"

#define HR__JOB_NONE UINT32_MAX

struct hr__job {
    int64_t arrival, wait, start; /* us */
    int64_t begin;                /* when its service began */
    double recorded;              /* service time in the log, us */
    double finish;                /* on the clock V */
    double cpu, alone;            /* c', k */
    uint64_t invocation;
    uint32_t workload;
    uint32_t next; /* in the list that it waits in */
};
struct hr__jobs { /* a pool: indices stay, memory grows */
    struct hr__job *jobs;
    size_t count, capacity;
    uint32_t free;
};
bool hr__jobs_take(struct hr__jobs *jobs, uint32_t *ret, struct hr_error *err);
void hr__jobs_give(struct hr__jobs *jobs, uint32_t job);

struct hr__sharing {
    double clock;          /* V, us */
    int64_t last;          /* real time up to which V is known */
    double cpu, alone_cpu; /* sums of c' and k c' over the running jobs */
    uint32_t *running;     /* jobs, a binary min-heap by finish */
    size_t count, capacity;
};
double hr__sharing_rate(const struct hr__sharing *s, double vcpus);
/* Share of the vCPUs in use now, in vCPUs. */
double hr__sharing_load(const struct hr__sharing *s, double vcpus);
void hr__sharing_advance(struct hr__sharing *s, double vcpus, int64_t now);
/* The job begins now; the clock stands at now. */
bool hr__sharing_add(struct hr__sharing *s, struct hr__jobs *jobs, uint32_t job, double alone_us,
                     struct hr_error *err);
/* When the first running job ends, whole microseconds. */
int64_t hr__sharing_next(const struct hr__sharing *s, const struct hr__jobs *jobs, double vcpus);
/* A job that has ended by now (the clock stands at now), or HR__JOB_NONE. */
uint32_t hr__sharing_ended(struct hr__sharing *s, const struct hr__jobs *jobs);

#endif
