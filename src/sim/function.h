/* function.h: what the files of the function engine share.
 *
 *   attempt -> refused | waits at the account's limit | admitted
 *   admitted -> an instance with a free slot | joins one that starts | launches one
 *   instance: starting -> (its slots serve) -> idle -> serves again | expires
 */
#ifndef HEADROOM_SIM_FUNCTION_H
#define HEADROOM_SIM_FUNCTION_H

#include "sim/measure.h"
#include "sim/pool.h"
#include "sim/rest.h"
#include "sim/share.h"
#include "sim/wheel.h"

enum hr__paid { HR__PAID_EACH, HR__PAID_ACTIVE, HR__PAID_LIFE };

struct hr__instance {
    int64_t last; /* us, start or end of work; with the next fields, what is touched each time */
    uint32_t number, workload; /* numbers count launches over the whole platform */
    uint32_t load;             /* invocations on it, those it is starting for included */
    uint32_t idle_next, idle_previous;
    bool starting;
    int64_t created, ready;   /* us */
    int64_t active_from;      /* us, of the stretch with work on it */
    struct hr__queue pending; /* begin when it is ready */
};

/* One workload's function. */
struct hr__side {
    const struct hr_sim_workload *workload;
    struct hr__tally *tally;
    const struct hr_dist *cold_start;
    int64_t slots;
    bool direct;         /* each invocation has its slot's speed to itself */
    bool as_logged;      /* direct, and the time is the logged one */
    bool anonymous;      /* its instances need no names: see rest.h; the common case */
    double stretch;      /* direct: time per logged time */
    double work;         /* work per logged time */
    double cpu;          /* c' */
    double cpu_per_busy; /* vCPU in use per busy slot (direct) */
    enum hr__paid paid;
    struct hr__pool ready, starting; /* with a free slot */
    struct hr__rest rest;            /* anonymous ones */
};

struct hr__function {
    const struct hr_platform *platform;
    const struct hr_function_model *model;
    struct hr_metering metering;
    const struct hr_sim_options *options;
    struct hr__measure measure;
    struct hr__side *sides;
    size_t side_count;
    struct hr__instance *instances;
    uint32_t *pool_at, *event_at; /* of each instance; event_at only under sharing */
    struct hr__share *shares;     /* only under sharing */
    size_t n, capacity, pool_at_capacity, event_at_capacity, share_capacity;
    uint32_t free;
    uint32_t idle_head, idle_tail; /* idle ones, longest idle first */
    struct hr__heap expiries;      /* of sides with resting ones: not later than their first */
    int64_t next_expiry;           /* none of any kind before it */
    struct hr__wheel ends;         /* of work on slots of their own */
    struct hr__heap events;        /* ends of starts, and the next end of each shared instance */
    struct hr__runs runs;
    struct hr__queue waiting; /* at the account's limit */
    int64_t in_progress, limit;
    uint32_t next_number;
    bool failed;
};

/* function_meter.c */
/* Rounded up as it is billed. */
static inline int64_t hr__billed_span(const struct hr_metering *metering, int64_t span)
{
    int64_t g = metering->granularity_us;
    if (span < metering->minimum_us)
        span = metering->minimum_us;
    if (g == HR_MILLISECOND)
        return (int64_t)((uint64_t)(span + HR_MILLISECOND - 1) / HR_MILLISECOND * HR_MILLISECOND);
    return g > 1 ? (span + g - 1) / g * g : span;
}
int64_t hr__function_bill_each(struct hr__function *f, struct hr__tally *t,
                               const struct hr__done *done);
void hr__function_ran(struct hr__function *f, const struct hr__instance *instance,
                      const struct hr__done *done);
void hr__function_starts(struct hr__function *f, const struct hr__side *side, int64_t from,
                         int64_t ready);
void hr__function_rests(struct hr__function *f, const struct hr__instance *instance, int64_t now);
void hr__function_gone(struct hr__function *f, const struct hr__instance *instance, int64_t now);
bool hr__function_outcome(struct hr__function *f, struct hr_outcome *ret);

/* function_instances.c */
uint32_t hr__instance_launch(struct hr__function *f, uint32_t workload, int64_t now, int64_t ready);
void hr__instance_free(struct hr__function *f, uint32_t ref);
bool hr__function_init(struct hr__function *f, const struct hr_sim_workload *workloads,
                       size_t workload_count);
void hr__function_clear(struct hr__function *f);

#endif
