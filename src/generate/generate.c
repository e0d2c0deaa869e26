/* generate.c: a description, with a seed, as invocations in a sink. */
#include <math.h>
#include <string.h>

#include "generate/made.h"

struct making {
    const struct hr_traffic_model *model;
    uint64_t seed;
    const struct hr_sink *sink;
    const struct hr_progress *progress;
    struct hr_generate_report *report;
    struct hr_columns block;
    uint32_t *ids; /* the sink's, of all workloads */
    uint32_t *order;
    int64_t *spare;
    int64_t members;     /* of all workloads */
    struct hr_text text; /* the description */
};

/* ---- one workload ------------------------------------------------------------------------------
 */

/* A standard normal draw of a member's, by its luck. */
static double normal(struct hr__luck luck, uint64_t number)
{
    static const struct hr_dist unit = {.kind = HR_LOGNORMAL, .a = 20, .b = 1};
    uint64_t key = hr_draw_key(luck.seed, luck.key, number, HR_DRAW_MEMBER);
    return log(fmax((double)hr_dist_draw(&unit, key), 1)) - unit.a;
}

/* Makes of many workloads the one of this name. */
static void become(struct hr_made_workload *member, const char *name, struct hr__luck luck)
{
    snprintf(member->name, sizeof member->name, "%.*s", HR_WORKLOAD_NAME_MAX, name);
    if (member->rate_spread > 0)
        member->rate *= exp(member->rate_spread * normal(luck, 0));
    if (member->rate_max > 0)
        member->rate = fmin(member->rate, member->rate_max);
}

static bool put(struct making *m, uint32_t id, struct hr_error *err)
{
    struct hr_columns block = m->block;
    const double done = (double)m->report->invocations;
    const struct hr_progress_state state = {
        .what = "generating traffic", .done = done, .unit = "invocations"};
    m->block.n = 0;
    if (block.n == 0)
        return true;
    hr_columns_sort(&block, m->order, m->spare);
    if (block.memory_kb[0] == HR_UNKNOWN)
        block.memory_kb = NULL;
    block.bytes = block.init_us = NULL;
    if (!hr_progress_report(m->progress, &state))
        return hr_fail(err, HR_ECANCELLED, "cancelled");
    if (done > HR_GENERATE_MAX)
        return hr_fail(err, HR_ELIMIT, "%s: makes more than %.3g invocations", m->model->file,
                       HR_GENERATE_MAX);
    return m->sink->put(m->sink->context, id, &block, err);
}

static int64_t service_of(const struct hr_made_workload *w, struct hr__luck luck, uint64_t number,
                          double factor)
{
    uint64_t key = hr_draw_key(luck.seed, luck.key, number, HR_DRAW_MADE_SERVICE);
    double us = (double)hr_dist_draw(&w->service, key) * factor;
    return us < (double)HR_TIME_MAX ? llround(us) : HR_TIME_MAX;
}

static bool fill(struct making *m, const struct hr_made_workload *w, struct hr__luck luck,
                 struct hr_generated *made, struct hr_error *err)
{
    uint32_t *const id = &m->ids[made - m->report->workloads];
    const double factor = w->service_spread > 0 ? exp(w->service_spread * normal(luck, 1)) : 1;
    const int64_t memory = w->memory_mb > 0 ? llround(w->memory_mb * 1024) : HR_UNKNOWN;
    struct hr__arrivals arrivals;
    hr__arrivals_begin(w, luck, m->model->start, m->model->start + m->model->duration_us,
                       &arrivals);
    for (int64_t time; (time = hr__arrivals_next(&arrivals)) != HR_UNKNOWN;) {
        struct hr_columns *block = &m->block;
        if (made->invocations == 0 && !m->sink->workload(m->sink->context, w->name, id, err))
            return false;
        block->arrival_us[block->n] = time;
        block->duration_us[block->n] = service_of(w, luck, made->invocations, factor);
        block->memory_kb[block->n] = memory;
        block->bytes[block->n] = block->init_us[block->n] = HR_UNKNOWN;
        block->status[block->n] = HR_STATUS_OK;
        made->service_sum += (double)block->duration_us[block->n++];
        made->first = made->invocations == 0 || time < made->first ? time : made->first;
        made->last = time > made->last ? time : made->last;
        made->invocations++;
        m->report->invocations++;
        if (block->n == HR_BLOCK_ROWS && !put(m, *id, err))
            return false;
    }
    return put(m, *id, err);
}

static bool tell(const struct making *m, uint32_t id, const struct hr_made_workload *w,
                 struct hr_error *err)
{
    struct hr_attribute attribute;
    char size[32];
    const char *const trigger = hr_trigger_name(w->trigger);
    if (!hr_attribute_set(&attribute, "trigger", trigger, HR_GENERATED, m->model->id, err) ||
        !m->sink->attribute(m->sink->context, id, &attribute, err))
        return false;
    return w->memory_size_mb <= 0 ||
           (hr_attribute_set(&attribute, "memory_size", hr_size_format(size, w->memory_size_mb),
                             HR_GENERATED, m->model->id, err) &&
            m->sink->attribute(m->sink->context, id, &attribute, err));
}

/* The number-th workload of the description, of all that stand for many. */
static bool member_at(const struct making *m, int64_t number, struct hr_made_workload *ret)
{
    for (size_t i = 0; i < m->model->count; i++) {
        const struct hr_made_workload *w = &m->model->workloads[i];
        if (number >= w->count) {
            number -= w->count;
            continue;
        }
        char name[HR_WORKLOAD_NAME_MAX + 32];
        const char *const own = w->count > 1 ? name : w->name;
        snprintf(name, sizeof name, "%s-%lld", w->name, (long long)number + 1);
        *ret = *w;
        become(ret, own, (struct hr__luck){m->seed, hr_workload_key(own)});
        return true;
    }
    return false;
}

/* ---- all of them
 * ----------------------------------------------------------------------------------- */

static bool make_all(struct making *m, struct hr_error *err)
{
    struct hr_generate_report *report = m->report;
    struct hr_made_workload w;
    for (int64_t i = 0; member_at(m, i, &w); i++) {
        struct hr_generated *made = &report->workloads[report->count++];
        const struct hr__luck luck = {m->seed, hr_workload_key(w.name)};
        *made = (struct hr_generated){.name = hr_arena_copy(&report->arena, w.name, strlen(w.name)),
                                      .trigger = w.trigger,
                                      .first = HR_UNKNOWN,
                                      .last = HR_UNKNOWN};
        if (!made->name)
            return hr_fail_memory(err);
        if (!fill(m, &w, luck, made, err))
            return false;
    }
    for (size_t i = 0; i < report->count; i++)
        if (report->workloads[i].invocations && member_at(m, (int64_t)i, &w) &&
            !tell(m, m->ids[i], &w, err))
            return false;
    return report->invocations > 0 ||
           hr_fail(err, HR_EINPUT,
                   "%s: makes not one invocation with this seed: raise a rate or the duration",
                   m->model->file);
}

/* Where the traffic comes from stands in the plan as the file of an import does: the description
 * itself, so that it can be made again. */
static bool tell_source(const struct making *m, struct hr_error *err)
{
    const struct hr_generate_report *report = m->report;
    char file[128];
    snprintf(file, sizeof file, "%s, seed %llu", m->model->id, (unsigned long long)m->seed);
    struct hr_import_file of = {.file = file,
                                .input_format = HR_GENERATED_FORMAT,
                                .variant = m->text.data ? m->text.data : "",
                                .confidence = 1,
                                .lines = report->invocations,
                                .kept = report->invocations,
                                .with_duration = report->invocations,
                                .first = HR_UNKNOWN,
                                .last = HR_UNKNOWN,
                                .resolution_us = 1,
                                .stamp = HR_STAMP_START,
                                .stamp_origin = HR_GENERATED,
                                .content_hash = hr_hash_bytes(m->text.data, m->text.len, m->seed),
                                .bytes = m->text.len};
    for (size_t i = 0; i < report->count; i++) {
        const struct hr_generated *made = &report->workloads[i];
        if (made->invocations == 0)
            continue;
        of.first = of.first == HR_UNKNOWN || made->first < of.first ? made->first : of.first;
        of.last = made->last > of.last ? made->last : of.last;
    }
    return m->sink->file(m->sink->context, &of, err);
}

static bool prepare(struct making *m, struct hr_error *err)
{
    for (size_t i = 0; i < m->model->count; i++)
        m->members += m->model->workloads[i].count;
    struct hr_arena *arena = &m->report->arena;
    m->report->workloads =
        hr_arena_alloc(arena, ((size_t)m->members + 1) * sizeof *m->report->workloads);
    m->ids = hr_arena_alloc(arena, ((size_t)m->members + 1) * sizeof *m->ids);
    m->order = hr_arena_alloc(arena, HR_BLOCK_ROWS * sizeof *m->order);
    m->spare = hr_arena_alloc(arena, HR_BLOCK_ROWS * sizeof *m->spare);
    hr_traffic_write(m->model, &m->text);
    if (!m->report->workloads || !m->ids || !m->order || !m->spare || m->text.failed)
        return hr_fail_memory(err);
    return hr_columns_init(&m->block, HR_BLOCK_ROWS, err);
}

bool hr_generate(const struct hr_traffic_model *model, uint64_t seed, const struct hr_sink *sink,
                 const struct hr_progress *progress, struct hr_generate_report *ret,
                 struct hr_error *err)
{
    struct making making = {
        .model = model, .seed = seed, .sink = sink, .progress = progress, .report = ret};
    *ret = (struct hr_generate_report){0};
    bool done = prepare(&making, err) && make_all(&making, err) && tell_source(&making, err);
    hr_columns_clear(&making.block);
    hr_text_clear(&making.text);
    if (!done) {
        sink->abort(sink->context);
        return false;
    }
    return sink->commit(sink->context, err);
}

void hr_generate_report_clear(struct hr_generate_report *report)
{
    hr_arena_clear(&report->arena);
    *report = (struct hr_generate_report){0};
}
