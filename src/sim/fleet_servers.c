/* fleet_servers.c: servers boot, warm up, drain and end; metric points, and the autoscaler's look.
 *
 * The metric is the mean use of the capacity of measured servers over a period: their load is
 * summed over time whenever it changes, so a point costs nothing but a division.
 */
#include "sim/fleet.h"

#include <stdlib.h>

/* ---- the metric ------------------------------------------------------------------------------ */

static void sum_load(struct hr__fleet *f, int64_t now)
{
    double elapsed = (double)(now - f->summed_to);
    f->load_sum += f->load_now * elapsed;
    f->capacity_sum += (double)f->measured * elapsed;
    f->summed_to = now;
}

void hr__server_load(struct hr__fleet *f, uint32_t server, double load, int64_t now)
{
    struct hr__server *s = &f->servers[server];
    if (s->measured) {
        sum_load(f, now);
        f->load_now += load - s->load;
    }
    s->load = load;
}

static void measure(struct hr__fleet *f, uint32_t server, int64_t now)
{
    struct hr__server *s = &f->servers[server];
    sum_load(f, now);
    s->measured = true;
    f->measured++;
    f->load_now += s->load;
}

static void unmeasure(struct hr__fleet *f, uint32_t server, int64_t now)
{
    struct hr__server *s = &f->servers[server];
    if (!s->measured)
        return;
    sum_load(f, now);
    s->measured = false;
    f->measured--;
    f->load_now = f->measured ? f->load_now - s->load : 0;
}

static void take_point(struct hr__fleet *f)
{
    int64_t now = f->next_point;
    double whole =
        f->model->autoscaler.metric == HR_METRIC_CPU ? f->model->vcpus : (double)f->model->slots;
    sum_load(f, now);
    hr__sum_demand(f, now);
    double value = f->capacity_sum > 0 ? f->load_sum / (f->capacity_sum * whole) : NAN;
    if (f->point_count < HR__POINTS) {
        size_t at = (f->point_first + f->point_count++) % HR__POINTS;
        f->points[at] = (struct hr__point){.time = now + f->scaler.delay_us,
                                           .value = value,
                                           .measured = f->measured,
                                           .demand = f->demand_sum / (double)f->scaler.period_us,
                                           .waiting = f->waiting,
                                           .running = f->measure.busy_now};
    }
    f->load_sum = f->capacity_sum = f->demand_sum = 0;
    f->next_point = now + f->scaler.period_us;
}

/* ---- servers --------------------------------------------------------------------------------- */

static void due(struct hr__fleet *f)
{
    int64_t rare = f->starts.n ? hr__time(f->starts.keys[0]) : INT64_MAX;
    if (f->scales) {
        rare = f->next_point < rare ? f->next_point : rare;
        f->next_look = f->point_count ? f->points[f->point_first].time : INT64_MAX;
        rare = f->next_look < rare ? f->next_look : rare;
    }
    f->rare = f->next_spot < rare ? f->next_spot : rare;
}

void hr__fleet_later(struct hr__fleet *f, int64_t time, uint32_t server, uint32_t mark)
{
    if (!hr__heap_push(&f->starts, hr__event(time, HR__START_ENDS, server, server | mark), NULL))
        f->failed = true;
}

static bool grow(struct hr__fleet *f)
{
    size_t want = f->n + 1, before = f->share_capacity;
    bool good =
        hr_grow((void **)&f->servers, &f->capacity, want, sizeof *f->servers, HR__REFS, NULL);
    if (f->model->discipline != HR_SHARING || (f->model->slots == 1 && f->model->baseline <= 0))
        return good;
    good =
        good &&
        hr_grow((void **)&f->event_at, &f->event_at_capacity, want, sizeof *f->event_at, HR__REFS,
                NULL) &&
        hr_grow((void **)&f->shares, &f->share_capacity, want, sizeof *f->shares, HR__REFS, NULL);
    for (size_t i = before; good && i < f->share_capacity; i++)
        hr__share_init(&f->shares[i]);
    return good;
}

static void serves(struct hr__fleet *f, uint32_t server)
{
    f->servers[server].state = HR__SERVING;
    hr__life_begins(f, server);
    if (!hr__balance_join(&f->balance, server, hr__outstanding(f, server)))
        f->failed = true;
}

/* It is the last one then; who launches it says how it begins to serve. */
static void launch(struct hr__fleet *f, int64_t now, int64_t ready)
{
    if (!grow(f)) {
        f->failed = true;
        return;
    }
    uint32_t server = (uint32_t)f->n++;
    f->servers[server] = (struct hr__server){.launched = now,
                                             .ready = ready,
                                             .queue = {HR__NONE, HR__NONE, 0},
                                             .runs = {HR__NONE, HR__NONE, 0},
                                             .state = HR__BOOTING};
    if (f->event_at)
        f->event_at[server] = HR__NONE;
    f->active++;
    hr__decided(&f->measure, HR_DECISION_LAUNCH, now, HR_DECISION_NONE, server, ready - now);
    hr__instances(&f->measure, f->whole, now, 1);
}

static int64_t paid_until(const struct hr__fleet *f, const struct hr__server *s, int64_t now)
{
    int64_t span = now - s->launched, g = f->metering.granularity_us;
    span = span > f->metering.minimum_us ? span : f->metering.minimum_us;
    return s->launched + (g > 1 ? (span + g - 1) / g * g : span);
}

/* Paid from its launch to now; a boot that was broken off is starting time all the same. */
void hr__server_end(struct hr__fleet *f, uint32_t server, int64_t now)
{
    struct hr__server *s = &f->servers[server];
    struct hr__tally *t = f->whole;
    const struct hr__clock *clock = &f->measure.clock;
    double slots = (double)f->model->slots;
    int64_t ready = s->ready < now ? s->ready : now, paid = paid_until(f, s, now);
    if (s->state != HR__DRAINING)
        f->active--;
    s->state = HR__GONE;
    hr__decided(&f->measure, HR_DECISION_END, now, HR_DECISION_NONE, server, -1);
    hr__instances(&f->measure, t, now, -1);
    t->starting += hr__stretch(clock, t->line, HR__STARTING, s->launched, ready, slots);
    t->idle += hr__stretch(clock, t->line, HR__IDLE, s->launched, paid, slots);
    f->server_us += hr__overlap(s->launched, paid, clock->bill_from, clock->bill_to);
}

/* Neither metric nor balancer know it from now on. */
void hr__server_leaves(struct hr__fleet *f, uint32_t server, int64_t now)
{
    unmeasure(f, server, now);
    hr__balance_leave(&f->balance, server);
}

void hr__server_drain(struct hr__fleet *f, uint32_t server, int64_t now, int64_t limit_us)
{
    struct hr__server *s = &f->servers[server];
    hr__decided(&f->measure, HR_DECISION_DRAIN, now, HR_DECISION_NONE, server, -1);
    hr__server_leaves(f, server, now);
    f->active--;
    s->state = HR__DRAINING;
    if (s->running == 0)
        hr__server_end(f, server, now);
    else if (limit_us > 0)
        hr__fleet_later(f, now + limit_us, server, HR__DRAINED);
}

void hr__fleet_launch(struct hr__fleet *f, int64_t now)
{
    while (f->active + f->lost < f->desired && !f->failed) {
        uint64_t key = hr_draw_key(f->options->seed, 0, f->n, HR_DRAW_BOOT);
        launch(f, now, now + hr_dist_draw(&f->model->boot, key));
        if (!f->failed)
            hr__fleet_later(f, f->servers[f->n - 1].ready, (uint32_t)(f->n - 1), 0);
    }
}

static void scale_to(struct hr__fleet *f, int64_t want, int64_t now)
{
    f->desired = want;
    hr__fleet_launch(f, now);
    for (size_t i = f->n; i > 0 && f->active > want; i--) /* the newest first */
        if (f->servers[i - 1].state == HR__BOOTING || f->servers[i - 1].state == HR__SERVING)
            hr__server_drain(f, (uint32_t)(i - 1), now, f->model->drain_us);
}

/* Most looks change nothing, and are not told. */
static void tell_scale(const struct hr__fleet *f, const struct hr__point *point, int64_t want)
{
    if (!f->measure.decisions || want == point->capacity)
        return;
    const struct hr_decision decision = {.kind = HR_DECISION_SCALE,
                                         .time_us = point->time,
                                         .workload = HR_DECISION_NONE,
                                         .duration_us = -1,
                                         .from = point->capacity,
                                         .to = want,
                                         .metric = point->value};
    hr__decided_far(f->measure.decisions, &decision);
}

static void look(struct hr__fleet *f)
{
    struct hr__point point = f->points[f->point_first];
    f->point_first = (f->point_first + 1) % HR__POINTS;
    f->point_count--;
    point.capacity = f->desired;
    point.ready = (int64_t)f->balance.n;
    const int64_t want = hr__scale(&f->scaler, &point);
    tell_scale(f, &point, want);
    scale_to(f, want, point.time);
}

void hr__fleet_wake(struct hr__fleet *f, int64_t now)
{
    if (!f->scales || !f->scaler.wakes)
        return;
    scale_to(f, f->scaler.min, now);
    due(f);
}

/* A boot is over, or a warm-up. True: a server began to serve. */
static bool start_ends(struct hr__fleet *f)
{
    uint32_t server = hr__ref(f->starts.keys[0]);
    uint32_t mark = (uint32_t)f->starts.keys[0] & HR__MARKS;
    int64_t now = hr__time(f->starts.keys[0]);
    struct hr__server *s = &f->servers[server];
    hr__heap_remove(&f->starts, 0, NULL);
    if (mark) {
        hr__life_event(f, server, mark, now);
        return false;
    }
    bool boots = s->state == HR__BOOTING;
    if (boots)
        serves(f, server);
    if (!f->scales || s->state != HR__SERVING)
        return boots;
    if (now >= s->ready + f->scaler.warmup_us)
        measure(f, server, now);
    else if (boots)
        hr__fleet_later(f, s->ready + f->scaler.warmup_us, server, 0);
    return boots;
}

bool hr__fleet_rare(struct hr__fleet *f)
{
    int64_t now = f->rare;
    bool served = false;
    if (f->starts.n && hr__time(f->starts.keys[0]) == now)
        served = start_ends(f);
    else if (f->next_spot == now)
        hr__spot_strikes(f, now);
    else if (f->next_point == now)
        take_point(f);
    else
        look(f);
    due(f);
    return served;
}

/* ---- the engine ------------------------------------------------------------------------------ */

void hr__fleet_open(struct hr__fleet *f, int64_t now)
{
    f->summed_to = f->demand_to = now;
    f->next_point = now + f->scaler.period_us;
    f->desired =
        f->scales ? hr__scaler_first(&f->scaler, f->model, now) : f->model->servers_initial;
    hr__spot_next(f, now);
    for (int64_t i = 0; i < f->desired && !f->failed; i++) {
        launch(f, now, now);
        if (!f->failed)
            serves(f, (uint32_t)i);
        if (f->scales && !f->failed)
            measure(f, (uint32_t)i, now);
    }
    due(f);
}

double hr__fleet_stretch(const struct hr_sim_workload *workload, const struct hr_fleet_model *model)
{
    const double cpu = hr_cpu_share(workload->cpu_bound, workload->speed);
    const double alone = model->vcpus < 1 ? model->vcpus : 1;
    return hr_work_us(1, workload->cpu_bound, workload->speed) * ((1 - cpu) + cpu / alone);
}

static void guest_init(struct hr__guest *guest, const struct hr_sim_workload *workload,
                       const struct hr_fleet_model *model)
{
    guest->workload = workload;
    guest->work = hr_work_us(1, workload->cpu_bound, workload->speed);
    guest->cpu = hr_cpu_share(workload->cpu_bound, workload->speed);
    guest->stretch = hr__fleet_stretch(workload, model);
    guest->as_logged = guest->stretch == 1;
    guest->cpu_per_busy = guest->cpu * guest->work / guest->stretch;
    guest->weight = model->autoscaler.metric == HR_METRIC_CPU ? guest->cpu_per_busy : 1;
}

bool hr__fleet_init(struct hr__fleet *f, const struct hr_replay_job *job)
{
    f->balance.policy = f->model->balancer;
    f->shared = (struct hr__queue){HR__NONE, HR__NONE, 0};
    f->rare = f->next_look = f->next_spot = INT64_MAX;
    f->keeps = f->model->drain_us > 0 || f->model->failure_us > 0 || f->model->spot_us > 0;
    hr__scaler_init(&f->scaler, f->model, job->forecast);
    f->scales = f->scaler.period_us > 0 &&
                (f->model->servers_max > f->model->servers_min || f->scaler.to_zero);
    f->counts = f->scales && f->model->autoscaler.policy == HR_SCALE_KPA;
    hr__runs_init(&f->runs);
    f->guests = calloc(job->workload_count, sizeof *f->guests);
    if (!f->guests || !hr__wheel_init(&f->ends) ||
        !hr__measure_init(&f->measure, job->platform, job->workloads, job->workload_count,
                          job->options))
        return false;
    f->guest_count = job->workload_count;
    f->whole = &f->measure.tallies[f->guest_count];
    for (size_t i = 0; i < f->guest_count; i++) {
        guest_init(&f->guests[i], &job->workloads[i], f->model);
        f->guests[i].tally = &f->measure.tallies[i];
    }
    return true;
}

void hr__fleet_clear(struct hr__fleet *f)
{
    for (size_t i = 0; f->shares && i < f->share_capacity; i++)
        free(f->shares[i].ends.keys);
    hr__balance_clear(&f->balance);
    hr__measure_clear(&f->measure);
    hr__runs_clear(&f->runs);
    free(f->guests);
    free(f->servers);
    free(f->event_at);
    free(f->shares);
    free(f->events.keys);
    hr__wheel_clear(&f->ends);
    free(f->starts.keys);
}

/* Every slot that is neither busy nor starting is idle: all server time is paid. */
bool hr__fleet_outcome(struct hr__fleet *f, struct hr_outcome *ret)
{
    const struct hr__clock *clock = &f->measure.clock;
    struct hr__tally *whole = f->whole;
    hr__measure_settle(&f->measure);
    double slots = (double)f->model->slots, hours = (double)f->server_us / (double)HR_HOUR;
    struct hr_usage *usage = &ret->total.usage;
    ret->total.instances_mean = whole->life / (double)(clock->to - clock->figures_from);
    ret->total.vcpu_us_paid = whole->idle / slots * f->model->vcpus;
    usage->quantity[HR_METER_INSTANCE_HOURS] = hours;
    usage->quantity[HR_METER_VCPU_HOURS] = hours * f->model->vcpus;
    usage->quantity[HR_METER_GB_HOURS] = hours * f->model->memory_mb / 1024;
    whole->idle -= whole->starting;
    for (size_t i = 0; i < f->guest_count; i++) {
        struct hr__tally *tally = f->guests[i].tally;
        if (!f->shares)
            tally->used_vcpu_us = f->guests[i].cpu_per_busy * tally->busy;
        whole->idle -= tally->busy;
        ret->workloads[i].usage.quantity[HR_METER_REQUESTS] = (double)tally->requests;
    }
    struct hr__line *line = whole->line;
    for (size_t b = 0; b <= clock->n; b++) {
        line->part[HR__IDLE][b] -= line->part[HR__BUSY][b] + line->part[HR__STARTING][b];
        line->step[HR__IDLE][b] -= line->step[HR__BUSY][b] + line->step[HR__STARTING][b];
    }
    return hr__measure_outcome(&f->measure, f->options, ret);
}
