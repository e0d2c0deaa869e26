/* function.h: what the files of the function engine share.
 *
 *   attempt -> refused | waits at the account's limit | admitted
 *   refused, or cut by the time limit -> dropped | attempted again later
 *   admitted -> an instance with a free slot | joins one that starts | launches one
 *   instance: starting -> (its slots serve) -> idle -> serves again | expires
 */
#ifndef HEADROOM_SIM_FUNCTION_H
#define HEADROOM_SIM_FUNCTION_H

#include "sim/keep.h"
#include "sim/measure.h"
#include "sim/pool.h"
#include "sim/rate.h"
#include "sim/rest.h"
#include "sim/share.h"
#include "sim/trigger.h"
#include "sim/wheel.h"

enum hr__paid { HR__PAID_EACH, HR__PAID_ACTIVE, HR__PAID_LIFE };

struct hr__instance {
    int64_t last; /* us, start or end of work; with the next fields, what is touched each time */
    uint32_t number, workload; /* numbers count launches over the whole platform */
    uint32_t load;             /* invocations on it, those it is starting for included */
    uint32_t idle_next, idle_previous;
    bool starting;
    int64_t created, ready;   /* us */
    int64_t active_from;      /* us, of the stretch with work on it, or that is paid for to it */
    struct hr__queue pending; /* begin when it is ready */
    double priority;          /* keep_pressure.c */
};

/* Concurrency that functions share, or that is reserved for one. */
struct hr__account {
    int64_t in_progress, limit; /* invocations, those that a start is for included */
};

#define HR__PROVISION_POINTS HR_PROVISIONING_POINTS

struct hr__scaler;
struct hr__provision_point {
    double use;
    int64_t ready;
};
/* Instances kept initialised. */
struct hr__provisioned {
    int64_t free;     /* that rest and serve */
    int64_t ready;    /* that serve, those that work included */
    int64_t leaving;  /* that go when their work ends; no more are ordered while there are any */
    int64_t ordered;  /* that will be ready, all at once, ... */
    int64_t ready_at; /* ... then */
    int64_t *since;   /* us, when each was ordered that is paid for; the youngest last */
    size_t n, capacity;
    uint32_t workload;
    struct hr__scaler *scaler; /* NULL: their number stays */
    /* Of the present period until `summed`, and points that wait to be seen */
    double busy_us, ready_us;
    int64_t summed, first_point, next_point;
    struct hr__provision_point *at_points; /* HR__PROVISION_POINTS of them; NULL: no scaler */
    uint64_t points, seen;
};

/* How a workload's instances start: draws of stages, and what an instance makes of them. */
struct hr__starts {
    const struct hr_start_model *model;
    const struct hr_dist *measured; /* in place of runtime and init; NULL: none */
    double stretch, again;          /* time per stated time of both, at first and after the limit */
    double mean_us;
    unsigned unbilled; /* set of stages; all of them where starts are not paid for */
};
/* One start, drawn. */
struct hr__start {
    int64_t all, unbilled; /* us */
};

/* One workload's function; what every invocation touches comes first. */
struct hr__side {
    struct hr__tally *tally;
    struct hr__account *account; /* that it counts in: the pool or its own */
    struct hr__rest rest;        /* anonymous ones */
    double stretch;              /* direct: time per logged time */
    bool as_logged;              /* direct, and the time is the logged one */
    bool provisions;             /* it has provisioned instances */
    bool direct;                 /* each invocation has its slot's speed to itself */
    bool anonymous;              /* its instances need no names: see rest.h; the common case */
    struct hr__inlet *inlet;     /* what its invocations come through; NULL: nothing */
    const struct hr_sim_workload *workload;
    struct hr__account reserved;        /* its own */
    struct hr__rate launches;           /* of new instances */
    const struct hr_retry_model *retry; /* NULL: an attempt that fails is the last */
    struct hr__provisioned provisioned;
    struct hr__starts starts;
    int64_t slots;
    double work;         /* work per logged time */
    double cpu;          /* c' */
    double cpu_per_busy; /* vCPU in use per busy slot (direct) */
    double state_us;     /* of paid time: what went by in waiting for state */
    enum hr__paid paid;
    struct hr__pool ready, starting; /* named ones with a free slot */
    struct hr__keep_side keep;       /* named ones */
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
    struct hr__heap events;        /* of named ones: starts' ends, the next end of shared work */
    struct hr__heap later;         /* anonymous starts' ends, and attempts made again */
    int64_t rare;                  /* when the first of both heaps is due */
    struct hr__runs runs;
    struct hr__queue waiting;               /* at the account's limit */
    struct hr_fleet_model provision_bounds; /* as a scaler reads them */
    const struct hr__keep_policy *policy;   /* NULL: one fixed keep-alive */
    struct hr__keep_state keep;
    struct hr__account pool; /* what is not reserved */
    struct hr__rate requests;
    struct hr__inlets inlets;
    struct hr_retry_model scheduled; /* retries of the trigger `schedule` */
    uint32_t next_number;
    bool failed;
};

/* function.c */
/* The heaps have changed: finds `rare` anew. */
void hr__function_look(struct hr__function *f);
/* An attempt was refused, or cut, at `now`. True: another will be made, and the run was copied. */
bool hr__function_try_again(struct hr__function *f, const struct hr__run *run, bool refused,
                            int64_t now);
/* What is to happen outside the instances; `ref` with its mark. */
void hr__function_later(struct hr__function *f, int64_t time, enum hr__class class, uint32_t ref);
/* An attempt that is no arrival, past all gates. */
void hr__function_attempt(struct hr__function *f, struct hr__run *run, int64_t now);
/* A run that has ended, or whose end is known: writes it down. */
void hr__function_ended(struct hr__function *f, const struct hr__run *run,
                        const struct hr__done *done);
/* A slot was freed: who waits at the limit may have it. */
void hr__function_freed(struct hr__function *f, struct hr__side *side, int64_t now);

/* The workload's instance is to be loaded then, if it still rests. */
void hr__function_prewarm_at(struct hr__function *f, uint32_t workload, int64_t time);

/* Something of the workload's provisioned instances is due then. */
void hr__function_provision_at(struct hr__function *f, uint32_t workload, int64_t time);

/* function_provision.c */
bool hr__provision_init(struct hr__function *f, uint32_t workload);
void hr__provision_clear(struct hr__side *side);
void hr__provision_happens(struct hr__function *f, uint32_t workload, int64_t now);
/* One is taken from those that rest, while their number moves; one is given back. */
void hr__provision_sum(struct hr__provisioned *provisioned, int64_t now);
void hr__provision_leave(struct hr__function *f, struct hr__side *side, int64_t now);
/* What they are paid for until the end. */
void hr__provision_settle(struct hr__function *f, struct hr__side *side);
static inline void hr__provisioned_works(struct hr__side *side, int64_t now)
{
    if (side->provisioned.scaler)
        hr__provision_sum(&side->provisioned, now);
    side->provisioned.free--;
}
static inline void hr__provisioned_rests(struct hr__function *f, struct hr__side *side, int64_t now)
{
    if (side->provisioned.scaler)
        hr__provision_sum(&side->provisioned, now);
    if (side->provisioned.leaving > 0)
        hr__provision_leave(f, side, now);
    else
        side->provisioned.free++;
}

/* function_named.c */
void hr__named_gone(struct hr__function *f, uint32_t ref, int64_t end);
void hr__named_prewarm(struct hr__function *f, uint32_t workload, int64_t now);
bool hr__named_admit(struct hr__function *f, const struct hr__run *run, int64_t now);
void hr__named_release(struct hr__function *f, uint32_t ref, int64_t now);
void hr__named_happens(struct hr__function *f, hr__key key);
int64_t hr__named_expire(struct hr__function *f, int64_t now);

/* A run that begins now on a slot of its own. */
static inline struct hr__done hr__function_done(const struct hr__function *f,
                                                const struct hr__run *run, int64_t now)
{
    int64_t limit = f->model->time_limit_us;
    bool cut = limit > 0 && run->service > limit;
    return (struct hr__done){run->invocation,
                             run->arrival,
                             run->admitted,
                             now,
                             run->unbilled,
                             now + (cut ? limit : run->service),
                             cut};
}

/* function_start.c */
void hr__starts_init(struct hr__starts *starts, const struct hr_start_model *model,
                     const struct hr_sim_workload *workload, bool billed);
/* How long the instance that is launched for this run takes to start. */
struct hr__start hr__start_draw(const struct hr__function *f, const struct hr__run *run);

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
int64_t hr__function_bill_each(struct hr__function *f, const struct hr__side *side,
                               const struct hr__done *done);
void hr__function_ran(struct hr__function *f, const struct hr__instance *instance,
                      const struct hr__run *run, const struct hr__done *done);
void hr__function_starts(struct hr__function *f, const struct hr__side *side, int64_t from,
                         const struct hr__start *start);
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
