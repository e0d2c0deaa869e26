/* verdict.c: the cheapest platform that meets the target and is not excluded. */
#include "plan/verdict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *hr_answer_name(enum hr_answer answer)
{
    static const char *const names[] = {"serverless", "provisioned",   "hybrid",
                                        "either",     "none meets it", "not enough data"};
    return names[answer];
}

bool hr__eligible(const struct hr_row *row)
{
    return row->meets_target && !*row->excluded_by && isfinite(row->cost_month_usd);
}

bool hr__better(const struct hr_row *a, const struct hr_row *b)
{
    if (hr__eligible(a) != hr__eligible(b))
        return hr__eligible(a);
    if (!hr__eligible(a) && a->target_met_pct != b->target_met_pct)
        return a->target_met_pct > b->target_met_pct;
    return isfinite(a->cost_month_usd) &&
           (!isfinite(b->cost_month_usd) || a->cost_month_usd < b->cost_month_usd);
}

static int best_of_kind(const struct hr_comparison *c, size_t first, enum hr_platform_kind kind)
{
    int best = -1;
    for (size_t i = first; i < first + c->platform_count; i++)
        if (c->rows[i].kind == kind && (best < 0 || hr__better(&c->rows[i], &c->rows[best])))
            best = (int)i;
    return best;
}

/* Without a verdict there is none: who reads a mark reads an answer. */
static void mark_cheapest(struct hr_comparison *c, size_t first)
{
    struct hr_row *cheapest = NULL;
    for (size_t i = first; !c->extrapolated && i < first + c->platform_count; i++)
        if (hr__eligible(&c->rows[i]) &&
            (!cheapest || c->rows[i].cost_month_usd < cheapest->cost_month_usd))
            cheapest = &c->rows[i];
    if (cheapest)
        cheapest->cheapest = true;
}

static bool may_win(const struct hr_row *row)
{
    return row && hr__eligible(row);
}

/* Is the difference of two costs too small to decide? */
static bool is_close(const struct hr__search *search, double a, double b)
{
    const double difference = fabs(a - b);
    return difference < search->assumptions->verdict.margin * fmin(a, b) ||
           difference < search->assumptions->verdict.margin_usd;
}

enum hr_answer hr__answer_of(const struct hr__search *search, const struct hr_comparison *c,
                             const struct hr_row *function, const struct hr_row *fleet,
                             const struct hr_row *hybrid)
{
    const bool serverless = may_win(function), provisioned = may_win(fleet);
    if (c->extrapolated)
        return HR_ANSWER_NOT_ENOUGH_DATA;
    const double a = serverless ? function->cost_month_usd : INFINITY;
    const double b = provisioned ? fleet->cost_month_usd : INFINITY;
    if (may_win(hybrid)) {
        const double usd = hybrid->cost_month_usd, simple = fmin(a, b);
        if (!serverless && !provisioned)
            return HR_ANSWER_HYBRID;
        if (usd < simple && !is_close(search, usd, simple))
            return HR_ANSWER_HYBRID;
    }
    if (!serverless && !provisioned)
        return HR_ANSWER_NONE_MEETS;
    if (serverless != provisioned)
        return serverless ? HR_ANSWER_SERVERLESS : HR_ANSWER_PROVISIONED;
    if (is_close(search, a, b))
        return HR_ANSWER_EITHER;
    return a < b ? HR_ANSWER_SERVERLESS : HR_ANSWER_PROVISIONED;
}

static bool make_one(const struct hr__search *search, struct hr_comparison *c, size_t i,
                     struct hr_error *err)
{
    struct hr_verdict *v = &c->verdicts[i];
    bool all = i == c->workload_count;
    size_t first = i * c->platform_count;
    double seconds = c->rows[first].window_s; /* as the invocations: after the warm-up */
    struct hr_text text = {.max = 900};
    v->workload = c->rows[first].workload;
    v->best_function = best_of_kind(c, first, HR_FUNCTION);
    v->best_fleet = best_of_kind(c, first, HR_FLEET);
    v->best_hybrid = best_of_kind(c, first, HR_HYBRID);
    const struct hr_row *function = v->best_function < 0 ? NULL : &c->rows[v->best_function];
    const struct hr_row *fleet = v->best_fleet < 0 ? NULL : &c->rows[v->best_fleet];
    v->invocations = c->rows[first].invocations;
    v->per_second = (double)v->invocations / seconds;
    v->recorded_p95_ms = NAN;
    v->turns_on = "";
    for (size_t k = 0; k < c->workload_count; k++) {
        const struct hr__stream *stream = &search->traffic->streams[k];
        for (int part = 0; part < 64 && (all || k == i); part++)
            v->traffic[part] += stream->sparkline[part];
        v->service_assumed = v->service_assumed || (all && stream->service_assumed);
        if (k != i)
            continue;
        v->trigger = stream->trigger;
        v->service_assumed = stream->service_assumed;
        if (stream->recorded_p95_us != HR_UNKNOWN)
            v->recorded_p95_ms = (double)stream->recorded_p95_us / 1000.0;
    }
    mark_cheapest(c, first);
    v->answer = hr__answer_of(search, c, function, fleet,
                              v->best_hybrid < 0 ? NULL : &c->rows[v->best_hybrid]);
    hr__sentence_put(&text, search, c, i);
    v->sentence = hr_arena_copy(&c->arena, text.data ? text.data : "", text.len);
    hr_text_clear(&text);
    return v->sentence || hr_fail_memory(err);
}

static void set_totals(struct hr_comparison *c)
{
    const struct hr_verdict *all = &c->verdicts[c->workload_count];
    c->best_function_usd = c->best_fleet_usd = c->best_mix_usd = NAN;
    c->best_mix = "";
    if (all->best_function >= 0)
        c->best_function_usd = c->rows[all->best_function].cost_month_usd;
    if (all->best_fleet >= 0)
        c->best_fleet_usd = c->rows[all->best_fleet].cost_month_usd;
}

bool hr__verdicts_make(const struct hr__search *search, struct hr_comparison *comparison,
                       struct hr_error *err)
{
    comparison->verdicts = hr_arena_alloc(&comparison->arena, (comparison->workload_count + 1) *
                                                                  sizeof *comparison->verdicts);
    if (!comparison->verdicts)
        return hr_fail_memory(err);
    for (size_t i = 0; i <= comparison->workload_count; i++)
        if (!make_one(search, comparison, i, err))
            return false;
    set_totals(comparison);
    return true;
}
