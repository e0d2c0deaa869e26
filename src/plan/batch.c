/* batch.c: every combination of a batch file: workloads x platforms x lists of changed keys.
 *
 * One combination of values is one comparison of the named platforms; a key that a platform does
 * not know makes no difference to it, so it runs once there, with the cell empty, and a warning.
 */
#include <stdlib.h>
#include <string.h>

#include "plan/batch_file.h"

struct batch_run {
    struct hr_store *store;
    const struct hr_models *models;
    const struct hr_compare_options *options;
    const struct hr__batch_file *file;
    struct hr_batch *out;
    size_t row_capacity;
    size_t done, total;
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

static bool add_row(struct batch_run *run, const struct hr_row *row, const size_t *at,
                    const bool *known, struct hr_error *err)
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
        added->inputs[a] = known[a] ? run->file->axes[a].values[at[a]] : "";
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

/* One combination on one platform. */
static bool run_one(struct batch_run *run, const char *platform, const size_t *at,
                    const bool *known, struct hr_error *err)
{
    const struct hr__batch_file *file = run->file;
    struct hr_compare_options options = *run->options;
    struct hr_override *overrides =
        calloc(options.override_count + file->axis_count + 1, sizeof *overrides);
    struct hr_comparison comparison = {0};
    size_t count = 0;
    if (!overrides)
        return hr_fail_memory(err);
    for (; count < options.override_count; count++)
        overrides[count] = options.overrides[count];
    for (size_t a = 0; a < file->axis_count; a++)
        if (known[a])
            overrides[count++] =
                (struct hr_override){file->axes[a].key, file->axes[a].values[at[a]]};
    options.overrides = overrides;
    options.override_count = count;
    options.app = file->app ? file->app : options.app;
    options.progress = NULL; /* the batch reports, combination by combination */
    options.only = &platform;
    options.only_count = 1;
    bool done = hr_compare(run->store, run->models, &options, &comparison, err);
    for (size_t i = 0; done && i < comparison.row_count; i++)
        if (wanted(file, comparison.rows[i].workload))
            done = add_row(run, &comparison.rows[i], at, known, err);
    hr_comparison_clear(&comparison);
    free(overrides);
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

static bool run_platform(struct batch_run *run, const char *platform, size_t *at, bool *known,
                         struct hr_error *err)
{
    struct hr_platform model = {0};
    if (!hr_models_platform(run->models, platform, NULL, 0, &model, err))
        return false;
    enum hr_platform_kind kind = model.kind;
    hr_platform_clear(&model);
    for (size_t a = 0; a < run->file->axis_count; a++) {
        const char *key = run->file->axes[a].key;
        char sentence[256];
        at[a] = 0;
        known[a] = applies(kind, key);
        if (known[a])
            continue;
        if (!applies(HR_FUNCTION, key) && !applies(HR_FLEET, key))
            return hr_fail(err, HR_EMODEL, "set: no platform knows the key `%s`", key);
        snprintf(sentence, sizeof sentence, "%s does not know %s: run once, the cell is empty",
                 platform, key);
        if (!add_sentence(run->out, &run->out->warnings, &run->out->warning_count, sentence, err))
            return false;
    }
    do {
        const struct hr_progress_state state = {.what = platform,
                                                .done = (double)run->done++,
                                                .total = (double)run->total,
                                                .unit = "combinations"};
        if (!hr_progress_report(run->options->progress, &state))
            return hr_fail(err, HR_ECANCELLED, "cancelled");
        if (!run_one(run, platform, at, known, err))
            return false;
    } while (step(run->file, known, at));
    return true;
}

/* Platforms of the file, else all that the registry has. */
static bool run_platforms(struct batch_run *run, size_t *at, bool *known, struct hr_error *err)
{
    const struct hr__batch_file *file = run->file;
    size_t combinations = 1;
    for (size_t a = 0; a < file->axis_count; a++)
        combinations *= file->axes[a].count;
    for (size_t i = 0; i < file->platform_count; i++) {
        run->total = combinations * file->platform_count;
        if (!run_platform(run, file->platforms[i], at, known, err))
            return false;
    }
    for (size_t i = 0; !file->platform_count && i < hr_models_count(run->models); i++)
        if (hr_models_at(run->models, i)->kind == HR_MODEL_PLATFORM &&
            !run_platform(run, hr_models_at(run->models, i)->id, at, known, err))
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
    struct batch_run run = {
        .store = store, .models = models, .options = options, .file = &file, .out = ret};
    bool done = hr__batch_file_read(path, &ret->arena, &file, err);
    size_t *at = done ? hr_arena_alloc(&ret->arena, (file.axis_count + 1) * sizeof *at) : NULL;
    bool *known = done ? hr_arena_alloc(&ret->arena, file.axis_count + 1) : NULL;
    ret->input_names =
        done ? hr_arena_alloc(&ret->arena, (file.axis_count + 1) * sizeof(char *)) : NULL;
    if (done && (!at || !known || !ret->input_names))
        done = hr_fail_memory(err);
    for (size_t a = 0; done && a < file.axis_count; a++)
        ret->input_names[ret->input_count++] = file.axes[a].key;
    if (done)
        ret->name = file.name;
    done = done && run_platforms(&run, at, known, err) && check_workloads(&run, err);
    if (!done)
        hr_batch_clear(ret);
    return done;
}

void hr_batch_clear(struct hr_batch *batch)
{
    hr_arena_clear(&batch->arena);
    *batch = (struct hr_batch){0};
}
