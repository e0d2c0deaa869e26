/* function_meter.c: what function instances are paid for, and their outcome.
 *
 * One slot: each invocation's own time is paid (with its start where starts are billed), rounded
 * up; what rounding adds is idle. Several slots: each instance from the first to the last
 * invocation in progress. By life: from launch to its end.
 */
#include "sim/function.h"

#include <math.h>

#include <stdlib.h>

/* Rounding's excess, which is idle and begins when the work ends, is returned. */
int64_t hr__function_bill_each(struct hr__function *f, const struct hr__side *side,
                               const struct hr__done *done)
{
    struct hr__tally *t = side->tally;
    const struct hr__clock *clock = &f->measure.clock;
    int64_t from = done->admitted + done->unbilled;
    int64_t billed = hr__billed_span(&f->metering, done->end - from);
    if (hr__billed(clock, done->arrival))
        t->billed_use_us += billed;
    t->billed_us += hr__overlap(from, from + billed, clock->bill_from, clock->bill_to);
    return from + billed - done->end;
}

void hr__function_ran(struct hr__function *f, const struct hr__instance *instance,
                      const struct hr__run *run, const struct hr__done *done)
{
    const struct hr__side *side = &f->sides[instance->workload];
    struct hr__tally *t = side->tally;
    const struct hr__clock *clock = &f->measure.clock;
    hr__function_ended(f, run, done);
    if (side->paid != HR__PAID_EACH) {
        t->idle += hr__stretch(clock, t->line, HR__IDLE, done->begun, done->end, -1);
        return;
    }
    int64_t excess = hr__function_bill_each(f, side, done);
    t->idle += hr__stretch(clock, t->line, HR__IDLE, done->end, done->end + excess, 1);
}

/* What is not paid for of a start lies at its begin: see hr__start_draw. */
void hr__function_starts(struct hr__function *f, const struct hr__side *side, int64_t from,
                         const struct hr__start *start)
{
    struct hr__tally *t = side->tally;
    const struct hr__clock *clock = &f->measure.clock;
    int64_t paid_from = from + (side->paid == HR__PAID_LIFE ? 0 : start->unbilled);
    int64_t ready = from + start->all;
    double slots = (double)side->slots, unbilled = (double)hr__inside(clock, from, paid_from);
    t->starting += hr__stretch(clock, t->line, HR__STARTING, from, ready, slots);
    t->starting_unbilled += unbilled * slots;
    if (side->paid != HR__PAID_EACH)
        t->idle += hr__stretch(clock, t->line, HR__IDLE, paid_from, ready, -slots);
    if (side->paid == HR__PAID_ACTIVE)
        t->active += unbilled * slots;
}

/* Nobody is left on it: its active stretch ends. */
void hr__function_rests(struct hr__function *f, const struct hr__instance *instance, int64_t now)
{
    const struct hr__side *side = &f->sides[instance->workload];
    struct hr__tally *t = side->tally;
    const struct hr__clock *clock = &f->measure.clock;
    int64_t from = instance->active_from;
    if (side->paid != HR__PAID_ACTIVE)
        return;
    int64_t billed = hr__billed_span(&f->metering, now - from);
    double slots = (double)side->slots;
    if (hr__billed(clock, from))
        t->billed_use_us += billed;
    t->billed_us += hr__overlap(from, from + billed, clock->bill_from, clock->bill_to);
    t->idle += hr__stretch(clock, t->line, HR__IDLE, from, from + billed, slots);
    t->active += (double)hr__inside(clock, from, now) * slots;
}

void hr__function_gone(struct hr__function *f, const struct hr__instance *instance, int64_t now)
{
    const struct hr__side *side = &f->sides[instance->workload];
    struct hr__tally *t = side->tally;
    const struct hr__clock *clock = &f->measure.clock;
    double slots = (double)side->slots;
    hr__instances(&f->measure, t, now, -1);
    if (side->paid != HR__PAID_LIFE)
        return;
    t->active += (double)hr__inside(clock, instance->created, now) * slots;
    t->idle += hr__stretch(clock, t->line, HR__IDLE, instance->created, now, slots);
    int64_t paid = hr__overlap(instance->created, now, clock->bill_from, clock->bill_to);
    t->billed_use_us += paid;
    t->billed_us += paid;
}

static void fill_usage(const struct hr__side *side, struct hr_usage *usage)
{
    const struct hr__tally *t = side->tally;
    const double second = (double)HR_SECOND, hour = (double)HR_HOUR;
    double gb = side->workload->memory_mb / 1024, vcpus = side->workload->vcpus;
    double billed = (double)t->billed_us;
    usage->quantity[HR_METER_REQUESTS] = (double)t->requests;
    usage->quantity[HR_METER_GB_SECONDS] = (double)t->billed_use_us / second * gb;
    usage->quantity[HR_METER_PROVISIONED_GB_SECONDS] = (double)t->provisioned_us / second * gb;
    usage->quantity[HR_METER_PROVISIONED_USE_GB_SECONDS] =
        (double)t->provisioned_use_us / second * gb;
    if (side->direct) /* what computed, of what was paid for */
        usage->quantity[HR_METER_CPU_MS] =
            fmax(0, (double)(t->billed_use_us + t->provisioned_use_us) - side->state_us) / 1000 *
            side->cpu_per_busy;
    usage->quantity[HR_METER_VCPU_SECONDS] = billed / second * vcpus;
    usage->quantity[HR_METER_GIB_SECONDS] = billed / second * gb;
    usage->quantity[HR_METER_INSTANCE_HOURS] = billed / hour;
    usage->quantity[HR_METER_VCPU_HOURS] = billed / hour * vcpus;
    usage->quantity[HR_METER_GB_HOURS] = billed / hour * gb;
}

bool hr__function_outcome(struct hr__function *f, struct hr_outcome *ret)
{
    const struct hr__clock *clock = &f->measure.clock;
    double span = (double)(clock->to - clock->figures_from);
    hr__measure_settle(&f->measure);
    for (size_t i = 0; i < f->side_count; i++) {
        const struct hr__side *side = &f->sides[i];
        struct hr__tally *t = side->tally;
        struct hr_measures *measures = &ret->workloads[i];
        double slots = (double)side->slots;
        hr__provision_settle(f, &f->sides[i]);
        measures->instances_mean = t->life / span;
        if (side->direct)
            t->used_vcpu_us = side->cpu_per_busy * t->busy;
        if (side->paid == HR__PAID_EACH)
            t->active = t->busy + t->starting + t->provisioned_idle;
        double life = t->life * slots;
        t->unbilled_idle = life > t->active ? life - t->active : 0;
        double paid = t->busy + t->starting + t->idle - t->starting_unbilled;
        measures->vcpu_us_paid = paid / slots * side->workload->vcpus;
        fill_usage(side, &measures->usage);
    }
    return hr__measure_outcome(&f->measure, f->options, ret);
}
