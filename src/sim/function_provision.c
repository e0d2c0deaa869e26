/* function_provision.c: instances kept initialised: a fixed number, or one that an autoscaler
 * moves.
 *
 * An order of more takes a time to prepare and is then filled at a rate; none of it serves before
 * all of it is there. What is taken away goes at once where it rests, else when its work ends. Who
 * finds none free spills over to instances on demand.
 */
#include "sim/function.h"
#include "sim/scale.h"

#include <math.h>
#include <stdlib.h>

/* ---- what they are paid for ---------------------------------------------------------------- */

/* Busy ones are not idle: begin_provisioned says so for each run. */
static void idle_from(struct hr__function *f, struct hr__side *side, int64_t now, int64_t by)
{
    const struct hr__clock *clock = &f->measure.clock;
    double idle = hr__stretch_far(clock, side->tally->line, HR__IDLE, now, clock->to, (double)by);
    side->tally->idle += idle;
    side->tally->provisioned_idle += idle;
}

/* The last one ordered is paid for until `now`. */
static void pay_last(struct hr__function *f, struct hr__side *side, int64_t now)
{
    const struct hr__clock *clock = &f->measure.clock;
    int64_t since = side->provisioned.since[--side->provisioned.n];
    int64_t g = f->model->provisioned_granularity_us;
    int64_t span = hr__overlap(since, now, clock->bill_from, clock->bill_to);
    side->tally->provisioned_us += g > 1 ? (span + g - 1) / g * g : span;
}

/* It was being initialised until `now`. */
static void initialised(struct hr__function *f, struct hr__side *side, size_t i, int64_t now)
{
    struct hr__tally *t = side->tally;
    t->starting +=
        hr__stretch(&f->measure.clock, t->line, HR__STARTING, side->provisioned.since[i], now, 1);
}

static void gone(struct hr__function *f, struct hr__side *side, int64_t now)
{
    pay_last(f, side, now);
    idle_from(f, side, now, -1);
    hr__instances(&f->measure, side->tally, now, -1);
}

/* ---- orders ---------------------------------------------------------------------------------- */

static int64_t there(const struct hr__provisioned *p)
{
    return p->ready + p->ordered;
}

static void add(struct hr__function *f, struct hr__side *side, int64_t count, int64_t now)
{
    struct hr__provisioned *p = &side->provisioned;
    if (!hr_grow((void **)&p->since, &p->capacity, p->n + (size_t)count, sizeof *p->since, HR__REFS,
                 NULL)) {
        f->failed = true;
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        p->since[p->n++] = now;
        hr__instances(&f->measure, side->tally, now, 1);
    }
    p->ordered += count;
}

static void filled(struct hr__function *f, struct hr__side *side, int64_t now)
{
    struct hr__provisioned *p = &side->provisioned;
    for (int64_t i = 0; i < p->ordered; i++)
        initialised(f, side, p->n - 1 - (size_t)i, now);
    idle_from(f, side, now, p->ordered);
    p->ready += p->ordered;
    p->free += p->ordered;
    p->ordered = 0;
}

/* Those that were to leave stay; the rest is ordered, and what was ordered before waits with it. */
static void order(struct hr__function *f, struct hr__side *side, int64_t count, int64_t now)
{
    const struct hr_provisioning_model *model = &f->model->provisioning;
    struct hr__provisioned *p = &side->provisioned;
    int64_t stay = p->leaving < count ? p->leaving : count;
    p->leaving -= stay;
    p->ready += stay;
    if (count == stay)
        return;
    add(f, side, count - stay, now);
    double fill_s = model->per_second > 0 ? (double)p->ordered / model->per_second : 0;
    p->ready_at = now + model->prepare_us + (int64_t)llround(fill_s * (double)HR_SECOND);
    hr__function_provision_at(f, p->workload, p->ready_at);
}

/* First what is not there yet, then what rests, then what works. */
static void take_away(struct hr__function *f, struct hr__side *side, int64_t count, int64_t now)
{
    struct hr__provisioned *p = &side->provisioned;
    for (; count > 0 && p->ordered > 0; count--, p->ordered--) {
        initialised(f, side, p->n - 1, now);
        pay_last(f, side, now);
        hr__instances(&f->measure, side->tally, now, -1);
    }
    for (; count > 0 && p->free > 0; count--, p->free--, p->ready--)
        gone(f, side, now);
    p->leaving += count;
    p->ready -= count;
}

/* ---- the autoscaler -------------------------------------------------------------------------- */

/* Provisioned ones that work, and those there are, until `now`. */
void hr__provision_sum(struct hr__provisioned *p, int64_t now)
{
    p->busy_us += (double)(p->ready - p->free) * (double)(now - p->summed);
    p->ready_us += (double)p->ready * (double)(now - p->summed);
    p->summed = now;
}

static void tell(const struct hr__function *f, const struct hr__point *point, uint32_t workload,
                 int64_t want)
{
    if (!f->measure.decisions || want == point->capacity)
        return;
    const struct hr_decision decision = {.kind = HR_DECISION_SCALE,
                                         .time_us = point->time,
                                         .workload = workload,
                                         .duration_us = -1,
                                         .from = point->capacity,
                                         .to = want,
                                         .metric = point->value};
    hr__decided_far(f->measure.decisions, &decision);
}

/* `use` of so many that were ready. */
static int64_t wanted(struct hr__function *f, struct hr__side *side, int64_t now, double use,
                      int64_t ready)
{
    struct hr__provisioned *p = &side->provisioned;
    const struct hr__point point = {
        .time = now, .value = use, .capacity = there(p), .measured = ready, .ready = p->ready};
    int64_t want = hr__scale(p->scaler, &point);
    tell(f, &point, p->workload, want);
    return want;
}

static void decide(struct hr__function *f, struct hr__side *side, int64_t now)
{
    struct hr__provisioned *p = &side->provisioned;
    const size_t at = p->seen++ % HR__PROVISION_POINTS;
    int64_t more = wanted(f, side, now, p->at_points[at].use, p->at_points[at].ready) - there(p);
    if (more > 0)
        order(f, side, more, now);
    else
        take_away(f, side, -more, now);
}

/* A point is seen `delay` after its period's end. */
static void take_point(struct hr__function *f, struct hr__side *side, int64_t now)
{
    struct hr__provisioned *p = &side->provisioned;
    const size_t at = p->points++ % HR__PROVISION_POINTS;
    p->at_points[at].use = p->ready_us > 0 ? p->busy_us / p->ready_us : NAN;
    p->at_points[at].ready = p->ready;
    p->busy_us = p->ready_us = 0;
    p->next_point = now + p->scaler->period_us;
    if (p->scaler->delay_us > 0)
        hr__function_provision_at(f, p->workload, now + p->scaler->delay_us);
    if (p->next_point <= f->measure.clock.to)
        hr__function_provision_at(f, p->workload, p->next_point);
    else
        p->next_point = HR_UNKNOWN; /* the last one */
}

void hr__provision_happens(struct hr__function *f, uint32_t workload, int64_t now)
{
    struct hr__side *side = &f->sides[workload];
    struct hr__provisioned *p = &side->provisioned;
    hr__provision_sum(p, now);
    if (p->next_point == now)
        take_point(f, side, now); /* its period knows nothing of who is ready from now on */
    if (p->ordered > 0 && p->ready_at == now)
        filled(f, side, now);
    int64_t seen = p->first_point + (int64_t)p->seen * p->scaler->period_us + p->scaler->delay_us;
    if (p->seen < p->points && seen == now)
        decide(f, side, now);
}

/* ---- what the engine calls ------------------------------------------------------------------- */

void hr__provision_leave(struct hr__function *f, struct hr__side *side, int64_t now)
{
    side->provisioned.leaving--;
    gone(f, side, now);
}

/* Those of the beginning are there from the first moment on. */
bool hr__provision_init(struct hr__function *f, uint32_t workload)
{
    struct hr__side *side = &f->sides[workload];
    struct hr__provisioned *p = &side->provisioned;
    const int64_t from = f->options->window_from;
    int64_t count = side->workload->provisioned;
    *p = (struct hr__provisioned){.workload = workload, .summed = from};
    if (f->model->provisioning.autoscaler.policy != HR_SCALE_FIXED) {
        f->provision_bounds = (struct hr_fleet_model){
            .autoscaler = f->model->provisioning.autoscaler,
            .servers_min = f->model->provisioning.min,
            .servers_max = f->model->provisioning.max,
            .slots = 1,
        };
        p->scaler = malloc(sizeof *p->scaler);
        p->at_points = calloc(HR__PROVISION_POINTS, sizeof *p->at_points);
        if (!p->scaler || !p->at_points)
            return false;
        hr__scaler_init(p->scaler, &f->provision_bounds, NULL);
        count = f->model->provisioning.min;
        if (p->scaler->model->policy == HR_SCALE_SCHEDULE)
            count = wanted(f, side, from, NAN, 0);
        p->first_point = p->next_point = from + p->scaler->period_us;
        hr__function_provision_at(f, workload, p->next_point);
    }
    side->provisions = p->scaler || count > 0;
    if (count > 0)
        add(f, side, count, from);
    filled(f, side, from);
    return !f->failed;
}

/* Whoever is left is paid for until the window's end. */
void hr__provision_settle(struct hr__function *f, struct hr__side *side)
{
    struct hr__provisioned *p = &side->provisioned;
    const int64_t to = f->measure.clock.to;
    for (int64_t i = 0; i < p->ordered; i++)
        initialised(f, side, p->n - 1 - (size_t)i, to);
    while (p->n > 0)
        pay_last(f, side, to);
}

void hr__provision_clear(struct hr__side *side)
{
    free(side->provisioned.since);
    free(side->provisioned.scaler);
    free(side->provisioned.at_points);
}
