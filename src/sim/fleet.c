/* fleet.c: the fleet engine: time, arrivals, queues, slots and sharing on servers.
 *
 * On a slot of its own an invocation's end is known when it begins; its event names server and
 * workload and needs no record. Under sharing each server has one event, its next end.
 */
#include "sim/fleet.h"

/* ---- work on a server ---------------------------------------------------------------------- */

static void ran(struct hr__fleet *f, const struct hr__guest *guest, const struct hr__done *done,
                double vcpu_us)
{
    struct hr__tally *t = guest->tally;
    int64_t span = done->end - done->begun;
    int64_t inside = hr__inside(&f->measure.clock, done->begun, done->end);
    hr__ran(&f->measure, t, guest->workload->key, done, true);
    if (inside == span)
        t->used_vcpu_us += vcpu_us;
    else if (inside > 0)
        t->used_vcpu_us += vcpu_us * (double)inside / (double)span;
}

static void begin_alone(struct hr__fleet *f, uint32_t server, const struct hr__run *run,
                        int64_t now)
{
    const struct hr__guest *guest = &f->guests[run->workload];
    struct hr__done done = {run->invocation, run->arrival, now, now, 0, now + run->service, false};
    hr__key key = hr__event(done.end, HR__WORK_ENDS, server, run->workload);
    if (!hr__wheel_push(&f->ends, key, now))
        f->failed = true;
    if (f->scales)
        hr__server_load(f, server, f->servers[server].load + guest->weight, now);
    hr__ran(&f->measure, guest->tally, guest->workload->key, &done, true);
}

/* The same where it may be cut off: its record stays, and its end tells what became of it. */
static void begin_kept(struct hr__fleet *f, uint32_t server, uint32_t run, int64_t now)
{
    struct hr__run *item = &f->runs.items[run];
    item->begun = now;
    hr__queue_put(&f->runs, &f->servers[server].runs, run);
    if (!hr__wheel_push(&f->ends, hr__event(now + item->service, HR__WORK_ENDS, server, run), now))
        f->failed = true;
    if (f->scales)
        hr__server_load(f, server, f->servers[server].load + f->guests[item->workload].weight, now);
}

/* What it may use: all of its vCPUs, or what it earns. */
double hr__vcpus_now(const struct hr__fleet *f, uint32_t server)
{
    return f->servers[server].throttled ? f->model->vcpus * f->model->baseline : f->model->vcpus;
}

/* Credits of a burstable server at `now`: earned all the time, spent by what runs. */
static void settle_credit(struct hr__fleet *f, uint32_t server, int64_t now)
{
    struct hr__server *s = &f->servers[server];
    const struct hr__share *share = &f->shares[server];
    double earns = f->model->vcpus * f->model->baseline;
    double most = earns * (double)f->model->credit_hold_us;
    double uses = share->ends.n ? share->rate * share->sum_cpu : 0;
    s->credit += (earns - uses) * (double)(now - share->at);
    s->credit = s->credit < 0 ? 0 : s->credit > most ? most : s->credit;
}

/* Spent credits throttle at once, and a second's worth of its vCPUs ends that. */
static void throttle(struct hr__fleet *f, uint32_t server)
{
    struct hr__server *s = &f->servers[server];
    bool spent = s->credit < (s->throttled ? f->model->vcpus * (double)HR_SECOND : 1);
    if (spent == s->throttled)
        return;
    s->throttled = spent;
    hr__share_settle(&f->shares[server], hr__vcpus_now(f, server));
}

void hr__share_moves(struct hr__fleet *f, uint32_t server, int64_t now)
{
    if (f->model->baseline > 0)
        settle_credit(f, server, now);
    hr__share_advance(&f->shares[server], now);
}

/* When the next run is done, or before that the credits are spent. */
static int64_t next_change(const struct hr__fleet *f, uint32_t server)
{
    const struct hr__share *share = &f->shares[server];
    const struct hr__server *s = &f->servers[server];
    int64_t next = hr__share_next(share);
    if (f->model->baseline <= 0 || s->throttled)
        return next;
    double loses = share->rate * share->sum_cpu - f->model->vcpus * f->model->baseline;
    if (loses <= 0 || s->credit / loses >= (double)(next - share->at))
        return next;
    return share->at + (int64_t)(s->credit / loses) + 1;
}

void hr__share_changed(struct hr__fleet *f, uint32_t server, int64_t now)
{
    if (f->model->baseline > 0)
        throttle(f, server);
    const struct hr__share *share = &f->shares[server];
    uint32_t at = f->event_at[server];
    if (f->scales) {
        double load = f->model->autoscaler.metric == HR_METRIC_CPU ? share->rate * share->sum_cpu
                                                                   : (double)share->ends.n;
        hr__server_load(f, server, share->ends.n ? load : 0, now);
    }
    if (share->ends.n == 0) {
        if (at != HR__NONE)
            hr__heap_remove(&f->events, at, f->event_at);
        return;
    }
    hr__key key = hr__event(next_change(f, server), HR__WORK_ENDS, server, server);
    if (at != HR__NONE) {
        if (key != f->events.keys[at])
            hr__heap_change(&f->events, at, key, f->event_at);
    } else if (!hr__heap_push(&f->events, key, f->event_at))
        f->failed = true;
}

static void begin_shared(struct hr__fleet *f, uint32_t server, uint32_t run, int64_t now)
{
    struct hr__share *share = &f->shares[server];
    f->runs.items[run].begun = now;
    hr__share_moves(f, server, now);
    if (!hr__share_add(share, &f->runs, run, f->guests[f->runs.items[run].workload].cpu,
                       hr__vcpus_now(f, server)))
        f->failed = true;
    else
        hr__share_changed(f, server, now);
}

/* `kept` is the run's record, or HR__NONE when it has none yet. */
static void begin(struct hr__fleet *f, uint32_t server, const struct hr__run *run, uint32_t kept,
                  int64_t now)
{
    f->servers[server].running++;
    hr__busy(&f->measure, f->guests[run->workload].tally, now);
    if (!f->shares && !f->keeps) {
        begin_alone(f, server, run, now);
        if (kept != HR__NONE)
            hr__run_give(&f->runs, kept);
        return;
    }
    if (kept == HR__NONE && (kept = hr__run_take(&f->runs)) != HR__NONE)
        f->runs.items[kept] = *run;
    if (kept != HR__NONE)
        (f->shares ? begin_shared : begin_kept)(f, server, kept, now);
}

/* ---- arrivals and queues --------------------------------------------------------------------- */

static void wait_in(struct hr__fleet *f, struct hr__queue *queue, const struct hr__run *run,
                    int64_t now)
{
    struct hr__tally *tally = f->guests[run->workload].tally;
    if (f->model->queue_limit >= 0 && queue->n >= f->model->queue_limit) {
        hr__decided(&f->measure, HR_DECISION_REJECTED, now, run->workload, run->invocation,
                    now - run->arrival);
        hr__refused(&f->measure, tally, run->arrival, &tally->rejected, true);
        return;
    }
    uint32_t waits = hr__run_take(&f->runs);
    if (waits == HR__NONE)
        return;
    f->runs.items[waits] = *run;
    f->waiting++;
    hr__queue_put(&f->runs, queue, waits);
}

static void begin_head(struct hr__fleet *f, struct hr__queue *queue, uint32_t server, int64_t now)
{
    uint32_t head = queue->head;
    hr__queue_remove(&f->runs, queue, head);
    f->waiting--;
    const struct hr__run run = f->runs.items[head];
    begin(f, server, &run, head, now);
}

/* Round robin that passes over a booted server the more often the younger it is; whoever is last
 * asked takes it, so where all are new nothing changes. */
static uint32_t choose_slowly(struct hr__fleet *f, const struct hr__run *run, int64_t now)
{
    uint64_t key = hr_draw_key(f->options->seed, f->guests[run->workload].workload->key,
                               run->invocation, HR_DRAW_SLOW_START);
    uint32_t server = HR__NONE;
    for (size_t i = 0; i < f->balance.n; i++, key = hr_mix64(key)) {
        server = hr__balance_choose(&f->balance, 0);
        const struct hr__server *s = &f->servers[server];
        double age = (double)(now - s->ready) / (double)f->model->slow_start_us;
        if (s->ready == s->launched || hr_unit(key) < age)
            break;
    }
    return server;
}

/* The server that takes it, or HR__NONE: it waits for one. */
static uint32_t choose(struct hr__fleet *f, const struct hr__run *run, int64_t now)
{
    uint64_t key = 0;
    if (f->balance.n == 0)
        return HR__NONE;
    if (hr__balance_draws(&f->balance))
        key = hr_draw_key(f->options->seed, f->guests[run->workload].workload->key, run->invocation,
                          HR_DRAW_BALANCER);
    return f->model->slow_start_us > 0 ? choose_slowly(f, run, now)
                                       : hr__balance_choose(&f->balance, key);
}

/* Heads of the shared queue go to the lowest-numbered servers with a free slot; those that waited
 * because nobody served, to whom the balancer chooses. */
static void serve_shared(struct hr__fleet *f, int64_t now)
{
    while (f->shared.n > 0) {
        uint32_t head = f->shared.head, server = choose(f, &f->runs.items[head], now);
        if (server == HR__NONE)
            return;
        if (f->servers[server].running < f->model->slots) {
            begin_head(f, &f->shared, server, now);
        } else {
            hr__queue_remove(&f->runs, &f->shared, head);
            hr__queue_put(&f->runs, &f->servers[server].queue, head);
        }
        hr__balance_load(&f->balance, server, hr__outstanding(f, server));
    }
}

static void attempt(struct hr__fleet *f, const struct hr__run *run, int64_t now)
{
    uint32_t server = choose(f, run, now);
    if (server == HR__NONE) {
        wait_in(f, &f->shared, run, now);
        if (f->desired == 0)
            hr__fleet_wake(f, now);
        return;
    }
    if (f->servers[server].running < f->model->slots)
        begin(f, server, run, HR__NONE, now);
    else
        wait_in(f, &f->servers[server].queue, run, now);
    hr__balance_load(&f->balance, server, hr__outstanding(f, server));
}

/* A slot of the server is free: its queue's head takes it before anything else happens. */
static void freed(struct hr__fleet *f, uint32_t server, int64_t now)
{
    struct hr__server *s = &f->servers[server];
    if (s->queue.n > 0)
        begin_head(f, &s->queue, server, now);
    hr__balance_load(&f->balance, server, hr__outstanding(f, server));
    if (f->shared.n > 0)
        serve_shared(f, now);
    if (s->state == HR__DRAINING && s->running == 0)
        hr__server_end(f, server, now);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void share_ends(struct hr__fleet *f, uint32_t server, int64_t now)
{
    struct hr__share *share = &f->shares[server];
    hr__share_moves(f, server, now);
    for (uint32_t run; (run = hr__share_done(share)) != HR__NONE;) {
        const struct hr__run *item = &f->runs.items[run];
        const struct hr__guest *guest = &f->guests[item->workload];
        if (f->counts)
            hr__sum_demand(f, now);
        struct hr__done done = {
            item->invocation, item->arrival, item->begun, item->begun, 0, now, false};
        hr__share_remove(share, &f->runs, run, guest->cpu, hr__vcpus_now(f, server));
        hr__free(&f->measure, guest->tally, now);
        f->servers[server].running--;
        ran(f, guest, &done, guest->cpu * item->work);
        hr__run_give(&f->runs, run);
        freed(f, server, now);
    }
    hr__share_changed(f, server, now);
}

/* The run of an end whose record was kept; false: it was cut off before. */
static bool kept_ends(struct hr__fleet *f, uint32_t server, uint32_t run, int64_t now,
                      const struct hr__guest **ret)
{
    const struct hr__run *item = &f->runs.items[run];
    bool good = item->service >= 0;
    *ret = &f->guests[item->workload];
    if (good) {
        const struct hr__done done = {
            item->invocation, item->arrival, item->begun, item->begun, 0, now, false};
        hr__queue_remove(&f->runs, &f->servers[server].runs, run);
        hr__ran(&f->measure, (*ret)->tally, (*ret)->workload->key, &done, true);
    }
    hr__run_give(&f->runs, run);
    return good;
}

static void work_ends(struct hr__fleet *f, hr__key key)
{
    int64_t now = hr__time(key);
    uint32_t server = hr__number(key);
    struct hr__server *s = &f->servers[server];
    const struct hr__guest *guest;
    if (!f->keeps)
        guest = &f->guests[hr__ref(key)];
    else if (!kept_ends(f, server, hr__ref(key), now, &guest))
        return;
    if (f->counts)
        hr__sum_demand(f, now);
    hr__free(&f->measure, guest->tally, now);
    s->running--;
    if (f->scales)
        hr__server_load(f, server, s->running ? s->load - guest->weight : 0, now);
    freed(f, server, now);
}

/* Ends of work at an instant come before boots, those before the autoscaler's look. */
static void run_until(struct hr__fleet *f, int64_t now)
{
    for (;;) {
        hr__key key = 0;
        bool due = f->shares ? f->events.n > 0 && hr__time(f->events.keys[0]) <= now
                             : hr__wheel_due(&f->ends, now);
        if (due)
            key = f->shares ? f->events.keys[0] : hr__wheel_first(&f->ends);
        if (f->rare <= now && (!due || f->rare < hr__time(key))) {
            int64_t at = f->rare;
            hr__time_moves(&f->measure, at);
            if (hr__fleet_rare(f) && f->shared.n > 0)
                serve_shared(f, at);
        } else if (!due) {
            return;
        } else {
            hr__time_moves(&f->measure, hr__time(key));
            if (f->shares) {
                share_ends(f, hr__ref(key), hr__time(key));
                continue;
            }
            hr__wheel_pop(&f->ends);
            work_ends(f, key);
        }
    }
}

/* When the next work ends, or -1. */
static int64_t next_end(struct hr__fleet *f)
{
    if (f->events.n > 0)
        return hr__time(f->events.keys[0]);
    return hr__wheel_due(&f->ends, INT64_MAX) ? hr__time(hr__wheel_first(&f->ends)) : -1;
}

/* ---- the replay --------------------------------------------------------------------------------
 */

static void arrive(struct hr__fleet *f, const struct hr_block *block, size_t i)
{
    uint32_t workload = block->workload ? block->workload[i] : 0;
    const struct hr__guest *guest = &f->guests[workload];
    int64_t now = block->arrival_us[i], logged = block->service_us[i];
    struct hr__run run = {
        .invocation = block->first + i,
        .arrival = now,
        .service = guest->as_logged ? logged : (int64_t)llround((double)logged * guest->stretch),
        .work = (double)logged * guest->work,
        .workload = workload};
    if (guest->workload->state_accesses > 0)
        hr__add_state(hr__state_extra(f->platform, guest->workload, f->options->seed,
                                      run.invocation, guest->workload->state_memory),
                      &run.service, &run.work);
    run_until(f, now);
    hr__time_moves(&f->measure, now);
    if (f->overflow && hr__fleet_hands_over(f, run.invocation, workload, now))
        return;
    hr__arrives(&f->measure, guest->tally, now);
    if (f->counts)
        hr__sum_demand(f, now);
    attempt(f, &run, now);
}

static bool replay_blocks(struct hr__fleet *f, const struct hr_source *source,
                          struct hr__told *told, struct hr_error *err)
{
    for (bool first = true;; first = false) {
        struct hr_block block = {0};
        if (!source->next(source->context, &block, err))
            return false;
        if (first) {
            bool early = block.n > 0 && block.arrival_us[0] < f->options->window_from;
            hr__fleet_open(f, early ? block.arrival_us[0] : f->options->window_from);
        }
        if (block.n == 0)
            return true;
        if (!hr__block_fits(&block, f->guest_count, &told->last_arrival, err))
            return false;
        for (size_t i = 0; i < block.n && !f->failed; i++)
            arrive(f, &block, i);
        if (f->failed || f->runs.failed || f->measure.failed)
            return hr__fail_room(f->runs.failed, err);
        if (!hr__tell(told, block.n, err))
            return false;
    }
}

/* Scaling goes on to the end of the window, or of the last work where that is later. Messages too
 * few to start a worker would wait for ever: they are given up. */
static void finish(struct hr__fleet *f)
{
    run_until(f, f->options->window_to);
    for (int64_t end; !f->failed && ((end = next_end(f)) >= 0 || f->waiting > 0);) {
        if (end < 0 && f->desired == 0 && hr__scaler_ignores(&f->scaler, f->waiting))
            hr__fleet_loses(f, &f->shared, f->measure.end_us);
        else
            run_until(f, end >= 0 ? end : f->rare);
    }
    int64_t end =
        f->measure.end_us > f->options->window_to ? f->measure.end_us : f->options->window_to;
    for (size_t i = 0; i < f->n; i++)
        if (f->servers[i].state != HR__GONE)
            hr__server_end(f, (uint32_t)i, end);
}

bool hr__fleet_replay(const struct hr_replay_job *job, struct hr_outcome *ret, struct hr_error *err)
{
    struct hr__fleet f = {.platform = job->platform,
                          .model = &job->platform->fleet,
                          .metering = *job->metering,
                          .options = job->options,
                          .overflow = job->overflow};
    struct hr__told told = {job->platform->id, job->progress, 0, 0, 0};
    bool good = hr__fleet_init(&f, job);
    f.measure.decisions = job->decisions;
    if (!good)
        hr_fail_memory(err);
    good = good && replay_blocks(&f, job->source, &told, err);
    if (good) {
        finish(&f);
        good = !f.failed && !f.runs.failed && hr__fleet_outcome(&f, ret);
        if (!good)
            hr__fail_room(f.runs.failed, err);
    }
    hr__fleet_clear(&f);
    return good;
}
