/* turns.c: which assumption could turn an answer, found by replaying.
 *
 * Whatever was assumed of the workloads is taken to its lower and its upper bound (`turns` of the
 * assumptions), one attribute at a time, for all workloads at once. The application is replayed so
 * on those platforms only that some verdict weighs, with sizes searched for near the chosen ones. A
 * verdict that comes out otherwise hangs on that attribute.
 */
#include "plan/turns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/cost.h"
#include "plan/verdict.h"

enum attribute { CPU_BOUND, SERVICE, MEMORY, TARGET, ATTRIBUTES };
#define VARIANTS ((size_t)ATTRIBUTES * 2) /* 2a: a at its lower bound, 2a + 1: at its upper */

static const char *const names[ATTRIBUTES] = {"cpu_bound", "service time", "memory", "target"};

/* What a replay says of one workload on one platform: as much of a row as an answer needs. */
struct trial {
    size_t variant, job;
    struct hr_row *rows; /* of each workload, then (all) */
};
struct finding {
    struct hr__comparing *comparing;
    struct hr__traffic variants[VARIANTS]; /* streams NULL: nobody assumed it */
    struct hr__traffic *parts[VARIANTS];   /* --alone */
    struct trial *trials;
    size_t trial_count;
};

/* ---- the attributes -------------------------------------------------------------------------- */

static bool is_assumed(const struct hr__stream *stream, enum attribute attribute)
{
    switch (attribute) {
    case CPU_BOUND:
        return strstr(stream->assumed, "cpu_bound") != NULL;
    case SERVICE:
        return stream->service_assumed;
    case MEMORY:
        return stream->memory_used_mb <= 0;
    case TARGET:
        return strstr(stream->assumed, "target") != NULL;
    case ATTRIBUTES:
        break;
    }
    return false;
}

/* The stream as it would be with its attribute at that bound. */
static void move(const struct hr_assumptions *a, enum attribute attribute, int bound,
                 struct hr__stream *stream)
{
    double target = (double)stream->target_us;
    switch (attribute) {
    case CPU_BOUND:
        stream->cpu_bound = stream->trigger == HR_HTTP ? a->turns.cpu_bound_http[bound]
                                                       : a->turns.cpu_bound_other[bound];
        break;
    case SERVICE: /* an assumed target comes from it */
        stream->stretch = a->turns.service[bound];
        stream->service_sum_us *= stream->stretch;
        if (stream->trigger == HR_HTTP && is_assumed(stream, TARGET))
            stream->target_us = llround(
                fmax(target * a->turns.service[bound], (double)a->workload.target_floor_us));
        break;
    case MEMORY:
        stream->memory_used_mb = a->turns.memory_mb[bound];
        break;
    case TARGET:
        stream->target_us = llround(target * a->turns.target[bound]);
        break;
    case ATTRIBUTES:
        break;
    }
}

/* "cpu_bound at 75 % instead of 25 %". */
static void put_move(struct hr_text *text, const struct hr_assumptions *a, size_t variant,
                     const struct hr__stream *from, const struct hr__stream *to)
{
    char before[HR_TIME_TEXT], after[HR_TIME_TEXT];
    const enum attribute attribute = (enum attribute)(variant / 2);
    hr_text_printf(text, "%s ", names[attribute]);
    switch (attribute) {
    case CPU_BOUND:
        hr_text_printf(text, "at %.3g %% instead of %.3g %%", to->cpu_bound * 100,
                       from->cpu_bound * 100);
        break;
    case SERVICE:
        hr_text_printf(text, "%g times the assumed", a->turns.service[variant % 2]);
        break;
    case MEMORY:
        hr_text_printf(text, "used, unknown, at %g MB", to->memory_used_mb);
        break;
    case TARGET:
        hr_text_printf(text, "at %s instead of %s", hr_duration_format(after, to->target_us),
                       hr_duration_format(before, from->target_us));
        break;
    case ATTRIBUTES:
        break;
    }
}

/* ---- replays --------------------------------------------------------------------------------- */

/* The traffic of a variant borrows all but its streams. */
static bool make_variant(struct finding *f, size_t variant, struct hr_error *err)
{
    const struct hr__comparing *c = f->comparing;
    const enum attribute attribute = (enum attribute)(variant / 2);
    const size_t size = c->traffic.stream_count * sizeof *c->traffic.streams;
    bool any = false;
    for (size_t i = 0; i < c->traffic.stream_count; i++)
        any = any || is_assumed(&c->traffic.streams[i], attribute);
    if (!any)
        return true;
    struct hr__traffic *traffic = &f->variants[variant];
    *traffic = c->traffic;
    traffic->streams = malloc(size);
    if (!traffic->streams)
        return hr_fail_memory(err);
    memcpy(traffic->streams, c->traffic.streams, size);
    for (size_t i = 0; i < traffic->stream_count; i++)
        if (is_assumed(&c->traffic.streams[i], attribute))
            move(&c->assumptions, attribute, (int)(variant % 2), &traffic->streams[i]);
    return !c->parts || (f->parts[variant] = hr__traffic_parts(traffic, err));
}

/* Does some verdict weigh this platform? */
static bool is_weighed(const struct hr__comparing *c, size_t job)
{
    for (size_t i = 0; i <= c->traffic.stream_count; i++) {
        const struct hr_verdict *v = &c->out->verdicts[i];
        const int row = (int)(i * c->job_count + job);
        if (v->best_function == row || v->best_fleet == row || v->best_hybrid == row)
            return true;
    }
    return false;
}

static bool list_trials(struct finding *f, struct hr_error *err)
{
    const struct hr__comparing *c = f->comparing;
    f->trials = calloc(VARIANTS * c->job_count + 1, sizeof *f->trials);
    if (!f->trials)
        return hr_fail_memory(err);
    for (size_t v = 0; v < VARIANTS; v++)
        for (size_t job = 0; job < c->job_count && f->variants[v].streams; job++)
            if (is_weighed(c, job))
                f->trials[f->trial_count++] = (struct trial){.variant = v, .job = job};
    return true;
}

static bool fill_rows(const struct hr__search *search, const struct hr__sized *sized,
                      struct hr_row *rows, struct hr_error *err)
{
    const size_t count = search->traffic->stream_count;
    struct hr_row *all = &rows[count];
    *all = (struct hr_row){.meets_target = true, .excluded_by = ""};
    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct hr_row){.meets_target = hr__meets(search, &sized->outcome, i),
                                  .excluded_by = hr__exclusion(search, sized, i)};
        all->meets_target = all->meets_target && rows[i].meets_target;
        all->excluded_by = *rows[i].excluded_by ? rows[i].excluded_by : all->excluded_by;
    }
    for (size_t i = 0; i <= count; i++)
        if (!hr__workload_cost(search, sized, i, &rows[i].cost_month_usd, err))
            return false;
    return true;
}

/* A function that now misses by its cold starts is no worse than with instances provisioned: that
 * row stands beside it then, too. */
static bool try_provisioned(const struct hr__comparing *c, struct trial *trial,
                            const struct hr__search *search, struct hr__sized *sized,
                            struct hr_error *err)
{
    const size_t count = c->traffic.stream_count;
    bool lost = false;
    for (size_t i = 0; i < count; i++)
        lost = lost || (hr__eligible(&c->out->rows[i * c->job_count + trial->job]) &&
                        !hr__eligible(&trial->rows[i]));
    if (!lost || !hr__platform_can_be(&c->jobs[trial->job], HR__PROVISIONED))
        return true;
    struct hr_row *rows = calloc(count + 1, sizeof *rows);
    if (!rows)
        return hr_fail_memory(err);
    bool done =
        hr__provision(search, sized, &sized->outcome, err) && fill_rows(search, sized, rows, err);
    for (size_t i = 0; i <= count && done; i++)
        if (hr__better(&rows[i], &trial->rows[i]))
            trial->rows[i] = rows[i];
    free(rows);
    return done;
}

static bool try_one(void *context, size_t index, struct hr_error *err)
{
    struct finding *f = context;
    struct hr__comparing *c = f->comparing;
    struct trial *trial = &f->trials[index];
    const struct hr__job *job = &c->jobs[trial->job];
    struct hr__search search = c->search;
    struct hr__sized sized;
    search.traffic = &f->variants[trial->variant];
    search.parts = f->parts[trial->variant];
    search.near = job->sized.alone ? NULL : &job->sized;
    trial->rows = calloc(c->traffic.stream_count + 1, sizeof *trial->rows);
    bool done = hr__job_again(job, &sized, err) && (trial->rows || hr_fail_memory(err)) &&
                hr__size(&search, &sized, err) && fill_rows(&search, &sized, trial->rows, err) &&
                try_provisioned(c, trial, &search, &sized, err);
    hr__sized_clear(&sized);
    return done;
}

/* ---- words ----------------------------------------------------------------------------------- */

static const struct hr_row *row_of(const struct finding *f, size_t variant, int best, size_t i)
{
    const size_t first = i * f->comparing->job_count;
    for (size_t t = 0; t < f->trial_count && best >= 0; t++)
        if (f->trials[t].variant == variant && f->trials[t].job == (size_t)best - first)
            return &f->trials[t].rows[i];
    return NULL;
}

/* The attribute moves of all workloads in one phrase: the same for all, or only its direction. */
static void put_cause(struct hr_text *text, const struct finding *f, size_t variant, size_t i)
{
    const struct hr__traffic *from = &f->comparing->traffic, *to = &f->variants[variant];
    const enum attribute attribute = (enum attribute)(variant / 2);
    struct hr_text phrase = {.max = 200}, other = {.max = 200};
    bool same = true;
    for (size_t k = 0; k < from->stream_count; k++) {
        if (!is_assumed(&from->streams[k], attribute) || (i < from->stream_count && k != i))
            continue;
        struct hr_text *into = phrase.len ? &other : &phrase;
        hr_text_clear(&other);
        put_move(into, &f->comparing->assumptions, variant, &from->streams[k], &to->streams[k]);
        same = same && (!other.len || strcmp(phrase.data, other.data) == 0);
    }
    if (same && phrase.data)
        hr_text_puts(text, phrase.data);
    else
        hr_text_printf(text, "%s %s than assumed", names[attribute],
                       variant % 2 ? "higher" : "lower");
    hr_text_clear(&phrase);
    hr_text_clear(&other);
}

static bool judge(struct finding *f, size_t i, struct hr_error *err)
{
    struct hr__comparing *c = f->comparing;
    struct hr_verdict *verdict = &c->out->verdicts[i];
    struct hr_text text = {.max = 600};
    for (size_t v = 0; v < VARIANTS; v++) {
        if (!f->variants[v].streams ||
            (i < c->traffic.stream_count &&
             !is_assumed(&c->traffic.streams[i], (enum attribute)(v / 2))))
            continue;
        enum hr_answer answer = hr__answer_of(
            &c->search, c->out, row_of(f, v, verdict->best_function, i),
            row_of(f, v, verdict->best_fleet, i), row_of(f, v, verdict->best_hybrid, i));
        if (answer == verdict->answer)
            continue;
        hr_text_puts(&text, text.len ? "; " : "");
        put_cause(&text, f, v, i);
        hr_text_printf(&text, ": %s", hr_answer_name(answer));
    }
    verdict->turns_on = hr_arena_copy(&c->out->arena, text.data ? text.data : "", text.len);
    hr_text_clear(&text);
    return verdict->turns_on || hr_fail_memory(err);
}

static void clear(struct finding *f)
{
    const size_t count = f->comparing->traffic.stream_count;
    for (size_t t = 0; t < f->trial_count; t++)
        free(f->trials[t].rows);
    free(f->trials);
    for (size_t v = 0; v < VARIANTS; v++) {
        hr__traffic_parts_free(f->parts[v], count);
        free(f->variants[v].streams);
    }
}

bool hr__turns_find(struct hr__comparing *c, struct hr_error *err)
{
    struct finding f = {.comparing = c};
    bool done = true;
    if (c->search.options->no_turns || c->out->extrapolated)
        return true;
    for (size_t v = 0; v < VARIANTS && done; v++)
        done = make_variant(&f, v, err);
    done = done && list_trials(&f, err) &&
           hr_parallel_for(f.trial_count, c->search.options->threads, try_one, &f, err);
    for (size_t i = 0; i <= c->traffic.stream_count && done; i++)
        done = judge(&f, i, err);
    clear(&f);
    return done;
}
