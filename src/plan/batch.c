/* batch.c: every combination of a batch file: workloads x platforms x lists of changed keys, on all
 * cores. Combinations are listed first, compared in portions side by side, each over a connection
 * of its own to the plan, and their rows taken in the order of the list.
 *
 * One combination of values is one comparison of the named platforms; a key that a platform does
 * not know makes no difference to it, so it runs once there, with the cell empty, and a warning.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "plan/batch_file.h"
#include "plan/comparing.h"

#define PORTION ((size_t)64) /* comparisons in memory at once */

struct combination {
    const char *platform;
    const size_t *at;  /* for each axis, which value */
    const bool *known; /* for each axis, whether the platform knows the key */
    struct hr_comparison comparison;
};
struct batch_run {
    struct hr_store *store;
    const struct hr_models *models;
    const struct hr_compare_options *options;
    const struct hr__batch_file *file;
    struct hr_batch *out;
    size_t row_capacity;
    struct combination *combinations;
    size_t combination_count, combination_capacity;
    size_t portion;       /* first combination of the portion that is being compared */
    pthread_mutex_t lock; /* guards progress and done */
    size_t done;
};

static bool add_sentence(struct hr_batch *batch, const char ***list, size_t *count,
                         const char *text, struct hr_error *err)
{
    const char **larger = hr_arena_alloc(&batch->arena, (*count + 1) * sizeof *larger);
    char *copy = hr_arena_copy(&batch->arena, text, strlen(text));
    if (!larger || !copy)
        return hr_fail_memory(err);
    if (*count)
        memcpy(larger, *list, *count * sizeof *larger);
    larger[(*count)++] = copy;
    *list = larger;
    return true;
}

/* The texts of a row, copied out of its comparison. */
static bool keep_row(struct hr_batch *batch, struct hr_row *row, struct hr_error *err)
{
    const char **const texts[] = {
        &row->application,   &row->workload, &row->platform, &row->sizing, &row->excluded_by,
        &row->sizing_reason, &row->assumed,  &row->title,    &row->book,   &row->book_as_of};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i] = hr_arena_copy(&batch->arena, *texts[i], strlen(*texts[i]));
        if (!*texts[i])
            return hr_fail_memory(err);
    }
    row->bill = (struct hr_bill){0};
    return true;
}

static bool check_row(struct batch_run *run, const struct hr_row *row, struct hr_error *err)
{
    for (size_t i = 0; i < run->file->expectation_count; i++) {
        const struct hr__expectation *e = &run->file->expectations[i];
        char buf[64], sentence[512];
        if (hr__expectation_holds(e, row))
            continue;
        snprintf(sentence, sizeof sentence, "expected %s, but %s is %s for %s on %s", e->text,
                 e->column->name, hr_column_text(e->column, row, buf, sizeof buf), row->workload,
                 row->platform);
        if (!add_sentence(run->out, &run->out->failures, &run->out->failure_count, sentence, err))
            return false;
    }
    return true;
}

static bool add_row(struct batch_run *run, const struct hr_row *row, const struct combination *of,
                    struct hr_error *err)
{
    struct hr_batch *out = run->out;
    if (out->row_count == run->row_capacity) {
        size_t larger = run->row_capacity ? run->row_capacity * 2 : 64;
        struct hr_batch_row *rows = hr_arena_alloc(&out->arena, larger * sizeof *rows);
        if (!rows)
            return hr_fail_memory(err);
        if (out->row_count)
            memcpy(rows, out->rows, out->row_count * sizeof *rows);
        out->rows = rows;
        run->row_capacity = larger;
    }
    struct hr_batch_row *added = &out->rows[out->row_count];
    added->row = *row;
    added->inputs = hr_arena_alloc(&out->arena, (run->file->axis_count + 1) * sizeof(char *));
    if (!added->inputs)
        return hr_fail_memory(err);
    for (size_t a = 0; a < run->file->axis_count; a++)
        added->inputs[a] = of->known[a] ? run->file->axes[a].values[of->at[a]] : "";
    if (!keep_row(out, &added->row, err))
        return false;
    out->row_count++;
    return check_row(run, &added->row, err);
}

static bool wanted(const struct hr__batch_file *file, const char *workload)
{
    for (size_t i = 0; i < file->workload_count; i++)
        if (strcmp(file->workloads[i], workload) == 0)
            return true;
    return file->workload_count == 0;
}

/* Does the key make a difference on this kind of platform? */
static bool applies(enum hr_platform_kind kind, const char *key)
{
    return strncmp(key, "workload.", 9) == 0 || strncmp(key, "prices.items.", 13) == 0 ||
           strcmp(key, "traffic") == 0 || hr_platform_knows(kind, key);
}

/* Says that one more is done; false when the caller wants no more. */
static bool report(struct batch_run *run, const char *platform)
{
    pthread_mutex_lock(&run->lock);
    const struct hr_progress_state state = {.what = platform,
                                            .done = (double)run->done++,
                                            .total = (double)run->combination_count,
                                            .unit = "combinations"};
    bool go_on = hr_progress_report(run->options->progress, &state);
    pthread_mutex_unlock(&run->lock);
    return go_on;
}

static bool compare_one(void *context, size_t index, struct hr_error *err)
{
    struct batch_run *run = context;
    struct combination *combination = &run->combinations[run->portion + index];
    const struct hr__batch_file *file = run->file;
    struct hr_compare_options options = *run->options;
    struct hr_store *store = NULL;
    struct hr_override *overrides =
        calloc(options.override_count + file->axis_count + 1, sizeof *overrides);
    size_t count = 0;
    if (!overrides)
        return hr_fail_memory(err);
    for (; count < options.override_count; count++)
        overrides[count] = options.overrides[count];
    for (size_t a = 0; a < file->axis_count; a++)
        if (combination->known[a])
            overrides[count++] =
                (struct hr_override){file->axes[a].key, file->axes[a].values[combination->at[a]]};
    options.overrides = overrides;
    options.override_count = count;
    options.app = file->app ? file->app : options.app;
    options.no_turns = true; /* no row tells them */
    options.progress = NULL; /* the batch reports, combination by combination */
    options.threads = 1;     /* the combinations run side by side */
    options.only = &combination->platform;
    options.only_count = 1;
    bool done = report(run, combination->platform) || hr_fail(err, HR_ECANCELLED, "cancelled");
    done = done && hr_store_reopen(run->store, &store, err) &&
           hr_compare(store, run->models, &options, &combination->comparison, err);
    hr_store_close(store);
    free(overrides);
    return done;
}

/* Compares all, a portion at a time, and takes the rows in order. */
static bool compare_all(struct batch_run *run, struct hr_error *err)
{
    bool done = true;
    for (run->portion = 0; done && run->portion < run->combination_count; run->portion += PORTION) {
        size_t left = run->combination_count - run->portion;
        size_t count = left < PORTION ? left : PORTION;
        done = hr_parallel_for(count, run->options->threads, compare_one, run, err);
        for (size_t i = 0; i < count; i++) {
            struct combination *combination = &run->combinations[run->portion + i];
            const struct hr_comparison *c = &combination->comparison;
            for (size_t r = 0; done && r < c->row_count; r++)
                if (wanted(run->file, c->rows[r].workload))
                    done = add_row(run, &c->rows[r], combination, err);
            hr_comparison_clear(&combination->comparison);
        }
    }
    return done;
}

/* Next combination; false after the last. An unknown axis stays at its first value. */
static bool step(const struct hr__batch_file *file, const bool *known, size_t *at)
{
    for (size_t a = file->axis_count; a-- > 0;) {
        if (!known[a])
            continue;
        if (++at[a] < file->axes[a].count)
            return true;
        at[a] = 0;
    }
    return false;
}

static bool list_combination(struct batch_run *run, const char *platform, const size_t *at,
                             const bool *known, struct hr_error *err)
{
    void *items = run->combinations;
    size_t *copy = hr_arena_alloc(&run->out->arena, (run->file->axis_count + 1) * sizeof *copy);
    if (!copy)
        return hr_fail_memory(err);
    if (!hr_grow(&items, &run->combination_capacity, run->combination_count + 1,
                 sizeof *run->combinations, SIZE_MAX / 2, err))
        return false;
    memcpy(copy, at, run->file->axis_count * sizeof *copy);
    run->combinations = items;
    run->combinations[run->combination_count++] =
        (struct combination){.platform = platform, .at = copy, .known = known};
    return true;
}

/* Which keys make a difference on the platform; those that do not are warned of. */
static bool find_known(struct batch_run *run, const char *platform, bool *known,
                       struct hr_error *err)
{
    struct hr_platform model = {0};
    char id[64];
    hr__platform_own_id(platform, id);
    if (!hr_models_platform(run->models, id, NULL, 0, &model, err))
        return false;
    enum hr_platform_kind kind = model.kind;
    hr_platform_clear(&model);
    for (size_t a = 0; a < run->file->axis_count; a++) {
        const char *key = run->file->axes[a].key;
        char sentence[256];
        known[a] = applies(kind, key);
        if (known[a])
            continue;
        if (!applies(HR_HYBRID, key)) /* knows all that the others do */
            return hr_fail(err, HR_EMODEL, "set: no platform knows the key `%s`", key);
        snprintf(sentence, sizeof sentence, "%s does not know %s: run once, the cell is empty",
                 platform, key);
        if (!add_sentence(run->out, &run->out->warnings, &run->out->warning_count, sentence, err))
            return false;
    }
    return true;
}

static bool list_platform(struct batch_run *run, const char *platform, struct hr_error *err)
{
    size_t axes = run->file->axis_count + 1;
    size_t *at = hr_arena_alloc(&run->out->arena, axes * sizeof *at);
    bool *known = hr_arena_alloc(&run->out->arena, axes);
    if (!at || !known)
        return hr_fail_memory(err);
    if (!find_known(run, platform, known, err))
        return false;
    do {
        if (!list_combination(run, platform, at, known, err))
            return false;
    } while (step(run->file, known, at));
    return true;
}

/* Platforms of the file, else those of the registry that stand in every comparison. */
static bool list_platforms(struct batch_run *run, struct hr_error *err)
{
    const struct hr__batch_file *file = run->file;
    for (size_t i = 0; i < file->platform_count; i++)
        if (!list_platform(run, file->platforms[i], err))
            return false;
    for (size_t i = 0; !file->platform_count && i < hr_models_count(run->models); i++)
        if (hr_models_at(run->models, i)->kind == HR_MODEL_PLATFORM &&
            hr_models_by_default(run->models, i) &&
            !list_platform(run, hr_models_at(run->models, i)->id, err))
            return false;
    return true;
}

static bool check_workloads(const struct batch_run *run, struct hr_error *err)
{
    const struct hr__batch_file *file = run->file;
    for (size_t w = 0; w < file->workload_count; w++) {
        bool found = false;
        for (size_t i = 0; i < run->out->row_count; i++)
            found = found || strcmp(run->out->rows[i].row.workload, file->workloads[w]) == 0;
        if (!found)
            return hr_fail(err, HR_EMISSING, "workloads: the application has no workload `%s`",
                           file->workloads[w]);
    }
    return true;
}

bool hr_batch_run(const char *path, struct hr_store *store, const struct hr_models *models,
                  const struct hr_compare_options *options, struct hr_batch *ret,
                  struct hr_error *err)
{
    struct hr__batch_file file;
    *ret = (struct hr_batch){0};
    struct batch_run run = {.store = store,
                            .models = models,
                            .options = options,
                            .file = &file,
                            .out = ret,
                            .lock = PTHREAD_MUTEX_INITIALIZER};
    bool done = hr__batch_file_read(path, &ret->arena, &file, err);
    if (done) {
        ret->name = file.name;
        ret->input_names = hr_arena_alloc(&ret->arena, (file.axis_count + 1) * sizeof(char *));
        done = ret->input_names || hr_fail_memory(err);
    }
    for (size_t a = 0; done && a < file.axis_count; a++)
        ret->input_names[ret->input_count++] = file.axes[a].key;
    done =
        done && list_platforms(&run, err) && compare_all(&run, err) && check_workloads(&run, err);
    free(run.combinations);
    if (!done)
        hr_batch_clear(ret);
    return done;
}

void hr_batch_clear(struct hr_batch *batch)
{
    hr_arena_clear(&batch->arena);
    *batch = (struct hr_batch){0};
}
