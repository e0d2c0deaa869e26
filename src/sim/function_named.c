/* function_named.c: instances that have names: several slots, other orders of reuse, a queue at the
 * limit, starts that may be joined, time paid for by instance, keep-alive by a policy.
 *
 * Expiry needs no events: with one keep-alive for all, idle instances expire in the order in which
 * they became idle, so a list does; a policy has a heap (keep.h).
 */
#include "sim/function.h"

/* ---- the idle list ------------------------------------------------------------------------ */

static void idle_add(struct hr__function *f, uint32_t ref, int64_t now)
{
    struct hr__instance *instance = &f->instances[ref];
    if (f->policy) {
        hr__keep_rest(f, ref, now);
        return;
    }
    int64_t end = instance->last + f->model->keep_alive_us;
    f->next_expiry = end < f->next_expiry ? end : f->next_expiry;
    instance->idle_next = HR__NONE;
    instance->idle_previous = f->idle_tail;
    if (f->idle_tail == HR__NONE)
        f->idle_head = ref;
    else
        f->instances[f->idle_tail].idle_next = ref;
    f->idle_tail = ref;
}

static void idle_remove(struct hr__function *f, uint32_t ref)
{
    const struct hr__instance *instance = &f->instances[ref];
    if (f->policy) {
        hr__keep_work(f, ref);
        return;
    }
    if (instance->idle_previous == HR__NONE)
        f->idle_head = instance->idle_next;
    else
        f->instances[instance->idle_previous].idle_next = instance->idle_next;
    if (instance->idle_next == HR__NONE)
        f->idle_tail = instance->idle_previous;
    else
        f->instances[instance->idle_next].idle_previous = instance->idle_previous;
}

/* ---- pools -------------------------------------------------------------------------------- */

static struct hr__rank rank_of(const struct hr__function *f, uint32_t ref)
{
    const struct hr__instance *instance = &f->instances[ref];
    return (struct hr__rank){ref, instance->number, instance->load, instance->last};
}

static struct hr__pool *pool_of(const struct hr__function *f, const struct hr__instance *instance)
{
    struct hr__side *side = &f->sides[instance->workload];
    return instance->starting ? &side->starting : &side->ready;
}

static bool is_pooled(const struct hr__function *f, const struct hr__instance *instance)
{
    return instance->load < f->sides[instance->workload].slots &&
           (!instance->starting || f->model->join_starting);
}

static void pool_leave(struct hr__function *f, uint32_t ref)
{
    const struct hr__instance *instance = &f->instances[ref];
    struct hr__rank rank = rank_of(f, ref);
    if (is_pooled(f, instance))
        hr__pool_remove(pool_of(f, instance), &rank, f->pool_at);
}

static void pool_enter(struct hr__function *f, uint32_t ref)
{
    const struct hr__instance *instance = &f->instances[ref];
    struct hr__rank rank = rank_of(f, ref);
    if (is_pooled(f, instance) && !hr__pool_add(pool_of(f, instance), &rank, f->pool_at))
        f->failed = true;
}

/* An idle instance ends. */
void hr__named_gone(struct hr__function *f, uint32_t ref, int64_t end)
{
    struct hr__instance *instance = &f->instances[ref];
    struct hr__side *side = &f->sides[instance->workload];
    pool_leave(f, ref);
    idle_remove(f, ref);
    hr__function_gone(f, instance, end);
    f->keep.memory_mb -= side->workload->memory_mb;
    if (--side->keep.alive == 0)
        side->keep.uses = 0;
    hr__instance_free(f, ref);
}

/* Idle for the keep-alive at `now`, or longer: gone. Returns when the next one will be. */
int64_t hr__named_expire(struct hr__function *f, int64_t now)
{
    if (f->policy)
        return hr__keep_expire(f, now);
    while (f->idle_head != HR__NONE) {
        int64_t end = f->instances[f->idle_head].last + f->model->keep_alive_us;
        if (end > now)
            return end;
        hr__named_gone(f, f->idle_head, end);
    }
    return INT64_MAX;
}

/* ---- work on an instance ------------------------------------------------------------------ */

static void set_event(struct hr__function *f, uint32_t ref, int64_t time, enum hr__class class)
{
    hr__key key = hr__event(time, class, f->instances[ref].number, ref);
    if (f->event_at && f->event_at[ref] != HR__NONE)
        hr__heap_change(&f->events, f->event_at[ref], key, f->event_at);
    else if (!hr__heap_push(&f->events, key, f->event_at))
        f->failed = true;
    hr__function_look(f);
}

/* On a slot of its own: all is known now. */
static void begin_alone(struct hr__function *f, uint32_t ref, const struct hr__run *run,
                        int64_t now)
{
    const struct hr__instance *instance = &f->instances[ref];
    const struct hr__done done = hr__function_done(f, run, now);
    hr__busy(&f->measure, f->sides[run->workload].tally, now);
    if (!hr__wheel_push(&f->ends, hr__event(done.end, HR__WORK_ENDS, instance->number, ref), now))
        f->failed = true;
    hr__function_ran(f, instance, run, &done);
}

/* The next event of an instance whose runs share it. */
static void share_event(struct hr__function *f, uint32_t ref)
{
    const struct hr__share *share = &f->shares[ref];
    if (share->ends.n == 0) {
        if (f->event_at[ref] != HR__NONE)
            hr__heap_remove(&f->events, f->event_at[ref], f->event_at);
        hr__function_look(f);
        return;
    }
    int64_t next = hr__share_next(share);
    if (f->model->time_limit_us > 0) {
        int64_t cut = f->runs.items[share->by_begin.head].begun + f->model->time_limit_us;
        next = cut < next ? cut : next;
    }
    set_event(f, ref, next, HR__WORK_ENDS);
}

static void begin_shared(struct hr__function *f, uint32_t ref, uint32_t run, int64_t now)
{
    const struct hr__side *side = &f->sides[f->instances[ref].workload];
    struct hr__share *share = &f->shares[ref];
    f->runs.items[run].begun = now;
    hr__busy(&f->measure, side->tally, now);
    hr__share_advance(share, now);
    if (!hr__share_add(share, &f->runs, run, side->cpu, side->workload->vcpus))
        f->failed = true;
    else
        share_event(f, ref);
}

static void begin(struct hr__function *f, uint32_t ref, const struct hr__run *run, int64_t now)
{
    if (f->sides[run->workload].direct) {
        begin_alone(f, ref, run, now);
        return;
    }
    uint32_t kept = hr__run_take(&f->runs);
    if (kept == HR__NONE)
        return;
    f->runs.items[kept] = *run;
    begin_shared(f, ref, kept, now);
}

/* ---- attempts ----------------------------------------------------------------------------- */

static void pend(struct hr__function *f, uint32_t ref, const struct hr__run *run)
{
    uint32_t kept = hr__run_take(&f->runs);
    if (kept == HR__NONE)
        return;
    f->runs.items[kept] = *run;
    hr__queue_put(&f->runs, &f->instances[ref].pending, kept);
}

static void launch(struct hr__function *f, const struct hr__run *run, int64_t now)
{
    struct hr__side *side = &f->sides[run->workload];
    const struct hr__start start = hr__start_draw(f, run);
    uint32_t ref = hr__instance_launch(f, run->workload, now, now + start.all);
    if (ref == HR__NONE)
        return;
    struct hr__instance *instance = &f->instances[ref];
    struct hr__run first = *run;
    first.unbilled = start.unbilled;
    instance->starting = true;
    instance->active_from = now + start.unbilled;
    instance->load = 1;
    side->tally->cold_starts += hr__counted(&f->measure.clock, run->arrival);
    hr__decided(&f->measure, HR_DECISION_COLD_START, now, run->workload, run->invocation,
                start.all);
    hr__function_starts(f, side, now, &start);
    set_event(f, ref, instance->ready, HR__START_ENDS);
    pool_enter(f, ref);
    if (f->policy && f->policy->works)
        f->policy->works(f, ref);
    pend(f, ref, &first);
}

/* Loaded ahead of an invocation that is expected: nobody has waited for its start. */
void hr__named_prewarm(struct hr__function *f, uint32_t workload, int64_t now)
{
    uint32_t ref = hr__instance_launch(f, workload, now, now);
    if (ref == HR__NONE)
        return;
    hr__decided(&f->measure, HR_DECISION_PREWARM, now, workload, 0, -1);
    pool_enter(f, ref);
    hr__keep_rest(f, ref, now);
}

/* Warm instances first, then those that start. */
static uint32_t choose(const struct hr__function *f, const struct hr__side *side,
                       const struct hr__run *run)
{
    uint64_t key = 0;
    if (f->model->reuse == HR_REUSE_RANDOM)
        key = hr_draw_key(f->options->seed, side->workload->key, run->invocation, HR_DRAW_REUSE);
    uint32_t ref = hr__pool_next(&side->ready, key);
    if (ref == HR__NONE && f->model->join_starting)
        ref = hr__pool_next(&side->starting, key);
    return ref;
}

/* Is an instance more allowed, and is there room for it? */
static bool may_launch(struct hr__function *f, struct hr__side *side, int64_t now)
{
    return hr__rate_take(&side->launches, now) &&
           (!f->policy || !f->policy->makes_room || f->policy->makes_room(f, side, now));
}

bool hr__named_admit(struct hr__function *f, const struct hr__run *run, int64_t now)
{
    struct hr__side *side = &f->sides[run->workload];
    if (f->policy && f->policy->arrives)
        f->policy->arrives(f, side, now);
    uint32_t ref = choose(f, side, run);
    if (ref == HR__NONE && !may_launch(f, side, now))
        return false;
    side->keep.in_progress++;
    if (ref == HR__NONE) {
        launch(f, run, now);
        return true;
    }
    struct hr__instance *instance = &f->instances[ref];
    pool_leave(f, ref);
    if (instance->load == 0) {
        idle_remove(f, ref);
        instance->active_from = now;
    }
    instance->load++;
    instance->last = now;
    pool_enter(f, ref);
    if (f->policy && f->policy->works)
        f->policy->works(f, ref);
    if (instance->starting)
        pend(f, ref, run);
    else
        begin(f, ref, run, now);
    return true;
}

/* ---- events ------------------------------------------------------------------------------- */

/* A slot becomes free. */
void hr__named_release(struct hr__function *f, uint32_t ref, int64_t now)
{
    struct hr__instance *instance = &f->instances[ref];
    struct hr__side *side = &f->sides[instance->workload];
    hr__free(&f->measure, side->tally, now);
    pool_leave(f, ref);
    instance->load--;
    instance->last = now;
    side->keep.in_progress--;
    pool_enter(f, ref);
    if (instance->load == 0) {
        hr__function_rests(f, instance, now);
        idle_add(f, ref, now);
    }
    hr__function_freed(f, side, now);
}

static void started(struct hr__function *f, uint32_t ref, int64_t now)
{
    struct hr__instance *instance = &f->instances[ref];
    pool_leave(f, ref);
    instance->starting = false;
    instance->last = now;
    pool_enter(f, ref);
    while (f->instances[ref].pending.n > 0) {
        struct hr__queue *pending = &f->instances[ref].pending;
        uint32_t run = pending->head;
        hr__queue_remove(&f->runs, pending, run);
        if (!f->sides[f->instances[ref].workload].direct) {
            begin_shared(f, ref, run, now);
            continue;
        }
        struct hr__run copy = f->runs.items[run];
        hr__run_give(&f->runs, run);
        begin_alone(f, ref, &copy, now);
    }
}

/* A run ends, done or cut by the time limit. */
static void share_end(struct hr__function *f, uint32_t ref, uint32_t run, bool cut)
{
    struct hr__share *share = &f->shares[ref];
    const struct hr__instance *instance = &f->instances[ref];
    const struct hr__side *side = &f->sides[instance->workload];
    const struct hr__run item = f->runs.items[run];
    struct hr__done done = {item.invocation, item.arrival, item.admitted, item.begun, item.unbilled,
                            share->at,       cut};
    double left = hr__real_of(share->ends.keys[f->runs.at[run]]) - share->virtual_us;
    double work = item.work - (left > 0 ? left : 0);
    hr__share_remove(share, &f->runs, run, side->cpu, side->workload->vcpus);
    double area = (double)hr__inside(&f->measure.clock, done.begun, done.end);
    if (done.end > done.begun)
        side->tally->used_vcpu_us += side->cpu * work * area / (double)(done.end - done.begun);
    hr__function_ran(f, &f->instances[ref], &item, &done);
    hr__run_give(&f->runs, run);
    hr__named_release(f, ref, done.end);
}

static void share_ends(struct hr__function *f, uint32_t ref, int64_t now)
{
    hr__share_advance(&f->shares[ref], now);
    for (uint32_t run; (run = hr__share_done(&f->shares[ref])) != HR__NONE;)
        share_end(f, ref, run, false);
    while (f->model->time_limit_us > 0 && f->shares[ref].ends.n > 0) {
        uint32_t run = f->shares[ref].by_begin.head;
        if (f->runs.items[run].begun + f->model->time_limit_us > now)
            break;
        share_end(f, ref, run, true);
    }
    share_event(f, ref);
}

void hr__named_happens(struct hr__function *f, hr__key key)
{
    uint32_t ref = hr__ref(key);
    int64_t now = hr__time(key);
    if (hr__class_of(key) == HR__WORK_ENDS) {
        share_ends(f, ref, now); /* moves its event on */
        return;
    }
    hr__heap_remove(&f->events, 0, f->event_at);
    started(f, ref, now);
}
