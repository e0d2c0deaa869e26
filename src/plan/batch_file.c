/* batch_file.c: reading a batch file: lists of values for keys, and what is expected. */
#include "plan/batch_file.h"

#include <math.h>
#include <string.h>

#define COMBINATIONS_MAX ((size_t)100000)

static const char *copy(struct hr_arena *arena, const char *text)
{
    return hr_arena_copy(arena, text, strlen(text));
}

/* A scalar or a list of scalars as texts; the word `all` gives none. */
static bool read_texts(const struct hr_node *node, struct hr_arena *arena, const char ***ret,
                       size_t *ret_count, struct hr_error *err)
{
    *ret = NULL;
    *ret_count = 0;
    if (!node)
        return true;
    const struct hr_node *first = node->type == HR_NODE_LIST ? node->first : node;
    size_t count = node->type == HR_NODE_LIST ? node->count : 1;
    *ret = hr_arena_alloc(arena, (count + 1) * sizeof **ret);
    if (!*ret)
        return hr_fail_memory(err);
    for (const struct hr_node *item = first; item && *ret_count < count; item = item->next) {
        if (item->type != HR_NODE_SCALAR || item->len == 0)
            return hr_node_fail(item, err, "%s: expected a value or a list of values", node->key);
        if (count == 1 && strcmp(item->text, "all") == 0)
            return true;
        (*ret)[*ret_count] = copy(arena, item->text);
        if (!(*ret)[(*ret_count)++])
            return hr_fail_memory(err);
    }
    return true;
}

static bool read_axes(const struct hr_node *set, struct hr_arena *arena,
                      struct hr__batch_file *file, struct hr_error *err)
{
    size_t combinations = 1;
    if (!set)
        return true;
    if (set->type != HR_NODE_MAP)
        return hr_node_fail(set, err,
                            "set: expected a map of keys and lists of values such as "
                            "`{traffic: [1, 2]}`");
    file->axes = hr_arena_alloc(arena, (set->count + 1) * sizeof *file->axes);
    if (!file->axes)
        return hr_fail_memory(err);
    for (const struct hr_node *key = set->first; key; key = key->next) {
        struct hr__axis *axis = &file->axes[file->axis_count++];
        axis->key = copy(arena, key->key);
        if (!axis->key)
            return hr_fail_memory(err);
        if (!read_texts(key, arena, &axis->values, &axis->count, err))
            return false;
        if (axis->count == 0)
            return hr_node_fail(key, err, "set.%s: expected at least one value", key->key);
        if (__builtin_mul_overflow(combinations, axis->count, &combinations) ||
            combinations > COMBINATIONS_MAX)
            return hr_node_fail(key, err, "set: more than %zu combinations", COMBINATIONS_MAX);
    }
    return true;
}

/* "cost_month_usd < 50", "meets_target = yes". */
static bool read_expectation(const struct hr_node *node, struct hr_arena *arena,
                             struct hr__expectation *ret, struct hr_error *err)
{
    char name[64], op[3], value[128];
    int end = 0;
    if (node->type != HR_NODE_SCALAR ||
        sscanf(node->text, " %63[a-z0-9_] %2[<>=!] %127s %n", name, op, value, &end) != 3 ||
        node->text[end] != '\0')
        return hr_node_fail(node, err,
                            "expect: expected a column, a comparison and a value such "
                            "as `cost_month_usd < 50`, found `%s`",
                            node->text ? node->text : "");
    static const char *const operators[] = {"<", "<=", ">", ">=", "=", "==", "!="};
    bool known = false;
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++)
        known = known || strcmp(op, operators[i]) == 0;
    ret->column = hr_column_find(name);
    if (!ret->column || !known)
        return hr_node_fail(node, err,
                            !known ? "expect: `%s` is no comparison; < <= > >= = != are"
                                   : "expect: there is no column `%s`",
                            !known ? op : name);
    ret->text = copy(arena, node->text);
    ret->value = copy(arena, value);
    snprintf(ret->op, sizeof ret->op, "%s", op);
    if (!hr_parse_double(value, strlen(value), &ret->number))
        ret->number = NAN;
    return (ret->text && ret->value) || hr_fail_memory(err);
}

static bool read_expectations(const struct hr_node *list, struct hr_arena *arena,
                              struct hr__batch_file *file, struct hr_error *err)
{
    if (!list)
        return true;
    if (list->type != HR_NODE_LIST)
        return hr_node_fail(list, err, "expect: expected a list such as `[cost_month_usd < 50]`");
    file->expectations = hr_arena_alloc(arena, (list->count + 1) * sizeof *file->expectations);
    if (!file->expectations)
        return hr_fail_memory(err);
    for (const struct hr_node *node = list->first; node; node = node->next)
        if (!read_expectation(node, arena, &file->expectations[file->expectation_count++], err))
            return false;
    return true;
}

static bool check_keys(const struct hr_node *root, struct hr_error *err)
{
    static const char *const known[] = {"batch", "app", "workloads", "platforms", "set", "expect"};
    for (const struct hr_node *node = root->first; node; node = node->next) {
        bool found = false;
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            found = found || strcmp(node->key, known[i]) == 0;
        if (!found)
            return hr_node_fail(node, err,
                                "%s: unknown key; a batch file has batch, app, "
                                "workloads, platforms, set, expect",
                                node->key);
    }
    return true;
}

static bool read_text(const struct hr_node *root, const char *key, struct hr_arena *arena,
                      const char **ret, struct hr_error *err)
{
    const struct hr_node *node = hr_node_get(root, key);
    *ret = NULL;
    if (!node)
        return true;
    if (node->type != HR_NODE_SCALAR)
        return hr_node_fail(node, err, "%s: expected a name", key);
    *ret = copy(arena, node->text);
    return *ret || hr_fail_memory(err);
}

bool hr__batch_file_read(const char *path, struct hr_arena *arena, struct hr__batch_file *ret,
                         struct hr_error *err)
{
    struct hr_tree *tree = NULL;
    *ret = (struct hr__batch_file){0};
    if (!hr_tree_load_file(path, &tree, err))
        return false;
    const struct hr_node *root = hr_tree_root(tree);
    bool read = check_keys(root, err) && read_text(root, "batch", arena, &ret->name, err) &&
                read_text(root, "app", arena, &ret->app, err) &&
                read_texts(hr_node_get(root, "workloads"), arena, &ret->workloads,
                           &ret->workload_count, err) &&
                read_texts(hr_node_get(root, "platforms"), arena, &ret->platforms,
                           &ret->platform_count, err) &&
                read_axes(hr_node_get(root, "set"), arena, ret, err) &&
                read_expectations(hr_node_get(root, "expect"), arena, ret, err);
    hr_tree_close(tree);
    if (read && !ret->name)
        ret->name = "";
    return read;
}

bool hr__expectation_holds(const struct hr__expectation *e, const struct hr_row *row)
{
    char buf[64];
    const char *text = hr_column_text(e->column, row, buf, sizeof buf);
    double actual;
    int order;
    if (isfinite(e->number) && hr_parse_double(text, strlen(text), &actual))
        order = (actual > e->number) - (actual < e->number);
    else if (isfinite(e->number))
        return false; /* the figure does not exist for this row */
    else
        order = strcmp(text, e->value);
    return strcmp(e->op, "<") == 0    ? order < 0
           : strcmp(e->op, "<=") == 0 ? order <= 0
           : strcmp(e->op, ">") == 0  ? order > 0
           : strcmp(e->op, ">=") == 0 ? order >= 0
           : strcmp(e->op, "!=") == 0 ? order != 0
                                      : order == 0;
}
