/* models.c: models by their id, read and checked. */
#include "model/registry.h"

#include <string.h>

static bool fail_missing(const struct hr_models *models, enum hr_model_kind kind, const char *id,
                         struct hr_error *err)
{
    struct hr_text known = {.max = HR_ERROR_TEXT_MAX / 2};
    for (size_t i = 0; i < hr_models_count(models); i++) {
        const struct hr_model_info *info = hr_models_at(models, i);
        if (info->kind == kind)
            hr_text_printf(&known, "%s%s", known.len ? ", " : "", info->id);
    }
    const char *noun = kind == HR_MODEL_PRICES ? "price book" : hr_model_kind_name(kind);
    hr_fail(err, HR_EMISSING, "there is no %s `%.100s`; known: %s", noun, id,
            known.data ? known.data : "none");
    hr_text_clear(&known);
    return false;
}

bool hr_models_text(const struct hr_models *models, enum hr_model_kind kind, const char *id,
                    struct hr_model_text *ret, struct hr_error *err)
{
    const struct hr__entry *entry = hr__models_find(models, kind, id);
    if (!entry)
        return fail_missing(models, kind, id, err);
    *ret = (struct hr_model_text){entry->info.file, entry->bytes, entry->len};
    return true;
}

static bool is_path(const char *id)
{
    const char *dot = strrchr(id, '.');
    return strchr(id, '/') || (dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0));
}

bool hr_models_tree(const struct hr_models *models, enum hr_model_kind kind, const char *id,
                    struct hr_tree **ret, struct hr_error *err)
{
    struct hr_model_text text = {0};
    if (is_path(id))
        return hr_tree_load_file(id, ret, err);
    return hr_models_text(models, kind, id, &text, err) &&
           hr_tree_load(text.file, text.bytes, text.len, ret, err);
}

static void copy_text(const struct hr_tree *tree, const char *key, char *buf, size_t size)
{
    const struct hr_node *node = hr_node_get(hr_tree_root(tree), key);
    snprintf(buf, size, "%s", node && node->type == HR_NODE_SCALAR ? node->text : "");
}

bool hr_models_head(const struct hr_models *models, size_t index, char title[160], char as_of[16],
                    struct hr_error *err)
{
    struct hr_tree *tree = NULL;
    if (index >= models->count)
        return hr_fail(err, HR_EMISSING, "there is no model number %zu", index);
    const struct hr__entry *entry = &models->entries[index];
    if (!hr_tree_load(entry->info.file, entry->bytes, entry->len, &tree, err))
        return false;
    copy_text(tree, "title", title, 160);
    copy_text(tree, "as_of", as_of, 16);
    hr_tree_close(tree);
    return true;
}

bool hr_models_by_default(const struct hr_models *models, size_t index)
{
    struct hr_tree *tree = NULL;
    struct hr_error ignored = {0};
    bool yes = true;
    if (index >= models->count)
        return false;
    const struct hr__entry *entry = &models->entries[index];
    if (!hr_tree_load(entry->info.file, entry->bytes, entry->len, &tree, &ignored))
        return true;
    const struct hr_node *node = hr_node_get(hr_tree_root(tree), "default");
    if (node && node->type == HR_NODE_SCALAR && !hr_parse_yes(node->text, node->len, &yes))
        yes = true;
    hr_tree_close(tree);
    return yes;
}

bool hr_models_assumptions(const struct hr_models *models, struct hr_assumptions *ret,
                           struct hr_error *err)
{
    *ret = (struct hr_assumptions){0};
    bool found = false;
    for (size_t i = 0; i < models->count; i++) {
        const struct hr__entry *entry = &models->entries[i];
        if (entry->info.kind != HR_MODEL_ASSUMPTIONS)
            continue;
        struct hr_tree *tree = NULL;
        if (!hr_tree_load(entry->info.file, entry->bytes, entry->len, &tree, err))
            return false;
        found = hr__assumptions_read(tree, ret, err);
        hr_tree_close(tree);
        if (!found)
            return false;
    }
    return found || fail_missing(models, HR_MODEL_ASSUMPTIONS, "default", err);
}

bool hr_models_platform(const struct hr_models *models, const char *id_or_path,
                        const struct hr_override *overrides, size_t override_count,
                        struct hr_platform *ret, struct hr_error *err)
{
    struct hr_assumptions assumptions;
    struct hr_tree *tree = NULL;
    *ret = (struct hr_platform){0};
    if (!hr_models_assumptions(models, &assumptions, err))
        return false;
    bool loaded = is_path(id_or_path)
                      ? hr_tree_load_file(id_or_path, &tree, err)
                      : hr_models_tree(models, HR_MODEL_PLATFORM, id_or_path, &tree, err);
    loaded = loaded && hr_tree_override(tree, overrides, override_count, err);
    bool read = loaded && hr__platform_read(tree, &assumptions, ret, err);
    hr_tree_close(tree);
    return read;
}

bool hr_models_pattern(const struct hr_models *models, const char *id, struct hr_pattern *ret,
                       struct hr_error *err)
{
    struct hr_tree *tree = NULL;
    *ret = (struct hr_pattern){0};
    bool read = hr_models_tree(models, HR_MODEL_PATTERN, id, &tree, err) &&
                hr__pattern_read(tree, ret, err);
    hr_tree_close(tree);
    return read;
}

/* 2: it names the workload; 1: it is its trigger's default; 0: it is for others. */
static int fit_of(const struct hr_pattern *pattern, const char *trigger, const char *workload)
{
    if (strcmp(pattern->trigger, trigger) != 0)
        return 0;
    for (size_t i = 0; i < pattern->name_count; i++)
        if (strcmp(pattern->names[i], workload) == 0)
            return 2;
    return pattern->name_count == 0;
}

bool hr_models_pattern_for(const struct hr_models *models, const char *trigger,
                           const char *workload, struct hr_pattern *ret, struct hr_error *err)
{
    int best = 0;
    *ret = (struct hr_pattern){0};
    for (size_t i = 0; i < models->count && best < 2; i++) {
        struct hr_pattern pattern;
        if (models->entries[i].info.kind != HR_MODEL_PATTERN)
            continue;
        if (!hr_models_pattern(models, models->entries[i].info.id, &pattern, err)) {
            hr_pattern_clear(ret);
            return false;
        }
        int fit = fit_of(&pattern, trigger, workload);
        if (fit > best) {
            hr_pattern_clear(ret);
            *ret = pattern;
            best = fit;
        } else {
            hr_pattern_clear(&pattern);
        }
    }
    return best > 0 || hr_fail(err, HR_EMISSING,
                               "there is no pattern for the trigger `%.60s`; a file of patterns/ "
                               "with `trigger: %.60s` and no `names` would be one",
                               trigger, trigger);
}

static bool check_tree(const struct hr_models *models, const struct hr_tree *tree,
                       enum hr_model_kind kind, struct hr_error *err)
{
    struct hr_assumptions assumptions;
    struct hr_platform platform;
    struct hr_pattern pattern;
    bool good = true;
    switch (kind) {
    case HR_MODEL_PLATFORM:
        good = hr_models_assumptions(models, &assumptions, err) &&
               hr__platform_read(tree, &assumptions, &platform, err);
        if (good)
            hr_platform_clear(&platform);
        return good;
    case HR_MODEL_PATTERN:
        good = hr__pattern_read(tree, &pattern, err);
        if (good)
            hr_pattern_clear(&pattern);
        return good;
    case HR_MODEL_ASSUMPTIONS:
        return hr__assumptions_read(tree, &assumptions, err);
    case HR_MODEL_PRICES: /* the schemas of their rooms go on from here */
    case HR_MODEL_TRAFFIC:
    case HR_MODEL_KIND_COUNT:
        break;
    }
    return true;
}

bool hr_models_check(const struct hr_models *models, const char *path, enum hr_model_kind *ret_kind,
                     struct hr_error *err)
{
    struct hr_tree *tree = NULL;
    if (!hr_tree_load_file(path, &tree, err))
        return false;
    bool good = hr__model_kind(tree, ret_kind)
                    ? check_tree(models, tree, *ret_kind, err)
                    : hr_fail(err, HR_EMODEL,
                              "%s: is no model: expected `platform:`, `pattern:`, `traffic:`, "
                              "`assumptions:` or a price book's `items:` at the top",
                              path);
    hr_tree_close(tree);
    return good;
}

bool hr_models_service_text(const struct hr_models *models, const char *trigger,
                            struct hr_arena *arena, const char **ret_text, const char **ret_source,
                            struct hr_error *err)
{
    struct hr_pattern pattern = {0};
    char text[256];
    if (!hr_models_pattern_for(models, trigger, "", &pattern, err))
        return false;
    hr_dist_format(text, sizeof text, &pattern.service);
    *ret_text = hr_arena_copy(arena, text, strlen(text));
    *ret_source = hr_arena_copy(arena, pattern.file, strlen(pattern.file));
    hr_pattern_clear(&pattern);
    return (*ret_text && *ret_source) || hr_fail_memory(err);
}
