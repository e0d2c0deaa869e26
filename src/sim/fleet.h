/* fleet.h: what the files of the fleet engine share.
 *
 *   server: booting -> serving -> draining -> gone       (initial ones are serving at once)
 *   arrival -> rejected | waits in a queue | runs on a server
 */
#ifndef HEADROOM_SIM_FLEET_H
#define HEADROOM_SIM_FLEET_H

#include "sim/balance.h"
#include "sim/engines.h"
#include "sim/measure.h"
#include "sim/scale.h"
#include "sim/share.h"
#include "sim/wheel.h"

enum hr__server_state { HR__BOOTING, HR__SERVING, HR__DRAINING, HR__GONE };

struct hr__server {
    int64_t launched, ready; /* us */
    int64_t running;
    struct hr__queue queue;
    double load; /* what the metric sees: vCPUs or slots in use */
    enum hr__server_state state;
    bool measured;         /* it has warmed up and counts in the metric */
    bool throttled;        /* burstable, and its credits are spent */
    double credit;         /* vCPU-us */
    struct hr__queue runs; /* those that run, where they are kept (not under sharing) */
};

/* One workload on a fleet's servers. */
struct hr__guest {
    const struct hr_sim_workload *workload;
    struct hr__tally *tally;
    bool as_logged;
    double stretch, work, cpu, cpu_per_busy; /* as in hr__side */
    double weight; /* of one running invocation in the metric (slots of its own) */
};

#define HR__POINTS 64 /* metric points on their way: delay / period at most */

struct hr__fleet {
    const struct hr_platform *platform;
    const struct hr_fleet_model *model;
    struct hr_metering metering;
    const struct hr_sim_options *options;
    const struct hr_overflow *overflow; /* NULL: everything is served */
    struct hr__measure measure;
    struct hr__tally *whole; /* servers belong to no workload */
    struct hr__guest *guests;
    size_t guest_count;
    struct hr__server *servers; /* by number */
    uint32_t *event_at;         /* of each server, under sharing only */
    struct hr__share *shares;   /* under sharing only */
    size_t n, capacity, event_at_capacity, share_capacity;
    struct hr__balance balance;
    struct hr__wheel ends;  /* of work on slots of their own */
    struct hr__heap events; /* the next end of each server, under sharing */
    struct hr__heap starts; /* ends of boots and of warm-ups */
    struct hr__runs runs;
    struct hr__queue shared; /* the one queue of `shared-queue`; of others while nobody serves */
    int64_t waiting;         /* invocations in all queues */
    int64_t active;          /* servers booting or serving */
    int64_t desired;         /* so many there should be */
    int64_t lost;            /* failed, and not replaced yet */
    bool keeps;              /* work may be cut off: each run has a record until its end */
    int64_t next_spot;
    uint64_t spots;    /* interruptions so far */
    int64_t rare;      /* when the next boot, warm-up, point or look is due */
    int64_t server_us; /* paid, cut at the billed span */
    /* the autoscaler */
    bool scales;
    struct hr__scaler scaler;
    int64_t next_point, next_look;
    int64_t measured;          /* servers that count */
    double load_now, load_sum; /* of measured servers; x us since the last point */
    double capacity_sum;       /* servers x us since the last point */
    double demand_sum;         /* invocations that wait or run x us since the last point */
    bool counts;               /* the autoscaler looks at demand */
    int64_t demand_to;
    int64_t summed_to;
    struct hr__point points[HR__POINTS]; /* seen after the delay */
    size_t point_first, point_count;
    bool failed;
};

/* fleet_servers.c */
/* Time on a server of its own per recorded time. */
double hr__fleet_stretch(const struct hr_sim_workload *workload,
                         const struct hr_fleet_model *model);
bool hr__fleet_init(struct hr__fleet *f, const struct hr_replay_job *job);
void hr__fleet_clear(struct hr__fleet *f);
void hr__server_end(struct hr__fleet *f, uint32_t server, int64_t now);
void hr__server_load(struct hr__fleet *f, uint32_t server, double load, int64_t now);
void hr__server_drain(struct hr__fleet *f, uint32_t server, int64_t now, int64_t limit_us);
void hr__server_leaves(struct hr__fleet *f, uint32_t server, int64_t now);
void hr__fleet_launch(struct hr__fleet *f, int64_t now); /* as many as are missing */
void hr__fleet_later(struct hr__fleet *f, int64_t time, uint32_t server, uint32_t mark);
/* What is due at f->rare happens; true when a server began to serve. */
bool hr__fleet_rare(struct hr__fleet *f);
/* An invocation waits and no server exists that will take it: one begins at once, if it may. */
void hr__fleet_wake(struct hr__fleet *f, int64_t now);
void hr__fleet_open(struct hr__fleet *f, int64_t now); /* the initial servers */
bool hr__fleet_outcome(struct hr__fleet *f, struct hr_outcome *ret);

/* What is due of a server beside its boot and its warm-up. */
#define HR__DRAINED  HR__MARK(0) /* its time to drain is over */
#define HR__FAILS    HR__MARK(1)
#define HR__REPLACED HR__MARK(2)
#define HR__MARKS    (HR__DRAINED | HR__FAILS | HR__REPLACED)

/* fleet_life.c */
void hr__life_begins(struct hr__fleet *f, uint32_t server); /* it serves from now on */
void hr__life_event(struct hr__fleet *f, uint32_t server, uint32_t mark, int64_t now);
void hr__spot_strikes(struct hr__fleet *f, int64_t now);
void hr__spot_next(struct hr__fleet *f, int64_t now);
void hr__fleet_loses(struct hr__fleet *f, struct hr__queue *queue, int64_t now);

/* overflow.c: is the invocation handed over? Then it is written down. */
bool hr__fleet_hands_over(struct hr__fleet *f, uint64_t invocation, uint32_t workload, int64_t now);

/* fleet.c */
void hr__share_changed(struct hr__fleet *f, uint32_t server, int64_t now);
double hr__vcpus_now(const struct hr__fleet *f, uint32_t server);
void hr__share_moves(struct hr__fleet *f, uint32_t server, int64_t now);

static inline uint32_t hr__outstanding(const struct hr__fleet *f, uint32_t server)
{
    const struct hr__server *s = &f->servers[server];
    if (f->model->balancer == HR_SHARED_QUEUE)
        return s->running >= f->model->slots;
    return (uint32_t)(s->running + s->queue.n);
}

/* Before the number of invocations that wait or run changes. */
static inline void hr__sum_demand(struct hr__fleet *f, int64_t now)
{
    f->demand_sum += (double)((f->waiting + f->measure.busy_now) * (now - f->demand_to));
    f->demand_to = now;
}

#endif
