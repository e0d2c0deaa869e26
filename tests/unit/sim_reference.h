/* sim_reference.h: a second, deliberately simple engine that the fast one must agree with.
 *
 * It shares no code with src/sim: arrays, scans over everything at every event, one step per
 * instant and class in the order of design.md section 4. Slots of their own only, no randomness
 * but a cold start that the caller gives per invocation. Of functions it knows the gates (requests
 * a second, new instances, reserved concurrency), provisioned instances and retries too.
 */
#ifndef TESTS_UNIT_SIM_REFERENCE_H
#define TESTS_UNIT_SIM_REFERENCE_H

#include "sim_case.h"

#define REF_INSTANCES 4096

struct ref_result {
    uint64_t served, throttled, rejected, timed_out, cold_starts;
    int64_t wait, start, service; /* us, sums */
    int64_t busy, starting, life; /* us, whole, not cut to a window */
    int64_t instances_peak, busy_peak;
};
struct ref_instance {
    bool exists, starting, provisioned;
    int64_t created, ready, last;
    uint32_t workload;
    int64_t load, running, waiting;
};
enum ref_state { REF_AHEAD, REF_QUEUED, REF_PENDING, REF_RUNNING, REF_LATER, REF_OVER };
/* So many at once, and so many more with time. */
struct ref_bucket {
    double holds, per_us, left;
    int64_t at;
};
/* An attempt that will be made again; at 0: none. */
struct ref_again {
    int64_t at;
    uint64_t order;
    int errors, refusals;
};
struct ref {
    const struct sim_case *c;
    int64_t cold_us;
    enum ref_state *state;
    int64_t *admitted, *end;
    int *on;
    struct ref_instance all[REF_INSTANCES];
    int count, turn;
    int64_t in_progress, now;
    int64_t of_workload[4]; /* in progress */
    struct ref_again *again;
    uint64_t orders;
    struct ref_bucket requests, launches[4];
    struct ref_result r;
};

static inline int64_t ref_slots(const struct ref *f, uint32_t workload)
{
    return f->c->platform.kind == HR_FUNCTION ? f->c->workloads[workload].slots
                                              : f->c->platform.fleet.slots;
}

/* ---- gates and retries ----------------------------------------------------------------------- */

static inline bool ref_passes(struct ref_bucket *bucket, int64_t now)
{
    if (bucket->holds == 0)
        return true;
    bucket->left = fmin(bucket->holds, bucket->left + (double)(now - bucket->at) * bucket->per_us);
    bucket->at = now;
    bool passes = bucket->left >= 1;
    bucket->left -= passes;
    return passes;
}

/* Attempt i has failed, or will at `end`: is there another, and when? */
static inline void ref_try_again(struct ref *f, size_t i, bool refused, int64_t end)
{
    const struct hr_retry_model *m = &f->c->platform.function.async;
    struct ref_again *again = &f->again[i];
    again->at = 0;
    if (f->c->workloads[f->c->workload[i]].trigger != HR_ASYNC || m->attempts == 0)
        return;
    int times = refused ? ++again->refusals : ++again->errors;
    double delay = refused
                       ? fmin((double)m->refused_us * pow(2, times - 1), (double)m->refused_most_us)
                       : fmin((double)m->delay_us * pow(2, times - 1), (double)m->max_age_us);
    if ((!refused && times >= m->attempts) ||
        end + (int64_t)delay - f->c->arrival[i] > m->max_age_us)
        return;
    again->at = end + (int64_t)delay;
    again->order = f->orders++;
}

static inline void ref_refused(struct ref *f, size_t i)
{
    f->r.throttled++;
    ref_try_again(f, i, true, f->now);
    f->state[i] = f->again[i].at ? REF_LATER : REF_OVER;
}

static inline void ref_begin(struct ref *f, size_t i)
{
    int64_t took = f->c->service[i], limit = f->c->platform.function.time_limit_us;
    bool cut = f->c->platform.kind == HR_FUNCTION && limit > 0 && took > limit;
    took = cut ? limit : took;
    f->state[i] = REF_RUNNING;
    f->end[i] = f->now + took;
    f->all[f->on[i]].running++;
    f->r.busy += took;
    int64_t busy = 0;
    for (int k = 0; k < f->count; k++)
        busy += f->all[k].exists ? f->all[k].running : 0;
    f->r.busy_peak = busy > f->r.busy_peak ? busy : f->r.busy_peak;
    f->again[i].at = 0;
    if (cut) {
        f->r.timed_out++;
        ref_try_again(f, i, false, f->end[i]);
        return;
    }
    f->r.served++;
    f->r.wait += f->admitted[i] - f->c->arrival[i];
    f->r.start += f->now - f->admitted[i];
    f->r.service += took;
}

/* ---- function ------------------------------------------------------------------------------ */

/* Is a a better choice than b? */
static inline bool ref_better(const struct ref *f, int a, int b)
{
    const struct hr_function_model *m = &f->c->platform.function;
    const struct ref_instance *x = &f->all[a], *y = &f->all[b];
    if (x->provisioned != y->provisioned)
        return x->provisioned;
    if (x->load != y->load)
        return (x->load > y->load) == (m->place == HR_PLACE_FULLEST);
    if (m->reuse == HR_REUSE_RECENT && x->last != y->last)
        return x->last > y->last;
    if (m->reuse == HR_REUSE_LEAST_RECENT && x->last != y->last)
        return x->last < y->last;
    return m->reuse == HR_REUSE_OLDEST ? a < b : a > b;
}

static inline int ref_pick(const struct ref *f, uint32_t workload, bool starting)
{
    int best = -1;
    for (int k = 0; k < f->count; k++)
        if (f->all[k].exists && f->all[k].workload == workload && f->all[k].starting == starting &&
            f->all[k].load < ref_slots(f, workload) && (best < 0 || ref_better(f, k, best)))
            best = k;
    return best;
}

static inline void ref_gone(struct ref *f, int k, int64_t end)
{
    f->r.life += end - f->all[k].created;
    f->all[k].exists = false;
}

static inline int64_t ref_exist(const struct ref *f)
{
    int64_t exist = 0;
    for (int j = 0; j < f->count; j++)
        exist += f->all[j].exists;
    return exist;
}

static inline void ref_admit(struct ref *f, size_t i)
{
    uint32_t w = f->c->workload[i];
    f->admitted[i] = f->now;
    int k = ref_pick(f, w, false);
    if (k < 0 && f->c->platform.function.join_starting)
        k = ref_pick(f, w, true);
    if (k < 0 && !ref_passes(&f->launches[w], f->now)) {
        ref_refused(f, i);
        return;
    }
    f->in_progress += f->c->workloads[w].reserved == 0;
    f->of_workload[w]++;
    if (k < 0) {
        k = f->count++;
        assert_true(f->count <= REF_INSTANCES);
        f->all[k] = (struct ref_instance){.exists = true,
                                          .starting = true,
                                          .created = f->now,
                                          .ready = f->now + f->cold_us,
                                          .workload = w};
        f->r.cold_starts++;
        f->r.starting += f->cold_us * ref_slots(f, w);
        const int64_t exist = ref_exist(f);
        f->r.instances_peak = exist > f->r.instances_peak ? exist : f->r.instances_peak;
    }
    f->all[k].load++;
    f->all[k].last = f->now;
    f->on[i] = k;
    if (f->all[k].starting)
        f->state[i] = REF_PENDING;
    else
        ref_begin(f, i);
}

static inline void ref_function_attempt(struct ref *f, size_t i)
{
    const struct hr_function_model *m = &f->c->platform.function;
    int64_t own = f->c->workloads[f->c->workload[i]].reserved, shared = m->concurrency_limit;
    for (size_t w = 0; w < f->c->workload_count && shared > 0; w++)
        shared -= f->c->workloads[w].reserved;
    bool room = own > 0 ? f->of_workload[f->c->workload[i]] < own
                        : m->concurrency_limit == 0 || f->in_progress < shared;
    if (!ref_passes(&f->requests, f->now))
        ref_refused(f, i);
    else if (room)
        ref_admit(f, i);
    else if (m->on_limit == HR_LIMIT_QUEUE)
        f->state[i] = REF_QUEUED;
    else
        ref_refused(f, i);
}

static inline void ref_function_freed(struct ref *f)
{
    for (size_t i = 0; i < f->c->n; i++)
        if (f->state[i] == REF_QUEUED &&
            f->c->arrival[i] + f->c->platform.function.queue_us >= f->now) {
            ref_admit(f, i);
            return;
        }
}

/* ---- fleet --------------------------------------------------------------------------------- */

static inline void ref_fleet_attempt(struct ref *f, size_t i)
{
    const struct hr_fleet_model *m = &f->c->platform.fleet;
    int k = -1;
    int64_t shared = 0;
    for (size_t j = 0; j < i; j++)
        shared += f->state[j] == REF_QUEUED;
    if (m->balancer == HR_ROUND_ROBIN)
        k = f->turn++ % f->count;
    for (int s = 0; s < f->count && m->balancer != HR_ROUND_ROBIN; s++) {
        if (m->balancer == HR_SHARED_QUEUE && f->all[s].running < m->slots && k < 0)
            k = s;
        if (m->balancer == HR_LEAST_OUTSTANDING &&
            (k < 0 ||
             f->all[s].running + f->all[s].waiting < f->all[k].running + f->all[k].waiting))
            k = s;
    }
    f->on[i] = k;
    if (k >= 0 && f->all[k].running < m->slots) {
        f->admitted[i] = f->now;
        ref_begin(f, i);
    } else if (m->queue_limit >= 0 && (k < 0 ? shared : f->all[k].waiting) >= m->queue_limit) {
        f->state[i] = REF_OVER;
        f->r.rejected++;
    } else {
        f->state[i] = REF_QUEUED;
        if (k >= 0)
            f->all[k].waiting++;
    }
}

static inline void ref_fleet_freed(struct ref *f, int k)
{
    for (size_t i = 0; i < f->c->n; i++)
        if (f->state[i] == REF_QUEUED && (f->on[i] == k || f->on[i] < 0)) {
            if (f->on[i] == k)
                f->all[k].waiting--;
            f->on[i] = k;
            f->admitted[i] = f->now;
            ref_begin(f, i);
            return;
        }
}

/* ---- time ---------------------------------------------------------------------------------- */

/* The invocation whose end comes next, by time and instance. */
static inline size_t ref_next_end(const struct ref *f)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < f->c->n; i++)
        if (f->state[i] == REF_RUNNING && (best == SIZE_MAX || f->end[i] < f->end[best] ||
                                           (f->end[i] == f->end[best] && f->on[i] < f->on[best])))
            best = i;
    return best;
}

static inline int ref_next_start(const struct ref *f)
{
    int best = -1;
    for (int k = 0; k < f->count; k++)
        if (f->all[k].exists && f->all[k].starting &&
            (best < 0 || f->all[k].ready < f->all[best].ready))
            best = k;
    return best;
}

/* Gone are those idle for the keep-alive at `now`; an end of work at `now` still finds them. */
static inline void ref_expire(struct ref *f, int64_t now)
{
    int64_t keep = f->c->platform.function.keep_alive_us;
    for (int k = 0; k < f->count && f->c->platform.kind == HR_FUNCTION; k++)
        if (f->all[k].exists && !f->all[k].provisioned && f->all[k].load == 0 &&
            f->all[k].last + keep <= now)
            ref_gone(f, k, f->all[k].last + keep);
}

static inline void ref_end(struct ref *f, size_t i)
{
    struct ref_instance *instance = &f->all[f->on[i]];
    f->now = f->end[i];
    f->state[i] = f->again[i].at ? REF_LATER : REF_OVER;
    instance->running--;
    ref_expire(f, f->now - 1);
    if (f->c->platform.kind == HR_FLEET) {
        ref_fleet_freed(f, f->on[i]);
        return;
    }
    instance->load--;
    instance->last = f->now;
    f->in_progress -= f->c->workloads[instance->workload].reserved == 0;
    f->of_workload[instance->workload]--;
    ref_function_freed(f);
}

static inline void ref_ready(struct ref *f, int k)
{
    f->now = f->all[k].ready;
    f->all[k].starting = false;
    f->all[k].last = f->now;
    for (size_t i = 0; i < f->c->n; i++)
        if (f->state[i] == REF_PENDING && f->on[i] == k)
            ref_begin(f, i);
}

/* Of those at one instant in the order in which they were put off. */
static inline size_t ref_next_again(const struct ref *f)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < f->c->n; i++)
        if (f->state[i] == REF_LATER &&
            (best == SIZE_MAX || f->again[i].at < f->again[best].at ||
             (f->again[i].at == f->again[best].at && f->again[i].order < f->again[best].order)))
            best = i;
    return best;
}

static inline void ref_until(struct ref *f, int64_t now)
{
    for (;;) {
        size_t i = ref_next_end(f), a = ref_next_again(f);
        int k = ref_next_start(f);
        int64_t end = i == SIZE_MAX ? INT64_MAX : f->end[i];
        int64_t ready = k < 0 ? INT64_MAX : f->all[k].ready;
        int64_t again = a == SIZE_MAX ? INT64_MAX : f->again[a].at;
        int64_t first = end < ready ? end : ready;
        if (again < first && again <= now) {
            f->now = again;
            ref_expire(f, again);
            ref_function_attempt(f, a);
            continue;
        }
        if (first > now || (i == SIZE_MAX && k < 0))
            return;
        if (end <= ready)
            ref_end(f, i);
        else
            ref_ready(f, k);
    }
}

static inline struct ref_bucket ref_bucket(double holds, double per_second)
{
    return (struct ref_bucket){.holds = holds, .per_us = per_second / 1e6, .left = holds};
}

static inline void ref_function_set_up(struct ref *f)
{
    const struct hr_function_model *m = &f->c->platform.function;
    f->requests = ref_bucket(m->requests_per_second, m->requests_per_second);
    for (uint32_t w = 0; w < f->c->workload_count; w++) {
        f->launches[w] = ref_bucket(m->launch_burst, m->launches_per_second);
        for (int64_t k = 0; k < f->c->workloads[w].provisioned; k++)
            f->all[f->count++] = (struct ref_instance){
                .exists = true, .provisioned = true, .created = SIM_T0, .workload = w};
    }
    f->r.instances_peak = f->count;
}

static inline struct ref_result reference_run(const struct sim_case *c, int64_t cold_us)
{
    struct ref *f = calloc(1, sizeof *f);
    f->c = c;
    f->cold_us = cold_us;
    f->state = calloc(c->n, sizeof *f->state);
    f->admitted = calloc(c->n, sizeof *f->admitted);
    f->end = calloc(c->n, sizeof *f->end);
    f->on = calloc(c->n, sizeof *f->on);
    f->again = calloc(c->n, sizeof *f->again);
    if (c->platform.kind == HR_FUNCTION)
        ref_function_set_up(f);
    if (c->platform.kind == HR_FLEET)
        for (; f->count < c->platform.fleet.servers_initial; f->count++)
            f->all[f->count].exists = true;
    for (size_t i = 0; i < c->n; i++) {
        ref_until(f, c->arrival[i]);
        f->now = c->arrival[i];
        ref_expire(f, f->now);
        if (c->platform.kind == HR_FUNCTION)
            ref_function_attempt(f, i);
        else
            ref_fleet_attempt(f, i);
    }
    ref_until(f, INT64_MAX - 1);
    ref_expire(f, INT64_MAX);
    for (int k = 0; k < f->count; k++)
        if (f->all[k].provisioned)
            ref_gone(f, k, c->options.window_to);
    for (size_t i = 0; i < c->n; i++)
        f->r.throttled += f->state[i] == REF_QUEUED; /* gave up at the limit */
    struct ref_result result = f->r;
    free(f->state);
    free(f->admitted);
    free(f->end);
    free(f->on);
    free(f->again);
    free(f);
    return result;
}

#endif
