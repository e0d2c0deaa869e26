/* replicate.c: means over replications, and how sure they are.
 *
 * Each replication has a seed of its own, by which generated traffic is made anew and every
 * platform draws; sizes stay those of the first, which is the comparison itself. The interval of a
 * mean m of n replications with standard deviation s is m +- t s / sqrt(n), t Student's with n - 1
 * degrees of freedom (Law, Simulation Modeling and Analysis, 2015, section 9.4).
 */
#include "plan/replicate.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CONFIDENCE 0.95
/* With fewer than so many an interval that is narrow enough is so by chance. */
#define PRECISE_LEAST           10
#define PRECISE_MOST            200

#define FIGURE_ENUM(name, type) FIGURE_##name,
enum { HR_REPLICATED(FIGURE_ENUM) FIGURES };
#undef FIGURE_ENUM

struct tally {
    struct hr__comparing *comparing;
    struct hr__sum *sums; /* FIGURES of each row */
    size_t done;          /* replications, the comparison itself among them */
};

static struct hr__sum *sum_at(const struct tally *t, size_t row, size_t figure)
{
    return &t->sums[row * FIGURES + figure];
}

void hr__sum_add(struct hr__sum *sum, double value)
{
    if (!isfinite(value))
        return;
    const double off = value - sum->mean;
    sum->n++;
    sum->mean += off / sum->n;
    sum->square += off * (value - sum->mean);
}

double hr__sum_half_width(const struct hr__sum *sum)
{
    if (sum->n < 2)
        return NAN;
    return gsl_cdf_tdist_Pinv(0.5 + CONFIDENCE / 2, sum->n - 1) *
           sqrt(sum->square / (sum->n - 1) / sum->n);
}

static void add_row(const struct tally *t, size_t index, const struct hr_row *row)
{
#define FIGURE_ADD(name, type) hr__sum_add(sum_at(t, index, FIGURE_##name), (double)row->name);
    HR_REPLICATED(FIGURE_ADD)
#undef FIGURE_ADD
}

static void fill_row(const struct tally *t, size_t index, struct hr_row *row)
{
    row->replications = t->done;
#define FIGURE_FILL(name, type)                                                                    \
    row->name##_mean =                                                                             \
        sum_at(t, index, FIGURE_##name)->n > 0 ? sum_at(t, index, FIGURE_##name)->mean : NAN;      \
    row->name##_ci95 = hr__sum_half_width(sum_at(t, index, FIGURE_##name));
    HR_REPLICATED(FIGURE_FILL)
#undef FIGURE_FILL
}

void hr__replicated_none(struct hr_row *row)
{
    row->replications = 1;
#define FIGURE_NONE(name, type) row->name##_mean = row->name##_ci95 = NAN;
    HR_REPLICATED(FIGURE_NONE)
#undef FIGURE_NONE
}

/* Mean response and monthly cost of the application, on every platform, are as sure as asked. */
static bool is_precise(const struct tally *t, double precision)
{
    static const size_t looked_at[] = {FIGURE_response_mean_ms, FIGURE_cost_month_usd};
    const struct hr_comparison *out = t->comparing->out;
    if (t->done < PRECISE_LEAST)
        return false;
    for (size_t p = 0; p < out->platform_count; p++)
        for (size_t k = 0; k < 2; k++) {
            const struct hr__sum *sum = sum_at(t, (size_t)out->platforms[p].all_row, looked_at[k]);
            if (sum->n > 1 && hr__sum_half_width(sum) > precision * fabs(sum->mean))
                return false;
        }
    return true;
}

/* ---- one replication
 * ----------------------------------------------------------------------------- */

static bool replay_job(void *context, size_t index, struct hr_error *err)
{
    struct hr__comparing *c = context;
    return hr__replay_again(&c->search, &c->jobs[index].sized, err);
}

/* The comparing with other traffic, another seed and a comparison that nobody sees. */
static bool replay_all(struct tally *t, struct hr__traffic *traffic,
                       const struct hr_compare_options *options, struct hr_error *err)
{
    struct hr__comparing again = *t->comparing;
    const struct hr_comparison *out = t->comparing->out;
    struct hr_comparison scratch = {.application = out->application,
                                    .window_from = out->window_from,
                                    .window_to = out->window_to,
                                    .bill_from = out->bill_from,
                                    .bill_to = out->bill_to,
                                    .month_factor = out->month_factor};
    again.traffic = *traffic;
    again.out = &scratch;
    again.parts = NULL;
    again.search.traffic = &again.traffic;
    again.search.options = options;
    again.search.decisions = NULL;
    again.search.parts = NULL;
    bool done = true;
    if (t->comparing->parts) {
        again.search.parts = again.parts = hr__traffic_parts(&again.traffic, err);
        done = again.parts;
    }
    done = done && hr_parallel_for(again.job_count, options->threads, replay_job, &again, err) &&
           hr__rows_fill(&again, err);
    for (size_t i = 0; i < scratch.row_count && done; i++)
        add_row(t, i, &scratch.rows[i]);
    hr__traffic_parts_free(again.parts, again.traffic.stream_count);
    hr_comparison_clear(&scratch);
    return done;
}

static bool replicate_once(struct tally *t, struct hr_store *store, struct hr_error *err)
{
    struct hr__comparing *c = t->comparing;
    struct hr_compare_options options = *c->search.options;
    struct hr_comparison unheard = {0};
    struct hr__replica replica;
    struct hr__traffic traffic = {0};
    options.seed = hr_draw_key(options.seed, 0, t->done, HR_DRAW_REPLICATION);
    options.window_from = c->out->window_from;
    options.window_to = c->out->window_to;
    if (!hr__replica_open(store, options.app, options.seed, &replica, err))
        return false;
    if (replica.store)
        options.app = NULL; /* its only one */
    const struct hr__load load = {.store = replica.store ? replica.store : store,
                                  .models = c->models,
                                  .assumptions = &c->assumptions,
                                  .options = &options,
                                  .comparison = &unheard,
                                  .like = &c->traffic};
    bool done = hr__traffic_load(&load, &traffic, err) && replay_all(t, &traffic, &options, err);
    t->done += done;
    hr__traffic_clear(&traffic);
    hr_comparison_clear(&unheard);
    hr__replica_close(&replica);
    return done;
}

/* ---- what was random
 * ------------------------------------------------------------------------------- */

static bool varies(const struct hr_dist *dist)
{
    return dist->kind != HR_CONSTANT;
}

static bool starts_vary(const struct hr_start_model *start)
{
    for (size_t i = 0; i < HR_STAGE_COUNT; i++)
        if (varies(&start->stages[i]))
            return true;
    return false;
}

/* What a platform draws, bit by bit. */
enum { NETWORK = 1, COLD_STARTS = 2, BOOTS = 4, CHOICES = 8, LOSSES = 16 };
static unsigned drawn_by(const struct hr_platform *p)
{
    const struct hr_function_model *f = &p->function;
    const struct hr_fleet_model *s = &p->fleet;
    unsigned drawn = varies(&p->network) ? NETWORK : 0;
    if (p->kind == HR_FUNCTION)
        return drawn | (starts_vary(&f->start) ? COLD_STARTS : 0u) |
               (f->reuse == HR_REUSE_RANDOM || f->keep_alive == HR_KEEP_DISTRIBUTION ? CHOICES
                                                                                     : 0u);
    if (p->kind == HR_FLEET)
        return drawn | (varies(&s->boot) ? BOOTS : 0u) |
               (s->balancer == HR_RANDOM || s->balancer == HR_TWO_CHOICES || s->slow_start_us > 0
                    ? CHOICES
                    : 0u) |
               (s->failure_us > 0 || s->spot_us > 0 ? LOSSES : 0u);
    return drawn;
}

static bool draws_services(const struct hr__traffic *traffic)
{
    for (size_t i = 0; i < traffic->stream_count; i++)
        if (!traffic->streams[i].recipe.as_stored)
            return true;
    return false;
}

static bool note_luck(const struct hr__comparing *c, bool made, size_t replications,
                      struct hr_error *err)
{
    static const char *const words[] = {"network times", "cold starts", "boots",
                                        "which instance or server takes a request", "servers lost"};
    struct hr_text text = {.max = 400};
    unsigned drawn = 0;
    for (size_t p = 0; p < c->job_count; p++) {
        const struct hr__sized *sized = &c->jobs[p].sized;
        for (size_t k = 0; k < HR__PARTS && sized->parts; k++)
            drawn |= drawn_by(&sized->parts[k].platform);
        drawn |= sized->parts ? 0u : drawn_by(&sized->platform);
    }
    if (draws_services(&c->traffic))
        hr_text_puts(&text, "service times that the log does not tell");
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (drawn & (1u << k))
            hr_text_printf(&text, "%s%s", text.len ? ", " : "", words[k]);
    if (text.len == 0)
        hr_text_puts(&text, made ? "nothing else" : "nothing, so all are the same");
    bool done = hr__note_add(
        c->out, err,
        "%zu replications, each with a seed of its own and the sizes of the first, which the other "
        "figures are of. %s; drawn anew: %s",
        replications,
        made ? "Generated traffic is made anew each time, recorded traffic stays"
             : "Arrivals are recorded and stay the same, so the intervals tell of the platforms' "
               "luck only, not of other days",
        text.data ? text.data : "");
    hr_text_clear(&text);
    return done;
}

/* ---- all
 * ---------------------------------------------------------------------------------------------- */

static bool report(const struct tally *t, size_t most, struct hr_error *err)
{
    const struct hr__comparing *c = t->comparing;
    const struct hr_progress_state state = {.what = "replicating",
                                            .done = (double)t->done,
                                            .total = (double)most,
                                            .unit = "replications"};
    return hr_progress_report(c->search.progress, &state) ||
           hr_fail(err, HR_ECANCELLED, "cancelled");
}

static bool is_made(struct hr_store *store, const char *app, bool *ret, struct hr_error *err)
{
    struct hr_arena arena = {0};
    struct hr_import_file *files = NULL;
    size_t count = 0;
    bool done = hr_store_files(store, app, &arena, &files, &count, err);
    for (size_t i = 0; i < count && done; i++)
        *ret = *ret || strcmp(files[i].input_format, HR_GENERATED_FORMAT) == 0;
    hr_arena_clear(&arena);
    return done;
}

static bool replicate(struct tally *t, struct hr_store *store, struct hr_error *err)
{
    struct hr_comparison *out = t->comparing->out;
    const struct hr_compare_options *options = t->comparing->search.options;
    const size_t most = options->replications ? options->replications : PRECISE_MOST;
    bool precise = false, made = false;
    for (size_t i = 0; i < out->row_count; i++)
        add_row(t, i, &out->rows[i]);
    t->done = 1;
    while (t->done < most && !precise) {
        if (!report(t, most, err) || !replicate_once(t, store, err))
            return false;
        precise = options->precision > 0 && is_precise(t, options->precision);
    }
    for (size_t i = 0; i < out->row_count; i++)
        fill_row(t, i, &out->rows[i]);
    out->imprecise = options->precision > 0 && !precise;
    return is_made(store, options->app, &made, err) &&
           note_luck(t->comparing, made, t->done, err) &&
           (!out->imprecise ||
            hr__warning_add(out, err,
                            "%zu replications leave an interval wider than +-%g %% of a mean "
                            "response or cost: ask for more with --replications, or make longer "
                            "traffic",
                            t->done, options->precision * 100));
}

bool hr__replicate(struct hr__comparing *comparing, struct hr_store *store, struct hr_error *err)
{
    const struct hr_compare_options *options = comparing->search.options;
    if (options->replications < 2 && options->precision <= 0)
        return true;
    struct tally tally = {.comparing = comparing};
    tally.sums = calloc(comparing->out->row_count * FIGURES + 1, sizeof *tally.sums);
    bool done = tally.sums ? replicate(&tally, store, err) : hr_fail_memory(err);
    free(tally.sums);
    return done;
}
