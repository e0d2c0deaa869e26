/* function.c: the function engine: time, attempts, what gates them, retries, anonymous instances.
 *
 * Events are ends of work, ends of starts and attempts made again. On a slot of its own an
 * invocation's end is known when it begins; everything of it is written down then, and its event
 * only frees the slot. The hot way needs no instances at all: see rest.h; those that have names are
 * in function_named.c.
 */
#include "sim/function.h"

#include "sim/engines.h"

/* Marks on the reference of an event: to a workload (work ends) or a run (a start ends). */
#define ANONYMOUS   HR__MARK(0)
#define PROVISIONED HR__MARK(1)
#define PREWARM     HR__MARK(2)
#define PROVISION   HR__MARK(3)

/* ---- attempts made again -------------------------------------------------------------------- */

void hr__function_look(struct hr__function *f)
{
    int64_t events = f->events.n > 0 ? hr__time(f->events.keys[0]) : INT64_MAX;
    int64_t later = f->later.n > 0 ? hr__time(f->later.keys[0]) : INT64_MAX;
    f->rare = events < later ? events : later;
}

void hr__function_later(struct hr__function *f, int64_t time, enum hr__class class, uint32_t ref)
{
    if (!hr__heap_push(&f->later, hr__event(time, class, f->next_number++, ref), NULL))
        f->failed = true;
    hr__function_look(f);
}

void hr__function_prewarm_at(struct hr__function *f, uint32_t workload, int64_t time)
{
    hr__function_later(f, time, HR__START_ENDS, workload | PREWARM);
}

void hr__function_provision_at(struct hr__function *f, uint32_t workload, int64_t time)
{
    hr__function_later(f, time, HR__START_ENDS, workload | PROVISION);
}

static void prewarm(struct hr__function *f, uint32_t workload, int64_t now)
{
    struct hr__keep_side *keep = &f->sides[workload].keep;
    if (keep->prewarm_at != now)
        return;
    hr__named_prewarm(f, workload, now);
    keep->prewarm_at = HR_UNKNOWN;
}

bool hr__function_try_again(struct hr__function *f, const struct hr__run *run, bool refused,
                            int64_t now)
{
    const struct hr_retry_model *retry = f->sides[run->workload].retry;
    if (!retry)
        return false;
    struct hr__run again = *run;
    int64_t delay;
    if (refused) {
        again.throttles = (uint16_t)(again.throttles + (again.throttles < UINT16_MAX));
        delay = hr__back_off(retry->refused_us, retry->refused_most_us, again.throttles);
    } else {
        again.errors = (uint16_t)(again.errors + 1);
        delay = hr__back_off(retry->delay_us, retry->max_age_us, again.errors);
        if (again.errors >= retry->attempts)
            return false;
    }
    if (now + delay - run->arrival > retry->max_age_us)
        return false;
    uint32_t kept = hr__run_take(&f->runs);
    if (kept == HR__NONE)
        return false;
    f->runs.items[kept] = again;
    hr__function_later(f, now + delay, HR__ATTEMPT, kept);
    return true;
}

static void throttled(struct hr__function *f, const struct hr__run *run, int64_t now)
{
    struct hr__tally *tally = f->sides[run->workload].tally;
    if (!run->copy)
        hr__decided(&f->measure, HR_DECISION_THROTTLED, now, run->workload, run->invocation,
                    now - run->arrival);
    if (run->batch) {
        hr__batch_refused(f, run, now);
        return;
    }
    bool last = !hr__function_try_again(f, run, true, now);
    if (!run->copy)
        hr__refused(&f->measure, tally, run->arrival, &tally->throttled, last);
}

void hr__function_ended(struct hr__function *f, const struct hr__run *run,
                        const struct hr__done *done)
{
    const struct hr__side *side = &f->sides[run->workload];
    if (done->cut && !run->copy)
        hr__decided(&f->measure, HR_DECISION_TIMED_OUT, done->end, run->workload, run->invocation,
                    done->end - done->begun);
    if (side->inlet) {
        hr__inlet_ended(f, run, done);
        return;
    }
    bool last = !done->cut || !hr__function_try_again(f, run, false, done->end);
    side->tally->duplicates += run->errors > 0 && hr__counted(&f->measure.clock, run->arrival);
    hr__ran(&f->measure, side->tally, side->workload->key, done, last);
}

/* ---- anonymous instances -------------------------------------------------------------------- */

/* What rounding adds to a bill travels in the event, in the place of a number. */
static void push_end(struct hr__function *f, uint32_t ref, int64_t now, int64_t end, int64_t excess)
{
    if (!hr__wheel_push(&f->ends, hr__event(end, HR__WORK_ENDS, (uint32_t)excess, ref), now))
        f->failed = true;
}

/* Begins now; `done` is filled. Returns what its bill is rounded up by. */
static int64_t run_anonymous(struct hr__function *f, const struct hr__run *run, int64_t now,
                             struct hr__done *done)
{
    struct hr__side *side = &f->sides[run->workload];
    *done = hr__function_done(f, run, now);
    hr__busy(&f->measure, side->tally, now);
    hr__function_ended(f, run, done);
    return hr__function_bill_each(f, side, done);
}

static void begin_anonymous(struct hr__function *f, const struct hr__run *run, int64_t now)
{
    struct hr__tally *tally = f->sides[run->workload].tally;
    struct hr__done done;
    int64_t excess = run_anonymous(f, run, now, &done);
    tally->idle += (double)hr__inside(&f->measure.clock, done.end, done.end + excess);
    push_end(f, run->workload | ANONYMOUS, now, done.end, excess);
}

/* An instance that is paid for all the time: it is not idle while it works. */
static void begin_provisioned(struct hr__function *f, const struct hr__run *run, int64_t now)
{
    struct hr__side *side = &f->sides[run->workload];
    struct hr__tally *tally = side->tally;
    int64_t on_demand = tally->billed_use_us, cut = tally->billed_us;
    struct hr__done done;
    hr__provisioned_works(side, now);
    run_anonymous(f, run, now, &done);
    tally->provisioned_use_us += tally->billed_use_us - on_demand;
    tally->billed_use_us = on_demand; /* priced apart */
    tally->billed_us = cut;
    double not_idle = hr__stretch(&f->measure.clock, tally->line, HR__IDLE, now, done.end, -1);
    tally->idle += not_idle;
    tally->provisioned_idle += not_idle;
    push_end(f, run->workload | ANONYMOUS | PROVISIONED, now, done.end, 0);
}

/* A warm one takes a first attempt at once: the hot way. False, and nothing done: this invocation
 * needs more than the few sums of hr__ran_plain. */
static bool serve_plain(struct hr__function *f, struct hr__side *side, uint32_t workload,
                        int64_t now, int64_t service)
{
    int64_t limit = f->model->time_limit_us, billed = hr__billed_span(&f->metering, service);
    if (!hr__is_plain(&f->measure, service, now + billed) || (limit > 0 && service > limit))
        return false;
    side->rest.n--;
    side->account->in_progress++;
    hr__ran_plain(&f->measure, side->tally, now, service, billed);
    push_end(f, workload | ANONYMOUS, now, now + service, billed - service);
    return true;
}

static void launch_anonymous(struct hr__function *f, const struct hr__run *run, int64_t now)
{
    const struct hr__side *side = &f->sides[run->workload];
    const struct hr__start start = hr__start_draw(f, run);
    uint32_t kept = hr__run_take(&f->runs);
    if (kept == HR__NONE)
        return;
    f->runs.items[kept] = *run;
    f->runs.items[kept].unbilled = start.unbilled;
    side->tally->cold_starts += hr__counted(&f->measure.clock, run->arrival);
    hr__decided(&f->measure, HR_DECISION_COLD_START, now, run->workload, run->invocation,
                start.all);
    hr__instances(&f->measure, side->tally, now, 1);
    hr__function_starts(f, side, now, &start);
    hr__function_later(f, now + start.all, HR__START_ENDS, kept);
}

/* False: no instance, and none may be launched now. */
static bool admit_anonymous(struct hr__function *f, const struct hr__run *run, int64_t now)
{
    struct hr__side *side = &f->sides[run->workload];
    if (side->provisioned.free > 0) {
        begin_provisioned(f, run, now);
    } else if (side->rest.n > 0) {
        side->rest.n--;
        begin_anonymous(f, run, now);
    } else {
        if (!hr__rate_take(&side->launches, now))
            return false;
        launch_anonymous(f, run, now);
    }
    return true;
}

static void rest_anonymous(struct hr__function *f, uint32_t workload, int64_t now)
{
    struct hr__side *side = &f->sides[workload];
    if (!hr__rest_push(&side->rest, now))
        f->failed = true;
    if (side->rest.watched)
        return;
    int64_t until = now + f->model->keep_alive_us;
    side->rest.watched = true;
    f->next_expiry = until < f->next_expiry ? until : f->next_expiry;
    if (!hr__heap_push(&f->expiries, hr__event(until, 0, 0, workload), NULL))
        f->failed = true;
}

static void ended_anonymous(struct hr__function *f, hr__key key)
{
    uint32_t workload = hr__ref(key);
    struct hr__side *side = &f->sides[workload];
    int64_t now = hr__time(key);
    side->account->in_progress--;
    hr__free(&f->measure, side->tally, now);
    hr__excess(&f->measure, side->tally, now, now + hr__number(key));
    if ((uint32_t)key & PROVISIONED)
        hr__provisioned_rests(f, side, now);
    else
        rest_anonymous(f, workload, now);
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

/* ---- expiry ---------------------------------------------------------------------------------- */

static void expire_all(struct hr__function *f, int64_t now)
{
    f->next_expiry = hr__named_expire(f, now);
    while (f->expiries.n > 0 && hr__time(f->expiries.keys[0]) <= now)
        expire_resting(f, now);
    if (f->expiries.n > 0 && hr__time(f->expiries.keys[0]) < f->next_expiry)
        f->next_expiry = hr__time(f->expiries.keys[0]);
}

static void expire(struct hr__function *f, int64_t now)
{
    if (now >= f->next_expiry)
        expire_all(f, now);
}

/* ---- attempts ----------------------------------------------------------------------------- */

/* It counts as in progress from now on, unless no instance may take it. */
static bool admit(struct hr__function *f, struct hr__run *run, int64_t now)
{
    struct hr__side *side = &f->sides[run->workload];
    run->admitted = now;
    run->unbilled = 0;
    if (!(side->anonymous ? admit_anonymous(f, run, now) : hr__named_admit(f, run, now)))
        return false;
    side->account->in_progress++;
    return true;
}

/* When a batch is refused that waited until then: no earlier than what has happened since. */
static int64_t refused_at(const struct hr__function *f, int64_t until, int64_t now)
{
    int64_t last = now == INT64_MAX ? f->measure.end_us : now;
    return last > until ? last : until;
}

/* Those who waited longer than they may are refused; who waits exactly that long is not yet. */
static void give_up(struct hr__function *f, int64_t now)
{
    while (f->waiting.n > 0) {
        uint32_t head = f->waiting.head;
        const struct hr__run run = f->runs.items[head];
        int64_t until = run.admitted + f->model->queue_us;
        if (until >= now)
            return;
        struct hr__tally *tally = f->sides[run.workload].tally;
        if (!run.copy)
            hr__decided(&f->measure, HR_DECISION_THROTTLED, until, run.workload, run.invocation,
                        until - run.arrival);
        hr__queue_remove(&f->runs, &f->waiting, head);
        hr__run_give(&f->runs, head);
        if (run.batch) {
            hr__batch_refused(f, &run, refused_at(f, until, now));
            continue;
        }
        hr__stretch(&f->measure.clock, tally->line, HR__QUEUE, run.arrival, until, 1);
        if (!run.copy)
            hr__refused(&f->measure, tally, run.arrival, &tally->throttled, true);
    }
}

static void admit_waiting(struct hr__function *f, int64_t now)
{
    give_up(f, now);
    if (f->waiting.n == 0 || f->pool.in_progress >= f->pool.limit)
        return;
    uint32_t head = f->waiting.head;
    struct hr__run run = f->runs.items[head];
    hr__queue_remove(&f->runs, &f->waiting, head);
    hr__run_give(&f->runs, head);
    expire(f, now - 1); /* at exactly the keep-alive an end of work still finds it */
    if (!admit(f, &run, now))
        throttled(f, &run, now);
}

void hr__function_freed(struct hr__function *f, struct hr__side *side, int64_t now)
{
    side->account->in_progress--;
    if (f->waiting.n > 0)
        admit_waiting(f, now);
}

static void at_limit(struct hr__function *f, struct hr__run *run, int64_t now)
{
    run->admitted = now; /* so long it waits for */
    if (f->model->on_limit == HR_LIMIT_REFUSE) {
        throttled(f, run, now);
        return;
    }
    give_up(f, now);
    uint32_t waits = hr__run_take(&f->runs);
    if (waits == HR__NONE)
        return;
    f->runs.items[waits] = *run;
    hr__queue_put(&f->runs, &f->waiting, waits);
}

/* Past the gate of requests a second: the account's or the reserved concurrency decides. */
static void attempt(struct hr__function *f, struct hr__run *run, int64_t now)
{
    const struct hr__account *account = f->sides[run->workload].account;
    if (account->in_progress >= account->limit)
        at_limit(f, run, now);
    else if (!admit(f, run, now))
        throttled(f, run, now);
}

void hr__function_attempt(struct hr__function *f, struct hr__run *run, int64_t now)
{
    expire(f, now);
    if (hr__rate_take(&f->requests, now))
        attempt(f, run, now);
    else
        throttled(f, run, now);
}

/* ---- events ------------------------------------------------------------------------------- */

static hr__key rare_first(const struct hr__function *f)
{
    if (f->later.n == 0 || (f->events.n > 0 && f->events.keys[0] < f->later.keys[0]))
        return f->events.keys[0];
    return f->later.keys[0];
}

/* An anonymous instance has started, or an attempt is made again. */
static void later_happens(struct hr__function *f, hr__key key)
{
    uint32_t kept = hr__ref(key);
    int64_t now = hr__time(key);
    hr__heap_remove(&f->later, 0, NULL);
    if ((uint32_t)key & PREWARM) {
        prewarm(f, kept, now);
        return;
    }
    if ((uint32_t)key & PROVISION) {
        hr__provision_happens(f, kept, now);
        return;
    }
    if ((uint32_t)key & HR__OF_INLET) {
        give_up(f, now);
        hr__inlet_happens(f, key);
        return;
    }
    struct hr__run run = f->runs.items[kept];
    hr__run_give(&f->runs, kept);
    if (hr__class_of(key) == HR__START_ENDS) {
        begin_anonymous(f, &run, now);
        return;
    }
    hr__function_attempt(f, &run, now);
}

static void rare_happens(struct hr__function *f)
{
    hr__key key = rare_first(f);
    hr__time_moves(&f->measure, hr__time(key));
    if (f->later.n > 0 && key == f->later.keys[0])
        later_happens(f, key);
    else
        hr__named_happens(f, key);
    hr__function_look(f);
}

/* Two sources of events, one order. */
static void run_until(struct hr__function *f, int64_t now)
{
    for (;;) {
        bool due = hr__wheel_due(&f->ends, now);
        hr__key end = due ? hr__wheel_first(&f->ends) : 0;
        if (f->rare <= now && (!due || (f->rare <= hr__time(end) && rare_first(f) < end))) {
            rare_happens(f);
        } else if (due) {
            hr__wheel_pop(&f->ends);
            hr__time_moves(&f->measure, hr__time(end));
            if ((uint32_t)end & ANONYMOUS)
                ended_anonymous(f, end);
            else
                hr__named_release(f, hr__ref(end), hr__time(end));
        } else {
            return;
        }
    }
}

static void arrive(struct hr__function *f, const struct hr_block *block, size_t i)
{
    uint32_t workload = block->workload ? block->workload[i] : 0;
    struct hr__side *side = &f->sides[workload];
    int64_t now = block->arrival_us[i], logged = block->service_us[i];
    int64_t service = side->as_logged ? logged : (int64_t)llround((double)logged * side->stretch);
    double work = (double)logged * side->work;
    if (side->workload->state_accesses > 0) {
        const int64_t extra =
            hr__state_extra(f->platform, side->workload, f->options->seed, block->first + i, 0);
        hr__add_state(extra, &service, &work);
        side->state_us += hr__billed(&f->measure.clock, now) ? (double)extra : 0;
    }
    run_until(f, now);
    hr__time_moves(&f->measure, now);
    expire(f, now);
    hr__arrives(&f->measure, side->tally, now);
    if (side->inlet) {
        hr__inlet_arrives(f, &(struct hr__run){.invocation = block->first + i,
                                               .arrival = now,
                                               .service = service,
                                               .work = work,
                                               .workload = workload});
        return;
    }
    bool passes = hr__rate_take(&f->requests, now);
    if (passes && side->rest.n > 0 && !side->provisions &&
        side->account->in_progress < side->account->limit &&
        serve_plain(f, side, workload, now, service))
        return;
    struct hr__run run = {.invocation = block->first + i,
                          .arrival = now,
                          .service = service,
                          .work = work,
                          .workload = workload};
    if (passes)
        attempt(f, &run, now);
    else
        throttled(f, &run, now);
}

/* ---- the replay --------------------------------------------------------------------------- */

/* Instances that are left live until they expire. */
static void finish(struct hr__function *f)
{
    do { /* a batch that gives up may come back */
        run_until(f, INT64_MAX - 1);
        give_up(f, INT64_MAX);
    } while (f->rare != INT64_MAX); /* there is none */
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
            arrive(f, &block, i);
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
    f.measure.decisions = job->decisions;
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
