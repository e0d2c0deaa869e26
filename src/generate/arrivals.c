/* arrivals.c: the moments at which invocations of one workload arrive.
 *
 * Every process but cron is one of unit rate, stretched: the k-th arrival is where the integral of
 * the rate reaches the sum of the first k gaps. The rate is linear between its bends, at most a
 * minute apart, so that the integral of a piece, and its inverse, are exact.
 */
#include <math.h>

#include "generate/made.h"

/* Gaps and stays are drawn with hr_dist_draw, which rounds to whole numbers; a mean of so many
 * keeps what it rounds away small. */
#define GAP_MEAN 1e9
/* No two arrivals are nearer, in mean gaps: where the rate is 0, none would move on. */
#define AREA_MIN 1e-12

static uint64_t key_of(const struct hr__arrivals *a, uint64_t number, enum hr_purpose purpose)
{
    return hr_draw_key(a->luck.seed, a->luck.key, number, purpose);
}

static bool has_states(const struct hr__arrivals *a)
{
    return a->workload->process.state_count > 0;
}

/* ---- states -----------------------------------------------------------------------------------
 */

static void enter(struct hr__arrivals *a, int64_t time)
{
    const struct hr_dist *stay = &a->workload->process.states[a->state].stay;
    int64_t us = hr_dist_draw(stay, key_of(a, a->switches++, HR_DRAW_STATE));
    us = us > 0 ? us : 1;
    a->state_ends = us < a->end - time ? time + us : a->end;
}

/* Factors are scaled so that their mean, weighted by the stays, is 1. The first state is drawn by
 * the same weights. */
static void begin_states(struct hr__arrivals *a)
{
    const struct hr_process *process = &a->workload->process;
    double time = 0, flow = 0;
    for (size_t i = 0; i < process->state_count; i++) {
        double stay = hr_dist_mean(&process->states[i].stay);
        time += stay;
        flow += stay * process->states[i].factor;
    }
    a->flow = time / flow;
    double left = hr_unit(key_of(a, a->switches++, HR_DRAW_STATE)) * time;
    while (a->state + 1 < process->state_count) {
        left -= hr_dist_mean(&process->states[a->state].stay);
        if (left < 0)
            break;
        a->state++;
    }
    enter(a, a->start);
}

static double factor_now(const struct hr__arrivals *a)
{
    return has_states(a) ? a->workload->process.states[a->state].factor * a->flow : 1;
}

/* ---- the integral of the rate ------------------------------------------------------------------
 */

static bool next_piece(struct hr__arrivals *a)
{
    if (a->to >= a->end)
        return false;
    if (has_states(a) && a->to >= a->state_ends) {
        a->state = (a->state + 1) % a->workload->process.state_count;
        enter(a, a->to);
    }
    int64_t to = hr__rate_bend(a->workload, a->start, a->to);
    to = to < a->end ? to : a->end;
    to = has_states(a) && a->state_ends < to ? a->state_ends : to;
    const double factor = factor_now(a) / (double)HR_SECOND;
    a->from = a->to;
    a->to = to;
    a->used = 0;
    a->rate_from = hr_traffic_rate(a->workload, a->start, a->from) * factor;
    a->rate_to = hr_traffic_rate(a->workload, a->start, to - 1) * factor; /* before any jump */
    return true;
}

static double rate_at(const struct hr__arrivals *a, double used)
{
    return a->rate_from + (a->rate_to - a->rate_from) * used / (double)(a->to - a->from);
}

/* Goes on until the integral has grown by `area`; false: the end comes first. */
static bool advance(struct hr__arrivals *a, double area)
{
    area = fmax(area, AREA_MIN);
    for (;;) {
        const double length = (double)(a->to - a->from), rest = length - a->used;
        const double rate = rate_at(a, a->used);
        const double whole = 0.5 * (rate + a->rate_to) * rest;
        if (whole > area) {
            /* area = rate x + slope x^2 / 2, in the form that does not cancel */
            double slope = (a->rate_to - a->rate_from) / length;
            double root = sqrt(fmax(rate * rate + 2 * slope * area, 0));
            a->used += fmin(2 * area / (rate + root), rest);
            return true;
        }
        area -= whole;
        if (!next_piece(a))
            return false;
    }
}

static double gap(const struct hr__arrivals *a)
{
    const struct hr_process *process = &a->workload->process;
    const uint64_t key = key_of(a, a->made, HR_DRAW_ARRIVAL);
    if (process->kind == HR_PROCESS_DETERMINISTIC)
        return a->made ? 1 : 0.5; /* half a gap at both ends */
    if (process->kind == HR_PROCESS_RENEWAL) {
        struct hr_dist scaled = process->gap;
        double factor = GAP_MEAN / a->gap_mean;
        switch (scaled.kind) {
        case HR_EMPIRICAL:
            return (double)hr_dist_draw(&scaled, key) / a->gap_mean;
        case HR_LOGNORMAL:
            scaled.a += log(factor);
            break;
        case HR_CONSTANT:
        case HR_EXPONENTIAL:
            scaled.a *= factor;
            break;
        case HR_UNIFORM:
            scaled.a *= factor;
            scaled.b *= factor;
            break;
        default:
            scaled.b *= factor;
            break;
        }
        return (double)hr_dist_draw(&scaled, key) / GAP_MEAN;
    }
    return -log(hr_unit(hr_mix64(key)));
}

/* ---- cron
 * ---------------------------------------------------------------------------------------- */

static int64_t tick_after(const struct hr_process *process, int64_t time)
{
    int64_t tick = time - (time - process->at_us % process->every_us) % process->every_us;
    return tick < time ? tick + process->every_us : tick;
}

/* As many as the rate brings in `every`: the whole part, and one more with the rest as its chance.
 */
static void fill_tick(struct hr__arrivals *a)
{
    const struct hr_process *process = &a->workload->process;
    double many = hr_traffic_rate(a->workload, a->start, a->tick) * (double)process->every_us /
                  (double)HR_SECOND;
    double chance = many - floor(many);
    a->tick_left = (int64_t)floor(many) +
                   (hr_unit(hr_mix64(key_of(a, a->tick_count++, HR_DRAW_STATE))) < chance);
}

static int64_t next_of_tick(struct hr__arrivals *a)
{
    const struct hr_process *process = &a->workload->process;
    for (;;) {
        while (a->tick_left == 0) {
            a->tick = a->tick_count ? a->tick + process->every_us : tick_after(process, a->start);
            if (a->tick >= a->end)
                return HR_UNKNOWN;
            fill_tick(a);
        }
        a->tick_left--;
        double unit = hr_unit(hr_mix64(key_of(a, a->made++, HR_DRAW_ARRIVAL)));
        int64_t time = a->tick + (int64_t)(unit * (double)process->jitter_us);
        if (time < a->end)
            return time;
    }
}

/* ---- all
 * ------------------------------------------------------------------------------------------- */

void hr__arrivals_begin(const struct hr_made_workload *workload, struct hr__luck luck,
                        int64_t start, int64_t end, struct hr__arrivals *ret)
{
    *ret = (struct hr__arrivals){.workload = workload,
                                 .luck = luck,
                                 .start = start,
                                 .end = end,
                                 .from = start - 1,
                                 .to = start,
                                 .used = 1};
    if (has_states(ret))
        begin_states(ret);
    if (workload->process.kind == HR_PROCESS_RENEWAL)
        ret->gap_mean = hr_dist_mean(&workload->process.gap);
}

int64_t hr__arrivals_next(struct hr__arrivals *arrivals)
{
    if (arrivals->workload->process.kind == HR_PROCESS_CRON)
        return next_of_tick(arrivals);
    if (!advance(arrivals, gap(arrivals)))
        return HR_UNKNOWN;
    arrivals->made++;
    int64_t time = arrivals->from + (int64_t)arrivals->used;
    return time < arrivals->to ? time : arrivals->to - 1;
}
