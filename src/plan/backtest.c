/* backtest.c: what a function platform recorded, beside what its replay says. */
#include <math.h>
#include <string.h>

#include "headroom/plan.h"

/* ---- recorded ------------------------------------------------------------------------------ */

struct recorded {
    struct hr_histogram time; /* initialisation and handler, us */
    uint64_t cold_starts;
    double billed_s;
};

/* Lambda's rule: initialisation and handler together, up to the next millisecond. */
static double billed_s(int64_t us)
{
    const int64_t ms = (us + HR_MILLISECOND - 1) / HR_MILLISECOND;
    return (double)ms / 1e3;
}

static bool add_block(struct recorded *all, const struct hr_columns *block, struct hr_error *err)
{
    for (size_t i = 0; i < block->n; i++) {
        bool cold = block->init_us && block->init_us[i] != HR_UNKNOWN;
        int64_t handler = block->duration_us ? block->duration_us[i] : HR_UNKNOWN;
        if (handler == HR_UNKNOWN)
            continue;
        int64_t time = handler + (cold ? block->init_us[i] : 0);
        all->cold_starts += cold;
        all->billed_s += billed_s(time);
        if (!hr_histogram_add(&all->time, time, 1))
            return hr_fail_memory(err);
    }
    return true;
}

static bool read_recorded(struct hr_store *store, int64_t workload, int64_t from, int64_t to,
                          struct recorded *ret, struct hr_error *err)
{
    struct hr_store_reader *reader = NULL;
    struct hr_columns block = {0};
    bool done = hr_store_reader_open(store, workload, from, to, &reader, err);
    do {
        done = done && hr_store_reader_next(reader, &block, err) && add_block(ret, &block, err);
    } while (done && block.n > 0);
    hr_store_reader_close(reader);
    return done;
}

static struct hr_backtest_figures recorded_figures(const struct recorded *all)
{
    return (struct hr_backtest_figures){
        .invocations = all->time.count,
        .cold_starts = all->cold_starts,
        .billed_s = all->billed_s,
        .mean_ms = hr_histogram_mean(&all->time) / 1e3,
        .p50_ms = (double)hr_histogram_percentile(&all->time, 0.5) / 1e3,
        .p99_ms = (double)hr_histogram_percentile(&all->time, 0.99) / 1e3,
    };
}

/* ---- simulated ----------------------------------------------------------------------------- */

static struct hr_backtest_figures simulated_figures(const struct hr_row *row)
{
    return (struct hr_backtest_figures){
        .invocations = row->invocations,
        .cold_starts = row->cold_starts,
        .billed_s = row->capacity_slot_h * 3600,
        .mean_ms = row->response_mean_ms,
        .p50_ms = row->response_p50_ms,
        .p99_ms = row->response_p99_ms,
    };
}

/* As it was recorded where that is a row of its own. */
static const struct hr_row *row_of(const struct hr_comparison *comparison, const char *workload,
                                   const char *on, const char *as_recorded)
{
    const struct hr_row *row = hr_comparison_row(comparison, workload, as_recorded);
    return row ? row : hr_comparison_row(comparison, workload, on);
}

/* ---- side by side -------------------------------------------------------------------------- */

static bool add_row(struct hr_backtest *ret, const char *workload, const struct recorded *all,
                    const struct hr_row *row, struct hr_error *err)
{
    struct hr_backtest_row *next = &ret->rows[ret->row_count];
    next->workload = hr_arena_copy(&ret->arena, workload, strlen(workload));
    next->platform = hr_arena_copy(&ret->arena, row->platform, strlen(row->platform));
    next->sizing = hr_arena_copy(&ret->arena, row->sizing, strlen(row->sizing));
    if (!next->workload || !next->platform || !next->sizing)
        return hr_fail_memory(err);
    next->recorded = recorded_figures(all);
    next->simulated = simulated_figures(row);
    ret->row_count++;
    return true;
}

static bool fill(struct hr_store *store, const struct hr_comparison *comparison,
                 const char *const ids[2], struct hr_backtest *ret, struct hr_error *err)
{
    struct hr_store_workload *workloads = NULL;
    size_t count = 0;
    bool done =
        hr_store_workloads(store, comparison->application, &ret->arena, &workloads, &count, err);
    if (done && !(ret->rows = hr_arena_alloc(&ret->arena, (count + 1) * sizeof *ret->rows)))
        done = hr_fail_memory(err);
    for (size_t i = 0; done && i < count; i++) {
        const struct hr_row *row = row_of(comparison, workloads[i].name, ids[0], ids[1]);
        struct recorded one = {0};
        if (!row || !workloads[i].has_init || !workloads[i].has_duration)
            continue;
        done = read_recorded(store, workloads[i].id, comparison->window_from,
                             comparison->window_to + 1, &one, err) &&
               add_row(ret, workloads[i].name, &one, row, err);
        hr_histogram_clear(&one.time);
    }
    return done;
}

/* Said before a replay: what a comparison would say of it speaks of rows that nobody asked for. */
static bool can_be_tested(struct hr_store *store, const struct hr_models *models, const char *on,
                          const char *app, bool *ret_staged, struct hr_error *err)
{
    struct hr_arena arena = {0};
    struct hr_platform platform = {0};
    struct hr_store_workload *workloads = NULL;
    size_t count = 0, recorded = 0;
    bool done = hr_models_platform(models, on, NULL, 0, &platform, err);
    if (done && platform.kind != HR_FUNCTION)
        done = hr_fail(err, HR_EUSAGE,
                       "%s is no function platform; --on names one that a log of function "
                       "invocations can come from",
                       on);
    done = done && hr_store_workloads(store, app, &arena, &workloads, &count, err);
    for (size_t i = 0; i < count; i++)
        recorded += workloads[i].has_init && workloads[i].has_duration;
    if (done && recorded == 0)
        done = hr_fail(err, HR_EINPUT,
                       "no workload has initialisation times, as Lambda's REPORT lines have; a "
                       "backtest needs what a function platform recorded");
    *ret_staged = platform.function.start.staged;
    hr_platform_clear(&platform);
    hr_arena_clear(&arena);
    return done;
}

/* The options of the comparison behind it: a function's log knows nothing of gateway and network,
 * nor of what comes before the runtime starts. */
static bool own_options(const struct hr_compare_options *options, bool staged,
                        struct hr_arena *arena, struct hr_compare_options *ret,
                        struct hr_error *err)
{
    static const struct hr_override unlogged[] = {
        {.key = "network", .value = "0 ms"},
        {.key = "function.cold_start.platform", .value = "0 ms"},
        {.key = "function.cold_start.code_per_mb", .value = "0 ms"}};
    const size_t own = staged ? sizeof unlogged / sizeof *unlogged : 1;
    struct hr_override *overrides =
        hr_arena_alloc(arena, (options->override_count + own) * sizeof *overrides);
    if (!overrides)
        return hr_fail_memory(err);
    memcpy(overrides, unlogged, own * sizeof *overrides);
    for (size_t i = 0; i < options->override_count; i++)
        overrides[i + own] = options->overrides[i];
    *ret = *options;
    ret->overrides = overrides;
    ret->override_count = options->override_count + own;
    ret->no_turns = true;
    return true;
}

bool hr_backtest(struct hr_store *store, const struct hr_models *models, const char *on,
                 const struct hr_compare_options *options, struct hr_backtest *ret,
                 struct hr_error *err)
{
    struct hr_comparison comparison = {0};
    struct hr_compare_options own;
    char as_recorded[128];
    *ret = (struct hr_backtest){0};
    snprintf(as_recorded, sizeof as_recorded, "%s:as-recorded", on);
    const char *const ids[2] = {on, as_recorded};
    bool staged = false;
    bool done = can_be_tested(store, models, on, options->app, &staged, err) &&
                own_options(options, staged, &ret->arena, &own, err);
    own.only = ids;
    own.only_count = 2;
    done = done && hr_compare(store, models, &own, &comparison, err) &&
           fill(store, &comparison, ids, ret, err);
    hr_comparison_clear(&comparison);
    if (!done)
        hr_backtest_clear(ret);
    return done;
}

void hr_backtest_clear(struct hr_backtest *backtest)
{
    hr_arena_clear(&backtest->arena);
    *backtest = (struct hr_backtest){0};
}

const struct hr_backtest_figure *hr_backtest_figure_at(size_t i)
{
#define AT(member) offsetof(struct hr_backtest_figures, member)
    static const struct hr_backtest_figure figures[] = {
        {"invocations", HR_COLUMN_COUNT, AT(invocations)},
        {"cold_starts", HR_COLUMN_COUNT, AT(cold_starts)},
        {"billed_s", HR_COLUMN_REAL, AT(billed_s)},
        {"mean_ms", HR_COLUMN_MS, AT(mean_ms)},
        {"p50_ms", HR_COLUMN_MS, AT(p50_ms)},
        {"p99_ms", HR_COLUMN_MS, AT(p99_ms)},
    };
#undef AT
    return i < sizeof figures / sizeof *figures ? &figures[i] : NULL;
}

double hr_backtest_value(const struct hr_backtest_figure *figure,
                         const struct hr_backtest_figures *of)
{
    const void *at = (const char *)of + figure->offset;
    return figure->type == HR_COLUMN_COUNT ? (double)*(const uint64_t *)at : *(const double *)at;
}
