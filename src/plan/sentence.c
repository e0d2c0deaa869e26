/* sentence.c: an answer in words: who wins at what price, who would be cheaper and why it is not
 * the answer, what the other kind would cost. One sentence, for it is what a person reads first.
 */
#include <math.h>

#include "plan/verdict.h"

#define NAMES_SHOWN 2 /* workloads named of those that miss */

struct saying {
    struct hr_text *text;
    const struct hr__search *search;
    const struct hr_comparison *comparison;
    const struct hr_verdict *verdict;
    size_t first; /* row of the verdict's workload on the first platform */
    bool all;     /* it is of the application */
};

/* As a bill shows it: the sum of its lines, each rounded to the cent. */
static double shown(const struct hr_row *row)
{
    return hr_bill_shown_total(&row->bill);
}

static bool fails(const struct hr_row *row)
{
    return !row->meets_target || *row->excluded_by;
}

/* " for A, B and 3 more": whom the application's row fails; of a workload's row that is plain. */
static void put_missing(const struct saying *s, const struct hr_row *row)
{
    const struct hr_comparison *c = s->comparison;
    const size_t platform = (size_t)(row - c->rows) - s->first;
    size_t count = 0, said = 0;
    if (!s->all)
        return;
    for (size_t i = 0; i < c->workload_count; i++)
        count += fails(&c->rows[i * c->platform_count + platform]);
    for (size_t i = 0; i < c->workload_count && said < NAMES_SHOWN; i++) {
        const struct hr_row *of = &c->rows[i * c->platform_count + platform];
        if (!fails(of))
            continue;
        said++;
        hr_text_printf(s->text, "%s%s",
                       said == 1       ? " for "
                       : said == count ? " and "
                                       : ", ",
                       of->workload);
    }
    if (count > said)
        hr_text_printf(s->text, " and %zu more", count - said);
}

/* Why a row is not the answer. */
static void put_failure(const struct saying *s, const struct hr_row *row)
{
    char attained[HR__ATTAINED];
    if (*row->excluded_by)
        hr_text_printf(s->text, "is ruled out (%s)", row->excluded_by);
    else
        hr_text_puts(s->text, "misses it");
    if (!*row->excluded_by && !s->all)
        hr_text_printf(s->text, " with %s %% within the target",
                       hr__attained_format(attained, row->target_met_pct / 100));
    put_missing(s, row);
}

/* The cheapest of all, when it is cheaper than the winner and yet not the answer. */
static const struct hr_row *cheaper_failure(const struct saying *s, const struct hr_row *winner)
{
    const struct hr_row *rows = &s->comparison->rows[s->first], *cheapest = winner;
    for (size_t p = 0; p < s->comparison->platform_count; p++)
        if (isfinite(rows[p].cost_month_usd) && fails(&rows[p]) &&
            shown(&rows[p]) < shown(cheapest) - 0.005)
            cheapest = &rows[p];
    return cheapest == winner ? NULL : cheapest;
}

/* What stands against the winner: whoever is cheaper, and the other kind. */
static void put_against(const struct saying *s, const struct hr_row *winner,
                        const struct hr_row *other)
{
    const struct hr_row *cheaper = cheaper_failure(s, winner);
    if (cheaper) {
        hr_text_printf(s->text, "; %s would be $%.2f cheaper but ", cheaper->platform,
                       shown(winner) - shown(cheaper));
        put_failure(s, cheaper);
    }
    const struct hr_row *hybrid =
        s->verdict->best_hybrid < 0 ? NULL : &s->comparison->rows[s->verdict->best_hybrid];
    if (!cheaper && hybrid && hybrid != winner && hr__eligible(hybrid) &&
        shown(winner) - shown(hybrid) >= s->search->assumptions->verdict.margin_usd)
        hr_text_printf(s->text, "; %s would be $%.2f cheaper, too little for two designs",
                       hybrid->platform, shown(winner) - shown(hybrid));
    if (other && hr__eligible(other)) {
        hr_text_printf(s->text, "; %s would cost $%.2f more", other->platform,
                       shown(other) - shown(winner));
    } else if (other && !cheaper) {
        hr_text_printf(s->text, "; %s ", other->platform);
        put_failure(s, other);
    }
}

static void put_winner(const struct saying *s, const char *word, const struct hr_row *winner,
                       const struct hr_row *other)
{
    if (!winner)
        return; /* no answer of a kind without its best */
    hr_text_printf(s->text, "%s: %s%s%s%s at $%.2f a month meets the target", word,
                   winner->platform, *winner->sizing ? " (" : "", winner->sizing,
                   *winner->sizing ? ")" : "", shown(winner));
    put_against(s, winner, other);
}

/* Of what a hybrid stands against: the better of the two simple designs. */
static const struct hr_row *simple_best(const struct hr_row *function, const struct hr_row *fleet)
{
    if (!function || !fleet)
        return function ? function : fleet;
    return hr__better(fleet, function) ? fleet : function;
}

static void put_either(const struct saying *s, const struct hr_row *function,
                       const struct hr_row *fleet)
{
    if (!function || !fleet)
        return;
    hr_text_printf(s->text,
                   "Either: %s at $%.2f and %s at $%.2f a month differ by less than %.0f %% or "
                   "$%.0f",
                   function->platform, shown(function), fleet->platform, shown(fleet),
                   s->search->assumptions->verdict.margin * 100,
                   s->search->assumptions->verdict.margin_usd);
    put_against(s, shown(function) < shown(fleet) ? function : fleet, NULL);
}

static void put_none(const struct saying *s, const struct hr_row *function,
                     const struct hr_row *fleet)
{
    char attained[HR__ATTAINED];
    const struct hr_row *closest =
        fleet && (!function || fleet->target_met_pct > function->target_met_pct) ? fleet : function;
    if (closest && !fails(closest)) {
        hr_text_printf(s->text, "%s meets the target, but no price is known of any that does",
                       closest->platform);
        return;
    }
    hr_text_puts(s->text, "None meets the target");
    if (!closest)
        return;
    hr_text_printf(s->text, "; %s comes closest with %s %% within it", closest->platform,
                   hr__attained_format(attained, closest->target_met_pct / 100));
    if (*closest->excluded_by || s->all) {
        hr_text_puts(s->text, ", but ");
        put_failure(s, closest);
    }
}

static void put_too_little(const struct saying *s)
{
    const struct hr_comparison *c = s->comparison;
    char text[HR_TIME_TEXT];
    hr_text_printf(s->text, "Not enough data for a verdict: %s of traffic, ",
                   hr_duration_format(text, (int64_t)(c->rows[0].window_s * 1e6)));
    hr_text_printf(s->text, "%s is the least; a month's dollars are that stretch repeated ",
                   hr_duration_format(text, s->search->assumptions->window.verdict_us));
    /* No groups of digits: the sentence is wrapped at blanks. */
    hr_text_printf(s->text, "%.*f times", c->month_factor < 100 ? 1 : 0, c->month_factor);
}

void hr__sentence_put(struct hr_text *text, const struct hr__search *search,
                      const struct hr_comparison *c, size_t i)
{
    const struct hr_verdict *v = &c->verdicts[i];
    const struct hr_row *function = v->best_function < 0 ? NULL : &c->rows[v->best_function];
    const struct hr_row *fleet = v->best_fleet < 0 ? NULL : &c->rows[v->best_fleet];
    const struct hr_row *hybrid = v->best_hybrid < 0 ? NULL : &c->rows[v->best_hybrid];
    const struct saying s = {.text = text,
                             .search = search,
                             .comparison = c,
                             .verdict = v,
                             .first = i * c->platform_count,
                             .all = i == c->workload_count};
    switch (v->answer) {
    case HR_ANSWER_SERVERLESS:
        put_winner(&s, "Serverless", function, fleet);
        break;
    case HR_ANSWER_PROVISIONED:
        put_winner(&s, "Provisioned", fleet, function);
        break;
    case HR_ANSWER_EITHER:
        put_either(&s, function, fleet);
        break;
    case HR_ANSWER_NONE_MEETS:
        put_none(&s, function, fleet);
        break;
    case HR_ANSWER_NOT_ENOUGH_DATA:
        put_too_little(&s);
        break;
    case HR_ANSWER_HYBRID:
        put_winner(&s, "Hybrid", hybrid, simple_best(function, fleet));
        break;
    }
    hr_text_puts(text, ".");
}
