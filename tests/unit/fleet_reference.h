/* fleet_reference.h: a second, deliberately simple fleet with autoscalers, for the fast one to
 * agree with to the last count.
 *
 * It shares no code with src/sim: arrays, a scan over everything for each next event, every
 * history kept whole, and each policy written down anew from models/README.md. Slots of their own;
 * boots of one length; least outstanding or one shared queue.
 */
#ifndef TESTS_UNIT_FLEET_REFERENCE_H
#define TESTS_UNIT_FLEET_REFERENCE_H

#include "sim_case.h"

#define FR_MANY 8192

struct fr_server {
    bool booting, serving, draining, measured;
    int64_t launched, ready, warm, deadline, gone; /* -1: never, or not yet */
    int64_t running, waiting;
};
enum fr_state { FR_AHEAD, FR_HELD, FR_QUEUED, FR_RUNNING, FR_OVER };
struct fr_point {
    int64_t time, measured, waiting, running;
    double value, demand;
};
struct fr {
    const struct sim_case *c;
    const struct hr_fleet_model *m;
    int64_t now, boot, desired;
    enum fr_state *state;
    int64_t *begun, *end;
    int *on;
    struct fr_server all[FR_MANY];
    int count;
    /* the loop */
    int64_t period, delay, warmup, next_point;
    double load, capacity, demand; /* x us since the last point */
    struct fr_point points[FR_MANY];
    int points_made, points_seen;
    int64_t said_at[FR_MANY], said[FR_MANY], changed_at[FR_MANY], changed[FR_MANY];
    int says, changes;
    int64_t high, low, last_out, last_in, panic, peak, zero, poll, active;
    /* what came of it */
    uint64_t served, rejected;
    int64_t wait, busy, starting, life, instances_peak;
};
#define FR_NEVER INT64_MIN

static inline int64_t fr_overlap(const struct fr *f, int64_t from, int64_t to)
{
    const struct hr_sim_options *o = &f->c->options;
    from = from > o->window_from ? from : o->window_from;
    to = to < o->window_to ? to : o->window_to;
    return to > from ? to - from : 0;
}

/* Who arrives after the window is replayed and not counted. */
static inline bool fr_counts(const struct fr *f, size_t i)
{
    return f->c->arrival[i] <= f->c->options.window_to;
}

/* ---- servers ------------------------------------------------------------------------------- */

static inline int64_t fr_active(const struct fr *f)
{
    int64_t n = 0;
    for (int k = 0; k < f->count; k++)
        n += f->all[k].booting || f->all[k].serving;
    return n;
}

static inline void fr_gone(struct fr *f, int k)
{
    struct fr_server *s = &f->all[k];
    int64_t ready = s->ready < f->now ? s->ready : f->now;
    s->booting = s->serving = s->draining = s->measured = false;
    s->gone = f->now;
    f->life += fr_overlap(f, s->launched, f->now);
    f->starting += fr_overlap(f, s->launched, ready) * f->m->slots;
}

static inline void fr_launch(struct fr *f, bool initial)
{
    assert_true(f->count < FR_MANY);
    f->all[f->count++] = (struct fr_server){.booting = !initial,
                                            .serving = initial,
                                            .measured = initial,
                                            .launched = f->now,
                                            .ready = initial ? f->now : f->now + f->boot,
                                            .warm = -1,
                                            .deadline = -1,
                                            .gone = -1};
    int64_t exist = 0;
    for (int k = 0; k < f->count; k++)
        exist += f->all[k].gone < 0;
    if (f->now <= f->c->options.window_to && exist > f->instances_peak)
        f->instances_peak = exist;
}

static inline void fr_scale_to(struct fr *f, int64_t want)
{
    f->desired = want;
    while (fr_active(f) < want)
        fr_launch(f, false);
    for (int k = f->count - 1; k >= 0 && fr_active(f) > want; k--) {
        struct fr_server *s = &f->all[k];
        if (!s->booting && !s->serving)
            continue;
        s->booting = s->serving = s->measured = false;
        s->draining = true;
        if (s->running == 0)
            fr_gone(f, k);
        else if (f->m->drain_us > 0)
            s->deadline = f->now + f->m->drain_us;
    }
}

/* ---- work ---------------------------------------------------------------------------------- */

static inline void fr_begin(struct fr *f, size_t i, int k)
{
    f->state[i] = FR_RUNNING;
    f->on[i] = k;
    f->begun[i] = f->now;
    f->end[i] = f->now + f->c->service[i];
    f->all[k].running++;
}

static inline int fr_choose(const struct fr *f)
{
    int best = -1;
    for (int k = 0; k < f->count; k++) {
        const struct fr_server *s = &f->all[k];
        if (!s->serving)
            continue;
        if (f->m->balancer == HR_SHARED_QUEUE) {
            if (s->running < f->m->slots)
                return k;
        } else if (best < 0 ||
                   s->running + s->waiting < f->all[best].running + f->all[best].waiting) {
            best = k;
        }
    }
    return best;
}

static inline int64_t fr_waiting_in(const struct fr *f, enum fr_state state, int k)
{
    int64_t n = 0;
    for (size_t i = 0; i < f->c->n; i++)
        n += f->state[i] == state && (k < 0 || f->on[i] == k);
    return n;
}

/* Those that nobody took yet, first come first served. */
static inline void fr_serve_held(struct fr *f)
{
    for (size_t i = 0; i < f->c->n; i++) {
        int k = f->state[i] == FR_HELD ? fr_choose(f) : -1;
        if (k < 0)
            continue;
        if (f->all[k].running < f->m->slots) {
            fr_begin(f, i, k);
        } else {
            f->state[i] = FR_QUEUED;
            f->on[i] = k;
            f->all[k].waiting++;
        }
    }
}

static inline void fr_arrive(struct fr *f, size_t i)
{
    int k = fr_choose(f);
    enum fr_state waits = k < 0 ? FR_HELD : FR_QUEUED;
    if (k >= 0 && f->all[k].running < f->m->slots) {
        fr_begin(f, i, k);
        return;
    }
    if (f->m->queue_limit >= 0 && fr_waiting_in(f, waits, k) >= f->m->queue_limit) {
        f->state[i] = FR_OVER;
        f->rejected += fr_counts(f, i);
    } else {
        f->state[i] = waits;
        f->on[i] = k;
        if (k >= 0)
            f->all[k].waiting++;
    }
    if (k < 0 && f->desired == 0 && f->m->autoscaler.policy == HR_SCALE_KPA)
        fr_scale_to(f, f->m->servers_min);
}

static inline void fr_end(struct fr *f, size_t i)
{
    int k = f->on[i];
    struct fr_server *s = &f->all[k];
    f->state[i] = FR_OVER;
    s->running--;
    f->served += fr_counts(f, i);
    f->wait += fr_counts(f, i) ? f->begun[i] - f->c->arrival[i] : 0;
    f->busy += fr_overlap(f, f->begun[i], f->now);
    for (size_t j = 0; j < f->c->n; j++)
        if (f->state[j] == FR_QUEUED && f->on[j] == k) {
            s->waiting--;
            fr_begin(f, j, k);
            break;
        }
    fr_serve_held(f);
    if (s->draining && s->running == 0)
        fr_gone(f, k);
}

static inline void fr_cut_off(struct fr *f, int k)
{
    for (size_t i = 0; i < f->c->n; i++) {
        if (f->on[i] != k || (f->state[i] != FR_RUNNING && f->state[i] != FR_QUEUED))
            continue;
        if (f->state[i] == FR_RUNNING)
            f->busy += fr_overlap(f, f->begun[i], f->now);
        f->state[i] = FR_OVER;
        f->rejected += fr_counts(f, i);
    }
    f->all[k].running = f->all[k].waiting = 0;
    fr_gone(f, k);
}

/* ---- policies ------------------------------------------------------------------------------ */

static inline int64_t fr_up(double x)
{
    return (int64_t)ceil(x - 1e-9);
}

static inline int64_t fr_bound(const struct fr *f, int64_t x)
{
    return x < f->m->servers_min ? f->m->servers_min
                                 : (x > f->m->servers_max ? f->m->servers_max : x);
}

static inline int64_t fr_target_tracking(struct fr *f, const struct fr_point *p)
{
    const struct hr_autoscaler_model *a = &f->m->autoscaler;
    int64_t n = f->desired;
    f->high = p->value > a->target ? f->high + 1 : 0; /* no data compares as false */
    f->low = p->value < a->low * a->target ? f->low + 1 : 0;
    if (f->high >= a->points_out) {
        int64_t goal = fr_up((double)p->measured * p->value / a->target);
        goal = fr_bound(f, goal > p->measured ? goal : p->measured + 1);
        bool pause = f->last_out != FR_NEVER && p->time < f->last_out + a->cooldown_out_us;
        if (goal <= n || pause)
            return n;
        f->last_out = p->time;
        return goal;
    }
    if (f->low >= a->points_in) {
        int64_t goal = fr_bound(f, fr_up((double)n * p->value / a->target));
        bool pause = f->last_in != FR_NEVER && p->time < f->last_in + a->cooldown_in_us;
        if (goal >= n || p->measured < n || pause)
            return n;
        f->last_in = p->time;
        return goal;
    }
    return n;
}

/* Shares are whole per cents of a hundred here, so products are exact enough. */
static inline int64_t fr_step_of(const struct hr_step *steps, size_t count, double beyond,
                                 int64_t servers, int64_t least)
{
    int64_t by = 0;
    for (size_t i = 0; i < count; i++)
        if (beyond + 1e-9 >= steps[i].from) {
            by = (int64_t)floor(steps[i].by * (double)servers + 1e-9);
            by = by > least ? by : least;
        }
    return by;
}

static inline int64_t fr_step(struct fr *f, const struct fr_point *p)
{
    const struct hr_autoscaler_model *a = &f->m->autoscaler;
    int64_t n = f->desired;
    f->high = p->value >= a->step.above ? f->high + 1 : 0;
    f->low = p->value <= a->step.below ? f->low + 1 : 0;
    if (f->high >= a->points_out) {
        int64_t goal =
            p->measured + fr_step_of(a->step.out, a->step.out_count, p->value - a->step.above,
                                     p->measured, a->step.at_least);
        return goal > n ? goal : n;
    }
    if (f->low >= a->points_in && p->measured == n)
        return n - fr_step_of(a->step.in, a->step.in_count, a->step.below - p->value, n,
                              a->step.at_least);
    return n;
}

/* Changes after `since`, added up. */
static inline int64_t fr_changed(const struct fr *f, int64_t since)
{
    int64_t sum = 0;
    for (int i = 0; i < f->changes; i++)
        sum += f->changed_at[i] > since ? f->changed[i] : 0;
    return sum;
}

static inline int64_t fr_settle(struct fr *f, int64_t now, int64_t raw)
{
    const struct hr_hpa_model *h = &f->m->autoscaler.hpa;
    int64_t n = f->desired, want = raw;
    f->said_at[f->says] = now;
    f->said[f->says++] = raw;
    for (int i = 0; i < f->says; i++) {
        if (raw >= n && f->said_at[i] > now - h->window_out_us && f->said[i] < want)
            want = f->said[i];
        if (raw < n && f->said_at[i] > now - h->window_in_us && f->said[i] > want)
            want = f->said[i];
    }
    if (want > n) {
        int64_t base = n - fr_changed(f, now - h->out.period_us);
        int64_t most = fr_up((double)base * (1 + h->out.share));
        most = base + h->out.servers > most ? base + h->out.servers : most;
        want = want < most ? want : most;
        want = want > n ? want : n;
    } else if (want < n) {
        int64_t base = n - fr_changed(f, now - h->in.period_us);
        int64_t least = (int64_t)floor((double)base * (1 - h->in.share) + 1e-9);
        least = base - h->in.servers < least ? base - h->in.servers : least;
        want = want > least ? want : least;
        want = want < n ? want : n;
    }
    want = fr_bound(f, want);
    if (want != n) {
        f->changed_at[f->changes] = now;
        f->changed[f->changes++] = want - n;
    }
    return want;
}

static inline int64_t fr_hpa(struct fr *f, const struct fr_point *p)
{
    const struct hr_autoscaler_model *a = &f->m->autoscaler;
    int64_t n = f->desired;
    double ratio = p->value / a->target, tolerance = a->hpa.tolerance + 1e-9;
    if (isnan(ratio))
        return n;
    if (fabs(ratio - 1) > tolerance && ratio > 1 && p->measured < n) {
        ratio = ratio * (double)p->measured / (double)n;
        ratio = ratio < 1 ? 1 : ratio; /* it crossed 1 */
    }
    return fr_settle(f, p->time, fabs(ratio - 1) <= tolerance ? n : fr_up((double)n * ratio));
}

static inline double fr_mean_demand(const struct fr *f, int64_t since)
{
    double sum = 0;
    int n = 0;
    for (int i = 0; i < f->points_seen; i++)
        if (f->points[i].time > since) {
            sum += f->points[i].demand;
            n++;
        }
    return n ? sum / n : 0;
}

static inline int64_t fr_kpa(struct fr *f, const struct fr_point *p)
{
    const struct hr_kpa_model *kpa = &f->m->autoscaler.kpa;
    double each = f->m->autoscaler.target * (double)f->m->slots;
    int64_t ready = 0;
    for (int k = 0; k < f->count; k++)
        ready += f->all[k].serving;
    ready = ready > 0 ? ready : 1;
    int64_t low = (int64_t)floor((double)ready / kpa->rate_in);
    int64_t high = (int64_t)ceil((double)ready * kpa->rate_out);
    int64_t stable = fr_up(fr_mean_demand(f, p->time - kpa->stable_us) / each);
    int64_t panic = fr_up(fr_mean_demand(f, p->time - kpa->panic_us) / each);
    if ((double)panic / (double)ready >= kpa->threshold)
        f->panic = p->time;
    else if (f->panic != FR_NEVER && p->time - f->panic > kpa->stable_us) {
        f->panic = FR_NEVER;
        f->peak = 0;
    }
    int64_t want = stable < low ? low : stable > high ? high : stable;
    if (f->panic != FR_NEVER) {
        panic = panic < low ? low : panic > high ? high : panic;
        f->peak = panic > f->peak ? panic : f->peak;
        f->peak = want > f->peak ? want : f->peak;
        want = f->peak;
    }
    if (want > 0) {
        f->zero = FR_NEVER;
        return want;
    }
    f->zero = f->zero == FR_NEVER ? p->time : f->zero;
    return p->time - f->zero < kpa->grace_us ? 1 : 0;
}

static inline int64_t fr_backlog(struct fr *f, const struct fr_point *p)
{
    const struct hr_backlog_model *b = &f->m->autoscaler.backlog;
    int64_t messages = p->waiting + (b->in_flight ? p->running : 0), n = f->desired;
    bool active = messages > b->activation, polls = f->poll == FR_NEVER || p->time >= f->poll;
    if (polls)
        f->poll = p->time + b->poll_us;
    if (active || f->active == FR_NEVER)
        f->active = p->time;
    if (n == 0)
        return polls && active;
    if (polls && b->to_zero && !active && p->time - f->active > b->cooldown_us)
        return 0;
    double ratio = (double)messages / b->per_server / (double)n;
    bool stays = fabs(ratio - 1) <= f->m->autoscaler.hpa.tolerance + 1e-9;
    return fr_settle(f, p->time, stays ? n : fr_up((double)messages / b->per_server));
}

static inline void fr_look(struct fr *f)
{
    const struct fr_point *p = &f->points[f->points_seen++];
    const struct hr_autoscaler_model *a = &f->m->autoscaler;
    int64_t want = a->policy == HR_SCALE_TARGET_TRACKING ? fr_target_tracking(f, p)
                   : a->policy == HR_SCALE_STEP          ? fr_step(f, p)
                   : a->policy == HR_SCALE_HPA           ? fr_hpa(f, p)
                   : a->policy == HR_SCALE_KPA           ? fr_kpa(f, p)
                                                         : fr_backlog(f, p);
    bool to_zero = (a->policy == HR_SCALE_KPA && a->kpa.to_zero) ||
                   (a->policy == HR_SCALE_BACKLOG && a->backlog.to_zero);
    fr_scale_to(f, want == 0 && to_zero ? 0 : fr_bound(f, want));
}

/* ---- time ---------------------------------------------------------------------------------- */

static inline void fr_point(struct fr *f)
{
    int64_t measured = 0;
    for (int k = 0; k < f->count; k++)
        measured += f->all[k].measured;
    assert_true(f->points_made < FR_MANY);
    f->points[f->points_made++] = (struct fr_point){
        .time = f->now + f->delay,
        .measured = measured,
        .waiting = fr_waiting_in(f, FR_HELD, -1) + fr_waiting_in(f, FR_QUEUED, -1),
        .running = fr_waiting_in(f, FR_RUNNING, -1),
        .value = f->capacity > 0 ? f->load / (f->capacity * (double)f->m->slots) : NAN,
        .demand = f->demand / (double)f->period};
    f->load = f->capacity = f->demand = 0;
    f->next_point += f->period;
}

static inline void fr_time_moves(struct fr *f, int64_t to)
{
    double by = (double)(to - f->now);
    for (int k = 0; k < f->count; k++)
        if (f->all[k].measured) {
            f->load += by * (double)f->all[k].running;
            f->capacity += by;
        }
    for (size_t i = 0; i < f->c->n; i++)
        if (f->state[i] == FR_HELD || f->state[i] == FR_QUEUED || f->state[i] == FR_RUNNING)
            f->demand += by;
    f->now = to;
}

/* When something of a server is due beside the ends of its work; -1: nothing. */
static inline int64_t fr_due(const struct fr_server *s)
{
    if (s->booting)
        return s->ready;
    if (s->serving && s->warm >= 0)
        return s->warm;
    return s->draining ? s->deadline : -1;
}

static inline void fr_server_event(struct fr *f, int k)
{
    struct fr_server *s = &f->all[k];
    if (s->draining) {
        fr_cut_off(f, k);
    } else if (s->booting) {
        s->booting = false;
        s->serving = true;
        s->measured = f->warmup == 0;
        s->warm = f->warmup > 0 ? s->ready + f->warmup : -1;
        fr_serve_held(f);
    } else {
        s->measured = true;
        s->warm = -1;
    }
}

/* Too few messages are left to start a worker: nobody will ever take them. */
static inline bool fr_given_up(struct fr *f)
{
    int64_t held = fr_waiting_in(f, FR_HELD, -1);
    if (f->m->autoscaler.policy != HR_SCALE_BACKLOG || f->desired > 0 ||
        fr_waiting_in(f, FR_RUNNING, -1) > 0 || held > f->m->autoscaler.backlog.activation)
        return false;
    for (size_t i = 0; i < f->c->n; i++)
        f->rejected += f->state[i] == FR_HELD && fr_counts(f, i);
    return true;
}

enum fr_kind { FR_END, FR_SERVER, FR_POINT, FR_LOOK, FR_ARRIVAL, FR_NOTHING };

/* The next event, ties in the order of the enum, then by the lowest server. */
static inline enum fr_kind fr_next(const struct fr *f, size_t *arrival, int64_t *time,
                                   size_t *which)
{
    enum fr_kind kind = FR_NOTHING;
    *time = INT64_MAX;
    for (size_t i = 0; i < f->c->n; i++)
        if (f->state[i] == FR_RUNNING &&
            (f->end[i] < *time || (f->end[i] == *time && f->on[i] < f->on[*which]))) {
            kind = FR_END;
            *time = f->end[i];
            *which = i;
        }
    for (int k = 0; k < f->count; k++) {
        int64_t due = fr_due(&f->all[k]);
        if (due >= 0 && due < *time) {
            kind = FR_SERVER;
            *time = due;
            *which = (size_t)k;
        }
    }
    if (f->next_point < *time) {
        kind = FR_POINT;
        *time = f->next_point;
    }
    if (f->points_seen < f->points_made && f->points[f->points_seen].time < *time) {
        kind = FR_LOOK;
        *time = f->points[f->points_seen].time;
    }
    if (*arrival < f->c->n && f->c->arrival[*arrival] < *time) {
        kind = FR_ARRIVAL;
        *time = f->c->arrival[*arrival];
    }
    return kind;
}

/* Times of the loop as the policy has them; boots take `boot`. The caller frees what it returns. */
static inline struct fr *fleet_reference(const struct sim_case *c, int64_t period, int64_t delay,
                                         int64_t warmup, int64_t boot)
{
    struct fr *f = calloc(1, sizeof *f);
    *f = (struct fr){.c = c,
                     .m = &c->platform.fleet,
                     .now = c->options.window_from,
                     .boot = boot,
                     .period = period,
                     .delay = delay,
                     .warmup = warmup,
                     .last_out = FR_NEVER,
                     .last_in = FR_NEVER,
                     .panic = FR_NEVER,
                     .zero = FR_NEVER,
                     .poll = FR_NEVER,
                     .active = FR_NEVER};
    f->state = calloc(c->n, sizeof *f->state);
    f->begun = calloc(c->n, sizeof *f->begun);
    f->end = calloc(c->n, sizeof *f->end);
    f->on = calloc(c->n, sizeof *f->on);
    f->next_point = f->now + period;
    f->desired = f->m->servers_initial;
    for (int64_t k = 0; k < f->desired; k++)
        fr_launch(f, true);
    for (size_t arrival = 0, which = 0;;) {
        int64_t time;
        enum fr_kind kind = fr_next(f, &arrival, &time, &which);
        bool work = arrival < c->n || fr_waiting_in(f, FR_RUNNING, -1) > 0 ||
                    fr_waiting_in(f, FR_HELD, -1) > 0;
        if (time > c->options.window_to && !work)
            break;
        if (time > c->options.window_to && arrival == c->n && fr_given_up(f))
            break;
        fr_time_moves(f, time);
        if (kind == FR_END)
            fr_end(f, which);
        else if (kind == FR_SERVER)
            fr_server_event(f, (int)which);
        else if (kind == FR_POINT)
            fr_point(f);
        else if (kind == FR_LOOK)
            fr_look(f);
        else
            fr_arrive(f, arrival++);
    }
    f->now = f->now > c->options.window_to ? f->now : c->options.window_to;
    for (int k = 0; k < f->count; k++)
        if (f->all[k].gone < 0)
            fr_gone(f, k);
    free(f->state);
    free(f->begun);
    free(f->end);
    free(f->on);
    return f;
}

#endif
