/* fleet_life.c: servers that fail, are taken back, or may drain no longer; what runs on them is cut
 * off, what waits at them is lost, and others take their place.
 *
 * A server's failure is drawn when it begins to serve, keyed by its number; an interruption of the
 * pool is keyed by its own number and strikes each server by a draw of both, so that neither
 * traffic nor the order of events changes who is struck.
 */
#include "sim/fleet.h"

static int64_t exponential(int64_t mean_us, uint64_t key)
{
    const struct hr_dist dist = {.kind = HR_EXPONENTIAL, .a = (double)mean_us};
    return hr_dist_draw(&dist, key);
}

void hr__life_begins(struct hr__fleet *f, uint32_t server)
{
    if (f->model->baseline > 0) /* without a credit, and earning from now on */
        f->shares[server].at = f->servers[server].ready;
    if (f->model->failure_us <= 0)
        return;
    uint64_t key = hr_draw_key(f->options->seed, 0, server, HR_DRAW_FAILURE);
    int64_t lives = exponential(f->model->failure_us, key);
    hr__fleet_later(f, f->servers[server].ready + lives, server, HR__FAILS);
}

/* ---- what a server takes with it ---------------------------------------------------------------
 */

/* An attempt that began and gets no answer counts as rejected; its slot was busy. */
static void cut_off(struct hr__fleet *f, const struct hr__run *run, double vcpu_us, int64_t now)
{
    struct hr__tally *t = f->guests[run->workload].tally;
    double inside = (double)hr__inside(&f->measure.clock, run->begun, now);
    if (run->begun > run->arrival)
        hr__stretch(&f->measure.clock, t->line, HR__QUEUE, run->arrival, run->begun, 1);
    t->busy += inside;
    t->requests += hr__billed(&f->measure.clock, run->arrival);
    if (now > run->begun)
        t->used_vcpu_us += vcpu_us * inside / (double)(now - run->begun);
    hr__decided(&f->measure, HR_DECISION_REJECTED, now, run->workload, run->invocation,
                now - run->arrival);
    hr__refused(&f->measure, t, run->arrival, &t->rejected, true);
    hr__free(&f->measure, t, now);
}

static void cut_shared(struct hr__fleet *f, uint32_t server, int64_t now)
{
    struct hr__share *share = &f->shares[server];
    hr__share_moves(f, server, now);
    while (share->by_begin.n > 0) {
        uint32_t run = share->by_begin.head;
        const struct hr__run *item = &f->runs.items[run];
        double cpu = f->guests[item->workload].cpu;
        double left = hr__real_of(share->ends.keys[f->runs.at[run]]) - share->virtual_us;
        cut_off(f, item, cpu * (item->work - left), now);
        hr__share_remove(share, &f->runs, run, cpu, hr__vcpus_now(f, server));
        hr__run_give(&f->runs, run);
    }
    hr__share_changed(f, server, now);
}

/* Their ends are on their way: a service time below 0 tells them that all is over. */
static void cut_kept(struct hr__fleet *f, uint32_t server, int64_t now)
{
    struct hr__queue *runs = &f->servers[server].runs;
    while (runs->n > 0) {
        uint32_t run = runs->head;
        cut_off(f, &f->runs.items[run], 0, now);
        hr__queue_remove(&f->runs, runs, run);
        f->runs.items[run].service = -1;
    }
}

void hr__fleet_loses(struct hr__fleet *f, struct hr__queue *queue, int64_t now)
{
    while (queue->n > 0) {
        uint32_t run = queue->head;
        const struct hr__run *item = &f->runs.items[run];
        struct hr__tally *t = f->guests[item->workload].tally;
        hr__decided(&f->measure, HR_DECISION_REJECTED, now, item->workload, item->invocation,
                    now - item->arrival);
        hr__refused(&f->measure, t, item->arrival, &t->rejected, true);
        hr__queue_remove(&f->runs, queue, run);
        hr__run_give(&f->runs, run);
        f->waiting--;
    }
}

static void ends_at_once(struct hr__fleet *f, uint32_t server, int64_t now)
{
    struct hr__server *s = &f->servers[server];
    if (f->counts)
        hr__sum_demand(f, now);
    hr__server_leaves(f, server, now);
    (f->shares ? cut_shared : cut_kept)(f, server, now);
    hr__fleet_loses(f, &s->queue, now);
    s->running = 0;
    s->load = 0;
    hr__server_end(f, server, now);
}

/* ---- events ---------------------------------------------------------------------------------- */

void hr__life_event(struct hr__fleet *f, uint32_t server, uint32_t mark, int64_t now)
{
    enum hr__server_state state = f->servers[server].state;
    if (mark == HR__REPLACED) {
        f->lost--;
        hr__fleet_launch(f, now);
    } else if (state == HR__DRAINING) {
        ends_at_once(f, server, now);
    } else if (mark == HR__FAILS && state == HR__SERVING) {
        hr__decided(&f->measure, HR_DECISION_FAIL, now, HR_DECISION_NONE, server, -1);
        ends_at_once(f, server, now);
        f->lost++;
        hr__fleet_later(f, now + f->model->replace_us, server, HR__REPLACED);
    }
}

void hr__spot_next(struct hr__fleet *f, int64_t now)
{
    if (f->model->spot_us <= 0)
        return;
    uint64_t key = hr_draw_key(f->options->seed, 0, f->spots, HR_DRAW_SPOT_GAP);
    f->next_spot = now + 1 + exponential(f->model->spot_us, key);
}

/* Those struck are told and drain; others are launched in their place at once. */
void hr__spot_strikes(struct hr__fleet *f, int64_t now)
{
    for (size_t i = 0; i < f->n; i++) {
        enum hr__server_state state = f->servers[i].state;
        uint64_t key = hr_draw_key(f->options->seed, f->spots, i, HR_DRAW_SPOT);
        if ((state == HR__BOOTING || state == HR__SERVING) && hr_unit(key) < f->model->spot_share) {
            hr__decided(&f->measure, HR_DECISION_INTERRUPT, now, HR_DECISION_NONE, i, -1);
            hr__server_drain(f, (uint32_t)i, now, f->model->notice_us);
        }
    }
    f->spots++;
    hr__fleet_launch(f, now);
    hr__spot_next(f, now);
}
