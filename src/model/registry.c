/* registry.c: which models there are, embedded and of the user's own. */
#include "model/registry.h"

#include <stdlib.h>
#include <string.h>

#include "model/embedded.h"

#define MODELS_MAX ((size_t)65536)

static const char *const kind_names[HR_MODEL_KIND_COUNT] = {
    [HR_MODEL_PLATFORM] = "platform", [HR_MODEL_PRICES] = "prices",
    [HR_MODEL_PATTERN] = "pattern",   [HR_MODEL_ASSUMPTIONS] = "assumptions",
    [HR_MODEL_TRAFFIC] = "traffic",
};

const char *hr_model_kind_name(enum hr_model_kind kind)
{
    return (unsigned)kind < HR_MODEL_KIND_COUNT ? kind_names[kind] : "?";
}

static bool same(const struct hr_model_info *a, const struct hr_model_info *b)
{
    return a->kind == b->kind && a->kind != HR_MODEL_ASSUMPTIONS && strcmp(a->id, b->id) == 0;
}

bool hr__models_add(struct hr_models *models, const struct hr__entry *entry, struct hr_error *err)
{
    for (size_t i = 0; i < models->count; i++) {
        if (same(&models->entries[i].info, &entry->info)) {
            models->entries[i] = *entry;
            return true;
        }
    }
    if (!hr_grow((void **)&models->entries, &models->capacity, models->count + 1,
                 sizeof *models->entries, MODELS_MAX, err))
        return false;
    models->entries[models->count++] = *entry;
    return true;
}

/* "platforms/aws-lambda-x86.yaml": the folder tells the kind, the name the id. */
static bool add_embedded(struct hr_models *models, const struct hr_embedded *file,
                         struct hr_error *err)
{
    static const struct {
        const char *folder;
        enum hr_model_kind kind;
    } folders[] = {
        {"platforms/", HR_MODEL_PLATFORM}, {"prices/", HR_MODEL_PRICES},
        {"patterns/", HR_MODEL_PATTERN},   {"traffic/", HR_MODEL_TRAFFIC},
        {"", HR_MODEL_ASSUMPTIONS},
    };
    struct hr__entry entry = {
        .bytes = (const char *)file->data, .len = file->size, .embedded = true};
    size_t folder = 0;
    while (strncmp(file->path, folders[folder].folder, strlen(folders[folder].folder)) != 0)
        folder++;
    entry.info.kind = folders[folder].kind;
    if (entry.info.kind == HR_MODEL_ASSUMPTIONS && strcmp(file->path, "assumptions.yaml") != 0)
        return true; /* some other file beside the models */
    const char *name = file->path + strlen(folders[folder].folder);
    const char *dot = strrchr(name, '.');
    struct hr_text path = {0};
    hr_text_printf(&path, "models/%s", file->path);
    if (!path.failed)
        entry.info.file = hr_arena_copy(&models->arena, path.data, path.len);
    hr_text_clear(&path);
    entry.info.id = hr_arena_copy(&models->arena, name, dot ? (size_t)(dot - name) : strlen(name));
    if (!entry.info.file || !entry.info.id)
        return hr_fail_memory(err);
    return hr__models_add(models, &entry, err);
}

static bool scan_config(struct hr_models *models, struct hr_error *err)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    struct hr_text dir = {0};
    if (config && config[0] == '/') /* the specification has relative paths ignored */
        hr_text_printf(&dir, "%s/headroom/models", config);
    else if (home && *home)
        hr_text_printf(&dir, "%s/.config/headroom/models", home);
    else
        return true;
    bool scanned = dir.failed ? hr_fail_memory(err) : hr__models_scan(models, dir.data, false, err);
    hr_text_clear(&dir);
    return scanned;
}

static int by_kind_and_id(const void *a, const void *b)
{
    const struct hr_model_info *x = &((const struct hr__entry *)a)->info;
    const struct hr_model_info *y = &((const struct hr__entry *)b)->info;
    return x->kind != y->kind ? (x->kind > y->kind) - (x->kind < y->kind) : strcmp(x->id, y->id);
}

/* Sorted, but sets of assumptions stay in the order in which they apply. */
static void sort_entries(struct hr_models *models)
{
    size_t sets = 0;
    for (size_t i = 0; i < models->count; i++) {
        if (models->entries[i].info.kind != HR_MODEL_ASSUMPTIONS)
            continue;
        struct hr__entry set = models->entries[i];
        memmove(&models->entries[sets + 1], &models->entries[sets],
                (i - sets) * sizeof *models->entries);
        models->entries[sets++] = set;
    }
    if (models->count == sets)
        return;
    qsort(models->entries + sets, models->count - sets, sizeof *models->entries, by_kind_and_id);
    /* The sets stand in front; the last kind belongs at the end. */
    for (size_t i = 0; i < sets; i++) {
        struct hr__entry set = models->entries[0];
        memmove(models->entries, models->entries + 1,
                (models->count - 1) * sizeof *models->entries);
        models->entries[models->count - 1] = set;
    }
}

bool hr_models_open(const char *extra_dir, struct hr_models **ret, struct hr_error *err)
{
    struct hr_models *models = calloc(1, sizeof *models);
    if (!models)
        return hr_fail_memory(err);
    bool opened = true;
    for (size_t i = 0; opened && i < hr__embedded_models_count; i++)
        opened = add_embedded(models, &hr__embedded_models[i], err);
    opened = opened && scan_config(models, err);
    if (opened && extra_dir)
        opened = hr__models_scan(models, extra_dir, true, err);
    if (!opened) {
        hr_models_close(models);
        return false;
    }
    sort_entries(models);
    *ret = models;
    return true;
}

void hr_models_close(struct hr_models *models)
{
    if (!models)
        return;
    hr_arena_clear(&models->arena);
    free(models->entries);
    free(models);
}

size_t hr_models_count(const struct hr_models *models)
{
    return models->count;
}

const struct hr_model_info *hr_models_at(const struct hr_models *models, size_t index)
{
    return index < models->count ? &models->entries[index].info : NULL;
}

const struct hr__entry *hr__models_find(const struct hr_models *models, enum hr_model_kind kind,
                                        const char *id)
{
    for (size_t i = 0; i < models->count; i++) {
        const struct hr__entry *entry = &models->entries[i];
        if (entry->info.kind == kind && strcmp(entry->info.id, id) == 0)
            return entry;
    }
    return NULL;
}
