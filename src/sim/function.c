/* function.c: replay on a function platform.
 *
 * One merged stream of all workloads, because the account's concurrency limit is shared. Time
 * advances in one place, `advance`: ends of work and of cold starts come from the event heap; idle
 * instances expire from the head of the idle list, looked at before each attempt. Under `slots` an
 * invocation's end is known when it is placed, so it is counted there; under `sharing` it waits in
 * a job until the instance's virtual clock reaches its end. Both are compiled from this one source.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine.h"
#include "sim/heap.h"
#include "sim/instances.h"
#include "sim/meter.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define KIND_SHIFT    28
#define ID_MASK       ((UINT32_C(1) << KIND_SHIFT) - 1)
enum { KIND_END, KIND_READY }; /* at one instant work ends before starts finish */

struct attempt {
    int64_t arrival, service;
    uint64_t invocation;
    uint32_t workload;
};

struct engine {
    const struct hr_function_model *model;
    struct hr_metering metering;
    struct hr__meter meter;
    struct hr__instances instances;
    struct hr__jobs jobs;
    struct hr__heap heap;
    int64_t in_progress;
    struct attempt *queue; /* at the account's limit, a ring */
    size_t queue_head, queue_count, queue_capacity;
    int64_t now;
};

/* ---- paid time ------------------------------------------------------------------------------ */

static int64_t paid_span(const struct hr_metering *metering, int64_t us)
{
    if (us < metering->minimum_us)
        us = metering->minimum_us;
    if (metering->granularity_us > 1)
        us = (us + metering->granularity_us - 1) / metering->granularity_us *
             metering->granularity_us;
    return us;
}

/* One slot, metered by invocation: the paid span in GB-seconds, by arrival. */
static void meter_invocation(struct engine *e, struct hr__workload *w, int64_t arrival,
                             int64_t start, int64_t service)
{
    int64_t used = service + (e->metering.bill_init ? start : 0);
    int64_t paid = paid_span(&e->metering, used);
    if (hr__counted(&e->meter, arrival) && arrival <= e->meter.to)
        w->measures->idle += (double)(paid - used); /* what rounding up adds is paid for nothing */
    if (hr__in_bill(&e->meter, arrival))
        w->measures->usage.quantity[HR_METER_GB_SECONDS] +=
            (double)paid * 1e-6 * w->memory_mb / 1024.0;
}

/* A paid period of an instance: active time (requests in progress, start included when it is
 * billed), or its whole life. Cut at the span's ends; rounded up where it lies whole in it. */
static void meter_period(struct engine *e, struct hr__instance *instance, int64_t from, int64_t to)
{
    struct hr__workload *w = &e->meter.workloads[instance->workload];
    double slots = (double)e->instances.pools[instance->workload].slots;
    int64_t inside = hr__billed(&e->meter, from, to);
    int64_t paid = inside == to - from ? paid_span(&e->metering, inside) : inside;
    double seconds = (double)paid * 1e-6;
    if (inside > 0) {
        w->measures->usage.quantity[HR_METER_VCPU_SECONDS] += seconds * w->vcpus;
        w->measures->usage.quantity[HR_METER_GIB_SECONDS] += seconds * w->memory_mb / 1024.0;
        w->measures->usage.quantity[HR_METER_GB_SECONDS] += seconds * w->memory_mb / 1024.0;
    }
    /* Capacity for now; busy and starting slot time is taken off when the replay ends. */
    int64_t measured = hr__measured(&e->meter, from, to);
    int64_t rounding = measured == to - from ? paid_span(&e->metering, to - from) - (to - from) : 0;
    w->measures->idle += slots * (double)(measured + rounding);
}

static bool by_invocation(const struct engine *e)
{
    return e->metering.span == HR_METERED_INVOCATION;
}

/* ---- instances ---------------------------------------------------------------------------------
 */

static void account_life(struct engine *e, struct hr__instance *instance, int64_t end)
{
    struct hr__workload *w = &e->meter.workloads[instance->workload];
    int64_t life = hr__measured(&e->meter, instance->created, end);
    w->measures->instances_mean += (double)life; /* an integral until the replay ends */
    hr__interval(&e->meter, w->lines, HR__ALIVE, instance->created, end, 1.0);
    if (e->metering.span == HR_METERED_LIFE)
        meter_period(e, instance, instance->created, end);
}

/* At exactly the keep-alive an instance is gone. */
static void expire_idle(struct engine *e, int64_t now)
{
    uint32_t id;
    while ((id = e->instances.idle.head) != HR__NONE) {
        struct hr__instance *instance = &e->instances.all[id];
        int64_t end = instance->idle_since + e->model->keep_alive_us;
        if (end > now)
            return;
        hr__instances_idle_leave(&e->instances, id);
        hr__instances_unplace(&e->instances, id);
        account_life(e, instance, end);
        e->meter.workloads[instance->workload].alive--;
        e->meter.alive--;
        hr__instances_recycle(&e->instances, id);
    }
}

/* The instance has one invocation less; it stays ready, or becomes idle. */
ALWAYS_INLINE bool release(struct engine *e, uint32_t id, struct hr_error *err)
{
    struct hr__instance *instance = &e->instances.all[id];
    struct hr__workload *w = &e->meter.workloads[instance->workload];
    hr__instances_unplace(&e->instances, id);
    instance->active--;
    e->in_progress--;
    hr__busy_less(&e->meter, w);
    if (instance->active == 0) {
        instance->idle_since = e->now;
        hr__instances_idle_join(&e->instances, id);
        if (e->metering.span == HR_METERED_ACTIVE)
            meter_period(e, instance, instance->active_since, e->now);
    }
    return hr__instances_place(&e->instances, id, err);
}

/* A ready instance takes one more invocation. */
ALWAYS_INLINE bool occupy(struct engine *e, uint32_t id, struct hr_error *err)
{
    struct hr__instance *instance = &e->instances.all[id];
    hr__instances_unplace(&e->instances, id);
    if (instance->active == 0) {
        hr__instances_idle_leave(&e->instances, id);
        instance->active_since = e->now;
    }
    instance->active++;
    hr__busy_more(&e->meter, &e->meter.workloads[instance->workload]);
    return hr__instances_place(&e->instances, id, err);
}

/* ---- running: slots
 * ------------------------------------------------------------------------------ */

/* Everything about the invocation is known: count it and note when it ends. */
static bool run_slots(struct engine *e, uint32_t id, const struct attempt *a, int64_t begin,
                      int64_t start, struct hr_error *err)
{
    struct hr__workload *w = &e->meter.workloads[a->workload];
    double alone = (double)a->service * w->stretch;
    int64_t service = w->stretch == 1.0 ? a->service : (int64_t)(alone + 0.5);
    bool cut = e->model->time_limit_us > 0 && service > e->model->time_limit_us;
    double share = cut ? (double)e->model->time_limit_us / alone : 1.0;
    if (cut)
        service = e->model->time_limit_us;
    int64_t end = begin + service;
    int64_t busy = hr__measured(&e->meter, begin, end);
    w->measures->busy += (double)busy;
    if (busy)
        w->measures->vcpu_us_used += (double)a->service * share * w->work * w->cpu *
                                     (service ? (double)busy / (double)service : 0.0);
    hr__interval(&e->meter, w->lines, HR__BUSY, begin, end, 1.0);
    if (by_invocation(e))
        meter_invocation(e, w, a->arrival, start, service);
    if (cut)
        hr__count_lost(&e->meter, w, a->arrival, HR__TIMED_OUT);
    else if (!hr__count_served(&e->meter, w,
                               &(struct hr__served){.arrival = a->arrival,
                                                    .wait = begin - start - a->arrival,
                                                    .start = start,
                                                    .service = service,
                                                    .invocation = a->invocation}))
        return hr_fail_memory(err);
    return hr__heap_push(&e->heap, (struct hr__event){end, id, a->workload}, err);
}

/* ---- running: sharing
 * ------------------------------------------------------------------------------ */

static bool schedule(struct engine *e, uint32_t id, struct hr_error *err)
{
    struct hr__instance *instance = &e->instances.all[id];
    struct hr__sharing *s = &e->instances.sharing[id];
    instance->version++;
    if (s->count == 0)
        return true;
    double vcpus = e->meter.workloads[instance->workload].vcpus;
    int64_t next = hr__sharing_next(s, &e->jobs, vcpus);
    return hr__heap_push(&e->heap, (struct hr__event){next, id, instance->version}, err);
}

static bool begin_job(struct engine *e, uint32_t id, uint32_t job, struct hr_error *err)
{
    struct hr__instance *instance = &e->instances.all[id];
    struct hr__workload *w = &e->meter.workloads[instance->workload];
    struct hr__job *j = &e->jobs.jobs[job];
    j->begin = e->now;
    hr__sharing_advance(&e->instances.sharing[id], w->vcpus, e->now);
    return hr__sharing_add(&e->instances.sharing[id], &e->jobs, job, j->recorded * w->stretch, err);
}

static bool run_sharing(struct engine *e, uint32_t id, const struct attempt *a, int64_t begin,
                        int64_t start, struct hr_error *err)
{
    struct hr__workload *w = &e->meter.workloads[a->workload];
    struct hr__instance *instance = &e->instances.all[id];
    uint32_t job;
    if (!hr__jobs_take(&e->jobs, &job, err))
        return false;
    e->jobs.jobs[job] = (struct hr__job){.arrival = a->arrival,
                                         .wait = begin - start - a->arrival,
                                         .start = start,
                                         .recorded = (double)a->service,
                                         .cpu = w->cpu,
                                         .alone = w->alone,
                                         .invocation = a->invocation,
                                         .workload = a->workload};
    if (begin > e->now) { /* it waits for the instance to be ready */
        e->jobs.jobs[job].next = instance->waiting;
        instance->waiting = job;
        return true;
    }
    return begin_job(e, id, job, err) && schedule(e, id, err);
}

static bool end_job(struct engine *e, uint32_t id, uint32_t job, struct hr_error *err)
{
    const struct hr__job j = e->jobs.jobs[job];
    struct hr__workload *w = &e->meter.workloads[j.workload];
    int64_t service = e->now - j.begin;
    int64_t busy = hr__measured(&e->meter, j.begin, e->now);
    hr__jobs_give(&e->jobs, job);
    w->measures->busy += (double)busy;
    if (service > 0)
        w->measures->vcpu_us_used += j.recorded * w->work * w->cpu * (double)busy / (double)service;
    hr__interval(&e->meter, w->lines, HR__BUSY, j.begin, e->now, 1.0);
    if (by_invocation(e))
        meter_invocation(e, w, j.arrival, j.start, service);
    if (e->model->time_limit_us > 0 && service > e->model->time_limit_us)
        hr__count_lost(&e->meter, w, j.arrival, HR__TIMED_OUT);
    else if (!hr__count_served(&e->meter, w,
                               &(struct hr__served){.arrival = j.arrival,
                                                    .wait = j.wait,
                                                    .start = j.start,
                                                    .service = service,
                                                    .invocation = j.invocation}))
        return hr_fail_memory(err);
    return release(e, id, err);
}

/* ---- attempts
 * ------------------------------------------------------------------------------------------ */

/* A new instance for this invocation: the cold start is drawn. */
static bool start_instance(struct engine *e, const struct attempt *a, uint32_t *ret_id,
                           int64_t *ret_start, struct hr_error *err)
{
    struct hr__workload *w = &e->meter.workloads[a->workload];
    struct hr__pool *pool = &e->instances.pools[a->workload];
    uint32_t id;
    if (!hr__instances_create(&e->instances, a->workload, &id, err))
        return false;
    int64_t cold = hr_dist_draw(w->cold_start, hr_draw_key(e->meter.options.seed, w->key,
                                                           a->invocation, HR_DRAW_COLD_START));
    struct hr__instance *instance = &e->instances.all[id];
    instance->created = e->now;
    instance->ready = e->now + cold;
    instance->active_since = e->metering.bill_init ? e->now : instance->ready;
    instance->starting = true;
    instance->active = 1;
    if (pool->slots > 1)
        pool->starting = id;
    if (hr__counted(&e->meter, a->arrival))
        w->measures->cold_starts++;
    double slots = (double)pool->slots;
    w->measures->starting += slots * (double)hr__measured(&e->meter, e->now, instance->ready);
    hr__interval(&e->meter, w->lines, HR__STARTING, e->now, instance->ready, slots);
    if (++w->alive > w->alive_peak)
        w->alive_peak = w->alive;
    if (++e->meter.alive > e->meter.alive_peak)
        e->meter.alive_peak = e->meter.alive;
    *ret_id = id;
    *ret_start = cold;
    return hr__heap_push(
        &e->heap,
        (struct hr__event){instance->ready, id | (uint32_t)KIND_READY << KIND_SHIFT, a->workload},
        err);
}

/* The attempt has its place in the account's limit: a warm instance, a starting one, a new one. */
ALWAYS_INLINE bool place(struct engine *e, const struct attempt *a, bool sharing,
                         struct hr_error *err)
{
    struct hr__pool *pool = &e->instances.pools[a->workload];
    uint64_t key = e->model->reuse == HR_REUSE_RANDOM
                       ? hr_draw_key(e->meter.options.seed, e->meter.workloads[a->workload].key,
                                     a->invocation, HR_DRAW_REUSE)
                       : 0;
    uint32_t id = hr__instances_choose(&e->instances, a->workload, e->model, key);
    int64_t begin = e->now, start = 0;
    e->in_progress++;
    if (id != HR__NONE) {
        if (!occupy(e, id, err))
            return false;
    } else if (e->model->join_starting && pool->starting != HR__NONE) {
        id = pool->starting;
        struct hr__instance *instance = &e->instances.all[id];
        begin = instance->ready;
        if (++instance->active == pool->slots)
            pool->starting = HR__NONE;
    } else {
        if (!start_instance(e, a, &id, &start, err))
            return false;
        begin = e->now + start;
    }
    return sharing ? run_sharing(e, id, a, begin, start, err)
                   : run_slots(e, id, a, begin, start, err);
}

static bool queue_push(struct engine *e, const struct attempt *a, struct hr_error *err)
{
    if (e->queue_count == e->queue_capacity) {
        size_t larger = e->queue_capacity ? e->queue_capacity * 2 : 64;
        struct attempt *ring = malloc(larger * sizeof *ring);
        if (!ring)
            return hr_fail_memory(err);
        for (size_t i = 0; i < e->queue_count; i++)
            ring[i] = e->queue[(e->queue_head + i) % e->queue_capacity];
        free(e->queue);
        e->queue = ring;
        e->queue_head = 0;
        e->queue_capacity = larger;
    }
    e->queue[(e->queue_head + e->queue_count++) % e->queue_capacity] = *a;
    return true;
}

/* Those that waited at the limit go in while there is room; who waited too long is refused. */
ALWAYS_INLINE bool drain_queue(struct engine *e, bool sharing, struct hr_error *err)
{
    while (e->queue_count > 0) {
        struct attempt a = e->queue[e->queue_head];
        struct hr__workload *w = &e->meter.workloads[a.workload];
        int64_t deadline = a.arrival + e->model->queue_us;
        if (deadline >= e->now && e->in_progress >= e->model->concurrency_limit)
            return true;
        e->queue_head = (e->queue_head + 1) % e->queue_capacity;
        e->queue_count--;
        hr__interval(&e->meter, w->lines, HR__QUEUE, a.arrival,
                     deadline < e->now ? deadline : e->now, 1.0);
        if (deadline < e->now) {
            hr__count_lost(&e->meter, w, a.arrival, HR__THROTTLED);
            continue;
        }
        expire_idle(e, e->now);
        if (!place(e, &a, sharing, err))
            return false;
    }
    return true;
}

ALWAYS_INLINE bool attempt(struct engine *e, const struct attempt *a, bool sharing,
                           struct hr_error *err)
{
    struct hr__workload *w = &e->meter.workloads[a->workload];
    hr__count_arrival(&e->meter, w, a->arrival);
    if (hr__in_bill(&e->meter, a->arrival))
        w->measures->usage.quantity[HR_METER_REQUESTS]++;
    if (e->model->concurrency_limit > 0 && e->in_progress >= e->model->concurrency_limit) {
        if (e->model->on_limit == HR_LIMIT_QUEUE)
            return queue_push(e, a, err);
        if (hr__in_bill(&e->meter, a->arrival))
            w->measures->usage.quantity[HR_METER_REQUESTS]--; /* refusals are not billed */
        hr__count_lost(&e->meter, w, a->arrival, HR__THROTTLED);
        return true;
    }
    return place(e, a, sharing, err);
}

/* ---- time
 * ----------------------------------------------------------------------------------------------------
 */

static bool instance_ready(struct engine *e, uint32_t id, bool sharing, struct hr_error *err)
{
    struct hr__instance *instance = &e->instances.all[id];
    struct hr__pool *pool = &e->instances.pools[instance->workload];
    struct hr__workload *w = &e->meter.workloads[instance->workload];
    instance->starting = false;
    if (pool->starting == id)
        pool->starting = HR__NONE;
    for (uint32_t i = 0; i < instance->active; i++)
        hr__busy_more(&e->meter, w);
    if (!hr__instances_place(&e->instances, id, err))
        return false;
    if (!sharing)
        return true;
    for (uint32_t job = instance->waiting, next; job != HR__JOB_NONE; job = next) {
        next = e->jobs.jobs[job].next;
        if (!begin_job(e, id, job, err))
            return false;
    }
    instance->waiting = HR__JOB_NONE;
    return schedule(e, id, err);
}

ALWAYS_INLINE bool handle(struct engine *e, struct hr__event event, bool sharing,
                          struct hr_error *err)
{
    uint32_t id = event.who & ID_MASK;
    if (event.who >> KIND_SHIFT == KIND_READY)
        return instance_ready(e, id, sharing, err);
    if (!sharing)
        return release(e, id, err);
    struct hr__instance *instance = &e->instances.all[id];
    if (event.workload != instance->version)
        return true; /* the instance has changed since: a newer event stands for it */
    struct hr__sharing *s = &e->instances.sharing[id];
    hr__sharing_advance(s, e->meter.workloads[instance->workload].vcpus, e->now);
    for (uint32_t job; (job = hr__sharing_ended(s, &e->jobs)) != HR__JOB_NONE;)
        if (!end_job(e, id, job, err))
            return false;
    return schedule(e, id, err);
}

/* All that happens up to and at `until`, before the attempts made then. */
ALWAYS_INLINE bool advance(struct engine *e, int64_t until, bool sharing, struct hr_error *err)
{
    while (e->heap.count && e->heap.events[0].time <= until) {
        struct hr__event event = hr__heap_pop(&e->heap);
        e->now = event.time;
        if (!handle(e, event, sharing, err))
            return false;
        if (e->queue_count && !drain_queue(e, sharing, err))
            return false;
    }
    return true;
}

ALWAYS_INLINE bool run(struct engine *e, const struct hr__replay *replay, bool sharing,
                       struct hr_error *err)
{
    struct hr_block block;
    do {
        if (!replay->source->next(replay->source->context, &block, err))
            return false;
        for (size_t i = 0; i < block.n; i++) {
            const struct attempt a = {block.arrival_us[i], block.service_us[i], block.first + i,
                                      block.workload ? block.workload[i] : 0};
            if (!advance(e, a.arrival, sharing, err))
                return false;
            e->now = a.arrival;
            expire_idle(e, e->now);
            if (!attempt(e, &a, sharing, err))
                return false;
        }
        if (!hr__replay_progress(replay, block.n, err))
            return false;
    } while (block.n > 0);
    return advance(e, INT64_MAX, sharing, err);
}

static bool run_with_slots(struct engine *e, const struct hr__replay *replay, struct hr_error *err)
{
    return run(e, replay, false, err);
}

static bool run_with_sharing(struct engine *e, const struct hr__replay *replay,
                             struct hr_error *err)
{
    return run(e, replay, true, err);
}

/* ---- the end
 * ---------------------------------------------------------------------------------------------------
 */

/* Instances still there live on for their keep-alive; the window cuts them. */
static void finish(struct engine *e)
{
    expire_idle(e, INT64_MAX - HR_DAY);
    double window = (double)(e->meter.to - e->meter.from);
    for (size_t i = 0; i < e->meter.workload_count; i++) {
        struct hr__workload *w = &e->meter.workloads[i];
        struct hr_measures *m = w->measures;
        double slots = (double)e->instances.pools[i].slots;
        double exists = slots * m->instances_mean;
        if (!by_invocation(e)) {
            /* idle holds the paid slot time so far; a start that is not billed still counts. */
            bool start_paid = e->metering.bill_init || e->metering.span == HR_METERED_LIFE;
            m->idle -= m->busy + (start_paid ? m->starting : 0.0);
            m->idle = m->idle > -0.5 && m->idle < 0 ? 0.0 : m->idle;
        }
        m->unbilled_idle = exists - m->busy - m->starting - m->idle;
        if (by_invocation(e)) /* rounding up pays for no instance's time */
            m->unbilled_idle += m->idle;
        if (m->unbilled_idle < 0) /* paid time rounded up beyond an instance's life */
            m->unbilled_idle = 0;
        m->instances_mean /= window;
        m->vcpu_us_paid = (m->busy + m->starting + m->idle) / slots * w->vcpus;
    }
    e->meter.outcome->end_us = e->now;
}

static bool open_engine(struct engine *e, const struct hr__replay *replay, bool sharing,
                        struct hr_error *err)
{
    const struct hr_platform *platform = replay->platform;
    e->model = &platform->function;
    e->metering = *replay->metering;
    if (!hr__meter_open(&e->meter, platform, replay->workloads, replay->workload_count,
                        replay->options, replay->outcome, err) ||
        !hr__instances_open(&e->instances, replay->workload_count, sharing, err))
        return false;
    for (size_t i = 0; i < replay->workload_count; i++) {
        int64_t slots = replay->workloads[i].slots;
        if (slots < 1 || slots > HR_SLOTS_MAX)
            return hr_fail(err, HR_EMODEL, "%s: %lld slots an instance; 1 to %d are possible",
                           platform->id, (long long)slots, HR_SLOTS_MAX);
        e->instances.pools[i].slots = (uint32_t)slots;
    }
    e->jobs.free = HR__JOB_NONE;
    return true;
}

bool hr__replay_function(const struct hr__replay *replay, struct hr_error *err)
{
    struct engine e = {0};
    bool sharing = replay->platform->function.discipline == HR_SHARING;
    bool done = open_engine(&e, replay, sharing, err) &&
                (sharing ? run_with_sharing(&e, replay, err) : run_with_slots(&e, replay, err));
    if (done) {
        finish(&e);
        done = hr__meter_finish(&e.meter, err);
    }
    hr__instances_close(&e.instances);
    hr__meter_close(&e.meter);
    free(e.jobs.jobs);
    free(e.heap.events);
    free(e.queue);
    return done;
}
