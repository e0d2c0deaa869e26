/* function.c: the function engine: time, attempts, cold starts, reuse, expiry, the account's limit.
 *
 * Events are ends of work and ends of starts. Expiry needs none: with one keep-alive for all, idle
 * instances expire in the order in which they became idle, so a list does. On a slot of its own an
 * invocation's end is known when it begins; everything of it is written down then, and its event
 * only frees the slot. The hot way needs no instances at all: see rest.h.
 */
#include "sim/function.h"

#include "sim/engines.h"

/* ---- the idle list ------------------------------------------------------------------------ */

static void idle_add(struct hr__function *f, uint32_t ref)
{
    struct hr__instance *instance = &f->instances[ref];
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

static void idle_remove(struct hr__function *f, const struct hr__instance *instance)
{
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

/* Idle for the keep-alive at `now`, or longer: gone. */
static void expire_idle(struct hr__function *f, int64_t now)
{
    while (f->idle_head != HR__NONE) {
        uint32_t ref = f->idle_head;
        struct hr__instance *instance = &f->instances[ref];
        int64_t end = instance->last + f->model->keep_alive_us;
        if (end > now)
            return;
        pool_leave(f, ref);
        idle_remove(f, instance);
        hr__function_gone(f, instance, end);
        hr__instance_free(f, ref);
    }
}

/* ---- anonymous instances -------------------------------------------------------------------- */

/* Marks a reference in an event: to a workload (work ends) or a run (a start ends). */
#define ANONYMOUS ((uint32_t)1 << 30)

/* What rounding adds to a bill travels in the event, in the place of a number. */
static void end_anonymous(struct hr__function *f, uint32_t workload, int64_t now, int64_t end,
                          int64_t excess)
{
    hr__key key = hr__event(end, HR__WORK_ENDS, (uint32_t)excess, workload | ANONYMOUS);
    if (!hr__wheel_push(&f->ends, key, now))
        f->failed = true;
}

/* Begins now. */
static void begin_anonymous(struct hr__function *f, uint32_t workload, struct hr__done *done)
{
    const struct hr__side *side = &f->sides[workload];
    int64_t limit = f->model->time_limit_us, now = done->begun;
    if (limit > 0 && done->end > now + limit) {
        done->end = now + limit;
        done->cut = true;
    }
    hr__busy(&f->measure, side->tally, now);
    hr__ran(&f->measure, side->tally, side->workload->key, done);
    int64_t excess = hr__function_bill_each(f, side->tally, done);
    side->tally->idle += (double)hr__inside(&f->measure.clock, done->end, done->end + excess);
    end_anonymous(f, workload, now, done->end, excess);
}

/* A warm one takes it at once. */
static void serve_anonymous(struct hr__function *f, uint32_t workload, uint64_t invocation,
                            int64_t now, int64_t service)
{
    struct hr__side *side = &f->sides[workload];
    int64_t limit = f->model->time_limit_us, billed = hr__billed_span(&f->metering, service);
    side->rest.n--;
    f->in_progress++;
    if (!hr__is_plain(&f->measure, service, now + billed) || (limit > 0 && service > limit)) {
        struct hr__done done = {invocation, now, now, now, now + service, false};
        begin_anonymous(f, workload, &done);
        return;
    }
    hr__ran_plain(&f->measure, side->tally, now, service, billed);
    end_anonymous(f, workload, now, now + service, billed - service);
}

static void launch_anonymous(struct hr__function *f, const struct hr__run *run)
{
    const struct hr__side *side = &f->sides[run->workload];
    int64_t now = run->arrival;
    int64_t ready =
        now + hr_dist_draw(side->cold_start, hr_draw_key(f->options->seed, side->workload->key,
                                                         run->invocation, HR_DRAW_COLD_START));
    uint32_t kept = hr__run_take(&f->runs);
    if (kept == HR__NONE)
        return;
    f->runs.items[kept] = *run;
    side->tally->cold_starts += hr__counted(&f->measure.clock, now);
    hr__instances(&f->measure, side->tally, now, 1);
    hr__function_starts(f, side, now, ready);
    if (!hr__heap_push(&f->events,
                       hr__event(ready, HR__START_ENDS, f->next_number++, kept | ANONYMOUS), NULL))
        f->failed = true;
}

static void started_anonymous(struct hr__function *f, uint32_t kept, int64_t now)
{
    struct hr__run run = f->runs.items[kept];
    struct hr__done done = {run.invocation,    run.arrival, run.arrival, now,
                            now + run.service, false};
    hr__run_give(&f->runs, kept);
    begin_anonymous(f, run.workload, &done);
}

static void ended_anonymous(struct hr__function *f, hr__key key)
{
    uint32_t workload = hr__ref(key);
    struct hr__side *side = &f->sides[workload];
    struct hr__tally *tally = side->tally;
    int64_t now = hr__time(key), excess = hr__number(key);
    f->in_progress--;
    hr__free(&f->measure, tally, now);
    hr__excess(&f->measure, tally, now, now + excess);
    bool good = hr__rest_push(&side->rest, now);
    if (!side->rest.watched) {
        int64_t until = now + f->model->keep_alive_us;
        side->rest.watched = true;
        good &= hr__heap_push(&f->expiries, hr__event(until, 0, 0, workload), NULL);
        f->next_expiry = until < f->next_expiry ? until : f->next_expiry;
    }
    f->failed |= !good;
}

/* The side that stands first in `expiries`: those at its bottom go whose time has come. */
static void expire_resting(struct hr__function *f, int64_t now)
{
    uint32_t workload = hr__ref(f->expiries.keys[0]);
    struct hr__side *side = &f->sides[workload];
    int64_t end = 0;
    for (; side->rest.n > 0; hr__rest_expire(&side->rest)) {
        end = hr__rest_oldest(&side->rest) + f->model->keep_alive_us;
        if (end > now)
            break;
        hr__instances(&f->measure, side->tally, end, -1);
    }
    side->rest.watched = side->rest.n > 0;
    if (side->rest.watched)
        hr__heap_change(&f->expiries, 0, hr__event(end, 0, 0, workload), NULL);
    else
        hr__heap_remove(&f->expiries, 0, NULL);
}

static void expire_all(struct hr__function *f, int64_t now)
{
    expire_idle(f, now);
    while (f->expiries.n > 0 && hr__time(f->expiries.keys[0]) <= now)
        expire_resting(f, now);
    f->next_expiry = f->expiries.n > 0 ? hr__time(f->expiries.keys[0]) : INT64_MAX;
    if (f->idle_head != HR__NONE) {
        int64_t end = f->instances[f->idle_head].last + f->model->keep_alive_us;
        f->next_expiry = end < f->next_expiry ? end : f->next_expiry;
    }
}

static void expire(struct hr__function *f, int64_t now)
{
    if (now >= f->next_expiry)
        expire_all(f, now);
}

/* ---- work on an instance ------------------------------------------------------------------ */

static void set_event(struct hr__function *f, uint32_t ref, int64_t time, enum hr__class class)
{
    hr__key key = hr__event(time, class, f->instances[ref].number, ref);
    if (f->event_at && f->event_at[ref] != HR__NONE)
        hr__heap_change(&f->events, f->event_at[ref], key, f->event_at);
    else if (!hr__heap_push(&f->events, key, f->event_at))
        f->failed = true;
}

/* On a slot of its own: all is known now. */
static void begin_alone(struct hr__function *f, uint32_t ref, const struct hr__run *run,
                        int64_t now)
{
    const struct hr__instance *instance = &f->instances[ref];
    const struct hr__side *side = &f->sides[instance->workload];
    struct hr__done done = {run->invocation,    run->arrival, run->admitted, now,
                            now + run->service, false};
    if (f->model->time_limit_us > 0 && run->service > f->model->time_limit_us) {
        done.end = now + f->model->time_limit_us;
        done.cut = true;
    }
    hr__busy(&f->measure, side->tally, now);
    if (!hr__wheel_push(&f->ends, hr__event(done.end, HR__WORK_ENDS, instance->number, ref), now))
        f->failed = true;
    hr__function_ran(f, instance, &done);
}

/* The next event of an instance whose runs share it. */
static void share_event(struct hr__function *f, uint32_t ref)
{
    const struct hr__share *share = &f->shares[ref];
    if (share->ends.n == 0) {
        if (f->event_at[ref] != HR__NONE)
            hr__heap_remove(&f->events, f->event_at[ref], f->event_at);
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
    int64_t start =
        hr_dist_draw(side->cold_start, hr_draw_key(f->options->seed, side->workload->key,
                                                   run->invocation, HR_DRAW_COLD_START));
    uint32_t ref = hr__instance_launch(f, run->workload, now, now + start);
    if (ref == HR__NONE)
        return;
    struct hr__instance *instance = &f->instances[ref];
    instance->starting = true;
    instance->load = 1;
    side->tally->cold_starts += hr__counted(&f->measure.clock, run->arrival);
    hr__function_starts(f, side, now, instance->ready);
    set_event(f, ref, instance->ready, HR__START_ENDS);
    pool_enter(f, ref);
    pend(f, ref, run);
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

/* It counts as in progress from now on. */
static void admit(struct hr__function *f, struct hr__run *run, int64_t now)
{
    f->in_progress++;
    run->admitted = now;
    if (f->sides[run->workload].anonymous) {
        launch_anonymous(f, run);
        return;
    }
    uint32_t ref = choose(f, &f->sides[run->workload], run);
    if (ref == HR__NONE) {
        launch(f, run, now);
        return;
    }
    struct hr__instance *instance = &f->instances[ref];
    pool_leave(f, ref);
    if (instance->load == 0) {
        idle_remove(f, instance);
        instance->active_from = now;
    }
    instance->load++;
    instance->last = now;
    pool_enter(f, ref);
    if (instance->starting)
        pend(f, ref, run);
    else
        begin(f, ref, run, now);
}

/* Those who waited longer than they may are refused; who waits exactly that long is not yet. */
static void give_up(struct hr__function *f, int64_t now)
{
    while (f->waiting.n > 0) {
        uint32_t head = f->waiting.head;
        const struct hr__run *run = &f->runs.items[head];
        int64_t until = run->arrival + f->model->queue_us;
        if (until >= now)
            return;
        struct hr__tally *tally = f->sides[run->workload].tally;
        hr__stretch(&f->measure.clock, tally->line, HR__QUEUE, run->arrival, until, 1);
        hr__refused(&f->measure, tally, run->arrival, &tally->throttled);
        hr__queue_remove(&f->runs, &f->waiting, head);
        hr__run_give(&f->runs, head);
    }
}

static void admit_waiting(struct hr__function *f, int64_t now)
{
    give_up(f, now);
    if (f->waiting.n == 0 || f->in_progress >= f->limit)
        return;
    uint32_t head = f->waiting.head;
    struct hr__run run = f->runs.items[head];
    hr__queue_remove(&f->runs, &f->waiting, head);
    hr__run_give(&f->runs, head);
    expire(f, now - 1); /* at exactly the keep-alive an end of work still finds it */
    admit(f, &run, now);
}

static void at_limit(struct hr__function *f, struct hr__run *run, int64_t now)
{
    struct hr__tally *tally = f->sides[run->workload].tally;
    if (f->model->on_limit == HR_LIMIT_REFUSE) {
        hr__refused(&f->measure, tally, run->arrival, &tally->throttled);
        return;
    }
    give_up(f, now);
    uint32_t waits = hr__run_take(&f->runs);
    if (waits == HR__NONE)
        return;
    f->runs.items[waits] = *run;
    hr__queue_put(&f->runs, &f->waiting, waits);
}

/* ---- events ------------------------------------------------------------------------------- */

/* A slot becomes free. */
static void release(struct hr__function *f, uint32_t ref, int64_t now)
{
    struct hr__instance *instance = &f->instances[ref];
    hr__free(&f->measure, f->sides[instance->workload].tally, now);
    f->in_progress--;
    pool_leave(f, ref);
    instance->load--;
    instance->last = now;
    pool_enter(f, ref);
    if (instance->load == 0) {
        hr__function_rests(f, instance, now);
        idle_add(f, ref);
    }
    if (f->waiting.n > 0)
        admit_waiting(f, now);
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
    const struct hr__run *item = &f->runs.items[run];
    struct hr__done done = {item->invocation, item->arrival, item->admitted,
                            item->begun,      share->at,     cut};
    double left = hr__real_of(share->ends.keys[f->runs.at[run]]) - share->virtual_us;
    double work = item->work - (left > 0 ? left : 0);
    hr__share_remove(share, &f->runs, run, side->cpu, side->workload->vcpus);
    double area = (double)hr__overlap(done.begun, done.end, f->measure.clock.figures_from,
                                      f->measure.clock.to);
    if (done.end > done.begun)
        side->tally->used_vcpu_us += side->cpu * work * area / (double)(done.end - done.begun);
    hr__function_ran(f, instance, &done);
    hr__run_give(&f->runs, run);
    release(f, ref, done.end);
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

static void happens(struct hr__function *f, hr__key key)
{
    uint32_t ref = hr__ref(key);
    int64_t now = hr__time(key);
    hr__time_moves(&f->measure, now);
    if (hr__class_of(key) == HR__WORK_ENDS) {
        share_ends(f, ref, now); /* moves its event on */
        return;
    }
    if ((uint32_t)key & ANONYMOUS) {
        hr__heap_remove(&f->events, 0, NULL);
        started_anonymous(f, ref, now);
        return;
    }
    hr__heap_remove(&f->events, 0, f->event_at);
    started(f, ref, now);
}

/* Two sources of events, one order. */
static void run_until(struct hr__function *f, int64_t now)
{
    for (;;) {
        bool due = hr__wheel_due(&f->ends, now);
        hr__key end = due ? hr__wheel_first(&f->ends) : 0;
        if (f->events.n > 0 && hr__time(f->events.keys[0]) <= now &&
            (!due || f->events.keys[0] < end))
            happens(f, f->events.keys[0]);
        else if (due) {
            hr__wheel_pop(&f->ends);
            hr__time_moves(&f->measure, hr__time(end));
            if ((uint32_t)end & ANONYMOUS)
                ended_anonymous(f, end);
            else
                release(f, hr__ref(end), hr__time(end));
        } else
            return;
    }
}

static void attempt(struct hr__function *f, const struct hr_block *block, size_t i)
{
    uint32_t workload = block->workload ? block->workload[i] : 0;
    struct hr__side *side = &f->sides[workload];
    int64_t now = block->arrival_us[i], logged = block->service_us[i];
    int64_t service = side->as_logged ? logged : (int64_t)llround((double)logged * side->stretch);
    run_until(f, now);
    hr__time_moves(&f->measure, now);
    expire(f, now);
    hr__arrives(&f->measure, side->tally, now);
    if (f->in_progress < f->limit && side->anonymous && side->rest.n > 0) {
        serve_anonymous(f, workload, block->first + i, now, service);
        return;
    }
    struct hr__run run = {.invocation = block->first + i,
                          .arrival = now,
                          .service = service,
                          .work = (double)logged * side->work,
                          .workload = workload};
    if (f->in_progress < f->limit)
        admit(f, &run, now);
    else
        at_limit(f, &run, now);
}

/* ---- the replay --------------------------------------------------------------------------- */

/* Instances that are left live until they expire. */
static void finish(struct hr__function *f)
{
    run_until(f, INT64_MAX);
    give_up(f, INT64_MAX);
    expire(f, INT64_MAX);
}

static bool replay_blocks(struct hr__function *f, const struct hr_source *source,
                          struct hr__told *told, struct hr_error *err)
{
    for (;;) {
        struct hr_block block = {0};
        if (!source->next(source->context, &block, err))
            return false;
        if (block.n == 0)
            return true;
        if (!hr__block_fits(&block, f->side_count, &told->last_arrival, err))
            return false;
        for (size_t i = 0; i < block.n; i++)
            attempt(f, &block, i);
        if (f->failed || f->runs.failed || f->measure.failed)
            return hr__fail_room(f->runs.failed, err);
        if (!hr__tell(told, block.n, err))
            return false;
    }
}

bool hr__function_replay(const struct hr_replay_job *job, struct hr_outcome *ret,
                         struct hr_error *err)
{
    struct hr__function f = {.platform = job->platform,
                             .model = &job->platform->function,
                             .metering = *job->metering,
                             .options = job->options};
    struct hr__told told = {job->platform->id, job->progress, 0, 0, 0};
    bool good = hr__function_init(&f, job->workloads, job->workload_count);
    if (!good)
        hr_fail_memory(err);
    good = good && replay_blocks(&f, job->source, &told, err);
    if (good) {
        finish(&f);
        good = !f.failed && !f.runs.failed && hr__function_outcome(&f, ret);
        if (!good)
            hr__fail_room(f.runs.failed, err);
    }
    hr__function_clear(&f);
    return good;
}
